/** Control flow of every shape, exceptions on every way out, generators, order of evaluation. */

import type { Writer } from "../writer.js";

const RAISED = [
  "ValueError('v')",
  "KeyError('k')",
  "IndexError",
  "ZeroDivisionError('z')",
  "TypeError(1, 2)",
  "StopIteration(3)",
  "RuntimeError",
  "OSError(2, 'no')",
  "GeneratorExit",
  "LookupError()",
  "Exception('e', [1])",
  "AssertionError",
  "KeyboardInterrupt",
];
const CAUGHT = [
  "ValueError",
  "KeyError",
  "(IndexError, TypeError)",
  "LookupError",
  "ArithmeticError",
  "Exception",
  "BaseException",
  "RuntimeError",
  "()",
  "OSError",
];

/** Statements that leave blocks in all ways; every step is printed. */
function body(w: Writer, depth: number, loop: boolean, generator: boolean, exits = true): void {
  for (let n = w.between(1, 3); n > 0; n--) step(w, depth, loop, generator, exits);
}

function step(w: Writer, depth: number, loop: boolean, generator: boolean, exits: boolean): void {
  const label = w.below(100);
  const again = (inLoop = loop, mayExit = exits): void => body(w, depth - 1, inLoop, generator, mayExit);
  switch (depth > 0 ? w.below(13) : w.below(5)) {
    case 0:
    case 1:
      return w.line(`t(${label})`);
    case 2: {
      const out = [
        `return ${label}`,
        `return t(${label})`,
        "return",
        ...(loop ? ["break", "continue", "break", "continue"] : []),
      ];
      return w.line(
        exits
          ? `if t(${label}, ${w.pick(["n % 2", "n > 1", "n == 1", "True", "n % 3 == 0"])}): ${w.pick(out)}`
          : `t(${label})`,
      );
    }
    case 3:
      return w.line(
        `if ${w.pick(["n % 2", "n > 2", "n == 0", "True", "n < 2"])}: raise ${w.pick(RAISED)}${w.pick(["", "", " from None", " from KeyError(7)", " from 5"])}`,
      );
    case 4:
      return w.line(
        w.pick([
          `n += ${label % 3}`,
          "n -= 1",
          generator ? `show((yield ${label}))` : `t(n)`,
          generator ? `n = (yield n) or n` : "assert n, n",
          generator ? `show((yield from (n, ${label})))` : `1 / (n - 1)`,
        ]),
      );
    case 5:
      w.block(`if ${w.pick(["n % 2", "n > 1", `t(${label}, n)`, "not n"])}:`, again);
      if (w.chance(0.5)) w.block("else:", again);
      return;
    case 6:
      w.block(`for i${depth} in ${w.pick(["range(2)", "range(n % 4)", "'ab'", "[n, 0]"])}:`, () => again(true));
      if (w.chance(0.4)) w.block("else:", again);
      return;
    case 7:
      w.block(`for _ in range(3):`, () => {
        again(true);
        w.line("n += 1");
      });
      return;
    case 8:
    case 9:
      w.block("try:", again);
      for (const kind of w.shuffled(CAUGHT).slice(0, w.between(1, 2)))
        w.block(`except ${kind}${w.pick(["", " as e"])}:`, () => {
          w.line(
            w.pick([
              `t(${label})`,
              "show(type(sys.exc_info()[1]).__name__)",
              "raise",
              "show(repr(sys.exception()))",
              "pass",
            ]),
          );
          if (w.chance(0.4)) again();
        });
      if (w.chance(0.3)) w.block("else:", again);
      if (w.chance(0.4)) w.block("finally:", again);
      return;
    case 10:
      w.block("try:", again);
      w.block("finally:", again);
      return;
    case 11:
      w.block(`with C(n) as w${depth}${w.pick(["", ", C(2)", `, C(t(${label}))`])}:`, () => {
        again();
        if (w.chance(0.2)) w.line("raise StopAsyncIteration");
      });
      return;
    default:
      w.block("match n:", () => {
        w.block(`case ${w.pick(["0", "1 | 2", "int() if n > 2", "-1", "3"])}:`, again);
        w.block("case _:", again);
      });
  }
}

