/** The difference between two specs as the API server tells it. */
import type { Json, JsonObject } from '../object.ts';
import { diff } from './report.ts';
import { valueOf } from './value.ts';

const ofHost = ['hostNetwork', 'hostPID', 'hostIPC', 'shareProcessNamespace', 'hostUsers'];

/** The API server's own PodSpec has what is shared with the node in its securityContext. */
function inside(spec: object): Json {
  const object = spec as JsonObject;
  const securityContext: Record<string, Json | undefined> = {
    ...(object['securityContext'] as JsonObject | undefined),
  };
  for (const key of ofHost) if (object[key] !== undefined) securityContext[key] = object[key];
  return { ...object, securityContext: securityContext as JsonObject };
}

/** Several lines, from `  core.PodSpec{` on; it ends with a line's end. */
export const podSpecDiff = (before: object, after: object): string =>
  diff(valueOf('PodSpec', inside(before)), valueOf('PodSpec', inside(after)));

/** The same of two PersistentVolumeClaims' specs. */
export const claimSpecDiff = (before: object, after: object): string =>
  diff(
    valueOf('PersistentVolumeClaimSpec', before as JsonObject),
    valueOf('PersistentVolumeClaimSpec', after as JsonObject),
  );
