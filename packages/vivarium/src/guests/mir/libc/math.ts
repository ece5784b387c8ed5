/** math.h on f64 and f32: exact where the standard is exact, the host's mathematics elsewhere. */
import { BINARY64, bitLength, f64Bits, f64FromBits, roundRational } from "../float80.js";

/** Rounds to an integer, ties to even. */
export function rint(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const floor = Math.floor(x);
  const rest = x - floor;
  const up = rest > 0.5 || (rest === 0.5 && floor % 2 !== 0);
  const result = up ? floor + 1 : floor;
  return result === 0 ? (f64Bits(x) >> 63n === 1n ? -0 : 0) : result;
}

/** Rounds to an integer, ties away from zero. */
export function round(x: number): number {
  if (!Number.isFinite(x) || Math.abs(x) >= 2 ** 52) return x;
  const magnitude = Math.floor(Math.abs(x) + 0.5);
  // 0.49999999999999994 + 0.5 is 1 in f64.
  const exact = Math.abs(x) < 0.5 ? 0 : magnitude;
  return copysign(exact, x);
}

export function copysign(magnitude: number, sign: number): number {
  return f64FromBits((f64Bits(magnitude) & 0x7fffffffffffffffn) | (f64Bits(sign) & (1n << 63n)));
}

/** `x × 2^n`, rounded once. */
export function scalbn(x: number, n: number): number {
  let value = x;
  let left = Math.max(-5000, Math.min(5000, n));
  for (; left > 1000; left -= 1000) value *= 2 ** 1000;
  // A step that makes the result subnormal must be the last one, or it would be rounded twice.
  for (; left < -1022; ) {
    const step = Math.max(left + 1022 - 53, -969);
    if (step >= 0) break;
    value *= 2 ** step;
    left -= step;
  }
  if (left < -1022) return value * 2 ** (left + 100) * 2 ** -100;
  return value * 2 ** left;
}

/** Fraction in [0.5, 1) and exponent. */
export function frexp(x: number): { fraction: number; exponent: number } {
  if (x === 0 || !Number.isFinite(x)) return { fraction: x, exponent: 0 };
  const subnormal = Math.abs(x) < 2 ** -1022;
  const bits = f64Bits(subnormal ? x * 2 ** 54 : x);
  const exponent = Number((bits >> 52n) & 0x7ffn) - 1022 - (subnormal ? 54 : 0);
  return { fraction: f64FromBits((bits & ~(0x7ffn << 52n)) | (1022n << 52n)), exponent };
}

/** The f64 next to `x` towards `y`. */
export function nextafter(x: number, y: number): number {
  if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
  if (x === y) return y;
  if (x === 0) return copysign(Number.MIN_VALUE, y);
  const bits = f64Bits(x);
  return f64FromBits(x < y === x > 0 ? bits + 1n : bits - 1n);
}

/** Remainder of the quotient rounded to nearest even (IEEE 754 `remainder`). */
export function remainder(x: number, y: number): number {
  if (!Number.isFinite(x) || Number.isNaN(y) || y === 0) return Number.NaN;
  if (!Number.isFinite(y)) return x;
  const magnitude = Math.abs(y);
  // Modulo twice the divisor first: then the quotient is 0, 1 or 2, and every step below is exact.
  let rest = Math.abs(x) % (magnitude * 2);
  if (magnitude * 2 === Number.POSITIVE_INFINITY) rest = Math.abs(x);
  if (magnitude < 2 ** -1021) {
    if (rest * 2 > magnitude) {
      rest -= magnitude;
      if (rest * 2 >= magnitude) rest -= magnitude;
    }
  } else {
    const half = 0.5 * magnitude;
    if (rest > half) {
      rest -= magnitude;
      if (rest >= half) rest -= magnitude;
    }
  }
  return f64Bits(x) >> 63n === 1n ? -rest : rest;
}

function parts(x: number): { mantissa: bigint; exponent: number } {
  const bits = f64Bits(Math.abs(x));
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xfffffffffffffn;
  const sign = x < 0 ? -1n : 1n;
  return biased === 0
    ? { mantissa: sign * fraction, exponent: -1074 }
    : { mantissa: sign * (fraction | (1n << 52n)), exponent: biased - 1075 };
}

