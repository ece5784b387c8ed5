/** Strings, bytes and structs in guest memory, for host functions of every guest. */
import { VivError } from "./errors.js";
import type { GuestMemory } from "./memory.js";

/** Types of a struct's fields, little-endian, by their usual names. */
export type FieldType = "u8" | "i8" | "u16" | "i16" | "u32" | "i32" | "u64" | "i64" | "f32" | "f64";

type ValueOf<T extends FieldType> = T extends "u64" | "i64" ? bigint : number;

interface FieldCodec {
  readonly size: number;
  read(view: DataView, at: number): number | bigint;
  write(view: DataView, at: number, value: never): void;
}

const FIELDS: Readonly<Record<FieldType, FieldCodec>> = {
  u8: { size: 1, read: (v, at) => v.getUint8(at), write: (v, at, x: number) => v.setUint8(at, x) },
  i8: { size: 1, read: (v, at) => v.getInt8(at), write: (v, at, x: number) => v.setInt8(at, x) },
  u16: { size: 2, read: (v, at) => v.getUint16(at, true), write: (v, at, x: number) => v.setUint16(at, x, true) },
  i16: { size: 2, read: (v, at) => v.getInt16(at, true), write: (v, at, x: number) => v.setInt16(at, x, true) },
  u32: { size: 4, read: (v, at) => v.getUint32(at, true), write: (v, at, x: number) => v.setUint32(at, x, true) },
  i32: { size: 4, read: (v, at) => v.getInt32(at, true), write: (v, at, x: number) => v.setInt32(at, x, true) },
  u64: { size: 8, read: (v, at) => v.getBigUint64(at, true), write: (v, at, x: bigint) => v.setBigUint64(at, x, true) },
  i64: { size: 8, read: (v, at) => v.getBigInt64(at, true), write: (v, at, x: bigint) => v.setBigInt64(at, x, true) },
  f32: { size: 4, read: (v, at) => v.getFloat32(at, true), write: (v, at, x: number) => v.setFloat32(at, x, true) },
  f64: { size: 8, read: (v, at) => v.getFloat64(at, true), write: (v, at, x: number) => v.setFloat64(at, x, true) },
};

/** A struct with named fields. */
export interface Struct<F extends Readonly<Record<string, FieldType>>> {
  /** Bytes, padding included. */
  readonly size: number;
  readonly offsets: { readonly [K in keyof F]: number };
  /** The fields, or `undefined` when memory cannot be read there. */
  read(memory: GuestMemory, address: number): { [K in keyof F]: ValueOf<F[K]> } | undefined;
  /** False, and nothing is written, when memory cannot be written there. */
  write(memory: GuestMemory, address: number, value: { readonly [K in keyof F]: ValueOf<F[K]> }): boolean;
}

/**
 * Describes a struct as C lays it out: each field at a multiple of its size.
 *
 * @param packed no padding at all
 */
export function struct<const F extends Readonly<Record<string, FieldType>>>(
  fields: F,
  { packed = false }: { readonly packed?: boolean } = {},
): Struct<F> {
  const offsets: Record<string, number> = {};
  let at = 0;
  let align = 1;
  for (const [name, type] of Object.entries(fields)) {
    const codec = FIELDS[type];
    if (codec === undefined) throw new VivError("STRUCT_TYPE", `field ${name} has no type ${String(type)}`);
    if (!packed) {
      at = Math.ceil(at / codec.size) * codec.size;
      align = Math.max(align, codec.size);
    }
    offsets[name] = at;
    at += codec.size;
  }
  const size = packed ? at : Math.ceil(at / align) * align;
  return {
    size,
    offsets: offsets as { [K in keyof F]: number },
    read: (memory, address) => {
      const bytes = memory.read(address, size);
      if (bytes === undefined) return undefined;
      const view = new DataView(bytes.buffer, bytes.byteOffset, size);
      const out: Record<string, number | bigint> = {};
      for (const [name, type] of Object.entries(fields)) out[name] = FIELDS[type].read(view, offsets[name] as number);
      return out as { [K in keyof F]: ValueOf<F[K]> };
    },
    write: (memory, address, value) => {
      const bytes = memory.read(address, size);
      if (bytes === undefined) return false;
      const view = new DataView(bytes.buffer, bytes.byteOffset, size);
      for (const [name, type] of Object.entries(fields)) {
        FIELDS[type].write(view, offsets[name] as number, value[name] as never);
      }
      return memory.write(address, bytes);
    },
  };
}

/** Text of `length` bytes as UTF-8 (bytes that are none become U+FFFD), or `undefined` when it cannot be read. */
export function readText(memory: GuestMemory, address: number, length: number): string | undefined {
  const bytes = memory.read(address, length);
  return bytes && new TextDecoder().decode(bytes);
}

/**
 * Text up to a zero byte, or `undefined` when memory ends first or no zero comes within `most` bytes.
 *
 * @param most bytes to look at; default 64 KiB
 */
export function readCString(memory: GuestMemory, address: number, most = 65536): string | undefined {
  const parts: number[] = [];
  for (let at = address; parts.length <= most; at++) {
    const byte = memory.readU8(at);
    if (byte === undefined) return undefined;
    if (byte === 0) return new TextDecoder().decode(Uint8Array.from(parts));
    parts.push(byte);
  }
  return undefined;
}

/**
 * Writes text as UTF-8, as far as it fits into `room` bytes, cut between characters.
 *
 * @param zero ends the text with a zero byte, which counts as room
 * @returns bytes of the text that were written, or `undefined` when memory cannot be written there
 */
export function writeText(
  memory: GuestMemory,
  address: number,
  text: string,
  room: number,
  { zero = false }: { readonly zero?: boolean } = {},
): number | undefined {
  const bytes = new Uint8Array(Math.max(0, room));
  const { written } = new TextEncoder().encodeInto(text, zero ? bytes.subarray(0, Math.max(0, room - 1)) : bytes);
  const used = zero && room > 0 ? written + 1 : written;
  return memory.write(address, bytes.subarray(0, used)) ? written : undefined;
}
