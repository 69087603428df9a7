/** Base64 of texts as bytes, both ways, without the platform's help (the simulation has none). */
import { bytesOf, textOf } from '../kernel/bytes.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(text: string): string {
  const bytes = bytesOf(text);
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const [a = 0, b = 0, c = 0] = bytes.slice(i, i + 3);
    const bits = (a << 16) | (b << 8) | c;
    const rest = bytes.length - i;
    encoded += letter(bits >> 18) + letter(bits >> 12);
    encoded += rest > 1 ? letter(bits >> 6) : '=';
    encoded += rest > 2 ? letter(bits) : '=';
  }
  return encoded;
}

const letter = (bits: number): string => alphabet[bits & 63] ?? '';

/** How many bytes a base64 text stands for. */
export function base64Length(text: string): number {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  return Math.floor((text.length * 3) / 4) - padding;
}

/** The text, or undefined when this is no base64. */
export function decodeBase64(encoded: string): string | undefined {
  const digits = encoded.replace(/=+$/, '');
  const bytes: number[] = [];
  let bits = 0;
  let count = 0;
  for (const digit of digits) {
    const value = alphabet.indexOf(digit);
    if (value < 0) return undefined;
    bits = ((bits << 6) | value) & 0xffffff;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return textOf(Uint8Array.from(bytes));
}
