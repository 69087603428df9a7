/**
 * A terminal's line discipline (Linux' n_tty, cooked): real clients send keys and show only what
 * comes back; the world's terminals take whole lines. Keys are echoed and edited here, and lines
 * go out with their end as the terminal wants it.
 */
export class LineDiscipline {
  private readonly enter: (text: string) => void;
  private readonly echo: (text: string) => void;
  private line: string[] = [];
  private escape = '';

  /** @param enter takes lines, `\x03` and `\x04` (end of file). @param echo shows text. */
  constructor(enter: (text: string) => void, echo: (text: string) => void) {
    this.enter = enter;
    this.echo = echo;
  }

  /** Keys as they are pressed. */
  typed(text: string): void {
    for (const key of text) this.key(key);
  }

  /** Output as the terminal shows it. */
  static shown(text: string): string {
    return text.replaceAll(/\r?\n/g, '\r\n');
  }

  private key(key: string): void {
    // Cursor keys and their like: nothing to move in here.
    if (this.escape !== '' || key === '\x1b') {
      this.escape += key;
      if (/^\x1b(?:[^[O]|[[O][^A-Za-z~]*[A-Za-z~])/.test(this.escape)) this.escape = '';
      return;
    }
    const control = controls[key];
    if (control !== undefined) return control(this);
    if (key < ' ') return;
    this.line.push(key);
    this.echo(key);
  }

  /** Enter. */
  finish(): void {
    this.echo('\r\n');
    this.flush('\n');
  }

  flush(end: string): void {
    const text = this.line.join('') + end;
    this.line = [];
    this.enter(text);
  }

  interrupt(): void {
    this.line = [];
    this.echo('^C\r\n');
    this.enter('\x03');
  }

  endOfFile(): void {
    if (this.line.length > 0) this.flush('');
    else this.enter('\x04');
  }

  /** Takes back the last characters: as many as `count` says of the line. */
  erase(count: (line: readonly string[]) => number): void {
    for (let left = Math.min(count(this.line), this.line.length); left > 0; left--) {
      this.line.pop();
      this.echo('\b \b');
    }
  }
}

const one = () => 1;
const all = (line: readonly string[]) => line.length;
const word = (line: readonly string[]) => /\S*\s*$/.exec(line.join(''))?.[0].length ?? 0;

const controls: Readonly<Record<string, (discipline: LineDiscipline) => void>> = {
  '\r': (discipline) => discipline.finish(),
  '\n': (discipline) => discipline.finish(),
  '\x03': (discipline) => discipline.interrupt(),
  '\x04': (discipline) => discipline.endOfFile(),
  '\x7f': (discipline) => discipline.erase(one),
  '\b': (discipline) => discipline.erase(one),
  '\x15': (discipline) => discipline.erase(all),
  '\x17': (discipline) => discipline.erase(word),
};
