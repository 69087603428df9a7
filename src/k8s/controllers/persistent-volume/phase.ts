/** A volume's phase, written. */
import type { PersistentVolume } from '../../../api/types.gen.ts';
import { formatTime } from '../../../kernel/calendar.ts';
import type { Write } from '../../client/index.ts';

export const volumePhase = (
  volume: PersistentVolume, phase: string, nowMs: number, message?: string,
): Write => ({
  verb: 'update',
  kind: 'PersistentVolume',
  key: volume.metadata.name,
  subresource: 'status',
  body: {
    ...volume,
    status: {
      phase,
      lastPhaseTransitionTime: formatTime(nowMs),
      ...(message === undefined ? {} : { message }),
    },
  },
  because: `${volume.metadata.name} is ${phase}`,
});
