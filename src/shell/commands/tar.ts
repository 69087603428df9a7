/** tar: create, extract, list. The words are GNU's on Debian and Ubuntu, busybox's elsewhere. */
import { gunzipSync, gzipSync } from 'fflate';
import { type Process, type Program, normal, parentOf } from '../../host/index.ts';
import { ByteDecoder, bytesOf } from '../../kernel/bytes.ts';
import { formatTime } from '../../kernel/calendar.ts';
import type { Story } from '../../kernel/index.ts';
import { complain, readInput } from '../command.ts';
import { isGnu } from './gnu.ts';
import { fileProblem } from '../streams.ts';
import { readTar, type TarEntry, writeTar } from '../tar-archive.ts';

interface TarWords {
  readonly letters: ReadonlySet<string>;
  readonly archive: string;
  readonly directory: string | undefined;
  readonly operands: readonly string[];
  readonly unknown: string | undefined;
}

const valued = 'fC';
const known = 'cxtfCmvpokhPz';
const longNames: Readonly<Record<string, string>> = {
  create: 'c', extract: 'x', get: 'x', list: 't', file: 'f', directory: 'C', touch: 'm',
  verbose: 'v', 'no-same-permissions': 'o', 'no-same-owner': 'o', 'same-permissions': 'p',
  'preserve-permissions': 'p', 'absolute-names': 'P', dereference: 'h', gzip: 'z', gunzip: 'z', ungzip: 'z',
};

/** Old style (`tar cf - x`), letters with a dash, long names. */
function wordsOf(args: readonly string[]): TarWords {
  const letters = new Set<string>();
  const values: Record<string, string> = {};
  const operands: string[] = [];
  let unknown: string | undefined;
  const rest = args.slice(1);
  const take = (letter: string, value?: string) => {
    if (!known.includes(letter)) unknown ??= letter;
    letters.add(letter);
    if (valued.includes(letter)) values[letter] = value ?? rest.shift() ?? '';
  };
  for (let isFirst = true; rest.length > 0; isFirst = false) {
    const word = rest.shift() ?? '';
    if (word.startsWith('--')) {
      const [name = '', value] = word.slice(2).split(/=(.*)/s);
      take(longNames[name] ?? word, value);
    } else if (/^-./.test(word)) shortWords(word.slice(1), take);
    else if (isFirst) for (const letter of word) take(letter);
    else operands.push(word);
  }
  return { letters, archive: values['f'] ?? '-', directory: values['C'], operands, unknown };
}

/** `-xmf -`, `-C/tmp`: a value may be the rest of its word. */
function shortWords(word: string, take: (letter: string, value?: string) => void): void {
  for (let i = 0; i < word.length; i++) {
    const letter = word[i] ?? '';
    if (!valued.includes(letter)) take(letter);
    else return take(letter, word.slice(i + 1) || undefined);
  }
}

export const tar: Program = {
  name: 'tar',
  *main(process) {
    const words = wordsOf(process.args);
    const says = isGnu(process) ? gnu : busybox;
    const { letters, directory = '.', unknown } = words;
    if (unknown !== undefined) return fail(process, says.unknown(unknown), says.fatal);
    if (!['c', 'x', 't'].some((letter) => letters.has(letter))) {
      return fail(process, says.nothing, says.fatal);
    }
    const base = normal(directory, process.cwd);
    const found = process.files.stat(base);
    if (found?.type !== 'directory') {
      const problem = fileProblem(found === undefined ? 'ENOENT' : 'ENOTDIR');
      return fail(process, says.noDirectory(directory, problem), says.fatal);
    }
    return letters.has('c')
      ? create(process, words, base, says)
      : yield* unpack(process, words, base, says);
  },
};

interface Says {
  readonly fatal: number;
  readonly nothing: string;
  unknown(option: string): string;
  noDirectory(path: string, problem: string): string;
  noFile(path: string, problem: string): string;
  noArchive(path: string, problem: string): string;
  noWrite(path: string, problem: string): string;
  readonly leading: string;
  readonly corrupt: string;
  readonly delayed: string;
}

