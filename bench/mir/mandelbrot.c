/* Points of the Mandelbrot set on a square grid. Argument: side of the grid. */
#include <stdio.h>
#include <stdlib.h>

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 100, x, y, i;
  unsigned int hash = 0;
  long inside = 0;
  for (y = 0; y < n; y++) {
    double ci = 2.0 * y / n - 1.0;
    for (x = 0; x < n; x++) {
      double cr = 2.0 * x / n - 1.5, zr = 0, zi = 0, tr = 0, ti = 0;
      for (i = 0; i < 50 && tr + ti <= 4.0; i++) {
        zi = 2.0 * zr * zi + ci;
        zr = tr - ti + cr;
        tr = zr * zr;
        ti = zi * zi;
      }
      hash = hash * 31 + i;
      if (i == 50) inside++;
    }
  }
  printf ("%ld %08x\n", inside, hash);
  return 0;
}
