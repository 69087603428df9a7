/**
 * CoreDNS 1.12: the cluster's name server. Its Corefile says what it does; kubeadm's is understood
 * as a whole. Upstream: github.com/coredns/coredns. Simplified: UDP only, one process for all
 * server blocks, `reload` does not look for changes.
 */
import type { Daemon, Process, Program, Signal } from '../../host/index.ts';
import { httpResponse } from '../../host/net/http.ts';
import { serveHttp } from '../../host/net/serve-http.ts';
import { Actor } from '../../kernel/index.ts';
import { ApiClient, InformerFactory } from '../client/index.ts';
import { inClusterConfig } from '../client/in-cluster.ts';
import { ClusterCache } from './cluster-cache.ts';
import { parseCorefile, type ServerBlock } from './corefile.ts';
import { corednsChart, type corednsMachine } from './coredns-chart.ts';
import { DnsServer } from './server.ts';

export const coredns: Program = {
  name: 'coredns',
  start(process) {
    const at = process.args[process.args.indexOf('-conf') + 1] ?? 'Corefile';
    const text = process.files.read(at);
    const blocks =
      text === undefined ? `open ${at}: no such file or directory` : parseCorefile(text);
    if (typeof blocks === 'string') return failed(process, blocks);
    const config = inClusterConfig(process);
    if (typeof config === 'string') return failed(process, `plugin/kubernetes: ${config}`);
    const { server, credential } = config;
    const client = new ApiClient(process, { server, credential, userAgent: 'coredns' });
    return new Coredns(process, blocks, client);
  },
};

function failed(process: Process, why: string): Daemon {
  process.print(`${why}\n`);
  process.end(1);
  return {};
}

class Coredns implements Daemon {
  private readonly process: Process;
  private readonly blocks: readonly ServerBlock[];
  private readonly servers: readonly DnsServer[];
  private readonly cluster: ClusterCache;
  private readonly actor: Actor<typeof corednsMachine>;

  constructor(process: Process, blocks: readonly ServerBlock[], client: ApiClient) {
    this.process = process;
    this.blocks = blocks;
    const informers = new InformerFactory(client);
    this.cluster = new ClusterCache(informers);
    this.servers = blocks.map((block) => new DnsServer(process, this.cluster, block));
    this.serveHealth();
    this.actor = new Actor(
      process.site,
      corednsChart,
      `coredns ${process.net.name}`,
      { lameduckMs: this.lameduckMs },
      ({ type }) => this.perform(type),
    );
    informers.whenSynced(() => this.actor.send({ type: 'synced' }));
    informers.start();
  }

  receive(event: { readonly type: 'forward'; readonly server: number; readonly id: number }): void {
    this.servers[this.blocks.findIndex(({ port }) => port === event.server)]?.timeout(event.id);
  }

  signal(signal: Signal): boolean {
    if (signal !== 'SIGTERM' && signal !== 'SIGINT') return false;
    this.process.print(`[INFO] ${signal}: Shutting down servers then terminating\n`);
    this.actor.send({ type: 'terminate' });
    return true;
  }

  ended(): void {
    this.actor.stop();
  }

  private perform(type: 'serve' | 'warnUnsynced' | 'lameduck' | 'exit'): void {
    switch (type) {
      case 'serve':
        return this.serve();
      case 'warnUnsynced':
        return this.process.print(
          '[WARNING] plugin/kubernetes: starting server with unsynced Kubernetes API\n',
        );
      case 'lameduck':
        return this.process.print(
          `[INFO] plugin/health: Going into lameduck mode for ${this.lameduckMs / 1000}s\n`,
        );
      case 'exit':
        this.process.end(0);
    }
  }

  private serve(): void {
    this.servers.forEach((server, i) => {
      const block = this.blocks[i] as ServerBlock;
      if (server.listen()) {
        for (const zone of block.zones) this.process.print(`${zone}:${block.port}\n`);
      } else {
        this.process.print(`listen udp :${block.port}: bind: address already in use\n`);
      }
    });
    for (const server of this.servers) server.lookForLoop();
    this.process.print('CoreDNS-1.12.0\nlinux/amd64, go1.23.3, 51e11f166\n');
  }

  private serveHealth(): void {
    if (this.has('health')) {
      serveHttp(this.process, 8080, ({ path }) =>
        path === '/health' ? httpResponse(200, 'OK') : httpResponse(404, '404 page not found\n'),
      );
    }
    if (this.has('ready')) {
      serveHttp(this.process, 8181, ({ path }) => {
        if (path !== '/ready') return httpResponse(404, '404 page not found\n');
        return this.cluster.hasSynced ? httpResponse(200, 'OK') : httpResponse(503, 'kubernetes');
      });
    }
  }

  private has(name: string): boolean {
    return this.blocks.some(({ plugins }) => plugins.some((plugin) => plugin.name === name));
  }

  private get lameduckMs(): number {
    for (const { plugins } of this.blocks) {
      const health = plugins.find(({ name }) => name === 'health');
      const option = health?.block.find(({ name }) => name === 'lameduck');
      if (option !== undefined) return Number((option.args[0] ?? '0').replace(/s$/, '')) * 1000;
    }
    return 0;
  }
}
