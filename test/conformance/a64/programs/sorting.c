#include "corpus.h"

#define N 512
static i64 a[N], b[N];

static void fill(u64 seed) {
  u64 s = seed * 2 + 1;
  for (int i = 0; i < N; i++) a[i] = (i64)next(&s) >> (i % 48);
}
static u64 digest(void) {
  u64 h = 0;
  for (int i = 0; i < N; i++) h = mix(h, a[i]);
  for (int i = 1; i < N; i++)
    if (a[i - 1] > a[i]) h = mix(h, i);
  return h;
}

static void quick(i64 *v, int lo, int hi) {
  while (lo < hi) {
    i64 p = v[(lo + hi) / 2];
    int i = lo, j = hi;
    while (i <= j) {
      while (v[i] < p) i++;
      while (v[j] > p) j--;
      if (i <= j) {
        i64 t = v[i];
        v[i++] = v[j];
        v[j--] = t;
      }
    }
    if (j - lo < hi - i) {
      quick(v, lo, j);
      lo = i;
    } else {
      quick(v, i, hi);
      hi = j;
    }
  }
}
u64 quicksort(u64 n) {
  fill(n);
  quick(a, 0, N - 1);
  return digest();
}

static void sift(i64 *v, int root, int end) {
  for (;;) {
    int child = 2 * root + 1;
    if (child >= end) return;
    if (child + 1 < end && v[child] < v[child + 1]) child++;
    if (v[root] >= v[child]) return;
    i64 t = v[root];
    v[root] = v[child];
    v[child] = t;
    root = child;
  }
}
u64 heapsort(u64 n) {
  fill(n);
  for (int i = N / 2 - 1; i >= 0; i--) sift(a, i, N);
  for (int end = N - 1; end > 0; end--) {
    i64 t = a[0];
    a[0] = a[end];
    a[end] = t;
    sift(a, 0, end);
  }
  return digest();
}

u64 mergesort(u64 n) {
  fill(n);
  for (int width = 1; width < N; width *= 2) {
    for (int lo = 0; lo < N; lo += 2 * width) {
      int mid = lo + width < N ? lo + width : N, hi = lo + 2 * width < N ? lo + 2 * width : N;
      int i = lo, j = mid;
      for (int k = lo; k < hi; k++) b[k] = i < mid && (j >= hi || a[i] <= a[j]) ? a[i++] : a[j++];
    }
    for (int k = 0; k < N; k++) a[k] = b[k];
  }
  return digest();
}

u64 insertion_sort(u64 n) {
  fill(n);
  for (int i = 1; i < N; i++) {
    i64 v = a[i];
    int j = i;
    for (; j > 0 && a[j - 1] > v; j--) a[j] = a[j - 1];
    a[j] = v;
  }
  return digest();
}

u64 shell_sort(u64 n) {
  fill(n);
  for (int gap = N / 2; gap > 0; gap /= 2)
    for (int i = gap; i < N; i++) {
      i64 v = a[i];
      int j = i;
      for (; j >= gap && a[j - gap] > v; j -= gap) a[j] = a[j - gap];
      a[j] = v;
    }
  return digest();
}

u64 radix_sort(u64 n) {
  fill(n);
  for (int shift = 0; shift < 64; shift += 8) {
    u32 count[257] = {0};
    for (int i = 0; i < N; i++) count[((u64)a[i] >> shift & 255) + 1]++;
    if (shift == 56) {
      /* The sign comes first. */
      u32 negative = 0, at = 0;
      for (int i = 128; i < 256; i++) negative += count[i + 1];
      u32 first[256];
      at = negative;
      for (int i = 0; i < 128; i++) first[i] = at, at += count[i + 1];
      at = 0;
      for (int i = 128; i < 256; i++) first[i] = at, at += count[i + 1];
      for (int i = 0; i < N; i++) b[first[(u64)a[i] >> 56]++] = a[i];
    } else {
      for (int i = 0; i < 256; i++) count[i + 1] += count[i];
      for (int i = 0; i < N; i++) b[count[(u64)a[i] >> shift & 255]++] = a[i];
    }
    for (int i = 0; i < N; i++) a[i] = b[i];
  }
  return digest();
}

typedef int (*compare)(const void *, const void *);
static int backwards(const void *x, const void *y) {
  i64 p = *(const i64 *)x, q = *(const i64 *)y;
  return p < q ? 1 : p > q ? -1 : 0;
}
static int by_bytes(const void *x, const void *y) {
  const u8 *p = x, *q = y;
  for (int i = 0; i < 8; i++)
    if (p[i] != q[i]) return p[i] - q[i];
  return 0;
}
static compare order[] = {backwards, by_bytes};
u64 sort_with_callback(u64 n) {
  fill(n);
  compare c = order[n % 2];
  for (int i = 1; i < N; i++)
    for (int j = i; j > 0 && c(&a[j - 1], &a[j]) > 0; j--) {
      i64 t = a[j];
      a[j] = a[j - 1];
      a[j - 1] = t;
    }
  return digest();
}
