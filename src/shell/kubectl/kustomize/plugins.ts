/**
 * `transformers`, `generators` and `validators`: kustomize's built-in plugins, each configured by a
 * file of its own. Left out, by name: charts, IAMPolicyGenerator, ValueAddTransformer, and plugins
 * that are programs. Follows kustomize api/internal/plugins/loader, api/internal/builtins.
 */
import type { Json } from '../../../api/object.ts';
import { CommandError, bareMessage, failed } from '../errors.ts';
import { yamlText } from '../printers/yaml.ts';
import type { FieldSpec } from './field-spec.ts';
import type { Tables } from './field-tables.ts';
import { generate, goJson } from './generate.ts';
import type { Generator, ImageChange, Kustomization, Patch, Selector } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { mergePatches, onePatch } from './patch.ts';
import { replaceFields } from './replace.ts';
import { type Resource, gvkText, idText } from './resource.ts';
import { Resources } from './resources.ts';
import { sortResources } from './sort.ts';
import {
  addHashes, addToNames, setNamespace, setPairs, setReplicas, setImages,
} from './transform.ts';

type Texts = Readonly<Record<string, string>>;

/** Every field that a built-in plugin may have. */
interface Config extends Generator, Omit<Patch, 'options'> {
  readonly metadata?: { readonly name?: string; readonly namespace?: string };
  readonly fieldSpecs?: readonly FieldSpec[];
  readonly prefix?: string;
  readonly suffix?: string;
  readonly labels?: Texts;
  readonly annotations?: Texts;
  readonly unsetOnly?: boolean;
  readonly jsonOp?: string;
  readonly paths?: readonly string[];
  readonly patches?: string;
  readonly replica?: { readonly name?: string; readonly count?: number };
  readonly imageTag?: ImageChange;
  readonly replacements?: Kustomization['replacements'];
  readonly sortOptions?: Kustomization['sortOptions'];
  readonly target?: Selector;
}

/** What a plugin works on. */
export interface Work {
  readonly resources: Resources;
  readonly loader: Loader;
  readonly tables: Tables;
}

type Transform = (work: Work, config: Config) => void;

const specsOf = ({ fieldSpecs }: Config): readonly FieldSpec[] => {
  if (fieldSpecs === undefined) throw misconfigured('fieldSpecs is not expected to be nil');
  return fieldSpecs;
};

class Misconfigured extends CommandError {}
const misconfigured = (why: string) => new Misconfigured(why, 1);

function names(work: Work, config: Config): void {
  const specs = specsOf(config);
  if (config.prefix) addToNames(work.resources, config.prefix, 'prefixes', specs);
  if (config.suffix) addToNames(work.resources, config.suffix, 'suffixes', specs);
}

function namespaced({ resources, tables }: Work, { metadata, fieldSpecs, unsetOnly }: Config): void {
  const { namespace = '' } = metadata ?? {};
  if (namespace === '') return;
  const wanted = unsetOnly === true
    ? new Resources(resources.list.filter((one) => one.namespace === '')) : resources;
  setNamespace(wanted, namespace, fieldSpecs ?? tables.namespace);
}

function patched({ resources, loader }: Work, { path = '', patch = '', target, options }: Config): void {
  if (path === '' && patch === '') throw misconfigured('must specify one of patch and path in\n');
  if (path !== '' && patch !== '') {
    throw misconfigured("patch and path can't be set at the same time\n");
  }
  onePatch(resources, {
    ...(path === '' ? { patch } : { path }),
    ...(target === undefined ? {} : { target }),
    ...(options === undefined ? {} : { options: options as Readonly<Record<string, boolean>> }),
  }, loader);
  resources.dropEmpty();
}

