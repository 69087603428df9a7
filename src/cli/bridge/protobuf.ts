/**
 * Bodies in Kubernetes' protobuf, which kubectl >= 1.32 sends for typed writes: the magic `k8s\0`,
 * then runtime.Unknown around the object. Decoded to what the same client would have sent as
 * JSON. Follows apimachinery pkg/runtime/serializer/protobuf; field numbers are those of the
 * structs' tags (tools/protobuf-fields.mjs).
 */
import type { Json, JsonObject } from '../../api/object.ts';
import { formatTime } from '../../kernel/calendar.ts';
import messages from './protobuf-fields.json' with { type: 'json' };

interface Field {
  readonly name: string;
  /** s, i, b, y, d, or a message's name. */
  readonly type: string;
  readonly isList: boolean;
  readonly isMap: boolean;
  readonly isInline: boolean;
  /** A named list: its items are in a message of their own. */
  readonly isWrapped: boolean;
  /** Zero is said, too: a pointer, or a field that is never left out. */
  readonly keepsZero: boolean;
}
type Message = ReadonlyMap<number, Field>;

/** A body that is no Kubernetes protobuf, or of a type that is not known. */
export class ProtobufProblem extends Error {}

const magic = Buffer.from('k8s\0');

/** The object in a protobuf body. */
export function decodeProtobuf(bytes: Buffer): Json {
  if (!bytes.subarray(0, 4).equals(magic)) {
    throw new ProtobufProblem('provided data does not appear to be a protobuf message, ' +
      'expected prefix [107 56 115 0]');
  }
  let apiVersion = '';
  let kind = '';
  let raw: Buffer = Buffer.alloc(0);
  for (const [number, value] of parts(bytes.subarray(4))) {
    if (number === 2) raw = bytesOf(value);
    else if (number === 1) {
      for (const [inner, text] of parts(bytesOf(value))) {
        if (inner === 1) apiVersion = bytesOf(text).toString('utf8');
        else if (inner === 2) kind = bytesOf(text).toString('utf8');
      }
    }
  }
  return { kind, apiVersion, ...decode(messageOf(nameOf(apiVersion, kind)), raw) };
}

/** `rbac.authorization.k8s.io/v1` is the package `rbac/v1`; options are of meta. */
function nameOf(apiVersion: string, kind: string): string {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['', apiVersion];
  const short = group === '' ? 'core' : (group ?? '').split('.')[0];
  const name = `${short}/${version}.${kind}`;
  return name in messages ? name : `meta/v1.${kind}`;
}

const read = new Map<string, Message>();

function messageOf(name: string): Message {
  const known = read.get(name);
  if (known !== undefined) return known;
  const text = (messages as Readonly<Record<string, string>>)[name];
  if (text === undefined) throw new ProtobufProblem(`no kind is registered for ${name}`);
  const fields = text === '' ? [] : text.split(';').map(fieldOf);
  const message = new Map(fields);
  read.set(name, message);
  return message;
}

function fieldOf(text: string): [number, Field] {
  const [number, flags = '', name = '', type = ''] = text.split(' ');
  const has = (flag: string) => flags.includes(flag);
  return [
    Number(number),
    {
      name,
      type,
      isList: has('['),
      isMap: has('{'),
      isInline: has('~'),
      isWrapped: has('w'),
      keepsZero: has('*') || has('!'),
    },
  ];
}

function decode(message: Message, bytes: Buffer): JsonObject {
  const object: Record<string, Json> = {};
  for (const [number, value] of parts(bytes)) {
    const field = message.get(number);
    if (field === undefined || field.name === '-') continue;
    if (field.isInline) Object.assign(object, decode(messageOf(field.type), bytesOf(value)));
    else put(object, field, value);
  }
  return object;
}

function put(object: Record<string, Json>, field: Field, value: Value): void {
  const { name, isList, isMap, isWrapped } = field;
  if (isMap) {
    object[name] = { ...(object[name] as JsonObject | undefined), ...entryOf(field, value) };
  } else if (isWrapped) object[name] = itemsOf(field.type, value);
  else if (isList) object[name] = [...((object[name] ?? []) as Json[]), valueOf(field.type, value)];
  else {
    const one = valueOf(field.type, value);
    const isZero = one === '' || one === 0 || one === false;
    if (!isZero || field.keepsZero) object[name] = one;
  }
}

