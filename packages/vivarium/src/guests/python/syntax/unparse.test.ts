import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type * as ast from "./ast.js";
import { dump } from "./dump.js";
import { parse } from "./parse.js";
import { unparse } from "./unparse.js";

/** Annotations and what CPython 3.12 stores for them under `from __future__ import annotations`. */
const rows = readFileSync(new URL("./testdata/unparse.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as { source: string; text: string });

function annotation(source: string): ast.Expr {
  const [statement] = parse(`x: (${source}\n)`).body;
  return (statement as ast.AnnAssign).annotation;
}

describe("unparse", () => {
  it.each(rows)("writes $source as CPython does", ({ source, text }) => {
    expect(unparse(annotation(source))).toBe(text);
  });

  it("writes text that means the same", () => {
    for (const { source, text } of rows) {
      if (/lambda\*|1e309j|-1j/.test(text)) continue; // CPython's own text for these is not the same expression
      expect([source, dump(annotation(text))]).toEqual([source, dump(annotation(source))]);
    }
  });
});
