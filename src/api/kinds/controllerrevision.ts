import { defineKind } from '../kind.ts';
import { isDeepEqual } from '../equal.ts';
import { invalid, required } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { ControllerRevision } from '../types.gen.ts';
import { immutableMessage } from '../validation/object-meta.ts';
import { checkNotNegative, type Errors } from './checks.ts';
import { ageColumn, describeColumns, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { storedVerbs } from './strategy.ts';

export const controllerRevision = defineKind<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.apps.v1.ControllerRevision',
  validate: validateMetadata<ControllerRevision>(
    { namespaced: true, name: nameIsDnsSubdomain },
    (next, previous) => {
      const errors: Errors = [];
      if (next.data === undefined) errors.push(required('data', 'data is mandatory'));
      checkNotNegative(errors, 'revision', next.revision);
      if (previous !== undefined && !isDeepEqual(next.data, previous.data)) {
        errors.push(invalid('data', next.data, immutableMessage));
      }
      return errors;
    },
  ),
  columns: describeColumns<ControllerRevision>('controllerrevisions.apps', [
    nameColumn,
    text('Controller', controllerName),
    text('Revision', ({ revision }) => revision),
    ageColumn,
  ]),
});

/** `daemonset.apps/web`, or `<none>`. */
function controllerName({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller === true);
  if (owner === undefined) return '<none>';
  const slash = owner.apiVersion.indexOf('/');
  const group = slash < 0 ? '' : `.${owner.apiVersion.slice(0, slash)}`;
  return `${owner.kind.toLowerCase()}${group}/${owner.name}`;
}
