/** `npm run conformance -- GUEST`: the public vectors of a guest in every tier, with a line for each failure. */
import { columns, createLmnt, interpreter, jit, portable } from "vivarium/lmnt";
import { NAN_SIGN, runInvalid, runSet, SETS, STRICT } from "./lmnt.js";
import { type Outcome, runProgram, runVectors, STALE_072, wholePrograms } from "./pvm.js";
import { VECTORS } from "./vectors.js";

const TIERS = ["interpreter", "interpreter:tail", "jit", "jit:eager", "jit:random", "portable"] as const;

function report(title: string, outcomes: readonly Outcome[], ledger: readonly string[] = []): number {
  const failed = outcomes.filter((o) => o.differences.length > 0);
  const unexpected = failed.filter((o) => !ledger.includes(o.name));
  const passing = ledger.filter((name) => outcomes.find((o) => o.name === name)?.differences.length === 0);
  for (const o of unexpected) console.log(`FAIL ${title} ${o.name}: ${o.differences.join("; ")}`);
  for (const name of passing) console.log(`FAIL ${title} ${name}: passes, but the ledger expects it to fail`);
  const note = ledger.length > 0 ? `, ${failed.length - unexpected.length} in the ledger of ${ledger.length}` : "";
  console.log(`${title}: ${outcomes.length - failed.length} of ${outcomes.length}${note}`);
  return unexpected.length + passing.length;
}

function pvm(folder: string): number {
  let failures = 0;
  for (const tier of TIERS) {
    failures += report(`pvm 080 ${tier}`, runVectors(folder, "080", tier));
    failures += report(`pvm 072 ${tier}`, runVectors(folder, "072", tier), STALE_072);
  }
  const small = wholePrograms(false);
  const large = wholePrograms(true);
  for (const tier of TIERS) {
    // The portable tier takes minutes for what the others do in milliseconds: it runs the compiled programs' small rows.
    const programs = tier === "portable" ? small.filter((p) => p.output !== undefined) : [...small, ...large];
    failures += report(
      `pvm programs ${tier}`,
      programs.map((p) => runProgram(folder, p, tier, tier === "interpreter" && small.includes(p))),
    );
  }
  return failures;
}

function lmnt(folder: string): number {
  let failures = report("lmnt invalid, original rules", runInvalid(folder, "original"));
  failures += report("lmnt invalid, strict rules", runInvalid(folder, "strict"), STRICT);
  // Every function is compiled at once, and not only once it is hot.
  const eager = createLmnt({ interpreter: interpreter(), jit: jit(0), portable }, columns);
  for (const tier of ["interpreter", "jit", "portable"] as const) {
    for (const set of Object.keys(SETS)) {
      failures += report(`lmnt ${set} ${tier}`, runSet(folder, set, tier, eager), set === "fuzz" ? NAN_SIGN : []);
    }
  }
  return failures;
}

const guests: Readonly<Record<string, (folder: string) => number>> = { pvm, lmnt };
const wanted = process.argv.slice(2);
const unknown = wanted.filter((g) => guests[g] === undefined);
if (unknown.length > 0) {
  console.error(`no guest ${unknown.join(", ")}; there are ${Object.keys(guests).join(", ")}`);
  process.exit(2);
}
if (VECTORS === undefined) {
  console.log("skipped: VIV_VECTORS does not name the folder of test vectors");
} else {
  let failures = 0;
  for (const guest of wanted.length > 0 ? wanted : Object.keys(guests)) failures += guests[guest]?.(VECTORS) ?? 0;
  process.exitCode = failures > 0 ? 1 : 0;
}
