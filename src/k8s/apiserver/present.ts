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
 * A client that never looks at managedFields says so with this header (`managed-fields: omit`), as
 * controllers throw them away on arrival; then they need not be worked out.
 */
const omitHeader = 'managed-fields';

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

/** The object as this client sees it. */
export function shown(x: Exchange, { object, history }: Entry): ApiObject {
  return header(x, omitHeader) === 'omit' ? object : withHistory(object, history);
}

/** One object as an answer's body. */
export function present(x: Exchange, resource: Resource, entry: Entry): Json {
  const form = formOf(x);
  if (form === 'object') return shown(x, entry) as unknown as Json;
  if (form === 'metadata') return partialObject(shown(x, entry).metadata);
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
  x: Exchange, resource: Resource, entries: readonly Entry[], metadata: ListMetadata,
): Json {
  const form = formOf(x);
  const listMetadata = metadata as unknown as JsonObject;
  if (form === 'table') return tableOf(x, resource, entries, listMetadata);
  if (form === 'metadata') {
    return {
      kind: 'PartialObjectMetadataList', apiVersion: 'meta.k8s.io/v1', metadata: listMetadata,
      items: entries.map((entry) => partialObject(shown(x, entry).metadata)),
    };
  }
  const items = header(x, omitHeader) === 'omit'
    ? entries.map(({ object }) => object) : entries.map((entry) => shown(x, entry));
  return {
    kind: `${resource.kind.kind}List`, apiVersion: resource.apiVersion,
    metadata: listMetadata, items: items as unknown as Json[],
  };
}

/** A Table of entries; in a watch only the first says what the columns are. */
export function tableOf(
  x: Exchange, resource: Resource, entries: readonly Entry[], metadata: JsonObject,
  withoutColumns = false,
): Json {
  const include = (param(x, 'includeObject') || 'Metadata') as IncludeObject;
  const objects = entries.map((entry) => shown(x, entry));
  return buildTable(resource.kind, objects, {
    nowMs: x.server.site.clock, includeObject: include, metadata, withoutColumns,
  }) as unknown as Json;
}
