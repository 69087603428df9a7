/**
 * `replacements`: a field's value copied into other fields.
 * Follows kustomize api/filters/replacement/replacement.go, kyaml/yaml/match.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { matches, parseSelector } from '../../../api/selectors.ts';
import { CommandError, bareMessage, failed } from '../errors.ts';
import { isList } from '../printers/json.ts';
import { readScalars } from './documents.ts';
import type { FieldOptions, Kustomization, Replacement, Selector } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { type Id, type Resource, effectiveNamespace, idText, isSelected } from './resource.ts';
import type { Resources } from './resources.ts';

/** Does them all. */
export function replaceFields(
  { list }: Resources, { replacements = [] }: Kustomization, loader: Loader,
): void {
  for (const one of replacements.flatMap((entry) => loaded(entry, loader))) {
    const { source, targets } = one;
    if (source === undefined || targets === undefined) {
      throw failed('replacements must specify a source and at least one target');
    }
    const value = sourceValue(list, source);
    for (const target of targets) {
      if (target.select === undefined) throw failed('target must specify resources to select');
      for (const resource of list) {
        if (!isTarget(resource, target.select, target.reject ?? [])) continue;
        for (const path of target.fieldPaths ?? ['metadata.name']) {
          setField(resource, path, value, target.options ?? {});
        }
      }
    }
  }
}

function loaded(entry: Replacement, loader: Loader): readonly Replacement[] {
  const { path = '', source, targets = [] } = entry;
  if (path === '') return [entry];
  if (source !== undefined || targets.length > 0) {
    throw failed('cannot specify both path and inline replacement');
  }
  const value = readScalars(loader.load(path));
  return (isList(value) ? value : [value]) as unknown as readonly Replacement[];
}

const isWanted = (id: Id, { name, namespace, ...gvk }: Selector): boolean =>
  (!name || name === id.name) && isSelected(id, gvk) &&
  (!namespace || effectiveNamespace({ ...id, namespace }) === effectiveNamespace(id));

const hasLabels = (resource: Resource, { labelSelector, annotationSelector }: Selector): boolean =>
  matches(parseSelector(labelSelector ?? ''), resource.labels) &&
  matches(parseSelector(annotationSelector ?? ''), resource.annotations);

function isTarget(resource: Resource, select: Selector, rejects: readonly Selector[]): boolean {
  const isRejected = rejects.some((reject) => {
    const { labelSelector = '', annotationSelector = '', ...id } = reject;
    return Object.keys(id).length > 0
      ? resource.allIds.some((one) => isWanted(one, id))
      : labelSelector + annotationSelector !== '' && hasLabels(resource, reject);
  });
  return !isRejected && hasLabels(resource, select) &&
    resource.allIds.some((one) => isWanted(one, select));
}

function sourceValue(list: readonly Resource[], source: NonNullable<Replacement['source']>): Json {
  const found = list.filter(({ allIds }) => allIds.some((id) => isWanted(id, source)));
  const { group = '', version = '', kind = '', name = '', namespace = '', options = {} } = source;
  const shown = idText({ group, version, kind, name, namespace });
  const [resource] = found;
  if (resource === undefined) throw failed(`nothing selected by ${shown}`);
  if (found.length > 1) throw failed(`multiple matches for selector ${shown}`);
  const path = source.fieldPath || 'metadata.name';
  const value = lookUp(resource.object, splitFieldPath(path));
  if (value === undefined || value === null) {
    throw failed(`fieldPath \`${path}\` is missing for replacement source ${shown}`);
  }
  if (!options.delimiter) return value;
  if (typeof value === 'object') throw failed('delimiter option can only be used with scalar nodes');
  const part = String(value).split(options.delimiter)[options.index ?? 0];
  if (part !== undefined) return part;
  throw failed(`options.index ${options.index ?? 0} is out of bounds for value ${String(value)}`);
}

function lookUp(value: Json | undefined, path: readonly string[]): Json | undefined {
  const [head, ...rest] = path;
  if (head === undefined || value === null || typeof value !== 'object') return head === undefined ? value : undefined;
  if (!isList(value)) return lookUp(value[head], rest);
  const pair = /^\[(.*?)=(.*)\]$/.exec(head);
  if (pair === null) return lookUp(value[Number(head)], rest);
  return lookUp(value.find((item) => String((item as JsonObject)[pair[1] ?? '']) === pair[2]), rest);
}

