/* stdlib.h, ctype.h and errno for MIR programs: what needs no host. Sorting calls its comparator as any guest code does,
   so that nothing of the host stands under the guest. */

typedef unsigned long size_t;
typedef int (*compare) (const void *, const void *);

void *malloc (size_t n);
void free (void *p);
void *memcpy (void *dest, const void *src, size_t n);

static int errno_value;
int *__errno_location (void) { return &errno_value; }

#define ERANGE 34
#define EINVAL 22

/* qsort: a merge sort, as glibc's is while memory allows: stable, and with the same order of comparisons. */

static void copy (char *d, const char *s, size_t size) {
  for (; size >= 8; size -= 8, d += 8, s += 8) *(long *) d = *(const long *) s;
  for (; size > 0; size--) *d++ = *s++;
}

static void merge_sort (char *base, size_t n, size_t size, compare cmp, char *tmp) {
  size_t n1, n2;
  char *b1, *b2, *t = tmp;
  if (n <= 1) return;
  n1 = n / 2;
  n2 = n - n1;
  b1 = base;
  b2 = base + n1 * size;
  merge_sort (b1, n1, size, cmp, tmp);
  merge_sort (b2, n2, size, cmp, tmp);
  while (n1 > 0 && n2 > 0) {
    if (cmp (b1, b2) <= 0) {
      copy (t, b1, size);
      b1 += size;
      n1--;
    } else {
      copy (t, b2, size);
      b2 += size;
      n2--;
    }
    t += size;
  }
  if (n1 > 0) memcpy (t, b1, n1 * size);
  memcpy (base, tmp, (n - n2) * size);
}

static void swap (char *a, char *b, size_t size) {
  char c;
  for (; size > 0; size--, a++, b++) {
    c = *a;
    *a = *b;
    *b = c;
  }
}

/* Without memory for a copy: heap sort, in place. */
static void heap_sort (char *base, size_t n, size_t size, compare cmp) {
  size_t start = n / 2, end = n, root, child;
  while (end > 1) {
    if (start > 0)
      start--;
    else {
      end--;
      swap (base, base + end * size, size);
    }
    for (root = start; (child = 2 * root + 1) < end; root = child) {
      if (child + 1 < end && cmp (base + child * size, base + (child + 1) * size) < 0) child++;
      if (cmp (base + root * size, base + child * size) >= 0) break;
      swap (base + root * size, base + child * size, size);
    }
  }
}

void qsort (void *base, size_t n, size_t size, compare cmp) {
  char small[1024], *tmp = small;
  size_t bytes = n * size;
  if (n < 2 || size == 0) return;
  if (bytes > sizeof (small)) {
    tmp = malloc (bytes);
    if (tmp == 0) {
      heap_sort (base, n, size, cmp);
      return;
    }
  }
  merge_sort (base, n, size, cmp, tmp);
  if (tmp != small) free (tmp);
}

void *bsearch (const void *key, const void *base, size_t n, size_t size, compare cmp) {
  size_t low = 0, high = n, mid;
  int c;
  const char *p;
  while (low < high) {
    mid = (low + high) / 2;
    p = (const char *) base + mid * size;
    c = cmp (key, p);
    if (c < 0)
      high = mid;
    else if (c > 0)
      low = mid + 1;
    else
      return (void *) p;
  }
  return 0;
}

/* rand: the additive feedback generator that glibc documents for random(), 31 words. */

static int ring[31];
static int front = 3, rear = 0, seeded = 0;

void srandom (unsigned int seed) {
  int i;
  long word;
  ring[0] = seed == 0 ? 1 : seed;
  for (i = 1; i < 31; i++) {
    word = 16807l * ring[i - 1] % 2147483647;
    if (word < 0) word += 2147483647;
    ring[i] = word;
  }
  front = 3;
  rear = 0;
  seeded = 1;
  for (i = 0; i < 310; i++) {
    ring[front] = (unsigned int) ring[front] + (unsigned int) ring[rear];
    if (++front >= 31) front = 0;
    if (++rear >= 31) rear = 0;
  }
}

long random (void) {
  unsigned int value;
  if (!seeded) srandom (1);
  value = ring[front] = (unsigned int) ring[front] + (unsigned int) ring[rear];
  if (++front >= 31) front = 0;
  if (++rear >= 31) rear = 0;
  return value >> 1;
}

int rand (void) { return random (); }
void srand (unsigned int seed) { srandom (seed); }

int rand_r (unsigned int *seed) {
  unsigned int next = *seed;
  int result;
  next = next * 1103515245u + 12345u;
  result = (next / 65536u) % 2048u;
  next = next * 1103515245u + 12345u;
  result = (result << 10) ^ (int) ((next / 65536u) % 1024u);
  next = next * 1103515245u + 12345u;
  result = (result << 10) ^ (int) ((next / 65536u) % 1024u);
  *seed = next;
  return result;
}

int abs (int n) { return n < 0 ? -(unsigned int) n : n; }
long labs (long n) { return n < 0 ? -(unsigned long) n : n; }
long long llabs (long long n) { return n < 0 ? -(unsigned long long) n : n; }

int ffs (int n) {
  int i;
  for (i = 0; i < 32; i++)
    if ((unsigned int) n >> i & 1) return i + 1;
  return 0;
}

typedef struct { int quot, rem; } div_t;
typedef struct { long quot, rem; } ldiv_t;

div_t div (int a, int b) {
  div_t r;
  r.quot = a / b;
  r.rem = a % b;
  return r;
}

ldiv_t ldiv (long a, long b) {
  ldiv_t r;
  r.quot = a / b;
  r.rem = a % b;
  return r;
}

/* Numbers from text. */

static int space (int c) { return c == ' ' || (c >= 9 && c <= 13); }

