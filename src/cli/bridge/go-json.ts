/**
 * Go's words for JSON that is none, as kube-apiserver passes them on. Follows the scanner of
 * encoding/json (src/encoding/json/scanner.go): the first character that cannot be there.
 */

import { depthMost } from '../../api/depth.ts';

/** The complaint about a text that `JSON.parse` refuses. */
export function goJsonError(text: string): string {
  const scanner = new Scanner(text);
  scanner.value();
  if (scanner.problem === undefined) {
    scanner.space();
    if (!scanner.isOver) scanner.fail('after top-level value');
  }
  return scanner.problem ?? 'unexpected end of JSON input';
}

class Scanner {
  problem: string | undefined;
  private readonly text: string;
  private at = 0;
  private depth = 0;

  constructor(text: string) {
    this.text = text;
  }

  get isOver(): boolean {
    return this.at >= this.text.length;
  }

  private peek(): string {
    return this.text[this.at] ?? '';
  }

  fail(context: string): void {
    this.problem ??= this.isOver
      ? 'unexpected end of JSON input'
      : `invalid character ${quoted(this.peek())} ${context}`;
  }

  space(): void {
    while (/[ \t\r\n]/.test(this.peek())) this.at += 1;
  }

  value(): void {
    this.space();
    const next = this.peek();
    if (next === '{' || next === '[') this.nested(next);
    else if (next === '"') this.string();
    else if (next === '-' || /\d/.test(next)) this.number();
    else if (next === 't') this.word('true');
    else if (next === 'f') this.word('false');
    else if (next === 'n') this.word('null');
    else this.fail('looking for beginning of value');
  }

  private nested(open: string): void {
    if (this.depth === depthMost) return this.fail('exceeded max depth');
    this.depth += 1;
    if (open === '{') this.object();
    else this.array();
    this.depth -= 1;
  }

  private object(): void {
    this.at += 1;
    this.space();
    if (this.peek() === '}') return this.skip();
    for (;;) {
      this.space();
      if (this.peek() !== '"') return this.fail('looking for beginning of object key string');
      this.string();
      if (this.problem !== undefined) return;
      this.space();
      if (this.peek() !== ':') return this.fail('after object key');
      this.at += 1;
      this.value();
      if (this.problem !== undefined) return;
      this.space();
      if (this.peek() === '}') return this.skip();
      if (this.peek() !== ',') return this.fail('after object key:value pair');
      this.at += 1;
    }
  }

  private array(): void {
    this.at += 1;
    this.space();
    if (this.peek() === ']') return this.skip();
    for (;;) {
      this.value();
      if (this.problem !== undefined) return;
      this.space();
      if (this.peek() === ']') return this.skip();
      if (this.peek() !== ',') return this.fail('after array element');
      this.at += 1;
    }
  }

  private string(): void {
    this.at += 1;
    for (;;) {
      const next = this.peek();
      if (next === '' || next < ' ') return this.fail('in string literal');
      this.at += 1;
      if (next === '"') return;
      if (next === '\\') this.escape();
      if (this.problem !== undefined) return;
    }
  }

  private escape(): void {
    const next = this.peek();
    if (!/["\\/bfnrtu]/.test(next) || next === '') return this.fail('in string escape code');
    this.at += 1;
    if (next !== 'u') return;
    for (let i = 0; i < 4; i += 1) {
      if (!/[0-9a-fA-F]/.test(this.peek())) return this.fail('in \\u hexadecimal character escape');
      this.at += 1;
    }
  }

  private number(): void {
    if (this.peek() === '-') this.at += 1;
    if (this.peek() === '0') this.at += 1;
    else if (!this.digits()) return this.fail('in numeric literal');
    if (this.peek() === '.') {
      this.at += 1;
      if (!this.digits()) return this.fail('after decimal point in numeric literal');
    }
    if (this.peek() !== 'e' && this.peek() !== 'E') return;
    this.at += 1;
    if (this.peek() === '+' || this.peek() === '-') this.at += 1;
    if (!this.digits()) this.fail('in exponent of numeric literal');
  }

  private digits(): boolean {
    const start = this.at;
    while (/\d/.test(this.peek())) this.at += 1;
    return this.at > start;
  }

  private word(word: string): void {
    for (const letter of word) {
      if (this.peek() !== letter) {
        const context = `in literal ${word} (expecting ${quoted(letter)})`;
        return this.fail(context);
      }
      this.at += 1;
    }
  }

  private skip(): void {
    this.at += 1;
  }
}

/** Go's %q of one character, as its scanner writes it. */
function quoted(char: string): string {
  if (char === "'") return "'\\''";
  if (char === '"') return "'\"'";
  const named: Record<string, string> = { '\n': '\\n', '\t': '\\t', '\r': '\\r', '\\': '\\\\' };
  const known = named[char];
  if (known !== undefined) return `'${known}'`;
  return char < ' ' ? `'\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}'` : `'${char}'`;
}
