/**
 * `npm run fuzz:python -- [programs] [seed] [--words] [--topics=a,b] [--reduce] [--keep-going]`: random programs here and in
 * CPython 3.12, output against output. With `--words` also the messages of exceptions and the text of tracebacks.
 *
 * `VIV_CPYTHON` names the interpreter, otherwise `python3.12` or `python3` is taken; one process answers all programs. A
 * difference is printed with its seed (`npm run fuzz:python -- 1 SEED --reduce` shows a short program); a campaign ends
 * after 20 of them unless it is told to keep going. An interrupt ends it with what was found until then. The exit code is 0
 * when all programs agreed, 1 when one differed, 130 when it was interrupted before.
 */

import process, { argv, cpuUsage, exit } from "node:process";
import { findCPython } from "../../conformance/python/cpython.js";
import { firstDifference, here, WarmCPython, withoutTraceback } from "./compare.js";
import { prelude, pythonProgram } from "./program.js";
import { reduceProgram } from "./reduce.js";

/** Programs on their way to CPython while this process runs their likes. */
const BATCH = 64;
const PROGRESS_MS = 10_000;
const MOST_DIFFERENCES = 20;
const REDUCE_MS = 30_000;

const args = argv.slice(2);
const words = args.includes("--words");
const PRELUDE = prelude(words);
const compared = words ? (output: string): string => output : withoutTraceback;
const topics = args
  .find((arg) => arg.startsWith("--topics="))
  ?.slice(9)
  .split(",")
  .filter((name) => name !== "");
const reduce = args.includes("--reduce");
const keepGoing = args.includes("--keep-going");
const [programsText, seedText] = args.filter((arg) => !arg.startsWith("--"));
const total = Number(programsText ?? 2000);
const seed = Number(seedText ?? Math.floor(performance.timeOrigin % 1_000_000));
if (!Number.isSafeInteger(total) || !Number.isSafeInteger(seed) || total < 1) {
  console.log("usage: npm run fuzz:python -- [programs] [seed] [--words] [--topics=a,b] [--reduce] [--keep-going]");
  exit(2);
}
const cpython = findCPython();
if (cpython === undefined) {
  console.log("skipped: there is no CPython to compare with");
  exit(0);
}
const version = cpython.version.join(".");
if (!version.startsWith("3.12.")) console.log(`CPython ${version} is not 3.12: it may differ by itself`);
console.log(`${total} programs from seed ${seed}, compared with CPython ${version}`);

const reference = new WarmCPython(cpython.command);
let interrupted = false;
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => {
    // The first one lets what is begun come to an end.
    if (interrupted) exit(130);
    interrupted = true;
  });

let [done, different, ended, unanswered, unspecified] = [0, 0, 0, 0, 0];
let said = performance.now();

/** Does another CPython process answer the same? */
async function reproducible(program: string, answer: string): Promise<boolean> {
  const other = new WarmCPython(cpython?.command ?? "");
  const again = await other.ask(program);
  other.close();
  return again === undefined || compared(again) === answer;
}

async function report(program: string, one: number, theirs: string, ours: string): Promise<void> {
  const first = firstDifference(theirs, ours);
  const show = (text: string): string => JSON.stringify(text).slice(0, 200);
  console.log(`DIFFERENT seed ${one}, line ${first.line}: ${show(first.theirs)} but here ${show(first.ours)}`);
  if (!reduce) return;
  // Texts that run long cost more than they explain.
  const until = performance.now() + REDUCE_MS;
  const short = await reduceProgram(program, async (text) => {
    if (performance.now() > until) return false;
    const answer = await reference.ask(PRELUDE + text);
    // Names that went with what was left out are no difference.
    if (answer === undefined || /!(?:Syntax|Indentation|Name)Error/.test(answer)) return false;
    return compared(answer) !== compared(here(PRELUDE + text));
  });
  console.log(short);
  const [a, b] = [await reference.ask(PRELUDE + short), here(PRELUDE + short)];
  const last = firstDifference(compared(a ?? ""), compared(b));
  console.log(`  ${show(last.theirs)} but here ${show(last.ours)}`);
}

while (done < total && !interrupted && (keepGoing || different < MOST_DIFFERENCES)) {
  const seeds = Array.from({ length: Math.min(BATCH, total - done) }, (_, i) => seed + done + i);
  const programs = seeds.map((one) => pythonProgram(one, topics));
  const answers = programs.map((program) => reference.ask(PRELUDE + program));
  for (const [i, program] of programs.entries()) {
    const ours = compared(here(PRELUDE + program));
    const answer = await answers[i];
    const theirs = answer === undefined ? undefined : compared(answer);
    if (theirs === undefined) unanswered++;
    else {
      if (!/^!\w+$/m.test(withoutTraceback(theirs))) ended++;
      // What CPython itself prints differently from run to run (addresses, hashes of strings) is not specified.
      if (ours !== theirs && !(await reproducible(PRELUDE + program, theirs))) unspecified++;
      else if (ours !== theirs) {
        different++;
        await report(program, seeds[i] as number, theirs, ours);
      }
    }
    done++;
  }
  if (performance.now() - said >= PROGRESS_MS) {
    said = performance.now();
    console.log(`  ${done} of ${total}, ${different} differ`);
  }
}
reference.close();
const { user, system } = cpuUsage();
console.log(
  `${interrupted ? "interrupted: " : ""}${different} of ${done} differ (seeds ${seed} to ${seed + done - 1}); ` +
    `${ended} ran to their end, ${unanswered} were not answered by CPython, of ${unspecified} it gave several answers; ${((user + system) / 1e6).toFixed(0)} s of processor time`,
);
exit(different > 0 ? 1 : interrupted ? 130 : 0);
