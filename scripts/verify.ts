/** Turns a built or unbuilt clone into one verdict: builds, lints, checks and tests, and closes with the test totals. */

import { spawn } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process, { exit, stdout } from "node:process";

interface Stage {
  readonly name: string;
  /** The npm script that does it; a contributor can run it alone. */
  readonly script: string;
}

/** Everything after `build`; the stages are independent of each other. */
const CHECKS: readonly Stage[] = [
  { name: "lint and format", script: "lint" },
  { name: "import law", script: "check:imports" },
  { name: "unused files and dependencies", script: "check:unused" },
  { name: "generated documents", script: "check:docs" },
  { name: "packaging", script: "check:packaging" },
  { name: "bundle sizes", script: "check:size" },
];

/** Two at a time: the usual number of cores where this runs. */
const LANES = 2;

const REPORT = join("node_modules", ".cache", "verify", "vitest.json");

interface Outcome {
  readonly ok: boolean;
  readonly output: string;
}

/** Runs a command to its end; its output is kept, or shown as it comes. */
function run(command: string, args: readonly string[], show: boolean): Promise<Outcome> {
  return new Promise((resolve) => {
    const sink = show ? "inherit" : "pipe";
    const env = { ...process.env, NO_COLOR: "1", FORCE_COLOR: undefined };
    const child = spawn(command, args, { stdio: ["ignore", sink, sink], env });
    let output = "";
    const keep = (chunk: Buffer): void => {
      output += chunk.toString();
    };
    child.stdout?.on("data", keep);
    child.stderr?.on("data", keep);
    child.on("error", (error) => resolve({ ok: false, output: `${output}${error.message}\n` }));
    child.on("close", (code) => resolve({ ok: code === 0, output }));
  });
}

async function stage({ name, script }: Stage): Promise<boolean> {
  const start = performance.now();
  const { ok, output } = await run("npm", ["run", "--silent", script], false);
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  stdout.write(`${ok ? "ok  " : "FAIL"}  ${name} (npm run ${script}), ${seconds} s\n`);
  if (!ok) stdout.write(`${output.trimEnd()}\n\n`);
  return ok;
}

/** Runs the checks on {@link LANES} lanes and returns how many failed. */
async function checks(): Promise<number> {
  const queue = [...CHECKS];
  let failed = 0;
  const lane = async (): Promise<void> => {
    for (let next = queue.shift(); next; next = queue.shift()) if (!(await stage(next))) failed++;
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return failed;
}

interface Totals {
  passed: number;
  failed: number;
  skipped: number;
}

/** The part of vitest's JSON report that is read here. */
interface Report {
  readonly success: boolean;
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly numTodoTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** A run of the tests on one version of Node. */
interface TestRun {
  readonly name: string;
  readonly node: string;
  /** Path filters for vitest; none means everything. */
  readonly only: readonly string[];
}

/** The newer versions of Node in `test/nodes`, when they are installed there, run what belongs to the packages. */
function testRuns(): TestRun[] {
  const newer = ["node24", "node26"].flatMap((name) => {
    const node = join("test", "nodes", "node_modules", name, "bin", "node");
    return existsSync(node) ? [{ name, node, only: ["packages/"] }] : [];
  });
  return [{ name: `node ${process.versions.node}`, node: process.execPath, only: [] }, ...newer];
}

/** Runs the tests once and reads their totals from the report; a file that could not be loaded is one failure. */
async function tests({ name, node, only }: TestRun): Promise<{ ok: boolean; totals: Totals }> {
  stdout.write(`\ntests on ${name}\n`);
  rmSync(REPORT, { force: true });
  const vitest = join("node_modules", "vitest", "vitest.mjs");
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${REPORT}`];
  const { ok } = await run(node, [vitest, "run", ...reporters, ...only], true);
  if (!existsSync(REPORT)) return { ok: false, totals: { passed: 0, failed: 1, skipped: 0 } };
  const report = JSON.parse(readFileSync(REPORT, "utf8")) as Report;
  const unloadable = report.testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.length === 0,
  ).length;
  const totals = {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloadable,
    skipped: report.numPendingTests + report.numTodoTests,
  };
  return { ok: ok && report.success && totals.passed > 0, totals };
}

mkdirSync(join("node_modules", ".cache", "verify"), { recursive: true });
if (!(await stage({ name: "build", script: "build" }))) {
  stdout.write("The build failed; nothing else was tried.\n0 passed, 1 failed\n");
  exit(1);
}
const failedChecks = await checks();
const totals: Totals = { passed: 0, failed: 0, skipped: 0 };
let ok = true;
for (const testRun of testRuns()) {
  const result = await tests(testRun);
  ok &&= result.ok;
  totals.passed += result.totals.passed;
  totals.failed += result.totals.failed;
  totals.skipped += result.totals.skipped;
}
if (failedChecks > 0) stdout.write(`${failedChecks} of ${CHECKS.length} checks failed; they stand above the tests.\n`);
const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : "";
stdout.write(`${totals.passed} passed, ${totals.failed} failed${skipped}\n`);
exit(ok && failedChecks === 0 ? 0 : 1);
