/**
 * The mathematical functions of LMNT, at most 2 ulp from the C library's: computed in double, rounded once.
 *
 * Sine, cosine and tangent are given twice, in JavaScript and in combinators, operation for operation: so they are the
 * same in every tier, and compiled code need not leave WebAssembly for them.
 */
import { f32, f64, i32, letIn, pure } from "../../isa/build.js";
import type { Expr } from "../../isa/expr.js";
import type { PureFunction } from "../../isa/table.js";

/** C99's pow: unlike JavaScript's it is 1 for base 1 and for base −1 with an infinite exponent. */
export function pow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

// Sine and cosine: the argument minus a multiple of π/2, then Taylor's series on −π/4 … π/4, all in double precision.

/** Up to here the multiple of π/2 has 19 bits, and its product with the 33 bits of HALF_PI is exact. */
const NEAR = 2 ** 19;
const TWO_OVER_PI = 2 / Math.PI;
/** π/2 to 33 bits, and the rest of it (of which 6.1e-17 is what a double cannot hold of π/2). */
const HALF_PI = Math.floor((Math.PI / 2) * 2 ** 32) / 2 ** 32;
const HALF_PI_REST = Math.PI / 2 - HALF_PI + 6.123233995736766e-17;
/** Adding and subtracting it rounds to the nearest integer, ties to even. */
const ROUND = 1.5 * 2 ** 52;

type Six = readonly [number, number, number, number, number, number];
/** Coefficients of the series of (sin r / r − 1) / r² and (cos r − 1) / r² in r². */
const SINE: Six = [-1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800];
const COSINE: Six = [-1 / 2, 1 / 24, -1 / 720, 1 / 40320, -1 / 3628800, 1 / 479001600];

/** A polynomial of degree 5 by pairs (Estrin's scheme), whose steps wait for each other less than Horner's. */
function series([a, b, c, d, e, f]: Six, z: number): number {
  const square = z * z;
  return ((f * z + e) * square + (d * z + c)) * square + (b * z + a);
}
const sineOf = (r: number, z: number): number => r * (1 + z * series(SINE, z));
const cosineOf = (z: number): number => 1 + z * series(COSINE, z);

/** sin(x + shift × π/2). */
function wave(x: number, shift: number): number {
  const k = x * TWO_OVER_PI + ROUND - ROUND;
  const r = x - k * HALF_PI - k * HALF_PI_REST;
  const z = r * r;
  const quadrant = k + shift;
  const value = quadrant & 1 ? cosineOf(z) : sineOf(r, z);
  return quadrant & 2 ? -value : value;
}
const isNear = (x: number): boolean => Math.abs(x) <= NEAR;
const sin = (x: number): number => (isNear(x) ? wave(x, 0) : Math.sin(x));
const cos = (x: number): number => (isNear(x) ? wave(x, 1) : Math.cos(x));
const tan = (x: number): number => (isNear(x) ? wave(x, 0) / wave(x, 1) : Math.tan(x));

type D = Expr<"f64">;
type F = Expr<"f32">;
const number = (value: number): D => f64.const(value);
function seriesIn([a, b, c, d, e, f]: Six, z: D): D {
  const pair = (high: number, low: number): D => f64.add(f64.mul(number(high), z), number(low));
  return letIn(f64.mul(z, z), (square) =>
    f64.add(f64.mul(f64.add(f64.mul(pair(f, e), square), pair(d, c)), square), pair(b, a)),
  );
}

/** Runs `f` with sin x and cos x, signs and quadrant in place. */
function waves(x: F, f: (sine: D, cosine: D) => D): D {
  const quadrantOf = (k: D): Expr<"i32"> => i32.trunc_sat_f64_s(k);
  const one = i32.const(1);
  return letIn(f64.promote_f32(x), (wide) =>
    letIn(f64.sub(f64.add(f64.mul(wide, number(TWO_OVER_PI)), number(ROUND)), number(ROUND)), (k) =>
      letIn(f64.sub(f64.sub(wide, f64.mul(k, number(HALF_PI))), f64.mul(k, number(HALF_PI_REST))), (r) =>
        letIn(f64.mul(r, r), (z) =>
          letIn(f64.mul(r, f64.add(number(1), f64.mul(z, seriesIn(SINE, z)))), (s) =>
            letIn(f64.add(number(1), f64.mul(z, seriesIn(COSINE, z))), (c) =>
              letIn(quadrantOf(k), (q) => {
                const odd = i32.and(q, one);
                const signed = (value: D, shift: number): D =>
                  letIn(value, (v) => f64.select(i32.and(i32.add(q, i32.const(shift)), i32.const(2)), f64.neg(v), v));
                return f(signed(f64.select(odd, c, s), 0), signed(f64.select(odd, s, c), 1));
              }),
            ),
          ),
        ),
      ),
    ),
  );
}
const near = (x: F): Expr<"i32"> => f32.le(f32.abs(x), f32.const(NEAR));
const orFar = (x: F, value: D, far: string): F => f32.choose(near(x), f32.demote_f64(value), pure("f32", far, x));

const unary = (call: (x: number) => number, body?: (x: F) => F): PureFunction => ({
  args: ["f32"],
  result: "f32",
  call,
  ...(body === undefined ? {} : { body }),
});
const binary = (call: (x: number, y: number) => number): PureFunction => ({
  args: ["f32", "f32"],
  result: "f32",
  call,
});

/** By the names that the op table uses. */
export const LIBRARY: Readonly<Record<string, PureFunction>> = {
  sin: unary(sin, (x) =>
    orFar(
      x,
      waves(x, (s) => s),
      "farSin",
    ),
  ),
  cos: unary(cos, (x) =>
    orFar(
      x,
      waves(x, (_, c) => c),
      "farCos",
    ),
  ),
  tan: unary(tan, (x) =>
    orFar(
      x,
      waves(x, (s, c) => f64.div(s, c)),
      "farTan",
    ),
  ),
  farSin: unary(Math.sin),
  farCos: unary(Math.cos),
  farTan: unary(Math.tan),
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
