/** Base64 for URLs, without padding (RFC 4648 section 5), of ASCII and other text in UTF-8. */
import { utf8 } from './names.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** Two letters at once: every Pod has a token, and every token is some 900 letters. */
const pairs = [...alphabet].flatMap((a) => [...alphabet].map((b) => a + b));

export function base64Encode(text: string): string {
  const bytes = utf8(text);
  let encoded = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const word = ((bytes[i] ?? 0) << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0);
    encoded += pairs[word >> 12];
    if (left > 2) encoded += pairs[word & 4095];
    else if (left === 2) encoded += alphabet[(word >> 6) & 63];
  }
  return encoded;
}

/** Undefined when it is no base64. */
export function base64Decode(encoded: string): string | undefined {
  const bytes: number[] = [];
  let word = 0;
  let bits = 0;
  for (const letter of encoded.replace(/=+$/, '')) {
    const value = alphabet.indexOf(letter === '+' ? '-' : letter === '/' ? '_' : letter);
    if (value < 0) return undefined;
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((word >> bits) & 255);
  }
  try {
    return decodeURIComponent(
      bytes.map((byte) => `%${byte.toString(16).padStart(2, '0')}`).join(''),
    );
  } catch {
    return undefined;
  }
}
