/**
 * Brings claims and volumes together, and says what becomes of a volume whose claim is gone.
 * A claim that finds nothing is looked at again every 15 s. Simplified: nothing is provisioned
 * (there is no provisioner), nothing recycled; of hostPath volumes under /tmp that are to be
 * deleted only the object goes.
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go.
 */
import { keyOf } from '../../../api/object.ts';
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '../../../api/types.gen.ts';
import {
  type AboutEvent, bindCompleted, boundByController, classOfClaim, defineController, findVolume,
  isMeantFor, itself, mismatch, type Outcome, reservedFor, settled, type View, waitsForConsumer,
  type Write,
} from '../../client/index.ts';
import { provisioning, withDefaultClass } from './provisioning.ts';
import { volumePhase } from './phase.ts';
import { reclaim } from './reclaim.ts';

/** --pvclaimbinder-sync-period. */
const syncPeriodMs = 15_000;

export const persistentVolumeBinder = defineController({
  name: 'persistentvolume-controller',
  workers: 1,
  watches: {
    PersistentVolume: (volume) => {
      const { claimRef } = volume.spec;
      const claim = claimRef === undefined ? [] : [`${claimRef.namespace}/${claimRef.name}`];
      return [...itself(volume), ...claim];
    },
    PersistentVolumeClaim: (claim) =>
      claim.spec.volumeName ? [...itself(claim), claim.spec.volumeName] : itself(claim),
  },
  reads: ['StorageClass', 'Pod'],
  reconcile: (view, key) => (key.includes('/') ? claimed(view, key) : volumed(view, key)),
});

function claimed(view: View, key: string): Outcome {
  const claim = view.get('PersistentVolumeClaim', key);
  if (claim === undefined) return settled;
  if (claim.metadata.annotations?.[bindCompleted] !== undefined) return boundClaim(view, claim);
  return claim.spec.volumeName ? askedByName(view, claim) : unbound(view, claim);
}

function unbound(view: View, claim: PersistentVolumeClaim): Outcome {
  const storageClass = view.get('StorageClass', classOfClaim(claim));
  const isDelayed = waitsForConsumer(storageClass);
  const volume = findVolume(claim, view.of('PersistentVolume').list(), { isDelayed });
  if (volume !== undefined) return bind(volume, claim, view.nowMs);
  const classed = withDefaultClass(view, claim);
  if (classed !== undefined) return { writes: [classed] };
  const { annotations } = claim.metadata;
  const isPlaced = annotations?.['volume.kubernetes.io/selected-node'] !== undefined;
  if (isDelayed && !isPlaced) return pending(claim, [waiting(view, claim)]);
  if (classOfClaim(claim) !== '') {
    const { event, write } = provisioning(claim, storageClass);
    return write === undefined ? pending(claim, [event]) : { writes: [write], events: [event] };
  }
  return pending(claim, [told(claim, 'Normal', 'FailedBinding',
    'no persistent volumes available for this claim and no storage class is set')]);
}

const told = (
  about: PersistentVolumeClaim, type: 'Normal' | 'Warning', reason: string, message: string,
): AboutEvent => ({ about, draft: { type, reason, message } });

/** Why a claim that waits for its consumer still waits. */
function waiting(view: View, claim: PersistentVolumeClaim): AboutEvent {
  const uses = ({ spec, metadata }: Pod) =>
    !spec.nodeName && metadata.deletionTimestamp === undefined &&
    spec.volumes?.some((one) => one.persistentVolumeClaim?.claimName === claim.metadata.name);
  const names = view
    .of('Pod').inNamespace(claim.metadata.namespace ?? '')
    .filter(uses).map(({ metadata }) => metadata.name);
  if (names.length === 0) {
    return told(claim, 'Normal', 'WaitForFirstConsumer',
      'waiting for first consumer to be created before binding');
  }
  const message = names.length > 1
    ? `waiting for pods ${names.join(',')} to be scheduled`
    : `waiting for pod ${names[0]} to be scheduled`;
  return told(claim, 'Normal', 'WaitForPodScheduled', message);
}

const pending = (claim: PersistentVolumeClaim, events: readonly AboutEvent[]): Outcome => ({
  writes: claim.status?.phase === 'Pending' ? [] : [phased(claim, { phase: 'Pending' })],
  events,
  requeueAfterMs: syncPeriodMs,
});

function askedByName(view: View, claim: PersistentVolumeClaim): Outcome {
  const name = claim.spec.volumeName ?? '';
  const volume = view.get('PersistentVolume', name);
  if (volume === undefined) return pending(claim, []);
  if (volume.spec.claimRef === undefined) {
    const why = mismatch(volume, claim);
    if (why === undefined) return bind(volume, claim, view.nowMs);
    return pending(claim, [told(claim, 'Warning', 'VolumeMismatch',
      `Cannot bind to requested volume "${name}": ${why}`)]);
  }
  if (isMeantFor(volume, claim)) return bind(volume, claim, view.nowMs);
  return pending(claim, [told(claim, 'Warning', 'FailedBinding',
    `volume "${name}" already bound to a different claim.`)]);
}

