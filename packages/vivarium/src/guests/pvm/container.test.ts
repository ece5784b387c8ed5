import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadError } from "../../machine/errors.js";
import { encodeBlob, maskOf } from "./blob.js";
import { type ContainerParts, decodeContainer, encodeContainer, looksLikeContainer } from "./container.js";
import { heapEnd, heapStart, memoryRegions } from "./spi.js";

const refused = (fields: Partial<LoadError>): unknown => expect.objectContaining({ name: "LoadError", ...fields });

/** fallthrough, memset of latest64 or unlikely of jam_v1, unlikely of latest64, trap */
const blobOf = (...code: number[]): Uint8Array =>
  encodeBlob({ code: Uint8Array.from(code), mask: maskOf(code.length, code.keys()) });
const blobBytes = blobOf(1, 1, 0);

/** A container with exactly these bytes behind the length. */
function raw(version: number, ...body: number[]): Uint8Array {
  return Uint8Array.of(0x50, 0x56, 0x4d, 0, version, 13 + body.length, 0, 0, 0, 0, 0, 0, 0, ...body);
}

const CODE = [6, blobBytes.length, ...blobBytes];

describe("containers", () => {
  test("decoding gives back what was encoded", () => {
    const parts = fc.record({
      instructionSet: fc.constantFrom("latest64" as const, "jam_v1" as const),
      readOnly: fc.uint8Array({ maxLength: 200, size: "max" }),
      readWrite: fc.uint8Array({ maxLength: 200, size: "max" }),
      moreReadOnly: fc.nat(1_000_000),
      moreReadWrite: fc.nat(1_000_000),
      stackSize: fc.nat(1_000_000),
      imports: fc.array(fc.string({ unit: "grapheme", maxLength: 20 }), { maxLength: 6 }),
      exports: fc.array(fc.record({ name: fc.string({ maxLength: 9 }), pc: fc.nat(2) }), { maxLength: 4 }),
    });
    fc.assert(
      fc.property(parts, ({ moreReadOnly, moreReadWrite, ...rest }) => {
        const readOnlySize = rest.readOnly.length + moreReadOnly;
        const readWriteSize = rest.readWrite.length + moreReadWrite;
        const optional = [{ id: 200, bytes: Uint8Array.of(1, 2) }];
        const bytes = encodeContainer({ ...rest, readOnlySize, readWriteSize, blobBytes, optional });
        const container = decodeContainer(bytes);
        expect(looksLikeContainer(bytes)).toBe(true);
        expect(container).toMatchObject({
          instructionSet: rest.instructionSet,
          profile: rest.instructionSet === "jam_v1" ? "080" : "072",
          readOnlySize,
          readWriteSize,
          stackSize: rest.stackSize,
        });
        expect([...container.readOnly]).toEqual([...rest.readOnly]);
        expect([...container.readWrite]).toEqual([...rest.readWrite]);
        expect(container.imports.map(({ name }) => name)).toEqual(rest.imports);
        expect(container.exports.map(({ name, pc }) => ({ name, pc }))).toEqual(rest.exports);
        expect(container.blob.code.byteOffset).toBe(container.blob.codeOffset);
        expect([...container.blobBytes]).toEqual([...blobBytes]);
        expect(container.optional.map(({ id, bytes: b }) => [id, ...b])).toEqual([[200, 1, 2]]);
      }),
    );
  });

  test("have their memory laid out as a standard program has, with room behind the data", () => {
    const readOnly = Uint8Array.of(1);
    const container = decodeContainer(
      encodeContainer({
        instructionSet: "jam_v1",
        readOnly,
        readOnlySize: 70_000,
        readWriteSize: 5000,
        stackSize: 1,
        blobBytes,
      }),
    );
    expect(heapStart(container)).toBe(0x40000);
    expect(heapEnd(container)).toBe(0x42000);
    expect(memoryRegions(container).map(({ start, length }) => [start, length])).toEqual([
      [0x10000, 0x12000],
      [0x40000, 0x2000],
      [0xfefdf000, 0x1000],
    ]);
    expect([...memoryRegions(container)[0].contents]).toEqual([1]);
  });

  test("numbers are read as the toolchain reads them, the longer forms included", () => {
    const memory = [1, 10, 0xf0, 1, 2, 0, 0, 0xc0, 5, 0, 0x80, 0x80];
    expect(decodeContainer(raw(3, ...memory, ...CODE, 0))).toMatchObject({
      readOnlySize: 0x201,
      readWriteSize: 5,
      stackSize: 0x80,
    });
    const export1 = [5, 4, 1, 2, 1, 0x61];
    expect(decodeContainer(raw(3, ...export1, ...CODE, 0)).exports).toMatchObject([{ name: "a", pc: 2 }]);
  });

  test("names that are no text are shown as hexadecimal", () => {
    const bytes = encodeContainer({ instructionSet: "jam_v1", imports: [Uint8Array.of(0xff, 1), "", "x"], blobBytes });
    expect(decodeContainer(bytes).imports.map(({ name }) => name)).toEqual(["0xff01", "", "x"]);
  });

  test("instructions that the profile does not have are refused by name and place", () => {
    const latest64 = (...code: number[]): Uint8Array =>
      encodeContainer({ instructionSet: "latest64", blobBytes: blobOf(...code) });
    expect(() => decodeContainer(latest64(1, 2, 0))).toThrow(/memset at pc 1 is an instruction of latest64 only/);
    const bytes = latest64(1, 1, 3);
    expect(() => decodeContainer(bytes)).toThrow(refused({ code: "PVM_CONTAINER_OPCODE", offset: bytes.length - 3 }));
    // The same byte as an argument is nobody's instruction, and profile 080 has it.
    const argument = encodeBlob({ code: Uint8Array.of(51, 2, 3, 0), mask: maskOf(4, [0, 3]) });
    decodeContainer(encodeContainer({ instructionSet: "latest64", blobBytes: argument }));
    decodeContainer(encodeContainer({ instructionSet: "jam_v1", blobBytes: blobOf(2, 0) }));
  });

  test.each<[string, Uint8Array, Partial<LoadError>]>([
    ["another magic", Uint8Array.of(0x50, 0x56, 0x4d, 1, 3), { code: "PVM_CONTAINER_MAGIC", offset: 0 }],
    ["nothing behind the magic", Uint8Array.of(0x50, 0x56, 0x4d, 0), { code: "PVM_TRUNCATED", offset: 4 }],
    ["an unknown version", raw(4, ...CODE, 0), { code: "PVM_CONTAINER_VERSION", offset: 4 }],
    ["a 32-bit instruction set", raw(1, ...CODE, 0), { code: "PVM_CONTAINER_INSTRUCTION_SET", offset: 4 }],
    ["revive_v1", raw(0, ...CODE, 0), { expected: "latest64 or jam_v1" }],
    ["a wrong length", Uint8Array.of(...raw(3, ...CODE, 0), 0), { code: "PVM_CONTAINER_LENGTH", offset: 5 }],
    ["no code", raw(3, 0), { code: "PVM_CONTAINER_SECTION" }],
    ["no end", raw(3, ...CODE), { code: "PVM_TRUNCATED" }],
    ["bytes behind the end", raw(3, ...CODE, 0, 0), { code: "PVM_TRAILING_BYTES" }],
    ["sections out of order", raw(3, ...CODE, 2, 0, 0), { code: "PVM_CONTAINER_SECTION", offset: 13 + CODE.length }],
    ["a section twice", raw(3, ...CODE, ...CODE, 0), { code: "PVM_CONTAINER_SECTION" }],
    ["an unknown section", raw(3, 7, 0, ...CODE, 0), { code: "PVM_CONTAINER_SECTION", offset: 13 }],
    ["a section cut off", raw(3, 2, 100, 1), { code: "PVM_TRUNCATED", offset: 15 }],
    ["a number of 33 bits", raw(3, 2, 0xf1, 0, 0, 0, 0), { code: "PVM_VARINT", offset: 14 }],
    ["a number of five bytes", raw(3, 2, 0xf8, 0, 0, 0, 0, 0), { code: "PVM_VARINT", offset: 14 }],
    ["a memory section too long", raw(3, 1, 4, 0, 0, 0, 0, ...CODE, 0), { code: "PVM_TRAILING_BYTES", offset: 18 }],
    ["more data than memory", raw(3, 2, 1, 9, ...CODE, 0), { code: "PVM_CONTAINER_MEMORY", offset: 15 }],
    ["too many imports", raw(3, 4, 2, 0x84, 1, ...CODE, 0), { code: "PVM_CONTAINER_IMPORTS", offset: 15 }],
    [
      "an import beyond the names",
      raw(3, 4, 5, 1, 1, 0, 0, 0, ...CODE, 0),
      { code: "PVM_CONTAINER_IMPORTS", offset: 16 },
    ],
    ["an export into nowhere", raw(3, 5, 3, 1, 3, 0, ...CODE, 0), { code: "PVM_CONTAINER_EXPORTS", offset: 16 }],
    ["exports cut off", raw(3, 5, 1, 1, ...CODE, 0), { code: "PVM_TRUNCATED", offset: 16 }],
    ["bytes behind the exports", raw(3, 5, 2, 0, 0, ...CODE, 0), { code: "PVM_TRAILING_BYTES", offset: 16 }],
    ["a damaged blob", raw(3, 6, 3, 0, 0, 1, 0), { code: "PVM_TRUNCATED", offset: 17 }],
  ])("%s: refused with code and offset", (_name, bytes, fields) => {
    expect(() => decodeContainer(bytes)).toThrow(refused(fields));
  });

  test("regions larger than the address space are refused, whatever their sizes claim", () => {
    for (const sizes of [{ readOnlySize: 0xffffffff }, { readWriteSize: 0xfeffffff }, { stackSize: 0xff000000 }]) {
      const bytes = encodeContainer({ instructionSet: "jam_v1", blobBytes, ...sizes });
      expect(() => decodeContainer(bytes)).toThrow(refused({ code: "PVM_CONTAINER_MEMORY", offset: 15 }));
    }
  });

  test("parts that do not fit can not be encoded", () => {
    for (const parts of [
      { stackSize: -1 },
      { readOnlySize: 2 ** 32 },
      { imports: new Array<string>(1025).fill("") },
    ] satisfies Partial<ContainerParts>[]) {
      expect(() => encodeContainer({ instructionSet: "jam_v1", blobBytes, ...parts })).toThrow(
        expect.objectContaining({ code: "PVM_CONTAINER_PARTS" }),
      );
    }
  });
});
