/** `ip`, `bridge` and `arp`: devices, addresses, routes and neighbours as iproute2 prints them. */
import type { Process, Program } from '../../../host/index.ts';
import { broadcastOf, parseCidr } from '../../../host/net/address.ts';
import type { Device, Neighbour, Route } from '../../../host/net/device.ts';
import { Namespace } from '../../../host/net/namespace.ts';
import { complain } from '../../command.ts';

export const ip: Program = {
  name: 'ip',
  *main(process) {
    const words = process.args.slice(1);
    const options = words.filter((word) => word.startsWith('-'));
    const [object = '', verb = 'show', ...rest] = words.filter((word) => !word.startsWith('-'));
    const net = namespaceOf(process);
    const isBrief = options.some((option) => '-brief'.startsWith(option) && option.length > 2);
    const isDetailed = options.includes('-d');
    if (!['show', 'list', 'ls', 'get', 's', 'sh', 'l'].includes(verb)) {
      return complain(process, `"${verb}" is not simulated, only show`, 255);
    }
    const name = rest.filter((word) => word !== 'dev')[0];
    const devices = [...net.devices.values()].filter((d) => name === undefined || d.name === name);
    if (isPrefix(object, 'address', 'a') || isPrefix(object, 'link', 'l')) {
      if (devices.length === 0) {
        process.printError(`Device "${name ?? ''}" does not exist.\n`);
        return 1;
      }
      const isLink = isPrefix(object, 'link', 'l');
      for (const device of devices) {
        process.print(isBrief ? briefText(device, isLink) : deviceText(device, isLink, isDetailed));
      }
      return 0;
    }
    if (isPrefix(object, 'route', 'r')) return routes(process, net, verb, rest);
    if (isPrefix(object, 'neighbour', 'n') || object === 'neighbor') {
      for (const neighbour of net.neighbours.values()) process.print(neighbourText(neighbour));
      return 0;
    }
    return complain(process, `Object "${object}" is unknown, try "ip help".`, 1);
  },
};

export const bridge: Program = {
  name: 'bridge',
  *main(process) {
    const words = process.args.slice(1).filter((word) => !word.startsWith('-'));
    const net = namespaceOf(process);
    const dev = words.includes('dev') ? words[words.indexOf('dev') + 1] : undefined;
    if (words[0] === 'fdb') {
      for (const { mac, device, remote, isPermanent } of net.fdb.values()) {
        if (dev !== undefined && dev !== device) continue;
        process.print(
          remote === undefined
            ? `${mac} dev ${device} master ${net.devices.get(device)?.master ?? 'cni0'} ` +
                `${isPermanent ? 'permanent' : ''}\n`
            : `${mac} dev ${device} dst ${remote} self permanent\n`,
        );
      }
      return 0;
    }
    if (words[0] === 'link') {
      for (const device of net.devices.values()) {
        if (device.master === undefined) continue;
        process.print(
          `${device.index}: ${linkName(device)}: <${flagsOf(device)}> mtu ${device.mtu} ` +
            `master ${device.master} state forwarding priority 32 cost 2 \n`,
        );
      }
      return 0;
    }
    process.printError(`Object "${words[0] ?? ''}" is unknown, try "bridge help".\n`);
    return 255;
  },
};

export const arp: Program = {
  name: 'arp',
  *main(process) {
    for (const { ip: address, mac, device, isPermanent } of namespaceOf(
      process,
    ).neighbours.values()) {
      process.print(`? (${address}) at ${mac} [ether]${isPermanent ? ' PERM' : ''} on ${device}\n`);
    }
    return 0;
  },
};

export function namespaceOf(process: Process): Namespace {
  if (process.net instanceof Namespace) return process.net;
  throw new Error('the process has a network namespace');
}

/** iproute2 takes any beginning of a word. */
const isPrefix = (word: string, whole: string, least: string): boolean =>
  word.startsWith(least) && whole.startsWith(word);

function flagsOf({ kind, isUp }: Device): string {
  const flags = kind === 'loopback' ? ['LOOPBACK'] : ['BROADCAST', 'MULTICAST'];
  return [...flags, ...(isUp ? ['UP', 'LOWER_UP'] : [])].join(',');
}

