/** Follows apiextensions-apiserver pkg/registry/customresourcedefinition/strategy.go. */
import type { CustomResourceDefinition } from '../types.gen.ts';
import { isSpecChanged, prepareSpecAndStatus } from './strategy.ts';

const prepare = prepareSpecAndStatus<CustomResourceDefinition>({
  freshStatus: ({ spec }) => ({
    acceptedNames: { plural: '', kind: '' },
    conditions: [],
    storedVersions: spec.versions
      .filter(({ storage }) => storage)
      .slice(0, 1)
      .map(({ name }) => name),
  }),
  isChanged: isSpecChanged,
});

/** A version that becomes the stored one is remembered as such. */
export function prepareDefinition(
  next: CustomResourceDefinition,
  previous: CustomResourceDefinition | undefined,
  part: '' | 'status',
): CustomResourceDefinition {
  const prepared = prepare(next, previous, part);
  if (part === 'status') return prepared;
  const storage = prepared.spec.versions.find((version) => version.storage)?.name;
  const stored = prepared.status?.storedVersions ?? [];
  if (storage === undefined || stored.includes(storage)) return prepared;
  return { ...prepared, status: { ...prepared.status, storedVersions: [...stored, storage] } };
}
