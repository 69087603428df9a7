/**
 * Tables as `kubectl get` prints them: the server gives columns and cells, kubectl adds namespace,
 * kind, labels and event types. Follows cli-runtime pkg/printers/tableprinter.go.
 */
import type { Json, JsonObject, ObjectMeta } from '../../../api/object.ts';
import type { TabWriter } from './tab-writer.ts';

export interface TableColumn {
  readonly name: string;
  readonly type: string;
  readonly format?: string;
  readonly priority?: number;
}

export interface TableRow {
  readonly cells: readonly Json[];
  readonly object?: JsonObject;
}

export interface Table {
  readonly columns: readonly TableColumn[];
  readonly rows: readonly TableRow[];
}

export interface TableOptions {
  readonly isWide?: boolean;
  readonly noHeaders?: boolean;
  readonly withNamespace?: boolean;
  /** `deployment.apps`: put before names. */
  readonly withKind?: string;
  readonly showLabels?: boolean;
  readonly labelColumns?: readonly string[];
  /** Puts an EVENT column first. */
  readonly event?: string;
}

export const isTable = (body: JsonObject): boolean => body['kind'] === 'Table';

export const readTable = (body: JsonObject): Table => ({
  columns: (body['columnDefinitions'] ?? []) as unknown as readonly TableColumn[],
  rows: (body['rows'] ?? []) as unknown as readonly TableRow[],
});

/** Without a server's table, names and ages are all that kubectl knows. */
export function plainTable(objects: readonly JsonObject[], ageOf: (at: string) => string): Table {
  const columns = [
    { name: 'Name', type: 'string', format: 'name' },
    { name: 'Age', type: 'string' },
  ];
  const rows = objects.map((object) => {
    const { name, creationTimestamp } = (object['metadata'] ?? {}) as unknown as ObjectMeta;
    return { cells: [name, ageOf(creationTimestamp)], object };
  });
  return { columns, rows };
}

/** Prints tables one after another; headers are repeated only when the columns change. */
export class TablePrinter {
  private readonly options: TableOptions;
  private columns: readonly TableColumn[] = [];
  private hasHeaders = false;

  constructor(options: TableOptions) {
    this.options = options;
  }

  print(table: Table, writer: TabWriter, event?: string): void {
    const columns = table.columns.length === 0 ? this.columns : table.columns;
    if (!sameColumns(columns, this.columns)) {
      this.columns = columns;
      this.hasHeaders = false;
    }
    const noHeaders = this.options.noHeaders === true || this.hasHeaders;
    if (table.rows.length === 0) return;
    this.hasHeaders = true;
    const options = { ...this.options, ...(event === undefined ? {} : { event }) };
    if (!noHeaders) writer.write(`${headers(columns, options).join('\t')}\n`);
    for (const row of table.rows) writer.write(`${cells(columns, row, options).join('\t')}\n`);
  }
}

const sameColumns = (a: readonly TableColumn[], b: readonly TableColumn[]): boolean =>
  a.length === b.length && a.every(({ name }, i) => name === b[i]?.name);

const isShown = ({ priority = 0 }: TableColumn, { isWide }: TableOptions): boolean =>
  isWide === true || priority === 0;

function headers(columns: readonly TableColumn[], options: TableOptions): readonly string[] {
  return [
    ...(options.event === undefined ? [] : ['EVENT']),
    ...(options.withNamespace === true ? ['NAMESPACE'] : []),
    ...columns.filter((column) => isShown(column, options)).map(({ name }) => name.toUpperCase()),
    ...(options.labelColumns ?? []).map((label) => label.slice(label.lastIndexOf('/') + 1).toUpperCase()),
    ...(options.showLabels === true ? ['LABELS'] : []),
  ];
}

function cells(
  columns: readonly TableColumn[], row: TableRow, options: TableOptions,
): readonly string[] {
  const metadata = (row.object?.['metadata'] ?? {}) as unknown as Partial<ObjectMeta>;
  const labels = metadata.labels ?? {};
  const shown = columns.flatMap((column, i) => {
    if (!isShown(column, options)) return [];
    const isName = column.format === 'name' && column.type === 'string';
    const text = cellText(row.cells[i]);
    return [isName && options.withKind !== undefined ? `${options.withKind}/${text}` : text];
  });
  return [
    ...(options.event === undefined ? [] : [options.event.padEnd(8)]),
    ...(options.withNamespace === true ? [metadata.namespace ?? ''] : []),
    ...shown,
    ...(options.labelColumns ?? []).map((label) => labels[label] ?? ''),
    ...(options.showLabels === true ? [labelText(labels)] : []),
  ];
}

/** A cell on one line: what follows a line break is dropped. */
function cellText(cell: Json | undefined): string {
  if (cell === null || cell === undefined) return '';
  const text = typeof cell === 'string' ? cell : JSON.stringify(cell);
  const end = text.search(/[\f\n\r]/);
  return end < 0 ? text : `${text.slice(0, end)}...`;
}

/** `a=1,b=2` in the keys' order, or `<none>`. */
export const labelText = (labels: Readonly<Record<string, string>> | undefined): string =>
  labels === undefined || Object.keys(labels).length === 0
    ? '<none>'
    : Object.keys(labels).sort().map((key) => `${key}=${labels[key] ?? ''}`).join(',');
