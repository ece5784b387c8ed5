/** Generates from an op table a C interpreter with computed goto that executes the same ICode as the WebAssembly one. */
import type { InstructionSet, OperandSpec, Row } from "../../packages/vivarium/src/isa/table.js";
import { type FusedRow, Fusions } from "../../packages/vivarium/src/tiers/interpreter/fusion.js";
import {
  BAD_TARGET,
  COST,
  FIRST_ROW,
  HEADER,
  packing,
  SLOT,
  UNWRITTEN,
} from "../../packages/vivarium/src/tiers/interpreter/icode.js";
import { body, type CSite } from "./lower.js";

const HEAD = `
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { FUEL = 1, HALT, PANIC, TRAP, FAULT, HOST };

static uint8_t *frames;           /* guest pages */
static uint32_t pages[1 << 20];   /* (frame - page) | access: 1 read, 3 write; 0 none */
static uint8_t *code;
static const uint32_t *jumps;
static uint32_t jump_count;
static uint64_t regs[16];

static inline uint32_t rotl32(uint32_t a, uint32_t b) { b &= 31; return a << b | a >> (-b & 31); }
static inline uint32_t rotr32(uint32_t a, uint32_t b) { b &= 31; return a >> b | a << (-b & 31); }
static inline uint64_t rotl64(uint64_t a, uint64_t b) { b &= 63; return a << b | a >> (-b & 63); }
static inline uint64_t rotr64(uint64_t a, uint64_t b) { b &= 63; return a >> b | a << (-b & 63); }

static uint8_t *byte_at(uint32_t address, uint32_t access) {
  uint32_t entry = pages[address >> 12];
  return (entry & access) == 0 ? NULL : frames + (uint32_t)((entry & ~4095u) + address);
}
static __attribute__((noinline)) int load_slow(uint32_t address, uint32_t width, void *into) {
  for (uint32_t i = 0; i < width; i++) {
    uint8_t *at = byte_at(address + i, 1);
    if (at == NULL) return 0;
    ((uint8_t *)into)[i] = *at;
  }
  return 1;
}
static __attribute__((noinline)) int store_slow(uint32_t address, uint32_t width, const void *from) {
  for (uint32_t i = 0; i < width; i++) if (byte_at(address + i, 2) == NULL) return 0;
  for (uint32_t i = 0; i < width; i++) *byte_at(address + i, 2) = ((const uint8_t *)from)[i];
  return 1;
}

/* The same checks as the WebAssembly interpreter: inside a page, right of the page, then frame and offset. */
#define INSIDE(WIDTH) ((WIDTH) == 1 || (address & 4095) <= 4096 - (WIDTH))
#define LOAD(ADDRESS, TYPE, WIDTH, FAILED) \\
  uint32_t address = (ADDRESS); TYPE found; uint32_t entry; \\
  if (__builtin_expect(INSIDE(WIDTH) && (entry = pages[address >> 12]) != 0, 1)) \\
    memcpy(&found, frames + (uint32_t)((entry & ~4095u) + address), WIDTH); \\
  else if (!load_slow(address, WIDTH, &found)) FAILED
#define STORE(ADDRESS, VALUE, TYPE, WIDTH, FAILED) do { \\
  uint32_t address = (ADDRESS); TYPE given = (TYPE)(VALUE); uint32_t entry; \\
  if (__builtin_expect(INSIDE(WIDTH) && ((entry = pages[address >> 12]) & 2) != 0, 1)) \\
    memcpy(frames + (uint32_t)((entry & ~4095u) + address), &given, WIDTH); \\
  else if (!store_slow(address, WIDTH, &given)) FAILED } while (0)

#define U16(OFFSET) (*(const uint16_t *)(pc + (OFFSET)))
#define I32(OFFSET) (*(const int32_t *)(pc + (OFFSET)))
#define I64(OFFSET) (*(const uint64_t *)(pc + (OFFSET)))
#define REG(OFFSET) (*(uint64_t *)((uint8_t *)regs + U16(OFFSET)))
#define NEXT goto *handlers[U16(0)]
#define ENTER do { fuel -= I32(${COST}); if (__builtin_expect(fuel < 0, 0)) { fuel += I32(${COST}); LEAVE(FUEL); } \\
  pc += ${SLOT}; NEXT; } while (0)
#define LEAVE(STOP) do { *at = pc; *left = fuel; return STOP; } while (0)
`;

