/** The four kinds of patch. Follows apiserver pkg/endpoints/handlers/patch.go. */
import { cannotHandle, decode, strictDecodingError } from '../../../api/decode.ts';
import { applyManaged } from '../../../api/managed-fields.ts';
import type { ApiObject, Json, JsonObject } from '../../../api/object.ts';
import { ParseError } from '../../../api/parse-error.ts';
import {
  PatchError,
  jsonPatch,
  maxJsonPatchOperations,
  mergePatch,
  strategicMerge,
} from '../../../api/patch/index.ts';
import {
  type Status,
  StatusError,
  badRequest,
  invalidObject,
  requestEntityTooLarge,
  internalError,
  notFound,
  unsupportedMediaType,
} from '../../../api/status.ts';
import { invalid, required } from '../../../api/field.ts';
import { goPlain } from '../../../api/go-text.ts';
import type { ApiResponse } from '../../client/wire.ts';
import type { Story } from '../../../kernel/index.ts';
import { beforeUpdate } from '../changes.ts';
import { type Exchange, answer, header, param } from '../exchange.ts';
import { FieldHistory, withHistory } from '../field-history.ts';
import { asServed, present } from '../present.ts';
import { type Reading, checkType, decodeObject, isObject } from '../read-body.ts';
import type { Resource } from '../resource.ts';
import type { Entry } from '../stored.ts';
import { type WriteOptions, writeOptions } from '../write-options.ts';
import { createObject } from '../creation.ts';
import { managedWrite, readEntry } from '../storage.ts';
import { type Changed, updateObject } from '../updating.ts';
import { parseYaml } from '../yaml.ts';
import { checkNamespace } from './create.ts';

const jsonType = 'application/json-patch+json';
const mergeType = 'application/merge-patch+json';
const strategicType = 'application/strategic-merge-patch+json';
const applyType = 'application/apply-patch+yaml';
const types = [jsonType, mergeType, strategicType, applyType];
/** Nothing says how the lists of custom resources would merge strategically. */
const customTypes = [jsonType, mergeType, applyType];

export function* patch(x: Exchange): Story<ApiResponse> {
  const type = header(x, 'content-type').split(';')[0]?.trim() ?? '';
  const resource = x.route.resource as Resource;
  const taken = resource.kind.custom === undefined ? types : customTypes;
  if (!taken.includes(type)) throw new StatusError(unsupportedMediaType(taken));
  const options = writeOptions(x, 'PatchOptions');
  checkOptions(x, type);
  const { body: raw } = x.request;
  const body = typeof raw === 'string' ? parseYaml(raw) : (raw ?? null);
  if (type === applyType) return yield* apply(x, resource, body, options);
  const { namespace, name, subresource } = x.route;
  const entry = yield* updateObject(x, {
    resource: resource.store,
    key: resource.key(namespace, name),
    name,
    subresource,
    options,
    change: (current) => change(x, resource, current, type, body, options),
  });
  return answer(x, 200, present(x, resource, entry));
}

/** Force is for apply alone, and apply must say who applies. */
function checkOptions(x: Exchange, type: string): void {
  const isApply = type === applyType;
  const errors = [
    ...(isApply && param(x, 'fieldManager') === ''
      ? [required('fieldManager', 'is required for apply patch')]
      : []),
    ...(!isApply && x.request.query?.['force'] !== undefined
      ? [
          {
            type: 'FieldValueForbidden',
            field: 'force',
            message: 'Forbidden: may not be specified for non-apply patch',
          } as const,
        ]
      : []),
  ];
  if (errors.length === 0) return;
  throw new StatusError(invalidObject({ group: 'meta.k8s.io', kind: 'PatchOptions' }, '', errors));
}

function* change(
  x: Exchange,
  resource: Resource,
  current: Entry,
  type: string,
  body: Json,
  options: WriteOptions,
): Story<Changed> {
  const served = asServed(resource, current.object);
  const object = mentionsManagedFields(type, body) ? withHistory(served, current.history) : served;
  const patched = applied(resource, object as unknown as JsonObject, type, body);
  if (patched === (object as unknown)) return { object: current.object };
  if (!isObject(patched)) {
    throw new StatusError(badRequest('error decoding patch: the patched value is no object'));
  }
  const typed = checkType(resource, patched);
  const reading = readingOf(type, patched, body);
  const wanted = decodeObject(x, resource, typed, options, current.object, reading);
  return yield* beforeUpdate(x, resource.store, wanted, current, options);
}

/** A patch that leads to no object of its kind is refused with the patch, or what came of it. */
function readingOf(type: string, patched: JsonObject, body: Json): Reading {
  const isMap = type === strategicType;
  const refuse = (_resource: Resource, reason: string) => {
    const shown = isMap ? goPlain(body) : JSON.stringify(patched);
    return invalidObject({ group: '', kind: '' }, '', [invalid('patch', shown, reason)]);
  };
  return { source: isMap ? 'map' : 'json', refuse };
}

function mentionsManagedFields(type: string, body: Json): boolean {
  if (type === jsonType) return JSON.stringify(body).includes('managedFields');
  const metadata = isObject(body) ? body['metadata'] : undefined;
  return isObject(metadata) && metadata['managedFields'] !== undefined;
}

function applied(resource: Resource, object: JsonObject, type: string, body: Json): Json {
  try {
    if (type === jsonType) {
      checkCount(body);
      return jsonPatch(object, body);
    }
    if (!isObject(body)) {
      throw new StatusError(
        badRequest(
          'error decoding patch: json: cannot unmarshal ' +
            `${Array.isArray(body) ? 'array' : typeof body} into Go value of type map[string]interface {}`,
        ),
      );
    }
    return type === mergeType
      ? mergePatch(object, body)
      : strategicMerge(resource.kind.schema, object, body);
  } catch (problem) {
    if (problem instanceof PatchError) throw new StatusError(patchStatus(problem));
    if (problem instanceof ParseError) throw new StatusError(badRequest(problem.message));
    throw problem;
  }
}

