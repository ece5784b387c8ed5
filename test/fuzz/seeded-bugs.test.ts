/** The fuzzer must find nearly all bugs that are put in on purpose; here a sample, `npm run fuzz:bugs` takes all. */
import { expect, it } from "vitest";
import { findBugs } from "./find-bugs.js";
import { Random } from "./random.js";
import { rowBugs, specialBugs } from "./seeded-bugs.js";

it("finds at least 95 % of a sample of seeded bugs", { timeout: 240_000 }, () => {
  const r = new Random(7);
  const rows = [...rowBugs(), ...rowBugs("jit:eager")].filter((bug) => bug.equivalent === undefined);
  const sample = [
    ...specialBugs.filter((_, i) => i % 3 === 0),
    ...Array.from({ length: 26 }, (_, i) => rows[Math.floor(((i + r.below(100) / 100) * rows.length) / 26)]),
  ];
  expect(specialBugs.length + rows.length).toBeGreaterThan(1000);
  const verdicts = findBugs(sample, { seed: 3, programs: 2500 });
  const missed = verdicts.filter((v) => !v.found).map((v) => v.bug.name);
  expect(sample.length).toBeGreaterThanOrEqual(40);
  expect(missed.length, `not found: ${missed.join("; ")}`).toBeLessThanOrEqual(sample.length * 0.05);
});
