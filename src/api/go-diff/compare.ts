/**
 * Two Go values side by side. Follows github.com/google/go-cmp cmp/compare.go and
 * report_value.go; the elements of two lists are matched by a shortest script of edits, which is
 * what go-cmp's own heuristic finds for lists as short as these.
 */
import { isDeepEqual } from '../equal.ts';
import type { Json } from '../object.ts';
import type { Named, Value } from './value.ts';

export interface Node {
  readonly x: Value | undefined;
  readonly y: Value | undefined;
  readonly same: number;
  readonly different: number;
  /** Descendants, and the longest way down. */
  readonly children: number;
  readonly depth: number;
  readonly records: readonly Record[];
}

export interface Record {
  readonly key: string | undefined;
  readonly node: Node;
}

const equal = (x: Value, y: Value): boolean =>
  isDeepEqual(x as unknown as Json, y as unknown as Json);

const leaf = (x: Value | undefined, y: Value | undefined): Node => {
  const isSame = x !== undefined && y !== undefined && equal(x, y);
  return { x, y, same: isSame ? 1 : 0, different: isSame ? 0 : 1, children: 0, depth: 0, records: [] };
};

export function compare(x: Value, y: Value): Node {
  if (x.is === 'struct' && y.is === 'struct') {
    return branch(x, y, x.fields.map(({ name, value }, i) => ({
      key: name, node: compare(value, (y.fields[i] as Named).value),
    })));
  }
  if (x.is === 'pointer' && y.is === 'pointer' && x.to !== undefined && y.to !== undefined) {
    return branch(x, y, [{ key: undefined, node: compare(x.to, y.to) }]);
  }
  if (x.is === 'list' && y.is === 'list' && x.items !== undefined && y.items !== undefined) {
    return branch(x, y, matched(x.items, y.items).map((node) => ({ key: undefined, node })));
  }
  if (x.is === 'map' && y.is === 'map' && x.entries !== undefined && y.entries !== undefined) {
    return branch(x, y, entries(x.entries, y.entries));
  }
  return leaf(x, y);
}

function branch(x: Value, y: Value, records: readonly Record[]): Node {
  let [same, different, children, depth] = [0, 0, 0, 0];
  for (const { node } of records) {
    same += node.same;
    different += node.different;
    children += node.children + 1;
    depth = Math.max(depth, node.depth + 1);
  }
  return { x, y, same, different, children, depth, records };
}

function entries(x: readonly Named[], y: readonly Named[]): readonly Record[] {
  const names = [...new Set([...x, ...y].map(({ name }) => name))].sort();
  return names.map((name) => {
    const before = x.find((one) => one.name === name)?.value;
    const after = y.find((one) => one.name === name)?.value;
    const isBoth = before !== undefined && after !== undefined;
    return { key: name, node: isBoth ? compare(before, after) : leaf(before, after) };
  });
}

/** The fewest edits; a change in place costs as much as one coming or going. */
function matched(x: readonly Value[], y: readonly Value[]): readonly Node[] {
  const nodes = x.map((one) => y.map((other) => compare(one, other)));
  const costs: number[][] = [];
  for (let i = x.length; i >= 0; i--) {
    costs[i] = [];
    for (let j = y.length; j >= 0; j--) (costs[i] as number[])[j] = costAt(nodes, costs, i, j);
  }
  return walk(x, y, nodes, costs);
}

const cost = (costs: number[][], i: number, j: number): number => costs[i]?.[j] ?? Infinity;

function costAt(nodes: readonly (readonly Node[])[], costs: number[][], i: number, j: number): number {
  const node = nodes[i]?.[j];
  const gone = cost(costs, i + 1, j) + 1;
  const come = cost(costs, i, j + 1) + 1;
  if (node === undefined) return gone === Infinity && come === Infinity ? 0 : Math.min(gone, come);
  const step = node.different === 0 ? 0 : isSimilar(node) ? 1 : Infinity;
  return Math.min(gone, come, cost(costs, i + 1, j + 1) + step);
}

const isSimilar = ({ same, different }: Node): boolean => same + 1 >= different;

// oxlint-disable-next-line max-params -- two lists, and the table of what their steps cost
function walk(
  x: readonly Value[], y: readonly Value[], nodes: readonly (readonly Node[])[], costs: number[][],
): readonly Node[] {
  const found: Node[] = [];
  for (let i = 0, j = 0; i < x.length || j < y.length;) {
    const node = nodes[i]?.[j];
    const here = cost(costs, i, j);
    const step = node === undefined ? Infinity : node.different === 0 ? 0 : isSimilar(node) ? 1 : Infinity;
    if (node !== undefined && here === cost(costs, i + 1, j + 1) + step) {
      found.push(node);
      i += 1;
      j += 1;
    } else if (here === cost(costs, i + 1, j) + 1) found.push(leaf(x[i++], undefined));
    else found.push(leaf(undefined, y[j++]));
  }
  return found;
}
