/**
 * meta.k8s.io/v1 Tables: what `kubectl get` shows. Columns come from the kind's literal.
 * Follows apiserver pkg/endpoints/handlers/response.go and pkg/printers/tablegenerator.go.
 */
import type { Cell, ColumnContext, Kind } from './kind.ts';
import type { ApiObject, JsonObject, ObjectMeta } from './object.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format: string;
  readonly description: string;
  readonly priority: number;
}

export interface TableRow {
  readonly cells: readonly Cell[];
  readonly object?: JsonObject;
}

export interface Table {
  readonly kind: 'Table';
  readonly apiVersion: 'meta.k8s.io/v1';
  readonly metadata: JsonObject;
  readonly columnDefinitions: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

/** How much of each object a row carries. */
export type IncludeObject = 'None' | 'Metadata' | 'Object';

export interface TableOptions extends ColumnContext {
  readonly includeObject?: IncludeObject;
  /** The list's metadata: resourceVersion, continue, remainingItemCount. */
  readonly metadata?: JsonObject;
  /** In a watch only the first event of a table says what the columns are. */
  readonly withoutColumns?: boolean;
}

/** The columns of a kind, as they stand in a Table. */
export const tableColumns = (kind: Kind): readonly TableColumn[] =>
  kind.columns.map(({ name, type, format = '', description, priority }) => ({
    name,
    type,
    format,
    description,
    priority,
  }));

/** A Table of some objects of one kind. */
export function buildTable(
  kind: Kind,
  objects: readonly ApiObject[],
  options: TableOptions,
): Table {
  const { includeObject = 'Metadata', metadata = {}, withoutColumns = false } = options;
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: withoutColumns ? [] : tableColumns(kind),
    rows: objects.map((object) => buildRow(kind, object, options, includeObject)),
  };
}

function buildRow(
  kind: Kind,
  object: ApiObject,
  context: ColumnContext,
  include: IncludeObject,
): TableRow {
  const cells = kind.columns.map(({ cell }) => cell(object, context));
  if (include === 'None') return { cells };
  const whole = object as unknown as JsonObject;
  return { cells, object: include === 'Object' ? whole : partialObject(object.metadata) };
}

/** PartialObjectMetadata: identity and labels without the rest. */
export const partialObject = (metadata: ObjectMeta): JsonObject => ({
  kind: 'PartialObjectMetadata',
  apiVersion: 'meta.k8s.io/v1',
  metadata: metadata as unknown as JsonObject,
});
