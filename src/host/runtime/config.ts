import type { Files } from '../files.ts';
import type { NetNamespace } from '../socket.ts';
import type { Outcome } from './runtime-error.ts';

/** What a sandbox is made from (CRI's PodSandboxConfig, as far as it matters here). */
export interface SandboxConfig {
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** 0, then one more for each sandbox that this Pod needed after it. */
  readonly attempt: number;
  readonly hostname: string;
  readonly isHostNetwork: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly hostPorts: readonly HostPort[];
}

/** A port of the machine that leads to the Pod. */
export interface HostPort {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
}

/** Shows `files` (from its path `from`) in a container. */
export interface ContainerMount {
  readonly containerPath: string;
  readonly files: Files;
  readonly from: string;
  readonly isReadOnly: boolean;
}

/** What a container may do (CRI's LinuxContainerSecurityContext). */
export interface SecurityConfig {
  readonly isPrivileged?: boolean;
  readonly isRootReadOnly?: boolean;
  /** It cannot get more than it has. */
  readonly hasNoNewPrivileges?: boolean;
  /** Whether calls of the system are filtered. */
  readonly isFiltered?: boolean;
  /** Names of capabilities without `CAP_`, or `ALL`. */
  readonly add?: readonly string[];
  readonly drop?: readonly string[];
}

/** What a container is made from (CRI's ContainerConfig). */
export interface ContainerConfig {
  readonly name: string;
  /** 0 for the first run, then one more for each restart. */
  readonly attempt: number;
  /** As the Pod's spec writes it. */
  readonly image: string;
  /** Empty: the image's own. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly workingDir: string | undefined;
  readonly user: string | undefined;
  /** Undefined: what the image's user has. */
  readonly group?: number;
  readonly supplementalGroups?: readonly number[];
  readonly security?: SecurityConfig;
  readonly mounts: readonly ContainerMount[];
  /** A file that is there for the last words of the container. */
  readonly terminationMessagePath?: string;
  readonly hasTty: boolean;
  readonly hasStdin: boolean;
  /** Stdin ends with the first client that attached to it. */
  readonly isStdinOnce: boolean;
  /** Above it, the kernel kills the container. */
  readonly memoryLimitBytes: number | undefined;
  /** In thousandths of a core; it gets no more. */
  readonly cpuLimitMillis?: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Whose processes its own are among: another container's, the sandbox's, or `host`. */
  readonly pidNamespace?: string;
}

/** The network plugin, as the runtime calls it. */
export interface PodNetworks {
  /** Undefined when it can be called; else why not: `cni plugin not initialized`. */
  readonly problem: string | undefined;
  /** Makes a namespace with an address. */
  add(sandboxId: string, config: SandboxConfig): Outcome<NetNamespace>;
  /** Takes a namespace away; does nothing if it is not there. */
  remove(sandboxId: string): void;
}
