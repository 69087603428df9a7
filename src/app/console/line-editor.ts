/**
 * The line being typed: text, cursor, history, search. It knows no terminal and no page; keys go
 * in, and what is to be done comes out.
 */

export interface Line {
  readonly text: string;
  readonly cursor: number;
}

export type Deed =
  | { readonly do: 'nothing' | 'redraw' | 'clear' | 'complete' | 'interrupt' | 'end-of-file' }
  | { readonly do: 'send'; readonly lines: readonly string[] };

const HISTORY_MAX = 500;

export class LineEditor {
  #text = '';
  #cursor = 0;
  #history: string[] = [];
  /** Place in the history; its length is the line being written. */
  #at = 0;
  #draft = '';
  #cut = '';
  #search: { query: string; from: number } | undefined;

  constructor(history: readonly string[] = []) {
    this.#history = [...history];
    this.#at = this.#history.length;
  }

  get line(): Line {
    return { text: this.#text, cursor: this.#cursor };
  }

  get history(): readonly string[] {
    return this.#history;
  }

  /** What stands before the line while the history is searched. */
  get searchPrompt(): string | undefined {
    return this.#search && `(reverse-i-search)\`${this.#search.query}': `;
  }

  set(text: string, cursor = text.length): void {
    this.#text = text;
    this.#cursor = Math.min(text.length, Math.max(0, cursor));
  }

  insert(text: string): void {
    const { head, tail } = this.#parts();
    this.set(head + text + tail, this.#cursor + text.length);
  }

  /** One key or escape sequence as a terminal sends it; printable text may be longer. */
  key(data: string): Deed {
    if (this.#search !== undefined) return this.#searchKey(data);
    const bound = KEYS[data];
    if (bound !== undefined) return bound.call(this);
    if (data.startsWith('\x1b') || (data.length === 1 && data < ' ')) return { do: 'nothing' };
    return this.#type(data);
  }

  /** Text with line breaks runs line by line; what follows the last one stays to be edited. */
  #type(data: string): Deed {
    const pieces = data.replaceAll('\r\n', '\n').replaceAll('\r', '\n').split('\n');
    const rest = pieces.pop() ?? '';
    if (pieces.length === 0) {
      this.insert(printable(rest));
      return { do: 'redraw' };
    }
    const { head, tail } = this.#parts();
    const lines = pieces.map((piece, index) => (index === 0 ? head : '') + printable(piece));
    for (const line of lines) this.#remember(line);
    this.set(printable(rest) + tail, rest.length);
    return { do: 'send', lines };
  }

  submit(): Deed {
    const text = this.#text;
    this.#remember(text);
    this.set('');
    return { do: 'send', lines: [text] };
  }

  #remember(text: string): void {
    this.#draft = '';
    if (text.trim() !== '' && this.#history.at(-1) !== text) this.#history.push(text);
    if (this.#history.length > HISTORY_MAX) this.#history.shift();
    this.#at = this.#history.length;
  }

  #parts(): { head: string; tail: string } {
    return { head: this.#text.slice(0, this.#cursor), tail: this.#text.slice(this.#cursor) };
  }

  move(to: number): Deed {
    this.#cursor = Math.min(this.#text.length, Math.max(0, to));
    return { do: 'redraw' };
  }

  left = (): Deed => this.move(this.#cursor - 1);
  right = (): Deed => this.move(this.#cursor + 1);
  home = (): Deed => this.move(0);
  end = (): Deed => this.move(this.#text.length);
  wordLeft = (): Deed => this.move(wordStart(this.#text, this.#cursor));
  wordRight = (): Deed => this.move(wordEnd(this.#text, this.#cursor));

  erase(from: number, to: number): Deed {
    this.#cut = this.#text.slice(from, to) || this.#cut;
    this.set(this.#text.slice(0, from) + this.#text.slice(to), from);
    return { do: 'redraw' };
  }

  backspace(): Deed {
    if (this.#cursor === 0) return { do: 'nothing' };
    const { head, tail } = this.#parts();
    this.set(head.slice(0, -1) + tail, this.#cursor - 1);
    return { do: 'redraw' };
  }

  delete(): Deed {
    const { head, tail } = this.#parts();
    this.set(head + tail.slice(1), this.#cursor);
    return { do: 'redraw' };
  }

  eraseWord = (): Deed => this.erase(spaceStart(this.#text, this.#cursor), this.#cursor);
  eraseToStart = (): Deed => this.erase(0, this.#cursor);
  eraseToEnd = (): Deed => this.erase(this.#cursor, this.#text.length);

  yank(): Deed {
    this.insert(this.#cut);
    return { do: 'redraw' };
  }

  interrupt(): Deed {
    this.set('');
    this.#at = this.#history.length;
    return { do: 'interrupt' };
  }

  endOfFile = (): Deed => (this.#text === '' ? { do: 'end-of-file' } : this.delete());

  older(): Deed {
    if (this.#at === 0) return { do: 'nothing' };
    if (this.#at === this.#history.length) this.#draft = this.#text;
    this.#at -= 1;
    this.set(this.#history[this.#at] ?? '');
    return { do: 'redraw' };
  }

  newer(): Deed {
    if (this.#at === this.#history.length) return { do: 'nothing' };
    this.#at += 1;
    this.set(this.#at === this.#history.length ? this.#draft : (this.#history[this.#at] ?? ''));
    return { do: 'redraw' };
  }

  search(): Deed {
    this.#search = { query: '', from: this.#history.length };
    return { do: 'redraw' };
  }

  #searchKey(data: string): Deed {
    const search = this.#search as { query: string; from: number };
    if (data === '\x12') return this.#find(search.query, search.from);
    if (data === '\x7f') return this.#find(search.query.slice(0, -1), this.#history.length);
    if (data === '\x07' || data === '\x03') {
      this.#search = undefined;
      this.set('');
      return { do: 'redraw' };
    }
    if (data >= ' ' && !data.startsWith('\x1b')) {
      return this.#find(search.query + data, this.#history.length);
    }
    this.#search = undefined;
    return data === '\x1b' ? { do: 'redraw' } : this.key(data);
  }

  #find(query: string, before: number): Deed {
    for (let index = before - 1; index >= 0; index -= 1) {
      const text = this.#history[index] as string;
      if (query === '' || !text.includes(query)) continue;
      this.set(text, text.indexOf(query));
      this.#search = { query, from: index };
      return { do: 'redraw' };
    }
    this.#search = { query, from: before };
    return { do: 'redraw' };
  }
}

const printable = (text: string): string =>
  // Tabs in pasted manifests are indentation; other control letters are noise.
  [...text.replaceAll('\t', '  ')].filter((each) => each >= ' ' && each !== '\x7f').join('');

const isWord = (letter: string | undefined): boolean =>
  letter !== undefined && /[\p{L}\p{N}]/u.test(letter);

function wordStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && !isWord(text[at - 1])) at -= 1;
  while (at > 0 && isWord(text[at - 1])) at -= 1;
  return at;
}

function wordEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isWord(text[at])) at += 1;
  while (at < text.length && isWord(text[at])) at += 1;
  return at;
}

function spaceStart(text: string, from: number): number {
  let at = from;
  while (at > 0 && text[at - 1] === ' ') at -= 1;
  while (at > 0 && text[at - 1] !== ' ') at -= 1;
  return at;
}

const KEYS: Readonly<Record<string, (this: LineEditor) => Deed>> = {
  '\r': LineEditor.prototype.submit,
  '\n': LineEditor.prototype.submit,
  '\t': () => ({ do: 'complete' }),
  '\x7f': LineEditor.prototype.backspace,
  '\x08': LineEditor.prototype.backspace,
  '\x1b[3~': LineEditor.prototype.delete,
  '\x01': function home() {
    return this.home();
  },
  '\x1b[H': function home() {
    return this.home();
  },
  '\x1bOH': function home() {
    return this.home();
  },
  '\x05': function end() {
    return this.end();
  },
  '\x1b[F': function end() {
    return this.end();
  },
  '\x1bOF': function end() {
    return this.end();
  },
  '\x02': function left() {
    return this.left();
  },
  '\x1b[D': function left() {
    return this.left();
  },
  '\x1bOD': function left() {
    return this.left();
  },
  '\x06': function right() {
    return this.right();
  },
  '\x1b[C': function right() {
    return this.right();
  },
  '\x1bOC': function right() {
    return this.right();
  },
  '\x1bb': function wordLeft() {
    return this.wordLeft();
  },
  '\x1b[1;5D': function wordLeft() {
    return this.wordLeft();
  },
  '\x1bf': function wordRight() {
    return this.wordRight();
  },
  '\x1b[1;5C': function wordRight() {
    return this.wordRight();
  },
  '\x15': function eraseToStart() {
    return this.eraseToStart();
  },
  '\x0b': function eraseToEnd() {
    return this.eraseToEnd();
  },
  '\x17': function eraseWord() {
    return this.eraseWord();
  },
  '\x1b\x7f': function eraseWord() {
    return this.eraseWord();
  },
  '\x19': LineEditor.prototype.yank,
  '\x0c': () => ({ do: 'clear' }),
  '\x03': LineEditor.prototype.interrupt,
  '\x04': function endOfFile() {
    return this.endOfFile();
  },
  '\x10': LineEditor.prototype.older,
  '\x1b[A': LineEditor.prototype.older,
  '\x1bOA': LineEditor.prototype.older,
  '\x0e': LineEditor.prototype.newer,
  '\x1b[B': LineEditor.prototype.newer,
  '\x1bOB': LineEditor.prototype.newer,
  '\x12': LineEditor.prototype.search,
};
