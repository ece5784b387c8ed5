import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LoadError } from "../../machine/errors.js";
import { AssemblyError, assemble, disassemble, type PvmProgram, type PvmResult, pvm } from "../../pvm.js";
import { encodeBlob, maskOf } from "./blob.js";
import { type Profile, rulesOf } from "./profiles.js";

function errorsOf(text: string): string[] {
  try {
    assemble(text);
  } catch (error) {
    if (!(error instanceof AssemblyError)) throw error;
    return error.errors.map((e) => `${e.line}:${e.column} ${e.code}`);
  }
  return [];
}

function run(text: string): PvmResult {
  const { bytes, profile } = assemble(text);
  return pvm.load(bytes, { profile }).invoke({ gas: 100_000n });
}

/** Programs mean the same when their decoded code does: operations, operands, blocks, computed jumps. */
function meaning(program: PvmProgram): unknown {
  const { op, args, leader, table } = program.code;
  const { layout } = program;
  const data = layout && {
    readOnly: [...layout.readOnly],
    readWrite: [...layout.readWrite],
    sizes: [layout.readOnlySize, layout.heapPages, layout.stackSize],
  };
  return { op: [...op], args: [...args], leader: [...leader], table: [...table], data };
}

function again(program: PvmProgram): PvmProgram {
  const format = program.file.format === "blob" ? "blob" : "spi";
  const { bytes, profile } = assemble(disassemble(program), { format });
  return pvm.load(bytes, { profile, format });
}

