/**
 * Making and deleting Pods on behalf of a controller, and what is told of it.
 * Upstream: pkg/controller/controller_utils.go (RealPodControl).
 */
import { type ApiObject, keyOf } from '../../api/object.ts';
import type { Pod, PodTemplateSpec } from '../../api/types.gen.ts';
import type { AboutEvent, Write, WriteFailure } from '../client/index.ts';
import { controllerReference } from './owner.ts';

const told = (
  about: ApiObject,
  type: 'Normal' | 'Warning',
  reason: string,
  message: string,
): AboutEvent => ({ about, draft: { type, reason, message } });

export const podEvents = {
  created: (owner: ApiObject, name: string) =>
    told(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${name}`),
  notCreated: (owner: ApiObject, { message }: WriteFailure) =>
    told(owner, 'Warning', 'FailedCreate', `Error creating: ${message}`),
  deleted: (owner: ApiObject, name: string) =>
    told(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`),
  notDeleted: (owner: ApiObject, { message }: WriteFailure) =>
    told(owner, 'Warning', 'FailedDelete', `Error deleting: ${message}`),
};

/** A Pod after the template; the server adds five letters to `generateName`. */
export function podFromTemplate(owner: ApiObject, template: PodTemplateSpec | undefined): object {
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${owner.metadata.name}-`,
      ...(labels === undefined ? {} : { labels }),
      ...(annotations === undefined ? {} : { annotations }),
      ...(finalizers === undefined ? {} : { finalizers }),
      ownerReferences: [controllerReference(owner)],
    },
    spec: template?.spec ?? { containers: [] },
  };
}

/** A write that makes one Pod; `body` is from `podFromTemplate`. */
export const createPod = (owner: ApiObject, body: object, because: string): Write => ({
  verb: 'create',
  kind: 'Pod',
  key: `${owner.metadata.namespace}/`,
  body,
  isBatched: true,
  because,
  done: (pod) => podEvents.created(owner, pod.metadata.name),
  failed: (failure) => podEvents.notCreated(owner, failure),
});

/** A write that deletes one Pod; one that is gone already is no failure. */
export const deletePod = (owner: ApiObject, pod: Pod, because: string): Write => ({
  verb: 'delete',
  kind: 'Pod',
  key: keyOf(pod),
  isBatched: true,
  accepts: [404],
  because,
  done: () => podEvents.deleted(owner, pod.metadata.name),
  failed: (failure) => podEvents.notDeleted(owner, failure),
});
