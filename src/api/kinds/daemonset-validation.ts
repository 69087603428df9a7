/**
 * Follows pkg/apis/apps/validation/validation.go (ValidateDaemonSet…).
 */
import { invalid, notSupported, required } from '../field.ts';
import { nameIsDnsSubdomain } from '../names.ts';
import type { DaemonSet, DaemonSetSpec } from '../types.gen.ts';
import { checkNotNegative, type Errors } from './checks.ts';
import { checkLabelSelector, isEmptySelector } from './label-selector.ts';
import { validateMetadata } from './metadata.ts';
import {
  checkPodTemplate,
  checkRunningTemplate,
  checkSelects,
  checkSharedDisks,
  goLabelSelector,
} from './pod/validate-template.ts';
import {
  amountValue,
  checkAmount,
  checkAtMostAll,
  checkCollisions,
  checkSelectorKept,
} from './replicas-validation.ts';

const counts = [
  'currentNumberScheduled',
  'numberMisscheduled',
  'desiredNumberScheduled',
  'numberReady',
  'observedGeneration',
  'updatedNumberScheduled',
  'numberAvailable',
  'numberUnavailable',
  'collisionCount',
] as const;

export const validateDaemonSet = validateMetadata<DaemonSet>(
  { namespaced: true, name: nameIsDnsSubdomain },
  (next, previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') {
      for (const name of counts) checkNotNegative(errors, `status.${name}`, next.status?.[name]);
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

function checkSpec(errors: Errors, spec: DaemonSetSpec): void {
  const { selector, template } = spec;
  checkLabelSelector(errors, selector, 'spec.selector');
  checkSelects(errors, selector, template, 'spec.template');
  if (selector && isEmptySelector(selector)) {
    errors.push(
      invalid(
        'spec.selector',
        goLabelSelector(selector),
        'empty selector is invalid for daemonset',
      ),
    );
  }
  checkPodTemplate(errors, template, 'spec.template');
  checkSharedDisks(errors, template, 'spec.template');
  checkRunningTemplate(errors, template, 'spec.template', 'DaemonSet');
  checkNotNegative(errors, 'spec.minReadySeconds', spec.minReadySeconds);
  checkStrategy(errors, spec);
  checkNotNegative(errors, 'spec.revisionHistoryLimit', spec.revisionHistoryLimit);
}

function checkStrategy(errors: Errors, { updateStrategy = {} }: DaemonSetSpec): void {
  const { type, rollingUpdate } = updateStrategy;
  if (type === 'OnDelete') return;
  const path = 'spec.updateStrategy';
  if (type !== 'RollingUpdate') {
    errors.push(notSupported(path, { ...updateStrategy } as never, ['RollingUpdate', 'OnDelete']));
    return;
  }
  if (!rollingUpdate) {
    errors.push(required(`${path}.rollingUpdate`));
    return;
  }
  const { maxUnavailable, maxSurge } = rollingUpdate;
  const [unavailablePath, surgePath] = [
    `${path}.rollingUpdate.maxUnavailable`,
    `${path}.rollingUpdate.maxSurge`,
  ];
  checkAmount(errors, unavailablePath, maxUnavailable);
  checkAmount(errors, surgePath, maxSurge);
  checkAtMostAll(errors, unavailablePath, maxUnavailable);
  checkAtMostAll(errors, surgePath, maxSurge);
  const [hasUnavailable, hasSurge] = [
    amountValue(maxUnavailable) !== 0,
    amountValue(maxSurge) !== 0,
  ];
  if (hasUnavailable && hasSurge) {
    errors.push(
      invalid(surgePath, maxSurge ?? 0, 'may not be set when maxUnavailable is non-zero'),
    );
  } else if (!hasUnavailable && !hasSurge) {
    errors.push(required(unavailablePath, 'cannot be 0 when maxSurge is 0'));
  }
}
