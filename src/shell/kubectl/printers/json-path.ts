/** Runs kubectl's JSONPath templates on data. Follows client-go util/jsonpath/jsonpath.go. */
import type { Json, JsonObject } from '../../../api/object.ts';
import { CommandError, failed } from '../errors.ts';
import { goValueText, goSyntax } from './go-value.ts';
import { compactJson, isList, keysOf, prettyJson } from './json.ts';
import { type Bounds, type PathNode, PathError, parsePath } from './json-path-parse.ts';

/** Finds what a template's actions mean: one list of values for each piece of output. */
export type PathFinder = (data: Json) => readonly (readonly Json[])[];

/** Parses once, finds often. Throws `PathError`. */
export function pathFinder(template: string, allowMissingKeys: boolean): PathFinder {
  const nodes = parsePath(template);
  return (data) => new PathWalker(allowMissingKeys).template(nodes, data);
}

/** `-o jsonpath=…`. */
export const jsonPath = (template: string, allowMissingKeys: boolean): ((data: Json) => string) =>
  guarded(template, allowMissingKeys, (results) =>
    results.map((values) => values.map(printed).join(' ')).join(''));

/** `-o jsonpath-as-json=…`. */
export const jsonPathAsJson = (
  template: string, allowMissingKeys: boolean,
): ((data: Json) => string) =>
  guarded(template, allowMissingKeys, (results) =>
    results.map((values) => `${prettyJson(values)}\n`).join(''));

function guarded(
  template: string, allowMissingKeys: boolean,
  print: (results: readonly (readonly Json[])[]) => string,
): (data: Json) => string {
  let find: PathFinder;
  try {
    find = pathFinder(template, allowMissingKeys);
  } catch (error) {
    if (!(error instanceof PathError)) throw error;
    throw failed(`error parsing jsonpath ${template}, ${error.message}`);
  }
  return (data) => {
    try {
      return print(find(data));
    } catch (error) {
      if (!(error instanceof PathError)) throw error;
      throw new CommandError(`error: error executing jsonpath ${JSON.stringify(template)}: ` +
        `Error executing template: ${error.message}. Printing more information for debugging the ` +
        `template:\n\ttemplate was:\n\t\t${template}\n\tobject given to jsonpath engine was:\n` +
        `\t\t${goSyntax(data)}\n\n\n`);
    }
  };
}

/** Structures as JSON, the rest as Go prints it. */
const printed = (value: Json): string =>
  value !== null && typeof value === 'object' ? compactJson(value)
    : value === null ? 'null' : goValueText(value);

const isIdentifier = (node: PathNode | undefined, name: string): boolean =>
  node?.type === 'list' && node.nodes.some((n) => n.type === 'identifier' && n.name === name);

class PathWalker {
  private readonly allowMissingKeys: boolean;

  constructor(allowMissingKeys: boolean) {
    this.allowMissingKeys = allowMissingKeys;
  }

  template(nodes: readonly PathNode[], data: Json, depth = 0): readonly (readonly Json[])[] {
    const found: (readonly Json[])[] = [];
    for (let i = 0; i < nodes.length; i += 1) {
      const node = nodes[i] as PathNode;
      if (isIdentifier(node, 'end') && depth === 0) throw new PathError('not in range, nothing to end');
      const results = this.walk([data], node);
      if (!isIdentifier(node, 'range')) {
        found.push(results);
        continue;
      }
      const end = endOf(nodes, i);
      const body = nodes.slice(i + 1, end);
      for (const value of results) found.push(...this.template(body, value, depth + 1));
      i = end;
    }
    return found;
  }

  private walk(input: readonly Json[], node: PathNode): readonly Json[] {
    switch (node.type) {
      case 'text': return [node.text];
      case 'value': return input.map(() => node.value);
      case 'list': return node.nodes.reduce((values, next) => this.walk(values, next), input);
      case 'union': return node.nodes.flatMap((next) => this.walk(input, next));
      case 'field': return this.field(input, node.name);
      case 'wildcard': return input.flatMap(childrenOf);
      case 'recursive': return recurse(input);
      case 'array': return input.flatMap((value) => sliced(value, node.bounds));
      case 'filter': return this.filtered(input, node);
      case 'identifier':
        if (node.name === 'range') return input;
        if (node.name === 'end') return [];
        throw new PathError(`unrecognized identifier ${node.name}`);
    }
  }

