/**
 * SHA-256 (FIPS 180-4), small: kube-proxy names its chains with it, kubectl its
 * ConfigMaps. The real ones use Go's crypto/sha256; upstream path: pkg/proxy/iptables/proxier.go, portProtoHash.
 */

/** The digest of a text's UTF-8 bytes: eight unsigned 32-bit words. */
export const sha256 = (text: string): Uint32Array => sha256OfBytes(utf8(text));

/** As `sha256`, of bytes. */
export function sha256OfBytes(bytes: readonly number[]): Uint32Array {
  const words = padded(bytes);
  const state = Uint32Array.from(initial);
  const schedule = new Uint32Array(64);
  for (let at = 0; at < words.length; at += 16) {
    schedule.set(words.subarray(at, at + 16));
    compress(state, schedule);
  }
  return state;
}

/** The first 16 characters of the digest in base32. */
export function base32Digest(text: string): string {
  const [a = 0, b = 0, c = 0] = sha256(text);
  let result = '';
  for (let i = 0; i < 16; i++) result += alphabet[fiveBits([a, b, c], i * 5)];
  return result;
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

function fiveBits(words: readonly number[], at: number): number {
  let value = 0;
  for (let bit = at; bit < at + 5; bit++) {
    value = value * 2 + (((words[bit >>> 5] as number) >>> (31 - (bit & 31))) & 1);
  }
  return value;
}

function utf8(text: string): number[] {
  const bytes: number[] = [];
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x1_0000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    } else {
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      );
    }
  }
  return bytes;
}

/** The message, a one bit, zeros, and the length in bits, in whole blocks of 16 words. */
function padded(bytes: readonly number[]): Uint32Array {
  const words = new Uint32Array((((bytes.length + 8) >> 6) + 1) * 16);
  bytes.forEach((byte, i) => {
    words[i >> 2] = (words[i >> 2] as number) | (byte << (24 - (i & 3) * 8));
  });
  const end = bytes.length;
  words[end >> 2] = (words[end >> 2] as number) | (0x80 << (24 - (end & 3) * 8));
  words[words.length - 1] = end * 8;
  return words;
}

const rotate = (x: number, by: number): number => (x >>> by) | (x << (32 - by));

function compress(state: Uint32Array, w: Uint32Array): void {
  for (let i = 16; i < 64; i++) {
    const x = w[i - 15] as number;
    const y = w[i - 2] as number;
    const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
    const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
    w[i] = (w[i - 16] as number) + s0 + (w[i - 7] as number) + s1;
  }
  let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = state;
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
    const t1 = (h + s1 + ((e & f) ^ (~e & g)) + (constants[i] as number) + (w[i] as number)) | 0;
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
    const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + t1) | 0, c, b, a, (t1 + t2) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((value, i) => {
    state[i] = (state[i] as number) + value;
  });
}

/** The first 32 bits of the fractions of roots of the first primes, as the standard defines. */
function rootBits(count: number, power: number): Uint32Array {
  const bits = new Uint32Array(count);
  for (let found = 0, n = 2; found < count; n++) {
    if (!isPrime(n)) continue;
    const root = n ** (1 / power);
    bits[found] = Math.floor((root - Math.floor(root)) * 0x1_0000_0000);
    found += 1;
  }
  return bits;
}

function isPrime(n: number): boolean {
  for (let d = 2; d * d <= n; d++) if (n % d === 0) return false;
  return true;
}

const initial = rootBits(8, 2);
const constants = rootBits(64, 3);
