/**
 * gzip, gunzip, zcat: real gzip streams, by fflate. Files are replaced, as the real ones do it; the
 * words are busybox's, which GNU's differ from little.
 */
import { gunzipSync, gzipSync } from 'fflate';
import { type Process, type Program, normal } from '../../host/index.ts';
import { bytesOf, textOf } from '../../kernel/bytes.ts';
import type { Story } from '../../kernel/index.ts';
import { complain, parseWords, readInput, type Words } from '../command.ts';
import { fileProblem } from '../streams.ts';

const suffix = '.gz';

const options = {
  long: { stdout: 'c', 'to-stdout': 'c', decompress: 'd', uncompress: 'd', keep: 'k', force: 'f' },
};

function* run(process: Process, words: Words, isPacking: boolean): Story<number> {
  const { operands } = words;
  let status = 0;
  for (const name of operands.length === 0 ? ['-'] : operands) {
    status = Math.max(status, yield* one(process, words, name, isPacking));
  }
  return status;
}

// oxlint-disable-next-line max-params -- who, how, what, and in which direction
function* one(process: Process, words: Words, name: string, isPacking: boolean): Story<number> {
  const path = normal(name, process.cwd);
  const isStdin = name === '-';
  const text = isStdin ? yield* readInput(process) : process.files.read(path);
  if (text === undefined) {
    const problem = process.files.stat(path) === undefined ? 'ENOENT' : 'EISDIR';
    return complain(process, `${name}: ${fileProblem(problem)}`);
  }
  const isToOutput = isStdin || words.has('c');
  if (!isToOutput && !isPacking && !name.endsWith(suffix)) {
    return complain(process, `${name}: unknown suffix - ignored`);
  }
  const changed = isPacking ? packed(text) : unpacked(text);
  if (changed === undefined) return complain(process, 'invalid magic');
  if (isToOutput) {
    process.print(changed);
    return 0;
  }
  return replace(process, words, path, isPacking, changed);
}

// oxlint-disable-next-line max-params -- who, how, what, and what becomes of it
function replace(
  process: Process,
  words: Words,
  path: string,
  isPacking: boolean,
  text: string,
): number {
  const made = isPacking ? `${path}${suffix}` : path.slice(0, -suffix.length);
  if (process.files.stat(made) !== undefined && !words.has('f')) {
    return complain(process, `can't open '${made}': File exists`);
  }
  const problem = process.files.write(made, text);
  if (problem !== undefined) return complain(process, `can't open '${made}': ${fileProblem(problem)}`);
  if (!words.has('k')) process.files.remove(path);
  return 0;
}

/** No moment is written down: the same bytes give the same stream. */
const packed = (text: string): string => textOf(gzipSync(bytesOf(text), { mtime: 0 }));

function unpacked(text: string): string | undefined {
  try {
    return textOf(gunzipSync(bytesOf(text)));
  } catch {
    return undefined;
  }
}

const program = (name: string, isPacking: boolean, isToOutput: boolean): Program => ({
  name,
  *main(process) {
    const given = parseWords(process.args, options);
    const words = isToOutput ? { ...given, has: (o: string) => o === 'c' || given.has(o) } : given;
    return yield* run(process, words, isPacking && !given.has('d'));
  },
});

export const gzips: readonly Program[] = [
  program('gzip', true, false),
  program('gunzip', false, false),
  program('zcat', false, true),
];
