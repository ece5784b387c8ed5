#include "corpus.h"

static char page[2048];
static void write_text(u64 seed) {
  u64 s = seed * 2 + 1;
  for (int i = 0; i < 2047; i++) page[i] = "abcd efgh"[next(&s) % 9];
  page[2047] = 0;
}
static int length(const char *s) {
  int n = 0;
  while (s[n]) n++;
  return n;
}

u64 base64(u64 n) {
  static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  u8 raw[300], back[300];
  char out[404];
  u64 s = n * 2 + 1, h = 0;
  int count = 200 + n % 100, at = 0;
  for (int i = 0; i < count; i++) raw[i] = next(&s) >> 9;
  for (int i = 0; i < count; i += 3) {
    u32 v = raw[i] << 16 | (i + 1 < count ? raw[i + 1] << 8 : 0) | (i + 2 < count ? raw[i + 2] : 0);
    out[at++] = alphabet[v >> 18];
    out[at++] = alphabet[v >> 12 & 63];
    out[at++] = i + 1 < count ? alphabet[v >> 6 & 63] : '=';
    out[at++] = i + 2 < count ? alphabet[v & 63] : '=';
  }
  int bytes = 0;
  for (int i = 0; i < at; i += 4) {
    u32 v = 0;
    for (int k = 0; k < 4; k++) {
      char c = out[i + k];
      u32 d = c >= 'A' && c <= 'Z' ? c - 'A' : c >= 'a' && c <= 'z' ? c - 'a' + 26 : c >= '0' && c <= '9' ? c - '0' + 52
              : c == '+' ? 62 : c == '/' ? 63 : 0;
      v = v << 6 | d;
    }
    back[bytes++] = v >> 16;
    if (out[i + 2] != '=') back[bytes++] = v >> 8;
    if (out[i + 3] != '=') back[bytes++] = v;
  }
  for (int i = 0; i < at; i++) h = mix(h, out[i]);
  for (int i = 0; i < count; i++) h = mix(h, raw[i] == back[i]);
  return mix(h, bytes);
}

u64 knuth_morris_pratt(u64 n) {
  write_text(n);
  const char *needle = n % 2 ? "ab" : "d e";
  int m = length(needle), fail[8] = {0}, found = 0;
  for (int i = 1, k = 0; i < m; i++) {
    while (k && needle[i] != needle[k]) k = fail[k - 1];
    if (needle[i] == needle[k]) k++;
    fail[i] = k;
  }
  u64 h = 0;
  for (int i = 0, k = 0; page[i]; i++) {
    while (k && page[i] != needle[k]) k = fail[k - 1];
    if (page[i] == needle[k]) k++;
    if (k == m) {
      h = mix(h, i);
      found++;
      k = fail[k - 1];
    }
  }
  return mix(h, found);
}

u64 horspool(u64 n) {
  write_text(n);
  const char *needle = "ce";
  int m = length(needle), skip[256];
  for (int i = 0; i < 256; i++) skip[i] = m;
  for (int i = 0; i < m - 1; i++) skip[(u8)needle[i]] = m - 1 - i;
  u64 h = 0;
  for (int at = 0; at + m <= 2047; at += skip[(u8)page[at + m - 1]]) {
    int k = m;
    while (k > 0 && page[at + k - 1] == needle[k - 1]) k--;
    if (k == 0) h = mix(h, at);
  }
  return h;
}

u64 levenshtein(u64 n) {
  write_text(n);
  enum { L = 60 };
  const char *x = page, *y = page + 100;
  u16 row[L + 1];
  for (int j = 0; j <= L; j++) row[j] = j;
  for (int i = 1; i <= L; i++) {
    u16 diagonal = row[0];
    row[0] = i;
    for (int j = 1; j <= L; j++) {
      u16 up = row[j], best = diagonal + (x[i - 1] != y[j - 1]);
      if (up + 1 < best) best = up + 1;
      if (row[j - 1] + 1 < best) best = row[j - 1] + 1;
      diagonal = up;
      row[j] = best;
    }
  }
  return row[L];
}

