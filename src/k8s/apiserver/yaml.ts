/** YAML bodies: the server takes them wherever it takes JSON (sigs.k8s.io/yaml upstream). */
import { parse } from 'yaml';
import { isTooDeep } from '../../api/depth.ts';
import type { Json } from '../../api/object.ts';
import { StatusError, badRequest } from '../../api/status.ts';

/** Throws a BadRequest when the text is no YAML. */
export function parseYaml(text: string): Json {
  try {
    const data = parse(text, { version: '1.1', schema: 'yaml-1.1' }) as Json;
    // An anchor can contain itself.
    if (!isTooDeep(data)) return data;
  } catch (problem) {
    const reason = (problem as Error).message.split('\n')[0] ?? '';
    throw new StatusError(badRequest(`error decoding YAML: ${reason}`));
  }
  throw new StatusError(badRequest('error decoding YAML: yaml: exceeded max depth'));
}
