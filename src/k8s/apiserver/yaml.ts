/** YAML bodies: the server takes them wherever it takes JSON (sigs.k8s.io/yaml upstream). */
import { parse } from 'yaml';
import type { Json } from '../../api/object.ts';
import { StatusError, badRequest } from '../../api/status.ts';

/** Throws a BadRequest when the text is no YAML. */
export function parseYaml(text: string): Json {
  try {
    return parse(text, { version: '1.1', schema: 'yaml-1.1' }) as Json;
  } catch (problem) {
    const reason = (problem as Error).message.split('\n')[0] ?? '';
    throw new StatusError(badRequest(`error decoding YAML: ${reason}`));
  }
}
