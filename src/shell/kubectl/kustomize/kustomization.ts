/**
 * A kustomization file: its fields and their types, which Go's JSON decoder checks strictly.
 * Follows kustomize api/types/kustomization.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { failed } from '../errors.ts';
import { decodeYaml } from '../manifest/decode.ts';
import { isList } from '../printers/json.ts';
import type { FieldSpec } from './field-spec.ts';
import type { Gvk } from './resource.ts';

/** What a patch's or a replacement's target is chosen by. */
export interface Selector extends Partial<Gvk> {
  readonly name?: string;
  readonly namespace?: string;
  readonly labelSelector?: string;
  readonly annotationSelector?: string;
}

export interface GeneratorOptions {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly disableNameSuffixHash?: boolean;
  readonly immutable?: boolean;
}

export interface Generator {
  readonly name?: string;
  readonly namespace?: string;
  readonly behavior?: string;
  readonly literals?: readonly string[];
  readonly files?: readonly string[];
  readonly envs?: readonly string[];
  readonly env?: string;
  readonly type?: string;
  readonly options?: GeneratorOptions;
}

export interface Patch {
  readonly path?: string;
  readonly patch?: string;
  readonly target?: Selector;
  readonly options?: Readonly<Record<string, boolean>>;
}

export interface ImageChange {
  readonly name?: string;
  readonly newName?: string;
  readonly newTag?: string;
  readonly tagSuffix?: string;
  readonly digest?: string;
}

export interface FieldOptions {
  readonly delimiter?: string;
  readonly index?: number;
  readonly create?: boolean;
}

export interface Replacement {
  readonly path?: string;
  readonly source?: Selector & { readonly fieldPath?: string; readonly options?: FieldOptions };
  readonly targets?: readonly {
    readonly select?: Selector;
    readonly reject?: readonly Selector[];
    readonly fieldPaths?: readonly string[];
    readonly options?: FieldOptions;
  }[];
}

export interface Var {
  readonly name: string;
  readonly objref: Selector & { readonly apiVersion?: string };
  readonly fieldref?: { readonly fieldPath?: string };
}

export interface LabelRule {
  readonly pairs?: Readonly<Record<string, string>>;
  readonly includeSelectors?: boolean;
  readonly includeTemplates?: boolean;
  readonly fields?: readonly FieldSpec[];
}

export interface Kustomization {
  readonly kind?: string;
  readonly apiVersion?: string;
  readonly namePrefix?: string;
  readonly nameSuffix?: string;
  readonly namespace?: string;
  readonly commonLabels?: Readonly<Record<string, string>>;
  readonly commonAnnotations?: Readonly<Record<string, string>>;
  readonly labels?: readonly LabelRule[];
  readonly resources?: readonly string[];
  readonly bases?: readonly string[];
  readonly components?: readonly string[];
  readonly configMapGenerator?: readonly Generator[];
  readonly secretGenerator?: readonly Generator[];
  readonly generatorOptions?: GeneratorOptions;
  readonly images?: readonly ImageChange[];
  readonly imageTags?: readonly ImageChange[];
  readonly replicas?: readonly { readonly name?: string; readonly count?: number }[];
  readonly patches?: readonly Patch[];
  readonly patchesStrategicMerge?: readonly string[];
  readonly patchesJson6902?: readonly Patch[];
  readonly replacements?: readonly Replacement[];
  readonly vars?: readonly Var[];
  readonly configurations?: readonly string[];
  readonly sortOptions?: {
    readonly order?: string;
    readonly legacySortOptions?: {
      readonly orderFirst?: readonly string[];
      readonly orderLast?: readonly string[];
    };
  };
  readonly buildMetadata?: readonly string[];
  readonly helmCharts?: readonly JsonObject[];
  readonly helmChartInflationGenerator?: readonly JsonObject[];
  readonly generators?: readonly string[];
  readonly transformers?: readonly string[];
  readonly validators?: readonly string[];
  readonly crds?: readonly string[];
  readonly openapi?: Readonly<Record<string, string>>;
}

