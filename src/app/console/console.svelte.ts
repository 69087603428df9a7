/** The console's wits: the line, its history, completion, pasting; shared by both its looks. */
import { world } from '../world.svelte.ts';
import { words } from '../words/index.svelte.ts';
import { completed, inColumns } from './completion.ts';
import type { Deed } from './line-editor.ts';
import { LineEditor } from './line-editor.ts';

const HISTORY_KEY = 'kubarium.history';
/** More than this at once is for the editor. */
export const PASTE_MAX = 64 * 1024;
const TYPING_MS = 420;

export interface View {
  redraw(): void;
  clear(): void;
  /** Words of the page, not of the world: choices of a completion. */
  note(text: string): void;
  focus(): void;
  readonly columns: number;
}

function readHistory(): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(HISTORY_KEY) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

class Console {
  readonly editor = new LineEditor(readHistory());
  /** A paste too large for a line: offered to the editor instead. */
  refused = $state<string | undefined>();
  view: View | undefined;
  #typing = 0;

  /** Keys as a terminal sends them. */
  hear(data: string): void {
    if (data.length > PASTE_MAX) return this.refuse(data);
    const isPaste = data.startsWith('\x1b[200~');
    this.#do(this.editor.key(isPaste ? data.slice(6).replace('\x1b[201~', '') : data));
  }

  refuse(text: string): void {
    this.refused = text;
    world.say(
      words.now.pasteTooLarge(`${Math.ceil(text.length / 1024).toLocaleString('en')} kB`),
      'bad',
    );
  }

  #do(deed: Deed): void {
    if (deed.do === 'send') return this.#send(deed.lines);
    if (deed.do === 'redraw') this.view?.redraw();
    if (deed.do === 'clear') this.view?.clear();
    if (deed.do === 'complete') void this.complete();
    const { terminal } = world;
    if (deed.do === 'interrupt' || deed.do === 'end-of-file') {
      this.view?.redraw();
      void world.act({ type: deed.do, terminal });
    }
  }

  #send(lines: readonly string[]): void {
    this.view?.redraw();
    this.#keep();
    const { terminal } = world;
    for (const text of lines) void world.act({ type: 'line', terminal, text });
  }

  #keep(): void {
    try {
      localStorage.setItem(HISTORY_KEY, JSON.stringify(this.editor.history.slice(-200)));
    } catch {
      // History is a comfort; without storage it lasts as long as the page.
    }
  }

  async complete(): Promise<void> {
    const { line } = this.editor;
    const found = await world.director?.complete(world.terminal, line.text, line.cursor);
    if (found === undefined || this.editor.line.text !== line.text) return;
    const { line: next, choices } = completed(line, found);
    this.editor.set(next.text, next.cursor);
    if (choices.length > 0) this.view?.note(inColumns(choices, this.view.columns));
    this.view?.redraw();
  }

  /** Types a command so that it can be read, then runs it, or leaves it to be finished. */
  type(command: string, isDraft = false): void {
    cancelAnimationFrame(this.#typing);
    this.view?.focus();
    const start = performance.now();
    const step = (time: number): void => {
      const share = Math.min(1, Math.max(0, (time - start) / TYPING_MS));
      this.editor.set(command.slice(0, Math.ceil(share * command.length)));
      this.view?.redraw();
      if (share < 1) this.#typing = requestAnimationFrame(step);
      else if (!isDraft) this.#do(this.editor.submit());
    };
    this.#typing = requestAnimationFrame(step);
  }
}

export const shell = new Console();
