import type { Files } from '../files.ts';
import { broadcastOf, ipNumber, ipText, parseCidr } from './address.ts';

/**
 * CNI's host-local plugin: addresses of a subnet, one after the other, each reserved by a file
 * named like it. The first is the gateway's, the last is for broadcasts.
 * Upstream: containernetworking/plugins, plugins/ipam/host-local/backend.
 */
export class HostLocal {
  private readonly files: Files;
  private readonly directory: string;
  private readonly subnet: string;

  constructor(files: Files, network: string, subnet: string) {
    this.files = files;
    this.directory = `/var/lib/cni/networks/${network}`;
    this.subnet = subnet;
  }

  /** `10.244.1.1-10.244.1.254`. */
  static rangeText(subnet: string): string {
    const range = rangeOf(subnet);
    return range === undefined ? subnet : `${ipText(range.first)}-${ipText(range.last)}`;
  }

  /** The next free address after the last one reserved; undefined when all are taken. */
  allocate(owner: string): string | undefined {
    const range = rangeOf(this.subnet);
    if (range === undefined) return undefined;
    const { first, last } = range;
    const gateway = first;
    const lastText = this.files.read(`${this.directory}/last_reserved_ip.0`);
    const before = lastText === undefined ? undefined : ipNumber(lastText);
    const start = before === undefined || before < first || before > last ? first - 1 : before;
    const count = last - first + 1;
    for (let i = 1; i <= count; i++) {
      const number = first + ((start - first + i) % count);
      const ip = ipText(number);
      if (number === gateway || this.files.stat(`${this.directory}/${ip}`) !== undefined) continue;
      this.reserve(ip, owner);
      return ip;
    }
    return undefined;
  }

  release(ip: string): void {
    this.files.remove(`${this.directory}/${ip}`);
  }

  private reserve(ip: string, owner: string): void {
    this.files.makeDirectory(this.directory);
    this.files.write(`${this.directory}/${ip}`, `${owner}\r\neth0`);
    this.files.write(`${this.directory}/last_reserved_ip.0`, ip);
  }
}

function rangeOf(subnet: string): { readonly first: number; readonly last: number } | undefined {
  const block = parseCidr(subnet);
  if (block === undefined || block.prefix > 30) return undefined;
  return { first: block.base + 1, last: (ipNumber(broadcastOf(block)) as number) - 1 };
}
