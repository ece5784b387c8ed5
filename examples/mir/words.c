/* Counts the words of standard input and prints the most frequent ones: `c2m -S words.c` makes words.mir. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct word { char *text; int count; };

static struct word *words;
static int used, room;

static void add (const char *text) {
  int i;
  for (i = 0; i < used; i++)
    if (strcmp (words[i].text, text) == 0) {
      words[i].count++;
      return;
    }
  if (used == room) {
    room = room == 0 ? 16 : room * 2;
    words = realloc (words, room * sizeof (struct word));
  }
  words[used].text = strdup (text);
  words[used++].count = 1;
}

static int by_count (const void *a, const void *b) {
  const struct word *p = a, *q = b;
  return p->count != q->count ? q->count - p->count : strcmp (p->text, q->text);
}

int main (int argc, char **argv) {
  int most = argc > 1 ? atoi (argv[1]) : 5, c, i, n = 0;
  char text[64];
  while ((c = getchar ()) != EOF) {
    if (isalpha (c) && n < 63)
      text[n++] = tolower (c);
    else if (n > 0) {
      text[n] = 0;
      add (text);
      n = 0;
    }
  }
  qsort (words, used, sizeof (struct word), by_count);
  for (i = 0; i < most && i < used; i++) printf ("%4d %s\n", words[i].count, words[i].text);
  return used == 0;
}
