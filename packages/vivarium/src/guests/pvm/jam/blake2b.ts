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
const TWO32 = 2 ** 32;
/** The tables above, flat: positions of low halves, for twelve rounds of eight mixings. */
const WORDS = Uint8Array.from(
  { length: 12 * 16 },
  (_, i) => 2 * ((SIGMA[(i >> 4) % 10] as number[])[i & 15] as number),
);
const PLACES = Uint8Array.from(MIXES.flat(), (word) => 2 * word);
const IV_SIGNED = new Int32Array(IV.buffer);
const v = new Int32Array(32);
const m = new Int32Array(32);

/** The function G on four words of `v`, with two of `m`; 64-bit numbers as signed halves. */
function mix(a: number, b: number, c: number, d: number, x: number, y: number): void {
  let bl = v[b];
  let bh = v[b + 1];
  // a += b + x; d = (d ^ a) rotated by 32.
  let sum = (v[a] >>> 0) + (bl >>> 0) + (m[x] >>> 0);
  let al = sum | 0;
  let ah = (v[a + 1] + bh + m[x + 1] + ((sum / TWO32) | 0)) | 0;
  let dl = v[d + 1] ^ ah;
  let dh = v[d] ^ al;
  // c += d; b = (b ^ c) rotated by 24.
  sum = (v[c] >>> 0) + (dl >>> 0);
  let cl = sum | 0;
  let ch = (v[c + 1] + dh + ((sum / TWO32) | 0)) | 0;
  let low = bl ^ cl;
  let high = bh ^ ch;
  bl = (low >>> 24) | (high << 8);
  bh = (high >>> 24) | (low << 8);
  // a += b + y; d = (d ^ a) rotated by 16.
  sum = (al >>> 0) + (bl >>> 0) + (m[y] >>> 0);
  al = sum | 0;
  ah = (ah + bh + m[y + 1] + ((sum / TWO32) | 0)) | 0;
  low = dl ^ al;
  high = dh ^ ah;
  dl = (low >>> 16) | (high << 16);
  dh = (high >>> 16) | (low << 16);
  // c += d; b = (b ^ c) rotated by 63.
  sum = (cl >>> 0) + (dl >>> 0);
  cl = sum | 0;
  ch = (ch + dh + ((sum / TWO32) | 0)) | 0;
  low = bl ^ cl;
  high = bh ^ ch;
  v[a] = al;
  v[a + 1] = ah;
  v[b] = (low << 1) | (high >>> 31);
  v[b + 1] = (high << 1) | (low >>> 31);
  v[c] = cl;
  v[c + 1] = ch;
  v[d] = dl;
  v[d + 1] = dh;
}

/** Takes the block at `at` in; `counted` is the number of bytes so far, with this block. */
function compress(h: Int32Array, message: Uint8Array, at: number, counted: number, last: boolean): void {
  v.set(h);
  v.set(IV_SIGNED, 16);
  v[24] ^= counted % TWO32;
  v[25] ^= Math.floor(counted / TWO32);
  if (last) {
    v[28] ^= -1;
    v[29] ^= -1;
  }
  for (let i = 0, p = at; i < 32; i++, p += 4) {
    m[i] = message[p] | (message[p + 1] << 8) | (message[p + 2] << 16) | (message[p + 3] << 24);
  }
  for (let round = 0; round < 12 * 16; round += 16) {
    for (let k = 0; k < 8; k++) {
      const at4 = 4 * k;
      const word = round + 2 * k;
      mix(PLACES[at4], PLACES[at4 + 1], PLACES[at4 + 2], PLACES[at4 + 3], WORDS[word], WORDS[word + 1]);
    }
  }
  for (let i = 0; i < 16; i++) h[i] ^= v[i] ^ v[i + 16];
}

/** The 32-byte Blake2b digest. */
export function blake2b(message: Uint8Array): Uint8Array<ArrayBuffer> {
  const h = IV_SIGNED.slice();
  // Parameter block: digest length 32, no key, fanout and depth 1.
  h[0] ^= 0x01010020;
  let at = 0;
  while (message.length - at > BLOCK) {
    compress(h, message, at, at + BLOCK, false);
    at += BLOCK;
  }
  const rest = new Uint8Array(BLOCK);
  rest.set(message.subarray(at));
  compress(h, rest, 0, message.length, true);
  const out = new Uint8Array(32);
  const view = new DataView(out.buffer);
  for (let i = 0; i < 8; i++) view.setInt32(4 * i, h[i], true);
  return out;
}
