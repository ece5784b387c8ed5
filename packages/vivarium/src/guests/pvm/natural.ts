/** Turns bytes into numbers and back: the compact naturals of the Gray Paper, and a reader that knows where it is. */

import { LoadError, VivError } from "../../machine/errors.js";

const MAX_U64 = (1n << 64n) - 1n;

/**
 * Reads a byte string from front to back; every read is checked against the end before it happens, and every error says
 * at which byte of the *file* it went wrong (a reader of an inner part is given the offset of that part as `base`).
 */
export class ByteReader {
  /** Index into `bytes` of the next byte to be read. */
  position = 0;
  private readonly view: DataView;

  constructor(
    readonly bytes: Uint8Array,
    /** Offset of `bytes` in the file it comes from; added to the offset of every error. */
    readonly base = 0,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /** Offset in the file of the next byte. */
  get offset(): number {
    return this.base + this.position;
  }

  /** Number of bytes that are left. */
  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** The next `length` bytes as a view, not a copy. @throws LoadError `PVM_TRUNCATED` */
  take(length: number, what: string): Uint8Array {
    this.need(length, what);
    const start = this.position;
    this.position = start + length;
    return this.bytes.subarray(start, this.position);
  }

  /** An unsigned little-endian integer of 1 to 6 bytes. @throws LoadError `PVM_TRUNCATED` */
  unsigned(width: 1 | 2 | 3 | 4 | 5 | 6, what: string): number {
    this.need(width, what);
    let value = 0;
    for (let i = width - 1; i >= 0; i--) value = value * 256 + this.bytes[this.position + i];
    this.position += width;
    return value;
  }

  /** An unsigned little-endian 64-bit integer. @throws LoadError `PVM_TRUNCATED` */
  u64(what: string): bigint {
    this.need(8, what);
    const value = this.view.getBigUint64(this.position, true);
    this.position += 8;
    return value;
  }

  /**
   * A compact natural in its shortest encoding (Gray Paper, appendix on serialization).
   * @throws LoadError `PVM_TRUNCATED`, `PVM_NATURAL_NOT_SHORTEST`
   */
  naturalBig(what: string): bigint {
    const start = this.offset;
    const first = this.unsigned(1, what);
    const extra = Math.clz32(~(first << 24));
    let value: bigint;
    if (extra >= 8) {
      value = this.u64(what);
    } else {
      value = BigInt(first & ((1 << (7 - extra)) - 1)) << BigInt(8 * extra);
      if (extra === 7) value |= BigInt(this.unsigned(4, what)) | (BigInt(this.unsigned(3, what)) << 32n);
      else if (extra > 0) value |= BigInt(this.unsigned(extra as 1 | 2 | 3 | 4 | 5 | 6, what));
    }
    if (extra > 0 && value < 1n << BigInt(7 * extra)) {
      throw new LoadError("PVM_NATURAL_NOT_SHORTEST", `${what} is not encoded in the shortest way`, {
        offset: start,
        expected: `${naturalLength(value)} byte(s) for ${value}`,
      });
    }
    return value;
  }

  /**
   * A compact natural that has to be at most `max` (at most 2^53 - 1), as a number.
   * @throws LoadError `PVM_TRUNCATED`, `PVM_NATURAL_NOT_SHORTEST`, `PVM_TOO_LARGE`
   */
  natural(max: number, what: string): number {
    const start = this.offset;
    const first = this.position < this.bytes.length ? this.bytes[this.position] : 0x80;
    if (first < 0x80 && first <= max) {
      this.position++;
      return first;
    }
    const value = this.naturalBig(what);
    if (value > BigInt(max)) {
      throw new LoadError("PVM_TOO_LARGE", `${what} is ${value}`, { offset: start, expected: `at most ${max}` });
    }
    return Number(value);
  }

  /**
   * A length or count of things of `unit` bytes each that follow somewhere behind it: refused when the rest of the input
   * could not hold them, so that nobody allocates what the input cannot back.
   * @throws LoadError `PVM_TRUNCATED`, `PVM_NATURAL_NOT_SHORTEST`
   */
  length(what: string, unit = 1): number {
    const start = this.offset;
    const value = this.naturalBig(what);
    if (value * BigInt(unit) > BigInt(this.remaining)) {
      throw new LoadError("PVM_TRUNCATED", `${what} is ${value}, which is more than the input holds`, {
        offset: start,
        expected: `at most ${Math.floor(this.remaining / Math.max(unit, 1))}`,
      });
    }
    return Number(value);
  }

  /** Checks that nothing is left. @throws LoadError `PVM_TRAILING_BYTES` */
  end(what: string): void {
    if (this.remaining === 0) return;
    throw new LoadError("PVM_TRAILING_BYTES", `${this.remaining} byte(s) follow the end of ${what}`, {
      offset: this.offset,
      expected: "the end of the input",
    });
  }

  private need(length: number, what: string): void {
    if (length <= this.remaining) return;
    throw new LoadError("PVM_TRUNCATED", `the input ends inside ${what}`, {
      offset: this.offset,
      expected: `${length} byte(s), ${this.remaining} left`,
    });
  }
}

/** Number of bytes (1 to 9) that the compact encoding of `value` takes. */
export function naturalLength(value: number | bigint): number {
  const big = BigInt(value);
  for (let extra = 0; extra < 8; extra++) if (big < 1n << BigInt(7 * (extra + 1))) return extra + 1;
  return 9;
}

/**
 * The compact encoding of a natural below 2^64: a first byte whose leading ones count the bytes that follow, the rest of
 * it holding the highest bits, then the low bytes, little-endian.
 * @throws VivError `PVM_NATURAL_RANGE`
 */
export function encodeNatural(value: number | bigint): Uint8Array<ArrayBuffer> {
  if (typeof value === "number" && !Number.isSafeInteger(value)) {
    throw new VivError("PVM_NATURAL_RANGE", `${value} is not a natural number below 2^64`);
  }
  const big = BigInt(value);
  if (big < 0n || big > MAX_U64) throw new VivError("PVM_NATURAL_RANGE", `${value} is not a natural number below 2^64`);
  const extra = naturalLength(big) - 1;
  const bytes = new Uint8Array(extra + 1);
  const high = extra === 8 ? 0 : Number(big >> BigInt(8 * extra));
  bytes[0] = ((0xff00 >> extra) & 0xff) | high;
  let rest = big;
  for (let i = 1; i <= extra; i++) {
    bytes[i] = Number(rest & 0xffn);
    rest >>= 8n;
  }
  return bytes;
}

/** `value` as `width` bytes, little-endian. `value` has to fit; the callers check it. */
export function littleEndian(value: number, width: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(width);
  let rest = value;
  for (let i = 0; i < width; i++) {
    bytes[i] = rest % 256;
    rest = Math.floor(rest / 256);
  }
  return bytes;
}

/** The parts one after the other in a new array. */
export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  let length = 0;
  for (const part of parts) length += part.length;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}
