import { ipNumber, ipText, parseCidr } from './address.ts';
import type { Namespace } from './namespace.ts';
import type { NetStack } from './stack.ts';

/** What the bridge plugin is told about a Pod. */
export interface Attachment {
  readonly ip: string;
  /** The machine's own Pods: `10.244.1.0/24`. */
  readonly podCidr: string;
  /** All Pods of the cluster; the Pod gets a route to them. Undefined: only the default route. */
  readonly clusterCidr?: string | undefined;
  readonly mtu: number;
}

/** What CNI's bridge plugin does: cni0 when it is not there, a veth pair, addresses, routes. */
export function attach(stack: NetStack, pod: Namespace, attachment: Attachment): void {
  const { host } = stack;
  const { ip, podCidr, clusterCidr, mtu } = attachment;
  const subnet = parseCidr(podCidr);
  const prefixLength = subnet?.prefix ?? 24;
  const gateway = ipText((subnet?.base ?? 0) + 1);
  if (!host.devices.has('cni0')) {
    host.addDevice({ name: 'cni0', kind: 'bridge', mac: macFor(gateway), mtu });
    host.addAddress('cni0', gateway, prefixLength);
  }
  const name = `veth${hex8(stack.site.chance.next())}`;
  const index = pod.nextIndex;
  const outside = host.addDevice({
    name,
    kind: 'veth',
    mac: randomMac(stack.site.chance.next(), stack.site.chance.next()),
    mtu,
    master: 'cni0',
    peer: { namespace: pod.name, device: 'eth0', index },
  });
  const mac = macFor(ip);
  pod.addDevice({
    name: 'eth0',
    kind: 'veth',
    mac,
    mtu,
    peer: { namespace: 'host', device: name, index: outside.index },
  });
  pod.addAddress('eth0', ip, prefixLength);
  pod.addRoute({ destination: '0.0.0.0/0', via: gateway, device: 'eth0' });
  if (clusterCidr !== undefined) {
    pod.addRoute({ destination: clusterCidr, via: gateway, device: 'eth0' });
  }
  host.setFdb({ mac, device: name, isPermanent: false });
  stack.bindPod(ip, pod);
}

/** The other way round: the veth pair and what was learned about it go. */
export function detach(stack: NetStack, pod: Namespace): void {
  const device = pod.devices.get('eth0');
  if (device?.peer === undefined) return;
  for (const { ip } of device.addresses) {
    stack.unbindPod(ip);
    stack.host.unlearn(ip, 'cni0');
  }
  stack.host.removeDevice(device.peer.device);
  pod.removeDevice('eth0');
}

/** A locally administered MAC made of an address, as the bridge plugin once did. */
function macFor(ip: string): string {
  const number = ipNumber(ip) ?? 0;
  const bytes = [0x0a, 0x58, number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255];
  return [...bytes, number & 255].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

/** A random, locally administered unicast MAC. */
export function randomMac(a: number, b: number): string {
  const first = ((a >>> 24) & 0xfc) | 0x02;
  const bytes = [first, a >>> 16, a >>> 8, a, b >>> 8, b].map((byte) => byte & 255);
  return bytes.map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

const hex8 = (number: number): string => number.toString(16).padStart(8, '0');