export function flow(w: Writer): void {
  const f = w.fresh("flow");
  w.block(`def ${f}(n):`, () => body(w, 3, false, false));
  for (let n = 0; n < 4; n++) {
    w.block("try:", () => w.line(`show(${f}(${n}))`));
    w.block("except BaseException as e:", () => w.line("trace(e)"));
  }
}

export function generators(w: Writer): void {
  const f = w.fresh("gen");
  w.block(`def ${f}(n):`, () => {
    body(w, 2, false, true);
    w.line("got = yield n");
    w.line("show(got)");
    if (w.chance(0.5)) w.line("return 'result', n");
  });
  const g = w.fresh("deleg");
  w.block(`def ${g}(n):`, () => {
    w.line(w.pick(["pass", "yield 'first'", "t(n)"]));
    w.block("try:", () =>
      w.line(
        `r = yield from ${w.pick([`${f}(n)`, `${f}(n)`, "[n, n]", "iter('xy')", "n", `(x for x in keep(${f}(n)))`])}`,
      ),
    );
    w.block(`except ${w.pick(["ValueError", "GeneratorExit", "KeyError", "Exception"])} as e:`, () =>
      w.lines("fail(e)", w.pick(["raise", "r = 1", "return 5", "yield 'caught'; r = 2"])),
    );
    if (w.chance(0.3)) w.block("finally:", () => w.line(w.pick(["t('end')", "yield 'last'", "pass"])));
    w.line("show(r)");
    w.line("return r");
  });
  w.attempt(() => {
    w.line(`g = keep(${w.pick([f, g])}(${w.between(0, 3)}))`);
    for (let n = w.between(2, 7); n > 0; n--) {
      w.block("try:", () =>
        w.line(
          w.pick([
            "show(next(g))",
            "show(next(g))",
            "show(next(g, 'default'))",
            `show(g.send(${w.pick(["None", "1", "'s'"])}))`,
            "show(g.send(None))",
            `show(g.throw(${w.pick(["ValueError", "ValueError('t')", "KeyError(1)", "GeneratorExit", "StopIteration(4)", "StopIteration", "RuntimeError('r')"])}))`,
            "show(g.close())",
            "show(list(g))",
            "show(take(g, 2))",
            "show(g.gi_frame is None)",
            "show((g.gi_running, g.gi_suspended))",
            "show(g.__name__)",
            "show(sum(1 for _ in g))",
            "a, *b = g",
            "show(g.gi_yieldfrom is None)",
            "for x in g: show(x); break",
          ]),
        ),
      );
      w.block("except BaseException as e:", () =>
        w.line(w.pick(["fail(e)", "trace(e)", "show((repr(e), getattr(e, 'value', None)))"])),
      );
    }
  });
  if (w.chance(0.3))
    w.show(
      w.fill(
        w.pick([
          "list(iter(iter([1, 2, 3, 0, 4]).__next__, 0))",
          "list(zip('abc', V, strict=True))",
          "list(map(lambda x, y: (x, y), 'ab', V))",
          "list(filter(lambda x: x != V, V))",
          "next(iter(V), V)",
          "[*enumerate(V, N)]",
          "list(zip(*V))",
          "(lambda *a: a)(*(x for x in V))",
          "list(iter(lambda: 1, 1))",
          "max((x for x in V), default=V)",
          "sum((x for x in V), V)",
          "list(reversed(range(N, N)))",
          "iter(V, V)",
          "next(V)",
          "min(V, key=len)",
          "sorted(V, key=str, reverse=True)",
          "all(x for x in V)",
          "list(zip())",
          "list(map(None, V))",
          "dict(zip(V, V))",
          "''.join(x for x in V)",
          "{*V} == {*V}",
          "tuple(x for x in V)",
        ]),
      ),
    );
}