static int wildcard(const char *p, const char *s) {
  for (; *p; p++, s++) {
    if (*p == '*') {
      for (const char *t = s;; t++) {
        if (wildcard(p + 1, t)) return 1;
        if (!*t) return 0;
      }
    }
    if (!*s || (*p != '?' && *p != *s)) return 0;
  }
  return !*s;
}
u64 wildcards(u64 n) {
  write_text(n);
  static const char *patterns[] = {"*", "a*", "*b*c*", "?*d*e?*", "*aa*bb*", "abc", "*ab*cd*ef*"};
  page[120] = 0;
  u64 h = 0;
  for (int i = 0; i < 7; i++) h = h << 1 | wildcard(patterns[i], page);
  return h;
}

static char *number(i64 v, char *to, int base) {
  char back[70];
  int k = 0;
  u64 u = v < 0 ? -(u64)v : v;
  do back[k++] = "0123456789abcdefghijklmnopqrstuvwxyz"[u % base];
  while (u /= base);
  if (v < 0) *to++ = '-';
  while (k) *to++ = back[--k];
  *to = 0;
  return to;
}
static i64 parse(const char *s, int base) {
  int negative = *s == '-';
  u64 v = 0;
  for (s += negative; *s; s++) v = v * base + (*s <= '9' ? *s - '0' : *s - 'a' + 10);
  return negative ? -v : v;
}
u64 number_text(u64 n) {
  u64 s = n * 2 + 1, h = 0;
  char text[72];
  for (int i = 0; i < 40; i++) {
    i64 v = (i64)next(&s) >> (i % 60);
    int base = 2 + i % 35;
    char *end = number(v, text, base);
    h = mix(h, parse(text, base) == v);
    for (char *p = text; p < end; p++) h = mix(h, *p);
  }
  return h;
}

u64 utf8(u64 n) {
  u8 text[400];
  u64 s = n * 2 + 1, h = 0;
  int at = 0;
  while (at < 390) {
    u32 c = next(&s) >> (43 + next(&s) % 14);
    if (c > 0x10ffff) c %= 0x110000;
    if (c < 0x80) text[at++] = c;
    else if (c < 0x800) text[at++] = 0xc0 | c >> 6, text[at++] = 0x80 | (c & 63);
    else if (c < 0x10000) text[at++] = 0xe0 | c >> 12, text[at++] = 0x80 | (c >> 6 & 63), text[at++] = 0x80 | (c & 63);
    else
      text[at++] = 0xf0 | c >> 18, text[at++] = 0x80 | (c >> 12 & 63), text[at++] = 0x80 | (c >> 6 & 63),
      text[at++] = 0x80 | (c & 63);
  }
  for (int i = 0; i < at;) {
    u32 c = text[i++];
    int more = c < 0x80 ? 0 : c < 0xe0 ? 1 : c < 0xf0 ? 2 : 3;
    if (more) c &= 0x3f >> more;
    while (more--) c = c << 6 | (text[i++] & 63);
    h = mix(h, c);
  }
  return h;
}

static const char *cursor;
static i64 sum(void);
static i64 factor(void) {
  i64 v = 0;
  if (*cursor == '(') {
    cursor++;
    v = sum();
    cursor++;
    return v;
  }
  if (*cursor == '-') {
    cursor++;
    return -factor();
  }
  while (*cursor >= '0' && *cursor <= '9') v = v * 10 + *cursor++ - '0';
  return v;
}
static i64 product(void) {
  i64 v = factor();
  for (;;) {
    char c = *cursor;
    if (c == '*') cursor++, v *= factor();
    else if (c == '/') {
      cursor++;
      i64 d = factor();
      v = d ? v / d : 0;
    } else if (c == '%') {
      cursor++;
      i64 d = factor();
      v = d ? v % d : 0;
    } else return v;
  }
}
static i64 sum(void) {
  i64 v = product();
  for (;;) {
    if (*cursor == '+') cursor++, v += product();
    else if (*cursor == '-') cursor++, v -= product();
    else return v;
  }
}
u64 calculator(u64 n) {
  static const char *expressions[] = {"1+2*3", "-(4-10)*7/2", "((((1))))-2-3", "1000000007*998244353%1234567", "8/3/2-9%4", "5/0+3"};
  u64 h = n;
  for (int i = 0; i < 6; i++) {
    cursor = expressions[i];
    h = mix(h, sum());
  }
  return h;
}
