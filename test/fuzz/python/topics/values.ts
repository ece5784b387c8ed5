/** Built-in values: text and its formats, slices, dicts and sets, integers, bytes. */

import type { Writer } from "../writer.js";

const CHARACTERS = [
  "a",
  "B",
  "z",
  " ",
  "\\t",
  "\\n",
  "0",
  "7",
  "_",
  "-",
  ".",
  ",",
  "é",
  "ß",
  "İ",
  "ǆ",
  "Σ",
  "ς",
  "ﬁ",
  "½",
  "²",
  "中",
  "😀",
  "\\x00",
  "\\x85",
  "\\u2028",
  "'",
  '"',
  "\\\\",
  "ı",
  "ŉ",
  "٣",
  "\\u0301",
  "Ａ",
  "{",
  "}",
  "%",
  "\\r",
  "\\xad",
  "\\ud800",
];
const text = (w: Writer): string =>
  `'${w
    .times(w.below(9), () => w.pick(CHARACTERS))
    .join("")
    .replaceAll("'", "\\'")}'`;
const ascii = (w: Writer): string =>
  `'${w.times(w.below(8), () => w.pick(["a", "b", "A", " ", ",", "ab", "x", "1", "-"])).join("")}'`;
const int = (w: Writer, bits = 200): string => {
  const n = w.pick([1, 3, 8, 30, 31, 53, 54, 62, 64, 65, 100, bits]);
  let value = 0n;
  for (let i = 0; i < n; i += 16) value = (value << 16n) | BigInt(w.below(65536));
  value &= (1n << BigInt(n)) - 1n;
  if (w.chance(0.2)) value = (1n << BigInt(n)) - BigInt(w.below(3)) + 1n;
  return `${w.chance(0.3) ? "-" : ""}${value}`;
};
const float = (w: Writer): string =>
  w.pick([
    () => `${w.below(1000)}.${w.below(1000)}`,
    () => `${w.below(10)}.${w.below(1_000_000)}e${w.between(-30, 30)}`,
    () => `${w.below(100)}e${w.between(-320, 307)}`,
    () => `float('${w.pick(["inf", "-inf", "nan", "-nan"])}')`,
    () =>
      w.pick([
        "0.0",
        "-0.0",
        "0.5",
        "1.5",
        "2.5",
        "0.1",
        "1e16",
        "1e22",
        "1e23",
        "5e-324",
        "1.7976931348623157e308",
        "0.045",
        "2.675",
        "1e-5",
        "0.0001",
        "123456789.0",
        "9999999.5",
        "-1.0",
        "1e100",
      ]),
    () => `(${w.below(1 << 30)} / ${w.between(1, 1 << 20)})`,
    () => `-${w.below(100)}.${w.below(100)}`,
  ])();

function spec(w: Writer): string {
  const align = w.chance(0.5) ? `${w.pick(["", "", "*", "0", " ", "é", "<", "x"])}${w.pick(["<", ">", "^", "="])}` : "";
  return `${align}${w.pick(["", "", "+", "-", " "])}${w.pick(["", "", "", "z"])}${w.pick(["", "", "#"])}${w.pick(["", "", "0"])}${w.pick(["", "", "3", "8", "12", "25"])}${w.pick(["", "", "", ",", "_"])}${w.pick(["", "", ".0", ".1", ".3", ".10", ".17", "."])}${w.pick(["", "d", "x", "X", "o", "b", "c", "n", "e", "E", "f", "F", "g", "G", "%", "s", "r", "q"])}`;
}

