#include "corpus.h"

u64 sieve(u64 n) {
  static u8 composite[5000];
  for (int i = 0; i < 5000; i++) composite[i] = 0;
  u64 h = n, count = 0;
  for (u32 i = 2; i < 5000; i++) {
    if (composite[i]) continue;
    count++;
    h = mix(h, i);
    for (u32 j = i * i; j < 5000; j += i) composite[j] = 1;
  }
  return mix(h, count);
}

u64 collatz(u64 n) {
  u64 best = 0, at = 0;
  for (u64 i = n + 1; i < n + 200; i++) {
    u64 steps = 0;
    for (u64 v = i; v != 1; steps++) v = v & 1 ? 3 * v + 1 : v / 2;
    if (steps > best) best = steps, at = i;
  }
  return mix(best, at);
}

static u64 gcd(u64 a, u64 b) {
  while (b) {
    u64 t = a % b;
    a = b;
    b = t;
  }
  return a;
}
u64 greatest_divisors(u64 n) {
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 60; i++) {
    u64 g = next(&s) % 1000 + 1;
    h = mix(h, gcd(g * (next(&s) >> 20), g * (next(&s) >> 20)));
  }
  return h;
}

static u64 multiply(u64 a, u64 b, u64 m) { return (unsigned __int128)a * b >> 64 ? 0 : a * b % m; }
static u64 power(u64 b, u64 e, u64 m) {
  u64 r = 1;
  for (b %= m; e; e >>= 1, b = multiply(b, b, m))
    if (e & 1) r = multiply(r, b, m);
  return r;
}
static int probable_prime(u64 n) {
  if (n < 2) return 0;
  for (u64 p = 2; p < 40; p++)
    if (n % p == 0) return n == p;
  u64 d = n - 1, r = 0;
  while (!(d & 1)) d >>= 1, r++;
  for (u64 a = 2; a < 12; a++) {
    u64 x = power(a, d, n), k = 0;
    if (x == 1 || x == n - 1) continue;
    for (k = 1; k < r; k++) {
      x = multiply(x, x, n);
      if (x == n - 1) break;
    }
    if (k >= r) return 0;
  }
  return 1;
}
u64 miller_rabin(u64 n) {
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 40; i++) {
    u64 v = next(&s) >> 33 | 1;
    h = mix(h, v * 2 + probable_prime(v));
  }
  return h;
}

u64 big_multiply(u64 n) {
  enum { L = 16 };
  u64 a[L], b[L], c[2 * L] = {0}, s = n * 2 + 1, h = 0;
  for (int i = 0; i < L; i++) a[i] = next(&s), b[i] = next(&s);
  for (int i = 0; i < L; i++) {
    u64 carry = 0;
    for (int j = 0; j < L; j++) {
      unsigned __int128 t = (unsigned __int128)a[i] * b[j] + c[i + j] + carry;
      c[i + j] = t;
      carry = t >> 64;
    }
    c[i + L] = carry;
  }
  for (int i = 0; i < 2 * L; i++) h = mix(h, c[i]);
  return h;
}

u64 big_fibonacci(u64 n) {
  u64 a[8] = {0}, b[8] = {1}, h = 0;
  int rounds = 300 + n % 60;
  for (int k = 0; k < rounds; k++) {
    unsigned __int128 carry = 0;
    for (int i = 0; i < 8; i++) {
      u64 t = b[i];
      carry += (unsigned __int128)a[i] + b[i];
      b[i] = carry;
      carry >>= 64;
      a[i] = t;
    }
  }
  for (int i = 0; i < 8; i++) h = mix(h, a[i]);
  return h;
}

u64 factorial_digits(u64 n) {
  u8 digits[200] = {1};
  int length = 1;
  u64 h = 0;
  for (u32 k = 2; k <= 60 + n % 20; k++) {
    u32 carry = 0;
    for (int i = 0; i < length; i++) {
      carry += digits[i] * k;
      digits[i] = carry % 10;
      carry /= 10;
    }
    while (carry) digits[length++] = carry % 10, carry /= 10;
  }
  for (int i = 0; i < length; i++) h = mix(h, digits[i]);
  return h;
}

static int place(int row, u32 columns, u32 left, u32 right, int n) {
  if (row == n) return 1;
  int found = 0;
  for (u32 free = ~(columns | left | right) & ((1u << n) - 1); free; free &= free - 1) {
    u32 bit = free & -free;
    found += place(row + 1, columns | bit, (left | bit) << 1, (right | bit) >> 1, n);
  }
  return found;
}
u64 queens(u64 n) { return place(0, 0, 0, 0, 5 + n % 3); }

static u64 ackermann(u64 m, u64 n) {
  return m == 0 ? n + 1 : n == 0 ? ackermann(m - 1, 1) : ackermann(m - 1, ackermann(m, n - 1));
}
u64 ackermann_function(u64 n) { return ackermann(2, 5 + n % 20); }

u64 bit_tricks(u64 n) {
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 100; i++) {
    u64 v = next(&s) >> (i % 64), r = 0;
    for (int k = 0; k < 64; k++) r |= (v >> k & 1) << (63 - k);
    h = mix(h, r);
    h = mix(h, __builtin_clzl(v | 1) + 64 * __builtin_ctzl(v | 1ul << 63) + 4096 * __builtin_popcountl(v));
    h = mix(h, __builtin_bswap64(v) ^ __builtin_bswap32(v) ^ __builtin_bswap16(v));
    h = mix(h, (i64)v / 7 + (i64)v % 1000003 + (i32)v / -13 + (i32)v % 17 + v / 10 + (u32)v / 3);
    h = mix(h, (v << (v & 63)) ^ ((i64)v >> (v & 31)) ^ (v >> 7 | v << 57) ^ (u32)v << (v & 15));
    h = mix(h, (u8)v + (signed char)v + (u16)v + (short)v + (i64)(i32)v);
  }
  return h;
}

u64 integer_roots(u64 n) {
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 50; i++) {
    u64 v = next(&s) >> i, r = 0;
    for (u64 bit = 1ul << 31; bit; bit >>= 1)
      if ((r | bit) * (r | bit) <= v) r |= bit;
    h = mix(h, r);
  }
  return h;
}

u64 wide_arithmetic(u64 n) {
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 40; i++) {
    __int128 a = (__int128)(i64)next(&s) * (i64)next(&s), b = (__int128)(i64)next(&s) << (i % 60);
    __int128 sum = a + b, difference = a - b;
    h = mix(h, (u64)sum ^ (u64)(sum >> 64));
    h = mix(h, (u64)difference ^ (u64)(difference >> 64));
    h = mix(h, (a < b) + 2 * (a == b) + 4 * ((unsigned __int128)a < (unsigned __int128)b));
    h = mix(h, (u64)(a >> (i + 1)) ^ (u64)(a << (i + 1)));
  }
  return h;
}
