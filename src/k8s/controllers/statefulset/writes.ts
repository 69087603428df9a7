/**
 * What a StatefulSet writes, and what is told of it.
 * Upstream: pkg/controller/statefulset/stateful_pod_control.go.
 */
import { keyOf } from '../../../api/object.ts';
import type { Pod, StatefulSet } from '../../../api/types.gen.ts';
import type { AboutEvent, View, Write, WriteFailure } from '../../client/index.ts';
import { claimsOf, type PodClaim } from './identity.ts';

type Verb = 'create' | 'update' | 'delete';

const title = (verb: Verb): string => `${verb.charAt(0).toUpperCase()}${verb.slice(1)}`;

const succeeded = (about: StatefulSet, verb: Verb, message: string): AboutEvent => ({
  about, draft: { type: 'Normal', reason: `Successful${title(verb)}`, message },
});
const failed = (
  about: StatefulSet, verb: Verb, what: string, { message }: WriteFailure,
): AboutEvent => ({
  about,
  draft: {
    type: 'Warning',
    reason: `Failed${title(verb)}`,
    message: `${verb} ${what} failed error: ${message}`,
  },
});

/** What to tell of a Pod's write; somebody was faster (409) is not told. */
function telling(
  set: StatefulSet, verb: Verb, podName: string,
): Pick<Write, 'done' | 'failed'> {
  const what = `Pod ${podName} in StatefulSet ${set.metadata.name}`;
  return {
    done: () => succeeded(set, verb, `${verb} ${what} successful`),
    failed: (failure) => (failure.code === 409 ? undefined : failed(set, verb, what, failure)),
  };
}

/** The Pod, and before it the claims that are not there yet. */
export function createStatefulPod(
  view: View, set: StatefulSet, body: object, isBatched: boolean,
): Write[] {
  const { name } = (body as Pod).metadata;
  const { namespace } = set.metadata;
  const missing = claimsOf(set, name).filter((claim) =>
    view.get('PersistentVolumeClaim', `${namespace}/${claim.name}`) === undefined);
  return [
    ...missing.map((claim) => createClaim(set, name, claim)),
    {
      verb: 'create',
      kind: 'Pod',
      key: `${namespace}/${name}`,
      body,
      ...(isBatched ? { isBatched } : {}),
      because: `${set.metadata.name} wants ${set.spec.replicas ?? 1} replicas`,
      ...telling(set, 'create', name),
    },
  ];
}

const createClaim = (set: StatefulSet, podName: string, { name, body }: PodClaim): Write => ({
  verb: 'create',
  kind: 'PersistentVolumeClaim',
  key: `${set.metadata.namespace}/${name}`,
  body,
  accepts: [409],
  because: `${podName} claims a volume`,
  done: () => succeeded(set, 'create',
    `create Claim ${name} Pod ${podName} in StatefulSet ${set.metadata.name} success`),
  failed: (failure) => failed(set, 'create',
    `Claim ${name} for Pod ${podName} in StatefulSet ${set.metadata.name}`, failure),
});

export const deleteStatefulPod = (set: StatefulSet, pod: Pod, because: string): Write => ({
  verb: 'delete',
  kind: 'Pod',
  key: keyOf(pod),
  accepts: [404],
  because,
  ...telling(set, 'delete', pod.metadata.name),
});

export const updateStatefulPod = (set: StatefulSet, pod: Pod): Write => ({
  verb: 'update',
  kind: 'Pod',
  key: keyOf(pod),
  body: pod,
  because: `${pod.metadata.name} lost its identity`,
  ...telling(set, 'update', pod.metadata.name),
});
