/**
 * The formats that a schema may ask of a text; others are ignored.
 * Follows apiextensions-apiserver pkg/apiserver/validation/formats.go and kube-openapi
 * pkg/validation/strfmt.
 */
import { parseTime } from '../../kernel/calendar.ts';

const hex = '[0-9a-fA-F]';
const uuid = (version: string): RegExp =>
  new RegExp(`^${hex}{8}-?${hex}{4}-?${version}${hex}{3}-?${hex}{4}-?${hex}{12}$`);

const octet = '(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)';
const ipv4 = new RegExp(`^${octet}(?:\\.${octet}){3}$`);

/** Eight groups, or fewer around one `::`; the last two may be an IPv4 address. */
export function isIpv6(text: string): boolean {
  const halves = text.split('::');
  if (halves.length > 2 || !text.includes(':')) return false;
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  const tail = groups.at(-1);
  const isMixed = tail?.includes('.') === true && ipv4.test(tail);
  if (isMixed) groups.pop();
  if (!groups.every((group) => /^[0-9a-fA-F]{1,4}$/.test(group))) return false;
  const count = groups.length + (isMixed ? 2 : 0);
  return halves.length === 2 ? count < 8 : count === 8;
}

export const isIpv4 = (text: string): boolean => ipv4.test(text);

function isCidr(text: string): boolean {
  const [address = '', bits = '', ...rest] = text.split('/');
  if (rest.length > 0 || !/^\d{1,3}$/.test(bits)) return false;
  return isIpv4(address) ? Number(bits) <= 32 : isIpv6(address) && Number(bits) <= 128;
}

const isHostname = (text: string): boolean =>
  text.length <= 255 &&
  text.split('.').every((label) => /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?$/.test(label));

const test =
  (pattern: RegExp) =>
  (text: string): boolean =>
    pattern.test(text);

const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && parseTime(`${text}T00:00:00Z`) !== undefined;

const label = '[a-z0-9]([-a-z0-9]*[a-z0-9])?';

const formats: Readonly<Record<string, (text: string) => boolean>> = {
  'date-time': (text) => /^\d{4}-\d{2}-\d{2}[tT]/.test(text) && parseTime(text) !== undefined,
  datetime: (text) => parseTime(text) !== undefined,
  date: isDate,
  duration: test(
    /^[-+]?(?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$|^[-+]?0$|^\d+\s*(?:second|minute|hour|day|week)s?$|^\d+[dw]$/,
  ),
  email: test(/^[^\s@<>]+@[^\s@<>]+$/),
  hostname: isHostname,
  ipv4: isIpv4,
  ipv6: isIpv6,
  cidr: isCidr,
  mac: test(new RegExp(`^${hex}{2}(?:[:-]${hex}{2}){5}(?:(?:[:-]${hex}{2}){2})?$`)),
  uri: test(/^(?:[a-zA-Z][a-zA-Z0-9+.-]*:\S+|\/\S*)$/),
  uuid: uuid(hex).test.bind(uuid(hex)),
  uuid3: test(uuid('3')),
  uuid4: test(uuid('4')),
  uuid5: test(uuid('5')),
  byte: test(/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/),
  bsonobjectid: test(new RegExp(`^${hex}{24}$`)),
  hexcolor: test(new RegExp(`^#?(?:${hex}{3}|${hex}{6})$`)),
  rgbcolor: test(/^rgb\(\s*\d{1,3}\s*,\s*\d{1,3}\s*,\s*\d{1,3}\s*\)$/),
  ssn: test(/^\d{3}[- ]?\d{2}[- ]?\d{4}$/),
  creditcard: test(/^(?:\d[ -]?){12,18}\d$/),
  isbn: test(/^(?:\d[ -]?){9}[\dX]$|^(?:\d[ -]?){12}\d$/),
  isbn10: test(/^(?:\d[ -]?){9}[\dX]$/),
  isbn13: test(/^(?:\d[ -]?){12}\d$/),
  password: () => true,
  'k8s-short-name': (text) => text.length <= 63 && new RegExp(`^${label}$`).test(text),
  'k8s-long-name': (text) =>
    text.length <= 253 && new RegExp(`^${label}(\\.${label})*$`).test(text),
};

/** Whether a text is of a format; true for formats that nobody checks. */
export const isOfFormat = (format: string, text: string): boolean =>
  Object.hasOwn(formats, format) ? (formats[format]?.(text) ?? true) : true;
