/**
 * The namespace controller's last word: the Namespace is empty, it may go.
 * Follows pkg/registry/core/namespace/strategy.go (finalize) and storage/storage.go.
 */
import { StatusError, conflict } from '../../../api/status.ts';
import type { Namespace } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { type Exchange, answer } from '../exchange.ts';
import { present } from '../present.ts';
import { readObject } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import { writeOptions } from '../write-options.ts';
import { type Changed, updateObject } from '../updating.ts';

export function* finalize(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const { name } = x.route;
  const options = writeOptions(x, 'UpdateOptions');
  const body = readObject(x, resource, options) as Namespace;
  const entry = yield* updateObject(x, {
    resource,
    key: resource.key('', name),
    name,
    subresource: 'finalize',
    options,
    // oxlint-disable-next-line require-yield -- a change is a story
    *change({ object }): Story<Changed> {
      const version = body.metadata.resourceVersion;
      if (version && version !== object.metadata.resourceVersion) {
        throw new StatusError(conflict(resource.kind, name));
      }
      const finalizers = body.spec?.finalizers ?? [];
      const { spec } = object as Namespace;
      const next = { ...object, spec: finalizers.length === 0 ? {} : { ...spec, finalizers } };
      return { object: next as Namespace };
    },
  });
  return answer(x, 200, present(x, resource, entry));
}
