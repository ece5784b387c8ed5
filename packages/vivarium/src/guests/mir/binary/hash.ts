/** The strict 64-bit hash that guards binary MIR against damage, on 32-bit halves (MIR, `mir_hash_strict`). */

const P1_HIGH = 0x65862b62;
const P1_LOW = 0xbdf5ef4d | 0;
const P2_HIGH = 0x288eea21;
const P2_LOW = 0x6831e6a7;

/** Result of the last {@link multiply} or {@link mix}: high and low half. */
let high = 0;
let low = 0;

/** High 32 bits of the unsigned 64-bit product of two 32-bit numbers. */
function mulHigh(a: number, b: number): number {
  const al = a & 0xffff;
  const ah = a >>> 16;
  const bl = b & 0xffff;
  const bh = b >>> 16;
  const mid = ah * bl + ((al * bl) >>> 16);
  const cross = al * bh + (mid & 0xffff);
  return (ah * bh + Math.floor(mid / 0x10000) + Math.floor(cross / 0x10000)) | 0;
}

/** The hash's multiplication of a 64-bit value with a 64-bit constant: result in {@link high}, {@link low}. */
function mix(v1: number, v2: number, c1: number, c2: number): void {
  // m = v2·c1 + v1·c2 modulo 2^64
  const aLow = Math.imul(v2, c1);
  const bLow = Math.imul(v1, c2);
  const mLow = (aLow + bLow) | 0;
  const mCarry = mLow >>> 0 < aLow >>> 0 ? 1 : 0;
  const mHigh = (mulHigh(v2, c1) + mulHigh(v1, c2) + mCarry) | 0;
  // v1·c1 + (m >> 32) + v2·c2 + (m << 32)
  const pLow = Math.imul(v1, c1);
  const qLow = Math.imul(v2, c2);
  const s1 = (pLow + mHigh) | 0;
  const carry1 = s1 >>> 0 < pLow >>> 0 ? 1 : 0;
  const s2 = (s1 + qLow) | 0;
  const carry2 = s2 >>> 0 < s1 >>> 0 ? 1 : 0;
  low = s2;
  high = (mulHigh(v1, c1) + mulHigh(v2, c2) + carry1 + carry2 + mLow) | 0;
}

/** A 64-bit value as two halves. */
export interface Hash64 {
  readonly high: number;
  readonly low: number;
}

/** Value with which hashing begins. */
export const HASH_SEED: Hash64 = { high: 0, low: 42 };

/** Hashes `length` bytes from `start`; blocks are chained by passing the last hash as seed. */
export function strictHash(bytes: Uint8Array, start: number, length: number, seed: Hash64): Hash64 {
  let rLow = (seed.low + length) | 0;
  let rHigh = (seed.high + (rLow >>> 0 < length >>> 0 ? 1 : 0)) | 0;
  const word = (at: number): number =>
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24);
  let at = start;
  let left = length;
  for (; left >= 16; left -= 16, at += 16) {
    mix(word(at + 4), word(at), P1_HIGH, P1_LOW);
    rHigh ^= high;
    rLow ^= low;
    mix(word(at + 12), word(at + 8), P2_HIGH, P2_LOW);
    rHigh ^= high;
    rLow ^= low;
    mix(rHigh, rLow, P1_HIGH, P1_LOW);
    rHigh ^= high;
    rLow ^= low;
  }
  if (left >= 8) {
    mix(word(at + 4), word(at), P1_HIGH, P1_LOW);
    rHigh ^= high;
    rLow ^= low;
    at += 8;
    left -= 8;
  }
  if (left > 0) {
    // The n bytes of a short tail stand in the top n bytes of the word.
    let tailHigh = 0;
    let tailLow = 0;
    for (let i = 0; i < left; i++) {
      tailLow = (tailLow >>> 8) | ((tailHigh & 0xff) << 24);
      tailHigh = (tailHigh >>> 8) | ((bytes[at + i] as number) << 24);
    }
    mix(tailHigh, tailLow, P2_HIGH, P2_LOW);
    rHigh ^= high;
    rLow ^= low;
  }
  // t = r ^ M(r, P1), then t ^ M(t, P2)
  mix(rHigh, rLow, P1_HIGH, P1_LOW);
  const tHigh = rHigh ^ high;
  const tLow = rLow ^ low;
  mix(tHigh, tLow, P2_HIGH, P2_LOW);
  return { high: tHigh ^ high, low: tLow ^ low };
}
