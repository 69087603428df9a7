/** `describe` of what keeps Pods: ReplicaSet, ReplicationController, DaemonSet, StatefulSet. */
import { formatLabelSelector, formatLabels } from '../../../api/selectors.ts';
import type {
  DaemonSet, PersistentVolumeClaim, ReplicaSet, ReplicationController, StatefulSet,
} from '../../../api/types.gen.ts';
import { type Describer, eventsOf, podsStatus } from './describer.ts';
import { writeEvents } from './events.ts';
import { controllerText, writeAnnotations, writeLabels } from './metadata.ts';
import { writePodTemplate } from './pod-template.ts';
import { type DescribeWriter, orNone, rfc1123 } from './writer.ts';

/** A label selector as list requests and `Selector:` lines have it: `app=web,tier=front`. */
export const selectorText = (selector: unknown): string => formatLabelSelector(selector as never);

export const describeReplicaSet: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as ReplicaSet;
  const selector = selectorText(spec?.selector);
  const pods = yield* podsStatus(subject, selector, metadata.uid);
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  w.field(0, 'Selector', selector);
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  const controller = controllerText(metadata);
  if (controller !== undefined) w.field(0, 'Controlled By', controller);
  w.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 1} desired`);
  w.field(0, 'Pods Status', pods);
  writePodTemplate(w, spec?.template);
  writeConditions(w, status?.conditions);
  writeEvents(w, events);
};

export const describeReplicationController: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as ReplicationController;
  const selector = formatLabels(spec?.selector);
  const pods = yield* podsStatus(subject, selector, metadata.uid);
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  w.field(0, 'Selector', selector);
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.field(0, 'Replicas', `${status?.replicas ?? 0} current / ${spec?.replicas ?? 1} desired`);
  w.field(0, 'Pods Status', pods);
  writePodTemplate(w, spec?.template);
  writeEvents(w, events);
};

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
}

export function writeConditions(w: DescribeWriter, conditions: readonly Condition[] = []): void {
  if (conditions.length === 0) return;
  w.write(0, 'Conditions:\n  Type\tStatus\tReason\n');
  w.write(1, '----\t------\t------\n');
  for (const { type, status, reason = '' } of conditions) w.write(1, `${type} \t${status}\t${reason}\n`);
}

export const describeDaemonSet: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as DaemonSet;
  const selector = selectorText(spec?.selector);
  const pods = yield* podsStatus(subject, selector, metadata.uid);
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  w.field(0, 'Selector', selector);
  w.field(0, 'Node-Selector', orNone(formatLabels(spec?.template?.spec?.nodeSelector)));
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  const counts = [
    ['Desired Number of Nodes Scheduled', status?.desiredNumberScheduled],
    ['Current Number of Nodes Scheduled', status?.currentNumberScheduled],
    ['Number of Nodes Scheduled with Up-to-date Pods', status?.updatedNumberScheduled],
    ['Number of Nodes Scheduled with Available Pods', status?.numberAvailable],
    ['Number of Nodes Misscheduled', status?.numberMisscheduled],
  ] as const;
  for (const [title, count = 0] of counts) w.write(0, `${title}: ${count}\n`);
  w.field(0, 'Pods Status', pods);
  writePodTemplate(w, spec?.template);
  writeEvents(w, events);
};

export const describeStatefulSet: Describer = function* (w, subject) {
  const { metadata, spec, status } = subject.object as unknown as StatefulSet;
  const selector = selectorText(spec?.selector);
  const pods = yield* podsStatus(subject, selector, metadata.uid);
  const events = yield* eventsOf(subject);
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  w.field(0, 'CreationTimestamp', rfc1123(metadata.creationTimestamp));
  w.field(0, 'Selector', selector);
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
  w.field(0, 'Replicas', `${spec?.replicas ?? 1} desired | ${status?.replicas ?? 0} total`);
  w.field(0, 'Update Strategy', spec?.updateStrategy?.type);
  const rolling = spec?.updateStrategy?.rollingUpdate;
  if (rolling?.partition !== undefined) w.field(1, 'Partition', rolling.partition);
  w.field(0, 'Pods Status', pods);
  writePodTemplate(w, spec?.template);
  writeClaims(w, spec?.volumeClaimTemplates as readonly PersistentVolumeClaim[] | undefined);
  writeEvents(w, events);
};

function writeClaims(w: DescribeWriter, claims: readonly PersistentVolumeClaim[] = []): void {
  if (claims.length === 0) {
    w.write(0, 'Volume Claims:\t<none>\n');
    return;
  }
  w.write(0, 'Volume Claims:\n');
  for (const { metadata, spec } of claims) {
    w.field(1, 'Name', metadata.name);
    w.field(1, 'StorageClass', spec?.storageClassName);
    writeLabels(w, '  Labels', metadata.labels);
    writeLabels(w, '  Annotations', metadata.annotations);
    w.field(1, 'Capacity', spec?.resources?.requests?.['storage'] ?? '<default>');
    w.field(1, 'Access Modes', `[${(spec?.accessModes ?? []).join(' ')}]`);
  }
}
