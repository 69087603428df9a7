/**
 * Where the next page of a list begins. Follows apiserver pkg/storage/continue.go: JSON in base64
 * without padding, with the key relative to what is listed.
 */
import type { JsonObject } from '../../api/object.ts';
import { StatusError, badRequest } from '../../api/status.ts';
import { base64Decode, base64Encode } from '../../api/base64-url.ts';

interface Position {
  readonly key: string;
  /** -1: whatever is current. */
  readonly revision: number;
}

export const encodeContinue = (key: string, scope: string, revision: number): string =>
  base64Encode(
    JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start: key.slice(scope.length) }),
  );

/** Throws a BadRequest with upstream's words. */
export function decodeContinue(token: string, scope: string): Position {
  const data = read(token);
  const { v, rv, start } = data;
  if (v !== 'meta.k8s.io/v1') {
    refuse(
      `continue key is not valid: server does not recognize this encoded version ${JSON.stringify(v)}`,
    );
  }
  if (typeof rv !== 'number' || rv === 0) {
    refuse(
      'continue key is not valid: incorrect encoded start resourceVersion (version meta.k8s.io/v1)',
    );
  }
  if (typeof start !== 'string' || start === '') {
    refuse('continue key is not valid: encoded start key empty (version meta.k8s.io/v1)');
  }
  if (`/${start}`.includes('/../')) refuse(`continue key is not valid: ${start}`);
  return { key: scope + start, revision: rv };
}

function read(token: string): JsonObject {
  const text = base64Decode(token);
  if (text === undefined) refuse('continue key is not valid: illegal base64 data at input byte 0');
  try {
    return JSON.parse(text) as JsonObject;
  } catch {
    return refuse('continue key is not valid: invalid character in the token');
  }
}

function refuse(message: string): never {
  throw new StatusError(badRequest(message));
}
