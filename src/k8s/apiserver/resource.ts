/**
 * One kind as the API server serves it: its literal, its place in etcd, its watch cache.
 * The real one is a registry store (apiserver pkg/registry/generic/registry/store.go).
 */
import { type Kind, apiVersionOf } from '../../api/kind.ts';
import type { Schema } from '../../api/schema.ts';
import { prefixEnd } from '../etcd/index.ts';
import type { Cacher } from './cacher.ts';
import { NodePods } from './node-pods.ts';
import { EntryReader } from './stored.ts';

export class Resource {
  readonly kind: Kind;
  readonly apiVersion: string;
  /** `/registry/pods/`. */
  readonly prefix: string;
  readonly prefixEnd: string;
  /** Where its objects are kept: itself, or the resource that serves the stored version. */
  store: Resource = this;
  cache!: Cacher;
  /** What its objects are made of: a schema, or the name of one. */
  readonly schema: Schema | string;
  /** Of custom resources: shows what etcd holds as this version has it. */
  readonly reader: EntryReader | undefined;

  constructor(kind: Kind) {
    this.kind = kind;
    this.apiVersion = apiVersionOf(kind);
    this.prefix = `/registry/${directoryOf(kind)}/`;
    this.prefixEnd = prefixEnd(this.prefix);
    this.schema = kind.custom?.schema ?? kind.schema;
    this.reader = kind.custom === undefined ? undefined : new EntryReader(kind.custom.read);
  }

  /** Serves, in another version, what `store` keeps. */
  get isAlias(): boolean {
    return this.store !== this;
  }

  get group(): string {
    return this.kind.group;
  }

  get plural(): string {
    return this.kind.plural;
  }

  key(namespace: string, name: string): string {
    return this.kind.namespaced ? `${this.prefix}${namespace}/${name}` : this.prefix + name;
  }

  /** All keys of one namespace begin with it; of all namespaces when it is empty. */
  scope(namespace: string): string {
    return namespace === '' ? this.prefix : `${this.prefix}${namespace}/`;
  }
}

/** Where history has put the kinds (pkg/registry's storage prefixes, kubeapiserver defaults). */
const directories: Readonly<Record<string, string>> = {
  services: 'services/specs',
  endpoints: 'services/endpoints',
  nodes: 'minions',
  replicationcontrollers: 'controllers',
  'ingresses.networking.k8s.io': 'ingress',
  'events.events.k8s.io': 'events',
  'customresourcedefinitions.apiextensions.k8s.io':
    'apiextensions.k8s.io/customresourcedefinitions',
  'apiservices.apiregistration.k8s.io': 'apiregistration.k8s.io/apiservices',
};

function directoryOf({ group, plural, custom }: Kind): string {
  if (custom !== undefined) return `${group}/${plural}`;
  return directories[group === '' ? plural : `${plural}.${group}`] ?? plural;
}

/**
 * All resources, by `group/version/plural`: those that the server has by itself, and those that
 * CustomResourceDefinitions bring and take away again.
 */
export class Registry {
  all: readonly Resource[];
  readonly builtIn: readonly Resource[];
  readonly nodePods = new NodePods();
  /** Called when the custom resources are others. */
  changed: (() => void) | undefined;
  private readonly byPath = new Map<string, Resource>();
  private readonly byPlural = new Map<string, Resource>();
  private readonly customs = new Map<string, readonly Resource[]>();

  constructor(kinds: readonly Kind[]) {
    this.builtIn = kinds.map((kind) => new Resource(kind));
    this.all = this.builtIn;
    for (const resource of this.all) {
      const { storedAs } = resource.kind;
      if (storedAs !== undefined) resource.store = this.storeOf(resource, storedAs.apiVersion);
      this.enter(resource);
    }
  }

  private enter(resource: Resource): void {
    const { group, version, plural } = resource.kind;
    this.byPath.set(`${group}/${version}/${plural}`, resource);
    const name = group === '' ? plural : `${plural}.${group}`;
    if (!this.byPlural.has(name)) this.byPlural.set(name, resource);
  }

  /** Replaces the resources of one definition; returns those that it had. */
  replaceCustom(definition: string, resources: readonly Resource[]): readonly Resource[] {
    const before = this.customOf(definition);
    for (const { group, plural, kind } of before) {
      this.byPath.delete(`${group}/${kind.version}/${plural}`);
      this.byPlural.delete(`${plural}.${group}`);
    }
    if (resources.length === 0) this.customs.delete(definition);
    else this.customs.set(definition, resources);
    for (const resource of resources) this.enter(resource);
    const names = [...this.customs.keys()].sort();
    this.all = [...this.builtIn, ...names.flatMap((name) => this.customOf(name))];
    this.changed?.();
    return before;
  }

  /** The resources that a definition brings. */
  customOf(definition: string): readonly Resource[] {
    return this.customs.get(definition) ?? [];
  }

  private storeOf(resource: Resource, apiVersion: string): Resource {
    const { kind } = resource.kind;
    const isStore = (one: Resource) => one.kind.kind === kind && one.apiVersion === apiVersion;
    return this.all.find(isStore) ?? resource;
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.byPath.get(`${group}/${version}/${plural}`);
  }

  /** By `pods` or `deployments.apps`. */
  named(name: string): Resource | undefined {
    return this.byPlural.get(name);
  }

  isGroup(group: string, version?: string): boolean {
    return this.all.some(
      ({ kind }) => kind.group === group && (version === undefined || kind.version === version),
    );
  }
}
