import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import type * as ast from "./ast.js";
import { dump } from "./dump.js";
import { PySyntaxError } from "./error.js";
import { type ParseOptions, parse } from "./parse.js";

const trees = readFileSync(new URL("./testdata/trees.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => JSON.parse(line) as { source: string; tree: string });

function failure(source: string | Uint8Array, options: ParseOptions = {}): string {
  try {
    parse(source, options);
    return "none";
  } catch (e) {
    if (!(e instanceof PySyntaxError)) throw e;
    return `${e.data.kind}: ${e.data.msg}`;
  }
}

function constant(source: string, options: ParseOptions = {}): ast.ConstantValue {
  const { body } = parse(source, { ...options, mode: "eval" });
  if (body.kind !== "Constant") throw new TypeError(body.kind);
  return body.value;
}

describe("parse", () => {
  it.each(trees)("gives CPython's tree for $source", ({ source, tree }) => {
    expect(dump(parse(source), { attributes: true })).toBe(tree);
  });

  it("gives one expression in mode eval and one statement in mode single", () => {
    expect(dump(parse("a, b \n\n", { mode: "eval" }))).toBe(
      "Expression(body=Tuple(elts=[Name(id='a', ctx=Load()), Name(id='b', ctx=Load())], ctx=Load()))",
    );
    expect(dump(parse("a; b\n", { mode: "single" }))).toContain("Interactive(body=[Expr(");
  });

  it("keeps integers exact and apart from floats", () => {
    expect(constant("9007199254740991")).toBe(9007199254740991);
    expect(constant("9007199254740992")).toBe(9007199254740992n);
    expect(constant("0xFFFF_FFFF_FFFF_FFFF")).toBe(0xffffffffffffffffn);
    expect(constant("1.0")).toEqual({ kind: "float", value: 1 });
    expect(constant("2.5j")).toEqual({ kind: "complex", real: 0, imag: 2.5 });
    expect(constant("b'\\xff'")).toEqual(new Uint8Array([255]));
  });

  it("normalises identifiers, so that two spellings are one name", () => {
    expect(dump(parse("ﬁ = fi"))).toContain("Name(id='fi', ctx=Store())], value=Name(id='fi', ctx=Load())");
  });

  it("looks character names up in the table it is given", () => {
    const unicodeNames = { lookup: (name: string) => (name === "BULLET" ? "\u2022" : undefined) };
    expect(constant("'\\N{BULLET}'", { unicodeNames })).toBe("\u2022");
    expect(failure("'\\N{NO SUCH}'", { unicodeNames })).toContain("unknown Unicode character name");
    expect(failure("'\\N{BULLET}'")).toContain("can't load unicodedata module");
  });

  it("reads all line ends as newline", () => {
    expect(dump(parse("a\r\nb\rc\n'''x\r\ny'''"))).toBe(dump(parse("a\nb\nc\n'''x\ny'''")));
  });

  it("decodes bytes by byte order mark and declaration", () => {
    const bytes = (...parts: (string | number[])[]): Uint8Array =>
      new Uint8Array(
        parts.flatMap((part) => (typeof part === "string" ? [...part].map((c) => c.charCodeAt(0)) : part)),
      );
    const value = (source: Uint8Array): ast.ConstantValue => {
      const [statement] = parse(source).body;
      return (statement as ast.ExprStmt & { value: ast.Constant }).value.value;
    };
    expect(value(bytes([0xef, 0xbb, 0xbf], "'", [0xc3, 0xa9], "'"))).toBe("é");
    expect(value(bytes("# coding: latin-1\n'", [0xe9], "'"))).toBe("é");
    expect(value(bytes("#!/bin/python\n# vim: set fileencoding=koi8-r :\n'", [0xc1], "'"))).toBe("а");
    expect(failure(bytes("'", [0xe9], "'"))).toContain("'utf-8' codec can't decode byte 0xe9 in position 1");
    expect(failure(bytes("# coding: nonsense\n"))).toBe("SyntaxError: unknown encoding: nonsense");
    expect(failure(bytes([0xef, 0xbb, 0xbf], "# coding: latin-1\n"))).toBe(
      "SyntaxError: encoding problem: latin-1 with BOM",
    );
    expect(failure("a\0b")).toBe("SyntaxError: source code string cannot contain null bytes");
  });

  it("says at a prompt whether more input could help", () => {
    const incomplete = ["if a:", "if a:\n  b", "if a:\n  b\n", "(a,", "'''a", "f(", "a = \\\n", "def f():\n", "@a\n"];
    for (const source of incomplete) {
      expect([source, failure(source, { mode: "single", incomplete: true })]).toEqual([
        source,
        "SyntaxError: incomplete input",
      ]);
    }
    for (const source of ["a", "a\n", "if a:\n  b\n\n", "if a: b\n\n"]) {
      expect([source, failure(source, { mode: "single", incomplete: true })]).toEqual([source, "none"]);
    }
    expect(failure("a b", { mode: "single", incomplete: true })).toBe("SyntaxError: invalid syntax");
    expect(failure("'a", { mode: "single", incomplete: true })).toContain("unterminated string literal");
  });
});

describe("limits", () => {
  it("refuse long sources, deep brackets, deep indentation and long integers", () => {
    expect(failure("a".repeat(101), { limits: { sourceSize: 100 } })).toContain("MemoryError");
    expect(failure("[".repeat(201))).toBe("SyntaxError: too many nested parentheses");
    expect(failure(`${"[".repeat(200)}1${"]".repeat(200)}`)).toBe("none");
    const nested = Array.from({ length: 101 }, (_, i) => `${" ".repeat(i)}if a:\n`).join("");
    expect(failure(`${nested}${" ".repeat(101)}b`)).toBe("IndentationError: too many levels of indentation");
    expect(failure("1".repeat(4300))).toBe("none");
    expect(failure("1".repeat(4301))).toContain("Exceeds the limit (4300 digits) for integer string conversion");
    expect(failure(`0x${"1".repeat(5000)}`)).toBe("none");
    expect(failure("1".repeat(5000), { limits: { intDigits: 0 } })).toBe("none");
  });

  const tooDeep = "MemoryError: Parser stack overflowed - Python source too complex to parse";

  it.each([
    ["-", "a"],
    ["not ", "a"],
    ["~", "a"],
    ["lambda: ", "a"],
    ["lambda x=", "1"],
    ["a ** ", "a"],
  ])("stop 100,000 times %j before the host's stack does", (part, end) => {
    expect(failure(part.repeat(100_000) + end)).toBe(tooDeep);
  });

  it.each([
    ["a", " + a"],
    ["a", ".b"],
    ["a", "()"],
    ["a", "[0]"],
    ["a", " and a"],
    ["a", " < a"],
    ["a", " if a else a"],
    ["a", ", a"],
    ["", "a = "],
    ["", "'s' "],
    ["", "f'{a}' "],
    ["if a: b\n", "elif a: b\n"],
  ])("let a chain of 30,000 pass: %j then %j", (start, part) => {
    const source = start + part.repeat(30_000) + (part === "a = " ? "1" : "");
    expect(failure(source)).toBe("none");
  });

  it("leave the tokenizer linear on names that were made to collide", () => {
    // "Aa" and "BB" have the same polynomial hash, and so have all their mixtures
    const names: string[] = [];
    for (let i = 0; i < 1 << 14; i++)
      names.push([...i.toString(2).padStart(14, "0")].map((b) => (b === "1" ? "Aa" : "BB")).join(""));
    const started = performance.now();
    const { body } = parse(`${names.join("\n")}\n`);
    expect(body.length).toBe(1 << 14);
    expect(performance.now() - started).toBeLessThan(5000);
  });
});
