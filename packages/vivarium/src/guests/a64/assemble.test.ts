import { describe, expect, it } from "vitest";
import { AssemblyError } from "../../isa/assembly/diagnostics.js";
import { assemble } from "./assemble.js";
import { disassemble, disassembleWord } from "./disassemble.js";
import { decodeWord, ENCODINGS } from "./encodings/index.js";

const wordsOf = (text: string, base = 0x10000): number[] => [
  ...new Uint32Array(assemble(text, { base }).bytes.slice().buffer),
];
const word = (text: string): number => wordsOf(text)[0] as number;

describe("the assembler", () => {
  // Words as GNU as makes them.
  it.each([
    ["add x0, x0, x1", 0x8b010000],
    ["ret", 0xd65f03c0],
    ["mov x29, sp", 0x910003fd],
    ["mov w0, #-1", 0x12800000],
    ["mov x0, #0x5555555555555555", 0xb200f3e0],
    ["mov x3, x4", 0xaa0403e3],
    ["cmp x1, #4095", 0xf13ffc3f],
    ["cmp x1, #-1", 0xb100043f],
    ["add x0, x1, #0x1000", 0x91400420],
    ["lsl x0, x1, #3", 0xd37df020],
    ["ubfx w0, w1, #4, #8", 0x53042c20],
    ["bfi x2, x3, #8, #16", 0xb3783c62],
    ["cset w0, ne", 0x1a9f07e0],
    ["cneg x5, x6, mi", 0xda8654c5],
    ["ccmp w1, #7, #4, ne", 0x7a471824],
    ["ldr x0, [x1, #8]", 0xf9400420],
    ["ldr x0, [x1, #-8]", 0xf85f8020],
    ["ldr w0, [x1, w2, uxtw #2]", 0xb8625820],
    ["str x0, [sp, #-16]!", 0xf81f0fe0],
    ["ldrsb w2, [x3], #1", 0x38c01462],
    ["stp x29, x30, [sp, #-32]!", 0xa9be7bfd],
    ["ldp q0, q1, [x2]", 0xad400440],
    ["stlxr w0, x1, [x2]", 0xc800fc41],
    ["fmadd d0, d1, d2, d3", 0x1f420c20],
    ["fmov d0, #1.0", 0x1e6e1000],
    ["fcvtzs w0, d1", 0x1e780020],
    ["movi v0.2d, #0", 0x6f00e400],
    ["adds w0, wsp, w1, uxtb #2", 0x2b2103e0 | (2 << 10)],
    ["svc #0", 0xd4000001],
    ["tbz x9, #33, .+8", 0xb6080049],
  ])("%s", (text, expected) => {
    expect(word(text).toString(16)).toBe(expected.toString(16));
  });

  it("knows labels, numbered labels, data and constants", () => {
    const text = `
      .equ SIZE, 16            // bytes
      start: adrp x0, data     /* the page */
        add x0, x0, :lo12:data
        ldr x1, [x0, #SIZE - 8]
      1: subs x1, x1, #1; b.ne 1b
        b 1f
        .align 3
      1: ret
      data: .xword 1, start
        .asciz "a;b\\n"
    `;
    const { bytes, symbols } = assemble(text);
    expect(symbols.get("data")).toBe(0x1001c);
    expect(
      disassemble(bytes.subarray(0, 28), { base: 0x10000 })
        .split("\n")
        .map((l) => l.trim().split(/ +\/\//)[0]),
    ).toEqual([
      "adrp x0, 0x10000",
      "add x0, x0, #0x1c",
      "ldr x1, [x0, #8]",
      "subs x1, x1, #0x1",
      "b.ne 0x1000c",
      "b 0x10018",
      "ret",
      "",
    ]);
  });

  it("reports everything that is wrong, by line and column", () => {
    const find = (text: string): [number, number, string][] => {
      try {
        assemble(text);
      } catch (error) {
        if (error instanceof AssemblyError) return error.errors.map((e) => [e.line ?? 0, e.column ?? 0, e.reason]);
        throw error;
      }
      return [];
    };
    expect(find("add x0, x1\n  foo x1\nb nowhere\nldr x0, [x1, #32768]\n.byte 256")).toEqual([
      [1, 11, "these are no operands of add"],
      [2, 3, "unknown instruction foo"],
      [3, 1, "nowhere is not defined"],
      [4, 20, "these are no operands of ldr"],
      [5, 1, "256 does not fit into 8 bits"],
    ]);
  });
});

describe("the disassembler", () => {
  it("writes what assembles to the same word", () => {
    let seed = 2463534242;
    const random = (): number => {
      seed ^= seed << 13;
      seed ^= seed >>> 17;
      seed ^= seed << 5;
      return seed >>> 0;
    };
    let plain = 0;
    let total = 0;
    for (const { pattern } of ENCODINGS) {
      for (let k = 0; k < 12; k++) {
        const value = ((random() & ~pattern.mask) | pattern.value) >>> 0;
        const text = disassembleWord(value, 0x10000000);
        const [back] = wordsOf(text, 0x10000000);
        expect(back?.toString(16), text).toBe(value.toString(16));
        if (decodeWord(value) === undefined) continue;
        total++;
        if (!text.startsWith(".inst")) plain++;
      }
    }
    // Bits that no operand shows, of bitmask immediates above all, and pages beyond 2^32.
    expect(plain / total).toBeGreaterThan(0.97);
  });
});
