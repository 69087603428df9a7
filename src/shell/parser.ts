/** The shell's grammar: POSIX sh and what people use of bash. Follows POSIX.1-2017, chapter 2. */
import { Scanner } from './scanner.ts';
import {
  type AndOr,
  type Assignment,
  type Command,
  type Pipeline,
  type Redirection,
  type Script,
  SyntaxProblem,
  type Word,
} from './syntax.ts';

/** Parses a whole script; throws a SyntaxProblem. */
export function parse(text: string): Script {
  const parser = new Parser(new Scanner(text, substitution));
  const script = parser.script();
  if (!parser.isAtEnd) parser.unexpected();
  return script;
}

const substitution = (scanner: Scanner): Script => new Parser(scanner).script();

const closers = new Set(['then', 'fi', 'elif', 'else', 'do', 'done', 'esac', '}']);

class Parser {
  private readonly scanner: Scanner;
  private readonly hereDocuments: {
    end: string;
    isIndented: boolean;
    isLiteral: boolean;
    fill: (text: Word) => void;
  }[] = [];

  constructor(scanner: Scanner) {
    this.scanner = scanner;
  }

  get isAtEnd(): boolean {
    return this.scanner.isAtEnd;
  }

  unexpected(): never {
    const { scanner } = this;
    if (scanner.isAtEnd) throw new SyntaxProblem('syntax error: unexpected end of file', true);
    const token = /^(&&|\|\||;;|[;&|()<>\n]|[^\s;&|()<>]+)/.exec(scanner.text.slice(scanner.at));
    const shown = token?.[0] === '\n' ? 'newline' : (token?.[0] ?? '');
    throw new SyntaxProblem(`syntax error near unexpected token \`${shown}'`);
  }

  script(): Script {
    const items: AndOr[] = [];
    for (;;) {
      this.skipLines();
      if (this.scanner.isAtEnd || this.scanner.peek() === ')' || this.scanner.startsWith(';;'))
        break;
      if (closers.has(this.peekWord())) break;
      items.push(this.andOr());
    }
    return items;
  }

  private andOr(): AndOr {
    const { at: from } = this.scanner;
    const first = this.pipeline();
    const rest: AndOr['rest'][number][] = [];
    for (;;) {
      this.scanner.skipBlanks();
      const operator = this.scanner.startsWith('&&')
        ? '&&'
        : this.scanner.startsWith('||')
          ? '||'
          : undefined;
      if (operator === undefined) break;
      this.scanner.at += 2;
      this.skipLines();
      rest.push({ operator, pipeline: this.pipeline() });
    }
    const { at: to } = this.scanner;
    const isBackground = this.separator();
    if (!isBackground) return { first, rest, isBackground };
    return { first, rest, isBackground, text: this.scanner.text.slice(from, to).trim() };
  }

  /** What ends a list's item; true when it is a lone `&`. */
  private separator(): boolean {
    const { scanner } = this;
    scanner.skipBlanks();
    const c = scanner.peek();
    if (c === '&') {
      scanner.at += 1;
      return true;
    }
    if (c === ';' && scanner.peek(1) !== ';') scanner.at += 1;
    else if (c === '\n') this.endLine();
    else if (c !== '' && c !== ')' && !scanner.startsWith(';;')) this.unexpected();
    else if (c === '') this.readHereDocuments();
    return false;
  }

  private pipeline(): Pipeline {
    let isNegated = false;
    while (this.peekWord() === '!') {
      this.takeWord();
      isNegated = !isNegated;
    }
    const commands = [this.command()];
    for (;;) {
      this.scanner.skipBlanks();
      if (this.scanner.peek() !== '|' || this.scanner.peek(1) === '|') break;
      this.scanner.at += 1;
      this.skipLines();
      commands.push(this.command());
    }
    return { isNegated, commands };
  }

  private command(): Command {
    const { scanner } = this;
    scanner.skipBlanks();
    if (scanner.peek() === '(') {
      scanner.at += 1;
      const body = this.script();
      this.expect(')');
      return { type: 'subshell', body, redirections: this.redirections() };
    }
    switch (this.peekWord()) {
      case '{':
        return this.group();
      case 'if':
        return this.conditional();
      case 'while':
      case 'until':
        return this.loop();
      case 'for':
        return this.forEach();
      case 'case':
        return this.cases();
      default:
        return this.functionOrSimple();
    }
  }

