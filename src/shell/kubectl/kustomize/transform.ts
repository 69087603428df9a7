/**
 * What a kustomization does to all of its objects: namespace, prefix and suffix, labels,
 * annotations, replicas, images, hashes. Follows kustomize api/internal/builtins, api/filters.
 */
import type { Json, JsonObject } from '../../../api/object.ts';
import { failed } from '../errors.ts';
import { isList } from '../printers/json.ts';
import { nameHash } from '../name-hash.ts';
import { type FieldSpec, changeField } from './field-spec.ts';
import type { Tables } from './field-tables.ts';
import { hashedText } from './generate.ts';
import type { ImageChange, Kustomization, LabelRule } from './kustomization.ts';
import { type Resource, gvkText, isSameId, isSelected } from './resource.ts';
import type { Resources } from './resources.ts';

/** Puts everything into a namespace. */
export function setNamespace(
  resources: Resources, namespace: string, specs: readonly FieldSpec[],
): void {
  for (const resource of resources.list) {
    resource.remember();
    if (!resource.id.isClusterScoped) resource.setMetadata({ namespace });
    if (/^(?:Cluster)?RoleBinding$/.test(resource.kind)) moveSubjects(resource, namespace);
    for (const spec of specs) {
      const isOther = spec.path === 'metadata/name' && resource.object['apiVersion'] !== 'v1';
      if (!isOther) changeField(resource, spec, () => namespace);
    }
    const same = resources.list.filter(({ id }) => isSameId(id, resource.id));
    if (same.length !== 1) {
      throw failed('namespace transformation produces ID conflict: ' +
        `[${same.map(({ inWords }) => inWords).join(' ')}]`);
    }
  }
}

/** The account that every namespace has follows; others are followed by reference. */
function moveSubjects(resource: Resource, namespace: string): void {
  const { subjects } = resource.object;
  if (!isList(subjects)) return;
  const moved = subjects.map((subject): Json =>
    (subject as JsonObject)['name'] === 'default' ? { ...subject as JsonObject, namespace } : subject);
  resource.object = { ...resource.object, subjects: moved };
}

const unnamed = [
  { kind: 'CustomResourceDefinition' }, { kind: 'APIService', group: 'apiregistration.k8s.io' },
  { kind: 'Namespace' },
];

/** Puts a text before or behind the names. */
export function addToNames(
  resources: Resources, text: string, end: 'prefixes' | 'suffixes', specs: readonly FieldSpec[],
): void {
  for (const resource of resources.list) {
    const id = resource.originalId;
    if (unnamed.some((one) => isSelected(id, one))) continue;
    for (const spec of specs) {
      if (!isSelected(id, spec)) continue;
      if (spec.path === 'metadata/name') {
        resource[end] = [...resource[end], text];
        resource.remember();
      }
      const joined = (old: Json | undefined): string =>
        end === 'prefixes' ? `${text}${String(old ?? '')}` : `${String(old ?? '')}${text}`;
      changeField(resource, spec, joined);
    }
  }
}

const withPairs = (pairs: Readonly<Record<string, string>>) => (old: Json | undefined): Json => {
  if (old !== undefined && (old === null || typeof old !== 'object')) return old;
  return { ...old as JsonObject | undefined, ...pairs };
};

/** Labels or annotations, wherever the specifications say. */
export function setPairs(
  resources: Resources, pairs: Readonly<Record<string, string>>, specs: readonly FieldSpec[],
): void {
  if (Object.keys(pairs).length === 0) return;
  for (const resource of resources.list) {
    for (const spec of specs) changeField(resource, spec, withPairs(pairs));
  }
}

/** `labels` and `commonLabels`. */
export function setLabels(
  resources: Resources, { labels = [], commonLabels = {} }: Kustomization, tables: Tables,
): void {
  for (const rule of labels) setPairs(resources, rule.pairs ?? {}, labelSpecs(rule, tables));
  setPairs(resources, commonLabels, tables.commonLabels);
}

