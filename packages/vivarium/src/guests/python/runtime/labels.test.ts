import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { Op } from "../bytecode/table.js";
import { fusedName, fusedOp, SEQUENCES } from "./fusions.js";

describe("the labels of the interpreter", () => {
  it.each(["loop.gen.ts", "rare.ts"])("in %s are the numbers of the ops that they name", (file) => {
    const source = readFileSync(join(import.meta.dirname, file), "utf8");
    const labels = [...source.matchAll(/case (\d+) \/\* ([\w+]+) \*\/:/g)].map(([, number, name]) => [
      name,
      Number(number),
    ]);
    expect(labels.length).toBeGreaterThan(50);
    const fused = SEQUENCES.map((_parts, i) => [fusedName(i), fusedOp(i)]);
    const numbers: Record<string, number> = { ...Op, ...Object.fromEntries(fused) };
    expect(labels).toEqual(labels.map(([name]) => [name, numbers[name as string]]));
    expect(source).not.toMatch(/case Op\./);
  });
});
