/**
 * What a Pod must look like, and what of it may change.
 * Follows pkg/apis/core/validation/validation.go (ValidatePodCreate, ValidatePodUpdate,
 * ValidatePodStatusUpdate).
 */
import { isDeepEqual } from '../../equal.ts';
import { at, child, forbidden, invalid, required, type FieldError } from '../../field.ts';
import { podSpecDiff } from '../../go-diff/pod-spec.ts';
import type { WriteContext } from '../../kind.ts';
import { nameIsDnsSubdomain, rangeMessage } from '../../names.ts';
import type { Container, ContainerStatus, Pod, PodSpec } from '../../types.gen.ts';
import { validateObjectMeta, validateObjectMetaUpdate } from '../../validation/object-meta.ts';
import type { Errors } from '../checks.ts';
import { checkPodSpec } from './validate-spec.ts';
import { checkTolerations } from './validate-scheduling.ts';

const metaRules = { namespaced: true, name: nameIsDnsSubdomain };
const none: readonly FieldError[] = Object.freeze([]);

export function validatePodObject(
  next: Pod,
  previous: Pod | undefined,
  subresource: '' | 'status',
  context?: WriteContext,
): readonly FieldError[] {
  const errors: Errors = [];
  if (previous === undefined) checkNew(errors, next);
  else if (subresource === 'status') checkStatusUpdate(errors, next, previous);
  else if (context?.subresource === 'ephemeralcontainers') {
    checkEphemeralUpdate(errors, next, previous);
  } else checkUpdate(errors, next, previous);
  return errors.length === 0 ? none : errors;
}

function checkNew(errors: Errors, pod: Pod): void {
  checkMetadataAndSpec(errors, pod);
  if ((pod.spec.ephemeralContainers ?? []).length > 0) {
    errors.push(forbidden('spec.ephemeralContainers', 'cannot be set on create'));
  }
  if (pod.spec.nodeName && (pod.spec.schedulingGates ?? []).length > 0) {
    errors.push(
      forbidden('spec.nodeName', 'cannot be set until all schedulingGates have been cleared'),
    );
  }
}

function checkMetadataAndSpec(errors: Errors, pod: Pod): void {
  errors.push(...validateObjectMeta(pod.metadata, metaRules));
  checkPodSpec(errors, pod.spec, 'spec');
  if (!pod.spec.serviceAccountName) checkNoTokens(errors, pod.spec);
  for (const list of ['containers', 'initContainers'] as const) {
    const containers = pod.spec[list] ?? [];
    for (let index = 0; index < containers.length; index++) {
      checkImageSpace(errors, containers[index] as Container, at(`spec.${list}`, index));
    }
  }
}

function checkImageSpace(errors: Errors, { image = '' }: Container, path: string): void {
  if (image.trim().length === image.length) return;
  errors.push(invalid(child(path, 'image'), image, 'must not have leading or trailing whitespace'));
}

function checkNoTokens(errors: Errors, { volumes }: PodSpec): void {
  for (const [index, { projected }] of (volumes ?? []).entries()) {
    for (const [sourceIndex, source] of (projected?.sources ?? []).entries()) {
      if (!source.serviceAccountToken) continue;
      const path = `spec.volumes[${index}].projected.sources[${sourceIndex}].serviceAccountToken`;
      errors.push(forbidden(path, 'must not be specified when serviceAccountName is not set'));
    }
  }
}

function checkUpdate(errors: Errors, next: Pod, previous: Pod): void {
  errors.push(...validateObjectMetaUpdate(next.metadata, previous.metadata));
  // What was valid and has not changed is valid still.
  if (next.spec === previous.spec) return;
  checkMetadataAndSpec(errors, next);
  for (const list of ['containers', 'initContainers'] as const) {
    if (!checkSameContainers(errors, next, previous, list)) return;
  }
  if (!checkDeadline(errors, next.spec, previous.spec)) return;
  checkTolerationsKept(errors, next.spec, previous.spec);
  checkGatesOnlyRemoved(errors, next.spec, previous.spec);
  const wanted = munged(next.spec, previous.spec);
  if (isDeepEqual(wanted, previous.spec)) return;
  const text = `pod updates may not change fields other than ${updatable}`;
  errors.push(forbidden('spec', `${text}\n${podSpecDiff(previous.spec, wanted)}`));
}

/** Ephemeral containers only come. Follows ValidatePodEphemeralContainersUpdate. */
function checkEphemeralUpdate(errors: Errors, next: Pod, previous: Pod): void {
  errors.push(...validateObjectMetaUpdate(next.metadata, previous.metadata));
  if (previous.metadata.annotations?.['kubernetes.io/config.mirror'] !== undefined) {
    errors.push(forbidden('', 'static pods do not support ephemeral containers'));
    return;
  }
  checkMetadataAndSpec(errors, next);
  const path = 'spec.ephemeralContainers';
  for (const old of previous.spec.ephemeralContainers ?? []) {
    const name = JSON.stringify(old.name);
    const now = next.spec.ephemeralContainers?.find((one) => one.name === old.name);
    if (now === undefined) {
      errors.push(forbidden(path, `existing ephemeral containers ${name} may not be removed\n`));
    } else if (!isDeepEqual(now, old)) {
      errors.push(forbidden(path, `existing ephemeral containers ${name} may not be changed\n`));
    }
  }
}

