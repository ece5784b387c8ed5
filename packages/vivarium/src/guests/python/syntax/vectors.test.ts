import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { PySyntaxError } from "./error.js";
import { parse } from "./parse.js";
import { buildSymtable } from "./symtable.js";

const folder = process.env.VIV_VECTORS;
if (folder === undefined) console.warn("syntax vectors skipped: VIV_VECTORS is not set");

/** Says `\\N{DASH}`, and no character has that name: CPython refuses the program as well. */
const NOT_PYTHON = "strings";

function accepts(source: string): boolean {
  try {
    buildSymtable(parse(source, { unicodeNames: { lookup: () => undefined } }));
    return true;
  } catch (e) {
    if (e instanceof PySyntaxError) return false;
    throw e;
  }
}

/** The valid programs need not be whole: `await` and `return` may stand outside functions. */
function parses(source: string): boolean {
  try {
    parse(source, { unicodeNames: { lookup: () => undefined } });
    return true;
  } catch (e) {
    if (e instanceof PySyntaxError) return false;
    throw e;
  }
}

describe.skipIf(folder === undefined)("syntax vectors", () => {
  const { valid, invalid } = (
    folder === undefined
      ? { valid: {}, invalid: {} }
      : JSON.parse(readFileSync(join(folder, "python/syntax.json"), "utf8"))
  ) as Record<"valid" | "invalid", Record<string, string>>;

  it("accepts every valid program", () => {
    const refused = Object.keys(valid).filter((name) => name !== NOT_PYTHON && !parses(valid[name]));
    expect(refused).toEqual([]);
    expect(Object.keys(valid).length - 1).toBeGreaterThanOrEqual(54);
  });

  it("refuses every invalid program", () => {
    expect(Object.keys(invalid).filter((name) => accepts(invalid[name]))).toEqual([]);
    expect(Object.keys(invalid).length).toBeGreaterThanOrEqual(50);
  });
});
