/* malloc for MIR programs: size classes on free lists, with a checked header in front of every block.

   A block's header holds its class and a mark that depends on its address; freeing an address that is none of ours, or
   twice, is found out and ends the program. Blocks are reused within their class and never moved. */

typedef unsigned long size_t;

void *__viv_sbrk (long bytes);
void __viv_fail (const char *message);
void *memcpy (void *dest, const void *src, size_t n);
void *memset (void *dest, int c, size_t n);

struct header {
  unsigned int cls;  /* size class */
  unsigned int mark; /* USED or FREED, mixed with the address */
  struct header *next;
};

#define HEADER 16
#define USED 0x5ea1ed01u
#define FREED 0xf4eed002u
#define MIX(h) ((unsigned int) ((unsigned long) (h) >> 4) * 2654435761u)

/* Classes 0..63: multiples of 16 up to 1024; from there four classes for each doubling. */
#define SMALL 64
#define CLASSES 192
#define CHUNK (256 * 1024l)

static struct header *free_list[CLASSES];
static char *top, *end;

static unsigned int class_of (size_t n) {
  unsigned int shift = 0;
  size_t quarter;
  if (n <= 1024) return n == 0 ? 0 : (n - 1) >> 4;
  n = n - 1;
  while ((n >> shift) >= 8) shift++;
  /* n >> shift is 4..7: the quarter within its power of two */
  quarter = n >> shift;
  return SMALL + (shift - 8) * 4 + (quarter - 4);
}

static size_t class_size (unsigned int cls) {
  if (cls < SMALL) return (cls + 1ul) << 4;
  cls -= SMALL;
  return (size_t) (5 + (cls & 3)) << (8 + (cls >> 2));
}

static struct header *fresh (unsigned int cls, size_t size) {
  struct header *h;
  size_t need = size + HEADER;
  if (top == 0 || need > (size_t) (end - top)) {
    long grow = need + 16 > CHUNK ? (long) ((need + 16 + 4095) & ~4095ul) : CHUNK;
    char *at = __viv_sbrk (grow);
    if (at == (char *) -1) return 0;
    if (at != end) top = (char *) (((unsigned long) at + 15) & ~15ul);
    end = at + grow;
  }
  h = (struct header *) top;
  top += need;
  h->cls = cls;
  return h;
}

void *malloc (size_t n) {
  unsigned int cls;
  struct header *h;
  if (n > 0xf0000000ul) return 0;
  cls = class_of (n);
  h = free_list[cls];
  if (h != 0) {
    if (h->mark != (FREED ^ MIX (h)) || h->cls != cls) __viv_fail ("malloc(): corrupted free list");
    free_list[cls] = h->next;
  } else {
    h = fresh (cls, class_size (cls));
    if (h == 0) return 0;
  }
  h->mark = USED ^ MIX (h);
  return (char *) h + HEADER;
}

static struct header *check (void *p, const char *message) {
  struct header *h = (struct header *) ((char *) p - HEADER);
  if (((unsigned long) p & 15) != 0 || h->mark != (USED ^ MIX (h)) || h->cls >= CLASSES) __viv_fail (message);
  return h;
}

void free (void *p) {
  struct header *h;
  if (p == 0) return;
  h = check (p, "free(): invalid pointer");
  h->mark = FREED ^ MIX (h);
  h->next = free_list[h->cls];
  free_list[h->cls] = h;
}

void cfree (void *p) { free (p); }

void *calloc (size_t n, size_t size) {
  size_t bytes = n * size;
  void *p;
  if (size != 0 && bytes / size != n) return 0;
  p = malloc (bytes);
  if (p != 0) memset (p, 0, bytes);
  return p;
}

void *realloc (void *p, size_t n) {
  struct header *h;
  size_t old;
  void *q;
  if (p == 0) return malloc (n);
  h = check (p, "realloc(): invalid pointer");
  if (n == 0) {
    free (p);
    return 0;
  }
  old = class_size (h->cls);
  if (n <= old && (n > old / 2 || old <= 64)) return p;
  q = malloc (n);
  if (q == 0) return 0;
  memcpy (q, p, old < n ? old : n);
  free (p);
  return q;
}

void *reallocarray (void *p, size_t n, size_t size) {
  size_t bytes = n * size;
  if (size != 0 && bytes / size != n) return 0;
  return realloc (p, bytes);
}

size_t malloc_usable_size (void *p) { return p == 0 ? 0 : class_size (check (p, "malloc_usable_size(): invalid pointer")->cls); }

/* Blocks are aligned to 16; more than that is had by a second header in front of the aligned address. */
void *memalign (size_t align, size_t n) {
  char *p, *q;
  struct header *h;
  if (align <= 16) return malloc (n);
  if ((align & (align - 1)) != 0 || align > (1ul << 24)) return 0;
  p = malloc (n + align + HEADER);
  if (p == 0) return 0;
  q = (char *) (((unsigned long) p + align - 1) & ~(align - 1));
  if (q == p) return p;
  /* The part in front is lost until the end: aligned blocks go to a class that fits behind it. */
  h = (struct header *) (q - HEADER);
  h->cls = class_of ((class_size (((struct header *) (p - HEADER))->cls) - (q - p)) * 4 / 5);
  while (h->cls > 0 && class_size (h->cls) > class_size (((struct header *) (p - HEADER))->cls) - (q - p)) h->cls--;
  h->mark = USED ^ MIX (h);
  return q;
}

void *aligned_alloc (size_t align, size_t n) { return memalign (align, n); }

int posix_memalign (void **out, size_t align, size_t n) {
  void *p = memalign (align < 16 ? 16 : align, n);
  if (p == 0) return 12;
  *out = p;
  return 0;
}

char *strdup (const char *s) {
  size_t n = 0;
  char *p;
  while (s[n]) n++;
  p = malloc (n + 1);
  return p == 0 ? 0 : memcpy (p, s, n + 1);
}

char *strndup (const char *s, size_t most) {
  size_t n = 0;
  char *p;
  while (n < most && s[n]) n++;
  p = malloc (n + 1);
  if (p == 0) return 0;
  memcpy (p, s, n);
  p[n] = 0;
  return p;
}
