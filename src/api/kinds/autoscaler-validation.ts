/**
 * Follows pkg/apis/autoscaling/validation/validation.go.
 */
import { invalid, required } from '../field.ts';
import { nameIsDnsSubdomain, nameIsPathSegment } from '../names.ts';
import type { HorizontalPodAutoscaler } from '../types.gen.ts';
import { checkRule, type Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';

export const validateAutoscaler = validateMetadata<HorizontalPodAutoscaler>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ spec }, _previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') return errors;
    const { minReplicas, maxReplicas, scaleTargetRef: target } = spec;
    if (minReplicas !== undefined && minReplicas < 1) {
      errors.push(invalid('spec.minReplicas', minReplicas, 'must be greater than or equal to 1'));
    }
    if (maxReplicas < 1)
      errors.push(invalid('spec.maxReplicas', maxReplicas, 'must be greater than 0'));
    if (minReplicas !== undefined && maxReplicas < minReplicas) {
      errors.push(
        invalid('spec.maxReplicas', maxReplicas, 'must be greater than or equal to `minReplicas`'),
      );
    }
    for (const name of ['kind', 'name'] as const) {
      const path = `spec.scaleTargetRef.${name}`;
      if (!target[name]) errors.push(required(path));
      else checkRule(errors, path, target[name], (value) => nameIsPathSegment(value, false));
    }
    return errors;
  },
);
