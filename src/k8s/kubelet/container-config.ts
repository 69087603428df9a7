/**
 * What the runtime is told of a container: command, environment, mounts.
 * Upstream: pkg/kubelet/kubelet_pods.go (GenerateRunContainerOptions, makeMounts, ensureHostsFile),
 * pkg/kubelet/network/dns/dns.go, pkg/kubelet/kuberuntime/kuberuntime_container.go.
 */
import { amountOf } from '../../api/kinds/pod/facts.ts';
import type { Container, Pod, VolumeMount } from '../../api/types.gen.ts';
import type { ContainerConfig, ContainerMount } from '../../host/runtime/index.ts';
import { type Files, parentOf } from '../../host/index.ts';
import type { KubeletConfig } from './config.ts';
import { ConfigProblem } from './environment.ts';
import { expand, expandAll } from './expansion.ts';
import type { MountedVolume, PodDisk } from './volumes.ts';

/** The kubelet's note to itself on a container. */
export const terminationMessagePolicy = 'io.kubernetes.container.terminationMessagePolicy';

/** A Pod's host name: its spec's, or its name cut to what a host name may be. */
export const hostnameOf = ({ metadata, spec }: Pod): string =>
  spec?.hostname ?? metadata.name.slice(0, 63).replace(/[.-]+$/, '');

/** Puts together a container's configuration. Throws a ConfigProblem. */
export function containerConfig(
  pod: Pod,
  container: Container,
  attempt: number,
  env: Readonly<Record<string, string>>,
  volumes: ReadonlyMap<string, MountedVolume>,
  disk: PodDisk,
): ContainerConfig {
  const {
    name,
    image = '',
    command = [],
    args = [],
    workingDir,
    resources,
    stdin,
    stdinOnce,
    tty,
    volumeMounts = [],
    securityContext,
  } = container;
  const user = securityContext?.runAsUser ?? pod.spec?.securityContext?.runAsUser;
  const memory = resources?.limits?.['memory'];
  const cpu = resources?.limits?.['cpu'];
  return {
    name,
    attempt,
    image,
    command: expandAll(command, env),
    args: expandAll(args, env),
    env,
    workingDir: workingDir === '' ? undefined : workingDir,
    user: user === undefined || user === 0 ? undefined : String(user),
    ...groupsOf(pod, container),
    ...securityOf(pod, container),
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    mounts: [
      ...volumeMounts.map((mount, i) => {
        const own = `/${pod.metadata.uid}/volume-subpaths/${mount.name}/${name}/${i}`;
        return mountOf(mount, volumes, env, disk, own);
      }),
      ...standardMounts(pod, volumeMounts, disk),
    ],
    hasTty: tty ?? false,
    hasStdin: stdin ?? false,
    isStdinOnce: stdinOnce ?? false,
    memoryLimitBytes: memory === undefined ? undefined : amountOf('memory', memory),
    ...(cpu === undefined ? {} : { cpuLimitMillis: amountOf('cpu', cpu) }),
    labels: container.terminationMessagePolicy === 'FallbackToLogsOnError'
      ? { [terminationMessagePolicy]: container.terminationMessagePolicy }
      : {},
  };
}

/** Groups, beside those of the image's user. */
function groupsOf({ spec }: Pod, { securityContext: own }: Container): Partial<ContainerConfig> {
  const shared = spec?.securityContext;
  const group = own?.runAsGroup ?? shared?.runAsGroup;
  const more = [...(shared?.supplementalGroups ?? [])];
  if (shared?.fsGroup !== undefined) more.unshift(shared.fsGroup);
  return {
    ...(group === undefined ? {} : { group }),
    ...(more.length === 0 ? {} : { supplementalGroups: more }),
  };
}

function securityOf({ spec }: Pod, { securityContext: own }: Container): Partial<ContainerConfig> {
  const seccomp = own?.seccompProfile ?? spec?.securityContext?.seccompProfile;
  if (own === undefined && seccomp === undefined) return {};
  const { capabilities, privileged, readOnlyRootFilesystem, allowPrivilegeEscalation } = own ?? {};
  return {
    security: {
      isPrivileged: privileged ?? false,
      isRootReadOnly: readOnlyRootFilesystem ?? false,
      hasNoNewPrivileges: allowPrivilegeEscalation === false,
      isFiltered: seccomp !== undefined && seccomp.type !== 'Unconfined' && privileged !== true,
      add: capabilities?.add ?? [],
      drop: capabilities?.drop ?? [],
    },
  };
}

