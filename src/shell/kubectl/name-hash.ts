/**
 * The ten characters that follow a generated ConfigMap's name: the start of a SHA-256 digest with
 * the letters exchanged that could make words. Follows kubectl pkg/util/hash/hash.go.
 */
import { sha256 } from '../../api/sha256.ts';

const exchanged: Readonly<Record<string, string>> = { 0: 'g', 1: 'h', 3: 'k', a: 'm', e: 't' };

/** The suffix for a text (an object's JSON). */
export const nameHash = (text: string): string =>
  [...sha256(text)].map((word) => word.toString(16).padStart(8, '0')).join('').slice(0, 10)
    .replace(/[013ae]/g, (digit) => exchanged[digit] ?? digit);
