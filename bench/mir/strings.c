/* A string grows by pieces; then its words are counted. Argument: pieces. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 1000, i, words = 0;
  size_t size = 32, length = 0;
  char *text = malloc (size), *p;
  static const char *const pieces[] = {"hello ", "wide ", "and ", "wonderful ", "world\n"};
  text[0] = 0;
  for (i = 0; i < n; i++) {
    const char *piece = pieces[i % 5];
    size_t more = strlen (piece);
    if (length + more + 1 > size) text = realloc (text, size *= 2);
    strcpy (text + length, piece);
    length += more;
  }
  for (p = text; (p = strpbrk (p, " \n")) != NULL; p++) words++;
  printf ("%lu bytes, %d words, %d lines\n", (unsigned long) strlen (text), words, n / 5);
  for (i = 0, p = text; (p = strstr (p, "wonder")) != NULL; p++) i++;
  printf ("%d wonders\n", i);
  return 0;
}
