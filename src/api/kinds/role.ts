import { defineKind } from '../kind.ts';
import type { Role } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';
import { validateRole, rbacGroup } from './rbac-validation.ts';
import { storedVerbs } from './strategy.ts';

export const role = defineKind<Role>({
  group: rbacGroup,
  version: 'v1',
  kind: 'Role',
  plural: 'roles',
  singular: 'role',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.rbac.v1.Role',
  validate: validateRole,
  // No printer of its own: the default one, which shows the time itself.
  columns: describeColumns<Role>('roles.rbac.authorization.k8s.io', [
    nameColumn,
    creationTimeColumn,
  ]),
});
