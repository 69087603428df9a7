/** Reading one object. Follows apiserver pkg/endpoints/handlers/get.go. */
import { StatusError, notFound } from '../../../api/status.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Story } from '../../../kernel/index.ts';
import { type Exchange, answer, param } from '../exchange.ts';
import { present } from '../present.ts';
import type { Resource } from '../resource.ts';
import type { Entry } from '../stored.ts';
import { readEntry } from '../storage.ts';

export function* get(x: Exchange): Story<ApiResponse> {
  const resource = x.route.resource as Resource;
  const entry = yield* findEntry(x, resource);
  return answer(x, 200, present(x, resource, entry));
}

/** The object that the path names: from etcd, or (with resourceVersion=0) from the cache. */
export function* findEntry(x: Exchange, resource: Resource): Story<Entry> {
  const { namespace, name } = x.route;
  const key = resource.key(namespace, name);
  const isCacheEnough = param(x, 'resourceVersion') === '0' && resource.cache.isReady;
  const entry = isCacheEnough ? resource.cache.get(key) : yield* readEntry(x, key);
  if (entry === undefined) throw new StatusError(notFound(resource.kind, name));
  return entry;
}
