/* What native-sort.mir calls of the C library. */
void qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
