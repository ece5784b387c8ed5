/**
 * Fused multiply-add with its one rounding, on the bits of its operands: exactly, with big numbers, and as a meaning of
 * WebAssembly's operations (S. Boldo, G. Melquiond, "Emulation of a FMA and Correctly Rounded Sums", 2008).
 */
import { f32, f64, i32, i64, letIn, pure } from "../../../isa/build.js";
import type { Expr } from "../../../isa/expr.js";
import type { PureFunction } from "../../../isa/table.js";

interface Format {
  readonly bits: number;
  readonly fraction: number;
}
const SINGLE: Format = { bits: 32, fraction: 23 };
const DOUBLE: Format = { bits: 64, fraction: 52 };

interface Unpacked {
  readonly sign: bigint;
  readonly kind: "zero" | "finite" | "infinite" | "quiet" | "signaling";
  /** value = mantissa · 2^exponent */
  readonly mantissa: bigint;
  readonly exponent: number;
}

function unpack(v: bigint, f: Format): Unpacked {
  const width = f.bits - 1 - f.fraction;
  const fraction = v & ((1n << BigInt(f.fraction)) - 1n);
  const biased = Number((v >> BigInt(f.fraction)) & ((1n << BigInt(width)) - 1n));
  const sign = v >> BigInt(f.bits - 1);
  const base = { sign, mantissa: fraction, exponent: 0 };
  if (biased === 2 ** width - 1) {
    if (fraction === 0n) return { ...base, kind: "infinite" };
    return { ...base, kind: fraction >> BigInt(f.fraction - 1) === 1n ? "quiet" : "signaling" };
  }
  if (biased === 0 && fraction === 0n) return { ...base, kind: "zero" };
  const bias = 2 ** (width - 1) - 1 + f.fraction;
  return biased === 0
    ? { sign, kind: "finite", mantissa: fraction, exponent: 1 - bias }
    : { sign, kind: "finite", mantissa: fraction | (1n << BigInt(f.fraction)), exponent: biased - bias };
}

/** Rounds mantissa · 2^exponent to nearest, ties to even. */
function pack(sign: bigint, mantissa: bigint, exponent: number, f: Format): bigint {
  const width = f.bits - 1 - f.fraction;
  const bias = 2 ** (width - 1) - 1 + f.fraction;
  const length = mantissa.toString(2).length;
  // The exponent of the last place that is kept: no smaller than that of subnormal numbers.
  const last = Math.max(exponent + length - 1 - f.fraction, 1 - bias);
  const drop = last - exponent;
  let kept: bigint;
  if (drop <= 0) kept = mantissa << BigInt(-drop);
  else {
    const by = BigInt(drop);
    kept = mantissa >> by;
    const rest = mantissa - (kept << by);
    const half = 1n << (by - 1n);
    if (rest > half || (rest === half && (kept & 1n) === 1n)) kept++;
  }
  // A carry out of the fraction runs into the exponent, as it should.
  const one = 1n << BigInt(f.fraction);
  const packed = kept < one ? kept : (BigInt(last + bias - 1) << BigInt(f.fraction)) + kept;
  const infinity = (2n ** BigInt(width) - 1n) << BigInt(f.fraction);
  return (sign << BigInt(f.bits - 1)) | (packed < infinity ? packed : infinity);
}

/** a + n · m (FPMulAdd, section J1.1.3), for FPCR = 0. */
export function fusedMultiplyAdd(aBits: bigint, nBits: bigint, mBits: bigint, f: Format): bigint {
  const [a, n, m] = [unpack(aBits, f), unpack(nBits, f), unpack(mBits, f)];
  const quietBit = 1n << BigInt(f.fraction - 1);
  const width = BigInt(f.bits - 1 - f.fraction);
  const infinity = ((1n << width) - 1n) << BigInt(f.fraction);
  const notANumber = infinity | quietBit;
  const invalid = (n.kind === "infinite" && m.kind === "zero") || (n.kind === "zero" && m.kind === "infinite");
  if (a.kind === "quiet" && invalid) return notANumber;
  for (const kind of ["signaling", "quiet"] as const) {
    for (const [u, bits] of [
      [a, aBits],
      [n, nBits],
      [m, mBits],
    ] as const) {
      if (u.kind === kind) return bits | quietBit;
    }
  }
  if (invalid) return notANumber;
  const sign = n.sign ^ m.sign;
  const signed = (s: bigint, magnitude: bigint): bigint => (s << BigInt(f.bits - 1)) | magnitude;
  if (n.kind === "infinite" || m.kind === "infinite") {
    return a.kind === "infinite" && a.sign !== sign ? notANumber : signed(sign, infinity);
  }
  if (a.kind === "infinite") return aBits;
  if (n.kind === "zero" || m.kind === "zero") {
    if (a.kind !== "zero") return aBits;
    return a.sign === sign ? aBits : 0n;
  }
  const product = n.mantissa * m.mantissa * (sign === 0n ? 1n : -1n);
  const productExponent = n.exponent + m.exponent;
  const addend = (a.kind === "zero" ? 0n : a.mantissa) * (a.sign === 0n ? 1n : -1n);
  const least = a.kind === "zero" ? productExponent : Math.min(productExponent, a.exponent);
  const sum =
    (product << BigInt(productExponent - least)) + (a.kind === "zero" ? 0n : addend << BigInt(a.exponent - least));
  if (sum === 0n) return 0n;
  return sum < 0n ? pack(1n, -sum, least, f) : pack(0n, sum, least, f);
}

