/** Base64 of UTF-8 texts, both ways, without the platform's help (the simulation has none). */
import { encodeBase64 } from '../../api/kinds/base64.ts';

export { encodeBase64 };

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

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
  return fromUtf8(bytes);
}

/** Texts from bytes; what is no UTF-8 becomes U+FFFD. */
function fromUtf8(bytes: readonly number[]): string {
  let text = '';
  for (let i = 0; i < bytes.length; i++) {
    const first = bytes[i] ?? 0;
    const extra =
      first < 0x80 ? 0 : first >> 5 === 6 ? 1 : first >> 4 === 14 ? 2 : first >> 3 === 30 ? 3 : -1;
    if (extra < 0) {
      text += '\ufffd';
      continue;
    }
    let point = extra === 0 ? first : first & (0x3f >> extra);
    for (let j = 0; j < extra; j++) point = (point << 6) | ((bytes[++i] ?? 0) & 0x3f);
    text += point > 0x10ffff ? '\ufffd' : String.fromCodePoint(point);
  }
  return text;
}
