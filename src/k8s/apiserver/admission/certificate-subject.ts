/**
 * The organizations of a certificate request (PKCS #10, PEM): the values of the attribute type
 * 2.5.4.10 wherever it stands, which in a request is its subject. What is no such request has none.
 */

const block = /-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END/;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** OBJECT IDENTIFIER 2.5.4.10 (organizationName), as DER. */
const organization = [0x06, 0x03, 0x55, 0x04, 0x0a];

export function organizationsOf(pem: string): readonly string[] {
  const body = block.exec(pem)?.[1];
  if (body === undefined) return [];
  const bytes = bytesOf(body);
  const found: string[] = [];
  for (let at = 0; at + organization.length + 2 < bytes.length; at++) {
    if (!organization.every((byte, i) => bytes[at + i] === byte)) continue;
    // A string's tag, its length (a subject's is short), its letters.
    const start = at + organization.length + 2;
    const length = bytes[start - 1] ?? 0;
    if (length < 0x80) found.push(String.fromCharCode(...bytes.slice(start, start + length)));
  }
  return found;
}

function bytesOf(base64: string): readonly number[] {
  const bytes: number[] = [];
  let word = 0;
  let bits = 0;
  for (const letter of base64) {
    const value = alphabet.indexOf(letter);
    if (value < 0) continue;
    word = ((word << 6) | value) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes.push((word >> bits) & 255);
  }
  return bytes;
}
