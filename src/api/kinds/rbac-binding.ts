/**
 * What both kinds of role binding share: defaults and columns.
 * Follows pkg/apis/rbac/v1/defaults.go and printers.go (printRoleBinding).
 */
import type { ClusterRoleBinding, RbacSubject, RoleBinding } from '../types.gen.ts';
import { ageColumn, describeColumns, nameColumn, text, wide } from './columns.ts';
import { fill, mapItems, withField } from './path-copy.ts';
import { rbacGroup } from './rbac-validation.ts';

type Binding = RoleBinding | ClusterRoleBinding;

const group = { apiGroup: rbacGroup };

const subjectDefaults = (subject: RbacSubject): RbacSubject =>
  subject.kind === 'User' || subject.kind === 'Group' ? fill(subject, group) : subject;

export function bindingDefaults<T extends Binding>(binding: T): T {
  const roleRef = fill(binding.roleRef, group);
  const { subjects } = binding;
  const withRef = withField<Binding, 'roleRef'>(binding, 'roleRef', roleRef);
  if (subjects === undefined) return withRef as T;
  return withField<Binding, 'subjects'>(
    withRef,
    'subjects',
    mapItems(subjects, subjectDefaults),
  ) as T;
}

/** `resource` is `plural.group`. */
export const bindingColumns = <T extends Binding>(resource: string) =>
  describeColumns<T>(resource, [
    nameColumn,
    text('Role', ({ roleRef }) => `${roleRef.kind}/${roleRef.name}`),
    ageColumn,
    wide('Users', (binding) => subjectNames(binding, 'User')),
    wide('Groups', (binding) => subjectNames(binding, 'Group')),
    wide('ServiceAccounts', (binding) => subjectNames(binding, 'ServiceAccount')),
  ]);

const subjectNames = ({ subjects }: Binding, kind: string): string =>
  (subjects ?? [])
    .filter((subject) => subject.kind === kind)
    .map(({ namespace, name }) =>
      kind === 'ServiceAccount' && namespace ? `${namespace}/${name}` : name,
    )
    .join(', ');
