/* Products of integer matrices. Argument: repetitions. */
#include <stdio.h>
#include <stdlib.h>

#define SIZE 30

static int **make (void) {
  int **m = malloc (SIZE * sizeof (int *)), i, j, count = 1;
  for (i = 0; i < SIZE; i++) {
    m[i] = malloc (SIZE * sizeof (int));
    for (j = 0; j < SIZE; j++) m[i][j] = count++;
  }
  return m;
}

static void multiply (int **a, int **b, int **out) {
  int i, j, k, sum;
  for (i = 0; i < SIZE; i++)
    for (j = 0; j < SIZE; j++) {
      sum = 0;
      for (k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
      out[i][j] = sum;
    }
}

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 10, i;
  int **a = make (), **b = make (), **c = make ();
  for (i = 0; i < n; i++) multiply (a, b, c);
  printf ("%d %d %d %d\n", c[0][0], c[2][3], c[3][2], c[4][4]);
  return 0;
}
