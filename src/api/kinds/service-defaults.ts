/**
 * What the server fills into Services; addresses and node ports are given out elsewhere.
 * Follows pkg/apis/core/v1/defaults.go (SetDefaults_Service).
 */
import type { Service, ServicePort, ServiceSpec } from '../types.gen.ts';
import { fill, fillAbsent, isUnset, mapField, mapItems, without, withField } from './path-copy.ts';

export const serviceDefaults = (service: Service): Service =>
  fillAbsent(mapField(service, 'spec', specDefaults), { status: { loadBalancer: {} } });

function specDefaults(spec: ServiceSpec): ServiceSpec {
  const next = affinityDefaults(fill(spec, { sessionAffinity: 'None', type: 'ClusterIP' }));
  const withPorts = mapField(next, 'ports', (ports) => mapItems(ports, portDefaults));
  return trafficDefaults(withPorts);
}

function affinityDefaults(spec: ServiceSpec): ServiceSpec {
  if (spec.sessionAffinity === 'None') return without(spec, 'sessionAffinityConfig');
  if (spec.sessionAffinity !== 'ClientIP') return spec;
  if (spec.sessionAffinityConfig?.clientIP?.timeoutSeconds !== undefined) return spec;
  // Three hours.
  return withField(spec, 'sessionAffinityConfig', { clientIP: { timeoutSeconds: 10800 } });
}

const portDefaults = (port: ServicePort): ServicePort =>
  fill(isUnset(port.targetPort) ? { ...port, targetPort: port.port } : port, { protocol: 'TCP' });

function trafficDefaults(spec: ServiceSpec): ServiceSpec {
  const { type } = spec;
  const isOpen = type === 'NodePort' || type === 'LoadBalancer';
  let next = isOpen ? fill(spec, { externalTrafficPolicy: 'Cluster' }) : spec;
  if (isOpen || type === 'ClusterIP') next = fillAbsent(next, { internalTrafficPolicy: 'Cluster' });
  return type === 'LoadBalancer' ? fillAbsent(next, { allocateLoadBalancerNodePorts: true }) : next;
}
