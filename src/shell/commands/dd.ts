/**
 * `dd`: blocks from one file to another. Its words are those of coreutils and of busybox's
 * coreutils/dd.c. Simplified: what is random repeats itself after a while.
 */
import { type Process, type Program, normal, sleep } from '../../host/index.ts';
import { bytesOf, textOf } from '../../kernel/bytes.ts';
import type { Story } from '../../kernel/index.ts';
import { complain, readInput } from '../command.ts';
import { fileProblem, fileSink } from '../streams.ts';
import { isGnu, quoted } from './gnu.ts';

/** More than this has no room. */
const bytesMost = 128 * 1024 * 1024;
/** A disk writes so many bytes in a millisecond. */
const bytesPerMs = 500_000;
const known = new Set(['if', 'of', 'bs', 'ibs', 'obs', 'count', 'skip', 'seek', 'conv', 'status', 'oflag', 'iflag']);

export const dd: Program = { name: 'dd', main: copy };

function* copy(process: Process): Story<number> {
  const options = new Map<string, string>();
  for (const word of process.args.slice(1)) {
    const [name = '', value] = word.split(/=(.*)/s);
    if (value === undefined || !known.has(name)) {
      return complain(process, `unrecognized operand ${quoted(process, word)}`);
    }
    options.set(name, value);
  }
  const size = sizeOf(options.get('bs') ?? options.get('ibs') ?? '512');
  const count = options.has('count') ? sizeOf(options.get('count') ?? '') : Infinity;
  if (!(size > 0) || Number.isNaN(count)) return complain(process, 'invalid number');
  const skipped = size * sizeOf(options.get('skip') ?? '0');
  const source = yield* sourceOf(process, options.get('if'));
  if (typeof source === 'string') return complain(process, source);
  const target = options.get('of');
  const sink = target === undefined ? process.stdout : fileSink(process, target, false);
  if (typeof sink === 'string') {
    return complain(process, `failed to open ${quoted(process, target ?? '')}: ${sink}`);
  }
  const length = Math.min(size * count, Math.max(0, source.length - skipped));
  if (length > bytesMost) {
    return complain(process, `error writing ${quoted(process, target ?? 'standard output')}: No space left on device`);
  }
  const ms = Math.ceil(length / bytesPerMs);
  yield* sleep(ms);
  if (target !== '/dev/null') sink.write(source.text(skipped, length));
  if (options.get('status') !== 'none') report(process, length, size, ms);
  return 0;
}

/** Something to read from: endless, or as long as it is. */
interface BlockSource {
  readonly length: number;
  text(from: number, length: number): string;
}

function* sourceOf(process: Process, path: string | undefined): Story<BlockSource | string> {
  if (path === '/dev/zero') return { length: Infinity, text: (_, length) => '\0'.repeat(length) };
  if (path === '/dev/random' || path === '/dev/urandom') return randomOf(process);
  let text: string | undefined;
  if (path === undefined || path === '/dev/stdin') text = yield* readInput(process);
  else if (path === '/dev/null') text = '';
  else {
    const entry = process.files.stat(normal(path, process.cwd));
    if (entry?.type === 'directory') return `error reading ${quoted(process, path)}: Is a directory`;
    if (entry?.type !== 'file') return `failed to open ${quoted(process, path)}: ${fileProblem('ENOENT')}`;
    ({ text } = entry);
  }
  const bytes = bytesOf(text);
  return {
    length: bytes.length,
    text: (from, length) => textOf(bytes.subarray(from, from + length)),
  };
}

const randomBytes = 4_096;

function randomOf({ site }: Process): BlockSource {
  const block = Uint8Array.from({ length: randomBytes }, () => site.chance.below(256));
  const whole = textOf(block);
  const text = (_: number, length: number) =>
    whole.repeat(Math.floor(length / randomBytes)) + textOf(block.subarray(0, length % randomBytes));
  return { length: Infinity, text };
}

const units: Readonly<Record<string, number>> = {
  '': 1, c: 1, w: 2, b: 512, k: 1024, K: 1024, kB: 1000, KB: 1000, M: 1_048_576, MB: 1e6,
  G: 1_073_741_824, GB: 1e9,
};

function sizeOf(text: string): number {
  const [, number, unit = ''] = /^(\d+)([A-Za-z]*)$/.exec(text) ?? [];
  return number === undefined ? NaN : Number(number) * (units[unit] ?? NaN);
}

function report(process: Process, length: number, size: number, ms: number): void {
  const records = `${Math.floor(length / size)}+${length % size === 0 ? 0 : 1}`;
  const seconds = Math.max(ms, 1) / 1000;
  const line = isGnu(process) ? gnuLine(length, seconds) : busyboxLine(length, seconds);
  process.printError(`${records} records in\n${records} records out\n${line}\n`);
}

function gnuLine(length: number, seconds: number): string {
  const rate = `${seconds} s, ${short(length / seconds, 1000, ' ', 'B')}/s`;
  if (length < 1000) return `${length} bytes copied, ${rate}`;
  const decimal = short(length, 1000, ' ', 'B');
  const binary = length < 1024 ? '' : `, ${short(length, 1024, ' ', 'iB').replace('k', 'K')}`;
  return `${length} bytes (${decimal}${binary}) copied, ${rate}`;
}

const busyboxLine = (length: number, seconds: number): string =>
  `${length} bytes (${plain(length)}B) copied, ${seconds.toFixed(6)} seconds, ` +
  `${plain(length / seconds)}B/s`;

const plain = (value: number): string => short(value, 1024, '', '').replace('k', 'K');

/** Two digits at least: `4.2 MB`, `42 MB`; busybox always has one after the point. */
function short(value: number, base: number, gap: string, unit: string): string {
  let rest = value;
  let step = 0;
  for (; rest >= base && step < 4; step++) rest /= base;
  const prefix = ['', 'k', 'M', 'G', 'T'][step] ?? '';
  const isWhole = step === 0 || (unit !== '' && rest >= 9.95);
  return `${isWhole ? Math.round(rest) : rest.toFixed(1)}${gap}${prefix}${step === 0 ? unit.replace('i', '') : unit}`;
}
