/**
 * ConfigMaps and Secrets made of literals, files and environment files.
 * Follows kustomize api/internal/generators, api/kv/kv.go.
 */
import { encodeBase64 } from '../../../api/base64.ts';
import { isConfigMapKey } from '../../../api/name-rules.ts';
import type { Json, JsonObject } from '../../../api/object.ts';
import { CommandError, bareMessage, failed } from '../errors.ts';
import type { Generator, GeneratorOptions } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { type Behavior, Resource } from './resource.ts';

type Pair = readonly [key: string, value: string];
type Texts = Readonly<Record<string, string>>;

/** Makes one object; its options are those of the whole file where it has none of its own. */
export function generate(
  kind: 'ConfigMap' | 'Secret', args: Generator, common: GeneratorOptions | undefined, loader: Loader,
): Resource {
  if (args.name === undefined || args.name === '') throw failed('a configmap must have a name');
  const options = withDefaults(args.options, common);
  const data = dataOf(args.name, pairsOf(args, loader));
  const { namespace, behavior, type } = args;
  const resource = new Resource({
    apiVersion: 'v1', kind,
    metadata: {
      name: args.name, ...(namespace ? { namespace } : {}),
      ...some('labels', options.labels), ...some('annotations', options.annotations),
    },
    ...(kind === 'Secret' ? { type: type || 'Opaque' } : {}),
    ...some('data', kind === 'Secret' ? mapValues(data, wrapped) : data),
    ...(options.immutable === true ? { immutable: true } : {}),
  });
  resource.needsHash = options.disableNameSuffixHash !== true;
  resource.behavior = (behavior === 'merge' || behavior === 'replace' ? behavior : 'create') as Behavior;
  return resource;
}

const mapValues = (map: Texts, change: (text: string) => string): Texts =>
  Object.fromEntries(Object.entries(map).map(([key, value]) => [key, change(value)]));

const some = (key: string, map: Texts | undefined): Readonly<Record<string, Json>> =>
  map === undefined || Object.keys(map).length === 0 ? {} : { [key]: map };

/** Base64 in lines of 70. */
function wrapped(text: string): string {
  const encoded = encodeBase64(text);
  const lines = encoded.match(/.{1,70}/g) ?? [];
  return lines.length > 1 ? `${lines.join('\n')}\n` : encoded;
}

function withDefaults(own: GeneratorOptions = {}, common: GeneratorOptions = {}): GeneratorOptions {
  return {
    labels: { ...common.labels, ...own.labels },
    annotations: { ...common.annotations, ...own.annotations },
    disableNameSuffixHash: own.disableNameSuffixHash === true || common.disableNameSuffixHash === true,
    immutable: own.immutable === true || common.immutable === true,
  };
}

function dataOf(name: string, pairs: readonly Pair[]): Texts {
  const data: Record<string, string> = {};
  for (const [key, value] of pairs) {
    const problems = isConfigMapKey(key);
    if (problems.length > 0) {
      throw failed(`${JSON.stringify(key)} is not a valid key name: ${problems.join(',')}`);
    }
    if (data[key] !== undefined) throw failed(`configmap ${name} illegally repeats the key \`${key}\``);
    data[key] = value;
  }
  return data;
}

function pairsOf({ envs = [], env, literals = [], files = [] }: Generator, loader: Loader): Pair[] {
  const all = env === undefined || env === '' ? envs : [...envs, env];
  return [
    ...within(`env source files: [${all.join(' ')}]`, () =>
      all.flatMap((path) => loader.load(path).split('\n').flatMap(fromLine))),
    ...within(`literal sources [${literals.join(' ')}]`, () => literals.map(fromLiteral)),
    ...within(`file sources: [${files.join(' ')}]`, () =>
      files.map((source): Pair => {
        const [key, path] = fromFile(source);
        return [key, loader.load(path)];
      })),
  ];
}

function within<T>(what: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw failed(`loading KV pairs: ${what}: ${bareMessage(error)}`);
  }
}

function fromLine(line: string): readonly Pair[] {
  const text = line.replace(/^\ufeff/, '').replace(/\r$/, '').trimStart();
  if (text === '' || text.startsWith('#')) return [];
  const at = text.indexOf('=');
  return [at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]];
}

function fromLiteral(source: string): Pair {
  const at = source.indexOf('=');
  if (at < 1) throw failed(`invalid literal source ${source}, expected key=value`);
  return [source.slice(0, at), source.slice(at + 1).replace(/^(['"])(.*)\1$/s, '$2')];
}

function fromFile(source: string): Pair {
  const parts = source.split('=');
  const [key = '', path] = parts;
  const quoted = JSON.stringify(source);
  if (path === undefined) return [source.slice(source.lastIndexOf('/') + 1), source];
  if (parts.length > 2) throw failed(`source ${quoted} key name or file path contains '='`);
  if (key === '') throw failed(`missing key name for file path ${JSON.stringify(path)} in source ${quoted}`);
  if (path === '') throw failed(`missing file path for key name ${JSON.stringify(key)} in source ${quoted}`);
  return [key, path];
}

/** What the name's hash is made of: kustomize asks for a name and never finds it. */
export function hashedText({ kind, object }: Resource): string {
  const field = (key: string): Json => object[key] ?? '';
  const more = (key: string): JsonObject => (object[key] === undefined ? {} : { [key]: field(key) });
  const content: JsonObject = kind === 'Secret'
    ? { data: field('data'), kind, name: '', ...more('stringData'), type: field('type') }
    : { ...more('binaryData'), data: field('data'), kind, name: '' };
  return goJson(content);
}

/** JSON as Go writes it: keys in order, and no character that HTML would take for its own. */
export function goJson(value: Json): string {
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(goJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const map = value as JsonObject;
    return `{${Object.keys(map).sort()
      .map((key) => `${goJson(key)}:${goJson(map[key] ?? null)}`).join(',')}}`;
  }
  return JSON.stringify(value).replace(/[<>&\u2028\u2029]/g, (char) =>
    `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