  private group(): Command {
    this.takeWord();
    const body = this.script();
    this.keyword('}');
    return { type: 'group', body, redirections: this.redirections() };
  }

  private conditional(): Command {
    const branches: { test: Script; body: Script }[] = [];
    let otherwise: Script | undefined;
    do {
      this.takeWord();
      const test = this.script();
      this.keyword('then');
      branches.push({ test, body: this.script() });
    } while (this.peekWord() === 'elif');
    if (this.peekWord() === 'else') {
      this.takeWord();
      otherwise = this.script();
    }
    this.keyword('fi');
    return { type: 'if', branches, otherwise, redirections: this.redirections() };
  }

  private loop(): Command {
    const until = this.takeWord() === 'until';
    const test = this.script();
    const body = this.doBody();
    return { type: 'loop', until, test, body, redirections: this.redirections() };
  }

  private forEach(): Command {
    this.takeWord();
    const name = this.takeWord();
    if (!/^[A-Za-z_]\w*$/.test(name)) {
      throw new SyntaxProblem(`syntax error: \`${name}': not a valid identifier`);
    }
    this.skipLines();
    let words: Word[] | undefined;
    if (this.peekWord() === 'in') {
      this.takeWord();
      words = [];
      for (let word = this.nextWord(); word !== undefined; word = this.nextWord()) words.push(word);
    }
    this.separator();
    const body = this.doBody();
    return { type: 'for', name, words, body, redirections: this.redirections() };
  }

  private doBody(): Script {
    this.skipLines();
    this.keyword('do');
    const body = this.script();
    this.keyword('done');
    return body;
  }

  private cases(): Command {
    this.takeWord();
    const word = this.nextWord() ?? this.unexpected();
    this.skipLines();
    this.keyword('in');
    const clauses: { patterns: Word[]; body: Script }[] = [];
    for (;;) {
      this.skipLines();
      if (this.peekWord() === 'esac') break;
      if (this.scanner.peek() === '(') this.scanner.at += 1;
      const patterns = [this.nextWord() ?? this.unexpected()];
      this.scanner.skipBlanks();
      while (this.scanner.peek() === '|') {
        this.scanner.at += 1;
        patterns.push(this.nextWord() ?? this.unexpected());
        this.scanner.skipBlanks();
      }
      this.expect(')');
      clauses.push({ patterns, body: this.script() });
      this.skipLines();
      if (this.scanner.startsWith(';;')) this.scanner.at += 2;
    }
    this.keyword('esac');
    return { type: 'case', word, clauses, redirections: this.redirections() };
  }

