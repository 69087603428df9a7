/**
 * A container's environment: service variables, envFrom, env with references.
 * Upstream: pkg/kubelet/kubelet_pods.go (makeEnvironmentVariables), pkg/kubelet/envvars,
 * pkg/fieldpath, pkg/api/v1/resource (ExtractContainerResourceValue).
 */
import { amountOf } from '../../api/kinds/pod/facts.ts';
import { parseQuantity } from '../../api/quantity.ts';
import type {
  ConfigMap,
  Container,
  EnvVar,
  EnvVarSource,
  Pod,
  ResourceFieldSelector,
  Secret,
  Service,
} from '../../api/types.gen.ts';
import type { Story } from '../../kernel/index.ts';
import { decodeBase64 } from '../../api/base64.ts';
import { expand } from './expansion.ts';

/** What an environment is made from, beside the Pod. */
export interface EnvironmentFacts {
  readonly nodeName: string;
  readonly hostIp: string;
  readonly podIp: string;
  /** Variables of the Services that the Pod may know. */
  readonly services: Readonly<Record<string, string>>;
  /** The node's own amounts: limits that a container has not. CPU in thousandths. */
  readonly allocatable: Readonly<Record<string, number>>;
  configMap(namespace: string, name: string): Story<ConfigMap | string>;
  secret(namespace: string, name: string): Story<Secret | string>;
}

/** Thrown: why the container cannot be configured, as its status says. */
export class ConfigProblem extends Error {
  override readonly name = 'ConfigProblem';
}

/** All variables. Throws a ConfigProblem when a reference leads nowhere. */
export function* environmentOf(
  pod: Pod,
  container: Container,
  facts: EnvironmentFacts,
): Story<Record<string, string>> {
  const namespace = pod.metadata.namespace ?? 'default';
  const env: Record<string, string> = { ...facts.services };
  for (const { prefix = '', configMapRef, secretRef } of container.envFrom ?? []) {
    const ref = configMapRef ?? secretRef;
    if (ref === undefined) continue;
    const data =
      configMapRef === undefined
        ? secretData(yield* facts.secret(namespace, ref.name ?? ''))
        : configMapData(yield* facts.configMap(namespace, ref.name ?? ''));
    if (typeof data === 'string') {
      if (ref.optional) continue;
      throw new ConfigProblem(data);
    }
    for (const key in data) env[prefix + key] = data[key] ?? '';
  }
  for (const variable of container.env ?? []) {
    const value = yield* valueOf(pod, container, variable, env, facts);
    if (value !== undefined) env[variable.name] = value;
  }
  return env;
}

function* valueOf(
  pod: Pod,
  container: Container,
  { value, valueFrom }: EnvVar,
  env: Readonly<Record<string, string>>,
  facts: EnvironmentFacts,
): Story<string | undefined> {
  if (valueFrom === undefined) return expand(value ?? '', (name) => env[name]);
  const { fieldRef, resourceFieldRef } = valueFrom;
  if (fieldRef !== undefined) return fieldOf(pod, fieldRef.fieldPath, facts);
  if (resourceFieldRef !== undefined) {
    return resourceOf(pod, container, resourceFieldRef, facts.allocatable);
  }
  return yield* keyOf(pod.metadata.namespace ?? 'default', valueFrom, facts);
}

function* keyOf(
  namespace: string,
  { configMapKeyRef, secretKeyRef }: EnvVarSource,
  facts: EnvironmentFacts,
): Story<string | undefined> {
  const ref = configMapKeyRef ?? secretKeyRef;
  if (ref === undefined) return '';
  const name = ref.name ?? '';
  const data =
    configMapKeyRef === undefined
      ? secretData(yield* facts.secret(namespace, name))
      : configMapData(yield* facts.configMap(namespace, name));
  const kind = configMapKeyRef === undefined ? 'Secret' : 'ConfigMap';
  if (typeof data === 'string') {
    if (ref.optional) return undefined;
    throw new ConfigProblem(data);
  }
  const value = data[ref.key];
  if (value === undefined && !ref.optional) {
    throw new ConfigProblem(`couldn't find key ${ref.key} in ${kind} ${namespace}/${name}`);
  }
  return value;
}

/** A ConfigMap's texts; or why there are none. */
export const configMapData = (
  object: ConfigMap | string,
): Readonly<Record<string, string>> | string =>
  typeof object === 'string' ? object : { ...object.data };

