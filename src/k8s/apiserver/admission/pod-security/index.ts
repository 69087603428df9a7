/**
 * Pod Security admission: a namespace's labels say how much its Pods may. Follows
 * plugin/pkg/admission/security/podsecurity/admission.go and pod-security-admission
 * admission/admission.go. Simplified: no exemptions (kubeadm configures none), no audit log, and
 * no limit of time when the Pods of a namespace are looked through.
 */
import type { ApiObject } from '../../../../api/object.ts';
import { StatusError, invalidObject } from '../../../../api/status.ts';
import { isDeepEqual } from '../../../../api/equal.ts';
import type {
  CronJob,
  Deployment,
  Namespace,
  Pod,
  PodTemplate,
  PodTemplateSpec,
} from '../../../../api/types.gen.ts';
import type { Server } from '../../exchange.ts';
import { objectsOf } from '../namespace-contents.ts';
import type { Attributes, Plugin } from '../plugin.ts';
import { refuse } from '../refusal.ts';
import type { PodLike } from './check.ts';
import { detailsText, evaluate, reasonsText } from './evaluate.ts';
import {
  compareLevels,
  isSame,
  levelText,
  type LevelVersion,
  type Policy,
  policyOf,
} from './policy.ts';

/** Kinds whose Pods are made from a template. */
const workloads = new Set([
  'ReplicationController',
  'PodTemplate',
  'ReplicaSet',
  'Deployment',
  'StatefulSet',
  'DaemonSet',
  'Job',
  'CronJob',
]);
const workloadGroups = new Set(['', 'apps', 'batch']);
/** Of a namespace, so many Pods are looked at. */
const podsMax = 3_000;

export const podSecurity: Plugin = {
  name: 'PodSecurity',
  handles({ operation, resource: { kind }, subresource = '', x }) {
    if (operation === 'DELETE' || subresource !== '') return false;
    if (kind.kind === 'Pod' && kind.group === '') {
      return x.route.subresource === '' || x.route.subresource === 'ephemeralcontainers';
    }
    if (x.route.subresource !== '') return false;
    if (kind.kind === 'Namespace') return true;
    return workloads.has(kind.kind) && workloadGroups.has(kind.group);
  },
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *validate(attributes) {
    const { object } = attributes;
    if (object === undefined) return;
    if (object.kind === 'Namespace') checkNamespace(attributes, object as Namespace);
    else if (object.kind === 'Pod') checkPod(attributes, object as Pod);
    else checkWorkload(attributes, object);
  },
};

function checkPod(attributes: Attributes, pod: Pod): void {
  const policy = policyOfNamespace(attributes);
  const { enforce, warn } = policy;
  if (isFullyPrivileged(policy)) return;
  const previous = attributes.previous as Pod | undefined;
  if (previous !== undefined && !isSignificant(pod, previous)) return;
  const subject: PodLike = { annotations: pod.metadata.annotations ?? {}, spec: pod.spec };
  const findings = evaluate(subject, enforce);
  if (findings.length > 0) {
    refuse(attributes, `violates PodSecurity "${levelText(enforce)}": ${detailsText(findings)}`);
  }
  tellOf(attributes, subject, warn);
}

const isFullyPrivileged = ({ enforce, audit, warn }: Policy): boolean =>
  [enforce, audit, warn].every(({ level }) => level === 'privileged');

/** Containers have come, or other images. */
function isSignificant({ spec }: Pod, { spec: old }: Pod): boolean {
  for (const side of ['containers', 'initContainers'] as const) {
    const [now, before] = [spec[side] ?? [], old[side] ?? []];
    if (now.length !== before.length) return true;
    if (now.some(({ image }, index) => image !== before[index]?.image)) return true;
  }
  const before = old.ephemeralContainers ?? [];
  return (spec.ephemeralContainers ?? []).some(
    ({ name, image }) => before.find((one) => one.name === name)?.image !== image,
  );
}

