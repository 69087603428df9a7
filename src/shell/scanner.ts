import { type Part, type Script, SyntaxProblem, type Word } from './syntax.ts';

/** Parses the inside of `$(…)`; handed in by the parser, which stands above this file. */
export type ParseSubstitution = (scanner: Scanner) => Script;

const nameStart = /[A-Za-z_]/;
const nameRest = /[A-Za-z0-9_]/;
const endsWord = new Set([' ', '\t', '\n', ';', '&', '|', '<', '>', '(', ')']);

/** Reads characters, blanks and words of a script. */
export class Scanner {
  at = 0;
  readonly text: string;
  private readonly parseSubstitution: ParseSubstitution;

  constructor(text: string, parseSubstitution: ParseSubstitution) {
    this.text = text;
    this.parseSubstitution = parseSubstitution;
  }

  get isAtEnd(): boolean {
    return this.at >= this.text.length;
  }

  peek(ahead = 0): string {
    return this.text[this.at + ahead] ?? '';
  }

  startsWith(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  /** Skips spaces, continued lines and comments; not line ends. */
  skipBlanks(): void {
    for (;;) {
      if (this.peek() === ' ' || this.peek() === '\t') this.at += 1;
      else if (this.startsWith('\\\n')) this.at += 2;
      else if (this.peek() === '#') this.skipTo('\n');
      else return;
    }
  }

  skipTo(end: string): void {
    const found = this.text.indexOf(end, this.at);
    this.at = found < 0 ? this.text.length : found;
  }

  /** A word, or undefined where none starts. */
  word(): Word | undefined {
    const parts: Part[] = [];
    for (;;) {
      if (this.file(parts)) continue;
      if (this.isAtEnd || endsWord.has(this.peek())) break;
      this.part(parts);
    }
    return parts.length === 0 ? undefined : parts;
  }

  /** Text in which only `$` and backquotes mean something: here-documents, `$((…))`. */
  expandable(end: () => boolean, isQuoted = true): Word {
    const parts: Part[] = [];
    while (!this.isAtEnd && !end()) {
      if (this.peek() === '\\' && '$`\\'.includes(this.peek(1)) && this.peek(1) !== '') {
        push(parts, this.peek(1), true);
        this.at += 2;
      } else if (!this.dollar(parts, isQuoted)) {
        push(parts, this.peek(), isQuoted);
        this.at += 1;
      }
    }
    return parts;
  }

  private part(parts: Part[]): void {
    const c = this.peek();
    if (c === "'") return this.singleQuoted(parts);
    if (c === '"') return this.doubleQuoted(parts);
    if (c === '\\') {
      if (this.peek(1) === '') throw new SyntaxProblem('unexpected end of file', true);
      if (this.peek(1) !== '\n') push(parts, this.peek(1), true);
      this.at += 2;
      return;
    }
    if (this.dollar(parts, false)) return;
    push(parts, c, false);
    this.at += 1;
  }

  private singleQuoted(parts: Part[]): void {
    const end = this.text.indexOf("'", this.at + 1);
    if (end < 0) throw unclosed("'");
    push(parts, this.text.slice(this.at + 1, end), true);
    this.at = end + 1;
  }

  private doubleQuoted(parts: Part[]): void {
    this.at += 1;
    push(parts, '', true);
    for (;;) {
      if (this.isAtEnd) throw unclosed('"');
      const c = this.peek();
      if (c === '"') {
        this.at += 1;
        return;
      }
      if (c === '\\' && '$`"\\\n'.includes(this.peek(1)) && this.peek(1) !== '') {
        if (this.peek(1) !== '\n') push(parts, this.peek(1), true);
        this.at += 2;
      } else if (!this.dollar(parts, true)) {
        push(parts, c, true);
        this.at += 1;
      }
    }
  }

  /** What starts with `$` or a backquote; false when it is only that character. */
  private dollar(parts: Part[], isQuoted: boolean): boolean {
    if (this.peek() === '`') return this.backquoted(parts, isQuoted);
    if (this.peek() !== '$') return false;
    if (this.startsWith('$((')) return this.arithmetic(parts, isQuoted);
    if (this.startsWith('$(')) {
      this.at += 2;
      const script = this.parseSubstitution(this);
      if (this.peek() !== ')') throw unclosed('$(');
      this.at += 1;
      parts.push({ type: 'substitution', script, isQuoted });
      return true;
    }
    if (this.startsWith('${')) return this.braced(parts, isQuoted);
    if (!isQuoted && this.startsWith("$'")) return this.ansiQuoted(parts);
    const name = this.parameterName(this.at + 1);
    if (name === '') return false;
    this.at += 1 + name.length;
    parts.push({ type: 'parameter', name, isQuoted });
    return true;
  }

  /** `<(…)`; false where none begins. */
  private file(parts: Part[]): boolean {
    if (!this.startsWith('<(')) return false;
    this.at += 2;
    const script = this.parseSubstitution(this);
    if (this.peek() !== ')') throw unclosed('(');
    this.at += 1;
    parts.push({ type: 'substitution', script, isQuoted: false, isFile: true });
    return true;
  }

  private ansiQuoted(parts: Part[]): boolean {
    const escapes: Record<string, string> = { n: '\n', t: '\t', r: '\r', e: '\x1b', a: '\x07' };
    this.at += 2;
    let text = '';
    while (this.peek() !== "'") {
      if (this.isAtEnd) throw unclosed("'");
      if (this.peek() === '\\') {
        this.at += 1;
        text += escapes[this.peek()] ?? this.peek();
      } else {
        text += this.peek();
      }
      this.at += 1;
    }
    this.at += 1;
    push(parts, text, true);
    return true;
  }

  private arithmetic(parts: Part[], isQuoted: boolean): boolean {
    this.at += 3;
    let depth = 0;
    const text = this.expandable(() => {
      if (this.peek() === '(') depth += 1;
      if (this.peek() === ')') {
        if (depth === 0) return true;
        depth -= 1;
      }
      return false;
    });
    if (!this.startsWith('))')) throw unclosed('$((');
    this.at += 2;
    parts.push({ type: 'arithmetic', text, isQuoted });
    return true;
  }

  private backquoted(parts: Part[], isQuoted: boolean): boolean {
    let end = this.at + 1;
    while (end < this.text.length && this.text[end] !== '`') end += this.text[end] === '\\' ? 2 : 1;
    if (end >= this.text.length) throw unclosed('`');
    const inside = this.text.slice(this.at + 1, end).replaceAll(/\\([`$\\])/g, '$1');
    const script = this.parseSubstitution(new Scanner(inside, this.parseSubstitution));
    this.at = end + 1;
    parts.push({ type: 'substitution', script, isQuoted });
    return true;
  }

  private braced(parts: Part[], isQuoted: boolean): boolean {
    this.at += 2;
    const isLength = this.peek() === '#' && this.peek(1) !== '}';
    if (isLength) this.at += 1;
    const name = this.parameterName(this.at);
    if (name === '') throw new SyntaxProblem('bad substitution');
    this.at += name.length;
    const index = this.index();
    const operator = isLength ? 'length' : this.operator();
    const argument =
      operator === undefined || isLength
        ? undefined
        : this.expandable(() => this.peek() === '}', isQuoted);
    if (this.peek() !== '}') throw unclosed('${');
    this.at += 1;
    parts.push({
      type: 'parameter',
      name,
      isQuoted,
      ...(index === undefined ? {} : { index }),
      ...(operator === undefined ? {} : { operator }),
      ...(argument === undefined ? {} : { argument }),
    });
    return true;
  }

  /** `[1]` behind the name of an array. */
  private index(): Word | undefined {
    if (this.peek() !== '[') return undefined;
    this.at += 1;
    const index = this.expandable(() => this.peek() === ']');
    if (this.peek() !== ']') throw unclosed('[');
    this.at += 1;
    return index;
  }

  private operator(): string | undefined {
    const found = /^(:[-=+?]|[-=+?]|##?|%%?|\/\/?)/.exec(this.text.slice(this.at, this.at + 2));
    if (found === null) return undefined;
    this.at += found[0].length;
    return found[0];
  }

  private parameterName(from: number): string {
    const first = this.text[from] ?? '';
    if (/[0-9@*#?$!-]/.test(first)) return first;
    if (!nameStart.test(first)) return '';
    let end = from + 1;
    while (nameRest.test(this.text[end] ?? '')) end += 1;
    return this.text.slice(from, end);
  }
}

function push(parts: Part[], text: string, isQuoted: boolean): void {
  const last = parts.at(-1);
  if (last?.type === 'text' && last.isQuoted === isQuoted) {
    parts[parts.length - 1] = { type: 'text', text: last.text + text, isQuoted };
  } else {
    parts.push({ type: 'text', text, isQuoted });
  }
}

const unclosed = (what: string) =>
  new SyntaxProblem(`unexpected EOF while looking for matching \`${what}'`, true);
