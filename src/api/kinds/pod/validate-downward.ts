/**
 * References from a Pod to its own fields and resources (the downward API).
 * Follows pkg/apis/core/validation/validation.go (validateObjectFieldSelector and its neighbours).
 */
import { child, invalid, notSupported, required } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import type { ObjectFieldSelector, ResourceFieldSelector } from '../../types.gen.ts';
import { checkRequired, checkRule, type Errors } from '../checks.ts';
import { canonicalQuantity } from '../resource-list.ts';

/** What environment variables may refer to. */
export const envFieldPaths = [
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
  'spec.nodeName',
  'spec.serviceAccountName',
  'status.hostIP',
  'status.hostIPs',
  'status.podIP',
  'status.podIPs',
];
/** What files of a downwardAPI volume may refer to. */
export const volumeFieldPaths = [
  'metadata.annotations',
  'metadata.labels',
  'metadata.name',
  'metadata.namespace',
  'metadata.uid',
];

const known = new Set([
  ...envFieldPaths,
  ...volumeFieldPaths,
  'spec.hostname',
  'spec.restartPolicy',
  'spec.schedulerName',
  'status.phase',
]);

const resourcePaths = [
  'limits.cpu',
  'limits.ephemeral-storage',
  'limits.memory',
  'requests.cpu',
  'requests.ephemeral-storage',
  'requests.memory',
];

export function checkFieldRef(
  errors: Errors,
  ref: ObjectFieldSelector,
  paths: readonly string[],
  path: string,
): void {
  if (!checkRequired(errors, child(path, 'apiVersion'), ref.apiVersion)) return;
  if (!checkRequired(errors, child(path, 'fieldPath'), ref.fieldPath)) return;
  const [, base = ref.fieldPath, key] = /^(.*?)\['(.*)'\]$/.exec(ref.fieldPath) ?? [];
  if (!known.has(base)) {
    errors.push(
      invalid(
        child(path, 'fieldPath'),
        ref.fieldPath,
        `error converting fieldPath: field label not supported: ${base}`,
      ),
    );
  } else if (key !== undefined) {
    if (base === 'metadata.annotations')
      checkRule(errors, path, key.toLowerCase(), isQualifiedName);
    else if (base === 'metadata.labels') checkRule(errors, path, key, isQualifiedName);
    else errors.push(invalid(path, base, 'does not support subscript'));
  } else if (!paths.includes(base)) {
    errors.push(notSupported(child(path, 'fieldPath'), base, paths));
  }
}

export function checkResourceFieldRef(
  errors: Errors,
  ref: ResourceFieldSelector,
  path: string,
  isVolume: boolean,
): void {
  if (isVolume && !ref.containerName) errors.push(required(child(path, 'containerName')));
  else if (!ref.resource) errors.push(required(child(path, 'resource')));
  else if (!isResourcePath(ref.resource)) {
    errors.push(notSupported(child(path, 'resource'), ref.resource, resourcePaths));
  }
  checkDivisor(errors, ref, path);
}

const isResourcePath = (resource: string): boolean =>
  resourcePaths.includes(resource) || /^(limits|requests)\.hugepages-/.test(resource);

const byteDivisors = [
  '1',
  '1E',
  '1Ei',
  '1G',
  '1Gi',
  '1Ki',
  '1M',
  '1Mi',
  '1P',
  '1Pi',
  '1T',
  '1Ti',
  '1k',
];

function checkDivisor(
  errors: Errors,
  { resource, divisor }: ResourceFieldSelector,
  path: string,
): void {
  const text = canonicalQuantity(divisor ?? '0');
  if (text === '0') return;
  const isCpu = resource.endsWith('.cpu');
  const valid = isCpu ? ['1', '1m'] : byteDivisors;
  if (valid.includes(text)) return;
  const what = isCpu ? '1m and 1' : '1, 1k, 1M, 1G, 1T, 1P, 1E, 1Ki, 1Mi, 1Gi, 1Ti, 1Pi, 1Ei';
  const about = isCpu
    ? 'cpu'
    : resource.split('.')[1] === 'memory'
      ? 'memory'
      : 'local ephemeral storage';
  errors.push(
    invalid(
      child(path, 'divisor'),
      resource,
      `only divisor's values ${what} are supported with the ${about} resource`,
    ),
  );
}
