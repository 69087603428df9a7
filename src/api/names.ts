/**
 * Making names: random suffixes, hashes in names. What names may look like is in `name-rules.ts`.
 * Follows apimachinery pkg/util/rand and apiserver pkg/storage/names.
 */
export * from './name-rules.ts';

/** No vowels, nor what looks like one: no bad words, no mistaken digits. */
export const suffixAlphabet = 'bcdfghjklmnpqrstvwxz2456789';

/** A whole number from 0 to below `bound`: how chance is handed in. */
export type Pick = (bound: number) => number;

/** `length` letters of the safe alphabet. */
export function randomSuffix(pick: Pick, length = 5): string {
  let text = '';
  for (let i = 0; i < length; i++) text += suffixAlphabet[pick(suffixAlphabet.length)] ?? '';
  return text;
}

/** `web-` → `web-x7k2p`; the base is cut so that the whole has 63 characters at most. */
export const generateName = (base: string, pick: Pick): string =>
  base.slice(0, 58) + randomSuffix(pick);

/** Rewrites a text (a hash in decimal digits) in the safe alphabet, letter by letter. */
export function safeEncodeString(text: string): string {
  let encoded = '';
  for (let i = 0; i < text.length; i++) {
    encoded += suffixAlphabet[text.charCodeAt(i) % suffixAlphabet.length] ?? '';
  }
  return encoded;
}

/** FNV-1a, 32 bits, of the text's UTF-8 bytes. Unsigned. */
export function fnv32a(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (const byte of utf8(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash >>> 0;
}

/** FNV-1, 32 bits (multiply first): what a few components hash with. Unsigned. */
export function fnv32(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of utf8(text)) hash = Math.imul(hash, 0x01000193) ^ byte;
  return hash >>> 0;
}

/** The bytes of a text in UTF-8; a lone surrogate counts as the replacement character. */
export function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (let i = 0; i < text.length; i++) {
    const raw = text.codePointAt(i) ?? 0;
    if (raw > 0xffff) i += 1;
    const code = raw >= 0xd800 && raw <= 0xdfff ? 0xfffd : raw;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), tail(code));
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), tail(code >> 6), tail(code));
    else bytes.push(0xf0 | (code >> 18), tail(code >> 12), tail(code >> 6), tail(code));
  }
  return bytes;
}

const tail = (bits: number): number => 0x80 | (bits & 0x3f);

/** How many bytes a text takes in UTF-8, without making them. */
export function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x80) continue;
    // A surrogate pair is two units and four bytes; any other unit from 0x800 takes three.
    length += unit < 0x800 || (unit >= 0xd800 && unit <= 0xdfff) ? 1 : 2;
  }
  return length;
}
