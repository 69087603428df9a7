/** How a plugin says no. Follows apiserver pkg/admission/errors.go. */
import { StatusError, forbiddenAction } from '../../../api/status.ts';
import type { ApiObject, ObjectMeta } from '../../../api/object.ts';
import type { Attributes } from './plugin.ts';

/** `pods "x" is forbidden: …`, by a plugin that looks at the object as it shall be stored. */
export function refuse({ x, resource, object }: Attributes, reason: string): never {
  const name = object?.metadata.name || x.route.name;
  throw new StatusError(forbiddenAction(resource.kind, name, reason));
}

/** The same of a plugin that changes objects: it runs before a name is made up. */
export function refuseEarly({ resource }: Attributes, object: ApiObject, reason: string): never {
  throw new StatusError(forbiddenAction(resource.kind, nameBefore(object.metadata), reason));
}

const suffixLength = 5;

/** `web-5d59d67564-`, if that is all that the client gave. */
function nameBefore({ name, generateName = '' }: ObjectMeta): string {
  const isMadeUp = generateName !== '' && name.length - suffixLength === generateName.length;
  return isMadeUp && name.startsWith(generateName) ? generateName : name;
}