/** `spec.containers.[name=web].image`; `\.` is a dot, and so are those within brackets. */
export function splitFieldPath(path: string): readonly string[] {
  const parts = path.replaceAll('\\.', '\0').match(/\[[^\]]*\]|[^.]+/g) ?? [];
  return parts.map((part) => part.replaceAll('\0', '.'))
    .map((part) => (part.startsWith('[') && !part.includes('=') ? part.slice(1, -1) : part));
}

// oxlint-disable-next-line max-params -- where, what and how
function setField(resource: Resource, path: string, value: Json, options: FieldOptions): void {
  const isMade = options.create === true;
  const problem = `unable to find ${isMade ? 'or create ' : ''}field ${JSON.stringify(path)} ` +
    'in replacement target';
  const walk: Walk = { value, options, isMade, count: 0 };
  let after: Json;
  try {
    after = along(resource.object, splitFieldPath(path), walk);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw failed(`${problem}: ${bareMessage(error)}`);
  }
  if (walk.count === 0) throw failed(problem);
  resource.object = after as JsonObject;
}

interface Walk {
  readonly value: Json;
  readonly options: FieldOptions;
  readonly isMade: boolean;
  /** How many fields were found. */
  count: number;
}

function along(node: Json | undefined, path: readonly string[], walk: Walk): Json {
  const [head, ...rest] = path;
  if (head === undefined) {
    walk.count += 1;
    return written(node, walk);
  }
  if (/^\d+$/.test(head) || head === '-') return atIndex(node, path, walk);
  if (/^\[.*=.*\]$/.test(head) || head === '*') return inItems(node, path, walk);
  const map = (node ?? {}) as JsonObject;
  if (map[head] === undefined && !walk.isMade) return node ?? null;
  return { ...map, [head]: along(map[head], rest, walk) };
}

function atIndex(node: Json | undefined, [head = '', ...rest]: readonly string[], walk: Walk): Json {
  const list = isList(node) ? node : [];
  const at = Number(head);
  if (at > list.length || (at === list.length && !walk.isMade)) {
    throw failed(`index ${at} specified but only ${list.length} elements found`);
  }
  const copy = [...list];
  copy[at] = along(list[at], rest, walk);
  return copy;
}

/** The items that a pattern means; `[name=a]` means every name with an `a` in it. */
function inItems(node: Json | undefined, [head = '', ...rest]: readonly string[], walk: Walk): Json {
  const list = isList(node) ? node : [];
  if (head === '*') return list.map((item) => along(item, rest, walk));
  const [, key = '', pattern = ''] = /^\[(.*?)=(.*)\]$/.exec(head) ?? [];
  const regex = new RegExp(pattern);
  const isMeant = (item: Json): boolean => {
    const text = key === '' ? item : (item as JsonObject)[key];
    return text !== undefined && regex.test(String(text));
  };
  const made: readonly Json[] = !list.some(isMeant) && walk.isMade
    ? [key === '' ? pattern : { [key]: pattern }] : [];
  return [...list, ...made].map((item) => (isMeant(item) ? along(item, rest, walk) : item));
}

/** The field's new value, of the type that it had. */
function written(old: Json | undefined, { value, options }: Walk): Json {
  const isScalar = old === undefined || old === null || typeof old !== 'object';
  let next = value;
  if (options.delimiter) {
    if (!isScalar) throw failed('delimiter option can only be used with scalar nodes');
    const parts = String(old ?? '').split(options.delimiter);
    const index = options.index ?? 0;
    if (index < 0) parts.unshift(String(value));
    else parts[Math.min(index, parts.length)] = String(value);
    next = parts.join(options.delimiter);
  }
  if (next === null || typeof next === 'object') return next;
  if (typeof old === 'string') return String(next);
  if (typeof old === 'number' || typeof old === 'boolean' || old === undefined) {
    return readScalars(String(next)) ?? '';
  }
  return next;
}
