/**
 * Follows pkg/apis/coordination/validation/validation.go.
 */
import { invalid } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { Lease } from '../types.gen.ts';
import { negativeMessage, type Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';

export const validateLease = validateMetadata<Lease>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ spec = {} }) => {
    const errors: Errors = [];
    const { leaseDurationSeconds: duration, leaseTransitions: transitions } = spec;
    if (duration !== undefined && duration <= 0) {
      errors.push(invalid('spec.leaseDurationSeconds', duration, 'must be greater than 0'));
    }
    if (transitions !== undefined && transitions < 0) {
      errors.push(invalid('spec.leaseTransitions', transitions, negativeMessage));
    }
    return errors;
  },
);
