/**
 * A Pod goes where its volumes are: bound ones may name their nodes; claims that wait for their
 * first consumer get a volume that can be used there, or one made for it.
 * Upstream: plugins/volumebinding (volume_binding.go, binder.go). Simplified: neither allowed
 * topologies nor capacities of drivers are looked at.
 */
import type { Node, PersistentVolume, PersistentVolumeClaim, Pod } from '../../../api/types.gen.ts';
import {
  classOfClaim, findVolume, isFullyBound, isReachable, type View, waitsForConsumer,
} from '../../client/index.ts';
import { type Plugin, type Rejection, rejection } from '../plugin.ts';

const conflict = rejection(true, 'node(s) had volume node affinity conflict');
const noneThere = rejection(true, "node(s) didn't find available persistent volumes to bind");
const gone = rejection(true, 'node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)');
const immediate = rejection(true, 'pod has unbound immediate PersistentVolumeClaims');

/** The names of the claims that a Pod uses. */
const claimNames = ({ metadata, spec }: Pod): readonly string[] =>
  (spec.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim !== undefined) return [persistentVolumeClaim.claimName];
    return ephemeral === undefined ? [] : [`${metadata.name}-${name}`];
  });

interface Claims {
  readonly bound: readonly PersistentVolumeClaim[];
  readonly delayed: readonly PersistentVolumeClaim[];
}

/** Why a claim is not there: somebody else makes those of ephemeral volumes. */
const absent = ({ metadata, spec }: Pod, claim: string): string =>
  (spec.volumes ?? []).some(
    ({ name, ephemeral }) => ephemeral !== undefined && `${metadata.name}-${name}` === claim,
  )
    ? `waiting for ephemeral volume controller to create the persistentvolumeclaim "${claim}"`
    : `persistentvolumeclaim "${claim}" not found`;

/** The Pod's claims; or why no node will do. */
function claimsOf(pod: Pod, names: readonly string[], view: View): Claims | Rejection {
  const bound: PersistentVolumeClaim[] = [];
  const delayed: PersistentVolumeClaim[] = [];
  for (const name of names) {
    const claim = view.get('PersistentVolumeClaim', `${pod.metadata.namespace}/${name}`);
    if (claim === undefined) return rejection(true, absent(pod, name));
    if (claim.metadata.deletionTimestamp !== undefined) {
      return rejection(true, `persistentvolumeclaim "${name}" is being deleted`);
    }
    if (claim.status?.phase === 'Lost') {
      return rejection(true,
        `persistentvolumeclaim "${name}" bound to non-existent persistentvolume "${claim.spec.volumeName}"`);
    }
    if (isFullyBound(claim)) bound.push(claim);
    else if (waitsForConsumer(view.get('StorageClass', classOfClaim(claim)))) delayed.push(claim);
    else return immediate;
  }
  return { bound, delayed };
}

const isRejection = (found: Claims | Rejection): found is Rejection => 'reasons' in found;

export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  wakesOn: ['node added', 'node updated', 'volume changed'],
  preFilter: ({ pod }, _, view) => {
    const names = claimNames(pod);
    if (names.length === 0) return undefined;
    const found = claimsOf(pod, names, view);
    return isRejection(found) ? found : undefined;
  },
  filter: ({ pod }, _, view) => {
    const names = claimNames(pod);
    if (names.length === 0) return undefined;
    const found = claimsOf(pod, names, view);
    if (isRejection(found)) return () => found;
    return ({ node }) => {
      for (const { spec } of found.bound) {
        const volume = view.get('PersistentVolume', spec.volumeName ?? '');
        if (volume === undefined) return gone;
        if (!isReachable(volume, node)) return conflict;
      }
      return match(found.delayed, node, view) === undefined ? noneThere : undefined;
    };
  },
};

/** A volume that a claim is to get; undefined: one is made for it, on the node. */
export interface Match {
  readonly volume: PersistentVolume | undefined;
  readonly claim: PersistentVolumeClaim;
}

/** Somebody makes volumes for claims of this one's class. */
function isMadeOnDemand(claim: PersistentVolumeClaim, view: View): boolean {
  const provisioner = view.get('StorageClass', classOfClaim(claim))?.provisioner ?? '';
  return provisioner !== '' && provisioner !== 'kubernetes.io/no-provisioner';
}

/** One volume for each claim, the greedy way; undefined when one finds none. */
function match(
  claims: readonly PersistentVolumeClaim[], node: Node, view: View,
): readonly Match[] | undefined {
  const matches: Match[] = [];
  const taken = new Set<string>();
  const volumes = claims.length === 0 ? [] : view.of('PersistentVolume').list();
  for (const claim of claims) {
    const volume = findVolume(claim, volumes, { node, taken });
    if (volume === undefined && !isMadeOnDemand(claim, view)) return undefined;
    if (volume !== undefined) taken.add(volume.metadata.name);
    matches.push({ volume, claim });
  }
  return matches;
}

/** What is to be bound before the Pod is, now that its node is known. */
export function matchesFor(pod: Pod, node: Node, view: View): readonly Match[] {
  const names = claimNames(pod);
  if (names.length === 0) return [];
  const found = claimsOf(pod, names, view);
  return isRejection(found) ? [] : (match(found.delayed, node, view) ?? []);
}
