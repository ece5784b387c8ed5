/* Doubly linked lists: build, copy, move, reverse, compare. Argument: repetitions. */
#include <stdio.h>
#include <stdlib.h>

#define LENGTH 1000

struct item { struct item *next, *prev; int value; };

static void init (struct item *l) { l->next = l->prev = l; }

static void put (struct item *after, struct item *i) {
  i->next = after->next;
  i->prev = after;
  after->next->prev = i;
  after->next = i;
}

static struct item *take (struct item *i) {
  i->prev->next = i->next;
  i->next->prev = i->prev;
  return i;
}

static struct item *fresh (int value) {
  struct item *i = malloc (sizeof (struct item));
  i->value = value;
  return i;
}

static void reverse (struct item *l) {
  struct item *i = l;
  do {
    struct item *next = i->next;
    i->next = i->prev;
    i->prev = next;
    i = next;
  } while (i != l);
}

static int run (void) {
  struct item a, b, c, *i, *j;
  int n, equal = 1;
  init (&a);
  init (&b);
  init (&c);
  for (n = 1; n <= LENGTH; n++) put (a.prev, fresh (n));
  for (i = a.next; i != &a; i = i->next) put (b.prev, fresh (i->value));
  while (b.next != &b) put (c.prev, take (b.next));
  while (c.next != &c) put (b.prev, take (c.prev));
  reverse (&a);
  for (i = a.next, j = b.next; i != &a && j != &b; i = i->next, j = j->next) equal &= i->value == j->value;
  n = 0;
  while (a.next != &a) {
    n++;
    free (take (a.next));
  }
  while (b.next != &b) free (take (b.next));
  return equal ? n : 0;
}

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 3, result = 0;
  while (n-- > 0) result = run ();
  printf ("%d\n", result);
  return 0;
}
