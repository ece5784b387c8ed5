import { expect, it } from "vitest";
import { findCPython } from "../../conformance/python/cpython.js";
import { here, WarmCPython, withoutTraceback } from "./compare.js";
import { prelude, pythonProgram } from "./program.js";
import { reduceProgram } from "./reduce.js";

const PRELUDE = prelude(false);

it("makes the same program of the same seed", () => {
  expect(pythonProgram(7)).toBe(pythonProgram(7));
  expect(pythonProgram(7)).not.toBe(pythonProgram(8));
});

it("reduces a program to the block that matters", async () => {
  const text = "a = 1\ntry:\n for i in b:\n  c(i)\n  d = 2\nexcept E: pass\ne = 3\n";
  expect(await reduceProgram(text, (shorter) => Promise.resolve(shorter.includes("c(i)")))).toBe("c(i)\n");
});

const cpython = findCPython();

// Messages and tracebacks differ from version to version.
const usable = cpython?.version[0] === 3 && cpython.version[1] === 12;
if (!usable) console.warn("random Python programs: skipped, there is no CPython 3.12 to compare with (VIV_CPYTHON)");
it.skipIf(!usable)("random programs print what CPython prints", { timeout: 60_000 }, async () => {
  const reference = new WarmCPython(cpython?.command ?? "");
  const different: string[] = [];
  for (let seed = 1; seed <= 150; seed++) {
    const program = PRELUDE + pythonProgram(seed, []);
    const theirs = await reference.ask(program);
    if (theirs !== undefined && withoutTraceback(theirs) !== withoutTraceback(here(program)))
      different.push(`npm run fuzz:python -- 1 ${seed} --topics=`);
  }
  reference.close();
  expect(different).toEqual([]);
});
