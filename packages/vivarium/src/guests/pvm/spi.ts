/** Turns a standard program (SPI) into code, data and memory layout, and back (GP, standard program initialization). */

import { LoadError, VivError } from "../../machine/errors.js";
import { decodeBlob, type ProgramBlob } from "./blob.js";
import { ByteReader, concatBytes, littleEndian } from "./natural.js";

/** Bytes of a page (GP Z_P). */
export const PAGE = 0x1000;
/** Bytes of a zone, the granularity in which regions are set apart (GP Z_Z). */
export const ZONE = 0x10000;
/** Most argument bytes an invocation may have (GP Z_I). */
export const MAX_ARGUMENTS = 0x1000000;
/** Where read-only data starts. */
export const READ_ONLY_START = ZONE;
/** One past the last byte of the stack; the initial stack pointer. */
export const STACK_END = 0xfefe0000;
/** Where the arguments start. */
export const ARGUMENTS_START = 0xfeff0000;
/** The address a program returns to in order to halt. */
export const HALT_ADDRESS = 0xffff0000;
/** Number of registers. */
export const REGISTER_COUNT = 13;

/** A standard program. The byte arrays are views of the input. */
export interface StandardProgram {
  /** Initial read-only data. */
  readonly readOnly: Uint8Array;
  /** Initial read-write data, at the start of the heap. */
  readonly readWrite: Uint8Array;
  /** Zeroed pages behind the read-write data. */
  readonly heapPages: number;
  /** Bytes of the stack, before rounding up to pages. */
  readonly stackSize: number;
  /** The program. */
  readonly blob: ProgramBlob;
  /** The encoded program. */
  readonly blobBytes: Uint8Array;
}

/** A stretch of guest memory that exists when the program starts. */
export interface MemoryRegion {
  readonly name: "read-only" | "heap" | "stack" | "arguments";
  /** First address, a multiple of the page size. */
  readonly start: number;
  /** Bytes, a multiple of the page size. */
  readonly length: number;
  /** `"write"` includes reading. */
  readonly access: "read" | "write";
  /** What the region starts with; the rest of it is 0. */
  readonly contents: Uint8Array;
}

/** `size` rounded up to whole pages. */
export function roundToPage(size: number): number {
  return Math.ceil(size / PAGE) * PAGE;
}

/** `size` rounded up to whole zones. */
export function roundToZone(size: number): number {
  return Math.ceil(size / ZONE) * ZONE;
}

/** What of a program decides how its memory is laid out. */
export interface LayoutSizes extends Pick<StandardProgram, "readOnly" | "readWrite" | "heapPages" | "stackSize"> {
  /** Bytes of the read-only region where that is larger than its initial data (never so in a standard program). */
  readonly readOnlySize?: number;
}

function readOnlySizeOf(sizes: LayoutSizes): number {
  return sizes.readOnlySize ?? sizes.readOnly.length;
}

/** Whether the regions fit into the address space with the zones that keep them apart (GP equation of section A.7). */
export function fitsAddressSpace(sizes: LayoutSizes): boolean {
  const heap = sizes.readWrite.length + sizes.heapPages * PAGE;
  const regions = roundToZone(readOnlySizeOf(sizes)) + roundToZone(heap) + roundToZone(sizes.stackSize);
  return 5 * ZONE + regions + MAX_ARGUMENTS <= 2 ** 32;
}

/**
 * Decodes `u24 |o| u24 |w| u16 z u24 s o w u32 |c| c`. Sizes are checked against the input and the address space before
 * anything is allocated.
 * @param base offset of `bytes` in its file, for errors
 * @throws LoadError `PVM_TRUNCATED`, `PVM_TRAILING_BYTES`, `PVM_SPI_TOO_LARGE` and what {@link decodeBlob} throws
 */
export function decodeSpi(bytes: Uint8Array, base = 0): StandardProgram {
  const reader = new ByteReader(bytes, base);
  const readOnlyLength = reader.unsigned(3, "the length of the read-only data");
  const readWriteLength = reader.unsigned(3, "the length of the read-write data");
  const heapPages = reader.unsigned(2, "the number of heap pages");
  const stackSize = reader.unsigned(3, "the size of the stack");
  const readOnly = reader.take(readOnlyLength, "the read-only data");
  const readWrite = reader.take(readWriteLength, "the read-write data");
  const blobLength = reader.unsigned(4, "the length of the program blob");
  const blobOffset = reader.offset;
  const blobBytes = reader.take(blobLength, "the program blob");
  reader.end("the standard program");
  if (!fitsAddressSpace({ readOnly, readWrite, heapPages, stackSize })) {
    throw new LoadError("PVM_SPI_TOO_LARGE", "the memory regions do not fit into the address space", {
      offset: base,
      expected: "regions of less than 2^32 - 2^24 - 5 * 2^16 bytes together",
    });
  }
  return { readOnly, readWrite, heapPages, stackSize, blob: decodeBlob(blobBytes, blobOffset), blobBytes };
}

