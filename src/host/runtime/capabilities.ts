/** The capabilities of Linux by their numbers, and what containerd gives a container of them. */
import type { SecurityConfig } from './config.ts';

/** In the order of their numbers (include/uapi/linux/capability.h). */
const all = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE ' +
  'NET_BIND_SERVICE NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO ' +
  'SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME ' +
  'SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE MAC_ADMIN SYSLOG ' +
  'WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

const usual = (
  'CHOWN DAC_OVERRIDE FSETID FOWNER MKNOD NET_RAW SETGID SETUID SETFCAP SETPCAP NET_BIND_SERVICE ' +
  'SYS_CHROOT KILL AUDIT_WRITE'
).split(' ');

const plain = (name: string) => name.toUpperCase().replace(/^CAP_/, '');

/** Numbers of the capabilities that a container may have. */
export function capabilitiesOf({ add = [], drop = [], isPrivileged }: SecurityConfig): number[] {
  if (isPrivileged === true) return all.map((_, number) => number);
  const added = add.map(plain);
  const dropped = drop.map(plain);
  return all.flatMap((name, number) => {
    if (added.includes(name)) return [number];
    if (dropped.includes('ALL') || dropped.includes(name)) return [];
    return added.includes('ALL') || usual.includes(name) ? [number] : [];
  });
}

/** 16 hexadecimal digits, as /proc/PID/status has them. */
function maskOf(numbers: readonly number[]): string {
  const words = [0, 0];
  for (const number of numbers) {
    const word = number < 32 ? 0 : 1;
    words[word] = ((words[word] ?? 0) | (1 << (number % 32))) >>> 0;
  }
  return [words[1] ?? 0, words[0] ?? 0].map((word) => word.toString(16).padStart(8, '0')).join('');
}

/** The end of /proc/PID/status. Who is not root has none in effect. */
export function capabilityLines(security: SecurityConfig, isRoot: boolean): string {
  const bound = maskOf(capabilitiesOf(security));
  const none = maskOf([]);
  const own = isRoot ? bound : none;
  return (
    `CapInh:\t${none}\nCapPrm:\t${own}\nCapEff:\t${own}\nCapBnd:\t${bound}\nCapAmb:\t${none}\n` +
    `NoNewPrivs:\t${security.hasNoNewPrivileges === true ? 1 : 0}\n` +
    `Seccomp:\t${security.isFiltered === true ? 2 : 0}\n`
  );
}
