/**
 * A Pod's `ephemeral` volumes are claims that come and go with it.
 * Upstream: pkg/controller/volume/ephemeral/controller.go.
 */
import type { Pod } from '../../api/types.gen.ts';
import { defineController, type Outcome, settled, type View, type Write } from '../client/index.ts';
import { controllerReference, isControlledBy, isTerminating } from './owner.ts';

const volumesOf = ({ spec }: Pod) => (spec?.volumes ?? []).filter(({ ephemeral }) => ephemeral);

export const ephemeralVolume = defineController({
  name: 'ephemeral_volume',
  watches: {
    Pod: (pod) =>
      volumesOf(pod).length === 0 ? [] : [`${pod.metadata.namespace}/${pod.metadata.name}`],
    PersistentVolumeClaim: ({ metadata }) =>
      (metadata.ownerReferences ?? [])
        .filter(({ kind, controller }) => kind === 'Pod' && controller)
        .map(({ name }) => `${metadata.namespace}/${name}`),
  },
  reconcile,
});

function reconcile(view: View, key: string): Outcome {
  const pod = view.get('Pod', key);
  if (pod === undefined || isTerminating(pod)) return settled;
  const { namespace, name } = pod.metadata;
  const missing: Write[] = [];
  for (const volume of volumesOf(pod)) {
    const claimName = `${name}-${volume.name}`;
    const claim = view.get('PersistentVolumeClaim', `${namespace}/${claimName}`);
    if (claim !== undefined && isControlledBy(claim, pod)) continue;
    if (claim !== undefined) return { writes: missing, events: [notOurs(pod, claimName)] };
    const { metadata, spec } = volume.ephemeral?.volumeClaimTemplate ?? {};
    missing.push({
      verb: 'create',
      kind: 'PersistentVolumeClaim',
      key: `${namespace}/${claimName}`,
      body: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        metadata: {
          ...(metadata?.labels === undefined ? {} : { labels: metadata.labels }),
          ...(metadata?.annotations === undefined ? {} : { annotations: metadata.annotations }),
          name: claimName,
          ownerReferences: [controllerReference(pod)],
        },
        spec,
      },
      because: `${name} has an ephemeral volume ${volume.name}`,
    });
  }
  return { writes: missing };
}

const notOurs = (about: Pod, claim: string) => ({
  about,
  draft: {
    type: 'Warning' as const,
    reason: 'EphemeralVolumeCreationFailed',
    message: `PVC "${about.metadata.namespace}/${claim}" was not created for pod ` +
      `"${about.metadata.namespace}/${about.metadata.name}" (pod is not owner)`,
  },
});
