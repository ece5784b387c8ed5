/**
 * `npm run conformance:python`: public suites of Python scripts against the output of CPython, made on the spot.
 *
 * `VIV_PYTHON_SUITES` names a folder with checkouts of the suites' repositories, `VIV_CPYTHON` the interpreter to compare
 * with (otherwise `python3.12` or `python3` on the path). The scripts that count are those of `python/pinned.json`, with
 * the content they had; `python/ledger.json` says why a script fails. `VIV_CPYTHON_TESTS` names CPython's `Lib/test`: some of
 * its files run under a small `unittest` (`python/guest`). Arguments: `--pin` writes the list anew, a suite's
 * name takes that suite alone, anything else is part of a script's name.
 */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, env } from "node:process";
import { type PythonExit, python } from "vivarium/python";
import { findCPython, reference } from "./python/cpython.js";
import { runTestFile, SELF_CONTAINED, SUPPORTED } from "./python/cpython-tests.js";
import {
  folderOf,
  type Kind,
  listHash,
  neighbours,
  type Pinned,
  type Script,
  SUITES,
  scriptsOf,
} from "./python/suites.js";

const HERE = join(import.meta.dirname, "python");
const GAS = 500_000_000;
const TIME_LIMIT_MS = 20_000;
/** Share of the scripts that import nothing which must pass. */
const REQUIRED = 0.97;

/** Share of the tests in CPython's nearly self-contained files which must pass. */
const REQUIRED_TESTS = 0.95;

/** Runs CPython's own test files; answers the number of surprises. */
function runCPythonTests(folder: string, ledger: Readonly<Record<string, string>>): number {
  let surprises = 0;
  for (const [title, names, required] of [
    ["nearly self-contained", SELF_CONTAINED, REQUIRED_TESTS],
    ["with test.support", SUPPORTED, 0],
  ] as const) {
    let [passed, failed, skipped] = [0, 0, 0];
    for (const name of names) {
      const outcomes = runTestFile(folder, name);
      const failures = outcomes.filter(({ outcome: text }) => text.startsWith("fail"));
      const left = outcomes.filter(({ outcome: text }) => text.startsWith("skip"));
      passed += outcomes.length - failures.length - left.length;
      failed += failures.length;
      skipped += left.length;
      for (const { name: test, outcome: text } of outcomes) {
        const known = Object.hasOwn(ledger, `cpython/${test}`);
        if (text.startsWith("fail") === known) continue;
        if (!known) console.log(`FAIL cpython/${test}: ${text.slice(6, 206).replaceAll("\n", " ")}`);
        else if (text === "pass") console.log(`FAIL cpython/${test}: passes, but the ledger expects it to fail`);
        else continue;
        surprises++;
      }
    }
    const share = passed / Math.max(1, passed + failed);
    console.log(
      `CPython's tests, ${title}: ${passed} of ${passed + failed} (${(100 * share).toFixed(1)} %), ${skipped} skipped`,
    );
    if (share < required) surprises++;
  }
  return surprises;
}

/** What a script prints here; how it ended stands behind it when that was not by reaching its end. */
function outcome(folder: string, files: Record<string, string>, { name, source }: Script): string {
  let out = "";
  const py = python.create({
    gas: GAS,
    files,
    clock: true,
    stdout: (text) => {
      out += text;
    },
  });
  let exit: PythonExit;
  try {
    exit = py.runExec(new TextDecoder().decode(source), { filename: join(folder, name), timeout: TIME_LIMIT_MS });
  } catch (error) {
    // A defect of the machine itself is a failure of the script, and no end of the run.
    return `${out}[${String(error)}]`;
  }
  if (exit.kind === "value") return out;
  if (exit.kind !== "exception") return `${out}[${exit.kind}]`;
  return exit.type === "SystemExit" && /^(?:0|None)?$/.test(exit.message)
    ? out
    : `${out}[${exit.type}: ${exit.message}]`;
}

function firstDifference(expected: string, actual: string): string {
  const [a, b] = [expected.split("\n"), actual.split("\n")];
  const at = a.findIndex((line, i) => line !== b[i]);
  const show = (line: string | undefined): string => JSON.stringify(line ?? "(end)").slice(0, 110);
  return at < 0 ? `more output: ${show(b[a.length - 1])}` : `line ${at + 1}: ${show(a[at])} but here ${show(b[at])}`;
}

