/**
 * Exact conversions between decimal text, binary floating point of any width and the 80-bit extended format of x87, in
 * which MIR's `long double` values are stored in files. Everything is integer arithmetic: no result is rounded twice.
 */

/** A finite decimal number: `(-1)^negative × digits × 10^exponent`. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: bigint;
  readonly exponent: number;
}

/** A binary floating-point format. The value of a number is `mantissa × 2^exponent`. */
export interface BinaryFormat {
  /** Bits of the mantissa, the leading one included. */
  readonly precision: number;
  /** Exponent of the least significant mantissa bit of the smallest subnormal number. */
  readonly minExponent: number;
  /** Exponent of the least significant mantissa bit of the largest finite number. */
  readonly maxExponent: number;
}

export const BINARY32: BinaryFormat = { precision: 24, minExponent: -149, maxExponent: 104 };
export const BINARY64: BinaryFormat = { precision: 53, minExponent: -1074, maxExponent: 971 };
export const X87_EXTENDED: BinaryFormat = { precision: 64, minExponent: -16445, maxExponent: 16320 };

/** What rounding to a format gives: zero has mantissa 0, and infinity is a flag. */
export interface Rounded {
  readonly mantissa: bigint;
  readonly exponent: number;
  readonly infinite: boolean;
}

/** Longest literal that is converted: enough for every exact `long double`, and bounded work. */
export const MAX_DECIMAL_LENGTH = 20_000;

/** Number of bits of a non-negative integer. */
export function bitLength(value: bigint): number {
  if (value === 0n) return 0;
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex[0] as string, 16)));
}

/**
 * Reads `[sign] digits [. digits] [e [sign] digits]`.
 *
 * @returns null if the text is not of that form or longer than {@link MAX_DECIMAL_LENGTH}.
 */
export function parseDecimal(text: string): Decimal | null {
  if (text.length > MAX_DECIMAL_LENGTH) return null;
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null) return null;
  const whole = match[2] ?? "";
  const fraction = match[3] ?? "";
  if (whole.length + fraction.length === 0) return null;
  // Exponents beyond every format are clamped, so that no huge power of ten is ever computed.
  const exponent = Math.max(-1e6, Math.min(1e6, Number(match[4] ?? "0")));
  return { negative: match[1] === "-", digits: BigInt(whole + fraction), exponent: exponent - fraction.length };
}

/** Rounds the positive rational `numerator / denominator` to a format: to nearest, ties to even. */
export function roundRational(numerator: bigint, denominator: bigint, format: BinaryFormat): Rounded {
  if (numerator === 0n) return { mantissa: 0n, exponent: 0, infinite: false };
  const { precision, minExponent, maxExponent } = format;
  let exponent = bitLength(numerator) - bitLength(denominator) - precision;
  if (exponent < minExponent) exponent = minExponent;
  for (;;) {
    const n = exponent < 0 ? numerator << BigInt(-exponent) : numerator;
    const d = exponent > 0 ? denominator << BigInt(exponent) : denominator;
    let mantissa = n / d;
    if (bitLength(mantissa) > precision) {
      exponent++;
      continue;
    }
    const twice = (n - mantissa * d) * 2n;
    if (twice > d || (twice === d && (mantissa & 1n) === 1n)) mantissa++;
    if (bitLength(mantissa) > precision) {
      mantissa >>= 1n;
      exponent++;
    }
    return { mantissa, exponent, infinite: exponent > maxExponent };
  }
}

/** Rounds a decimal number's magnitude to a format. */
export function roundDecimal(decimal: Decimal, format: BinaryFormat): Rounded {
  const { digits, exponent } = decimal;
  const magnitude = digits.toString().length + exponent;
  if (digits === 0n || magnitude < -5100) return { mantissa: 0n, exponent: 0, infinite: false };
  if (magnitude > 5100) return { mantissa: 0n, exponent: 0, infinite: true };
  return exponent >= 0
    ? roundRational(digits * 10n ** BigInt(exponent), 1n, format)
    : roundRational(digits, 10n ** BigInt(-exponent), format);
}

/** `mantissa × 2^exponent` as a number; exact if it fits f64. */
function scale(mantissa: bigint, exponent: number): number {
  let value = Number(mantissa);
  // In two steps: 2^-1074 alone is representable, but not every intermediate factor is.
  while (exponent < -1000) {
    value *= 2 ** -1000;
    exponent += 1000;
  }
  return value * 2 ** exponent;
}

/** Decimal text to f32, rounded once. The text must be a valid number. */
export function decimalToF32(text: string): number {
  const value = Number(text);
  const single = Math.fround(value);
  if (single === value || !Number.isFinite(value)) return single;
  // Rounding twice differs from rounding once only where the f64 lies half way between two f32.
  const other = Math.fround(value + (value - single));
  const onTie =
    Math.abs(value - single) * 2 === Math.abs(other - single) || Math.abs(single) === Number.POSITIVE_INFINITY;
  if (!onTie && Math.abs(value) > 1.5e-38) return single;
  const decimal = parseDecimal(text);
  if (decimal === null) return single;
  const r = roundDecimal(decimal, BINARY32);
  const magnitude = r.infinite ? Number.POSITIVE_INFINITY : scale(r.mantissa, r.exponent);
  return decimal.negative ? -magnitude : magnitude;
}

