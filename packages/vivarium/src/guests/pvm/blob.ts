/** Turns the bytes of a program blob into code, instruction boundaries and jump table, and back (GP `deblob`). */

import { LoadError, VivError } from "../../machine/errors.js";
import { ByteReader, concatBytes, encodeNatural, littleEndian } from "./natural.js";

/** An instruction has at most this many argument bytes: the mask is never searched further (GP `skip`). */
export const MAX_SKIP = 24;

/** What a jump table entry that lies beyond every possible code becomes; no block can start there. */
export const NO_TARGET = 0xffffffff;

/** What a program blob holds. `code` and `mask` are views of the input, nothing is copied. */
export interface ProgramBlob {
  /** The code bytes. */
  readonly code: Uint8Array;
  /** Bit `i & 7` of byte `i >> 3` is 1 where an instruction's opcode byte stands at code offset `i`. */
  readonly mask: Uint8Array;
  /** Code offsets that computed jumps may name, as `(index + 1) * 2`. */
  readonly jumpTable: Uint32Array;
  /** Bytes that an entry of the jump table takes in the encoding. */
  readonly jumpEntrySize: number;
  /** Offset in the file of the first code byte, to say where something is. */
  readonly codeOffset: number;
}

/**
 * Decodes `N(|j|) u8 z N(|c|) j c k`. Sizes are checked against the input before anything is allocated; the only
 * allocation is the jump table, whose entries are at least a byte each in the input.
 *
 * @param bytes exactly one blob
 * @param base offset of `bytes` in its file, for errors
 * @throws LoadError `PVM_TRUNCATED`, `PVM_TRAILING_BYTES`, `PVM_NATURAL_NOT_SHORTEST`, `PVM_BLOB_JUMP_TABLE`,
 *   `PVM_BLOB_MASK_PADDING`
 */
export function decodeBlob(bytes: Uint8Array, base = 0): ProgramBlob {
  const reader = new ByteReader(bytes, base);
  const count = reader.length("the number of jump table entries");
  const sizeOffset = reader.offset;
  const size = reader.unsigned(1, "the size of a jump table entry");
  if (size === 0 && count > 0) {
    throw new LoadError("PVM_BLOB_JUMP_TABLE", `${count} jump table entries of no bytes`, {
      offset: sizeOffset,
      expected: "an entry size of at least 1",
    });
  }
  const codeLength = reader.length("the length of the code");
  const table = reader.take(count * size, "the jump table");
  const codeOffset = reader.offset;
  const code = reader.take(codeLength, "the code");
  const maskOffset = reader.offset;
  const mask = reader.take((codeLength + 7) >> 3, "the bitmask of the code");
  reader.end("the program blob");
  const used = codeLength & 7;
  if (used !== 0 && mask[mask.length - 1] >> used !== 0) {
    throw new LoadError("PVM_BLOB_MASK_PADDING", "a bit of the bitmask is set beyond the end of the code", {
      offset: maskOffset + mask.length - 1,
      expected: `the upper ${8 - used} bit(s) to be 0`,
    });
  }
  return { code, mask, jumpTable: decodeJumpTable(table, count, size), jumpEntrySize: size, codeOffset };
}

function decodeJumpTable(table: Uint8Array, count: number, size: number): Uint32Array {
  const entries = new Uint32Array(count);
  const low = Math.min(size, 4);
  for (let i = 0; i < count; i++) {
    const at = i * size;
    let entry = 0;
    for (let b = low - 1; b >= 0; b--) entry = (entry << 8) | table[at + b];
    for (let b = 4; b < size; b++) if (table[at + b] !== 0) entry = -1;
    entries[i] = entry;
  }
  return entries;
}

/** The parts from which {@link encodeBlob} makes a blob. */
export interface BlobParts {
  readonly code: Uint8Array;
  /** The bitmask bytes; {@link maskOf} makes them from offsets. */
  readonly mask: Uint8Array;
  readonly jumpTable?: ArrayLike<number>;
  /** Bytes for each jump table entry; by default as few as the largest entry needs. */
  readonly jumpEntrySize?: number;
}

/**
 * Encodes a program blob.
 * @throws VivError `PVM_BLOB_PARTS` when the parts do not fit one another
 */
