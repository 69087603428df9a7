/**
 * One kind as the API server serves it: its literal, its place in etcd, its watch cache.
 * The real one is a registry store (apiserver pkg/registry/generic/registry/store.go).
 */
import { type Kind, apiVersionOf } from '../../api/kind.ts';
import { prefixEnd } from '../etcd/index.ts';
import type { Cacher } from './cacher.ts';
import { NodePods } from './node-pods.ts';

export class Resource {
  readonly kind: Kind;
  readonly apiVersion: string;
  /** `/registry/pods/`. */
  readonly prefix: string;
  readonly prefixEnd: string;
  cache!: Cacher;

  constructor(kind: Kind) {
    this.kind = kind;
    this.apiVersion = apiVersionOf(kind);
    this.prefix = `/registry/${directoryOf(kind)}/`;
    this.prefixEnd = prefixEnd(this.prefix);
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

function directoryOf({ group, plural }: Kind): string {
  return directories[group === '' ? plural : `${plural}.${group}`] ?? plural;
}

/** All resources, by `group/version/plural`. */
export class Registry {
  readonly all: readonly Resource[];
  readonly nodePods = new NodePods();
  private readonly byPath = new Map<string, Resource>();
  private readonly byPlural = new Map<string, Resource>();

  constructor(kinds: readonly Kind[]) {
    this.all = kinds.map((kind) => new Resource(kind));
    for (const resource of this.all) {
      const { group, version, plural } = resource.kind;
      this.byPath.set(`${group}/${version}/${plural}`, resource);
      const name = group === '' ? plural : `${plural}.${group}`;
      if (!this.byPlural.has(name)) this.byPlural.set(name, resource);
    }
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