const linkName = ({ name, peer }: Device): string =>
  peer === undefined ? name : `${name}@if${peer.index}`;

function deviceText(device: Device, isLink: boolean, isDetailed: boolean): string {
  const { index, kind, mtu, mac, master, addresses, isUp, vxlan } = device;
  const state = kind === 'loopback' || kind === 'vxlan' ? 'UNKNOWN' : isUp ? 'UP' : 'DOWN';
  const queue = kind === 'ether' ? 'fq_codel' : 'noqueue';
  const under = master === undefined ? '' : ` master ${master}`;
  const length = kind === 'veth' || kind === 'vxlan' ? ' ' : ' qlen 1000';
  const link = kind === 'loopback' ? 'loopback' : 'ether';
  const broadcast = kind === 'loopback' ? '00:00:00:00:00:00' : 'ff:ff:ff:ff:ff:ff';
  const side = device.peer === undefined ? '' : ' link-netnsid 0';
  const mode = isLink ? ' mode DEFAULT' : '';
  let text =
    `${index}: ${linkName(device)}: <${flagsOf(device)}> mtu ${mtu} qdisc ${queue}${under} ` +
    `state ${state}${mode} group default${length}\n`;
  text += `    link/${link} ${mac} brd ${broadcast}${side}\n`;
  if (isDetailed && vxlan !== undefined) {
    text +=
      `    vxlan id ${vxlan.id} local ${vxlan.local} dev ${vxlan.device} srcport 0 0 ` +
      `dstport ${vxlan.port} nolearning ttl auto ageing 300 ` +
      'udpcsum noudp6zerocsumtx noudp6zerocsumrx\n';
  }
  if (isLink) return text;
  for (const { ip: address, prefixLength } of addresses) {
    const block = parseCidr(`${address}/${prefixLength}`);
    const brd =
      prefixLength === 32 || kind === 'loopback' || block === undefined
        ? ''
        : ` brd ${broadcastOf(block)}`;
    const scope = kind === 'loopback' ? 'host' : 'global';
    text += `    inet ${address}/${prefixLength}${brd} scope ${scope} ${device.name}\n`;
    text += `       valid_lft forever preferred_lft forever\n`;
  }
  return text;
}

function briefText(device: Device, isLink: boolean): string {
  const state = device.kind === 'loopback' || device.kind === 'vxlan' ? 'UNKNOWN' : 'UP';
  const rest = isLink
    ? `${device.mac} <${flagsOf(device)}>`
    : device.addresses.map((a) => `${a.ip}/${a.prefixLength}`).join(' ');
  return `${linkName(device).padEnd(16)} ${state.padEnd(14)} ${rest} \n`;
}

function routes(process: Process, net: Namespace, verb: string, rest: readonly string[]): number {
  if (verb === 'get') {
    const [to = ''] = rest;
    const route = net.route(to);
    if (route === undefined) {
      process.printError('RTNETLINK answers: Network is unreachable\n');
      return 2;
    }
    const via = route.via === undefined ? '' : ` via ${route.via}`;
    process.print(
      `${to}${via} dev ${route.device} src ${net.sourceFor(to) ?? ''} uid 0 \n    cache \n`,
    );
    return 0;
  }
  for (const route of [...net.routes].sort(byDestination)) process.print(routeText(route));
  return 0;
}

function routeText({ destination, via, device, source, isOnLink, protocol }: Route): string {
  const parts = [destination === '0.0.0.0/0' ? 'default' : destination];
  if (via !== undefined) parts.push(`via ${via}`);
  parts.push(`dev ${device}`);
  if (protocol === 'kernel') parts.push('proto kernel scope link');
  if (source !== undefined) parts.push(`src ${source}`);
  if (isOnLink) parts.push('onlink');
  return `${parts.join(' ')} \n`;
}

function byDestination(a: Route, b: Route): number {
  const [x, y] = [parseCidr(a.destination), parseCidr(b.destination)];
  return (x?.base ?? 0) - (y?.base ?? 0) || (x?.prefix ?? 0) - (y?.prefix ?? 0);
}

const neighbourText = ({ ip: address, device, mac, isPermanent }: Neighbour): string =>
  `${address} dev ${device} lladdr ${mac} ${isPermanent ? 'PERMANENT' : 'REACHABLE'} \n`;
