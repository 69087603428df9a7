/**
 * Which resources a server has, and what a learner's word for one means: `po`, `deploy`,
 * `deployments.v1.apps`, `Pod`. Follows client-go discovery and restmapper, and their cache.
 */
import type { JsonObject } from '../../api/object.ts';

/** A resource that the server serves, in the version it prefers. */
export interface Resource {
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly singular: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly verbs: readonly string[];
  readonly isNamespaced: boolean;
  readonly subresources: readonly string[];
}

/** The Accept header of aggregated discovery. */
export const discoveryAccept = ['v2', 'v2beta1']
  .map((v) => `application/json;g=apidiscovery.k8s.io;v=${v};as=APIGroupDiscoveryList`)
  .concat('application/json').join(',');

interface DiscoveredResource {
  readonly resource: string;
  readonly responseKind?: { readonly kind: string };
  readonly scope: 'Namespaced' | 'Cluster';
  readonly singularResource?: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs?: readonly string[];
  readonly subresources?: readonly { readonly subresource: string }[];
}

interface DiscoveredGroup {
  readonly metadata?: { readonly name?: string };
  readonly versions?: readonly {
    readonly version: string;
    readonly resources?: readonly DiscoveredResource[];
  }[];
}

/** The resources in an `APIGroupDiscoveryList`, all versions, in the server's order. */
export function readDiscovery(list: JsonObject): readonly Resource[] {
  const groups = (list['items'] ?? []) as unknown as readonly DiscoveredGroup[];
  return groups.flatMap((group) =>
    (group.versions ?? []).flatMap(({ version, resources = [] }) =>
      resources.map((found) => readResource(group.metadata?.name ?? '', version, found))));
}

const readResource = (group: string, version: string, found: DiscoveredResource): Resource => ({
  group,
  version,
  kind: found.responseKind?.kind ?? '',
  plural: found.resource,
  singular: found.singularResource ?? '',
  shortNames: found.shortNames ?? [],
  categories: found.categories ?? [],
  verbs: found.verbs ?? [],
  isNamespaced: found.scope === 'Namespaced',
  subresources: (found.subresources ?? []).map(({ subresource }) => subresource),
});

/** `deployments.apps`, `pods`. */
export const resourceName = ({ group, plural }: Resource): string =>
  group === '' ? plural : `${plural}.${group}`;

/** `deployment.apps`, `pod`: what kubectl puts before `/name`. */
export const kindName = ({ group, kind }: Pick<Resource, 'group' | 'kind'>): string =>
  (group === '' ? kind : `${kind}.${group}`).toLowerCase();

/** The package of a kind's Go type, as `%T` shows it. */
export const goPackage = ({ version }: Pick<Resource, 'version'>): string => version;

/** How errors name a resource: Go prints the core group as nothing before the slash. */
export const resourceAndKind = ({ group, version, plural, kind }: Resource): string =>
  `Resource: "${group}/${version}, Resource=${plural}", ` +
  `GroupVersionKind: "${group}/${version}, Kind=${kind}"`;

/** `apps/v1`, `v1`. */
export const groupVersion = ({ group, version }: Pick<Resource, 'group' | 'version'>): string =>
  group === '' ? version : `${group}/${version}`;

/** The path of a resource's list, or of one object, or of its subresource. */
export function pathOf(
  resource: Resource, namespace: string | undefined, name?: string, subresource?: string,
): string {
  const { group, version, plural, isNamespaced } = resource;
  let path = group === '' ? `/api/${version}` : `/apis/${group}/${version}`;
  if (isNamespaced && namespace !== undefined && namespace !== '') path += `/namespaces/${namespace}`;
  path += `/${plural}`;
  if (name !== undefined) path += `/${name}`;
  return subresource === undefined || subresource === '' ? path : `${path}/${subresource}`;
}

/** The resource that a word means: a plural, singular or short name, or a kind. */
export function findResource(resources: readonly Resource[], word: string): Resource | undefined {
  const [typed = '', ...rest] = word.split('.');
  const name = typed.toLowerCase();
  const versioned = rest.length >= 2 ? [rest[0] ?? '', rest.slice(1).join('.')] : undefined;
  const matches = (resource: Resource) => namesOf(resource).includes(name);
  const short = resources.find((resource) => rest.length === 0 && resource.shortNames.includes(typed));
  const exact = resources.find((resource) => rest.length === 0 && matches(resource));
  if (rest.length === 0) return exact ?? short;
  return (
    resources.find((resource) => versioned !== undefined && matches(resource) &&
      resource.version === versioned[0] && resource.group === versioned[1]) ??
    resources.find((resource) => matches(resource) && resource.group === rest.join('.')) ??
    resources.find((resource) => resource.shortNames.includes(typed) &&
      [rest.join('.'), versioned?.[1]].includes(resource.group)) ??
    resources.find((resource) => matches(resource) && resource.group.startsWith(rest.join('.')))
  );
}

const namesOf = ({ plural, singular, kind }: Resource): readonly string[] =>
  [plural, singular, kind.toLowerCase()];

/** The resource of an object's apiVersion and kind. */
export const resourceOfKind = (
  resources: readonly Resource[], apiVersion: string, kind: string,
): Resource | undefined =>
  resources.find((resource) => resource.kind === kind && groupVersion(resource) === apiVersion);

/** What a category such as `all` stands for, as words that find its resources. */
export function expandCategory(resources: readonly Resource[], word: string): readonly string[] {
  const members = resources.filter(({ categories }) => categories.includes(word));
  return members.length === 0 ? [word] : [...new Set(members.map(resourceName))];
}
