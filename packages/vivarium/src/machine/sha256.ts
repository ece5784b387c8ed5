/** SHA-256 (FIPS 180-4), synchronous: the Web Crypto one is not, and `load` must be. */

/** The first 32 bits of the fractional parts of a root of the first primes (FIPS 180-4, 4.2.2 and 5.3.3). */
function fractions(count: number, root: 2 | 3): Uint32Array {
  const out = new Uint32Array(count);
  for (let n = 2, found = 0; found < count; n++) {
    let prime = true;
    for (let d = 2; d * d <= n; d++) if (n % d === 0) prime = false;
    if (!prime) continue;
    // Integer root of n · 2^(32 · root), exactly.
    const target = BigInt(n) << BigInt(32 * root);
    let x = BigInt(Math.floor((root === 2 ? Math.sqrt(n) : Math.cbrt(n)) * 2 ** 32));
    while (x ** BigInt(root) > target) x--;
    while ((x + 1n) ** BigInt(root) <= target) x++;
    out[found++] = Number(x & 0xffffffffn);
  }
  return out;
}

const K = fractions(64, 3);
const INITIAL = fractions(8, 2);

/** The 32-byte digest. */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const blocks = Math.ceil((message.length + 9) / 64);
  const tail = new Uint8Array(message.length % 64 > 55 ? 128 : 64);
  const whole = blocks * 64 - tail.length;
  tail.set(message.subarray(whole));
  tail[message.length - whole] = 0x80;
  new DataView(tail.buffer).setBigUint64(tail.length - 8, BigInt(message.length) * 8n);
  const h = INITIAL.slice();
  const w = new Uint32Array(64);
  for (let at = 0; at < blocks * 64; at += 64) {
    const [source, base] = at < whole ? [message, at] : [tail, at - whole];
    for (let i = 0; i < 16; i++) {
      const b = base + i * 4;
      w[i] =
        ((source[b] as number) << 24) |
        ((source[b + 1] as number) << 16) |
        ((source[b + 2] as number) << 8) |
        (source[b + 3] as number);
    }
    for (let i = 16; i < 64; i++) {
      const x = w[i - 15] as number;
      const y = w[i - 2] as number;
      const s0 = rotate(x, 7) ^ rotate(x, 18) ^ (x >>> 3);
      const s1 = rotate(y, 17) ^ rotate(y, 19) ^ (y >>> 10);
      w[i] = ((w[i - 16] as number) + s0 + (w[i - 7] as number) + s1) | 0;
    }
    let [a, b, c, d, e, f, g, k] = h as unknown as [number, number, number, number, number, number, number, number];
    for (let i = 0; i < 64; i++) {
      const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      const t1 = (k + s1 + ((e & f) ^ (~e & g)) + (K[i] as number) + (w[i] as number)) | 0;
      const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      k = g;
      g = f;
      f = e;
      e = (d + t1) | 0;
      d = c;
      c = b;
      b = a;
      a = (t1 + t2) | 0;
    }
    [a, b, c, d, e, f, g, k].forEach((v, i) => {
      h[i] = ((h[i] as number) + v) | 0;
    });
  }
  const out = new Uint8Array(32);
  const view = new DataView(out.buffer);
  h.forEach((v, i) => view.setUint32(i * 4, v));
  return out;
}

function rotate(x: number, n: number): number {
  return (x >>> n) | (x << (32 - n));
}
