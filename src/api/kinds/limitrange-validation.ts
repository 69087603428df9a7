/** Follows pkg/apis/core/validation/validation.go (ValidateLimitRange). */
import { at, duplicate, forbidden, invalid, required } from '../field.ts';
import { isQualifiedName, nameIsDnsSubdomain } from '../names.ts';
import { compareQuantities, parseQuantity, quantityMillis } from '../quantity.ts';
import type { LimitRange, LimitRangeItem } from '../types.gen.ts';
import { checkRule, type Errors } from './checks.ts';
import { goQuantity } from './go-quantity.ts';
import { validateMetadata } from './metadata.ts';
import { checkContainerName, checkResourceName, isOvercommitted } from './resource-names.ts';

type List = Readonly<Record<string, string>>;

const types = ['Pod', 'Container', 'PersistentVolumeClaim'];

export const validateLimitRange = validateMetadata<LimitRange>(
  { namespaced: true, name: nameIsDnsSubdomain },
  ({ spec }) => {
    const errors: Errors = [];
    const seen = new Set<string>();
    (spec?.limits ?? []).forEach((item, index) => {
      const path = at('spec.limits', index);
      checkType(errors, `${path}.type`, item.type);
      if (seen.has(item.type)) errors.push(duplicate(`${path}.type`, item.type));
      seen.add(item.type);
      checkNames(errors, path, item);
      for (const name of namesIn(item)) checkAmounts(errors, path, item, name);
    });
    return errors;
  },
);

function checkType(errors: Errors, path: string, type: string): void {
  const before = errors.length;
  checkRule(errors, path, type, isQualifiedName);
  if (errors.length > before || type.includes('/') || types.includes(type)) return;
  errors.push(invalid(path, type, 'must be a standard limit type or fully qualified'));
}

function checkNames(errors: Errors, path: string, item: LimitRangeItem): void {
  const isOfPods = item.type === 'Pod' || item.type === 'Container';
  const check = (field: string, list: List = {}): void => {
    for (const name of Object.keys(list).sort()) {
      const place = at(`${path}.${field}`, name);
      if (isOfPods) checkContainerName(errors, place, name);
      else checkResourceName(errors, place, name);
    }
  };
  check('max', item.max);
  check('min', item.min);
  for (const field of ['default', 'defaultRequest'] as const) {
    if (item.type !== 'Pod') check(field, item[field]);
    else if (Object.keys(item[field] ?? {}).length > 0) {
      const reason = "may not be specified when `type` is 'Pod'";
      errors.push(forbidden(`${path}.${field}`, reason));
    }
  }
  if (item.type === 'PersistentVolumeClaim' && !item.min?.['storage'] && !item.max?.['storage']) {
    const reason = 'either minimum or maximum storage value is required, but neither was provided';
    errors.push(required(`${path}.limits`, reason));
  }
  check('maxLimitRequestRatio', item.maxLimitRequestRatio);
}

const namesIn = (item: LimitRangeItem): readonly string[] => {
  const { min, max, maxLimitRequestRatio: ratio } = item;
  const defaults = item.type === 'Pod' ? {} : { ...item.default, ...item.defaultRequest };
  return Object.keys({ ...min, ...max, ...ratio, ...defaults }).sort();
};

const isMore = (a: string, b: string): boolean =>
  compareQuantities(parseQuantity(a), parseQuantity(b)) > 0;

function checkAmounts(errors: Errors, path: string, item: LimitRangeItem, name: string): void {
  const isPod = item.type === 'Pod';
  const min = item.min?.[name];
  const max = item.max?.[name];
  const limit = isPod ? undefined : item.default?.[name];
  const request = isPod ? undefined : item.defaultRequest?.[name];
  const ratio = item.maxLimitRequestRatio?.[name];
  const order = (
    field: string,
    shown: string | undefined,
    [less, lessIs]: readonly [string | undefined, string],
    [more, moreIs]: readonly [string | undefined, string],
  ): void => {
    if (shown === undefined || less === undefined || more === undefined) return;
    if (!isMore(less, more)) return;
    const text = `${lessIs} value ${less} is greater than ${moreIs} value ${more}`;
    errors.push(invalid(at(`${path}.${field}`, name), goQuantity(shown), text));
  };
  order('min', min, [min, 'min'], [max, 'max']);
  order('defaultRequest', request, [min, 'min'], [request, 'default request']);
  order('defaultRequest', request, [request, 'default request'], [max, 'max']);
  order('defaultRequest', request, [request, 'default request'], [limit, 'default limit']);
  order('default', min, [min, 'min'], [limit, 'default']);
  order('default', max, [limit, 'default'], [max, 'max']);
  if (ratio !== undefined) checkRatio(errors, path, name, ratio, min, max);
  if (isOvercommitted(name) || limit === undefined || request === undefined) return;
  if (compareQuantities(parseQuantity(limit), parseQuantity(request)) === 0) return;
  const text = `default value ${limit} must equal to defaultRequest value ${request} in ${name}`;
  errors.push(invalid(at(`${path}.defaultRequest`, name), goQuantity(request), text));
}

function checkRatio(
  errors: Errors,
  path: string,
  name: string,
  ratio: string,
  min: string | undefined,
  max: string | undefined,
): void {
  const place = at(`${path}.maxLimitRequestRatio`, name);
  if (isMore('1', ratio)) {
    errors.push(invalid(place, goQuantity(ratio), `ratio ${ratio} is less than 1`));
  }
  if (min === undefined || max === undefined) return;
  const bound = quantityMillis(max) / quantityMillis(min);
  if (quantityMillis(ratio) / 1000 <= bound) return;
  const text = `ratio ${ratio} is greater than max/min = ${bound.toFixed(6)}`;
  errors.push(invalid(place, goQuantity(ratio), text));
}
