/**
 * `kustomize build`: reads a directory's kustomization with all that it names, and returns the
 * objects that come out. Left out, by name: Helm charts, plugins that are programs, git repositories,
 * transformerAnnotations.
 * Follows kustomize api/krusty/kustomizer.go, api/internal/target/kusttarget.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import type { Files } from '../../../host/index.ts';
import type { Shelf } from '../context.ts';
import { CommandError, bareMessage, failed } from '../errors.ts';
import { decodeYaml } from '../manifest/decode.ts';
import { yamlText } from '../printers/yaml.ts';
import { malformed, readObjects } from './documents.ts';
import { tablesOfCrds } from './crds.ts';
import { type Tables, defaultTables, withTables } from './field-tables.ts';
import { generate } from './generate.ts';
import {
  type Kustomization, type Var, deprecationWarnings, headProblems, readKustomization,
} from './kustomization.ts';
import { Loader, httpError } from './loader.ts';
import { fixReferences } from './name-references.ts';
import { type Schemas, schemasOf } from './openapi.ts';
import { jsonPatches, mergePatches, onePatch } from './patch.ts';
import { generatedBy, isInline, runPlugins, validate } from './plugins.ts';
import { replaceFields } from './replace.ts';
import { Resource } from './resource.ts';
import { Resources } from './resources.ts';
import { sortResources } from './sort.ts';
import {
  addHashes, addToNames, setAnnotations, setImages, setLabels, setNamespace, setReplicas,
} from './transform.ts';
import { claimVar, resolveVars } from './vars.ts';

/** Where a build takes place. */
export interface Place {
  readonly files: Files;
  /** Absolute. */
  readonly cwd: string;
  readonly shelf: Shelf;
  /** Warnings, a line each. */
  readonly warn: (line: string) => void;
  /** `--load-restrictor=LoadRestrictionsNone`. */
  readonly isFree?: boolean;
}

/** The objects that a directory comes to, in kustomize's order. Throws a CommandError. */
export function build(directory: string, place: Place): readonly JsonObject[] {
  const loader = Loader.at(directory, place, place.isFree);
  const kustomization = readFile(loader, place);
  const top: Target = {
    loader, kustomization, place, path: '', noted: notes(kustomization),
    schemas: schemasOf(kustomization.openapi, loader),
  };
  const { resources, tables, vars } = accumulate(top, empty());
  addHashes(resources);
  fixReferences(resources, tables.nameReference);
  const unused = vars.length === 0 ? [] : resolveVars(resources, vars, tables.varReference);
  if (unused.length > 0) place.warn(`well-defined vars that were never replaced: ${unused.join(',')}`);
  const list = sortResources(resources.list, kustomization.sortOptions)
    .filter(({ annotations }) => (annotations[localConfig] ?? 'false') === 'false');
  return list.map((resource) => finished(resource, kustomization.buildMetadata ?? []));
}

const localConfig = 'config.kubernetes.io/local-config';

function finished(resource: Resource, metadata: readonly string[]): JsonObject {
  const { origin } = resource;
  const annotations: Record<string, string> = {};
  for (const [key, value] of Object.entries(resource.annotations)) annotations[key] = String(value);
  if (metadata.includes('originAnnotations') && origin !== undefined) {
    annotations['config.kubernetes.io/origin'] = origin;
  }
  const labels = metadata.includes('managedByLabel')
    ? { ...resource.labels, 'app.kubernetes.io/managed-by': 'kustomize-(devel)' }
    : resource.metadata['labels'];
  resource.setMetadata({
    labels, annotations: Object.keys(annotations).length === 0 ? undefined : annotations,
  });
  return resource.object;
}

/** What has come together so far. */
interface Sum {
  resources: Resources;
  tables: Tables;
  vars: readonly Var[];
}

const empty = (): Sum => ({ resources: new Resources(), tables: defaultTables, vars: [] });

/** One kustomization on the way. */
interface Target {
  readonly loader: Loader;
  readonly kustomization: Kustomization;
  readonly place: Place;
  /** From the top directory, for notes of origin. */
  readonly path: string;
  readonly noted: boolean;
  readonly schemas: Schemas | undefined;
}

const notes = ({ buildMetadata = [] }: Kustomization): boolean => buildMetadata.length > 0;

const fileNames = ['kustomization.yaml', 'kustomization.yml', 'Kustomization'];

