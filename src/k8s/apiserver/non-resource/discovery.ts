/**
 * What kinds there are: plain documents, or all in one. Follows apiserver pkg/endpoints/discovery
 * (legacy.go, group.go, version.go, aggregated/).
 */
import type { Kind } from '../../../api/kind.ts';
import { compareVersions } from '../../../api/crd/versions.ts';
import { apiVersionOf } from '../../../api/kind.ts';
import type { Json, JsonObject } from '../../../api/object.ts';
import type { ApiResponse } from '../../client/wire.ts';
import { foreignResources } from '../aggregation.ts';
import { type Exchange, header } from '../exchange.ts';
import { fnv32a } from '../../../api/names.ts';
import { groupOrder, subresourceInfo, virtualResources } from './discovery-facts.ts';

/** A kind, or a subresource, as discovery lists it. */
export interface Listed {
  readonly name: string;
  readonly singular: string;
  readonly namespaced: boolean;
  readonly kind: string;
  readonly group: string;
  readonly version: string;
  readonly verbs: readonly string[];
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
}

export function discovery(x: Exchange): ApiResponse | undefined {
  const parts = x.request.path.split('/').filter(Boolean);
  const [root, a, b] = parts;
  if (root !== 'api' && root !== 'apis') return undefined;
  if (parts.length === 1) {
    const version = aggregatedVersion(x);
    if (version !== undefined) return aggregated(x, root, version);
    return json(
      root === 'api' ? legacy(x) : { kind: 'APIGroupList', apiVersion: 'v1', groups: groups(x) },
    );
  }
  if (root === 'api')
    return parts.length === 2 && a === 'v1' ? resourceList(x, '', 'v1') : undefined;
  if (parts.length === 2) {
    const group = groups(x).find(({ name }) => name === a);
    return group === undefined ? undefined : json({ kind: 'APIGroup', apiVersion: 'v1', ...group });
  }
  return parts.length === 3 ? resourceList(x, a as string, b as string) : undefined;
}

const json = (body: Json): ApiResponse => ({
  status: 200,
  headers: { 'content-type': 'application/json' },
  body,
});

const legacy = ({ server }: Exchange): JsonObject => ({
  kind: 'APIVersions',
  versions: ['v1'],
  serverAddressByClientCIDRs: [
    {
      clientCIDR: '0.0.0.0/0',
      serverAddress: `${server.options.advertiseAddress}:${server.options.securePort}`,
    },
  ],
});

interface GroupVersions {
  readonly name: string;
  readonly versions: readonly string[];
}

/** All groups with their versions, in the order of their priority. */
function groupVersions({ server }: Exchange): readonly GroupVersions[] {
  const found = new Map<string, string[]>();
  for (const { group, version } of [
    ...server.registry.all.map(({ kind }) => kind),
    ...virtualResources,
    ...foreignResources(server),
  ]) {
    if (group === '') continue;
    const versions = found.get(group);
    if (versions === undefined) found.set(group, [version]);
    else if (!versions.includes(version)) versions.push(version);
  }
  const rank = (name: string) => {
    const index = groupOrder.indexOf(name);
    return index < 0 ? groupOrder.length : index;
  };
  return [...found]
    .map(([name, versions]) => ({ name, versions: versions.sort(compareVersions) }))
    .sort((one, other) => rank(one.name) - rank(other.name) || byText(one.name, other.name));
}

const byText = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);


const groups = (x: Exchange) =>
  groupVersions(x).map(({ name, versions }) => {
    const list = versions.map((version) => ({ groupVersion: `${name}/${version}`, version }));
    return { name, versions: list, preferredVersion: list[0] as JsonObject };
  });

