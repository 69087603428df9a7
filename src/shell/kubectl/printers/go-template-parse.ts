/** Go's text/template as trees: actions, pipelines, variables, blocks. */

/** What is wrong with a template, and where. */
export class TemplateError extends Error {
  readonly at: number | undefined;
  readonly source: string | undefined;
  constructor(message: string, at?: number, source?: string) {
    super(message);
    this.at = at;
    this.source = source;
  }
}

export type Operand =
  | { readonly type: 'dot' }
  | { readonly type: 'nil' }
  | { readonly type: 'value'; readonly value: string | number | boolean }
  | { readonly type: 'function'; readonly name: string; readonly at: number }
  | { readonly type: 'variable'; readonly name: string }
  | { readonly type: 'pipeline'; readonly pipeline: Pipeline };

/** An operand and the fields below it: `.metadata.name`, `$x.name`, `(index .a 0).b`. */
export interface Term {
  readonly operand: Operand;
  readonly fields: readonly string[];
  readonly at: number;
  readonly source: string;
}

export type Command = readonly Term[];

export interface Pipeline {
  readonly variables: readonly string[];
  readonly isAssignment: boolean;
  readonly commands: readonly Command[];
}

export type TemplateNode =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly pipeline: Pipeline }
  | { readonly type: 'break' | 'continue' }
  | { readonly type: 'template'; readonly name: string; readonly pipeline: Pipeline | undefined }
  | { readonly type: 'if' | 'range' | 'with'; readonly pipeline: Pipeline;
      readonly body: readonly TemplateNode[]; readonly otherwise: readonly TemplateNode[] };

export interface ParsedTemplate {
  readonly nodes: readonly TemplateNode[];
  readonly defined: ReadonlyMap<string, readonly TemplateNode[]>;
}

const functions = new Set([
  'and', 'or', 'not', 'len', 'index', 'slice', 'print', 'printf', 'println', 'html', 'js', 'urlquery',
  'eq', 'ne', 'lt', 'le', 'gt', 'ge', 'call', 'exists', 'base64decode',
]);

type Piece =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'action'; readonly text: string; readonly at: number };

/** Parses a whole template. */
export const parseTemplate = (text: string): ParsedTemplate => new TemplateParser(pieces(text)).parse();

