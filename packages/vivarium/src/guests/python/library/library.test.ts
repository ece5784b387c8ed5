import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { python } from "../../../python.js";

/** Scripts whose output must be CPython's, word for word; compared where a `python3` is at hand. */
const SCRIPTS: Record<string, string> = {
  numbers: `
print(7 // -2, -7 % 3, 2 ** 100, -2 ** 63, 10 ** 25 // 7, (1 << 70) >> 3, ~5, 5 ^ 3, True + True, 0.1 + 0.2, 1e16, 1e-5, 1e22, -0.0, 3.0)
print(divmod(-7, 2), divmod(7.5, -2), round(2.5), round(-3.5), round(2.675, 2), round(1234, -2), int('-0x1f', 16), float('1e3'), complex('1+2j') * 2j)
print(f'{3.14159:.2f} {1234567:,} {255:#x} {0.5:%} {1e10:g} {12:>5}|{"ab":^6}|{-5:05d} {1.5e300:.3e}', '%5.1f|%-4d|%+d|%s|%r' % (2.25, 3, 4, 'x', 'y'))
print(hash(1) == hash(1.0), 2 ** 53 + 1 == float(2 ** 53 + 1), 10 ** 30 > 1e29, (0.1).as_integer_ratio(), (255).to_bytes(2, 'big'), int.from_bytes(b'\\x01\\x00', 'little'))
`,
  strings: `
s = 'héllo wörld'
print(s.title(), s.upper(), s.split(), s.find('w'), s[::-1], s.encode(), repr('a\\'b"\\n\\x00é'), ascii('é😀'), len('a😀b'), '😀x'[1], 'ß'.upper(), 'x'.join(['1', '2']))
print('a,b,,c'.split(','), 'a b  c'.split(None, 1), 'abc'.partition('b'), 'aXbX'.replace('X', 'y', 1), 'abc'.center(9, '*'), '42'.zfill(5), 'a\\tb'.expandtabs(4), 'Abc'.swapcase(), 'ab' * 3)
print('{0!r:>6} {name[k]} {1.real}'.format('x', 2, name={'k': 1}), 'abc'.translate(str.maketrans('ab', 'xy', 'c')), b'a\\xff'.hex(), bytes([1, 2]) + b'x', bytearray(b'abc')[1:])
`,
  containers: `
l = [3, 1, 2]; l.sort(key=lambda x: -x); print(l, sorted('bca', reverse=True), l[::2], l.index(1), [*range(3), *'ab'])
l[1:2] = [7, 8]; del l[0]; l += (9,); print(l, l * 2, 7 in l, [1, 2] < [1, 3], (1,) + (2,))
d = {'a': 1, 1: 2, (1, 2): 3, 1.5: 4, None: 5}; d[True] = 6; print(d, d.pop('a'), list(d), d.get('zz', 0), dict(a=1) | {'b': 2}, {k: v for k, v in d.items() if v})
print({1, 2} & {2, 3}, {1} | {2}, {1, 2} - {2}, frozenset([1]) == {1}, {1} < {1, 2})
class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return self.v % 2
    def __eq__(self, o): return self.v == o.v
    def __repr__(self): return 'K%d' % self.v
d = {K(1): 'a', K(3): 'b', K(2): 'c'}; d[K(1)] = 'z'; print(d, d[K(3)], K(2) in d, K(4) in d, len({K(1), K(1), K(2)}), [K(1), K(2)] == [K(1), K(2)], [K(3), K(2)].index(K(2)))
`,
  classes: `
class M(type):
    def __new__(m, n, b, ns, **kw): c = super().__new__(m, n, b, ns); c.kw = kw; return c
    def __init__(c, *a, **kw): pass
class D:
    def __set_name__(s, o, n): s.n = n
    def __get__(s, o, t): return (s.n, o is None)
    def __set__(s, o, v): print('set', s.n, v)
class A(metaclass=M, x=1):
    d = D()
    __slots__ = ('q',)
    def __init_subclass__(cls, **kw): print('sub', cls.__name__, kw)
class B(A, y=2):
    @property
    def p(self): return super().d
    @classmethod
    def c(cls): return cls.__name__
    @staticmethod
    def s(): return 's'
b = B(); b.d = 5; b.z = 1
print(A.kw, B.kw, b.d, B.d, b.p, b.c(), B.s(), [k.__name__ for k in B.__mro__], isinstance(b, A), vars(b))
try: A().w = 1
except AttributeError as e: print(e)
`,
  exceptions: `
def f():
    try:
        try: 1 / 0
        except ZeroDivisionError as e: raise KeyError('k') from e
        finally: print('fin')
    except KeyError as e:
        print(repr(e), repr(e.__cause__), e.__suppress_context__)
        return 1
    finally:
        print('outer')
print(f())
for i in range(3):
    try:
        if i == 1: continue
        if i == 2: break
    finally: print('f', i)
def g():
    try:
        x = yield 1
        print('got', x)
        yield 2
    except GeneratorExit: print('closed'); raise
    except ValueError as e: print('ve', e); yield 3
a = g(); next(a); print(a.send(5), a.throw(ValueError('v'))); a.close()
try: [].pop()
except (IndexError, TypeError) as e: print(type(e).__name__, e)
try: int('x')
except ValueError as e: print(e)
try: f(1, 2)
except TypeError as e: print(e)
`,
  library: `
import itertools, functools, collections, json, math, random, string
print(list(itertools.combinations('abcd', 2))[:3], functools.reduce(lambda a, b: a * b, range(1, 6)), collections.Counter('hello').most_common(1), json.dumps({'b': [1, None, 2.5], 'a': 'é'}, sort_keys=True), json.loads('[1, {"a": "\\\\u00e9"}]'))
random.seed(7); print(random.random(), random.randint(1, 6), random.choice('abc'), random.sample(range(100), 3), random.gauss(0, 1)); l = list(range(5)); random.shuffle(l); print(l)
print(math.sqrt(2), math.floor(-1.5), math.gcd(48, 36), math.log(8, 2), math.fsum([0.1] * 10), string.ascii_lowercase[:3])
`,
};

const available = spawnSync("python3", ["--version"]).status === 0;
if (!available) console.warn("library: the comparison with CPython is skipped, there is no python3");

describe("the library", () => {
  it.skipIf(!available).each(Object.entries(SCRIPTS))("prints what CPython prints: %s", (_name, source) => {
    let out = "";
    const py = python.create({
      stdout: (text) => {
        out += text;
      },
    });
    py.exec(source);
    const reference = spawnSync("python3", ["-"], {
      input: source,
      encoding: "utf8",
      env: { ...process.env, PYTHONIOENCODING: "utf8" },
    });
    expect(reference.stderr).toBe("");
    expect(out).toBe(reference.stdout);
  });
});
