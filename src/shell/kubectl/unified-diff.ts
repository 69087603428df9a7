/** Two texts as `diff -u` shows them: hunks with three lines around each change. */

const around = 3;

/** A line that stays, goes or comes. */
export interface Edit {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
  /** How many lines of each side come before it. */
  readonly before: number;
  readonly after: number;
}

/** The hunks, without the two lines that name the files. */
export function unifiedDiff(before: string, after: string): string {
  const edits = editsOf(linesOf(before), linesOf(after));
  const changed = edits.flatMap(({ sign }, i) => (sign === ' ' ? [] : [i]));
  const hunks: Edit[][] = [];
  let end = 0;
  for (const i of changed) {
    const from = Math.max(end, i - around);
    const to = Math.min(edits.length, i + around + 1);
    if (from > end || hunks.length === 0) hunks.push(edits.slice(from, to));
    else hunks.at(-1)?.push(...edits.slice(end, to));
    end = Math.max(end, to);
  }
  return hunks.map(hunkText).join('');
}

const linesOf = (text: string): readonly string[] =>
  text === '' ? [] : text.replace(/\n$/, '').split('\n');

function hunkText(hunk: readonly Edit[]): string {
  const [first] = hunk;
  if (first === undefined) return '';
  const count = (sign: '-' | '+') => hunk.filter((edit) => edit.sign === ' ' || edit.sign === sign).length;
  const range = (start: number, length: number) =>
    length === 1 ? String(start + 1) : `${length === 0 ? start : start + 1},${length}`;
  const head = `@@ -${range(first.before, count('-'))} +${range(first.after, count('+'))} @@\n`;
  return head + hunk.map(({ sign, line }) => `${sign}${line}\n`).join('');
}

/** The shortest way from one list to the other, by longest common subsequences. */
export function editsOf(a: readonly string[], b: readonly string[]): readonly Edit[] {
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    const [row, next] = [lengths[i] as Uint32Array, lengths[i + 1] as Uint32Array];
    for (let j = b.length - 1; j >= 0; j -= 1) {
      row[j] = a[i] === b[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, row[j + 1] ?? 0);
    }
  }
  const edits: Edit[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const isSame = i < a.length && j < b.length && a[i] === b[j];
    const takesA = j >= b.length || (i < a.length && (lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0));
    if (isSame) edits.push({ sign: ' ', line: a[i] ?? '', before: i++, after: j++ });
    else if (takesA) edits.push({ sign: '-', line: a[i] ?? '', before: i++, after: j });
    else edits.push({ sign: '+', line: b[j] ?? '', before: i, after: j++ });
  }
  return edits;
}
