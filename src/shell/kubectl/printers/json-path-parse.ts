/** kubectl's JSONPath templates as trees. Follows client-go util/jsonpath/parser.go. */

/** What a template consists of. */
export type PathNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'list'; readonly nodes: readonly PathNode[] }
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'identifier'; readonly name: string }
  | { readonly type: 'wildcard' | 'recursive' }
  | { readonly type: 'value'; readonly value: number | boolean }
  | { readonly type: 'array'; readonly bounds: Bounds }
  | { readonly type: 'union'; readonly nodes: readonly PathNode[] }
  | { readonly type: 'filter'; readonly left: PathNode; readonly right: PathNode;
      readonly operator: string };

/** `[from:to:step]`; absent parts are undefined. */
export interface Bounds {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly step: number | undefined;
  /** `to` was not written: one item is meant. */
  readonly isSingle: boolean;
}

/** What is wrong with a template. */
export class PathError extends Error {}

/** Parses `text {action} text`. */
export function parsePath(text: string): readonly PathNode[] {
  return new PathParser(text).template();
}

/** Parses what stands inside braces. */
const parseAction = (text: string): PathNode => {
  const [node] = parsePath(`{${text}}`);
  return node ?? { type: 'list', nodes: [] };
};

const isLetterOrDigit = (char: string): boolean => /[\p{L}\p{Nd}_]/u.test(char);
const isTerminator = (char: string): boolean => char === '' || ' \t\r\n.,[]$@{}'.includes(char);

class PathParser {
  private readonly input: string;
  private at = 0;

  constructor(input: string) {
    this.input = input;
  }

  template(): readonly PathNode[] {
    const nodes: PathNode[] = [];
    while (this.at < this.input.length) {
      const open = this.input.indexOf('{', this.at);
      if (open < 0) {
        nodes.push({ type: 'text', text: this.input.slice(this.at) });
        break;
      }
      if (open > this.at) nodes.push({ type: 'text', text: this.input.slice(this.at, open) });
      this.at = open + 1;
      nodes.push({ type: 'list', nodes: this.action() });
    }
    return nodes;
  }

  private peek(): string {
    return this.input[this.at] ?? '';
  }

  private has(prefix: string): boolean {
    return this.input.startsWith(prefix, this.at);
  }

  private action(): readonly PathNode[] {
    const nodes: PathNode[] = [];
    for (;;) {
      if (this.has('}')) {
        this.at += 1;
        return nodes;
      }
      const char = this.peek();
      if (char === '' || char === '\n' || char === '\r') throw new PathError('unclosed action');
      if (this.has('[?(')) nodes.push(this.filter());
      else if (this.has('..')) nodes.push(...this.recursive(nodes));
      else if (char === ' ' || char === '@' || char === '$') this.at += 1;
      else if (char === '[') nodes.push(...this.array());
      else if (char === '"' || char === "'") nodes.push({ type: 'text', text: this.quoted() });
      else if (char === '.') nodes.push(this.field());
      else if (/[+\-0-9]/.test(char)) nodes.push(this.number());
      else if (isLetterOrDigit(char)) nodes.push(this.identifier());
      else throw new PathError(`unrecognized character in action: ${runeText(char)}`);
    }
  }

  private word(): string {
    const start = this.at;
    while (!isTerminator(this.peek())) this.at += this.peek() === '\\' ? 2 : 1;
    return this.input.slice(start, this.at);
  }

  private field(): PathNode {
    this.at += 1;
    return fieldOf(this.word());
  }

  private identifier(): PathNode {
    const name = this.word();
    if (name === 'true' || name === 'false') return { type: 'value', value: name === 'true' };
    return { type: 'identifier', name };
  }

  private recursive(before: readonly PathNode[]): readonly PathNode[] {
    if (before.at(-1)?.type === 'recursive') throw new PathError('invalid multiple recursive descent');
    this.at += 2;
    const node: PathNode = { type: 'recursive' };
    return isLetterOrDigit(this.peek()) ? [node, fieldOf(this.word())] : [node];
  }

