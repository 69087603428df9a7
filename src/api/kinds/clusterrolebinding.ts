import { defineKind } from '../kind.ts';
import type { ClusterRoleBinding } from '../types.gen.ts';
import { bindingColumns, bindingDefaults } from './rbac-binding.ts';
import { rbacGroup, validateClusterRoleBinding } from './rbac-validation.ts';
import { storedVerbs } from './strategy.ts';

export const clusterRoleBinding = defineKind<ClusterRoleBinding>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRoleBinding',
  plural: 'clusterrolebindings',
  singular: 'clusterrolebinding',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.rbac.v1.ClusterRoleBinding',
  defaults: bindingDefaults,
  validate: validateClusterRoleBinding,
  columns: bindingColumns<ClusterRoleBinding>('clusterrolebindings.rbac.authorization.k8s.io'),
});
