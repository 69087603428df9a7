/**
 * `diff`: the changes between two files or directories, as GNU diffutils 3.8 writes them; busybox's
 * knows the unified form only. Files have no times here: the unified form's heads name the present.
 */
import { type Process, type Program, normal } from '../../host/index.ts';
import { formatTime } from '../../kernel/calendar.ts';
import type { Story } from '../../kernel/index.ts';
import { type Words, complain, parseWords, readInput } from '../command.ts';
import { type Edit, editsOf, unifiedDiff } from '../kubectl/unified-diff.ts';
import { fileProblem } from '../streams.ts';

const long = { unified: 'u', brief: 'q', recursive: 'r', 'new-file': 'N' };

export const diff: Program = {
  name: 'diff',
  *main(process) {
    const words = parseWords(process.args, { long, valued: 'U' });
    const [a, b] = words.operands;
    if (a === undefined || b === undefined) {
      const missing = a === undefined ? 'diff' : a;
      process.printError(`diff: missing operand after '${missing}'\n`);
      process.printError("diff: Try 'diff --help' for more information.\n");
      return 2;
    }
    const typeOf = (path: string) => process.files.stat(normal(path, process.cwd))?.type;
    const [left, right] = [typeOf(a), typeOf(b)];
    if (left === 'directory' && right === 'directory') return yield* folders(process, words, a, b);
    // A file and a directory: the file of that name in the directory.
    if (left === 'directory') return yield* pair(process, words, `${a}/${nameOf(b)}`, b);
    if (right === 'directory') return yield* pair(process, words, a, `${b}/${nameOf(a)}`);
    return yield* pair(process, words, a, b);
  },
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);

function* folders(process: Process, words: Words, a: string, b: string): Story<number> {
  const list = (path: string) => process.files.list(normal(path, process.cwd)) ?? [];
  const [left, right] = [list(a), list(b)];
  let status = 0;
  for (const name of [...new Set([...left, ...right])].toSorted()) {
    const [one, other] = [`${a}/${name}`, `${b}/${name}`];
    if (!left.includes(name) || !right.includes(name)) {
      process.print(`Only in ${left.includes(name) ? a : b}: ${name}\n`);
      status = Math.max(status, 1);
      continue;
    }
    const isFolder = process.files.stat(normal(one, process.cwd))?.type === 'directory';
    if (isFolder && !words.has('r')) {
      process.print(`Common subdirectories: ${one} and ${other}\n`);
      continue;
    }
    const work = isFolder ? folders : inFolder;
    status = Math.max(status, yield* work(process, words, one, other));
  }
  return status;
}

/** What was typed stands above each pair of files that differ. */
function* inFolder(process: Process, words: Words, a: string, b: string): Story<number> {
  const options = process.args.slice(1).filter((word) => word.startsWith('-'));
  return yield* pair(process, words, a, b, `${['diff', ...options, a, b].join(' ')}\n`);
}

// oxlint-disable-next-line max-params -- two files, how, and what stands above
function* pair(
  process: Process, words: Words, a: string, b: string, head = '',
): Story<number> {
  const before = yield* textOf(process, a);
  const after = yield* textOf(process, b);
  if (before === undefined || after === undefined) return 2;
  if (before === after) return 0;
  if (words.has('q')) process.print(`Files ${a} and ${b} differ\n`);
  else if (words.has('u') || words.has('U') || process.container !== undefined) {
    process.print(`${head}--- ${a}${when(process)}\n+++ ${b}${when(process)}\n`);
    process.print(unifiedDiff(before, after));
  } else process.print(head + normalDiff(before, after));
  return 1;
}

function* textOf(process: Process, path: string): Story<string | undefined> {
  if (path === '-') return yield* readInput(process);
  const entry = process.files.stat(normal(path, process.cwd));
  if (entry?.type === 'file') return entry.text;
  complain(process, `${path}: ${fileProblem('ENOENT')}`);
  return undefined;
}

function when({ container, site }: Process): string {
  if (container !== undefined) return '';
  return `\t${formatTime(site.clock).replace('T', ' ').slice(0, 19)}.000000000 +0000`;
}

/** Without context: what to change, and where. */
export function normalDiff(before: string, after: string): string {
  let text = '';
  let group: Edit[] = [];
  const close = () => {
    text += groupText(group);
    group = [];
  };
  const lines = (of: string) => (of === '' ? [] : of.replace(/\n$/, '').split('\n'));
  for (const edit of editsOf(lines(before), lines(after))) {
    if (edit.sign === ' ') close();
    else group.push(edit);
  }
  close();
  return text;
}

function groupText(group: readonly Edit[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const gone = group.filter(({ sign }) => sign === '-');
  const come = group.filter(({ sign }) => sign === '+');
  const range = (start: number, count: number) =>
    count === 0 ? `${start}` : count === 1 ? `${start + 1}` : `${start + 1},${start + count}`;
  const letter = gone.length === 0 ? 'a' : come.length === 0 ? 'd' : 'c';
  const shown = (edits: readonly Edit[], mark: string) =>
    edits.map(({ line }) => `${mark} ${line}\n`).join('');
  return `${range(first.before, gone.length)}${letter}${range(first.after, come.length)}\n` +
    shown(gone, '<') + (letter === 'c' ? '---\n' : '') + shown(come, '>');
}
