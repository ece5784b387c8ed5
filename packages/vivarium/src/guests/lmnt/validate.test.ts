import { describe, expect, it } from "vitest";
import { type LmntArchiveSource, type LmntInstruction, writeArchive } from "./archive.js";
import { assemble } from "./assembler.js";
import { DefinitionFlag, validationCode } from "./codes.js";
import { OPERATIONS, operationsOf } from "./table.js";
import { check, LmntLoadError, originalVerdict, requiredMemory, validate } from "./validate.js";

const RETURN: LmntInstruction = { opcode: 1, a: 0, b: 0, c: 0 };

/** A valid archive with one function of one argument, one return value and two locals; `change` spoils it. */
function archive(
  change: Partial<LmntArchiveSource["definitions"][number]> = {},
  more: Partial<LmntArchiveSource> = {},
) {
  return writeArchive({
    variant: "head",
    constants: Uint32Array.of(0x3f800000),
    definitions: [{ name: "f", argsCount: 1, rvalsCount: 1, stackCount: 4, code: [RETURN], ...change }],
    ...more,
  });
}

/** Name and offset of what is wrong, or "ok". */
function verdict(bytes: Uint8Array, memory = 4096) {
  const found = check(bytes, { memory });
  return found.ok ? "ok" : found.problem.name;
}

const instruction = (mnemonic: string, a = 0, b = 0, c = 0): LmntInstruction => {
  const operation = OPERATIONS.find((row) => row.mnemonic === mnemonic);
  return { opcode: operation?.head as number, a, b, c };
};

