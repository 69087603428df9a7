/**
 * Follows pkg/apis/core/validation/validation.go (ValidatePersistentVolume, …Claim) and
 * pkg/apis/storage/validation/validation.go.
 */
import { claimSpecDiff } from '../go-diff/pod-spec.ts';
import { isDeepEqual } from '../equal.ts';
import { at, child, forbidden, invalid, notSupported, required } from '../field.ts';
import { isDnsSubdomain, isQualifiedName, nameIsDnsSubdomain } from '../names.ts';
import { compareQuantities, parseQuantity } from '../quantity.ts';
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimSpec,
  StorageClass,
} from '../types.gen.ts';
import { validateImmutable } from '../validation/object-meta.ts';
import { checkOneOf, checkRule, type Errors } from './checks.ts';
import { checkLabelSelector } from './label-selector.ts';
import { validateMetadata } from './metadata.ts';
import { checkNodeSelector } from './pod/validate-scheduling.ts';

const accessModes = ['ReadOnlyMany', 'ReadWriteMany', 'ReadWriteOnce', 'ReadWriteOncePod'];
const reclaimPolicies = ['Delete', 'Recycle', 'Retain'];
const volumeModes = ['Block', 'Filesystem'];

export const validateVolume = validateMetadata<PersistentVolume>(
  { namespaced: false, name: nameIsDnsSubdomain },
  (next, previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') return errors;
    checkVolume(errors, next.spec);
    if (previous !== undefined) {
      errors.push(
        ...validateImmutable(next.spec.volumeMode, previous.spec.volumeMode, 'spec.volumeMode'),
      );
    }
    return errors;
  },
);

const plainFields = new Set([
  'accessModes',
  'capacity',
  'claimRef',
  'mountOptions',
  'nodeAffinity',
  'persistentVolumeReclaimPolicy',
  'storageClassName',
  'volumeMode',
  'volumeAttributesClassName',
]);

function checkVolume(errors: Errors, spec: PersistentVolume['spec']): void {
  checkAccessModes(errors, spec.accessModes, 'spec.accessModes');
  const { capacity = {} } = spec;
  if (Object.keys(capacity).length === 0) errors.push(required('spec.capacity'));
  else if (capacity['storage'] === undefined || Object.keys(capacity).length > 1) {
    errors.push(notSupported('spec.capacity', capacity as never, ['storage']));
  }
  for (const [name, quantity] of Object.entries(capacity)) {
    if (parseQuantity(quantity).nanos <= 0n) {
      errors.push(invalid(at('spec.capacity', name), quantity, 'must be greater than zero'));
    }
  }
  checkOneOf(
    errors,
    'spec.persistentVolumeReclaimPolicy',
    spec.persistentVolumeReclaimPolicy,
    reclaimPolicies,
  );
  const affinity = spec.nodeAffinity;
  if (affinity?.required) {
    checkNodeSelector(errors, affinity.required, 'spec.nodeAffinity.required');
  } else if (affinity) {
    errors.push(required('spec.nodeAffinity.required', 'must specify required node constraints'));
  }
  checkVolumeSource(errors, spec);
  if (spec.storageClassName) {
    checkRule(errors, 'spec.storageClassName', spec.storageClassName, isDnsSubdomain);
  }
  if (spec.volumeMode !== undefined)
    checkOneOf(errors, 'spec.volumeMode', spec.volumeMode, volumeModes);
}

function checkVolumeSource(errors: Errors, spec: PersistentVolume['spec']): void {
  const sources = Object.keys(spec).filter(
    (name) => !plainFields.has(name) && spec[name as keyof typeof spec] !== undefined,
  );
  for (const name of sources.slice(1)) {
    errors.push(forbidden(child('spec', name), 'may not specify more than 1 volume type'));
  }
  if (sources.length === 0) errors.push(required('spec', 'must specify a volume type'));
  if (spec.local && spec.nodeAffinity?.required === undefined) {
    errors.push(required('spec.nodeAffinity', 'Local volume requires node affinity'));
  }
  if (
    spec.hostPath &&
    spec.hostPath.path === '/' &&
    spec.persistentVolumeReclaimPolicy === 'Recycle'
  ) {
    errors.push(
      forbidden(
        'spec.persistentVolumeReclaimPolicy',
        "may not be 'recycle' for a hostPath mount of '/'",
      ),
    );
  }
}

