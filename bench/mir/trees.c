/* Binary trees are built, walked and freed. Argument: depth. */
#include <stdio.h>
#include <stdlib.h>

struct node { struct node *left, *right; };

static struct node *build (int depth) {
  struct node *n = malloc (sizeof (struct node));
  n->left = depth > 0 ? build (depth - 1) : NULL;
  n->right = depth > 0 ? build (depth - 1) : NULL;
  return n;
}

static int walk (struct node *n) { return n->left == NULL ? 1 : 1 + walk (n->left) + walk (n->right); }

static void drop (struct node *n) {
  if (n->left != NULL) {
    drop (n->left);
    drop (n->right);
  }
  free (n);
}

int main (int argc, char **argv) {
  int depth = argc > 1 ? atoi (argv[1]) : 8, d, i, count;
  struct node *lasting = build (depth);
  for (d = 4; d <= depth; d += 4) {
    int trees = 1 << (depth - d + 4);
    count = 0;
    for (i = 0; i < trees; i++) {
      struct node *t = build (d);
      count += walk (t);
      drop (t);
    }
    printf ("%d trees of depth %d, %d nodes\n", trees, d, count);
  }
  printf ("lasting tree of depth %d, %d nodes\n", depth, walk (lasting));
  return 0;
}
