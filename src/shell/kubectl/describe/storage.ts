/**
 * `describe persistentvolume`, `persistentvolumeclaim`, `storageclass`. Volumes that no simulated
 * node can have (those of clouds) are shown as `<unknown>`.
 * Follows kubectl pkg/describe/describe.go and pkg/util/storage/storage.go.
 */
import { formatLabels } from '../../../api/selectors.ts';
import type {
  PersistentVolume, PersistentVolumeClaim, Pod, StorageClass,
} from '../../../api/types.gen.ts';
import type { Story } from '../../../kernel/index.ts';
import { itemsOf } from '../targets.ts';
import { type Describer, type Subject, eventsOf } from './describer.ts';
import { writeEvents } from './events.ts';
import { writeAnnotations, writeLabels, writeLines } from './metadata.ts';
import { linesOf } from './volumes.ts';
import { type DescribeWriter, orNone, rfc1123, trueFalse } from './writer.ts';

const betaClass = 'volume.beta.kubernetes.io/storage-class';
const shortModes = [
  ['ReadWriteOnce', 'RWO'], ['ReadOnlyMany', 'ROX'], ['ReadWriteMany', 'RWX'],
  ['ReadWriteOncePod', 'RWOP'],
] as const;

const modesText = (modes: readonly string[] = []): string =>
  shortModes.filter(([mode]) => modes.includes(mode)).map(([, short]) => short).join(',');

const classOf = ({ metadata, spec }: PersistentVolume | PersistentVolumeClaim): string =>
  metadata.annotations?.[betaClass] ?? spec?.storageClassName ?? '';

function phaseText(w: DescribeWriter, { metadata, status }: PersistentVolume | PersistentVolumeClaim) {
  const { deletionTimestamp } = metadata;
  return deletionTimestamp === undefined
    ? status?.phase : `Terminating (lasts ${w.since(deletionTimestamp)})`;
}

const finalizersText = (finalizers: readonly string[] = []): string => `[${finalizers.join(' ')}]`;

export const describePersistentVolume: Describer = function* (w, subject) {
  const volume = subject.object as unknown as PersistentVolume;
  const { metadata, spec, status } = volume;
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.field(0, 'Finalizers', finalizersText(metadata.finalizers));
  w.field(0, 'StorageClass', classOf(volume));
  w.field(0, 'Status', phaseText(w, volume));
  const { claimRef } = spec;
  w.field(0, 'Claim', claimRef && `${claimRef.namespace ?? ''}/${claimRef.name ?? ''}`);
  w.field(0, 'Reclaim Policy', spec.persistentVolumeReclaimPolicy);
  w.field(0, 'Access Modes', modesText(spec.accessModes));
  if (spec.volumeMode !== undefined) w.field(0, 'VolumeMode', spec.volumeMode);
  w.field(0, 'Capacity', spec.capacity?.['storage'] ?? '0');
  writeAffinity(w, spec.nodeAffinity);
  w.field(0, 'Message', status?.message);
  w.write(0, 'Source:\n');
  writeSource(w, spec);
  writeEvents(w, events);
};

function writeAffinity(w: DescribeWriter, affinity: PersistentVolume['spec']['nodeAffinity']): void {
  w.write(0, 'Node Affinity:\t');
  const required = affinity?.required;
  w.write(0, required === undefined ? '<none>\n' : '\n');
  if (required === undefined) return;
  const terms = required.nodeSelectorTerms ?? [];
  w.write(1, `Required Terms:\t${terms.length === 0 ? '<none>' : ''}\n`);
  terms.forEach(({ matchExpressions = [] }, i) => {
    w.write(2, `Term ${i}:\t`);
    if (matchExpressions.length === 0) w.write(0, '<none>\n');
    matchExpressions.forEach(({ key, operator, values = [] }, j) => {
      if (j > 0) w.write(2, '\t');
      const list = values.length === 0 ? '' : ` [${values.join(', ')}]`;
      w.write(0, `${key} ${operator.toLowerCase()}${list}\n`);
    });
  });
}

function writeSource(w: DescribeWriter, spec: PersistentVolume['spec']): void {
  const { hostPath, nfs, local, csi } = spec;
  const shared = linesOf({
    name: '', ...(hostPath === undefined ? {} : { hostPath }), ...(nfs === undefined ? {} : { nfs }),
  });
  if (shared !== undefined) {
    for (const [title, value] of shared) w.field(2, title, value);
  } else if (local !== undefined) {
    w.field(2, 'Type', 'LocalVolume (a persistent volume backed by local storage on a node)');
    w.field(2, 'Path', local.path);
  } else if (csi !== undefined) {
    w.field(2, 'Type', 'CSI (a Container Storage Interface (CSI) volume source)');
    w.field(2, 'Driver', csi.driver);
    w.field(2, 'FSType', csi.fsType);
    w.field(2, 'VolumeHandle', csi.volumeHandle);
    w.field(2, 'ReadOnly', csi.readOnly ?? false);
    writeAttributes(w, csi.volumeAttributes);
  } else w.write(1, '<unknown>\n');
}

