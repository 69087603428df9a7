/**
 * ClusterRoles that are the sum of others: admin, edit and view grow with the roles that say so.
 * Upstream: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go.
 */
import { isDeepEqual } from '../../api/equal.ts';
import type { ClusterRole, PolicyRule } from '../../api/types.gen.ts';
import { defineController, type Outcome, selectorMatches, settled, type View } from '../client/index.ts';

export const clusterRoleAggregation = defineController({
  name: 'clusterrole-aggregation-controller',
  watches: { ClusterRole: (role, view) => sumsWith(role, view) },
  reconcile,
});

/** The role, if it is a sum, and those sums that its labels make it a part of. */
function sumsWith(role: ClusterRole, view: View): readonly string[] {
  const sums = view.of('ClusterRole').list().filter((one) => one !== role && isPart(role, one));
  const names = sums.map(({ metadata }) => metadata.name);
  return role.aggregationRule === undefined ? names : [role.metadata.name, ...names];
}

const isPart = ({ metadata }: ClusterRole, { aggregationRule }: ClusterRole): boolean =>
  metadata.labels !== undefined &&
  aggregationRule?.clusterRoleSelectors?.some((one) => selectorMatches(one)(metadata.labels)) === true;

function reconcile(view: View, name: string): Outcome {
  const sum = view.get('ClusterRole', name);
  if (sum?.aggregationRule === undefined) return settled;
  const parts = view
    .of('ClusterRole').list()
    .filter((role) => role.metadata.name !== name && isPart(role, sum))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const rules: PolicyRule[] = [];
  for (const rule of parts.flatMap((part) => part.rules ?? [])) {
    if (!rules.some((one) => isDeepEqual(one, rule))) rules.push(rule);
  }
  if (isDeepEqual(rules, sum.rules ?? [])) return settled;
  return {
    writes: [{
      verb: 'update', kind: 'ClusterRole', key: name, body: { ...sum, rules },
      because: `the roles that ${name} is the sum of have changed`,
    }],
  };
}
