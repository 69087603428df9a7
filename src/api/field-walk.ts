/**
 * Objects and sets of fields: which fields an object has, which differ between two, how an applied
 * configuration merges into an object, how fields are taken out again.
 * Follows sigs.k8s.io/structured-merge-diff typed (tofieldset, compare, merge, remove).
 */
import { isDeepEqual } from './equal.ts';
import {
  childNode,
  hasMember,
  keyElement,
  leaf,
  makeNode,
  noFields,
  valueElement,
  type FieldSet,
} from './field-sets.ts';
import type { Json, JsonObject } from './object.ts';
import { childOf, fieldsOf, type Schema } from './schema.ts';

type Children = Record<string, FieldSet | undefined>;
type List = readonly Json[];

const isMap = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Owned and replaced as a whole: scalars, atomic structures, whatever has no schema. */
function isAtomic(schema: Schema | undefined): boolean {
  switch (schema?.type) {
    case 'object':
    case 'map':
      return schema.atomic === true;
    case 'list':
      return schema.listType === undefined || schema.listType === 'atomic';
    default:
      return true;
  }
}

/** The path element of a list's item: by its keys, or by its value in a set. */
export function itemElement(list: Schema, item: Json): string {
  if (list.listType !== 'map' || !isMap(item)) return valueElement(item);
  const keys: Record<string, Json> = {};
  for (const key of list.listKeys ?? []) {
    const value = item[key] ?? childOf(list.item, key)?.preset;
    if (value !== undefined) keys[key] = value;
  }
  return keyElement(keys);
}

/** The fields that an object has, as an applied configuration claims them. */
export const fieldSetOf = (schema: Schema, value: JsonObject): FieldSet =>
  collect(schema, value) ?? noFields;

function collect(schema: Schema | undefined, value: Json | undefined): FieldSet | undefined {
  if (isAtomic(schema)) return leaf;
  const children: Children = {};
  if (schema?.type === 'list') {
    if (!Array.isArray(value)) return undefined;
    for (const item of value as List) {
      const node = collect(schema.item, item);
      children[itemElement(schema, item)] = makeNode(true, (node ?? leaf) as Children);
    }
    return makeNode(false, children);
  }
  if (!isMap(value)) return undefined;
  for (const key of Object.keys(value)) {
    const item = value[key];
    if (item === undefined) continue;
    const node = collect(childOf(schema, key), item);
    const isOwn =
      item === null ||
      schema?.type === 'map' ||
      hasMember(node) ||
      (isMap(item) && Object.keys(item).length === 0) ||
      childOf(schema, key) === undefined;
    children[`f:${key}`] = makeNode(isOwn, (node ?? leaf) as Children);
  }
  return makeNode(false, children);
}

export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

type Outcome = keyof Comparison;
type Nodes = Readonly<Partial<Record<Outcome, FieldSet>>>;

const nothing: Nodes = Object.freeze({});

/** What differs between two objects. What is shared by reference costs nothing. */
export function compareObjects(schema: Schema, before: JsonObject, after: JsonObject): Comparison {
  const {
    added = noFields,
    modified = noFields,
    removed = noFields,
  } = compare(schema, before, after);
  return { added, modified, removed };
}

function compare(
  schema: Schema | undefined,
  before: Json | undefined,
  after: Json | undefined,
): Nodes {
  if (before === after) return nothing;
  if (isAtomic(schema) || (isBlank(before) && isBlank(after))) return compareLeaf(before, after);
  const pairs =
    schema?.type === 'list' ? pairItems(schema, before, after) : pairFields(before, after);
  const children: Record<Outcome, Children> = { added: {}, modified: {}, removed: {} };
  for (const [element, old, next] of pairs) {
    const kid = schema?.type === 'list' ? schema.item : childOf(schema, element.slice(2));
    const nodes = compare(kid, old, next);
    for (const outcome of outcomes) {
      if (nodes[outcome] !== undefined) children[outcome][element] = nodes[outcome];
    }
  }
  return gather(children, before === undefined, after === undefined);
}

const outcomes: readonly Outcome[] = ['added', 'modified', 'removed'];

function gather(
  children: Readonly<Record<Outcome, Children>>,
  isAdded: boolean,
  isRemoved: boolean,
): Nodes {
  const nodes: Partial<Record<Outcome, FieldSet>> = {};
  for (const outcome of outcomes) {
    const member = (outcome === 'added' && isAdded) || (outcome === 'removed' && isRemoved);
    const node = makeNode(member, children[outcome]);
    if (node !== undefined) nodes[outcome] = node;
  }
  return nodes;
}

function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

function compareLeaf(before: Json | undefined, after: Json | undefined): Nodes {
  if (before === undefined) return after === undefined ? nothing : { added: leaf };
  if (after === undefined) return { removed: leaf };
  return isDeepEqual(before, after) ? nothing : { modified: leaf };
}

