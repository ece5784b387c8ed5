import { describe, expect, it } from "vitest";
import { sha256 } from "../../../machine/sha256.js";
import { type PythonExit, type PythonOptions, python } from "../../../python.js";

/** Guests that stand in the middle of something native at nearly every step. */
const PROGRAMS: Record<string, string> = {
  "a sort key inside __eq__ inside a dict look-up": `
class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return hash(self.v % 3)
    def __eq__(self, other):
        a = sorted([self.v, 3, 1], key=lambda x: -x)
        b = sorted([other.v, 3, 1], key=lambda x: -x)
        return a == b
d = {K(i): i for i in range(8)}
print([d[K(i)] for i in range(8)], K(9) in d, len(d))
s = {K(1), K(4), K(1)}
print(len(s), max([K(2), K(5)], key=lambda k: k.v).v)`,
  "generators, yield from, send, throw, close": `
def inner():
    try:
        while True:
            x = yield
            if x is None: return 'done'
            print('got', x)
    except ValueError as e:
        print('threw', e)
        yield 'caught'
    finally:
        print('closed')
def outer():
    r = yield from inner()
    print('r', r)
    yield from (i * i for i in range(3))
g = outer(); next(g); g.send(1); g.send(2); print(g.throw(ValueError('v')))
print(list(g))
h = outer(); next(h); print(h.send(None), list(h)); h.close()
k = outer(); next(k); k.close()
print(sum(x for x in (y for y in range(20)) if x % 3))`,
  "coroutines and asynchronous generators": `
class Once:
    def __init__(self, v): self.v = v
    def __await__(self):
        x = yield self.v
        return x
async def agen(n):
    try:
        for i in range(n):
            yield await Once(i)
    finally:
        await Once('end')
class M:
    async def __aenter__(self): return await Once('in')
    async def __aexit__(self, *a): await Once('out'); return True
async def main():
    total = [x async for x in agen(3)]
    async with M() as m:
        total.append(m)
        raise KeyError('x')
    return total
c = main(); v = None; seen = []
try:
    while True:
        seen.append(c.send(v)); v = seen[-1]
except StopIteration as e: print(seen, e.value)`,
  "exceptions in flight, groups, context managers": `
class C:
    def __enter__(self): return self
    def __exit__(self, t, e, tb): print('exit', t.__name__ if t else None); return t is KeyError
def f(n):
    try:
        with C():
            if n == 0: raise KeyError('k')
            if n == 1: 1 / 0
            if n == 2: return 'r'
    except ZeroDivisionError as e:
        try: raise ValueError('again') from e
        except ValueError as v: print(repr(v.__cause__), repr(v.__context__))
    finally:
        print('finally', n)
    return n
print([f(i) for i in range(4)])
try:
    raise ExceptionGroup('g', [ValueError(1), TypeError(2), ExceptionGroup('h', [ValueError(3)])])
except* ValueError as e: print(e.exceptions)
except* TypeError as e: print(e.exceptions)
import sys
try: f.missing
except AttributeError: print(sys.exc_info()[0])`,
  "classes, metaclasses, super, slots, descriptors": `
class Meta(type):
    def __new__(m, n, b, d, **k): d['tag'] = n.lower(); return super().__new__(m, n, b, d)
    def __call__(cls, *a): print('make', cls.__name__); return super().__call__(*a)
class D:
    def __set_name__(self, o, n): self.n = n
    def __get__(self, o, t): return (self.n, o is None)
class A(metaclass=Meta):
    __slots__ = ('x', 'y')
    d = D()
    def __init__(self, x): self.x = x
    def m(self): return ['A']
class B(A):
    def __init__(self, x): super().__init__(x); self.z = 1
    def m(self): return super().m() + ['B']
    def __getattr__(self, n): return n * 2
    @property
    def p(self): return sorted(self.q)
    def __eq__(self, o): return NotImplemented
    __hash__ = None
b = B(3); b.w = 2
print(b.tag, b.d, A.d, b.m(), b.x, b.z, b.w, b.foo, b.p, b == 1, B.__mro__[1].__name__)
class X(int):
    def __add__(self, o): return X(int(self) + int(o))
    def __radd__(self, o): return X(int(self) * 2)
print(sum([X(1), X(2)], X(0)), 1 + X(4), [X(3)].index(3), divmod(X(7), 2))`,
  "natives that call back: map, filter, zip, min, format, str, math, iter": `
import math, functools, itertools
class F:
    def __init__(self, v): self.v = v
    def __float__(self): return self.v / 2
    def __index__(self): return self.v
    def __format__(self, s): return f'<{self.v}:{s}>'
    def __repr__(self): return f'F({self.v!r})'
    def __len__(self): return self.v
    def __bool__(self): return self.v > 2
    def __iter__(self): return iter(range(self.v))
    def __lt__(self, o): return self.v < o.v
    def __contains__(self, x): return x == self.v
l = [F(i) for i in (3, 1, 2)]
print(list(map(lambda a, b: a.v + b.v, l, reversed(l))), list(filter(None, l)), list(zip(l, *l[:1])))
print(math.hypot(F(3), F(4)), math.gcd(F(12), F(18)), math.floor(F(5)), 'ab' * F(2), [1, 2, 3][F(1):], f'{l[0]:>3} {l[1]!r}', '%s %r' % (l[0], l[1]))
print(min(l), sorted(l), any(l), all(l), 3 in l[0], len(l[0]), list(enumerate(l[0])), next(iter(lambda: F(2).v, 2), 'end'))
@functools.lru_cache(maxsize=3)
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
print(fib(20), functools.reduce(lambda a, b: a * b, range(1, 8)), list(itertools.islice(itertools.accumulate(itertools.count(1)), 5)))
print(','.join(str(x) for x in l[0]), bytes(F(3)), int('7', F(8)), round(2.675, F(2)), hex(F(255)), isinstance(l, list), 'a-b'.split('-'))`,
  "iterators over everything, identities, random, enum, dataclasses": `
import random, enum, dataclasses
its = [iter(x) for x in ([1, 2, 3], (4, 5), 'añ😀', {6: 7, 8: 9}, {10}, range(3), range(10**20, 10**20 + 2), b'ab', reversed([1, 2]), {1: 2}.items(), {1: 2}.values())]
print([next(i) for i in its]); print([list(i) for i in its])
class P: pass
a, b = P(), P(); ids = {id(a): 'a', id(b): 'b'}; where = {(a, 1): 1, (b, 1): 2}; hashes = [hash(a), hash((b, 2))]
random.seed(5); r = random.random()
class Color(enum.Enum):
    RED = 1
    BLUE = 2
@dataclasses.dataclass(order=True)
class Q:
    x: int
    y: list = dataclasses.field(default_factory=list)
print(ids[id(a)], ids[id(b)], where[(a, 1)], where[(b, 1)], hashes == [hash(a), hash((b, 2))], r, random.randint(1, 100), random.sample(range(50), 4))
print(Color(1), Color['BLUE'] is Color.BLUE, Q(1) < Q(2), Q(1, [2]), repr(P())[:14])
f = [].append; g = 'x'.join; m = P.__init__; c = (lambda q: lambda: q)(5); big = 7 ** 90; z = 2j; s = slice(1, 2); v = memoryview(b'abc')[1:]
f(1); print(g(['a', 'b']), c(), big, z * z, [1, 2, 3][s], bytes(v), f.__self__, exec('print(1)'), eval('c() + 1'))
match {'k': [1, (2, 3)]}:
    case {'k': [x, (y, *w)]}: print(x, y, w)`,
};

