/* Calls through function pointers in objects. Argument: calls. */
#include <stdio.h>
#include <stdlib.h>

struct toggle {
  int state;
  int (*value) (struct toggle *);
  struct toggle *(*activate) (struct toggle *);
};

struct counter {
  struct toggle base;
  int max, count;
};

static int value (struct toggle *t) { return t->state; }

static struct toggle *flip (struct toggle *t) {
  t->state = !t->state;
  return t;
}

static struct toggle *count (struct toggle *t) {
  struct counter *c = (struct counter *) t;
  if (++c->count >= c->max) {
    t->state = !t->state;
    c->count = 0;
  }
  return t;
}

int main (int argc, char **argv) {
  int n = argc > 1 ? atoi (argv[1]) : 1000, i, v = 1;
  struct toggle *t = malloc (sizeof (struct toggle));
  struct counter *c = malloc (sizeof (struct counter));
  t->state = 1;
  t->value = value;
  t->activate = flip;
  for (i = 0; i < n; i++) v = t->activate (t)->value (t);
  printf ("%s\n", v ? "true" : "false");
  c->base = *t;
  c->base.activate = count;
  c->max = 3;
  c->count = 0;
  for (i = 0; i < n; i++) v = c->base.activate (&c->base)->value (&c->base);
  printf ("%s\n", v ? "true" : "false");
  return 0;
}
