/* Executes single A64 instructions: states in on standard input, states out on standard output. No library is needed.
 *
 * Test i has its word at CODE + 32 i + 8, followed by a branch to what saves the state; so are places in front of it and
 * behind it to which branches may go, which write 1 and 2 to x27. x28 belongs to the harness. */
typedef unsigned long u64;
typedef unsigned int u32;
typedef unsigned char u8;

#define CODE 0x20000000ul
#define DATA 0x30000000ul
#define DATA_BYTES 1024
#define POOL 0x1fff0000ul
#define POOL_BYTES 4096
#define POOL_SEED 0x123456789abcdef1ul
#define SLOT 8

struct state {
  u64 x[31], sp, nzcv, memory;
  u64 v[64];
};
/* Below the state that travels: what the harness keeps. */
struct frame {
  struct state s;
  u64 host_sp;
};

static long call(long n, long a, long b, long c, long d, long e, long f) {
  register long x8 __asm__("x8") = n, x0 __asm__("x0") = a, x1 __asm__("x1") = b, x2 __asm__("x2") = c;
  register long x3 __asm__("x3") = d, x4 __asm__("x4") = e, x5 __asm__("x5") = f;
  __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5) : "memory");
  return x0;
}
static void leave(int code) {
  call(94, code, 0, 0, 0, 0, 0);
  for (;;) {}
}
static int fill(void *to, u64 n) {
  u8 *p = to;
  while (n > 0) {
    long got = call(63, 0, (long)p, n, 0, 0, 0);
    if (got <= 0) return 0;
    p += got;
    n -= got;
  }
  return 1;
}
static void put(const void *from, u64 n) {
  const u8 *p = from;
  while (n > 0) {
    long done = call(64, 1, (long)p, n, 0, 0, 0);
    if (done <= 0) leave(3);
    p += done;
    n -= done;
  }
}

void enter(struct frame *f);
extern char after[];
__asm__(
    ".global enter\nenter:\n"
    "  stp x19, x20, [sp, #-160]!\n  stp x21, x22, [sp, #16]\n  stp x23, x24, [sp, #32]\n"
    "  stp x25, x26, [sp, #48]\n  stp x27, x28, [sp, #64]\n  stp x29, x30, [sp, #80]\n"
    "  stp d8, d9, [sp, #96]\n  stp d10, d11, [sp, #112]\n  stp d12, d13, [sp, #128]\n  stp d14, d15, [sp, #144]\n"
    "  mov x28, x0\n  mov x0, sp\n  str x0, [x28, #784]\n  clrex\n"
    "  add x0, x28, #272\n"
    "  ldp q0, q1, [x0], #32\n  ldp q2, q3, [x0], #32\n  ldp q4, q5, [x0], #32\n  ldp q6, q7, [x0], #32\n"
    "  ldp q8, q9, [x0], #32\n  ldp q10, q11, [x0], #32\n  ldp q12, q13, [x0], #32\n  ldp q14, q15, [x0], #32\n"
    "  ldp q16, q17, [x0], #32\n  ldp q18, q19, [x0], #32\n  ldp q20, q21, [x0], #32\n  ldp q22, q23, [x0], #32\n"
    "  ldp q24, q25, [x0], #32\n  ldp q26, q27, [x0], #32\n  ldp q28, q29, [x0], #32\n  ldp q30, q31, [x0], #32\n"
    "  ldr x0, [x28, #256]\n  msr nzcv, x0\n  ldr x0, [x28, #248]\n  mov sp, x0\n"
    "  ldp x2, x3, [x28, #16]\n  ldp x4, x5, [x28, #32]\n  ldp x6, x7, [x28, #48]\n  ldp x8, x9, [x28, #64]\n"
    "  ldp x10, x11, [x28, #80]\n  ldp x12, x13, [x28, #96]\n  ldp x14, x15, [x28, #112]\n"
    "  ldp x16, x17, [x28, #128]\n  ldp x18, x19, [x28, #144]\n  ldp x20, x21, [x28, #160]\n"
    "  ldp x22, x23, [x28, #176]\n  ldp x24, x25, [x28, #192]\n  ldp x26, x27, [x28, #208]\n"
    "  ldr x29, [x28, #232]\n  ldr x30, [x28, #240]\n"
    "  ldp x0, x1, [x28]\n"
    /* The word is reached without a register: this branch is patched. */
    "  .global gate\ngate:\n  b .\n"
    ".global after\nafter:\n"
    "  stp x0, x1, [x28]\n  stp x2, x3, [x28, #16]\n  stp x4, x5, [x28, #32]\n  stp x6, x7, [x28, #48]\n"
    "  stp x8, x9, [x28, #64]\n  stp x10, x11, [x28, #80]\n  stp x12, x13, [x28, #96]\n  stp x14, x15, [x28, #112]\n"
    "  stp x16, x17, [x28, #128]\n  stp x18, x19, [x28, #144]\n  stp x20, x21, [x28, #160]\n"
    "  stp x22, x23, [x28, #176]\n  stp x24, x25, [x28, #192]\n  stp x26, x27, [x28, #208]\n"
    "  str x29, [x28, #232]\n  str x30, [x28, #240]\n"
    "  mov x0, sp\n  str x0, [x28, #248]\n  mrs x0, nzcv\n  str x0, [x28, #256]\n"
    "  ldr x0, [x28, #784]\n  mov sp, x0\n  add x0, x28, #272\n"
    "  stp q0, q1, [x0], #32\n  stp q2, q3, [x0], #32\n  stp q4, q5, [x0], #32\n  stp q6, q7, [x0], #32\n"
    "  stp q8, q9, [x0], #32\n  stp q10, q11, [x0], #32\n  stp q12, q13, [x0], #32\n  stp q14, q15, [x0], #32\n"
    "  stp q16, q17, [x0], #32\n  stp q18, q19, [x0], #32\n  stp q20, q21, [x0], #32\n  stp q22, q23, [x0], #32\n"
    "  stp q24, q25, [x0], #32\n  stp q26, q27, [x0], #32\n  stp q28, q29, [x0], #32\n  stp q30, q31, [x0], #32\n"
    "  ldp x21, x22, [sp, #16]\n  ldp x23, x24, [sp, #32]\n  ldp x25, x26, [sp, #48]\n  ldp x27, x28, [sp, #64]\n"
    "  ldp x29, x30, [sp, #80]\n  ldp d8, d9, [sp, #96]\n  ldp d10, d11, [sp, #112]\n  ldp d12, d13, [sp, #128]\n"
    "  ldp d14, d15, [sp, #144]\n  ldp x19, x20, [sp], #160\n  ret\n");

