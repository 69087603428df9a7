/**
 * What the server fills into containers.
 * Follows pkg/apis/core/v1/defaults.go (SetDefaults_Container, _Probe, _HTTPGetAction, …).
 */
import type {
  Container,
  ContainerPort,
  EnvVar,
  HTTPGetAction,
  Lifecycle,
  LifecycleHandler,
  Probe,
  ResourceRequirements,
} from '../../types.gen.ts';
import { fill, fillAbsent, mapField, mapItems, without } from '../path-copy.ts';
import { canonicalResources } from '../resource-list.ts';

/** Defaults of one container, as in a Pod template. */
export function containerDefaults(container: Container): Container {
  let next = fill(container, {
    imagePullPolicy: imagePullPolicyOf(container.image ?? ''),
    terminationMessagePath: '/dev/termination-log',
    terminationMessagePolicy: 'File',
  });
  if (next.resources === undefined || next.resources === null) {
    next = { ...next, resources: noResources };
  } else next = mapField(next, 'resources', resourceDefaults);
  if (next.ports !== undefined) next = mapField(next, 'ports', portsDefaults);
  if (next.env !== undefined) next = mapField(next, 'env', envDefaults);
  return probeFieldDefaults(next);
}

function probeFieldDefaults(container: Container): Container {
  let next = container;
  if (next.livenessProbe) next = mapField(next, 'livenessProbe', probeDefaults);
  if (next.readinessProbe) next = mapField(next, 'readinessProbe', probeDefaults);
  if (next.startupProbe) next = mapField(next, 'startupProbe', probeDefaults);
  if (next.lifecycle) next = mapField(next, 'lifecycle', lifecycleDefaults);
  return next;
}

/** Requests follow limits in a Pod (not in a template): SetDefaults_Pod. */
export function requestsFromLimits(container: Container): Container {
  const limits = container.resources?.limits;
  if (limits === undefined) return container;
  const requests = container.resources?.requests;
  for (const name in limits) {
    if (requests?.[name] !== undefined) continue;
    return {
      ...container,
      resources: { ...container.resources, requests: { ...limits, ...requests } },
    };
  }
  return container;
}

/** Host ports follow container ports on the host's network. */
export const hostPortDefaults = (container: Container): Container =>
  container.ports === undefined
    ? container
    : mapField(container, 'ports', (ports) =>
        mapItems(ports, (port) => fill(port, { hostPort: port.containerPort })),
      );

const noResources: ResourceRequirements = Object.freeze({});

const resourceDefaults = (resources: ResourceRequirements): ResourceRequirements =>
  mapField(mapField(resources, 'limits', canonicalResources), 'requests', canonicalResources);

const tcp: Partial<ContainerPort> = { protocol: 'TCP' };

const portsDefaults = (ports: readonly ContainerPort[]): readonly ContainerPort[] =>
  mapItems(ports, (port) => fill(port.hostPort === 0 ? without(port, 'hostPort') : port, tcp));

const envDefaults = (env: readonly EnvVar[]): readonly EnvVar[] =>
  mapItems(env, (variable) => {
    if (variable.valueFrom === undefined) return variable;
    return mapField(variable, 'valueFrom', (from) =>
      mapField(
        mapField(from, 'fieldRef', (ref) => fill(ref, { apiVersion: 'v1' })),
        'resourceFieldRef',
        (ref) => fill(ref, { divisor: '0' }),
      ),
    );
  });

const probeValues: Partial<Probe> = {
  timeoutSeconds: 1,
  periodSeconds: 10,
  successThreshold: 1,
  failureThreshold: 3,
};

function probeDefaults(probe: Probe): Probe {
  const next = mapField(fill(probe, probeValues), 'httpGet', httpGetDefaults);
  return mapField(next, 'grpc', (grpc) => fillAbsent(grpc, { service: '' }));
}

const httpGetDefaults = (get: HTTPGetAction): HTTPGetAction =>
  fill(get, { path: '/', scheme: 'HTTP' });

const handlerDefaults = (handler: LifecycleHandler): LifecycleHandler =>
  mapField(handler, 'httpGet', httpGetDefaults);

const lifecycleDefaults = (lifecycle: Lifecycle): Lifecycle =>
  mapField(mapField(lifecycle, 'postStart', handlerDefaults), 'preStop', handlerDefaults);

// docker/distribution's reference grammar, as far as it decides what is an image name at all.
const reference = new RegExp(
  '^(?:(?:[A-Za-z0-9-]+(?:\\.[A-Za-z0-9-]+)*(?::[0-9]+)?)/)?' +
    '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*' +
    '(?::([A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(@[A-Za-z0-9+._-]+:[0-9a-fA-F]{32,})?$',
);

const policies = new Map<string, 'Always' | 'IfNotPresent'>();

/** `Always` for `:latest` and for no tag at all; a digest pins, and so does a malformed name. */
export function imagePullPolicyOf(image: string): 'Always' | 'IfNotPresent' {
  const known = policies.get(image);
  if (known !== undefined) return known;
  const [name, tag, digest] = reference.exec(image) ?? [];
  const isLatest = tag === 'latest' || (tag === undefined && digest === undefined);
  const policy = name !== undefined && isLatest ? 'Always' : 'IfNotPresent';
  if (policies.size < 10_000) policies.set(image, policy);
  return policy;
}
