/**
 * Whether a node takes a Pod that was bound to it. Upstream: pkg/kubelet/lifecycle/predicate.go,
 * pkg/kubelet/sysctl/{allowlist,safe_sysctls}.go. Simplified: resources, the node selector, and the
 * sysctls that are safe.
 */
import { isPodActive, podRequests } from '../../api/kinds/pod/facts.ts';
import type { Pod } from '../../api/types.gen.ts';
import type { Eviction } from './pod-worker.ts';

/** Settings of the kernel that a Pod has for itself alone. */
const safeSysctls = new Set(
  (
    'kernel.shm_rmid_forced net.ipv4.ip_local_port_range net.ipv4.tcp_syncookies ' +
    'net.ipv4.ping_group_range net.ipv4.ip_unprivileged_port_start ' +
    'net.ipv4.ip_local_reserved_ports net.ipv4.tcp_keepalive_time net.ipv4.tcp_fin_timeout ' +
    'net.ipv4.tcp_keepalive_intvl net.ipv4.tcp_keepalive_probes net.ipv4.tcp_rmem net.ipv4.tcp_wmem'
  ).split(' '),
);

/** Undefined when there is room; else why not. @param others Pods that are here already. */
export function admissionProblem(
  pod: Pod,
  others: readonly Pod[],
  allocatable: Readonly<Record<string, number>>,
  labels: Readonly<Record<string, string>>,
): Eviction | undefined {
  for (const { name } of pod.spec?.securityContext?.sysctls ?? []) {
    if (safeSysctls.has(name.replaceAll('/', '.'))) continue;
    return { reason: 'SysctlForbidden', message: `forbidden sysctl: "${name}" not allowlisted` };
  }
  const selector = pod.spec?.nodeSelector ?? {};
  for (const key in selector) {
    if (labels[key] !== selector[key]) {
      return {
        reason: 'NodeAffinity',
        message: "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector",
      };
    }
  }
  const active = others.filter(isPodActive);
  const asked: Readonly<Record<string, number>> = { pods: 1, ...podRequests(pod) };
  for (const name of ['pods', 'cpu', 'memory', ...Object.keys(asked)]) {
    const requested = asked[name] ?? 0;
    if (requested === 0) continue;
    let used = 0;
    for (const other of active) used += name === 'pods' ? 1 : (podRequests(other)[name] ?? 0);
    const capacity = allocatable[name] ?? 0;
    if (used + requested > capacity) {
      return {
        reason: `OutOf${name}`,
        message:
          `Node didn't have enough resource: ${name}, requested: ${requested}, ` +
          `used: ${used}, capacity: ${capacity}`,
      };
    }
  }
  return undefined;
}