export function formats(w: Writer): void {
  const value = (): string =>
    w.pick([
      () => int(w),
      () => float(w),
      () => float(w),
      () => text(w),
      () => w.pick(["True", "None", "b'x'", "(1, 2)", "[1]", "1j", "-2.5+3j", "object", "..."]),
      () => String(w.between(-999, 999)),
      () => w.expression(1),
    ])();
  for (let n = w.between(3, 7); n > 0; n--) {
    const v = value();
    w.show(
      w.pick([
        () => `format(${v}, '${spec(w)}')`,
        () => `format(${float(w)}, '${spec(w)}')`,
        () => `format(${int(w)}, '${spec(w)}')`,
        () => `f'{${v}:${spec(w)}}'`,
        () => `f'{${v}!${w.pick(["r", "s", "a"])}:${w.pick(["", ">9", "^12", "<4", ".3", "*^9.2"])}}'`,
        () => `f'{${v}:{${w.pick(["5", "'>6'", "a", "b", "'x'", "7.2"])}}${w.pick(["", ".3f", "d"])}}'`,
        () => `f'{${v} = }{${v}=!s}'`,
        () =>
          `'%${w.pick(["", "-", "+", " ", "0", "#", "-+", "0+", "# "])}${w.pick(["", "5", "12", "*"])}${w.pick(["", ".0", ".3", ".10", ".*"])}${w.pick(["d", "i", "x", "X", "o", "e", "E", "f", "F", "g", "G", "s", "r", "a", "c", "u", "%", "q"])}' % ${w.pick([v, `(${v},)`, `(${v}, ${v})`, `(3, ${v})`, `(4, 2, ${v})`])}`,
        () => `'%(k)${w.pick(["s", "d", "5.1f", "r"])} %(${w.pick(["k", "zz", "k"])})s' % {'k': ${v}}`,
        () =>
          `'${w.pick(["{}", "{0}", "{} {}", "{0} {1}", "{1} {0}", "{} {0}", "{0[0]}", "{0.real}", "{k}", "{0!r}", "{:>{}}", "{0:{1}}", "{{}}", "{", "}", "{0[k]}", "{!x}", "{:5}", "{0.__class__.__name__}", "{0[a][b]}", "{ }", "{k.imag:+}", "{0[-1]}", "{[0]}", "{.x}", "{:{}.{}}"])}'.format(${v}, ${w.pick(["1", "5", v])}${w.pick(["", ", k=2", ", 3"])})`,
        () =>
          `b'%${w.pick(["d", "s", "x", "5d", "c", "a", "r", ".2f", "b"])}' % (${w.pick([v, "b'q'", "65", "1.5"])},)`,
        () => `round(${float(w)}, ${w.pick(["0", "1", "2", "3", "-1", "-2", "None", "15", "400", "-400"])})`,
        () => `repr(${float(w)})`,
        () => `(${float(w)}, ${float(w)}, str(${float(w)}))`,
        () => `'${w.pick(["{a}", "{k!r}", "{k:>5}", "{zz}"])}'.format_map({'k': ${v}, 'a': 1})`,
      ])(),
    );
  }
}

const ARGUMENT_FREE = [
  "upper",
  "lower",
  "title",
  "swapcase",
  "capitalize",
  "casefold",
  "strip",
  "lstrip",
  "rstrip",
  "split",
  "rsplit",
  "splitlines",
  "isalnum",
  "isalpha",
  "isascii",
  "isdecimal",
  "isdigit",
  "isidentifier",
  "islower",
  "isnumeric",
  "isprintable",
  "isspace",
  "istitle",
  "isupper",
  "encode",
];

