/** Calls every attribute of every built-in type and module with every combination of odd values, and looks for defects. */

import { python, VivError } from "vivarium/python";

/** Guest code that names everything a guest can reach without asking twice, and values to hand to it. */
const SETUP = `
import sys
def gen():
    yield 1
async def co():
    pass
async def agen():
    yield 1
class Plain:
    def __init__(self, *a, **k):
        self.x = 1
class Slotted:
    __slots__ = ('a', 'b')
class Odd:
    def __index__(self): return -1
    def __hash__(self): raise ValueError('hash')
    def __eq__(self, other): raise KeyError('eq')
    def __len__(self): return 3
    def __iter__(self): return iter((1, 'a'))
    def __getitem__(self, i): return i
class Meta(type):
    pass
class Int(int): pass
class Str(str): pass
class List(list): pass
class Dict(dict): pass
class Tuple(tuple): pass
class Exc(Exception): pass
def make():
    try:
        {}['k']
    except KeyError as e:
        err = e
    return [None, True, 0, -1, 3, 10**30, 1.5, float('nan'), float('inf'), 2j, '', 'ab', '\\u00e9\\ud800\\U0001F600', '%s %d', '{0!r:>10} {x}',
        b'', b'ab\\xff', bytearray(b'xyz'), memoryview(b'abcd'), (), (1, 2), [], [3, 1, 2], {}, {'a': 1, 2: 'b'}, set(), {1, 'x'}, frozenset([1]),
        range(5), slice(1, None, -1), ..., NotImplemented, int, type, object, list, Exception, Plain, Plain(), Slotted, Slotted(), Odd(), Meta, Meta('M', (), {}),
        Int(5), Str('sub'), List([1]), Dict(a=1), Tuple((1,)), Exc('e', 1), err, err.__traceback__, gen(), gen, co, agen(), len, [].append, str.join, lambda *a, **k: a,
        iter([1, 2]), iter('ab'), iter({1: 2}), {1: 2}.keys(), {1: 2}.items(), zip([1], [2]), map(str, [1]), filter(None, [1]), enumerate('a'), reversed([1]),
        property(len), staticmethod(len), classmethod(len), super(Plain, Plain()), sys, gen.__code__, type.__dict__, int.__dict__['real'], Slotted.a,
        ExceptionGroup('g', [Exc(1)]), UnicodeDecodeError('utf8', b'abc', 1, 2, 'r'), StopIteration(1), SystemExit(2), list[int], int | str]
names = []
targets = []
seen = set()
def add(name, value):
    if id(value) in seen: return
    seen.add(id(value))
    names.append(name)
    targets.append(value)
import builtins
for n, v in builtins.__dict__.items():
    if n not in ('exec', 'eval', 'input', 'print', 'breakpoint', 'compile'):
        add(n, v)
for v in make():
    for t in type(v).__mro__:
        add(t.__name__, t)
        for n, m in t.__dict__.items():
            add(t.__name__ + '.' + n, m)
for n, v in list(builtins.__dict__.items()):
    if isinstance(v, type):
        for m, w in v.__dict__.items():
            add(n + '.' + m, w)
for module in MODULES:
    mod = __import__(module, None, None, ['x'])
    for n, v in list(mod.__dict__.items()):
        add(module + '.' + n, v)
        if isinstance(v, type):
            for m, w in v.__dict__.items():
                add(module + '.' + n + '.' + m, w)
def describe(i): return names[i]
def count(): return len(targets)
def shown(args):
    out = []
    for a in args:
        try:
            out.append(repr(a)[:60])
        except BaseException:
            out.append('?')
    return out
state = 1
def pick(values):
    global state
    state = (state * 6364136223846793005 + 1442695040888963407) & 0xffffffffffffffff
    return values[(state >> 33) % len(values)]
def trial(i, seed):
    global state, last
    state = seed
    values = make()
    target = targets[i]
    k = (seed >> 7) % 5
    last = args = [pick(values) for _ in range(k)]
    how = seed % 4
    if how == 0 and hasattr(type(target), '__get__'):
        f = type(target).__get__
        last = args = [target] + args
    elif how == 1:
        f = target
        kw = {pick(['key', 'default', 'x', 'sep', 'end', 'reverse', 'name', 'start', 'encoding', 'strict']): pick(values)}
        last = args + [kw]
        r = f(*args, **kw)
        follow(r)
        return
    else:
        f = target
    follow(f(*args))
def follow(r):
    repr(r)
    str(r)
    hash(r)
    r == r
    try:
        it = iter(r)
    except TypeError:
        return
    for n, _ in zip(range(4), it):
        pass
`;

const MODULES = [
  "sys math itertools functools collections collections.abc operator string json enum dataclasses typing abc types copy",
  "contextlib heapq bisect io time random errno gc warnings keyword copyreg",
]
  .join(" ")
  .split(" ");

/** Runs `rounds` calls of each attribute, from a seed; names every call after which the machine itself had failed. */
export function callEverything(rounds: number, seed: number, only?: string): { calls: number; defects: string[] } {
  const defects: string[] = [];
  let calls = 0;
  const fresh = () => {
    const py = python.create({ gas: 1e9, memory: 64 << 20, output: 1 << 20 });
    py.exec(`MODULES = ${JSON.stringify(MODULES)}\n${SETUP}`);
    return py;
  };
  let py = fresh();
  const count = py.call("count") as number;
  let state = seed >>> 0;
  for (let i = 0; i < count; i++) {
    let name: string;
    try {
      name = String(py.call("describe", [i]));
    } catch {
      py = fresh();
      name = String(py.call("describe", [i]));
    }
    if (only !== undefined && !name.includes(only)) continue;
    for (let round = 0; round < rounds; round++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      calls++;
      const began = performance.now();
      try {
        py.gas = 2_000_000n;
        py.call("trial", [i, state]);
      } catch (error) {
        if (error instanceof VivError && error.code !== "PY_INTERNAL" && error.code !== "PY_CONVERT") {
          if (error.code !== "PY_EXCEPTION") py = fresh();
        } else {
          const inner = (error as Error).cause as Error | undefined;
          const where = (inner ?? (error as Error)).stack?.split("\n").slice(0, 4).join(" ") ?? String(error);
          let args = "";
          try {
            args = JSON.stringify(py.eval("shown(last)"));
          } catch {}
          defects.push(`${name} (seed ${state}) ${args}: ${where}`);
          py = fresh();
        }
      }
      const took = performance.now() - began;
      if (took > 3000) defects.push(`${name} (seed ${state}): took ${took.toFixed(0)} ms`);
    }
  }
  return { calls, defects };
}
