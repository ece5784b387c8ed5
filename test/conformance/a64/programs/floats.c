#include "corpus.h"

static double unit(u64 *s) { return (double)(i64)(next(s) >> 11) / 9007199254740992.0 - 0.5; }

u64 matrix_product(u64 n) {
  enum { L = 16 };
  static double a[L][L], b[L][L], c[L][L];
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < L; i++)
    for (int j = 0; j < L; j++) a[i][j] = unit(&s), b[i][j] = unit(&s);
  for (int i = 0; i < L; i++)
    for (int j = 0; j < L; j++) {
      double t = 0;
      for (int k = 0; k < L; k++) t += a[i][k] * b[k][j];
      c[i][j] = t;
    }
  for (int i = 0; i < L; i++)
    for (int j = 0; j < L; j++) h = mix(h, bits(c[i][j]));
  return h;
}

/* Sine by its series: there is no library. */
static double sine(double x) {
  double term = x, total = x;
  for (int k = 1; k < 12; k++) {
    term *= -x * x / ((2 * k) * (2 * k + 1));
    total += term;
  }
  return total;
}
u64 fourier(u64 n) {
  enum { L = 64 };
  static double re[L], im[L];
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < L; i++) re[i] = unit(&s), im[i] = 0;
  for (u32 i = 1, j = 0; i < L; i++) {
    u32 bit = L / 2;
    for (; j & bit; bit /= 2) j ^= bit;
    j ^= bit;
    if (i < j) {
      double t = re[i];
      re[i] = re[j];
      re[j] = t;
    }
  }
  for (int size = 2; size <= L; size *= 2) {
    double angle = -6.283185307179586 / size, wr = sine(angle + 1.5707963267948966), wi = sine(angle);
    for (int at = 0; at < L; at += size) {
      double cr = 1, ci = 0;
      for (int k = 0; k < size / 2; k++) {
        int p = at + k, q = p + size / 2;
        double ur = re[q] * cr - im[q] * ci, ui = re[q] * ci + im[q] * cr;
        re[q] = re[p] - ur, im[q] = im[p] - ui;
        re[p] += ur, im[p] += ui;
        double t = cr * wr - ci * wi;
        ci = cr * wi + ci * wr;
        cr = t;
      }
    }
  }
  for (int i = 0; i < L; i++) h = mix(mix(h, bits(re[i])), bits(im[i]));
  return h;
}

u64 mandelbrot(u64 n) {
  u64 h = n;
  for (int y = 0; y < 16; y++)
    for (int x = 0; x < 16; x++) {
      double cr = x * 0.18 - 2.2, ci = y * 0.15 - 1.2, zr = 0, zi = 0;
      int k = 0;
      while (k < 60 && zr * zr + zi * zi < 4) {
        double t = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = t;
        k++;
      }
      h = mix(h, k);
    }
  return h;
}

struct body {
  double x, y, z, vx, vy, vz, mass;
};
u64 gravity(u64 n) {
  struct body b[4];
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 4; i++) b[i] = (struct body){unit(&s), unit(&s), unit(&s), unit(&s), unit(&s), unit(&s), 1 + unit(&s)};
  for (int step = 0; step < 50; step++) {
    for (int i = 0; i < 4; i++)
      for (int j = 0; j < 4; j++) {
        if (i == j) continue;
        double dx = b[j].x - b[i].x, dy = b[j].y - b[i].y, dz = b[j].z - b[i].z;
        double d2 = dx * dx + dy * dy + dz * dz + 0.01, d = __builtin_sqrt(d2), f = b[j].mass / (d2 * d) * 0.01;
        b[i].vx += dx * f, b[i].vy += dy * f, b[i].vz += dz * f;
      }
    for (int i = 0; i < 4; i++) b[i].x += b[i].vx * 0.01, b[i].y += b[i].vy * 0.01, b[i].z += b[i].vz * 0.01;
  }
  for (int i = 0; i < 4; i++) h = mix(mix(mix(h, bits(b[i].x)), bits(b[i].y)), bits(b[i].z));
  return h;
}

