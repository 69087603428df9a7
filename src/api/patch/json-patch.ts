/**
 * JSON patches (RFC 6902) on frozen data: what a patch does not touch is shared. Errors are
 * worded as by the library that the API server uses (gopkg.in/evanphx/json-patch.v4); clients
 * see only those of malformed patches.
 */
import { isDeepEqual } from '../equal.ts';
import { goQuote } from '../go-text.ts';
import type { Json, JsonObject } from '../object.ts';
import { PatchError } from './patch-error.ts';

export interface JsonPatchOperation {
  readonly op: string;
  readonly path: string;
  readonly from?: string;
  readonly value?: Json;
}

/** More operations than this are refused with RequestEntityTooLarge. */
export const maxJsonPatchOperations = 10_000;

/** The value with the operations done in order. Throws a PatchError and does nothing by halves. */
export function jsonPatch(current: Json, patch: Json): Json {
  if (!Array.isArray(patch)) {
    throw new PatchError(
      400,
      `json: cannot unmarshal ${kindOf(patch)} into Go value of type jsonpatch.Patch`,
    );
  }
  return (patch as readonly Json[]).reduce(
    (value, operation) => perform(value, operation as unknown as JsonPatchOperation),
    current,
  );
}

const kindOf = (value: Json): string =>
  typeof value === 'boolean' ? 'bool' : value === null ? 'null' : typeof value;

function perform(root: Json, operation: JsonPatchOperation): Json {
  const { op, path, from = '', value = null } = operation;
  if (typeof path !== 'string') {
    throw new PatchError(422, `${op} operation does not contain a path: missing value`);
  }
  switch (op) {
    case 'add':
      return edit(root, split(path), op, path, addTo(value, op, path));
    case 'replace':
      return edit(root, split(path), op, path, replaceIn(value, path));
    case 'remove':
      return edit(root, split(path), op, path, removeFrom(path));
    case 'test':
      return test(root, path, value);
    case 'copy':
      return edit(root, split(path), op, path, addTo(get(root, from, op), op, path));
    case 'move':
      return edit(
        edit(root, split(from), op, from, removeFrom(from)),
        split(path),
        op,
        path,
        addTo(get(root, from, op), op, path),
      );
    default:
      throw new PatchError(422, `Unexpected kind: ${op}`);
  }
}

function split(path: string): string[] {
  if (path === '') return [];
  return path
    .split('/')
    .slice(1)
    .map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
}

const missing = (op: string, path: string): PatchError =>
  new PatchError(
    422,
    `${op} operation does not apply: doc is missing path: ${goQuote(path)}: ` + 'missing value',
  );

/** What to do to the container that holds the last part of a path. */
type Edit = (container: Json, key: string) => Json;

function edit(value: Json, parts: readonly string[], op: string, path: string, last: Edit): Json {
  const [key, ...rest] = parts;
  if (key === undefined) return last({ '': value }, '');
  if (rest.length === 0) return last(value, key);
  const below = child(value, key);
  if (below === undefined) throw missing(op, path);
  const after = edit(below, rest, op, path, last);
  return after === below ? value : withChild(value, key, after);
}

function child(value: Json, key: string): Json | undefined {
  if (Array.isArray(value)) return (value as readonly Json[])[position(value, key)];
  return typeof value === 'object' && value !== null ? (value as JsonObject)[key] : undefined;
}

function withChild(value: Json, key: string, after: Json): Json {
  if (!Array.isArray(value)) return { ...(value as JsonObject), [key]: after };
  return (value as readonly Json[]).with(position(value, key), after);
}

/** Negative numbers count from the end. */
function position(list: readonly Json[], key: string): number {
  if (!/^-?\d+$/.test(key)) return -1;
  const at = Number(key);
  return at < 0 ? at + list.length : at;
}

const addTo =
  (added: Json, op: string, path: string): Edit =>
  (container, key) => {
    if (!Array.isArray(container)) {
      if (typeof container !== 'object' || container === null) throw missing(op, path);
      return key === '' && path === '' ? added : { ...container, [key]: added };
    }
    const list = container as readonly Json[];
    if (key === '-') return [...list, added];
    const at = position(list, key);
    if (at < 0 || at > list.length) {
      throw new PatchError(422, `Unable to access invalid index: ${key}: invalid index referenced`);
    }
    return list.toSpliced(at, 0, added);
  };

const replaceIn =
  (value: Json, path: string): Edit =>
  (container, key) => {
    if (path === '') return value;
    // The library takes `replace` of a key that is not there for `add`; lists have no such keys.
    if (Array.isArray(container) && child(container, key) === undefined) {
      throw new PatchError(
        422,
        `replace operation does not apply: doc is missing key: ${path}: missing value`,
      );
    }
    return withChild(container, key, value);
  };

const removeFrom =
  (path: string): Edit =>
  (container, key) => {
    if (child(container, key) === undefined) {
      throw new PatchError(
        422,
        'remove operation does not apply: ' +
          `doc is missing path: ${goQuote(path)}: missing value`,
      );
    }
    if (Array.isArray(container)) {
      return (container as readonly Json[]).toSpliced(position(container, key), 1);
    }
    const { [key]: _, ...rest } = container as JsonObject;
    return rest as JsonObject;
  };

function get(root: Json, path: string, op: string): Json {
  let value: Json | undefined = root;
  for (const part of split(path)) {
    value = child(value, part);
    if (value === undefined) throw missing(op, path);
  }
  return value;
}

function test(root: Json, path: string, expected: Json): Json {
  let value: Json | undefined = root;
  for (const part of split(path)) value = value === undefined ? undefined : child(value, part);
  if (!isDeepEqual(value ?? null, expected)) {
    throw new PatchError(422, `testing path ${path} failed: test failed`);
  }
  return root;
}
