/**
 * Bytes as text. Streams, files and messages of the simulation are strings. Bytes that are UTF-8
 * are the characters they spell; each other byte 0x80…0xff is the lone surrogate U+DC80…U+DCFF
 * that stands for it (Python's "surrogateescape", PEP 383). So any bytes have a text, any text has
 * its bytes, and what passes through as text comes out byte for byte.
 */

const escape = 0xdc00;

/** The bytes of a text. A lone surrogate that stands for no byte is the replacement character. */
export function bytesOf(text: string): Uint8Array {
  const bytes = new Uint8Array(byteLength(text));
  let end = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) {
      bytes[end++] = unit;
      continue;
    }
    if (isEscape(unit)) {
      bytes[end++] = unit - escape;
      continue;
    }
    const point = text.codePointAt(i) ?? 0;
    if (point > 0xffff) i++;
    end = putPoint(bytes, end, point >= 0xd800 && point <= 0xdfff ? 0xfffd : point);
  }
  return bytes;
}

function putPoint(bytes: Uint8Array, at: number, point: number): number {
  const extra = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  bytes[at] = ((0xf00 >> (extra + 1)) & 0xff) | (point >> (6 * extra));
  for (let j = 1; j <= extra; j++) bytes[at + j] = 0x80 | ((point >> (6 * (extra - j))) & 0x3f);
  return at + extra + 1;
}

/** How many bytes a text is. */
export function byteLength(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80 || isEscape(unit)) continue;
    if (unit >= 0xd800 && unit <= 0xdbff && isLow(text.charCodeAt(i + 1))) {
      length += 2;
      i++;
    } else length += unit < 0x800 ? 1 : 2;
  }
  return length;
}

const isEscape = (unit: number): boolean => unit >= 0xdc80 && unit <= 0xdcff;
const isLow = (unit: number): boolean => unit >= 0xdc00 && unit <= 0xdfff;

/** The text of bytes that are all there. */
export const textOf = (bytes: Uint8Array): string => new ByteDecoder().write(bytes, true);

/** Text out of bytes that come piece by piece: a character may be split between two of them. */
export class ByteDecoder {
  private rest: Uint8Array = new Uint8Array(0);

  /** @param isLast no more follows: an unfinished character is told as the bytes it is. */
  write(piece: Uint8Array, isLast = false): string {
    const bytes = this.rest.length === 0 ? piece : joined([this.rest, piece]);
    const units = new Uint16Array(bytes.length);
    let end = 0;
    let at = 0;
    while (at < bytes.length) {
      const first = bytes[at] as number;
      if (first < 0x80) {
        units[end++] = first;
        at++;
        continue;
      }
      const length = spelt(bytes, at);
      if (length < 0 && !isLast) break;
      if (length <= 0) units[end++] = escape + (bytes[at++] as number);
      else {
        end = putUnits(units, end, pointAt(bytes, at, length));
        at += length;
      }
    }
    this.rest = bytes.slice(at);
    return stringOf(units.subarray(0, end));
  }
}

/** How long the character at `at` is: 0 when it is none, -1 when its end has not come. */
function spelt(bytes: Uint8Array, at: number): number {
  const first = bytes[at] as number;
  const length = first < 0xc2 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : first < 0xf5 ? 4 : 0;
  for (let j = 1; j < length; j++) {
    const next = bytes[at + j];
    if (next === undefined) return -1;
    if (next >> 6 !== 2 || (j === 1 && !isSecond(first, next))) return 0;
  }
  return length;
}

/** No character is spelt longer than need be, is a surrogate, or is beyond U+10FFFF. */
function isSecond(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first === 0xf0) return second >= 0x90;
  return first !== 0xf4 || second < 0x90;
}

function pointAt(bytes: Uint8Array, at: number, length: number): number {
  let point = (bytes[at] as number) & (0x7f >> length);
  for (let j = 1; j < length; j++) point = (point << 6) | ((bytes[at + j] as number) & 0x3f);
  return point;
}

function putUnits(units: Uint16Array, at: number, point: number): number {
  if (point < 0x10000) {
    units[at] = point;
    return at + 1;
  }
  units[at] = 0xd800 + ((point - 0x10000) >> 10);
  units[at + 1] = 0xdc00 + ((point - 0x10000) & 0x3ff);
  return at + 2;
}

/** So many units go on the stack at once. */
const most = 8192;

function stringOf(units: Uint16Array): string {
  let text = '';
  for (let at = 0; at < units.length; at += most) {
    text += String.fromCharCode(...units.subarray(at, at + most));
  }
  return text;
}

/** Pieces as one. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
