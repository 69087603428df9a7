/**
 * The names of kube-proxy's chains: a prefix and 16 base32 characters of a SHA-256, because
 * iptables allows 28 characters only. Upstream: pkg/proxy/iptables/proxier.go.
 */
import { base32Digest } from '../../api/sha256.ts';

/** `default/web:http`; without a port name `default/web`. */
export const portName = (key: string, name: string | undefined): string =>
  name === undefined || name === '' ? key : `${key}:${name}`;

/** Cluster-policy chain of a Service's port. */
export const serviceChain = (port: string, protocol: string): string =>
  `KUBE-SVC-${hash(port + protocol)}`;
/** Local-policy chain. */
export const localChain = (port: string, protocol: string): string =>
  `KUBE-SVL-${hash(port + protocol)}`;
/** Where traffic from outside the cluster enters. */
export const externalChain = (port: string, protocol: string): string =>
  `KUBE-EXT-${hash(port + protocol)}`;
/** The firewall of `loadBalancerSourceRanges`. */
export const firewallChain = (port: string, protocol: string): string =>
  `KUBE-FW-${hash(port + protocol)}`;
/** One endpoint, `10.244.1.2:80`, of a Service's port. */
export const endpointChain = (port: string, protocol: string, endpoint: string): string =>
  `KUBE-SEP-${hash(port + protocol + endpoint)}`;

/** Whether a chain of the nat table is one that comes and goes with Services. */
export const isServiceChain = (name: string): boolean => /^KUBE-(?:SVC|SVL|EXT|FW|SEP)-/.test(name);

// Names of the same things on every machine: worked out once. It changes no answer.
const known = new Map<string, string>();

function hash(text: string): string {
  let digest = known.get(text);
  if (digest === undefined) {
    digest = base32Digest(text);
    if (known.size > 50_000) known.clear();
    known.set(text, digest);
  }
  return digest;
}
