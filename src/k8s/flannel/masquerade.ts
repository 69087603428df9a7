/**
 * The rules that flanneld --ip-masq keeps: Pods' packets to the world outside get the machine's
 * address; Pods among each other keep theirs. Upstream: pkg/trafficmngr/iptables/iptables.go.
 */
import { jump, type Rule, type Tables } from '../../host/net/rule.ts';

const masq = 'flanneld masq';
const forward = 'flanneld forward';

/** Puts the chains and their jumps into the tables. */
export function setUpMasquerade(tables: Tables, network: string, subnet: string): void {
  const rules: Rule[] = [
    { comment: masq, mark: { value: 0x4000, mask: 0x4000 }, target: { type: 'RETURN' } },
    { comment: masq, source: subnet, destination: network, target: { type: 'RETURN' } },
    { comment: masq, source: network, destination: subnet, target: { type: 'RETURN' } },
    { comment: masq, notSource: network, destination: subnet, target: { type: 'RETURN' } },
    {
      comment: masq,
      source: network,
      notDestination: '224.0.0.0/4',
      target: { type: 'MASQUERADE', isRandomFully: true },
    },
    {
      comment: masq,
      notSource: network,
      destination: network,
      target: { type: 'MASQUERADE', isRandomFully: true },
    },
  ];
  tables.setChain('nat', 'FLANNEL-POSTRTG', rules);
  tables.ensureRule(
    'nat',
    'POSTROUTING',
    { comment: masq, target: jump('FLANNEL-POSTRTG') },
    'last',
  );
  tables.setChain('filter', 'FLANNEL-FWD', [
    { comment: forward, source: network, target: { type: 'ACCEPT' } },
    { comment: forward, destination: network, target: { type: 'ACCEPT' } },
  ]);
  tables.ensureRule('filter', 'FORWARD', { comment: forward, target: jump('FLANNEL-FWD') }, 'last');
}
