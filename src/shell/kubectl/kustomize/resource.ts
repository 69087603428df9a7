/**
 * An object on its way through a build: what it is now, and what it was called before (references
 * to it still use the old names). Follows kustomize api/resource/resource.go, kyaml/resid.
 */
import { kinds } from '../../../api/kinds/index.ts';
import { apiVersionOf } from '../../../api/kind.ts';
import type { Json, JsonObject } from '../../../api/object.ts';

/** Group, version and kind; in a selector `''` matches all. */
export interface Gvk {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
}

/** Who an object is, or was. */
export interface Id extends Gvk {
  readonly name: string;
  /** As written; `''` is the default namespace, for namespaced kinds. */
  readonly namespace: string;
  readonly isClusterScoped: boolean;
}

export type Behavior = 'create' | 'replace' | 'merge';

const noNamespace = '_non_namespaceable_';
const clusterScoped = new Set(
  kinds.filter(({ namespaced }) => !namespaced).map((kind) => `${apiVersionOf(kind)}/${kind.kind}`),
);

export class Resource {
  object: JsonObject;
  /** The oldest first. */
  previous: readonly { readonly name: string; readonly namespace: string; readonly kind: string }[] = [];
  prefixes: readonly string[] = [];
  suffixes: readonly string[] = [];
  /** Of generated objects: what to do with one that is there already. */
  behavior: Behavior = 'create';
  needsHash = false;
  allowsNameChange = false;
  allowsKindChange = false;
  /** The vars that take their value from it. */
  vars: readonly string[] = [];
  /** Where it comes from, with `buildMetadata: [originAnnotations]`. */
  origin: string | undefined;

  constructor(object: JsonObject) {
    this.object = object;
  }

  copy(): Resource {
    return Object.assign(new Resource(this.object), this);
  }

  get kind(): string {
    return textOf(this.object['kind']);
  }

  get gvk(): Gvk {
    const [version = '', group = ''] = textOf(this.object['apiVersion']).split('/').reverse();
    return { group, version, kind: this.kind };
  }

  get metadata(): JsonObject {
    return mapOf(this.object['metadata']);
  }

  get name(): string {
    return textOf(this.metadata['name']);
  }

  get namespace(): string {
    return textOf(this.metadata['namespace']);
  }

  get labels(): Readonly<Record<string, string>> {
    return mapOf(this.metadata['labels']) as Readonly<Record<string, string>>;
  }

  get annotations(): Readonly<Record<string, string>> {
    return mapOf(this.metadata['annotations']) as Readonly<Record<string, string>>;
  }

  get id(): Id {
    const isClusterScoped = clusterScoped.has(`${textOf(this.object['apiVersion'])}/${this.kind}`);
    return { ...this.gvk, name: this.name, namespace: this.namespace, isClusterScoped };
  }

  get previousIds(): readonly Id[] {
    const { group, version } = this.gvk;
    return this.previous.map((one) => ({ group, version, ...one, isClusterScoped: false }));
  }

  /** Who it was in the beginning. */
  get originalId(): Id {
    return this.previousIds[0] ?? this.id;
  }

  get allIds(): readonly Id[] {
    return [...this.previousIds, this.id];
  }

  /** Notes who it is, before that changes. */
  remember(): void {
    const { id } = this;
    this.previous = [
      ...this.previous, { name: id.name, namespace: effectiveNamespace(id), kind: id.kind },
    ];
  }

  /** Sets fields of the metadata; `undefined` removes one. */
  setMetadata(change: Readonly<Record<string, Json | undefined>>): void {
    const metadata: Record<string, Json> = {};
    for (const [key, value] of Object.entries({ ...this.metadata, ...change })) {
      if (value !== undefined) metadata[key] = value;
    }
    this.object = { ...this.object, metadata };
  }

  /** Takes over what makes `old` who it is: names, labels, annotations, history. */
  inherit(old: Resource): void {
    const { metadata } = old;
    const merge = (key: string, ours: JsonObject) => {
      const merged = { ...mapOf(metadata[key]), ...ours };
      return Object.keys(merged).length === 0 ? undefined : merged;
    };
    this.setMetadata({
      labels: merge('labels', this.labels), annotations: merge('annotations', this.annotations),
      name: old.name, namespace: old.namespace === '' ? undefined : old.namespace,
    });
    this.needsHash &&= old.needsHash;
    const { previous, prefixes, suffixes, behavior, vars, origin } = old;
    Object.assign(this, { previous, prefixes, suffixes, behavior, vars });
    this.origin = origin ?? this.origin;
  }

  /** As errors show it, with its history. */
  get inWords(): string {
    const notes = this.previous.length === 0 ? {} : Object.fromEntries(
      (['kind', 'name', 'namespace'] as const).map((key) => [
        `internal.config.kubernetes.io/previous${key[0]?.toUpperCase() ?? ''}${key.slice(1)}s`,
        this.previous.map((one) => one[key]).join(','),
      ]),
    );
    const annotations = { ...this.annotations, ...notes };
    const { apiVersion, kind, ...rest } = this.object;
    const { annotations: _, ...metadata } = this.metadata;
    return JSON.stringify(sorted({
      apiVersion: apiVersion ?? null, kind: kind ?? null, ...rest,
      metadata: Object.keys(annotations).length === 0 ? metadata : { ...metadata, annotations },
    }));
  }
}

/** The value with every map's keys in order. */
export function sorted(value: Json): Json {
  if (Array.isArray(value)) return (value as readonly Json[]).map(sorted);
  if (value === null || typeof value !== 'object') return value;
  const map = value as JsonObject;
  return Object.fromEntries(Object.keys(map).sort().map((key) => [key, sorted(map[key] ?? null)]));
}

const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const mapOf = (value: Json | undefined): JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};

/** The namespace that an id stands for. */
export function effectiveNamespace({ namespace, isClusterScoped }: Id): string {
  if (isClusterScoped) return noNamespace;
  return namespace === '' ? 'default' : namespace;
}

export const isSameNamespace = (a: Id, b: Id): boolean =>
  effectiveNamespace(a) === effectiveNamespace(b);

export const isSameId = (a: Id, b: Id): boolean =>
  isSameNamespace(a, b) && a.name === b.name && isSameGvk(a, b);

export const isSameGvk = (a: Gvk, b: Gvk): boolean =>
  a.group === b.group && a.version === b.version && a.kind === b.kind;

/** Whether a selector's fields, where it has any, are those of `gvk`. */
export const isSelected = (gvk: Gvk, selector: Partial<Gvk>): boolean =>
  (['group', 'version', 'kind'] as const).every((key) => !selector[key] || selector[key] === gvk[key]);

const part = (text: string, missing: string): string => (text === '' ? `[${missing}]` : text);

/** `Deployment.v1.apps`. */
export const gvkText = ({ group, version, kind }: Gvk): string =>
  `${part(kind, 'noKind')}.${part(version, 'noVer')}.${part(group, 'noGrp')}`;

/** `Deployment.v1.apps/web.default`. */
export const idText = (id: Omit<Id, 'isClusterScoped'>): string =>
  `${gvkText(id)}/${part(id.name, 'noName')}.${part(id.namespace, 'noNs')}`;

/** As Go's `%#v` shows it. */
export const goId = ({ group, version, kind, name, namespace, isClusterScoped }: Id): string =>
  `resid.ResId{Gvk:resid.Gvk{Group:"${group}", Version:"${version}", Kind:"${kind}", ` +
  `isClusterScoped:${isClusterScoped}}, Name:"${name}", Namespace:"${namespace}"}`;