const gnu: Says = {
  fatal: 2,
  nothing:
    "You must specify one of the '-Acdtrux', '--delete' or '--test-label' options\n" +
    "Try 'tar --help' or 'tar --usage' for more information.",
  unknown: (option) =>
    (option.startsWith('--')
      ? `unrecognized option '${option}'\n`
      : `invalid option -- '${option}'\n`) +
    "Try 'tar --help' or 'tar --usage' for more information.",
  noDirectory: (path, problem) =>
    `${path}: Cannot open: ${problem}\ntar: Error is not recoverable: exiting now`,
  noFile: (path, problem) => `${path}: Cannot stat: ${problem}`,
  noArchive: (path, problem) =>
    `${path}: Cannot open: ${problem}\ntar: Error is not recoverable: exiting now`,
  noWrite: (path, problem) => `${path}: Cannot open: ${problem}`,
  leading: "Removing leading `/' from member names",
  corrupt:
    'This does not look like a tar archive\ntar: Exiting with failure status due to previous errors',
  delayed: 'Exiting with failure status due to previous errors',
};

const busybox: Says = {
  fatal: 1,
  nothing: "must specify one of '-c', '-x', or '-t'",
  unknown: (option) =>
    option.startsWith('--') ? `unrecognized option '${option}'` : `invalid option -- '${option}'`,
  noDirectory: (path, problem) => `can't change directory to '${path}': ${problem}`,
  noFile: (path, problem) => `${path}: ${problem}`,
  noArchive: (path, problem) => `can't open '${path}': ${problem}`,
  noWrite: (path, problem) => `can't open '${path}': ${problem}`,
  leading: "removing leading '/' from member names",
  corrupt: 'invalid tar magic',
  delayed: 'error exit delayed from previous errors',
};

const fail = (process: Process, message: string, status: number): number =>
  complain(process, message, status);

// oxlint-disable-next-line max-params -- who, what, where, and in which words
function create(process: Process, words: TarWords, base: string, says: Says): number {
  const entries: TarEntry[] = [];
  let status = 0;
  let hasWarned = false;
  for (const operand of words.operands) {
    if (process.files.entry(normal(operand, base)) === undefined) {
      status = fail(process, says.noFile(operand, fileProblem('ENOENT')), says.fatal);
      continue;
    }
    const name = operand.replace(/\/+$/, '') || '/';
    const isAbsolute = name.startsWith('/') && !words.letters.has('P');
    if (isAbsolute && !hasWarned) complain(process, says.leading);
    hasWarned ||= isAbsolute;
    gather(process, base, name, entries);
  }
  if (words.letters.has('v')) {
    const text = entries.map(({ name }) => `${name}\n`).join('');
    if (words.archive === '-') process.printError(text);
    else process.print(text);
  }
  const bytes = writeTar(entries.map((entry) => relative(entry, words.letters)));
  deliver(process, words, words.letters.has('z') ? gzipSync(bytes, { mtime: 0 }) : bytes);
  return status === 0 ? 0 : fail(process, says.delayed, says.fatal);
}

const relative = (entry: TarEntry, letters: ReadonlySet<string>): TarEntry =>
  letters.has('P') ? entry : { ...entry, name: entry.name.replace(/^\/+/, '') || './' };

/** An entry and all below it. */
// oxlint-disable-next-line max-params -- a tree, where it is, and where it goes
function gather(process: Process, base: string, name: string, entries: TarEntry[]): void {
  const path = normal(name, base);
  const entry = process.files.entry(path);
  if (entry === undefined) return;
  const time = Math.floor(process.site.clock / 1000);
  if (entry.type === 'file') {
    entries.push({ name, type: 'file', mode: entry.mode, text: entry.text, time });
  } else if (entry.type === 'link') {
    entries.push({ name, type: 'link', mode: 0o777, text: entry.target, time });
  } else {
    const below = name.endsWith('/') ? name : `${name}/`;
    entries.push({ name: below, type: 'directory', mode: entry.mode, text: '', time });
    for (const child of process.files.list(path) ?? []) {
      gather(process, base, `${below}${child}`, entries);
    }
  }
}

