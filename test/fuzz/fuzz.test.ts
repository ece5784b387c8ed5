/** A short campaign: different programs in every run, with the seed in the name of what fails. */
import { expect, it } from "vitest";
import { pvm } from "../../packages/vivarium/src/pvm.js";
import { availableTiers, campaign, check } from "./campaign.js";
import { Coverage } from "./coverage.js";
import { describeCase, reduceCase } from "./reduce.js";

const SECONDS = 15;
const seed = Number(process.env.VIV_FUZZ_SEED ?? Date.now() % 1_000_000);

it(`generated programs do the same in every tier (VIV_FUZZ_SEED=${seed})`, { timeout: 240_000 }, async () => {
  const coverage = new Coverage();
  const target = { pvm, tiers: availableTiers() };
  const end = performance.now() + SECONDS * 1000;
  // At least so many on a machine that is busy with other things, at most so many on a fast one.
  let done = 0;
  const { failures } = await campaign({
    seed,
    programs: 6000,
    target,
    coverage,
    progress: (n) => {
      done = n;
    },
    until: () => done >= 600 && performance.now() > end,
  });
  for (const { number, c, mismatch } of failures) {
    const reduced = reduceCase(c, mismatch, (smaller) => check(smaller, target));
    const command = `npm run fuzz -- --seed ${seed} --start ${number} --programs 1`;
    expect.fail(
      `program ${number}: ${mismatch.what}; reduced: ${reduced.mismatch.what}\n${describeCase(reduced.c)}\n${command}`,
    );
  }
  expect(done).toBeGreaterThanOrEqual(600);
  expect(coverage.missing("072").length + coverage.missing("080").length).toBeLessThan(20);
  for (const kind of ["halt", "panic", "fault", "host", "out-of-gas", "host-error"]) {
    expect(coverage.exitKinds.get(kind) ?? 0, kind).toBeGreaterThan(0);
  }
});
