/** Containers as describe shows them. Follows kubectl pkg/describe/describe.go describeContainers. */
import type {
  Container, ContainerState, ContainerStatus, EnvVar, Pod, Probe, ResourceRequirements,
} from '../../../api/types.gen.ts';
import { quantityMillis, quantityValue } from '../../../api/quantity.ts';
import { byText } from './metadata.ts';
import { type DescribeWriter, orNone, rfc1123, trueFalse } from './writer.ts';

export interface ContainersPart {
  readonly label: string;
  readonly containers: readonly Container[];
  readonly statuses?: readonly ContainerStatus[];
  /** The Pod that field references are looked up in; templates have none. */
  readonly pod?: Pod;
  /** `'  '` within a template. */
  readonly space: string;
}

export function writeContainers(w: DescribeWriter, part: ContainersPart): void {
  const { label, containers, statuses = [], pod, space } = part;
  w.write(0, `${space}${label}:${containers.length === 0 ? ' <none>' : ''}\n`);
  for (const container of containers) {
    const status = statuses.find(({ name }) => name === container.name);
    writeBasics(w, container, status, space);
    writeCommand(w, container);
    if (status !== undefined) writeState(w, status);
    writeResources(w, container.resources, 2);
    writeProbes(w, container);
    writeEnvFrom(w, container);
    writeEnv(w, container, pod);
    writeMounts(w, container);
  }
}

function writeBasics(
  w: DescribeWriter, container: Container, status: ContainerStatus | undefined, space: string,
): void {
  w.write(1, `${space === '' ? '' : ' '}${container.name}:\n`);
  if (status !== undefined) w.field(2, 'Container ID', status.containerID);
  w.field(2, 'Image', container.image);
  if (status !== undefined) w.field(2, 'Image ID', status.imageID);
  const { ports = [] } = container;
  writePorts(w, 'Port', ports.map((port) => `${port.containerPort}/${port.protocol ?? ''}`));
  writePorts(w, 'Host Port', ports.map((port) => `${port.hostPort ?? 0}/${port.protocol ?? ''}`));
  const seccomp = container.securityContext?.seccompProfile;
  if (seccomp === undefined) return;
  w.field(2, 'SeccompProfile', seccomp.type);
  if (seccomp.type === 'Localhost') w.field(3, 'LocalhostProfile', seccomp.localhostProfile);
}

const writePorts = (w: DescribeWriter, title: string, ports: readonly string[]): void =>
  w.field(2, ports.length > 1 ? `${title}s` : title, orNone(ports.join(', ')));

function writeCommand(w: DescribeWriter, { command = [], args = [] }: Container): void {
  for (const [title, words] of [['Command', command], ['Args', args]] as const) {
    if (words.length > 0) w.write(2, `${title}:\n`);
    for (const line of words.flatMap((word) => word.split('\n'))) w.write(3, `${line}\n`);
  }
}

function writeState(w: DescribeWriter, status: ContainerStatus): void {
  writeOneState(w, 'State', status.state ?? {});
  if (status.lastState?.terminated !== undefined) writeOneState(w, 'Last State', status.lastState);
  w.field(2, 'Ready', trueFalse(status.ready));
  w.field(2, 'Restart Count', status.restartCount);
}

function writeOneState(w: DescribeWriter, title: string, state: ContainerState): void {
  const { running, waiting, terminated } = state;
  if (running !== undefined) {
    w.field(2, title, 'Running');
    w.field(3, 'Started', rfc1123(running.startedAt));
  } else if (terminated !== undefined) {
    w.field(2, title, 'Terminated');
    if (terminated.reason) w.field(3, 'Reason', terminated.reason);
    if (terminated.message) w.field(3, 'Message', terminated.message);
    w.field(3, 'Exit Code', terminated.exitCode);
    if ((terminated.signal ?? 0) > 0) w.field(3, 'Signal', terminated.signal);
    w.field(3, 'Started', rfc1123(terminated.startedAt));
    w.field(3, 'Finished', rfc1123(terminated.finishedAt));
  } else {
    w.field(2, title, 'Waiting');
    if (waiting?.reason) w.field(3, 'Reason', waiting.reason);
  }
}

/** Limits and requests, by name. */
export function writeResources(
  w: DescribeWriter, resources: ResourceRequirements | undefined, level: number,
): void {
  for (const [title, list] of [['Limits', resources?.limits], ['Requests', resources?.requests]] as const) {
    const names = Object.keys(list ?? {}).sort();
    if (names.length > 0) w.write(level, `${title}:\n`);
    for (const name of names) w.field(level + 1, name, list?.[name]);
  }
}

function writeProbes(w: DescribeWriter, container: Container): void {
  const probes = [
    ['Liveness', container.livenessProbe], ['Readiness', container.readinessProbe],
    ['Startup', container.startupProbe],
  ] as const;
  for (const [title, probe] of probes) if (probe !== undefined) w.field(2, title, probeText(probe));
}

