/** What happens to calls of small functions, and that nobody but gas can tell. */
import { describe, expect, it } from "vitest";
import { FIELDS } from "../../../isa/code.js";
import { interpreter } from "../../../tiers/interpreter/backend.js";
import { jitEager } from "../../../tiers/jit/backend.js";
import { portable } from "../../../tiers/portable/portable.js";
import { createMir, type MirProgram } from "../program.js";
import { rowOf } from "../table.js";

const mir = createMir({ interpreter: interpreter(), "jit:eager": jitEager, portable });

/** A module with these functions and a main of this body. */
const text = (functions: string, main: string): string =>
  `m: module\np: proto i64, i64:a\nv: proto d, d:x\n${functions}\nmain: func i64\nlocal i64:a, i64:b, i64:r, d:x\n${main}\nendfunc\nexport main\nendmodule\n`;

/** Names of functions that a function calls. */
function callsOf(program: MirProgram, name: string): string[] {
  const { functions, op, args } = program.linked;
  const f = functions.find((g) => g.name === name);
  if (f === undefined) throw new Error(`no function ${name}`);
  const ends = functions.map((g) => g.entry).filter((entry) => entry > f.entry);
  const found: string[] = [];
  for (let i = f.entry; i < Math.min(program.code.count, ...ends); i++) {
    if (op[i] === rowOf("call")) found.push(functions[args[i * FIELDS] as number]?.name as string);
  }
  return found;
}

/** What a program gives, the same in every tier, inlined or not. */
function result(source: string): bigint {
  const values = [false, true].flatMap((inline) =>
    (["interpreter", "jit:eager", "portable"] as const).map((tier) => {
      using machine = mir.load(source, { inline }).instantiate({ tier, gas: 1_000_000n, stack: 1 << 16 });
      expect(machine.run().kind).toBe("halt");
      return machine.result();
    }),
  );
  expect(new Set(values).size).toBe(1);
  return values[0] as bigint;
}

describe("small functions", () => {
  const twice = "twice: func i64, i64:n\nlocal i64:r\nadd r, n, n\nret r\nendfunc";

  it("stand in place of their calls, through several levels", () => {
    const four = "four: func i64, i64:n\nlocal i64:r\ncall p, twice, r, n\ncall p, twice, r, r\nret r\nendfunc";
    const source = text(`${twice}\n${four}`, "call p, four, r, 5\nret r");
    const program = mir.load(source);
    expect(callsOf(program, "main")).toEqual([]);
    expect(callsOf(mir.load(source, { inline: false }), "main")).toEqual(["four"]);
    expect(result(source)).toBe(20n);
  });

  it("keep what the caller has in their parameters", () => {
    const f = "f: func i64, i64:n\nadd n, n, 1\nret n\nendfunc";
    expect(result(text(f, "mov a, 5\ncall p, f, r, a\nmul r, r, 10\nadd r, r, a\nret r"))).toBe(65n);
  });

  it("find registers that they have not written 0, each time anew", () => {
    const f =
      "f: func i64, i64:n\nlocal i64:s, d:x\nadd s, s, n\ndadd x, x, 1.5\nd2i n, x\nadd s, s, n\nret s\nendfunc";
    const main = "mov a, 3\nL: call p, f, b, a\nadd r, r, b\nsub a, a, 1\nbgt L, a, 0\nret r";
    expect(result(text(f, main))).toBe(9n);
  });

  it("give their frame memory back", () => {
    const f = "f: func i64, i64:n\nlocal i64:a\nalloca a, 4096\nmov i64:(a), n\nmov n, i64:(a)\nret n\nendfunc";
    const source = text(f, "mov a, 1000\nL: call p, f, b, a\nadd r, r, b\nsub a, a, 1\nbgt L, a, 0\nret r");
    expect(callsOf(mir.load(source), "main")).toEqual([]);
    expect(result(source)).toBe(500_500n);
  });

  it("return from anywhere", () => {
    const f = "f: func i64, i64:n\nblt S, n, 10\nbgt B, n, 100\nret 2\nS: ret 1\nB: ret 3\nendfunc";
    const main =
      "call p, f, r, 5\nmul r, r, 10\ncall p, f, a, 50\nadd r, r, a\nmul r, r, 10\ncall p, f, a, 500\nadd r, r, a\nret r";
    expect(result(text(f, main))).toBe(123n);
  });

  it("take and give numbers of other types", () => {
    const f = "f: func d, d:x\nlocal d:y\ndmul y, x, x\ndadd y, y, 0.5\nret y\nendfunc";
    expect(result(text(f, "call v, f, x, 3.0\ncall v, f, x, x\nd2i r, x\nret r"))).toBe(90n);
  });

  it("narrow parameters and results as calls do", () => {
    const f = "f: func u8, i16:n\nlocal i64:r\nadd r, n, 1\nret r\nendfunc\nq: proto u8, i16:a";
    expect(result(text(f, "call q, f, r, 0x1ffff\nadd r, r, 7\nret r"))).toBe(7n);
    expect(result(text(f, "call q, f, r, 0x100ff\nadd r, r, 7\nret r"))).toBe(7n);
  });
});

describe("functions that call themselves", () => {
  const fib =
    "fib: func i64, i64:n\nlocal i64:a, i64:b\nblt L, n, 2\nsub n, n, 1\ncall p, fib, a, n\nsub n, n, 1\ncall p, fib, b, n\nadd a, a, b\nret a\nL: ret n\nendfunc";

  it("stand in place of a few levels of their calls", () => {
    const source = text(fib, "call p, fib, r, 15\nret r");
    expect(callsOf(mir.load(source), "fib").length).toBeGreaterThan(2);
    expect(callsOf(mir.load(source, { inline: false }), "fib")).toEqual(["fib", "fib"]);
    expect(result(source)).toBe(610n);
  });
});

describe("a call stays one", () => {
  const callee = (body: string, params = "i64:n"): string => `f: func i64, ${params}\nlocal i64:a\n${body}\nendfunc`;

  it.each([
    ["the function takes variadic arguments", callee("ret n", "i64:n, ..."), "call w, f, r, 1\nret r"],
    ["labels of the function are values", callee("laddr a, L\njmpi a\nL: ret 3"), "call p, f, r, 1\nret r"],
    ["the function is long", callee(`${"add n, n, 1\nmul n, n, n\n".repeat(50)}ret n`), "call p, f, r, 1\nret r"],
  ])("where %s", (_why, f, main) => {
    const source = text(`w: proto i64, i64:a, ...\n${f}`, main);
    expect(callsOf(mir.load(source), "main")).toEqual(["f"]);
    result(source);
  });

  it("unless the instruction asks for more", () => {
    const f = callee(`${"add n, n, 1\nmul n, n, n\n".repeat(50)}ret n`);
    expect(callsOf(mir.load(text(f, "inline p, f, r, 1\nret r")), "main")).toEqual([]);
  });
});