export function strings(w: Writer): void {
  for (let n = w.between(3, 7); n > 0; n--) {
    const s = w.chance(0.6) ? text(w) : ascii(w);
    const part = (): string =>
      w.pick([() => ascii(w), () => "'a'", () => "' '", () => "''", () => text(w), () => "'ab'", () => "','"])();
    const at = (): string => w.pick(["", ", 1", ", -2", ", 1, 4", ", None, 3", ", 9", ", -9, -1", ", 3, 1"]);
    w.show(
      w.pick([
        () => `${s}.${w.pick(ARGUMENT_FREE)}()`,
        () =>
          `${s}.${w.pick(["find", "rfind", "index", "rindex", "count", "startswith", "endswith"])}(${part()}${at()})`,
        () => `${s}.${w.pick(["split", "rsplit"])}(${w.pick([part(), "None"])}, ${w.between(-1, 3)})`,
        () =>
          `${s}.${w.pick(["partition", "rpartition", "removeprefix", "removesuffix", "strip", "lstrip", "rstrip", "join", "split"])}(${part()})`,
        () => `${s}.replace(${part()}, ${part()}${w.pick(["", ", 1", ", 0", ", -1", ", 2"])})`,
        () => `${s}.${w.pick(["center", "ljust", "rjust", "zfill"])}(${w.between(-2, 14)})`,
        () =>
          `${s}.${w.pick(["center", "ljust", "rjust"])}(${w.between(0, 14)}, ${w.pick(["'*'", "'é'", "'ab'", "''", "1"])})`,
        () => `${s}.expandtabs(${w.pick(["", "4", "0", "1", "-1"])})`,
        () => `${s}.splitlines(${w.pick(["True", "keepends=True", ""])})`,
        () => `${s}.translate({97: ${w.pick(["None", "'zz'", "98", "'\\u00e9'"])}, 0x62: 'q', 32: '_'})`,
        () => `str.maketrans(${part()}, ${part()})`,
        () => `${s}[${w.pick(["0", "-1", "::-1", "1:-1", "2:", ":3", "::2", "9", "-9:9:3", "5:1:-2"])}]`,
        () =>
          `(${s} ${w.pick(["<", "==", ">=", "in", "not in", "!="])} ${part()}, ${s} + ${part()}, ${s} * ${w.between(-1, 3)})`,
        () => `repr(${s}), ascii(${s})`,
        () =>
          `${s}.encode('${w.pick(["utf-8", "ascii", "latin-1", "utf-16", "utf-16-be", "utf-32-le", "utf-8-sig", "nothing"])}', '${w.pick(["strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace", "surrogatepass", "surrogateescape", "nameless"])}')`,
        () => `[ord(x) for x in ${s}], len(${s}), list(${s}), sorted(${s})`,
        () =>
          `${w.pick(["int", "float", "complex", "bool"])}(${w.pick(["' 12 '", "'1_0'", "'-٣'", "'1e5'", "'inf'", "'_1'", "'1__0'", "'0x1f'", "''", "' '", "'+5'", "'1.5.2'", "'nan'", "'1j'", "'(1+2j)'", "'1_0.5_0'", "'٣.٤'", "'1e'", "'.5'", "'5.'", "'1 2'", "'\\x00'", "'Infinity'", s])})`,
        () =>
          `int(${w.pick(["'ff'", "'0x1f'", "'0b11'", "'zz'", "'12'", "'0o17'", "'1_1'", "b'11'", "'-0x_f'", "'9'", "'012'"])}, ${w.pick(["16", "0", "36", "2", "8", "10", "1", "37", "-2"])})`,
        () => `max(${s}, ${part()}), min(${s}, default='e'), ${s} and ${part()}`,
      ])(),
    );
  }
}

