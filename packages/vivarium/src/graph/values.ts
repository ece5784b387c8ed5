/** Values of ports: JavaScript values into tagged ones, into bytes, and back (specification, D1 and D5). */
import { sha256 } from "../index.js";
import { GraphError } from "./errors.js";
import { LIMIT, type PortType, TAG, VALUE_TYPES, type ValueType } from "./types.js";

/** A reference to a node, as a value. */
export class NodeRef {
  constructor(readonly node: number) {}
}

/** A value as JavaScript sees it: 64-bit integers are bigint, always; `null` is the unit. */
export type Value = null | boolean | number | bigint | string | Uint8Array | NodeRef | readonly (Value | Tagged)[];

/** A value with its type. */
export interface Tagged<T extends ValueType = ValueType> {
  readonly type: T;
  readonly value: Value;
}

const RANGES: Readonly<Partial<Record<ValueType, readonly [bigint, bigint]>>> = {
  i32: [-(2n ** 31n), 2n ** 31n - 1n],
  i64: [-(2n ** 63n), 2n ** 63n - 1n],
  u64: [0n, 2n ** 64n - 1n],
};

function refuse(value: unknown, type: string): never {
  const shown = typeof value === "string" ? JSON.stringify(value.slice(0, 40)) : String(value).slice(0, 40);
  throw new GraphError("GRAPH_VALUE", `${shown} is no ${type}`);
}

function isTagged(value: unknown): value is Tagged {
  return typeof value === "object" && value !== null && "type" in value && "value" in value;
}

/** The type that an untyped JavaScript value has: numbers are f64, bigints i64 where they fit. */
function inferred(value: Value): ValueType {
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "number":
      return "f64";
    case "bigint":
      return value < 2n ** 63n ? "i64" : "u64";
    case "string":
      return "str";
    default:
      if (value === null) return "unit";
      if (value instanceof Uint8Array) return "bytes";
      if (value instanceof NodeRef) return "node";
      if (Array.isArray(value)) return "list";
      return refuse(value, "value of a graph");
  }
}

/**
 * Checks a value against a type and puts it into its one form; bytes are copied.
 *
 * @throws GraphError `GRAPH_VALUE`
 */
export function tagged(given: Value | Tagged, type: PortType = "any", depth = 0): Tagged {
  if (depth > LIMIT.valueDepth) throw new GraphError("GRAPH_VALUE", "a value is nested too deeply");
  if (isTagged(given)) {
    if (!VALUE_TYPES.includes(given.type)) refuse(given.type, "type");
    if (type !== "any" && type !== given.type) refuse(given.type, type);
    return tagged(given.value, given.type, depth);
  }
  const wanted = type === "any" ? inferred(given) : type;
  switch (wanted) {
    case "unit":
      if (given !== null) refuse(given, wanted);
      return { type: wanted, value: null };
    case "bool":
      if (typeof given !== "boolean") refuse(given, wanted);
      return { type: wanted, value: given };
    case "f64":
      if (typeof given !== "number") refuse(given, wanted);
      return { type: wanted, value: given };
    case "i32":
    case "i64":
    case "u64": {
      if (typeof given !== "bigint" && !Number.isSafeInteger(given)) refuse(given, wanted);
      const [least, most] = RANGES[wanted] as readonly [bigint, bigint];
      const whole = BigInt(given as bigint | number);
      if (whole < least || whole > most) refuse(given, wanted);
      return { type: wanted, value: wanted === "i32" ? Number(whole) : whole };
    }
    case "str":
      if (typeof given !== "string") refuse(given, wanted);
      // Lone surrogates have no UTF-8: a value must be what it is after saving, too.
      if (given.length > LIMIT.valueBytes || /\p{Surrogate}/u.test(given)) refuse(given, wanted);
      return { type: wanted, value: given };
    case "bytes":
      if (!(given instanceof Uint8Array) || given.length > LIMIT.valueBytes) refuse(given, wanted);
      return { type: wanted, value: Uint8Array.from(given) };
    case "node":
      if (!(given instanceof NodeRef) || given.node !== given.node >>> 0) refuse(given, wanted);
      return { type: wanted, value: given };
    case "list":
      if (!Array.isArray(given) || given.length > LIMIT.valueBytes / 8) refuse(given, wanted);
      return { type: wanted, value: (given as (Value | Tagged)[]).map((item) => tagged(item, "any", depth + 1)) };
  }
}

/** A tagged value as plain JavaScript, lists included. */
export function plain({ type, value }: Tagged): Value {
  return type === "list" ? (value as readonly Tagged[]).map(plain) : value;
}

const scratch = new DataView(new ArrayBuffer(8));

/** The 64 bits of a scalar, low word first; NaNs become the one with only the quiet bit. */
export function scalarWords({ type, value }: Tagged): readonly [number, number] {
  switch (type) {
    case "unit":
      return [0, 0];
    case "bool":
      return [value === true ? 1 : 0, 0];
    case "i32":
      return [(value as number) >>> 0, (value as number) < 0 ? NONE_WORD : 0];
    case "node":
      return [(value as NodeRef).node, 0];
    case "f64":
      scratch.setFloat64(0, (value as number) === value ? value : Number.NaN, true);
      if (value !== value) return [0, 0x7ff80000];
      break;
    default:
      scratch.setBigUint64(0, BigInt.asUintN(64, value as bigint), true);
  }
  return [scratch.getUint32(0, true), scratch.getUint32(4, true)];
}
const NONE_WORD = 0xffffffff;

