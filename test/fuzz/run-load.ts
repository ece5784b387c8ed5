/** `npm run fuzz:load`: damaged program files are refused or run within their limits. */
import { parseArgs } from "node:util";
import { availableTiers } from "./campaign.js";
import { damageCampaign } from "./loads.js";

const { values } = parseArgs({
  options: {
    files: { type: "string", default: "100000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    start: { type: "string", default: "0" },
  },
});
const [files, seed, start] = [Number(values.files), Number(values.seed), Number(values.start)];
if (![files, seed, start].every((n) => Number.isSafeInteger(n) && n >= 0)) {
  console.error("npm run fuzz:load -- [--files N] [--seed S] [--start K]");
  process.exit(2);
}
console.log(`seed ${seed}, ${files} damaged files from ${start}`);
const began = performance.now();
let shown = began;
const { outcomes, failures } = damageCampaign({
  seed,
  files,
  start,
  tiers: [...availableTiers(), "portable"],
  progress: (done) => {
    const now = performance.now();
    if (now - shown < 2000) return;
    shown = now;
    process.stderr.write(`\r${done} of ${files}, ${((1000 * done) / (now - began)).toFixed(0)} a second\x1b[K`);
  },
});
process.stderr.write("\r\x1b[K");
for (const [what, n] of [...outcomes].sort(([, a], [, b]) => b - a)) console.log(`${String(n).padStart(8)} ${what}`);
for (const { number, from, what, bytes } of failures) {
  console.log(`FAIL file ${number}, from ${from}: ${what}`);
  if (bytes.length < 400) console.log(Array.from(bytes, (b) => b.toString(16).padStart(2, "0")).join(""));
  console.log(`npm run fuzz:load -- --seed ${seed} --start ${number} --files 1`);
}
const seconds = ((performance.now() - began) / 1000).toFixed(1);
const done = [...outcomes.values()].reduce((sum, n) => sum + n, 0);
console.log(`seed ${seed}: ${done} damaged files, ${failures.length} handled wrongly, ${seconds} s`);
process.exitCode = failures.length > 0 ? 1 : 0;