/** `http-get http://:80/ delay=0s timeout=1s period=10s #success=1 #failure=3`. */
export function probeText(probe: Probe): string {
  const times = `delay=${probe.initialDelaySeconds ?? 0}s timeout=${probe.timeoutSeconds ?? 0}s ` +
    `period=${probe.periodSeconds ?? 0}s #success=${probe.successThreshold ?? 0} ` +
    `#failure=${probe.failureThreshold ?? 0}`;
  const { exec, httpGet, tcpSocket, grpc } = probe;
  if (exec !== undefined) return `exec [${(exec.command ?? []).join(' ')}] ${times}`;
  if (httpGet !== undefined) {
    const { scheme = '', host = '', port, path = '' } = httpGet;
    return `http-get ${scheme.toLowerCase()}://${host}:${port}${path} ${times}`;
  }
  if (tcpSocket !== undefined) return `tcp-socket ${tcpSocket.host ?? ''}:${tcpSocket.port} ${times}`;
  if (grpc !== undefined) return `grpc <pod>:${grpc.port} ${grpc.service ?? ''} ${times}`;
  return `unknown ${times}`;
}

function writeEnvFrom(w: DescribeWriter, { envFrom = [] }: Container): void {
  if (envFrom.length === 0) return;
  w.write(2, 'Environment Variables from:\n');
  for (const { configMapRef, secretRef, prefix = '' } of envFrom) {
    const from = configMapRef === undefined ? 'Secret' : 'ConfigMap';
    const { name = '', optional = false } = configMapRef ?? secretRef ?? {};
    const with_ = prefix === '' ? '' : ` with prefix '${prefix}'`;
    w.write(3, `${name}\t${from}${with_}\tOptional: ${optional}\n`);
  }
}

function writeEnv(w: DescribeWriter, container: Container, pod: Pod | undefined): void {
  const { env = [] } = container;
  w.write(2, `Environment:${env.length === 0 ? '\t<none>' : ''}\n`);
  for (const variable of env) {
    if (variable.valueFrom === undefined) {
      (variable.value ?? '').split('\n').forEach((line, i) =>
        w.write(3, `${i === 0 ? `${variable.name}:` : ''}\t${line}\n`));
    } else w.write(3, `${variable.name}:\t${sourceText(variable, container, pod)}\n`);
  }
}

function sourceText({ valueFrom = {} }: EnvVar, container: Container, pod: Pod | undefined): string {
  const { fieldRef, resourceFieldRef, secretKeyRef, configMapKeyRef } = valueFrom;
  if (fieldRef !== undefined) {
    const value = pod === undefined ? '' : podField(pod, fieldRef.fieldPath);
    return `${value} (${fieldRef.apiVersion ?? 'v1'}:${fieldRef.fieldPath})`;
  }
  if (resourceFieldRef !== undefined) {
    const { resource, divisor } = resourceFieldRef;
    return `${resourceValue(container, resource, String(divisor ?? '1'))} (${resource})`;
  }
  if (secretKeyRef !== undefined) {
    const { key, name = '', optional = false } = secretKeyRef;
    return `<set to the key '${key}' in secret '${name}'>\tOptional: ${optional}`;
  }
  const { key = '', name = '', optional = false } = configMapKeyRef ?? {};
  return `<set to the key '${key}' of config map '${name}'>\tOptional: ${optional}`;
}

function podField({ metadata, spec, status }: Pod, path: string): string {
  const keyed = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (keyed !== null) return metadata[keyed[1] as 'labels']?.[keyed[2] ?? ''] ?? '';
  switch (path) {
    case 'metadata.name': return metadata.name;
    case 'metadata.namespace': return metadata.namespace ?? '';
    case 'metadata.uid': return metadata.uid;
    case 'spec.nodeName': return spec?.nodeName ?? '';
    case 'spec.serviceAccountName': return spec?.serviceAccountName ?? '';
    case 'status.hostIP': return status?.hostIP ?? '';
    case 'status.podIP': return status?.podIP ?? '';
    case 'status.podIPs': return (status?.podIPs ?? []).map(({ ip }) => ip).join(',');
    default: return '';
  }
}

function resourceValue({ resources }: Container, path: string, divisor: string): string {
  const [list = '', ...rest] = path.split('.');
  const name = rest.join('.');
  const quantity = resources?.[list as 'limits' | 'requests']?.[name];
  if (quantity === undefined) return list === 'limits' && (name === 'cpu' || name === 'memory') ? 'node allocatable' : '0';
  const units = divisor === '0' ? '1' : divisor;
  return name === 'cpu'
    ? String(Math.ceil(quantityMillis(quantity) / quantityMillis(units)))
    : String(Math.ceil(quantityValue(quantity) / quantityValue(units)));
}

function writeMounts(w: DescribeWriter, { volumeMounts = [], volumeDevices = [] }: Container): void {
  w.write(2, `Mounts:${volumeMounts.length === 0 ? '\t<none>' : ''}\n`);
  for (const mount of byText(volumeMounts, ({ mountPath }) => mountPath)) {
    const flags = [mount.readOnly === true ? 'ro' : 'rw'];
    if (mount.subPath) flags.push(`path=${JSON.stringify(mount.subPath)}`);
    w.write(3, `${mount.mountPath} from ${mount.name} (${flags.join(',')})\n`);
  }
  if (volumeDevices.length === 0) return;
  w.write(2, `Devices:${volumeMounts.length === 0 ? '\t<none>' : ''}\n`);
  for (const device of byText(volumeDevices, ({ devicePath }) => devicePath)) {
    w.write(3, `${device.devicePath} from ${device.name}\n`);
  }
}
