/** What single passes of the optimiser do to functions, seen in the rows that are left, and what they must not do. */
import { describe, expect, it } from "vitest";
import { interpreter } from "../../../tiers/interpreter/backend.js";
import { portable } from "../../../tiers/portable/portable.js";
import { createMir } from "../program.js";

const mir = createMir({ interpreter: interpreter(), portable });
const LOCALS = "local i64:a, i64:b, i64:c, i64:i, i64:s, d:x, d:y";

/** Mnemonics of the rows of function f with this body and parameters p (an address) and n. */
function rowsOf(body: string): string[] {
  const { linked, code } = mir.load(
    `m: module\nf: func i64, i64:p, i64:n\n${LOCALS}\n${body}\nendfunc\nexport f\nendmodule\n`,
  );
  return [...linked.op].map((row) => code.isa.rows[row]?.mnemonic as string);
}

/** What f(buffer, n) gives, the same with and without optimising, in two tiers; the buffer holds 10, 11, 12 … */
function result(body: string, n: bigint): bigint | string {
  const text = `m: module\nforward buffer\nf: func i64, i64:p, i64:n\n${LOCALS}\n${body}\nendfunc\nbuffer: i64 10, 11, 12, 13\nexport f, buffer\nendmodule\n`;
  const values = [true, false].flatMap((optimize) =>
    (["interpreter", "portable"] as const).map((tier) => {
      using machine = mir.load(text, { optimize }).instantiate({ tier, gas: 100_000n });
      machine.start("f", [machine.address("buffer") as number, n]);
      const exit = machine.run();
      return exit.kind === "halt" ? machine.result() : exit.kind;
    }),
  );
  expect(new Set(values).size).toBe(1);
  return values[0] as bigint | string;
}

const count = (rows: readonly string[], name: string): number => rows.filter((row) => row === name).length;

describe("what a block has computed already", () => {
  it("is not computed again", () => {
    const body = "mul a, n, 56\nadd a, a, p\nmul b, n, 56\nadd b, b, p\nadd s, a, b\nret s";
    expect(count(rowsOf(body), "mul.i")).toBe(1);
    expect(count(rowsOf(body), "add")).toBe(2);
  });

  it("is computed again when an operand has changed", () => {
    const body = "mul a, n, 56\nadd n, n, 1\nmul b, n, 56\nadd s, a, b\nret s";
    expect(count(rowsOf(body), "mul.i")).toBe(2);
    expect(result(body, 2n)).toBe(280n);
  });

  it("is not loaded again, unless something may have been stored there", () => {
    expect(count(rowsOf("mul s, i64:8(p), i64:8(p)\nret s"), "ld.i64")).toBe(1);
    expect(count(rowsOf("mov a, i64:8(p)\nmov i64:16(p), n\nadd s, a, i64:8(p)\nret s"), "ld.i64")).toBe(1);
    const body = "mov a, i64:8(p)\nadd b, p, n\nmov i64:(b), 5\nadd s, a, i64:8(p)\nret s";
    expect(count(rowsOf(body), "ld.i64")).toBe(2);
    expect(result(body, 8n)).toBe(16n);
    const half = "mov a, i64:8(p)\nmov i32:12(p), n\nadd s, a, i64:8(p)\nret s";
    expect(count(rowsOf(half), "ld.i64")).toBe(2);
    expect(result(half, 1n)).toBe((1n << 32n) + 22n);
  });

  it("is taken from what was stored whole, not from what was stored in part", () => {
    expect(count(rowsOf("mov i64:8(p), n\nadd s, n, i64:8(p)\nret s"), "ld.i64")).toBe(0);
    const body = "mov i32:8(p), n\nadd s, n, i32:8(p)\nret s";
    expect(count(rowsOf(body), "ld.i32")).toBe(1);
    expect(result(body, (1n << 40n) + 3n)).toBe((1n << 40n) + 6n);
  });
});

describe("extensions", () => {
  it("go where a mask or a shift leaves nothing to extend", () => {
    expect(count(rowsOf("ands a, n, 255\nuext32 b, a\nuext8 s, b\nret s"), "uext32")).toBe(0);
    expect(count(rowsOf("urshs a, n, 24\nuext8 s, a\nret s"), "uext8")).toBe(0);
    expect(result("ands a, n, 255\nuext8 s, a\nurshs a, n, 24\nuext8 b, a\nadd s, s, b\nret s", -1n)).toBe(510n);
  });

  it("stay where one changes something", () => {
    expect(count(rowsOf("urshs a, n, 23\nuext8 s, a\nret s"), "uext8")).toBe(1);
    expect(count(rowsOf("ands a, n, 511\next8 s, a\nret s"), "ext8")).toBe(1);
    expect(result("ands a, n, 511\next8 s, a\nret s", 255n)).toBe(-1n);
  });
});

describe("what a loop computes every time", () => {
  const loop = (inside: string): string => `mov i, n\nL: ${inside}\nadd s, s, b\nsub i, i, 1\nbgt L, i, 0\nret s`;

  /** Rows between the loop's first instruction and its branch. */
  const inside = (body: string): string[] => {
    const rows = rowsOf(body);
    return rows.slice(rows.lastIndexOf("mov") < 0 ? 0 : rows.indexOf("mov"), rows.indexOf("bgt.i") + 1);
  };

  it("is computed in front of it", () => {
    const body = loop("mul a, n, n\nadd b, a, p\nadd b, b, i");
    const rows = rowsOf(body);
    expect(rows.indexOf("mul")).toBeLessThan(rows.indexOf("bgt.i"));
    using machine = mir
      .load(`m: module\nf: func i64, i64:p, i64:n\n${LOCALS}\n${body}\nendfunc\nexport f\nendmodule\n`)
      .instantiate({ tier: "interpreter", gas: 1_000_000n });
    machine.start("f", [0, 1000]);
    const before = machine.gas;
    machine.run();
    // Sum, two additions, subtraction, branch: the product and its sum are not part of a turn.
    expect(before - machine.gas).toBeLessThan(4_100n);
    expect(inside(body).length).toBeGreaterThan(0);
    expect(result(body, 3n)).not.toBe("fault");
  });

  it("is loaded in front of it where nothing stores or comes first", () => {
    const body = loop("mov b, i64:8(p)");
    expect(result(body, 3n)).toBe(33n);
    const stored = loop("mov b, i64:8(p)\nmov i64:8(p), i");
    expect(result(stored, 3n)).toBe(16n);
  });

  it("is not loaded when the loop is left before that", () => {
    const body = "mov i, n\nL: ble E, i, 0\nmov b, i64:(a)\nadd s, s, b\nsub i, i, 1\njmp L\nE: ret s";
    expect(result(body, 0n)).toBe(0n);
    expect(result(body, 1n)).toBe("fault");
  });

  it("stays where a turn before left something else", () => {
    const body = "mov i, n\nmov b, 7\nL: add s, s, b\nadd b, n, 1\nsub i, i, 1\nbgt L, i, 0\nret s";
    expect(result(body, 3n)).toBe(15n);
  });
});
