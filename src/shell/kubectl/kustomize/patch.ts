/**
 * `patches`, `patchesStrategicMerge` and `patchesJson6902`.
 * Follows kustomize api/internal/builtins/Patch*Transformer.go.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { PatchError, jsonPatch } from '../../../api/patch/index.ts';
import { hasDefinition, schemaOf } from '../../../api/schema.ts';
import { CommandError, bareMessage, failed } from '../errors.ts';
import { isList } from '../printers/json.ts';
import { yamlText } from '../printers/yaml.ts';
import { readObjects, readScalars } from './documents.ts';
import type { Kustomization, Patch, Selector } from './kustomization.ts';
import type { Loader } from './loader.ts';
import { mergeInto } from './merge.ts';
import { Resource, idText } from './resource.ts';
import type { Resources } from './resources.ts';

/** `patchesStrategicMerge`: texts, or files. */
export function mergePatches(
  resources: Resources, { patchesStrategicMerge = [] }: Kustomization, loader: Loader,
): void {
  const patches = patchesStrategicMerge.flatMap((source) => {
    try {
      return readObjects(source);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return readObjects(loader.load(source));
    }
  });
  for (const object of patches) {
    const patch = new Resource(object);
    apply(resources.one(patch.id), patch, resources);
    resources.dropEmpty();
  }
}

/** `patchesJson6902`. */
export function jsonPatches(
  resources: Resources, { patchesJson6902 = [] }: Kustomization, loader: Loader,
): void {
  for (const { target = {}, path, patch } of patchesJson6902) {
    const text = path === undefined ? (patch ?? '') : loader.load(path);
    const operations = readScalars(text) as Json;
    for (const resource of resources.select(target)) operate(resource, operations);
  }
}

/** One entry of `patches`, of either kind. */
export function onePatch(resources: Resources, entry: Patch, loader: Loader): void {
  const { text, source } = read(entry, loader);
  const { objects, operations } = understood(text, source);
  if (objects === undefined) return operateAll(resources, operations ?? null, { entry, source });
  const { target, options = {} } = entry;
  const patches = objects.map((object) => {
    const patch = new Resource(object);
    patch.allowsNameChange = options['allowNameChange'] === true;
    patch.allowsKindChange = options['allowKindChange'] === true;
    return patch;
  });
  if (target === undefined) {
    for (const patch of patches) apply(match(resources, patch), patch, resources);
    return;
  }
  const [patch] = patches;
  if (patches.length > 1) {
    throw failed('Multiple Strategic-Merge Patches in one `patches` entry is not allowed to set ' +
      `\`patches.target\` field: ${source}`);
  }
  if (patch === undefined) return;
  for (const resource of resources.select(target)) apply(resource, patch, resources);
}

function match(resources: Resources, patch: Resource): Resource {
  try {
    return resources.one(patch.id);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw failed(`no resource matches strategic merge patch ${JSON.stringify(idText(patch.id))}: ` +
      bareMessage(error));
  }
}

interface Read {
  readonly text: string;
  /** As errors name it. */
  readonly source: string;
}

function read(entry: Patch, loader: Loader): Read {
  const patch = entry.patch?.trim() ?? '';
  const path = entry.path ?? '';
  if (patch === '' && path === '') throw misconfigured(entry, `must specify one of patch and path in\n${yamlText(entry as Json)}`);
  if (patch !== '' && path !== '') {
    throw misconfigured(entry, `patch and path can't be set at the same time\n${yamlText(entry as Json)}`);
  }
  if (patch !== '') return { text: patch, source: `[patch: ${JSON.stringify(patch)}]` };
  try {
    return { text: loader.load(path), source: `[path: ${JSON.stringify(path)}]` };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    throw misconfigured(entry, `failed to get the patch file from path(${path}): ${bareMessage(error)}`);
  }

  function misconfigured(config: Patch, why: string): CommandError {
    return failed('trouble configuring builtin PatchTransformer with config: `\n' +
      `${yamlText(config as Json)}\`: ${why}`);
  }
}

function understood(text: string, source: string): {
  readonly objects?: readonly JsonObject[];
  readonly operations?: Json;
} {
  let objects: readonly JsonObject[] | undefined;
  try {
    objects = readObjects(text);
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
  }
  if (objects !== undefined) return { objects };
  const operations = /^\s*\[|^\s*-/.test(text) ? readScalars(text) : undefined;
  if (isList(operations)) return { operations };
  throw failed('trouble configuring builtin PatchTransformer with config: `\n' +
    `${yamlText(configOf(source))}\`: unable to parse SM or JSON patch from ${source}`);
}

/** The entry again, out of what errors call it. */
function configOf(source: string): JsonObject {
  const [, key = 'patch', quoted = '""'] = /^\[(path|patch): (.*)\]$/s.exec(source) ?? [];
  return { [key]: JSON.parse(quoted) as string };
}

function operateAll(
  resources: Resources, operations: Json, { entry, source }: { entry: Patch; source: string },
): void {
  const { target } = entry as { target?: Selector };
  if (target === undefined) throw failed(`must specify a target for JSON patch ${source}`);
  for (const resource of resources.select(target)) {
    resource.remember();
    operate(resource, operations);
  }
}

/** The library that kustomize uses takes a `replace` of what is not there for an `add`. */
function operate(resource: Resource, operations: Json): void {
  const lenient = (operations as readonly JsonObject[]).map((one): Json =>
    one['op'] === 'replace' && !/\/(?:\d+|-)$/.test(String(one['path'])) ? { ...one, op: 'add' } : one);
  try {
    resource.object = jsonPatch(resource.object, lenient) as JsonObject;
  } catch (error) {
    if (!(error instanceof PatchError)) throw error;
    throw failed(error.message);
  }
}

/** Merges a patch into an object, whose name, kind and namespace stay unless they may change. */
function apply(resource: Resource, patch: Resource, { schemas }: Resources): void {
  const { name, namespace, kind, object } = resource;
  const { group, version } = resource.gvk;
  if (patch.allowsNameChange || patch.allowsKindChange) resource.remember();
  const definition = `${group === '' ? 'core' : group.split('.')[0]}.${version}.${kind}`;
  const builtIn = schemas === undefined && hasDefinition(definition);
  const schema = builtIn ? schemaOf(definition) : schemas?.(resource.gvk);
  const { apiVersion: _, ...change } = patch.object;
  const merged = mergeInto(object, change, schema) as JsonObject | undefined;
  resource.object = merged ?? {};
  if (merged === undefined || Object.keys(merged).length === 0) return;
  if (!patch.allowsKindChange) resource.object = { ...merged, kind };
  resource.setMetadata({
    ...(patch.allowsNameChange ? {} : { name }), namespace: namespace === '' ? undefined : namespace,
  });
}
