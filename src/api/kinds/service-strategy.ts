/**
 * What happens to a Service before it is written: the status is the controllers', and a change of
 * type takes along what only the old type needs.
 * Follows pkg/registry/core/service/strategy.go (dropTypeDependentFields).
 */
import { isDeepEqual } from '../equal.ts';
import type { Service, ServiceSpec } from '../types.gen.ts';
import { mapItems, withField, without } from './path-copy.ts';

export function prepareService(
  next: Service,
  previous: Service | undefined,
  subresource: '' | 'status',
): Service {
  if (previous === undefined) return { ...next, status: { loadBalancer: {} } };
  if (subresource === 'status') return withField(next, 'spec', previous.spec);
  const spec = dropTypeDependent(next.spec, previous.spec);
  const status =
    spec.type === 'LoadBalancer' ? previous.status : { ...previous.status, loadBalancer: {} };
  const isSame = isDeepEqual(status, previous.status);
  return withField(withField(next, 'spec', spec), 'status', isSame ? previous.status : status);
}

const opensNodePorts = ({ type }: ServiceSpec): boolean =>
  type === 'NodePort' || type === 'LoadBalancer';
const checksHealth = ({ type, externalTrafficPolicy }: ServiceSpec): boolean =>
  type === 'LoadBalancer' && externalTrafficPolicy === 'Local';

/** Wipes only what the client left as it was: a change of its own must fail in validation. */
function dropTypeDependent(next: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  let spec = next;
  if (previous.type !== 'ExternalName' && spec.type === 'ExternalName') {
    spec = dropAddresses(spec, previous);
  }
  if (opensNodePorts(previous) && !opensNodePorts(spec) && addsNoNodePort(spec, previous)) {
    const { ports } = spec;
    if (ports !== undefined) {
      spec = withField(
        spec,
        'ports',
        mapItems(ports, (port) => without(port, 'nodePort')),
      );
    }
  }
  const drop = (name: keyof ServiceSpec, isNoLonger: boolean) => {
    if (isNoLonger && isDeepEqual(spec[name], previous[name])) spec = without(spec, name);
  };
  drop('healthCheckNodePort', checksHealth(previous) && !checksHealth(spec));
  const wasBalanced = previous.type === 'LoadBalancer' && spec.type !== 'LoadBalancer';
  drop('allocateLoadBalancerNodePorts', wasBalanced);
  drop('loadBalancerClass', wasBalanced);
  drop('externalTrafficPolicy', opensNodePorts(previous) && !opensNodePorts(spec));
  return spec;
}

function dropAddresses(spec: ServiceSpec, previous: ServiceSpec): ServiceSpec {
  let next = spec;
  if (next.clusterIP === previous.clusterIP && isDeepEqual(next.clusterIPs, previous.clusterIPs)) {
    next = without(without(next, 'clusterIP'), 'clusterIPs');
  }
  for (const name of ['ipFamilies', 'ipFamilyPolicy'] as const) {
    if (isDeepEqual(next[name], previous[name])) next = without(next, name);
  }
  return next;
}

function addsNoNodePort(next: ServiceSpec, previous: ServiceSpec): boolean {
  const before = new Set((previous.ports ?? []).map(({ nodePort }) => nodePort));
  return (next.ports ?? []).every(({ nodePort }) => !nodePort || before.has(nodePort));
}
