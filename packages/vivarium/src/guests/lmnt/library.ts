/**
 * The mathematical functions of LMNT, at most 2 ulp from the C library's: computed in double, rounded once.
 *
 * Each is written once, over an {@link Algebra}: with numbers it is the function that the portable tier and the folding
 * of constants call, with combinators the body that the other tiers compile; operation for operation the same. What
 * is rare (an argument that is infinite, NaN, out of the domain or huge) is left to JavaScript's function, in all
 * tiers.
 */
import { f32, f64, i32, i64, letIn, pure } from "../../isa/build.js";
import type { Expr } from "../../isa/expr.js";
import type { PureFunction } from "../../isa/table.js";

/** C99's pow: unlike JavaScript's it is 1 for base 1 and for base −1 with an infinite exponent. */
function farPow(x: number, y: number): number {
  if (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY)) return 1;
  return x ** y;
}

/** Arithmetic in double precision on values `D`, with truth values `B`. */
interface Algebra<D, B> {
  of(value: number): D;
  add(a: D, b: D): D;
  sub(a: D, b: D): D;
  mul(a: D, b: D): D;
  div(a: D, b: D): D;
  abs(a: D): D;
  neg(a: D): D;
  floor(a: D): D;
  sqrt(a: D): D;
  lt(a: D, b: D): B;
  and(a: B, b: B): B;
  select(cond: B, a: D, b: D): D;
  /** Evaluates `value` once and names it. */
  named(value: D, body: (value: D) => D): D;
  /** The whole e for which x ÷ 2^e is in √½ … √2. */
  exponent(x: D): D;
  /** x × 2^k for a whole k, where the result is neither too large nor subnormal. */
  scale(x: D, k: D): D;
}

/** High word of the double √½, whose other word counts as 0; the exponent begins above bit 20 (of 32), 52 (of 64). */
const ROOT_HALF = 0x3fe6a09e;
const words = new Int32Array(2);
const double = new Float64Array(words.buffer);
const HIGH = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 1 : 0;

const NUMBERS: Algebra<number, boolean> = {
  of: (value) => value,
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  abs: Math.abs,
  neg: (a) => -a,
  floor: Math.floor,
  sqrt: Math.sqrt,
  lt: (a, b) => a < b,
  and: (a, b) => a && b,
  select: (cond, a, b) => (cond ? a : b),
  named: (value, body) => body(value),
  exponent: (x) => {
    double[0] = x;
    return ((words[HIGH] as number) - ROOT_HALF) >> 20;
  },
  scale: (x, k) => {
    double[0] = x;
    words[HIGH] = (words[HIGH] as number) + k * 2 ** 20;
    return double[0];
  },
};

type D = Expr<"f64">;
const EXPRESSIONS: Algebra<D, Expr<"i32">> = {
  of: f64.const,
  add: f64.add,
  sub: f64.sub,
  mul: f64.mul,
  div: f64.div,
  abs: f64.abs,
  neg: f64.neg,
  floor: f64.floor,
  sqrt: f64.sqrt,
  lt: f64.lt,
  and: i32.and,
  select: f64.select,
  named: letIn,
  exponent: (x) => {
    const above = i64.sub(i64.reinterpret_f64(x), i64.const(BigInt(ROOT_HALF) << 32n));
    return f64.convert_i32_s(i32.wrap_i64(i64.shr_s(above, i64.const(52n))));
  },
  scale: (x, k) => {
    const shifted = i64.shl(i64.extend_i32_s(i32.trunc_sat_f64_s(k)), i64.const(52n));
    return f64.reinterpret_i64(i64.add(i64.reinterpret_f64(x), shifted));
  },
};

// Polynomials -----------------------------------------------------------------------------------------------------------

