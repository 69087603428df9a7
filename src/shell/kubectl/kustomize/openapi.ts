/**
 * A schema of one's own (`openapi: {path}`): merge keys of custom resources. It takes the place of
 * the built-in ones, as in the real one. Follows kustomize kyaml/openapi/openapi.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import type { Definition, Schema } from '../../../api/schema.ts';
import { failed } from '../errors.ts';
import { decodeYaml } from '../manifest/decode.ts';
import { isList } from '../printers/json.ts';
import type { Loader } from './loader.ts';
import type { Gvk } from './resource.ts';

/** The schema of a kind; undefined where there is none. */
export type Schemas = (gvk: Gvk) => Schema | undefined;

const builtInVersion = 'v1.21.2';

/** What a kustomization's `openapi` says; undefined: the built-in schemas. */
export function schemasOf(
  openapi: Readonly<Record<string, string>> | undefined, loader: Loader,
): Schemas | undefined {
  const { path, version } = openapi ?? {};
  if (path !== undefined && path !== '') return read(loader.load(path));
  if (version !== undefined && version !== '' && version !== builtInVersion) {
    throw failed('the specified OpenAPI version is not built in');
  }
  return undefined;
}

function read(text: string): Schemas {
  const { definitions = {} } = (decodeYaml(text).value ?? {}) as JsonObject;
  const all = definitions as Readonly<Record<string, JsonObject>>;
  const byKind = new Map<string, JsonObject>();
  for (const definition of Object.values(all)) {
    const kinds = definition['x-kubernetes-group-version-kind'];
    for (const gvk of isList(kinds) ? (kinds as readonly JsonObject[]) : []) {
      byKind.set(keyOf(gvk['group'], gvk['version'], gvk['kind']), definition);
    }
  }
  return ({ group, version, kind }) => {
    const found = byKind.get(keyOf(group, version, kind));
    return found === undefined ? undefined : schemaOf(found, all);
  };
}

const keyOf = (...parts: readonly (Json | undefined)[]): string => parts.map((part) => part ?? '').join('/');

function schemaOf(found: JsonObject, all: Readonly<Record<string, JsonObject>>): Schema {
  const reference = String(found['$ref'] ?? '').replace('#/definitions/', '');
  const { properties, items, ...rest } = { ...all[reference], ...found } as JsonObject;
  const presence = 'optional';
  if (items !== undefined) {
    const merges = String(rest['x-kubernetes-patch-strategy'] ?? '').includes('merge');
    const keys = rest['x-kubernetes-list-map-keys'];
    const mergeKey = rest['x-kubernetes-patch-merge-key'];
    return {
      type: 'list', presence, item: schemaOf(items as JsonObject, all),
      ...(merges || isList(keys) ? { strategy: 'merge' as const } : {}),
      ...(isList(keys) ? { listKeys: keys as readonly string[] } : {}),
      ...(typeof mergeKey === 'string' ? { mergeKey } : {}),
    };
  }
  const definition = (): Definition => {
    const fields = Object.entries((properties ?? {}) as Readonly<Record<string, JsonObject>>);
    return {
      name: reference, atomic: false,
      fields: new Map(fields.map(([name, one]) => [name, schemaOf(one, all)])),
    };
  };
  return { type: 'object', presence, definition };
}