export function slices(w: Writer): void {
  const i = (): string =>
    w.pick(["", "", "0", "1", "-1", "2", "-2", "3", "5", "-7", "9", "None", "10**20", "True", "-10**20", "'x'", "1.0"]);
  const cut = (): string =>
    w.pick([
      () => `${i()}:${i()}`,
      () => `${i()}:${i()}:${i()}`,
      () => i() || "0",
      () => `${i()}:${i()}:${w.pick(["-1", "2", "-2", "3", "0"])}`,
    ])();
  const source = (): string =>
    w.pick([
      "[0, 1, 2, 3, 4, 5]",
      "'abcdef'",
      "b'abcdef'",
      "(0, 1, 2, 3)",
      "range(10)",
      "range(20, 0, -3)",
      "bytearray(b'abcdef')",
      "memoryview(b'abcdef')",
      "[]",
      "''",
      "list('abc')",
      "range(2**70, 2**70 + 9)",
    ]);
  for (let n = w.between(2, 5); n > 0; n--) {
    w.attempt(() => w.lines(`x = ${source()}[${cut()}]`, "show(x if not isinstance(x, memoryview) else x.tobytes())"));
  }
  for (let n = w.between(1, 4); n > 0; n--)
    w.attempt(() => {
      w.line(
        `x = ${w.pick(["[0, 1, 2, 3, 4, 5]", "bytearray(b'abcdef')", "list('abc')", "[]", "memoryview(bytearray(b'abcdef'))"])}`,
      );
      w.line(
        w.pick([
          () =>
            `x[${cut()}] = ${w.pick(["[7, 8]", "'pq'", "b'zz'", "()", "x", "range(3)", "(i for i in range(2))", "5", "[1]", "None", "x[::-1]", w.expression(1)])}`,
          () => `del x[${cut()}]`,
          () => `x[${cut()}] += ${w.pick(["[9]", "b'9'", "'q'", "1"])}`,
          () => `x.insert(${i() || "2"}, ${w.pick(["9", "'n'"])})`,
          () => `show(x.pop(${i() || "1"}))`,
          () => `show(x.index(${w.pick(["3", "'b'", "98", "b'c'"])}, ${i() || "0"}, ${i() || "9"}))`,
          () => `x *= ${w.between(-1, 3)}`,
          () => `x.extend(${w.pick(["x", "'ab'", "b'ab'", "3", "[x]"])})`,
        ])(),
      );
      w.line("show(x if not isinstance(x, memoryview) else x.tobytes())");
    });
  w.show(w.fill(`slice(${w.pick(["V", "N"])}, N, N).indices(${w.between(-1, 9)})`));
  w.show(
    w.pick([
      "slice(1, 2) == slice(1, 2, None)",
      "slice(1, 2) < slice(1, 3)",
      "repr(slice(None))",
      "range(5)[1:3] == range(1, 3)",
      "range(0, 10, 3).index(6)",
      "7 in range(1, 10, 3)",
      "range(5).count(2)",
      "hash(range(3)) == hash(range(0, 3, 1))",
      "range(10**30)[10**29]",
      "len(range(-5, 10**18, 7))",
      "range(3) == range(0, 3, 2)",
      "list(range(5, -5, -3))",
      "range(1, 2, 0)",
      "range(1.5)",
      "range(3).start, range(3).step",
      "repr(range(1, 2, 3)), repr(range(4))",
      "'b' in range(3)",
      "2.0 in range(3)",
      "range(10).index(11)",
      "max(range(3, 9, 4))",
    ]),
  );
}

