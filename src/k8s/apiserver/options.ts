/** The flags of kube-apiserver that mean something here (cmd/kube-apiserver/app/options). */
import type { Kind } from '../../api/kind.ts';

export interface ServerOptions {
  readonly kinds: readonly Kind[];
  readonly securePort: number;
  /** Address and port of etcd. */
  readonly etcd: { readonly ip: string; readonly port: number };
  readonly serviceRange: string;
  readonly authorizationModes: readonly string[];
  readonly disabledPlugins: ReadonlySet<string>;
  /** Those that are on besides the ones that are on by themselves. */
  readonly enabledPlugins: ReadonlySet<string>;
  readonly isAnonymousAllowed: boolean;
  readonly advertiseAddress: string;
  readonly serviceAccountIssuer: string;
  /** Static tokens: token → user and groups (`--token-auth-file`). */
  readonly tokenFile: string | undefined;
  readonly requestTimeoutMs: number;
  readonly minRequestTimeoutMs: number;
  readonly eventTtlSeconds: number;
}

/** Reads `--name=value` flags; the defaults are upstream's, the ranges kubeadm's. */
export function readOptions(
  kinds: readonly Kind[],
  args: readonly string[],
  ownIp: string,
): ServerOptions {
  const flags = new Map<string, string>();
  for (const arg of args) {
    const match = /^--([^=]+)=(.*)$/s.exec(arg);
    if (match !== null) flags.set(match[1] as string, match[2] as string);
  }
  const text = (name: string, otherwise: string) => flags.get(name) ?? otherwise;
  const etcd = /\/\/([^:/]+):(\d+)/.exec(text('etcd-servers', 'http://127.0.0.1:2379'));
  return {
    kinds,
    securePort: Number(text('secure-port', '6443')),
    etcd: { ip: etcd?.[1] ?? '127.0.0.1', port: Number(etcd?.[2] ?? 2379) },
    serviceRange: text('service-cluster-ip-range', '10.96.0.0/12'),
    authorizationModes: text('authorization-mode', 'AlwaysAllow').split(','),
    disabledPlugins: new Set(text('disable-admission-plugins', '').split(',')),
    enabledPlugins: new Set(text('enable-admission-plugins', '').split(',')),
    isAnonymousAllowed: text('anonymous-auth', 'true') === 'true',
    advertiseAddress: text('advertise-address', ownIp),
    serviceAccountIssuer: text(
      'service-account-issuer',
      'https://kubernetes.default.svc.cluster.local',
    ),
    tokenFile: flags.get('token-auth-file'),
    requestTimeoutMs: 60_000,
    minRequestTimeoutMs: 1_800_000,
    eventTtlSeconds: 3_600,
  };
}
