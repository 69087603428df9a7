/**
 * Follows pkg/apis/core/validation/validation.go (ValidateNode, ValidateNodeUpdate).
 */
import { at, child, forbidden, invalid, type FieldError } from '../field.ts';
import { isLabelValue, isQualifiedName, nameIsDnsSubdomain } from '../names.ts';
import type { Node, Taint } from '../types.gen.ts';
import { checkRule, isCidr, type Errors } from './checks.ts';
import { validateMetadata } from './metadata.ts';
import { checkTaintEffect } from './pod/validate-scheduling.ts';
import { checkQuantity } from './pod/validate-resources.ts';

export const validateNode = validateMetadata<Node>(
  { namespaced: false, name: nameIsDnsSubdomain },
  (next, previous) => {
    const errors: Errors = [];
    const { spec = {}, status } = next;
    if (spec.taints !== undefined && spec.taints !== previous?.spec?.taints) {
      checkTaints(errors, spec.taints, 'spec.taints');
    }
    for (const [index, cidr] of (spec.podCIDRs ?? []).entries()) {
      if (!isCidr(cidr))
        errors.push(
          invalid(
            at('spec.podCIDRs', index),
            cidr,
            'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
          ),
        );
    }
    if (status?.capacity !== previous?.status?.capacity) {
      for (const [name, quantity] of Object.entries(status?.capacity ?? {})) {
        checkQuantity(errors, name, quantity, at('status.capacity', name));
      }
    }
    if (previous !== undefined) checkKept(errors, spec, previous.spec ?? {});
    return errors;
  },
);

function checkTaints(errors: Errors, taints: readonly Taint[], path: string): void {
  const seen = new Set<string>();
  for (const [index, taint] of taints.entries()) {
    const itemPath = at(path, index);
    const { key, value = '', effect } = taint;
    checkRule(errors, child(itemPath, 'key'), key, isQualifiedName);
    const wrong = isLabelValue(value);
    if (wrong.length > 0) errors.push(invalid(child(itemPath, 'value'), value, wrong.join(';')));
    checkTaintEffect(errors, effect, child(itemPath, 'effect'));
    if (seen.has(`${key}:${effect}`)) errors.push(duplicateTaint(itemPath, taint));
    seen.add(`${key}:${effect}`);
  }
}

/** Upstream adds a sentence to this one duplicate, after the taint as Go prints it. */
const duplicateTaint = (field: string, { key, value = '', effect }: Taint): FieldError => ({
  type: 'FieldValueDuplicate',
  field,
  message:
    `Duplicate value: core.Taint{Key:"${key}", Value:"${value}", Effect:"${effect}", ` +
    'TimeAdded:<nil>}: taints must be unique by key and effect pair',
});

type Spec = Node['spec'];

function checkKept(errors: Errors, next: Spec, previous: Spec): void {
  const before = previous.podCIDRs ?? [];
  if (before.length > 0) {
    const after = next.podCIDRs ?? [];
    if (after.length !== before.length) {
      errors.push(
        forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'),
      );
    } else if (after.some((cidr, index) => cidr !== before[index])) {
      errors.push(
        forbidden('spec.podCIDRs', 'node updates may not change podCIDR except from "" to valid'),
      );
    }
  }
  if (previous.providerID && previous.providerID !== next.providerID) {
    errors.push(
      forbidden(
        'spec.providerID',
        'node updates may not change providerID except from "" to valid',
      ),
    );
  }
}
