/** Statements of all kinds over four variables, in any order. */

import { DICT_METHODS, LIST_METHODS, NAMES, SPECS, STR_METHODS, STRINGS } from "./pieces.js";
import type { Writer } from "./writer.js";

export function block(w: Writer, depth: number): void {
  for (let n = w.between(1, 3); n > 0; n--) w.attempt(() => statement(w, depth));
}

const SIMPLE: readonly ((w: Writer) => string)[] = [
  (w) => `${w.name()} = ${w.expression(3)}`,
  (w) => `${w.name()} = ${w.name()} = ${w.expression(2)}`,
  (w) => `show(${w.expression(3)})`,
  (w) => `show(${w.expression(3)})`,
  (w) => `${w.name()} ${w.pick(["+", "-", "//", "%", "&", "|", "/", "^", "@"])}= ${w.expression(2)}`,
  (w) => `show(${w.name()}.${w.pick([...LIST_METHODS, ...DICT_METHODS]).replaceAll("V", () => w.expression(1))})`,
  (w) => `show(${w.pick(STRINGS)}.${w.pick(STR_METHODS)})`,
  (w) => `${w.name()}, ${w.name()} = ${w.expression(2)}`,
  (w) => `${w.name()}, *${w.name()} = ${w.expression(2)}`,
  (w) => `(${w.name()}, (${w.name()}, *_)), ${w.name()} = ${w.expression(3)}`,
  (w) => `show(format(${w.expression(2)}, ${JSON.stringify(w.pick(SPECS))}))`,
  (w) =>
    `show('%${w.pick(["5d", "s", "r", ".3f", "x", "-6s|", "e", "g", "c", "%", "+d", "#x", "a", "05d", " d", ".2r"])}' % (${w.expression(1)},))`,
  (w) => `${w.name()}[${w.expression(1)}] = ${w.expression(1)}`,
  (w) => `del ${w.name()}[${w.expression(1)}]`,
  (w) => `assert ${w.expression(2)}, ${w.expression(1)}`,
  (w) => `if (${w.name()} := ${w.expression(2)}): show('walrus')`,
];

const COMPOUND: readonly ((w: Writer, depth: number) => void)[] = [
  (w, depth) => {
    w.block(`if ${w.expression(2)}:`, () => block(w, depth - 1));
    if (w.chance(0.4)) w.block(`elif ${w.expression(2)}:`, () => block(w, depth - 1));
    w.block("else:", () => block(w, depth - 1));
  },
  (w, depth) => {
    w.block(`for ${w.pick([...NAMES, "(a, b)", "i", "a, *b", "c[0]"])} in take(${w.expression(2)}):`, () =>
      block(w, depth - 1),
    );
    if (w.chance(0.5)) w.block("else:", () => block(w, depth - 1));
  },
  (w, depth) =>
    w.block(`for i in range(${w.between(1, 3)}):`, () => {
      block(w, depth - 1);
      w.line(`if ${w.expression(1)}: ${w.pick(["break", "continue", "pass"])}`);
    }),
  (w, depth) => {
    w.block("try:", () => block(w, depth - 1));
    w.block(`except ${w.pick(["TypeError", "(ValueError, KeyError)", "LookupError", "ArithmeticError"])} as e:`, () =>
      w.line(w.pick(["show(type(e).__name__)", "fail(e)", "raise", "raise RuntimeError from e", "trace(e)"])),
    );
    w.block(w.pick(["finally:", "else:"]), () => block(w, depth - 1));
  },
  (w) =>
    w.block(`match ${w.expression(2)}:`, () => {
      const pattern = w.pick([
        "[x, *r]",
        "{'k': x, **r}",
        "int(x)",
        "str() as x",
        "(x, _) | [x, _, _]",
        "None | True",
        "0 | 1.5",
        "list([x, y])",
      ]);
      w.line(`case ${pattern}: show(${/\bx\b/.test(pattern) ? "x" : "'m'"})`);
      w.line(`case ${w.pick(["[]", "dict()", "bool(b)", "float()", "x if x"])}: show('n')`);
      w.line("case _: show('other')");
    }),
  (w) =>
    w.block(`def f${w.functions++}(x, y=${w.expression(1)}, *args, k=0, **kw):`, () => {
      w.line(w.pick([`global ${w.name()}`, "pass", "args = args + (x,)", `x += ${w.expression(1)}`]));
      w.line(`if x is None: return ${w.pick(["y", "args", "kw", "k"])}`);
      w.line(
        w.pick([
          `return [x, y, ${w.pick(STRINGS)}]`,
          "return (x, y) + args",
          "return kw or x",
          `return ${w.pick(["x", "y"])} ${w.pick(["+", "-", "//", "%", "/"])} ${w.pick(["x", "y", "2"])}`,
        ]),
      );
    }),
  (w) =>
    w.block(`def f${w.functions++}(x, y=1, *args, **kw):`, () => {
      w.block(`for i in range(${w.between(1, 3)}):`, () =>
        w.line(w.pick(["yield i", "yield from (x, i)", "got = yield y\nyield got"])),
      );
      w.line(`return ${w.pick(["x", "y", "None"])}`);
    }),
  (w, depth) => {
    w.block(`with C(${w.expression(1)}) as ${w.pick(["w", "a", "(a, b)", "c[0]"])}:`, () => {
      block(w, depth - 1);
      if (w.chance(0.5)) w.line("raise StopAsyncIteration");
    });
  },
  (w, depth) =>
    w.block("while True:", () => {
      block(w, depth - 1);
      w.line(w.pick(["break", "if 1: break", "raise StopAsyncIteration"]));
    }),
];

export function statement(w: Writer, depth: number): void {
  if (depth > 0 && w.chance(0.45)) w.pick(COMPOUND)(w, depth);
  else w.line(w.pick(SIMPLE)(w));
}
