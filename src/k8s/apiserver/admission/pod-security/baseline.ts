/**
 * The baseline level: no known way to more rights, and the ordinary still works. In the order of
 * their ids, which is the order of the refusal's words.
 * Follows pod-security-admission policy/check_*.go.
 */
import { goQuote } from '../../../../api/go-text.ts';
import type { SELinuxOptions } from '../../../../api/types.gen.ts';
import {
  badSetters,
  type Check,
  containersOf,
  containersText,
  distinct,
  type Finding,
  namesOf,
  plural,
  type PodLike,
  quoted,
} from './check.ts';

const found = (reason: string, detail: string): Finding => ({ reason, detail });

const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

function appArmorProfile(pod: PodLike): Finding | undefined {
  const { text, values } = badSetters(pod, ({ appArmorProfile: profile }) =>
    profile === undefined || ['RuntimeDefault', 'Localhost'].includes(profile.type)
      ? undefined
      : profile.type,
  );
  const annotations = Object.entries(pod.annotations)
    .filter(
      ([name, value]) =>
        name.startsWith(appArmorPrefix) &&
        value !== '' &&
        value !== 'runtime/default' &&
        !value.startsWith('localhost/'),
    )
    .map(([name, value]) => `${name}=${goQuote(value)}`)
    .sort();
  const all = [...values, ...annotations];
  if (all.length === 0) return undefined;
  const setters = [
    ...(text === '' ? [] : [text]),
    ...(annotations.length === 0 ? [] : [plural('annotation', 'annotations', annotations.length)]),
  ];
  return found(
    plural('forbidden AppArmor profile', 'forbidden AppArmor profiles', all.length),
    `${setters.join(' and ')} must not set AppArmor profile type to ${quoted(all)}`,
  );
}

const defaultCapabilities = new Set(
  (
    'AUDIT_WRITE CHOWN DAC_OVERRIDE FOWNER FSETID KILL MKNOD NET_BIND_SERVICE SETFCAP SETGID ' +
    'SETPCAP SETUID SYS_CHROOT'
  ).split(' '),
);

function capabilities(pod: PodLike): Finding | undefined {
  const added: string[] = [];
  const names = namesOf(pod, ({ capabilities: own }) => {
    const bad = (own?.add ?? []).filter((one) => !defaultCapabilities.has(one));
    added.push(...bad);
    return bad.length > 0;
  });
  if (names.length === 0) return undefined;
  return found(
    'non-default capabilities',
    `${containersText(names)} must not include ${quoted(distinct(added))} ` +
      'in securityContext.capabilities.add',
  );
}

function hostNamespaces({ spec }: PodLike): Finding | undefined {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter((name) => spec[name]);
  if (shared.length === 0) return undefined;
  return found('host namespaces', shared.map((name) => `${name}=true`).join(', '));
}

function hostPathVolumes({ spec }: PodLike): Finding | undefined {
  const names = (spec.volumes ?? []).flatMap(({ name, hostPath }) => (hostPath ? name : []));
  if (names.length === 0) return undefined;
  return found('hostPath volumes', `${plural('volume', 'volumes', names.length)} ${quoted(names)}`);
}

function hostPorts(pod: PodLike): Finding | undefined {
  const taken: string[] = [];
  const names = namesOf(pod, (_, { ports = [] }) => {
    const own = ports.flatMap(({ hostPort }) => (hostPort ? String(hostPort) : []));
    taken.push(...own);
    return own.length > 0;
  });
  if (names.length === 0) return undefined;
  const all = distinct(taken);
  return found(
    'hostPort',
    `${containersText(names)} ${plural('uses', 'use', names.length)} ` +
      `${plural('hostPort', 'hostPorts', all.length)} ${all.join(', ')}`,
  );
}

function privileged(pod: PodLike): Finding | undefined {
  const names = namesOf(pod, (context) => context.privileged === true);
  if (names.length === 0) return undefined;
  return found(
    'privileged',
    `${containersText(names)} must not set securityContext.privileged=true`,
  );
}

function procMount(pod: PodLike): Finding | undefined {
  const kinds: string[] = [];
  const names = namesOf(pod, ({ procMount: kind = 'Default' }) => {
    if (kind !== 'Default') kinds.push(kind);
    return kind !== 'Default';
  });
  if (names.length === 0) return undefined;
  return found(
    'procMount',
    `${containersText(names)} must not set securityContext.procMount to ` + quoted(distinct(kinds)),
  );
}

const seLinuxTypes = ['', 'container_t', 'container_init_t', 'container_kvm_t'];

