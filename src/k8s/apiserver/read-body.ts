/**
 * From a request's body to an object of the kind that the path names.
 * Follows apiserver pkg/endpoints/handlers/{create,update,rest}.go and runtime/serializer.
 */
import { cannotHandle, decode, strictDecodingError } from '../../api/decode.ts';
import { goQuote } from '../../api/go-text.ts';
import type { ApiObject, Json, JsonObject } from '../../api/object.ts';
import { type Status, StatusError, badRequest, unsupportedMediaType } from '../../api/status.ts';
import { parseYaml } from './yaml.ts';
import { type Exchange, header } from './exchange.ts';
import type { Resource } from './resource.ts';
import type { WriteOptions } from './write-options.ts';

const accepted = ['application/json', 'application/yaml', 'application/vnd.kubernetes.protobuf'];

/** The body as JSON data. Throws when the media type or the text is none that we take. */
export function readData(x: Exchange): Json {
  const type = header(x, 'content-type').split(';')[0]?.trim() ?? '';
  if (type !== '' && type !== '*/*' && !accepted.includes(type)) {
    throw new StatusError(
      unsupportedMediaType([
        'application/json',
        'application/yaml',
        'application/vnd.kubernetes.protobuf',
      ]),
    );
  }
  const { body } = x.request;
  if (typeof body !== 'string') return body ?? null;
  if (type === 'application/yaml') return parseYaml(body);
  return parseJson(body);
}

function parseJson(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (problem) {
    const reason = text === '' ? 'unexpected end of JSON input' : (problem as Error).message;
    throw new StatusError(
      badRequest(`the object provided is unrecognized (must be of type ${''}JSON): ${reason}`),
    );
  }
}

export const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The object of a create or an update: checked against the kind, decoded and with its defaults. */
export function readObject(
  x: Exchange,
  resource: Resource,
  options: WriteOptions,
  previous?: ApiObject,
): ApiObject {
  const data = readData(x);
  if (!isObject(data)) throw new StatusError(badRequest(unrecognized(resource)));
  return decodeObject(x, resource, checkType(resource, data), options, previous);
}

const unrecognized = ({ kind, apiVersion }: Resource): string =>
  `${kind.kind} in version ${goQuote(apiVersion)} cannot be handled as a ${kind.kind}: ` +
  'json: cannot unmarshal array into Go value of type v1.' +
  kind.kind;

/** The body names its kind, or leaves that to the path; it never names another. */
export function checkType(resource: Resource, data: JsonObject): JsonObject {
  const { kind, apiVersion } = resource;
  const given = (data['kind'] ?? '') as string;
  const version = (data['apiVersion'] ?? '') as string;
  if (given !== '' && given !== kind.kind) {
    throw new StatusError(
      badRequest(
        `${given} in version ${goQuote(version || apiVersion)} ` +
          `cannot be handled as a ${kind.kind}: converting (${version || apiVersion}.${given}) to ` +
          `(${apiVersion}.${kind.kind}): unknown conversion`,
      ),
    );
  }
  if (version !== '' && version !== apiVersion) {
    throw new StatusError(
      badRequest(
        `the API version in the data (${version}) does not match ` +
          `the expected API version (${apiVersion})`,
      ),
    );
  }
  return given === kind.kind && version === apiVersion
    ? data
    : { ...data, apiVersion, kind: kind.kind };
}

/** Where an object comes from, and how it is refused when it is none of its kind. */
export interface Reading {
  readonly source: 'json' | 'map';
  readonly refuse: (resource: Resource, reason: string) => Status;
}

const whole: Reading = {
  source: 'json',
  refuse: ({ kind }, reason) => badRequest(cannotHandle(kind.kind, kind.version, reason)),
};

/**
 * Types and unknown fields checked, then the kind's defaults, then made into what is stored. What is shared with `previous` was
 * decoded when that was written: it is not walked again.
 */
export function decodeObject(
  x: Exchange,
  resource: Resource,
  data: JsonObject,
  options: WriteOptions,
  previous?: ApiObject,
  reading: Reading = whole,
): ApiObject {
  const { kind } = resource;
  const isWhole = previous === undefined || resource.isAlias || kind.custom !== undefined;
  const fresh = isWhole ? data : withoutShared(data, previous);
  const decoded =
    kind.custom === undefined
      ? decode(kind.schema, fresh, options.validation, reading.source)
      : kind.custom.decode(fresh, options.validation);
  const { problems, fatal } = decoded;
  const object = fresh === data ? decoded.object : withShared(decoded.object, data, fresh);
  if (fatal !== undefined) throw new StatusError(reading.refuse(resource, fatal));
  if (problems.length > 0 && options.validation === 'Strict') {
    throw new StatusError(reading.refuse(resource, strictDecodingError(problems)));
  }
  x.warnings.push(...problems);
  const typed = object as unknown as ApiObject;
  const complete =
    typed.metadata === undefined ? { ...typed, metadata: {} as ApiObject['metadata'] } : typed;
  const defaulted = kind.defaults === undefined ? complete : kind.defaults(complete);
  if (kind.storedAs === undefined) return defaulted;
  const stored = kind.storedAs.toStored(defaulted);
  return resource.store.kind.defaults?.(stored) ?? stored;
}

/** Without the top-level fields that are the very ones of the previous object. */
function withoutShared(data: JsonObject, previous: ApiObject): JsonObject {
  const before = previous as unknown as JsonObject;
  let fresh: Record<string, Json> | undefined;
  for (const key in data) {
    const value = data[key];
    if (typeof value !== 'object' || value !== before[key]) continue;
    fresh ??= { ...data } as Record<string, Json>;
    delete fresh[key];
  }
  return fresh ?? data;
}

function withShared(decoded: JsonObject, data: JsonObject, fresh: JsonObject): JsonObject {
  const whole = { ...decoded } as Record<string, Json>;
  for (const key in data) if (fresh[key] === undefined) whole[key] = data[key] as Json;
  return whole;
}
