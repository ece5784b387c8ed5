/**
 * Runs the standalone Python scripts of a folder and compares what they print with CPython's output.
 *
 * `VIV_PYTHON_SCRIPTS=folder tsx test/conformance/python.ts [part of a name]`. The reference is made on the spot by the
 * `python3` on the path; scripts that fail or skip themselves there are left out. Scripts that import a module are counted
 * apart: the language is one thing, the library another.
 */

import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { python } from "vivarium/python";

const folder = process.env.VIV_PYTHON_SCRIPTS;
const wanted = process.argv[2];

interface Tally {
  passed: number;
  readonly failed: string[];
}

function reference(file: string): string | undefined {
  const run = spawnSync("python3", [file], {
    encoding: "utf8",
    timeout: 20_000,
    input: "",
    env: { ...process.env, PYTHONHASHSEED: "0", PYTHONIOENCODING: "utf8" },
  });
  return run.status === 0 && run.stdout.trim() !== "SKIP" ? run.stdout : undefined;
}

function outcome(file: string, source: string): string {
  let out = "";
  const py = python.create({
    gas: 50_000_000,
    stdout: (text) => {
      out += text;
    },
  });
  const exit = py.runExec(source, { filename: file, timeout: 20_000 });
  return exit.kind === "value"
    ? out
    : `${out}[${exit.kind === "exception" ? `${exit.type}: ${exit.message}` : exit.kind}]`;
}

if (folder === undefined) console.log("skipped: VIV_PYTHON_SCRIPTS does not name a folder of scripts");
else {
  const tallies: Record<"language" | "library", Tally> = {
    language: { passed: 0, failed: [] },
    library: { passed: 0, failed: [] },
  };
  for (const name of readdirSync(folder).sort()) {
    if (!name.endsWith(".py") || (wanted !== undefined && !name.includes(wanted))) continue;
    const file = join(folder, name);
    const expected = reference(file);
    if (expected === undefined) continue;
    const source = readFileSync(file, "utf8");
    const tally = tallies[/^\s*(?:import|from)\s/m.test(source) ? "library" : "language"];
    if (outcome(file, source) === expected) tally.passed++;
    else tally.failed.push(name);
  }
  for (const [kind, { passed, failed }] of Object.entries(tallies)) {
    for (const name of failed) console.log(`FAIL ${kind} ${name}`);
    console.log(`${kind}: ${passed} of ${passed + failed.length}`);
  }
}
