/** The annotation in which `kubectl apply` keeps what was applied. */
import { compactJson } from './go-json.ts';
import type { JsonObject } from './object.ts';

export const lastAppliedKey = 'kubectl.kubernetes.io/last-applied-configuration';

/** The object with itself in its own annotation. */
export function withLastApplied(object: JsonObject): JsonObject {
  const metadata = (object['metadata'] ?? {}) as JsonObject;
  const { [lastAppliedKey]: _, ...annotations } = (metadata['annotations'] ?? {}) as JsonObject;
  const withAnnotations = (all: JsonObject): JsonObject => ({
    ...object,
    metadata: { ...metadata, annotations: all },
  });
  const applied = `${compactJson(withAnnotations(annotations))}\n`;
  return withAnnotations({ ...annotations, [lastAppliedKey]: applied });
}
