/**
 * What the server warns of in Pods and templates: deprecated, doubled, without effect.
 * Follows pkg/api/pod/warnings.go.
 */
import { goQuote } from '../../go-text.ts';
import { isDnsLabel } from '../../names.ts';
import type { ApiObject } from '../../object.ts';
import type { Container, Pod, PodSpec, PodTemplateSpec, Volume } from '../../types.gen.ts';

type Annotations = Readonly<Record<string, string>> | undefined;

const none: readonly string[] = Object.freeze([]);

/** Warnings on creating a Pod. */
export function podWarnings(pod: Pod): readonly string[] {
  const warnings: string[] = [];
  const wrong = isDnsLabel(pod.metadata.name);
  if (wrong.length > 0) {
    warnings.push(
      "metadata.name: this is used in the Pod's hostname, which can result in " +
        `surprising behavior; a DNS label is recommended: ${goList(wrong)}`,
    );
  }
  collect(warnings, '', pod.spec, pod.metadata.annotations);
  return warnings.length === 0 ? none : warnings;
}

interface Templated extends ApiObject {
  readonly spec?: { readonly template?: PodTemplateSpec };
}

/** Warnings on workloads whose name goes into their Pods' names. */
export function templateWarnings(object: Templated): readonly string[] {
  const wrong = isDnsLabel(object.metadata.name);
  if (wrong.length === 0) return templateOnlyWarnings(object);
  return [
    'metadata.name: this is used in Pod names and hostnames, which can result in surprising ' +
      `behavior; a DNS label is recommended: ${goList(wrong)}`,
    ...templateOnlyWarnings(object),
  ];
}

/** Warnings on what a template holds. */
export function templateOnlyWarnings(object: Templated): readonly string[] {
  return warningsOfTemplate(object.spec?.template, 'spec.template.');
}

/** `prefix` ends with a dot. */
export function warningsOfTemplate(
  template: PodTemplateSpec | undefined,
  prefix: string,
): readonly string[] {
  if (template?.spec === undefined) return none;
  const warnings: string[] = [];
  collect(warnings, prefix, template.spec, template.metadata?.annotations);
  return warnings.length === 0 ? none : warnings;
}

/** `%v` of a `[]string`. */
const goList = (items: readonly string[]): string => `[${items.join(' ')}]`;

const deprecatedAnnotations: readonly (readonly [string, string])[] = [
  [
    'scheduler.alpha.kubernetes.io/critical-pod',
    'non-functional in v1.16+; use the "priorityClassName" field instead',
  ],
  [
    'security.alpha.kubernetes.io/sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
  [
    'security.alpha.kubernetes.io/unsafe-sysctls',
    'non-functional in v1.11+; use the "sysctls" field instead',
  ],
];

const deprecatedVolumes: readonly (readonly [keyof Volume, string])[] = [
  ['photonPersistentDisk', 'deprecated in v1.11, non-functional in v1.16+'],
  ['gitRepo', 'deprecated in v1.11'],
  ['scaleIO', 'deprecated in v1.16, non-functional in v1.22+'],
  ['flocker', 'deprecated in v1.22, non-functional in v1.25+'],
  ['storageos', 'deprecated in v1.22, non-functional in v1.25+'],
  ['quobyte', 'deprecated in v1.22, non-functional in v1.25+'],
  ['glusterfs', 'deprecated in v1.25, non-functional in v1.26+'],
  ['cephfs', 'deprecated in v1.28, non-functional in v1.31+'],
  ['rbd', 'deprecated in v1.28, non-functional in v1.31+'],
];

const nodeLabels: Readonly<Record<string, string>> = {
  'beta.kubernetes.io/arch': 'deprecated since v1.14; use "kubernetes.io/arch" instead',
  'beta.kubernetes.io/os': 'deprecated since v1.14; use "kubernetes.io/os" instead',
  'failure-domain.beta.kubernetes.io/region':
    'deprecated since v1.17; use "topology.kubernetes.io/region" instead',
  'failure-domain.beta.kubernetes.io/zone':
    'deprecated since v1.17; use "topology.kubernetes.io/zone" instead',
  'beta.kubernetes.io/instance-type':
    'deprecated since v1.17; use "node.kubernetes.io/instance-type" instead',
};

function collect(
  warnings: string[],
  prefix: string,
  spec: PodSpec,
  annotations: Annotations,
): void {
  if (spec.nodeSelector !== undefined) {
    for (const key of Object.keys(spec.nodeSelector).sort()) {
      const message = nodeLabels[key];
      if (message) warnings.push(`${prefix}spec.nodeSelector[${key}]: ${message}`);
    }
  }
  collectAffinity(warnings, prefix, spec);
  if (annotations !== undefined) {
    for (const [key, message] of deprecatedAnnotations) {
      if (annotations[key] === undefined) continue;
      warnings.push(`${prefix}metadata.annotations[${key}]: ${message}`);
    }
  }
  if (spec.volumes !== undefined) collectVolumes(warnings, prefix, spec.volumes);
  collectDoubles(warnings, `${prefix}spec.hostAliases`, 'ip', spec.hostAliases, ({ ip }) => ip);
  collectDoubles(
    warnings,
    `${prefix}spec.imagePullSecrets`,
    'name',
    spec.imagePullSecrets,
    ({ name }) => name ?? '',
  );
  for (const [index, { name }] of (spec.imagePullSecrets ?? []).entries()) {
    if (name) continue;
    warnings.push(`${prefix}spec.imagePullSecrets[${index}].name: invalid empty name ""`);
  }
  collectDoubles(warnings, `${prefix}spec.volumes`, 'name', spec.volumes, ({ name }) => name);
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (spec[list] ?? []).entries()) {
      collectEnv(warnings, `${prefix}spec.${list}[${index}]`, container);
    }
  }
  collectPorts(warnings, prefix, spec);
  if (spec.terminationGracePeriodSeconds !== undefined && spec.terminationGracePeriodSeconds < 0) {
    warnings.push(
      `${prefix}spec.terminationGracePeriodSeconds: must be >= 0; negative values ` +
        'are invalid and will be treated as 1',
    );
  }
}

