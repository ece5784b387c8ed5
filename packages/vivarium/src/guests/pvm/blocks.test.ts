import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LoadError } from "../../machine/errors.js";
import { decodeBlob, encodeBlob, maskOf, type ProgramBlob, skipAt, skipTable } from "./blob.js";
import { blockIndexAt, findBlocks, type OpcodeFacts, validateCode, validateEntry } from "./blocks.js";

const refused = (fields: Partial<LoadError>): unknown => expect.objectContaining({ name: "LoadError", ...fields });

/** An imaginary instruction set: opcodes below 8 exist, those below 3 end a block. */
const facts: OpcodeFacts = {
  defined: new Uint8Array(256).fill(1, 0, 8),
  terminator: new Uint8Array(256).fill(1, 0, 3),
};

function program(code: number[], starts: number[]): ProgramBlob {
  return decodeBlob(encodeBlob({ code: Uint8Array.from(code), mask: maskOf(code.length, starts) }));
}

const anyProgram = fc
  .record({
    code: fc.array(fc.nat(9), { maxLength: 200, size: "max" }),
    picks: fc.array(fc.nat(199), { maxLength: 120, size: "max" }),
  })
  .map(({ code, picks }) =>
    program(
      code,
      [...new Set(picks)].filter((pc) => pc < code.length),
    ),
  );

describe("basic blocks", () => {
  test("start at 0 and behind terminators, where a defined instruction stands", () => {
    //                    0  1  2  3  4  5  6  7  8
    const blob = program([5, 1, 0, 5, 2, 9, 1, 2, 4], [0, 1, 3, 4, 5, 6, 8]);
    expect([...findBlocks(blob, facts).starts]).toEqual([0, 3, 8]);
  });

  test("never start in the middle of an instruction, even 24 bytes on", () => {
    const code = [1, ...new Array<number>(30).fill(5)];
    expect([...findBlocks(program(code, [0]), facts).starts]).toEqual([0]);
    expect([...findBlocks(program(code, [0, 25]), facts).starts]).toEqual([0, 25]);
    expect([...findBlocks(program(code, [0, 26]), facts).starts]).toEqual([0]);
  });

  test("are none where there is no code, or no instruction at 0 and no terminator", () => {
    expect(findBlocks(program([], []), facts).starts.length).toBe(0);
    expect(findBlocks(program([5, 5], [1]), facts).starts.length).toBe(0);
    expect(findBlocks(program([9, 5], [0, 1]), facts).starts.length).toBe(0);
  });

  test("are what the set in the specification holds", () => {
    fc.assert(
      fc.property(anyProgram, (blob) => {
        const { code, mask } = blob;
        const bit = (pc: number): boolean => pc < code.length && ((mask[pc >> 3] >> (pc & 7)) & 1) === 1;
        const candidates = new Set([0]);
        for (let pc = 0; pc < code.length; pc++) {
          if (bit(pc) && code[pc] < 3) candidates.add(pc + 1 + skipAt(blob, pc));
        }
        const expected = [...candidates].filter((pc) => bit(pc) && code[pc] < 8).sort((a, b) => a - b);
        for (const skips of [undefined, skipTable(blob)]) {
          const { starts, isStart } = findBlocks(blob, facts, skips);
          expect([...starts]).toEqual(expected);
          expect([...isStart.keys()].filter((pc) => isStart[pc] === 1)).toEqual(expected);
        }
        const blocks = findBlocks(blob, facts);
        for (let pc = 0; pc < code.length; pc++) {
          expect(blockIndexAt(blocks, pc)).toBe(expected.findLastIndex((start) => start <= pc));
        }
      }),
    );
  });
});

describe("validation of profile 080", () => {
  test.each<[string, number[], number[], Partial<LoadError>]>([
    ["empty code", [], [], { code: "PVM_CODE_EMPTY", offset: 3 }],
    ["no instruction at 0", [5, 5], [1], { code: "PVM_CODE_NO_INSTRUCTION", offset: 3 }],
    ["an undefined opcode", [5, 8], [0, 1], { code: "PVM_CODE_UNKNOWN_OPCODE", offset: 4 }],
    ["a gap of more than 24 bytes", new Array(27).fill(5), [0, 26], { code: "PVM_CODE_NO_INSTRUCTION", offset: 28 }],
  ])("refuses %s", (_name, code, starts, fields) => {
    const blob = program(code, starts);
    expect(() => validateCode(blob, facts)).toThrow(refused(fields));
    expect(() => validateCode(blob, facts, skipTable(blob))).toThrow(refused(fields));
  });

  test("accepts code that ends with any instruction, and gaps of 24 bytes", () => {
    validateCode(program([5, 9, 9], [0]), facts);
    validateCode(program(new Array<number>(26).fill(5), [0, 25]), facts);
  });

  test("an entry has to be an instruction", () => {
    const blob = program([5, 9, 4], [0, 2]);
    validateEntry(blob, 0);
    validateEntry(blob, 2);
    for (const pc of [1, 3, 4000, -1, 0.5]) {
      expect(() => validateEntry(blob, pc)).toThrow(refused({ code: "PVM_CODE_NO_INSTRUCTION" }));
    }
  });
});
