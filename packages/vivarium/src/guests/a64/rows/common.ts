/** Operands, registers and flags from which the meanings of A64 instructions are written. */
import { type Body, fixedReg, i32, i64, type Place } from "../../../isa/build.js";
import type { Expr } from "../../../isa/expr.js";
import { type Bank, imm, reg } from "../../../isa/table.js";
import { clearTransient } from "../../../isa/transient.js";

/** Numbers in bank `x` above the general registers x0 to x30. */
export const SP = 31;
/** Register 31 as a source: reads as 0. */
export const ZERO = 32;
/** Register 31 as a destination: what is written is dropped. */
export const SINK = 33;
/** TPIDR_EL0, the thread pointer. */
export const THREAD = 34;
/** Address + 1 of the exclusive monitor, 0 when it is open. */
export const MONITOR = 35;
/** Where the last `blr x30` went, since it overwrites the register that says so. */
export const TARGET = 36;

const X_NAMES = ["sp", "xzr", "xzr", "tpidr_el0", "monitor", "target"];

export const BANKS: readonly Bank[] = [
  {
    name: "x",
    scope: "machine",
    slotBytes: 8,
    count: 37,
    zero: ZERO,
    sink: SINK,
    label: (i) => (i < SP ? `x${i}` : (X_NAMES[i - SP] as string)),
  },
  // Two slots a register, the lower half of v0 first: scalar code only computes with the lower.
  {
    name: "v",
    scope: "machine",
    slotBytes: 8,
    count: 64,
    label: (i) => (i % 2 === 0 ? `d${i / 2}` : `v${(i - 1) / 2}.d[1]`),
  },
  {
    name: "flags",
    scope: "machine",
    slotBytes: 4,
    count: 4,
    transient: clearTransient,
    label: (i) => ["z", "c", "lt", "n"][i] as string,
  },
];

export const x = reg("x", "i64");
export const w = reg("x", "i32");

export type X = Expr<"i64">;
export type W = Expr<"i32">;

/**
 * The flags, one register each so that compiled code drops those that nobody reads. Instead of V stands LT = N xor V,
 * which is what comparisons ask for: after `cmp a, b` it is simply a < b, signed.
 */
export const Z: Place<"i32"> = fixedReg("flags", 0, "i32");
export const C: Place<"i32"> = fixedReg("flags", 1, "i32");
export const LT: Place<"i32"> = fixedReg("flags", 2, "i32");
export const N: Place<"i32"> = fixedReg("flags", 3, "i32");

export const CONDITIONS = [
  "eq",
  "ne",
  "hs",
  "lo",
  "mi",
  "pl",
  "vs",
  "vc",
  "hi",
  "ls",
  "ge",
  "lt",
  "gt",
  "le",
  "al",
  "nv",
] as const;

const not = i32.eqz;
/** Conditions 0 to 13 (section C1.2.4); `al` and `nv` always hold. */
export const CONDITION: readonly W[] = [
  Z,
  not(Z),
  C,
  not(C),
  N,
  not(N),
  i32.ne(N, LT),
  i32.eq(N, LT),
  i32.and(C, not(Z)),
  i32.or(not(C), Z),
  not(LT),
  LT,
  not(i32.or(Z, LT)),
  i32.or(Z, LT),
];

/** A condition whose number is an operand. */
export function conditionOf(number: W): W {
  const bit = (k: number): W => i32.and(i32.shr_u(number, i32.const(k)), i32.const(1));
  const even = (n: number): W => CONDITION[n] as W;
  const choose = (k: number, a: W, b: W): W => i32.choose(bit(k), a, b);
  const tree = choose(
    3,
    choose(2, choose(1, i32.const(1), even(12)), choose(1, even(10), even(8))),
    choose(2, choose(1, even(6), even(4)), choose(1, even(2), even(0))),
  );
  // `nv` is no opposite of `al`.
  return i32.xor(tree, i32.and(bit(0), i32.ne(number, i32.const(15))));
}

/** Sets the flags from a packed NZCV, N in bit 3. */
export function setPacked(nzcv: W): Body {
  const bit = (k: number): W => i32.and(i32.shr_u(nzcv, i32.const(k)), i32.const(1));
  return [N.set(bit(3)), Z.set(bit(2)), C.set(bit(1)), LT.set(i32.xor(bit(3), bit(0)))];
}

/** NZCV in bits 3 to 0. */
export const packed = (): W =>
  i32.or(i32.or(i32.shl(N, i32.const(3)), i32.shl(Z, i32.const(2))), i32.or(i32.shl(C, i32.const(1)), i32.xor(N, LT)));

/**
 * What differs between the two widths. Meanings are written once, as for 64 bits; the combinators check at construction
 * that types agree.
 */
export interface Width {
  readonly name: "w" | "x";
  readonly bits: 32 | 64;
  readonly r: typeof x;
  readonly n: typeof i64;
}
export const WIDTHS: readonly Width[] = [
  { name: "w", bits: 32, r: w as unknown as typeof x, n: i32 as unknown as typeof i64 },
  { name: "x", bits: 64, r: x, n: i64 },
];

/** An immediate in a width. */
export const immediate = (width: Width, i: { i32: W; i64: X }): X =>
  width.bits === 64 ? i.i64 : (i.i32 as unknown as X);
/** An i32 as a number of a width, zero-extended. */
export const widen = (width: Width, value: W): X =>
  width.bits === 64 ? i64.extend_i32_u(value) : (value as unknown as X);

export { imm };
/** Addresses are 32 bits wide: the upper half of a register is ignored (docs/a64.md). */
export const low = i32.wrap_i64;
