/**
 * Follows pkg/apis/rbac/validation/validation.go.
 */
import { isDeepEqual } from '../equal.ts';
import { at, child, invalid, notSupported, required } from '../field.ts';
import { goQuote, goText } from '../go-text.ts';
import { isDnsSubdomain, nameIsPathSegment } from '../names.ts';
import type {
  ClusterRole,
  ClusterRoleBinding,
  PolicyRule,
  RbacSubject,
  Role,
  RoleBinding,
  RoleRef,
} from '../types.gen.ts';
import { checkRule, type Errors } from './checks.ts';
import { checkLabelSelector } from './label-selector.ts';
import { validateMetadata } from './metadata.ts';

/** The group of roles and of the subjects that are users and groups. */
export const rbacGroup = 'rbac.authorization.k8s.io';

export const validateRole = validateMetadata<Role>(
  { namespaced: true, name: nameIsPathSegment },
  ({ rules = [] }) => {
    const errors: Errors = [];
    for (const [index, rule] of rules.entries())
      checkPolicyRule(errors, rule, true, at('rules', index));
    return errors;
  },
);

export const validateClusterRole = validateMetadata<ClusterRole>(
  { namespaced: false, name: nameIsPathSegment },
  ({ rules, aggregationRule }) => {
    const errors: Errors = [];
    for (const [index, rule] of (rules ?? []).entries()) {
      checkPolicyRule(errors, rule, false, at('rules', index));
    }
    if (aggregationRule === undefined) return errors;
    const path = 'aggregationRule.clusterRoleSelectors';
    const selectors = aggregationRule.clusterRoleSelectors ?? [];
    if (selectors.length === 0) {
      errors.push(
        required(path, 'at least one clusterRoleSelector required if aggregationRule is non-nil'),
      );
    }
    for (const [index, selector] of selectors.entries()) {
      checkLabelSelector(errors, selector, at(path, index));
    }
    return errors;
  },
);

function checkPolicyRule(
  errors: Errors,
  rule: PolicyRule,
  isNamespaced: boolean,
  path: string,
): void {
  const {
    verbs = [],
    apiGroups = [],
    resources = [],
    resourceNames = [],
    nonResourceURLs = [],
  } = rule;
  if (verbs.length === 0) {
    errors.push(required(child(path, 'verbs'), 'verbs must contain at least one value'));
  }
  if (nonResourceURLs.length > 0) {
    const urlsPath = child(path, 'nonResourceURLs');
    if (isNamespaced) {
      errors.push(
        invalid(urlsPath, nonResourceURLs, 'namespaced rules cannot apply to non-resource URLs'),
      );
    }
    if (apiGroups.length > 0 || resources.length > 0 || resourceNames.length > 0) {
      errors.push(
        invalid(
          urlsPath,
          nonResourceURLs,
          'rules cannot apply to both regular resources and non-resource URLs',
        ),
      );
    }
    return;
  }
  if (apiGroups.length === 0) {
    errors.push(
      required(child(path, 'apiGroups'), 'resource rules must supply at least one api group'),
    );
  }
  if (resources.length === 0) {
    errors.push(
      required(child(path, 'resources'), 'resource rules must supply at least one resource'),
    );
  }
}

export const validateRoleBinding = validateMetadata<RoleBinding>(
  { namespaced: true, name: nameIsPathSegment },
  (next, previous) => checkBinding(next, previous, true),
);

export const validateClusterRoleBinding = validateMetadata<ClusterRoleBinding>(
  { namespaced: false, name: nameIsPathSegment },
  (next, previous) => checkBinding(next, previous, false),
);

type Binding = RoleBinding | ClusterRoleBinding;

function checkBinding(next: Binding, previous: Binding | undefined, isNamespaced: boolean): Errors {
  const errors: Errors = [];
  const { apiGroup, kind, name } = next.roleRef;
  if (apiGroup !== rbacGroup) {
    errors.push(notSupported('roleRef.apiGroup', apiGroup, [rbacGroup]));
  }
  const kinds = isNamespaced ? ['Role', 'ClusterRole'] : ['ClusterRole'];
  if (!kinds.includes(kind)) errors.push(notSupported('roleRef.kind', kind, kinds));
  if (!name) errors.push(required('roleRef.name'));
  else checkRule(errors, 'roleRef.name', name, (value) => nameIsPathSegment(value, false));
  for (const [index, subject] of (next.subjects ?? []).entries()) {
    checkSubject(errors, subject, isNamespaced, at('subjects', index));
  }
  if (previous !== undefined && !isDeepEqual(next.roleRef, previous.roleRef)) {
    errors.push(invalid('roleRef', goRoleRef(next.roleRef), 'cannot change roleRef'));
  }
  return errors;
}

const goRoleRef = ({ apiGroup, kind, name }: RoleRef) =>
  goText(
    `rbac.RoleRef{APIGroup:${goQuote(apiGroup)}, Kind:${goQuote(kind)}, Name:${goQuote(name)}}`,
  );

function checkSubject(
  errors: Errors,
  subject: RbacSubject,
  isNamespaced: boolean,
  path: string,
): void {
  const { kind, name, namespace, apiGroup = '' } = subject;
  const groupPath = child(path, 'apiGroup');
  if (!name) errors.push(required(child(path, 'name')));
  if (kind === 'ServiceAccount') {
    if (name) checkRule(errors, child(path, 'name'), name, isDnsSubdomain);
    if (apiGroup !== '') errors.push(notSupported(groupPath, apiGroup, ['']));
    if (!isNamespaced && !namespace) errors.push(required(child(path, 'namespace')));
  } else if (kind === 'User' || kind === 'Group') {
    if (apiGroup !== rbacGroup) errors.push(notSupported(groupPath, apiGroup, [rbacGroup]));
  } else {
    errors.push(notSupported(child(path, 'kind'), kind, ['ServiceAccount', 'User', 'Group']));
  }
}
