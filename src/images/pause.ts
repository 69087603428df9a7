import { pause as program } from '../host/runtime/pause.ts';
import { defineImage } from './define-image.ts';

const MB = 1_000_000;

export const pause = defineImage({
  repository: 'registry.k8s.io/pause',
  entrypoint: ['/pause'],
  user: '65535:65535',
  programs: { '/pause': program },
  memoryBytes: 0.2 * MB,
  tags: {
    '2.0': { sizeBytes: 0.35 * MB },
    '3.1': { sizeBytes: 0.32 * MB },
    '3.5': { sizeBytes: 0.3 * MB },
    '3.9': { sizeBytes: 0.32 * MB },
    '3.10': { sizeBytes: 0.32 * MB, preloadedOn: ['control-plane', 'worker'] },
    latest: { sizeBytes: 0.35 * MB },
  },
});
