/** `npm run fuzz`: generated programs in every tier against the portable one. */
import { parseArgs } from "node:util";
import type { Tier } from "../../packages/vivarium/src/machine/backend.js";
import { pvm } from "../../packages/vivarium/src/pvm.js";
import { availableTiers, campaign, check } from "./campaign.js";
import { Coverage } from "./coverage.js";
import { describeCase, reduceCase } from "./reduce.js";

const USAGE = `npm run fuzz -- [options]
  --programs N   how many programs (default 10000)
  --seed S       which campaign; the same seed gives the same programs (default: from the clock)
  --start K      number of the first program (default 0)
  --tiers A,B    tiers to compare with the portable one (default: all that there are)
  --failures N   stop after so many (default 1)
  --coverage     print what every instruction has met`;

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    start: { type: "string", default: "0" },
    tiers: { type: "string" },
    failures: { type: "string", default: "1" },
    coverage: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(USAGE);
  process.exit(0);
}

function whole(name: string, text: string): number {
  const n = Number(text);
  if (!Number.isInteger(n) || n < 0 || n >= 2 ** 31) {
    console.error(`--${name} takes a whole number, not ${text}\n${USAGE}`);
    process.exit(2);
  }
  return n;
}

const programs = whole("programs", values.programs);
const seed = whole("seed", values.seed);
const start = whole("start", values.start);
const available = availableTiers();
const tiers = (values.tiers?.split(",") ?? available) as Tier[];
for (const tier of tiers) {
  if (available.includes(tier)) continue;
  console.error(`no tier ${tier}; there are ${available.join(", ")}`);
  process.exit(2);
}

const target = { pvm, tiers };
const coverage = new Coverage();
const began = performance.now();
let shown = began;
console.log(`seed ${seed}, ${programs} programs from ${start}, portable against ${tiers.join(", ")}`);
const { done, failures } = await campaign({
  seed,
  programs,
  start,
  target,
  coverage,
  failures: whole("failures", values.failures),
  progress: (n) => {
    const now = performance.now();
    if (now - shown < 2000) return;
    shown = now;
    const rate = (1000 * n) / (now - began);
    process.stderr.write(
      `\r${n} of ${programs}, ${rate.toFixed(0)} a second, ${((programs - n) / rate).toFixed(0)} s left  `,
    );
  },
});
const seconds = (performance.now() - began) / 1000;
process.stderr.write("\r\x1b[K");
for (const { number, c, mismatch } of failures) {
  console.log(`\nFAIL program ${number}: ${mismatch.manner}, after ${mismatch.after} exits: ${mismatch.what}`);
  const reduced = reduceCase(c, mismatch, (smaller) => check(smaller, target));
  console.log(`reduced: ${reduced.mismatch.manner}, after ${reduced.mismatch.after} exits: ${reduced.mismatch.what}`);
  console.log(describeCase(reduced.c));
  console.log(`npm run fuzz -- --seed ${seed} --start ${number} --programs 1 --tiers ${tiers.join()}`);
}
if (values.coverage) console.log(coverage.report());
console.log(`seed ${seed}: ${done} programs, ${failures.length} differ, ${seconds.toFixed(1)} s`);
process.exitCode = failures.length > 0 ? 1 : 0;