// The same for the compiling tiers ------------------------------------------------------------------------------------

type D = Expr<"f64">;
type L = Expr<"i64">;

/** Sum and its error, both exact (Knuth). */
function twoSum(a: D, b: D, then: (s: D, error: D) => D): D {
  return letIn(f64.add(a, b), (s) =>
    letIn(f64.sub(s, a), (z) => letIn(f64.add(f64.sub(a, f64.sub(s, z)), f64.sub(b, z)), (error) => then(s, error))),
  );
}
/** Product and its error, both exact (Dekker), where nothing overflows or gets subnormal. */
function twoProduct(a: D, b: D, then: (p: D, error: D) => D): D {
  const split = (v: D, body: (high: D, low: D) => D): D =>
    letIn(f64.mul(v, f64.const(134217729)), (t) =>
      letIn(f64.sub(t, f64.sub(t, v)), (high) => letIn(f64.sub(v, high), (low) => body(high, low))),
    );
  return letIn(f64.mul(a, b), (p) =>
    split(a, (ah, al) =>
      split(b, (bh, bl) => {
        const rest = f64.sub(f64.sub(f64.sub(p, f64.mul(ah, bh)), f64.mul(al, bh)), f64.mul(ah, bl));
        return letIn(f64.sub(f64.mul(al, bl), rest), (error) => then(p, error));
      }),
    ),
  );
}
/** s + error, of which s is the nearest double, rounded to odd: what was lost is seen in the last bit. */
function toOdd(s: D, error: D): D {
  const inexact = i32.or(f64.lt(error, f64.const(0)), f64.gt(error, f64.const(0)));
  return letIn(i64.reinterpret_f64(s), (bits) =>
    f64.choose(
      i32.and(inexact, i64.eqz(i64.and(bits, i64.const(1)))),
      // The neighbour on the error's side: one up where both have one sign.
      f64.reinterpret_i64(
        i64.add(bits, i64.or(i64.shr_s(i64.xor(bits, i64.reinterpret_f64(error)), i64.const(63)), i64.const(1))),
      ),
      s,
    ),
  );
}

const exponent = (v: L): Expr<"i32"> => i32.and(i32.wrap_i64(i64.shr_u(v, i64.const(52))), i32.const(0x7ff));
const inRange = (v: Expr<"i32">, low: number, high: number): Expr<"i32"> =>
  i32.le_u(i32.sub(v, i32.const(low)), i32.const(high - low));

/** With these exponents no part of the algorithm overflows or loses bits. */
function safe(a: L, n: L, m: L): Expr<"i32"> {
  return letIn(exponent(n), (en) =>
    letIn(exponent(m), (em) =>
      i32.and(
        i32.and(inRange(i32.add(en, em), 1086, 3036), inRange(exponent(a), 0, 2010)),
        i32.and(inRange(en, 0, 2010), inRange(em, 0, 2010)),
      ),
    ),
  );
}

function fusedDouble(a: L, n: L, m: L): L {
  const [fa, fn, fm] = [f64.reinterpret_i64(a), f64.reinterpret_i64(n), f64.reinterpret_i64(m)];
  const exact = twoProduct(fn, fm, (uh, ul) =>
    twoSum(fa, ul, (th, tl) => twoSum(uh, th, (vh, vl) => twoSum(tl, vl, (s, e) => f64.add(vh, toOdd(s, e))))),
  );
  // The parts of a zero do not add up to its sign.
  return letIn(exact, (r) =>
    i64.choose(
      i32.and(safe(a, n, m), f64.ne(r, f64.const(0))),
      i64.reinterpret_f64(r),
      pure("i64", "fma.d.exact", a, n, m),
    ),
  );
}

function fusedSingle(a: Expr<"i32">, n: Expr<"i32">, m: Expr<"i32">): Expr<"i32"> {
  const wide = (v: Expr<"i32">): D => f64.promote_f32(f32.reinterpret_i32(v));
  // The product of two singles is exact as a double; the sum rounded to odd keeps what the last rounding needs.
  const sum = twoSum(f64.mul(wide(n), wide(m)), wide(a), (s, e) => toOdd(s, e));
  return letIn(f32.demote_f64(sum), (r) =>
    i32.choose(f32.eq(r, r), i32.reinterpret_f32(r), pure("i32", "fma.s.exact", a, n, m)),
  );
}

const single = (a: number, n: number, m: number): number => {
  const bits = (v: number): bigint => BigInt.asUintN(32, BigInt(v));
  return Number(BigInt.asIntN(32, fusedMultiplyAdd(bits(a), bits(n), bits(m), SINGLE)));
};
const double = (a: bigint, n: bigint, m: bigint): bigint => {
  const bits = (v: bigint): bigint => BigInt.asUintN(64, v);
  return BigInt.asIntN(64, fusedMultiplyAdd(bits(a), bits(n), bits(m), DOUBLE));
};

/** Pure functions of the instruction set: a + n · m on bits, and what they leave to big numbers. */
export const FUSED: Readonly<Record<string, PureFunction>> = {
  "fma.s": { args: ["i32", "i32", "i32"], result: "i32", call: single, body: fusedSingle },
  "fma.d": { args: ["i64", "i64", "i64"], result: "i64", call: double, body: fusedDouble },
  "fma.s.exact": { args: ["i32", "i32", "i32"], result: "i32", call: single },
  "fma.d.exact": { args: ["i64", "i64", "i64"], result: "i64", call: double },
};
