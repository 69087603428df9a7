/**
 * Services and endpoints → iptables rules: kube-proxy's whole decision, as a pure function. The
 * real one writes the same rules as text for iptables-restore. Upstream:
 * pkg/proxy/iptables/proxier.go, syncProxyRules. Simplified: IPv4; no SCTP; node ports on all of
 * a node's addresses.
 */
import type { Rule, Target } from '../../host/net/rule.ts';
import { jump } from '../../host/net/rule.ts';
import {
  endpointChain,
  externalChain,
  firewallChain,
  localChain,
  serviceChain,
} from './chain-names.ts';
import {
  categorize,
  isExternallyAccessible,
  type Categories,
  type ProxiedEndpoint,
  type ProxiedPort,
} from './service-ports.ts';

/** Chains of the two tables that kube-proxy fills, in the order in which they are written. */
export interface RuleSet {
  readonly filter: ReadonlyMap<string, readonly Rule[]>;
  readonly nat: ReadonlyMap<string, readonly Rule[]>;
}

export interface RuleOptions {
  /** All Pods' addresses (`--cluster-cidr`); undefined: nothing is known to be a Pod. */
  readonly clusterCidr: string | undefined;
}

/** Marks what shall be masqueraded (`--iptables-masquerade-bit` 14). */
const masqueradeMark = 0x4000;
const markMasq = jump('KUBE-MARK-MASQ');

/** The rules for all Services' ports. */
export function rulesFor(ports: readonly ProxiedPort[], options: RuleOptions): RuleSet {
  const writer = new Writer(options);
  for (const port of ports) writer.port(port);
  writer.finish();
  return writer;
}

class Writer implements RuleSet {
  readonly filter = new Map<string, Rule[]>(
    [
      'KUBE-NODEPORTS',
      'KUBE-SERVICES',
      'KUBE-EXTERNAL-SERVICES',
      'KUBE-FORWARD',
      'KUBE-PROXY-FIREWALL',
    ].map((name) => [name, []]),
  );
  readonly nat = new Map<string, Rule[]>([
    ['KUBE-NODEPORTS', []],
    ['KUBE-SERVICES', []],
    ['KUBE-POSTROUTING', postrouting],
    ['KUBE-MARK-MASQ', [{ target: { type: 'MARK', op: 'or', bits: masqueradeMark } }]],
  ]);
  private readonly clusterCidr: string | undefined;

  constructor({ clusterCidr }: RuleOptions) {
    this.clusterCidr = clusterCidr;
  }

  port(port: ProxiedPort): void {
    const of = new PortChains(port, categorize(port));
    this.capture(of);
    if (of.hasInternal) this.masqueradeOutsiders(of);
    if (of.usesExternal) this.external(of);
    if (of.usesFirewall) this.firewall(of);
    const { cluster, local } = of.categories;
    if (cluster.length > 0) this.balance(of, of.cluster, cluster);
    if (local.length > 0) this.balance(of, of.local, local);
    for (const endpoint of of.categories.reachable) this.endpoint(of, endpoint);
  }

  finish(): void {
    this.add('nat', 'KUBE-SERVICES', {
      comment: 'kubernetes service nodeports; NOTE: this must be the last rule in this chain',
      isToLocal: true,
      target: jump('KUBE-NODEPORTS'),
    });
    this.filter.set('KUBE-FORWARD', forward);
  }

  private add(table: 'filter' | 'nat', chain: string, rule: Rule): void {
    const rules = this[table].get(chain);
    if (rules === undefined) this[table].set(chain, [rule]);
    else rules.push(rule);
  }

  /** Which addresses and ports lead into the Service's chains, or into nothing. */
  private capture(of: PortChains): void {
    const { port } = of;
    const internal = of.match(port.clusterIP, port.port);
    if (of.hasInternal) {
      this.add('nat', 'KUBE-SERVICES', of.rule('cluster IP', internal, jump(of.internal)));
    } else {
      this.add('filter', 'KUBE-SERVICES', of.nothing(internal));
    }
    for (const ip of port.externalIPs) this.captureOutside(of, ip, 'external IP', of.external);
    for (const ip of port.loadBalancerIPs) {
      const chain = of.usesFirewall ? of.firewall : of.external;
      this.captureOutside(of, ip, 'loadbalancer IP', chain);
      if (of.usesFirewall) {
        const what = `traffic not accepted by ${of.firewall}`;
        const rule = of.rule(what, of.match(ip, port.port), { type: 'DROP' });
        this.add('filter', 'KUBE-PROXY-FIREWALL', rule);
      }
    }
    if (port.nodePort !== 0) this.captureNodePort(of);
    if (port.healthCheckNodePort !== 0) {
      this.add('filter', 'KUBE-NODEPORTS', {
        comment: `${port.name} health check node port`,
        protocol: 'tcp',
        destinationPort: port.healthCheckNodePort,
        target: { type: 'ACCEPT' },
      });
    }
  }