const transforms: Readonly<Record<string, Transform>> = {
  NamespaceTransformer: namespaced,
  PrefixTransformer: names,
  SuffixTransformer: names,
  PrefixSuffixTransformer: names,
  LabelTransformer: ({ resources }, config) =>
    setPairs(resources, config.labels ?? {}, config.fieldSpecs ?? []),
  AnnotationsTransformer: ({ resources }, config) =>
    setPairs(resources, config.annotations ?? {}, config.fieldSpecs ?? []),
  PatchTransformer: patched,
  PatchJson6902Transformer: (work, { jsonOp, options: _, ...config }) =>
    patched(work, { ...config, ...(jsonOp === undefined ? {} : { patch: jsonOp }) }),
  PatchStrategicMergeTransformer: ({ resources, loader }, { paths = [], patches }) =>
    mergePatches(resources, {
      patchesStrategicMerge: [...paths, ...(patches === undefined ? [] : [patches])],
    }, loader),
  ReplicaCountTransformer: ({ resources }, { replica = {}, fieldSpecs = [] }) =>
    setReplicas(resources, replica, fieldSpecs),
  ImageTagTransformer: ({ resources }, { imageTag = {}, fieldSpecs = [] }) =>
    setImages(resources, imageTag, fieldSpecs),
  ReplacementTransformer: ({ resources, loader }, { replacements = [] }) =>
    replaceFields(resources, { replacements }, loader),
  HashTransformer: ({ resources }) => addHashes(resources),
  SortOrderTransformer: ({ resources }, { sortOptions }) => {
    resources.list = [...sortResources(resources.list, sortOptions)];
  },
};

const generated = { ConfigMapGenerator: 'ConfigMap', SecretGenerator: 'Secret' } as const;
const isGenerator = (kind: string): kind is keyof typeof generated => kind in generated;

/** Runs the plugins of `transformers`. */
export function runPlugins(configs: Resources, work: Work): void {
  for (const config of configs.list) {
    const transform = known(config);
    if (transform === undefined) throw failed(`plugin ${idText(config.id)} not a transformer`);
    configured(config, () => transform(work, config.object as unknown as Config));
  }
}

/** What the plugins of `generators` make, one after the other. */
export function* generatedBy(configs: Resources, loader: Loader, tables: Tables): IterableIterator<Resource> {
  for (const config of configs.list) {
    const transform = known(config);
    const { metadata, ...rest } = config.object as unknown as Config;
    if (isGenerator(config.kind)) {
      const args = {
        ...rest, name: rest.name || (metadata?.name ?? ''),
        namespace: rest.namespace || (metadata?.namespace ?? ''),
      };
      yield generate(generated[config.kind], args, undefined, loader);
    } else if (transform !== undefined) {
      const work = { resources: new Resources(), loader, tables };
      configured(config, () => transform(work, config.object as unknown as Config));
      throw failed(`plugin ${idText(config.id)} not a generator`);
    }
  }
}

/** Runs the plugins of `validators`, which may complain but must not change anything. */
export function validate(configs: Resources, work: Work): void {
  const { resources } = work;
  const before = resources.list.map((one) => ({ id: one.id, object: one.object }));
  runPlugins(configs, work);
  for (const { id, object } of before) {
    const after = resources.list.find((one) => idText(one.id) === idText(id));
    const complain = (why: string) => failed(`validator shouldn't modify the resource map: ${why}`);
    if (after === undefined) throw complain(`id in self missing from other; id: ${idText(id)}`);
    const [old, now] = [object, after.object].map((one) => goJson(one));
    if (old !== now) throw complain(`nodes unequal: \n -- ${old},\n -- ${now}\n`);
  }
}

/** Undefined for generators. Throws when nobody knows the plugin. */
function known(config: Resource): Transform | undefined {
  const { group, version } = config.gvk;
  if (group !== '' || version !== 'builtin') {
    throw failed(`external plugins disabled; unable to load external plugin '${config.kind}'`);
  }
  const transform = transforms[config.kind];
  if (transform === undefined && !isGenerator(config.kind)) {
    throw failed(`unable to load builtin ${gvkText(config.gvk)}`);
  }
  return transform;
}

/** Errors of a plugin's configuration name the plugin. */
function configured(config: Resource, work: () => void): void {
  try {
    work();
  } catch (error) {
    if (!(error instanceof Misconfigured)) throw error;
    const why = bareMessage(error);
    const text = why.endsWith('\n') ? yamlText(config.object as Json) : '';
    throw failed(`plugin ${idText(config.id)} fails configuration: ${why}${text}`);
  }
}

/** An entry is a path, or YAML itself where it has several lines. */
export const isInline = (entry: string): boolean => entry.includes('\n');
