/**
 * Fields by their paths, as kustomize's configuration names them: `spec/template/spec/containers/image`
 * goes through lists by itself. Follows kustomize api/filters/fieldspec/fieldspec.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { failed } from '../errors.ts';
import { type Gvk, type Resource, idText, isSelected } from './resource.ts';

export interface FieldSpec extends Partial<Gvk> {
  /** Parts between slashes; `\/` is a slash within one. */
  readonly path: string;
  /** Whether a field that is not there is made. */
  readonly create?: boolean;
}

/** What becomes of a field's value; `undefined` as its argument: the field is new. */
export type Change = (value: Json | undefined) => Json;

/** Splits at the slashes that are not escaped. */
export const splitPath = (path: string): readonly string[] =>
  path.replaceAll('\\/', '\0').split('/').map((text) => text.replaceAll('\0', '/'));

/** Changes the field (or the fields) that a specification names, when it is about this object. */
export function changeField(
  resource: Resource, spec: FieldSpec, change: Change, makesFields = true,
): void {
  if (!isSelected(resource.gvk, spec)) return;
  const isMade = makesFields && spec.create === true;
  try {
    resource.object = along(resource.object, splitPath(spec.path), isMade, change) as JsonObject;
  } catch (error) {
    if (!(error instanceof WrongNode)) throw error;
    const { path } = spec;
    throw failed(`considering field '${path}' of object ${idText(resource.id)}: ${error.message}`);
  }
}

class WrongNode extends Error {}

// oxlint-disable-next-line max-params -- one step of a walk
function along(value: Json, path: readonly string[], isMade: boolean, change: Change): Json {
  const [head, ...rest] = path;
  if (head === undefined) return change(value);
  if (value === null) return value;
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item) => along(item, path, isMade, change));
  }
  if (typeof value !== 'object') throw new WrongNode('expected sequence or mapping node');
  const map = value as JsonObject;
  const key = head.replace(/\[\]$/, '');
  const below = map[key];
  const isNew = below === undefined || below === null;
  if (isNew && (!isMade || key !== head)) return value;
  if (isNew && rest.length === 0) return { ...map, [key]: change(undefined) };
  const after = along(isNew ? {} : below, rest, isMade, change);
  return after === below ? value : { ...map, [key]: after };
}