static int digit (int c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'z') return c - 'a' + 10;
  if (c >= 'A' && c <= 'Z') return c - 'A' + 10;
  return 99;
}

static unsigned long convert (const char *s, char **end, int base, int *negative, int *over) {
  const char *p = s, *start;
  unsigned long value = 0;
  int d;
  *negative = *over = 0;
  if (base < 0 || base == 1 || base > 36) {
    errno_value = EINVAL;
    if (end) *end = (char *) s;
    return 0;
  }
  while (space ((unsigned char) *p)) p++;
  if (*p == '-' || *p == '+') *negative = *p++ == '-';
  if ((base == 0 || base == 16) && p[0] == '0' && (p[1] | 32) == 'x' && digit (p[2]) < 16) {
    p += 2;
    base = 16;
  } else if (base == 0)
    base = *p == '0' ? 8 : 10;
  start = p;
  for (; (d = digit (*p)) < base; p++) {
    unsigned long next = value * base + d;
    if (value > (~0ul - d) / base) *over = 1;
    value = next;
  }
  if (end) *end = (char *) (p == start ? s : p);
  return value;
}

long strtol (const char *s, char **end, int base) {
  int negative, over;
  unsigned long v = convert (s, end, base, &negative, &over);
  if (over || v > 0x7ffffffffffffffful + negative) {
    errno_value = ERANGE;
    return negative ? (long) 0x8000000000000000ul : 0x7fffffffffffffffl;
  }
  return negative ? -v : v;
}

unsigned long strtoul (const char *s, char **end, int base) {
  int negative, over;
  unsigned long v = convert (s, end, base, &negative, &over);
  if (over) {
    errno_value = ERANGE;
    return ~0ul;
  }
  return negative ? -v : v;
}

long long strtoll (const char *s, char **end, int base) { return strtol (s, end, base); }
unsigned long long strtoull (const char *s, char **end, int base) { return strtoul (s, end, base); }
long strtoimax (const char *s, char **end, int base) { return strtol (s, end, base); }
unsigned long strtoumax (const char *s, char **end, int base) { return strtoul (s, end, base); }
long __isoc23_strtol (const char *s, char **end, int base) { return strtol (s, end, base); }
unsigned long __isoc23_strtoul (const char *s, char **end, int base) { return strtoul (s, end, base); }
int atoi (const char *s) { return strtol (s, 0, 10); }
long atol (const char *s) { return strtol (s, 0, 10); }
long long atoll (const char *s) { return strtol (s, 0, 10); }

/* ctype.h in the C locale. The table's bits are those of glibc on little-endian machines. */

#define UPPER 0x100
#define LOWER 0x200
#define ALPHA 0x400
#define DIGIT 0x800
#define XDIGIT 0x1000
#define SPACE 0x2000
#define PRINT 0x4000
#define GRAPH 0x8000
#define BLANK 0x1
#define CNTRL 0x2
#define PUNCT 0x4
#define ALNUM 0x8

static unsigned short class_table[384];
static int lower_table[384], upper_table[384];
static const unsigned short *class_pointer;
static const int *lower_pointer, *upper_pointer;

static void fill_tables (void) {
  int c, bits;
  for (c = -128; c < 256; c++) {
    bits = 0;
    lower_table[c + 128] = upper_table[c + 128] = c;
    if (c >= 0 && c < 128) {
      if (c >= 'A' && c <= 'Z') {
        bits |= UPPER | ALPHA | ALNUM;
        lower_table[c + 128] = c + 32;
      }
      if (c >= 'a' && c <= 'z') {
        bits |= LOWER | ALPHA | ALNUM;
        upper_table[c + 128] = c - 32;
      }
      if (c >= '0' && c <= '9') bits |= DIGIT | ALNUM | XDIGIT;
      if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')) bits |= XDIGIT;
      if (c == ' ' || (c >= 9 && c <= 13)) bits |= SPACE;
      if (c == ' ' || c == 9) bits |= BLANK;
      if (c >= 32 && c < 127) bits |= PRINT;
      if (c > 32 && c < 127) bits |= GRAPH | (bits & ALNUM ? 0 : PUNCT);
      if (c < 32 || c == 127) bits |= CNTRL;
    }
    class_table[c + 128] = bits;
  }
  class_pointer = class_table + 128;
  lower_pointer = lower_table + 128;
  upper_pointer = upper_table + 128;
}

const unsigned short **__ctype_b_loc (void) {
  if (class_pointer == 0) fill_tables ();
  return &class_pointer;
}

const int **__ctype_tolower_loc (void) {
  if (class_pointer == 0) fill_tables ();
  return &lower_pointer;
}

const int **__ctype_toupper_loc (void) {
  if (class_pointer == 0) fill_tables ();
  return &upper_pointer;
}

static int has (int c, int bits) { return c >= -128 && c < 256 ? (*__ctype_b_loc ())[c] & bits : 0; }

int isalnum (int c) { return has (c, ALNUM); }
int isalpha (int c) { return has (c, ALPHA); }
int isblank (int c) { return has (c, BLANK); }
int iscntrl (int c) { return has (c, CNTRL); }
int isdigit (int c) { return has (c, DIGIT); }
int isgraph (int c) { return has (c, GRAPH); }
int islower (int c) { return has (c, LOWER); }
int isprint (int c) { return has (c, PRINT); }
int ispunct (int c) { return has (c, PUNCT); }
int isspace (int c) { return has (c, SPACE); }
int isupper (int c) { return has (c, UPPER); }
int isxdigit (int c) { return has (c, XDIGIT); }
int isascii (int c) { return (c & ~127) == 0; }
int toascii (int c) { return c & 127; }
int tolower (int c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; }
int toupper (int c) { return c >= 'a' && c <= 'z' ? c - 32 : c; }
