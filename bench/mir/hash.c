/* A hash table of strings with chains: numbers in two bases are counted. Argument: how many. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct node { struct node *next; char *key; int value; };

static struct node **table;
static unsigned int size;

static unsigned int hash_of (const char *s) {
  unsigned int h = 5381;
  while (*s) h = h * 33 + (unsigned char) *s++;
  return h;
}

static struct node *find (const char *key, int insert) {
  struct node **at = &table[hash_of (key) & (size - 1)], *n;
  for (n = *at; n != NULL; n = n->next)
    if (strcmp (n->key, key) == 0) return n;
  if (!insert) return NULL;
  n = malloc (sizeof (struct node));
  n->key = strdup (key);
  n->value = 0;
  n->next = *at;
  *at = n;
  return n;
}

static char *number (unsigned int v, unsigned int base, char *end) {
  *--end = 0;
  do {
    *--end = "0123456789abcdef"[v % base];
    v /= base;
  } while (v != 0);
  return end;
}

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 1000, i, count = 0;
  char buffer[40];
  for (size = 64; size < (unsigned int) n; size *= 2)
    ;
  table = calloc (size, sizeof (struct node *));
  for (i = 1; i <= n; i++) find (number (i, 16, buffer + 40), 1)->value = i;
  for (i = n; i > 0; i--)
    if (find (number (i, 10, buffer + 40), 0) != NULL) count++;
  printf ("%d\n", count);
  return 0;
}