/** Everything of one group and version, subresources after their resource, in order of names. */
function listedOf({ server }: Exchange, group: string, version: string): readonly Listed[] {
  const stored = server.registry.all
    .map(({ kind }) => kind)
    .filter((kind) => kind.group === group && kind.version === version)
    .flatMap(listed);
  const virtual = virtualResources.filter((one) => one.group === group && one.version === version);
  const foreign = foreignResources(server).filter(
    (one) => one.group === group && one.version === version);
  return [...stored, ...virtual, ...foreign].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function listed(kind: Kind): readonly Listed[] {
  const { plural, singular, namespaced, verbs, shortNames, categories, group, version } = kind;
  const own: Listed = {
    name: plural,
    singular,
    namespaced,
    kind: kind.kind,
    group,
    version,
    verbs: kind.custom?.listedVerbs ?? verbs,
    shortNames,
    categories,
  };
  const parts = kind.subresources.map((name): Listed => ({
    ...own,
    name: `${plural}/${name}`,
    singular: '',
    shortNames: [],
    categories: [],
    ...subresourceInfo(name, kind),
  }));
  return [own, ...parts];
}

function resourceList(x: Exchange, group: string, version: string): ApiResponse | undefined {
  const all = listedOf(x, group, version);
  if (all.length === 0) return undefined;
  const groupVersion = apiVersionOf({ group, version });
  const resources = all.map((one) => ({
    name: one.name,
    singularName: one.singular,
    namespaced: one.namespaced,
    ...(one.group === group && one.version === version
      ? {}
      : { group: one.group, version: one.version }),
    kind: one.kind,
    verbs: one.verbs,
    ...(one.shortNames.length === 0 ? {} : { shortNames: one.shortNames }),
    ...(one.categories.length === 0 ? {} : { categories: one.categories }),
    ...(one.name.includes('/') || !one.verbs.includes('list')
      ? {}
      : { storageVersionHash: storageHash(one) }),
  }));
  return json({
    kind: 'APIResourceList',
    ...(group === '' ? {} : { apiVersion: 'v1' }),
    groupVersion,
    resources,
  });
}

/** Eight bytes in base64; upstream's are of a SHA-256 of group, version and kind. */
function storageHash({ group, version, kind }: Listed): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
  let text = '';
  for (let i = 0; i < 11; i++) text += letters[fnv32a(`${group}/${version}/${kind}/${i}`) % 64];
  return `${text}=`;
}

/** Which of the aggregated forms the Accept header asks for first. */
function aggregatedVersion(x: Exchange): 'v2' | 'v2beta1' | undefined {
  for (const type of header(x, 'accept').split(',')) {
    if (!type.includes('g=apidiscovery.k8s.io') || !type.includes('as=APIGroupDiscoveryList'))
      continue;
    if (/;\s*v=v2beta1(;|$)/.test(type.trim())) return 'v2beta1';
    if (/;\s*v=v2(;|$)/.test(type.trim())) return 'v2';
  }
  return undefined;
}

function aggregated(x: Exchange, root: string, version: 'v2' | 'v2beta1'): ApiResponse {
  const list = root === 'api' ? [{ name: '', versions: ['v1'] }] : groupVersions(x);
  const items = list.map(({ name, versions }) => ({
    metadata: name === '' ? { creationTimestamp: null } : { name, creationTimestamp: null },
    versions: versions.map((one) => ({
      version: one,
      resources: aggregatedResources(listedOf(x, name, one)),
      freshness: 'Current',
    })),
  }));
  return {
    status: 200,
    headers: {
      'content-type': `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`,
      vary: 'Accept',
    },
    body: {
      kind: 'APIGroupDiscoveryList',
      apiVersion: `apidiscovery.k8s.io/${version}`,
      metadata: {},
      items,
    },
  };
}

function aggregatedResources(all: readonly Listed[]): JsonObject[] {
  return all
    .filter(({ name }) => !name.includes('/'))
    .map((one) => {
      const parts = all
        .filter(({ name }) => name.startsWith(`${one.name}/`))
        .map((part) => ({
          subresource: part.name.slice(one.name.length + 1),
          responseKind: kindOf(part),
          verbs: part.verbs,
        }));
      return {
        resource: one.name,
        responseKind: kindOf(one),
        scope: one.namespaced ? 'Namespaced' : 'Cluster',
        singularResource: one.singular,
        verbs: one.verbs,
        ...(one.shortNames.length === 0 ? {} : { shortNames: one.shortNames }),
        ...(one.categories.length === 0 ? {} : { categories: one.categories }),
        ...(parts.length === 0 ? {} : { subresources: parts }),
      };
    });
}

const kindOf = ({ group, version, kind }: Listed): JsonObject => ({ group, version, kind });
