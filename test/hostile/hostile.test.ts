/** Shapes of code that hurt a compiler run like everything else, and what is compiled for them stays bounded. */
import { describe, expect, it } from "vitest";
import type { PvmProgram, PvmTier } from "vivarium/pvm";
import { pvm } from "../../packages/vivarium/src/pvm.js";
import { jitProgram } from "../../packages/vivarium/src/tiers/jit/program.js";
import { TUNING } from "../../packages/vivarium/src/tiers/jit/tuning.js";
import { hostileProgram, SHAPES } from "./shapes.js";

const SIZES: Readonly<Record<string, number>> = {
  "one block": 6_000,
  "tiny blocks": 6_000,
  "jump table": 1_000,
  nest: 300,
  mesh: 1_000,
  "calls through every register": 1,
};
const GAS = 400_000n;

function outcome(program: PvmProgram, tier: PvmTier): unknown {
  using machine = program.instantiate({ tier, gas: GAS });
  const { kind } = machine.run();
  return { kind, pc: machine.pc, gas: machine.gas, registers: [...machine.registers] };
}

describe.each(Object.keys(SHAPES))("%s", (shape) => {
  it.each(["072", "080"] as const)("runs the same in every tier, profile %s", (profile) => {
    const built = hostileProgram(shape, SIZES[shape] as number, profile);
    // The tiers of the sources, whose counters can be read.
    const program = pvm.load(built.bytes, { profile, format: "blob" });
    const expected = outcome(program, "interpreter");
    for (const tier of ["jit", "jit:random"] as const) expect(outcome(program, tier), tier).toEqual(expected);
    const { budget, region } = TUNING;
    const { instructions, bytes } = jitProgram(program.code).compiled;
    // What was allowed, and the region that was begun when it had been used up.
    const most = budget.instructions + Number(2n * GAS) * budget.perGas + region.instructions + region.block;
    expect(instructions).toBeLessThanOrEqual(most);
    expect(bytes).toBeLessThanOrEqual(budget.bytes);
  });
});

describe("a block that costs more than the interpreter runs between two samples", () => {
  it.each(["jit", "jit:random"] as const)("is executed in tier %s", (tier) => {
    const program = hostileProgram("one block", 30_000, "080");
    expect(outcome(program, tier)).toEqual(outcome(program, "interpreter"));
  });
});

describe("compiling between two slices", () => {
  it("stops at a number of instructions, however much is hot", () => {
    const program = pvm.load(hostileProgram("tiny blocks", 20_000, "080").bytes, { profile: "080", format: "blob" });
    using machine = program.instantiate({ tier: "jit:eager", gas: 2n ** 40n });
    const jit = jitProgram(program.code);
    const { backend } = machine;
    const run = backend.run.bind(backend);
    let most = 0;
    backend.run = (exact, steps) => {
      const before = jit.compiled.instructions;
      const stop = run(exact, steps);
      most = Math.max(most, jit.compiled.instructions - before);
      return stop;
    };
    machine.run();
    expect(most).toBeGreaterThan(0);
    expect(most).toBeLessThanOrEqual(TUNING.instructionsPerSlice + TUNING.region.instructions);
  });
});
