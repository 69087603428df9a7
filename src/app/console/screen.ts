/** The terminal on the page: xterm shows the world's text, and the line being typed after it. */
import { FitAddon } from '@xterm/addon-fit';
import { Terminal } from '@xterm/xterm';
import '@xterm/xterm/css/xterm.css';
import type { Line } from './line-editor.ts';

export interface Screen {
  readonly columns: number;
  /** Text of the world: whole, or what is new. */
  write(text: string, isWhole: boolean): void;
  /** Shows the line after the world's text; `prefix` stands for a search. */
  showLine(line: Line, prefix: string | undefined): void;
  clear(): void;
  focus(): void;
  restyle(): void;
  fit(): void;
  dispose(): void;
}

export interface ScreenHandlers {
  data(data: string): void;
  leave(): void;
}

/** Letters that take two cells: enough for what one types on a console. */
const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/u;

const cellsOf = (text: string): number =>
  [...text].reduce((cells, letter) => cells + (WIDE.test(letter) ? 2 : 1), 0);

export function createScreen(host: HTMLElement, handlers: ScreenHandlers): Screen {
  const terminal = new Terminal({
    convertEol: true,
    cursorBlink: true,
    cursorStyle: 'bar',
    cursorWidth: 2,
    fontFamily: '"JetBrains Mono Variable", ui-monospace, Menlo, monospace',
    fontSize: 13,
    lineHeight: 1.3,
    scrollback: 5000,
    screenReaderMode: true,
    theme: themeOf(host),
  });
  const fitting = new FitAddon();
  terminal.loadAddon(fitting);
  terminal.open(host);
  let tail = '';
  let below = 0;

  terminal.onData((data) => handlers.data(data));
  terminal.attachCustomKeyEventHandler(keyGuard(terminal, handlers));

  /** Takes the typed line away again, so that what the world says comes after its own prompt. */
  function eraseLine(): string {
    if (tail === '') return '';
    const up = below > 0 ? `\x1b[${below}A` : '';
    tail = '';
    below = 0;
    return `${up}\x1b8\x1b[J`;
  }

  return {
    get columns() {
      return terminal.cols;
    },
    write(text, isWhole) {
      const erased = eraseLine();
      if (isWhole) terminal.reset();
      terminal.write((isWhole ? '' : erased) + text);
    },
    showLine({ text, cursor }, prefix = '') {
      const shown = prefix + text;
      let out = eraseLine();
      if (shown !== '') {
        const back = cellsOf(shown) - cellsOf(prefix + text.slice(0, cursor));
        out += `\x1b7${shown}${back > 0 ? moveBack(back, terminal.cols) : ''}`;
        tail = shown;
      }
      if (out !== '') terminal.write(out);
    },
    clear() {
      terminal.clear();
    },
    focus: () => terminal.focus(),
    restyle() {
      terminal.options.theme = themeOf(host);
    },
    fit: () => fitting.fit(),
    dispose: () => terminal.dispose(),
  };
}

/** Which keys are the page's, not the terminal's: leaving by Tab, copying, pasting. */
function keyGuard(terminal: Terminal, handlers: ScreenHandlers): (event: KeyboardEvent) => boolean {
  let isTabFree = false;
  return (event) => {
    // Ctrl+M frees Tab, so that the console holds no one captive.
    if (event.ctrlKey && event.key === 'm') {
      if (event.type === 'keydown') isTabFree = !isTabFree;
      event.preventDefault();
      return false;
    }
    if (event.key === 'Tab' && isTabFree) {
      isTabFree = false;
      handlers.leave();
      return false;
    }
    const isCopy = event.key === 'c' && terminal.hasSelection();
    return !(event.ctrlKey && (event.key === 'v' || isCopy));
  };
}

/** Cursor back by cells; a wrapped line needs no more, for the start is restored when erased. */
const moveBack = (cells: number, columns: number): string =>
  cells < columns
    ? `\x1b[${cells}D`
    : `\x1b[${Math.floor(cells / columns)}A\x1b[${cells % columns}D`;

function themeOf(host: HTMLElement): Record<string, string> {
  const style = getComputedStyle(host);
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim();
  return {
    background: colour('screen'),
    foreground: colour('ink'),
    cursor: colour('accent'),
    cursorAccent: colour('screen'),
    selectionBackground: colour('selection'),
    green: colour('ready'),
    yellow: colour('warning'),
    red: colour('failed'),
    blue: colour('accent'),
    cyan: colour('running'),
    magenta: colour('hue-0'),
    brightBlack: colour('quiet'),
  };
}
