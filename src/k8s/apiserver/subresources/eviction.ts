/**
 * Asking politely for a Pod to go. Follows pkg/registry/core/pod/storage/eviction.go.
 * PodDisruptionBudgets are asked once the kind is served.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { StatusError, badRequest } from '../../../api/status.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { deleteObject } from '../deletion.ts';
import { type Exchange, answer, param } from '../exchange.ts';
import { isObject, readData } from '../read-body.ts';
import type { Resource } from '../resource.ts';

export function* createEviction(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const { namespace, name } = x.route;
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest('not a Eviction object'));
  const given = ((data['metadata'] ?? {}) as JsonObject)['name'];
  if (given !== undefined && given !== '' && given !== name) {
    throw new StatusError(badRequest('name in URL does not match name in Eviction object'));
  }
  const asked = (data['deleteOptions'] ?? {}) as {
    gracePeriodSeconds?: number;
    dryRun?: readonly string[];
    preconditions?: { uid?: string; resourceVersion?: string };
  };
  yield* deleteObject(
    x,
    resource,
    { key: resource.key(namespace, name), name },
    {
      isDryRun: (asked.dryRun ?? []).length > 0 || param(x, 'dryRun') === 'All',
      gracePeriodSeconds: asked.gracePeriodSeconds,
      policy: undefined,
      preconditions: asked.preconditions ?? {},
    },
  );
  return answer(x, 201, evicted as unknown as Json);
}

const evicted = Object.freeze({
  kind: 'Status',
  apiVersion: 'v1',
  metadata: {},
  status: 'Success',
  code: 201,
});