/** GNU's and busybox's pieces. */
const pieceBytes = 20 * 512;

function deliver(process: Process, { archive }: TarWords, bytes: Uint8Array): void {
  const decoder = new ByteDecoder();
  let text = '';
  for (let at = 0; at < bytes.length; at += pieceBytes) {
    const isLast = at + pieceBytes >= bytes.length;
    const piece = decoder.write(bytes.subarray(at, at + pieceBytes), isLast);
    if (archive === '-') process.print(piece);
    else text += piece;
  }
  if (archive !== '-') process.files.write(normal(archive, process.cwd), text);
}

// oxlint-disable-next-line max-params -- who, what, where, and in which words
function* unpack(process: Process, words: TarWords, base: string, says: Says): Story<number> {
  const { archive, letters, operands } = words;
  const text =
    archive === '-'
      ? yield* readInput(process)
      : process.files.read(normal(archive, process.cwd));
  if (text === undefined) {
    return fail(process, says.noArchive(archive, fileProblem('ENOENT')), says.fatal);
  }
  const entries = readTar(unzipped(bytesOf(text)));
  if (entries === undefined) return fail(process, says.corrupt, says.fatal);
  let status = 0;
  for (const entry of entries) {
    if (!isWanted(entry.name, operands)) continue;
    if (letters.has('t')) list(process, entry, letters.has('v'));
    else {
      if (letters.has('v')) process.print(`${entry.name}\n`);
      const problem = extract(process, base, entry);
      if (problem === undefined) continue;
      status = fail(process, says.noWrite(entry.name, fileProblem(problem)), says.fatal);
    }
  }
  return status === 0 ? 0 : fail(process, says.delayed, says.fatal);
}

/** Archives in gzip's form are known by their first bytes, with or without -z. */
function unzipped(bytes: Uint8Array): Uint8Array {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return gunzipSync(bytes);
  } catch {
    return bytes;
  }
}

const isWanted = (name: string, operands: readonly string[]): boolean =>
  operands.length === 0 ||
  operands.some((wanted) => {
    const path = wanted.replace(/\/+$/, '');
    return name.replace(/\/+$/, '') === path || name.startsWith(`${path}/`);
  });

function extract(process: Process, base: string, entry: TarEntry): string | undefined {
  const { files } = process;
  // No archive writes outside the directory that it is unpacked in.
  const path = normal(`${base}/${normal(entry.name)}`);
  if (entry.type === 'directory') return files.makeDirectory(path);
  const problem = files.makeDirectory(parentOf(path));
  if (problem !== undefined) return problem;
  if (entry.type === 'file') return files.write(path, entry.text, entry.mode);
  files.link(path, entry.text);
  return undefined;
}

function list(process: Process, entry: TarEntry, isLong: boolean): void {
  if (!isLong) return process.print(`${entry.name}\n`);
  const kind = entry.type === 'directory' ? 'd' : entry.type === 'link' ? 'l' : '-';
  const bits = [6, 3, 0].map((shift) => {
    const three = entry.mode >> shift;
    return `${three & 4 ? 'r' : '-'}${three & 2 ? 'w' : '-'}${three & 1 ? 'x' : '-'}`;
  });
  const stamp = formatTime(entry.time * 1000);
  const size = entry.type === 'file' ? bytesOf(entry.text).length : 0;
  const isGnus = isGnu(process);
  const time = `${stamp.slice(0, 10)} ${stamp.slice(11, isGnus ? 16 : 19)}`;
  const target = entry.type === 'link' ? ` -> ${entry.text}` : '';
  process.print(
    `${kind}${bits.join('')} root/root ${String(size).padStart(9)} ${time} ${entry.name}${target}\n`,
  );
}
