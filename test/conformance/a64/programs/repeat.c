#include "corpus.h"

/* What the benchmark calls: a program again and again, with the answers mixed. */
u64 repeat(u64 (*program)(u64), u64 times) {
  u64 h = 0;
  for (u64 i = 0; i < times; i++) h = mix(h, program(i & 3));
  return h;
}
