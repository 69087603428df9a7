/**
 * Which resources there are by name, for quotas and limits.
 * Follows pkg/apis/core/helper/helpers.go and validation.go (validateResourceName and its kin).
 */
import { invalid } from '../field.ts';
import { isQualifiedName } from '../names.ts';
import { checkRule, type Errors } from './checks.ts';

const container = ['cpu', 'memory', 'ephemeral-storage'];
/** Counted in whole pieces. */
const objects = [
  'pods',
  'resourcequotas',
  'services',
  'replicationcontrollers',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
];
const quota = new Set([
  ...container,
  ...container.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  'requests.storage',
  ...objects,
]);

const isHuge = (name: string): boolean =>
  name.startsWith('hugepages-') || name.startsWith('requests.hugepages-');

export const isQuotaName = (name: string): boolean => quota.has(name) || isHuge(name);

const isNative = (name: string): boolean => !name.includes('/') || name.includes('kubernetes.io/');

const isExtended = (name: string): boolean => !isNative(name) && !name.startsWith('requests.');

/** No halves of it. */
export const isWhole = (name: string): boolean => objects.includes(name) || isExtended(name);

/** Requests may be less than limits. */
export const isOvercommitted = (name: string): boolean =>
  isNative(name) && !name.startsWith('hugepages-');

export function checkResourceName(errors: Errors, path: string, name: string): void {
  const before = errors.length;
  checkRule(errors, path, name, isQualifiedName);
  if (errors.length > before || name.includes('/')) return;
  if (quota.has(name) || name === 'storage' || isHuge(name)) return;
  errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
}

export function checkQuotaName(errors: Errors, path: string, name: string): void {
  checkResourceName(errors, path, name);
  if (name.includes('/') || isQuotaName(name)) return;
  errors.push(invalid(path, name, 'must be a standard resource for quota'));
}

export function checkContainerName(errors: Errors, path: string, name: string): void {
  checkResourceName(errors, path, name);
  if (!name.includes('/')) {
    if (container.includes(name) || name.startsWith('hugepages-')) return;
    errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!isNative(name) && !isExtended(name)) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
}
