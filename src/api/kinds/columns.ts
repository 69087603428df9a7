/**
 * The words in which kinds declare their printer columns, and the texts that several cells share.
 * Follows pkg/printers/internalversion/printers.go.
 */
import { parseTime } from '../../kernel/calendar.ts';
import { humanDuration } from '../duration.ts';
import type { Cell, Column, ColumnContext } from '../kind.ts';
import type { ApiObject } from '../object.ts';
import { ParseError } from '../parse-error.ts';
import {
  formatLabels as formatPairs, formatSelector as formatSelectorText, toSelector,
  type LabelSelectorObject,
} from '../selectors.ts';
import { ageDescription, columnDescriptions, nameDescription } from './column-descriptions.ts';

/** A column before it knows its kind: `describe` adds the description. */
export type PlainColumn<T> = Omit<Column<T>, 'description'>;

type CellOf<T> = (object: T, context: ColumnContext) => Cell;

/** A column that plain `kubectl get` shows. */
export const text = <T>(name: string, cell: CellOf<T>): PlainColumn<T> => ({
  name,
  type: 'string',
  priority: 0,
  cell,
});

/** A whole number. */
export const integer = <T>(name: string, cell: CellOf<T>): PlainColumn<T> => ({
  name,
  type: 'integer',
  priority: 0,
  cell,
});

export const boolean = <T>(name: string, cell: CellOf<T>): PlainColumn<T> => ({
  name,
  type: 'boolean',
  priority: 0,
  cell,
});

/** Shown by `-o wide` only. */
export const wide = <T>(name: string, cell: CellOf<T>): PlainColumn<T> => ({
  ...text(name, cell),
  priority: 1,
});

/** The first column of nearly every kind. */
export const nameColumn: PlainColumn<ApiObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  cell: ({ metadata }) => metadata.name,
};

export const ageColumn: PlainColumn<ApiObject> = text('Age', ({ metadata }, { nowMs }) =>
  since(metadata.creationTimestamp, nowMs),
);

/** What kinds without a printer of their own show: the moment, which kubectl does not shorten. */
export const creationTimeColumn: PlainColumn<ApiObject> = {
  name: 'Created At',
  type: 'date',
  priority: 0,
  cell: ({ metadata }) => metadata.creationTimestamp,
};

/** Adds to each column what upstream says of it; `resource` is `plural.group`. */
export function describeColumns<T extends ApiObject>(
  resource: string,
  columns: readonly PlainColumn<T>[],
): readonly Column<T>[] {
  const texts = columnDescriptions[resource] ?? {};
  return columns.map((column) => ({ ...column, description: describe(texts, column.name) }));
}

function describe(texts: Readonly<Record<string, string>>, name: string): string {
  const own = texts[name];
  if (own !== undefined) return own;
  if (name === 'Name') return nameDescription;
  return name === 'Age' || name === 'Created At' ? ageDescription : '';
}

/** The time since an RFC 3339 moment, for people. */
export function since(time: string | undefined | null, nowMs: number): string {
  if (time === undefined || time === null || time === '') return '<unknown>';
  const moment = parseTime(time);
  return moment === undefined ? '<unknown>' : humanDuration(nowMs - moment);
}

/** `app=web,tier=front`, sorted, or `<none>`. */
export const formatLabels = (labels: Readonly<Record<string, string>> | undefined): string =>
  formatPairs(labels) || '<none>';

/** A label selector as tables show it; `<none>` for one that asks for nothing. */
export { formatLabelSelector as formatSelector } from '../selectors.ts';

/** A label selector as `labelSelector=` takes it: requirements sorted by key. */
export function selectorQuery(selector: LabelSelectorObject): string {
  try {
    return formatSelectorText(toSelector(selector));
  } catch (problem) {
    // As `get deployments -o wide` shows a selector that makes no sense.
    if (problem instanceof ParseError) return '<invalid>';
    throw problem;
  }
}

/** At most `max` items and how many more there are. */
export function listWithMore(items: readonly string[], max: number, empty: string): string {
  if (items.length === 0) return empty;
  const shown = items.slice(0, max).join(',');
  return items.length > max ? `${shown} + ${items.length - max} more...` : shown;
}

interface Template {
  readonly spec?:
    | { readonly containers: readonly { readonly name: string; readonly image?: string }[] }
    | undefined;
}

/** CONTAINERS and IMAGES of a Pod template. */
export function containerColumns<T>(
  templateOf: (object: T) => Template | undefined,
): readonly [PlainColumn<T>, PlainColumn<T>] {
  const containers = (object: T) => templateOf(object)?.spec?.containers ?? [];
  return [
    wide('Containers', (object) => containers(object).map(({ name }) => name).join(',')),
    wide('Images', (object) => containers(object).map(({ image }) => image ?? '').join(',')),
  ];
}
