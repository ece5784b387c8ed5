/** `npm run fuzz:lmnt`: generated LMNT programs in every tier against the portable one, and mutated archives. */
import { parseArgs } from "node:util";
import { disassemble } from "../../packages/vivarium/src/lmnt-tools.js";
import { compareTiers, generateCase, isVectorised, tryMutant } from "./lmnt.js";

const { values } = parseArgs({
  options: {
    programs: { type: "string", default: "10000" },
    mutants: { type: "string", default: "10000" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    start: { type: "string", default: "0" },
  },
});
const [programs, mutants, seed, start] = [values.programs, values.mutants, values.seed, values.start].map(Number) as [
  number,
  number,
  number,
  number,
];

/** Compiled modules are only collected when the event loop turns. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

const began = performance.now();
let said = began;
/** Says every ten seconds how far it is. */
function progress(what: string, done: number, all: number): void {
  const now = performance.now();
  if (now - said < 10_000) return;
  said = now;
  console.error(`${done} of ${all} ${what}, ${((now - began) / 1000).toFixed(0)} s`);
}
let failures = 0;
let vectorised = 0;
for (let n = start; n < start + programs && failures < 3; n++) {
  const c = generateCase(seed, n);
  const difference = compareTiers(c);
  if (isVectorised(c)) vectorised++;
  if (difference !== undefined) {
    failures++;
    console.log(`FAIL --seed ${seed} --start ${n} --programs 1: ${difference}\n${disassemble(c.archive, c)}`);
  }
  if (n % 500 === 0) await turn();
  progress("programs", n - start + 1, programs);
}
const seconds = (performance.now() - began) / 1000;
console.log(
  `seed ${seed}: ${programs} programs, ${vectorised} of them vectorised, ${failures} differ, ${seconds.toFixed(0)} s`,
);

let refused = 0;
for (let n = 0; n < mutants; n++) {
  if (tryMutant(seed, n)) refused++;
  if (n % 500 === 0) await turn();
  progress("mutants", n + 1, mutants);
}
console.log(`${mutants} mutants: ${refused} refused, ${mutants - refused} ran within their memory`);
process.exitCode = failures > 0 ? 1 : 0;
