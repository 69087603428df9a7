/** Seeded chance (sfc32). Each site has its own, so that placement never changes a draw. */
export class Chance {
  private a: number;
  private b: number;
  private c: number;
  private d = 1;

  /** @param seed the world's seed. @param stream a name: each name draws its own numbers. */
  constructor(seed: number, stream: string) {
    let mix = seed >>> 0;
    for (let i = 0; i < stream.length; i++) {
      mix = Math.imul(mix ^ stream.charCodeAt(i), 0x01000193) >>> 0;
    }
    this.a = seed >>> 0;
    this.b = mix;
    this.c = Math.imul(mix, 0x9e3779b1) >>> 0;
    for (let i = 0; i < 12; i++) this.next();
  }

  /** An unsigned 32-bit number. */
  next(): number {
    const t = (((this.a + this.b) | 0) + this.d) | 0;
    this.d = (this.d + 1) | 0;
    this.a = this.b ^ (this.b >>> 9);
    this.b = (this.c + (this.c << 3)) | 0;
    this.c = (this.c << 21) | (this.c >>> 11);
    this.c = (this.c + t) | 0;
    return t >>> 0;
  }

  /** In [0, 1). */
  fraction(): number {
    return this.next() / 0x1_0000_0000;
  }

  /** A whole number in [0, bound). */
  below(bound: number): number {
    return Math.floor(this.fraction() * bound);
  }

  /** In [low, high). */
  between(low: number, high: number): number {
    return low + this.fraction() * (high - low);
  }

  /** `duration` to `duration × (1 + factor)`: client-go's wait.Jitter. */
  jitter(duration: number, factor: number): number {
    return duration * (1 + this.fraction() * factor);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  /** A version-4 UUID, lower case. */
  uuid(): string {
    const hex = (n: number, digits: number) => n.toString(16).padStart(digits, '0');
    const a = this.next();
    const b = this.next();
    const c = this.next();
    const d = this.next();
    return [
      hex(a, 8),
      hex(b >>> 16, 4),
      `4${hex(b & 0xfff, 3)}`,
      hex(((c >>> 16) & 0x3fff) | 0x8000, 4),
      `${hex(c & 0xffff, 4)}${hex(d, 8)}`,
    ].join('-');
  }
}
