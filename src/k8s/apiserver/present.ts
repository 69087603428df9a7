/**
 * How objects go out: as they are, without managedFields, as metadata alone, or as a Table.
 * Follows apiserver pkg/endpoints/handlers/response.go and handlers/negotiation.
 */
import type { ApiObject, Json, JsonObject } from '../../api/object.ts';
import { type IncludeObject, buildTable, partialObject } from '../../api/table.ts';
import { type Exchange, header, param } from './exchange.ts';
import { withHistory } from './field-history.ts';
import type { Resource } from './resource.ts';
import type { Entry } from './stored.ts';

export type Form = 'object' | 'table' | 'metadata';

/**
 * The cluster's own programs never look at managedFields (upstream's controllers throw them away
 * on arrival), so for them they are not worked out. Any other client can say the same with the
 * header `managed-fields: omit`.
 */
const indifferent = new Set([
  'kubelet',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'flanneld',
  'coredns',
  'kube-apiserver',
  'cloud-controller-manager',
  'kubeadm',
  'metrics-server',
]);
const known = new Map<string, boolean>();

function wantsHistory({ request: { headers } }: Exchange): boolean {
  if (headers?.['managed-fields'] === 'omit') return false;
  const agent = headers?.['user-agent'] ?? '';
  const kept = known.get(agent);
  if (kept !== undefined) return kept;
  const name = agent.split('/')[0] as string;
  const wants = !indifferent.has(name);
  // Agents are few; a flood of invented ones is forgotten.
  if (known.size > 1_000) known.clear();
  known.set(agent, wants);
  return wants;
}

/** What the Accept header asks for: the first form in it that we know. */
export function formOf(x: Exchange): Form {
  const accept = header(x, 'accept');
  if (!accept.includes('as=')) return 'object';
  for (const type of accept.split(',')) {
    const as = /;\s*as=(\w+)/.exec(type)?.[1];
    if (as === undefined) return 'object';
    if (as === 'Table') return 'table';
    if (as.startsWith('PartialObjectMetadata')) return 'metadata';
  }
  return 'object';
}

/** A stored object in the version that this resource serves. */
export const asServed = ({ kind, isAlias }: Resource, object: ApiObject): ApiObject =>
  isAlias ? (kind.storedAs?.fromStored(object) ?? object) : object;

/** The object as this client sees it. */
export function shown(x: Exchange, resource: Resource, { object, history }: Entry): ApiObject {
  const served = asServed(resource, object);
  return wantsHistory(x) ? withHistory(served, history) : served;
}

/** One object as an answer's body. */
export function present(x: Exchange, resource: Resource, entry: Entry): Json {
  const form = formOf(x);
  if (form === 'object') return shown(x, resource, entry) as unknown as Json;
  if (form === 'metadata') return partialObject(shown(x, resource, entry).metadata);
  const metadata = { resourceVersion: entry.object.metadata.resourceVersion };
  return tableOf(x, resource, [entry], metadata);
}

export interface ListMetadata {
  readonly resourceVersion: string;
  readonly continue?: string;
  readonly remainingItemCount?: number;
}

/** A list as an answer's body. */
export function presentList(
  x: Exchange,
  resource: Resource,
  entries: readonly Entry[],
  metadata: ListMetadata,
): Json {
  const form = formOf(x);
  const listMetadata = metadata as unknown as JsonObject;
  if (form === 'table') return tableOf(x, resource, entries, listMetadata);
  if (form === 'metadata') {
    return {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata: listMetadata,
      items: entries.map((entry) => partialObject(shown(x, resource, entry).metadata)),
    };
  }
  const items = wantsHistory(x)
    ? entries.map((entry) => shown(x, resource, entry))
    : entries.map(({ object }) => asServed(resource, object));
  return {
    kind: resource.kind.custom?.listKind ?? `${resource.kind.kind}List`,
    apiVersion: resource.apiVersion,
    metadata: listMetadata,
    items: items as unknown as Json[],
  };
}

/** A Table of entries; in a watch only the first says what the columns are. */
export function tableOf(
  x: Exchange,
  resource: Resource,
  entries: readonly Entry[],
  metadata: JsonObject,
  withoutColumns = false,
): Json {
  const include = (param(x, 'includeObject') || 'Metadata') as IncludeObject;
  // Cells are of the stored version, as upstream's printers know one version only.
  const { store } = resource;
  const table = buildTable(
    store.kind,
    entries.map((entry) => shown(x, store, entry)),
    { nowMs: x.server.site.clock, includeObject: include, metadata, withoutColumns },
  );
  if (!resource.isAlias || include !== 'Object') return table as unknown as Json;
  const rows = table.rows.map(({ cells }, at) => ({
    cells,
    object: shown(x, resource, entries[at] as Entry),
  }));
  return { ...table, rows } as unknown as Json;
}
