/**
 * Reads a Corefile: server blocks with zones, each with plugins, their arguments and their own
 * blocks. Upstream: coredns core/dnsserver and its Caddyfile parser. Simplified: no imports,
 * snippets or environment variables.
 */

/** A directive: a plugin, or an option within one. */
export interface Directive {
  readonly name: string;
  readonly args: readonly string[];
  readonly block: readonly Directive[];
  readonly line: number;
}

export interface ServerBlock {
  /** `.`, `cluster.local`. */
  readonly zones: readonly string[];
  readonly port: number;
  readonly plugins: readonly Directive[];
}

/** Plugins that this CoreDNS has, in the order in which the real one runs them. */
export const knownPlugins = [
  'reload',
  'loadbalance',
  'loop',
  'cache',
  'errors',
  'log',
  'health',
  'ready',
  'prometheus',
  'hosts',
  'kubernetes',
  'forward',
];

/** The blocks; or, as a text, what is wrong. */
export function parseCorefile(text: string): readonly ServerBlock[] | string {
  const lines = text.split('\n').map((line) => line.replace(/(?:^|\s)#.*$/, '').trim());
  const cursor = { lines, at: 0 };
  const blocks: ServerBlock[] = [];
  for (;;) {
    const opened = nextLine(cursor);
    if (opened === undefined) return blocks;
    const words = opened.words;
    if (words.at(-1) !== '{')
      return `/etc/coredns/Corefile:${opened.line} - Error during parsing: Expected '{'`;
    const plugins = directives(cursor);
    if (typeof plugins === 'string') return plugins;
    const unknown = plugins.find(({ name }) => !knownPlugins.includes(name));
    if (unknown !== undefined) {
      return (
        `/etc/coredns/Corefile:${unknown.line} - Error during parsing: ` +
        `Unknown directive '${unknown.name}'`
      );
    }
    blocks.push(serverBlock(words.slice(0, -1), plugins));
  }
}

function serverBlock(keys: readonly string[], plugins: readonly Directive[]): ServerBlock {
  const parts = keys.map((key) => /^(?:dns:\/\/)?(.*?)(?::(\d+))?,?$/.exec(key));
  const port = Number(parts.find((part) => part?.[2] !== undefined)?.[2] ?? 53);
  return { zones: parts.map((part) => zoneName(part?.[1] ?? '.')), port, plugins };
}

/** Without its last dot; the root stays `.`. */
export const zoneName = (name: string): string =>
  name === '.' || name === '' ? '.' : name.replace(/\.$/, '').toLowerCase();

interface Cursor {
  readonly lines: readonly string[];
  at: number;
}

function nextLine(cursor: Cursor): { readonly words: string[]; readonly line: number } | undefined {
  while (cursor.at < cursor.lines.length) {
    const words = (cursor.lines[cursor.at] as string).split(/\s+/).filter((word) => word !== '');
    cursor.at += 1;
    if (words.length > 0) return { words, line: cursor.at };
  }
  return undefined;
}

function directives(cursor: Cursor): readonly Directive[] | string {
  const found: Directive[] = [];
  for (;;) {
    const next = nextLine(cursor);
    if (next === undefined) {
      return `/etc/coredns/Corefile:${cursor.at} - Error during parsing: Unexpected EOF`;
    }
    const { words, line } = next;
    if (words[0] === '}') return found;
    const hasBlock = words.at(-1) === '{';
    const [name = '', ...args] = hasBlock ? words.slice(0, -1) : words;
    const block = hasBlock ? directives(cursor) : [];
    if (typeof block === 'string') return block;
    found.push({ name, args, block, line });
  }
}
