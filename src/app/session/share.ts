/** A session in a link: `#s=` and a version, then the deflated file in URL-safe letters. */
import { deflateSync, inflateSync, strFromU8, strToU8 } from 'fflate';
import type { Refusal, SessionFile } from '../../worker/protocol.ts';
import { parseSession } from './check.ts';

const MARK = '#s=';
/** One letter: how the rest is packed. */
const PACKING = '1';
/** Longer links break in chats and mails. */
export const LINK_MAX = 30_000;
/** A link that unpacks to more than this is not opened. */
const UNPACKED_MAX = 16 * 1024 * 1024;

export const isSessionLink = (hash: string): boolean => hash.startsWith(MARK);

/** The fragment for a session; undefined when it would be too long for a link. */
export function toFragment(session: SessionFile): string | undefined {
  const packed = deflateSync(strToU8(JSON.stringify(session)), { level: 9 });
  const fragment = MARK + PACKING + toLetters(packed) + checksum(packed);
  return fragment.length > LINK_MAX ? undefined : fragment;
}

export function fromFragment(hash: string): SessionFile | Refusal {
  const packing = hash.slice(MARK.length, MARK.length + 1);
  if (packing !== PACKING) return { error: 'other-version', detail: `packing “${packing}”` };
  try {
    const letters = hash.slice(MARK.length + 1);
    const packed = fromLetters(letters.slice(0, -4));
    if (checksum(packed) !== letters.slice(-4)) {
      return { error: 'damaged', detail: 'some of the link is missing' };
    }
    return parseSession(strFromU8(inflateSync(packed, { out: new Uint8Array(sizeFor(packed)) })));
  } catch {
    return { error: 'damaged', detail: 'it could not be unpacked' };
  }
}

/** Deflate shrinks text by some 1,000 times at most. */
const sizeFor = (packed: Uint8Array): number => Math.min(UNPACKED_MAX, packed.length * 1032 + 64);

function toLetters(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

function fromLetters(letters: string): Uint8Array {
  const text = atob(letters.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(text, (each) => each.charCodeAt(0));
}

/** Four letters that tell a cut link from a whole one. */
function checksum(bytes: Uint8Array): string {
  let hash = 2166136261;
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 16777619);
  return (hash >>> 0).toString(36).padStart(7, '0').slice(-4);
}
