/** `npm run fuzz:bugs`: how many of the bugs that are put in on purpose the fuzzer finds. */
import { parseArgs } from "node:util";
import { findBugs, type Verdict } from "./find-bugs.js";
import { Random } from "./random.js";
import { rowBugs, specialBugs } from "./seeded-bugs.js";

const { values } = parseArgs({
  options: {
    seed: { type: "string", default: "1" },
    programs: { type: "string", default: "6000" },
    rows: { type: "string", default: "150" },
    only: { type: "string" },
    verbose: { type: "boolean", default: false },
  },
});
const seed = Number(values.seed);
const r = new Random(seed, 2);
const all = [...rowBugs(), ...rowBugs("jit:eager")].filter((bug) => bug.equivalent === undefined);
const wanted = Math.min(all.length, Number(values.rows));
const chosen = new Set<number>();
while (chosen.size < wanted) chosen.add(r.below(all.length));
const bugs = [...specialBugs, ...[...chosen].sort((a, b) => a - b).map((i) => all[i])].filter(({ name }) =>
  name.includes(values.only ?? ""),
);

let done = 0;
const show = (v: Verdict): void => {
  process.stderr.write(`\r${++done} of ${bugs.length}\x1b[K`);
  if (values.verbose)
    console.log(`${v.found ? `program ${v.programs}` : "MISSED"}: ${v.bug.name}${v.found ? ` (${v.what})` : ""}`);
};
const began = performance.now();
const verdicts = findBugs(bugs, { seed, programs: Number(values.programs), each: show });
process.stderr.write("\r\x1b[K");
const missed = verdicts.filter((v) => !v.found);
for (const { bug } of missed) console.log(`not found: ${bug.name}`);
const found = verdicts.length - missed.length;
const percent = (100 * found) / verdicts.length;
const seconds = (performance.now() - began) / 1000;
console.log(
  `seed ${seed}: ${found} of ${verdicts.length} bugs found (${percent.toFixed(1)} %) in at most ${values.programs} programs each, ` +
    `${specialBugs.length} of the generator and driver, ${wanted} of ${all.length} of the rows; ${seconds.toFixed(0)} s`,
);
process.exitCode = percent >= 95 ? 0 : 1;
