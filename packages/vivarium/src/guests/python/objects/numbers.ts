/** Integer, float and complex arithmetic on guest values, and exact conversion between floats and decimal text. */

import { NotImplemented, PyBoxed, PyComplex, PyFloat, type Value } from "./core.js";
import { E, memoryError, overflowError, raise, valueError, zeroDivision } from "./errors.js";

export type Int = number | bigint;

/** Largest integer, in bits. Operations that would pass it are refused before they begin. */
export const MAX_INT_BITS = 1 << 26;

const MAX_SAFE = BigInt(Number.MAX_SAFE_INTEGER);

/** The one representation of an integer. */
export function norm(b: bigint): Int {
  return b <= MAX_SAFE && b >= -MAX_SAFE ? Number(b) : b;
}

/** A double and its two halves, to read an exponent. */
const double = new Float64Array([1]);
const words = new Uint32Array(double.buffer);
const HIGH = words[1] === 0 ? 0 : 1;

/** Bits of a positive integer whose double `double` holds; `exact` is the integer itself. */
function bitsOfDouble(exact: bigint): number {
  const bits = ((words[HIGH]! >>> 20) & 0x7ff) - 1022;
  // Rounding may have carried into the next power of two, whose fraction is zero.
  const carried = (words[HIGH]! & 0xfffff) === 0 && words[1 - HIGH] === 0 && exact >> BigInt(bits - 1) === 0n;
  return carried ? bits - 1 : bits;
}

/** How far the last large integer was shifted to become a double: the next one is likely to be of about its size. */
let lastShift = 512;

/** Bits of |b|. */
export function bitLength(b: Int): number {
  if (typeof b === "number") {
    const a = Math.abs(b);
    return a < 4294967296 ? 32 - Math.clz32(a) : 64 - Math.clz32(Math.floor(a / 4294967296));
  }
  const a = b < 0n ? -b : b;
  double[0] = Number(a);
  if (double[0] < Number.POSITIVE_INFINITY) return a === 0n ? 0 : bitsOfDouble(a);
  // Look for a shift that leaves 1 to 1024 bits.
  let shift = lastShift;
  let low = 0;
  let high = Number.POSITIVE_INFINITY;
  for (;;) {
    const top = a >> BigInt(shift);
    double[0] = Number(top);
    if (double[0] === 0) high = shift;
    else if (double[0] === Number.POSITIVE_INFINITY) low = shift;
    else {
      const bits = shift + bitsOfDouble(top);
      lastShift = Math.max(512, bits - 512);
      return bits;
    }
    shift = high === Number.POSITIVE_INFINITY ? 2 * shift : Math.floor((low + high) / 2);
  }
}

/** An upper bound for {@link bitLength} that is cheap for small numbers. */
function roughBits(b: Int): number {
  return typeof b === "number" ? 53 : bitLength(b);
}

const big = (i: Int): bigint => (typeof i === "bigint" ? i : BigInt(i));

/** The integer in an `int`, `bool` or instance of a subclass of them; `undefined` for anything else. */
export function asInt(v: Value): Int | undefined {
  switch (typeof v) {
    case "number":
    case "bigint":
      return v;
    case "boolean":
      return v ? 1 : 0;
    case "object":
      if (v instanceof PyBoxed && (typeof v.v === "number" || typeof v.v === "bigint")) return v.v;
  }
  return undefined;
}

/** The number in a `float` or subclass instance. */
export function asFloat(v: Value): number | undefined {
  if (v instanceof PyFloat) return v.v;
  if (v instanceof PyBoxed && v.v instanceof PyFloat) return v.v.v;
  return undefined;
}

/** Integers to the nearest double; OverflowError when there is none. */
export function intToDouble(i: Int): number {
  if (typeof i === "number") return i;
  const d = Number(i);
  if (!Number.isFinite(d)) throw overflowError("int too large to convert to float");
  return d;
}

/** The number in any real number, or `undefined`. */
export function asReal(v: Value): number | undefined {
  const f = asFloat(v);
  if (f !== undefined) return f;
  const i = asInt(v);
  return i === undefined ? undefined : intToDouble(i);
}

