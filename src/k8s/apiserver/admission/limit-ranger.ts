/**
 * A namespace's LimitRanges: containers that say nothing get their defaults, and what asks for too
 * little or too much is refused. Follows plugin/pkg/admission/limitranger/admission.go. Simplified:
 * Go looks at a map's resources in any order; here it is by name.
 */
import { aggregateText } from '../../../api/field.ts';
import type { ApiObject } from '../../../api/object.ts';
import type {
  Container,
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
} from '../../../api/types.gen.ts';
import { type Need, itemProblems, podNeeds } from './limits.ts';
import { objectsOf } from './namespace-contents.ts';
import type { Attributes, Plugin } from './plugin.ts';
import { refuse } from './refusal.ts';

const annotation = 'kubernetes.io/limit-ranger';

export const limitRanger: Plugin = {
  name: 'LimitRanger',
  handles: ({ operation, resource: { kind }, subresource = '' }) =>
    kind.group === '' &&
    subresource === '' &&
    (kind.kind === 'Pod'
      ? operation === 'CREATE'
      : kind.kind === 'PersistentVolumeClaim' && operation !== 'DELETE'),
  // oxlint-disable-next-line require-yield -- plugins are stories, whether or not they have to wait
  *admit(attributes, object) {
    if (object.kind !== 'Pod') return object;
    return rangesOf(attributes).reduce(withDefaults, object as Pod) as ApiObject;
  },
  // oxlint-disable-next-line require-yield -- as above
  *validate(attributes) {
    if (attributes.previous?.metadata.deletionTimestamp !== undefined) return;
    const { object } = attributes;
    for (const range of rangesOf(attributes)) {
      const problems = (range.spec?.limits ?? []).flatMap((item) =>
        problemsOf(item, object as Pod | PersistentVolumeClaim),
      );
      if (problems.length > 0) refuse(attributes, aggregateText(problems));
    }
  },
};

const rangesOf = ({ x }: Attributes): readonly LimitRange[] =>
  objectsOf<LimitRange>(x.server, 'limitranges', x.route.namespace);

function problemsOf(item: LimitRangeItem, object: Pod | PersistentVolumeClaim): readonly string[] {
  if (object.kind === 'PersistentVolumeClaim') {
    if (item.type !== 'PersistentVolumeClaim') return [];
    const requests = (object as PersistentVolumeClaim).spec?.resources?.requests ?? {};
    return itemProblems(item, { requests }, 'requests');
  }
  const { spec } = object as Pod;
  if (item.type === 'Pod') return itemProblems(item, podNeeds(spec));
  if (item.type !== 'Container') return [];
  const containers = [...(spec?.containers ?? []), ...(spec?.initContainers ?? [])];
  return containers.flatMap(({ resources }) => itemProblems(item, (resources ?? {}) as Need));
}

/** The Pod with a range's defaults, and the annotation that says which they are. */
function withDefaults(pod: Pod, range: LimitRange): Pod {
  const items = (range.spec?.limits ?? []).filter(({ type }) => type === 'Container');
  const requests = Object.assign({}, ...items.map(({ defaultRequest }) => defaultRequest));
  const limits = Object.assign({}, ...items.map((item) => item.default));
  const notes: string[] = [];
  const complete = (role: string) => (container: Container) =>
    completed(container, { requests, limits }, role, notes);
  const containers = (pod.spec?.containers ?? []).map(complete('container'));
  const initContainers = pod.spec?.initContainers?.map(complete('init container'));
  if (notes.length === 0) return pod;
  const note = `LimitRanger plugin set: ${notes.join('; ')}`;
  return {
    ...pod,
    metadata: {
      ...pod.metadata,
      annotations: { ...pod.metadata.annotations, [annotation]: note },
    },
    spec: {
      ...pod.spec,
      ...(initContainers === undefined ? {} : { initContainers }),
      containers,
    },
  } as Pod;
}

function completed(
  container: Container,
  defaults: Required<Need>,
  role: string,
  notes: string[],
): Container {
  let resources: Need = (container.resources ?? {}) as Need;
  for (const side of ['requests', 'limits'] as const) {
    const own = resources[side] ?? {};
    const missing = Object.keys(defaults[side])
      .filter((name) => own[name] === undefined)
      .sort();
    if (missing.length === 0) continue;
    const added = Object.fromEntries(missing.map((name) => [name, defaults[side][name]]));
    resources = { ...resources, [side]: { ...own, ...added } };
    const what = side === 'requests' ? 'request' : 'limit';
    notes.push(`${missing.join(', ')} ${what} for ${role} ${container.name}`);
  }
  return resources === container.resources ? container : { ...container, resources };
}