/** The scalar with these bits. */
export function scalarOf(tag: number, low: number, high: number): Tagged {
  const type = VALUE_TYPES[tag] as ValueType;
  scratch.setUint32(0, low, true);
  scratch.setUint32(4, high, true);
  switch (tag) {
    case TAG.unit:
      return { type, value: null };
    case TAG.bool:
      return { type, value: (low & 1) === 1 };
    case TAG.i32:
      return { type, value: low | 0 };
    case TAG.i64:
      return { type, value: scratch.getBigInt64(0, true) };
    case TAG.u64:
      return { type, value: scratch.getBigUint64(0, true) };
    case TAG.node:
      return { type, value: new NodeRef(low) };
    default:
      return { type, value: scratch.getFloat64(0, true) };
  }
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Appends a value as tag u8, length u32, bytes. */
export function encodeValue(value: Tagged, out: ByteSink): void {
  const body = valueBody(value);
  const head = new Uint8Array(5);
  head[0] = TAG[value.type];
  new DataView(head.buffer).setUint32(1, body.length, true);
  out.push(head);
  out.push(body);
}

/** Takes bytes in pieces. */
export interface ByteSink {
  push(bytes: Uint8Array): void;
}

function valueBody(value: Tagged): Uint8Array {
  switch (value.type) {
    case "str":
      return encoder.encode(value.value as string);
    case "bytes":
      return value.value as Uint8Array;
    case "list": {
      const parts: Uint8Array[] = [];
      for (const item of value.value as readonly Tagged[]) encodeValue(item, { push: (bytes) => parts.push(bytes) });
      return joined(parts);
    }
    default: {
      const size = WIDTHS[value.type] as number;
      const [low, high] = scalarWords(value);
      const bytes = new Uint8Array(8);
      const view = new DataView(bytes.buffer);
      view.setUint32(0, low, true);
      view.setUint32(4, high, true);
      return bytes.subarray(0, size);
    }
  }
}

/** Bytes of a scalar. */
const WIDTHS: Readonly<Partial<Record<ValueType, number>>> = {
  unit: 0,
  bool: 1,
  i32: 4,
  i64: 8,
  u64: 8,
  f64: 8,
  node: 4,
};

export function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const out = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

export function valueBytes(value: Tagged): Uint8Array<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  encodeValue(value, { push: (bytes) => parts.push(bytes) });
  return joined(parts);
}

/**
 * Reads one value.
 *
 * @returns the value and where the next one begins; a text, which says what is wrong, where there is none
 */
export function decodeValue(bytes: Uint8Array, at: number, depth = 0): { value: Tagged; end: number } | string {
  if (depth > LIMIT.valueDepth) return "a value is nested too deeply";
  if (at + 5 > bytes.length) return "a value is cut off";
  const tag = bytes[at] as number;
  const type = VALUE_TYPES[tag];
  if (type === undefined) return `there is no type ${tag}`;
  const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at + 1, true);
  const from = at + 5;
  const end = from + length;
  if (length > LIMIT.valueBytes || end > bytes.length) return "a value is longer than what holds it";
  const width = WIDTHS[type];
  if (width !== undefined) {
    if (width !== length) return `a value of type ${type} has ${length} bytes`;
    const words = new Uint8Array(8);
    words.set(bytes.subarray(from, end));
    const view = new DataView(words.buffer);
    if (tag === TAG.bool && (words[0] as number) > 1) return "a bool is neither 0 nor 1";
    const high = tag === TAG.i32 && view.getInt32(0, true) < 0 ? NONE_WORD : view.getUint32(4, true);
    return { value: scalarOf(tag, view.getUint32(0, true), high), end };
  }
  if (type === "bytes") return { value: { type, value: bytes.slice(from, end) }, end };
  if (type === "str") {
    try {
      return { value: { type, value: decoder.decode(bytes.subarray(from, end)) }, end };
    } catch {
      return "a text is no UTF-8";
    }
  }
  const items: Tagged[] = [];
  const body = bytes.subarray(0, end);
  for (let next = from; next < end; ) {
    const item = decodeValue(body, next, depth + 1);
    if (typeof item === "string") return item;
    items.push(item.value);
    next = item.end;
  }
  return { value: { type, value: items }, end };
}

/** SHA-256 of a value's bytes, in hexadecimal. */
export function valueHash(value: Tagged): string {
  return hex(sha256(valueBytes(value)));
}

export function hex(bytes: Uint8Array): string {
  let out = "";
  for (const byte of bytes) out += byte.toString(16).padStart(2, "0");
  return out;
}

/** A value in one line, for tables and messages. */
export function show({ type, value }: Tagged): string {
  switch (type) {
    case "unit":
      return "()";
    case "str":
      return JSON.stringify(value);
    case "bytes":
      return `hex:${hex((value as Uint8Array).subarray(0, 32))}${(value as Uint8Array).length > 32 ? "…" : ""}`;
    case "node":
      return `#${(value as NodeRef).node}`;
    case "list":
      return `[${(value as readonly Tagged[]).map(show).join(", ")}]`;
    case "f64":
      return Object.is(value, -0) ? "-0" : String(value);
    default:
      return String(value);
  }
}
