/** Where a world is served, and by which names it is found there. */
import { networkInterfaces, hostname } from 'node:os';
import { isIP } from 'node:net';

const everywhere = new Set(['0.0.0.0', '::']);

/** Whether only programs of this machine can reach the address. */
export const isLoopback = (host: string): boolean =>
  host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);

/** The host as an address in a URL: of all addresses, the first that others can reach. */
export function hostInUrl(host: string): string {
  const shown = everywhere.has(host) ? (addresses()[0] ?? '127.0.0.1') : host;
  return isIP(shown) === 6 ? `[${shown}]` : shown;
}

/** Names and addresses for the server's certificate: kubeadm's, and those of this machine. */
export function namesOf(host: string): readonly string[] {
  const here = everywhere.has(host) ? [hostname(), ...addresses()] : [host];
  const service = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];
  const inside = [...service, 'kubernetes.default.svc.cluster.local', '10.96.0.1'];
  return [...new Set(['localhost', '127.0.0.1', '::1', ...inside, ...here])];
}

const addresses = (): readonly string[] =>
  Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, family }) => !internal && family === 'IPv4')
    .map(({ address }) => address);
