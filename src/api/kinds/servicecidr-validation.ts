/** Ranges of Services' addresses. Follows pkg/apis/networking/validation/validation.go. */
import { isDeepEqual } from '../equal.ts';
import { type FieldError, at, child, invalid, required } from '../field.ts';
import { goText } from '../go-text.ts';
import { isDnsSubdomain, nameIsDnsSubdomain } from '../names.ts';
import type { IPAddress, ServiceCIDR } from '../types.gen.ts';
import { isCidr, isIp } from './checks.ts';
import { validateMetadata } from './metadata.ts';

const path = 'spec.cidrs';
const immutable = 'field is immutable';
const cidrMessage = 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)';
const dualMessage =
  'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64';

const goStrings = (texts: readonly string[]): string =>
  `[]string{${texts.map((text) => JSON.stringify(text)).join(', ')}}`;

const goSpec = (cidrs: readonly string[]) =>
  goText(`networking.ServiceCIDRSpec{CIDRs:${goStrings(cidrs)}}`);

function checkCidrs(cidrs: readonly string[]): readonly FieldError[] {
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')];
  if (cidrs.length > 2) return [invalid(path, goSpec(cidrs), 'may only hold up to 2 values')];
  if (cidrs.length === 2) {
    const families = new Set(cidrs.map((cidr) => cidr.includes(':')));
    if (!cidrs.every(isCidr) || families.size < 2)
      return [invalid(path, goSpec(cidrs), dualMessage)];
  }
  return cidrs.flatMap((cidr, index) =>
    isCidr(cidr) ? [] : [invalid(at(path, index), cidr, cidrMessage)],
  );
}

export const validateServiceCidr = validateMetadata<ServiceCIDR>(
  { namespaced: false, name: nameIsDnsSubdomain },
  (next, previous, subresource) => {
    const cidrs = next.spec?.cidrs ?? [];
    if (previous === undefined) return checkCidrs(cidrs);
    if (subresource === 'status' || isDeepEqual(cidrs, previous.spec?.cidrs ?? [])) return [];
    return [invalid(path, cidrs, immutable)];
  },
);

const nameIsIp = (name: string): readonly string[] =>
  isIp(name) ? [] : ['must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'];

/** No path of the API may be read from it (pkg/api/validation/path). */
function segment(name: string): readonly string[] {
  if (name === '.' || name === '..') return [`may not be '${name}'`];
  return ['/', '%'].filter((one) => name.includes(one)).map((one) => `may not contain '${one}'`);
}

const goReference = (parent: IPAddress['spec']['parentRef'] | undefined) =>
  goText(
    parent === undefined
      ? '(*networking.ParentReference)(nil)'
      : `networking.ParentReference{Group:${JSON.stringify(parent.group ?? '')}, ` +
          `Resource:${JSON.stringify(parent.resource)}, ` +
          `Namespace:${JSON.stringify(parent.namespace ?? '')}, ` +
          `Name:${JSON.stringify(parent.name)}}`,
  );

function checkParent(parent: IPAddress['spec']['parentRef'] | undefined): readonly FieldError[] {
  const field = 'spec.parentRef';
  if (parent === undefined) return [required(field)];
  const needed = (name: 'resource' | 'name') =>
    parent[name] ? checkSegment(child(field, name), parent[name]) : [required(child(field, name))];
  return [
    ...(parent.group
      ? isDnsSubdomain(parent.group).map((text) =>
          invalid(child(field, 'group'), parent.group, text))
      : []),
    ...needed('resource'),
    ...needed('name'),
    ...(parent.namespace ? checkSegment(child(field, 'namespace'), parent.namespace) : []),
  ];
}

const checkSegment = (field: string, value: string): readonly FieldError[] =>
  segment(value).map((text) => invalid(field, value, text));

export const validateIpAddress = validateMetadata<IPAddress>(
  { namespaced: false, name: nameIsIp },
  (next, previous) => {
    const parent = next.spec?.parentRef;
    if (previous === undefined) return checkParent(parent);
    if (isDeepEqual(parent ?? null, previous.spec?.parentRef ?? null)) return [];
    return [invalid('spec.parentRef', goReference(parent), immutable)];
  },
);
