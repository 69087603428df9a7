/** What Tab does with the director's candidates: finish the word, or list the choices. */
import type { Completion } from '../../worker/protocol.ts';
import type { Line } from './line-editor.ts';

export interface Completed {
  readonly line: Line;
  /** To be shown under the line when there is more than one way on. */
  readonly choices: readonly string[];
}

export function completed({ text, cursor }: Line, { from, candidates }: Completion): Completed {
  const tail = text.slice(cursor);
  const whole = (word: string, end: string): Line => ({
    text: text.slice(0, from) + word + end + tail,
    cursor: from + word.length + end.length,
  });
  const first = candidates[0];
  if (first === undefined) return { line: { text, cursor }, choices: [] };
  if (candidates.length === 1) {
    const isOpen = /[=/]$/.test(first);
    return { line: whole(first, isOpen || tail.startsWith(' ') ? '' : ' '), choices: [] };
  }
  const shared = commonStart(candidates);
  const typed = text.slice(from, cursor);
  if (shared.length > typed.length) return { line: whole(shared, ''), choices: [] };
  return { line: { text, cursor }, choices: candidates };
}

function commonStart(words: readonly string[]): string {
  let start = words[0] ?? '';
  for (const word of words) {
    while (!word.startsWith(start)) start = start.slice(0, -1);
  }
  return start;
}

/** Columns as a shell lists them. */
export function inColumns(choices: readonly string[], width: number): string {
  const cell = Math.max(...choices.map((each) => each.length)) + 2;
  const columns = Math.max(1, Math.floor(width / cell));
  const rows = Math.ceil(choices.length / columns);
  return Array.from({ length: rows }, (_, row) =>
    Array.from({ length: columns }, (_unused, column) => choices[column * rows + row] ?? '')
      .map((each) => each.padEnd(cell))
      .join('')
      .trimEnd(),
  ).join('\n');
}