/** A type of Go's: a word, a list, a map, or a struct by its name. */
type Shape = string | readonly [Shape] | { readonly mapOf: Shape } | Struct;
interface Struct {
  readonly go: string;
  readonly fields: Readonly<Record<string, Shape>>;
}

const strings = ['string'] as const;
const stringMap = { mapOf: 'string' } as const;
const gvk = { group: 'string', version: 'string', kind: 'string' };
const fieldSpec: Struct = { go: 'FieldSpec', fields: { ...gvk, path: 'string', create: 'bool' } };
const selector: Struct = {
  go: 'Selector',
  fields: {
    ...gvk, name: 'string', namespace: 'string', annotationSelector: 'string', labelSelector: 'string',
  },
};
const generatorOptions: Struct = {
  go: 'GeneratorOptions',
  fields: {
    labels: stringMap, annotations: stringMap, disableNameSuffixHash: 'bool', immutable: 'bool',
  },
};
const generator = (go: string, more: Struct['fields'] = {}): Struct => ({
  go,
  fields: {
    name: 'string', namespace: 'string', behavior: 'string', literals: strings, files: strings,
    envs: strings, env: 'string', options: generatorOptions, ...more,
  },
});
const image: Struct = {
  go: 'Image',
  fields: { name: 'string', newName: 'string', newTag: 'string', tagSuffix: 'string', digest: 'string' },
};
const patch: Struct = {
  go: 'Patch', fields: { path: 'string', patch: 'string', target: selector, options: { mapOf: 'bool' } },
};
const fieldOptions: Struct = {
  go: 'FieldOptions',
  fields: { delimiter: 'string', index: 'int', encoding: 'string', create: 'bool' },
};
const kustomizationShape: Struct = {
  go: 'Kustomization',
  fields: {
    kind: 'string', apiVersion: 'string', metadata: 'any', openapi: stringMap,
    namePrefix: 'string', nameSuffix: 'string', namespace: 'string', commonLabels: stringMap,
    labels: [{
      go: 'Label',
      fields: { pairs: stringMap, includeSelectors: 'bool', includeTemplates: 'bool', fields: [fieldSpec] },
    }],
    commonAnnotations: stringMap, patchesStrategicMerge: strings, patchesJson6902: [patch],
    patches: [patch], images: [image], imageTags: [image],
    replacements: [{
      go: 'ReplacementField',
      fields: {
        path: 'string',
        source: {
          go: 'SourceSelector', fields: { ...selector.fields, fieldPath: 'string', options: fieldOptions },
        },
        targets: [{
          go: 'TargetSelector',
          fields: { select: selector, reject: [selector], fieldPaths: strings, options: fieldOptions },
        }],
      },
    }],
    replicas: [{ go: 'Replica', fields: { name: 'string', count: 'int64' } }],
    vars: [{
      go: 'Var',
      fields: {
        name: 'string',
        objref: { go: 'Target', fields: { ...gvk, apiVersion: 'string', name: 'string', namespace: 'string' } },
        fieldref: { go: 'FieldSelector', fields: { fieldPath: 'string' } },
      },
    }],
    sortOptions: {
      go: 'SortOptions',
      fields: {
        order: 'string',
        legacySortOptions: { go: 'LegacySortOptions', fields: { orderFirst: strings, orderLast: strings } },
      },
    },
    resources: strings, components: strings, crds: strings, bases: strings,
    configMapGenerator: [generator('ConfigMapArgs')],
    secretGenerator: [generator('SecretArgs', { type: 'string' })],
    helmGlobals: 'any', helmCharts: ['any'], helmChartInflationGenerator: ['any'],
    generatorOptions, configurations: strings, generators: strings, transformers: strings,
    validators: strings, buildMetadata: strings,
  },
};

