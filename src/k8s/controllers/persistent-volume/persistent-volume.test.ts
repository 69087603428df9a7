import { describe, expect, it } from 'vitest';
import { look, meta, secondsAgo } from '../testing.ts';
import { persistentVolumeBinder } from './binder.ts';
import { claimProtection, volumeProtection } from './protection.ts';

const done = { 'pv.kubernetes.io/bind-completed': 'yes' };
const volume = (name: string, spec: object = {}, status: object = { phase: 'Available' }, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolume',
  metadata: meta(name, { namespace: undefined, ...more }),
  spec: {
    capacity: { storage: '10Gi' }, accessModes: ['ReadWriteOnce'], storageClassName: 'manual',
    persistentVolumeReclaimPolicy: 'Retain', hostPath: { path: '/mnt/data' }, ...spec,
  },
  status,
});
const claim = (spec: object = {}, status: object = { phase: 'Pending' }, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'PersistentVolumeClaim',
  metadata: meta('c', more),
  spec: {
    accessModes: ['ReadWriteOnce'], storageClassName: 'manual',
    resources: { requests: { storage: '3Gi' } }, ...spec,
  },
  status,
});
const storageClass = (more: object = {}) => ({
  apiVersion: 'storage.k8s.io/v1', kind: 'StorageClass', provisioner: 'kubernetes.io/no-provisioner',
  metadata: meta('manual', { namespace: undefined }), ...more,
});
const ours = { claimRef: { namespace: 'x', name: 'c', uid: 'uid-c' } };
const theirs = { claimRef: { namespace: 'x', name: 'other', uid: 'uid-other' } };
const pod = (node: string) => ({
  apiVersion: 'v1', kind: 'Pod', metadata: meta('p'),
  spec: { nodeName: node, volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'c' } }] },
});
const delayed = storageClass({ volumeBindingMode: 'WaitForFirstConsumer' });

describe('a claim', () => {
  const small = volume('small', { capacity: { storage: '1Gi' } });
  it.each<[string, object[], string[], string[]]>([
    ['takes the smallest that is large enough', [claim(), volume('big'), small,
      volume('right', { capacity: { storage: '4Gi' } })], ['update PersistentVolume right'], []],
    ['takes the one that is reserved for it', [claim(), volume('a', { capacity: { storage: '3Gi' } }),
      volume('b', { claimRef: { namespace: 'x', name: 'c' } })], ['update PersistentVolume b'], []],
    ['of no class finds nothing', [claim({ storageClassName: '' }), volume('a')], [],
      ['FailedBinding: no persistent volumes available for this claim and no storage class is set']],
    ['of a class that is not there', [claim()], [],
      ['ProvisioningFailed: storageclass.storage.k8s.io "manual" not found']],
    ['of a class that provides nothing', [claim(), storageClass()], [],
      ['ProvisioningFailed: no volume plugin matched name: kubernetes.io/no-provisioner']],
    ['of a driver that is to provide', [claim(), storageClass({ provisioner: 'ebs.csi.aws.com' })],
      ['update PersistentVolumeClaim x/c'],
      ["ExternalProvisioning: Waiting for a volume to be created either by the external provisioner " +
        "'ebs.csi.aws.com' or manually by the system administrator. If volume creation is delayed, " +
        'please verify that the provisioner is running and correctly registered.']],
    ['waits for its first consumer', [claim(), delayed, volume('a')], [],
      ['WaitForFirstConsumer: waiting for first consumer to be created before binding']],
    ['waits until its consumer is placed', [claim(), delayed, pod('')], [],
      ['WaitForPodScheduled: waiting for pod p to be scheduled']],
    ['by labels', [claim({ selector: { matchLabels: { tier: 'gold' } } }), volume('a'),
      volume('b', {}, { phase: 'Available' }, { labels: { tier: 'gold' } })],
      ['update PersistentVolume b'], []],
    ['by name, but it will not do', [claim({ volumeName: 'small' }), small], [],
      ['VolumeMismatch: Cannot bind to requested volume "small": requested PV is too small']],
    ['by name, but it is taken', [claim({ volumeName: 'a' }), volume('a', theirs)], [],
      ['FailedBinding: volume "a" already bound to a different claim.']],
    ['second step: the volume is Bound', [claim(), volume('a', ours)],
      ['update PersistentVolume a/status'], []],
    ['third step: the claim names it', [claim(), volume('a', ours, { phase: 'Bound' })],
      ['update PersistentVolumeClaim x/c'], []],
    ['fourth step: the claim is Bound',
      [claim({ volumeName: 'a' }, undefined, { annotations: done }), volume('a', ours, { phase: 'Bound' })],
      ['update PersistentVolumeClaim x/c/status'], []],
    ['is lost with its volume', [claim({ volumeName: 'a' }, { phase: 'Bound' }, { annotations: done })],
      ['update PersistentVolumeClaim x/c/status'],
      ['ClaimLost: Bound claim has lost its PersistentVolume. Data on the volume is lost!']],
    ['gets the default class, when that comes',
      [claim({ storageClassName: undefined }), storageClass({ metadata: meta('fast', {
        namespace: undefined, annotations: { 'storageclass.kubernetes.io/is-default-class': 'true' },
      }) })], ['update PersistentVolumeClaim x/c'], []],
  ])('%s', (_, objects, writes, events) => {
    const { status, ...looked } = look(persistentVolumeBinder, 'x/c', objects);
    const written = status === undefined ? looked.writes
      : [...looked.writes, `update ${writes[0]?.includes('Claim') ? 'PersistentVolumeClaim x/c' : 'PersistentVolume a'}/status`];
    expect([written, looked.events]).toEqual([writes, events]);
  });
});

