/**
 * A range of IPv4 addresses, as services' are given out of.
 * Follows pkg/registry/core/service/ipallocator (calculateRangeOffset).
 */
export class Ipv4Range {
  readonly text: string;
  private readonly base: number;
  private readonly size: number;

  /** @param text such as `10.96.0.0/12`. */
  constructor(text: string) {
    const [address = '', bits = '32'] = text.split('/');
    this.size = 2 ** (32 - Number(bits));
    this.base = Math.floor(toNumber(address) / this.size) * this.size;
    this.text = text;
  }

  /** Neither the network's own address nor the broadcast one counts. */
  has(ip: string): boolean {
    const offset = toNumber(ip) - this.base;
    return offset > 0 && offset < this.size - 1;
  }

  /** The n-th address; the first Service gets number 1. */
  at(offset: number): string {
    return toText(this.base + offset);
  }

  /** A free address by chance, out of the part that nobody asks for by name if possible. */
  free(pick: (bound: number) => number, isTaken: (ip: string) => boolean): string | undefined {
    const low = Math.min(Math.max(16, this.size / 16), 256);
    const count = this.size - 1 - low;
    for (let turn = 0; turn < 64 && count > 0; turn++) {
      const ip = this.at(low + pick(count));
      if (!isTaken(ip)) return ip;
    }
    for (let offset = this.size - 2; offset > 0; offset--) {
      const ip = this.at(offset);
      if (!isTaken(ip)) return ip;
    }
    return undefined;
  }
}

const toNumber = (ip: string): number =>
  ip.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);

const toText = (address: number): string =>
  [2 ** 24, 2 ** 16, 2 ** 8, 1].map((unit) => Math.floor(address / unit) % 256).join('.');