type Pair = readonly [element: string, before: Json | undefined, after: Json | undefined];

function pairFields(before: Json | undefined, after: Json | undefined): Pair[] {
  const [old, next] = [isMap(before) ? before : {}, isMap(after) ? after : {}];
  const pairs: Pair[] = [];
  for (const key in old) {
    if (old[key] !== next[key]) pairs.push([`f:${key}`, old[key], next[key]]);
  }
  for (const key in next) {
    if (old[key] === undefined && next[key] !== undefined) {
      pairs.push([`f:${key}`, undefined, next[key]]);
    }
  }
  return pairs;
}

function pairItems(list: Schema, before: Json | undefined, after: Json | undefined): Pair[] {
  const old = indexItems(list, before);
  const next = indexItems(list, after);
  const pairs: Pair[] = [...old].map(([element, item]) => [element, item, next.get(element)]);
  for (const [element, item] of next) {
    if (!old.has(element)) pairs.push([element, undefined, item]);
  }
  return pairs;
}

function indexItems(list: Schema, value: Json | undefined): Map<string, Json> {
  const items = new Map<string, Json>();
  if (!Array.isArray(value)) return items;
  for (const item of value as List) items.set(itemElement(list, item), item);
  return items;
}

/** The object with an applied configuration merged into it. Shares what does not change. */
export function mergeApplied(
  schema: Schema | undefined,
  live: Json | undefined,
  applied: Json,
): Json {
  if (live === undefined || live === null || isAtomic(schema)) {
    return isDeepEqual(live, applied) ? (live ?? applied) : applied;
  }
  if (schema?.type === 'list' && Array.isArray(live) && Array.isArray(applied)) {
    return mergeItems(schema, live as List, applied as List);
  }
  if (!isMap(live) || !isMap(applied)) return applied;
  let merged: Record<string, Json> | undefined;
  for (const key of Object.keys(applied)) {
    const value = applied[key];
    if (value === undefined) continue;
    const after = mergeApplied(childOf(schema, key), live[key], value);
    if (after === live[key]) continue;
    merged ??= { ...live } as Record<string, Json>;
    merged[key] = after;
  }
  return merged ?? live;
}

/** Applied items come in the applied order; the others keep their places between them. */
function mergeItems(list: Schema, live: List, applied: List): Json {
  const old = indexItems(list, live);
  const next = indexItems(list, applied);
  const order = [...next.keys()];
  const merged: Json[] = [];
  let at = 0;
  const take = (element: string): void => {
    merged.push(mergeApplied(list.item, old.get(element), next.get(element) ?? null));
  };
  for (const item of live) {
    const element = itemElement(list, item);
    if (!next.has(element)) {
      // What is only applied goes before the next item that is only live.
      while (at < order.length && !old.has(order[at] ?? '')) take(order[at++] ?? '');
      merged.push(item);
    } else if (at < order.length) take(order[at++] ?? '');
  }
  while (at < order.length) take(order[at++] ?? '');
  return merged.length === live.length && merged.every((item, index) => item === live[index])
    ? live
    : merged;
}

/**
 * Takes out what `last` claimed and `owned` (all managers together, the new claim included) does
 * not: fields, map entries and list items that an applier has dropped.
 */
export function removeDropped(
  schema: Schema | undefined,
  value: Json,
  last: FieldSet,
  owned: FieldSet | undefined,
): Json {
  if (schema?.type === 'list' && Array.isArray(value)) {
    const kept = (value as List).map((item) => {
      const element = itemElement(schema, item);
      return keep(schema.item, item, childNode(last, element), childNode(owned, element), false);
    });
    const isSame = kept.every((item, index) => item === (value as List)[index]);
    return isSame ? value : kept.filter((item) => item !== undefined);
  }
  if (!isMap(value)) return value;
  const isStruct = schema?.type === 'object';
  let copy: Record<string, Json> | undefined;
  for (const key of Object.keys(value)) {
    const element = `f:${key}`;
    const after = keep(
      childOf(schema, key),
      value[key] ?? null,
      childNode(last, element),
      childNode(owned, element),
      isStruct && fieldsOf(schema).has(key),
    );
    if (after === value[key]) continue;
    copy ??= { ...value } as Record<string, Json>;
    if (after === undefined) delete copy[key];
    else copy[key] = after;
  }
  return copy ?? value;
}

/** A struct's fields count as claimed as soon as anything below them is. */
function keep(
  schema: Schema | undefined,
  value: Json,
  last: FieldSet | undefined,
  owned: FieldSet | undefined,
  isNamed: boolean,
): Json | undefined {
  if (last === undefined) return value;
  const wasClaimed = isNamed || hasMember(last);
  const isClaimed = hasMember(owned) || (isNamed && owned !== undefined);
  return wasClaimed && !isClaimed ? undefined : removeDropped(schema, value, last, owned);
}