  private captureOutside(of: PortChains, ip: string, what: string, chain: string): void {
    const match = of.match(ip, of.port.port);
    if (of.categories.hasAny) this.add('nat', 'KUBE-SERVICES', of.rule(what, match, jump(chain)));
    if (!of.hasExternal) this.add('filter', 'KUBE-EXTERNAL-SERVICES', of.nothing(match));
  }

  private captureNodePort(of: PortChains): void {
    const { name, protocol, nodePort } = of.port;
    const match = { protocol, destinationPort: nodePort };
    if (of.categories.hasAny) {
      this.add('nat', 'KUBE-NODEPORTS', { comment: name, ...match, target: jump(of.external) });
    }
    if (!of.hasExternal) {
      const rule = of.nothing({ isToLocal: true, ...match });
      this.add('filter', 'KUBE-EXTERNAL-SERVICES', rule);
    }
  }

  /** Whoever is no Pod may be on the way through this node only: answers must come back here. */
  private masqueradeOutsiders(of: PortChains): void {
    if (this.clusterCidr === undefined) return;
    const match = { ...of.match(of.port.clusterIP, of.port.port), notSource: this.clusterCidr };
    this.add('nat', of.internal, of.rule('cluster IP', match, markMasq));
  }

  private external(of: PortChains): void {
    const { name, isExternalLocal } = of.port;
    const where = `for ${name} external destinations`;
    const add = (rule: Rule) => this.add('nat', of.external, rule);
    if (!isExternalLocal) {
      add({ comment: `masquerade traffic ${where}`, target: markMasq });
    } else {
      const cluster = jump(of.cluster);
      if (this.clusterCidr !== undefined) {
        add({ comment: `pod traffic ${where}`, source: this.clusterCidr, target: cluster });
      }
      add({ comment: `masquerade LOCAL traffic ${where}`, isFromLocal: true, target: markMasq });
      add({ comment: `route LOCAL traffic ${where}`, isFromLocal: true, target: cluster });
    }
    if (of.hasExternal) add({ target: jump(isExternalLocal ? of.local : of.cluster) });
  }

  private firewall(of: PortChains): void {
    for (const source of of.port.sourceRanges) {
      this.add('nat', of.firewall, of.rule('loadbalancer IP', { source }, jump(of.external)));
    }
  }

  /** Each endpoint but the last is chosen with chance 1/n of those that are left. */
  private balance(of: PortChains, chain: string, endpoints: readonly ProxiedEndpoint[]): void {
    const { port } = of;
    const { stickySeconds: seconds } = port;
    const comment = (endpoint: ProxiedEndpoint) => `${port.name} -> ${endpoint.address}`;
    if (seconds !== undefined) {
      for (const endpoint of endpoints) {
        const name = of.endpoint(endpoint);
        const recent = { name, op: 'rcheck', seconds } as const;
        this.add('nat', chain, { comment: comment(endpoint), recent, target: jump(name) });
      }
    }
    endpoints.forEach((endpoint, i) => {
      const left = endpoints.length - i;
      this.add('nat', chain, {
        comment: comment(endpoint),
        ...(left > 1 ? { probability: 1 / left } : {}),
        target: jump(of.endpoint(endpoint)),
      });
    });
  }

  private endpoint(of: PortChains, endpoint: ProxiedEndpoint): void {
    const { name: comment, protocol, stickySeconds } = of.port;
    const chain = of.endpoint(endpoint);
    // A Pod that reaches itself through its Service would not know its own answer.
    this.add('nat', chain, { comment, source: endpoint.ip, target: markMasq });
    this.add('nat', chain, {
      comment,
      ...(stickySeconds === undefined ? {} : { recent: { name: chain, op: 'set' } }),
      protocol,
      target: { type: 'DNAT', to: endpoint.address },
    });
  }
}

/** A Service port's chains, and which of them are needed. */
class PortChains {
  readonly port: ProxiedPort;
  readonly categories: Categories;

  constructor(port: ProxiedPort, categories: Categories) {
    this.port = port;
    this.categories = categories;
  }

