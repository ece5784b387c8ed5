/** Hierarchies, descriptors, slots, metaclasses, operators of one's own. */

import type { Writer } from "../writer.js";

const BASES = ["list", "dict", "int", "str", "tuple", "float", "Exception", "object", "set", "bytes"];
const RESULTS = ["'s'", "3", "True", "NotImplemented", "[1]", "None", "-1", "2.5", "self", "o"];
const OPERATORS = ["add", "sub", "mul", "truediv", "floordiv", "mod", "and", "or", "xor", "lshift", "matmul", "pow"];
const SYMBOLS = ["+", "-", "*", "/", "//", "%", "&", "|", "^", "<<", "@", "**"];
const COMPARISONS = ["eq", "ne", "lt", "le", "gt", "ge"];
const UNARY = [
  "neg",
  "pos",
  "invert",
  "abs",
  "len",
  "bool",
  "repr",
  "str",
  "int",
  "float",
  "index",
  "hash",
  "iter",
  "reversed",
  "complex",
  "bytes",
  "round",
  "trunc",
  "floor",
  "ceil",
];
const WITH_ARGUMENT = [
  "getitem",
  "contains",
  "call",
  "format",
  "getattr",
  "delitem",
  "missing",
  "class_getitem",
  "instancecheck",
  "divmod",
  "delattr",
];
const USES = [
  "X() + V",
  "V + X()",
  "X() - X()",
  "X() == X()",
  "X() == V",
  "X() != V",
  "X() < X()",
  "X() >= V",
  "V > X()",
  "len(X())",
  "bool(X())",
  "repr(X())",
  "str(X())",
  "int(X())",
  "float(X())",
  "isinstance(hash(X()), int)",
  "list(X())",
  "X()[V]",
  "X()[V:V]",
  "V in X()",
  "X()(V)",
  "f'{X()}'",
  "f'{X():>5}'",
  "f'{X()!r}'",
  "X().nothing",
  "-X()",
  "~X()",
  "abs(X())",
  "sorted([X(), X()])",
  "max(X(), X())",
  "sum([X(), X()])",
  "'%s %d' % (X(), X())",
  "X().n",
  "X.n",
  "[1, 2, 3][X()]",
  "range(X())",
  "X() @ V",
  "X() ** V",
  "V % X()",
  "divmod(X(), V)",
  "list(reversed(X()))",
  "X() is X()",
  "isinstance(X(), X)",
  "{X(): 1}",
  "[*X()]",
  "dict(X())",
  "X() and V",
  "not X()",
  "round(X())",
  "complex(X())",
  "bytes(X())",
  "next(iter(X()))",
  "type(X()).__mro__[-1]",
  "X[V]",
  "hex(X())",
  "'abc'[X():]",
  "'a' * X()",
  "sum(X())",
  "X().__class__.__name__",
  "X.__qualname__",
  "X.__bases__",
  "[m.__name__ for m in X.__mro__]",
  "issubclass(X, (int, list))",
  "vars(X())",
  "X().__dict__",
  "X.__doc__",
  "X.mro()[1]",
  "super(X, X()).__repr__() is None",
  "getattr(X(), 'zz', V)",
  "X() in [X()]",
  "sorted(n for n in vars(X) if not n.startswith('__'))",
  "(lambda *a, **k: (a, k))(*X())",
  "say(X() is None)",
];

const method = (w: Writer, name: string, parameters: string): string => {
  const body = w.pick([w.pick(RESULTS).replace(/^o$/, "self"), w.expression(1), `t(${w.below(9)})`]);
  return `def __${name}__(${parameters}): return ${body}`;
};

/** A class of special methods, and what they are good for. */
export function operators(w: Writer): void {
  const names = w.times(w.between(1, 2), () => w.fresh("K"));
  for (const [i, name] of names.entries()) {
    const base = i > 0 && w.chance(0.5) ? (names[0] as string) : w.chance(0.5) ? w.pick(BASES) : "";
    w.block(`class ${name}${base && `(${base})`}:`, () => {
      w.line(w.pick(["n = 4", `n = ${w.expression(1)}`, "'doc'", "__slots__ = ()"]));
      for (let n = w.between(1, 5); n > 0; n--) {
        switch (w.below(5)) {
          case 0:
            w.line(method(w, `${w.pick(["", "r", "i"])}${w.pick(OPERATORS)}`, "self, o, *more"));
            break;
          case 1:
            w.line(method(w, w.pick(COMPARISONS), "self, o"));
            break;
          case 2:
            w.line(method(w, w.pick(UNARY), "self, *o"));
            break;
          case 3:
            w.line(method(w, w.pick(WITH_ARGUMENT), "self, o, *more"));
            break;
          default:
            w.line(
              w.pick([
                "__hash__ = None",
                "__iter__ = None",
                "__contains__ = None",
                "def __iter__(self): yield from (1, 2)",
                "def __getitem__(self, i): return [1, 's'][i]",
                "__eq__ = None",
                "def __len__(self): return 2",
              ]),
            );
        }
      }
    });
  }
  for (let n = w.between(2, 5); n > 0; n--)
    w.show(
      w.fill(
        w.pick(USES).replaceAll(/\bX\b/g, () => w.pick(names)),
        1,
      ),
    );
  w.attempt(() => {
    w.line(`x = ${w.pick(names)}()`);
    w.line(`x ${w.pick(SYMBOLS)}= ${w.expression(1)}`);
    w.line("show(type(x).__name__)");
  });
}

