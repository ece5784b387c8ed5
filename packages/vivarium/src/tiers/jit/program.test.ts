import { expect, it } from "vitest";
import { assemble, pvm } from "../../pvm.js";
import { jitProgram } from "./program.js";
import { TUNING } from "./tuning.js";

/** A program that counts to 100,000; others differ in what they add. */
function load(step: number) {
  const text = `load_imm s0, 100000\nfallthrough\nl: add_imm_64 a0, a0, ${step}\nadd_imm_64 s0, s0, -1\nbranch_ne_imm s0, 0, l\ntrap`;
  return pvm.load(assemble(text, { profile: "072", format: "blob" }).bytes, { profile: "072", format: "blob" });
}

function run(program: ReturnType<typeof load>): bigint {
  using machine = program.instantiate({ tier: "jit", gas: 1_000_000n });
  machine.run();
  return machine.registers[7] as bigint;
}

it("uses the compiled code again when the same bytes are loaded again", () => {
  const first = load(3);
  expect(run(first)).toBe(300_000n);
  const { modules } = jitProgram(first.code).compiled;
  expect(modules).toBeGreaterThan(0);
  const second = load(3);
  expect(second.code).not.toBe(first.code);
  expect(jitProgram(second.code)).toBe(jitProgram(first.code));
  expect(run(second)).toBe(300_000n);
  expect(jitProgram(second.code).compiled.modules).toBe(modules);
});

it("shares nothing between programs that differ in one operand", () => {
  const [a, b] = [load(4), load(5)];
  expect(run(a)).toBe(400_000n);
  expect(run(b)).toBe(500_000n);
  expect(jitProgram(a.code)).not.toBe(jitProgram(b.code));
});

it("keeps the compiled code of a bounded number of programs", () => {
  const first = load(1_000);
  run(first);
  const compiled = jitProgram(first.code);
  for (let k = 1; k <= TUNING.kept.programs; k++) run(load(1_000 + k));
  expect(jitProgram(load(1_000).code)).not.toBe(compiled);
});