function readFile(loader: Loader, { warn }: Place): Kustomization {
  const found = fileNames.flatMap((name) => loader.find(name) ?? []);
  const [text] = found;
  if (text === undefined) {
    throw failed("unable to find one of 'kustomization.yaml', 'kustomization.yml' or " +
      `'Kustomization' in directory '${loader.root}'`);
  }
  if (found.length > 1) throw failed(`Found multiple kustomization files under: ${loader.root}\n`);
  const kustomization = readKustomization(text);
  for (const line of deprecationWarnings(kustomization)) warn(line);
  const { kind: _, apiVersion: __, ...content } = kustomization;
  if (Object.keys(content).length === 0) throw failed('kustomization.yaml is empty');
  const problems = headProblems(kustomization);
  if (problems.length > 0) {
    throw failed(`Failed to read kustomization file under ${loader.root}:\n${problems.join('\n')}`);
  }
  const { resources = [], bases = [], images = [], imageTags = [] } = kustomization;
  return { ...kustomization, resources: [...resources, ...bases], images: [...images, ...imageTags] };
}

/** Puts words before an error's own. */
function prefixed<T>(prefix: string | ((message: string) => string), work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const message = bareMessage(error);
    throw failed(typeof prefix === 'string' ? `${prefix}: ${message}` : prefix(message));
  }
}

function accumulate(target: Target, sum: Sum): Sum {
  const { kustomization, loader } = target;
  prefixed('accumulating resources', () => {
    for (const path of kustomization.resources ?? []) addResource(target, path, sum);
  });
  sum.tables = (kustomization.configurations ?? []).reduce(
    (tables, path) => withTables(tables, configuration(loader.load(path))), sum.tables);
  if (kustomization.crds !== undefined) {
    sum.tables = withTables(sum.tables, tablesOfCrds(kustomization.crds, loader));
  }
  sum.resources.schemas = target.schemas;
  runGenerators(target, sum);
  let whole = sum;
  prefixed('accumulating components', () => {
    for (const path of kustomization.components ?? []) whole = addComponent(target, path, whole);
  });
  runTransformers(target, whole);
  const work = { resources: whole.resources, loader, tables: whole.tables };
  runPlugins(plugins(target, 'transformers'), work);
  validate(plugins(target, 'validators'), work);
  for (const one of kustomization.vars ?? []) claimVar(whole.resources, one);
  whole.vars = [...whole.vars, ...(kustomization.vars ?? [])];
  return whole;
}

const configuration = (text: string): Partial<Tables> => (decodeYaml(text).value ?? {}) as Partial<Tables>;

/** A path is a file, or else a directory; when it is neither, both errors are told. */
function addResource(target: Target, path: string, sum: Sum): void {
  const fileError = failure(() => addFile(target, path, sum));
  if (fileError === undefined) return;
  const message = bareMessage(fileError);
  if (message.includes(httpError)) throw fileError;
  const both = (other: string) => `accumulation err='${message}': ${other}`;
  let loader: Loader;
  try {
    loader = target.loader.below(path);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw message.includes(malformed) ? fileError : failed(both(bareMessage(error)));
  }
  prefixed(both, () => {
    const below = open(target, loader, path);
    if (below.kustomization.kind === 'Component') {
      throw failed(`expected kind != 'Component' for path '${loader.root}'`);
    }
    const found = prefixed(`recursed accumulation of path '${loader.root}'`, () => accumulate(below, empty()));
    prefixed(`recursed merging from path '${loader.root}'`, () => sum.resources.addAll(found.resources.list));
    sum.tables = found.tables === defaultTables ? sum.tables : withTables(sum.tables, found.tables);
    sum.vars = [...sum.vars, ...found.vars];
  });
}

function failure(work: () => void): CommandError | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (error instanceof CommandError) return error;
    throw error;
  }
}

function open(target: Target, loader: Loader, path: string): Target {
  const kustomization = prefixed(`couldn't make target for path '${loader.root}'`,
    () => readFile(loader, target.place));
  return { ...target, loader, kustomization, path: joined(target.path, path) };
}