function writeAttributes(w: DescribeWriter, attributes: Readonly<Record<string, string>> = {}): void {
  const lines = Object.keys(attributes).sort().map((key) => `${key}=${attributes[key] ?? ''}`);
  w.write(2, 'VolumeAttributes:\t');
  if (lines.length === 0) w.write(0, '<none>\n');
  lines.forEach((line, i) => {
    // The real one indents every piece, the first line's text too.
    if (i > 0) w.write(2, '    \t');
    w.write(2, line.length > 140 ? `${line.slice(0, 140)}...\n` : `${line}\n`);
  });
}

export const describePersistentVolumeClaim: Describer = function* (w, subject) {
  const claim = subject.object as unknown as PersistentVolumeClaim;
  const { metadata, spec, status } = claim;
  const pods = yield* podsWith(subject);
  const events = yield* eventsOf(subject);
  const isBound = Boolean(spec.volumeName);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  w.field(0, 'StorageClass', classOf(claim));
  w.field(0, 'Status', phaseText(w, claim));
  w.field(0, 'Volume', spec.volumeName);
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.field(0, 'Finalizers', finalizersText(metadata.finalizers));
  w.field(0, 'Capacity', isBound ? (status?.capacity?.['storage'] ?? '0') : '');
  w.field(0, 'Access Modes', isBound ? modesText(status?.accessModes) : '');
  if (spec.volumeMode !== undefined) w.field(0, 'VolumeMode', spec.volumeMode);
  if (spec.dataSource !== undefined) {
    w.write(0, 'DataSource:\n');
    if (spec.dataSource.apiGroup !== undefined) w.field(1, 'APIGroup', spec.dataSource.apiGroup);
    w.field(1, 'Kind', spec.dataSource.kind);
    w.field(1, 'Name', spec.dataSource.name);
  }
  writeLines(w, 'Used By', pods.map((pod) => pod.metadata.name).sort());
  writeClaimConditions(w, status?.conditions);
  writeEvents(w, events);
};

/** The Pods that mount the claim, and those that own it. */
function* podsWith({ context, namespace, name, object }: Subject): Story<readonly Pod[]> {
  const path = `/api/v1/namespaces/${namespace}/pods`;
  const list = yield* context.request({ path, query: { limit: '500' } });
  const { metadata } = object as unknown as PersistentVolumeClaim;
  const owners = (metadata.ownerReferences ?? []).filter(({ kind }) => kind === 'Pod');
  return (itemsOf(list) as unknown as readonly Pod[]).filter((pod) =>
    pod.spec.volumes?.some(({ persistentVolumeClaim: used }) => used?.claimName === name) === true ||
    owners.some(({ uid }) => uid === pod.metadata.uid));
}

function writeClaimConditions(
  w: DescribeWriter, conditions: PersistentVolumeClaim['status']['conditions'] = [],
): void {
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n');
  w.write(1, 'Type\tStatus\tLastProbeTime\tLastTransitionTime\tReason\tMessage\n');
  w.write(1, '----\t------\t-----------------\t------------------\t------\t-------\n');
  for (const { type, status, lastProbeTime, lastTransitionTime, reason, message } of conditions) {
    w.write(1, `${type} \t${status} \t${rfc1123(lastProbeTime)} \t${rfc1123(lastTransitionTime)} \t` +
      `${reason ?? ''} \t${message ?? ''}\n`);
  }
}

const defaultClass = [
  'storageclass.kubernetes.io/is-default-class', 'storageclass.beta.kubernetes.io/is-default-class',
];

export const describeStorageClass: Describer = function* (w, subject) {
  const storage = subject.object as unknown as StorageClass;
  const { annotations } = storage.metadata;
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', storage.metadata.name);
  w.field(0, 'IsDefaultClass',
    defaultClass.some((key) => annotations?.[key] === 'true') ? 'Yes' : 'No');
  w.field(0, 'Annotations', orNone(formatLabels(annotations)));
  w.field(0, 'Provisioner', storage.provisioner);
  w.field(0, 'Parameters', orNone(formatLabels(storage.parameters)));
  const { allowVolumeExpansion: expands, mountOptions = [], allowedTopologies } = storage;
  w.field(0, 'AllowVolumeExpansion', expands === undefined ? '<unset>' : trueFalse(expands));
  w.write(0, mountOptions.length === 0 ? 'MountOptions:\t<none>\n' : 'MountOptions:\n');
  for (const option of mountOptions) w.write(1, `${option}\n`);
  if (storage.reclaimPolicy !== undefined) w.field(0, 'ReclaimPolicy', storage.reclaimPolicy);
  if (storage.volumeBindingMode !== undefined) {
    w.field(0, 'VolumeBindingMode', storage.volumeBindingMode);
  }
  if (allowedTopologies !== undefined) writeTopologies(w, allowedTopologies);
  writeEvents(w, events);
};

function writeTopologies(
  w: DescribeWriter, topologies: NonNullable<StorageClass['allowedTopologies']>,
): void {
  w.write(0, `AllowedTopologies:\t${topologies.length === 0 ? '<none>' : ''}\n`);
  topologies.forEach(({ matchLabelExpressions = [] }, i) => {
    w.write(1, `Term ${i}:\t`);
    if (matchLabelExpressions.length === 0) w.write(0, '<none>\n');
    matchLabelExpressions.forEach(({ key, values = [] }, j) => {
      if (j > 0) w.write(1, '\t');
      w.write(0, `${key} in${values.length === 0 ? '' : ` [${values.join(', ')}]`}\n`);
    });
  });
}
