/**
 * The outer layer of binary MIR, both ways: bytes in blocks of 2^18, compressed by references to earlier symbols, with a
 * check hash at the end (MIR, `mir-reduce.h`).
 */
import { LoadError } from "../../../machine/errors.js";
import { HASH_SEED, type Hash64, strictHash } from "./hash.js";

/** Bytes of a block; symbol numbers restart in each. */
const BLOCK = 1 << 18;
/** Longest run of literals in one element. */
const MAX_LITERALS = 2047;
/** Tag values that say: the count follows as a number. */
const LONG_LITERALS = 7;
const LONG_REFERENCE = 31;
/** A reference is at least this long; its length is stored less this number minus one. */
const MIN_REFERENCE = 4;
/** Most bytes that are unpacked unless the caller says otherwise: bounds what a small file can ask for. */
export const DEFAULT_MAX_DECODED = 64 << 20;

const MAGIC = [0x4d, 0x49, 0x52];

/** True if bytes begin like a binary MIR file. */
export function isBinary(bytes: Uint8Array): boolean {
  return MAGIC.every((byte, i) => bytes[i] === byte) && bytes.length > MAGIC.length && (bytes[3] as number) !== 0x3a;
}

class Decoder {
  private at = MAGIC.length;
  private out = new Uint8Array(BLOCK);
  /** Where the current block begins in the output. */
  private blockStart = 0;
  private length = 0;
  private hash: Hash64 = HASH_SEED;
  private readonly symbolAt = new Uint32Array(BLOCK);
  private symbols = 0;

  constructor(
    private readonly input: Uint8Array,
    private readonly maxDecoded: number,
  ) {}

  private fail(reason: string, expected?: string): never {
    const at = expected === undefined ? { offset: this.at } : { offset: this.at, expected };
    throw new LoadError("MIR_BINARY", reason, at);
  }

  private byte(): number {
    if (this.at >= this.input.length) this.fail("truncated file");
    return this.input[this.at++] as number;
  }

  /** A number of 7, 14, 21 or 28 bits with a unary length prefix. */
  private uint(): number {
    const first = this.byte();
    const size = Math.clz32(first) - 23;
    if (size > 4) this.fail("wrong number", "a length prefix of 1 to 4 bytes");
    let value = first & (0xff >> size);
    for (let i = 1; i < size; i++) value = value * 256 + this.byte();
    return value;
  }

  /** Room for `count` more bytes of the current block. */
  private reserve(count: number): void {
    const end = this.length + count;
    if (end - this.blockStart > BLOCK) this.fail("block longer than 2^18 bytes");
    if (end > this.maxDecoded) this.fail("unpacked size over the limit", `at most ${this.maxDecoded} bytes`);
    if (end <= this.out.length) return;
    const bigger = new Uint8Array(this.out.length * 2);
    bigger.set(this.out);
    this.out = bigger;
  }

  private endBlock(): void {
    this.hash = strictHash(this.out, this.blockStart, this.length - this.blockStart, this.hash);
    this.blockStart = this.length;
    this.symbols = 0;
  }

  private literals(count: number): void {
    if (count > MAX_LITERALS) this.fail("too many literals", `at most ${MAX_LITERALS}`);
    if (this.at + count > this.input.length) this.fail("truncated file");
    this.reserve(count);
    const from = this.length - this.blockStart;
    for (let i = 0; i < count; i++) this.symbolAt[this.symbols++] = from + i;
    this.out.set(this.input.subarray(this.at, this.at + count), this.length);
    this.at += count;
    this.length += count;
  }

  private reference(tag: number): void {
    const length = (tag === LONG_REFERENCE ? this.uint() : tag) + MIN_REFERENCE - 1;
    const distance = this.uint();
    if (distance === 0 || distance > this.symbols) this.fail("reference before the block");
    this.reserve(length);
    const source = this.blockStart + (this.symbolAt[this.symbols - distance] as number);
    if (source + length > this.length) this.fail("reference overlaps itself");
    this.symbolAt[this.symbols++] = this.length - this.blockStart;
    this.out.copyWithin(this.length, source, source + length);
    this.length += length;
  }

  run(): Uint8Array {
    for (;;) {
      const tag = this.byte();
      if (tag === 0) break;
      const literals = tag >> 5;
      if (literals !== 0) this.literals(literals === LONG_LITERALS ? this.uint() : literals);
      if ((tag & 31) !== 0) this.reference(tag & 31);
      if (this.length - this.blockStart === BLOCK) this.endBlock();
    }
    if (this.length > this.blockStart) this.endBlock();
    let low = 0;
    let high = 0;
    for (let i = 0; i < 4; i++) low |= this.byte() << (8 * i);
    for (let i = 0; i < 4; i++) high |= this.byte() << (8 * i);
    if (low !== this.hash.low || high !== this.hash.high) this.fail("check hash does not fit the contents");
    if (this.at !== this.input.length) this.fail("bytes after the end");
    return this.out.subarray(0, this.length);
  }
}

