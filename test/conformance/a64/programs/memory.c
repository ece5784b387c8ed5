/* What compilers call without being asked. */
typedef unsigned long size;
void *memcpy(void *to, const void *from, size n) {
  char *d = to;
  const char *s = from;
  while (n--) *d++ = *s++;
  return to;
}
void *memset(void *to, int c, size n) {
  char *d = to;
  while (n--) *d++ = c;
  return to;
}
