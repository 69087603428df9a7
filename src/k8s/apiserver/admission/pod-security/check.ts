/**
 * What a check of the Pod Security Standards is, and how its findings are worded.
 * Follows pod-security-admission policy/checks.go, helpers.go and visitor.go.
 */
import type {
  Container,
  ObjectMeta,
  PodSecurityContext,
  PodSpec,
  SecurityContext,
} from '../../../../api/types.gen.ts';

/** Why a Pod is not allowed. */
export interface Finding {
  readonly reason: string;
  readonly detail: string;
}

/** A Pod, or the template of some. */
export interface PodLike {
  readonly annotations: NonNullable<ObjectMeta['annotations']>;
  readonly spec: PodSpec;
}

export interface Check {
  /** Minor version of Kubernetes 1 from which on it is made. */
  readonly since: number;
  /** Minor version from which on it is made no more. */
  readonly until?: number;
  readonly find: (pod: PodLike, minor: number) => Finding | undefined;
}

/** All containers: those for the start first, those for debugging last. */
export const containersOf = ({ spec }: PodLike): readonly Container[] => [
  ...(spec.initContainers ?? []),
  ...(spec.containers ?? []),
  ...((spec.ephemeralContainers ?? []) as readonly Container[]),
];

/** Names of the containers with which something is wrong. */
export const namesOf = (
  pod: PodLike,
  isBad: (context: SecurityContext, container: Container) => boolean,
): readonly string[] =>
  containersOf(pod)
    .filter((container) => isBad(container.securityContext ?? {}, container))
    .map(({ name }) => name);

export const quoted = (items: readonly string[]): string => `"${items.join('", "')}"`;

export const plural = (one: string, many: string, count: number): string =>
  count === 1 ? one : many;

/** `container "a"`, `containers "a", "b"`. */
export const containersText = (names: readonly string[]): string =>
  `${plural('container', 'containers', names.length)} ${quoted(names)}`;

/** Each once, in order. */
export const distinct = (items: readonly string[]): readonly string[] => [...new Set(items)].sort();

/** The Pod itself and the containers that set something themselves, and set it wrongly. */
export interface Setters {
  /** `pod and containers "a", "b"`; empty if there are none. */
  readonly text: string;
  readonly values: readonly string[];
}

/**
 * @param problem of a security context: what it sets wrongly, or undefined.
 */
export function badSetters(
  pod: PodLike,
  problem: (context: SecurityContext & PodSecurityContext) => string | undefined,
): Setters {
  const own = problem((pod.spec.securityContext ?? {}) as SecurityContext);
  const values = own === undefined ? [] : [own];
  const names: string[] = [];
  for (const { name, securityContext } of containersOf(pod)) {
    const found = problem((securityContext ?? {}) as SecurityContext);
    if (found === undefined) continue;
    names.push(name);
    values.push(found);
  }
  const parts = [
    ...(own === undefined ? [] : ['pod']),
    ...(names.length === 0 ? [] : [containersText(names)]),
  ];
  return { text: parts.join(' and '), values: distinct(values) };
}

/** Windows has none of these: from 1.25 on they are not asked for there. */
export const isWindows = ({ spec }: PodLike, minor: number): boolean =>
  minor >= 25 && spec.os?.name === 'windows';
