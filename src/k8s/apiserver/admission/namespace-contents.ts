/** What a plugin finds in the caches: the objects of a kind in one namespace. */
import type { ApiObject } from '../../../api/object.ts';
import { prefixEnd } from '../../etcd/index.ts';
import type { Server } from '../exchange.ts';
import type { Entry } from '../stored.ts';

const none: readonly Entry[] = [];

/** @param resource `limitranges`, `runtimeclasses.node.k8s.io`. All of them without a namespace. */
export function entriesOf(server: Server, resource: string, namespace = ''): readonly Entry[] {
  const found = server.registry.named(resource);
  // Nearly always there is nothing, and every Pod asks.
  if (found === undefined || found.cache.size === 0) return none;
  if (namespace === '') return found.cache.under(found.prefix, found.prefixEnd);
  const scope = found.scope(namespace);
  return found.cache.under(scope, prefixEnd(scope));
}

export const objectsOf = <T extends ApiObject>(
  server: Server,
  resource: string,
  namespace = '',
): readonly T[] => entriesOf(server, resource, namespace).map(({ object }) => object as T);
