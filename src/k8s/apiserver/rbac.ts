/**
 * Role-based access control: a request is allowed if some rule of some role that is bound to the
 * user says so. Follows plugin/pkg/auth/authorizer/rbac/rbac.go and pkg/registry/rbac/validation.
 */
import { goQuote } from '../../api/go-text.ts';
import type { PolicyRule, Role, RoleBinding } from '../../api/types.gen.ts';
import type { Attempted } from './authorization.ts';
import type { User } from './exchange.ts';
import type { Registry, Resource } from './resource.ts';

const group = 'rbac.authorization.k8s.io';

export function isAllowedByRbac(registry: Registry, user: User, attempted: Attempted): boolean {
  for (const rule of rulesOf(registry, user, attempted.namespace)) {
    if (isAllowedByRule(rule, attempted)) return true;
  }
  return false;
}

/** Which binding allows it, in upstream's words; undefined when none does. */
export function reasonOfRbac(
  registry: Registry,
  user: User,
  attempted: Attempted,
): string | undefined {
  for (const namespace of attempted.namespace === '' ? [''] : ['', attempted.namespace]) {
    const kind = namespace === '' ? 'ClusterRoleBinding' : 'RoleBinding';
    const bindings = registry.named(`${kind.toLowerCase()}s.${group}`);
    for (const binding of bindingsIn(bindings, namespace)) {
      const subject = subjectsOf(binding).find((one) => isSubject(one, user, namespace));
      const rules = rulesOfRole(registry, binding, namespace);
      if (subject === undefined || !rules.some((rule) => isAllowedByRule(rule, attempted)))
        continue;
      const { name } = binding.metadata;
      const { roleRef } = binding;
      const whole = namespace === '' ? name : `${name}/${namespace}`;
      const whom =
        subject.kind === 'ServiceAccount'
          ? `${subject.name}/${subject.namespace || namespace}`
          : subject.name;
      return (
        `RBAC: allowed by ${kind} ${goQuote(whole)} of ${roleRef.kind} ` +
        `${goQuote(roleRef.name)} to ${subject.kind} ${goQuote(whom)}`
      );
    }
  }
  return undefined;
}

/** Rules by user and namespace, as long as no role and no binding changes. */
interface Known {
  readonly stamp: number;
  readonly rules: WeakMap<User, Map<string, readonly PolicyRule[]>>;
}
const known = new WeakMap<Registry, Known>();

const kinds = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'];

/** The rules that hold for a user: everywhere, and in one namespace. */
export function rulesOf(registry: Registry, user: User, namespace: string): readonly PolicyRule[] {
  let stamp = 0;
  for (const kind of kinds) stamp += registry.named(`${kind}.${group}`)?.cache.changes ?? 0;
  let memory = known.get(registry);
  if (memory === undefined || memory.stamp !== stamp) {
    memory = { stamp, rules: new WeakMap() };
    known.set(registry, memory);
  }
  let ofUser = memory.rules.get(user);
  if (ofUser === undefined) {
    ofUser = new Map();
    memory.rules.set(user, ofUser);
  }
  const kept = ofUser.get(namespace);
  if (kept !== undefined) return kept;
  const rules = [...collectRules(registry, user, namespace)].flat();
  ofUser.set(namespace, rules);
  return rules;
}

function* collectRules(
  registry: Registry,
  user: User,
  namespace: string,
): Generator<readonly PolicyRule[]> {
  const clusterBindings = registry.named(`clusterrolebindings.${group}`);
  for (const binding of bindingsIn(clusterBindings, '')) {
    if (isBound(binding, user, '')) yield rulesOfRole(registry, binding, '');
  }
  if (namespace === '') return;
  for (const binding of bindingsIn(registry.named(`rolebindings.${group}`), namespace)) {
    if (isBound(binding, user, namespace)) yield rulesOfRole(registry, binding, namespace);
  }
}

function bindingsIn(resource: Resource | undefined, namespace: string): readonly RoleBinding[] {
  if (resource === undefined) return [];
  const scope = resource.scope(namespace);
  // The character after a slash ends the range of all that begin with the scope.
  const end = `${scope.slice(0, -1)}0`;
  return resource.cache.under(scope, end).map(({ object }) => object as unknown as RoleBinding);
}

interface Subject {
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

const subjectsOf = ({ subjects = [] }: RoleBinding) => subjects as unknown as readonly Subject[];

const isBound = (binding: RoleBinding, user: User, namespace: string): boolean =>
  subjectsOf(binding).some((subject) => isSubject(subject, user, namespace));

function isSubject(
  { kind, name, namespace: own }: Subject,
  user: User,
  namespace: string,
): boolean {
  if (kind === 'User') return user.name === name;
  if (kind === 'Group') return user.groups.includes(name);
  return user.name === `system:serviceaccount:${own || namespace}:${name}`;
}

function rulesOfRole(
  registry: Registry,
  { roleRef }: RoleBinding,
  namespace: string,
): readonly PolicyRule[] {
  const isCluster = roleRef.kind === 'ClusterRole';
  const resource = registry.named(`${isCluster ? 'clusterroles' : 'roles'}.${group}`);
  const entry = resource?.cache.get(resource.key(isCluster ? '' : namespace, roleRef.name));
  return (entry?.object as unknown as Role | undefined)?.rules ?? [];
}

export function isAllowedByRule(rule: PolicyRule, attempted: Attempted): boolean {
  if (!has(rule.verbs, attempted.verb)) return false;
  if (attempted.path !== undefined) return matchesPath(rule.nonResourceURLs ?? [], attempted.path);
  if (!has(rule.apiGroups ?? [], attempted.group)) return false;
  if (!matchesResource(rule.resources ?? [], attempted)) return false;
  const names = rule.resourceNames ?? [];
  return names.length === 0 || names.includes(attempted.name);
}

const has = (list: readonly string[], item: string): boolean =>
  list.includes('*') || list.includes(item);

function matchesResource(
  resources: readonly string[],
  { resource, subresource }: Attempted,
): boolean {
  const full = subresource === '' ? resource : `${resource}/${subresource}`;
  return resources.some(
    (one) => one === '*' || one === full || (subresource !== '' && one === `*/${subresource}`),
  );
}

const matchesPath = (patterns: readonly string[], path: string): boolean =>
  patterns.some(
    (one) =>
      one === '*' || one === path || (one.endsWith('*') && path.startsWith(one.slice(0, -1))),
  );