it.each<[string, object[], object | undefined, string[]]>([
  ['new', [volume('a', {}, {})], { phase: 'Available' }, []],
  ['its claim is gone', [volume('a', ours, { phase: 'Bound' })], { phase: 'Released' }, []],
  ['Retain: it stays', [volume('a', ours, { phase: 'Released' })], undefined, []],
  ['Delete, in /tmp', [volume('a', { ...ours, persistentVolumeReclaimPolicy: 'Delete',
    hostPath: { path: '/tmp/x' } }, { phase: 'Released' })], undefined, ['delete PersistentVolume a']],
  ['Delete, elsewhere', [volume('a', { ...ours, persistentVolumeReclaimPolicy: 'Delete' },
    { phase: 'Released' })],
  { phase: 'Failed', message: 'host_path deleter only supports /tmp/.+ but received provided /mnt/data' }, []],
  ['its claim has another', [volume('a', ours), claim({ volumeName: 'b' })], undefined,
    ['update PersistentVolume a']],
])('a volume: %s', (_, objects, status, writes) => {
  const looked = look(persistentVolumeBinder, 'a', objects);
  expect(looked.writes).toEqual(writes);
  if (status === undefined) expect(looked.status).toBeUndefined();
  else expect(looked.status).toMatchObject(status);
});

const going = (finalizer: string) =>
  ({ deletionTimestamp: secondsAgo(1), finalizers: [`kubernetes.io/${finalizer}`] });

it.each<[string, object[], string[]]>([
  ['a new claim is protected', [claim()], ['update PersistentVolumeClaim x/c']],
  ['a claim in use stays', [claim({}, {}, going('pvc-protection')), pod('n1')], []],
  ['a claim that nobody uses goes', [claim({}, {}, going('pvc-protection')), pod('')],
    ['update PersistentVolumeClaim x/c']],
])('%s', (_, objects, writes) =>
  expect(look(claimProtection, 'x/c', objects).writes).toEqual(writes));

it.each<[string, string, string[]]>([
  ['a bound volume stays', 'Bound', []],
  ['a free one goes', 'Available', ['update PersistentVolume a']],
])('%s', (_, phase, writes) => {
  const objects = [volume('a', {}, { phase }, going('pv-protection'))];
  expect(look(volumeProtection, 'a', objects).writes).toEqual(writes);
});