  private functionOrSimple(): Command {
    const { scanner } = this;
    const found = /^(?:function[ \t]+)?([A-Za-z_][\w-]*)[ \t]*\([ \t]*\)\s*(?=[{(])/.exec(
      scanner.text.slice(scanner.at, scanner.at + 200),
    );
    if (found?.[1] === undefined) return this.simple();
    scanner.at += found[0].length;
    return { type: 'function', name: found[1], body: this.command() };
  }

  private simple(): Command {
    const assignments: Assignment[] = [];
    const words: Word[] = [];
    const redirections: Redirection[] = [];
    for (;;) {
      this.scanner.skipBlanks();
      const redirection = this.redirection();
      if (redirection !== undefined) {
        redirections.push(redirection);
        continue;
      }
      const word = this.scanner.word();
      if (word === undefined) break;
      const assignment = words.length === 0 ? assignmentOf(word) : undefined;
      if (assignment !== undefined) assignments.push(this.withElements(assignment));
      else words.push(word);
    }
    if (words.length + assignments.length + redirections.length === 0) this.unexpected();
    return { type: 'simple', assignments, words, redirections };
  }

  /** `name=(a b c)`. */
  private withElements(assignment: Assignment): Assignment {
    const { scanner } = this;
    if (assignment.value.length > 0 || scanner.text[scanner.at] !== '(') return assignment;
    scanner.at += 1;
    const elements: Word[] = [];
    for (;;) {
      scanner.skipBlanks();
      while (scanner.text[scanner.at] === '\n') {
        scanner.at += 1;
        scanner.skipBlanks();
      }
      const word = scanner.word();
      if (word === undefined) break;
      elements.push(word);
    }
    if (scanner.text[scanner.at] !== ')') this.unexpected();
    scanner.at += 1;
    return { ...assignment, elements };
  }

  private redirections(): Redirection[] {
    const all: Redirection[] = [];
    for (;;) {
      this.scanner.skipBlanks();
      const one = this.redirection();
      if (one === undefined) return all;
      all.push(one);
    }
  }

  private redirection(): Redirection | undefined {
    const { scanner } = this;
    const found = /^(\d*)(<<<|<<-|<<|<&|>&|>>|>\||<(?!\()|>)|^()(&>>|&>)/.exec(
      scanner.text.slice(scanner.at, scanner.at + 8),
    );
    if (found === null) return undefined;
    scanner.at += found[0].length;
    const operator = (found[2] ?? found[4] ?? '').replace('>|', '>');
    const isInput = operator.startsWith('<');
    const fd = found[1] ? Number(found[1]) : isInput ? 0 : 1;
    scanner.skipBlanks();
    if (operator === '<<' || operator === '<<-') return this.hereDocument(fd, operator === '<<-');
    const target = scanner.word() ?? this.unexpected();
    return { fd, operator: operator as Redirection['operator'], target };
  }

  private hereDocument(fd: number, isIndented: boolean): Redirection {
    const end = this.scanner.word() ?? this.unexpected();
    const redirection = { fd, operator: '<<' as const, target: [] as Word };
    this.hereDocuments.push({
      end: end.map((part) => (part.type === 'text' ? part.text : '')).join(''),
      isIndented,
      isLiteral: end.some((part) => part.type === 'text' && part.isQuoted),
      fill: (text) => {
        redirection.target = text;
      },
    });
    return redirection;
  }

  private readHereDocuments(): void {
    for (const { end, isIndented, isLiteral, fill } of this.hereDocuments.splice(0)) {
      const lines: string[] = [];
      for (;;) {
        if (this.scanner.isAtEnd) {
          throw new SyntaxProblem(
            `here-document delimited by end-of-file (wanted \`${end}')`,
            true,
          );
        }
        const from = this.scanner.at;
        this.scanner.skipTo('\n');
        const line = this.scanner.text.slice(from, this.scanner.at);
        this.scanner.at += 1;
        const shown = isIndented ? line.replace(/^\t+/, '') : line;
        if (shown === end) break;
        lines.push(`${shown}\n`);
      }
      const text = lines.join('');
      fill(
        isLiteral
          ? [{ type: 'text', text, isQuoted: true }]
          : new Scanner(text, substitution).expandable(() => false),
      );
    }
  }

  private skipLines(): void {
    for (;;) {
      this.scanner.skipBlanks();
      if (this.scanner.peek() !== '\n') return;
      this.endLine();
    }
  }

  private endLine(): void {
    this.scanner.at += 1;
    this.readHereDocuments();
  }

  private expect(text: string): void {
    this.scanner.skipBlanks();
    if (!this.scanner.startsWith(text)) this.unexpected();
    this.scanner.at += text.length;
  }

  private keyword(word: string): void {
    this.skipLines();
    if (this.peekWord() !== word) this.unexpected();
    this.takeWord();
  }

  private nextWord(): Word | undefined {
    this.scanner.skipBlanks();
    return this.scanner.word();
  }

  /** The plain word that comes next, without taking it. */
  private peekWord(): string {
    this.scanner.skipBlanks();
    const found = /^[^\s;&|()<>'"\\$`]+/.exec(
      this.scanner.text.slice(this.scanner.at, this.scanner.at + 64),
    );
    return found?.[0] ?? '';
  }

  private takeWord(): string {
    const word = this.peekWord();
    this.scanner.at += word.length;
    return word;
  }
}

function assignmentOf(word: Word): Assignment | undefined {
  const first = word[0];
  if (first?.type !== 'text' || first.isQuoted) return undefined;
  const found = /^([A-Za-z_]\w*)=/.exec(first.text);
  if (found?.[1] === undefined) return undefined;
  const rest = first.text.slice(found[0].length);
  const value = rest === '' ? word.slice(1) : [{ ...first, text: rest }, ...word.slice(1)];
  return { name: found[1], value };
}