const MAIN = `
static uint32_t word(FILE *file) { uint32_t v = 0; if (fread(&v, 4, 1, file) != 1) exit(3); return v; }
static void bytes(FILE *file, void *into, size_t n) { if (n != 0 && fread(into, n, 1, file) != 1) exit(3); }
static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
  return 1e3 * t.tv_sec + 1e-6 * t.tv_nsec;
}

/* The file: bytes of code, entries of the jump table, pages, slice, start; registers; code; jump table; pages. */
int main(int argc, char **argv) {
  FILE *file = argc > 1 ? fopen(argv[1], "rb") : NULL;
  if (file == NULL) return 2;
  uint32_t size = word(file);
  jump_count = word(file);
  uint32_t count = word(file), slice = word(file), start = word(file);
  bytes(file, regs, 13 * 8);
  code = aligned_alloc(64, (size + 127) / 64 * 64);
  bytes(file, code, size);
  uint32_t *table = calloc(jump_count + 1, 4);
  bytes(file, table, 4 * (size_t)jump_count);
  jumps = table;
  frames = calloc(count + 1, 4096);
  for (uint32_t i = 0; i < count; i++) {
    uint32_t page = word(file), access = word(file);
    bytes(file, frames + 4096 * (size_t)i, 4096);
    pages[page] = (i * 4096 - page * 4096) | access;
  }
  const uint8_t *pc = code + start;
  int32_t fuel = 0;
  uint64_t given = 0;
  int stop;
  double begin = now();
  do {
    given += slice;
    fuel += (int32_t)slice;
    stop = run(&pc, &fuel);
  } while (stop == FUEL);
  double time = now() - begin;
  printf("%d %f %llu %llu ", stop, time, (unsigned long long)(given - (uint64_t)fuel), (unsigned long long)regs[7]);
  for (uint64_t i = 0; i < regs[8] && i < 64; i++) {
    uint8_t *at = byte_at((uint32_t)(regs[7] + i), 1);
    if (at == NULL) break;
    printf("%02x", *at);
  }
  puts("");
  return 0;
}
`;

/** One instruction of a handler. */
class Site implements CSite {
  readonly row: Row;
  readonly #offsets: readonly number[];

  constructor(
    isa: InstructionSet,
    readonly fused: FusedRow,
    readonly shift: number,
    /** Number of the instruction in the handler. */
    readonly k: number,
    readonly isRead: boolean,
  ) {
    this.row = isa.rows[fused.row] as Row;
    this.#offsets = packing(this.row.operands);
  }

  #at(operand: number): number {
    return this.shift + (this.#offsets[operand] as number);
  }
  readReg(operand: number): string {
    const from = this.fused.reads.get(operand);
    return from === undefined ? `REG(${this.#at(operand)})` : `result${from}`;
  }
  writeReg(operand: number, value: string): string {
    const keep = this.isRead ? `result${this.k} = ${value};` : "";
    const source = this.isRead ? `result${this.k}` : value;
    return this.fused.dead ? keep : `${keep} REG(${this.#at(operand)}) = ${source};`;
  }
  readImm(operand: number, type: string): string {
    const at = this.#at(operand);
    if ((this.row.operands[operand] as OperandSpec).kind === "imm64") return `I64(${at})`;
    return type === "i64" ? `((uint64_t)(int64_t)I32(${at}))` : `((uint32_t)I32(${at}))`;
  }
  branch(cond: string, target: number): string {
    return `if (${cond}) pc = code + I32(${this.#at(target)}); else pc += ${this.shift + SLOT}; ENTER;`;
  }
  jump(target: number): string {
    return `pc = code + I32(${this.#at(target)}); ENTER;`;
  }
  computedJump(index: string): string {
    const bad = `if (to >= jump_count || jumps[to] == 0) { ${this.leave("PANIC")} }`;
    return `{ uint32_t to = ${index}; ${bad} pc = code + jumps[to]; ENTER; }`;
  }
  leave(stop: string): string {
    return `pc += ${this.shift}; LEAVE(${stop});`;
  }
}

/** The C source of the interpreter, which reads its program from a file. */
export function generateC(isa: InstructionSet): string {
  const { sequences, first } = new Fusions(isa, FIRST_ROW + isa.rows.length);
  const alone = isa.rows.map((_, row): FusedRow[] => [{ row, reads: new Map(), dead: false }]);
  const handlers = [...alone, ...sequences].map((sequence, h) => {
    const lines = sequence.map((fused, k) => {
      const isRead = sequence.some((later) => [...later.reads.values()].includes(k));
      const site = new Site(isa, fused, k * SLOT, k, isRead);
      return `  ${isRead ? `uint64_t result${k}; ` : ""}${body(site.row.meaning, site)}`;
    });
    return `h${FIRST_ROW + h}: {\n${lines.join("\n")}\n  pc += ${sequence.length * SLOT}; NEXT; }`;
  });
  const names = Array.from({ length: first + sequences.length }, (_, h) => `&&h${h}`).join(", ");
  return `${HEAD}
static int run(const uint8_t **at, int32_t *left) {
  static const void *const handlers[] = { ${names} };
  const uint8_t *pc = *at;
  int32_t fuel = *left;
  NEXT;
h${UNWRITTEN}: LEAVE(TRAP);
h${HEADER}: ENTER;
h${BAD_TARGET}: LEAVE(PANIC);
${handlers.join("\n")}
}
${MAIN}`;
}
