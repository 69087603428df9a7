/**
 * What happens to a Pod before it is written.
 * Follows pkg/registry/core/pod/strategy.go.
 */
import { isDeepEqual } from '../../equal.ts';
import type { WriteContext } from '../../kind.ts';
import type { Pod, PodStatus } from '../../types.gen.ts';
import { withField } from '../path-copy.ts';
import { withGeneration } from '../strategy.ts';
import { computeQos } from './qos.ts';

export function preparePod(
  next: Pod,
  previous: Pod | undefined,
  subresource: '' | 'status',
  context?: WriteContext,
): Pod {
  if (previous === undefined) return withGeneration({ ...next, status: freshStatus(next) }, 1);
  if (subresource === 'status') return prepareStatus(next, previous);
  const wanted = context?.subresource === 'ephemeralcontainers' ? onlyEphemeral(next, previous) : next;
  const kept = withField(wanted, 'status', previous.status as PodStatus);
  const generation = previous.metadata.generation ?? 0;
  const isChanged = generation > 0 && !isDeepEqual(wanted.spec, previous.spec);
  return withGeneration(kept, isChanged ? generation + 1 : generation);
}

/** Through its subresource, nothing but the ephemeral containers changes. */
function onlyEphemeral({ metadata, spec }: Pod, previous: Pod): Pod {
  const { resourceVersion, managedFields } = metadata;
  const kept = { ...previous.metadata, resourceVersion, managedFields };
  const { ephemeralContainers } = spec ?? { containers: [] };
  return {
    ...previous,
    metadata: kept as Pod['metadata'],
    spec: copyField(previous.spec!, 'ephemeralContainers', ephemeralContainers),
  };
}

function freshStatus(pod: Pod): PodStatus {
  const status: PodStatus = { phase: 'Pending', qosClass: computeQos(pod) };
  if ((pod.spec?.schedulingGates ?? []).length === 0) return status;
  return { ...status, conditions: [gated] };
}

const gated = {
  type: 'PodScheduled',
  status: 'False',
  lastProbeTime: null,
  lastTransitionTime: null,
  reason: 'SchedulingGated',
  message: 'Scheduling is blocked due to non-empty scheduling gates',
} as unknown as NonNullable<PodStatus['conditions']>[number];

/** Status writes leave the wish alone, and who owns the Pod; its class of service is settled. */
function prepareStatus(next: Pod, previous: Pod): Pod {
  const { ownerReferences, deletionTimestamp } = previous.metadata;
  let metadata = next.metadata;
  if (metadata.ownerReferences !== ownerReferences) {
    metadata = copyField(metadata, 'ownerReferences', ownerReferences);
  }
  if (metadata.deletionTimestamp !== deletionTimestamp) {
    metadata = copyField(metadata, 'deletionTimestamp', deletionTimestamp);
  }
  const kept = withField(withField(next, 'spec', previous.spec!), 'metadata', metadata);
  const qosClass = previous.status?.qosClass;
  if (qosClass === undefined || kept.status?.qosClass === qosClass) return kept;
  return { ...kept, status: { ...kept.status, qosClass } };
}

function copyField<T extends object, K extends keyof T>(object: T, key: K, value: T[K]): T {
  const next = { ...object, [key]: value };
  if (value === undefined) delete next[key];
  return next;
}