/** An 80-bit number as one integer: bit 79 sign, bits 78–64 exponent, bits 63–0 mantissa with explicit leading one. */
export type Bits80 = bigint;

const EXPONENT_BIAS = 16383;
const INFINITY_80: Bits80 = (0x7fffn << 64n) | (1n << 63n);

/** Packs a rounded magnitude and a sign. */
function pack80(r: Rounded, negative: boolean): Bits80 {
  const sign = negative ? 1n << 79n : 0n;
  if (r.infinite) return sign | INFINITY_80;
  if (r.mantissa === 0n) return sign;
  const normal = r.mantissa >> 63n === 1n;
  const biased = normal ? r.exponent + 63 + EXPONENT_BIAS : 0;
  return sign | (BigInt(biased) << 64n) | r.mantissa;
}

/** Decimal text to 80 bits, rounded once; null if the text is no decimal number. */
export function decimalToBits80(text: string): Bits80 | null {
  const decimal = parseDecimal(text);
  if (decimal === null) return null;
  return pack80(roundDecimal(decimal, X87_EXTENDED), decimal.negative);
}

const view = new DataView(new ArrayBuffer(8));

/** The bits of an f64. */
export function f64Bits(value: number): bigint {
  view.setFloat64(0, value);
  return view.getBigUint64(0);
}

/** The f64 with these bits. */
export function f64FromBits(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

/** f64 to 80 bits: exact. NaN keeps sign and payload. */
export function f64ToBits80(value: number): Bits80 {
  const bits = f64Bits(value);
  const sign = (bits >> 63n) << 79n;
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  if (exponent === 0x7ff) return sign | INFINITY_80 | (fraction << 11n);
  if (exponent === 0) {
    if (fraction === 0n) return sign;
    const shift = 64 - bitLength(fraction);
    return sign | (BigInt(-1074 - shift + 63 + EXPONENT_BIAS) << 64n) | (fraction << BigInt(shift));
  }
  return sign | (BigInt(exponent - 1023 + EXPONENT_BIAS) << 64n) | (1n << 63n) | (fraction << 11n);
}

/** The magnitude of a finite 80-bit number as `mantissa × 2^exponent`. */
export function unpack80(bits: Bits80): { negative: boolean; mantissa: bigint; exponent: number; special: boolean } {
  const biased = Number((bits >> 64n) & 0x7fffn);
  return {
    negative: bits >> 79n === 1n,
    mantissa: bits & 0xffffffffffffffffn,
    exponent: (biased === 0 ? 1 : biased) - EXPONENT_BIAS - 63,
    special: biased === 0x7fff,
  };
}

/** 80 bits to f64, rounded to nearest even; NaN keeps sign and the upper payload bits. */
export function bits80ToF64(bits: Bits80): number {
  const { negative, mantissa, exponent, special } = unpack80(bits);
  if (special) {
    const fraction = (mantissa >> 11n) & 0xfffffffffffffn;
    const quiet = (mantissa & 0x7fffffffffffffffn) === 0n ? 0n : fraction | (1n << 51n);
    return f64FromBits((negative ? 1n << 63n : 0n) | (0x7ffn << 52n) | quiet);
  }
  const r =
    exponent >= 0
      ? roundRational(mantissa << BigInt(exponent), 1n, BINARY64)
      : roundRational(mantissa, 1n << BigInt(-exponent), BINARY64);
  const magnitude = r.infinite ? Number.POSITIVE_INFINITY : scale(r.mantissa, r.exponent);
  return negative ? -magnitude : magnitude;
}

/** Ten little-endian bytes (of the 16 in memory) to 80 bits. */
export function readBits80(bytes: Uint8Array, at: number): Bits80 {
  let bits = 0n;
  for (let i = 9; i >= 0; i--) bits = (bits << 8n) | BigInt(bytes[at + i] as number);
  return bits;
}

/** 80 bits to ten little-endian bytes; the six bytes of padding after them are left alone. */
export function writeBits80(bits: Bits80, bytes: Uint8Array, at: number): void {
  for (let i = 0; i < 10; i++) bytes[at + i] = Number((bits >> BigInt(8 * i)) & 0xffn);
}

/**
 * The decimal digits of `mantissa × 2^exponent`, rounded to `count` significant digits (to nearest, ties to even).
 *
 * @returns the digits and the decimal exponent of the first one.
 */
export function significantDigits(
  mantissa: bigint,
  exponent: number,
  count: number,
): { digits: string; point: number } {
  if (mantissa === 0n) return { digits: "0".repeat(count), point: 0 };
  const numerator = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa;
  const denominator = exponent < 0 ? 1n << BigInt(-exponent) : 1n;
  let point = Math.floor((bitLength(mantissa) + exponent - 1) * Math.LOG10E * Math.LN2);
  for (;;) {
    const shift = count - 1 - point;
    const n = shift > 0 ? numerator * 10n ** BigInt(shift) : numerator;
    const d = shift < 0 ? denominator * 10n ** BigInt(-shift) : denominator;
    let q = n / d;
    const twice = (n - q * d) * 2n;
    if (twice > d || (twice === d && (q & 1n) === 1n)) q++;
    const digits = q.toString();
    if (digits.length === count) return { digits, point };
    point += digits.length > count ? 1 : -1;
  }
}