/** Several bases, `super`, attributes that shadow each other. */
export function inheritance(w: Writer): void {
  const made: string[] = [];
  for (let n = w.between(2, 5); n > 0; n--) {
    const name = w.fresh("H");
    const bases = w.shuffled(made).slice(0, w.between(0, 3));
    if (w.chance(0.15)) bases.push(w.pick(BASES));
    w.attempt(() =>
      w.block(`class ${name}${bases.length > 0 ? `(${bases.join(", ")})` : ""}:`, () => {
        if (w.chance(0.6)) w.line(`who = '${name}'`);
        if (w.chance(0.7))
          w.block("def m(self, *path):", () => {
            w.line(
              w.pick([
                `return getattr(super(), 'm', lambda *p: p)(*path, '${name}')`,
                `return super().m('${name}', *path)`,
                `return path + ('${name}', self.who)`,
                "return [c.__name__ for c in type(self).__mro__], path",
                "return __class__.__name__, path",
              ]),
            );
          });
        if (w.chance(0.3))
          w.block("def __init__(self, *a, **k):", () =>
            w.lines(
              `t('${name}')`,
              w.pick(["super().__init__(*a)", "self.who = 'own'", "self.a = a", "super().__init__(*a, **k)"]),
            ),
          );
        if (w.chance(0.2))
          w.block("def __init_subclass__(cls, /, tag=None, **k):", () =>
            w.lines(`show(('${name}', cls.__name__, tag))`, "super().__init_subclass__(**k)"),
          );
        if (w.chance(0.2))
          w.block("def __new__(cls, *a):", () =>
            w.lines(
              "t(cls.__name__)",
              w.pick([
                "return super().__new__(cls)",
                "return object.__new__(cls)",
                "return 5",
                "return super().__new__(cls, *a)",
              ]),
            ),
          );
        if (w.chance(0.2)) w.lines("@classmethod", "def make(cls, *a): return cls.__name__, a");
        if (w.chance(0.2)) w.lines("@staticmethod", "def s(*a): return a");
      }),
    );
    made.push(name);
  }
  const x = (): string => w.pick(made);
  for (let n = w.between(2, 6); n > 0; n--)
    w.show(
      w.fill(
        w.pick([
          `${x()}().m()`,
          `${x()}().m(V)`,
          `${x()}.m`,
          `${x()}.who`,
          `${x()}().who`,
          `[k.__name__ for k in ${x()}.__mro__]`,
          `issubclass(${x()}, ${x()})`,
          `isinstance(${x()}(), ${x()})`,
          `${x()}.make(V)`,
          `${x()}().make()`,
          `${x()}().s(V)`,
          `${x()}.s()`,
          `super(${x()}, ${x()}()).m()`,
          `super(${x()}, ${x()}).who`,
          `type('D', (${x()}, ${x()}), {'z': V})().m()`,
          `${x()}(V)`,
          `${x()}(1, x=2)`,
          `sorted(vars(${x()}()))`,
          `${x()}.__subclasses__()`,
          `${x()}.m(${x()}())`,
          `type('Z', (${x()},), {}, tag=V).who`,
          `${x()}().m.__self__.who`,
          `${x()}().m.__func__.__qualname__`,
          `setattr(${x()}, 'who', V)`,
          `${x()}().__init__(V)`,
          `delattr(${x()}, 'who')`,
          `${x()}.__base__.__name__`,
        ]),
      ),
    );
}