/**
 * Unpacks the outer layer.
 *
 * @param maxDecoded most bytes to unpack.
 * @throws LoadError `MIR_BINARY` with the offset in the file.
 */
export function unpack(bytes: Uint8Array, maxDecoded = DEFAULT_MAX_DECODED): Uint8Array {
  if (!MAGIC.every((byte, i) => bytes[i] === byte)) {
    throw new LoadError("MIR_BINARY", "not a binary MIR file", { offset: 0, expected: "'MIR'" });
  }
  return new Decoder(bytes, maxDecoded).run();
}

/** Slots of the encoder's table of positions, and how many candidates of a slot are compared. */
const TABLE_BITS = 16;
const MAX_CANDIDATES = 16;

class Encoder {
  private out = new Uint8Array(1024);
  private length = 0;

  private put(byte: number): void {
    if (this.length === this.out.length) {
      const bigger = new Uint8Array(this.out.length * 2);
      bigger.set(this.out);
      this.out = bigger;
    }
    this.out[this.length++] = byte;
  }

  private uint(value: number): void {
    const size = value < 1 << 7 ? 1 : value < 1 << 14 ? 2 : value < 1 << 21 ? 3 : 4;
    this.put((1 << (8 - size)) | Math.floor(value / 2 ** (8 * (size - 1))));
    for (let i = size - 2; i >= 0; i--) this.put((value >>> (8 * i)) & 0xff);
  }

  /** Literals, and a reference after them unless its length is 0. */
  private element(bytes: Uint8Array, from: number, to: number, length: number, distance: number): void {
    let start = from;
    for (; to - start > MAX_LITERALS; start += MAX_LITERALS) this.element(bytes, start, start + MAX_LITERALS, 0, 0);
    const count = to - start;
    const stored = length === 0 ? 0 : length - (MIN_REFERENCE - 1);
    if (count === 0 && stored === 0) return;
    this.put((Math.min(count, LONG_LITERALS) << 5) | Math.min(stored, LONG_REFERENCE));
    if (count >= LONG_LITERALS) this.uint(count);
    for (let i = start; i < to; i++) this.put(bytes[i] as number);
    if (stored === 0) return;
    if (stored >= LONG_REFERENCE) this.uint(stored);
    this.uint(distance);
  }

  /** One block: at each symbol, the longest earlier run that begins at a symbol. */
  private block(bytes: Uint8Array, start: number, end: number): void {
    const head = new Int32Array(1 << TABLE_BITS).fill(-1);
    const previous = new Int32Array(end - start);
    const numberOf = new Uint32Array(end - start);
    let symbols = 0;
    let literals = start;
    for (let at = start; at < end; ) {
      let best = 0;
      let bestAt = 0;
      let slot = -1;
      if (at + MIN_REFERENCE <= end) {
        const word =
          (bytes[at] as number) |
          ((bytes[at + 1] as number) << 8) |
          ((bytes[at + 2] as number) << 16) |
          ((bytes[at + 3] as number) << 24);
        slot = Math.imul(word, 0x9e3779b1) >>> (32 - TABLE_BITS);
        let candidate = head[slot] as number;
        for (let tries = 0; candidate >= 0 && tries < MAX_CANDIDATES; tries++) {
          const from = start + candidate;
          const most = Math.min(end - at, at - from);
          let n = 0;
          while (n < most && bytes[from + n] === bytes[at + n]) n++;
          if (n > best) {
            best = n;
            bestAt = candidate;
          }
          candidate = previous[candidate] as number;
        }
      }
      numberOf[at - start] = symbols;
      if (slot >= 0) {
        previous[at - start] = head[slot] as number;
        head[slot] = at - start;
      }
      if (best >= MIN_REFERENCE) {
        this.element(bytes, literals, at, best, symbols - (numberOf[bestAt] as number));
        at += best;
        literals = at;
      } else {
        at++;
      }
      symbols++;
    }
    this.element(bytes, literals, end, 0, 0);
  }

  run(bytes: Uint8Array): Uint8Array {
    for (const byte of MAGIC) this.put(byte);
    let hash = HASH_SEED;
    for (let start = 0; start < bytes.length; start += BLOCK) {
      const end = Math.min(start + BLOCK, bytes.length);
      this.block(bytes, start, end);
      hash = strictHash(bytes, start, end - start, hash);
    }
    this.put(0);
    for (const half of [hash.low, hash.high]) for (let i = 0; i < 4; i++) this.put((half >>> (8 * i)) & 0xff);
    return this.out.slice(0, this.length);
  }
}

/** Packs bytes the way {@link unpack} reads them. */
export function pack(bytes: Uint8Array): Uint8Array {
  return new Encoder().run(bytes);
}
