/**
 * flannel's VXLAN backend: one device, and for every other node a route, an ARP entry and an FDB
 * entry, so that the kernel never has to ask. Upstream: pkg/backend/vxlan/vxlan_network.go,
 * device.go. Simplified: no direct routing, IPv4.
 */
import type { Node } from '../../api/types.gen.ts';
import { randomMac } from '../../host/net/bridge.ts';
import type { NetStack } from '../../host/net/stack.ts';

/** What a node tells the others in its annotations. */
export interface Lease {
  /** `10.244.1.0/24`. */
  readonly subnet: string;
  readonly publicIP: string;
  readonly vtepMac: string;
}

const prefix = 'flannel.alpha.coreos.com/';
export const vni = 1;
export const deviceName = `flannel.${vni}`;
/** The outer headers: Ethernet, IP, UDP, VXLAN. */
const overhead = 50;

export const annotationsOf = (publicIP: string, vtepMac: string): Record<string, string> => ({
  [`${prefix}backend-data`]: `{"VNI":${vni},"VtepMAC":"${vtepMac}"}`,
  [`${prefix}backend-type`]: 'vxlan',
  [`${prefix}kube-subnet-manager`]: 'true',
  [`${prefix}public-ip`]: publicIP,
});

/** The lease that a Node's annotations are; undefined while they are not complete. */
export function leaseOf({ metadata, spec }: Node): Lease | undefined {
  const annotations = metadata.annotations ?? {};
  if (annotations[`${prefix}kube-subnet-manager`] !== 'true') return undefined;
  if (annotations[`${prefix}backend-type`] !== 'vxlan') return undefined;
  const vtepMac = /"VtepMAC":"([0-9a-f:]+)"/.exec(annotations[`${prefix}backend-data`] ?? '')?.[1];
  const publicIP = annotations[`${prefix}public-ip`];
  const subnet = spec?.podCIDR;
  if (vtepMac === undefined || publicIP === undefined || subnet === undefined) return undefined;
  return { subnet, publicIP, vtepMac };
}

export class VxlanNetwork {
  private readonly stack: NetStack;
  private readonly leases = new Map<string, Lease>();

  constructor(stack: NetStack) {
    this.stack = stack;
  }

  get mtu(): number {
    return (this.stack.host.devices.get('eth0')?.mtu ?? 1_500) - overhead;
  }

  /** The device, made when it is not there; its MAC stays when flanneld starts again. */
  ensureDevice(): string {
    const { host, self, site } = this.stack;
    const old = host.devices.get(deviceName);
    if (old !== undefined) return old.mac;
    return host.addDevice({
      name: deviceName,
      kind: 'vxlan',
      mtu: this.mtu,
      mac: randomMac(site.chance.next(), site.chance.next()),
      vxlan: { id: vni, local: self.ip, port: 8472, device: 'eth0' },
    }).mac;
  }

  /** The device's own address is the first of the node's subnet. */
  ensureAddress(subnet: string): void {
    this.stack.host.addAddress(deviceName, networkAddress(subnet), 32);
  }

  /** A node is there, or has changed. */
  put(name: string, lease: Lease): void {
    const old = this.leases.get(name);
    if (
      old !== undefined &&
      old.subnet === lease.subnet &&
      old.publicIP === lease.publicIP &&
      old.vtepMac === lease.vtepMac
    )
      return;
    if (old !== undefined) this.remove(name);
    this.leases.set(name, lease);
    const { host } = this.stack;
    const { subnet, publicIP, vtepMac: mac } = lease;
    const via = networkAddress(subnet);
    host.setNeighbour({ ip: via, mac, device: deviceName, isPermanent: true });
    host.setFdb({ mac, device: deviceName, remote: publicIP, isPermanent: true });
    host.addRoute({ destination: subnet, via, device: deviceName, isOnLink: true });
  }

  remove(name: string): void {
    const lease = this.leases.get(name);
    if (lease === undefined) return;
    this.leases.delete(name);
    const { host } = this.stack;
    host.removeRoute(lease.subnet);
    host.unlearn(networkAddress(lease.subnet), deviceName);
    host.removeFdb(lease.vtepMac, deviceName);
  }
}

const networkAddress = (subnet: string): string => subnet.slice(0, subnet.indexOf('/'));
