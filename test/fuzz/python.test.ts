import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findCPython } from "../conformance/python/cpython.js";
import { pythonProgram } from "./python.js";

it("makes the same program of the same seed", () => {
  expect(pythonProgram(7)).toBe(pythonProgram(7));
  expect(pythonProgram(7)).not.toBe(pythonProgram(8));
});

const cpython = findCPython();

// What is compared changed a little from version to version (which values can be hashed, say).
const usable = cpython?.version[0] === 3 && cpython.version[1] === 12;
if (!usable) console.warn("random Python programs: skipped, there is no CPython 3.12 to compare with (VIV_CPYTHON)");
it.skipIf(!usable)("random programs print what CPython prints", { timeout: 60_000 }, () => {
  const run = join(import.meta.dirname, "python-run.ts");
  const out = execFileSync(process.execPath, ["-C", "development", "--import", "tsx", run, "250", "1"], {
    encoding: "utf8",
  });
  expect(out).toMatch(/\n0 of 250 differ/);
});
