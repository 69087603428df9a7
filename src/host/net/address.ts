/** IPv4 addresses as text, and the little arithmetic that routes and subnets need. */

/** An unsigned 32-bit number; undefined when the text is no IPv4 address. */
export function ipNumber(ip: string): number | undefined {
  let number = 0;
  let part = -1;
  let dots = 0;
  for (let i = 0; i < ip.length; i++) {
    const code = ip.charCodeAt(i);
    if (code === 46 && part >= 0) {
      number = number * 256 + part;
      part = -1;
      dots += 1;
    } else if (code >= 48 && code <= 57) {
      part = (part < 0 ? 0 : part * 10) + code - 48;
      if (part > 255) return undefined;
    } else {
      return undefined;
    }
  }
  return dots === 3 && part >= 0 ? number * 256 + part : undefined;
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
  (ip & mask(cidr.prefix)) >>> 0 === cidr.base;

// A pure memory of what was parsed: it changes no answer.
const known = new Map<string, Cidr | undefined>();

/** Whether an address lies in a block given as text; blocks are parsed once. */
export function isIn(ip: string, block: string): boolean {
  if (!block.includes('/')) return ip === block;
  let cidr = known.get(block);
  if (cidr === undefined) {
    cidr = parseCidr(block);
    known.set(block, cidr);
  }
  const number = ipNumber(ip);
  return cidr !== undefined && number !== undefined && contains(cidr, number);
}

/** The broadcast address of a block. */
export const broadcastOf = ({ base, prefix }: Cidr): string => ipText((base | ~mask(prefix)) >>> 0);