// --- integers ----------------------------------------------------------------------------------------------------

interface Meter {
  charge(units: number): void;
}

function grown(vm: Meter, bits: number, work: number): void {
  if (bits > MAX_INT_BITS) throw memoryError();
  if (bits > 512) vm.charge(Math.ceil(work));
}

export function intAdd(vm: Meter, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const c = a + b;
    if (Number.isSafeInteger(c)) return c;
  }
  const bits = Math.max(roughBits(a), roughBits(b)) + 1;
  grown(vm, bits, bits / 512);
  return norm(big(a) + big(b));
}

export function intSub(vm: Meter, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const c = a - b;
    if (Number.isSafeInteger(c)) return c;
  }
  const bits = Math.max(roughBits(a), roughBits(b)) + 1;
  grown(vm, bits, bits / 512);
  return norm(big(a) - big(b));
}

export function intMul(vm: Meter, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number") {
    const c = a * b;
    if (Number.isSafeInteger(c)) return c + 0;
  }
  const x = roughBits(a);
  const y = roughBits(b);
  grown(vm, x + y, ((x / 64) * (y / 64)) / 64 + (x + y) / 512);
  return norm(big(a) * big(b));
}

export function intFloorDiv(vm: Meter, a: Int, b: Int): Int {
  if (b === 0) throw zeroDivision("integer division or modulo by zero");
  if (typeof a === "number" && typeof b === "number") {
    const r = a % b;
    let q = (a - r) / b;
    if (r !== 0 && r < 0 !== b < 0) q -= 1;
    return q + 0;
  }
  const x = roughBits(a);
  const y = roughBits(b);
  grown(vm, x, ((x / 64) * (y / 64)) / 32);
  const p = big(a);
  const q = big(b);
  const d = p / q;
  // The host truncates: where the signs differ, an inexact quotient is one too high.
  return norm(p < 0n !== q < 0n && d * q !== p ? d - 1n : d);
}

export function intMod(vm: Meter, a: Int, b: Int): Int {
  if (b === 0) throw zeroDivision("integer modulo by zero");
  if (typeof a === "number" && typeof b === "number") {
    const r = a % b;
    return r !== 0 && r < 0 !== b < 0 ? r + b : r + 0;
  }
  const x = roughBits(a);
  const y = roughBits(b);
  grown(vm, x, ((x / 64) * (y / 64)) / 32);
  const q = big(b);
  let r = big(a) % q;
  if (r !== 0n && r < 0n !== q < 0n) r += q;
  return norm(r);
}

export function intPow(vm: Meter, a: Int, b: Int): Value {
  if (b < 0) {
    if (a === 0) throw zeroDivision("0.0 cannot be raised to a negative power");
    return new PyFloat(intToDouble(a) ** intToDouble(b));
  }
  if (typeof a === "number" && typeof b === "number") {
    const c = a ** b;
    if (Number.isSafeInteger(c)) return c + 0;
  }
  if (a === 0 || a === 1) return b === 0 ? 1 : a;
  if (a === -1) return BigInt(b) % 2n === 0n ? 1 : -1;
  if (typeof b !== "number") throw memoryError();
  const bits = bitLength(a) * b;
  if (bits > MAX_INT_BITS + 64) throw memoryError();
  vm.charge(Math.ceil((bits / 64) ** 1.6 / 64));
  return norm(BigInt(a) ** BigInt(b));
}

export function intPowMod(vm: Meter, a: Int, b: Int, m: Int): Int {
  if (m === 0) throw valueError("pow() 3rd argument cannot be 0");
  let base = BigInt(a);
  let exp = BigInt(b);
  const mod = BigInt(m);
  if (exp < 0n) {
    base = modInverse(base, mod < 0n ? -mod : mod);
    exp = -exp;
  }
  const modulus = mod < 0n ? -mod : mod;
  const words = roughBits(norm(modulus)) / 64;
  vm.charge(Math.ceil((bitLength(norm(exp)) * words * words) / 16) + 1);
  let result = 1n % modulus;
  base %= modulus;
  if (base < 0n) base += modulus;
  while (exp > 0n) {
    if (exp & 1n) result = (result * base) % modulus;
    exp >>= 1n;
    if (exp > 0n) base = (base * base) % modulus;
  }
  if (mod < 0n && result !== 0n) result += mod;
  return norm(result);
}

