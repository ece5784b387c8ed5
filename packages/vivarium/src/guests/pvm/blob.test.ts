import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadError } from "../../machine/errors.js";
import {
  decodeBlob,
  encodeBlob,
  isInstructionStart,
  maskOf,
  NO_TARGET,
  type ProgramBlob,
  skipAt,
  skipTable,
} from "./blob.js";

const refused = (fields: Partial<LoadError>): unknown => expect.objectContaining({ name: "LoadError", ...fields });

/** Code with opcodes at random places, gaps longer than an instruction included. */
const parts = fc
  .record({
    code: fc.uint8Array({ maxLength: 300, size: "max" }),
    picks: fc.array(fc.nat(299), { maxLength: 80, size: "max" }),
    jumpTable: fc.array(fc.oneof(fc.nat(200), fc.nat(70_000), fc.integer({ min: 0, max: 0xffffffff })), {
      maxLength: 9,
    }),
  })
  .map(({ code, picks, jumpTable }) => {
    const starts = [...new Set(picks.filter((pc) => pc < code.length))].sort((a, b) => a - b);
    return { code, starts, jumpTable, mask: maskOf(code.length, starts) };
  });

/** The definition of `skip` in the specification, bit by bit. */
function skipByDefinition(codeLength: number, starts: ReadonlySet<number>, pc: number): number {
  for (let j = 0; j < 24; j++) if (pc + 1 + j >= codeLength || starts.has(pc + 1 + j)) return j;
  return 24;
}

const decode = (...bytes: number[]): ProgramBlob => decodeBlob(Uint8Array.from(bytes), 1000);

describe("program blobs", () => {
  test("decoding gives back what was encoded, as views of the input", () => {
    fc.assert(
      fc.property(parts, ({ code, mask, jumpTable }) => {
        const bytes = encodeBlob({ code, mask, jumpTable });
        const blob = decodeBlob(bytes);
        expect([...blob.code]).toEqual([...code]);
        expect([...blob.mask]).toEqual([...mask]);
        expect([...blob.jumpTable]).toEqual(jumpTable);
        expect(blob.code.buffer).toBe(bytes.buffer);
        expect(blob.codeOffset).toBe(blob.code.byteOffset);
        expect([...encodeBlob(blob)]).toEqual([...bytes]);
      }),
    );
  });

  test("whatever decodes is encoded to the same bytes again", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(0, 0, 1, 1, 2, 3, 5, 9, 0x80, 0xff), { maxLength: 24 }), (bytes) => {
        let blob: ProgramBlob;
        try {
          blob = decode(...bytes);
        } catch (error) {
          expect(error).toEqual(refused({}));
          return;
        }
        if (blob.jumpEntrySize <= 4 && (blob.jumpTable.length > 0 || blob.jumpEntrySize === 0)) {
          expect([...encodeBlob(blob)]).toEqual(bytes);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("entries of the jump table may have any width; those beyond all code become no target", () => {
    expect([...decode(2, 3, 0, 1, 2, 3, 0xff, 0xff, 0xff).jumpTable]).toEqual([0x030201, 0xffffff]);
    expect([...decode(1, 4, 0, 0xfe, 0xff, 0xff, 0xff).jumpTable]).toEqual([0xfffffffe]);
    expect([...decode(2, 5, 0, 1, 2, 0, 0, 0, 1, 2, 0, 0, 1).jumpTable]).toEqual([0x0201, NO_TARGET]);
  });

  test.each<[string, number[], Partial<LoadError>]>([
    ["nothing", [], { code: "PVM_TRUNCATED", offset: 1000 }],
    ["no entry size", [0], { code: "PVM_TRUNCATED", offset: 1001 }],
    ["more jump table entries than bytes", [0xf0, 0, 0, 0, 0x10, 1, 0], { code: "PVM_TRUNCATED", offset: 1000 }],
    ["entries of no bytes", [2, 0, 0], { code: "PVM_BLOB_JUMP_TABLE", offset: 1001 }],
    ["a jump table cut off", [2, 4, 0, 0, 0, 0, 0, 0], { code: "PVM_TRUNCATED", offset: 1003 }],
    ["more code than bytes", [0, 0, 3, 0, 0], { code: "PVM_TRUNCATED", offset: 1002 }],
    ["a bitmask cut off", [0, 0, 1, 0], { code: "PVM_TRUNCATED", offset: 1004 }],
    ["a set bit behind the code", [0, 0, 1, 0, 3], { code: "PVM_BLOB_MASK_PADDING", offset: 1004 }],
    ["a byte too many", [0, 0, 1, 0, 1, 0], { code: "PVM_TRAILING_BYTES", offset: 1005 }],
    ["a length that is not the shortest", [0, 0, 0x80, 1, 0, 1], { code: "PVM_NATURAL_NOT_SHORTEST", offset: 1002 }],
  ])("%s: refused with code and offset", (_name, bytes, fields) => {
    expect(() => decode(...bytes)).toThrow(refused(fields));
  });

  test("parts that do not fit one another can not be encoded", () => {
    const code = new Uint8Array(9);
    const wrong = expect.objectContaining({ name: "VivError", code: "PVM_BLOB_PARTS" });
    expect(() => encodeBlob({ code, mask: new Uint8Array(1) })).toThrow(wrong);
    expect(() => encodeBlob({ code, mask: Uint8Array.of(1, 2) })).toThrow(wrong);
    expect(() => encodeBlob({ code, mask: new Uint8Array(2), jumpTable: [256], jumpEntrySize: 1 })).toThrow(wrong);
    expect(() => encodeBlob({ code, mask: new Uint8Array(2), jumpTable: [-1] })).toThrow(wrong);
    expect(() => maskOf(9, [9])).toThrow(wrong);
  });
});

describe("the distance to the next instruction", () => {
  test("is what the specification defines, for every byte, by either way of asking", () => {
    fc.assert(
      fc.property(parts, ({ code, starts, mask }) => {
        const blob = decodeBlob(encodeBlob({ code, mask }));
        const set = new Set(starts);
        const skips = skipTable(blob);
        expect(skips.length).toBe(code.length);
        for (let pc = 0; pc < code.length; pc++) {
          const expected = skipByDefinition(code.length, set, pc);
          expect(skipAt(blob, pc)).toBe(expected);
          expect(skips[pc]).toBe(expected);
          expect(isInstructionStart(blob, pc)).toBe(set.has(pc));
        }
        expect(isInstructionStart(blob, code.length)).toBe(false);
      }),
    );
  });
});
