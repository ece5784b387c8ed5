/** Branches, calls, returns, exits. */
import { bind, computedJump, exit, fixedReg, hostCall, i32, i64 } from "../../../isa/build.js";
import { branch, format, jump, op, target } from "../../../isa/table.js";
import { CONDITION, CONDITIONS, imm, low, TARGET, type W, WIDTHS, type X, x } from "./common.js";
import type { Make } from "./integer.js";

const link = fixedReg("x", 30, "i64");
/**
 * Number of the instruction at an address. The lowest two bits end up at the top: what is not aligned is no entry of
 * the code table.
 */
const entryAt = (address: X, base: { i32: W }): W => i32.rotr(i32.sub(low(address), base.i32), i32.const(2));
const addressOf = (i: { i32: W }): X => i64.extend_i32_u(i.i32);

export function controlRows(make: Make): void {
  const t = format("t", { t: target });
  make((at) => op(at, "b", t, "continues at t", (o) => jump(o.t)));
  make((at) =>
    op(at, "bl", format("ti", { t: target, i: imm }), "x30 ← i, continues at t", ({ t: to, i }) => [
      link.set(addressOf(i)),
      jump(to),
    ]),
  );
  CONDITION.forEach((cond, i) => {
    const name = CONDITIONS[i] as string;
    make((at) => op(at, `b.${name}`, t, `continues at t if ${name}`, (o) => branch(cond, o.t)));
  });
  for (const k of WIDTHS) {
    const nt = format(`${k.name} nt`, { n: k.r, t: target });
    make((at) => op(at, `cbz.${k.name}`, nt, "continues at t if n = 0", (o) => branch(k.n.eqz(o.n), o.t)));
    make((at) =>
      op(at, `cbnz.${k.name}`, nt, "continues at t if n ≠ 0", (o) => branch(k.n.ne(o.n, k.n.const(0)), o.t)),
    );
  }
  const bit = format("nbt", { n: x, i: imm, t: target });
  const tested = (n: X, i: { i64: X }): X => i64.and(i64.shr_u(n, i.i64), i64.const(1));
  make((at) => op(at, "tbz", bit, "continues at t if bit i of n is 0", (o) => branch(i64.eqz(tested(o.n, o.i)), o.t)));
  make((at) =>
    op(at, "tbnz", bit, "continues at t if bit i of n is 1", (o) => branch(i32.wrap_i64(tested(o.n, o.i)), o.t)),
  );
  const computed = format("n base", { n: x, base: imm });
  for (const name of ["br", "ret"]) {
    make((at) => op(at, name, computed, "continues at address n", (o) => computedJump(entryAt(o.n, o.base))));
  }
  const called = format("n link base", { n: x, i: imm, base: imm });
  make((at) =>
    op(at, "blr", called, "x30 ← i, continues at address n", ({ n, i, base }) => [
      bind(entryAt(n, base), (to) => [link.set(addressOf(i)), computedJump(to)]),
    ]),
  );
  make((at) =>
    op(at, "blr.lr", called, "the same through x30; notes where to", ({ n, i, base }) => [
      bind(entryAt(n, base), (to) => [fixedReg("x", TARGET, "i64").set(n), link.set(addressOf(i)), computedJump(to)]),
    ]),
  );
  const number = format("i", { i: imm });
  make((at) => op(at, "svc", number, "calls host function i", ({ i }) => hostCall(i.i32)));
  make((at) => op(at, "brk", number, "leaves with trap i", ({ i }) => exit("trap", i.i32)));
  make((at) => op(at, "nop", format("", {}), "does nothing", () => []));
  make((at) =>
    op(at, "illegal", format("", {}), "a word that is no instruction, or none that is implemented", () =>
      exit("panic"),
    ),
  );
  make((at) =>
    op(at, "return", format("", {}), "where the outermost function returns to", () => exit("halt"), { cost: 0 }),
  );
}
