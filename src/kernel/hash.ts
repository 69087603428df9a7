/** A running 64-bit hash in two halves (murmur-like mixing); the same in every engine. */
export class RunningHash {
  private high = 0x9e3779b9 | 0;
  private low = 0x85ebca6b | 0;

  number(value: number): void {
    // Times lie on a grid of 1/64: scaled, they are whole numbers below 2^53.
    const scaled = value * 64;
    this.mix(scaled | 0);
    this.mix((scaled / 0x1_0000_0000) | 0);
  }

  text(value: string): void {
    let h = value.length;
    for (let i = 0; i < value.length; i++) h = Math.imul(h ^ value.charCodeAt(i), 0x01000193);
    this.mix(h);
  }

  mix(word: number): void {
    this.high = Math.imul(this.high ^ word, 0xcc9e2d51);
    this.high = (this.high << 15) | (this.high >>> 17);
    this.low = (Math.imul(this.low, 0x1b873593) + (word ^ this.high)) | 0;
    this.low = (this.low << 13) | (this.low >>> 19);
  }

  /** 16 hexadecimal digits. */
  get digest(): string {
    return [this.high, this.low].map((h) => (h >>> 0).toString(16).padStart(8, '0')).join('');
  }
}
