/** Protocol values to bytes and back (GP appendix C): one declaration of a type gives both directions. */
import { LoadError, VivError } from "../../../machine/errors.js";
import { ByteReader, encodeNatural } from "../natural.js";

/** Collects bytes. */
export class ByteWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  raw(bytes: Uint8Array): void {
    const end = this.#length + bytes.length;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, this.#length));
      this.#bytes = grown;
    }
    this.#bytes.set(bytes, this.#length);
    this.#length = end;
  }
  natural(value: number | bigint): void {
    this.raw(encodeNatural(value));
  }
  done(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length);
  }
}

/** A type that can be written and read. */
export interface Codec<T> {
  write(out: ByteWriter, value: T): void;
  /** @throws LoadError as `ByteReader` does, `JAM_VALUE` for values that no encoder writes */
  read(reader: ByteReader, what: string): T;
}

/** What a codec is a codec of. */
export type Of<C> = C extends Codec<infer T> ? T : never;

export function encode<T>(codec: Codec<T>, value: T): Uint8Array<ArrayBuffer> {
  const out = new ByteWriter();
  codec.write(out, value);
  return out.done();
}

/** @throws LoadError when `bytes` is not exactly one encoded value */
export function decode<T>(codec: Codec<T>, bytes: Uint8Array, what = "the value"): T {
  const reader = new ByteReader(bytes);
  const value = codec.read(reader, what);
  reader.end(what);
  return value;
}

function invalid(expected: string, value: unknown): VivError {
  return new VivError("JAM_VALUE", `${String(value)} is not ${expected}`);
}

/** An unsigned little-endian number of 1 to 4 bytes. */
export function fixed(width: 1 | 2 | 3 | 4): Codec<number> {
  return {
    write: (out, value) => {
      if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
        throw invalid(`a number of ${width} byte(s)`, value);
      }
      const bytes = new Uint8Array(width);
      for (let i = 0; i < width; i++) bytes[i] = Math.floor(value / 2 ** (8 * i));
      out.raw(bytes);
    },
    read: (reader, what) => reader.unsigned(width, what),
  };
}
export const u8 = fixed(1);
export const u16 = fixed(2);
export const u32 = fixed(4);

/** An unsigned little-endian 64-bit number: balances and gas. */
export const u64: Codec<bigint> = {
  write: (out, value) => {
    if (typeof value !== "bigint" || value < 0n || value >= 1n << 64n) throw invalid("a number of 8 bytes", value);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value, true);
    out.raw(bytes);
  },
  read: (reader, what) => reader.u64(what),
};

/** A compact natural up to 2^53 - 1. */
export const natural: Codec<number> = {
  write: (out, value) => out.natural(value),
  read: (reader, what) => reader.natural(Number.MAX_SAFE_INTEGER, what),
};
/** A compact natural below 2^64. */
export const naturalBig: Codec<bigint> = {
  write: (out, value) => out.natural(value),
  read: (reader, what) => reader.naturalBig(what),
};

/** Exactly `length` bytes without a length in front. */
export function bytes(length: number): Codec<Uint8Array> {
  return {
    write: (out, value) => {
      if (value.length !== length) throw invalid(`${length} bytes`, `${value.length} bytes`);
      out.raw(value);
    },
    read: (reader, what) => reader.take(length, what).slice(),
  };
}
export const hash = bytes(32);

/** Bytes behind their length. */
export const blob: Codec<Uint8Array> = {
  write: (out, value) => {
    out.natural(value.length);
    out.raw(value);
  },
  read: (reader, what) => reader.take(reader.length(`the length of ${what}`), what).slice(),
};

/** A sequence behind its length. An item takes at least a byte, so the input bounds the length. */
export function list<T>(item: Codec<T>): Codec<readonly T[]> {
  return {
    write: (out, value) => {
      out.natural(value.length);
      for (const each of value) item.write(out, each);
    },
    read: (reader, what) => {
      const length = reader.length(`the number of ${what}`);
      const out: T[] = [];
      for (let i = 0; i < length; i++) out.push(item.read(reader, `${what}[${i}]`));
      return out;
    },
  };
}

/** Fields one after the other. */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Codec<T[K]> }): Codec<T> {
  const names = Object.keys(fields) as (keyof T & string)[];
  return {
    write: (out, value) => {
      for (const name of names) fields[name].write(out, value[name]);
    },
    read: (reader, what) => {
      const out: Partial<T> = {};
      for (const name of names) out[name] = fields[name].read(reader, `${what}.${name}`);
      return out as T;
    },
  };
}

/** Reports a byte that stands for no case of a choice. */
export function noCase(reader: ByteReader, what: string, got: number, cases: number): LoadError {
  return new LoadError("JAM_VALUE", `${what} has no case ${got}`, {
    offset: reader.offset - 1,
    expected: `0 to ${cases - 1}`,
  });
}

/** Concatenated bytes as text: the key under which maps here keep byte strings. */
export function hex(value: Uint8Array): string {
  let out = "";
  for (const byte of value) out += HEX[byte];
  return out;
}
const HEX = Array.from({ length: 256 }, (_, i) => i.toString(16).padStart(2, "0"));

/** Bytes of lower- or upper-case hexadecimal digits; `undefined` when it is no such text. */
export function fromHex(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (text.length % 2 !== 0) return undefined;
  const out = new Uint8Array(text.length / 2);
  for (let i = 0; i < out.length; i++) {
    const high = digit(text.charCodeAt(2 * i));
    const low = digit(text.charCodeAt(2 * i + 1));
    if (high < 0 || low < 0) return undefined;
    out[i] = 16 * high + low;
  }
  return out;
}

function digit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
