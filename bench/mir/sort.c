/* Heap sort of random doubles. Argument: how many. */
#include <stdio.h>
#include <stdlib.h>

static unsigned int seed = 42;

static double next (void) {
  seed = seed * 1103515245u + 12345u;
  return (seed >> 8) / 16777216.0;
}

static void sort (int n, double *a) {
  int start = n / 2, end = n, root, child;
  double v;
  for (;;) {
    if (start > 0)
      v = a[--start];
    else {
      if (--end <= 0) return;
      v = a[end];
      a[end] = a[0];
    }
    for (root = start; (child = 2 * root + 1) < end; root = child) {
      if (child + 1 < end && a[child] < a[child + 1]) child++;
      if (v >= a[child]) break;
      a[root] = a[child];
    }
    a[root] = v;
  }
}

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 1000, i;
  double *a = malloc (n * sizeof (double));
  for (i = 0; i < n; i++) a[i] = next ();
  sort (n, a);
  for (i = 1; i < n; i++)
    if (a[i - 1] > a[i]) return 1;
  printf ("%.10f %.10f\n", a[0], a[n - 1]);
  return 0;
}
