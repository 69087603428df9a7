/**
 * Follows pkg/apis/core/v1/defaults.go (SetDefaults_LimitRangeItem): a container's default limit is
 * its maximum, its default request the default limit, or else the minimum.
 */
import type { LimitRange, LimitRangeItem } from '../types.gen.ts';
import { isDeepEqual } from '../equal.ts';
import { mapField, mapItems } from './path-copy.ts';

export const limitRangeDefaults = (object: LimitRange): LimitRange =>
  mapField(object, 'spec', (spec) =>
    mapField(spec, 'limits', (limits) => mapItems(limits, itemDefaults)));

function itemDefaults(item: LimitRangeItem): LimitRangeItem {
  if (item.type !== 'Container') return item;
  const limits = { ...item.max, ...item.default };
  const requests = { ...item.min, ...limits, ...item.defaultRequest };
  const next = {
    ...item,
    ...(Object.keys(limits).length === 0 ? {} : { default: limits }),
    ...(Object.keys(requests).length === 0 ? {} : { defaultRequest: requests }),
  };
  return isDeepEqual(next, item) ? item : next;
}
