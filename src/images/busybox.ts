import { defineImage } from './define-image.ts';

const MB = 1_000_000;

export const busybox = defineImage({
  repository: 'busybox',
  command: ['sh'],
  userLand: 'busybox',
  memoryBytes: 0.5 * MB,
  tags: {
    '1.27': { sizeBytes: 0.72 * MB },
    '1.28': { sizeBytes: 0.73 * MB },
    '1.34': { sizeBytes: 0.77 * MB },
    '1.35': { sizeBytes: 2.16 * MB },
    '1.36': { sizeBytes: 2.16 * MB },
    '1.37': { sizeBytes: 2.16 * MB },
    '1': { sizeBytes: 2.16 * MB },
    stable: { sizeBytes: 2.16 * MB },
    latest: { sizeBytes: 2.16 * MB },
  },
});

export const e2eBusybox = defineImage({
  repository: 'registry.k8s.io/e2e-test-images/busybox',
  command: ['sh'],
  userLand: 'busybox',
  memoryBytes: 0.5 * MB,
  tags: {
    '1.29': { sizeBytes: 0.73 * MB },
    '1.29-2': { sizeBytes: 0.73 * MB },
    '1.29-4': { sizeBytes: 0.73 * MB },
    '1.36.1-1': { sizeBytes: 2.16 * MB },
  },
});

/** The old registry's name, which the documentation still uses. */
export const k8sBusybox = defineImage({
  repository: 'registry.k8s.io/busybox',
  command: ['sh'],
  userLand: 'busybox',
  memoryBytes: 0.5 * MB,
  tags: {
    '1.24': { sizeBytes: 0.67 * MB },
    '1.27.2': { sizeBytes: 0.72 * MB },
    latest: { sizeBytes: 0.67 * MB },
  },
});

export const alpine = defineImage({
  repository: 'alpine',
  command: ['/bin/sh'],
  userLand: 'alpine',
  memoryBytes: 0.5 * MB,
  tags: {
    '3.18': { sizeBytes: 3.41 * MB },
    '3.20': { sizeBytes: 3.63 * MB },
    '3.21': { sizeBytes: 3.64 * MB },
    '3.22': { sizeBytes: 3.8 * MB },
    latest: { sizeBytes: 3.8 * MB },
  },
});

export const debian = defineImage({
  repository: 'debian',
  command: ['bash'],
  userLand: 'debian-slim',
  memoryBytes: 0.5 * MB,
  tags: {
    '12': { sizeBytes: 48.5 * MB },
    bookworm: { sizeBytes: 48.5 * MB },
    'bookworm-slim': { sizeBytes: 28.2 * MB },
    latest: { sizeBytes: 48.5 * MB },
  },
});
