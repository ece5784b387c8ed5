/* string.h for MIR programs: compiled by MIR's own C compiler, linked in when a program imports one of these names. */

typedef unsigned long size_t;
typedef unsigned char u8;

void *memcpy (void *dest, const void *src, size_t n) {
  char *d = dest;
  const char *s = src;
  for (; n >= 8; n -= 8, d += 8, s += 8) *(long *) d = *(const long *) s;
  for (; n > 0; n--) *d++ = *s++;
  return dest;
}

void *mempcpy (void *dest, const void *src, size_t n) { return (char *) memcpy (dest, src, n) + n; }

void *memmove (void *dest, const void *src, size_t n) {
  char *d = dest;
  const char *s = src;
  if (d <= s || d >= s + n) return memcpy (dest, src, n);
  d += n;
  s += n;
  for (; n >= 8; n -= 8) {
    d -= 8;
    s -= 8;
    *(long *) d = *(const long *) s;
  }
  for (; n > 0; n--) *--d = *--s;
  return dest;
}

void *memset (void *dest, int c, size_t n) {
  char *d = dest;
  unsigned long word = (u8) c * 0x0101010101010101ul;
  for (; n >= 8; n -= 8, d += 8) *(unsigned long *) d = word;
  for (; n > 0; n--) *d++ = c;
  return dest;
}

int memcmp (const void *a, const void *b, size_t n) {
  const u8 *p = a, *q = b;
  for (; n >= 8 && *(const long *) p == *(const long *) q; n -= 8, p += 8, q += 8)
    ;
  for (; n > 0; n--, p++, q++)
    if (*p != *q) return *p - *q;
  return 0;
}

int bcmp (const void *a, const void *b, size_t n) { return memcmp (a, b, n); }
void bzero (void *p, size_t n) { memset (p, 0, n); }
void bcopy (const void *s, void *d, size_t n) { memmove (d, s, n); }

void *memchr (const void *s, int c, size_t n) {
  const u8 *p = s;
  for (; n > 0; n--, p++)
    if (*p == (u8) c) return (void *) p;
  return 0;
}

void *memrchr (const void *s, int c, size_t n) {
  const u8 *p = (const u8 *) s + n;
  for (; n > 0; n--)
    if (*--p == (u8) c) return (void *) p;
  return 0;
}

void *rawmemchr (const void *s, int c) {
  const u8 *p = s;
  while (*p != (u8) c) p++;
  return (void *) p;
}

void *memmem (const void *hay, size_t hn, const void *needle, size_t nn) {
  const u8 *h = hay, *n = needle;
  size_t i;
  if (nn == 0) return (void *) h;
  if (nn > hn) return 0;
  for (i = 0; i <= hn - nn; i++)
    if (h[i] == n[0] && memcmp (h + i, n, nn) == 0) return (void *) (h + i);
  return 0;
}

#define ONES 0x0101010101010101ul
#define HIGHS 0x8080808080808080ul
/* True if a word has a zero byte. Words are read where they are aligned, so they never reach into another page. */
#define HAS_ZERO(w) (((w) - ONES) & ~(w) & HIGHS)

size_t strlen (const char *s) {
  const char *p = s;
  unsigned long w;
  for (; ((unsigned long) p & 7) != 0; p++)
    if (*p == 0) return p - s;
  for (;; p += 8) {
    w = *(const unsigned long *) p;
    if (HAS_ZERO (w)) break;
  }
  while (*p) p++;
  return p - s;
}

size_t strnlen (const char *s, size_t n) {
  size_t i;
  for (i = 0; i < n && s[i]; i++)
    ;
  return i;
}

char *strcpy (char *dest, const char *src) {
  char *d = dest;
  while ((*d++ = *src++))
    ;
  return dest;
}

char *stpcpy (char *d, const char *s) {
  while ((*d = *s)) {
    d++;
    s++;
  }
  return d;
}

char *strncpy (char *dest, const char *src, size_t n) {
  size_t i;
  for (i = 0; i < n && src[i]; i++) dest[i] = src[i];
  for (; i < n; i++) dest[i] = 0;
  return dest;
}

char *strcat (char *dest, const char *src) {
  strcpy (dest + strlen (dest), src);
  return dest;
}