u64 linear_system(u64 n) {
  enum { L = 10 };
  double a[L][L + 1], x[L];
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < L; i++)
    for (int j = 0; j <= L; j++) a[i][j] = unit(&s);
  for (int k = 0; k < L; k++) {
    int best = k;
    for (int i = k + 1; i < L; i++)
      if (__builtin_fabs(a[i][k]) > __builtin_fabs(a[best][k])) best = i;
    for (int j = k; j <= L; j++) {
      double t = a[k][j];
      a[k][j] = a[best][j];
      a[best][j] = t;
    }
    for (int i = k + 1; i < L; i++) {
      double f = a[i][k] / a[k][k];
      for (int j = k; j <= L; j++) a[i][j] -= f * a[k][j];
    }
  }
  for (int i = L - 1; i >= 0; i--) {
    x[i] = a[i][L];
    for (int j = i + 1; j < L; j++) x[i] -= a[i][j] * x[j];
    x[i] /= a[i][i];
    h = mix(h, bits(x[i]));
  }
  return h;
}

u64 single_precision(u64 n) {
  u64 s = n * 2 + 1, h = 0;
  float sum = 0, compensation = 0, product = 1;
  for (int i = 0; i < 200; i++) {
    float v = (float)unit(&s) * (1 << i % 20);
    float y = v - compensation, t = sum + y;
    compensation = (t - sum) - y;
    sum = t;
    product *= 1 + v / 1048576.0f;
    float poly = ((v * 0.125f + 1.5f) * v - 2.25f) * v + 0.5f;
    h = mix(h, fbits(poly) ^ fbits(__builtin_sqrtf(v < 0 ? -v : v)));
  }
  return mix(mix(h, fbits(sum)), fbits(product));
}

u64 conversions(u64 n) {
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 100; i++) {
    u64 v = next(&s) >> (i % 64);
    double d = (double)(i64)v, u = (double)v;
    float f = (float)(i64)v, g = (float)(u32)v;
    h = mix(mix(h, bits(d)), bits(u));
    h = mix(mix(h, fbits(f)), fbits(g));
    double small = d / 1e9;
    h = mix(h, (i64)small ^ (u64)__builtin_fabs(small) ^ (i32)(small / 1e4) ^ (u32)__builtin_fabs(small / 1e4));
    h = mix(h, bits((double)(float)small) ^ fbits((float)small));
    h = mix(h, (i64)__builtin_floor(small) + (i64)__builtin_ceil(small) + (i64)__builtin_trunc(small));
    h = mix(h, __builtin_isnan(small) + 2 * (small < 0) + 4 * (small >= 1.5) + 8 * (small != small));
    h = mix(h, bits(__builtin_copysign(small, i & 1 ? -1.0 : 1.0)));
  }
  return h;
}

u64 special_values(u64 n) {
  double zero = n ? (double)(n - n) : 0.0, inf = 1 / zero, list[] = {zero, -zero, inf, -inf, 1.5, -2.25, 1e308, 5e-324};
  u64 h = 0;
  for (int i = 0; i < 8; i++)
    for (int j = 0; j < 8; j++) {
      double a = list[i], b = list[j];
      u64 r = mix(mix(mix(mix(h, bits(a + b)), bits(a - b)), bits(a * b)), bits(a / b));
      h = mix(r, (a < b) | (a <= b) << 1 | (a == b) << 2 | (a > b) << 3 | (a >= b) << 4 | (a != b) << 5);
      h = mix(h, bits(a > b ? a : b) + bits(a * b + a));
    }
  return h;
}

u64 integrate(u64 n) {
  double total = 0;
  int steps = 500 + n % 100;
  for (int i = 0; i < steps; i++) {
    double x = (i + 0.5) / steps;
    total += 4 / (1 + x * x);
  }
  return bits(total / steps);
}
