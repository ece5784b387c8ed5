/**
 * Compares the ways to run many random MIR programs: `npm run fuzz:mir -- [count] [first seed]`. One process does all of
 * them; how far it is goes to standard error.
 */
import { difference, WAYS } from "./mir-programs.js";

const [count = 10_000, first = 1] = process.argv.slice(2).map(Number);
const LEAST_BETWEEN_LINES = 10_000;
const runs = new Map<string, number>();
let different = 0;
let shown = performance.now();
const start = shown;
for (let seed = first; seed < first + count; seed++) {
  const why = difference(seed, runs);
  if (why !== null) {
    different++;
    console.error(`seed ${seed}: ${why}`);
    if (different === 10) break;
  }
  if (performance.now() - shown < LEAST_BETWEEN_LINES) continue;
  shown = performance.now();
  const rate = (seed + 1 - first) / ((shown - start) / 1000);
  console.error(`${seed + 1 - first} of ${count} programs, ${Math.round(rate)} a second, ${different} differences`);
}
console.log(`${count} programs from seed ${first}: ${different} differences`);
console.log(
  Object.keys(WAYS)
    .map((way) => `${way}: ${runs.get(way) ?? 0}`)
    .join(", "),
);
process.exitCode = different === 0 ? 0 : 1;
