/**
 * Objects as JSON text, as apimachinery's serializer writes them: the kind before all else, items
 * of a typed list without theirs, and `<`, `>` and `&` escaped. Objects are frozen and shared:
 * each is written once, for however many read it.
 */
import { kinds } from '../../api/kinds/index.ts';
import type { Json, JsonObject } from '../../api/object.ts';
import type { WatchEvent } from '../../k8s/client/wire.ts';

/** `group/version` of typed objects: custom ones are maps, whose keys are in order. */
const typed = new Set([
  ...kinds.map(({ group, version }) => (group === '' ? version : `${group}/${version}`)),
  'meta.k8s.io/v1',
]);
typed.delete('apiregistration.k8s.io/v1');

/** An answer's body, without a line break at its end. */
export function jsonText(body: Json): string {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return escaped(body);
  const object = body as JsonObject;
  if (!isTyped(object)) return escaped(object);
  const { items } = object;
  if (!String(object['kind']).endsWith('List') || !Array.isArray(items)) return objectText(object);
  const { kind, apiVersion, items: _, ...rest } = object;
  const isPartial = apiVersion === 'meta.k8s.io/v1';
  const texts = (items as JsonObject[]).map(isPartial ? objectText : restText);
  const fields = `${escaped(rest).slice(1, -1)},`;
  return `${headText(kind, apiVersion)}${fields === ',' ? '' : fields}"items":[${texts.join(',')}]}`;
}

/** The same for people: two blanks a level. */
export const prettyText = (body: Json): string =>
  JSON.stringify(shapeOf(body), undefined, 2).replaceAll(/[<>&\u2028\u2029]/g, escape);

/** The body as data in the order and shape in which it is written. */
export function shapeOf(body: Json): Json {
  return typeof body === 'object' && body !== null ? (JSON.parse(jsonText(body)) as Json) : body;
}

/** One line of a watch. */
export const eventText = ({ type, object }: WatchEvent): string =>
  `{"type":"${type}","object":${objectText(object)}}\n`;

const frames = new WeakMap<JsonObject, Map<string, Buffer>>();

/** The same as a chunk of HTTP's, ready to be sent: thousands may watch one object. */
export function eventFrame(event: WatchEvent): Buffer {
  const { type, object } = event;
  const known = frames.get(object)?.get(type);
  if (known !== undefined) return known;
  const text = eventText(event);
  const frame = Buffer.from(`${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`);
  frames.set(object, new Map(frames.get(object)).set(type, frame));
  return frame;
}

const isTyped = ({ kind, apiVersion }: JsonObject): boolean =>
  typeof kind === 'string' && typeof apiVersion === 'string' && typed.has(apiVersion);

const headText = (kind: unknown, apiVersion: unknown): string =>
  `{"kind":${JSON.stringify(kind)},"apiVersion":${JSON.stringify(apiVersion)},`;

function objectText(object: JsonObject): string {
  if (!isTyped(object)) return wholeText(object);
  const rest = restText(object);
  const head = headText(object['kind'], object['apiVersion']);
  return rest === '{}' ? `${head.slice(0, -1)}}` : head + rest.slice(1);
}

const rests = new WeakMap<JsonObject, string>();
const wholes = new WeakMap<JsonObject, string>();

/** The object without its kind. */
function restText(object: JsonObject): string {
  if (!isTyped(object)) return wholeText(object);
  const known = rests.get(object);
  if (known !== undefined) return known;
  const { kind: _, apiVersion: __, ...rest } = object;
  const text = escaped(rest);
  rests.set(object, text);
  return text;
}

function wholeText(object: JsonObject): string {
  const known = wholes.get(object);
  if (known !== undefined) return known;
  const text = escaped(object);
  wholes.set(object, text);
  return text;
}

const special = /[<>&\u2028\u2029]/;

function escaped(value: Json): string {
  const text = JSON.stringify(value);
  return special.test(text) ? text.replaceAll(/[<>&\u2028\u2029]/g, escape) : text;
}

const escape = (char: string): string =>
  `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