  private field(input: readonly Json[], name: string): readonly Json[] {
    if (input.length === 0) return [];
    const found = input.flatMap((value) => {
      if (value === null || typeof value !== 'object' || isList(value)) return [];
      const child = value[name];
      return child === undefined ? [] : [child];
    });
    if (found.length === 0 && !this.allowMissingKeys) throw new PathError(`${name} is not found`);
    return found;
  }

  private filtered(input: readonly Json[], node: PathNode & { type: 'filter' }): readonly Json[] {
    return input.flatMap((list) => {
      if (!isList(list)) {
        throw new PathError(`${goValueText(list)} is not array or slice and cannot be filtered`);
      }
      return list.filter((item) => this.passes(item, node));
    });
  }

  private passes(item: Json, { left, right, operator }: PathNode & { type: 'filter' }): boolean {
    if (operator === 'exists') return this.lenient(item, left).length > 0;
    const lefts = this.walk([item], left);
    if (lefts.length === 0) return false;
    const rights = this.walk([item], right);
    if (rights.length === 0) return false;
    if (lefts.length > 1 || rights.length > 1) {
      throw new PathError('can only compare one element at a time');
    }
    return compares(lefts[0] ?? null, rights[0] ?? null, operator);
  }

  private lenient(item: Json, node: PathNode): readonly Json[] {
    return new PathWalker(true).walk([item], node);
  }
}

function endOf(nodes: readonly PathNode[], from: number): number {
  let depth = 0;
  for (let i = from; i < nodes.length; i += 1) {
    if (isIdentifier(nodes[i], 'range')) depth += 1;
    if (isIdentifier(nodes[i], 'end')) depth -= 1;
    if (depth === 0) return i;
  }
  return nodes.length;
}

/** Go walks maps in no order; ours is that of the keys. */
function childrenOf(value: Json): readonly Json[] {
  if (typeof value === 'string') return [...value];
  if (value === null || typeof value !== 'object') return [];
  return isList(value) ? value : keysOf(value).map((key) => (value as JsonObject)[key] ?? null);
}

function recurse(input: readonly Json[]): readonly Json[] {
  return input.flatMap((value) => {
    const children = typeof value === 'string' ? [] : childrenOf(value);
    return children.length === 0 ? [] : [value, ...recurse(children)];
  });
}

function sliced(value: Json, bounds: Bounds): readonly Json[] {
  if (value === null) return [];
  if (!isList(value)) throw new PathError(`${goTypeName(value)} is not array or slice`);
  const { length } = value;
  let from = bounds.from ?? 0;
  if (from < 0) from += length;
  let to = bounds.to ?? length;
  if (to < 0 || (to === 0 && bounds.isSingle)) to += length;
  if (from === to) return [];
  if (from >= length || from < 0) {
    throw new PathError(`array index out of bounds: index ${from}, length ${length}`);
  }
  if (to > length || to < 0) {
    throw new PathError(`array index out of bounds: index ${to - 1}, length ${length}`);
  }
  if (from > to) throw new PathError(`starting index ${from} is greater than ending index ${to}`);
  const { step = 1 } = bounds;
  if (step <= 0) throw new PathError('step must be > 0');
  return value.slice(from, to).filter((_, i) => i % step === 0);
}

function goTypeName(value: Json): string {
  if (typeof value === 'string') return 'string';
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return 'map[string]interface {}';
}

function compares(left: Json, right: Json, operator: string): boolean {
  if (typeof left !== typeof right || left === null || typeof left === 'object') {
    throw new PathError('incompatible types for comparison');
  }
  const other = right as typeof left;
  switch (operator) {
    case '==': return left === other;
    case '!=': return left !== other;
    case '<': return left < other;
    case '<=': return left <= other;
    case '>': return left > other;
    case '>=': return left >= other;
    default: throw new PathError(`unrecognized filter operator ${operator}`);
  }
}

/** `metadata.name`, `.metadata.name` or `{.metadata.name}` as a template. */
export function relaxedPath(path: string): string {
  if (path === '') return path;
  const parts = /^\{\.?([^{}]+)\}$|^\.?([^{}]+)$/.exec(path);
  if (parts === null) {
    throw failed("unexpected path string, expected a 'name1.name2' or '.name1.name2' or " +
      "'{name1.name2}' or '{.name1.name2}'");
  }
  return `{.${parts[1] ?? parts[2] ?? ''}}`;
}