interface Finished {
  readonly out: string;
  readonly gas: bigint;
  readonly exit: PythonExit;
}

function straight(source: string): Finished {
  let out = "";
  const py = python.create({ stdout: (text) => (out += text) });
  const exit = py.runExec(source);
  return { out, gas: py.gas, exit };
}

/** Runs with a snapshot and a new interpreter after every `stride(k)` units of gas. */
function hopping(source: string, stride: (k: number) => number): Finished & { hops: number } {
  let out = "";
  const options: PythonOptions = { stdout: (text) => (out += text) };
  let py = python.create(options);
  let exit = py.runExec(source, { steps: stride(0) });
  let hops = 0;
  while (exit.kind === "interrupted") {
    py = python.restore(py.snapshot(), options);
    exit = py.resume({ steps: stride(++hops) });
  }
  return { out, gas: py.gas, exit, hops };
}

function random(seed: number): () => number {
  return () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed / 0x7fffffff;
  };
}

describe("a snapshot", () => {
  it.each(Object.entries(PROGRAMS))("of %s goes on as if nothing had happened", (_name, source) => {
    const expected = straight(source);
    expect(expected.exit).toMatchObject({ kind: "value" });
    const next = random(7);
    // Imported modules make large snapshots.
    const hops = source.includes("import enum") ? 8 : 30;
    const found = hopping(source, () => 1 + Math.floor((2 * next() * Number(10_000_000_000n - expected.gas)) / hops));
    expect(found.exit).toMatchObject({ kind: "value" });
    expect(found.out).toBe(expected.out);
    expect(found.gas).toBe(expected.gas);
    expect(found.hops).toBeGreaterThan(hops / 2);
  });

  it("may be taken after every single instruction", () => {
    const source = `
class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return 1
    def __eq__(self, o): return sorted([self.v, 2], key=lambda x: -x) == [2]
try:
    print({K(1): 'a'}.get(K(3)), *(x for x in 'a'))
    raise ValueError
except ValueError as e: print(type(e))`;
    const expected = straight(source);
    const found = hopping(source, () => 1);
    expect(found.out).toBe(expected.out);
    expect(found.gas).toBe(expected.gas);
    expect(BigInt(found.hops)).toBeGreaterThan(150n);
  });

  it("keeps globals and functions of an idle interpreter", () => {
    const py = python.create();
    py.exec("import json\nn = [0]\ndef up(by=2):\n    n[0] += by\n    return json.dumps(n)\nalias = n");
    py.call("up");
    const other = python.restore(py.snapshot());
    expect(other.call("up", [5])).toBe("[7]");
    expect(other.eval("alias is n and alias")).toEqual([7]);
    expect(py.eval("n")).toEqual([2]);
    expect(python.restore(other.snapshot()).call("up", [], { by: 1 })).toBe("[8]");
  });

  it("binds host functions anew by name, and says which one is missing", () => {
    const host = { double: (x: number) => 2 * x };
    const modules = { api: { half: (x: number) => x / 2 } };
    const py = python.create({ host, modules });
    py.exec("import api\nf = double\ndef both(x): return f(x) + api.half(x)");
    const bytes = py.snapshot();
    expect(python.restore(bytes, { host: { double: (x: number) => 20 * x }, modules }).call("both", [2])).toBe(41);
    expect(() => python.restore(bytes, { host })).toThrowError(
      expect.objectContaining({ code: "SNAPSHOT_HOST", message: expect.stringContaining("api.half") }),
    );
  });

  it("refuses objects that belong to the host, and says where the guest holds them", () => {
    const py = python.create();
    class Socket {}
    py.set("connection", new Socket());
    py.exec("state = {'inner': [connection]}\ndel connection");
    expect(() => py.snapshot()).toThrowError(
      expect.objectContaining({ code: "PY_SNAPSHOT", message: expect.stringMatching(/Socket.*'inner'/) }),
    );
  });

  it("makes a host call that has not answered again", async () => {
    const calls: string[] = [];
    let answer = (_v: number): void => {};
    const host = {
      ask: (q: string) => {
        calls.push(q);
        return new Promise<number>((resolve) => (answer = resolve));
      },
    };
    const source = "async def f():\n    return await ask('a') + sorted([1], key=lambda x: ask(q='b'))[0]\nx = 5";
    const py = python.create({ host });
    await py.execAsync(source);
    const first = py.callAsync("f");
    await Promise.resolve();
    const second = python.restore(py.snapshot(), { host });
    const resumed = second.resumeAsync();
    expect(calls).toEqual(["a", "a"]);
    answer(10);
    await new Promise((resolve) => setTimeout(resolve, 0));
    const third = python.restore(second.snapshot(), { host });
    const end = third.resumeAsync();
    answer(1);
    expect(await end).toEqual({ kind: "value", value: 11 });
    void first.catch(() => {});
    void resumed.catch(() => {});
  });

  it("goes on after the gas was spent", () => {
    const py = python.create({ gas: 5_000 });
    expect(py.runExec("t = 0\nfor i in range(3000): t += i")).toEqual({ kind: "out-of-gas", resumable: true });
    const other = python.restore(py.snapshot(), { gas: 1_000_000 });
    expect(other.resume().kind).toBe("value");
    expect(other.get("t")).toBe(4498500);
  });

  it("keeps limits", () => {
    const py = python.create({ memory: 4 << 20, recursion: 50, output: 100 });
    py.exec("def f(n): return n and 1 + f(n - 1)\na = ['x' * 100 + str(i) for i in range(5000)]");
    const other = python.restore(py.snapshot());
    expect(other.runEval("f(60)")).toMatchObject({ type: "RecursionError" });
    expect(other.runExec("while True: a.append('x' * 100 + str(len(a)))").kind).toBe("out-of-memory");
    expect(other.runExec("while True: print('xxxxxxxxxx')").kind).toBe("output-limit");
  });

  it("of another version, damaged or made up is refused", () => {
    const py = python.create();
    py.runExec("class A: pass\nl = [A(), 1.5, 'é', {1: 2}]\nwhile True: pass", { steps: 500 });
    const bytes = py.snapshot();
    const versioned = bytes.slice();
    versioned[4] = 99;
    expect(() => python.restore(versioned)).toThrowError(expect.objectContaining({ code: "SNAPSHOT_VERSION" }));
    for (let n = 0; n < bytes.length; n += 97)
      expect(() => python.restore(bytes.subarray(0, n))).toThrowError(
        expect.objectContaining({ code: "SNAPSHOT_INVALID" }),
      );
    // With the checksum made right: reading ends in a machine or a LoadError, and what runs stays inside.
    const next = random(3);
    let refused = 0;
    for (let k = 0; k < 600; k++) {
      const made = bytes.slice();
      const at = 12 + Math.floor(next() * (made.length - 44));
      made[at] = made[at]! ^ (1 << Math.floor(next() * 8));
      made.set(sha256(made.subarray(0, -32)), made.length - 32);
      try {
        const exit = python.restore(made, { gas: 2_000 }).resume();
        expect(exit).toHaveProperty("kind");
      } catch (e) {
        expect(e).toHaveProperty("code", expect.stringMatching(/^SNAPSHOT_|^PY_/));
        refused++;
      }
    }
    expect(refused).toBeGreaterThan(80);
  });
});
