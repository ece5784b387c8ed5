/**
 * Shows the loop every kind of value once, before it is optimised: code that the engine has never seen executed is left
 * out of the optimised version, and the first visit to it later throws that version away.
 */

import { createMachine } from "../create.js";
import type { Library } from "../modules/library.js";
import { runCode } from "./calls.js";
import { loop } from "./loop.js";

const PROGRAM = `
class A:
    k = 1
    __slots__ = ('s',)
class B:
    def __init__(self, v, w=2):
        self.v = v
        self.w = w
    def m(self, x):
        self.v = self.v + x
        return self.v
    @property
    def p(self): return self.w
class C(B):
    def __init__(self, v):
        super().__init__(v)
        self.extra = None
    def __eq__(self, o): return self.v == o.v
    def __add__(self, o): return self.v + o
    def __bool__(self): return self.v > 0
    def __len__(self): return 3
    def __getitem__(self, i): return i
def gen(n):
    i = 0
    while i < n:
        x = yield i
        if x is not None:
            i = x
        i += 1
def deleg(n):
    yield from gen(n)
    return 1
def fib(n, a=0, *, b=1):
    if n < 2: return n
    return fib(n - 1) + fib(n - 2)
def outer(t):
    c = 0
    def inner(x):
        nonlocal c
        c += x
        return c + t
    return inner
def errors(d, l):
    n = 0
    for i in range(4):
        try:
            if i == 0: d['no']
            elif i == 1: l[99]
            elif i == 2: raise ValueError('x %d' % i)
            else: int('q')
        except (KeyError, IndexError) as e:
            n += 1
        except ValueError:
            n += 2
        finally:
            n += 1
    with_ = n
    return with_
total = 0
def main():
    global total
    s = ''
    f = 0.5
    l = [1, 2.5, 'a', None, True]
    d = {'a': 1, 2: 'b', 2.5: 3, (1, 2): 4}
    t = (1, 2, 3)
    b = B(1)
    c = C(2)
    big = 10 ** 20
    for i in range(60):
        total += i
        f = f * 1.5 - f / 2.0 + 1
        f = 2 * f - f * 2 + f ** 0.5 + i * 0.5
        if f > 3.0: f = 1.0
        if f <= 2.0: f += 0.25
        s += 'ab'
        s2 = s[1:3] + s[-1]
        x = (i + 3) * 5 // 2 % 7
        x = x & 3 | i ^ 1
        x = (x << 2) >> 1
        x = -x
        y = i / 2
        big = big * 3 % (10 ** 25) + big // 7
        if x == y or x != i and not i < 5: x = 1
        if i in d or 'a' in s or i not in l: x += 1
        if i is None: x = 0
        if not s or not l or not d: x = 0
        l[0] = i
        l[-1] = l[0]
        l.append(i)
        d[i] = i
        d['a'] += 1
        z = d.get('zz', 0) + t[1] + t[-1]
        b.v += 1
        b.m(i)
        b.w = b.p
        c.m(1)
        c == c
        c + 1
        if c: x = c[1]
        a, (e, g) = 1, (2, 3)
        a, e = e, a
        q = [j * 2 for j in range(3) if j]
        w = {j: j for j in t}
        v = {j for j in t}
        u = sum(j for j in gen(3)) + len(l) + max(1, 2)
        r = f'{i} {s2!r:>5}'
        o = l[1:2]
        l[1:2] = o
        h = lambda p: p + i
        h(1)
        str(i).upper().split('x')
        A.k
        print
        while True:
            x += 1
            if x > 3: break
        for k, m in d.items(): pass
        for k in s2: pass
        for k in deleg(2): pass
        try:
            x = x.nothing
        except AttributeError:
            pass
        fib(3)
        outer(1)(2)
        errors(d, t)
        sorted(l[5:], key=lambda p: -p)
    g = gen(5)
    next(g)
    g.send(2)
for i in range(2):
    main()
    B(i, w=3)
`;

const NOTHING: Library = { find: () => undefined, only: () => NOTHING };

let done = false;

/** Runs the programme once for the process. */
export function warmUp(): void {
  if (done) return;
  done = true;
  const vm = createMachine({ gas: 10_000_000, memory: 16 << 20, recursion: 100, output: 0 }, NOTHING);
  const { ns } = vm.modules.getStr("__main__");
  vm.begin(() => runCode(vm, vm.compile(PROGRAM, "<warm-up>", "exec"), ns, ns));
  while (!vm.finished) loop(vm);
  if (vm.failure) throw new Error(`the warm-up programme failed: ${String(vm.failure.args.items[0])}`);
}
