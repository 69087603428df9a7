/**
 * The restricted level: the baseline, and what hardening asks for besides.
 * Follows pod-security-admission policy/check_*.go. Simplified: Pods in user namespaces get no
 * relief (UserNamespacesPodSecurityStandards is off in 1.33).
 */
import type { Volume } from '../../../../api/types.gen.ts';
import { badSeccomp } from './baseline.ts';
import {
  badSetters,
  type Check,
  containersText,
  distinct,
  type Finding,
  isWindows,
  namesOf,
  plural,
  type PodLike,
  quoted,
} from './check.ts';

function allowPrivilegeEscalation(pod: PodLike, minor: number): Finding | undefined {
  if (isWindows(pod, minor)) return undefined;
  const names = namesOf(pod, (context) => context.allowPrivilegeEscalation !== false);
  if (names.length === 0) return undefined;
  return {
    reason: 'allowPrivilegeEscalation != false',
    detail: `${containersText(names)} must set securityContext.allowPrivilegeEscalation=false`,
  };
}

function capabilities(pod: PodLike, minor: number): Finding | undefined {
  if (isWindows(pod, minor)) return undefined;
  const keeping = namesOf(pod, ({ capabilities: own }) => !(own?.drop ?? []).includes('ALL'));
  const added: string[] = [];
  const adding = namesOf(pod, ({ capabilities: own }) => {
    const bad = (own?.add ?? []).filter((one) => one !== 'NET_BIND_SERVICE');
    added.push(...bad);
    return bad.length > 0;
  });
  const parts = [
    ...(keeping.length === 0
      ? []
      : [`${containersText(keeping)} must set securityContext.capabilities.drop=["ALL"]`]),
    ...(adding.length === 0
      ? []
      : [
          `${containersText(adding)} must not include ${quoted(distinct(added))} ` +
            'in securityContext.capabilities.add',
        ]),
  ];
  if (parts.length === 0) return undefined;
  return { reason: 'unrestricted capabilities', detail: parts.join('; ') };
}

const goodVolumes = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'image',
  'persistentVolumeClaim',
  'projected',
  'secret',
] as const;

/** In the order in which upstream looks for them. */
const badVolumes = (
  'hostPath gcePersistentDisk awsElasticBlockStore gitRepo nfs iscsi glusterfs rbd flexVolume ' +
  'cinder cephfs flocker fc azureFile vsphereVolume quobyte azureDisk photonPersistentDisk ' +
  'portworxVolume scaleIO storageos'
).split(' ') as readonly (keyof Volume)[];

function restrictedVolumes({ spec }: PodLike): Finding | undefined {
  const bad = (spec.volumes ?? []).filter(
    (volume) => !goodVolumes.some((name) => volume[name] !== undefined),
  );
  if (bad.length === 0) return undefined;
  const types = distinct(
    bad.map((volume) => badVolumes.find((name) => volume[name] !== undefined) ?? 'unknown'),
  );
  const names = bad.map(({ name }) => name);
  return {
    reason: 'restricted volume types',
    detail:
      `${plural('volume', 'volumes', names.length)} ${quoted(names)} ` +
      `${plural('uses', 'use', names.length)} ` +
      `${plural('restricted volume type', 'restricted volume types', types.length)} ` +
      quoted(types),
  };
}

function runAsNonRoot(pod: PodLike): Finding | undefined {
  const reason = 'runAsNonRoot != true';
  const { text } = badSetters(pod, (context) => (context.runAsNonRoot === false ? '' : undefined));
  if (text !== '') {
    return { reason, detail: `${text} must not set securityContext.runAsNonRoot=false` };
  }
  if (pod.spec.securityContext?.runAsNonRoot === true) return undefined;
  const names = namesOf(pod, (context) => context.runAsNonRoot === undefined);
  if (names.length === 0) return undefined;
  return {
    reason,
    detail: `pod or ${containersText(names)} must set securityContext.runAsNonRoot=true`,
  };
}

function runAsUser(pod: PodLike): Finding | undefined {
  const { text } = badSetters(pod, (context) => (context.runAsUser === 0 ? '' : undefined));
  if (text === '') return undefined;
  return { reason: 'runAsUser=0', detail: `${text} must not set runAsUser=0` };
}

function seccompProfile(pod: PodLike, minor: number): Finding | undefined {
  if (isWindows(pod, minor)) return undefined;
  const bad = badSeccomp(pod);
  if (bad !== undefined || pod.spec.securityContext?.seccompProfile !== undefined) return bad;
  const names = namesOf(pod, (context) => context.seccompProfile === undefined);
  if (names.length === 0) return undefined;
  return {
    reason: 'seccompProfile',
    detail:
      `pod or ${containersText(names)} must set securityContext.seccompProfile.type to ` +
      '"RuntimeDefault" or "Localhost"',
  };
}

/** A check that takes the place of one of the baseline's. */
export interface RestrictedCheck extends Check {
  readonly overrides?: string;
}

/** By id, in order. */
export const restrictedChecks: readonly RestrictedCheck[] = [
  { since: 8, find: allowPrivilegeEscalation },
  { since: 22, find: capabilities, overrides: 'capabilities_baseline' },
  { since: 0, find: restrictedVolumes, overrides: 'hostPathVolumes' },
  { since: 0, find: runAsNonRoot },
  { since: 23, find: runAsUser },
  { since: 19, find: seccompProfile, overrides: 'seccompProfile_baseline' },
];
