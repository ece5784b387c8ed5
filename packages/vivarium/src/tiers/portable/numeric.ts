/** The numeric operations of WebAssembly on signed numbers and BigInts (core specification, section 4.3). */

/** i32 as signed number, i64 as signed BigInt, f32 and f64 as numbers. */
export type Value = number | bigint;

type F = (...args: never[]) => Value;
const table: Record<string, F> = {};

const bool = (v: boolean): number => (v ? 1 : 0);

function integers(type: "i32" | "i64", bits: 32 | 64): void {
  const from = (v: bigint): Value => (bits === 32 ? Number(BigInt.asIntN(32, v)) : BigInt.asIntN(64, v));
  const s = (v: Value): bigint => BigInt(v);
  const u = (v: Value): bigint => BigInt.asUintN(bits, BigInt(v));
  const count = (v: Value): bigint => u(v) & BigInt(bits - 1);
  const put = (name: string, f: (a: Value, b: Value) => Value): void => {
    table[`${type}.${name}`] = f as F;
  };
  const zero = (v: Value): void => {
    if (s(v) === 0n) throw new RangeError("integer divide by zero");
  };
  const digits = (v: Value): string => u(v).toString(2).padStart(bits, "0");
  put("clz", (a) => from(BigInt(digits(a).indexOf("1") < 0 ? bits : digits(a).indexOf("1"))));
  put("ctz", (a) => from(BigInt(u(a) === 0n ? bits : bits - 1 - digits(a).lastIndexOf("1"))));
  put("popcnt", (a) => from(BigInt(digits(a).replaceAll("0", "").length)));
  put("eqz", (a) => bool(s(a) === 0n));
  put("add", (a, b) => from(s(a) + s(b)));
  put("sub", (a, b) => from(s(a) - s(b)));
  put("mul", (a, b) => from(s(a) * s(b)));
  put("div_s", (a, b) => {
    zero(b);
    if (s(a) === -(1n << BigInt(bits - 1)) && s(b) === -1n) throw new RangeError("integer overflow");
    return from(s(a) / s(b));
  });
  put("div_u", (a, b) => {
    zero(b);
    return from(u(a) / u(b));
  });
  put("rem_s", (a, b) => {
    zero(b);
    return from(s(a) % s(b));
  });
  put("rem_u", (a, b) => {
    zero(b);
    return from(u(a) % u(b));
  });
  put("and", (a, b) => from(s(a) & s(b)));
  put("or", (a, b) => from(s(a) | s(b)));
  put("xor", (a, b) => from(s(a) ^ s(b)));
  put("shl", (a, b) => from(s(a) << count(b)));
  put("shr_s", (a, b) => from(s(a) >> count(b)));
  put("shr_u", (a, b) => from(u(a) >> count(b)));
  put("rotl", (a, b) => from((u(a) << count(b)) | (u(a) >> (BigInt(bits) - count(b)))));
  put("rotr", (a, b) => from((u(a) >> count(b)) | (u(a) << (BigInt(bits) - count(b)))));
  put("eq", (a, b) => bool(s(a) === s(b)));
  put("ne", (a, b) => bool(s(a) !== s(b)));
  put("lt_s", (a, b) => bool(s(a) < s(b)));
  put("lt_u", (a, b) => bool(u(a) < u(b)));
  put("gt_s", (a, b) => bool(s(a) > s(b)));
  put("gt_u", (a, b) => bool(u(a) > u(b)));
  put("le_s", (a, b) => bool(s(a) <= s(b)));
  put("le_u", (a, b) => bool(u(a) <= u(b)));
  put("ge_s", (a, b) => bool(s(a) >= s(b)));
  put("ge_u", (a, b) => bool(u(a) >= u(b)));
  for (const n of bits === 64 ? [8, 16, 32] : [8, 16]) put(`extend${n}_s`, (a) => from(BigInt.asIntN(n, s(a))));
  for (const f of ["f32", "f64"]) {
    for (const signed of [true, false]) {
      const least = signed ? -(2n ** BigInt(bits - 1)) : 0n;
      const most = signed ? 2n ** BigInt(bits - 1) - 1n : 2n ** BigInt(bits) - 1n;
      const suffix = `${f}_${signed ? "s" : "u"}`;
      put(`trunc_${suffix}`, (a) => {
        const v = Math.trunc(a as number);
        if (!Number.isFinite(v)) throw new RangeError("invalid conversion to integer");
        if (BigInt(v) < least || BigInt(v) > most) throw new RangeError("integer overflow");
        return from(BigInt(v));
      });
      put(`trunc_sat_${suffix}`, (a) => {
        const v = Math.trunc(a as number);
        if (Number.isNaN(v)) return from(0n);
        if (v === Number.POSITIVE_INFINITY) return from(most);
        if (v === Number.NEGATIVE_INFINITY) return from(least);
        const n = BigInt(v);
        return from(n < least ? least : n > most ? most : n);
      });
    }
  }
}
integers("i32", 32);
integers("i64", 64);
table["i32.wrap_i64"] = ((a: bigint) => Number(BigInt.asIntN(32, a))) as F;
table["i64.extend_i32_s"] = ((a: number) => BigInt(a)) as F;
table["i64.extend_i32_u"] = ((a: number) => BigInt(a >>> 0)) as F;

