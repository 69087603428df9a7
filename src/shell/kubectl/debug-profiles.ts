/** What a debugging container may do, by profile. Follows kubectl pkg/cmd/debug/profiles.go. */
import type { Container, Pod, PodSpec } from '../../api/types.gen.ts';

/** A container in the Pod itself, a copy of the Pod, or a Pod on a node. */
export type DebugStyle = 'ephemeral' | 'copy' | 'node';

export const profileNames: readonly string[] =
  ['legacy', 'general', 'baseline', 'restricted', 'netadmin', 'sysadmin'];

type Kept = 'labels' | 'annotations' | 'liveness' | 'readiness' | 'startup' | 'init-containers';

export interface ProfileUse {
  readonly container: string;
  readonly style: DebugStyle;
  /** The `--keep-…` flags. */
  readonly keeps: (what: Kept) => boolean;
}

/** The Pod as the profile makes it. */
export function withProfile(profile: string, pod: Pod, use: ProfileUse): Pod {
  const { style, keeps, container } = use;
  if (profile === 'legacy') {
    if (style === 'node') return withHost(pod, container);
    return style === 'copy' ? stripped(pod, (what) => what !== 'labels') : pod;
  }
  let next = pod;
  if (profile !== 'general' || style !== 'node') {
    next = containerOf(next, container, (one) => secured(one, profile));
  }
  if (style === 'copy') return shared(stripped(next, keeps));
  if (style === 'ephemeral') return next;
  if (profile === 'general') return withHost(containerOf(next, container, withoutSecurity), container);
  if (profile === 'sysadmin') return withHost(next, container);
  return profile === 'netadmin' ? inHostNamespaces(next) : next;
}

/** The Pod with one of its containers, of whatever sort, changed. */
export function containerOf(
  pod: Pod, name: string, change: (container: Container) => Container,
): Pod {
  const each = <T extends { readonly name: string }>(list: readonly T[]): readonly T[] =>
    list.map((one) => (one.name === name ? (change(one as unknown as Container) as unknown as T) : one));
  const { containers, initContainers, ephemeralContainers } = pod.spec as PodSpec;
  const spec = {
    ...pod.spec, containers: each(containers),
    ...(initContainers === undefined ? {} : { initContainers: each(initContainers) }),
    ...(ephemeralContainers === undefined ? {} : { ephemeralContainers: each(ephemeralContainers) }),
  };
  return { ...pod, spec: spec as PodSpec };
}

function secured(container: Container, profile: string): Container {
  switch (profile) {
    case 'general': return withCapabilities(container, ['SYS_PTRACE']);
    case 'netadmin': return withCapabilities(container, ['NET_ADMIN', 'NET_RAW']);
    case 'sysadmin':
      return { ...container, securityContext: { ...container.securityContext, privileged: true } };
    case 'restricted': return {
      ...container,
      securityContext: {
        allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] }, runAsNonRoot: true,
        seccompProfile: { type: 'RuntimeDefault' },
      },
    };
    default: return withoutSecurity(container);
  }
}

const withoutSecurity = ({ securityContext: _, ...container }: Container): Container => container;

function withCapabilities(container: Container, added: readonly string[]): Container {
  const { securityContext } = container;
  const { capabilities } = securityContext ?? {};
  const add = [...(capabilities?.add ?? []), ...added];
  return { ...container, securityContext: { ...securityContext, capabilities: { ...capabilities, add } } };
}

const inHostNamespaces = (pod: Pod): Pod =>
  ({ ...pod, spec: { ...pod.spec as PodSpec, hostNetwork: true, hostPID: true, hostIPC: true } });

/** The host's files at /host, and its namespaces. */
function withHost(pod: Pod, container: string): Pod {
  const volume = { name: 'host-root', hostPath: { path: '/' } };
  const mount = { mountPath: '/host', name: 'host-root' };
  const mounted = containerOf(pod, container, (one) =>
    ({ ...one, volumeMounts: [...(one.volumeMounts ?? []), mount] }));
  const spec = mounted.spec as PodSpec;
  return inHostNamespaces({ ...mounted, spec: { ...spec, volumes: [...(spec.volumes ?? []), volume] } });
}

function shared(pod: Pod): Pod {
  if (pod.spec?.shareProcessNamespace !== undefined) return pod;
  return { ...pod, spec: { ...pod.spec as PodSpec, shareProcessNamespace: true } };
}

/** Without what would make a copy part of something, or have it restarted. */
function stripped(pod: Pod, keeps: (what: Kept) => boolean): Pod {
  const { labels, annotations, ...metadata } = pod.metadata;
  const { initContainers, containers, ...spec } = pod.spec as PodSpec;
  const bare = ({ livenessProbe, readinessProbe, startupProbe, ...one }: Container): Container => ({
    ...one,
    ...(livenessProbe !== undefined && keeps('liveness') ? { livenessProbe } : {}),
    ...(readinessProbe !== undefined && keeps('readiness') ? { readinessProbe } : {}),
    ...(startupProbe !== undefined && keeps('startup') ? { startupProbe } : {}),
  });
  return {
    ...pod,
    metadata: {
      ...metadata,
      ...(labels !== undefined && keeps('labels') ? { labels } : {}),
      ...(annotations !== undefined && keeps('annotations') ? { annotations } : {}),
    },
    spec: {
      ...spec, containers: containers.map(bare),
      ...(initContainers !== undefined && keeps('init-containers') ? { initContainers } : {}),
    },
  };
}
