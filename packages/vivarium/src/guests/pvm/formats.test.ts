import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type ArgumentFormat, F2, F3, F4, F5, F6, F7, F9, F10, F11, F12, FORMATS, immediateLength } from "./formats.js";

const register = fc.nat(12);
const immediate = fc.oneof(
  fc.integer(),
  fc.integer({ min: -300, max: 300 }),
  fc.constantFrom(0, -1, 0x7f, 0x80, -0x80, -0x81, 0x7fff, 0x8000, -0x8000, -0x8001, 0x7fffff, 0x800000, -0x800001),
);

/** An operand list for a format; targets are given as distances from the instruction. */
const operandsOf = (format: ArgumentFormat): fc.Arbitrary<number[]> =>
  fc.tuple(...format.operands.map((role) => (role === "A" || role === "B" || role === "D" ? register : immediate)));

const PC = 1 << 20;

/** Bytes of each format that are neither an immediate of variable length nor an offset. */
const FIXED_BYTES = [0, 0, 9, 1, 0, 1, 1, 1, 1, 1, 1, 2, 2];

function absolute(format: ArgumentFormat, operands: number[], pc: number): number[] {
  return operands.map((value, i) => (format.operands[i] === "T" ? pc + value : value));
}

function decode(format: ArgumentFormat, args: number[], behind: number[] = [], pc = 0): number[] {
  const out = new Int32Array(4);
  const code = Uint8Array.from([...new Array<number>(pc).fill(0xee), 0xee, ...args, ...behind]);
  format.decode(code, pc, args.length, out);
  return [...out.subarray(0, format.operands.length)];
}

describe.each(FORMATS.map((format) => [format.name, format] as const))("%s", (_name, format) => {
  test("decodes what it encodes, whatever follows", () => {
    fc.assert(
      fc.property(
        operandsOf(format),
        fc.uint8Array({ maxLength: 12 }),
        fc.nat(4),
        (operands, behind, minOffsetBytes) => {
          const values = absolute(format, operands, PC);
          for (const options of [undefined, { minOffsetBytes }]) {
            const bytes: number[] = [];
            format.encode(bytes, values, PC, options);
            const code = new Uint8Array(PC + 1 + bytes.length + behind.length);
            code.set(bytes, PC + 1);
            code.set(behind, PC + 1 + bytes.length);
            const out: number[] = [];
            format.decode(code, PC, bytes.length, out);
            expect(out).toEqual(values.map((value) => value | 0));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  test("decodes any bytes of any length without failing, to registers and 32-bit numbers", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 14 }), fc.nat(24), (code, l) => {
        const out: number[] = [];
        format.decode(code, 0, Math.min(l, code.length - 1), out);
        expect(out.length).toBe(format.operands.length);
        format.operands.forEach((role, i) => {
          expect(out[i]).toBe(out[i] | 0);
          if ("ABD".includes(role)) expect(out[i] >= 0 && out[i] <= 12).toBe(true);
        });
      }),
      { numRuns: 200 },
    );
  });

  test("spends no byte more on an immediate than sign extension needs", () => {
    fc.assert(
      fc.property(operandsOf(format), (operands) => {
        const bytes: number[] = [];
        format.encode(bytes, absolute(format, operands, PC), PC);
        const variable = operands.filter((_, i) => ["X", "Y", "T"].includes(format.operands[i]));
        const expected = variable.reduce((sum, value) => sum + immediateLength(value), FIXED_BYTES[format.index]);
        expect(bytes.length).toBe(expected);
      }),
      { numRuns: 60 },
    );
  });

  test("refuses operands it can not encode", () => {
    const good = format.operands.map(() => 0);
    format.operands.forEach((role, i) => {
      for (const bad of "ABD".includes(role) ? [13, -1, 0.5, Number.NaN] : [2 ** 31, -(2 ** 31) - 1, 0.5, Number.NaN]) {
        const values = good.with(i, bad);
        expect(() => format.encode([], values, 0)).toThrow(expect.objectContaining({ code: "PVM_OPERAND_RANGE" }));
      }
      expect(() => format.encode([], good.slice(0, i), 0)).toThrow(
        expect.objectContaining({ code: "PVM_OPERAND_RANGE" }),
      );
    });
    expect(() => format.encode([], good, 0, { minOffsetBytes: 5 })).toThrow(
      expect.objectContaining({ code: "PVM_OPERAND_RANGE" }),
    );
  });
});

describe("argument bytes", () => {
  test("registers above 12 are 12", () => {
    expect(decode(F9, [0xed])).toEqual([12, 12, 0]);
    expect(decode(F12, [0xfd, 0xff])).toEqual([12, 12, 12]);
    expect(decode(F5, [0xff])).toEqual([12, 0]);
  });

  test("immediates are sign-extended from the bytes they have", () => {
    expect(decode(F5, [1, 0x80])).toEqual([1, -128]);
    expect(decode(F5, [1, 0x80, 0])).toEqual([1, 128]);
    expect(decode(F5, [1, 0, 0, 0x80])).toEqual([1, -0x800000]);
    expect(decode(F5, [1, 0, 0, 0, 0x80])).toEqual([1, -0x80000000]);
    expect(decode(F5, [1])).toEqual([1, 0]);
  });

  test("no immediate has more than four bytes", () => {
    expect(decode(F5, [1, 1, 2, 3, 4, 5, 6])).toEqual([1, 0x04030201]);
    expect(decode(F3, [7, 1, 2, 3, 4, 5])).toEqual([0x04030201, 5]);
    expect(decode(F6, [0xf0, 1, 2, 3, 4, 5])).toEqual([0, 0x04030201, 5]);
    expect(decode(F11, [0, 0xff, 1, 2, 3, 4, 5])).toEqual([0, 0, 0x04030201, 5]);
  });

  test("a first immediate may run over the end of the instruction, a second one is then 0", () => {
    expect(decode(F3, [2, 1], [2, 3])).toEqual([0x0201, 0]);
    expect(decode(F6, [0x20, 1], [2, 3])).toEqual([0, 0x0201, 0]);
    expect(decode(F2, [3], [1, 0, 0, 0x80])).toEqual([3, -0x7fffffff, 0]);
  });

  test("a target counts from the instruction itself", () => {
    expect(decode(F4, [0xfe], [], 10)).toEqual([8]);
    expect(decode(F4, [], [], 10)).toEqual([10]);
    expect(decode(F7, [0x15, 0x80, 3], [], 10)).toEqual([5, -128, 13]);
    expect(decode(F10, [0x21, 0, 1], [], 10)).toEqual([1, 2, 266]);
    expect(decode(F4, [0xf0], [], 10)).toEqual([-6]);
  });

  test("an immediate takes as many bytes as sign extension needs", () => {
    for (const [value, length] of [
      [0, 0],
      [127, 1],
      [-128, 1],
      [128, 2],
      [-129, 2],
      [0x7fff, 2],
      [0x8000, 3],
      [-0x800000, 3],
      [0x800000, 4],
      [-0x80000000, 4],
    ]) {
      expect(immediateLength(value)).toBe(length);
    }
  });
});
