/**
 * Printer columns out of `additionalPrinterColumns`. Follows apiextensions-apiserver
 * pkg/registry/customresource/tableconvertor/tableconvertor.go.
 */
import type { ApiObject, Json } from '../object.ts';
import type { Cell, Column } from '../kind.ts';
import { since } from '../kinds/columns.ts';
import { ageDescription, nameDescription } from '../kinds/column-descriptions.ts';
import { findAll } from './simple-path.ts';

export interface ColumnDefinition {
  readonly name: string;
  readonly type: string;
  readonly jsonPath: string;
  readonly description?: string;
  readonly format?: string;
  readonly priority?: number;
}

const name: Column<ApiObject> = {
  name: 'Name',
  type: 'string',
  format: 'name',
  priority: 0,
  description: nameDescription,
  cell: ({ metadata }) => metadata.name,
};

/** What there is where a definition names no columns. */
const age: ColumnDefinition = {
  name: 'Age',
  type: 'date',
  jsonPath: '.metadata.creationTimestamp',
  description: ageDescription,
};

export function customColumns(
  definitions: readonly ColumnDefinition[] | undefined,
): readonly Column<ApiObject>[] {
  const own = definitions === undefined || definitions.length === 0 ? [age] : definitions;
  return [name, ...own.map(columnOf)];
}

function columnOf(definition: ColumnDefinition): Column<ApiObject> {
  const { type, jsonPath, format, priority = 0, description } = definition;
  return {
    name: definition.name,
    type: type as Column<ApiObject>['type'],
    ...(format === undefined ? {} : { format }),
    priority,
    description:
      description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    cell: (object, { nowMs }) => {
      const value = findAll(jsonPath, object as unknown as Json)[0];
      return value === undefined ? null : cellOf(type, value, nowMs);
    },
  };
}

/** A value as a column of that type shows it; null if it is of another type. */
function cellOf(type: string, value: Json, nowMs: number): Cell {
  switch (type) {
    case 'string':
      return typeof value === 'string' ? value : value === null ? '<nil>' : JSON.stringify(value);
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    default:
      return typeof value === 'string' ? dateCell(value, nowMs) : null;
  }
}

function dateCell(text: string, nowMs: number): Cell {
  const cell = since(text, nowMs);
  return cell === '<unknown>' && text !== '' ? '<invalid>' : cell;
}
