/**
 * Text in columns: cells end at tabs; neighbouring lines that share a column get its width.
 * Follows Go's text/tabwriter and its liggitt variant, which remembers widths between flushes.
 */

export interface TabSettings {
  readonly minWidth: number;
  readonly padding: number;
  /** Keeps the widths of the first flush for later ones, as `kubectl get -w` does. */
  readonly remembers?: boolean;
}

/** `kubectl get`'s tables. */
export const tableTabs: TabSettings = { minWidth: 6, padding: 3, remembers: true };
/** `kubectl describe`. */
export const describeTabs: TabSettings = { minWidth: 0, padding: 2 };

export class TabWriter {
  private readonly settings: TabSettings;
  private text = '';
  private remembered: number[] = [];

  constructor(settings: TabSettings) {
    this.settings = settings;
  }

  write(text: string): void {
    this.text += text;
  }

  /** What was written, in columns. */
  flush(): string {
    const { text } = this;
    this.text = '';
    if (text === '') return '';
    const lines = text.split('\n').map((line) => line.split('\t'));
    const widths = new Map<string[], number[]>(lines.map((line) => [line, []]));
    this.measure(lines, widths);
    return lines.map((line) => pad(line, widths.get(line) ?? [])).join('\n');
  }

  forget(): void {
    this.remembered = [];
  }

  /** A column is a run of lines that all have a cell there which a tab ends. */
  private measure(lines: readonly string[][], widths: Map<string[], number[]>): void {
    const most = Math.max(...lines.map((line) => line.length));
    for (let column = 0; column < most - 1; column += 1) {
      for (let start = 0; start < lines.length; start += 1) {
        let end = start;
        while (end < lines.length && continues(lines, start, end, column)) end += 1;
        if (end === start) continue;
        const block = lines.slice(start, end);
        const width = this.widthOf(block, column);
        for (const line of block) widths.get(line)?.push(width);
        start = end - 1;
      }
    }
  }

  private widthOf(block: readonly string[][], column: number): number {
    const { minWidth, padding, remembers } = this.settings;
    const widest = Math.max(...block.map((line) => lengthOf(line[column] ?? '')));
    let width = Math.max(minWidth, widest + padding);
    if (remembers === true) {
      width = Math.max(width, this.remembered[column] ?? 0);
      this.remembered[column] = width;
    }
    return width;
  }
}

// A column's block lies inside one block of the column before it, as Go's recursion has it; since
// a line with cell n also has all cells before n, runs of consecutive lines say the same.
const continues = (
  lines: readonly string[][], start: number, at: number, column: number,
): boolean => at >= start && (lines[at]?.length ?? 0) - 1 > column;

function pad(line: readonly string[], widths: readonly number[]): string {
  const last = line.length - 1;
  return line.map((cell, i) =>
    i === last ? cell : cell + ' '.repeat(Math.max(0, (widths[i] ?? 0) - lengthOf(cell)))).join('');
}

/** Runes, not UTF-16 units. */
const lengthOf = (cell: string): number => {
  let length = 0;
  for (const _ of cell) length += 1;
  return length;
};
