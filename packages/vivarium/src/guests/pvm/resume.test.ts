/** Runs that stop and go on, in every tier: the end is that of a run in one piece. */
import { describe, expect, it } from "vitest";
import { assemble, type PvmMachine, type PvmOptions, type PvmTier, pvm } from "../../pvm.js";

const TIERS: readonly PvmTier[] = ["interpreter", "interpreter:tail", "portable"];

function machine(text: string, tier: PvmTier, options: PvmOptions = {}): PvmMachine {
  const { bytes, profile } = assemble(text);
  return pvm.load(bytes, { profile, format: "blob" }).instantiate({ tier, gas: 100_000n, ...options });
}

describe.each(TIERS)("%s", (tier) => {
  it("does not repeat a fault that has been dealt with", () => {
    const m = machine("store_imm_u64 0x20ffc, 7\nload_u64 a0, 0x20ffc\ntrap", tier);
    expect(m.run()).toMatchObject({ kind: "fault", address: 0x20ffc });
    m.memory.map(0x20000, 4096, "write");
    expect(m.run()).toMatchObject({ kind: "fault", address: 0x21000 });
    m.memory.map(0x21000, 4096, "write");
    // The other page has not been touched yet: the access takes the slow way, and succeeds.
    expect(m.run()).toMatchObject({ kind: "panic" });
    expect(m.registers[7]).toBe(7n);
    m.dispose();
  });

  it("panics in one step at a jump to a place where no block starts", () => {
    const m = machine(".profile 072\njump 1", tier, { gas: 1n });
    expect(m.run({ steps: 1 })).toEqual({ kind: "panic", pc: 0 });
    expect(m.gas).toBe(0n);
    m.dispose();
  });
});
