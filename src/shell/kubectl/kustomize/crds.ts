/**
 * `crds`: which fields of custom resources hold names, labels and annotations. The files are
 * OpenAPI definitions as code generators write them (not CustomResourceDefinitions).
 * Follows kustomize api/internal/accumulator/loadconfigfromcrds.go.
 */
import type { JsonObject } from '../../../api/object.ts';
import { CommandError, bareMessage, failed } from '../errors.ts';
import { decodeYaml } from '../manifest/decode.ts';
import type { FieldSpec } from './field-spec.ts';
import type { NameReference, Tables } from './field-tables.ts';
import type { Loader } from './loader.ts';

interface Found {
  readonly nameReference: NameReference[];
  readonly commonLabels: FieldSpec[];
  readonly commonAnnotations: FieldSpec[];
  readonly namePrefix: FieldSpec[];
}

type Types = Readonly<Record<string, { readonly Schema?: JsonObject }>>;

/** What the files of `crds` add to the tables. */
export function tablesOfCrds(paths: readonly string[], loader: Loader): Partial<Tables> {
  const found: Found = { nameReference: [], commonLabels: [], commonAnnotations: [], namePrefix: [] };
  for (const path of paths) {
    const types = (decodeYaml(loaded(path, paths, loader)).value ?? {}) as Types;
    for (const [name, { Schema: schema }] of Object.entries(types)) {
      const properties = propertiesOf(schema);
      if (!['apiVersion', 'kind', 'metadata'].every((field) => field in properties)) continue;
      walk({ types, kind: name.slice(name.lastIndexOf('.') + 1), found }, schema, []);
    }
  }
  return found;
}

function loaded(path: string, paths: readonly string[], loader: Loader): string {
  try {
    return loader.load(path);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw failed(`loading CRDs [${paths.join(' ')}]: ${bareMessage(error)}`);
  }
}

const propertiesOf = (schema: JsonObject | undefined) =>
  (schema?.['properties'] ?? {}) as Readonly<Record<string, JsonObject>>;

interface Walk {
  readonly types: Types;
  readonly kind: string;
  readonly found: Found;
}

function walk(where: Walk, schema: JsonObject | undefined, path: readonly string[]): void {
  const { types, kind, found } = where;
  for (const [name, property] of Object.entries(propertiesOf(schema))) {
    const at = [...path, name];
    const spec = { kind, path: at.join('/') };
    if ('x-kubernetes-annotation' in property) found.commonAnnotations.push(spec);
    if ('x-kubernetes-label-selector' in property) found.commonLabels.push(spec);
    if ('x-kubernetes-identity' in property) found.namePrefix.push(spec);
    const version = property['x-kubernetes-object-ref-api-version'];
    const other = property['x-kubernetes-object-ref-kind'];
    if (typeof version === 'string' && typeof other === 'string') {
      const key = property['x-kubernetes-object-ref-name-key'] ?? 'name';
      const fieldSpecs = [{ kind, path: [...at, String(key)].join('/') }];
      found.nameReference.push({ kind: other, version, fieldSpecs });
    }
    const reference = property['$ref'];
    // Types that hold themselves end where they begin again.
    if (typeof reference === 'string' && at.length < 20) walk(where, types[reference]?.Schema, at);
  }
}