const updatable = [
  '`spec.containers[*].image`',
  '`spec.initContainers[*].image`',
  '`spec.activeDeadlineSeconds`',
  '`spec.tolerations` (only additions to existing tolerations)',
  '`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)',
].join(',');

function checkSameContainers(
  errors: Errors,
  next: Pod,
  previous: Pod,
  list: 'containers' | 'initContainers',
): boolean {
  const [after, before] = [next.spec[list] ?? [], previous.spec[list] ?? []];
  if (after.length !== before.length) {
    errors.push(forbidden(`spec.${list}`, 'pod updates may not add or remove containers'));
    return false;
  }
  for (const [index, container] of after.entries()) {
    const path = at(`spec.${list}`, index);
    if (!container.image) errors.push(required(child(path, 'image')));
    checkImageSpace(errors, container, path);
  }
  return true;
}

function checkDeadline(errors: Errors, next: PodSpec, previous: PodSpec): boolean {
  const path = 'spec.activeDeadlineSeconds';
  const [after, before] = [next.activeDeadlineSeconds, previous.activeDeadlineSeconds];
  if (after === undefined) {
    if (before !== undefined) {
      errors.push(invalid(path, null, 'must not update from a positive integer to nil value'));
    }
    return true;
  }
  if (after < 0 || after > 2147483647)
    errors.push(invalid(path, after, rangeMessage(0, 2147483647)));
  else if (before !== undefined && before < after) {
    errors.push(invalid(path, after, 'must be less than or equal to previous value'));
  } else return true;
  return false;
}

function checkTolerationsKept(errors: Errors, next: PodSpec, previous: PodSpec): void {
  if (next.tolerations === previous.tolerations) return;
  const after = next.tolerations ?? [];
  const isKept = (previous.tolerations ?? []).every((old) =>
    after.some((one) => isDeepEqual({ ...old, tolerationSeconds: one.tolerationSeconds }, one)),
  );
  if (isKept) return checkTolerations(errors, after, 'spec.tolerations');
  errors.push(
    forbidden(
      'spec.tolerations',
      'existing toleration can not be modified except its tolerationSeconds',
    ),
  );
}

function checkGatesOnlyRemoved(errors: Errors, next: PodSpec, previous: PodSpec): void {
  const before = new Set((previous.schedulingGates ?? []).map(({ name }) => name));
  for (const [index, { name }] of (next.schedulingGates ?? []).entries()) {
    if (before.has(name)) continue;
    errors.push(
      forbidden(
        child(at('spec.schedulingGates', index), 'name'),
        `only deletion is allowed, but found new scheduling gate '${name}'`,
      ),
    );
  }
}

/** `next` with all that may change put back: what still differs must not. */
function munged(next: PodSpec, previous: PodSpec): PodSpec {
  const { activeDeadlineSeconds, tolerations, schedulingGates } = previous;
  const isHealed =
    (previous.terminationGracePeriodSeconds ?? 0) < 0 && next.terminationGracePeriodSeconds === 1;
  return {
    ...next,
    ...withImages(next, previous),
    activeDeadlineSeconds,
    tolerations,
    schedulingGates,
    ...(isHealed ? { terminationGracePeriodSeconds: previous.terminationGracePeriodSeconds } : {}),
  } as PodSpec;
}

const withImages = (next: PodSpec, previous: PodSpec): Partial<PodSpec> => ({
  containers: next.containers.map(
    (container, index) => ({ ...container, image: previous.containers[index]?.image }) as Container,
  ),
  ...(next.initContainers === undefined
    ? {}
    : {
        initContainers: next.initContainers.map(
          (container, index) =>
            ({ ...container, image: previous.initContainers?.[index]?.image }) as Container,
        ),
      }),
});

function checkStatusUpdate(errors: Errors, next: Pod, previous: Pod): void {
  errors.push(...validateObjectMetaUpdate(next.metadata, previous.metadata));
  const policy = previous.spec.restartPolicy ?? 'Always';
  const lists = ['containerStatuses', 'initContainerStatuses'] as const;
  for (const list of lists) {
    const [after = [], before = []] = [next.status?.[list], previous.status?.[list]];
    checkTransitions(errors, after, before, policy, child('status', list));
  }
}

/** A container that has finished for good does not come back to life. */
function checkTransitions(
  errors: Errors,
  after: readonly ContainerStatus[],
  before: readonly ContainerStatus[],
  policy: string,
  path: string,
): void {
  if (policy === 'Always' || after === before) return;
  for (const [index, old] of before.entries()) {
    const finished = old.state?.terminated;
    if (!finished || (finished.exitCode !== 0 && policy === 'OnFailure')) continue;
    const now = after.find(({ name }) => name === old.name);
    if (now === undefined || now.state?.terminated) continue;
    errors.push(
      forbidden(child(at(path, index), 'state'), 'may not be transitioned to non-terminated state'),
    );
  }
}
