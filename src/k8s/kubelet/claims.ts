/**
 * From a Pod's claim to the volume behind it, asked of the API server as the kubelet does.
 * Upstream: pkg/kubelet/volumemanager/populator/desired_state_of_world_populator.go.
 */
import type {
  PersistentVolume, PersistentVolumeClaim, PersistentVolumeSpec, Pod,
} from '../../api/types.gen.ts';
import type { Story } from '../../kernel/index.ts';
import type { ApiClient } from '../client/api-client.ts';
import { isOk } from '../client/failure.ts';
import { objectPath, type Resource, resources } from '../client/resources.ts';
import type { ApiResponse } from '../client/wire.ts';
import { messageOf } from './object-reader.ts';
import { wait } from './task.ts';

/** Thrown: why a volume cannot be mounted. */
export class MountProblem extends Error {
  override readonly name = 'MountProblem';
}

/** Throws a MountProblem when there is none, or it is not bound. */
export function* claimedVolume(
  client: ApiClient | undefined, pod: Pod, claimName: string,
): Story<PersistentVolume> {
  const key = `${pod.metadata.namespace}/${claimName}`;
  const fail = (why: string): never => {
    throw new MountProblem(
      `error processing PVC ${key}: ${why}`,
    );
  };
  if (client === undefined) return fail('no API client');
  const claim = yield* read<PersistentVolumeClaim>(client, resources.PersistentVolumeClaim, key);
  if (typeof claim === 'string') return fail(`failed to fetch PVC from API server: ${claim}`);
  if (claim.metadata.deletionTimestamp !== undefined) return fail('PVC is being deleted');
  const { volumeName } = claim.spec;
  if (claim.status?.phase !== 'Bound' || !volumeName) return fail('PVC is not bound');
  const volume = yield* read<PersistentVolume>(client, resources.PersistentVolume, volumeName);
  if (typeof volume === 'string') return fail(`failed to fetch PV ${volumeName} from API server: ${volume}`);
  if (volume.spec.claimRef?.uid !== claim.metadata.uid) {
    return fail(`PV ${volumeName} is not bound to this PVC`);
  }
  return volume;
}

function* read<T>(client: ApiClient, resource: Resource, key: string): Story<T | string> {
  const path = objectPath(resource, key);
  const response = yield* wait<ApiResponse>((done) =>
    client.request({ method: 'GET', path }, done));
  return isOk(response) ? (response.body as unknown as T) : messageOf(response);
}

const notSources = new Set([
  'accessModes', 'capacity', 'claimRef', 'mountOptions', 'nodeAffinity',
  'persistentVolumeReclaimPolicy', 'storageClassName', 'volumeAttributesClassName', 'volumeMode',
]);

/** What kind of storage a volume is: `nfs`. */
export const sourceOf = (spec: PersistentVolumeSpec): string =>
  Object.keys(spec).find((key) => !notSources.has(key)) ?? 'unknown';
