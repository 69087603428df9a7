/**
 * Strategic merge as kustomize does it: lists with merge keys put the patch's items first, nulls
 * and `$patch: delete` take away. Differs from the API server's in the order of lists.
 * Follows kustomize kyaml/yaml/merge2, kyaml/yaml/walk.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { type Schema, childOf } from '../../../api/schema.ts';
import { failed } from '../errors.ts';
import { isList } from '../printers/json.ts';
import { yamlText } from '../printers/yaml.ts';

type List = readonly Json[];
const directiveKey = '$patch';

/** The value with the patch on it; undefined when the patch takes it away. */
export function mergeInto(
  value: Json | undefined, patch: Json | undefined, schema: Schema | undefined,
): Json | undefined {
  if (patch === undefined) return value;
  if (patch === null) return undefined;
  const isNew = value === undefined || value === null;
  if (!isNew && shapeOf(value) !== shapeOf(patch)) {
    throw failed(`wrong node kind: expected ${shapeOf(value)} but got ${shapeOf(patch)}: ` +
      `node contents:\n${yamlText(patch)}`);
  }
  if (isList(patch)) return mergeList(isNew ? undefined : (value as List), patch, schema);
  if (typeof patch !== 'object') return patch;
  return mergeMap(isNew ? undefined : (value as JsonObject), patch, schema);
}

function shapeOf(value: Json): string {
  if (isList(value)) return 'SequenceNode';
  return value !== null && typeof value === 'object' ? 'MappingNode' : 'ScalarNode';
}

function mergeMap(
  value: JsonObject | undefined, patch: JsonObject, schema: Schema | undefined,
): JsonObject | undefined {
  const { [directiveKey]: directive, ...rest } = patch;
  if (directive === 'delete') return undefined;
  check(directive);
  const merged = (directive === 'replace' ? {} : { ...value }) as Record<string, Json>;
  for (const key of Object.keys(rest)) {
    const after = mergeInto(merged[key], rest[key], childOf(schema, key));
    if (after === undefined) delete merged[key];
    else merged[key] = after;
  }
  return merged;
}

function check(directive: Json | undefined): void {
  if (directive === undefined || directive === 'replace' || directive === 'merge') return;
  throw failed(`unknown patch strategy '${String(directive)}'`);
}

function mergeList(
  value: List | undefined, patch: List, schema: Schema | undefined,
): List | undefined {
  if (schema?.strategy !== 'merge') return patch;
  const directive = patch.map(directiveOf).find((found) => found !== undefined);
  if (directive === 'delete') return undefined;
  check(directive);
  const items = patch.filter((item) => directiveOf(item) === undefined);
  const before = directive === 'replace' ? [] : (value ?? []);
  const keys = schema.listKeys ?? (schema.mergeKey === undefined ? [] : [schema.mergeKey]);
  if (keys.length === 0) return [...new Set([...items, ...before])];
  return mergeItems(before, items, { keys, item: schema.item });
}

/** An item that is a directive for the whole list. */
function directiveOf(item: Json): string | undefined {
  if (item === null || typeof item !== 'object' || isList(item)) return undefined;
  return Object.keys(item).length === 1 ? (item[directiveKey] as string | undefined) : undefined;
}

interface Merging {
  readonly keys: readonly string[];
  readonly item: Schema | undefined;
}

function mergeItems(before: List, patch: List, { keys, item }: Merging): List {
  const maps = [...patch, ...before] as readonly JsonObject[];
  // Keys that no item has tell nothing apart: ports without a protocol.
  const used = keys.filter((key) => maps.some((one) => one[key] !== undefined));
  const isSame = (a: Json, b: Json): boolean => {
    let isShared = false;
    for (const key of used) {
      const [x, y] = [(a as JsonObject)[key], (b as JsonObject)[key]];
      if (x === undefined || y === undefined) continue;
      if (String(x) !== String(y)) return false;
      isShared = true;
    }
    return isShared;
  };
  const rest = [...before];
  const first: Json[] = [];
  const placed = new Map<number, Json>();
  for (const change of patch) {
    const at = before.findIndex((one, i) => rest[i] !== undefined && isSame(one, change));
    const merged = mergeInto(before[at], change, item);
    if (at >= 0) delete rest[at];
    if (merged === undefined) continue;
    // Items with two keys that are there already keep their places.
    if (at >= 0 && used.length > 1) placed.set(at, merged);
    else first.push(merged);
  }
  const kept = before.flatMap((_, i): List => {
    const one = placed.get(i) ?? rest[i];
    return one === undefined ? [] : [one];
  });
  return [...first, ...kept];
}
