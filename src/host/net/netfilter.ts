import type { Site } from '../../kernel/index.ts';
import { isIn } from './address.ts';
import { Conntrack, type Flow, type Tuple, tupleOf } from './conntrack.ts';
import type { Packet } from './packet.ts';
import { type ConnectionState, type Rule, type TableName, Tables } from './rule.ts';

/** What a packet has met on its way through the hooks of one machine. */
export interface Passage {
  readonly state: ConnectionState;
  readonly flow: Flow | undefined;
  readonly isReply: boolean;
  /** As it came in, before any translation. */
  readonly original: Tuple;
  /** The chains that decided on its destination. */
  readonly chains: readonly string[];
  readonly inDevice: string | undefined;
}

export type Verdict = 'ACCEPT' | 'DROP' | 'REJECT';

/** What a rule may ask about the machine. */
export interface RuleFacts {
  isLocal(ip: string): boolean;
  /** The address that MASQUERADE gives to a packet for `ip`. */
  sourceFor(ip: string): string | undefined;
}

interface Devices {
  readonly in: string | undefined;
  readonly out: string | undefined;
}

interface Decision {
  readonly rule: Rule | undefined;
  readonly chains: string[];
}

/** iptables and conntrack of one machine. */
export class Netfilter {
  readonly tables: Tables;
  readonly conntrack: Conntrack;
  private readonly site: Site;
  private readonly facts: RuleFacts;
  private readonly recent = new Map<string, Map<string, number>>();

  constructor(site: Site, facts: RuleFacts, changed: () => void) {
    this.site = site;
    this.facts = facts;
    this.tables = new Tables(changed);
    this.conntrack = new Conntrack(site);
  }

  /** The first hook that a packet meets: its destination may be translated here. */
  enter(hook: 'PREROUTING' | 'OUTPUT', packet: Packet, inDevice: string | undefined): Passage {
    const original = tupleOf(packet);
    const none = { flow: undefined, isReply: false, original, chains: [], inDevice };
    if (packet.about !== undefined) {
      this.conntrack.translateError(packet, packet.about);
      return { ...none, state: 'RELATED' };
    }
    const found = this.conntrack.find(packet);
    if (found !== undefined) {
      translate(packet, found.flow, found.isReply);
      this.conntrack.touch(found.flow, packet, found.isReply);
      const state = found.flow.isAnswered ? 'ESTABLISHED' : 'NEW';
      return { ...none, flow: found.flow, isReply: found.isReply, state };
    }
    // An answer to a flow that nobody knows any more.
    if (packet.kind === 'RST' || packet.kind === 'SYN-ACK' || packet.kind === 'ECHO-REPLY') {
      return { ...none, state: 'INVALID' };
    }
    const decision = this.walk('nat', hook, packet, { in: inDevice, out: undefined }, 'NEW');
    if (decision.rule?.target.type === 'DNAT') readdress(packet, decision.rule.target.to);
    return { ...none, state: 'NEW', chains: decision.chains };
  }

  /** The filter table's word. */
  filter(
    hook: 'INPUT' | 'FORWARD' | 'OUTPUT',
    packet: Packet,
    passage: Passage,
    outDevice?: string,
  ): Verdict {
    const devices = { in: passage.inDevice, out: outDevice };
    const { rule } = this.walk('filter', hook, packet, devices, passage.state);
    const verdict = rule?.target.type ?? this.tables.chain('filter', hook)?.policy ?? 'ACCEPT';
    return verdict === 'DROP' || verdict === 'REJECT' ? verdict : 'ACCEPT';
  }

  /** The last hook: the source may be translated, and a new flow is written down. */
  leave(packet: Packet, passage: Passage, outDevice: string): void {
    if (passage.state !== 'NEW' || passage.flow !== undefined) return;
    const devices = { in: undefined, out: outDevice };
    const { rule } = this.walk('nat', 'POSTROUTING', packet, devices, 'NEW');
    if (rule?.target.type === 'MASQUERADE') {
      packet.src = this.facts.sourceFor(packet.dst) ?? packet.src;
    }
    this.confirm(packet, passage);
  }