export function mappings(w: Writer): void {
  const key = (): string =>
    w.pick([
      "1",
      "1.0",
      "True",
      "'k'",
      "'a'",
      "0",
      "None",
      "(1, 2)",
      "2**70",
      "-1",
      "b'k'",
      "False",
      "'é'",
      "(1, (2,))",
      "frozenset({1})",
      "1j",
      "0.0",
      "-0.0",
    ]);
  const set = (): string =>
    `{${w.times(w.between(1, 5), () => w.pick([key(), String(w.below(6)), String(w.below(6)), "'a'", "'b'"])).join(", ")}}`;
  const dict = (): string =>
    `{${w.times(w.below(5), () => `${key()}: ${w.pick([String(w.below(9)), "'v'", "[]", key()])}`).join(", ")}}`;
  w.line(`x = ${w.chance(0.5) ? dict() : "{i: i * i for i in range(5)}"}; y = ${dict()}`);
  for (let n = w.between(3, 7); n > 0; n--)
    w.attempt(() =>
      w.line(
        w.pick([
          () => `x[${key()}] = ${w.atom()}`,
          () => `show(x[${key()}])`,
          () => `del x[${key()}]`,
          () => `show(x.pop(${key()}${w.pick(["", ", 'none'"])}))`,
          () => `show(x.setdefault(${key()}, ${w.atom()}))`,
          () => "show(x.popitem())",
          () =>
            `x.update(${w.pick(["y", "[(1, 2)]", "{}, k=3", "[[1]]", "5", "k=1", "zip('ab', 'cd')", "['ab', 'cd']", "y.items()", "[(1, 2, 3)]", "'ab'", "None"])})`,
          () => "show(x | y); show(y | x)",
          () => "x |= y",
          () => "x |= [(7, 8)]",
          () => `show(x == y); show(x.keys() == y.keys())`,
          () => `show(x.keys() ${w.pick(["&", "|", "-", "^"])} ${w.pick(["y.keys()", "[1, 'k']", "y", "{1}"])})`,
          () => `show(x.items() ${w.pick(["&", "|", "-", "<", ">=", "=="])} y.items())`,
          () => `show(${key()} in x)`,
          () => "show(list(x.items()))",
          () => "show(list(reversed(x)))",
          () => `show(dict.fromkeys(${w.pick(["'aba'", "[1, 1.0]", "x", "range(3)", "5"])}, ${w.pick(["0", "[]"])}))`,
          () => `for k in x:\n ${w.pick(["x[k] = 0", "x['new'] = 1", "del x[k]", "x.clear()", "x = {}"])}`,
          () => `for k, v in ${w.pick(["x.items()", "list(x.items())", "x.copy().items()"])}:\n x[v] = k`,
          () => "x, y = y, x",
          () => "show({**x, **y, 'z': 1})",
          () => "show(dict(x, **y))",
          () => "show(dict(x, z=1))",
          () => "x = x.copy(); show(x)",
          () => "show(sorted(x, key=repr)); show(len(x))",
          () => "show(x.get([]))",
          () => `show({${key()}: 1, ${key()}: 2})`,
          () => "show(x.keys() | {99} > x.keys())",
          () => `show(x.values() == x.values())`,
          () => "it = iter(x); x['grown'] = 1; next(it)",
          () => "show(x.items().isdisjoint(y.items()))",
          () => "match x:\n case {1: q, **rest}: show((q, rest))\n case {'k': q}: show(q)",
          () => "show(dict(a=1, **{'a': 2}))",
          () => "show(x < y)",
          () => "show(next(iter(x.values()), None))",
          () => `show(x.__contains__(${key()}))`,
          () => "show({x: 1})",
          () => "x.clear(); show(x)",
          () => "show(x is x.copy())",
          () => "show(type(x.items()).__name__, 1)",
        ])(),
      ),
    );
  w.line("show(x)");
  w.line(`s = ${set()}; r = ${set()}`);
  for (let n = w.between(3, 7); n > 0; n--)
    w.attempt(() =>
      w.line(
        w.pick([
          () =>
            `show(s ${w.pick(["|", "&", "-", "^", "<", "<=", ">", ">=", "==", "!="])} ${w.pick(["r", "r", "frozenset(r)", "set(x)", "[1]", "{1: 2}", "x.keys()"])})`,
          () => `s ${w.pick(["|", "&", "-", "^"])}= ${w.pick(["r", "frozenset(r)", "[1]", "s", "{2, 3}"])}`,
          () =>
            `show(s.${w.pick(["union", "intersection", "difference", "symmetric_difference", "isdisjoint", "issubset", "issuperset"])}(${w.pick(["r", "[1, 2]", "'ab'", "x", "5", "range(3)", "[[]]"])}))`,
          () =>
            `s.${w.pick(["update", "intersection_update", "difference_update", "symmetric_difference_update"])}(${w.pick(["r", "[1, 2]", "'ab'", "x", "s", "5"])})`,
          () => `s.${w.pick(["add", "discard", "remove"])}(${w.pick([key(), "[]", "{1}", "0"])})`,
          () => "show(s.copy() == s)",
          () => `show(${key()} in s)`,
          () => "show(len(s))",
          () => "show(frozenset(s) == s)",
          () => "show(hash(frozenset(s)) == hash(frozenset(sorted(s, key=repr))))",
          () => "show(type(s | frozenset(r)).__name__); show(type(frozenset(r) | s).__name__)",
          () => "s.update(r, 'xy', [9])",
          () => "show(s.union(r, [1], 'z'))",
          () => "show(s.intersection())",
          () => "for i in s: s.add(99)",
          () => "s.clear(); show(s.pop())",
          () => "show({*s, *r})",
          () => "show({frozenset(s): 1})",
          () => "show({s})",
          () => "show(sorted(s))",
          () => "show(frozenset(s) - r)",
          () => "show(sum(v for v in s if isinstance(v, int)))",
          () => "show(set('hello') - set('world'))",
          () => "show(bool(s - s), s - s)",
          () => "show(s <= x.keys())",
        ])(),
      ),
    );
  w.line("show(s)");
}

