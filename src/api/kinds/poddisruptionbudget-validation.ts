/**
 * Follows pkg/apis/policy/validation/validation.go.
 */
import { invalid, notSupported } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { PodDisruptionBudget } from '../types.gen.ts';
import type { Errors } from './checks.ts';
import { checkLabelSelector } from './label-selector.ts';
import { validateMetadata } from './metadata.ts';
import { checkAmount, checkAtMostAll } from './replicas-validation.ts';

export const validateBudget = validateMetadata<PodDisruptionBudget>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ spec = {} }, _previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') return errors;
    const { minAvailable, maxUnavailable, selector, unhealthyPodEvictionPolicy: policy } = spec;
    if (minAvailable !== undefined && maxUnavailable !== undefined) {
      errors.push(
        invalid('spec', spec as never, 'minAvailable and maxUnavailable cannot be both set'),
      );
    }
    if (minAvailable !== undefined) {
      checkAmount(errors, 'spec.minAvailable', minAvailable);
      checkAtMostAll(errors, 'spec.minAvailable', minAvailable);
    }
    if (maxUnavailable !== undefined) {
      checkAmount(errors, 'spec.maxUnavailable', maxUnavailable);
      checkAtMostAll(errors, 'spec.maxUnavailable', maxUnavailable);
    }
    checkLabelSelector(errors, selector, 'spec.selector');
    if (policy !== undefined && policy !== 'IfHealthyBudget' && policy !== 'AlwaysAllow') {
      errors.push(
        notSupported('spec.unhealthyPodEvictionPolicy', policy, ['AlwaysAllow', 'IfHealthyBudget']),
      );
    }
    return errors;
  },
);
