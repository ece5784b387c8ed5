import { describe, expect, it } from "vitest";
import { bind, computedJump, exit, i32, i64, when } from "./build.js";
import { pseudocode } from "./pseudocode.js";
import { branch, format, imm, op, reg, target } from "./table.js";

const r = reg("r", "i64");
const shape = format("x", { d: r, a: r, x: imm, t: target });

describe("pseudocode", () => {
  it.each([
    [op(0, "sum", shape, "", ({ d, a, x }) => d.set(i64.mul(i64.add(a, x.i64), a))), "d ← (a + x) * a"],
    [op(0, "load", shape, "", ({ d, a }) => d.set(i64.load8_s(i32.wrap_i64(a)))), "d ← signed memory8[low32(a)]"],
    [op(0, "less", shape, "", ({ a, x, t }) => branch(i64.lt_u(a, x.i64), t)), "if a <u x go to t"],
    [
      op(0, "pick", shape, "", ({ d, a }) => d.set(i64.choose(i64.eqz(a), i64.const(-1), i64.const(65536)))),
      "d ← if a = 0 then -1 else 0x10000",
    ],
    [
      op(0, "go", shape, "", ({ a }) =>
        bind(i32.wrap_i64(a), (to) => [when(i32.eq(to, i32.const(0)), exit("halt")), computedJump(to)]),
      ),
      "let v1 = low32(a); if v1 = 0 { halt }; go to table[v1]",
    ],
    [op(0, "none", shape, "", () => []), "nothing"],
  ])("prints %s", (row, text) => {
    expect(pseudocode(row)).toBe(text);
  });
});
