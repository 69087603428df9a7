/** Commands that use the network, or look at it. */
import type { Program } from '../../../host/index.ts';
import { curl } from './curl.ts';
import { arp, bridge, ip } from './ip.ts';
import { nc } from './nc.ts';
import { nslookup } from './nslookup.ts';
import { ping } from './ping.ts';
import { ssh } from './ssh.ts';
import { conntrack, iptables, iptablesSave, ss } from './tables.ts';
import { traceroute } from './traceroute.ts';
import { wget } from './wget.ts';

export const network: readonly Program[] = [
  arp,
  bridge,
  conntrack,
  curl,
  ip,
  iptables,
  iptablesSave,
  nc,
  nslookup,
  ping,
  ss,
  ssh,
  traceroute,
  wget,
];
