/**
 * YAML configuration files. Every node has the same ones, and a replay has them again: each text is
 * read once (a tenth of a node's boot otherwise). A pure memory: it changes no answer.
 */
import { parse } from 'yaml';
import { freeze } from '../../api/freeze.ts';

const known = new Map<string, unknown>();
const knownMax = 200;

/** What a text says, frozen. Throws the YAML reader's error when it is none. */
export function readYaml(text: string): unknown {
  const kept = known.get(text);
  if (kept !== undefined) return kept;
  const value: unknown = freeze(parse(text) ?? {});
  if (known.size >= knownMax) known.clear();
  known.set(text, value);
  return value;
}