  /** A new flow that ends on this machine. */
  confirm(packet: Packet, passage: Passage): void {
    if (passage.state !== 'NEW' || passage.flow !== undefined) return;
    this.conntrack.touch(this.conntrack.add(packet, passage.original), packet, false);
  }

  /** The power is gone. */
  clear(): void {
    this.tables.clear();
    this.conntrack.clear();
    this.recent.clear();
  }

  private walk(
    table: TableName,
    hook: string,
    packet: Packet,
    devices: Devices,
    state: ConnectionState,
  ): Decision {
    const decision: { rule: Rule | undefined; chains: string[] } = { rule: undefined, chains: [] };
    this.runChain(
      table,
      hook,
      (rule) => this.matches(rule, packet, devices, state),
      packet,
      decision,
    );
    return decision;
  }

  /** True when a rule has decided. */
  private runChain(
    table: TableName,
    name: string,
    matches: (rule: Rule) => boolean,
    packet: Packet,
    decision: { rule: Rule | undefined; chains: string[] },
  ): boolean {
    for (const rule of this.tables.chain(table, name)?.rules ?? []) {
      if (!matches(rule)) continue;
      const { target } = rule;
      if (target.type === 'RETURN') return false;
      if (target.type === 'MARK') {
        packet.mark = target.op === 'or' ? packet.mark | target.bits : packet.mark ^ target.bits;
      } else if (target.type === 'jump') {
        const depth = decision.chains.push(target.chain);
        if (this.runChain(table, target.chain, matches, packet, decision)) return true;
        decision.chains.length = depth - 1;
      } else {
        decision.rule = rule;
        return true;
      }
    }
    return false;
  }

  private matches(rule: Rule, packet: Packet, devices: Devices, state: ConnectionState): boolean {
    if (rule.protocol !== undefined && rule.protocol !== packet.protocol) return false;
    if (rule.destinationPort !== undefined && rule.destinationPort !== packet.dport) return false;
    if (!matchesAddresses(rule, packet)) return false;
    if (rule.inDevice !== undefined && rule.inDevice !== devices.in) return false;
    if (rule.outDevice !== undefined && rule.outDevice !== devices.out) return false;
    if (rule.isToLocal && !this.facts.isLocal(packet.dst)) return false;
    if (rule.isFromLocal && !this.facts.isLocal(packet.src)) return false;
    if (rule.states !== undefined && !rule.states.includes(state)) return false;
    if (rule.mark !== undefined) {
      const { value, mask, isNot = false } = rule.mark;
      if (((packet.mark & mask) === value) === isNot) return false;
    }
    if (rule.probability !== undefined && this.site.chance.fraction() >= rule.probability) {
      return false;
    }
    return rule.recent === undefined || this.matchesRecent(rule.recent, packet.src);
  }

  private matchesRecent(recent: NonNullable<Rule['recent']>, ip: string): boolean {
    const { name, op, seconds = 0 } = recent;
    let seen = this.recent.get(name);
    if (seen === undefined) {
      seen = new Map();
      this.recent.set(name, seen);
    }
    if (op === 'set') {
      seen.set(ip, this.site.now);
      return true;
    }
    const at = seen.get(ip);
    return at !== undefined && this.site.now - at <= seconds * 1000;
  }
}

function matchesAddresses(rule: Rule, { src, dst }: Packet): boolean {
  if (rule.destination !== undefined && !isIn(dst, rule.destination)) return false;
  if (rule.source !== undefined && !isIn(src, rule.source)) return false;
  if (rule.notDestination !== undefined && isIn(dst, rule.notDestination)) return false;
  return rule.notSource === undefined || !isIn(src, rule.notSource);
}

/** Later packets get what the first one got; answers get it undone. */
export function translate(packet: Packet, flow: Flow, isReply: boolean): void {
  const { src, sport, dst, dport } = isReply ? flow.original : flow.reply;
  packet.src = dst;
  packet.sport = dport;
  packet.dst = src;
  packet.dport = sport;
}

function readdress(packet: Packet, to: string): void {
  const colon = to.indexOf(':');
  packet.dst = colon < 0 ? to : to.slice(0, colon);
  if (colon >= 0) packet.dport = Number(to.slice(colon + 1));
}
