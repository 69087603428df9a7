/** The Pod that a request is about, as etcd has it. */
import { StatusError, notFound } from '../../../api/status.ts';
import type { Pod } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import type { Exchange } from '../exchange.ts';
import type { Resource } from '../resource.ts';
import { readEntry } from '../storage.ts';

export function* readPod(x: Exchange): Story<Pod> {
  const resource = x.route.resource as Resource;
  const { namespace, name } = x.route;
  const entry = yield* readEntry(x, resource.key(namespace, name));
  if (entry === undefined) throw new StatusError(notFound(resource.kind, name));
  return entry.object as Pod;
}