describe("assemble", () => {
  it("lays out code, data, jump table and entry points", () => {
    const text = `
      ; sums the words of a table, by a call through its handle
      .entries main, main
      .stack 4096
      .heap_pages 1
      COUNT = 3
      .ro
      words: .u32 1, 2, -1 + 40
      text: .u8 "ok\\n", 0
        .rw
        .align 8
        result: .u64 0
        back: .u32 @done
        .code
        main:
          load_imm t0, words
          load_imm s0, COUNT
          load_imm_jump ra, @done, sum   # the handle is the return address
        done:
          store_u64 a0, result
          load_imm a0, result
          load_imm a1, 8
          load_u32 a2, back
          load_imm a3, 'A'
          load_imm ra, -0x10000
          jump_ind ra, 0
        sum: load_imm a0, 0
          fallthrough
        loop:
          load_ind_u32 t1, t0, 0
          add_64 a0, a0, t1
          add_imm_64 t0, t0, 4
          add_imm_64 s0, s0, -1
          branch_ne_imm s0, 0, loop
          jump_ind ra, 0
      `;
    const assembled = assemble(text);
    const result = run(text);
    expect(assembled.warnings).toEqual([]);
    expect(assembled.format).toBe("spi");
    expect(result.exit.kind).toBe("halt");
    expect(new DataView(result.output.buffer).getBigUint64(0, true)).toBe(42n);
    expect(assembled.labels.get("main")).toBe(10);
    expect(assembled.labels.get("result")).toBe(0x30000);
    expect(assembled.lines.get(10)).toBeGreaterThan(10);
  });

  it("says where everything is wrong, not only what comes first", () => {
    const text = [
      "start:",
      "  load_im a0, 1",
      "  load_imm a9, 1",
      "  load_imm a0 1",
      "  load_imm a0, 0x80000000",
      "  store_u8 a0, 0xfefe0000",
      "  jump nowhere",
      "start:",
      "  .u8 1",
      "  .heap_pages 70000",
      "  .fancy",
      "  add_64 a0, a0, $x, 5",
      "  load_imm a0, start",
      "  load_imm a0, 'ab'",
      '  load_imm a0, "text"',
      "  ~",
    ].join("\n");
    expect(errorsOf(text)).toEqual([
      "2:3 ASM_MNEMONIC",
      "3:12 ASM_SYNTAX",
      "4:15 ASM_SYNTAX",
      "5:16 ASM_RANGE",
      "7:8 ASM_NAME",
      "8:1 ASM_NAME",
      "9:3 ASM_DIRECTIVE",
      "10:15 ASM_RANGE",
      "11:3 ASM_DIRECTIVE",
      "12:18 ASM_SYNTAX",
      "13:16 ASM_NAME",
      "14:16 ASM_TOKEN",
      "15:16 ASM_OPERAND",
      "16:3 ASM_TOKEN",
    ]);
    expect(() => assemble(text)).toThrow(/expected load_imm/);
    expect(errorsOf("")).toEqual(["1:1 ASM_EMPTY"]);
    expect(errorsOf(".profile 099\n trap")).toEqual(["1:1 ASM_DIRECTIVE"]);
  });

  it("warns of jumps that can only panic", () => {
    const { warnings } = assemble("load_imm a0, 1\nloop: add_imm_64 a0, a0, 1\njump loop\njump end\nend:");
    expect(warnings.map((w) => w.line)).toEqual([3, 4]);
  });

  it("gives distances the shortest encodings that reach", () => {
    const jumpOver = (n: number): Uint8Array =>
      assemble(`jump end\n${"fallthrough\n".repeat(n)}end: trap`, { format: "blob" }).bytes;
    const size = (n: number): number => jumpOver(n).length - Math.ceil((jumpOver(n).length - 4) / 9) - n;
    expect(size(100)).toBeLessThanOrEqual(size(200));
    const code = (n: number): Uint8Array => pvm.load(jumpOver(n)).blob.code;
    expect([...code(125).subarray(0, 2)]).toEqual([40, 127]);
    expect([...code(126).subarray(0, 3)]).toEqual([40, 129, 0]);
    expect([...code(40_000).subarray(0, 4)]).toEqual([40, 0x44, 0x9c, 0]);
  });

  it("gives distances to fixed places the length that they need where they stand", () => {
    const { blob } = pvm.load(assemble(`${"fallthrough\n".repeat(200)}jump -1\ntrap`).bytes);
    expect([...blob.code.subarray(200)]).toEqual([40, 0x37, 0xff, 0]);
  });

  it("never answers a text with another exception than AssemblyError", () => {
    const { isa } = rulesOf("080");
    const words = [
      ...isa.rows.map((r) => r.mnemonic),
      ...[
        "ra",
        "a0",
        "r12",
        "x",
        "x:",
        "x =",
        "@x",
        ",",
        "-",
        "+",
        "(",
        ":",
        "=",
        "1",
        "0x",
        "0xffffffff",
        "-1",
        "1.5",
      ],
      ...["'a'", '"s"', '"', ".ro", ".rw", ".code", ".u8", ".zero", ".align", ".raw", ".unmarked", ".entries", "\n"],
      ...[".jump_table", ".stack", ".heap_pages", ".profile", ".jump_entry_size", "99999999999999999999", ";", "é"],
      ...["constructor", ".constructor", "__proto__", ".__proto__", "\u2028", "\0"],
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (parts) => {
        try {
          assemble(parts.join(" "));
        } catch (error) {
          if (!(error instanceof AssemblyError)) throw error;
          expect(error.errors.every((e) => e.line !== undefined && e.column !== undefined)).toBe(true);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe("disassemble", () => {
  it("prints blocks with gas and labels", () => {
    const text = "start: add_imm_64 a0, a0, 1\nbranch_ne_imm a0, 5, start\nload_imm ra, -0x10000\njump_ind ra, 0";
    expect(disassemble(pvm.load(assemble(text).bytes))).toMatchInlineSnapshot(`
      ".profile 080
      .code

      ; block at 0, gas 21
      L0:
        add_imm_64 a0, a0, 1
        branch_ne_imm a0, 5, L0

      ; block at 7, gas 23
        load_imm ra, -0x10000
        jump_ind ra, 0
      "
    `);
  });

  /** Every kind of program file, instructions of random bytes among them. */
  const blob = fc
    .record({
      code: fc.array(fc.tuple(fc.nat(255), fc.array(fc.nat(255), { maxLength: 28 })), { minLength: 1, maxLength: 12 }),
      table: fc.array(fc.nat(80), { maxLength: 4 }),
      size: fc.integer({ min: 1, max: 5 }),
    })
    .map(({ code, table, size }) => {
      const bytes: number[] = [];
      const starts: number[] = [];
      for (const [opcode, args] of code) {
        starts.push(bytes.length);
        bytes.push(opcode, ...args);
      }
      const mask = maskOf(bytes.length, starts);
      return encodeBlob({
        code: Uint8Array.from(bytes),
        mask,
        jumpTable: table,
        jumpEntrySize: table.length > 0 ? size : 0,
      });
    });

  it("gives a text that assembles to a program of the same meaning, whatever bytes the code has", () => {
    fc.assert(
      fc.property(blob, fc.constantFrom<Profile>("072", "080"), (bytes, profile) => {
        let program: PvmProgram;
        try {
          program = pvm.load(bytes, { profile, format: "blob" });
        } catch (error) {
          if (error instanceof LoadError) return;
          throw error;
        }
        expect(meaning(again(program))).toEqual(meaning(program));
        const exact = assemble(disassemble(program, { raw: true, gas: "instruction" }), { profile });
        expect(exact.bytes).toEqual(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("gives the same bytes back for what it assembled", () => {
    fc.assert(
      fc.property(blob, (bytes) => {
        const once = again(pvm.load(bytes, { profile: "072", format: "blob" }));
        const text = disassemble(once);
        const twice = assemble(text);
        expect(disassemble(pvm.load(twice.bytes, { profile: "072", format: "blob" }))).toBe(text);
      }),
      { numRuns: 500 },
    );
  });

  const vectors = process.env.VIV_VECTORS;
  if (!vectors) console.warn("assemble: the public vectors are skipped, VIV_VECTORS does not name their folder");
  it.skipIf(!vectors).each(["pvm/gp080-steps", "pvm/gp072-classic"])("keeps the programs of %s", (folder) => {
    const profile = folder.includes("080") ? "080" : "072";
    const files = readdirSync(join(vectors as string, folder)).filter((f) => f.endsWith(".json"));
    for (const file of files) {
      const bytes = /"program":\s*\[([^\]]*)\]/.exec(readFileSync(join(vectors as string, folder, file), "utf8"))?.[1];
      const blob = Uint8Array.from((bytes as string).split(","), Number);
      const program = pvm.load(blob, { profile, format: "blob" });
      expect(meaning(again(program)), file).toEqual(meaning(program));
      expect(assemble(disassemble(program, { raw: true })).bytes, file).toEqual(blob);
    }
    expect(files.length).toBeGreaterThan(300);
  });

  const examples = join(import.meta.dirname, "../../../../../examples/pvm/programs");
  it.each(readdirSync(examples).filter((f) => f.endsWith(".spi")))("keeps %s", (file) => {
    const profile = file.includes("gp072") ? "072" : "080";
    const program = pvm.load(readFileSync(join(examples, file)), { profile });
    expect(meaning(again(program))).toEqual(meaning(program));
  });
});
