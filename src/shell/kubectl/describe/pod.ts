/** `describe pod`. Follows kubectl pkg/describe/describe.go describePod. */
import { qosOf } from '../../../api/kinds/pod/qos.ts';
import type { Container, Pod } from '../../../api/types.gen.ts';
import { writeContainers, writeResources } from './container.ts';
import type { Describer } from './describer.ts';
import { findEvents, writeEvents } from './events.ts';
import { controllerText, writeAnnotations, writeLabels, writeTolerations } from './metadata.ts';
import { writeSpread } from './pod-template.ts';
import { writeVolumes } from './volumes.ts';
import { type DescribeWriter, rfc1123 } from './writer.ts';

const mirrorKey = 'kubernetes.io/config.mirror';

export const describePod: Describer = function* (w, subject) {
  const pod = subject.object as unknown as Pod;
  const { metadata } = pod;
  // The kubelet's events about a static Pod carry the uid of its file, not of its mirror.
  const uid = metadata.annotations?.[mirrorKey] ?? metadata.uid;
  const events = subject.showEvents
    ? yield* findEvents(subject.context, { name: subject.name, namespace: subject.namespace, uid })
    : undefined;
  writePlace(w, pod);
  writeStatus(w, pod);
  writeAddresses(w, pod);
  writeAllContainers(w, pod);
  writeConditions(w, pod);
  const { spec } = pod;
  writeVolumes(w, spec?.volumes);
  w.field(0, 'QoS Class', qosOf(pod));
  writeLabels(w, 'Node-Selectors', spec?.nodeSelector);
  writeTolerations(w, 'Tolerations', spec?.tolerations);
  writeSpread(w, spec?.topologySpreadConstraints);
  writeEvents(w, events);
};

function writePlace(w: DescribeWriter, { metadata, spec, status }: Pod): void {
  w.field(0, 'Name', metadata.name);
  w.field(0, 'Namespace', metadata.namespace);
  if (spec?.priority !== undefined) w.field(0, 'Priority', spec.priority);
  if (spec?.priorityClassName) w.field(0, 'Priority Class Name', spec.priorityClassName);
  if (spec?.runtimeClassName) w.field(0, 'Runtime Class Name', spec.runtimeClassName);
  if (spec?.serviceAccountName) w.field(0, 'Service Account', spec.serviceAccountName);
  w.field(0, 'Node', spec?.nodeName ? `${spec.nodeName}/${status?.hostIP ?? ''}` : '<none>');
  if (status?.startTime) w.field(0, 'Start Time', rfc1123(status.startTime));
  writeLabels(w, 'Labels', metadata.labels);
  writeAnnotations(w, 'Annotations', metadata.annotations);
}

function writeStatus(w: DescribeWriter, { metadata, spec, status }: Pod): void {
  const isOver = status?.phase === 'Failed' || status?.phase === 'Succeeded';
  if (metadata.deletionTimestamp !== undefined && !isOver) {
    w.field(0, 'Status', `Terminating (lasts ${w.since(metadata.deletionTimestamp)})`);
    w.field(0, 'Termination Grace Period', `${metadata.deletionGracePeriodSeconds ?? 0}s`);
  } else w.field(0, 'Status', status?.phase);
  if (status?.reason) w.field(0, 'Reason', status.reason);
  if (status?.message) w.field(0, 'Message', status.message);
  const seccomp = spec?.securityContext?.seccompProfile;
  if (seccomp === undefined) return;
  w.field(0, 'SeccompProfile', seccomp.type);
  if (seccomp.type === 'Localhost') w.field(0, 'LocalhostProfile', seccomp.localhostProfile);
}

function writeAddresses(w: DescribeWriter, { metadata, status }: Pod): void {
  w.field(0, 'IP', status?.podIP);
  const { podIPs = [] } = status ?? {};
  if (podIPs.length === 0) w.write(0, 'IPs:\t<none>\n');
  else {
    w.write(0, 'IPs:\n');
    for (const { ip } of podIPs) w.field(1, 'IP', ip);
  }
  const controller = controllerText(metadata);
  if (controller !== undefined) w.field(0, 'Controlled By', controller);
  if (status?.nominatedNodeName) w.field(0, 'NominatedNodeName', status.nominatedNodeName);
}

function writeAllContainers(w: DescribeWriter, pod: Pod): void {
  const { spec, status } = pod;
  if (spec?.resources !== undefined) {
    w.write(0, 'Resources:\n');
    writeResources(w, spec.resources, 1);
  }
  const parts = [
    ['Init Containers', spec?.initContainers, status?.initContainerStatuses],
    ['Containers', spec?.containers, status?.containerStatuses],
    ['Ephemeral Containers', spec?.ephemeralContainers as readonly Container[] | undefined,
      status?.ephemeralContainerStatuses],
  ] as const;
  for (const [label, containers = [], statuses = []] of parts) {
    if (containers.length === 0 && label !== 'Containers') continue;
    writeContainers(w, { label, containers, statuses, pod, space: '' });
  }
}

function writeConditions(w: DescribeWriter, { spec, status }: Pod): void {
  const { conditions = [] } = status ?? {};
  const { readinessGates = [] } = spec ?? {};
  if (readinessGates.length > 0) w.write(0, 'Readiness Gates:\n  Type\tStatus\n');
  for (const { conditionType } of readinessGates) {
    const found = conditions.find(({ type }) => type === conditionType);
    w.write(1, `${conditionType} \t${found?.status ?? '<none>'} \n`);
  }
  if (conditions.length > 0) w.write(0, 'Conditions:\n  Type\tStatus\n');
  for (const { type, status: value } of conditions) w.write(1, `${type} \t${value} \n`);
}
