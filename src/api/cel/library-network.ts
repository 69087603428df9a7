/** Addresses and URLs. Follows apiserver pkg/cel/library/{ip,cidr,urls}.go. */
import type { Environment } from '@marcbachmann/cel-js';
import { isIpv4, isIpv6 } from '../crd/formats.ts';

/** An address, as a number of 32 or 128 bits. */
class Ip {
  readonly bits: bigint;
  readonly family: 4 | 6;
  constructor(bits: bigint, family: 4 | 6) {
    this.bits = bits;
    this.family = family;
  }
}

class Cidr {
  readonly ip: Ip;
  readonly prefix: number;
  constructor(ip: Ip, prefix: number) {
    this.ip = ip;
    this.prefix = prefix;
  }
}

class Url {
  readonly parts: Readonly<Record<'scheme' | 'host' | 'path' | 'query', string>>;
  constructor(parts: Url['parts']) {
    this.parts = parts;
  }
}

function readIp(text: string): Ip | undefined {
  if (isIpv4(text)) {
    return new Ip(
      text.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n),
      4,
    );
  }
  if (!isIpv6(text) || text.includes('.')) return undefined;
  const [head = '', tail] = text.split('::');
  const groups = (part: string | undefined) => (part ? part.split(':') : []);
  const [first, last] = [groups(head), groups(tail)];
  const zeros = tail === undefined ? 0 : 8 - first.length - last.length;
  const all = [...first, ...Array.from({ length: zeros }, () => '0'), ...last];
  return new Ip(
    all.reduce((sum, part) => sum * 65536n + BigInt(`0x${part}`), 0n),
    6,
  );
}

function ipText({ bits, family }: Ip): string {
  if (family === 4) return [24n, 16n, 8n, 0n].map((by) => (bits >> by) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bits >> BigInt(112 - 16 * i)) & 65535n).toString(16),
  );
  const runs = groups.join(':').match(/(?:^|:)0(?::0)+(?=:|$)/g) ?? [];
  const longest = runs.reduce((best, run) => (run.length > best.length ? run : best), '');
  return longest === '' ? groups.join(':') : squeezed(groups.join(':'), longest);
}

function squeezed(text: string, run: string): string {
  const at = text.indexOf(run);
  return `${text.slice(0, at)}::${text.slice(at + run.length).replace(/^:/, '')}`;
}

const must = <T>(value: T | undefined, words: string): T => {
  if (value === undefined) throw new Error(words);
  return value;
};

const parseIp = (text: string): Ip =>
  must(
    readIp(text),
    `IP Address '${text}' parse error during conversion from string: ParseAddr("${text}"): unable to parse IP`,
  );

function readCidr(text: string): Cidr | undefined {
  const [address = '', bits = '', ...rest] = text.split('/');
  const ip = readIp(address);
  if (ip === undefined || rest.length > 0 || !/^\d{1,3}$/.test(bits)) return undefined;
  const prefix = Number(bits);
  return prefix <= width(ip) ? new Cidr(ip, prefix) : undefined;
}

const parseCidr = (text: string): Cidr =>
  must(
    readCidr(text),
    `network address parse error during conversion from string: netip.ParsePrefix("${text}"): no '/'`,
  );

const width = ({ family }: Ip): number => (family === 4 ? 32 : 128);

const isWithin = (outer: Cidr, ip: Ip): boolean => {
  const shift = BigInt(width(outer.ip) - outer.prefix);
  return ip.family === outer.ip.family && ip.bits >> shift === outer.ip.bits >> shift;
};

function masked({ ip, prefix }: Cidr): Cidr {
  const shift = BigInt(width(ip) - prefix);
  return new Cidr(new Ip((ip.bits >> shift) << shift, ip.family), prefix);
}

const inRange = (ip: Ip, v4: string, v6: string): boolean =>
  isWithin(parseCidr(ip.family === 4 ? v4 : v6), ip);

const isUnspecified = ({ bits }: Ip): boolean => bits === 0n;
const isLoopback = (ip: Ip): boolean => inRange(ip, '127.0.0.0/8', '::1/128');
const isLinkLocal = (ip: Ip): boolean => inRange(ip, '169.254.0.0/16', 'fe80::/10');
const isMulticast = (ip: Ip): boolean => inRange(ip, '224.0.0.0/4', 'ff00::/8');
const isGlobal = (ip: Ip): boolean =>
  !isUnspecified(ip) &&
  !isLoopback(ip) &&
  !isLinkLocal(ip) &&
  !isMulticast(ip) &&
  !(ip.family === 4 && ip.bits === 0xffffffffn);