function checkAccessModes(errors: Errors, modes: readonly string[] = [], path: string): void {
  if (modes.length === 0) errors.push(required(path, 'at least 1 access mode is required'));
  for (const mode of modes) {
    if (!accessModes.includes(mode)) errors.push(notSupported(path, mode, accessModes));
  }
  if (modes.includes('ReadWriteOncePod') && modes.length > 1) {
    errors.push(forbidden(path, 'may not use ReadWriteOncePod with other access modes'));
  }
}

export const validateClaim = validateMetadata<PersistentVolumeClaim>(
  { namespaced: true, name: nameIsDnsSubdomain },
  (next, previous, subresource) => {
    const errors: Errors = [];
    if (subresource === 'status') return errors;
    checkClaimSpec(errors, next.spec, 'spec');
    if (previous !== undefined) checkClaimChange(errors, next, previous);
    return errors;
  },
);

/** Also for templates of claims (StatefulSets). */
export function checkClaimSpec(
  errors: Errors,
  spec: PersistentVolumeClaimSpec,
  path: string,
): void {
  checkAccessModes(errors, spec.accessModes, child(path, 'accessModes'));
  checkLabelSelector(errors, spec.selector, child(path, 'selector'));
  const storage = spec.resources?.requests?.['storage'];
  const storagePath = child(path, 'resources[storage]');
  if (storage === undefined) errors.push(required(storagePath));
  else if (parseQuantity(storage).nanos <= 0n) {
    errors.push(
      invalid(
        at(child(path, 'resources.requests'), 'storage'),
        storage,
        'must be greater than zero',
      ),
    );
  }
  if (spec.storageClassName) {
    checkRule(errors, child(path, 'storageClassName'), spec.storageClassName, isDnsSubdomain);
  }
  if (spec.volumeMode !== undefined) {
    checkOneOf(errors, child(path, 'volumeMode'), spec.volumeMode, volumeModes);
  }
}

/** Once made, a claim can only be bound, grow, or get the class that it did not have. */
function checkClaimChange(
  errors: Errors,
  { spec }: PersistentVolumeClaim,
  previous: PersistentVolumeClaim,
): void {
  const before = previous.spec;
  if (spec === before) return;
  const munged = {
    ...spec,
    ...(before.volumeName ? {} : { volumeName: before.volumeName }),
    ...(before.storageClassName === undefined ? { storageClassName: undefined } : {}),
    volumeAttributesClassName: before.volumeAttributesClassName,
    resources: { ...spec.resources, requests: before.resources?.requests },
  };
  const grown = spec.resources?.requests?.['storage'];
  const size = before.resources?.requests?.['storage'];
  const isBound = previous.status?.phase === 'Bound';
  if (!isDeepEqual(munged, before) || (!isBound && grown !== size)) {
    errors.push(
      forbidden(
        'spec',
        'spec is immutable after creation except ' +
          'resources.requests and volumeAttributesClassName for bound claims\n' +
          claimSpecDiff(before, isBound ? munged : { ...munged, resources: spec.resources }),
      ),
    );
  }
  if (
    grown !== undefined &&
    size !== undefined &&
    compareQuantities(parseQuantity(grown), parseQuantity(size)) < 0
  ) {
    errors.push(
      forbidden('spec.resources.requests.storage', 'field can not be less than status.capacity'),
    );
  }
}

export const validateStorageClass = validateMetadata<StorageClass>(
  { namespaced: false, name: nameIsDnsSubdomain },
  (next, previous) => {
    const errors: Errors = [];
    if (!next.provisioner) errors.push(required('provisioner'));
    else checkRule(errors, 'provisioner', next.provisioner.toLowerCase(), isQualifiedName);
    for (const key of Object.keys(next.parameters ?? {})) {
      if (key === '') errors.push(invalid('parameters', key, 'field can not be empty.'));
    }
    checkOneOf(errors, 'reclaimPolicy', next.reclaimPolicy, ['Delete', 'Retain']);
    checkOneOf(errors, 'volumeBindingMode', next.volumeBindingMode, [
      'Immediate',
      'WaitForFirstConsumer',
    ]);
    if (previous === undefined) return errors;
    if (!isDeepEqual(next.parameters, previous.parameters)) {
      errors.push(forbidden('parameters', 'updates to parameters are forbidden.'));
    }
    if (next.provisioner !== previous.provisioner) {
      errors.push(forbidden('provisioner', 'updates to provisioner are forbidden.'));
    }
    if (next.reclaimPolicy !== previous.reclaimPolicy) {
      errors.push(forbidden('reclaimPolicy', 'updates to reclaimPolicy are forbidden.'));
    }
    errors.push(
      ...validateImmutable(next.volumeBindingMode, previous.volumeBindingMode, 'volumeBindingMode'),
    );
    return errors;
  },
);
