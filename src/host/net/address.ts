/** IPv4 addresses as text, and the little arithmetic that routes and subnets need. */

/** An unsigned 32-bit number; undefined when the text is no IPv4 address. */
export function ipNumber(ip: string): number | undefined {
  const parts = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/.exec(ip);
  if (parts === null) return undefined;
  let number = 0;
  for (let i = 1; i <= 4; i++) {
    const part = Number(parts[i]);
    if (part > 255) return undefined;
    number = number * 256 + part;
  }
  return number;
}

export const ipText = (number: number): string =>
  [number >>> 24, (number >>> 16) & 255, (number >>> 8) & 255, number & 255].join('.');

export const isIp = (text: string): boolean => ipNumber(text) !== undefined;

/** A block of addresses: `10.244.1.0/24`. */
export interface Cidr {
  readonly base: number;
  readonly prefix: number;
}

/** A bare address is a /32. */
export function parseCidr(text: string): Cidr | undefined {
  const slash = text.indexOf('/');
  const ip = ipNumber(slash < 0 ? text : text.slice(0, slash));
  const prefix = slash < 0 ? 32 : Number(text.slice(slash + 1));
  if (ip === undefined || !Number.isInteger(prefix) || prefix < 0 || prefix > 32) return undefined;
  return { base: (ip & mask(prefix)) >>> 0, prefix };
}

export const cidrText = ({ base, prefix }: Cidr): string => `${ipText(base)}/${prefix}`;

const mask = (prefix: number): number => (prefix === 0 ? 0 : (-1 << (32 - prefix)) >>> 0);

export const contains = (cidr: Cidr, ip: number): boolean =>
  ((ip & mask(cidr.prefix)) >>> 0) === cidr.base;

const known = new Map<string, Cidr | undefined>();

/** Whether an address lies in a block given as text; blocks are parsed once. */
export function isIn(ip: string, block: string): boolean {
  let cidr = known.get(block);
  if (cidr === undefined) {
    cidr = parseCidr(block);
    known.set(block, cidr);
  }
  const number = ipNumber(ip);
  return cidr !== undefined && number !== undefined && contains(cidr, number);
}

/** The broadcast address of a block. */
export const broadcastOf = ({ base, prefix }: Cidr): string =>
  ipText((base | ~mask(prefix)) >>> 0);