export function integers(w: Writer): void {
  const n = (): string => int(w, 300);
  for (let k = w.between(4, 9); k > 0; k--)
    w.show(
      w.pick([
        () => `${n()} ${w.pick(["+", "-", "*", "//", "%", "/", "&", "|", "^", "<", "==", ">="])} ${n()}`,
        () => `divmod(${n()}, ${n()})`,
        () => `(${n()}) ${w.pick(["<<", ">>"])} ${w.pick(["0", "1", "31", "64", "100", "-1", "53"])}`,
        () => `pow(${n()}, ${w.below(9)}, ${n()})`,
        () => `pow(${n()}, ${w.pick(["-1", "-2", n()])}, ${n()})`,
        () => `power(${n()}, ${w.between(-2, 5)})`,
        () => `(${n()}).bit_length(), (${n()}).bit_count()`,
        () =>
          `(${n()}).to_bytes(${w.between(0, 40)}, '${w.pick(["big", "little", "middle"])}', signed=${w.pick(["True", "False"])})`,
        () =>
          `int.from_bytes(b'\\x${w.pick(["00", "80", "ff"])}${w.pick(["", "ab", "\\xff\\x7f"])}', '${w.pick(["big", "little"])}', signed=${w.pick(["True", "False"])})`,
        () => `float(${n()})`,
        () => `int(${float(w)})`,
        () => `(${n()}) ${w.pick(["<", "==", ">", "+", "-", "*", "/", "//", "%"])} ${float(w)}`,
        () => `${float(w)} ${w.pick(["<", "==", ">", "+", "-", "*", "/", "//", "%"])} ${float(w)}`,
        () => `divmod(${float(w)}, ${float(w)})`,
        () => `round(${n()}, ${w.between(-20, 2)})`,
        () => `hash(${n()}), hash(${float(w)}) if ${float(w)} == 1 else 0`,
        () => `hash(${float(w).replaceAll(/float\('-?nan'\)/g, "1.5")})`,
        () => `~(${n()}), -(${n()}), abs(${n()})`,
        () => `${w.pick(["hex", "oct", "bin", "str", "repr"])}(${n()})`,
        () => `f'{${n()}:${w.pick([",", "_", "x", "_x", "#b", ">50", "e", ".3e", "g"])}}'`,
        () =>
          `(${float(w)}).${w.pick(["as_integer_ratio()", "is_integer()", "hex()", "__trunc__()", "__floor__()", "__ceil__()", "conjugate()"])}`,
        () =>
          `float.fromhex('${w.pick(["0x1.8p3", "-0x.1p-2", "0x1p-1074", "0x1.fffffffffffffp1023", "inf", "0x1p1024", "1", "0x", "0x1.00000000000008p0"])}')`,
        () => `complex(${float(w)}, ${float(w)}) ${w.pick(["+", "-", "=="])} ${w.pick(["1j", n(), "2.5"])}`,
        () => `${w.below(9)}j * ${w.pick(["1j", "2", "2.5", "(1+1j)"])}`,
        () => `int('${w.times(w.between(1, 30), () => w.below(10)).join("")}')`,
        () => `(${n()}).as_integer_ratio(), (${n()}).__index__()`,
        () => `__import__('math').${w.pick(["gcd", "lcm"])}(${n()}, ${n()})`,
        () => `__import__('math').isqrt(abs(${n()}))`,
        () => `__import__('math').${w.pick(["comb", "perm"])}(${w.below(60)}, ${w.below(40)})`,
        () =>
          `__import__('math').${w.pick(["floor", "ceil", "trunc", "sqrt", "fabs", "frexp", "modf", "isfinite", "ulp", "factorial"])}(${w.pick([float(w), String(w.below(50))])})`,
        () =>
          `__import__('math').${w.pick(["copysign", "fmod", "nextafter", "remainder", "ldexp", "isclose", "dist"])}(${float(w)}, ${w.pick([float(w), "3"])})`,
        () => `sum([${float(w)}, ${float(w)}, ${n()}, ${float(w)}])`,
        () => `__import__('math').fsum([${float(w)}, ${float(w)}, ${float(w)}])`,
        () => `(${n()} if ${n()} > ${n()} else ${float(w)}), max(${n()}, ${float(w)}), min(${float(w)}, ${n()})`,
        () => `int(True) + ${n()}, True ${w.pick(["+", "&", "|", "^", "<<", "-"])} ${w.pick(["True", "False", "1"])}`,
        () => `__import__('math').prod([${n()}, ${n()}, ${float(w)}])`,
      ])(),
    );
}