function entryOf({ type, isWrapped }: Field, value: Value): JsonObject {
  let key = '';
  let of: Json = isWrapped ? [] : type === 's' || type === 'y' ? '' : null;
  for (const [number, part] of parts(bytesOf(value))) {
    if (number === 1) key = bytesOf(part).toString('utf8');
    else if (number === 2) of = isWrapped ? itemsOf(type, part) : valueOf(type, part);
  }
  return { [key]: of };
}

const itemsOf = (type: string, value: Value): Json =>
  [...parts(bytesOf(value))].filter(([number]) => number === 1).map(([, item]) => valueOf(type, item));

function valueOf(type: string, value: Value): Json {
  switch (type) {
    case 's':
      return bytesOf(value).toString('utf8');
    case 'i':
      return Number(BigInt.asIntN(64, value as bigint));
    case 'b':
      return value !== 0n;
    case 'y':
      return bytesOf(value).toString('base64');
    case 'd':
      return bytesOf(value).readDoubleLE(0);
    default:
      return special[type]?.(bytesOf(value)) ?? structOf(type, bytesOf(value));
  }
}

const structOf = (type: string, bytes: Buffer): Json =>
  type in special ? null : decode(messageOf(type), bytes);

/** Types that JSON writes in a way of their own; undefined is null there. */
const special: Readonly<Record<string, (bytes: Buffer) => Json | undefined>> = {
  Time: timeOf,
  MicroTime: microTimeOf,
  Quantity: (bytes) => textAt(bytes, 1) ?? '0',
  Duration: (bytes) => `${Number(numberAt(bytes, 1)) / 1e9}s`,
  RawExtension: (bytes) => {
    const text = textAt(bytes, 1);
    return text === undefined || text === '' ? undefined : (JSON.parse(text) as Json);
  },
  IntOrString: (bytes) =>
    numberAt(bytes, 1) === 0n
      ? Number(BigInt.asIntN(64, numberAt(bytes, 2)))
      : (textAt(bytes, 3) ?? ''),
};

function timeOf(bytes: Buffer): Json | undefined {
  if (bytes.length === 0) return undefined;
  return formatTime(Number(BigInt.asIntN(64, numberAt(bytes, 1))) * 1_000);
}

function microTimeOf(bytes: Buffer): Json | undefined {
  const time = timeOf(bytes);
  const micros = String(Number(numberAt(bytes, 2)) / 1_000).padStart(6, '0');
  return typeof time === 'string' ? time.replace('Z', `.${micros}Z`) : undefined;
}

function textAt(bytes: Buffer, wanted: number): string | undefined {
  for (const [number, value] of parts(bytes)) {
    if (number === wanted) return bytesOf(value).toString('utf8');
  }
  return undefined;
}

function numberAt(bytes: Buffer, wanted: number): bigint {
  for (const [number, value] of parts(bytes)) {
    if (number === wanted && typeof value === 'bigint') return value;
  }
  return 0n;
}

/** A varint, or the bytes of anything longer. */
type Value = bigint | Buffer;

function bytesOf(value: Value): Buffer {
  if (typeof value === 'bigint') throw new ProtobufProblem('proto: wrong wireType');
  return value;
}

/** The parts of a message: number and value, in the order of the wire. */
function* parts(bytes: Buffer): Generator<[number, Value]> {
  let at = 0;
  const varint = (): bigint => {
    let result = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at];
      if (byte === undefined) throw new ProtobufProblem('unexpected EOF');
      at += 1;
      result |= BigInt(byte & 127) << shift;
      if (byte < 128) return result;
    }
    throw new ProtobufProblem('proto: integer overflow');
  };
  const slice = (length: number): Buffer => {
    if (at + length > bytes.length) throw new ProtobufProblem('unexpected EOF');
    at += length;
    return bytes.subarray(at - length, at);
  };
  while (at < bytes.length) {
    const tag = Number(varint());
    const wire = tag & 7;
    if (wire === 0) yield [tag >> 3, varint()];
    else if (wire === 2) yield [tag >> 3, slice(Number(varint()))];
    else if (wire === 1) yield [tag >> 3, slice(8)];
    else if (wire === 5) yield [tag >> 3, slice(4)];
    else throw new ProtobufProblem(`proto: illegal wireType ${wire}`);
  }
}
