/**
 * kube-proxy: makes Services' addresses work on its machine, with iptables rules. The real one
 * also has the ipvs and nftables modes; here it is iptables, IPv4. Upstream: cmd/kube-proxy/app.
 */
import { type Daemon, type Process, type Program, endOnSignal } from '../../host/index.ts';
import { httpResponse } from '../../host/net/http.ts';
import { serveHttp } from '../../host/net/serve-http.ts';
import { stackOf } from '../../host/net/stack.ts';
import { ApiClient, InformerFactory } from '../client/index.ts';
import { klog } from '../client/klog.ts';
import { type ProxyConfig, readConfig } from './config.ts';
import { Proxier } from './proxier.ts';
import { ServiceHealth } from './service-health.ts';

export { proxiedPorts } from './service-ports.ts';
export { rulesFor } from './rules.ts';

export const kubeProxy: Program = {
  name: 'kube-proxy',
  start(process) {
    const config = readConfig(process);
    if (typeof config !== 'string') return begin(process, config);
    klog(process, 'E', 'run.go:72', `"command failed" err=${JSON.stringify(config)}`);
    process.end(1);
    return {};
  },
};

function begin(process: Process, config: ProxyConfig): Daemon {
  const { server, credential } = config.client;
  const client = new ApiClient(process, {
    server,
    credential,
    userAgent: 'kube-proxy/v1.33.1 (linux/amd64) kubernetes/8adc0f0',
    qps: 5,
    burst: 10,
  });
  const informers = new InformerFactory(client);
  const proxier = new Proxier(
    stackOf(process), informers, config, new ServiceHealth(process),
  );
  klog(process, 'I', 'server_linux.go:145', '"Using iptables Proxier"');
  klog(process, 'I', 'server.go:483', '"Version info" version="v1.33.1"');
  informers.whenSynced(() =>
    klog(process, 'I', 'shared_informer.go:357', '"Caches are synced" controller="service config"'),
  );
  informers.start();
  serveHttp(process, config.healthPort, ({ path }) => {
    if (!path.startsWith('/healthz') && !path.startsWith('/livez')) {
      return httpResponse(404, '404 page not found\n');
    }
    return httpResponse(proxier.isHealthy ? 200 : 503, '{}');
  });
  serveHttp(
    process,
    config.metricsPort,
    ({ path }) =>
      path === '/proxyMode'
        ? httpResponse(200, 'iptables')
        : httpResponse(404, '404 page not found\n'),
    '127.0.0.1',
  );
  // It has no handler of its own: Go's runtime ends it, with 2.
  return { signal: endOnSignal(process, 2), ended: () => proxier.stop() };
}
