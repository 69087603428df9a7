import { defineKind } from '../kind.ts';
import type { RoleBinding } from '../types.gen.ts';
import { bindingColumns, bindingDefaults } from './rbac-binding.ts';
import { rbacGroup, validateRoleBinding } from './rbac-validation.ts';
import { storedVerbs } from './strategy.ts';

export const roleBinding = defineKind<RoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'RoleBinding',
  plural: 'rolebindings',
  singular: 'rolebinding',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.rbac.v1.RoleBinding',
  defaults: bindingDefaults,
  validate: validateRoleBinding,
  columns: bindingColumns<RoleBinding>('rolebindings.rbac.authorization.k8s.io'),
});
