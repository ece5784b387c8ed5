import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { PySyntaxError } from "./error.js";
import { parse } from "./parse.js";
import { buildSymtable } from "./symtable.js";

interface Row {
  readonly source: string;
  readonly mode?: "exec" | "eval" | "single";
  /** Kind, message, line, column, end line, end column; `null` for a program that is right. */
  readonly error: readonly [string, string, number, number, number, number] | null;
}

const rows = readFileSync(new URL("./testdata/errors.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as Row);

/** The names that the corpus uses. */
const unicodeNames = { lookup: (name: string) => (name.toUpperCase() === "BULLET" ? "\u2022" : undefined) };

function errorOf({ source, mode }: Row): unknown {
  try {
    buildSymtable(parse(source, { mode: mode ?? "exec", unicodeNames }), { source });
    return null;
  } catch (e) {
    if (!(e instanceof PySyntaxError)) throw e;
    const { kind, msg, lineno, offset, end_lineno, end_offset } = e.data;
    return [kind, msg, lineno, offset, end_lineno, end_offset];
  }
}

describe("errors", () => {
  it("holds at least 150 programs that are not Python", () => {
    expect(rows.filter((row) => row.error !== null).length).toBeGreaterThan(150);
  });

  it("have CPython 3.12's kind, message and position", () => {
    const differences = rows.flatMap((row) => {
      const got = errorOf(row);
      return JSON.stringify(got) === JSON.stringify(row.error) ? [] : [{ source: row.source, got, want: row.error }];
    });
    expect(differences).toEqual([]);
  });

  it("carry the line, the file name and a position in UTF-16 units", () => {
    const failure = (() => {
      try {
        parse("a = 1\nx = '\u{1f600}' b\n", { filename: "smile.py" });
      } catch (e) {
        return e as PySyntaxError;
      }
      return undefined;
    })();
    expect(failure).toBeInstanceOf(PySyntaxError);
    expect(failure?.code).toBe("PY_SYNTAX");
    expect(failure?.data).toMatchObject({ filename: "smile.py", lineno: 2, offset: 9, text: "x = '\u{1f600}' b\n" });
    expect([failure?.line, failure?.column]).toEqual([2, 10]);
  });
});
