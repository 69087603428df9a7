/**
 * Commands that show: less and more (a page is all there is: the terminal scrolls by itself), man
 * (there are no manual pages), df and du (coreutils 9.1).
 */
import { type Files, type Process, type Program, normal } from '../../host/index.ts';
import { byteLength } from '../../kernel/bytes.ts';
import { command, complain, parseWords, readInput } from '../command.ts';
import { fileProblem } from '../streams.ts';

const pager = (name: 'less' | 'more'): Program => command(name, {}, function* (process, words) {
  const { operands } = words;
  if (operands.length === 0) {
    if (process.stdin.isClosed || !isTerminal(process)) {
      process.print(yield* readInput(process));
      return 0;
    }
    const hint = name === 'less'
      ? 'Missing filename ("less --help" for help)\n' : 'more: bad usage\n';
    process.printError(hint);
    return 1;
  }
  let status = 0;
  for (const path of operands) {
    const entry = process.files.stat(normal(path, process.cwd));
    if (entry?.type === 'file') {
      if (name === 'more' && operands.length > 1) {
        process.print(`::::::::::::::\n${path}\n::::::::::::::\n`);
      }
      process.print(entry.text);
      continue;
    }
    status = 1;
    if (entry?.type === 'directory') {
      process.printError(name === 'less' ? `${path} is a directory\n` : `\n*** ${path}: directory ***\n\n`);
    } else if (name === 'less') process.printError(`${path}: ${fileProblem('ENOENT')}\n`);
    else complain(process, `cannot open ${path}: ${fileProblem('ENOENT')}`);
  }
  return status;
});

/** Whether a command's input is the terminal itself, not a pipe. */
const isTerminal = ({ tty, stdin }: Process): boolean =>
  tty !== undefined && 'input' in tty && tty.input === stdin;

/** Debian's minimal systems have no manual pages; kubectl never had any. */
const man: Program = {
  name: 'man',
  *main(process) {
    const words = parseWords(process.args, {}).operands.filter((word) => !/^\d$/.test(word));
    if (words.length === 0) {
      process.print("What manual page do you want?\nFor example, try 'man man'.\n");
      return 1;
    }
    for (const word of words) {
      process.printError(`No manual entry for ${word}\n`);
      if (process.files.stat(`/usr/bin/${word}`) === undefined) continue;
      process.printError(`(There are no manual pages here. "${word} --help" may know.)\n`);
    }
    return 16;
  },
};

/** Bytes below a path, each file and directory in blocks of 4 KiB. */
function blocksOf(files: Files, path: string): number {
  const entry = files.entry(path);
  if (entry === undefined) return 0;
  if (entry.type === 'file') return Math.ceil(byteLength(entry.text) / 4096) * 4;
  if (entry.type === 'link') return 0;
  let sum = 4;
  for (const name of files.list(path) ?? []) sum += blocksOf(files, normal(name, path));
  return sum;
}

const units = ['K', 'M', 'G', 'T'];

/** KiB as `-h` writes them: rounded up, with one digit behind the point below ten. */
function readable(kibibytes: number): string {
  let [size, unit] = [kibibytes, 0];
  while (size >= 1024) [size, unit] = [size / 1024, unit + 1];
  if (size === 0) return '0';
  const shown = size < 10 && !(unit === 0 && Number.isInteger(size))
    ? (Math.ceil(size * 10) / 10).toFixed(1) : String(Math.ceil(size));
  return `${shown}${units[unit] ?? 'P'}`;
}

const du = command('du', { valued: 'd', long: { 'max-depth': 'd', summarize: 's', all: 'a', 'human-readable': 'h' } },
  function* (process, { operands, has, value }) {
    const { files } = process;
    const most = has('s') ? 0 : Number(value('d') ?? Infinity);
    const shown = (kibibytes: number) => (has('h') ? readable(kibibytes) : String(kibibytes));
    const visit = (path: string, depth: number): number => {
      const at = normal(path, process.cwd);
      const isFolder = files.entry(at)?.type === 'directory';
      let sum = isFolder ? 4 : blocksOf(files, at);
      const names = isFolder ? (files.list(at) ?? []) : [];
      for (const name of names) sum += visit(path === '/' ? `/${name}` : `${path}/${name}`, depth + 1);
      if (depth <= most && (isFolder || has('a') || depth === 0)) process.print(`${shown(sum)}\t${path}\n`);
      return sum;
    };
    let status = 0;
    for (const path of operands.length === 0 ? ['.'] : operands) {
      if (files.stat(normal(path, process.cwd)) !== undefined) visit(path, 0);
      else status = complain(process, `cannot access '${path}': ${fileProblem('ENOENT')}`);
    }
    return status;
  });

/** The one disk. In use is what its files take; images and the system itself are not counted. */
const df = command('df', { long: { 'human-readable': 'h' } }, function* (process, { operands, has }) {
  for (const path of operands) {
    if (process.files.stat(normal(path, process.cwd)) === undefined) {
      return complain(process, `${path}: ${fileProblem('ENOENT')}`);
    }
  }
  const { machine, container } = process;
  const total = Math.floor(machine.description.diskBytes / 1024);
  const used = blocksOf(machine.files, '/');
  const share = `${Math.ceil((used / total) * 100)}%`;
  const isReadable = has('h');
  const [size, taken, free] = [total, used, total - used].map((kibibytes) =>
    (isReadable ? readable(kibibytes) : String(kibibytes)));
  const heads = isReadable ? ['Size', 'Used', 'Avail'] : ['1K-blocks', 'Used', 'Available'];
  const line = (name: string, cells: readonly (string | undefined)[], rest: string) =>
    `${name.padEnd(14)} ${cells.map((cell = '', i) => cell.padStart(isReadable ? 5 : i === 1 ? 8 : 9)).join(' ')} ${rest}\n`;
  process.print(line('Filesystem', heads, 'Use% Mounted on'));
  const device = container === undefined ? '/dev/sda1' : 'overlay';
  process.print(line(device, [size, taken, free], `${share.padStart(4)} /`));
  return 0;
});

export const looking: readonly Program[] = [pager('less'), pager('more'), man, du, df];