/** The parts from which {@link encodeSpi} makes a standard program. */
export type SpiParts = Omit<StandardProgram, "blob">;

/**
 * Encodes a standard program.
 * @throws VivError `PVM_SPI_PARTS` when a part is too large for its field or the regions for the address space
 */
export function encodeSpi(parts: SpiParts): Uint8Array<ArrayBuffer> {
  const { readOnly, readWrite, heapPages, stackSize, blobBytes } = parts;
  const head = [
    field("readOnly.length", readOnly.length, 3),
    field("readWrite.length", readWrite.length, 3),
    field("heapPages", heapPages, 2),
    field("stackSize", stackSize, 3),
  ];
  const blobLength = field("blobBytes.length", blobBytes.length, 4);
  if (!fitsAddressSpace(parts)) throw new VivError("PVM_SPI_PARTS", "the memory regions do not fit into 2^32 bytes");
  return concatBytes(...head, readOnly, readWrite, blobLength, blobBytes);
}

function field(name: string, value: number, width: number): Uint8Array {
  if (!Number.isInteger(value) || value < 0 || value >= 2 ** (8 * width)) {
    throw new VivError("PVM_SPI_PARTS", `${name} is ${value}, not an integer of ${width} bytes`);
  }
  return littleEndian(value, width);
}

/** Where the read-write data and the heap start. */
export function heapStart(program: LayoutSizes): number {
  return READ_ONLY_START + ZONE + roundToZone(readOnlySizeOf(program));
}

/** One past the last byte of the initial heap: where `sbrk` goes on. */
export function heapEnd(program: LayoutSizes): number {
  return heapStart(program) + roundToPage(program.readWrite.length) + program.heapPages * PAGE;
}

/** First address of the stack: what a growing heap must not reach. */
export function stackStart(program: LayoutSizes): number {
  return STACK_END - roundToPage(program.stackSize);
}

/**
 * The memory a standard program starts with. Regions of no bytes are left out.
 * @throws LoadError `PVM_ARGUMENTS_TOO_LARGE` for more than {@link MAX_ARGUMENTS} bytes of arguments
 */
export function memoryRegions(program: LayoutSizes, args: Uint8Array = new Uint8Array(0)): MemoryRegion[] {
  checkArguments(args.length);
  const { readOnly, readWrite } = program;
  const start = heapStart(program);
  const stack = stackStart(program);
  const regions: MemoryRegion[] = [
    region("read-only", READ_ONLY_START, roundToPage(readOnlySizeOf(program)), "read", readOnly),
    region("heap", start, heapEnd(program) - start, "write", readWrite),
    region("stack", stack, STACK_END - stack, "write", new Uint8Array(0)),
    region("arguments", ARGUMENTS_START, roundToPage(args.length), "read", args),
  ];
  return regions.filter(({ length }) => length > 0);
}

function region(
  name: MemoryRegion["name"],
  start: number,
  length: number,
  access: MemoryRegion["access"],
  contents: Uint8Array,
): MemoryRegion {
  return { name, start, length, access, contents };
}

/**
 * The registers a standard program starts with: return address, stack pointer, and where the arguments are.
 * @throws LoadError `PVM_ARGUMENTS_TOO_LARGE`
 */
export function initialRegisters(argumentsLength = 0): BigUint64Array<ArrayBuffer> {
  checkArguments(argumentsLength);
  const registers = new BigUint64Array(REGISTER_COUNT);
  registers[0] = BigInt(HALT_ADDRESS);
  registers[1] = BigInt(STACK_END);
  registers[7] = BigInt(ARGUMENTS_START);
  registers[8] = BigInt(argumentsLength);
  return registers;
}

function checkArguments(length: number): void {
  if (length <= MAX_ARGUMENTS) return;
  throw new LoadError("PVM_ARGUMENTS_TOO_LARGE", `${length} bytes of arguments`, {
    expected: `at most ${MAX_ARGUMENTS}`,
  });
}