function checkCount(body: Json): void {
  if (!Array.isArray(body) || body.length <= maxJsonPatchOperations) return;
  throw new StatusError(
    requestEntityTooLarge(
      'The allowed maximum operations in a JSON patch is ' +
        `${maxJsonPatchOperations}, got ${body.length}`,
    ),
  );
}

function patchStatus({ code, message }: PatchError): Status {
  if (code === 400) return badRequest(message);
  if (code === 500) return internalError(message);
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Failure',
    reason: 'Invalid',
    code: 422,
    message: 'the server rejected our request due to an error in our request',
    details: {},
  };
}

/** Server-side apply: creates what is not there. */
function* apply(
  x: Exchange,
  resource: Resource,
  body: Json,
  options: WriteOptions,
): Story<ApiResponse> {
  const { namespace, name, subresource } = x.route;
  if (!isObject(body)) throw new StatusError(badRequest('error decoding YAML: not an object'));
  const config = configOf(x, resource, body, options);
  const key = resource.key(namespace, name);
  const write = { ...managedWrite(x, resource, options, subresource), force: options.isForced };
  const existing = resource.cache.get(key) ?? (yield* readEntry(x, key));
  if (existing === undefined) {
    if (subresource !== '') throw new StatusError(notFound(resource.kind, name));
    const applied = applyManaged(undefined, config, write) as unknown as ApiObject;
    const entry = yield* createApplied(x, resource, applied, options);
    return answer(x, 201, present(x, resource, entry));
  }
  const entry = yield* updateObject(x, {
    resource: resource.store,
    key,
    name,
    subresource,
    options,
    change: function* (current) {
      const served = asServed(resource, current.object);
      const live = withHistory(served, current.history) as unknown as JsonObject;
      const next = applyManaged(live, config, write);
      if (next === live) return { object: current.object };
      const decoded = decodeObject(x, resource, next, { ...options, validation: 'Ignore' });
      const { object } = yield* beforeUpdate(x, resource.store, decoded, current, options);
      return { object, tracked: FieldHistory.of(decoded.metadata.managedFields ?? []) };
    },
  });
  return answer(x, 200, present(x, resource, entry));
}

/** As versioncheck.go of apimachinery's managedfields: what is applied says what it is. */
function checkApplied({ kind, apiVersion }: Resource, body: JsonObject): void {
  const [given = '', of = ''] = [body['apiVersion'], body['kind']] as (string | undefined)[];
  if (given === apiVersion && of === kind.kind) return;
  const groupVersion = given.includes('/') ? given : `/${given}`;
  throw new StatusError(badRequest(`invalid object type: ${groupVersion}, Kind=${of}`));
}

/** The configuration: of the right kind and name, with nothing in it that the kind does not know. */
function configOf(
  x: Exchange,
  resource: Resource,
  body: JsonObject,
  options: WriteOptions,
): JsonObject {
  checkApplied(resource, body);
  const { custom, schema } = resource.kind;
  const { object, problems, fatal } =
    custom === undefined
      ? decode(schema, body, options.validation)
      : custom.decode(body, options.validation);
  if (fatal !== undefined) {
    throw new StatusError(
      badRequest(cannotHandle(resource.kind.kind, resource.kind.version, fatal)),
    );
  }
  if (problems.length > 0 && options.validation === 'Strict') {
    throw new StatusError(badRequest(`error decoding patch: ${strictDecodingError(problems)}`));
  }
  x.warnings.push(...problems);
  const metadata = (body['metadata'] ?? {}) as JsonObject;
  const given = (metadata['name'] ?? '') as string;
  const { name, namespace } = x.route;
  if (given !== '' && given !== name) {
    throw new StatusError(
      badRequest(`the name of the object (${given}) does not match the name on the URL (${name})`),
    );
  }
  checkNamespace(x, resource, { metadata } as unknown as ApiObject);
  const place = resource.kind.namespaced ? { name, namespace } : { name };
  // Only what the client wrote is applied: not the zero values that decoding shows.
  return { ...prune(body, object), metadata: { ...metadata, ...place } };
}

/** What was sent, without the fields that decoding threw out, quantities in canonical form. */
function prune(sent: JsonObject, decoded: JsonObject): JsonObject {
  const kept: Record<string, Json> = {};
  for (const key in sent) {
    const before = sent[key];
    const after = decoded[key];
    if (before === undefined) continue;
    if (after === undefined) {
      if (isEmpty(before)) kept[key] = before;
    } else kept[key] = pruned(before, after);
  }
  return kept;
}

function pruned(before: Json, after: Json): Json {
  if (isObject(before) && isObject(after)) return prune(before, after);
  if (!Array.isArray(before) || !Array.isArray(after)) return after;
  return (before as readonly Json[]).map((item, index) => pruned(item, after[index] as Json));
}

/** Decoding leaves empty values out; applied, they still say who owns the field. */
const isEmpty = (value: Json): boolean =>
  value === '' ||
  value === 0 ||
  value === false ||
  (typeof value === 'object' && value !== null && Object.keys(value).length === 0);

function* createApplied(
  x: Exchange,
  resource: Resource,
  applied: ApiObject,
  options: WriteOptions,
): Story<Entry> {
  const entries = applied.metadata.managedFields ?? [];
  const decoded = decodeObject(x, resource, applied as unknown as JsonObject, {
    ...options,
    validation: 'Ignore',
  });
  return yield* createObject(x, resource.store, decoded, options, FieldHistory.of(entries));
}
