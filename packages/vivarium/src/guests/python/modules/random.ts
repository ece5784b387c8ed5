/** The Mersenne Twister MT19937 as CPython seeds and reads it, and SHA-512, with which it turns text into seeds. */

const N = 624;

export class MersenneTwister {
  readonly state = new Uint32Array(N);
  at = N;

  private initialise(seed: number): void {
    const { state } = this;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const x = state[i - 1]! ^ (state[i - 1]! >>> 30);
      state[i] = Math.imul(1812433253, x) + i;
    }
    this.at = N;
  }

  /** Seeds with all bits of a non-negative integer (init_by_array of the reference implementation). */
  seed(n: bigint): void {
    const key: number[] = [];
    for (let rest = n; rest > 0n; rest >>= 32n) key.push(Number(rest & 0xffffffffn));
    if (key.length === 0) key.push(0);
    this.initialise(19650218);
    const { state } = this;
    let i = 1;
    let j = 0;
    for (let k = Math.max(N, key.length); k > 0; k--) {
      state[i] = (state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), 1664525)) + key[j]! + j;
      if (++i >= N) {
        state[0] = state[N - 1]!;
        i = 1;
      }
      if (++j >= key.length) j = 0;
    }
    for (let k = N - 1; k > 0; k--) {
      state[i] = (state[i]! ^ Math.imul(state[i - 1]! ^ (state[i - 1]! >>> 30), 1566083941)) - i;
      if (++i >= N) {
        state[0] = state[N - 1]!;
        i = 1;
      }
    }
    state[0] = 0x80000000;
  }

  /** The next 32 bits. */
  next(): number {
    const { state } = this;
    if (this.at >= N) {
      for (let k = 0; k < N; k++) {
        const y = (state[k]! & 0x80000000) | (state[(k + 1) % N]! & 0x7fffffff);
        state[k] = state[(k + 397) % N]! ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
      }
      this.at = 0;
    }
    let y = state[this.at++]!;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }

  /** A double in [0, 1) with 53 bits. */
  random(): number {
    const a = this.next() >>> 5;
    const b = this.next() >>> 6;
    return (a * 67108864 + b) / 9007199254740992;
  }

  /** An integer of `k` random bits. */
  bits(k: number): bigint {
    let out = 0n;
    let shift = 0n;
    for (let left = k; left > 0; left -= 32) {
      let word = this.next();
      if (left < 32) word >>>= 32 - left;
      out |= BigInt(word) << shift;
      shift += 32n;
    }
    return out;
  }
}

const MASK = (1n << 64n) - 1n;
let constants: { k: bigint[]; h: bigint[] } | undefined;

/** Round constants: the first 64 bits of the fractional parts of cube (square) roots of the first primes. */
function roundConstants(): { k: bigint[]; h: bigint[] } {
  if (constants) return constants;
  const primes: bigint[] = [];
  for (let n = 2n; primes.length < 80; n++) if (primes.every((p) => n % p !== 0n)) primes.push(n);
  const root = (n: bigint, power: bigint): bigint => {
    let low = 0n;
    let high = 1n << 70n;
    while (low < high) {
      const mid = (low + high + 1n) >> 1n;
      if (mid ** power <= n) low = mid;
      else high = mid - 1n;
    }
    return low;
  };
  constants = {
    k: primes.map((p) => root(p << 192n, 3n) & MASK),
    h: primes.slice(0, 8).map((p) => root(p << 128n, 2n) & MASK),
  };
  return constants;
}

const rotate = (x: bigint, n: bigint): bigint => ((x >> n) | (x << (64n - n))) & MASK;

/** FIPS 180-4. */
export function sha512(data: Uint8Array): Uint8Array {
  const { k, h } = roundConstants();
  const padded = new Uint8Array((((data.length + 17 + 127) / 128) | 0) * 128);
  padded.set(data);
  padded[data.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(data.length) * 8n);
  const hash = [...h];
  for (let block = 0; block < padded.length; block += 128) {
    const w: bigint[] = [];
    for (let i = 0; i < 16; i++) w.push(view.getBigUint64(block + 8 * i));
    for (let i = 16; i < 80; i++) {
      const a = w[i - 15]!;
      const b = w[i - 2]!;
      w.push(
        (w[i - 16]! +
          (rotate(a, 1n) ^ rotate(a, 8n) ^ (a >> 7n)) +
          w[i - 7]! +
          (rotate(b, 19n) ^ rotate(b, 61n) ^ (b >> 6n))) &
          MASK,
      );
    }
    let [a, b, c, d, e, f, g, last] = hash as [bigint, bigint, bigint, bigint, bigint, bigint, bigint, bigint];
    for (let i = 0; i < 80; i++) {
      const t1 =
        (last + (rotate(e, 14n) ^ rotate(e, 18n) ^ rotate(e, 41n)) + ((e & f) ^ (~e & MASK & g)) + k[i]! + w[i]!) &
        MASK;
      const t2 = ((rotate(a, 28n) ^ rotate(a, 34n) ^ rotate(a, 39n)) + ((a & b) ^ (a & c) ^ (b & c))) & MASK;
      [last, g, f, e, d, c, b, a] = [g, f, e, (d + t1) & MASK, c, b, a, (t1 + t2) & MASK];
    }
    [a, b, c, d, e, f, g, last].forEach((v, i) => {
      hash[i] = (hash[i]! + v) & MASK;
    });
  }
  const out = new DataView(new ArrayBuffer(64));
  hash.forEach((v, i) => {
    out.setBigUint64(8 * i, v);
  });
  return new Uint8Array(out.buffer);
}