function collectAffinity(warnings: string[], prefix: string, spec: PodSpec): void {
  if (spec.affinity === undefined && spec.topologySpreadConstraints === undefined) return;
  const base = `${prefix}spec.affinity.nodeAffinity`;
  const affinity = spec.affinity?.nodeAffinity;
  const terms = affinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms ?? [];
  const mandatory = `${base}.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms`;
  const found = terms.map((term, index) => [`${mandatory}[${index}]`, term] as const);
  const wishes = affinity?.preferredDuringSchedulingIgnoredDuringExecution ?? [];
  const preferred = `${base}.preferredDuringSchedulingIgnoredDuringExecution`;
  const wished = wishes.map(
    ({ preference }, index) => [`${preferred}[${index}].preference`, preference] as const,
  );
  for (const [path, term] of [...found, ...wished]) {
    for (const [index, { key }] of (term.matchExpressions ?? []).entries()) {
      const message = nodeLabels[key];
      if (message) warnings.push(`${path}.matchExpressions[${index}].key: ${key} is ${message}`);
    }
  }
  for (const [index, { topologyKey }] of (spec.topologySpreadConstraints ?? []).entries()) {
    const message = nodeLabels[topologyKey];
    const path = `${prefix}spec.topologySpreadConstraints[${index}].topologyKey`;
    if (message) warnings.push(`${path}: ${topologyKey} is ${message}`);
  }
}

function collectVolumes(warnings: string[], prefix: string, volumes: readonly Volume[]): void {
  for (const [index, volume] of volumes.entries()) {
    for (const [name, message] of deprecatedVolumes) {
      if (!volume[name]) continue;
      const shown = name === 'storageos' ? 'storageOS' : name;
      warnings.push(`${prefix}spec.volumes[${index}].${shown}: ${message}`);
    }
  }
}

function collectDoubles<T>(
  warnings: string[],
  path: string,
  field: string,
  items: readonly T[] | undefined,
  nameOf: (item: T) => string,
): void {
  if (items === undefined || items.length < 2) return;
  const seen = new Set<string>();
  for (const [index, item] of items.entries()) {
    const name = nameOf(item);
    if (seen.has(name)) {
      warnings.push(`${path}[${index}].${field}: duplicate ${field} ${goQuote(name)}`);
    }
    seen.add(name);
  }
}

function collectEnv(warnings: string[], path: string, { env }: Container): void {
  if (env === undefined || env.length < 2) return;
  const seen = new Set<string>();
  for (const [index, { name, value = '', valueFrom }] of env.entries()) {
    const reference = `$(${name})`;
    // `$(X)123` builds on the earlier X, so that one is not lost.
    const isBuiltOn = valueFrom === undefined && value !== reference && value.includes(reference);
    if (seen.has(name) && !isBuiltOn) {
      warnings.push(
        `${path}.env[${index}]: hides previous definition of ${goQuote(name)}, ` +
          'which may be dropped when using apply',
      );
    }
    seen.add(name);
  }
}

type Port = NonNullable<Container['ports']>[number];

/** Ports are one Pod's, whichever container names them. */
function collectPorts(warnings: string[], prefix: string, spec: PodSpec): void {
  const all: { readonly path: string; readonly port: Port }[] = [];
  for (const list of ['initContainers', 'containers'] as const) {
    for (const [index, { ports }] of (spec[list] ?? []).entries()) {
      for (const [portIndex, port] of (ports ?? []).entries()) {
        all.push({ path: `${prefix}spec.${list}[${index}].ports[${portIndex}]`, port });
      }
    }
  }
  if (all.length < 2) return;
  for (const [index, { path, port }] of all.entries()) {
    for (const other of all.slice(0, index)) {
      const overlap = overlapOf(port, other.port);
      if (overlap) warnings.push(`${path}: ${overlap} port definition with ${other.path}`);
    }
  }
}

function overlapOf(port: Port, other: Port): string | undefined {
  if (port.containerPort !== other.containerPort || port.protocol !== other.protocol)
    return undefined;
  const [ip, otherIp] = [port.hostIP ?? '', other.hostIP ?? ''];
  const [host, otherHost] = [port.hostPort ?? 0, other.hostPort ?? 0];
  if (ip === otherIp && host === otherHost) return 'duplicate';
  if (host === 0 || otherHost === 0) return 'overlapping';
  const isHalfOpen = (ip === '') !== (otherIp === '');
  return host === otherHost && isHalfOpen ? 'dangerously ambiguous' : undefined;
}