/** A Secret's texts, decoded; or why there are none. */
export function secretData(object: Secret | string): Readonly<Record<string, string>> | string {
  if (typeof object === 'string') return object;
  const data: Record<string, string> = {};
  for (const key in object.data) data[key] = decodeBase64(object.data[key] ?? '') ?? '';
  return data;
}

/** A field of the Pod for the downward API. */
export function fieldOf(
  pod: Pod,
  path: string,
  facts: Pick<EnvironmentFacts, 'nodeName' | 'hostIp' | 'podIp'>,
): string {
  const subscript = /^metadata\.(labels|annotations)\['(.*)'\]$/.exec(path);
  if (subscript !== null) {
    return pod.metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2] ?? ''] ?? '';
  }
  switch (path) {
    case 'metadata.name':
      return pod.metadata.name;
    case 'metadata.namespace':
      return pod.metadata.namespace ?? '';
    case 'metadata.uid':
      return pod.metadata.uid;
    case 'metadata.labels':
      return formatMap(pod.metadata.labels);
    case 'metadata.annotations':
      return formatMap(pod.metadata.annotations);
    case 'spec.nodeName':
      return facts.nodeName;
    case 'spec.serviceAccountName':
      return pod.spec?.serviceAccountName ?? '';
    case 'status.hostIP':
    case 'status.hostIPs':
      return facts.hostIp;
    case 'status.podIP':
    case 'status.podIPs':
      return pod.spec?.hostNetwork ? facts.hostIp : facts.podIp;
    default:
      return '';
  }
}

/** `a="b"` a line, keys in order. */
const formatMap = (map: Readonly<Record<string, string>> = {}): string =>
  Object.keys(map)
    .sort()
    .map((key) => `${key}=${JSON.stringify(map[key])}`)
    .join('\n');

/** A request or limit of a container, in the asked unit. */
export function resourceOf(
  pod: Pod,
  own: Container,
  { containerName, resource, divisor }: ResourceFieldSelector,
  allocatable: Readonly<Record<string, number>>,
): string {
  const container =
    containerName === undefined || containerName === ''
      ? own
      : ([...(pod.spec?.containers ?? []), ...(pod.spec?.initContainers ?? [])].find(
          ({ name }) => name === containerName,
        ) ?? own);
  const [side = '', name = ''] = splitOnce(resource);
  const list = container.resources?.[side as 'limits' | 'requests'];
  const text = list?.[name];
  const amount =
    text === undefined ? (side === 'limits' ? (allocatable[name] ?? 0) : 0) : amountOf(name, text);
  const unit = divisor === undefined || divisor === '0' || divisor === '' ? '1' : divisor;
  const nanos = Number(parseQuantity(unit).nanos);
  const value = amount * (name === 'cpu' ? 1e6 : 1e9);
  return String(Math.ceil(value / nanos));
}

const splitOnce = (text: string): string[] => {
  const dot = text.indexOf('.');
  return [text.slice(0, dot), text.slice(dot + 1)];
};

/** Variables of Services, as Docker links had them: `WEB_SERVICE_HOST`, `WEB_PORT_80_TCP`… */
export function serviceVariables(services: readonly Service[]): Record<string, string> {
  const env: Record<string, string> = {};
  for (const { metadata, spec } of services) {
    const ip = spec?.clusterIP;
    const [first] = spec?.ports ?? [];
    if (!ip || ip === 'None' || first === undefined) continue;
    const name = variableName(metadata.name);
    env[`${name}_SERVICE_HOST`] = ip;
    env[`${name}_SERVICE_PORT`] = String(first.port);
    for (const port of spec?.ports ?? []) {
      if (port.name) env[`${name}_SERVICE_PORT_${variableName(port.name)}`] = String(port.port);
    }
    (spec?.ports ?? []).forEach(({ port, protocol = 'TCP' }, i) => {
      const lower = protocol.toLowerCase();
      const url = `${lower}://${ip}:${port}`;
      if (i === 0) env[`${name}_PORT`] = url;
      const prefix = `${name}_PORT_${port}_${protocol}`;
      env[prefix] = url;
      env[`${prefix}_PROTO`] = lower;
      env[`${prefix}_PORT`] = String(port);
      env[`${prefix}_ADDR`] = ip;
    });
  }
  return env;
}

const variableName = (name: string): string => name.replaceAll('-', '_').toUpperCase();