function labelSpecs(rule: LabelRule, tables: Tables): readonly FieldSpec[] {
  const own = [...(rule.fields ?? []), ...tables.labels];
  if (rule.includeSelectors === true) return [...own, ...tables.commonLabels];
  const inTemplates = rule.includeTemplates === true ? tables.templateLabels : [];
  return [...own, ...inTemplates, { path: 'metadata/labels', create: true }];
}

export function setAnnotations(
  resources: Resources, { commonAnnotations = {} }: Kustomization, tables: Tables,
): void {
  setPairs(resources, commonAnnotations, tables.commonAnnotations);
}

/** One entry of `replicas`. */
export function setReplicas(
  resources: Resources, { name = '', count = 0 }: { name?: string; count?: number },
  specs: readonly FieldSpec[],
): void {
  let isFound = false;
  for (const spec of specs) {
    for (const resource of resources.byAnyId((id) => id.name === name && isSelected(id, spec))) {
      isFound = true;
      changeField(resource, spec, () => count);
    }
  }
  if (isFound) return;
  const known = specs.map(({ kind = '', version = '', group = '' }) => gvkText({ kind, version, group }));
  throw failed(`resource with name ${name} does not match a config with the following GVK ` +
    `[${known.join(' ')}]`);
}

const imagePaths: readonly FieldSpec[] = ['spec/', 'spec/template/spec/'].flatMap((place) =>
  ['containers', 'initContainers'].map((list) => ({ path: `${place}${list}[]/image` })));

/** One entry of `images`: in every list of containers, and again where Pods have theirs. */
export function setImages(
  resources: Resources, change: ImageChange, specs: readonly FieldSpec[],
): void {
  const changed = (old: Json | undefined): Json =>
    typeof old === 'string' ? imageOf(old, change) : (old ?? null);
  for (const resource of resources.list) {
    if (resource.kind !== 'CustomResourceDefinition') {
      resource.object = inContainers(resource.object, changed) as JsonObject;
    }
    for (const spec of [...imagePaths, ...specs]) changeField(resource, spec, changed, false);
  }
}

function inContainers(value: Json, change: (old: Json) => Json): Json {
  if (isList(value)) return value.map((item) => inContainers(item, change));
  if (value === null || typeof value !== 'object') return value;
  const after: Record<string, Json> = {};
  for (const [key, old] of Object.entries(value)) {
    const below = inContainers(old ?? null, change);
    after[key] = (key === 'containers' || key === 'initContainers') && isList(below)
      ? below.map((item) => withImage(item, change)) : below;
  }
  return after;
}

function withImage(item: Json, change: (old: Json) => Json): Json {
  const { image } = (item ?? {}) as JsonObject;
  return image === undefined ? item : { ...item as JsonObject, image: change(image) };
}

function imageOf(image: string, { name = '', newName, newTag, tagSuffix, digest }: ImageChange): string {
  if (!new RegExp(`^${name}(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$`).test(image)) return image;
  const [, base = '', oldTag = '', oldDigest = ''] =
    /^((?:[^/@]+\/)?[^:@]*)(?::([^@]*))?(?:@(.*))?$/.exec(image) ?? [];
  let [tag, hash] = [oldTag, oldDigest];
  if (newTag) [tag, hash] = [newTag, digest ?? ''];
  else if (digest) [tag, hash] = ['', digest];
  else if (tagSuffix) [tag, hash] = [tag + tagSuffix, ''];
  return (newName || base) + (tag === '' ? '' : `:${tag}`) + (hash === '' ? '' : `@${hash}`);
}

/** Ends the names of generated objects with the hash of what is in them. */
export function addHashes({ list }: Resources): void {
  for (const resource of list) {
    if (!resource.needsHash) continue;
    const name = `${resource.name}-${nameHash(hashedText(resource))}`;
    resource.remember();
    resource.setMetadata({ name });
  }
}