export function bytesLike(w: Writer): void {
  const b = (): string =>
    w.pick([
      "b'abc'",
      "b''",
      "bytearray(b'a,b c')",
      "b'\\x00\\xff\\x80'",
      "bytearray(5)",
      "b'AbC dEf'",
      "bytes(range(65, 70))",
      "b'\\xc3\\xa9'",
      "memoryview(b'abc')",
      "b'1_2'",
      "b' 12 '",
      "b'a\\nb\\r\\nc'",
    ]);
  const p = (): string => w.pick(["b'b'", "b''", "98", "'b'", "b'bc'", "b' '", "bytearray(b'c')", "256", "b','"]);
  for (let n = w.between(3, 7); n > 0; n--)
    w.attempt(() => {
      w.line(
        `x = ${w.pick([
          () =>
            `${b()}.${w.pick(["find", "rfind", "index", "count", "startswith", "endswith", "split", "rsplit", "strip", "lstrip", "partition", "rpartition", "join", "removeprefix", "removesuffix"])}(${p()})`,
          () =>
            `${b()}.${w.pick(["hex", "upper", "lower", "title", "swapcase", "capitalize", "isalpha", "isdigit", "isspace", "isupper", "islower", "istitle", "isascii", "isalnum", "split", "strip", "splitlines", "copy", "tobytes", "tolist"])}()`,
          () => `${b()}.replace(${p()}, ${p()})`,
          () => `${b()}.${w.pick(["center", "ljust", "rjust", "zfill"])}(${w.between(0, 9)})`,
          () =>
            `${b()}.decode('${w.pick(["utf-8", "ascii", "latin-1", "utf-16", "utf-16-le"])}', '${w.pick(["strict", "ignore", "replace", "backslashreplace", "surrogateescape"])}')`,
          () => `${b()} ${w.pick(["+", "==", "<", "in", "!="])} ${b()}`,
          () => `${b()} * ${w.between(-1, 3)}`,
          () => `${b()}[${w.pick(["0", "-1", "::-1", "1:", "9", "'x'", ":2"])}]`,
          () =>
            `bytes(${w.pick(["[1, 2]", "[256]", "'x'", "'é', 'utf8'", "3", "-1", "(i for i in range(3))", "b'q'", "[None]", "1.5", "'x', 'ascii', 'strict'"])})`,
          () => `bytes.fromhex('${w.pick(["0aff", "0a ff", "0", "zz", " 0a", ""])}')`,
          () => `list(${b()}), len(${b()}), repr(${b()}), bool(${b()})`,
          () => `${b()}.hex(${w.pick(["':'", "'-', 2", "'', 1", "':', -2"])})`,
          () =>
            `${b()}.translate(${w.pick(["None, b'b'", "bytes(range(256))", "b'x'", "bytes(255 - i for i in range(256))"])})`,
          () => `hash(${b()}) == hash(${b()})`,
          () => `int(${b()})`,
          () => `int.from_bytes(${b()}, 'big')`,
          () => `${b()}.expandtabs(2)`,
          () => `sorted(${b()}), sum(${b()}), max(${b()}, default=0)`,
          () => `'%s %r' % (${b()}, ${b()})`,
          () =>
            `memoryview(${b()}).${w.pick(["nbytes", "readonly", "format", "itemsize", "shape", "tolist()", "hex()", "toreadonly()[0]", "contiguous", "cast('B').tolist()"])}`,
        ])()}`,
      );
      w.line("show(bytes(x) if isinstance(x, memoryview) else x)");
      if (w.chance(0.4))
        w.lines(
          "x = bytearray(b'hello')",
          w.pick([
            "x[0] = 256",
            "x[1:3] = b'yy'",
            "del x[::2]",
            "x.append(33)",
            "x.extend([1, 2])",
            "x += b'!'",
            "x.insert(0, 65)",
            "x.reverse()",
            "show(x.pop())",
            "x[0] = 'a'",
            "x *= 2",
            "x.remove(108)",
            "x.append(256)",
            "m = memoryview(x); m[0] = 88",
            "m = memoryview(x); m[1:3] = b'zz'",
            "m = memoryview(x); m.release(); x.append(1)",
            "x.clear()",
            "x.extend('ab')",
          ]),
          "show(x)",
        );
    });
}