char *strncat (char *dest, const char *src, size_t n) {
  char *d = dest + strlen (dest);
  for (; n > 0 && *src; n--) *d++ = *src++;
  *d = 0;
  return dest;
}

int strcmp (const char *a, const char *b) {
  while (*a && *a == *b) {
    a++;
    b++;
  }
  return (u8) *a - (u8) *b;
}

int strcoll (const char *a, const char *b) { return strcmp (a, b); }

int strncmp (const char *a, const char *b, size_t n) {
  for (; n > 0; n--, a++, b++)
    if (*a != *b || *a == 0) return (u8) *a - (u8) *b;
  return 0;
}

static int lower (int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }

int strcasecmp (const char *a, const char *b) {
  while (*a && lower ((u8) *a) == lower ((u8) *b)) {
    a++;
    b++;
  }
  return lower ((u8) *a) - lower ((u8) *b);
}

int strncasecmp (const char *a, const char *b, size_t n) {
  for (; n > 0; n--, a++, b++)
    if (lower ((u8) *a) != lower ((u8) *b) || *a == 0) return lower ((u8) *a) - lower ((u8) *b);
  return 0;
}

char *strchr (const char *s, int c) {
  unsigned long all = (u8) c * ONES, w;
  for (; ((unsigned long) s & 7) != 0; s++) {
    if (*s == (char) c) return (char *) s;
    if (*s == 0) return 0;
  }
  for (;; s += 8) {
    w = *(const unsigned long *) s;
    if (HAS_ZERO (w)) break;
    w ^= all;
    if (HAS_ZERO (w)) break;
  }
  for (;; s++) {
    if (*s == (char) c) return (char *) s;
    if (*s == 0) return 0;
  }
}

char *strchrnul (const char *s, int c) {
  while (*s && *s != (char) c) s++;
  return (char *) s;
}

char *strrchr (const char *s, int c) {
  const char *last = 0;
  for (;; s++) {
    if (*s == (char) c) last = s;
    if (*s == 0) return (char *) last;
  }
}

char *index (const char *s, int c) { return strchr (s, c); }
char *rindex (const char *s, int c) { return strrchr (s, c); }

size_t strspn (const char *s, const char *accept) {
  size_t n = 0;
  while (s[n] && strchr (accept, s[n])) n++;
  return n;
}

size_t strcspn (const char *s, const char *reject) {
  size_t n = 0;
  char a = reject[0], b = a == 0 ? 0 : reject[1];
  if (b == 0 || reject[2] == 0) {
    /* One or two characters, by far the most common. */
    if (b == 0) b = a;
    for (; s[n] && s[n] != a && s[n] != b; n++)
      ;
    return n;
  }
  while (s[n] && !strchr (reject, s[n])) n++;
  return n;
}

char *strpbrk (const char *s, const char *accept) {
  s += strcspn (s, accept);
  return *s ? (char *) s : 0;
}

char *strstr (const char *hay, const char *needle) {
  size_t n = strlen (needle);
  if (n == 0) return (char *) hay;
  for (; (hay = strchr (hay, *needle)) != 0; hay++)
    if (strncmp (hay, needle, n) == 0) return (char *) hay;
  return 0;
}

char *strtok_r (char *s, const char *delim, char **save) {
  char *end;
  if (s == 0) s = *save;
  if (s == 0) return 0;
  s += strspn (s, delim);
  if (*s == 0) {
    *save = s;
    return 0;
  }
  end = s + strcspn (s, delim);
  if (*end) *end++ = 0;
  *save = end;
  return s;
}

static char *strtok_state;

char *strtok (char *s, const char *delim) { return strtok_r (s, delim, &strtok_state); }

char *strsep (char **sp, const char *delim) {
  char *s = *sp, *end;
  if (s == 0) return 0;
  end = s + strcspn (s, delim);
  if (*end)
    *end++ = 0;
  else
    end = 0;
  *sp = end;
  return s;
}

size_t strxfrm (char *dest, const char *src, size_t n) {
  size_t len = strlen (src);
  if (n > 0) {
    strncpy (dest, src, n - 1);
    dest[n - 1] = 0;
  }
  return len;
}
