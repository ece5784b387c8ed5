/** Machine code for the host's own processor, with the types of its arguments: checked before it goes anywhere. */
import { LoadError, VivError } from "../machine/errors.js";

/** Types that a native function takes and returns; 64-bit integers are bigints, everything else numbers. */
export type NativeType = "i32" | "u32" | "i64" | "u64" | "f32" | "f64";
export type NativeArch = "x64" | "arm64";
export type NativeValue = number | bigint;

/** A column of arguments or results: one element for each call. */
export type NativeColumn = Int32Array | Uint32Array | BigInt64Array | BigUint64Array | Float32Array | Float64Array;

/** One leaf function that needs nothing but its arguments: no relocations, no data of its own, no calls. */
export interface NativeCode {
  readonly arch: NativeArch;
  readonly bytes: Uint8Array;
  /** At most six integers and eight floating-point numbers: what travels in registers. */
  readonly params: readonly NativeType[];
  readonly result: NativeType | null;
}

/** Largest machine code, in bytes. */
export const MAX_CODE = 16 << 20;
const MAX_INTEGERS = 6;
const MAX_FLOATS = 8;

type ColumnConstructor = {
  new (length: number): NativeColumn;
  new (buffer: ArrayBuffer, offset: number, length: number): NativeColumn;
  readonly BYTES_PER_ELEMENT: number;
};

/** Typed arrays by type. */
export const COLUMN: Readonly<Record<NativeType, ColumnConstructor>> = {
  i32: Int32Array,
  u32: Uint32Array,
  i64: BigInt64Array,
  u64: BigUint64Array,
  f32: Float32Array,
  f64: Float64Array,
} as unknown as Record<NativeType, ColumnConstructor>;

export function isFloat(type: NativeType): boolean {
  return type === "f32" || type === "f64";
}

function isType(type: unknown): type is NativeType {
  return typeof type === "string" && Object.hasOwn(COLUMN, type);
}

/**
 * Checks a piece of code and takes a copy of it.
 *
 * @throws LoadError `NATIVE_ARCH` for code of another processor, `NATIVE_SIZE`, `NATIVE_TYPE`
 */
export function checkCode(code: NativeCode, host: string): NativeCode {
  const { arch, bytes, params, result } = code;
  if (arch !== host) throw new LoadError("NATIVE_ARCH", `code for ${arch} cannot run on ${host}`, { expected: host });
  if (!(bytes instanceof Uint8Array) || bytes.length === 0 || bytes.length > MAX_CODE) {
    throw new LoadError("NATIVE_SIZE", `machine code must have 1 to ${MAX_CODE} bytes`, { offset: 0 });
  }
  if (arch === "arm64" && bytes.length % 4 !== 0) {
    throw new LoadError("NATIVE_SIZE", "A64 code is made of 32-bit words", { offset: bytes.length & ~3 });
  }
  const types = Object.keys(COLUMN).join(" ");
  for (const type of [...params, ...(result === null ? [] : [result])]) {
    if (!isType(type)) throw new LoadError("NATIVE_TYPE", `no type '${String(type)}'`, { expected: types });
  }
  const floats = params.filter(isFloat).length;
  if (floats > MAX_FLOATS || params.length - floats > MAX_INTEGERS) {
    throw new LoadError("NATIVE_TYPE", `at most ${MAX_INTEGERS} integers and ${MAX_FLOATS} floats can be passed`);
  }
  return { arch, bytes: Uint8Array.from(bytes), params: [...params], result };
}

/**
 * The value as its type has it: wrapped to its width.
 *
 * @throws VivError `NATIVE_ARGUMENT` for what is no number
 */
export function valueOf(value: NativeValue, type: NativeType): NativeValue {
  if (typeof value !== "number" && typeof value !== "bigint") {
    throw new VivError("NATIVE_ARGUMENT", `an argument of type ${type} is ${typeof value}`);
  }
  if (isFloat(type)) return type === "f32" ? Math.fround(Number(value)) : Number(value);
  if (typeof value === "number" && !Number.isInteger(value)) {
    throw new VivError("NATIVE_ARGUMENT", `${value} is not an integer (${type})`);
  }
  const big = BigInt(value);
  if (type === "i64") return BigInt.asIntN(64, big);
  if (type === "u64") return BigInt.asUintN(64, big);
  return Number(type === "i32" ? BigInt.asIntN(32, big) : BigInt.asUintN(32, big));
}

/** Puts a result into 8 bytes, for {@link readResult}. */
export function writeResult(view: DataView, at: number, value: NativeValue, type: NativeType): void {
  if (isFloat(type)) view.setFloat64(at, Number(value), true);
  else view.setBigUint64(at, BigInt.asUintN(64, BigInt(value)), true);
}

export function readResult(view: DataView, at: number, type: NativeType): NativeValue {
  return valueOf(isFloat(type) ? view.getFloat64(at, true) : view.getBigUint64(at, true), type);
}
