/**
 * The objects of a resource file: YAML as go-yaml v3 reads it (`yes` is a text), lists taken
 * apart. Follows kustomize api/resource/factory.go, kyaml/kio/byteio_reader.go.
 */
import { parseDocument } from 'yaml';
import type { Json, JsonObject } from '../../../api/object.ts';
import { failed } from '../errors.ts';
import { decodeYaml } from '../manifest/decode.ts';
import { isList } from '../printers/json.ts';

/** Said of files that are no YAML; they are not tried as directories. */
export const malformed = 'MalformedYAMLError';

/** Every object of a text. Throws what is wrong with the first bad one. */
export function readObjects(text: string): readonly JsonObject[] {
  return text.split(/^---(?=\s|$).*\n?/m).flatMap((part) => {
    const { problem } = decodeYaml(part);
    if (problem !== undefined) throw failed(`${malformed}: yaml: ${problem}`);
    const value = readScalars(part);
    if (value === null || value === undefined) return [];
    if (typeof value !== 'object' || isList(value)) {
      throw failed('missing Resource metadata');
    }
    return Object.keys(value).length === 0 ? [] : taken(value);
  });
}

/** YAML without the words that only older readers take for booleans. */
export function readScalars(text: string): Json | undefined {
  const octal = {
    tag: 'tag:yaml.org,2002:int', default: true, test: /^[-+]?0[0-7_]+$/,
    resolve: (digits: string) => parseInt(digits.replaceAll('_', ''), 8),
  };
  const document = parseDocument(text, {
    schema: 'core', merge: true, uniqueKeys: false, customTags: (tags) => [octal, ...tags],
  });
  return document.toJS() as Json | undefined;
}

function taken(object: JsonObject): readonly JsonObject[] {
  const { kind, apiVersion = '', items } = object;
  const metadata = (object['metadata'] ?? {}) as Readonly<Record<string, Json | undefined>>;
  const goName = `{{${String(apiVersion)} ${String(kind ?? '')}} {{${String(metadata['name'] ?? '')} ` +
    `${String(metadata['namespace'] ?? '')}} map[] map[]}}`;
  if (typeof kind !== 'string' || kind === '') throw failed(`missing kind in object ${goName}`);
  if (kind.endsWith('List')) {
    if (items === undefined) return [object];
    return isList(items) ? items.flatMap((item) => taken(item as JsonObject)) : [];
  }
  if (!metadata['name']) throw failed(`missing metadata.name in object ${goName}`);
  return [object];
}