function modInverse(a: bigint, m: bigint): bigint {
  let [r0, r1] = [m, ((a % m) + m) % m];
  let [t0, t1] = [0n, 1n];
  while (r1 !== 0n) {
    const q = r0 / r1;
    [r0, r1] = [r1, r0 - q * r1];
    [t0, t1] = [t1, t0 - q * t1];
  }
  if (r0 !== 1n) throw valueError("base is not invertible for the given modulus");
  return ((t0 % m) + m) % m;
}

export function intLshift(vm: Meter, a: Int, b: Int): Int {
  if (b < 0) throw valueError("negative shift count");
  if (a === 0) return 0;
  if (typeof a === "number" && typeof b === "number" && b < 53) {
    const c = a * 2 ** b;
    if (Number.isSafeInteger(c)) return c;
  }
  if (typeof b !== "number") throw overflowError("too many digits in integer");
  const bits = roughBits(a) + b;
  grown(vm, bits, bits / 512);
  return norm(BigInt(a) << BigInt(b));
}

export function intRshift(_vm: Meter, a: Int, b: Int): Int {
  if (b < 0) throw valueError("negative shift count");
  if (typeof a === "number") return typeof b === "number" && b < 64 ? Math.floor(a / 2 ** b) + 0 : a < 0 ? -1 : 0;
  if (typeof b !== "number" || b > MAX_INT_BITS) return a < 0n ? -1 : 0;
  return norm(a >> BigInt(b));
}

const small = (a: number): boolean => a === (a | 0);

export function intAnd(_vm: Meter, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number" && small(a) && small(b)) return a & b;
  return norm(BigInt(a) & BigInt(b));
}
export function intOr(_vm: Meter, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number" && small(a) && small(b)) return a | b;
  return norm(BigInt(a) | BigInt(b));
}
export function intXor(_vm: Meter, a: Int, b: Int): Int {
  if (typeof a === "number" && typeof b === "number" && small(a) && small(b)) return a ^ b;
  return norm(BigInt(a) ^ BigInt(b));
}

/** The exact quotient rounded to the nearest double, as `int / int`. */
export function intTrueDiv(a: Int, b: Int): number {
  if (b === 0) throw zeroDivision("division by zero");
  if (typeof a === "number" && typeof b === "number") return a / b;
  let [p, q] = [BigInt(a), BigInt(b)];
  const negative = p < 0n !== q < 0n;
  if (p < 0n) p = -p;
  if (q < 0n) q = -q;
  if (p === 0n) return 0;
  // Scale so that the quotient has 64 to 66 bits, keep what is lost as a sticky bit, round once.
  const shift = 65 - (bitLength(norm(p)) - bitLength(norm(q)));
  const num = shift > 0 ? p << BigInt(shift) : p;
  const den = shift < 0 ? q << BigInt(-shift) : q;
  let quotient = num / den;
  if (num % den !== 0n) quotient |= 1n;
  const d = scaleBig(quotient, -shift);
  if (!Number.isFinite(d)) throw overflowError("integer division result too large for a float");
  return negative ? -d : d;
}

/** m × 2^e rounded once to a double; m > 0. */
export function scaleBig(m: bigint, e: number): number {
  const bits = bitLength(norm(m));
  const exponent = bits + e;
  if (exponent > 1024) return Number.POSITIVE_INFINITY;
  // Subnormals have fewer than 53 bits.
  const keep = exponent < -1021 ? 53 - (-1021 - exponent) : 53;
  if (keep < 0) return 0;
  const drop = bits - keep;
  if (drop > 0) {
    const rest = m & ((1n << BigInt(drop)) - 1n);
    const half = 1n << BigInt(drop - 1);
    let top = m >> BigInt(drop);
    if (rest > half || (rest === half && top & 1n)) top += 1n;
    return multiplyPower(Number(top), e + drop);
  }
  return multiplyPower(Number(m), e);
}

