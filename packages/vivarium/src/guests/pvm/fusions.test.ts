import { describe, expect, it } from "vitest";
import type { Code } from "../../isa/code.js";
import type { Row } from "../../isa/table.js";
import { assemble, type PvmTier, pvm } from "../../pvm.js";
import { Dependences, type FusedRow, Fusions, sequenceText } from "../../tiers/interpreter/fusion.js";
import { FIRST_ROW, segmentStarts } from "../../tiers/interpreter/icode.js";
import { FUSIONS } from "./fusions.js";
import { type Profile, REGISTER_NAMES, rulesOf } from "./profiles.js";

const TIERS = ["interpreter", "interpreter:tail"] as const;
const MAPPED = 0x2_0000;

/** Numbers that follow from a seed (xorshift). */
function random(seed: number): (below: number) => number {
  let state = seed * 2654435761 + 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

/** Which register every operand is, by instruction and operand. */
type Registers = (k: number, operand: number) => number;

/** Few registers, so that instructions depend on each other in every possible way. */
function anyRegisters(next: (below: number) => number): Registers {
  return () => next(3);
}

/** Registers with exactly the dependences of a sequence. */
function registersOf(sequence: readonly FusedRow[], rows: readonly Row[]): Registers {
  const results: number[] = [];
  let fresh = 0;
  const waiting: number[] = [];
  const chosen = sequence.map(({ row, reads, dead }, k) => {
    const { effects, operands } = rows[row] as Row;
    const result = effects.writes[0];
    const own = operands.map((_, operand) => {
      const from = reads.get(operand);
      if (from !== undefined) return results[from] as number;
      return effects.reads.includes(operand) ? fresh++ : -1;
    });
    if (result !== undefined) {
      // A result may be overwritten when nothing behind this instruction reads it any more.
      const over = waiting.findIndex((j) => !sequence.slice(k + 1).some((s) => [...s.reads.values()].includes(j)));
      const kept = own[result] as number;
      const [j] = kept < 0 && over >= 0 ? waiting.splice(over, 1) : [];
      results[k] = kept >= 0 ? kept : j === undefined ? fresh++ : (results[j] as number);
      own[result] = results[k] as number;
      if (dead) waiting.push(k);
    }
    return own;
  });
  return (k, operand) => chosen[k]?.[operand] as number;
}

function instance(rows: readonly Row[], registers: Registers, next: (below: number) => number): string {
  const lines = rows.map((row, k) => {
    const operands = row.operands.map((o, operand) => {
      if (o.kind === "reg") return REGISTER_NAMES[registers(k, operand)] as string;
      if (o.kind === "target") return "end";
      if (o.kind === "imm64") return String(next(1 << 30));
      // The last operand of an access is an offset; most of them stay inside what is mapped.
      const offset = row.effects.mayFault && operand === row.operands.length - 1;
      return String(offset ? (next(20) === 0 ? 0x9_0000 : next(2048)) : next(70) - 35);
    });
    return `  ${row.mnemonic} ${operands.join(", ")}`;
  });
  return [...lines, "  fallthrough", "end:", "  trap"].join("\n");
}

function outcome(bytes: Uint8Array, profile: Profile, tier: PvmTier, registers: bigint[]): unknown {
  const machine = pvm.load(bytes, { profile, format: "blob" }).instantiate({
    tier,
    gas: 1000n,
    registers,
    regions: [
      { start: MAPPED, length: 8192, access: "write", contents: Uint8Array.from({ length: 4096 }, (_, i) => i * 37) },
    ],
  });
  const exit = machine.run();
  const memory = machine.memory.read(MAPPED, 8192);
  const result = { exit, gas: machine.gas, registers: [...machine.registers], memory: memory?.join() };
  machine.dispose();
  return result;
}

function fusedAt(code: Code): number {
  return new Fusions(code.isa, FIRST_ROW + code.isa.rows.length).at(code, segmentStarts(code), 0, code.args);
}

describe("fused sequences of the PVM", () => {
  for (const profile of ["072", "080"] as const) {
    it(`come to what their instructions come to one by one, whatever they pass on (${profile})`, () => {
      const next = random(profile === "072" ? 1 : 2);
      const { isa } = rulesOf(profile);
      const { sequences, first } = new Fusions(isa, FIRST_ROW + isa.rows.length);
      for (const [k, sequence] of sequences.entries()) {
        const rows = sequence.map(({ row }) => isa.rows[row] as Row);
        for (const exact of [true, true, false, false, false]) {
          const text = instance(rows, exact ? registersOf(sequence, isa.rows) : anyRegisters(next), next);
          const { bytes } = assemble(text, { profile, format: "blob" });
          if (exact) expect(fusedAt(pvm.load(bytes, { profile, format: "blob" }).code), text).toBe(first + k);
          const registers = Array.from({ length: 13 }, () =>
            next(4) > 0 ? BigInt(MAPPED + next(4096)) : BigInt(next(2 ** 31)) * BigInt(next(2 ** 31)),
          );
          const expected = outcome(bytes, profile, "portable", registers);
          for (const tier of TIERS)
            expect(outcome(bytes, profile, tier, registers), `${tier}\n${text}`).toEqual(expected);
        }
      }
    });
  }

  it("are written as they are found", () => {
    const { isa } = rulesOf("080");
    const dependences = new Dependences(isa);
    for (const sequence of FUSIONS) {
      const parsed = dependences.parse(sequence);
      if (parsed !== undefined) expect(sequenceText(isa, parsed)).toEqual(sequence);
    }
  });

  it("refuse instructions after one that may go elsewhere, and results of later ones", () => {
    const dependences = new Dependences(rulesOf("080").isa);
    expect(() => dependences.parse(["jump", "add_64"])).toThrow(TypeError);
    expect(() => dependences.parse(["add_64 a=1", "add_64"])).toThrow(TypeError);
    expect(dependences.parse(["sbrk", "add_64"])).toBeUndefined();
  });
});
