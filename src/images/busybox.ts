import { bindNslookup, dig } from './bind-tools.ts';
import { defineImage } from './define-image.ts';
import { oldNslookup } from './old-nslookup.ts';

const MB = 1_000_000;

/** Before 1.29. */
const old = (sizeBytes: number) => ({ sizeBytes, programs: { '/bin/nslookup': oldNslookup } });

export const busybox = defineImage({
  repository: 'busybox',
  command: ['sh'],
  userLand: 'busybox',
  memoryBytes: 0.5 * MB,
  tags: {
    '1.27': old(0.72 * MB),
    '1.28': old(0.73 * MB),
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
    '1.24': old(0.67 * MB),
    '1.27.2': old(0.72 * MB),
    latest: old(0.67 * MB),
  },
});

/** The oldest of its names. */
export const googleBusybox = defineImage({
  repository: 'gcr.io/google-containers/busybox',
  command: ['sh'],
  userLand: 'busybox',
  memoryBytes: 0.5 * MB,
  tags: { latest: old(0.67 * MB), '1.24': old(0.67 * MB), '1.27.2': old(0.72 * MB) },
});

/** busybox with curl. */
export const busyboxPlus = defineImage({
  repository: 'radial/busyboxplus',
  command: ['/bin/sh'],
  userLand: 'busybox-curl',
  memoryBytes: 0.5 * MB,
  tags: { curl: old(4.2 * MB) },
});

export const bash = defineImage({
  repository: 'bash',
  command: ['bash'],
  userLand: 'bash',
  memoryBytes: 1 * MB,
  tags: { '5': { sizeBytes: 6.4 * MB }, '5.2': { sizeBytes: 6.4 * MB }, latest: { sizeBytes: 6.4 * MB } },
});

const release = (version: string, name: string) => ({
  files: {
    '/etc/os-release':
      `PRETTY_NAME="Ubuntu ${version} LTS"\nNAME="Ubuntu"\nVERSION_ID="${version.slice(0, 5)}"\n` +
      `VERSION="${version} LTS (${name})"\nID=ubuntu\nID_LIKE=debian\n`,
  },
});

export const ubuntu = defineImage({
  repository: 'ubuntu',
  command: ['/bin/bash'],
  userLand: 'debian-slim',
  sizeBytes: 29.7 * MB,
  memoryBytes: 1 * MB,
  ...release('24.04.2', 'Noble Numbat'),
  tags: { '24.04': {}, '22.04': release('22.04.5', 'Jammy Jellyfish'), latest: {} },
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

/** What the documentation looks at DNS with. */
export const dnsUtils = defineImage({
  repository: 'registry.k8s.io/e2e-test-images/jessie-dnsutils',
  command: ['sleep', '3600'],
  userLand: 'dnsutils',
  programs: { '/usr/bin/nslookup': bindNslookup, '/usr/bin/dig': dig },
  memoryBytes: 0.5 * MB,
  tags: { '1.3': { sizeBytes: 84.0 * MB }, '1.7': { sizeBytes: 112 * MB } },
});