function multiplyPower(x: number, e: number): number {
  while (e > 1000) {
    x *= 2 ** 1000;
    e -= 1000;
  }
  while (e < -1000) {
    x *= 2 ** -1000;
    e += 1000;
  }
  return x * 2 ** e;
}

/** A finite double as m × 2^e with an odd or zero m. */
export function decompose(v: number): { m: bigint; e: number } {
  if (v === 0) return { m: 0n, e: 0 };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, v);
  const high = view.getUint32(0);
  const exponent = (high >>> 20) & 0x7ff;
  let m = (BigInt(high & 0xfffff) << 32n) | BigInt(view.getUint32(4));
  let e = exponent - 1075;
  if (exponent === 0) e = -1074;
  else m |= 1n << 52n;
  while (m !== 0n && (m & 1n) === 0n) {
    m >>= 1n;
    e++;
  }
  return { m: v < 0 ? -m : m, e };
}

// --- floats ------------------------------------------------------------------------------------------------------

export function floatFloorDiv(a: number, b: number): number {
  if (b === 0) throw zeroDivision("float floor division by zero");
  return floatDivmod(a, b)[0];
}

export function floatMod(a: number, b: number): number {
  if (b === 0) throw zeroDivision("float modulo");
  let r = a % b;
  if (r !== 0) {
    if (b < 0 !== r < 0) r += b;
  } else r = b < 0 ? -0 : 0;
  return r;
}

export function floatDivmod(a: number, b: number): [number, number] {
  if (b === 0) throw zeroDivision("float divmod()");
  let mod = a % b;
  let div = (a - mod) / b;
  if (mod !== 0) {
    if (b < 0 !== mod < 0) {
      mod += b;
      div -= 1;
    }
  } else mod = b < 0 ? -0 : 0;
  let floor: number;
  if (div !== 0) {
    floor = Math.floor(div);
    if (div - floor > 0.5) floor += 1;
  } else floor = a / b < 0 || Object.is(a / b, -0) ? -0 : 0;
  return [floor, mod];
}

export function floatPow(a: number, b: number): Value {
  if (b === 0 || a === 1) return new PyFloat(1);
  if (a === 0 && b < 0) throw zeroDivision("0.0 cannot be raised to a negative power");
  if (a === -1 && (b === Number.POSITIVE_INFINITY || b === Number.NEGATIVE_INFINITY)) return new PyFloat(1);
  if (a < 0 && Number.isFinite(a) && Number.isFinite(b) && !Number.isInteger(b))
    return complexPow(new PyComplex(a, 0), new PyComplex(b, 0));
  const r = a ** b;
  if (!Number.isFinite(r) && Number.isFinite(a) && Number.isFinite(b))
    throw raise(E.OverflowError!, 34, "Numerical result out of range");
  return new PyFloat(r);
}

/** Shortest text that reads back as the same double. */
export function floatRepr(v: number): string {
  if (v !== v) return "nan";
  if (v === Number.POSITIVE_INFINITY) return "inf";
  if (v === Number.NEGATIVE_INFINITY) return "-inf";
  if (v === 0) return Object.is(v, -0) ? "-0.0" : "0.0";
  const a = Math.abs(v);
  if (a >= 1e-4 && a < 1e16) {
    const text = String(v);
    if (!text.includes("e")) return text.includes(".") ? text : `${text}.0`;
    const [digits, exponent] = shortest(a);
    return `${v < 0 ? "-" : ""}0.${"0".repeat(-exponent - 1)}${digits}`;
  }
  const [digits, exponent] = shortest(a);
  const mantissa = digits.length > 1 ? `${digits[0]}.${digits.slice(1)}` : digits;
  return `${v < 0 ? "-" : ""}${mantissa}e${exponentText(exponent)}`;
}

const exponentText = (e: number): string => `${e < 0 ? "-" : "+"}${Math.abs(e) < 10 ? "0" : ""}${Math.abs(e)}`;

/** Shortest digits and decimal exponent of the first. */
function shortest(a: number): [string, number] {
  const [mantissa, exponent] = a.toExponential().split("e") as [string, string];
  return [mantissa.replace(".", ""), Number(exponent)];
}