function boundClaim(view: View, claim: PersistentVolumeClaim): Outcome {
  const name = claim.spec.volumeName ?? '';
  const volume = view.get('PersistentVolume', name);
  if (name === '') {
    return lost(claim, 'ClaimLost',
      'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!');
  }
  if (volume === undefined) {
    return lost(claim, 'ClaimLost',
      'Bound claim has lost its PersistentVolume. Data on the volume is lost!');
  }
  const owner = volume.spec.claimRef?.uid;
  if (owner === undefined || owner === claim.metadata.uid) return bind(volume, claim, view.nowMs);
  return lost(claim, 'ClaimMisbound',
    'Two claims are bound to the same volume, this one is bound incorrectly');
}

const lost = (claim: PersistentVolumeClaim, reason: string, message: string): Outcome =>
  claim.status?.phase === 'Lost'
    ? settled
    : { writes: [phased(claim, { phase: 'Lost' })], events: [told(claim, 'Warning', reason, message)] };

/** The next of four steps: the volume's side, its phase, the claim's side, its phase. */
function bind(volume: PersistentVolume, claim: PersistentVolumeClaim, nowMs: number): Outcome {
  const because = `${volume.metadata.name} does for ${claim.metadata.name}`;
  const { claimRef } = volume.spec;
  if (claimRef?.uid !== claim.metadata.uid) {
    const body = reservedFor(volume, claim);
    const key = volume.metadata.name;
    return { writes: [{ verb: 'update', kind: 'PersistentVolume', key, body, because }] };
  }
  if (volume.status?.phase !== 'Bound') {
    return { writes: [volumePhase(volume, 'Bound', nowMs)] };
  }
  const { annotations } = claim.metadata;
  if (claim.spec.volumeName !== volume.metadata.name || annotations?.[bindCompleted] === undefined) {
    const own = claim.spec.volumeName ? {} : { [boundByController]: 'yes' };
    const body = {
      ...claim,
      metadata: { ...claim.metadata, annotations: { ...annotations, ...own, [bindCompleted]: 'yes' } },
      spec: { ...claim.spec, volumeName: volume.metadata.name },
    };
    const write: Write = {
      verb: 'update', kind: 'PersistentVolumeClaim', key: keyOf(claim), body, because,
    };
    return { writes: [write] };
  }
  if (claim.status?.phase === 'Bound') return settled;
  const { accessModes, capacity } = volume.spec;
  return { writes: [phased(claim, { accessModes, capacity, phase: 'Bound' })] };
}

const phased = (claim: PersistentVolumeClaim, status: object): Write => ({
  verb: 'update',
  kind: 'PersistentVolumeClaim',
  key: keyOf(claim),
  subresource: 'status',
  body: { ...claim, status },
  because: `${claim.metadata.name} is ${(status as { phase: string }).phase}`,
});

function volumed(view: View, name: string): Outcome {
  const volume = view.get('PersistentVolume', name);
  if (volume === undefined) return settled;
  const { claimRef } = volume.spec;
  const turn = (phase: string): Outcome =>
    volume.status?.phase === phase ? settled : { writes: [volumePhase(volume, phase, view.nowMs)] };
  if (claimRef === undefined || !claimRef.uid) return turn('Available');
  const claim = view.get('PersistentVolumeClaim', `${claimRef.namespace}/${claimRef.name}`);
  if (claim === undefined || claim.metadata.uid !== claimRef.uid) return reclaim(volume, view.nowMs);
  if (!claim.spec.volumeName) return settled;
  return claim.spec.volumeName === name ? turn('Bound') : unbind(volume, view.nowMs);
}

/** The claim has another volume: this one is free again, or reserved as its maker wrote it. */
function unbind(volume: PersistentVolume, nowMs: number): Outcome {
  const { claimRef, ...spec } = volume.spec;
  const { [boundByController]: ours, ...annotations } = volume.metadata.annotations ?? {};
  const { uid: _, ...reserved } = claimRef ?? {};
  const body = {
    ...volume,
    metadata: { ...volume.metadata, annotations },
    spec: ours === undefined ? { ...spec, claimRef: reserved } : spec,
  };
  if (volume.status?.phase !== 'Available') {
    return { writes: [volumePhase(volume, 'Available', nowMs)], requeueAfterMs: 1 };
  }
  return {
    writes: [{
      verb: 'update', kind: 'PersistentVolume', key: volume.metadata.name, body,
      because: `the claim of ${volume.metadata.name} has another volume`,
    }],
  };
}