type Six = readonly [number, number, number, number, number, number];
/** (sin r / r − 1) / r² in r²: Taylor's series, good to 7e-10 for |r| ≤ π/2. */
const SINE: Six = [-1 / 6, 1 / 120, -1 / 5040, 1 / 362880, -1 / 39916800, 1 / 6227020800];
/** artanh s / s in s²: Taylor's series, good to 6e-11 for |s| ≤ (√2 − 1) / (√2 + 1). */
const ARTANH: Six = [1, 1 / 3, 1 / 5, 1 / 7, 1 / 9, 1 / 11];
/** (arctan t / t − 1) / t² in t²: interpolated at Chebyshev's nodes, good to 9e-11 for |t| ≤ tan π/8. */
const ARCTAN: Six = [
  -0.333333332792548, 0.19999977258688387, -0.14284151193628614, 0.11071365021884794, -0.08624676145249494,
  0.050481385120797445,
];
/** (2^f − 1) / f in f: interpolated at Chebyshev's nodes, good to 6e-9 for |f| ≤ ½. */
const EXP2: Six = [
  0.6931471880262288, 0.24022650760568126, 0.05550357114219078, 0.009618082557277852, 0.0013390863364671234,
  0.0001545316294512069,
];

/** A polynomial of degree 5 by pairs (Estrin's scheme), whose steps wait for each other less than Horner's. */
function series<N, B>(k: Algebra<N, B>, [a, b, c, d, e, f]: Six, z: N): N {
  const pair = (high: number, low: number): N => k.add(k.mul(k.of(high), z), k.of(low));
  return k.named(k.mul(z, z), (square) =>
    k.add(k.mul(k.add(k.mul(pair(f, e), square), pair(d, c)), square), pair(b, a)),
  );
}

// Functions -------------------------------------------------------------------------------------------------------------

/** Adding and subtracting it rounds to the nearest integer, ties to even. */
const ROUND = 1.5 * 2 ** 52;
const rounded = <N, B>(k: Algebra<N, B>, x: N): N => k.sub(k.add(x, k.of(ROUND)), k.of(ROUND));

/** Up to here a multiple of π/2 has 20 bits, and its product with the 33 bits of PI is exact. */
const NEAR = 2 ** 19;
/** π to 33 bits, and the rest of it (of which 1.2e-16 is what a double cannot hold of π). */
const PI = Math.floor((Math.PI / 2) * 2 ** 32) / 2 ** 31;
const PI_REST = Math.PI - PI + 1.2246467991473532e-16;

/**
 * Sine, or cosine as the sine of what is left of an odd multiple of π/2: x minus the nearest multiple n of π (n + ½ of
 * them), then one polynomial, with the sign that n gives.
 */
function wave<N, B>(k: Algebra<N, B>, x: N, cosine: boolean): N {
  const turns = k.mul(x, k.of(1 / Math.PI));
  return k.named(rounded(k, cosine ? k.sub(turns, k.of(0.5)) : turns), (n) => {
    const rest = k.named(cosine ? k.add(n, k.of(0.5)) : n, (m) =>
      k.sub(k.sub(x, k.mul(m, k.of(PI))), k.mul(m, k.of(PI_REST))),
    );
    const odd = k.named(k.mul(n, k.of(0.5)), (half) => k.mul(k.of(4), k.sub(half, k.floor(half))));
    const sign = cosine ? k.sub(odd, k.of(1)) : k.sub(k.of(1), odd);
    return k.named(rest, (r) =>
      k.named(k.mul(r, r), (z) => k.mul(k.mul(r, sign), k.add(k.of(1), k.mul(z, series(k, SINE, z))))),
    );
  });
}