function seLinuxOptions(pod: PodLike, minor: number): Finding | undefined {
  const allowed = minor >= 31 ? [...seLinuxTypes, 'container_engine_t'] : seLinuxTypes;
  const bad: SELinuxOptions[] = [];
  const { text } = badSetters(pod, ({ seLinuxOptions: options }) => {
    if (options === undefined) return undefined;
    if (allowed.includes(options.type ?? '') && !options.user && !options.role) return undefined;
    bad.push(options);
    return '';
  });
  if (text === '') return undefined;
  const types = distinct(bad.flatMap(({ type = '' }) => (allowed.includes(type) ? [] : type)));
  const parts = [
    ...(types.length === 0 ? [] : [`${plural('type', 'types', types.length)} ${quoted(types)}`]),
    ...(bad.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(bad.some(({ role }) => role) ? ['role may not be set'] : []),
  ];
  return found(
    'seLinuxOptions',
    `${text} set forbidden securityContext.seLinuxOptions: ${parts.join('; ')}`,
  );
}

const seccompPod = 'seccomp.security.alpha.kubernetes.io/pod';
const seccompContainer = 'container.seccomp.security.alpha.kubernetes.io/';

/** As it was before the field. */
function seccompAnnotations(pod: PodLike): Finding | undefined {
  const names = [seccompPod, ...containersOf(pod).map(({ name }) => seccompContainer + name)];
  const bad = distinct(
    names.flatMap((name) => {
      const value = pod.annotations[name];
      if (value === undefined || ['runtime/default', 'docker/default'].includes(value)) return [];
      return value.startsWith('localhost/') ? [] : `${name}=${goQuote(value)}`;
    }),
  );
  if (bad.length === 0) return undefined;
  return found(
    'seccompProfile',
    `forbidden ${plural('annotation', 'annotations', bad.length)} ${bad.join(', ')}`,
  );
}

/** Profiles that are set, and set to something else than a profile; also for `restricted`. */
export function badSeccomp(pod: PodLike): Finding | undefined {
  const { text, values } = badSetters(pod, ({ seccompProfile: profile }) =>
    profile === undefined || ['RuntimeDefault', 'Localhost'].includes(profile.type)
      ? undefined
      : profile.type,
  );
  if (text === '') return undefined;
  return found(
    'seccompProfile',
    `${text} must not set securityContext.seccompProfile.type to ${quoted(values)}`,
  );
}

/** Kernel parameters that harm nobody else, by the version that first knew it. */
const sysctlsSince: Readonly<Record<string, number>> = {
  'kernel.shm_rmid_forced': 0,
  'net.ipv4.ip_local_port_range': 0,
  'net.ipv4.tcp_syncookies': 0,
  'net.ipv4.ping_group_range': 0,
  'net.ipv4.ip_unprivileged_port_start': 0,
  'net.ipv4.ip_local_reserved_ports': 27,
  'net.ipv4.tcp_keepalive_time': 29,
  'net.ipv4.tcp_fin_timeout': 29,
  'net.ipv4.tcp_keepalive_intvl': 29,
  'net.ipv4.tcp_keepalive_probes': 29,
  'net.ipv4.tcp_rmem': 32,
  'net.ipv4.tcp_wmem': 32,
};

function sysctls({ spec }: PodLike, minor: number): Finding | undefined {
  const bad = (spec.securityContext?.sysctls ?? []).flatMap(({ name }) =>
    (sysctlsSince[name] ?? Infinity) <= minor && sysctlsSince[name] !== undefined ? [] : name,
  );
  return bad.length === 0 ? undefined : found('forbidden sysctls', bad.join(', '));
}

function windowsHostProcess(pod: PodLike): Finding | undefined {
  const { text } = badSetters(pod, ({ windowsOptions }) =>
    windowsOptions?.hostProcess === true ? '' : undefined,
  );
  if (text === '') return undefined;
  return found(
    'hostProcess',
    `${text} must not set securityContext.windowsOptions.hostProcess=true`,
  );
}

/** By id, in order. */
export const baselineChecks: Readonly<Record<string, readonly Check[]>> = {
  appArmorProfile: [{ since: 0, find: appArmorProfile }],
  capabilities_baseline: [{ since: 0, find: capabilities }],
  hostNamespaces: [{ since: 0, find: hostNamespaces }],
  hostPathVolumes: [{ since: 0, find: hostPathVolumes }],
  hostPorts: [{ since: 0, find: hostPorts }],
  privileged: [{ since: 0, find: privileged }],
  procMount: [{ since: 0, find: procMount }],
  seLinuxOptions: [{ since: 0, find: seLinuxOptions }],
  seccompProfile_baseline: [
    { since: 0, until: 19, find: seccompAnnotations },
    { since: 19, find: badSeccomp },
  ],
  sysctls: [{ since: 0, find: sysctls }],
  windowsHostProcess: [{ since: 0, find: windowsHostProcess }],
};
