/**
 * CNI's portmap plugin: a port of the machine leads to a Pod's. Upstream:
 * containernetworking/plugins, plugins/meta/portmap/portmap_iptables.go. Simplified: one rule a
 * port instead of `multiport`; a Pod's chain is named after its sandbox's id, not its SHA-512.
 */
import type { HostPort } from '../runtime/config.ts';
import { jump, type Rule, type Tables } from './rule.ts';

const top = 'CNI-HOSTPORT-DNAT';
const masqueradeMark = 0x2000;

const chainOf = (sandboxId: string): string => `CNI-DN-${sandboxId.slice(0, 21)}`;

export interface PortMapping {
  readonly sandboxId: string;
  readonly network: string;
  readonly ip: string;
  readonly subnet: string;
  readonly hostPorts: readonly HostPort[];
}

/** Puts a Pod's rules into the nat table. */
export function mapPorts(tables: Tables, mapping: PortMapping): void {
  const { sandboxId, network, ip, subnet } = mapping;
  if (mapping.hostPorts.length === 0) return;
  ensureTop(tables);
  const chain = chainOf(sandboxId);
  const comment = `dnat name: \\"${network}\\" id: \\"${sandboxId}\\"`;
  const rules: Rule[] = [];
  for (const { hostPort, containerPort, protocol: name } of mapping.hostPorts) {
    const protocol = name.toLowerCase() === 'udp' ? 'udp' : 'tcp';
    const match = { protocol, destinationPort: hostPort } as const;
    tables.ensureRule('nat', top, { comment, ...match, target: jump(chain) }, 'last');
    for (const source of [subnet, '127.0.0.1']) {
      rules.push({ ...match, source, target: jump('CNI-HOSTPORT-SETMARK') });
    }
    rules.push({ ...match, target: { type: 'DNAT', to: `${ip}:${containerPort}` } });
  }
  tables.setChain('nat', chain, rules);
}

/** Takes them out again; nothing if there are none. */
export function unmapPorts(tables: Tables, sandboxId: string): void {
  const chain = chainOf(sandboxId);
  if (tables.chain('nat', chain) === undefined) return;
  tables.removeRules('nat', top, ({ target }) => target.type === 'jump' && target.chain === chain);
  tables.removeChain('nat', chain);
}

function ensureTop(tables: Tables): void {
  if (tables.chain('nat', top) !== undefined) return;
  tables.setChain('nat', top, []);
  tables.setChain('nat', 'CNI-HOSTPORT-SETMARK', [
    {
      comment: 'CNI portfwd masquerade mark',
      target: { type: 'MARK', op: 'or', bits: masqueradeMark },
    },
  ]);
  tables.setChain('nat', 'CNI-HOSTPORT-MASQ', [
    {
      mark: { value: masqueradeMark, mask: masqueradeMark },
      target: { type: 'MASQUERADE' },
    },
  ]);
  for (const from of ['PREROUTING', 'OUTPUT']) {
    tables.ensureRule('nat', from, { isToLocal: true, target: jump(top) }, 'last');
  }
  const comment = 'CNI portfwd requiring masquerade';
  tables.ensureRule('nat', 'POSTROUTING', { comment, target: jump('CNI-HOSTPORT-MASQ') }, 'first');
}
