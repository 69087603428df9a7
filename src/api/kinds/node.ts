import { defineKind } from '../kind.ts';
import type { Node } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text, wide } from './columns.ts';
import { validateNode } from './node-validation.ts';
import { fillAbsent, mapField, withField } from './path-copy.ts';
import { canonicalResources } from './resource-list.ts';
import { storedVerbs } from './strategy.ts';

export const node = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  singular: 'node',
  shortNames: ['no'],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: ['proxy', 'status'],
  schema: 'io.k8s.api.core.v1.Node',
  defaults: (object) =>
    withField(fillAbsent(object, { spec: {} }), 'status', statusDefaults(object.status ?? {})),
  // A kubelet registers with its status, so a new Node keeps what it came with.
  prepare: (next, previous, subresource) => {
    if (previous === undefined) return next;
    return subresource === 'status'
      ? withField(next, 'spec', previous.spec!)
      : withField(next, 'status', previous.status!);
  },
  validate: validateNode,
  selectableFields: ({ spec }) => ({ 'spec.unschedulable': String(spec?.unschedulable ?? false) }),
  columns: describeColumns<Node>('nodes', [
    nameColumn,
    text('Status', statusText),
    text('Roles', (object) => nodeRoles(object).join(',') || '<none>'),
    ageColumn,
    text('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? ''),
    wide('Internal-IP', (object) => nodeAddress(object, 'InternalIP') ?? '<none>'),
    wide('External-IP', (object) => nodeAddress(object, 'ExternalIP') ?? '<none>'),
    wide('OS-Image', ({ status }) => status?.nodeInfo?.osImage || '<unknown>'),
    wide('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>'),
    wide(
      'Container-Runtime',
      ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>',
    ),
  ]),
});

type Status = NonNullable<Node['status']>;

/** What can be allotted is all there is, until the kubelet says less. */
function statusDefaults(status: Status): Status {
  const canonical = mapField(
    mapField(status, 'capacity', canonicalResources),
    'allocatable',
    canonicalResources,
  );
  const { capacity } = canonical;
  return capacity === undefined ? canonical : fillAbsent(canonical, { allocatable: capacity });
}

function statusText({ spec, status }: Node): string {
  const ready = status?.conditions?.find(({ type }) => type === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready.status === 'True' ? 'Ready' : 'NotReady';
  return spec?.unschedulable === true ? `${text},SchedulingDisabled` : text;
}

const rolePrefix = 'node-role.kubernetes.io/';

/** From `node-role.kubernetes.io/<role>` and `kubernetes.io/role` labels, sorted. */
export function nodeRoles({ metadata }: Node): readonly string[] {
  const roles = new Set<string>();
  for (const [key, value] of Object.entries(metadata.labels ?? {})) {
    if (key.startsWith(rolePrefix)) roles.add(key.slice(rolePrefix.length));
    else if (key === 'kubernetes.io/role') roles.add(value);
  }
  roles.delete('');
  return [...roles].sort();
}

/** The first address of a type, e.g. `InternalIP`. */
export const nodeAddress = ({ status }: Node, type: string): string | undefined =>
  status?.addresses?.find((address) => address.type === type)?.address;