  get cluster(): string {
    return serviceChain(this.port.name, this.port.protocol);
  }
  get local(): string {
    return localChain(this.port.name, this.port.protocol);
  }
  get external(): string {
    return externalChain(this.port.name, this.port.protocol);
  }
  get firewall(): string {
    return firewallChain(this.port.name, this.port.protocol);
  }
  get internal(): string {
    return this.port.isInternalLocal ? this.local : this.cluster;
  }
  endpoint({ address }: ProxiedEndpoint): string {
    return endpointChain(this.port.name, this.port.protocol, address);
  }

  get hasInternal(): boolean {
    const { local, hasAny } = this.categories;
    return hasAny && (!this.port.isInternalLocal || local.length > 0);
  }
  get hasExternal(): boolean {
    const { local, hasAny } = this.categories;
    return hasAny && (!this.port.isExternalLocal || local.length > 0);
  }
  get usesExternal(): boolean {
    return this.categories.hasAny && isExternallyAccessible(this.port);
  }
  get usesFirewall(): boolean {
    const { loadBalancerIPs, sourceRanges } = this.port;
    return this.categories.hasAny && loadBalancerIPs.length > 0 && sourceRanges.length > 0;
  }

  match(destination: string, destinationPort: number): Omit<Rule, 'target'> {
    return { protocol: this.port.protocol, destination, destinationPort };
  }
  rule(what: string, match: Omit<Rule, 'target'>, target: Target): Rule {
    return { comment: `${this.port.name} ${what}`, ...match, target };
  }
  /** No endpoints at all: refused. None here that the policy allows: swallowed. */
  nothing(match: Omit<Rule, 'target'>): Rule {
    return this.categories.hasAny
      ? this.rule('has no local endpoints', match, { type: 'DROP' })
      : this.rule('has no endpoints', match, { type: 'REJECT' });
  }
}

const postrouting: Rule[] = [
  {
    mark: { value: masqueradeMark, mask: masqueradeMark, isNot: true },
    target: { type: 'RETURN' },
  },
  { target: { type: 'MARK', op: 'xor', bits: masqueradeMark } },
  {
    comment: 'kubernetes service traffic requiring SNAT',
    target: { type: 'MASQUERADE', isRandomFully: true },
  },
];

const forward: Rule[] = [
  { states: ['INVALID'], target: { type: 'DROP' } },
  {
    comment: 'kubernetes forwarding rules',
    mark: { value: masqueradeMark, mask: masqueradeMark },
    target: { type: 'ACCEPT' },
  },
  {
    comment: 'kubernetes forwarding conntrack rule',
    states: ['RELATED', 'ESTABLISHED'],
    target: { type: 'ACCEPT' },
  },
];

/** Where the built-in chains lead into kube-proxy's. */
export const jumps: readonly {
  readonly table: 'filter' | 'nat';
  readonly from: string;
  readonly rule: Rule;
}[] = [
  [
    'filter',
    'INPUT',
    'KUBE-EXTERNAL-SERVICES',
    'kubernetes externally-visible service portals',
    true,
  ],
  [
    'filter',
    'FORWARD',
    'KUBE-EXTERNAL-SERVICES',
    'kubernetes externally-visible service portals',
    true,
  ],
  ['filter', 'INPUT', 'KUBE-NODEPORTS', 'kubernetes health check service ports', false],
  ['filter', 'FORWARD', 'KUBE-SERVICES', 'kubernetes service portals', true],
  ['filter', 'OUTPUT', 'KUBE-SERVICES', 'kubernetes service portals', true],
  ['filter', 'FORWARD', 'KUBE-FORWARD', 'kubernetes forwarding rules', false],
  ['filter', 'INPUT', 'KUBE-PROXY-FIREWALL', 'kubernetes load balancer firewall', true],
  ['filter', 'OUTPUT', 'KUBE-PROXY-FIREWALL', 'kubernetes load balancer firewall', true],
  ['filter', 'FORWARD', 'KUBE-PROXY-FIREWALL', 'kubernetes load balancer firewall', true],
  ['nat', 'OUTPUT', 'KUBE-SERVICES', 'kubernetes service portals', false],
  ['nat', 'PREROUTING', 'KUBE-SERVICES', 'kubernetes service portals', false],
  ['nat', 'POSTROUTING', 'KUBE-POSTROUTING', 'kubernetes postrouting rules', false],
].map(([table, from, chain, comment, isNew]) => ({
  table: table as 'filter' | 'nat',
  from: from as string,
  rule: {
    comment: comment as string,
    ...(isNew ? { states: ['NEW'] as const } : {}),
    target: jump(chain as string),
  },
}));
