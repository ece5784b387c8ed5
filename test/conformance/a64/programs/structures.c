#include "corpus.h"

struct node {
  struct node *left, *right;
  i64 key, count;
};
static struct node pool[300];
static int used;
static struct node *insert(struct node *t, i64 key) {
  if (!t) {
    t = &pool[used++];
    *t = (struct node){0, 0, key, 1};
  } else if (key == t->key) t->count++;
  else if (key < t->key) t->left = insert(t->left, key);
  else t->right = insert(t->right, key);
  return t;
}
static u64 walk(struct node *t, int depth) {
  return t ? mix(mix(walk(t->left, depth + 1), t->key * depth + t->count), walk(t->right, depth + 1)) : 0;
}
u64 binary_tree(u64 n) {
  u64 s = n * 2 + 1;
  struct node *root = 0;
  used = 0;
  for (int i = 0; i < 250; i++) root = insert(root, next(&s) % 200);
  return walk(root, 1);
}

struct cell {
  struct cell *next;
  u64 value;
};
u64 linked_list(u64 n) {
  static struct cell cells[200];
  struct cell *head = 0;
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 200; i++) {
    cells[i].value = next(&s);
    struct cell **at = &head;
    while (*at && (*at)->value < cells[i].value) at = &(*at)->next;
    cells[i].next = *at;
    *at = &cells[i];
  }
  struct cell *back = 0;
  while (head) {
    struct cell *rest = head->next;
    head->next = back;
    back = head;
    head = rest;
  }
  for (; back; back = back->next) h = mix(h, back->value);
  return h;
}

u64 hash_table(u64 n) {
  static struct {
    u64 key, value;
    u8 used;
  } slots[256];
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 256; i++) slots[i].used = 0;
  for (int i = 0; i < 400; i++) {
    u64 key = next(&s) % 150, at = key * 0x9e3779b97f4a7c15ul >> 56;
    while (slots[at].used && slots[at].key != key) at = (at + 1) & 255;
    if (!slots[at].used) slots[at].used = 1, slots[at].key = key, slots[at].value = 0;
    slots[at].value += i;
  }
  for (int i = 0; i < 256; i++)
    if (slots[i].used) h = mix(h, slots[i].key * 1000 + slots[i].value);
  return h;
}

struct big {
  u64 words[9];
  u8 tail[5];
};
static struct big change(struct big b, int k) {
  b.words[k % 9] += k;
  b.tail[k % 5] ^= k;
  return b;
}
u64 struct_copies(u64 n) {
  struct big b = {{n}, {1, 2, 3, 4, 5}}, copies[3];
  u64 h = 0;
  for (int k = 0; k < 60; k++) {
    copies[k % 3] = change(b, k);
    b = copies[(k * 2) % 3 == k % 3 ? k % 3 : k % 3];
  }
  for (int i = 0; i < 9; i++) h = mix(h, b.words[i]);
  for (int i = 0; i < 5; i++) h = mix(h, b.tail[i]);
  return h;
}

enum { PUSH, ADD, SUB, MUL, DUP, SWAP, JNZ, DEC, OVER, DROP, HALT };
u64 stack_machine(u64 n) {
  static const signed char program[] = {PUSH, 1, SWAP, DUP, JNZ, 8, DROP, HALT, OVER, OVER, MUL, PUSH, 7, ADD, SWAP, DEC, SWAP, PUSH, 3, SUB, SWAP, PUSH, 1, JNZ, 3};
  i64 stack[64];
  int sp = 0, pc = 0, steps = 0;
  stack[sp++] = 10 + n % 20;
  for (; steps < 500 && sp > 0 && sp < 60; steps++) {
    i64 t;
    switch (program[pc++]) {
      case PUSH: stack[sp++] = program[pc++]; break;
      case ADD: sp--, stack[sp - 1] += stack[sp]; break;
      case SUB: sp--, stack[sp - 1] -= stack[sp]; break;
      case MUL: sp--, stack[sp - 1] *= stack[sp]; break;
      case DUP: stack[sp] = stack[sp - 1], sp++; break;
      case SWAP: t = stack[sp - 1], stack[sp - 1] = stack[sp - 2], stack[sp - 2] = t; break;
      case OVER: stack[sp] = stack[sp - 2], sp++; break;
      case JNZ: t = stack[--sp], pc = t ? program[pc] : pc + 1; break;
      case DEC: stack[sp - 1]--; break;
      case DROP: sp--; break;
      default: goto done;
    }
  }
done:
  return mix(stack[0], steps);
}

u64 run_lengths(u64 n) {
  u8 in[600], packed[1300], out[700];
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 600; i++) in[i] = i && next(&s) % 4 ? in[i - 1] : next(&s);
  int at = 0;
  for (int i = 0; i < 600;) {
    int run = 1;
    while (i + run < 600 && run < 255 && in[i + run] == in[i]) run++;
    packed[at++] = run, packed[at++] = in[i];
    i += run;
  }
  int size = 0;
  for (int i = 0; i < at; i += 2)
    for (int k = 0; k < packed[i]; k++) out[size++] = packed[i + 1];
  for (int i = 0; i < 600; i++) h = mix(h, out[i] + (out[i] == in[i]));
  return mix(h, at);
}