describe("validation", () => {
  it("accepts a minimal archive and reports what is in it", () => {
    const found = validate(archive());
    expect(found.definitions).toMatchObject([{ name: "f", argsCount: 1, rvalsCount: 1, stackCount: 4 }]);
    expect(found.constantsCount).toBe(1);
    expect(requiredMemory(found)).toBe(found.header.constants.offset + 4 * 5);
  });

  it("throws a LoadError with the original's code, name and offset", () => {
    const bytes = archive({ code: [RETURN, { ...RETURN, opcode: 80 }] });
    expect(() => validate(bytes)).toThrow(LmntLoadError);
    try {
      validate(bytes);
    } catch (error) {
      expect(error).toMatchObject({ code: "LMNT_BAD_INSTRUCTION", problem: { code: -0x31 } });
      const { offset } = error as LmntLoadError;
      expect(new DataView(bytes.buffer).getUint16(offset as number, true)).toBe(80);
    }
  });

  it("checks every slot operand of every instruction at its limit", () => {
    const slots = 5;
    let checked = 0;
    operationsOf("head").forEach(({ mnemonic, operands }, opcode) => {
      if (mnemonic === "EXTCALL" || mnemonic.startsWith("DLOAD") || mnemonic === "DSECLEN") return;
      const base = operands.map(({ role }) => (role === "write" ? 1 : role === "codeLow" ? 1 : 0));
      const build = (operand: number, value: number) => {
        const values = base.map((fine, i) => (i === operand ? value : fine));
        return verdict(archive({ code: [{ opcode, a: values[0], b: values[1], c: values[2] }] }));
      };
      operands.forEach(({ role, width }, i) => {
        if (role !== "read" && role !== "write") return;
        checked++;
        expect(build(i, slots - width), `${mnemonic} operand ${i} inside`).toBe("ok");
        expect(build(i, slots - width + 1), `${mnemonic} operand ${i} outside`).toBe("ACCESS_VIOLATION");
        expect(build(i, 0xffff), `${mnemonic} operand ${i} far outside`).toBe("ACCESS_VIOLATION");
        if (role === "write") expect(build(i, 0), `${mnemonic} writes a constant`).toBe("ACCESS_VIOLATION");
      });
    });
    expect(checked).toBeGreaterThan(120);
  });

  it("lets a branch go one past the end, not further, and never to itself", () => {
    expect(verdict(archive({ code: [instruction("BRANCH", 0, 1)] }))).toBe("ok");
    expect(verdict(archive({ code: [instruction("BRANCH", 0, 2)] }))).toBe("ACCESS_VIOLATION");
    expect(verdict(archive({ code: [instruction("BRANCH", 0, 0, 1)] }))).toBe("ACCESS_VIOLATION");
    expect(verdict(archive({ code: [RETURN, instruction("BRANCH", 0, 1)] }))).toBe("DEF_CYCLIC");
  });

  it("demands the back-branch flag exactly where a branch goes back", () => {
    const back = [RETURN, instruction("BRANCH", 0, 0)];
    expect(verdict(archive({ code: back }))).toBe("DEF_FLAGS");
    expect(verdict(archive({ code: back, flags: DefinitionFlag.HAS_BACKBRANCHES }))).toBe("ok");
    expect(verdict(archive({ flags: DefinitionFlag.HAS_BACKBRANCHES }))).toBe("DEF_FLAGS");
  });

  it("refuses what passes in the original and breaks its host", () => {
    const memory = 4096;
    const wrap = archive({ argsCount: 0x8000, rvalsCount: 0x8000, stackCount: 4 });
    expect([originalVerdict(wrap, { memory }), verdict(wrap)]).toEqual([0, "DEF_HEADER"]);

    const section = archive({}, { sections: [Uint32Array.of(7)] });
    new DataView(section.buffer).setUint32(validate(section).header.data.offset + 8, 3, true);
    expect([originalVerdict(section, { memory }), verdict(section)]).toEqual([0, "DATA_SIZE"]);

    const code = archive();
    new DataView(code.buffer).setUint32(validate(code).header.definitions.offset + 4, 0x10000, true);
    expect([originalVerdict(code, { memory }), verdict(code)]).toEqual([0, "CODE_HEADER"]);

    const index = archive({ code: [instruction("INDEXRIS", 0, 0, 5)] });
    expect([originalVerdict(index, { memory }), verdict(index)]).toEqual([0, "ACCESS_VIOLATION"]);

    const strings = archive({}, { strings: new Uint8Array(0x10004).fill(0).map((_, i) => (i % 4 === 0 ? 2 : 0)) });
    expect([originalVerdict(strings, { memory: 1 << 20 }), verdict(strings, 1 << 20)]).toEqual(["hang", "ok"]);
  });

  it("accepts what only the original's slip refuses", () => {
    const offset = archive({ code: [instruction("INDEXRIS", 0, 1000, 4)] });
    expect([originalVerdict(offset, { memory: 4096 }), verdict(offset)]).toEqual([-0x30, "ok"]);
  });

  it("takes a call's target by the start of its definition only", () => {
    const text = ".extern host (1) -> (1)\n.function f (1) -> (1) stack=4\n EXTCALL @0, t0\n.end";
    const good = assemble(text);
    expect(verdict(good)).toBe("ok");
    for (const [offset, name] of [
      [4, "DEF_SIZE"],
      [16, "DEF_FLAGS"],
      [0x10000, "DEF_SIZE"],
    ] as const) {
      expect(verdict(assemble(text.replace("@0", `@${offset}`), { unchecked: true })), `offset ${offset}`).toBe(name);
    }
  });

  it("bounds the work that definitions sharing code can cause", () => {
    const count = 20_000;
    const definitions = Array.from({ length: 2000 }, (_, i) => ({
      name: "f",
      argsCount: 0,
      rvalsCount: 0,
      // Falling stack sizes defeat what is remembered of earlier definitions.
      stackCount: 4000 - i,
      codeOffset: 0,
      nameOffset: 0,
    }));
    const code = new Uint8Array(4 + 8 * count);
    new DataView(code.buffer).setUint32(0, count, true);
    expect(verdict(writeArchive({ variant: "head", definitions, code }), 1 << 20)).toBe("CODE_SIZE");
  });

  it("checks the memory area only when there is one", () => {
    const bytes = archive({ stackCount: 0xffff });
    expect(check(bytes).ok).toBe(true);
    expect(verdict(bytes)).toBe("STACK_SIZE");
  });

  it("refuses bases of a 2020-07 archive that form a cycle or nest too deeply, quickly", () => {
    const build = (bases: (i: number) => number[]) =>
      writeArchive({
        variant: "2020-07",
        definitions: Array.from({ length: 18 }, (_, i) => {
          const list = bases(i);
          const july2020 = { entryLength: 21 + 4 * list.length, stackCountAligned: 0, baseArgsCount: 0, bases: list };
          return { name: "f", argsCount: 0, rvalsCount: 0, stackCount: 0, code: [RETURN], july2020 };
        }),
      });
    const name = (bytes: Uint8Array) => {
      const found = check(bytes, { variant: "2020-07" });
      return found.ok ? "ok" : found.problem.name;
    };
    const entry = 21 + 4 * 20;
    expect(name(build(() => []))).toBe("ok");
    expect(name(build((i) => [25 * i]))).toBe("DEF_CYCLIC");
    // Twenty bases each: the number of paths is astronomical, the number of definitions is not.
    expect(name(build((i) => Array(20).fill(i < 17 ? entry * (i + 1) : entry * 17)))).toMatch(/STACK_DEPTH|DEF_CYCLIC/);
  });

  it("refuses or survives a mutation of any byte", () => {
    const text =
      ".data 1, 2, 3\n.extern h (1) -> (1)\n.function f (2) -> (1) stack=9\n DLOADIRS 0, a0, r0\n EXTCALL h, t0\n.end";
    const bytes = assemble(text);
    let seed = 12345;
    const random = (limit: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * limit);
    };
    let refused = 0;
    for (let i = 0; i < 5000; i++) {
      const mutant = bytes.slice();
      for (let n = 1 + random(3); n > 0; n--) mutant[random(mutant.length)] = random(256);
      const found = check(mutant, { memory: 1024 });
      if (!found.ok) {
        refused++;
        expect(found.problem.code).toBe(validationCode(found.problem.name, "head"));
        expect(found.problem.offset).toBeLessThanOrEqual(mutant.length);
      }
    }
    expect(refused).toBeGreaterThan(1000);
  });
});
