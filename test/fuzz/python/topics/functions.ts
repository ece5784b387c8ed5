/** Closures, scopes, decorators and ways to call. */

import type { Writer } from "../writer.js";

export function closures(w: Writer): void {
  const f = w.fresh("outer");
  w.block(`def ${f}(x, y=${w.expression(1)}):`, () => {
    w.line(w.pick(["n = 0", "n = x", "n = [x]", "pass"]));
    if (w.chance(0.3)) w.line(w.pick(["del x", "x = y", "global a", "import sys as n"]));
    w.block("def inner(z=1):", () => {
      w.line(w.pick(["nonlocal x", "nonlocal x, y", "nonlocal y", "pass"]));
      w.line(
        w.pick([
          "n = (x, z)",
          "n += z",
          "x = z",
          "show(n)",
          "show((x, y))",
          "y = 3",
          "del x",
          "show(sorted(locals()))",
        ]),
      );
      if (w.chance(0.5))
        w.block("def innermost():", () =>
          w.lines(
            w.pick(["nonlocal z", "nonlocal y", "pass"]),
            w.pick(["z = 2", "y = 4", "show(x)", "return n"]),
            "return z",
          ),
        );
      w.line(
        w.pick([
          "return n",
          "return innermost",
          "return lambda: (n, z)",
          "return inner",
          "return x",
          "return [(lambda: (x, i)) for i in range(2)]",
        ]),
      );
    });
    if (w.chance(0.4)) w.line(w.pick(["inner()", "x = 'later'", "n = 'new'", "inner.tag = n", "show(inner(5))"]));
    if (w.chance(0.2))
      w.block("class K:", () =>
        w.lines(
          w.pick(["x = x", "m = lambda self: x", "n = [x for _ in range(2)]", "nonlocal y; y = 9"]),
          "def get(self): return x, y",
        ),
      );
    w.line(w.pick(["return inner", "return inner, lambda: n", "return [inner, inner]", "return inner()", "return K"]));
  });
  w.attempt(() => {
    w.line(w.fill(`g = ${f}(V${w.pick(["", ", V"])})`));
    for (let n = w.between(1, 4); n > 0; n--)
      w.show(
        w.fill(
          w.pick([
            "g()",
            "g(V)",
            "g()()",
            "g[0](V)",
            "g[1]()",
            "[x() for x in g()]",
            "g.__closure__[0].cell_contents",
            "g.__code__.co_freevars",
            "g().get()",
            "g.__qualname__",
            "g.__name__",
            "[c() for c in g(2)]",
            "g.__defaults__",
            "g.__code__.co_varnames",
            "g.tag",
          ]),
        ),
      );
  });
  w.show(
    w.pick([
      "[f() for f in [lambda: i for i in range(3)]]",
      "[f() for f in [lambda i=i: i for i in range(3)]]",
      "(lambda: (yield))().send(None)",
      "[(lambda y: [x for x in range(y)])(n) for n in range(3)]",
    ]),
  );
}

const PARAMETERS = [
  "",
  "x",
  "x, y",
  "x, y=2",
  "x=1, /",
  "x, /, y",
  "x, /, y=3, *, z",
  "*args",
  "**kw",
  "x, *args, k=1",
  "*, k",
  "*, k=1, j",
  "x, /, y, *args, k, **kw",
  "x, y=(), *args, **kw",
  "a, /, b=1, *, c=2, **d",
  "self, x, y, z",
];
const ARGUMENTS = [
  "",
  "V",
  "V, V",
  "x=V",
  "y=V, x=V",
  "V, k=V",
  "k=V",
  "*[V, V]",
  "*V",
  "**{'x': V}",
  "**{'k': V, 'z': 1}",
  "V, *[V], k=1",
  "V, **{'y': 1}",
  "V, V, V, V",
  "z=1",
  "1, x=2",
  "**V",
  "*[1], **{'k': 2}, j=3",
  "*(), **{}",
  "**{1: 2}",
  "k=1, **{'k': 2}",
  "V, y=V, nothing=1",
  "1, 2, 3, 4, 5, 6",
  "a=1, b=2, c=3",
  "*range(3)",
  "j=1",
];