function mountOf(
  { mountPath, name, subPath, subPathExpr, readOnly }: VolumeMount,
  volumes: ReadonlyMap<string, MountedVolume>,
  env: Readonly<Record<string, string>>,
  disk: PodDisk,
  own: string,
): ContainerMount {
  const volume = volumes.get(name);
  if (volume === undefined) {
    throw new ConfigProblem(`cannot find volume "${name}" to mount into container`);
  }
  const below = subPathExpr === undefined ? subPath : expand(subPathExpr, (key) => env[key]);
  const from = below === undefined || below === '' ? volume.path : `${volume.path}/${below}`;
  if (below !== undefined && volume.files.stat(from) === undefined)
    volume.files.makeDirectory(from);
  // A file out of what the kubelet renews is mounted as it is now: it sees no later versions.
  const file = volume.isReadOnly && below ? volume.files.stat(from) : undefined;
  if (file?.type === 'file') {
    disk.files.makeDirectory(parentOf(own));
    disk.files.write(own, file.text, file.mode);
    return { containerPath: mountPath, files: disk.files, from: own, isReadOnly: true };
  }
  return {
    containerPath: mountPath,
    files: volume.files,
    from,
    isReadOnly: (readOnly ?? false) || volume.isReadOnly,
  };
}

/** Files that every container of a Pod has, unless it mounts something there itself. */
function standardMounts(
  pod: Pod,
  own: readonly VolumeMount[],
  disk: PodDisk,
): readonly ContainerMount[] {
  const { uid } = pod.metadata;
  const mounts: ContainerMount[] = [];
  for (const [containerPath, name] of standardFiles) {
    if (own.some(({ mountPath }) => mountPath === containerPath)) continue;
    mounts.push({ containerPath, files: disk.files, from: `/${uid}/${name}`, isReadOnly: false });
  }
  return mounts;
}

const standardFiles = [
  ['/etc/hosts', 'etc-hosts'],
  ['/etc/hostname', 'hostname'],
  ['/etc/resolv.conf', 'resolv.conf'],
] as const;

/** Writes those files before the first container starts. */
export function writePodFiles(
  pod: Pod,
  ip: string,
  config: KubeletConfig,
  machineFiles: Files,
  disk: PodDisk,
): void {
  const { uid } = pod.metadata;
  const isHost = pod.spec?.hostNetwork ?? false;
  disk.write(
    uid,
    'etc-hosts',
    isHost ? (machineFiles.read('/etc/hosts') ?? '') : hostsFile(pod, ip, config.clusterDomain),
  );
  disk.write(uid, 'hostname', `${isHost ? config.nodeName : hostnameOf(pod)}\n`);
  disk.write(uid, 'resolv.conf', resolvConf(pod, config, machineFiles));
}

function hostsFile(pod: Pod, ip: string, domain: string): string {
  const { spec, metadata } = pod;
  const name = hostnameOf(pod);
  const names =
    spec?.subdomain === undefined
      ? name
      : `${name}.${spec.subdomain}.${metadata.namespace ?? 'default'}.svc.${domain}\t${name}`;
  const aliases = (spec?.hostAliases ?? []).map(
    ({ ip: alias, hostnames = [] }) => `${alias}\t${hostnames.join('\t')}\n`,
  );
  return (
    '# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n' +
    '::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\nfe00::0\tip6-mcastprefix\n' +
    `fe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n${ip}\t${names}\n` +
    (aliases.length === 0 ? '' : `\n# Entries added by HostAliases.\n${aliases.join('')}`)
  );
}

function resolvConf(pod: Pod, config: KubeletConfig, machineFiles: Files): string {
  const { dnsPolicy = 'ClusterFirst', dnsConfig, hostNetwork } = pod.spec ?? {};
  const host = machineFiles.read('/etc/resolv.conf') ?? '';
  const isCluster =
    dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !hostNetwork);
  if (!isCluster && dnsPolicy !== 'None') return host;
  const { clusterDomain, clusterDns } = config;
  const namespace = pod.metadata.namespace ?? 'default';
  const searches = isCluster
    ? [`${namespace}.svc.${clusterDomain}`, `svc.${clusterDomain}`, clusterDomain]
    : [];
  const servers = isCluster ? clusterDns : [];
  const options = isCluster ? ['ndots:5'] : [];
  const all = {
    searches: [...searches, ...(dnsConfig?.searches ?? [])],
    servers: [...servers, ...(dnsConfig?.nameservers ?? [])],
    options: [
      ...options.filter(
        (option) => !dnsConfig?.options?.some(({ name }) => option.startsWith(`${name}:`)),
      ),
      ...(dnsConfig?.options ?? []).map(({ name = '', value }) =>
        value === undefined ? name : `${name}:${value}`,
      ),
    ],
  };
  return (
    (all.searches.length === 0 ? '' : `search ${all.searches.join(' ')}\n`) +
    all.servers.map((server) => `nameserver ${server}\n`).join('') +
    (all.options.length === 0 ? '' : `options ${all.options.join(' ')}\n`)
  );
}
