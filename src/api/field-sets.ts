/**
 * Sets of fields, in the very form in which managedFields carry them (FieldsV1): a tree whose keys
 * are `f:name` (field), `k:{"name":"a"}` (list item by key), `v:"x"` (item of a set). A node is in
 * the set itself if it is empty or has the key `.`. Nodes are shared and never changed.
 * Follows sigs.k8s.io/structured-merge-diff fieldpath.
 */
import { goQuote } from './go-text.ts';
import type { Json, JsonObject } from './object.ts';

/** A node of the tree; at the root the whole set. */
export type FieldSet = JsonObject;

export const leaf: FieldSet = Object.freeze({});
export const noFields: FieldSet = leaf;

const isMember = (node: FieldSet): boolean => {
  for (const key in node) if (key !== '.') return node['.'] !== undefined;
  return true;
};

const below = (node: FieldSet | undefined, key: string): FieldSet | undefined =>
  node?.[key] as FieldSet | undefined;

/** A node with these children; undefined if that would be nothing at all. */
export function makeNode(
  member: boolean,
  children: Readonly<Record<string, FieldSet | undefined>>,
): FieldSet | undefined {
  const node: Record<string, FieldSet> = {};
  if (member) node['.'] = leaf;
  let count = 0;
  for (const key of Object.keys(children).sort()) {
    const kid = children[key];
    if (kid === undefined || key === '.') continue;
    node[key] = kid;
    count++;
  }
  if (count > 0) return node;
  return member ? leaf : undefined;
}

type Rule = (a: FieldSet | undefined, b: FieldSet | undefined) => FieldSet | undefined;

/** Joins the children of two nodes by a rule; at the root nothing is a member. */
function combine(
  a: FieldSet | undefined,
  b: FieldSet | undefined,
  member: boolean,
  rule: Rule,
): FieldSet | undefined {
  const children: Record<string, FieldSet | undefined> = {};
  for (const key in a) if (key !== '.') children[key] = rule(below(a, key), below(b, key));
  for (const key in b) {
    if (key !== '.' && below(a, key) === undefined) children[key] = rule(undefined, below(b, key));
  }
  return makeNode(member, children);
}

const unionNodes: Rule = (a, b) => {
  if (a === undefined || b === undefined || a === b) return a ?? b;
  return combine(a, b, isMember(a) || isMember(b), unionNodes);
};

const differenceNodes: Rule = (a, b) => {
  if (a === undefined || b === undefined) return a;
  return combine(a, b, isMember(a) && !isMember(b), differenceNodes);
};

const intersectionNodes: Rule = (a, b) => {
  if (a === undefined || b === undefined) return undefined;
  return combine(a, b, isMember(a) && isMember(b), intersectionNodes);
};

const atRoot =
  (rule: Rule) =>
  (a: FieldSet, b: FieldSet): FieldSet =>
    combine(a, b, false, rule) ?? noFields;

/** All that is in one or the other. */
export const union = atRoot(unionNodes);
/** What is in `a` and not in `b`, path by path: what lies below a path of `b` stays. */
export const difference = atRoot(differenceNodes);
/** What is in both. */
export const intersection = atRoot(intersectionNodes);

/** Nothing in it? (Of a whole set, not of a node.) */
export const isEmptySet = (set: FieldSet): boolean => {
  for (const _ in set) return false;
  return true;
};

/** Is the node there, and itself in the set? */
export const hasMember = (node: FieldSet | undefined): boolean =>
  node !== undefined && isMember(node);

export const childNode = below;

/** `k:{"containerPort":80,"protocol":"TCP"}`: an item of a list by its keys, in order. */
export function keyElement(keys: Readonly<Record<string, Json>>): string {
  const parts = Object.keys(keys)
    .sort()
    .map((key) => `${JSON.stringify(key)}:${JSON.stringify(keys[key])}`);
  return `k:{${parts.join(',')}}`;
}

/** `v:"x"`: an item of a set. */
export const valueElement = (value: Json): string => `v:${JSON.stringify(value)}`;

/** The paths of a set as conflicts name them: `.spec.containers[name="a"].image`. */
export function pathsOf(set: FieldSet): readonly string[] {
  const paths: string[] = [];
  collectPaths(set, '', paths);
  return paths;
}

/** First what is in the set at this level, then what lies below. */
function collectPaths(node: FieldSet, prefix: string, paths: string[]): void {
  const keys = Object.keys(node)
    .filter((key) => key !== '.')
    .sort();
  for (const key of keys) {
    if (hasMember(below(node, key))) paths.push(prefix + elementText(key));
  }
  for (const key of keys) collectPaths(below(node, key) ?? leaf, prefix + elementText(key), paths);
}

function elementText(element: string): string {
  const rest = element.slice(2);
  if (element.startsWith('f:')) return `.${rest}`;
  if (element.startsWith('i:')) return `[${rest}]`;
  if (element.startsWith('v:')) return `[=${valueText(JSON.parse(rest) as Json)}]`;
  const keys = JSON.parse(rest) as Readonly<Record<string, Json>>;
  return `[${Object.keys(keys)
    .map((key) => `${key}=${valueText(keys[key] ?? null)}`)
    .join(',')}]`;
}

const valueText = (value: Json): string =>
  typeof value === 'string' ? goQuote(value) : JSON.stringify(value);