export function encodeBlob(parts: BlobParts): Uint8Array<ArrayBuffer> {
  const { code, mask } = parts;
  const jumpTable = parts.jumpTable ?? [];
  if (
    mask.length !== (code.length + 7) >> 3 ||
    ((code.length & 7) !== 0 && mask[mask.length - 1] >> (code.length & 7))
  ) {
    throw new VivError("PVM_BLOB_PARTS", `a bitmask of ${code.length} bits is needed, padded with 0`);
  }
  let largest = 0;
  for (let i = 0; i < jumpTable.length; i++) {
    const entry = jumpTable[i];
    if (!Number.isInteger(entry) || entry < 0 || entry > NO_TARGET) {
      throw new VivError("PVM_BLOB_PARTS", `jump table entry ${i} is ${entry}, not a code offset`);
    }
    largest = Math.max(largest, entry);
  }
  const needed = jumpTable.length === 0 ? 0 : Math.max(1, 4 - (Math.clz32(largest) >> 3));
  const size = parts.jumpEntrySize ?? needed;
  if (!Number.isInteger(size) || size < needed || size > 255) {
    throw new VivError("PVM_BLOB_PARTS", `jump table entries of ${size} bytes, ${needed} to 255 are possible`);
  }
  const table = new Uint8Array(jumpTable.length * size);
  for (let i = 0; i < jumpTable.length; i++) table.set(littleEndian(jumpTable[i], size), i * size);
  const head = [encodeNatural(jumpTable.length), Uint8Array.of(size), encodeNatural(code.length)];
  return concatBytes(...head, table, code, mask);
}

/** The bitmask bytes for code of `codeLength` bytes whose opcodes stand at the offsets `starts`. */
export function maskOf(codeLength: number, starts: Iterable<number>): Uint8Array<ArrayBuffer> {
  const mask = new Uint8Array((codeLength + 7) >> 3);
  for (const pc of starts) {
    if (!Number.isInteger(pc) || pc < 0 || pc >= codeLength) {
      throw new VivError("PVM_BLOB_PARTS", `instruction start ${pc} lies outside ${codeLength} bytes of code`);
    }
    mask[pc >> 3] |= 1 << (pc & 7);
  }
  return mask;
}

/** Whether an opcode byte stands at code offset `pc`. */
export function isInstructionStart(blob: ProgramBlob, pc: number): boolean {
  return pc < blob.code.length && ((blob.mask[pc >> 3] >> (pc & 7)) & 1) === 1;
}

/**
 * Number of argument bytes of the instruction at `pc` (0 to 24), whether or not the mask bit of `pc` itself is set; the
 * next instruction stands at `pc + 1 + skip`. Bits past the end of the code count as 1. `pc` lies inside the code.
 */
export function skipAt(blob: ProgramBlob, pc: number): number {
  const { code, mask } = blob;
  const from = pc + 1;
  const byte = from >> 3;
  // 25 bits from any bit position lie within four bytes; what a read past the end yields is cut off below.
  const bits = mask[byte] | (mask[byte + 1] << 8) | (mask[byte + 2] << 16) | (mask[byte + 3] << 24);
  const word = bits >>> (from & 7);
  const zeros = word === 0 ? MAX_SKIP : 31 - Math.clz32(word & -word);
  return Math.min(zeros, MAX_SKIP, code.length - from);
}

/**
 * {@link skipAt} of every code byte at once, in one pass over the mask: a few milliseconds for a megabyte of code.
 * Worth it for whoever walks the whole program.
 */
export function skipTable(blob: ProgramBlob): Uint8Array<ArrayBuffer> {
  const { mask } = blob;
  const length = blob.code.length;
  const skips = new Uint8Array(length);
  // The mask is read backwards, so `distance` is what the byte in hand is away from the opcode behind it.
  let distance = 0;
  for (let byte = mask.length - 1; byte >= 0; byte--) {
    const bits = mask[byte];
    const first = byte << 3;
    for (let i = Math.min(7, length - 1 - first); i >= 0; i--) {
      skips[first + i] = distance < MAX_SKIP ? distance : MAX_SKIP;
      distance = (bits >> i) & 1 ? 0 : distance + 1;
    }
  }
  return skips;
}
