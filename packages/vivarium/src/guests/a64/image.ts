/** What every format of A64 programs is read into: code, data, and the addresses that have names. */
import { LoadError } from "../../machine/errors.js";
import { type Access, PAGE } from "../../machine/memory.js";

/** Bytes that a machine finds in memory when it starts. */
export interface Segment {
  readonly address: number;
  readonly bytes: Uint8Array;
  /** Bytes in memory; what is more than `bytes` is zero. */
  readonly size: number;
  readonly access: Access;
}

export interface Image {
  /** The only bytes that are ever executed; in memory they can be read and not written. */
  readonly code: {
    readonly address: number;
    readonly bytes: Uint8Array;
    /** Where the bytes stand in what was loaded, for messages. */
    readonly offset: number;
  };
  readonly data: readonly Segment[];
  /** Where execution begins. */
  readonly entry: number;
  /** Addresses by name. */
  readonly symbols: ReadonlyMap<string, number>;
  /** Addresses from which code is followed when it is checked. */
  readonly roots: readonly number[];
}

export interface LoadOptions {
  /** Default: ELF where the bytes begin like one, else raw machine code. */
  readonly format?: "raw" | "elf";
  /** Raw code: address of its first byte, a multiple of 4096; default 65536. */
  readonly base?: number;
  /** Where execution begins: an address, or a symbol's name; default: what the file says, or the first byte. */
  readonly entry?: number | string;
  /** Further entries: code is followed from there too when it is checked. */
  readonly entries?: readonly (number | string)[];
  /** Raw code: names for addresses. */
  readonly symbols?: Readonly<Record<string, number>>;
}

/** Bytes of code that are loaded at most: 16 MiB. */
export const CODE_LIMIT = 16 << 20;
const DEFAULT_BASE = 0x10000;
/** Addresses from here on are the stack's. */
export const STACK_TOP = 0x8000_0000;

/**
 * Reads raw machine code.
 * @throws LoadError `A64_EMPTY`, `A64_CODE_LIMIT`, `A64_BASE`, `A64_SYMBOL`, `A64_ENTRY`
 */
export function rawImage(bytes: Uint8Array, options: LoadOptions): Image {
  const base = options.base ?? DEFAULT_BASE;
  if (bytes.length < 4) throw new LoadError("A64_EMPTY", `${bytes.length} bytes are no instruction`, { offset: 0 });
  if (bytes.length > CODE_LIMIT) {
    throw new LoadError("A64_CODE_LIMIT", `${bytes.length} bytes of code`, { expected: `at most ${CODE_LIMIT}` });
  }
  if (!Number.isInteger(base) || base < 0 || base % PAGE !== 0 || base + bytes.length + PAGE > STACK_TOP / 2) {
    throw new LoadError("A64_BASE", `code cannot stand at ${base}`, { expected: "a multiple of 4096 below 2^30" });
  }
  const symbols = new Map(Object.entries(options.symbols ?? {}));
  const image = { code: { address: base, bytes, offset: 0 }, data: [], symbols };
  return { ...image, ...entriesOf(image, options, base) };
}

/** Where execution begins, and where checking does. */
export function entriesOf(
  image: Pick<Image, "code" | "symbols">,
  options: LoadOptions,
  fallback: number,
  roots: readonly number[] = [],
): { entry: number; roots: number[] } {
  const find = (place: number | string): number => {
    const address = typeof place === "string" ? image.symbols.get(place) : place;
    if (address === undefined) throw new LoadError("A64_SYMBOL", `no symbol ${JSON.stringify(place)}`);
    const offset = address - image.code.address;
    if (!Number.isInteger(offset) || offset < 0 || offset + 4 > image.code.bytes.length || offset % 4 !== 0) {
      throw new LoadError("A64_ENTRY", `${place} is no instruction of the code`, {
        expected: `multiples of 4 from ${image.code.address} to ${image.code.address + image.code.bytes.length - 4}`,
      });
    }
    return address;
  };
  const entry = find(options.entry ?? fallback);
  return { entry, roots: [...new Set([entry, ...(options.entries ?? []).map(find), ...roots])] };
}
