import { defineKind } from '../kind.ts';
import type { ClusterRole } from '../types.gen.ts';
import { creationTimeColumn, describeColumns, nameColumn } from './columns.ts';
import { validateClusterRole, rbacGroup } from './rbac-validation.ts';
import { storedVerbs } from './strategy.ts';

export const clusterRole = defineKind<ClusterRole>({
  group: rbacGroup,
  version: 'v1',
  kind: 'ClusterRole',
  plural: 'clusterroles',
  singular: 'clusterrole',
  shortNames: [],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.rbac.v1.ClusterRole',
  validate: validateClusterRole,
  // No printer of its own: the default one, which shows the time itself.
  columns: describeColumns<ClusterRole>('clusterroles.rbac.authorization.k8s.io', [
    nameColumn,
    creationTimeColumn,
  ]),
});
