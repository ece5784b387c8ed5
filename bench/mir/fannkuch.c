/* Pancake flips over all permutations. Argument: length. */
#include <stdio.h>
#include <stdlib.h>

#define MAX 12

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 7;
  int p[MAX], q[MAX], count[MAX], i, r = n, flips, most = 0, sum = 0, sign = 1;
  if (n < 2 || n > MAX) return 2;
  for (i = 0; i < n; i++) p[i] = i;
  for (;;) {
    for (; r != 1; r--) count[r - 1] = r;
    for (i = 0; i < n; i++) q[i] = p[i];
    for (flips = 0; q[0] != 0; flips++) {
      int low = 0, high = q[0], t;
      for (; low < high; low++, high--) {
        t = q[low];
        q[low] = q[high];
        q[high] = t;
      }
    }
    if (flips > most) most = flips;
    sum += sign * flips;
    sign = -sign;
    for (;;) {
      int first;
      if (r == n) {
        printf ("%d\nPfannkuchen(%d) = %d\n", sum, n, most);
        return 0;
      }
      first = p[0];
      for (i = 0; i < r; i++) p[i] = p[i + 1];
      p[r] = first;
      if (--count[r] > 0) break;
      r++;
    }
  }
}
