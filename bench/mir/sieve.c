/* Primes below 8192, over and over. Argument: repetitions. */
#include <stdio.h>
#include <stdlib.h>

#define SIZE 8192

static char flags[SIZE + 1];

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 10, i, k, count = 0;
  while (n-- > 0) {
    count = 0;
    for (i = 2; i <= SIZE; i++) flags[i] = 1;
    for (i = 2; i <= SIZE; i++)
      if (flags[i]) {
        for (k = i + i; k <= SIZE; k += i) flags[k] = 0;
        count++;
      }
  }
  printf ("%d primes\n", count);
  return 0;
}
