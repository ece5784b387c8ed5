/** Our own C programs, compiled by gcc at three levels, answer as under qemu-aarch64, in every tier. */
import { describe, expect, it } from "vitest";
import { type A64Tier, a64 } from "../../../packages/vivarium/src/a64.js";
import { ARGUMENTS, build, keptAnswers, keptImage, LEVELS, programNames } from "./corpus.js";
import { missingTools } from "./qemu.js";

const names = programNames();
const answers = keptAnswers();

it("are at least thirty", () => {
  expect(names.length).toBeGreaterThanOrEqual(30);
  expect(new Set(names).size).toBe(names.length);
});

describe.each(LEVELS)("C programs at -%s", (level) => {
  const program = a64.load(keptImage(level));
  const gas = new Map<string, bigint>();

  it.each<A64Tier>(["interpreter", "interpreter:tail", "jit", "jit:eager"])("answer the same: %s", (tier) => {
    const machine = program.instantiate({ tier });
    for (const name of names) {
      const before = machine.gas;
      const found = ARGUMENTS.map((n) => {
        const { exit, value } = machine.call(name, [n]);
        expect(exit.kind, `${name}(${n}) ${JSON.stringify(exit)}`).toBe("halt");
        return value.toString(16);
      });
      expect(found, name).toEqual(answers[level][name]);
      const used = before - machine.gas;
      // Gas is the number of instructions, whatever executes them.
      expect(used, name).toBe(gas.get(name) ?? used);
      gas.set(name, used);
    }
    machine.dispose();
  });

  it("answer the same: portable, the shorter ones", () => {
    const machine = program.instantiate({ tier: "portable" });
    let count = 0;
    for (const name of names) {
      if ((gas.get(name) as bigint) > 100_000n) continue;
      count++;
      expect(machine.call(name, [1]).value.toString(16), name).toBe((answers[level][name] as string[])[1]);
    }
    expect(count).toBeGreaterThan(5);
    machine.dispose();
  });
});

const missing = missingTools();
if (missing.length > 0) console.warn(`a64 programs: not built anew, ${missing.join(" and ")} cannot be run`);
describe.skipIf(missing.length > 0)("built anew", () => {
  it.each(LEVELS)("-%s answers the same under qemu and here", (level) => {
    const fresh = build(level);
    const machine = a64.load(fresh.image).instantiate();
    for (const name of names) {
      expect(
        ARGUMENTS.map((n) => machine.call(name, [n]).value.toString(16)),
        name,
      ).toEqual(fresh.answers[name]);
    }
    machine.dispose();
  });
});