const view = new DataView(new ArrayBuffer(8));

/** Ties to even, keeping the sign of zero. */
function nearest(v: number): number {
  if (!Number.isFinite(v) || v === 0) return v;
  const floor = Math.floor(v);
  const diff = v - floor;
  const rounded = diff < 0.5 ? floor : diff > 0.5 ? floor + 1 : floor % 2 === 0 ? floor : floor + 1;
  return rounded === 0 && v < 0 ? -0 : rounded;
}

function floats(type: "f32" | "f64"): void {
  const round = type === "f32" ? Math.fround : (v: number): number => v;
  const put = (name: string, f: (a: number, b: number) => number): void => {
    table[`${type}.${name}`] = f as F;
  };
  /** The sign bit, also of a NaN. */
  const negative = (v: number): boolean => {
    view.setFloat64(0, v);
    return view.getUint8(0) >= 128;
  };
  const flip = (v: number): number => {
    view.setFloat64(0, v);
    view.setUint8(0, view.getUint8(0) ^ 128);
    return view.getFloat64(0);
  };
  put("abs", (a) => (negative(a) ? flip(a) : a));
  put("neg", flip);
  put("ceil", Math.ceil);
  put("floor", Math.floor);
  put("trunc", Math.trunc);
  put("nearest", nearest);
  put("sqrt", (a) => round(Math.sqrt(a)));
  put("add", (a, b) => round(a + b));
  put("sub", (a, b) => round(a - b));
  put("mul", (a, b) => round(a * b));
  put("div", (a, b) => round(a / b));
  put("min", Math.min);
  put("max", Math.max);
  put("copysign", (a, b) => (negative(a) === negative(b) ? a : flip(a)));
  put("eq", (a, b) => bool(a === b));
  put("ne", (a, b) => bool(a !== b));
  put("lt", (a, b) => bool(a < b));
  put("gt", (a, b) => bool(a > b));
  put("le", (a, b) => bool(a <= b));
  put("ge", (a, b) => bool(a >= b));
}
floats("f32");
floats("f64");

/** An integer as float with one rounding: through f64 a 64-bit integer would be rounded twice on its way to f32. */
function toFloat32(v: bigint): number {
  const magnitude = v < 0n ? -v : v;
  const length = magnitude.toString(2).length;
  if (length <= 53) return Math.fround(Number(v));
  // Keep 26 bits and a sticky bit: enough for one correct rounding to 24.
  const shift = BigInt(length - 26);
  const kept = magnitude >> shift;
  const sticky = kept << shift === magnitude ? 0n : 1n;
  const value = Math.fround(Number((kept << 1n) | sticky)) * 2 ** (Number(shift) - 1);
  return v < 0n ? -value : value;
}
for (const signed of [true, false]) {
  const suffix = signed ? "s" : "u";
  const value = (bits: 32 | 64, v: Value): bigint => (signed ? BigInt(v) : BigInt.asUintN(bits, BigInt(v)));
  table[`f64.convert_i32_${suffix}`] = ((a: number) => Number(value(32, a))) as F;
  table[`f64.convert_i64_${suffix}`] = ((a: bigint) => Number(value(64, a))) as F;
  table[`f32.convert_i32_${suffix}`] = ((a: number) => Math.fround(Number(value(32, a)))) as F;
  table[`f32.convert_i64_${suffix}`] = ((a: bigint) => toFloat32(value(64, a))) as F;
}
table["f32.demote_f64"] = Math.fround as F;
table["f64.promote_f32"] = ((a: number) => a) as F;
table["i32.reinterpret_f32"] = ((a: number) => {
  view.setFloat32(0, a);
  return view.getInt32(0);
}) as F;
table["i64.reinterpret_f64"] = ((a: number) => {
  view.setFloat64(0, a);
  return view.getBigInt64(0);
}) as F;
table["f32.reinterpret_i32"] = ((a: number) => {
  view.setInt32(0, a);
  return view.getFloat32(0);
}) as F;
table["f64.reinterpret_i64"] = ((a: bigint) => {
  view.setBigInt64(0, a);
  return view.getFloat64(0);
}) as F;

/** A value for every operation of `isa/numeric.ts`. */
export const NUMERIC_VALUES: Readonly<Record<string, (...args: Value[]) => Value>> = table as never;
