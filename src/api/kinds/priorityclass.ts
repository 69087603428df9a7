import { defineKind } from '../kind.ts';
import { forbidden } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { PriorityClass } from '../types.gen.ts';
import { checkOneOf, type Errors } from './checks.ts';
import { ageColumn, boolean, describeColumns, integer, nameColumn, text } from './columns.ts';
import { validateMetadata } from './metadata.ts';
import { fillAbsent } from './path-copy.ts';
import { storedVerbs, withGeneration } from './strategy.ts';

/** Above this only the system's own classes. */
const highestUserValue = 1_000_000_000;
const systemClasses: Readonly<Record<string, number>> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
};

export const priorityClass = defineKind<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  categories: [],
  namespaced: false,
  verbs: storedVerbs,
  subresources: [],
  schema: 'io.k8s.api.scheduling.v1.PriorityClass',
  defaults: (object) => fillAbsent(object, { preemptionPolicy: 'PreemptLowerPriority' }),
  prepare: (next, previous) => (previous === undefined ? withGeneration(next, 1) : next),
  validate: validateMetadata<PriorityClass>(
    { namespaced: false, name: nameIsDnsSubdomain },
    (next, previous) => {
      const errors: Errors = [];
      if (previous === undefined) checkNew(errors, next);
      else {
        if (next.value !== previous.value) {
          errors.push(forbidden('value', 'may not be changed in an update.'));
        }
        if (next.preemptionPolicy !== previous.preemptionPolicy) {
          errors.push(forbidden('preemptionPolicy', 'field is immutable'));
        }
      }
      return errors;
    },
  ),
  columns: describeColumns<PriorityClass>('priorityclasses.scheduling.k8s.io', [
    nameColumn,
    integer('Value', ({ value }) => value),
    boolean('Global-Default', ({ globalDefault }) => globalDefault ?? false),
    ageColumn,
    text('PreemptionPolicy', ({ preemptionPolicy }) => preemptionPolicy ?? ''),
  ]),
});

function checkNew(errors: Errors, { metadata, value, preemptionPolicy }: PriorityClass): void {
  if (metadata.name.startsWith('system-')) {
    const known = systemClasses[metadata.name];
    if (known === undefined) {
      errors.push(
        forbidden(
          'metadata.name',
          "priority class names with 'system-' prefix are " +
            'reserved for system use only. error: ' +
            `${metadata.name} is not a known system priority class`,
        ),
      );
    } else if (known !== value) {
      errors.push(
        forbidden(
          'metadata.name',
          "priority class names with 'system-' prefix are " +
            'reserved for system use only. error: ' +
            `value of ${metadata.name} PriorityClass must be ${known}`,
        ),
      );
    }
  } else if (value > highestUserValue) {
    errors.push(
      forbidden(
        'value',
        'maximum allowed value of a user defined priority is ' + `${highestUserValue}`,
      ),
    );
  }
  checkOneOf(errors, 'preemptionPolicy', preemptionPolicy, ['PreemptLowerPriority', 'Never']);
}
