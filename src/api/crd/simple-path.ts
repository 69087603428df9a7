/**
 * JSONPaths as CustomResourceDefinitions have them, in columns, scale and selectable fields:
 * `.spec.replicas`, `.metadata.labels.app\.kubernetes\.io/name`, `.spec.list[0].x`, `['a']`,
 * `[*]`, `[?(@.type=="Ready")].status`. Follows client-go util/jsonpath as far as that goes.
 */
import type { Json } from '../object.ts';
import { isObject } from './json-schema.ts';

type Step =
  | { readonly type: 'field'; readonly name: string }
  | { readonly type: 'index'; readonly index: number }
  | { readonly type: 'all' }
  | {
      readonly type: 'filter';
      readonly path: readonly Step[];
      readonly operator: string;
      readonly value: Json | undefined;
    };

const token =
  /^(?:\.((?:\\.|[^.[\]\\])+)|\[\s*(-?\d+)\s*\]|\[\s*(?:'([^']*)'|"([^"]*)")\s*\]|(\.?\[\*\]|\.\*)|\[\?\(\s*@(.*?)\s*\)\])/;

const known = new Map<string, readonly Step[] | undefined>();
const knownMax = 1_000;

/** The steps of a path; undefined if it is none. */
function stepsOf(path: string): readonly Step[] | undefined {
  if (known.has(path)) return known.get(path);
  if (known.size >= knownMax) known.clear();
  const steps = read(path);
  known.set(path, steps);
  return steps;
}

function read(path: string): readonly Step[] | undefined {
  const steps: Step[] = [];
  let rest = path;
  while (rest !== '' && rest !== '.') {
    const match = token.exec(rest);
    if (match === null) return undefined;
    const [whole, name, index, single, double, all, filter] = match;
    rest = rest.slice(whole.length);
    if (name !== undefined) steps.push({ type: 'field', name: name.replace(/\\(.)/g, '$1') });
    else if (index !== undefined) steps.push({ type: 'index', index: Number(index) });
    else if (all !== undefined) steps.push({ type: 'all' });
    else if (filter !== undefined) {
      const step = readFilter(filter);
      if (step === undefined) return undefined;
      steps.push(step);
    } else steps.push({ type: 'field', name: single ?? double ?? '' });
  }
  return steps;
}

function readFilter(text: string): Step | undefined {
  const match = /^(.*?)\s*(==|!=|<=|>=|<|>)\s*(.*)$/.exec(text);
  const path = read((match?.[1] ?? text).trim());
  if (path === undefined) return undefined;
  const [, , operator = '', given = ''] = match ?? [];
  const quoted = /^(['"])(.*)\1$/.exec(given)?.[2];
  const value = operator === '' ? undefined : (quoted ?? literal(given));
  return { type: 'filter', path, operator, value };
}

function literal(text: string): Json {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && Number.isFinite(Number(text)) ? Number(text) : text;
}

/** All that a path finds; empty if something on the way is not there. */
export function findAll(path: string, object: Json): readonly Json[] {
  return walk(stepsOf(path) ?? [{ type: 'index', index: -1 }], object);
}

export const isSimplePath = (path: string): boolean => stepsOf(path) !== undefined;

/** The names of a path of fields only, such as `.spec.replicas`. */
export const fieldNames = (path: string): readonly string[] =>
  (stepsOf(path) ?? []).map((step) => (step.type === 'field' ? step.name : ''));

function walk(steps: readonly Step[], object: Json): readonly Json[] {
  let values: readonly Json[] = [object];
  for (const step of steps) values = values.flatMap((value) => taken(step, value));
  return values;
}

function taken(step: Step, value: Json): readonly Json[] {
  const list = Array.isArray(value) ? (value as readonly Json[]) : undefined;
  switch (step.type) {
    case 'field': {
      const found = isObject(value) ? value[step.name] : undefined;
      return found === undefined ? [] : [found];
    }
    case 'index': {
      const found = list?.at(step.index);
      return found === undefined ? [] : [found];
    }
    case 'all':
      return list ?? (isObject(value) ? (Object.values(value) as Json[]) : []);
    case 'filter':
      return (list ?? []).filter((item) => {
        const found = walk(step.path, item)[0];
        return step.operator === '' ? found !== undefined : holds(found, step);
      });
  }
}

function holds(found: Json | undefined, step: Step & { readonly type: 'filter' }): boolean {
  const { operator, value } = step;
  if (found === undefined) return false;
  const one = found as string | number;
  const other = value as string | number;
  if (operator === '==') return one === other;
  if (operator === '!=') return one !== other;
  if (typeof one !== typeof other) return false;
  if (operator === '<') return one < other;
  if (operator === '<=') return one <= other;
  return operator === '>' ? one > other : one >= other;
}
