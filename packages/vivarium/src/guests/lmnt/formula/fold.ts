/**
 * Constant folding with the semantics the instructions have: every step rounded to single precision.
 */
import { bitsOf, valueOf } from "../floats.js";
import { libraryFunction } from "../library.js";

const f = Math.fround;

/** Nearest integer, ties to even, keeping −0. */
export function nearest(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 23) return x;
  const magic = x < 0 || Object.is(x, -0) ? -(2 ** 52) : 2 ** 52;
  const rounded = x + magic - magic;
  return rounded === 0 && (x < 0 || Object.is(x, -0)) ? -0 : rounded;
}

const UNARY: Readonly<Record<string, (x: number) => number>> = {
  SIN: libraryFunction("sin"),
  COS: libraryFunction("cos"),
  TAN: libraryFunction("tan"),
  ASIN: libraryFunction("asin"),
  ACOS: libraryFunction("acos"),
  ATAN: libraryFunction("atan"),
  SQRT: Math.sqrt,
  LN: libraryFunction("ln"),
  LOG2: libraryFunction("log2"),
  LOG10: libraryFunction("log10"),
  ABS: Math.abs,
  FLOOR: Math.floor,
  ROUND: nearest,
  CEIL: Math.ceil,
  TRUNC: Math.trunc,
};

const BINARY: Readonly<Record<string, (x: number, y: number) => number>> = {
  ADD: (x, y) => x + y,
  SUB: (x, y) => x - y,
  MUL: (x, y) => x * y,
  DIV: (x, y) => x / y,
  REM: (x, y) => f(x - f(Math.floor(f(x / y)) * y)),
  ATAN2: libraryFunction("atan2"),
  POW: libraryFunction("pow"),
  MIN: (x, y) => (y < x ? y : x),
  MAX: (x, y) => (x < y ? y : x),
};

/** Number of operands of a folding operation, or undefined if there is none of this name. */
function arity(name: string): 1 | 2 | undefined {
  return Object.hasOwn(UNARY, name) ? 1 : Object.hasOwn(BINARY, name) ? 2 : undefined;
}

/** The bits of the result of operation `name` (`ADD`, `SIN`, …) on constants. */
export function fold(name: string, x: number, y = 0): number {
  const result = arity(name) === 1 ? UNARY[name](valueOf(x)) : BINARY[name](valueOf(x), valueOf(y));
  return bitsOf(f(result));
}

/** `x op y` as the comparison flags decide it: all but NE are false on NaN. */
export function compare(relation: Relation, x: number, y: number): boolean {
  const [left, right] = [valueOf(x), valueOf(y)];
  const results: Record<Relation, boolean> = {
    EQ: left === right,
    NE: left !== right,
    LT: left < right,
    LE: left <= right,
    GT: left > right,
    GE: left >= right,
  };
  return results[relation];
}

export type Relation = "EQ" | "NE" | "LT" | "LE" | "GT" | "GE";