/** `x × y + z`, rounded once. */
export function fma(x: number, y: number, z: number): number {
  const product = x * y;
  if (!Number.isFinite(x) || !Number.isFinite(y) || !Number.isFinite(z)) return product + z;
  if (x === 0 || y === 0) return product + z;
  const a = parts(x);
  const b = parts(y);
  const c = parts(z);
  const e = a.exponent + b.exponent;
  const low = Math.min(e, c.exponent);
  const sum = ((a.mantissa * b.mantissa) << BigInt(e - low)) + (z === 0 ? 0n : c.mantissa << BigInt(c.exponent - low));
  if (sum === 0n) return product + z === 0 ? product + z : 0;
  const negative = sum < 0n;
  const magnitude = negative ? -sum : sum;
  if (bitLength(magnitude) + low > 1030) return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const r =
    low >= 0
      ? roundRational(magnitude << BigInt(low), 1n, BINARY64)
      : roundRational(magnitude, 1n << BigInt(-low), BINARY64);
  if (r.infinite) return negative ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = scalbn(Number(r.mantissa), r.exponent);
  return negative ? -value : value;
}

const pow = (x: number, y: number): number => {
  // C gives 1 where ECMAScript gives NaN.
  if (x === 1 || (Math.abs(x) === 1 && !Number.isFinite(y) && !Number.isNaN(y))) return 1;
  return x ** y;
};

/** Lanczos approximation of the logarithm of |Γ(x)|. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059,
  12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

function lgamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - lgamma(1 - x);
  const z = x - 1;
  let sum = LANCZOS[0] as number;
  for (let i = 1; i < LANCZOS.length; i++) sum += (LANCZOS[i] as number) / (z + i);
  const t = z + 7.5;
  return 0.5 * Math.log(2 * Math.PI) + (z + 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Complementary error function by its continued fraction and series, to about 1e-15. */
function erf(x: number): number {
  const a = Math.abs(x);
  if (Number.isNaN(x)) return x;
  if (a > 6) return Math.sign(x);
  if (a < 2.5) {
    let term = x;
    let sum = x;
    for (let n = 1; n < 80 && Math.abs(term) > 1e-18 * Math.abs(sum); n++) {
      term *= (-x * x) / n;
      sum += term / (2 * n + 1);
    }
    return (2 / Math.sqrt(Math.PI)) * sum;
  }
  let f = 0;
  for (let n = 60; n > 0; n--) f = n / 2 / (a + f);
  return Math.sign(x) * (1 - Math.exp(-a * a) / Math.sqrt(Math.PI) / (a + f));
}

/** Functions of one argument. */
export const UNARY: Readonly<Record<string, (x: number) => number>> = {
  acos: Math.acos,
  acosh: Math.acosh,
  asin: Math.asin,
  asinh: Math.asinh,
  atan: Math.atan,
  atanh: Math.atanh,
  cbrt: Math.cbrt,
  ceil: Math.ceil,
  cos: Math.cos,
  cosh: Math.cosh,
  erf,
  erfc: (x) => 1 - erf(x),
  exp: Math.exp,
  exp2: (x) => 2 ** x,
  exp10: (x) => 10 ** x,
  expm1: Math.expm1,
  fabs: Math.abs,
  floor: Math.floor,
  lgamma,
  log: Math.log,
  log10: Math.log10,
  log1p: Math.log1p,
  log2: Math.log2,
  logb: (x) => (x === 0 ? Number.NEGATIVE_INFINITY : Number.isFinite(x) ? frexp(x).exponent - 1 : Math.abs(x)),
  nearbyint: rint,
  rint,
  round,
  sin: Math.sin,
  sinh: Math.sinh,
  sqrt: Math.sqrt,
  tan: Math.tan,
  tanh: Math.tanh,
  tgamma: (x) => (Number.isInteger(x) && x > 0 && x < 171 ? factorial(x - 1) : Math.exp(lgamma(x)) * gammaSign(x)),
  trunc: Math.trunc,
};

function factorial(n: number): number {
  let result = 1;
  for (let i = 2; i <= n; i++) result *= i;
  return result;
}

function gammaSign(x: number): number {
  return x < 0 && Math.floor(x) % 2 !== 0 ? -1 : 1;
}

/** Functions of two arguments. */
export const BINARY: Readonly<Record<string, (x: number, y: number) => number>> = {
  atan2: Math.atan2,
  copysign,
  fdim: (x, y) => (Number.isNaN(x) || Number.isNaN(y) ? Number.NaN : x > y ? x - y : 0),
  fmax: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.max(x, y)),
  fmin: (x, y) => (Number.isNaN(x) ? y : Number.isNaN(y) ? x : Math.min(x, y)),
  fmod: (x, y) => x % y,
  hypot: Math.hypot,
  nextafter,
  pow,
  remainder,
};

/** Functions that give an integer, by way of an f64 that is one. */
export const TO_INTEGER: Readonly<Record<string, (x: number) => number>> = {
  lrint: rint,
  llrint: rint,
  lround: round,
  llround: round,
};