const joined = (a: string, b: string): string => {
  const parts: string[] = [];
  for (const part of `${a}/${b}`.split('/')) {
    if (part === '..' && parts.length > 0 && parts.at(-1) !== '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
};

function addFile({ loader, path: at, noted }: Target, path: string, { resources }: Sum): void {
  const objects = prefixed(`accumulating resources from '${path}'`, () => {
    const text = loader.load(path);
    return named(path, () => readObjects(text));
  });
  const list = objects.map((object) => new Resource(object));
  const origin = noted ? `path: ${joined(at, path)}\n` : undefined;
  for (const resource of list) resource.origin = origin;
  const own = new Resources(list);
  const before = [...resources.list];
  const problem = failure(() => resources.addAll(own.list));
  if (problem === undefined) return;
  resources.list = before;
  throw failed(`merging resources from '${path}': ${bareMessage(problem)}`);
}

/** Says in which file the YAML is broken. */
const named = <T>(path: string, read: () => T): T => prefixed((message) =>
  (message.startsWith(malformed) ? `${message} in File: ${path}` : message), read);

function addComponent(target: Target, path: string, sum: Sum): Sum {
  const quoted = (what: string) => (message: string) => `${what}${JSON.stringify(message)}`;
  const loader = prefixed(quoted('loader.New '), () => target.loader.below(path));
  return prefixed(quoted('accumulateDirectory: '), () => {
    const below = open(target, loader, path);
    const { kind = 'Kustomization' } = below.kustomization;
    if (kind !== 'Component') {
      throw failed(`expected kind 'Component' for path '${loader.root}' but got '${kind}'`);
    }
    return prefixed(`recursed accumulation of path '${loader.root}'`, () => accumulate(below, sum));
  });
}

function runGenerators(target: Target, { resources, tables }: Sum): void {
  const { kustomization, loader, path, noted } = target;
  const { configMapGenerator = [], secretGenerator = [], generatorOptions } = kustomization;
  const all = [
    ...configMapGenerator.map((args) => ['ConfigMap', args] as const),
    ...secretGenerator.map((args) => ['Secret', args] as const),
  ];
  refuseCharts(kustomization);
  for (const [kind, args] of all) {
    const resource = generate(kind, args, generatorOptions, loader);
    if (noted) {
      resource.origin = `configuredIn: ${joined(path, 'kustomization.yaml')}\nconfiguredBy:\n` +
        `  apiVersion: builtin\n  kind: ${kind}Generator\n`;
    }
    // The real one shows where its generator lies in memory.
    prefixed('merging from generator &{0xc000000000 <nil>}', () => resources.absorb(resource));
  }
  prefixed('loading generator plugins', () => {
    const configs = plugins(target, 'generators');
    prefixed('failed to load generator', () => {
      for (const resource of generatedBy(configs, loader, tables)) resources.absorb(resource);
    });
  });
}

/** The objects that configure plugins: in files, directories, or between the lines. */
function plugins(target: Target, field: 'generators' | 'transformers' | 'validators'): Resources {
  const sum = empty();
  const entries = target.kustomization[field] ?? [];
  for (const entry of entries.filter(isInline)) {
    sum.resources.addAll(readObjects(entry).map((object) => new Resource(object)));
  }
  for (const entry of entries.filter((one) => !isInline(one))) addResource(target, entry, sum);
  return sum.resources;
}

function refuseCharts(kustomization: Kustomization): void {
  const [chart] = [...(kustomization.helmCharts ?? []), ...(kustomization.helmChartInflationGenerator ?? [])];
  if (chart !== undefined) {
    throw failed('trouble configuring builtin HelmChartInflationGenerator with config: `\n' +
      `${yamlText(chart as Json)}\`: must specify --enable-helm`);
  }
}

function runTransformers({ kustomization, loader }: Target, { resources, tables }: Sum): void {
  const { namespace = '', namePrefix = '', nameSuffix = '' } = kustomization;
  mergePatches(resources, kustomization, loader);
  for (const entry of kustomization.patches ?? []) {
    onePatch(resources, entry, loader);
    resources.dropEmpty();
  }
  if (namespace !== '') setNamespace(resources, namespace, tables.namespace);
  if (namePrefix !== '') addToNames(resources, namePrefix, 'prefixes', tables.namePrefix);
  if (nameSuffix !== '') addToNames(resources, nameSuffix, 'suffixes', tables.nameSuffix);
  setLabels(resources, kustomization, tables);
  setAnnotations(resources, kustomization, tables);
  jsonPatches(resources, kustomization, loader);
  for (const entry of kustomization.replicas ?? []) setReplicas(resources, entry, tables.replicas);
  for (const entry of kustomization.images ?? []) setImages(resources, entry, tables.images);
  replaceFields(resources, kustomization, loader);
}