u64 dictionary_coder(u64 n) {
  u8 in[500], out[500];
  u16 codes[500];
  static struct {
    u16 prefix;
    u8 last;
  } entries[1024];
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 500; i++) in[i] = "aabc"[next(&s) % 4];
  int count = 256, coded = 0, current = in[0];
  for (int i = 1; i < 500; i++) {
    int found = -1;
    for (int k = 256; k < count; k++)
      if (entries[k].prefix == current && entries[k].last == in[i]) found = k;
    if (found >= 0) current = found;
    else {
      codes[coded++] = current;
      entries[count].prefix = current, entries[count++].last = in[i];
      current = in[i];
    }
  }
  codes[coded++] = current;
  int size = 0;
  for (int i = 0; i < coded; i++) {
    u8 word[500];
    int length = 0, code = codes[i];
    while (code >= 256) word[length++] = entries[code].last, code = entries[code].prefix;
    word[length++] = code;
    while (length) out[size++] = word[--length];
  }
  for (int i = 0; i < 500; i++) h = mix(h, out[i] == in[i]);
  return mix(mix(h, coded), size);
}

u64 game_of_life(u64 n) {
  static u8 grid[2][24][24];
  u64 s = n * 2 + 1, h = 0;
  for (int y = 0; y < 24; y++)
    for (int x = 0; x < 24; x++) grid[0][y][x] = next(&s) & 1;
  for (int step = 0; step < 10; step++) {
    u8(*from)[24] = grid[step & 1], (*to)[24] = grid[~step & 1];
    for (int y = 0; y < 24; y++)
      for (int x = 0; x < 24; x++) {
        int around = 0;
        for (int dy = -1; dy <= 1; dy++)
          for (int dx = -1; dx <= 1; dx++) around += (dx | dy) != 0 ? from[(y + dy + 24) % 24][(x + dx + 24) % 24] : 0;
        to[y][x] = around == 3 || (around == 2 && from[y][x]);
      }
  }
  for (int y = 0; y < 24; y++)
    for (int x = 0; x < 24; x++) h = mix(h, grid[0][y][x]);
  return h;
}

static u64 total(int count, ...) {
  __builtin_va_list list;
  __builtin_va_start(list, count);
  u64 h = 0;
  for (int i = 0; i < count; i++) h = mix(h, i % 3 == 2 ? bits(__builtin_va_arg(list, double)) : __builtin_va_arg(list, u64));
  __builtin_va_end(list);
  return h;
}
u64 variable_arguments(u64 n) {
  return total(12, n, n + 1, 1.5, n + 2, n + 3, n * 0.25, n + 4, n + 5, 3.0, n + 6, n + 7, -n * 1.0);
}

u64 shortest_paths(u64 n) {
  enum { L = 24 };
  u32 distance[L][L];
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < L; i++)
    for (int j = 0; j < L; j++) distance[i][j] = i == j ? 0 : next(&s) % 5 ? 100000 : next(&s) % 50 + 1;
  for (int k = 0; k < L; k++)
    for (int i = 0; i < L; i++)
      for (int j = 0; j < L; j++)
        if (distance[i][k] + distance[k][j] < distance[i][j]) distance[i][j] = distance[i][k] + distance[k][j];
  for (int i = 0; i < L; i++)
    for (int j = 0; j < L; j++) h = mix(h, distance[i][j]);
  return h;
}

u64 knapsack(u64 n) {
  u32 best[201] = {0};
  u64 s = n * 2 + 1;
  for (int i = 0; i < 30; i++) {
    u32 weight = next(&s) % 40 + 1, value = next(&s) % 100;
    for (int w = 200; w >= (int)weight; w--)
      if (best[w - weight] + value > best[w]) best[w] = best[w - weight] + value;
  }
  return best[200];
}

struct flags {
  u32 a : 3, b : 9, c : 20;
  i32 d : 5, e : 27;
};
u64 bit_fields(u64 n) {
  struct flags f = {1, 2, 3, -4, 5};
  u64 s = n * 2 + 1, h = 0;
  for (int i = 0; i < 50; i++) {
    u64 v = next(&s);
    f.a += v, f.b ^= v >> 3, f.c -= v >> 12, f.d = v >> 32, f.e += f.d * f.a;
    h = mix(h, f.a + f.b * 8ul + f.c * 4096ul + (u64)f.d * 77 + (u64)f.e);
  }
  return h;
}

u64 atomic_counters(u64 n) {
  static u64 wide;
  static u32 word;
  static u8 byte;
  u64 h = 0;
  wide = n, word = n * 3, byte = n * 5;
  for (int i = 0; i < 20; i++) {
    h = mix(h, __atomic_fetch_add(&wide, i * 7, __ATOMIC_SEQ_CST));
    h = mix(h, __atomic_exchange_n(&word, word ^ i, __ATOMIC_ACQUIRE));
    h = mix(h, __atomic_fetch_or(&byte, i, __ATOMIC_RELEASE));
    u64 expected = i & 1 ? wide : 0;
    h = mix(h, __atomic_compare_exchange_n(&wide, &expected, wide + 1, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) + expected);
  }
  return mix(mix(h, wide), word + byte);
}
