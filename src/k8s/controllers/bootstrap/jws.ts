/**
 * A detached JSON Web Signature (RFC 7515, appendix F), HMAC with SHA-256.
 * Upstream: cluster-bootstrap token/jws.
 */
import { utf8 } from '../../../api/names.ts';
import { sha256OfBytes } from '../../../api/sha256.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** `header..signature` of a text by the token `id.secret`. */
export function detachedSignature(text: string, id: string, secret: string): string {
  const header = base64Url(utf8(`{"alg":"HS256","kid":"${id}"}`));
  const signed = `${header}.${base64Url(utf8(text))}`;
  return `${header}..${base64Url(hmac(utf8(`${id}.${secret}`), utf8(signed)))}`;
}

function base64Url(bytes: readonly number[]): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const [a = 0, b, c] = bytes.slice(at, at + 3);
    const word = (a << 16) | ((b ?? 0) << 8) | (c ?? 0);
    const letters = b === undefined ? 2 : c === undefined ? 3 : 4;
    for (let i = 0; i < letters; i++) text += alphabet[(word >> (18 - 6 * i)) & 63] ?? '';
  }
  return text;
}

const blockSize = 64;

function hmac(key: readonly number[], message: readonly number[]): number[] {
  const short = key.length > blockSize ? digest(key) : key;
  const block = [...short, ...new Array<number>(blockSize - short.length).fill(0)];
  const inner = digest([...block.map((byte) => byte ^ 0x36), ...message]);
  return digest([...block.map((byte) => byte ^ 0x5c), ...inner]);
}

const digest = (bytes: readonly number[]): number[] =>
  [...sha256OfBytes(bytes)].flatMap((word) => [24, 16, 8, 0].map((by) => (word >>> by) & 255));
