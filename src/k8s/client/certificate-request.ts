/**
 * The subject of a certificate request (PEM): of a real one (PKCS #10) the values of CN and O, found
 * by their attribute types; or in our machines' own words, as certificates have them.
 */
import { decodeBase64 } from '../../api/base64.ts';
import type { CertificateSubject } from './certificate.ts';

const block = /-----BEGIN CERTIFICATE REQUEST-----([A-Za-z0-9+/=\s]+)-----END/;
const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
/** OBJECT IDENTIFIER 2.5.4, as DER; then which attribute. */
const attributeType = [0x06, 0x03, 0x55, 0x04];
const commonNameType = 3;
const organizationType = 10;

/** Undefined when the text is no request, or names nobody. */
export function subjectOfRequest(pem: string): CertificateSubject | undefined {
  const body = block.exec(pem)?.[1]?.replaceAll(/\s/g, '');
  if (body === undefined) return undefined;
  const own = decodeBase64(body);
  const found = own?.startsWith('subject\n') ? plainValues(own) : derValues(bytesOf(body));
  const [commonName] = found(commonNameType);
  return commonName === undefined
    ? undefined
    : { commonName, organizations: found(organizationType) };
}

type Values = (type: number) => readonly string[];

const plainValues = (text: string): Values => (type) => {
  const key = type === commonNameType ? 'CN=' : 'O=';
  return text.split('\n').filter((line) => line.startsWith(key)).map((line) => line.slice(key.length));
};

const derValues = (bytes: readonly number[]): Values => (type) => {
  const found: string[] = [];
  for (let at = 0; at + attributeType.length + 3 < bytes.length; at++) {
    if (!attributeType.every((byte, i) => bytes[at + i] === byte)) continue;
    if (bytes[at + attributeType.length] !== type) continue;
    // A string's tag, its length (a subject's is short), its letters.
    const start = at + attributeType.length + 3;
    const length = bytes[start - 1] ?? 0;
    if (length < 0x80) found.push(String.fromCharCode(...bytes.slice(start, start + length)));
  }
  return found;
};

function bytesOf(base64: string): readonly number[] {
  const bytes: number[] = [];
  let [word, bits] = [0, 0];
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
