/** Where a kind keeps its Pod spec, and how to change it (polymorphichelpers). */
import type { JsonObject } from '../../api/object.ts';
import type { Container, PodSpec } from '../../api/types.gen.ts';

const paths: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
};
const templated = new Set([
  'Deployment', 'ReplicaSet', 'ReplicationController', 'DaemonSet', 'StatefulSet', 'Job',
]);

/** The path of the Pod spec within an object; undefined when it has none. */
export function podSpecPath(object: JsonObject): readonly string[] | undefined {
  const kind = String(object['kind']);
  return paths[kind] ?? (templated.has(kind) ? ['spec', 'template', 'spec'] : undefined);
}

/** A field deep inside an object. */
export const fieldAt = (object: JsonObject, path: readonly string[]): unknown =>
  path.reduce<unknown>((at, key) => (at as Record<string, unknown> | undefined)?.[key], object);

/** The object with a field deep inside it replaced; `undefined` removes it. */
export function withField(
  object: JsonObject | undefined, [key = '', ...rest]: readonly string[], value: unknown,
): JsonObject {
  const below = rest.length === 0
    ? value : withField(object?.[key] as JsonObject | undefined, rest, value);
  const { [key]: _, ...others } = object ?? {};
  return below === undefined ? others : { ...others, [key]: below as JsonObject };
}

/** The object with its Pod spec changed; undefined when it has none. */
export function mapPodSpec(
  object: JsonObject, change: (spec: PodSpec) => PodSpec,
): JsonObject | undefined {
  const path = podSpecPath(object);
  if (path === undefined) return undefined;
  return withField(object, path, change((fieldAt(object, path) ?? {}) as PodSpec));
}

/** The spec with the containers that `matches` changed, init containers too when asked. */
export function mapContainers(
  spec: PodSpec, matches: (container: Container) => boolean,
  change: (container: Container) => Container,
): PodSpec {
  const each = (list: readonly Container[]) =>
    list.map((container) => (matches(container) ? change(container) : container));
  return {
    ...spec,
    ...(spec.initContainers === undefined ? {} : { initContainers: each(spec.initContainers) }),
    containers: each(spec.containers ?? []),
  };
}
