/**
 * Single-precision floats as bits and as text: shortest decimal that reads back to the same bits.
 */

const f32 = new Float32Array(1);
const u32 = new Uint32Array(f32.buffer);

/** The canonical quiet NaN. */
export const NAN_BITS = 0x7fc00000;

/** The bits of `value` rounded to single precision; NaN becomes the canonical one. */
export function bitsOf(value: number): number {
  if (Number.isNaN(value)) return NAN_BITS;
  f32[0] = value;
  return u32[0] as number;
}

/** The value with these bits. The payload of a NaN is lost: copy bits, not values, where it matters. */
export function valueOf(bits: number): number {
  u32[0] = bits;
  return f32[0] as number;
}

/** Whether these bits are a NaN. */
export function isNaNBits(bits: number): boolean {
  return (bits & 0x7fffffff) > 0x7f800000;
}

/**
 * Text of a single-precision value: the shortest decimal that {@link parseFloat32} reads back to the same bits, `inf`,
 * `-inf`, `nan` for the canonical NaN, and the eight hexadecimal digits of any other NaN.
 */
export function formatFloat32(bits: number): string {
  if (isNaNBits(bits)) return bits === NAN_BITS ? "nan" : `0x${bits.toString(16).padStart(8, "0")}`;
  const value = valueOf(bits);
  if (value === Number.POSITIVE_INFINITY) return "inf";
  if (value === Number.NEGATIVE_INFINITY) return "-inf";
  if (Object.is(value, -0)) return "-0";
  for (let digits = 1; digits < 9; digits++) {
    const text = value.toPrecision(digits);
    if (Math.fround(Number(text)) === value) return String(Number(text));
  }
  return String(Number(value.toPrecision(9)));
}

/** The bits a literal stands for, in any form {@link formatFloat32} writes, or `undefined` if it is none. */
export function parseFloat32(text: string): number | undefined {
  if (/^0x[0-9a-f]{1,8}$/i.test(text)) return Number(text);
  const word = /^([+-]?)(inf|nan)$/i.exec(text);
  if (word !== null) {
    const sign = word[1] === "-" ? 0x80000000 : 0;
    return ((word[2].toLowerCase() === "inf" ? 0x7f800000 : NAN_BITS) | sign) >>> 0;
  }
  return /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text) ? bitsOf(Number(text)) : undefined;
}
