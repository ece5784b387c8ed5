import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadError } from "../../machine/errors.js";
import { encodeBlob } from "./blob.js";
import {
  ARGUMENTS_START,
  decodeSpi,
  encodeSpi,
  fitsAddressSpace,
  heapEnd,
  heapStart,
  initialRegisters,
  MAX_ARGUMENTS,
  memoryRegions,
  STACK_END,
} from "./spi.js";

const refused = (fields: Partial<LoadError>): unknown => expect.objectContaining({ name: "LoadError", ...fields });
const blobBytes = encodeBlob({ code: Uint8Array.of(0), mask: Uint8Array.of(1) });
const nothing = new Uint8Array(0);
const sizes = (readOnly: number, readWrite: number, heapPages: number, stackSize: number) => ({
  readOnly: new Uint8Array(readOnly),
  readWrite: new Uint8Array(readWrite),
  heapPages,
  stackSize,
});

describe("standard programs", () => {
  test("decoding gives back what was encoded, as views of the input", () => {
    const parts = fc.record({
      readOnly: fc.uint8Array({ maxLength: 70 }),
      readWrite: fc.uint8Array({ maxLength: 70 }),
      heapPages: fc.nat(0xffff),
      stackSize: fc.nat(0xffffff),
    });
    fc.assert(
      fc.property(parts, ({ readOnly, readWrite, heapPages, stackSize }) => {
        const bytes = encodeSpi({ readOnly, readWrite, heapPages, stackSize, blobBytes });
        const program = decodeSpi(bytes);
        expect(program).toMatchObject({ heapPages, stackSize });
        expect([...program.readOnly]).toEqual([...readOnly]);
        expect([...program.readWrite]).toEqual([...readWrite]);
        expect(program.readOnly.buffer).toBe(bytes.buffer);
        expect(program.blob.code.byteOffset).toBe(program.blob.codeOffset);
        expect([...encodeSpi(program)]).toEqual([...bytes]);
      }),
    );
  });

  test("a byte missing or added anywhere is refused", () => {
    const bytes = encodeSpi({ ...sizes(5, 3, 1, 4096), blobBytes });
    for (let length = 0; length < bytes.length; length++) {
      expect(() => decodeSpi(bytes.slice(0, length))).toThrow(refused({ code: "PVM_TRUNCATED" }));
    }
    const longer = new Uint8Array(bytes.length + 1);
    longer.set(bytes);
    expect(() => decodeSpi(longer)).toThrow(refused({ code: "PVM_TRAILING_BYTES", offset: bytes.length }));
  });

  test("errors inside the blob point into the file", () => {
    const bytes = encodeSpi({ ...sizes(5, 3, 1, 4096), blobBytes: Uint8Array.of(0, 0, 1, 0, 2) });
    expect(() => decodeSpi(bytes, 7)).toThrow(refused({ code: "PVM_BLOB_MASK_PADDING", offset: bytes.length - 1 + 7 }));
  });

  test("regions larger than the address space are refused before anything is allocated", () => {
    // The three sizes are bounded by their fields: 2^24 + 2^24 + 2^28 + 2^24 always fits.
    expect(fitsAddressSpace(sizes(0xffffff, 0xffffff, 0xffff, 0xffffff))).toBe(true);
    const most = 2 ** 32 - 2 ** 24 - 5 * 2 ** 16;
    expect(fitsAddressSpace({ ...sizes(0, 0, 0, most) })).toBe(true);
    expect(fitsAddressSpace({ ...sizes(1, 0, 0, most) })).toBe(false);
    expect(fitsAddressSpace({ ...sizes(0, 0, 1, most) })).toBe(false);
  });

  test("parts that their fields can not hold can not be encoded", () => {
    for (const parts of [
      { heapPages: 0x10000 },
      { stackSize: 0x1000000 },
      { stackSize: -1 },
      { heapPages: 0.5 },
      { readOnly: new Uint8Array(0x1000000) },
    ]) {
      expect(() => encodeSpi({ ...sizes(0, 0, 0, 0), blobBytes, ...parts })).toThrow(
        expect.objectContaining({ code: "PVM_SPI_PARTS" }),
      );
    }
  });
});

describe("the memory a standard program starts with", () => {
  test("has the regions of the specification", () => {
    const program = { ...sizes(0x10001, 5, 2, 4097) };
    const args = Uint8Array.of(1, 2, 3);
    expect(memoryRegions(program, args)).toEqual([
      { name: "read-only", start: 0x10000, length: 0x11000, access: "read", contents: program.readOnly },
      { name: "heap", start: 0x40000, length: 0x3000, access: "write", contents: program.readWrite },
      { name: "stack", start: 0xfefde000, length: 0x2000, access: "write", contents: nothing },
      { name: "arguments", start: 0xfeff0000, length: 0x1000, access: "read", contents: args },
    ]);
    expect(heapStart(program)).toBe(0x40000);
    expect(heapEnd(program)).toBe(0x43000);
  });

  test("leaves out regions of no bytes", () => {
    expect(memoryRegions(sizes(0, 0, 0, 0))).toEqual([]);
    expect(heapStart(sizes(0, 0, 0, 0))).toBe(0x20000);
  });

  test("keeps a zone between any two regions", () => {
    fc.assert(
      fc.property(fc.nat(200_000), fc.nat(200_000), fc.nat(0xffff), fc.nat(0xffffff), (ro, rw, pages, stack) => {
        const regions = memoryRegions(sizes(ro, rw, pages, stack), Uint8Array.of(1));
        for (let i = 1; i < regions.length; i++) {
          expect(regions[i].start - (regions[i - 1].start + regions[i - 1].length)).toBeGreaterThanOrEqual(0x10000);
        }
        for (const { start, length, contents } of regions) {
          expect(start % 4096).toBe(0);
          expect(length % 4096).toBe(0);
          expect(contents.length).toBeLessThanOrEqual(length);
        }
      }),
      { numRuns: 50 },
    );
  });

  test("registers hold the halt address, the stack pointer and the arguments", () => {
    const registers = initialRegisters(12);
    expect([...registers]).toEqual([
      0xffff0000n,
      BigInt(STACK_END),
      ...new Array(5).fill(0n),
      BigInt(ARGUMENTS_START),
      12n,
      ...new Array(4).fill(0n),
    ]);
  });

  test("more arguments than there is room for are refused", () => {
    expect(initialRegisters(MAX_ARGUMENTS)[8]).toBe(1n << 24n);
    expect(() => initialRegisters(MAX_ARGUMENTS + 1)).toThrow(refused({ code: "PVM_ARGUMENTS_TOO_LARGE" }));
    expect(() => memoryRegions(sizes(0, 0, 0, 0), new Uint8Array(MAX_ARGUMENTS + 1))).toThrow(
      refused({ code: "PVM_ARGUMENTS_TOO_LARGE" }),
    );
  });
});
