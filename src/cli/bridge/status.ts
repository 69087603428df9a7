/** Failures that the bridge itself answers, in the shape of Kubernetes' Status. */
import type { JsonObject } from '../../api/object.ts';
import type { ApiResponse } from '../../k8s/client/wire.ts';

/** A failed Status as a whole answer. */
export function failure(code: number, reason: string, message: string): ApiResponse {
  const body: JsonObject = {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    message,
    ...(reason === '' ? {} : { reason }),
    code,
  };
  return { status: code, headers: { 'content-type': 'application/json' }, body };
}

/** Thrown while a request is read; carries its answer. */
export class Refused extends Error {
  readonly response: ApiResponse;
  constructor(response: ApiResponse) {
    super('refused');
    this.response = response;
  }
}