/** The angle of the point (x, y), from −π to π; not both are 0, infinite or NaN, and a zero y has a positive x. */
function angle<N, B>(k: Algebra<N, B>, y: N, x: N): N {
  return k.named(k.abs(y), (high) =>
    k.named(k.abs(x), (wide) => {
      const steep = k.lt(wide, high);
      return k.named(k.select(steep, wide, high), (less) =>
        k.named(k.select(steep, high, wide), (more) => {
          // Above π/8 what is left of π/4.
          const large = k.lt(k.mul(more, k.of(Math.SQRT2 - 1)), less);
          const ratio = k.div(k.select(large, k.sub(less, more), less), k.select(large, k.add(less, more), more));
          const octant = k.named(ratio, (t) =>
            k.named(k.mul(t, t), (z) =>
              k.add(k.select(large, k.of(Math.PI / 4), k.of(0)), k.add(t, k.mul(t, k.mul(z, series(k, ARCTAN, z))))),
            ),
          );
          const quadrant = k.named(octant, (a) => k.select(steep, k.sub(k.of(Math.PI / 2), a), a));
          const half = k.named(quadrant, (a) => k.select(k.lt(x, k.of(0)), k.sub(k.of(Math.PI), a), a));
          return k.named(half, (a) => k.select(k.lt(y, k.of(0)), k.neg(a), a));
        }),
      );
    }),
  );
}
/** The other side of a right triangle with hypotenuse 1. */
const beside = <N, B>(k: Algebra<N, B>, x: N): N => k.sqrt(k.mul(k.sub(k.of(1), x), k.add(k.of(1), x)));
/** The angle, with the zero that went in coming out. */
const keepingZero = <N, B>(k: Algebra<N, B>, y: N, x: N): N =>
  k.named(k.abs(y), (high) => k.select(k.lt(k.of(0), high), angle(k, y, x), y));

/** e × `whole` + ln m × `part`, for x = m × 2^e: a logarithm to the base whose logarithms of 2 and e these are. */
function logarithm<N, B>(k: Algebra<N, B>, x: N, whole: number, part: number): N {
  return k.named(k.exponent(x), (e) => {
    const ratio = k.named(k.scale(x, k.neg(e)), (m) => k.div(k.sub(m, k.of(1)), k.add(m, k.of(1))));
    const rest = k.named(ratio, (s) => k.mul(k.mul(s, k.of(2 * part)), series(k, ARTANH, k.mul(s, s))));
    return k.add(k.mul(e, k.of(whole)), rest);
  });
}

function exp2<N, B>(k: Algebra<N, B>, t: N): N {
  return k.named(rounded(k, t), (n) =>
    k.named(k.sub(t, n), (f) => k.scale(k.add(k.of(1), k.mul(f, series(k, EXP2, f))), n)),
  );
}

const within = <N, B>(k: Algebra<N, B>, x: N, bound: number): B => k.lt(k.abs(x), k.of(bound));
const positive = <N, B>(k: Algebra<N, B>, x: N): B => k.and(k.lt(k.of(0), x), k.lt(x, k.of(Number.POSITIVE_INFINITY)));

/** A function of one or two numbers: where it holds, and what it is there. */
interface Definition {
  /** A value that both need, computed once; default: nothing. */
  shared?<N, B>(k: Algebra<N, B>, x: N, y: N): N;
  holds<N, B>(k: Algebra<N, B>, x: N, y: N, shared: N): B;
  value<N, B>(k: Algebra<N, B>, x: N, y: N, shared: N): N;
  /** JavaScript's function, for the rest. */
  readonly far: (x: number, y: number) => number;
}

const waveOf = (cosine: boolean, far: (x: number) => number): Definition => ({
  holds: (k, x) => within(k, x, NEAR),
  value: (k, x) => wave(k, x, cosine),
  far,
});
const logarithmOf = (whole: number, part: number, far: (x: number) => number): Definition => ({
  holds: positive,
  value: (k, x) => logarithm(k, x, whole, part),
  far,
});

