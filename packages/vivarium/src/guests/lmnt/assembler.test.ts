import { describe, expect, it } from "vitest";
import { instructionsOf, sectionBits, writeArchive } from "./archive.js";
import { assemble } from "./assembler.js";
import { disassemble } from "./disassembler.js";
import { bitsOf, formatFloat32, parseFloat32 } from "./floats.js";
import { operationsOf } from "./table.js";
import { validate } from "./validate.js";

const SAMPLE = `
.lmnt head
.constants 0.5, inf, 0x7fc00001
.data curve: 0, 0.25,
   1
.extern noise (1) -> (1)
.function "two words" (t, lo) -> (r) default=curve   ; a comment
    MULSS  t, =0.5, t0
  again:
    ADDSS  t0, =3, t0
    CMP    t0, k0
    BRANCHCLT again
    EXTCALL noise, t0
    BRANCHCUN past
    ASSIGNSS t1, r
  past:
.end
`;

/** Code, line and column of the error that assembling `text` throws. */
function failure(text: string) {
  try {
    assemble(text);
  } catch (error) {
    const { code, line, column } = error as { code: string; line: number; column: number };
    return { code, line, column };
  }
  return undefined;
}

describe("the assembler", () => {
  it("builds what the text says", () => {
    const archive = validate(assemble(SAMPLE));
    const [noise, fn] = archive.definitions;
    expect(noise).toMatchObject({ name: "noise", argsCount: 1, rvalsCount: 1, flags: 2 });
    // Four constants (one pooled), two arguments, a return value and two locals; flags: loop and default arguments.
    expect(fn).toMatchObject({ name: "two words", argsCount: 2, rvalsCount: 1, stackCount: 5, flags: 12 });
    expect(archive.constantsCount).toBe(4);
    expect([...sectionBits(archive, archive.sections[0])]).toEqual([0, 0.25, 1].map(bitsOf));
    expect(instructionsOf(archive, fn).map(({ opcode }) => operationsOf("head")[opcode].mnemonic)).toEqual([
      "MULSS",
      "ADDSS",
      "CMP",
      "BRANCHCLT",
      "EXTCALL",
      "BRANCHCUN",
      "ASSIGNSS",
    ]);
  });

  it("gets back the same bytes from the disassembler's text", () => {
    const bytes = assemble(SAMPLE);
    expect(assemble(disassemble(bytes))).toEqual(bytes);
  });

  it("keeps operands that an instruction ignores, unknown flags and version bytes", () => {
    const text =
      ".lmnt head 0 7 3 1\n.function f (0) -> (1) flags=32768\n ASSIGNSS r0, r0 {b=5}\n NOOP {a=1 c=2}\n.end\n";
    const bytes = assemble(text);
    const listing = disassemble(bytes);
    expect(listing).toContain("{b=5}");
    expect(listing).toContain("{a=1 c=2}");
    expect(listing).toContain("flags=32768");
    expect(assemble(listing)).toEqual(bytes);
  });

  it("falls back to bytes where a table is laid out unusually, still exactly", () => {
    const code = new Uint8Array(4 + 8 + 4);
    code[0] = 1;
    const bytes = writeArchive({
      variant: "head",
      code,
      definitions: [0, 0].map(() => ({ name: "f", argsCount: 0, rvalsCount: 0, stackCount: 0, codeOffset: 0 })),
    });
    const listing = disassemble(bytes);
    expect(listing).toContain(".code");
    expect(assemble(listing)).toEqual(bytes);
  });

  it("reads and writes the 2020-07 format with its bases and padding", () => {
    const text = `.lmnt 2020-07
.function base (1) -> (1)
  ASSIGNIIS -42, r0
.end
.function odd (3) -> (1) stack=5 bases=@0 aligned=8 base-args=1
  MODSS a0, a1, r0
  ASSIGNSS r0, k0
.end
.constants 1
`;
    const bytes = assemble(text);
    expect(assemble(disassemble(bytes, { variant: "2020-07" }))).toEqual(bytes);
    expect(validate(bytes, { variant: "2020-07" }).definitions[1].july2020?.bases).toEqual([0]);
  });

  it("reports errors with code, line and column", () => {
    const fn = (body: string) => failure(`.function f (1) -> (1)\n  ${body}\n.end`);
    expect(fn("FROB a0")).toEqual({ code: "LMNT_ASM_NAME", line: 2, column: 3 });
    expect(fn("ADDSS a0, a0")).toEqual({ code: "LMNT_ASM_SYNTAX", line: 2, column: 15 });
    expect(fn("ADDSS a0, q0, r0")).toEqual({ code: "LMNT_ASM_NAME", line: 2, column: 13 });
    expect(fn("ADDSS a0, a0, r0 x")).toEqual({ code: "LMNT_ASM_SYNTAX", line: 2, column: 20 });
    expect(fn("BRANCH nowhere")).toEqual({ code: "LMNT_ASM_NAME", line: 2, column: 10 });
    expect(fn("ADDSS a0, =1, k0")?.code).toBe("LMNT_ACCESS_VIOLATION");
    expect(fn("ADDSS a0, =1, k0")?.line).toBe(2);
    expect(failure(".function f (1) -> (1)\n NOOP")).toMatchObject({ code: "LMNT_ASM_SYNTAX", line: 2 });
    expect(failure("NOOP")).toEqual({ code: "LMNT_ASM_SYNTAX", line: 1, column: 1 });
    expect(failure(".constants 1, two")).toEqual({ code: "LMNT_ASM_SYNTAX", line: 1, column: 15 });
    expect(failure(".frob")).toEqual({ code: "LMNT_ASM_SYNTAX", line: 1, column: 1 });
  });

  it("writes numbers so that they read back to the same bits", () => {
    for (const bits of [0, 0x80000000, 1, 0x007fffff, 0x3dcccccd, 0x7f7fffff, 0x7f800000, 0xff800000, 0x7fc00000]) {
      expect(parseFloat32(formatFloat32(bits)), formatFloat32(bits)).toBe(bits);
    }
    let bits = 1;
    for (let i = 0; i < 5000; i++) {
      bits = (Math.imul(bits, 1664525) + 1013904223) >>> 0;
      expect(parseFloat32(formatFloat32(bits))).toBe(bits);
    }
    expect(formatFloat32(bitsOf(0.1))).toBe("0.1");
    expect(parseFloat32("1x")).toBeUndefined();
  });
});
