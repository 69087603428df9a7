/**
 * Follows pkg/apis/apps/validation/validation.go (ValidateDeployment…).
 */
import { forbidden, invalid, notSupported, required } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { Deployment, DeploymentSpec } from '../types.gen.ts';
import { checkNotNegative, type Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';
import { checkReplicated } from './pod/validate-template.ts';
import {
  amountValue,
  checkAmount,
  checkAtMostAll,
  checkCollisions,
  checkCounts,
  checkSelectorKept,
} from './replicas-validation.ts';

const parts = ['updatedReplicas', 'readyReplicas', 'availableReplicas'];
const counts = [
  'observedGeneration',
  'replicas',
  ...parts,
  'unavailableReplicas',
  'collisionCount',
];

export const validateDeployment = validateMetadata<Deployment>(
  { namespaced: true, name: nameIsDnsSubdomain },
  (next, previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') {
      checkCounts(errors, next.status ?? {}, counts, parts);
      checkCollisions(errors, next.status?.collisionCount, previous?.status?.collisionCount);
      return errors;
    }
    if (previous !== undefined && next.spec === previous.spec) return errors;
    checkSpec(errors, next.spec);
    if (previous !== undefined)
      checkSelectorKept(errors, next.spec.selector, previous.spec.selector);
    return errors;
  },
);

function checkSpec(errors: Errors, spec: DeploymentSpec): void {
  checkNotNegative(errors, 'spec.replicas', spec.replicas);
  checkReplicated(errors, spec);
  checkStrategy(errors, spec);
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  checkNotNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit);
  const deadline = spec.progressDeadlineSeconds;
  if (deadline === undefined) return;
  checkNotNegative(errors, 'spec.progressDeadlineSeconds', deadline);
  if (deadline > (spec.minReadySeconds ?? 0)) return;
  errors.push(
    invalid('spec.progressDeadlineSeconds', deadline, 'must be greater than minReadySeconds'),
  );
}

function checkStrategy(errors: Errors, { strategy = {} }: DeploymentSpec): void {
  const { type = '', rollingUpdate } = strategy;
  const path = 'spec.strategy.rollingUpdate';
  if (type === 'Recreate') {
    if (rollingUpdate) {
      errors.push(forbidden(path, "may not be specified when strategy `type` is 'Recreate'"));
    }
  } else if (type !== 'RollingUpdate') {
    errors.push(
      notSupported('spec.strategy', { ...strategy } as never, ['Recreate', 'RollingUpdate']),
    );
  } else if (!rollingUpdate) {
    errors.push(required(path, 'this should be defaulted and never be nil'));
  } else {
    const { maxUnavailable, maxSurge } = rollingUpdate;
    checkAmount(errors, `${path}.maxUnavailable`, maxUnavailable);
    checkAmount(errors, `${path}.maxSurge`, maxSurge);
    if (amountValue(maxUnavailable) === 0 && amountValue(maxSurge) === 0) {
      errors.push(
        invalid(`${path}.maxUnavailable`, maxUnavailable ?? 0, 'may not be 0 when `maxSurge` is 0'),
      );
    }
    checkAtMostAll(errors, `${path}.maxUnavailable`, maxUnavailable);
  }
}
