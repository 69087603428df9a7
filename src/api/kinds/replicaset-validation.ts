/**
 * Follows pkg/apis/apps/validation/validation.go (ValidateReplicaSet…).
 */
import { nameIsDnsSubdomain } from '../names.ts';
import type { ReplicaSet } from '../types.gen.ts';
import { checkNotNegative, type Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';
import { checkReplicated } from './pod/validate-template.ts';
import { checkCounts, checkSelectorKept } from './replicas-validation.ts';

const parts = ['fullyLabeledReplicas', 'readyReplicas', 'availableReplicas'];
const counts = ['replicas', ...parts, 'observedGeneration'];

export const validateReplicaSet = validateMetadata<ReplicaSet>(
  { namespaced: true, name: nameIsDnsSubdomain },
  (next, previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') {
      checkCounts(errors, next.status ?? {}, counts, parts);
      return errors;
    }
    // Valid before and not touched: valid still.
    if (previous !== undefined && next.spec === previous.spec) return errors;
    const { spec } = next;
    checkNotNegative(errors, 'spec.replicas', spec.replicas);
    checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
    checkReplicated(errors, spec);
    if (previous !== undefined) checkSelectorKept(errors, spec.selector, previous.spec.selector);
    return errors;
  },
);