/** Texts and actions, with the spaces that `{{-` and `-}}` eat gone, and without comments. */
function pieces(text: string): readonly Piece[] {
  const found: Piece[] = [];
  let at = 0;
  let trims = false;
  for (;;) {
    const open = text.indexOf('{{', at);
    const end = open < 0 ? text.length : open;
    let plain = text.slice(at, end);
    if (trims) plain = plain.trimStart();
    if (open >= 0 && /^\{\{-\s/.test(text.slice(open))) plain = plain.trimEnd();
    if (plain !== '') found.push({ type: 'text', text: plain });
    if (open < 0) return found;
    const close = closing(text, open + 2);
    if (close < 0) throw new TemplateError('unclosed action');
    let inner = text.slice(open + 2, close);
    let start = open + 2;
    if (/^-\s/.test(inner)) {
      inner = inner.slice(1);
      start += 1;
    }
    trims = /\s-$/.test(inner);
    if (trims) inner = inner.slice(0, -1);
    if (!/^\s*\/\*[\s\S]*\*\/\s*$/.test(inner)) found.push({ type: 'action', text: inner, at: start });
    at = close + 2;
  }
}

/** Where the action ends: braces within quotes do not count. */
function closing(text: string, from: number): number {
  let quote = '';
  for (let i = from; i < text.length; i += 1) {
    const char = text[i] ?? '';
    if (quote !== '') {
      if (char === '\\' && quote !== '`') i += 1;
      else if (char === quote) quote = '';
    } else if (char === '"' || char === '`' || char === "'") quote = char;
    else if (text.startsWith('}}', i)) return i;
  }
  return -1;
}

interface Token {
  readonly text: string;
  readonly at: number;
  /** Whether a space stood before it. */
  readonly isApart: boolean;
}

const tokenPattern =
  /("(?:[^"\\]|\\.)*"|`[^`]*`|'(?:[^'\\]|\\.)*'|:=|\$?\.?[\p{L}_][\p{L}\p{N}_]*|\$|[-+]?\d[\w.]*|[().|,=])/uy;

function tokens(text: string, base: number): readonly Token[] {
  const found: Token[] = [];
  for (let at = 0; at < text.length; ) {
    const space = /^\s+/.exec(text.slice(at))?.[0].length ?? 0;
    at += space;
    if (at >= text.length) break;
    tokenPattern.lastIndex = at;
    const match = tokenPattern.exec(text)?.[0];
    if (match === undefined) {
      const char = text[at] ?? '';
      if (char === '"') throw new TemplateError('unterminated quoted string');
      throw new TemplateError(`unexpected bad character ${runeText(char)} in command`);
    }
    const previous = found.at(-1);
    const isWord = /[\p{L}\p{N}_]$/u.test(previous?.text ?? '') && space === 0;
    if (isWord && /^["$`]/.test(match)) throw new TemplateError(`bad character ${runeText(match[0] ?? '')}`);
    found.push({ text: match, at: base + at, isApart: space > 0 || found.length === 0 });
    at += match.length;
  }
  return found;
}

const runeText = (char: string): string =>
  `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')} '${char}'`;

class TemplateParser {
  private readonly pieces: readonly Piece[];
  private readonly defined = new Map<string, readonly TemplateNode[]>();
  private at = 0;

  constructor(list: readonly Piece[]) {
    this.pieces = list;
  }

  parse(): ParsedTemplate {
    const { nodes, end } = this.list();
    if (end !== undefined) throw new TemplateError(`unexpected {{${end.split(' ')[0] ?? ''}}}`);
    return { nodes, defined: this.defined };
  }

  /** Nodes up to an `end` or `else`. */
  private list(): { nodes: readonly TemplateNode[]; end: string | undefined } {
    const nodes: TemplateNode[] = [];
    while (this.at < this.pieces.length) {
      const piece = this.pieces[this.at] as Piece;
      this.at += 1;
      if (piece.type === 'text') {
        nodes.push(piece);
        continue;
      }
      const words = tokens(piece.text, piece.at);
      const [first] = words;
      if (first === undefined) throw new TemplateError('missing value for command');
      if (first.text === 'end' || first.text === 'else') {
        return { nodes, end: words.map(({ text }) => text).join(' ') };
      }
      const node = this.node(first.text, words);
      if (node !== undefined) nodes.push(node);
    }
    return { nodes, end: undefined };
  }

  private node(word: string, words: readonly Token[]): TemplateNode | undefined {
    switch (word) {
      case 'if': case 'range': case 'with': return this.block(word, words.slice(1));
      case 'break': case 'continue': return { type: word };
      case 'define': {
        const { nodes } = this.list();
        this.defined.set(String(literal(words[1]?.text ?? '')), nodes);
        return undefined;
      }
      case 'template': {
        const rest = words.slice(2);
        const name = String(literal(words[1]?.text ?? ''));
        return { type: 'template', name, pipeline: rest.length === 0 ? undefined : parsePipeline(rest, word) };
      }
      default: return { type: 'action', pipeline: parsePipeline(words, 'command') };
    }
  }

  private block(type: 'if' | 'range' | 'with', words: readonly Token[]): TemplateNode {
    const pipeline = parsePipeline(words, type);
    const { nodes: body, end } = this.list();
    if (end === undefined) throw new TemplateError('unexpected EOF');
    if (end === 'end') return { type, pipeline, body, otherwise: [] };
    if (end !== 'else') {
      // `else if x` is an if of its own within the else, and shares its end.
      const piece = this.pieces[this.at - 1] as Piece & { type: 'action' };
      const again = tokens(piece.text, piece.at).slice(1);
      const [kind] = again;
      return { type, pipeline, body, otherwise: [this.block((kind?.text ?? 'if') as 'if', again.slice(1))] };
    }
    const rest = this.list();
    if (rest.end === undefined) throw new TemplateError('unexpected EOF');
    return { type, pipeline, body, otherwise: rest.nodes };
  }
}

function parsePipeline(words: readonly Token[], context: string): Pipeline {
  let rest = words;
  const variables: string[] = [];
  let isAssignment = false;
  const sign = words.findIndex(({ text }) => text === ':=' || text === '=');
  if (sign > 0) {
    isAssignment = words[sign]?.text === '=';
    variables.push(...words.slice(0, sign).filter(({ text }) => text.startsWith('$')).map(({ text }) => text));
    rest = words.slice(sign + 1);
  }
  if (rest.length === 0) throw new TemplateError(`missing value for ${context}`);
  const reader = new PipelineReader(rest);
  const commands = reader.commands();
  return { variables, isAssignment, commands };
}

class PipelineReader {
  private readonly words: readonly Token[];
  private at = 0;

  constructor(words: readonly Token[]) {
    this.words = words;
  }

  commands(isNested = false): readonly Command[] {
    const commands: Command[] = [[]];
    while (this.at < this.words.length) {
      const word = this.words[this.at] as Token;
      if (word.text === ')') {
        if (!isNested) throw new TemplateError('unexpected ")" in command');
        return commands;
      }
      if (word.text === '|') {
        commands.push([]);
        this.at += 1;
        continue;
      }
      (commands.at(-1) as Term[]).push(this.term());
    }
    if (isNested) throw new TemplateError('unclosed left paren');
    return commands;
  }

  private term(): Term {
    const word = this.words[this.at] as Token;
    this.at += 1;
    const fields: string[] = [];
    const operand = this.operand(word, fields);
    let source = word.text;
    for (;;) {
      const next = this.words[this.at];
      if (next === undefined || next.isApart || !/^\.[\p{L}_]/u.test(next.text)) break;
      fields.push(next.text.slice(1));
      source += next.text;
      this.at += 1;
    }
    return { operand, fields, at: word.at, source };
  }

  private operand({ text, at }: Token, fields: string[]): Operand {
    if (text === '(') {
      const commands = this.commands(true);
      this.at += 1;
      return { type: 'pipeline', pipeline: { variables: [], isAssignment: false, commands } };
    }
    if (text === '.') return { type: 'dot' };
    if (text === 'nil') return { type: 'nil' };
    if (text === 'true' || text === 'false') return { type: 'value', value: text === 'true' };
    if (text.startsWith('.')) {
      fields.push(text.slice(1));
      return { type: 'dot' };
    }
    if (text.startsWith('$')) return { type: 'variable', name: text };
    if (/^["`'\d+-]/.test(text)) return { type: 'value', value: literal(text) };
    if (!functions.has(text)) throw new TemplateError(`function ${JSON.stringify(text)} not defined`);
    return { type: 'function', name: text, at };
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', '"': '"', '\\': '\\' };

function literal(text: string): string | number {
  if (text.startsWith('`')) return text.slice(1, -1);
  if (text.startsWith('"')) {
    return text.slice(1, -1).replace(/\\(?:u([\da-f]{4})|x([\da-f]{2})|(.))/gi,
      (_, wide?: string, short?: string, char = '') => wide === undefined && short === undefined
        ? (escapes[char] ?? char) : String.fromCharCode(Number.parseInt(wide ?? short ?? '', 16)));
  }
  if (text.startsWith("'")) return text.codePointAt(1) ?? 0;
  return Number(text);
}
