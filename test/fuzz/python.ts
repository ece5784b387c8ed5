/** Random Python programs from a seed: every one ends by itself, and prints only what no two implementations may differ in. */

/** A generator of numbers that is the same everywhere (xorshift32). */
function numbers(seed: number): (below: number) => number {
  let state = seed | 0 || 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const INTS = ["0", "1", "-1", "2", "7", "-13", "255", "2**31", "-2**53", "2**53 + 1", "2**64 - 1", "10**20", "-3**40"];
const FLOATS = [
  "0.0",
  "-0.0",
  "1.5",
  "-2.25",
  "1e16",
  "1e-7",
  "0.1",
  "1e308",
  "123456.789",
  "float('inf')",
  "float('nan')",
];
const STRINGS = [
  "''",
  "'a'",
  "'ab'",
  "'Abc dEf'",
  "'\\u00e9\\u0130\\u00df'",
  "'\\U0001f600x'",
  "' x  y '",
  "'a,b,,c'",
  "'1_000'",
  "'%s-%d'",
];
const BYTES = ["b''", "b'ab'", "b'\\x00\\xff'", "bytearray(b'xyz')"];
const BINARY = ["+", "-", "*", "//", "%", "/", "&", "|", "^", "<<", ">>", "**"];
const COMPARE = ["==", "!=", "<", "<=", ">", ">=", "is", "in", "not in"];
const SPECS = [
  "",
  "5",
  "<6",
  ">7",
  "^9",
  "+d",
  "x",
  "#o",
  "08.3f",
  ".2e",
  "10,",
  "_b",
  ".4g",
  "*^12",
  "%",
  "s",
  "!r:>8",
];
const STR_METHODS = [
  "upper()",
  "lower()",
  "title()",
  "swapcase()",
  "strip()",
  "split()",
  "split(',')",
  "rsplit(None, 1)",
  "partition('b')",
  "splitlines()",
  "casefold()",
  "capitalize()",
  "isdigit()",
  "isalpha()",
  "isidentifier()",
  "zfill(7)",
  "center(9, '*')",
  "replace('a', 'bb')",
  "find('b')",
  "count('a')",
  "encode()",
  "encode('utf-16-le')",
  "startswith(('a', ' '))",
  "removeprefix('a')",
  "expandtabs(3)",
  "isspace()",
  "rindex('a')",
  "join(['x', 'y'])",
  "format(1, 2)",
  "translate({97: 'zz', 98: None})",
  "maketrans('ab', 'cd')",
];
const LIST_METHODS = [
  "append(V)",
  "extend([V, V])",
  "insert(1, V)",
  "pop()",
  "pop(0)",
  "reverse()",
  "sort(key=repr)",
  "clear()",
  "remove(V)",
  "index(V)",
  "count(V)",
  "copy()",
];
const DICT_METHODS = [
  "get(V)",
  "pop(V, 0)",
  "setdefault(V, V)",
  "update({V: V})",
  "keys()",
  "items()",
  "popitem()",
  "copy()",
  "clear()",
  "values()",
];
const CALLS = [
  "len(V)",
  "repr(V)",
  "str(V)",
  "bool(V)",
  "list(V)",
  "tuple(V)",
  "sorted(V, key=repr)",
  "sum(V)",
  "min(V, V)",
  "max(V, V)",
  "abs(V)",
  "round(V, 2)",
  "round(V)",
  "divmod(V, V)",
  "pow(V, 2)",
  "pow(V, 3, 7)",
  "hex(V)",
  "bin(V)",
  "int(V)",
  "float(V)",
  "complex(V, V)",
  "ord(V)",
  "chr(V)",
  "list(reversed(V))",
  "list(enumerate(V, V))",
  "list(zip(V, V))",
  "list(map(str, V))",
  "list(filter(None, V))",
  "any(V)",
  "all(V)",
  "isinstance(V, (int, str))",
  "range(small(V))",
  "list(range(0, 9, 2))[V]",
  "ascii(V)",
  "set(V) == set(V)",
  "frozenset(V)",
  "type(V).__name__",
  "bytes(small(V))",
  "dict(V)",
  "hash(V) == hash(V)",
  "slice(V, V).indices(7)",
  "callable(V)",
  "format(V, '')",
  "iter(V) is V",
  "int(V, 16)",
  "int.from_bytes(V, 'big')",
  "float.hex(V)",
  "str.join(V, V)",
  "V.as_integer_ratio()",
  "V.bit_length()",
  "V.__class__.__name__",
  "V.is_integer()",
  "sum(V, [])",
];

/** One program. The same seed gives the same text in every version. */
export function pythonProgram(seed: number): string {
  const next = numbers(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  const pick = <T>(of: readonly T[]): T => of[next(of.length)] as T;
  const names = ["a", "b", "c", "d"];
  const lines: string[] = [];
  let functions = 0;
  let indent = "";
  const emit = (text: string): void => void lines.push(indent + text);

  function value(depth: number): string {
    const kind = next(depth <= 0 ? 7 : 22);
    if (kind < 2) return pick(names);
    if (kind === 2) return pick(INTS);
    if (kind === 3) return pick(FLOATS);
    if (kind === 4) return pick(STRINGS);
    if (kind === 5) return pick(["None", "True", "False", ...BYTES]);
    if (kind === 6) return String(next(20) - 5);
    const v = (): string => value(depth - 1);
    switch (kind) {
      case 7:
        return `[${v()}, ${v()}]`;
      case 8:
        return `(${v()}, ${v()}, ${v()})`;
      case 9:
        return `{${v()}: ${v()}, ${v()}: ${v()}}`;
      case 10:
        return `{k: ${v()} for k in range(${next(4)})}`;
      case 11:
      case 12: {
        const op = pick(BINARY);
        // Shifts and powers stay small: what is compared is the language, not how long numbers may get.
        const right = op === "<<" || op === ">>" || op === "**" ? String(next(op === "**" ? 5 : 70)) : v();
        if (op === "*") return `mul(${v()}, ${right})`;
        if (op === "**") return `power(${v()}, ${right})`;
        return `(${v()} ${op} ${right})`;
      }
      case 13:
        return `(${v()} ${pick(COMPARE)} ${v()})`;
      case 14:
        return `(${v()} if ${v()} else ${v()})`;
      case 15:
        return `(${v()} ${pick(["and", "or"])} ${v()})`;
      case 16:
        return `(${pick(["-", "+", "~", "not "])}${v()})`;
      case 17:
        return `${pick(names)}[${pick(["0", "-1", "1:", "::-1", ":2", "1:9:2", "'k'", v()])}]`;
      case 18:
        return `[x ${pick(["", "for y in 'ab' "])}for x in ${v()} if ${pick(["x", "True", "x != x", "not x"])}]`.replace(
          "[x for y in 'ab' for",
          "[(x, y) for y in 'ab' for",
        );
      case 19:
        return `f'{${v().replaceAll(/['"\\{}]/g, "") || "0"}${pick(["", "!r", "!s"])}:${pick(SPECS).replace("!r:", "")}}'`;
      case 20:
        return pick(CALLS).replaceAll("V", () => v());
      default:
        return functions > 0 && next(2) === 0
          ? `f${next(functions)}(${v()}, ${pick(["", "y=", "*[", "**{'y': "])}` + closing(v)
          : `(lambda x=${v()}: ${v()})()`;
    }
  }
  /** Closes the call that was begun with one of four ways to give the second argument. */
  function closing(v: () => string): string {
    const text = v();
    return `${text}@`;
  }
  /** The text of an expression, its open calls closed. */
  function expression(depth: number): string {
    let text = value(depth);
    // `f0(x, *[y@` becomes `f0(x, *[y])`.
    while (text.includes("@")) {
      const at = text.indexOf("@");
      const before = text.slice(0, at);
      const open = [...before.matchAll(/\bf\d+\(/g)].at(-1);
      const inside = open === undefined ? "" : before.slice(open.index);
      const close = inside.includes(", *[") ? "])" : inside.includes("**{'y': ") ? "})" : ")";
      text = `${before}${close}${text.slice(at + 1)}`;
    }
    return text;
  }

  function attempt(body: () => void): void {
    emit("try:");
    inside(body);
    emit("except Exception as e: print(type(e).__name__)");
  }
  function inside(body: () => void): void {
    indent += " ";
    body();
    indent = indent.slice(1);
  }

  function statement(depth: number): void {
    switch (next(depth > 0 ? 17 : 8)) {
      case 0:
      case 1:
        return emit(`${pick(names)} = ${expression(3)}`);
      case 2:
      case 3:
        return emit(`show(${expression(3)})`);
      case 4:
        return emit(`${pick(names)} ${pick(["+", "-", "//", "%", "&", "|"])}= ${expression(2)}`);
      case 5:
        return emit(
          `show(${pick(names)}.${pick([...LIST_METHODS, ...DICT_METHODS]).replaceAll("V", () => expression(1))})`,
        );
      case 6:
        return emit(`show(${pick(STRINGS)}.${pick(STR_METHODS)})`);
      case 7:
        return emit(
          pick([
            `${pick(names)}, ${pick(names)} = ${expression(2)}`,
            `${pick(names)}, *${pick(names)} = ${expression(2)}`,
            `show(format(${expression(2)}, ${JSON.stringify(pick(SPECS))}))`,
            `show('%${pick(["5d", "s", "r", ".3f", "x", "-6s|", "e", "g", "c", "%"])}' % (${expression(1)},))`,
            `${pick(names)}[${expression(1)}] = ${expression(1)}`,
            `del ${pick(names)}[${expression(1)}]`,
          ]),
        );
      case 8:
        emit(`if ${expression(2)}:`);
        inside(() => block(depth - 1));
        emit("else:");
        return inside(() => block(depth - 1));
      case 9:
        emit(`for ${pick([...names, "(a, b)", "i"])} in take(${expression(2)}):`);
        inside(() => block(depth - 1));
        if (next(2) === 0) {
          emit("else:");
          inside(() => block(depth - 1));
        }
        return;
      case 10:
        emit(`for i in range(${1 + next(3)}):`);
        return inside(() => {
          block(depth - 1);
          emit(`if ${expression(1)}: ${pick(["break", "continue", "pass"])}`);
        });
      case 11:
        emit("try:");
        inside(() => block(depth - 1));
        emit(`except ${pick(["TypeError", "(ValueError, KeyError)", "LookupError", "ArithmeticError"])} as e:`);
        inside(() => emit(pick(["show(type(e).__name__)", "show(str(e)[:0])", "raise", "raise RuntimeError from e"])));
        emit(pick(["finally:", "else:"]));
        return inside(() => block(depth - 1));
      case 12:
        emit(`match ${expression(2)}:`);
        return inside(() => {
          emit(
            `case ${pick(["[x, *r]", "{'k': x, **r}", "int(x)", "str() as x", "(x, _) | [x]", "None | True", "0 | 1.5", "list([x, y])"])}: ${pick(["show(x)", "show('m')"]).replace("show(x)", "show('x')")}`,
          );
          emit(`case ${pick(["[]", "dict()", "bool(b)", "float()", "x if x"])}: show('n')`);
          emit("case _: show('other')");
        });
      case 13: {
        const n = functions++;
        emit(`def f${n}(x, y=${expression(1)}, *args, k=0, **kw):`);
        inside(() => {
          emit(pick([`global ${pick(names)}`, "pass", "args = args + (x,)"]));
          emit(`if x is None: return ${pick(["y", "args", "kw", "k"])}`);
          emit(
            pick([
              `return [x, y, ${pick(STRINGS)}]`,
              "return (x, y) + args",
              "return kw or x",
              `return ${pick(["x", "y"])} ${pick(["+", "-", "//", "%", "/"])} ${pick(["x", "y", "2"])}`,
            ]),
          );
        });
        return;
      }
      case 14: {
        const n = functions++;
        emit(`def f${n}(x, y=1, *args, **kw):`);
        return inside(() => {
          emit(`for i in range(${1 + next(3)}):`);
          inside(() => emit(pick(["yield i", "yield from (x, i)", "got = yield y\n" + `${indent}yield got`])));
          emit(`return ${pick(["x", "y", "None"])}`);
        });
      }
      case 15: {
        emit(`class K${pick(["", "(list)", "(dict)", "(int)", "(str)", "(Exception)"])}:`);
        inside(() => {
          emit(`n = ${expression(1)}`);
          emit(
            `def __${pick(["add", "eq", "lt", "contains", "call", "len", "bool", "repr", "radd", "format"])}__(self, *o): return ${pick(["'s'", "3", "True", "NotImplemented", "[1]"])}`,
          );
          if (next(3) === 0) emit("def __getitem__(self, i): return [1, 's'][i]");
          emit(`@${pick(["property", "staticmethod", "classmethod"])}`);
          emit("def p(self=None): return 5");
        });
        return attempt(() =>
          emit(
            pick([
              "show(K().p)",
              "show(K() + 1)",
              "show(K() == K())",
              "show(len(K()))",
              "show(bool(K()))",
              "show(K.n)",
              "show(1 in K())",
              "show(K()[0])",
              "show(f'{K()}')",
              "show(sorted([K(), K()]) == 1)",
            ]),
          ),
        );
      }
      default:
        emit(pick([`with C(${expression(1)}) as w:`, "while True:"]));
        return inside(() => {
          block(depth - 1);
          emit(lines.at(-1) === undefined ? "pass" : "show('w')");
          if (lines.some((line) => line === `${indent.slice(1)}while True:`)) emit("if True: pass");
          emit("raise StopAsyncIteration");
        });
    }
  }
  function block(depth: number): void {
    const n = 1 + next(3);
    for (let i = 0; i < n; i++) attempt(() => statement(depth));
  }

  emit("a = 3; b = 'text'; c = [1, 2.5, 'x']; d = {'k': 1, 2: [3]}");
  const n = 6 + next(10);
  for (let i = 0; i < n; i++) attempt(() => statement(2));
  emit("show((a, b, c, d))");
  return `${lines.join("\n")}\n`;
}

/** What stands in front of every program: `show` leaves out what implementations may differ in. */
export const PRELUDE = `
count = 0
def show(v):
    global count
    count += 1
    if count > 300: return
    if type(v).__name__ in ('set', 'frozenset'):
        text = type(v).__name__ + str(len(v))
    else:
        text = repr(v)
    if 'set(' in text: text = 'holds a set'
    if ' at 0x' in text: text = type(v).__name__
    if '{' in text and type(v).__name__ != 'dict' and len(text) > 4000: text = str(len(text))
    print(text[:2000])
def size(v):
    return len(v) if hasattr(type(v), '__len__') and not isinstance(v, range) else 0
def mul(x, y):
    for s, n in ((x, y), (y, x)):
        if isinstance(n, int) and size(s) * n > 2000 or isinstance(n, int) and isinstance(s, int) and n.bit_length() > 4000:
            raise OverflowError('large')
    return x * y
def power(x, y):
    if isinstance(x, int) and x.bit_length() * y > 4000: raise OverflowError('large')
    return x ** y
def small(v):
    return max(-100, min(100, v)) if isinstance(v, int) else v
def take(v):
    return [x for x, _ in zip(v, range(3))]
class C:
    def __init__(self, v): self.v = v
    def __enter__(self): return self.v
    def __exit__(self, kind, e, tb):
        print('exit', kind and kind.__name__)
        return kind is StopAsyncIteration
`;
