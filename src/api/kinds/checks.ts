/**
 * Checks that many kinds share. Each pushes what is wrong into the list that it is given.
 */
import { invalid, notSupported, required, type FieldError } from '../field.ts';
import { isPortName, isPortNumber, type Rule } from '../names.ts';

export type Errors = FieldError[];

const sound = new WeakSet<object>();

/**
 * Checks a part that many objects share by reference (a template's ports in all of its Pods) only
 * the first time: frozen data that was right once stays right. Wrong parts are told each time.
 */
export function checkShared<T extends object>(
  errors: Errors,
  part: T | undefined | null,
  path: string,
  check: (errors: Errors, part: T, path: string) => void,
): void {
  if (part === undefined || part === null || sound.has(part)) return;
  const before = errors.length;
  check(errors, part, path);
  if (errors.length === before && Object.isFrozen(part)) sound.add(part);
}

/** `must be greater than or equal to 0`. */
export const negativeMessage = 'must be greater than or equal to 0';
/** `must be greater than zero`. */
export const notPositiveMessage = 'must be greater than zero';

/** One error for each thing that `rule` finds. */
export function checkRule(errors: Errors, path: string, value: string, rule: Rule): void {
  for (const message of rule(value)) errors.push(invalid(path, value, message));
}

export function checkRequired(errors: Errors, path: string, value: string | undefined): boolean {
  if (value !== undefined && value !== '') return true;
  errors.push(required(path));
  return false;
}

/** 0 or more; absent counts as 0. */
export function checkNotNegative(errors: Errors, path: string, value: number | undefined): void {
  if (value !== undefined && value < 0) errors.push(invalid(path, value, negativeMessage));
}

/** One of `supported` (listed as given); `Required value` if empty. */
export function checkOneOf(
  errors: Errors,
  path: string,
  value: string | undefined,
  supported: readonly string[],
): void {
  if (value === undefined || value === '') errors.push(required(path));
  else if (!supported.includes(value)) errors.push(notSupported(path, value, supported));
}

/** A port by number or by name. */
export function checkPort(errors: Errors, path: string, port: number | string | undefined): void {
  const messages = typeof port === 'string' ? isPortName(port) : isPortNumber(port ?? 0);
  for (const message of messages) errors.push(invalid(path, port ?? 0, message));
}

export const protocols = ['SCTP', 'TCP', 'UDP'] as const;

/** An IPv4 or IPv6 address, as `net.ParseIP` takes it. */
export const isIp = (text: string): boolean => isIpv4(text) || isIpv6(text);

export function isIpv4(text: string): boolean {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) <= 255);
}

export function isIpv6(text: string): boolean {
  if (!text.includes(':') || !/^[0-9a-fA-F:.]+$/.test(text)) return false;
  const halves = text.split('::');
  if (halves.length > 2) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const tail = groups.at(-1) ?? '';
  const hasV4 = tail.includes('.');
  if (hasV4 && !isIpv4(tail)) return false;
  const plain = hasV4 ? groups.slice(0, -1) : groups;
  const count = plain.length + (hasV4 ? 2 : 0);
  if (!plain.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  return halves.length === 2 ? count < 8 : count === 8;
}

/** An address with a prefix length. */
export function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  if (isIpv4(address)) return Number(bits) <= 32;
  return isIpv6(address) && Number(bits) <= 128;
}

export const ipMessage = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';
