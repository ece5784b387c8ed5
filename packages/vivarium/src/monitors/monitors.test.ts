import { describe, expect, it } from "vitest";
import { assemble, pvm } from "../pvm.js";
import { watchCoverage } from "./coverage.js";
import { watchProfile } from "./profile.js";

const program = pvm.load(
  assemble(`
    load_imm a0, 3
    fallthrough
again:
    add_imm_64 a0, a0, -1
    branch_ne_imm a0, 0, again
    jump_ind ra, 0
    trap
`).bytes,
);

describe.each(["interpreter", "jit", "portable"] as const)("monitors in the %s tier", (tier) => {
  it("tell what was executed, and how often", () => {
    const machine = program.instantiate({ tier, registers: [0xffff0000n] });
    const coverage = watchCoverage(machine);
    const profile = watchProfile(machine);
    expect(machine.run().kind).toBe("halt");
    // The place behind the code counts as an instruction.
    expect(coverage.counts()).toEqual({ executed: 5, total: 7 });
    expect(Array.from(profile.executions)).toEqual([1, 1, 3, 3, 1, 0, 0]);
    expect(profile.blocks()[0]).toMatchObject({ instructions: 6 });
    coverage.stop();
    profile.stop();
    machine.dispose();
  });
});
