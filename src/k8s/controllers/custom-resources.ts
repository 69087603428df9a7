/**
 * The resources that CustomResourceDefinitions bring while the controllers run. Upstream asks the
 * server for everything it serves, again and again (garbagecollector.go: Sync, every 30 s;
 * namespaced_resources_deleter.go: at each deletion); here the definitions themselves are watched.
 */
import { compareVersions } from '../../api/crd/versions.ts';
import type { ApiObject } from '../../api/object.ts';
import type { CustomResourceDefinition } from '../../api/types.gen.ts';
import type { ServedResource } from '../client/index.ts';

const verbs = ['delete', 'deletecollection', 'get', 'list', 'patch', 'create', 'update', 'watch'];

export const isDefinition = (object: ApiObject): object is CustomResourceDefinition =>
  object.kind === 'CustomResourceDefinition';

/** What a definition serves in its preferred version; undefined until it is established. */
export function servedBy({ spec, status }: CustomResourceDefinition): ServedResource | undefined {
  const isEstablished = status?.conditions?.some(
    (one) => one.type === 'Established' && one.status === 'True',
  );
  const version = spec.versions
    .filter(({ served }) => served)
    .map(({ name }) => name)
    .sort(compareVersions)[0];
  if (isEstablished !== true || version === undefined) return undefined;
  const { plural, kind } = status?.acceptedNames ?? spec.names;
  return { group: spec.group, version, kind, plural, namespaced: spec.scope === 'Namespaced', verbs };
}

export const isSameResource = (one: ServedResource, other: ServedResource): boolean =>
  one.group === other.group && one.plural === other.plural;
