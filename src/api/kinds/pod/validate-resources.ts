/**
 * Requests and limits of a container.
 * Follows pkg/apis/core/validation/validation.go (ValidateContainerResourceRequirements).
 */
import { at, child, forbidden, invalid, required } from '../../field.ts';
import { isQualifiedName } from '../../names.ts';
import { compareQuantities, parseQuantity, quantityProblem } from '../../quantity.ts';
import type { ResourceRequirements } from '../../types.gen.ts';
import { checkRule, negativeMessage, type Errors } from '../checks.ts';

type List = Readonly<Record<string, string>>;

export function checkResources(
  errors: Errors,
  resources: ResourceRequirements | undefined,
  path: string,
): void {
  if (resources === undefined) return;
  const { limits, requests } = resources;
  if (limits === undefined && requests === undefined) return;
  const limitsPath = child(path, 'limits');
  for (const name of sortedNames(limits)) {
    checkResource(errors, name, limits?.[name] ?? '0', at(limitsPath, name));
  }
  for (const name of sortedNames(requests)) {
    checkResource(errors, name, requests?.[name] ?? '0', at(child(path, 'requests'), name));
    checkAgainstLimit(errors, name, resources, path);
  }
  const all = { ...limits, ...requests };
  const hasHuge = Object.keys(all).some((name) => name.startsWith('hugepages-'));
  if (hasHuge && all['cpu'] === undefined && all['memory'] === undefined) {
    errors.push(forbidden(path, 'HugePages require cpu or memory'));
  }
}

// Go walks maps in any order; ours is by name.
function sortedNames(list: List | undefined): readonly string[] {
  if (list === undefined) return [];
  const names = Object.keys(list);
  return names.length > 1 ? names.sort() : names;
}

function checkResource(errors: Errors, name: string, text: string, path: string): void {
  checkContainerResourceName(errors, name, path);
  checkQuantity(errors, name, text, path);
}

/** A quantity that may not be negative; whole where the resource comes in pieces. */
export function checkQuantity(errors: Errors, name: string, text: string, path: string): void {
  if (quantityProblem(text) !== undefined) return;
  const { nanos } = parseQuantity(text);
  if (nanos < 0n) errors.push(invalid(path, text, negativeMessage));
  if (isExtended(name) && nanos % 1_000_000_000n !== 0n) {
    errors.push(invalid(path, text, 'must be an integer'));
  }
}

const standard = new Set(['cpu', 'memory', 'ephemeral-storage']);
const otherStandard = new Set([
  'storage',
  'requests.cpu',
  'requests.memory',
  'limits.cpu',
  'limits.memory',
  'pods',
  'services',
  'replicationcontrollers',
  'resourcequotas',
  'secrets',
  'configmaps',
  'persistentvolumeclaims',
  'services.nodeports',
  'services.loadbalancers',
  'requests.storage',
  'requests.ephemeral-storage',
  'limits.ephemeral-storage',
]);

function checkContainerResourceName(errors: Errors, name: string, path: string): void {
  if (standard.has(name)) return;
  const before = errors.length;
  checkRule(errors, path, name, isQualifiedName);
  const isHuge = name.startsWith('hugepages-');
  if (!name.includes('/')) {
    if (errors.length === before && !otherStandard.has(name) && !isHuge) {
      errors.push(invalid(path, name, 'must be a standard resource type or fully qualified'));
    }
    if (!isHuge) errors.push(invalid(path, name, 'must be a standard resource for containers'));
  } else if (!name.includes('kubernetes.io/') && name.startsWith('requests.')) {
    errors.push(invalid(path, name, "doesn't follow extended resource name standard"));
  }
}

/** `vendor.example/thing`: counted in whole pieces, never shared. */
const isExtended = (name: string): boolean =>
  name.includes('/') && !name.includes('kubernetes.io/');

function checkAgainstLimit(
  errors: Errors,
  name: string,
  { limits, requests }: ResourceRequirements,
  path: string,
): void {
  const [limit, request = '0'] = [limits?.[name], requests?.[name]];
  const isShared = !isExtended(name) && !name.startsWith('hugepages-');
  if (limit === undefined) {
    if (!isShared) {
      errors.push(
        required(child(path, 'limits'), 'Limit must be set for non overcommitable resources'),
      );
    }
    return;
  }
  if (limit === request || quantityProblem(limit) || quantityProblem(request)) return;
  const order = compareQuantities(parseQuantity(request), parseQuantity(limit));
  if (order === 0 || (isShared && order < 0)) return;
  const rule = isShared ? 'less than or equal to' : 'equal to';
  errors.push(
    invalid(child(path, 'requests'), request, `must be ${rule} ${name} limit of ${limit}`),
  );
}