type Define = (signature: string, handler: (...values: never[]) => unknown) => unknown;

export function registerNetwork(environment: Environment): void {
  environment.registerType('net.IP', Ip);
  environment.registerType('net.CIDR', Cidr);
  environment.registerType('kubernetes.URL', Url);
  const define: Define = (signature, handler) =>
    environment.registerFunction(signature, handler as (...values: unknown[]) => unknown);
  registerIps(define);
  registerCidrs(define);
  registerUrls(define);
}

function registerIps(define: Define): void {
  define('ip(string): net.IP', parseIp);
  define('isIP(string): bool', (text: string) => readIp(text) !== undefined);
  define('net.IP.family(): int', ({ family }: Ip) => BigInt(family));
  define('net.IP.isUnspecified(): bool', isUnspecified);
  define('net.IP.isLoopback(): bool', isLoopback);
  define('net.IP.isLinkLocalUnicast(): bool', isLinkLocal);
  define('net.IP.isLinkLocalMulticast(): bool', (ip: Ip) =>
    inRange(ip, '224.0.0.0/24', 'ff02::/16'),
  );
  define('net.IP.isGlobalUnicast(): bool', isGlobal);
  define('string(net.IP): string', ipText);
}

function registerCidrs(define: Define): void {
  define('cidr(string): net.CIDR', parseCidr);
  define('isCIDR(string): bool', (text: string) => readCidr(text) !== undefined);
  define('net.CIDR.containsIP(string): bool', (cidr: Cidr, text: string) =>
    isWithin(cidr, parseIp(text)),
  );
  define('net.CIDR.containsIP(net.IP): bool', isWithin);
  define('net.CIDR.containsCIDR(string): bool', (cidr: Cidr, text: string) => {
    const inner = parseCidr(text);
    return inner.prefix >= cidr.prefix && isWithin(cidr, inner.ip);
  });
  define(
    'net.CIDR.containsCIDR(net.CIDR): bool',
    (cidr: Cidr, inner: Cidr) => inner.prefix >= cidr.prefix && isWithin(cidr, inner.ip),
  );
  define('net.CIDR.ip(): net.IP', ({ ip }: Cidr) => ip);
  define('net.CIDR.prefixLength(): int', ({ prefix }: Cidr) => BigInt(prefix));
  define('net.CIDR.masked(): net.CIDR', masked);
  define('string(net.CIDR): string', ({ ip, prefix }: Cidr) => `${ipText(ip)}/${prefix}`);
}

function readUrl(text: string): Url | undefined {
  const match =
    /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):(?:\/\/([^/?#]*))?|(?=\/))([^?#]*)(?:\?([^#]*))?(?:#.*)?$/.exec(
      text,
    );
  if (match === null || /[\s\x00-\x1f]/.test(text)) return undefined;
  const [, scheme = '', authority = '', path = '', query = ''] = match;
  return new Url({ scheme, host: authority.replace(/^.*@/, ''), path, query });
}

function queryOf(text: string): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const pair of text.split('&').filter(Boolean)) {
    const [name = '', value = ''] = pair.split('=').map((part) => decodeURIComponent(part));
    (found[name] ??= []).push(value);
  }
  return found;
}

function registerUrls(define: Define): void {
  define('url(string): kubernetes.URL', (text: string) =>
    must(
      readUrl(text),
      `URL parse error during conversion from string: parse "${text}": invalid URI for request`,
    ),
  );
  define('isURL(string): bool', (text: string) => readUrl(text) !== undefined);
  define('kubernetes.URL.getScheme(): string', ({ parts }: Url) => parts.scheme);
  define('kubernetes.URL.getHost(): string', ({ parts }: Url) => parts.host);
  define('kubernetes.URL.getHostname(): string', ({ parts }: Url) =>
    parts.host.replace(/:\d*$/, '').replace(/^\[(.*)\]$/, '$1'),
  );
  define(
    'kubernetes.URL.getPort(): string',
    ({ parts }: Url) => /:(\d+)$/.exec(parts.host)?.[1] ?? '',
  );
  define('kubernetes.URL.getEscapedPath(): string', ({ parts }: Url) => parts.path);
  define('kubernetes.URL.getQuery(): map<string, list<string>>', ({ parts }: Url) =>
    queryOf(parts.query),
  );
}
