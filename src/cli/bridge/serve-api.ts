/** The API of a world on a port, as `serve` offers it: with its certificates, users and kubeconfig. */
import type { ApiLink } from './api-link.ts';
import { makeBridge, type OtherPaths } from './bridge.ts';
import type { Authority, KeyPair, Subject } from './certificates.ts';
import { admin, Door, loopback } from './door.ts';
import { saveKubeconfig } from './kubeconfig.ts';
import { listen } from './listen.ts';
import { OpenPort } from './open-port.ts';
import { hostInUrl, isLoopback, namesOf } from './place.ts';
import { makeUsers, newToken } from './users.ts';
import { Mistake } from '../command.ts';

export interface ApiOptions {
  readonly host: string;
  readonly port: number;
  /** Plain HTTP: on loopback only. */
  readonly isHttp: boolean;
  /** Where the authority is kept; a new one each time when not given. */
  readonly certs: string | undefined;
  /** Where to write; a new file when not given. */
  readonly kubeconfig: string | undefined;
  /** Beside the administrator. */
  readonly users: readonly Subject[];
}

export interface ServedApi {
  readonly url: string;
  readonly kubeconfig: string;
  /** What opens the API and the page beyond loopback. */
  readonly token: string | undefined;
  /** The server's own certificate. */
  readonly tls: KeyPair | undefined;
  stop(): void;
}

/** Complains of what cannot be, before anything is begun. */
export function checkApi({ host, isHttp }: ApiOptions): void {
  if (!isHttp || isLoopback(host)) return;
  throw new Mistake(`--http is for this machine alone: ${host} is served with TLS or not at all`);
}

/** Listens, and writes the kubeconfig. */
export async function serveApi(
  options: ApiOptions,
  link: ApiLink,
  others: OtherPaths,
): Promise<ServedApi> {
  const { host, isHttp } = options;
  const isGuarded = !isLoopback(host);
  const authority = isHttp ? undefined : await authorityOf(options.certs);
  const users = await makeUsers([adminSubject, ...options.users], authority);
  const token = isGuarded ? newToken() : undefined;
  const door = new Door({
    otherwise: isHttp ? admin : undefined,
    isGuarded,
    tokens: token === undefined ? users.tokens : new Map([...users.tokens, [token, admin]]),
    ...(isGuarded ? {} : { names: [...loopback, ...namesOf(host)] }),
  });
  const tls = await authority?.server(namesOf(host));
  const trust = authority === undefined ? {} : { ca: authority.cert };
  const bridge = makeBridge(link, others, {
    door,
    ...(authority === undefined || tls === undefined ? {} : { tls: { ...tls, ca: authority.cert } }),
  });
  const port = await listen(bridge, { host, port: options.port, flag: 'api-port' });
  const url = `${isHttp ? 'http' : 'https'}://${hostInUrl(host)}:${port}`;
  const kubeconfig = await saveKubeconfig(options.kubeconfig, {
    server: url,
    ...trust,
    users: users.config,
  });
  const open = new OpenPort(bridge, link, { host, port });
  const stop = (): void => {
    open.stop();
    bridge.closeAllConnections();
  };
  return { url, kubeconfig, token, tls, stop };
}

const adminSubject: Subject = {
  commonName: 'kubernetes-admin',
  organizations: ['kubeadm:cluster-admins'],
};

/** Loaded only when it is needed: other commands need no certificates. */
async function authorityOf(folder: string | undefined): Promise<Authority> {
  const { openAuthority } = await import('./certificates.ts');
  return await openAuthority(folder);
}