/** What the scripts' own helpers import from the library that is not the scripts' subject. */
const STAND_INS = neighbours(join(HERE, "guest"));
const read = <T>(name: string): T => JSON.parse(readFileSync(join(HERE, name), "utf8")) as T;
const root = env["VIV_PYTHON_SUITES"];
const cpython = findCPython();
const args = argv.slice(2);
const pin = args.includes("--pin");
const only = args.find((arg) => Object.hasOwn(SUITES, arg));
const part = args.find((arg) => arg !== only && !arg.startsWith("--"));

const tests = env["VIV_CPYTHON_TESTS"];
const ledger = read<Readonly<Record<string, string>>>("ledger.json");
if (tests === undefined) console.log("skipped: VIV_CPYTHON_TESTS does not name CPython's Lib/test");
else if (only === undefined && part === undefined) process.exitCode = runCPythonTests(tests, ledger) > 0 ? 1 : 0;
if (root === undefined) console.log("skipped: VIV_PYTHON_SUITES does not name a folder with the suites' checkouts");
else if (cpython === undefined) console.log("skipped: there is no CPython to compare with");
else {
  console.log(`compared with CPython ${cpython.version.join(".")}`);
  const pinned = read<Pinned>("pinned.json");
  const fresh: Record<string, Record<string, string>> = {};
  const totals: Record<Kind, { passed: number; of: number }> = {
    language: { passed: 0, of: 0 },
    library: { passed: 0, of: 0 },
  };
  let unexpected = 0;
  for (const [title, suite] of Object.entries(SUITES)) {
    if (only !== undefined && only !== title) continue;
    const folder = folderOf(root, suite);
    if (folder === undefined) {
      console.log(`${title}: skipped, ${suite.checkout} is not there`);
      continue;
    }
    const files = { ...STAND_INS, ...neighbours(folder) };
    const list: Record<string, string> = {};
    const counts: Record<Kind, { passed: number; of: number }> = {
      language: { passed: 0, of: 0 },
      library: { passed: 0, of: 0 },
    };
    let changed = 0;
    for (const script of scriptsOf(folder)) {
      const { name, hash, kind } = script;
      if (part !== undefined && !name.includes(part)) continue;
      const entry = `${kind} ${hash}`;
      if (!pin && pinned[title]?.[name] !== entry) {
        if (pinned[title]?.[name] !== undefined) changed++;
        continue;
      }
      const expected = await reference(cpython, folder, name, script.source);
      if (expected.status !== 0 || expected.stdout.trim() === "SKIP") continue;
      list[name] = entry;
      const actual = outcome(folder, files, script);
      const key = `${title}/${name}`;
      counts[kind].of++;
      const passes = actual === expected.stdout;
      if (passes) counts[kind].passed++;
      if (passes && Object.hasOwn(ledger, key)) {
        unexpected++;
        console.log(`FAIL ${key}: passes, but the ledger expects it to fail`);
      } else if (!passes && !Object.hasOwn(ledger, key)) {
        unexpected++;
        console.log(`FAIL ${kind} ${key}: ${firstDifference(expected.stdout, actual)}`);
      }
    }
    fresh[title] = list;
    const text = (kind: Kind): string => `${kind} ${counts[kind].passed} of ${counts[kind].of}`;
    const note = changed === 0 ? "" : `, ${changed} left out because they are not the ones that were pinned`;
    console.log(`${title}: ${text("language")}, ${text("library")}${note}`);
    if (part === undefined && !pin) console.log(`  list ${listHash(list).slice(0, 16)}`);
    for (const kind of ["language", "library"] as const) {
      totals[kind].passed += counts[kind].passed;
      totals[kind].of += counts[kind].of;
    }
  }
  for (const [kind, { passed, of }] of Object.entries(totals)) {
    console.log(`${kind}: ${passed} of ${of}${of > 0 ? ` (${((100 * passed) / of).toFixed(1)} %)` : ""}`);
  }
  if (pin) writeFileSync(join(HERE, "pinned.json"), `${JSON.stringify({ ...pinned, ...fresh }, null, 1)}\n`);
  const { passed, of } = totals.language;
  if (unexpected > 0 || (part === undefined && passed < REQUIRED * of)) process.exitCode = 1;
}
