/**
 * Which of the names that a definition asks for it gets: the first to come has them.
 * Follows apiextensions-apiserver pkg/controller/status/naming_controller.go.
 */
import { isDeepEqual } from '../../../api/equal.ts';
import { aggregateText } from '../../../api/field.ts';
import type {
  CustomResourceDefinition,
  CustomResourceDefinitionCondition,
  CustomResourceDefinitionNames,
} from '../../../api/types.gen.ts';

export type Condition = Omit<CustomResourceDefinitionCondition, 'lastTransitionTime'>;

export interface Naming {
  readonly names: CustomResourceDefinitionNames;
  readonly accepted: Condition;
  readonly established: Condition;
}

const nobody: CustomResourceDefinitionNames = { plural: '', kind: '' };

/** @param others all other definitions; those of other groups do not count */
export function nameDefinition(
  definition: CustomResourceDefinition,
  others: readonly CustomResourceDefinition[],
): Naming {
  const asked = definition.spec.names;
  const had = definition.status?.acceptedNames ?? nobody;
  const taken = takenBy([definition, ...others], definition.spec.group);
  const draft: {
    -readonly [K in keyof CustomResourceDefinitionNames]: CustomResourceDefinitionNames[K];
  } = { ...had };
  let accepted: Condition | undefined;
  const refuse = (reason: string, message: string): void => {
    accepted = { type: 'NamesAccepted', status: 'False', reason, message };
  };
  for (const [field, reason, used] of [
    ['plural', 'PluralConflict', taken.resources],
    ['singular', 'SingularConflict', taken.resources],
    ['kind', 'KindConflict', taken.kinds],
    ['listKind', 'ListKindConflict', taken.kinds],
  ] as const) {
    const wanted = asked[field] ?? '';
    if (wanted !== (had[field] ?? '') && used.has(wanted)) refuse(reason, inUse(wanted));
    else draft[field] = wanted;
  }
  shortNames(asked, had, taken.resources, draft, refuse);
  if (asked.categories !== undefined) draft.categories = asked.categories;
  else delete draft.categories;
  const outcome = accepted ?? {
    type: 'NamesAccepted',
    status: 'True',
    reason: 'NoConflicts',
    message: 'no conflicts found',
  };
  return { names: draft, accepted: outcome, established: establishedOf(definition, outcome) };
}

const inUse = (name: string): string => `${JSON.stringify(name)} is already in use`;

function shortNames(
  asked: CustomResourceDefinitionNames,
  had: CustomResourceDefinitionNames,
  taken: ReadonlySet<string>,
  draft: { shortNames?: readonly string[] },
  refuse: (reason: string, message: string) => void,
): void {
  const wanted = asked.shortNames ?? [];
  if (isDeepEqual(wanted, had.shortNames ?? [])) return;
  const own = new Set(had.shortNames ?? []);
  const lost = wanted.filter((name) => !own.has(name) && taken.has(name));
  if (lost.length > 0) refuse('ShortNamesConflict', aggregateText(lost.map(inUse)));
  else if (wanted.length > 0) draft.shortNames = wanted;
  else delete draft.shortNames;
}

function takenBy(
  definitions: readonly CustomResourceDefinition[],
  group: string,
): { readonly resources: ReadonlySet<string>; readonly kinds: ReadonlySet<string> } {
  const resources = new Set<string>();
  const kinds = new Set<string>();
  for (const { spec, status } of definitions) {
    const names = status?.acceptedNames;
    if (spec.group !== group || names === undefined) continue;
    for (const name of [names.plural, names.singular, ...(names.shortNames ?? [])]) {
      if (name) resources.add(name);
    }
    for (const name of [names.kind, names.listKind]) if (name) kinds.add(name);
  }
  return { resources, kinds };
}

function establishedOf({ status }: CustomResourceDefinition, accepted: Condition): Condition {
  const old = status?.conditions?.find(({ type }) => type === 'Established');
  if (old?.status === 'True') return old;
  if (accepted.status === 'True') {
    return {
      type: 'Established',
      status: 'False',
      reason: 'Installing',
      message: 'the initial names have been accepted',
    };
  }
  return (
    old ?? {
      type: 'Established',
      status: 'False',
      reason: 'NotAccepted',
      message: 'not all names are accepted',
    }
  );
}

export const established: Condition = {
  type: 'Established',
  status: 'True',
  reason: 'InitialNamesAccepted',
  message: 'the initial names have been accepted',
};