/** Every kind of parameter against every kind of argument: results and words of the errors. */
export function calls(w: Writer): void {
  const f = w.fresh("p");
  const parameters = w.pick(PARAMETERS);
  const names = [...parameters.matchAll(/\b[a-z]+\b(?!\()/g)].map(([name]) => name).filter((name) => name !== "");
  const shown = `(${names.map((name) => `${name},`).join(" ")})`;
  const kind = w.below(4);
  if (kind === 0) w.line(`${f} = lambda ${parameters}: ${shown}`);
  else if (kind === 1) {
    w.block(`class ${f}_:`, () => w.line(`def m(${parameters}): return ${shown.replace("self,", "")}`));
    w.line(`${f} = ${f}_().m`);
  } else if (kind === 2)
    w.block(`class ${f}:`, () =>
      w.line(
        `def __init__(self${
          parameters &&
          `, ${parameters
            .replace("self, ", "")
            .replace(/^(x=1|x|a), \/,? ?/, "$1, ")
            .replace(/, $/, "")}`
        }): show(${shown.replace("self,", "self is None,")})`,
      ),
    );
  else w.line(`def ${f}(${parameters}): return ${shown}`);
  for (let n = w.between(2, 6); n > 0; n--) w.show(`${f}(${w.fill(w.pick(ARGUMENTS))})`);
  const builtins = [
    "len",
    "int",
    "print",
    "sorted",
    "max",
    "isinstance",
    "range",
    "dict",
    "enumerate",
    "str",
    "list.append",
    "[].append",
    "'a'.split",
    "'a'.join",
    "zip",
    "sum",
    "round",
    "pow",
    "getattr",
    "iter",
    "next",
    "bytes",
    "''.replace",
    "{}.get",
    "{}.update",
    "property",
    "type",
    "object",
    "slice",
    "divmod",
    "hash",
    "callable",
    "chr",
    "abs",
    "bool",
    "float",
    "complex",
    "set",
    "tuple",
    "open.__class__",
    "min",
    "any",
    "map",
    "filter",
    "reversed",
    "format",
    "vars",
    "id",
    "[].sort",
    "[].index",
    "{}.pop",
    "set().add",
    "'x'.encode",
    "int.from_bytes",
    "(1).to_bytes",
    "super",
    "ValueError",
    "memoryview",
    "bytearray",
    "frozenset",
    "staticmethod",
    "repr",
    "ord",
    "setattr",
    "delattr",
    "issubclass",
    "'{}'.format",
    "''.startswith",
    "''.find",
    "''.center",
    "[].insert",
    "[].extend",
    "[].pop",
    "{}.setdefault",
    "dict.fromkeys",
    "b''.hex",
    "float.fromhex",
    "(1.5).hex",
    "(5).bit_length",
    "set().union",
    "(1, 2).index",
  ];
  const called = w.pick(builtins);
  if (!["id", "print", "hash", "vars", "object", "bytes", "bytearray"].includes(called)) {
    w.block("try:", () => w.line(`show(type(${called}(${w.fill(w.pick(ARGUMENTS))})).__name__)`));
    // How C code words what is wrong with its arguments differs from function to function.
    w.line("except Exception as e: say(type(e).__name__)");
  }
}

export function decorators(w: Writer): void {
  const [d, e, f] = [w.fresh("deco"), w.fresh("deco"), w.fresh("made")];
  w.line("import functools");
  w.block(`def ${d}(f):`, () => {
    w.line("say('decorating', getattr(f, '__name__', type(f).__name__))");
    if (w.chance(0.5)) w.line("@functools.wraps(f)");
    w.block("def wrapper(*args, **kw):", () =>
      w.lines(
        "say('calling', len(args), sorted(kw))",
        w.pick(["return f(*args, **kw)", "return (f(*args, **kw),)", "return f", "raise ValueError(f)"]),
      ),
    );
    w.line(w.pick(["return wrapper", "return wrapper", "return f", "f.mark = 1; return f"]));
  });
  w.block(`def ${e}(n, *, key=None):`, () => {
    w.line(`say('making', n, key)`);
    w.block("def decorate(f):", () =>
      w.lines(
        "say('applying', n)",
        w.pick([
          "return lambda *a: (n, f(*a))",
          `return ${d}(f)`,
          "return f",
          "return functools.partial(f, n)",
          "return [f][0]",
        ]),
      ),
    );
    w.line("return decorate");
  });
  const stack = w.times(w.between(1, 3), () =>
    w.fill(
      w.pick([
        `@${d}`,
        `@${e}(N)`,
        `@${e}(1, key=V)`,
        "@functools.lru_cache",
        "@functools.cache",
        "@(lambda f: f)",
        "@functools.lru_cache(maxsize=2)",
        "@functools.singledispatch",
      ]),
    ),
  );
  w.attempt(() => {
    w.lines(...stack);
    if (w.chance(0.75))
      w.block(`def ${f}(x=1, *y: int, z: 'str' = 2, **k) -> None:`, () =>
        w.lines("'doc of it'", "say('body')", w.pick(["return x", "return (x, y, z)", `return ${w.expression(1)}`])),
      );
    else w.block(`class ${f}:`, () => w.line("def __init__(self, *a): show(a)"));
    for (let n = w.between(2, 4); n > 0; n--)
      w.show(
        w.fill(
          w.pick([
            `${f}()`,
            `${f}(N)`,
            `${f}(N)`,
            `${f}(N, N, z=V)`,
            `${f}.__name__`,
            `${f}.__doc__`,
            `${f}.__wrapped__.__name__`,
            `${f}.cache_info()`,
            `${f}.__annotations__`,
            `${f}.__kwdefaults__`,
            `${f}.mark`,
            `${f}.__qualname__`,
            `${f}.__module__`,
            `${f}([])`,
          ]),
        ),
      );
  });
}

/** Where names are looked up: comprehensions, classes, `exec`, walrus. */
export function comprehensions(w: Writer): void {
  const source = (): string =>
    w.pick(["range(4)", "'abc'", "[1, [2], (3,)]", "{'p': 1, 'q': 2}", "(1, 2, 3)", "c", "d", "b", w.expression(1)]);
  const item = (): string =>
    w.pick([
      "x",
      "(x, x)",
      "[y for y in range(2) if y != x]",
      "(w5 := 5)",
      "(last := x)",
      "x and a",
      "lambda: x",
      "{x: 1}",
      "f'{x}'",
      "x * 2",
      "-x",
      "t(x)",
      "x[0]",
      "[x, *'ab']",

      "(lambda y=x: y)()",
      "[x for x in [x]]",
    ]);
  const filter = (): string =>
    w
      .pick([
        "",
        "",
        " if x",
        " if t(x)",
        " if x != 1",
        " for y in 'pq'",
        " for y in [x, x]",
        " for x in 'k'",
        " if (kept := x) if kept",
        " if not x else",
        "",
      ])
      .replace(" if not x else", " if x not in (1,)");
  const kinds: readonly (() => string)[] = [
    () => `[${item()} for x in ${source()}${filter()}]`,
    () => `{${w.pick(["x", "str(x)", "1", "(x,)"])}: ${item()} for x in ${source()}${filter()}}`,
    () => `sorted({repr(${item()}) for x in ${source()}${filter()}})`,
    () => `list(${item()} for x in ${source()}${filter()})`,
    () => `dict((x, ${item()}) for x in ${source()}${filter()})`,
    () => `[x for x, *y in ${w.pick(["['ab', 'c']", "[(1, 2), [3]]", "{'ab': 1}"])}${filter()}]`,
    () => `[[${item()} for y in range(x)] for x in range(3)]`,
    () => `any(${item()} for x in ${source()})`,
  ];
  w.show(w.pick(kinds)());
  const f = w.fresh("scope");
  w.block(`def ${f}(a, x='parameter'):`, () => {
    w.line(`show(${w.pick(kinds)()})`);
    w.line(`show(x)`);
    if (w.chance(0.5)) w.line(`show(${w.pick(kinds)()})`);
    w.line(w.pick(["show(last)", "show(sorted(locals()))", "return kept", "show(y)", "pass"]));
  });
  w.show(`${f}(${w.expression(1)})`);
  w.attempt(() =>
    w.block(`class ${w.fresh("S")}:`, () => {
      w.line("x = 'of the class'; a = 2; r = range(3)");
      w.line(
        `z = ${w.pick(["[x for x in r]", "[a for _ in r]", "list(x for _ in r)", "[r for r in r]", "{a: x for x in r}", "(lambda: a)()", "[(lambda: a)() for _ in r]"])}`,
      );
      w.line("show(z); show(sorted(n for n in locals() if n[0] != '_'))");
    }),
  );
  w.attempt(() =>
    w.line(
      w.pick([
        "exec('x9 = a; show(x9)', {'a': 5, 'show': show})",
        "ns = {}; exec('def f(): return q\\nq = 3', ns); show(ns['f']())",
        "show(eval('[x for x in y]', {'y': (1, 2)}))",
        "show(eval('x + y', {'x': 1}, {'y': 2}))",
        "exec('class K:\\n z = [i for i in range(2)]\\nshow(K.z)')",
        "show(eval('(lambda: w)()', {'w': 1}, {'w': 2}))",
        "exec('for i in range(2): pass\\nshow(i)', {'show': show}, {})",
        "exec('def g(): return h()\\ndef h(): return 1\\nshow(g())', {'show': show}, {})",
        "show(eval('nothing'))",
        "show((n9 := 3) + n9)",
        "show([m9 := 1, m9 ** 2]); show(m9)",
        "show(eval(compile('a', 'f', 'eval')))",
        "exec('1 +')",
        "exec('x = 1\\n  y')",
        "show(sorted(globals().keys() & {'a', 'b', 'zz'}))",
      ]),
    ),
  );
}
