/** Replacing an object, or its status. Follows apiserver pkg/endpoints/handlers/update.go. */
import type { ApiObject } from '../../../api/object.ts';
import { StatusError, badRequest } from '../../../api/status.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Story } from '../../../kernel/index.ts';
import { beforeUpdate } from '../changes.ts';
import { type Exchange, answer } from '../exchange.ts';
import { present } from '../present.ts';
import { readObject } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import { writeOptions } from '../write-options.ts';
import { updateObject } from '../updating.ts';
import { checkNamespace } from './create.ts';

export function* update(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const { namespace, name, subresource } = x.route;
  const options = writeOptions(x, 'UpdateOptions');
  const key = resource.key(namespace, name);
  const body = readObject(x, resource, options, resource.cache.get(key)?.object);
  checkName(body, name);
  checkNamespace(x, resource, body);
  const { store } = resource;
  const entry = yield* updateObject(x, {
    resource: store,
    key,
    name,
    subresource,
    options,
    change: (current) => beforeUpdate(x, store, body, current, options),
  });
  return answer(x, 200, present(x, resource, entry));
}

function checkName({ metadata }: ApiObject, name: string): void {
  const given = metadata.name ?? '';
  if (given === name) return;
  throw new StatusError(
    badRequest(
      given === ''
        ? `the name of the object (${name} based on URL) was undeterminable: name must be provided`
        : `the name of the object (${given}) does not match the name on the URL (${name})`,
    ),
  );
}
