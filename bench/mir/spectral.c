/* Spectral norm of an infinite matrix, cut at the argument. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static double a (int i, int j) { return 1.0 / ((i + j) * (i + j + 1) / 2 + i + 1); }

static void times (int n, const double *v, double *out, int transposed) {
  int i, j;
  for (i = 0; i < n; i++) {
    double sum = 0;
    for (j = 0; j < n; j++) sum += (transposed ? a (j, i) : a (i, j)) * v[j];
    out[i] = sum;
  }
}

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 100, i;
  double *u = malloc (n * sizeof (double)), *v = malloc (n * sizeof (double)), *t = malloc (n * sizeof (double));
  double vbv = 0, vv = 0;
  for (i = 0; i < n; i++) u[i] = 1;
  for (i = 0; i < 10; i++) {
    times (n, u, t, 0);
    times (n, t, v, 1);
    times (n, v, t, 0);
    times (n, t, u, 1);
  }
  for (i = 0; i < n; i++) {
    vbv += u[i] * v[i];
    vv += v[i] * v[i];
  }
  printf ("%0.9f\n", sqrt (vbv / vv));
  free (u);
  free (v);
  free (t);
  return 0;
}
