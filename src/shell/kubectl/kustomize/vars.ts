/** `vars`: `$(NAME)` in commands and the like. Follows kustomize api/filters/refvar, api/types/var.go. */
import type { Json, JsonObject } from '../../../api/object.ts';
import { failed } from '../errors.ts';
import { isList } from '../printers/json.ts';
import { type FieldSpec, changeField } from './field-spec.ts';
import type { Var } from './kustomization.ts';
import { splitFieldPath } from './replace.ts';
import { type Id, type Resource, gvkText, isSameGvk, isSameId } from './resource.ts';
import type { Resources } from './resources.ts';

/** Notes which object a var takes its value from: names change later. */
export function claimVar(resources: Resources, one: Var): void {
  const { name } = one;
  const id = idOf(one);
  const isMeant = (other: Id): boolean => id.namespace === ''
    ? other.name === id.name && isSameGvk(other, id) : isSameId(other, id);
  const found = resources.byAnyId(isMeant);
  if (found.length > 1) {
    throw failed(`found ${found.length} resId matches for var ${goVar(one)} (unable to disambiguate)`);
  }
  for (const resource of found) resource.vars = [...resource.vars, name];
}

/** Puts the values in. Returns the vars that were not used. */
export function resolveVars(
  { list }: Resources, vars: readonly Var[], specs: readonly FieldSpec[],
): readonly string[] {
  const values = new Map(vars.map((one) => [one.name, valueOf(one, list)]));
  const used = new Set<string>();
  const expand = (text: string): Json => {
    const whole = /^\$\(([^)]*)\)$/.exec(text)?.[1];
    const value = whole === undefined ? undefined : values.get(whole);
    if (whole !== undefined && value !== undefined) {
      used.add(whole);
      return value;
    }
    return text.replace(/\$(?:\$|\(([^)]*)\))/g, (all, name: string | undefined) => {
      if (name === undefined) return '$';
      if (!values.has(name)) return all;
      used.add(name);
      return String(values.get(name));
    });
  };
  const change = (old: Json | undefined): Json => expandIn(old ?? null, expand);
  for (const resource of list) {
    for (const spec of specs) changeField(resource, spec, change, false);
  }
  return vars.map(({ name }) => name).filter((name) => !used.has(name));
}

/** The value itself, or those of its items or fields. */
function expandIn(value: Json, expand: (text: string) => Json): Json {
  const one = (item: Json): Json => (typeof item === 'string' ? expand(item) : item);
  if (isList(value)) return value.map(one);
  if (value === null || typeof value !== 'object') return one(value);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, one(item ?? null)]));
}

function valueOf(one: Var, list: readonly Resource[]): Json {
  const { name, fieldref } = one;
  const source = list.find(({ vars }) => vars.includes(name));
  if (source === undefined) {
    throw failed(`var '${goVar(one)}' cannot be mapped to a field in the set of known resources`);
  }
  const path = splitFieldPath((fieldref?.fieldPath ?? 'metadata.name').replace(/\[(\d+)\]/g, '.$1'));
  const value = path.reduce<Json | undefined>(
    (at, key) => (at as JsonObject | undefined)?.[key], source.object);
  if (value !== undefined) return value;
  throw failed(`field specified in var '${goVar(one)}' not found in corresponding resource`);
}

function idOf({ objref }: Var): Id {
  const [version = objref.version ?? '', group = objref.group ?? ''] =
    objref.apiVersion?.split('/').reverse() ?? [];
  const { kind = '', name = '', namespace = '' } = objref;
  return { group, version, kind, name, namespace, isClusterScoped: false };
}

/** As Go's `%v` shows it. */
function goVar(one: Var): string {
  return `{${one.name} ${gvkText(idOf(one))} {${one.fieldref?.fieldPath ?? 'metadata.name'}}}`;
}
