import { expect, it } from "vitest";
import { FIELDS } from "../../isa/code.js";
import { pvm } from "../../pvm.js";
import { assemble } from "./assemble.js";
import { encodeBlob, isInstructionStart, MAX_SKIP, type ProgramBlob, skipTable } from "./blob.js";
import { findBlocks } from "./blocks.js";
import { decodeCode } from "./code.js";
import { FORMATS } from "./formats.js";
import { rulesOf } from "./profiles.js";

/** The same numbers for the same seed, below `n`. */
function random(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    return (state >>> 8) % n;
  };
}

function randomBlob(seed: number): ProgramBlob {
  const next = random(seed);
  const code = Uint8Array.from({ length: next(200) }, () => next(256));
  const mask = new Uint8Array((code.length + 7) >> 3);
  // Anything from an instruction at every byte to far fewer than one in 25 bytes.
  const rarity = 1 + next(60);
  for (let pc = 0; pc < code.length; pc++) if (next(rarity) === 0) mask[pc >> 3] |= 1 << (pc & 7);
  return { code, mask, jumpTable: Uint32Array.from({ length: 8 }, () => next(220)), jumpEntrySize: 1, codeOffset: 0 };
}

/** What the specification says, step by step. */
function steps(blob: ProgramBlob): number[] {
  const skips = skipTable(blob);
  const out: number[] = [];
  for (let pc = 0; pc < blob.code.length; pc += isInstructionStart(blob, pc) ? 1 + (skips[pc] as number) : 1)
    out.push(pc);
  return [...out, blob.code.length];
}

it("finds instructions, blocks and targets where the specification has them, in any bytes", () => {
  const { isa, opcodes } = rulesOf("072");
  const trap = isa.indexOf("trap");
  for (let seed = 0; seed < 500; seed++) {
    const blob = randomBlob(seed);
    const { code: bytes } = blob;
    const code = decodeCode(isa, opcodes, blob, false);
    const expected = steps(blob);
    expect([...code.pc]).toEqual(expected);
    const { isStart } = findBlocks(blob, opcodes);
    const target = (pc: number): number =>
      pc >= 0 && pc < bytes.length && isStart[pc] === 1 ? expected.indexOf(pc) : -1;
    for (let pc = -1; pc <= bytes.length + 1; pc++) expect(code.indexOf(pc)).toBe(expected.indexOf(pc));
    expect([...code.table]).toEqual([...blob.jumpTable].map(target));
    const skips = skipTable(blob);
    const operands = new Int32Array(FIELDS);
    // From the middle, as an interpreter that gets there first.
    code.operands(code.count >> 1, code.count);
    expected.forEach((pc, i) => {
      const real = pc < bytes.length && isInstructionStart(blob, pc) && opcodes.defined[bytes[pc] as number] === 1;
      const row = real ? (opcodes.row[bytes[pc] as number] as number) : trap;
      expect(code.op[i]).toBe(row);
      const before = i > 0 && isa.rows[code.op[i - 1] as number]?.effects.endsBlock;
      expect(code.leader[i]).toBe(i === 0 || before ? 1 : 0);
      if (!real) return;
      const format = FORMATS.find((f) => f.name === isa.rows[row]?.format);
      format?.decode(bytes, pc, Math.min(MAX_SKIP, skips[pc] as number), operands);
      format?.operands.forEach((role, k) => {
        const value = operands[k] as number;
        expect(code.args[FIELDS * i + k]).toBe(role === "T" ? target(value) : value);
      });
    });
  }
});

it("finds the place behind a long gap as fast as any other", () => {
  const code = new Uint8Array(2_000_000);
  code[code.length - 1] = 0;
  const mask = new Uint8Array(code.length >> 3);
  mask[0] = 1;
  mask[mask.length - 1] = 1;
  const bytes = encodeBlob({ code, mask });
  const program = pvm.load(bytes, { profile: "072", format: "blob" });
  const pc = code.length - 8;
  const start = performance.now();
  for (let k = 0; k < 100_000; k++) program.code.indexOf(pc);
  expect(performance.now() - start).toBeLessThan(1000);
  expect(program.code.pc[program.code.indexOf(pc)]).toBe(pc);
});

/** Blocks that jump forwards, backwards and to forbidden places, most of which are never reached. */
function wanderer(seed: number): Uint8Array {
  const next = random(seed);
  const blocks = 900;
  const lines: string[] = [];
  for (let i = 0; i < blocks; i++) {
    lines.push(`b${i}:`);
    for (let k = next(4); k >= 0; k--) lines.push(`add_imm_64 s0, s0, ${next(90)}`, "xor s1, s1, s0");
    lines.push(`branch_${next(2) === 0 ? "lt_u" : "ne"}_imm s0, ${next(9000)}, b${next(blocks)}`);
    if (next(3) === 0) lines.push("add_imm_64 t0, t0, 1", `jump b${next(blocks)}`);
    if (next(40) === 0) lines.push("load_ind_u8 a0, s1, 0", "jump_ind s0, 0");
  }
  return assemble(lines.join("\n"), { profile: "072" }).bytes;
}

it("runs programs that are larger than what is made ready at once the same in every tier", () => {
  for (const profile of ["072", "080"] as const) {
    for (let seed = 0; seed < 3; seed++) {
      const program = pvm.load(wanderer(seed), { profile });
      expect(program.code.count).toBeGreaterThan(2000);
      const next = random(seed);
      const outcome = (
        tier: "interpreter" | "interpreter:tail" | "jit:eager" | "portable",
        pieces: number[],
      ): unknown => {
        const machine = program.instantiate({ tier, gas: 0n });
        const out: unknown[] = [];
        for (const gas of pieces) {
          machine.gas = BigInt(gas);
          if (machine.status === "ended") break;
          const exit = machine.run(gas % 3 === 0 ? { steps: 1 + (gas % 50) } : {});
          out.push(exit, machine.pc, machine.gas, [...machine.registers]);
        }
        machine.dispose();
        return out;
      };
      const pieces = Array.from({ length: 6 }, () => next(3000));
      const right = outcome("portable", pieces);
      for (const tier of ["interpreter", "interpreter:tail", "jit:eager"] as const) {
        expect(outcome(tier, pieces), `${profile} ${seed} ${tier}`).toEqual(right);
      }
    }
  }
});

it("stops at breakpoints in code that nothing has reached before", () => {
  const program = pvm.load(wanderer(3), { profile: "072" });
  const straight = program.instantiate({ tier: "portable", gas: 5000n });
  const met: number[] = [];
  straight.watch({ before: (_, index) => met.push(program.code.pc[index] as number) });
  straight.run();
  const last = met[met.length - 1] as number;
  const machine = program.instantiate({ tier: "interpreter", gas: 5000n });
  machine.addBreakpoint(last);
  expect(machine.run()).toMatchObject({ kind: "breakpoint", pc: last });
  machine.dispose();
  straight.dispose();
});