  private number(): PathNode {
    const text = /^[+-]?[0-9.]*/.exec(this.input.slice(this.at))?.[0] ?? '';
    this.at += text.length;
    const value = Number(text);
    if (text === '' || Number.isNaN(value)) throw new PathError(`cannot parse number ${text}`);
    return { type: 'value', value };
  }

  private quoted(): string {
    const quote = this.peek();
    const start = this.at;
    this.at += 1;
    for (;;) {
      const char = this.peek();
      if (char === '' || char === '\n') throw new PathError('unterminated quoted string');
      this.at += 1;
      if (char === quote && this.input[this.at - 2] !== '\\') break;
    }
    return unquoted(this.input.slice(start + 1, this.at - 1));
  }

  private array(): readonly PathNode[] {
    const end = this.input.indexOf(']', this.at);
    const line = this.input.indexOf('\n', this.at);
    if (end < 0 || (line >= 0 && line < end)) throw new PathError('unterminated array');
    const text = this.input.slice(this.at + 1, end);
    this.at = end + 1;
    return arrayNodes(text === '*' ? ':' : text);
  }

  private filter(): PathNode {
    this.at += 3;
    const start = this.at;
    let quote = '';
    for (;;) {
      const char = this.peek();
      if (char === '' || char === '\n') throw new PathError('unterminated filter');
      this.at += 1;
      if (quote === '' && (char === '"' || char === "'")) quote = char;
      else if (char === quote && this.input[this.at - 2] !== '\\') quote = '';
      else if (char === ')' && quote === '') break;
    }
    if (this.peek() !== ']') throw new PathError('unclosed array expect ]');
    const text = this.input.slice(start, this.at - 1);
    this.at += 1;
    const parts = /^([^!<>=]+)([!<>=]+)(.+?)$/.exec(text);
    if (parts === null) {
      return { type: 'filter', left: parseAction(text), right: { type: 'list', nodes: [] }, operator: 'exists' };
    }
    const [, left = '', operator = '', right = ''] = parts;
    return { type: 'filter', left: parseAction(left), right: parseAction(right), operator };
  }
}

const fieldOf = (word: string): PathNode =>
  word === '*' ? { type: 'wildcard' } : { type: 'field', name: word.replaceAll('\\', '') };

function arrayNodes(text: string): readonly PathNode[] {
  const parts = text.split(',');
  if (parts.length > 1) {
    return [{ type: 'union', nodes: parts.map((part) => parseAction(`[${part.replace(/^ +| +$/g, '')}]`)) }];
  }
  const key = /^'([^']*)'$/.exec(text);
  if (key !== null) {
    const node = parseAction(`.${key[1] ?? ''}`);
    return node.type === 'list' ? node.nodes : [node];
  }
  const slice = /^(-?[\d]*)(:-?[\d]*)?(:-?[\d]*)?$/.exec(text);
  if (slice === null) throw new PathError(`invalid array index ${text}`);
  const [, from = '', to, step] = slice;
  const read = (part: string | undefined) =>
    part === undefined || part === '' || part === ':' ? undefined : Number(part.replace(':', ''));
  const first = read(from);
  const isSingle = to === undefined;
  const bounds = { from: first, to: isSingle ? (first ?? 0) + 1 : read(to), step: read(step), isSingle };
  return [{ type: 'array', bounds }];
}

const simpleEscapes: Readonly<Record<string, string>> = {
  n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v', '\\': '\\', "'": "'", '"': '"',
};

function unquoted(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|(.))/g,
    (_, hex: string | undefined, unicode: string | undefined, char: string | undefined) => {
      const code = hex ?? unicode;
      if (code !== undefined) return String.fromCharCode(parseInt(code, 16));
      const known = simpleEscapes[char ?? ''];
      if (known === undefined) throw new PathError(`unquote string ${text} error invalid syntax`);
      return known;
    });
}

const runeText = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`;
