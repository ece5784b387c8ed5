#include "corpus.h"

static u8 text[1024];
static void fill(u64 seed) {
  u64 s = seed * 2 + 1;
  for (int i = 0; i < 1024; i++) text[i] = next(&s) >> 24;
}

u64 fnv1a(u64 n) {
  fill(n);
  u64 h = 14695981039346656037ul;
  for (int i = 0; i < 1024; i++) h = (h ^ text[i]) * 1099511628211ul;
  return h;
}

u64 crc32_bits(u64 n) {
  fill(n);
  u32 crc = ~0u;
  for (int i = 0; i < 1024; i++) {
    crc ^= text[i];
    for (int k = 0; k < 8; k++) crc = crc >> 1 ^ (0xedb88320u & -(crc & 1));
  }
  return ~crc;
}

static u64 table[256];
u64 crc64_table(u64 n) {
  fill(n);
  for (u64 i = 0; i < 256; i++) {
    u64 c = i;
    for (int k = 0; k < 8; k++) c = c & 1 ? c >> 1 ^ 0xc96c5795d7870f42ul : c >> 1;
    table[i] = c;
  }
  u64 crc = ~0ul;
  for (int i = 0; i < 1024; i++) crc = table[(crc ^ text[i]) & 255] ^ crc >> 8;
  return ~crc;
}

u64 adler32(u64 n) {
  fill(n);
  u32 a = 1, b = 0;
  for (int i = 0; i < 1024; i++) {
    a = (a + text[i]) % 65521;
    b = (b + a) % 65521;
  }
  return b << 16 | a;
}

static u32 rotl32(u32 x, int r) { return x << r | x >> (32 - r); }
static u64 rotl64(u64 x, int r) { return x << r | x >> (64 - r); }

u64 murmur3(u64 n) {
  fill(n);
  u32 h = n;
  for (int i = 0; i < 256; i++) {
    u32 k = text[4 * i] | text[4 * i + 1] << 8 | text[4 * i + 2] << 16 | (u32)text[4 * i + 3] << 24;
    k *= 0xcc9e2d51;
    k = rotl32(k, 15);
    k *= 0x1b873593;
    h ^= k;
    h = rotl32(h, 13) * 5 + 0xe6546b64;
  }
  h ^= 1024;
  h ^= h >> 16;
  h *= 0x85ebca6b;
  h ^= h >> 13;
  h *= 0xc2b2ae35;
  return h ^ h >> 16;
}

u64 siphash(u64 n) {
  fill(n);
  u64 k0 = n, k1 = ~n * 3;
  u64 v0 = k0 ^ 0x736f6d6570736575ul, v1 = k1 ^ 0x646f72616e646f6dul;
  u64 v2 = k0 ^ 0x6c7967656e657261ul, v3 = k1 ^ 0x7465646279746573ul;
#define ROUND \
  v0 += v1, v1 = rotl64(v1, 13) ^ v0, v0 = rotl64(v0, 32), v2 += v3, v3 = rotl64(v3, 16) ^ v2, \
  v0 += v3, v3 = rotl64(v3, 21) ^ v0, v2 += v1, v1 = rotl64(v1, 17) ^ v2, v2 = rotl64(v2, 32)
  for (int i = 0; i < 128; i++) {
    u64 m = 0;
    for (int k = 7; k >= 0; k--) m = m << 8 | text[8 * i + k];
    v3 ^= m;
    ROUND;
    ROUND;
    v0 ^= m;
  }
  v2 ^= 255;
  for (int i = 0; i < 4; i++) ROUND;
  return v0 ^ v1 ^ v2 ^ v3;
}

static const u32 K[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};
static u32 rotr(u32 x, int r) { return x >> r | x << (32 - r); }
u64 sha256(u64 n) {
  fill(n);
  u32 h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a, 0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  for (int block = 0; block < 17; block++) {
    u32 w[64];
    for (int i = 0; i < 16; i++) {
      const u8 *p = text + 64 * block + 4 * i;
      w[i] = block < 16 ? (u32)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3] : i == 0 ? 0x80000000 : i == 15 ? 8192 : 0;
    }
    for (int i = 16; i < 64; i++)
      w[i] = w[i - 16] + w[i - 7] + (rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ w[i - 15] >> 3) +
             (rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ w[i - 2] >> 10);
    u32 a = h[0], b = h[1], c = h[2], d = h[3], e = h[4], f = h[5], g = h[6], x = h[7];
    for (int i = 0; i < 64; i++) {
      u32 t1 = x + (rotr(e, 6) ^ rotr(e, 11) ^ rotr(e, 25)) + ((e & f) ^ (~e & g)) + K[i] + w[i];
      u32 t2 = (rotr(a, 2) ^ rotr(a, 13) ^ rotr(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      x = g, g = f, f = e, e = d + t1, d = c, c = b, b = a, a = t1 + t2;
    }
    h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e, h[5] += f, h[6] += g, h[7] += x;
  }
  u64 out = 0;
  for (int i = 0; i < 8; i++) out = mix(out, h[i]);
  return out;
}

u64 chacha20(u64 n) {
  u32 s[16] = {0x61707865, 0x3320646e, 0x79622d32, 0x6b206574};
  u64 r = n * 2 + 1, out = 0;
  for (int i = 4; i < 16; i++) s[i] = next(&r);
  for (int block = 0; block < 8; block++) {
    u32 x[16];
    for (int i = 0; i < 16; i++) x[i] = s[i];
#define QUARTER(a, b, c, d) \
  x[a] += x[b], x[d] = rotl32(x[d] ^ x[a], 16), x[c] += x[d], x[b] = rotl32(x[b] ^ x[c], 12), \
  x[a] += x[b], x[d] = rotl32(x[d] ^ x[a], 8), x[c] += x[d], x[b] = rotl32(x[b] ^ x[c], 7)
    for (int i = 0; i < 10; i++) {
      QUARTER(0, 4, 8, 12);
      QUARTER(1, 5, 9, 13);
      QUARTER(2, 6, 10, 14);
      QUARTER(3, 7, 11, 15);
      QUARTER(0, 5, 10, 15);
      QUARTER(1, 6, 11, 12);
      QUARTER(2, 7, 8, 13);
      QUARTER(3, 4, 9, 14);
    }
    for (int i = 0; i < 16; i++) out = mix(out, x[i] + s[i]);
    s[12]++;
  }
  return out;
}

u64 rc4(u64 n) {
  u8 s[256], key[16];
  u64 r = n * 2 + 1, out = 0;
  for (int i = 0; i < 16; i++) key[i] = next(&r);
  for (int i = 0; i < 256; i++) s[i] = i;
  for (int i = 0, j = 0; i < 256; i++) {
    j = (j + s[i] + key[i % 16]) & 255;
    u8 t = s[i];
    s[i] = s[j];
    s[j] = t;
  }
  u8 i = 0, j = 0;
  for (int k = 0; k < 1024; k++) {
    j += s[++i];
    u8 t = s[i];
    s[i] = s[j];
    s[j] = t;
    out = mix(out, s[(u8)(s[i] + s[j])]);
  }
  return out;
}