/** Descriptors, properties, slots and attribute hooks. */
export function attributes(w: Writer): void {
  const [d, k] = [w.fresh("D"), w.fresh("A")];
  w.block(`class ${d}:`, () => {
    w.block("def __init__(self, v=None): ", () => w.line("self.v = v"));
    if (w.chance(0.6))
      w.block("def __set_name__(self, owner, name):", () =>
        w.lines("say('named', owner.__name__, name)", "self.name = name"),
      );
    if (w.chance(0.8))
      w.line(
        `def __get__(self, o, kind=None): return ('got', o is None, kind.__name__, ${w.pick(["self.v", "self.__dict__.get('name')", "1"])})`,
      );
    if (w.chance(0.5)) w.line("def __set__(self, o, v): say('set', self.v); o.__dict__['kept'] = v");
    if (w.chance(0.3)) w.line("def __delete__(self, o): say('deleted')");
  });
  w.attempt(() =>
    w.block(`class ${k}:`, () => {
      if (w.chance(0.3))
        w.line(
          `__slots__ = ${w.pick(["('x', 'y')", "['x', '__dict__']", "'x'", "('x', 'x2', '__weakref__')", "('1x',)", "('p',)"])}`,
        );
      w.line(`p = ${d}(${w.expression(1)})`);
      w.block("@property\ndef q(self):", () =>
        w.lines("say('q')", `return ${w.pick(["self.x", "self._q", "7", "self.nothing"])}`),
      );
      if (w.chance(0.6)) w.line("@q.setter\ndef q(self, v): self.x = v");
      if (w.chance(0.3)) w.line("@q.deleter\ndef q(self): del self.x");
      if (w.chance(0.3))
        w.line(
          `def __getattr__(self, name): ${w.pick(["return 'no ' + name", "raise AttributeError(name)", "return super().__getattribute__(name)", "raise KeyError(name)"])}`,
        );
      if (w.chance(0.15))
        w.block("def __getattribute__(self, name):", () =>
          w.lines("say('asked', name)", "return object.__getattribute__(self, name)"),
        );
      if (w.chance(0.2))
        w.block("def __setattr__(self, name, v):", () =>
          w.lines("say('setattr', name)", "super().__setattr__(name, v)"),
        );
      if (w.chance(0.2)) w.line("def __dir__(self): return ['z', 'a']");
    }),
  );
  w.line(`o = ${k}()`);
  for (let n = w.between(3, 8); n > 0; n--) {
    const name = w.pick(["p", "q", "x", "y", "zz", "kept", "__class__", "__dict__"]);
    w.attempt(() =>
      w.line(
        w.pick([
          `show(o.${name})`,
          `show(o.${name})`,
          `o.${name} = ${w.expression(1)}`,
          `del o.${name}`,
          `show(hasattr(o, '${name}'))`,
          `show(getattr(o, '${name}', 'absent'))`,
          `show(${k}.${name})`,
          `show(sorted(vars(o).items(), key=repr))`,
          `${k}.${name} = ${w.pick(["3", "property(lambda s: 8)", `${d}()`])}`,
          `show('${name}' in dir(type(o)))`,
          `o.${name} += 1`,
          `setattr(o, '${name}', 5)`,
          `delattr(o, '${name}')`,
        ]),
      ),
    );
  }
}

/** Metaclasses and how classes come to be. */
export function metaclasses(w: Writer): void {
  const m = w.fresh("M");
  w.block(`class ${m}(type):`, () => {
    if (w.chance(0.4))
      w.block("@classmethod\ndef __prepare__(meta, name, bases, **k):", () =>
        w.lines("show(('prepare', name, len(bases), k))", "return {'given': 1}"),
      );
    if (w.chance(0.6))
      w.block("def __new__(meta, name, bases, ns, **k):", () =>
        w.lines(
          "show(('new', name, sorted(x for x in ns if not x.startswith('__')), k))",
          "return super().__new__(meta, name, bases, ns)",
        ),
      );
    if (w.chance(0.5))
      w.block("def __init__(cls, name, bases, ns, **k):", () =>
        w.lines("show(('init', name, k))", w.pick(["super().__init__(name, bases, ns)", "pass", "cls.extra = 5"])),
      );
    if (w.chance(0.4))
      w.block("def __call__(cls, *a, **k):", () =>
        w.lines(
          "say('call', cls.__name__, a)",
          w.pick(["return super().__call__(*a, **k)", "return a", "return super().__call__()"]),
        ),
      );
    if (w.chance(0.3)) w.line(`def __instancecheck__(cls, o): return ${w.pick(["True", "type(o) is int", "'yes'"])}`);
    if (w.chance(0.3)) w.line(`def __len__(cls): return ${w.pick(["3", "-1", "'x'"])}`);
    if (w.chance(0.3)) w.line("def __iter__(cls): return iter('xy')");
    if (w.chance(0.3)) w.line("def __getattr__(cls, name): return 'meta ' + name");
    if (w.chance(0.2)) w.line("def __repr__(cls): return 'a class'");
    if (w.chance(0.2)) w.line("def __getitem__(cls, i): return ('meta', i)");
    if (w.chance(0.2)) w.line("@property\ndef n(cls): return 'property of meta'");
  });
  const k = w.fresh("Q");
  w.attempt(() =>
    w.block(`class ${k}(metaclass=${m}${w.pick(["", ", tag=1"])}):`, () => {
      w.line(`n = ${w.expression(1)}`);
      if (w.chance(0.3))
        w.line(
          `${w.pick(["show(given)", "x: int = 3", "y: 'text'", "def f(self): return __class__.__name__", "n += 1"])}`,
        );
    }),
  );
  for (let n = w.between(1, 5); n > 0; n--)
    w.show(
      w.fill(
        w.pick([
          `${k}()`,
          `${k}(V)`,
          `${k}.n`,
          `isinstance(V, ${k})`,
          `len(${k})`,
          `list(${k})`,
          `${k}.other`,
          `${k}[V]`,
          `type(${k}).__name__`,
          `${k}().n`,
          `type('T', (${k},), {'q': 1})`,
          `${k}.__annotations__`,
          `repr(${k}) == str(${k}) and 1`,
          `bool(${k})`,
          `'x' in ${k}`,
          `${k}.extra`,
          `${k}().f()`,
        ]),
      ),
    );
}
