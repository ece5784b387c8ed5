/** The mathematical functions of LMNT, at most 2 ulp from the C library's: computed in double, rounded once. */
import type { PureFunction } from "../../isa/table.js";

/** C99's pow: unlike JavaScript's it is 1 for base 1 and for base −1 with an infinite exponent. */
export function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

const unary = (call: (x: number) => number): PureFunction => ({ args: ["f32"], result: "f32", call });
const binary = (call: (x: number, y: number) => number): PureFunction => ({
  args: ["f32", "f32"],
  result: "f32",
  call,
});

/** By the names that the op table uses. */
export const LIBRARY: Readonly<Record<string, PureFunction>> = {
  sin: unary(Math.sin),
  cos: unary(Math.cos),
  tan: unary(Math.tan),
  asin: unary(Math.asin),
  acos: unary(Math.acos),
  atan: unary(Math.atan),
  atan2: binary(Math.atan2),
  ln: unary(Math.log),
  log2: unary(Math.log2),
  log10: unary(Math.log10),
  pow: binary(pow),
  fmod: binary((x, y) => x % y),
};
