/** /metrics, in Prometheus' text format: the few numbers that this server knows. */
import type { ApiResponse } from '../../client/wire.ts';
import type { Exchange } from '../exchange.ts';

export function metrics({ server, request }: Exchange): ApiResponse | undefined {
  if (request.path !== '/metrics') return undefined;
  const lines = [
    '# HELP apiserver_storage_objects [STABLE] Number of stored objects at the time of last check split by kind. In case of a fetching error, the value will be -1.',
    '# TYPE apiserver_storage_objects gauge',
    ...server.registry.all.map((resource) => {
      const { group, plural } = resource.kind;
      const name = group === '' ? plural : `${plural}.${group}`;
      return `apiserver_storage_objects{resource="${name}"} ${resource.cache.size}`;
    }),
    '# HELP apiserver_longrunning_requests [STABLE] Gauge of all active long-running apiserver requests broken out by verb, group, version, resource, scope and component. Not all requests are tracked this way.',
    '# TYPE apiserver_longrunning_requests gauge',
    ...server.registry.all.map(
      ({ kind, cache }) =>
        `apiserver_longrunning_requests{component="apiserver",group="${kind.group}",resource="${kind.plural}",scope="cluster",subresource="",verb="WATCH",version="${kind.version}"} ${cache.watchers.count}`,
    ),
  ];
  return {
    status: 200,
    headers: { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' },
    body: `${lines.join('\n')}\n`,
  };
}
