/**
 * Follows pkg/printers/internalversion/printers.go (printResourceQuota).
 */
import type { ResourceQuota } from '../types.gen.ts';
import { mapField } from './path-copy.ts';
import { canonicalResources } from './resource-list.ts';

export const quotaDefaults = (object: ResourceQuota): ResourceQuota =>
  mapField(object, 'spec', (spec) => mapField(spec, 'hard', canonicalResources));

/** `pods: 1/4, requests.cpu: 100m/2`: of limits or of all else. */
export const quotaText = ({ status }: ResourceQuota, isLimit: boolean): string =>
  Object.keys(status?.hard ?? {}).sort()
    .filter((name) => name.startsWith('limits.') === isLimit)
    .map((name) => `${name}: ${status?.used?.[name] ?? '0'}/${status?.hard?.[name] ?? '0'}`)
    .join(', ');
