/** Blake2b with a 32-byte digest and no key (RFC 7693): the hash of JAM. */

/** Low and high halves of the initial vector, which is SHA-512's (RFC 7693, 2.6). */
const IV = Uint32Array.of(
  0xf3bcc908,
  0x6a09e667,
  0x84caa73b,
  0xbb67ae85,
  0xfe94f82b,
  0x3c6ef372,
  0x5f1d36f1,
  0xa54ff53a,
  0xade682d1,
  0x510e527f,
  0x2b3e6c1f,
  0x9b05688c,
  0xfb41bd6b,
  0x1f83d9ab,
  0x137e2179,
  0x5be0cd19,
);

/** Which message words a round takes, in order (RFC 7693, 2.7); rounds 10 and 11 are 0 and 1 again. */
const SIGMA = [
  [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
  [14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3],
  [11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4],
  [7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8],
  [9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13],
  [2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9],
  [12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11],
  [13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10],
  [6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5],
  [10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0],
];

/** Columns, then diagonals: the four words that each of the eight mixings of a round works on. */
const MIXES = [
  [0, 4, 8, 12],
  [1, 5, 9, 13],
  [2, 6, 10, 14],
  [3, 7, 11, 15],
  [0, 5, 10, 15],
  [1, 6, 11, 12],
  [2, 7, 8, 13],
  [3, 4, 9, 14],
];

const BLOCK = 128;
const v = new Uint32Array(32);
const m = new Uint32Array(32);

/** v[a] += low, high; 64 bits as two words. */
function add(a: number, low: number, high: number): void {
  const sum = v[a] + low;
  v[a] = sum;
  v[a + 1] = v[a + 1] + high + (sum >= 2 ** 32 ? 1 : 0);
}

/** v[d] = (v[d] ^ v[a]) rotated right by `bits` (32, 24, 16 or 63). */
function xorRotate(d: number, a: number, bits: number): void {
  const low = v[d] ^ v[a];
  const high = v[d + 1] ^ v[a + 1];
  if (bits === 32) {
    v[d] = high;
    v[d + 1] = low;
  } else if (bits === 63) {
    v[d] = (low << 1) | (high >>> 31);
    v[d + 1] = (high << 1) | (low >>> 31);
  } else {
    v[d] = (low >>> bits) | (high << (32 - bits));
    v[d + 1] = (high >>> bits) | (low << (32 - bits));
  }
}

function compress(h: Uint32Array, message: Uint8Array, at: number, counted: number, last: boolean): void {
  v.set(h);
  v.set(IV, 16);
  v[24] ^= counted;
  v[25] ^= Math.floor(counted / 2 ** 32);
  if (last) {
    v[28] ^= -1;
    v[29] ^= -1;
  }
  for (let i = 0; i < 32; i++) {
    const p = at + 4 * i;
    m[i] =
      (message[p] ?? 0) | ((message[p + 1] ?? 0) << 8) | ((message[p + 2] ?? 0) << 16) | ((message[p + 3] ?? 0) << 24);
  }
  for (let round = 0; round < 12; round++) {
    const sigma = SIGMA[round % 10];
    for (let k = 0; k < 8; k++) {
      const mix = MIXES[k];
      const [a, b, c, d] = [2 * mix[0], 2 * mix[1], 2 * mix[2], 2 * mix[3]];
      const x = 2 * sigma[2 * k];
      const y = 2 * sigma[2 * k + 1];
      add(a, v[b], v[b + 1]);
      add(a, m[x], m[x + 1]);
      xorRotate(d, a, 32);
      add(c, v[d], v[d + 1]);
      xorRotate(b, c, 24);
      add(a, v[b], v[b + 1]);
      add(a, m[y], m[y + 1]);
      xorRotate(d, a, 16);
      add(c, v[d], v[d + 1]);
      xorRotate(b, c, 63);
    }
  }
  for (let i = 0; i < 16; i++) h[i] ^= v[i] ^ v[i + 16];
}

/** The 32-byte Blake2b digest. */
export function blake2b(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const h = IV.slice();
  // Parameter block: digest length 32, no key, fanout and depth 1.
  h[0] ^= 0x01010020;
  let at = 0;
  while (message.length - at > BLOCK) {
    compress(h, message, at, at + BLOCK, false);
    at += BLOCK;
  }
  compress(h, message, at, message.length, true);
  const out = new Uint8Array(32);
  const view = new DataView(out.buffer);
  for (let i = 0; i < 8; i++) view.setUint32(4 * i, h[i], true);
  return out;
}
