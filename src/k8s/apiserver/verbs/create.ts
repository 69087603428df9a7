/** Creating. Follows apiserver pkg/endpoints/handlers/create.go. */
import type { ApiObject } from '../../../api/object.ts';
import { StatusError, badRequest } from '../../../api/status.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Story } from '../../../kernel/index.ts';
import { type Exchange, answer } from '../exchange.ts';
import { present } from '../present.ts';
import { readObject } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import { writeOptions } from '../write-options.ts';
import { createObject } from '../creation.ts';

export function* create(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const options = writeOptions(x, 'CreateOptions');
  const body = readObject(x, resource, options);
  checkNamespace(x, resource, body);
  const entry = yield* createObject(x, resource.store, body, options);
  return answer(x, 201, present(x, resource, entry));
}

/** An object may leave its namespace to the path, but not contradict it. */
export function checkNamespace(x: Exchange, resource: Resource, { metadata }: ApiObject): void {
  const { namespace } = x.route;
  const given = metadata.namespace ?? '';
  if (!resource.kind.namespaced) return;
  if (namespace === '') {
    throw new StatusError(badRequest('an empty namespace may not be set during creation'));
  }
  if (given === '' || given === namespace) return;
  throw new StatusError(
    badRequest(
      'the namespace of the provided object does not match the ' + 'namespace sent on the request',
    ),
  );
}