export function exceptions(w: Writer): void {
  const names = w.times(3, () => w.fresh("r"));
  for (const [i, name] of names.entries()) {
    const deeper = names[i - 1];
    const call = deeper === undefined ? `raise ${w.pick(RAISED)}` : `${deeper}(n${w.pick(["", " - 1"])})`;
    w.block(`def ${name}(n):`, () => {
      if (w.chance(0.4))
        w.line(
          w.pick([
            "x = (1,\n   n)[\n   n]",
            "assert n, (\n 'long')",
            "x = n + \\\n  [1]",
            "[1, 2][n]",
            "{}[\n  'k'\n]",
            "(lambda: n / 0)() if n == 2 else 1",
            "n.nothing.more",
            "f'{n:d}' + f'{n.x}' if n == 1 else 0",
            "int('x' * n)",
          ]),
        );
      switch (w.below(4)) {
        case 0:
          return w.line(call);
        case 1:
          w.block("try:", () => w.line(call));
          w.block(`except ${w.pick(CAUGHT)} as e:`, () =>
            w.line(
              w.pick([
                "raise",
                "raise RuntimeError('again') from e",
                "raise RuntimeError('new')",
                "raise LookupError from None",
                "e.add_note('a note'); raise",
                "raise e",
                "raise e.with_traceback(None)",
                "trace(e)",
                "raise ExceptionGroup('g', [e, ValueError(2)])",
              ]),
            ),
          );
          if (w.chance(0.3)) w.block("finally:", () => w.line(w.pick(["t('f')", "1 / 0", "pass", "return 4"])));
          return;
        case 2:
          return w.block(`with C(n):`, () => w.line(call));
        default:
          return w.line(`return [${call.startsWith("raise") ? "1 / 0" : call}\n  for _ in [1]]`);
      }
    });
  }
  for (let n = 0; n < 3; n++) {
    w.block("try:", () => w.line(`show(${names[2]}(${n}))`));
    w.block("except BaseException as e:", () => w.line("trace(e)"));
  }
  if (w.chance(0.5)) groups(w);
  if (w.chance(0.4)) {
    const e = w.fresh("E");
    w.block(
      `class ${e}(${w.pick(["Exception", "ValueError", "KeyError", "OSError", "StopIteration", "BaseException", "SyntaxError", "UnicodeError", "ImportError", "AttributeError"])}):`,
      () => {
        if (w.chance(0.4))
          w.line(`def __str__(self): return ${w.pick(["'mine'", "repr(self.args)", "5", "super().__str__()"])}`);
        if (w.chance(0.3)) w.line("def __init__(self, *a, code=1): super().__init__(*a); self.code = code");
        if (w.chance(0.2)) w.line("def __eq__(self, o): return True");
      },
    );
    for (let n = 2; n > 0; n--)
      w.attempt(() =>
        w.line(
          w.fill(
            w.pick([
              `raise ${e}`,
              `raise ${e}(V)`,
              `raise ${e}(V, V)`,
              `show(${e}(V).args)`,
              `show(str(${e}(V)))`,
              `show(repr(${e}(V, 1)))`,
              `raise ${e}(code=V)`,
              `raise ${e}(V) from ${e}`,
              `show(${e}('x', 'y', 'z').__dict__)`,
            ]),
          ),
        ),
      );
  }
}