const UNARY: Readonly<Record<string, Definition>> = {
  sin: waveOf(false, Math.sin),
  cos: waveOf(true, Math.cos),
  tan: {
    holds: (k, x) => within(k, x, NEAR),
    value: (k, x) => k.div(wave(k, x, false), wave(k, x, true)),
    far: Math.tan,
  },
  // Up to 1 and 1 itself: numbers above it are further away than this.
  asin: { holds: (k, x) => within(k, x, 1 + 1e-9), value: (k, x) => keepingZero(k, x, beside(k, x)), far: Math.asin },
  acos: { holds: (k, x) => within(k, x, 1 + 1e-9), value: (k, x) => angle(k, beside(k, x), x), far: Math.acos },
  atan: {
    holds: (k, x) => within(k, x, Number.POSITIVE_INFINITY),
    value: (k, x) => keepingZero(k, x, k.of(1)),
    far: Math.atan,
  },
  ln: logarithmOf(Math.LN2, 1, Math.log),
  log2: logarithmOf(1, Math.LOG2E, Math.log2),
  log10: logarithmOf(Math.log10(2), Math.LOG10E, Math.log10),
};
const BINARY: Readonly<Record<string, Definition>> = {
  atan2: {
    holds: (k, y, x) =>
      k.and(
        k.and(k.lt(k.of(0), k.abs(y)), within(k, y, Number.POSITIVE_INFINITY)),
        within(k, x, Number.POSITIVE_INFINITY),
      ),
    value: angle,
    far: Math.atan2,
  },
  pow: {
    shared: (k, x, y) => k.mul(y, logarithm(k, x, 1, Math.LOG2E)),
    // Beyond, the result is 0 or infinite in single precision.
    holds: (k, x, _y, t) => k.and(positive(k, x), within(k, t, 500)),
    value: (k, _x, _y, t) => exp2(k, t),
    far: farPow,
  },
};

const farName = (name: string): string => `far${(name[0] as string).toUpperCase()}${name.slice(1)}`;

/** A function and the one that serves where it does not hold. */
function functionsOf(name: string, arity: 1 | 2, definition: Definition): [string, PureFunction][] {
  const { far, holds, value } = definition;
  const args = new Array<"f32">(arity).fill("f32");
  const call = (x: number, y: number): number => {
    const shared = definition.shared?.(NUMBERS, x, y) ?? 0;
    return holds(NUMBERS, x, y, shared) ? value(NUMBERS, x, y, shared) : far(x, y);
  };
  const body = (...given: Expr<"f32">[]): Expr<"f32"> => {
    const choose = (x: D, y: D, shared: D): Expr<"f32"> =>
      f32.choose(
        holds(EXPRESSIONS, x, y, shared),
        f32.demote_f64(value(EXPRESSIONS, x, y, shared)),
        pure("f32", farName(name), ...given),
      );
    const inner = (x: D, y: D): Expr<"f32"> => {
      const shared = definition.shared?.(EXPRESSIONS, x, y);
      return shared === undefined ? choose(x, y, x) : letIn(shared, (t) => choose(x, y, t));
    };
    return letIn(f64.promote_f32(given[0] as Expr<"f32">), (x) =>
      arity === 1 ? inner(x, x) : letIn(f64.promote_f32(given[1] as Expr<"f32">), (y) => inner(x, y)),
    );
  };
  return [
    [name, { args, result: "f32", call, body }],
    [farName(name), { args, result: "f32", call: far }],
  ];
}

/** By the names that the op table uses. */
export const LIBRARY: Readonly<Record<string, PureFunction>> = {
  ...Object.fromEntries(
    [
      ...Object.entries(UNARY).map(([name, definition]) => functionsOf(name, 1, definition)),
      ...Object.entries(BINARY).map(([name, definition]) => functionsOf(name, 2, definition)),
    ].flat(),
  ),
  fmod: { args: ["f32", "f32"], result: "f32", call: (x: number, y: number) => x % y },
};

/** A function of the library on numbers; its result is not rounded to single precision yet. */
export function libraryFunction(name: string): (x: number, y?: number) => number {
  return (LIBRARY[name] as PureFunction).call as unknown as (x: number, y?: number) => number;
}
