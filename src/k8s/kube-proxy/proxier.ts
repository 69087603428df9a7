/**
 * kube-proxy's working part: Services and EndpointSlices from informers, rules into the machine's
 * iptables, stale UDP flows out of conntrack. Upstream: pkg/proxy/iptables/proxier.go,
 * pkg/proxy/conntrack/cleanup.go.
 */
import type { NetStack } from '../../host/net/stack.ts';
import type { Rule, TableName } from '../../host/net/rule.ts';
import { Actor } from '../../kernel/index.ts';
import type { EndpointSlice, Service } from '../../api/types.gen.ts';
import type { InformerFactory } from '../client/index.ts';
import { isServiceChain } from './chain-names.ts';
import type { ServiceHealth } from './service-health.ts';
import { jumps, rulesFor, type RuleSet } from './rules.ts';
import { proxiedPorts, type ProxiedPort } from './service-ports.ts';
import { syncChart, type syncMachine } from './sync-chart.ts';

export interface ProxierOptions {
  readonly nodeName: string;
  readonly clusterCidr: string | undefined;
}

/** How long `iptables-restore` takes for a small cluster, in ms. */
const restoreMs = 15;

export class Proxier {
  readonly actor: Actor<typeof syncMachine>;
  private readonly stack: NetStack;
  private readonly options: ProxierOptions;
  private readonly health: ServiceHealth | undefined;
  private readonly services: { list(): readonly Service[] };
  private readonly slices: { list(): readonly EndpointSlice[] };
  private readonly written = new Map<string, readonly Rule[]>();
  private ports: readonly ProxiedPort[] = [];
  private syncs = 0;

  constructor(
    stack: NetStack,
    informers: InformerFactory,
    options: ProxierOptions,
    health?: ServiceHealth,
  ) {
    this.health = health;
    this.stack = stack;
    this.options = options;
    this.services = informers.of('Service').store;
    this.slices = informers.of('EndpointSlice').store;
    const { site } = stack;
    this.actor = new Actor(
      site,
      syncChart,
      `kube-proxy ${options.nodeName}`,
      { restoreMs, clock: () => site.now },
      () => this.write(),
    );
    const changed = () => this.actor.send({ type: 'changed' });
    const handler = { added: changed, updated: changed, deleted: changed };
    informers.of('Service').on(handler);
    informers.of('EndpointSlice').on(handler);
    informers.whenSynced(() => this.actor.send({ type: 'synced' }));
  }

  /** Rules have been written at least once: `/healthz` may say so. */
  get isHealthy(): boolean {
    return this.syncs > 0;
  }

  stop(): void {
    this.actor.stop();
  }

  private write(): void {
    const ports = proxiedPorts(this.services.list(), this.slices.list(), this.options.nodeName);
    const rules = rulesFor(ports, this.options);
    this.restore(rules);
    this.deleteStaleFlows(ports);
    this.ports = ports;
    this.syncs += 1;
    this.health?.follow(ports, () => this.isHealthy);
    this.stack.site.trace({
      type: 'kube-proxy',
      machine: this.stack.machine.name,
      services: ports.length,
      chains: rules.nat.size + rules.filter.size,
      endpoints: this.endpointCount(),
    });
  }

  private endpointCount(): number {
    return this.ports.reduce((sum, { endpoints }) => sum + endpoints.length, 0);
  }

  /** What `iptables-restore --noflush` does: chains are replaced, others are left alone. */
  private restore(rules: RuleSet): void {
    const { tables } = this.stack.filter;
    for (const table of ['filter', 'nat'] as const) {
      for (const [name, chain] of rules[table]) this.set(table, name, chain);
    }
    for (const { table, from, rule } of jumps) tables.ensureRule(table, from, rule, 'first');
    for (const name of [...tables.table('nat').keys()]) {
      if (!isServiceChain(name) || rules.nat.has(name)) continue;
      tables.removeChain('nat', name);
      this.written.delete(`nat ${name}`);
    }
  }

  private set(table: TableName, name: string, rules: readonly Rule[]): void {
    const { tables } = this.stack.filter;
    const key = `${table} ${name}`;
    const old = this.written.get(key);
    if (old !== undefined && old === tables.chain(table, name)?.rules && same(old, rules)) return;
    tables.setChain(table, name, rules);
    this.written.set(key, rules);
  }

  /**
   * UDP has no end that conntrack could see: flows to an endpoint that is gone, and flows that
   * began before a Service had endpoints, would go wrong for ever.
   */
  private deleteStaleFlows(ports: readonly ProxiedPort[]): void {
    const { conntrack } = this.stack.filter;
    for (const port of ports) {
      if (port.protocol !== 'udp') continue;
      const old = this.ports.find(({ name }) => name === port.name);
      const live = new Set(port.endpoints.filter((e) => e.isServing).map(({ address }) => address));
      const gone = (old?.endpoints ?? []).filter(({ address }) => !live.has(address));
      const isNew = live.size > 0 && (old === undefined || !old.endpoints.some((e) => e.isServing));
      if (gone.length === 0 && !isNew) continue;
      const addresses = new Set(gone.map(({ address }) => address));
      conntrack.delete(
        ({ protocol, original, reply }) =>
          protocol === 'udp' &&
          original.dst === port.clusterIP &&
          original.dport === port.port &&
          (isNew || addresses.has(`${reply.src}:${reply.sport}`)),
      );
    }
  }
}

function same(a: readonly Rule[], b: readonly Rule[]): boolean {
  return a.length === b.length && JSON.stringify(a) === JSON.stringify(b);
}
