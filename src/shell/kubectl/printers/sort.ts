/** `--sort-by`. Follows kubectl pkg/cmd/get/sorter.go. */
import { parseQuantity, quantityProblem, compareQuantities } from '../../../api/quantity.ts';
import type { Json, JsonObject } from '../../../api/object.ts';
import { failed } from '../errors.ts';
import { goSort } from '../go-sort.ts';
import { pathFinder, relaxedPath } from './json-path.ts';
import { PathError } from './json-path-parse.ts';

/** The objects in the order of the field that the path leads to. */
export function sortObjects(objects: readonly JsonObject[], path: string): readonly JsonObject[] {
  const keyed = objects.map((object) => ({ object, key: keyOf(object, path) }));
  const isKnown = keyed.length === 0 || keyed.some(({ key }) => key !== undefined);
  if (!isKnown) {
    throw failed(`couldn't find any field with path ${JSON.stringify(relaxedPath(path))} in the list of objects`);
  }
  return goSort(keyed, (a, b) => isLess(a.key, b.key)).map(({ object }) => object);
}

function keyOf(object: JsonObject, path: string): Json | undefined {
  try {
    return pathFinder(relaxedPath(path), true)(object)[0]?.[0] ?? undefined;
  } catch (error) {
    throw error instanceof PathError ? failed(error.message) : error;
  }
}

/** What lacks the field comes first, in whatever order. */
function isLess(a: Json | undefined, b: Json | undefined): boolean {
  if (a === undefined) return true;
  return b !== undefined && compare(a, b) < 0;
}

function compare(a: Json, b: Json): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  const [x, y] = [String(a), String(b)];
  if (quantityProblem(x) === undefined && quantityProblem(y) === undefined) {
    return compareQuantities(parseQuantity(x), parseQuantity(y));
  }
  return naturalCompare(x, y);
}

/** Numbers inside texts by their value (fvbommel/sortorder): pod-2 before pod-10. */
function naturalCompare(a: string, b: string): number {
  const [x, y] = [a.match(/\d+|\D+/g) ?? [], b.match(/\d+|\D+/g) ?? []];
  for (let i = 0; i < Math.min(x.length, y.length); i += 1) {
    const [p = '', q = ''] = [x[i], y[i]];
    if (p === q) continue;
    const areNumbers = /^\d/.test(p) && /^\d/.test(q);
    if (areNumbers && Number(p) !== Number(q)) return Number(p) - Number(q);
    return p < q ? -1 : 1;
  }
  return x.length - y.length;
}