extern u32 gate[];

static u32 branch(u64 from, u64 to) {
  return 0x14000000u | (u32)(((to - from) >> 2) & 0x3ffffff);
}
static void flush(void *p, u64 n) {
  for (u64 a = (u64)p & ~63ul; a < (u64)p + n; a += 64) __asm__ volatile("dc cvau, %0" ::"r"(a) : "memory");
  __asm__ volatile("dsb ish" ::: "memory");
  for (u64 a = (u64)p & ~63ul; a < (u64)p + n; a += 64) __asm__ volatile("ic ivau, %0" ::"r"(a) : "memory");
  __asm__ volatile("dsb ish\n isb" ::: "memory");
}

static struct frame frame;

static void scatter(u8 *data, u64 n, u64 r) {
  for (u64 k = 0; k < n; k++) {
    r = r * 6364136223846793005ul + 1442695040888963407ul;
    data[k] = (u8)(r >> 56);
  }
}

__attribute__((noreturn)) void _start(void) {
  u64 count;
  if (!fill(&count, 8) || count > 1000000) leave(2);
  u64 code_bytes = (count * 4 * SLOT + 4095) & ~4095ul;
  if (call(222, CODE, code_bytes, 7, 0x32, -1, 0) != (long)CODE) leave(4);
  if (call(222, DATA, 4096, 3, 0x32, -1, 0) != (long)DATA) leave(5);
  if (call(222, POOL, POOL_BYTES, 3, 0x32, -1, 0) != (long)POOL) leave(6);
  scatter((u8 *)POOL, POOL_BYTES, POOL_SEED);
  call(226, (long)gate & ~4095l, 8192, 7, 0, 0, 0);
  u32 *code = (u32 *)CODE;
  u8 *data = (u8 *)DATA;
  for (u64 i = 0; i < count; i++) {
    u64 word;
    if (!fill(&word, 8) || !fill(&frame.s, sizeof frame.s)) leave(2);
    scatter(data, DATA_BYTES, frame.s.memory);
    u32 *slot = code + SLOT * i;
    slot[0] = 0xd280003b;
    slot[2] = (u32)word;
    slot[4] = 0xd280005b;
    for (int k = 1; k < 6; k += 2) slot[k] = branch((u64)(slot + k), (u64)after);
    gate[0] = branch((u64)gate, (u64)(slot + 2));
    flush(slot, 4 * SLOT);
    flush(gate, 4);
    enter(&frame);
    u64 h = 14695981039346656037ul;
    for (u64 k = 0; k < DATA_BYTES; k++) h = (h ^ data[k]) * 1099511628211ul;
    frame.s.memory = h;
    put(&frame.s, sizeof frame.s);
  }
  leave(0);
  __builtin_unreachable();
}