/** Reads a kustomization file. Throws what Go's decoder says first. */
export function readKustomization(text: string): Kustomization {
  const { value, problem } = decodeYaml(text);
  if (problem !== undefined) throw failed(`invalid Kustomization: yaml: ${problem}`);
  const found = checked(value ?? {}, kustomizationShape, { struct: 'Kustomization', path: [] });
  return found as Kustomization;
}

interface Where {
  readonly struct: string;
  readonly path: readonly string[];
}

/** The value with its fields under the names that they have (Go takes any case). */
function checked(value: Json, shape: Shape, where: Where): Json {
  if (value === null || shape === 'any') return value;
  if (typeof shape === 'string') {
    const fits = shape === 'bool' ? 'boolean' : shape.startsWith('int') ? 'number' : 'string';
    if (typeof value !== fits) throw unfit(value, shape, where);
    return value;
  }
  if ('mapOf' in shape || 'go' in shape) {
    if (typeof value !== 'object' || isList(value)) throw unfit(value, shape, where);
    return 'mapOf' in shape ? checkedMap(value, shape.mapOf, where) : checkedStruct(value, shape, where);
  }
  if (!isList(value)) throw unfit(value, shape, where);
  return value.map((item) => checked(item, shape[0], where));
}

const checkedMap = (value: JsonObject, shape: Shape, where: Where): JsonObject =>
  Object.fromEntries(Object.keys(value).sort()
    .map((key) => [key, checked(value[key] ?? null, shape, where)]));

function checkedStruct(value: JsonObject, { go, fields }: Struct, { path }: Where): JsonObject {
  const result: Record<string, Json> = {};
  for (const key of Object.keys(value).sort()) {
    const name = Object.keys(fields)
      .find((field) => field === key || field.toLowerCase() === key.toLowerCase());
    const shape = name === undefined ? undefined : fields[name];
    if (name === undefined || shape === undefined) {
      throw failed(`invalid Kustomization: json: unknown field ${JSON.stringify(key)}`);
    }
    const below = checked(value[key] ?? null, shape, { struct: go, path: [...path, name] });
    if (below !== null) result[name] = below;
  }
  return result;
}

function unfit(value: Json, shape: Shape, { struct, path }: Where) {
  const found = isList(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const field = path.length === 0 ? '' : `Go struct field ${struct}.${path.join('.')}`;
  return failed(`invalid Kustomization: json: cannot unmarshal ${found} into ` +
    `${field === '' ? 'Go value' : field} of type ${goType(shape)}`);
}

function goType(shape: Shape): string {
  if (typeof shape === 'string') return shape;
  if ('mapOf' in shape) return `map[string]${goType(shape.mapOf)}`;
  return 'go' in shape ? `types.${shape.go}` : `[]${goType(shape[0])}`;
}

const fix = "Run 'kustomize edit fix' to update your Kustomization automatically.";
const deprecated = [
  ['bases', 'resources', ''], ['commonLabels', 'labels', ''], ['imageTags', 'images', ''],
  ['patchesJson6902', 'patches', ''], ['patchesStrategicMerge', 'patches', ''],
  ['vars', 'replacements', '[EXPERIMENTAL] '],
] as const;

/** What is said of fields that are going out of use. */
export const deprecationWarnings = (kustomization: Kustomization): readonly string[] =>
  deprecated.filter(([field]) => kustomization[field] !== undefined).map(([field, instead, note]) =>
    `# Warning: '${field}' is deprecated. Please use '${instead}' instead. ${note}${fix}`);

/** What is wrong with the file's own kind and version. */
export function headProblems({ kind = 'Kustomization', apiVersion }: Kustomization): readonly string[] {
  const problems: string[] = [];
  if (kind !== 'Kustomization' && kind !== 'Component') {
    problems.push('kind should be Kustomization or Component');
  }
  const wanted = `kustomize.config.k8s.io/${kind === 'Component' ? 'v1alpha1' : 'v1beta1'}`;
  if (apiVersion !== undefined && apiVersion !== '' && apiVersion !== wanted) {
    problems.push(`apiVersion for ${kind} should be ${wanted}`);
  }
  return problems;
}
