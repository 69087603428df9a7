/**
 * Deletes all resources of a definition that is going, and waits until they are gone.
 * Follows apiextensions-apiserver pkg/controller/finalizer/crd_finalizer.go (deleteInstances).
 */
import { StatusError } from '../../../api/status.ts';
import type { CustomResourceDefinition } from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { type DeleteOptions, deleteObject } from '../deletion.ts';
import { type Server, pause, readRange } from '../exchange.ts';
import type { Resource } from '../resource.ts';
import type { Entry } from '../stored.ts';
import { terminating } from './conditions.ts';
import type { Condition } from './names.ts';
import { ownExchange } from './own-exchange.ts';

const pollMs = 5_000;
const patienceMs = 60_000;

const options: DeleteOptions = {
  isDryRun: false,
  gracePeriodSeconds: undefined,
  policy: undefined,
  preconditions: {},
};

/** What there is to say in the end: all gone, or not yet (`True`). */
export function* deleteInstances(
  server: Server,
  { metadata }: CustomResourceDefinition,
): Story<Condition> {
  const resource = server.registry.customOf(metadata.name)[0];
  if (resource !== undefined) {
    for (const entry of yield* listAll(server, resource)) {
      yield* deleteInstance(server, resource, entry, metadata.name);
    }
    for (let waited = 0; ; waited += pollMs) {
      const { length } = yield* listAll(server, resource);
      if (length === 0) break;
      if (waited >= patienceMs) {
        const words = 'could not confirm zero CustomResources remaining: context deadline exceeded';
        return terminating('True', 'InstanceDeletionCheck', words);
      }
      yield* pause(pollMs);
    }
  }
  return terminating('False', 'InstanceDeletionCompleted', 'removed all instances');
}

function* listAll(server: Server, resource: Resource): Story<readonly Entry[]> {
  const { kvs } = yield* readRange({ key: resource.prefix, end: resource.prefixEnd });
  return kvs.map((kv) => (resource.reader ?? server.reader).read(kv));
}

function* deleteInstance(
  server: Server,
  resource: Resource,
  { key, object }: Entry,
  definition: string,
): Story {
  const { name, namespace = '' } = object.metadata;
  const because = `the definition ${definition} is being deleted`;
  const x = ownExchange(server, resource, { name, namespace }, because);
  try {
    yield* deleteObject(x, resource, { key, name }, options);
  } catch (problem) {
    // Someone else was faster, which is all that was asked for.
    if (!(problem instanceof StatusError) || problem.status.code !== 404) throw problem;
  }
}