/** |v| rounded half-even, exactly, to `places` digits behind the point, as an integer of 10^-places units. */
function fixedDigits(v: number, places: number): bigint {
  const { m, e } = decompose(Math.abs(v));
  const scale = 10n ** BigInt(Math.max(places, 0));
  let num = m * scale;
  let den = places < 0 ? 10n ** BigInt(-places) : 1n;
  if (e >= 0) num <<= BigInt(e);
  else den <<= BigInt(-e);
  let q = num / den;
  const twice = (num % den) * 2n;
  if (twice > den || (twice === den && q & 1n)) q += 1n;
  return q;
}

/** `%.{places}f` without sign. */
export function fixed(v: number, places: number): string {
  let digits = fixedDigits(v, places).toString();
  if (places === 0) return digits;
  digits = digits.padStart(places + 1, "0");
  return `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** `count` significant digits of |v|, correctly rounded, and the decimal exponent of the first. */
export function significant(v: number, count: number): [string, number] {
  const a = Math.abs(v);
  if (a === 0) return ["0".repeat(count), 0];
  let exponent = Number(a.toExponential().split("e")[1]);
  let digits = fixedDigits(a, count - 1 - exponent).toString();
  if (digits.length > count) {
    exponent++;
    digits = fixedDigits(a, count - 1 - exponent).toString();
  }
  return [digits, exponent];
}

/** Formats |v| by `e`, `f`, `g`, `n`, `%` or `r` (shortest); without sign. `alt` keeps the point and trailing zeros. */
export function formatDouble(v: number, code: string, precision: number, alt: boolean): string {
  const upper = code === "E" || code === "F" || code === "G";
  const lower = code.toLowerCase();
  if (!Number.isFinite(v)) {
    const text = (v !== v ? "nan" : "inf") + (code === "%" ? "%" : "");
    return upper ? text.toUpperCase() : text;
  }
  let text: string;
  switch (lower) {
    case "f":
      text = fixed(v, precision) + (alt && precision === 0 ? "." : "");
      break;
    case "%": {
      text = fixed(v * 100, precision) + (alt && precision === 0 ? "." : "");
      return `${text}%`;
    }
    case "e": {
      const [digits, exponent] = significant(v, precision + 1);
      text = `${digits[0]}${precision > 0 || alt ? "." : ""}${digits.slice(1)}e${exponentText(exponent)}`;
      break;
    }
    default: {
      // g, n: `precision` significant digits; r: as many as needed
      let digits: string;
      let exponent: number;
      let limit = precision;
      if (code === "r") {
        [digits, exponent] = v === 0 ? ["0", 0] : shortest(Math.abs(v));
        limit = 16;
      } else {
        if (precision === 0) limit = 1;
        [digits, exponent] = significant(v, limit);
      }
      const trim = (s: string): string => (alt || !s.includes(".") ? s : s.replace(/\.?0+$/, ""));
      if (exponent < -4 || exponent >= limit) {
        const mantissa = trim(`${digits[0]}${digits.length > 1 || alt ? "." : ""}${digits.slice(1)}`);
        text = `${mantissa}e${exponentText(exponent)}`;
      } else if (exponent < 0) text = trim(`0.${"0".repeat(-exponent - 1)}${digits}`);
      else {
        const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, "0");
        const rest = digits.slice(exponent + 1);
        text = trim(rest || alt ? `${whole}.${rest}` : whole);
      }
      if (code === "r" && !text.includes(".") && !text.includes("e")) text += ".0";
    }
  }
  return upper ? text.toUpperCase() : text;
}

/** Reads a float as `float(text)` does, or `undefined`. */
export function parseFloatText(raw: string): number | undefined {
  const text = raw.trim();
  const match =
    /^([+-]?)(?:(inf|infinity)|(nan)|((?:\d+(?:_\d+)*)?(?:\.(?:\d+(?:_\d+)*)?)?(?:e[+-]?\d+(?:_\d+)*)?))$/i.exec(text);
  if (!match) return undefined;
  const sign = match[1] === "-" ? -1 : 1;
  if (match[2]) return sign * Number.POSITIVE_INFINITY;
  if (match[3]) return Number.NaN;
  const digits = match[4]!.replaceAll("_", "");
  if (!/^(\d|\.\d)/.test(digits)) return undefined;
  return sign * Number(digits);
}

/** Rounds half to even at a decimal place, as `round(x, n)`. */
export function roundDouble(v: number, places: number): number {
  if (!Number.isFinite(v) || places > 323) return v;
  if (places < -308) return v < 0 ? -0 : 0;
  const digits = fixedDigits(v, places);
  const text = places >= 0 ? `${digits}e${-places}` : `${digits * 10n ** BigInt(-places)}`;
  const r = Number(text);
  if (!Number.isFinite(r)) throw overflowError("rounded value too large to represent");
  return v < 0 || Object.is(v, -0) ? -r : r;
}

/** Rounds a double to the nearest integer, half to even. */
export function roundToInt(v: number): Int {
  const floor = Math.floor(v);
  const rest = v - floor;
  const r = rest < 0.5 ? floor : rest > 0.5 ? floor + 1 : floor % 2 === 0 ? floor : floor + 1;
  return doubleToInt(r);
}

/** An integral double as an integer. */
export function doubleToInt(v: number): Int {
  if (Number.isSafeInteger(v)) return v + 0;
  if (v !== v) throw valueError("cannot convert float NaN to integer");
  if (!Number.isFinite(v)) throw overflowError("cannot convert float infinity to integer");
  return norm(BigInt(Math.trunc(v)));
}

// --- integers and text -------------------------------------------------------------------------------------------

const DIGITS: Record<number, RegExp> = {
  2: /^[01]+(?:_[01]+)*$/,
  8: /^[0-7]+(?:_[0-7]+)*$/,
  10: /^[0-9]+(?:_[0-9]+)*$/,
  16: /^[0-9a-f]+(?:_[0-9a-f]+)*$/i,
};

/** Digits that `int(text)` reads and `str(int)` writes at most, where the base is not a power of two. */
export const INT_DIGITS = { max: 4300 };

/** Reads an integer as `int(text, base)`, or `undefined`. */
export function parseIntText(raw: string, base: number): Int | undefined {
  let text = raw.trim();
  let negative = false;
  if (text[0] === "+" || text[0] === "-") {
    negative = text[0] === "-";
    text = text.slice(1);
  }
  const prefix = /^0([xob])_?/i.exec(text);
  if (prefix) {
    const of = { x: 16, o: 8, b: 2 }[prefix[1]!.toLowerCase() as "x" | "o" | "b"];
    if (base === of || base === 0) {
      text = text.slice(prefix[0].length);
      base = of;
    }
  } else if (base === 0) {
    if (/^0[0-9_]*[1-9]/.test(text)) return undefined;
    base = 10;
  }
  if (/[^\x00-\x7f]/.test(text)) text = text.replace(/\p{Nd}/gu, decimalDigit);
  const pattern = (DIGITS[base] ??= digitPattern(base));
  if (!pattern.test(text)) return undefined;
  text = text.replaceAll("_", "");
  let value: Int;
  const plain = Number.parseInt(text, base);
  if (Number.isSafeInteger(plain) && text.length < 16) value = plain;
  else if (base === 10) {
    if (INT_DIGITS.max > 0 && text.length > INT_DIGITS.max)
      throw valueError(
        `Exceeds the limit (${INT_DIGITS.max} digits) for integer string conversion: value has ${text.length} digits; use sys.set_int_max_str_digits() to increase the limit`,
      );
    value = norm(BigInt(text));
  } else if (base === 16 || base === 8 || base === 2)
    value = norm(BigInt(`0${{ 16: "x", 8: "o", 2: "b" }[base]}${text}`));
  else {
    if (text.length > 4300) throw valueError("Exceeds the limit (4300 digits) for integer string conversion");
    let big = 0n;
    for (const c of text) big = big * BigInt(base) + BigInt(Number.parseInt(c, base));
    value = norm(big);
  }
  return negative ? (value === 0 ? 0 : -value) : value;
}

function digitPattern(base: number): RegExp {
  const set = "0123456789abcdefghijklmnopqrstuvwxyz".slice(0, base);
  return new RegExp(`^[${set}]+(?:_[${set}]+)*$`, "i");
}

/** Any Unicode decimal digit as ASCII: they come in runs of ten. */
export function decimalDigit(c: string): string {
  let code = c.codePointAt(0)!;
  let value = 0;
  while (value < 10 && /\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
    code--;
    value++;
    if (value === 10) value = 0;
  }
  return String(value % 10);
}

export function intToText(vm: Meter, v: Int): string {
  if (typeof v === "number") return String(v);
  const bits = bitLength(v);
  const digits = Math.floor(bits * 0.30102999566398) + 1;
  if (bits > 4096) {
    if (INT_DIGITS.max > 0 && digits > INT_DIGITS.max)
      throw valueError(
        `Exceeds the limit (${INT_DIGITS.max} digits) for integer string conversion; use sys.set_int_max_str_digits() to increase the limit`,
      );
    vm.charge(Math.ceil((digits / 64) ** 1.6));
  }
  return v.toString();
}

// --- hashes ------------------------------------------------------------------------------------------------------

const MODULUS = (1n << 61n) - 1n;

export function hashInt(v: Int): Int {
  if (typeof v === "number") return v === -1 ? -2 : v;
  const a = v < 0n ? -v : v;
  let h = a % MODULUS;
  if (v < 0n) h = -h;
  return h === -1n ? -2 : norm(h);
}

export function hashDouble(v: number, self: object, id: (o: object) => number): Int {
  if (v !== v) return id(self);
  if (v === Number.POSITIVE_INFINITY) return 314159;
  if (v === Number.NEGATIVE_INFINITY) return -314159;
  if (Number.isSafeInteger(v)) return hashInt(v + 0);
  const { m, e } = decompose(v);
  let h = (m < 0n ? -m : m) % MODULUS;
  const shift = BigInt(((e % 61) + 61) % 61);
  h = ((h << shift) & MODULUS) | (h >> (61n - shift));
  if (m < 0n) h = -h;
  return h === -1n ? -2 : norm(h);
}

// --- complex -----------------------------------------------------------------------------------------------------

export function asComplex(v: Value): PyComplex | undefined {
  if (v instanceof PyComplex) return v;
  const real = asReal(v);
  return real === undefined ? undefined : new PyComplex(real, 0);
}

export function complexDiv(a: PyComplex, b: PyComplex): PyComplex {
  if (b.re === 0 && b.im === 0) throw zeroDivision("complex division by zero");
  if (Math.abs(b.re) >= Math.abs(b.im)) {
    const ratio = b.im / b.re;
    const den = b.re + b.im * ratio;
    return new PyComplex((a.re + a.im * ratio) / den, (a.im - a.re * ratio) / den);
  }
  const ratio = b.re / b.im;
  const den = b.re * ratio + b.im;
  return new PyComplex((a.re * ratio + a.im) / den, (a.im * ratio - a.re) / den);
}

export function complexMul(a: PyComplex, b: PyComplex): PyComplex {
  return new PyComplex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}

export function complexPow(a: PyComplex, b: PyComplex): PyComplex {
  if (b.re === 0 && b.im === 0) return new PyComplex(1, 0);
  if (a.re === 0 && a.im === 0) {
    if (b.im !== 0 || b.re < 0) throw zeroDivision("0.0 to a negative or complex power");
    return new PyComplex(0, 0);
  }
  if (b.im === 0 && Number.isInteger(b.re) && Math.abs(b.re) <= 100) {
    let n = Math.abs(b.re);
    let base = a;
    let result = new PyComplex(1, 0);
    while (n > 0) {
      if (n & 1) result = complexMul(result, base);
      base = complexMul(base, base);
      n >>= 1;
    }
    return b.re < 0 ? complexDiv(new PyComplex(1, 0), result) : result;
  }
  const abs = Math.hypot(a.re, a.im);
  let len = abs ** b.re;
  const at = Math.atan2(a.im, a.re);
  let phase = at * b.re;
  if (b.im !== 0) {
    len /= Math.exp(at * b.im);
    phase += b.im * Math.log(abs);
  }
  return new PyComplex(len * Math.cos(phase), len * Math.sin(phase));
}

function complexPart(v: number): string {
  return Number.isInteger(v) && Math.abs(v) < 1e16 ? (Object.is(v, -0) ? "-0" : String(v)) : floatRepr(v);
}

export function complexRepr(c: PyComplex): string {
  const im = complexPart(c.im);
  if (c.re === 0 && !Object.is(c.re, -0)) return `${im}j`;
  const sign = im[0] === "-" || im === "nan" ? (im === "nan" ? "+" : "") : "+";
  return `(${complexPart(c.re)}${sign}${im}j)`;
}

// --- the operators -----------------------------------------------------------------------------------------------

type IntOp = (vm: Meter, a: Int, b: Int) => Value;

const INT_OPS: readonly (IntOp | null)[] = [
  intAdd,
  intSub,
  intMul,
  null,
  (_vm, a, b) => new PyFloat(intTrueDiv(a, b)),
  intFloorDiv,
  intMod,
  intPow,
  intLshift,
  intRshift,
  intAnd,
  intOr,
  intXor,
];

const FLOAT_OPS: readonly (((a: number, b: number) => Value) | null)[] = [
  (a, b) => new PyFloat(a + b),
  (a, b) => new PyFloat(a - b),
  (a, b) => new PyFloat(a * b),
  null,
  (a, b) => {
    if (b === 0) throw zeroDivision("float division by zero");
    return new PyFloat(a / b);
  },
  (a, b) => new PyFloat(floatFloorDiv(a, b)),
  (a, b) => new PyFloat(floatMod(a, b)),
  floatPow,
  null,
  null,
  null,
  null,
  null,
];

const COMPLEX_OPS: readonly (((a: PyComplex, b: PyComplex) => Value) | null)[] = [
  (a, b) => new PyComplex(a.re + b.re, a.im + b.im),
  (a, b) => new PyComplex(a.re - b.re, a.im - b.im),
  complexMul,
  null,
  complexDiv,
  null,
  null,
  complexPow,
  null,
  null,
  null,
  null,
  null,
];

/** An operator (numbered as in {@link DUNDERS}) on built-in numbers; NotImplemented when one is no number. */
export function arithmetic(vm: Meter, op: number, a: Value, b: Value): Value {
  const [i, j] = [asInt(a), asInt(b)];
  if (i !== undefined && j !== undefined) {
    const f = INT_OPS[op];
    if (!f) return NotImplemented;
    if (op >= 10 && typeof a === "boolean" && typeof b === "boolean") return f(vm, i, j) === 1;
    return f(vm, i, j);
  }
  if (a instanceof PyComplex || b instanceof PyComplex) {
    const f = COMPLEX_OPS[op];
    const [x, y] = [asComplex(a), asComplex(b)];
    return f && x && y ? f(x, y) : NotImplemented;
  }
  const f = FLOAT_OPS[op];
  if (!f) return NotImplemented;
  const x = asReal(a);
  if (x === undefined) return NotImplemented;
  const y = asReal(b);
  return y === undefined ? NotImplemented : f(x, y);
}

/** Method names of the binary operators, in the order of the ops in the table. */
export const DUNDERS = [
  "add",
  "sub",
  "mul",
  "matmul",
  "truediv",
  "floordiv",
  "mod",
  "pow",
  "lshift",
  "rshift",
  "and",
  "or",
  "xor",
] as const;
export const SYMBOLS = ["+", "-", "*", "@", "/", "//", "%", "** or pow()", "<<", ">>", "&", "|", "^"] as const;

/** -1, 0 or 1 for real numbers, NaN when unordered, `undefined` when one is no real number. Exact. */
export function compareReals(a: Value, b: Value): number | undefined {
  const [i, j] = [asInt(a), asInt(b)];
  if (i !== undefined && j !== undefined) return i < j ? -1 : i > j ? 1 : 0;
  const x = i ?? asFloat(a);
  const y = j ?? asFloat(b);
  if (x === undefined || y === undefined) return undefined;
  // JavaScript compares a BigInt with a number exactly.
  return x < y ? -1 : x > y ? 1 : x >= y ? 0 : Number.NaN;
}