function groups(w: Writer): void {
  const leaf = (): string =>
    w.pick(["ValueError(1)", "KeyError('k')", "TypeError('t')", "OSError(1, 'o')", "IndexError()"]);
  const group = (depth: number): string =>
    `ExceptionGroup('g${depth}', [${w.times(w.between(1, 3), () => (depth > 0 && w.chance(0.4) ? group(depth - 1) : leaf())).join(", ")}])`;
  w.block("try:", () => {
    w.block("try:", () => w.line(`raise ${w.chance(0.8) ? group(2) : leaf()}`));
    for (const kind of w
      .shuffled(["ValueError", "KeyError", "(TypeError, OSError)", "LookupError", "Exception"])
      .slice(0, w.between(1, 3)))
      w.block(`except* ${kind} as eg:`, () =>
        w.line(
          w.pick([
            "trace(eg)",
            "show(repr(eg))",
            "raise",
            "raise RuntimeError('in star')",
            "pass",
            "show(eg.exceptions)",
            "raise eg.exceptions[0]",
          ]),
        ),
      );
    if (w.chance(0.3)) w.block("else:", () => w.line("t('else')"));
    if (w.chance(0.3)) w.block("finally:", () => w.line("t('finally')"));
  });
  w.block("except BaseException as e:", () => w.line("trace(e)"));
  w.show(
    `${group(2)}.${w.pick(["split(ValueError)", "subgroup(KeyError)", "subgroup(lambda e: isinstance(e, LookupError))", "exceptions", "message", "split((TypeError, OSError))", "derive([ValueError(9)])", "args"])}`,
  );
}

/** Every operand says when it is evaluated. */
export function order(w: Writer): void {
  let label = 0;
  const at = (): string =>
    `t(${label++}, ${w.pick(["1", "2", "c", "d", "[1, 2]", "0", "None", "'k'", "a", "True", "b", "{}"])})`;
  const e = (depth: number): string => {
    if (depth === 0 || w.chance(0.2)) return at();
    const x = (): string => e(depth - 1);
    return w.pick([
      () => `(${x()} + ${x()})`,
      () => `(${x()} < ${x()} <= ${x()})`,
      () => `(${x()} and ${x()} or ${x()})`,
      () => `(${x()} if ${x()} else ${x()})`,
      () => `[${x()}, *${x()}, ${x()}]`,
      () => `{${x()}: ${x()}, ${x()}: ${x()}}`,
      () => `{**${x()}, ${x()}: ${x()}}`,
      () => `(lambda *a, **k: (a, k))(${x()}, *${x()}, k=${x()}, **${x()})`,
      () => `(lambda a=${x()}, *, b=${x()}: (a, b))()`,
      () => `${x()}[${x()}]`,
      () => `${x()}[${x()}:${x()}]`,
      () => `f'{${x()}}{${x()}!r:{${x()}}}'`,
      () => `(not ${x()})`,
      () => `(${x()} in ${x()})`,
      () => `[${x()} for _ in ${x()} if ${x()}]`,
      () => `(z := ${x()})`,
      () => `(${x()}, ${x()})`,
      () => `${x()}.x(${x()})`,
      () => `(-${x()})`,
      () => `{${x()} for _ in ${x()}}`,
      () => `(${x()} is ${x()})`,
    ])();
  };
  const target = (): string =>
    w.pick([
      () => `${at()}[${at()}]`,
      () => `${at()}.x`,
      () => w.name(),
      () => `${at()}[${at()}:${at()}]`,
      () => `C(${at()}).v`,
    ])();
  for (let n = w.between(1, 3); n > 0; n--)
    w.attempt(() =>
      w.line(
        w.pick([
          () => `show(${e(2)})`,
          () => `show(${e(3)})`,
          () => `${target()} = ${e(1)}`,
          () => `${target()} = ${target()} = ${e(1)}`,
          () => `${target()} += ${e(1)}`,
          () => `${target()}, *${target()} = ${e(1)}, ${e(1)}, ${e(1)}`,
          () => `del ${target()}, ${target()}`,
          () => `for ${target()} in ${e(1)}: t('loop')`,
          () => `assert ${e(1)}, ${e(1)}`,
          () => `with C(${e(1)}) as ${target()}, C(${e(1)}): t('in')`,
          () => `x: ${at()} = ${e(1)}`,
          () => `${target()}: ${at()} = ${e(1)}`,
          () => `raise ValueError(${e(1)}) from ${e(1)}`,
          () => `class Z(${w.pick(["", `metaclass=t(${label++}, type)`, `t(${label++}, object)`])}): x = ${at()}`,
          () => `def f(x=${at()}, *, y: ${at()} = ${at()}) -> ${at()}: pass`,
        ])(),
      ),
    );
}
