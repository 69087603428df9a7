/**
 * A volume whose claim is gone: Released, and then what its reclaim policy says.
 * Upstream: pkg/controller/volume/persistentvolume/pv_controller.go (reclaimVolume).
 */
import type { PersistentVolume } from '../../../api/types.gen.ts';
import { type Outcome, settled } from '../../client/index.ts';
import { volumePhase } from './phase.ts';

export function reclaim(volume: PersistentVolume, nowMs: number): Outcome {
  const phase = volume.status?.phase;
  if (phase !== 'Released' && phase !== 'Failed') {
    return { writes: [volumePhase(volume, 'Released', nowMs)] };
  }
  const { persistentVolumeReclaimPolicy: policy } = volume.spec;
  if (policy !== 'Delete' || volume.metadata.deletionTimestamp !== undefined) return settled;
  const { name, annotations } = volume.metadata;
  // Whoever made it deletes it.
  const maker = annotations?.['pv.kubernetes.io/provisioned-by'];
  if (maker !== undefined && !maker.startsWith('kubernetes.io/')) return settled;
  const problem = deletionProblem(volume);
  if (problem === undefined) {
    return {
      writes: [{
        verb: 'delete', kind: 'PersistentVolume', key: name, accepts: [404],
        because: `the claim of ${name} is gone, and its policy is Delete`,
      }],
    };
  }
  if (phase === 'Failed') return settled;
  return {
    writes: [volumePhase(volume, 'Failed', nowMs, problem)],
    events: [{
      about: volume, draft: { type: 'Warning', reason: 'VolumeFailedDelete', message: problem },
    }],
  };
}

/** Drivers delete their own volumes; of the kinds that need none, only files in /tmp can go. */
function deletionProblem({ metadata, spec }: PersistentVolume): string | undefined {
  if (spec.hostPath === undefined) {
    return `error getting deleter volume plugin for volume "${metadata.name}": ` +
      'no deletable volume plugin matched';
  }
  const { path } = spec.hostPath;
  return /^\/tmp\/.+/.test(path)
    ? undefined
    : `host_path deleter only supports /tmp/.+ but received provided ${path}`;
}