/** Workloads are never refused: their Pods will be. */
function checkWorkload(attributes: Attributes, object: ApiObject): void {
  const { warn } = policyOfNamespace(attributes);
  if (warn.level === 'privileged') return;
  const template = templateOf(object);
  if (template === undefined) return;
  const { metadata, spec } = template;
  if (spec === undefined) return;
  tellOf(attributes, { annotations: metadata?.annotations ?? {}, spec }, warn);
}

function templateOf(object: ApiObject): PodTemplateSpec | undefined {
  if (object.kind === 'PodTemplate') return (object as PodTemplate).template;
  if (object.kind === 'CronJob') return (object as CronJob).spec.jobTemplate.spec?.template;
  return (object as Deployment).spec?.template;
}

function tellOf({ x }: Attributes, subject: PodLike, level: LevelVersion): void {
  const findings = evaluate(subject, level);
  if (findings.length === 0) return;
  warn(x, `would violate PodSecurity "${levelText(level)}": ${detailsText(findings)}`);
}

/** A change that is tried again says it once. */
function warn({ warnings }: Attributes['x'], text: string): void {
  if (!warnings.includes(text)) warnings.push(text);
}

function policyOfNamespace({ x: { server, route } }: Attributes): Policy {
  const namespaces = server.registry.named('namespaces');
  const entry = namespaces?.cache.get(namespaces.key('', route.namespace));
  return policyOf(entry?.object.metadata.labels);
}

function checkNamespace({ x, resource, previous }: Attributes, namespace: Namespace): void {
  const { metadata } = namespace;
  const policy = policyOf(metadata.labels);
  const before = previous === undefined ? undefined : policyOf(previous.metadata.labels);
  const { errors, enforce } = policy;
  if (errors.length > 0 && !isDeepEqual(errors, before?.errors)) {
    throw new StatusError(invalidObject(resource.kind, metadata.name, errors));
  }
  if (before === undefined || isSame(enforce, before.enforce)) return;
  const isEased =
    enforce.minor === before.enforce.minor &&
    compareLevels(enforce.level, before.enforce.level) < 1;
  if (enforce.level === 'privileged' || isEased) return;
  for (const text of podWarnings(x.server, metadata.name, enforce)) warn(x, text);
}

/** Of the Pods that are there and would not be let in again, by what is wrong with them. */
function podWarnings(server: Server, namespace: string, level: LevelVersion): readonly string[] {
  const pods = withDistinctOwnersFirst(objectsOf<Pod>(server, 'pods', namespace));
  const namesByReason = new Map<string, string[]>();
  for (const { metadata, spec } of pods.slice(0, podsMax)) {
    const findings = evaluate({ annotations: metadata.annotations ?? {}, spec }, level);
    if (findings.length === 0) continue;
    const reason = reasonsText(findings);
    namesByReason.set(reason, [...(namesByReason.get(reason) ?? []), metadata.name]);
  }
  const lines = [...namesByReason].map(([reason, names]) => `${someText(names)}: ${reason}`).sort();
  return [
    ...(pods.length > podsMax
      ? [
          'new PodSecurity enforce level only checked against the first ' +
            `${podsMax} of ${pods.length} existing pods`,
        ]
      : []),
    ...(lines.length === 0
      ? []
      : [
          `existing pods in namespace "${namespace}" violate the new PodSecurity enforce level ` +
            `"${levelText(level)}"`,
        ]),
    ...lines,
  ];
}

/** The first by name, and how many others. */
function someText(names: readonly string[]): string {
  const first = names.toSorted()[0] ?? '';
  const others = names.length - 1;
  if (others === 0) return first;
  return others === 1 ? `${first} (and 1 other pod)` : `${first} (and ${others} other pods)`;
}

/** One Pod of each controller before its other ones, which are the same. */
function withDistinctOwnersFirst(pods: readonly Pod[]): readonly Pod[] {
  const seen = new Set<string>();
  const first: Pod[] = [];
  const others: Pod[] = [];
  for (const pod of pods) {
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
    (owner !== undefined && seen.has(owner) ? others : first).push(pod);
    if (owner !== undefined) seen.add(owner);
  }
  return [...first, ...others];
}
