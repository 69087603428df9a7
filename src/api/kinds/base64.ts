/**
 * Base64 of a text's UTF-8 bytes, without the platform's help (the simulation has none).
 */
import { utf8 } from '../names.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

export function encodeBase64(text: string): string {
  const bytes = utf8(text);
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
