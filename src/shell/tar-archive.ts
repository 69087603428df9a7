/**
 * The tar format (POSIX ustar, with GNU's and pax's long names): what `tar` writes and reads, and
 * what kubectl's cp sends. Owners are root's; times are those of the writing.
 */
import { bytesOf, joined, textOf } from '../kernel/bytes.ts';

export interface TarEntry {
  readonly name: string;
  readonly type: 'file' | 'directory' | 'link';
  readonly mode: number;
  /** A file's contents, or a link's target. */
  readonly text: string;
  /** Seconds since 1970. */
  readonly time: number;
}

const block = 512;

/** An archive, with the two empty blocks at its end. */
export function writeTar(entries: readonly TarEntry[]): Uint8Array {
  const pieces = entries.flatMap(piecesOf);
  return joined([...pieces, new Uint8Array(2 * block)]);
}

function piecesOf(entry: TarEntry): Uint8Array[] {
  const name = bytesOf(entry.name);
  const content = bytesOf(entry.type === 'file' ? entry.text : '');
  const own = [headerOf(entry, name.subarray(0, 100), content.length), ...padded(content)];
  if (name.length <= 100) return own;
  const long = joined([name, new Uint8Array(1)]);
  const link = { ...entry, name: '././@LongLink', type: 'file', mode: 0 } as const;
  return [headerOf(link, bytesOf(link.name), long.length, 'L'), ...padded(long), ...own];
}

const padded = (bytes: Uint8Array): Uint8Array[] =>
  bytes.length === 0 ? [] : [bytes, new Uint8Array((block - (bytes.length % block)) % block)];

const flags = { file: '0', link: '2', directory: '5' } as const;

// oxlint-disable-next-line max-params -- an entry and what its header says of it
function headerOf(entry: TarEntry, name: Uint8Array, size: number, flag?: string): Uint8Array {
  const header = new Uint8Array(block);
  const put = (at: number, text: string) => header.set(bytesOf(text), at);
  const octal = (at: number, width: number, value: number) =>
    put(at, value.toString(8).padStart(width, '0'));
  header.set(name, 0);
  octal(100, 7, entry.mode);
  octal(108, 7, 0);
  octal(116, 7, 0);
  octal(124, 11, size);
  octal(136, 11, entry.time);
  put(148, '        ');
  put(156, flag ?? flags[entry.type]);
  if (entry.type === 'link') header.set(bytesOf(entry.text).subarray(0, 100), 157);
  put(257, 'ustar\u000000root');
  put(297, 'root');
  octal(148, 6, header.reduce((sum, byte) => sum + byte, 0));
  put(154, '\u0000 ');
  return header;
}

/** The entries of an archive; undefined when it is none. */
export function readTar(bytes: Uint8Array): readonly TarEntry[] | undefined {
  const entries: TarEntry[] = [];
  let longName: string | undefined;
  let at = 0;
  while (at + block <= bytes.length) {
    const header = bytes.subarray(at, at + block);
    if (header.every((byte) => byte === 0)) return entries;
    if (!isHeader(header)) return undefined;
    const size = octalAt(header, 124, 12);
    const content = bytes.subarray(at + block, at + block + size);
    if (content.length < size) return undefined;
    at += block + Math.ceil(size / block) * block;
    const flag = String.fromCharCode(header[156] ?? 0);
    if (flag === 'L') longName = textAt(content, 0, size);
    else if (flag === 'x') longName = paxPath(textOf(content)) ?? longName;
    else if (flag !== 'g') {
      entries.push(entryOf(header, flag, content, longName));
      longName = undefined;
    }
  }
  // An archive that was cut at a member's end is none either.
  return undefined;
}

// oxlint-disable-next-line max-params -- a header, what it says, and what came before it
function entryOf(
  header: Uint8Array,
  flag: string,
  content: Uint8Array,
  longName: string | undefined,
): TarEntry {
  const prefix = textAt(header, 257, 6) === 'ustar' ? textAt(header, 345, 155) : '';
  const short = textAt(header, 0, 100);
  const name = longName ?? (prefix === '' ? short : `${prefix}/${short}`);
  const type = flag === '5' ? 'directory' : flag === '2' ? 'link' : 'file';
  const text = type === 'link' ? textAt(header, 157, 100) : textOf(content);
  const [mode, time] = [octalAt(header, 100, 8), octalAt(header, 136, 12)];
  return { name, type, mode, text, time };
}

/** `27 path=a/long/name\n`. */
const paxPath = (text: string): string | undefined => /(?:^|\n)\d+ path=([^\n]*)\n/.exec(text)?.[1];

function isHeader(header: Uint8Array): boolean {
  let sum = 0;
  header.forEach((byte, i) => (sum += i >= 148 && i < 156 ? 32 : byte));
  return sum === octalAt(header, 148, 8);
}

function textAt(bytes: Uint8Array, from: number, most: number): string {
  const field = bytes.subarray(from, from + most);
  const end = field.indexOf(0);
  return textOf(end < 0 ? field : field.subarray(0, end));
}

const octalAt = (bytes: Uint8Array, from: number, width: number): number =>
  parseInt(textAt(bytes, from, width).trim() || '0', 8);
