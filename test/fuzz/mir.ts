/** Compares tiers on many random MIR programs: `npx tsx test/fuzz/mir.ts [count] [first seed]`. */
import { difference } from "./mir-programs.js";

const [count = 10_000, first = 1] = process.argv.slice(2).map(Number);
let different = 0;
for (let seed = first; seed < first + count; seed++) {
  const why = difference(seed);
  if (why === null) continue;
  different++;
  console.error(`seed ${seed}: ${why}`);
  if (different === 10) break;
}
console.log(`${count} programs from seed ${first}: ${different} differences`);
process.exitCode = different === 0 ? 0 : 1;
