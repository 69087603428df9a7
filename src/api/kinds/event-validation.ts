/**
 * Follows pkg/apis/core/validation/events.go (legacyValidateEvent: events of the core group).
 */
import { invalid } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { Event } from '../types.gen.ts';
import type { Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';

export const validateEvent = validateMetadata<Event>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ metadata, involvedObject }) => {
    const errors: Errors = [];
    const { namespace = '' } = involvedObject;
    // What lives outside namespaces is reported in `default`.
    const isRight = namespace === ''
      ? metadata.namespace === '' || metadata.namespace === 'default'
      : metadata.namespace === namespace;
    if (!isRight) {
      errors.push(invalid('involvedObject.namespace', namespace, 'does not match event.namespace'));
    }
    return errors;
  },
);
