/**
 * metrics-server: asks every kubelet each 15 s what its containers use, and serves the difference of
 * the last two answers as metrics.k8s.io. It remembers nothing longer. The API server passes requests
 * of that group on to it.
 * Upstream: github.com/kubernetes-sigs/metrics-server (pkg/server, pkg/scraper, pkg/storage).
 * Simplified: who asks is not checked again.
 */
import { type Connection, type Daemon, endOnSignal, type Process, type Program } from '../../host/index.ts';
import { serveHttp } from '../../host/net/serve-http.ts';
import { httpResponse } from '../../host/net/http.ts';
import type { Node } from '../../api/types.gen.ts';
import { ApiClient, InformerFactory, isOk, log, parseFlags } from '../client/index.ts';
import { inClusterConfig } from '../client/in-cluster.ts';
import type { ClientMessage, Credential } from '../client/wire.ts';
import { answer } from './api.ts';
import { Samples } from './samples.ts';

const kubeletPort = 10_250;
const defaultPort = 10_250;
const healthPort = 10_251;
const defaultResolutionMs = 15_000;
const userAgent = 'metrics-server/v0.7.2';

export const metricsServer: Program = { name: 'metrics-server', start };

function start(process: Process): Daemon {
  const config = inClusterConfig(process);
  if (typeof config === 'string') {
    log(process, 'E', 'server.go:85', `"unable to start" err="${config}"`);
    process.end(1);
    return {};
  }
  const flags = parseFlags(process.args);
  const { server, credential } = config;
  const client = new ApiClient(process, { server, credential, userAgent });
  new MetricsServer(client, credential, flags).begin();
  return { signal: endOnSignal(process) };
}

class MetricsServer {
  private readonly client: ApiClient;
  private readonly credential: Credential | undefined;
  private readonly informers: InformerFactory;
  private readonly samples = new Samples();
  private readonly kubelets = new Map<string, ApiClient>();
  private readonly port: number;
  private readonly resolutionMs: number;
  private readonly address: number;

  constructor(client: ApiClient, credential: Credential | undefined, flags: ReadonlyMap<string, string>) {
    this.client = client;
    this.credential = credential;
    this.informers = new InformerFactory(client);
    this.port = Number(flags.get('secure-port') ?? defaultPort);
    const resolution = Number.parseFloat(flags.get('metric-resolution') ?? '');
    this.resolutionMs = resolution > 0 ? resolution * 1000 : defaultResolutionMs;
    const { process } = client;
    this.address = process.site.register(this);
    process.onExit(() => process.site.unregister(this.address));
  }

  begin(): void {
    const { process } = this.client;
    for (const kind of ['Node', 'Pod'] as const) this.informers.of(kind);
    this.informers.start();
    process.net.listen(process, this.port, (connection) => ({
      received: (payload) => this.serve(payload as ClientMessage, connection),
    }));
    serveHttp(process, healthPort, ({ path }) =>
      path.startsWith('/readyz') && !this.samples.isReady
        ? httpResponse(500, '[-]metric-storage-ready failed: no metrics to serve\n')
        : httpResponse(200, 'ok'));
    log(process, 'I', 'secure_serving.go:213', `Serving securely on [::]:${this.port}`);
    process.site.after(1_000, this.address, {});
  }

  /** The kernel alone calls it: time to ask the kubelets again. */
  receive(): void {
    const { process } = this.client;
    process.site.after(this.resolutionMs, this.address, {});
    const nodes = this.informers.of('Node').store.list();
    this.samples.keep(new Set(nodes.map(({ metadata }) => metadata.name)));
    for (const node of nodes) this.scrape(node);
  }

  private scrape(node: Node): void {
    const { name } = node.metadata;
    const ip = node.status?.addresses?.find(({ type }) => type === 'InternalIP')?.address;
    if (ip === undefined) return;
    this.kubelet(ip).request({ method: 'GET', path: '/metrics/resource' }, (response) => {
      if (isOk(response)) this.samples.take(name, String(response.body));
      else {
        log(this.client.process, 'E', 'scraper.go:149',
          `"Failed to scrape node" err="${String(response.body)}" node="${name}"`);
      }
    });
  }

  private kubelet(ip: string): ApiClient {
    let known = this.kubelets.get(ip);
    if (known === undefined) {
      const { process } = this.client;
      const server = { ip, port: kubeletPort };
      known = new ApiClient(process, { server, credential: this.credential, userAgent });
      this.kubelets.set(ip, known);
    }
    return known;
  }

  private serve(message: ClientMessage, connection: Connection): void {
    if (message.type !== 'request') return;
    const { id, request } = message;
    const pods = this.informers.of('Pod').store;
    const nodes = this.informers.of('Node').store;
    const response = answer(request, { samples: this.samples, pods, nodes });
    connection.send({ type: 'response', id, response });
  }
}
