/** Scripts that try to get out, to use more than they may, or to harm the host; each with the only ends that are right. */

/** How a script may end: an exit's kind, the type of an exception, or what it prints. */
export type End = string | { readonly prints: string };

export interface Hostile {
  readonly name: string;
  readonly source: string;
  readonly ends: readonly End[];
}

const script = (name: string, source: string, ...ends: End[]): Hostile => ({ name, source, ends });
const prints = (text: string): End => ({ prints: text });
const GAS = "out-of-gas";
const MEMORY = ["MemoryError", "out-of-memory"] as const;

// --- routes to host objects ----------------------------------------------------------------------------------------

const HOST_NAMES = [
  "constructor",
  "__proto__",
  "prototype",
  "hasOwnProperty",
  "toString",
  "valueOf",
  "toJSON",
  "then",
  "call",
  "apply",
  "bind",
  "caller",
  "callee",
  "__defineGetter__",
  "__lookupGetter__",
  "cls",
  "ns",
  "items_",
  "shape",
  "slots",
  "structKey",
  "fn",
  "sig",
];
const VALUES: Readonly<Record<string, string>> = {
  "an int": "1",
  "a large int": "10**40",
  "a float": "1.5",
  "a str": "'x'",
  "a list": "[]",
  "a tuple": "()",
  "a dict": "{}",
  "a set": "set()",
  "a function": "lambda: 0",
  "a built-in": "print",
  "a type": "int",
  "a module": "__import__('sys')",
  "a generator": "(x for x in ())",
  "an exception": "ValueError(1)",
  "a host function": "echo",
  "a handle": "handle()",
  "a host error": "caught()",
  None: "None",
};

const CAUGHT = `
def caught():
    try:
        fail()
    except Exception as e:
        return e
`;

/** Every host name on every kind of value: read, written, deleted, looked up by getattr. */
const NAMES: Hostile[] = Object.entries(VALUES).map(([what, value]) =>
  script(
    `host names on ${what}`,
    `${CAUGHT}
v = ${value}
for name in ${JSON.stringify(HOST_NAMES)}:
    for f in (getattr, delattr, lambda o, n: type(o).__getattribute__(o, n), lambda o, n: object.__getattribute__(o, n)):
        try:
            print(name, f(v, name))
        except (AttributeError, TypeError):
            pass
print('none')`,
    prints("none\n"),
  ),
);

const KEYS: Hostile[] = HOST_NAMES.slice(0, 15).map((name) =>
  script(
    `${name} as attribute, key, global, keyword and parameter`,
    `
class A: pass
a = A()
a.${name} = 1
d = {'${name}': 2}
def f(${name}=3, **kw): return ${name}
def g(**kw): return kw['${name}']
${name} = 4
globals()['${name}'] = 5
print(a.${name}, a.__dict__, d['${name}'], len(d), f(), f(${name}=6), g(${name}=7), ${name}, '${name}' in {}, '${name}' in dir(A()))
del a.${name}
print(hasattr(a, '${name}'), {}.get('${name}'), vars(A()).get('${name}'))`,
    prints(`1 {'${name}': 1} 2 1 3 6 7 5 False False\nFalse None None\n`),
  ),
);

const ESCAPES: Hostile[] = [
  script("import js", "import js", "ModuleNotFoundError"),
  script("import the host's modules", "__import__('process')", "ModuleNotFoundError"),
  script("import node:fs", "__import__('node:fs')", "ModuleNotFoundError"),
  script("import os", "import os", "ModuleNotFoundError"),
  script("import subprocess", "import subprocess", "ModuleNotFoundError"),
  script("import ctypes", "import ctypes", "ModuleNotFoundError"),
  script("import socket", "import socket", "ModuleNotFoundError"),
  script("import by a path", "__import__('../../etc/passwd')", "ModuleNotFoundError"),
  script("import of an empty name", "__import__('')", "ValueError"),
  script("import of __proto__", "__import__('__proto__')", "ModuleNotFoundError"),
  script("import of constructor.prototype", "import constructor.prototype", "ModuleNotFoundError"),
  script("open a file", "open('/etc/passwd')", "PermissionError"),
  script("open through io", "import io\nio.open('/etc/passwd')", "PermissionError", "AttributeError"),
  script("eval of host code", "eval('globalThis')", "NameError"),
  script("eval of a template", "eval('`x`')", "SyntaxError"),
  script("the name require", "require('fs')", "NameError"),
  script("the name Function", "Function('return process')()", "NameError"),
  script("the name process", "process.exit(1)", "NameError"),
  script("the name undefined", "undefined", "NameError"),
  script("import hooks", "import sys\nsys.meta_path.append(1)", "AttributeError"),
  script(
    "sys.modules has no host modules",
    "import sys\nprint(sorted(set(sys.modules) - {'builtins', '__main__', 'sys'}))",
    prints("[]\n"),
  ),
  script(
    "subclasses of object are guest types",
    "print(all(isinstance(c, type) for c in object.__subclasses__()))",
    prints("True\n"),
  ),
  script("code constants", "print((lambda: 'x').__code__.co_consts)", prints("(None, 'x')\n"), prints("('x',)\n")),
  script("a code object from nothing", "type((lambda: 0).__code__)(0, 0)", "TypeError"),
  script("bytecode of a code object replaced", "f = lambda: 0\nf.__code__.co_code = b'\\xff' * 100", "AttributeError"),
  script("code replaced by another kind", "f = lambda: 0\nf.__code__ = 5", "TypeError"),
  script(
    "code with other free variables",
    "def f():\n    x = 1\n    return lambda: x\n(lambda: 0).__code__ = f().__code__\ng = lambda: 0\ng.__code__ = f().__code__",
    "ValueError",
    "SyntaxError",
  ),
  script(
    "free variables read in code without them",
    "def f():\n    x = 1\n    return lambda: x\nexec(f().__code__)",
    "TypeError",
    "ValueError",
  ),
  script(
    "frames of library routines",
    "class S:\n    def __getitem__(self, i): raise IndexError\ng = iter(S())\nprint(hasattr(g, 'gi_frame') and g.gi_frame)",
    prints("False\n"),
    prints("None\n"),
  ),
  script(
    "globals of library routines",
    `
import sys
def look(depth=0):
    f = sys._getframe()
    while f is not None:
        if '_state' in f.f_globals or '_write' in f.f_globals:
            print('leak', f)
        f = f.f_back
    return 0
sorted([3, 1, 2], key=lambda x: look())
max([1, 2], key=lambda x: look())
class K:
    def __eq__(self, o): look(); return True
    def __hash__(self): look(); return 1
{K(): 1}[K()]
[K()].index(K())
try:
    sorted([1, 2], key=lambda x: 1 / 0)
except ZeroDivisionError as e:
    tb = e.__traceback__
    while tb:
        if '_state' in tb.tb_frame.f_globals: print('leak')
        tb = tb.tb_next
print('none')`,
    prints("none\n"),
  ),
  script(
    "globals of functions found on built-ins",
    `
import builtins
for n, v in vars(builtins).items():
    for o in (v, getattr(v, '__call__', None), getattr(v, '__init__', None)):
        g = getattr(o, '__globals__', None)
        if g is not None: print('leak', n)
print('none')`,
    prints("none\n"),
  ),
  script("helpers of the library by name", "_state('import.find', None)", "NameError"),
  script(
    "helpers through builtins",
    "import builtins\nprint([n for n in dir(builtins) if n.startswith('_') and not n.startswith('__')])",
    prints("[]\n"),
    prints("['_']\n"),
  ),
  script("a built-in type changed", "list.append = 1", "TypeError"),
  script("a built-in type changed by setattr", "setattr(str, 'join', print)", "TypeError"),
  script("a built-in type changed by type.__setattr__", "type.__setattr__(dict, 'get', 1)", "TypeError"),
  script("a built-in type changed by object.__setattr__", "object.__setattr__(dict, 'get', 1)", "TypeError"),
  script("a built-in type's dict changed", "int.__dict__['x'] = 1", "TypeError"),
  script("a built-in type's dict through a descriptor", "type.__dict__['__dict__'].__get__(int)['x'] = 1", "TypeError"),
  script("a built-in type renamed by a descriptor", "type.__dict__['__name__'].__set__(int, 'evil')", "TypeError"),
  script(
    "a built-in type made abstract",
    "type.__dict__['__abstractmethods__'].__set__(list, {'x'})\n[]",
    "TypeError",
    "KeyError",
  ),
  script("bases of a built-in type", "bool.__bases__ = (object,)", "TypeError"),
  script("class of a built-in value", "[].__class__ = tuple", "TypeError"),
  script("class between layouts", "class A(list): pass\nclass B(dict): pass\nA().__class__ = B", "TypeError"),
  script(
    "an mro with a foreign layout",
    "class M(type):\n    def mro(cls): return [cls, list, object]\nclass A(metaclass=M): pass\nA().append(1)",
    "TypeError",
  ),
  script(
    "an mro of nonsense",
    "class M(type):\n    def mro(cls): return [1, 2]\nclass A(metaclass=M): pass",
    "TypeError",
  ),
  script("a method on another type", "list.append(1, 2)", "TypeError"),
  script("a method on another type by __get__", "list.__dict__['append'].__get__(1)(2)", "TypeError"),
  script("a computed attribute on another type", "type(lambda: 0).__dict__['__globals__'].__get__(1)", "TypeError"),
  script("a slot on another type", "class A: __slots__ = 'x',\nA.x.__get__([1])", "TypeError"),
  script("a slot written on another type", "class A: __slots__ = 'x',\nA.x.__set__('text', 1)", "TypeError"),
  script("a constructor of another type", "list.__new__(int)", "TypeError"),
  script("object.__new__ of another type", "object.__new__(dict)", "TypeError"),
  script("super of another type", "super(list, 1).append", "TypeError"),
  script("an uninitialised property", "property.__new__(property).__get__(1)", "AttributeError", "TypeError"),
  script("an uninitialised super", "super.__new__(super).x", "AttributeError", "RuntimeError"),
  script("an uninitialised function", "type(lambda: 0).__new__(type(lambda: 0))", "TypeError"),
  script("a generator's type called", "type(x for x in ())()", "TypeError"),
  script("a frame's type called", "import sys\ntype(sys._getframe())()", "TypeError"),
  script("builtins replaced", "__builtins__ = {'print': 1}\nprint('still')", prints("still\n"), "TypeError"),
  script("builtins emptied", "import builtins\nbuiltins.__dict__.clear()\nprint(1)", "NameError"),
  script("builtins emptied for eval", "eval('open', {'__builtins__': {}})", "NameError"),
];

// --- what the host hands in ------------------------------------------------------------------------------------------

const HOST: Hostile[] = [
  script(
    "a host error's attributes",
    `${CAUGHT}\ne = caught()\nprint(type(e).__name__, e.args, [n for n in dir(e) if not n.startswith('_')])`,
    prints("TypeError ('no',) ['add_note', 'args', 'with_traceback']\n"),
  ),
  script(
    "a host error's traceback",
    `${CAUGHT}\ntb = caught().__traceback__\nwhile tb:\n    print(tb.tb_frame.f_code.co_filename)\n    tb = tb.tb_next`,
    prints("<string>\n"),
  ),
  script("a host error's cause", `${CAUGHT}\ne = caught()\nprint(e.__cause__, e.__context__)`, prints("None None\n")),
  script(
    "a handle shows nothing",
    "h = handle()\nprint([n for n in dir(h) if not n.startswith('__')])",
    prints("[]\n"),
  ),
  script("a handle cannot be called", "handle()()", "TypeError"),
  script("a handle cannot be indexed", "handle()['secret']", "TypeError"),
  script("a handle's type makes no handles", "type(handle())()", "TypeError"),
  script("a handle's attributes cannot be set", "handle().secret = 1", "AttributeError"),
  script(
    "a handle comes back as it was",
    "h = handle()\nprint(same(h), same(handle()), h is handle() or h == handle())",
    prints("True True True\n"),
  ),
  script(
    "hooks are not called by conversion",
    "class A:\n    def toString(self): print('called')\n    toJSON = valueOf = then = __str__ = __index__ = __float__ = toString\necho(A())\nprint('end')",
    prints("end\n"),
  ),
  script(
    "a dict with host names",
    "print(echo({'__proto__': {'x': 1}, 'constructor': 2, 'toString': 3}))",
    prints("{'__proto__': {'x': 1}, 'constructor': 2, 'toString': 3}\n"),
  ),
  script(
    "keywords with host names",
    "print(keywords(**{'__proto__': 1, 'constructor': 2}))",
    prints("['__proto__', 'constructor']\n"),
  ),
  script(
    "a thenable is no promise",
    "class A:\n    def then(self, f): f(1)\nprint(type(echo(A())).__name__)",
    prints("A\n"),
  ),
  script("a host function's code", "echo.__code__", "AttributeError"),
  script("a host function's globals", "echo.__globals__", "AttributeError"),
  script(
    "a host function's self",
    "print(getattr(echo, '__self__', None))",
    prints("None\n"),
    prints("<module 'builtins' (built-in)>\n"),
  ),
  script(
    "too deep a value for the host",
    "a = []\nfor i in range(5000): a = [a]\necho(a)",
    "ValueError",
    "RecursionError",
    "TypeError",
    "RuntimeError",
  ),
  script(
    "a value that holds itself",
    "a = []\na.append(a)\nb = echo(a)\nprint(len(b))",
    prints("1\n"),
    "ValueError",
    "RecursionError",
    "TypeError",
    "RuntimeError",
  ),
  script(
    "an unhashable key from the host",
    "print(echo({(1, 2): 3}))",
    prints("{(1, 2): 3}\n"),
    "TypeError",
    "RuntimeError",
    "ValueError",
  ),
  script("the clock", "import time\ntime.time()", "PermissionError", "RuntimeError", "OSError", "AttributeError"),
  script("sleeping", "import time\ntime.sleep(1000)", "PermissionError", "RuntimeError", "OSError", "AttributeError"),
  script("input without a grant", "input()", "EOFError"),
];

// --- gas -------------------------------------------------------------------------------------------------------------

const LOOPS: readonly (readonly [string, string])[] = [
  ["while True", "while True: pass"],
  ["behind except BaseException", "while True:\n    try:\n        while True: pass\n    except BaseException: pass"],
  ["behind finally", "while True:\n    try:\n        while True: pass\n    finally:\n        continue"],
  [
    "in __exit__ that swallows",
    "class C:\n    def __enter__(self): pass\n    def __exit__(self, *a): return True\nwhile True:\n    with C():\n        while True: pass",
  ],
  ["in a generator", "def g():\n    while True: yield\nfor x in g(): pass"],
  ["in a comprehension", "[0 for x in iter(int, 1) if x]"],
  ["in an iterator without end", "for x in iter(int, 1): pass"],
  ["in sum", "import itertools\nsum(itertools.repeat(1))"],
  ["in list of count", "import itertools\nany(x < 0 for x in itertools.count())"],
  ["in any", "import itertools\nany(itertools.repeat(0))"],
  ["in all of cycle", "import itertools\nall(itertools.cycle([1]))"],
  ["in max of an endless iterator", "max(iter(int, 1))"],
  ["in min with a key", "import itertools\nmin(itertools.count(), key=lambda x: -x)"],
  ["in `in`", "import itertools\n-1 in itertools.count()"],
  ["in join", "import itertools\n''.join(itertools.repeat(''))"],
  ["in unpacking", "def g():\n    while True: yield 1\nfor i in range(10**9):\n    [].extend(())"],
  ["in a set of one", "import itertools\nset(itertools.repeat(1))"],
  ["in dict.fromkeys", "import itertools\ndict.fromkeys(itertools.repeat(1))"],
  ["in zip", "import itertools\nfor _ in zip(itertools.count(), itertools.count()): pass"],
  ["in map", "import itertools\nfor _ in map(abs, itertools.count()): pass"],
  ["in filter", "import itertools\nnext(filter(lambda x: False, itertools.count()))"],
  ["in filter of None", "import itertools\nnext(filter(None, itertools.repeat(0)))"],
  ["in dropwhile", "import itertools\nnext(itertools.dropwhile(lambda x: True, itertools.count()))"],
  ["in islice", "import itertools\nnext(itertools.islice(itertools.repeat(1), 10**12, None))"],
  ["in deque of one", "import collections, itertools\ncollections.deque(itertools.repeat(1), maxlen=1)"],
  ["in reduce", "import functools, itertools\nfunctools.reduce(lambda a, b: 0, itertools.count())"],
  ["in Counter of one", "import collections, itertools\ncollections.Counter(itertools.repeat(1))"],
  [
    "in __eq__ of a key",
    "class K:\n    def __hash__(self): return 1\n    def __eq__(self, o):\n        while True: pass\n{K(): 1, K(): 2}",
  ],
  ["in a sort key", "def k(x):\n    while True: pass\nsorted([2, 1], key=k)"],
  ["in __lt__ of a sort", "class K:\n    def __lt__(self, o):\n        while True: pass\nsorted([K(), K()])"],
  ["in __del__", "class K:\n    def __del__(self): pass\nwhile True: K()"],
  ["in __repr__", "class K:\n    def __repr__(self):\n        while True: pass\nrepr([K()])"],
  ["in __format__", "class K:\n    def __format__(self, s):\n        while True: pass\nf'{K()}'"],
  ["in __getattr__", "class K:\n    def __getattr__(self, n):\n        while True: pass\nhasattr(K(), 'x')"],
  ["in __init_subclass__", "class K:\n    def __init_subclass__(cls):\n        while True: pass\nclass L(K): pass"],
  [
    "in a metaclass",
    "class M(type):\n    def __call__(cls):\n        while True: pass\nclass K(metaclass=M): pass\nK()",
  ],
  ["in a descriptor", "class D:\n    def __get__(self, o, t):\n        while True: pass\nclass K: d = D()\nK().d"],
  [
    "in match",
    "class M(type):\n    def __instancecheck__(c, o):\n        while True: pass\nclass K(metaclass=M): pass\nmatch 1:\n    case K(): pass",
  ],
  ["in exec", "exec('while True: pass')"],
  ["in eval of a lambda", "eval('[0 for x in iter(int, 1)]')"],
  ["in a coroutine", "async def f():\n    while True: pass\nf().send(None)"],
  ["that raises and catches", "while True:\n    try: raise ValueError\n    except ValueError: pass"],
  [
    "that raises through frames",
    "def f(n):\n    if n: f(n - 1)\n    else: raise ValueError\nwhile True:\n    try: f(100)\n    except ValueError: pass",
  ],
  [
    "of StopIteration",
    "class I:\n    def __iter__(self): return self\n    def __next__(self): raise StopIteration\nwhile True:\n    for x in I(): pass",
  ],
  ["of imports", "while True:\n    import sys"],
  ["of class definitions", "while True:\n    class A: pass"],
  ["of attribute errors", "while True:\n    hasattr(1, 'x')"],
  ["of string building that is dropped", "while True:\n    'x' * 1000"],
  ["of compiling", "i = 0\nwhile True:\n    i += 1\n    compile(f'x = {i}', 'f', 'exec')"],
  ["of large sorts", "while True: sorted(range(1000, 0, -1))"],
  ["of big multiplications", "x = 3 ** 10000\nwhile True: x * x"],
  ["of big divisions", "x = 3 ** 100000\ny = 7 ** 30000\nwhile True: x // y"],
  ["of big powers with a modulus", "x = 3 ** 3000\nwhile True: pow(x, x, x + 1)"],
  ["of int to str", "x = 10 ** 4000\nwhile True: str(x)"],
  ["of str to int", "x = '7' * 4000\nwhile True: int(x)"],
  ["of finding in strings", "x = 'a' * 100000\nwhile True: x.find('aaaaaaaaab')"],
  ["of counting in strings", "x = 'a' * 100000\nwhile True: x.count('aab')"],
  ["of replacing in strings", "x = 'a' * 100000\nwhile True: x.replace('a', 'b')"],
  ["of splitting strings", "x = 'a ' * 50000\nwhile True: x.split()"],
  ["of comparing strings", "x = 'a' * 100000\ny = 'a' * 99999 + 'b'\nwhile True: x < y"],
  ["of comparing lists", "x = [0] * 100000\ny = [0] * 100000\nwhile True: x == y"],
  ["of hashing tuples", "x = (1,) * 100000\nwhile True: hash(x)"],
  ["of slicing lists", "x = [0] * 100000\nwhile True: x[::-1]"],
  ["of shifting lists", "x = [0] * 100000\nwhile True:\n    x.insert(0, 1)\n    x.pop(0)"],
  ["of list.index", "x = [0] * 100000\nwhile True:\n    try: x.index(1)\n    except ValueError: pass"],
  ["of list.remove and in", "x = [0] * 100000\nwhile True: 1 in x"],
  ["of set operations", "x = set(range(10000))\nwhile True: x | x & x ^ x"],
  ["of dict copies", "x = dict.fromkeys(range(10000))\nwhile True: x.copy() | x"],
  ["of joins", "x = ['ab'] * 10000\nwhile True: ','.join(x)"],
  ["of formatting", "while True: '%1000d' % 1"],
  ["of translating", "x = 'a' * 10000\nwhile True: x.translate({97: 'b'})"],
  ["of encoding", "x = '\\u1234' * 10000\nwhile True: x.encode().decode()"],
  ["of json", "import json\nx = [0] * 1000\nwhile True: json.loads(json.dumps(x))"],
  ["of deep repr", "x = [[0] * 100] * 100\nwhile True: repr(x)"],
  ["of deep comparison", "x = y = 0\nfor i in range(50): x = (x, x); y = (y, y)\nx == y"],
  ["of deep hashing", "x = 0\nfor i in range(60): x = (x, x)\nhash(x)"],
  ["of deep repr without end", "x = 0\nfor i in range(60): x = (x, x)\nrepr(x)"],
  ["of memoryview copies", "x = memoryview(bytes(100000))\nwhile True: x.tobytes()"],
  [
    "of range membership of objects",
    "class K:\n    def __eq__(self, o): return False\nwhile True: K() in range(10**4)",
  ],
  ["of math.factorial", "import math\nwhile True: math.factorial(2000)"],
  ["of math.comb", "import math\nwhile True: math.comb(5000, 2500)"],
  ["of permutations", "import itertools\nfor p in itertools.permutations(range(20)): pass"],
  ["of random numbers", "import random\nwhile True: random.random()"],
];
const LOOP_SCRIPTS: Hostile[] = LOOPS.map(([name, source]) =>
  script(
    `an endless loop ${name}`,
    source,
    GAS,
    ...(/deep (?:comparison|hashing|repr)/.test(name) ? [...MEMORY, "RecursionError"] : []),
    // `__subclasses__()` lists every class, whatever the host collects: they are kept.
    ...(/class definitions/.test(name) ? ["out-of-memory"] : []),
  ),
);

// --- memory ----------------------------------------------------------------------------------------------------------

const SIZES: readonly (readonly [string, string, ...string[]])[] = [
  ["3**10**8", "3 ** 10 ** 8"],
  ["a power of a power", "9 ** 9 ** 9 ** 9"],
  ["a negative base", "(-3) ** 10 ** 9"],
  ["pow()", "pow(7, 10 ** 9)"],
  ["an in-place power", "x = 3\nx **= 10 ** 9"],
  ["a huge shift", "1 << 10 ** 10"],
  ["a shift by a big integer", "1 << (1 << 70)", "OverflowError"],
  ["a product of big integers", "x = 1 << 10 ** 7\nwhile True: x = x * x", GAS],
  ["a factorial", "import math\nmath.factorial(10 ** 8)", GAS, "OverflowError"],
  ["math.comb", "import math\nmath.comb(10 ** 9, 5 * 10 ** 8)", GAS, "OverflowError"],
  ["math.perm", "import math\nmath.perm(10 ** 9)", GAS, "OverflowError"],
  ["'x' * 10**12", "'x' * 10 ** 12"],
  ["b'x' * 10**12", "b'x' * 10 ** 12"],
  ["[0] * 10**10", "[0] * 10 ** 10"],
  ["(0,) * 10**10", "(0,) * 10 ** 10"],
  ["a repeat beyond an index", "'x' * 10 ** 30", "OverflowError"],
  ["a list in place", "x = [0]\nx *= 10 ** 10"],
  ["bytearray(10**12)", "bytearray(10 ** 12)"],
  ["bytes(10**12)", "bytes(10 ** 12)"],
  ["bytearray beyond an index", "bytearray(10 ** 30)", "OverflowError"],
  ["list(range(10**12))", "list(range(10 ** 12))", GAS],
  ["tuple(range(10**12))", "tuple(range(10 ** 12))", GAS],
  ["set(range(10**12))", "set(range(10 ** 12))", GAS],
  ["dict.fromkeys(range(10**12))", "dict.fromkeys(range(10 ** 12))", GAS],
  ["sorted(range(10**12))", "sorted(range(10 ** 12))", GAS],
  ["[*range(10**12)]", "[*range(10 ** 12)]", GAS],
  ["a call with 10**12 arguments", "print(*range(10 ** 12))", GAS],
  ["a slice of a range stays a range", "x = range(10 ** 18)[::2]\nlist(x)", GAS],
  [
    "lengths beyond 31 bits",
    "for n in 2 ** 31, 2 ** 32 - 8, 3 * 2 ** 30:\n  try: list(range(n))\n  except MemoryError: pass",
    GAS,
  ],
  ["a wide format", "format(1, '1000000000d')", "ValueError"],
  ["a precise format", "format(1.5, '.1000000000f')", "ValueError"],
  ["a wide % format", "'%1000000000d' % 1", "ValueError"],
  ["a % format with a star", "'%*d' % (10 ** 9, 1)", "ValueError"],
  ["a wide f-string", "w = 10 ** 9\nf'{1:{w}}'", "ValueError"],
  ["a wide str.format", "'{:1000000000}'.format('x')", "ValueError"],
  ["ljust", "'x'.ljust(10 ** 10)"],
  ["center", "'x'.center(10 ** 10)"],
  ["zfill", "'x'.zfill(10 ** 10)"],
  ["bytes.rjust", "b'x'.rjust(10 ** 10)"],
  ["expandtabs", "'\\t'.expandtabs(10 ** 10)", "OverflowError"],
  ["replace that grows", "('a' * 10 ** 6).replace('a', 'b' * 10 ** 6)"],
  ["join that grows", "('x' * 10 ** 6).join(['y'] * 10 ** 6)"],
  ["translate that grows", "('a' * 10 ** 6).translate({97: 'b' * 10 ** 6})"],
  ["doubling a string", "x = 'x'\nwhile True: x += x"],
  ["doubling a list", "x = [0]\nwhile True: x += x"],
  ["doubling bytes", "x = b'x'\nwhile True: x = x + x"],
  ["doubling a tuple", "x = (0,)\nwhile True: x += x"],
  ["appending", "x = []\nwhile True: x.append('y' * 1000 + str(len(x)))", GAS],
  ["a growing dict", "d = {}\nwhile True: d[len(d)] = 'y' * 1000 + str(len(d))", GAS],
  ["a growing set", "s = set()\nwhile True: s.add('y' * 1000 + str(len(s)))", GAS],
  [
    "a growing deque",
    "import collections\nd = collections.deque()\nwhile True: d.append('y' * 1000 + str(len(d)))",
    GAS,
  ],
  ["a growing StringIO", "import io\ns = io.StringIO()\nwhile True: s.write('y' * 10000)", GAS],
  ["a growing bytearray", "b = bytearray()\nwhile True: b += b'y' * 10000", GAS],
  [
    "growing attributes",
    "class A: pass\na = A()\ni = 0\nwhile True:\n    i += 1\n    setattr(a, 'a%d' % i, 'y' * 1000 + str(i))",
    GAS,
  ],
  ["growing globals", "i = 0\nwhile True:\n    i += 1\n    globals()['g%d' % i] = 'y' * 1000 + str(i)", GAS],
  [
    "a growing class",
    "class A: pass\ni = 0\nwhile True:\n    i += 1\n    setattr(A, 'a%d' % i, 'y' * 1000 + str(i))",
    GAS,
  ],
  [
    "a growing module",
    "import sys\ni = 0\nwhile True:\n    i += 1\n    sys.modules['m%d' % i] = 'y' * 1000 + str(i)",
    GAS,
  ],
  ["growing closures", "x = None\nwhile True:\n    def f(y=x, z=bytes(1000)): return y, z\n    x = f", GAS],
  [
    "growing generators",
    "def g(z): yield\nx = []\nwhile True:\n    y = g(bytes(1000))\n    next(y)\n    x.append(y)",
    GAS,
  ],
  [
    "growing exceptions",
    "x = None\nwhile True:\n    try: raise ValueError(bytes(1000)) from x\n    except ValueError as e: x = e",
    GAS,
  ],
  ["growing notes", "e = ValueError()\nwhile True: e.add_note('x' * 10000 + str(id(e)))", GAS],
  [
    "tee that lags",
    "import itertools\na, b = itertools.tee(bytes(1000) for _ in itertools.count())\nfor x in a: pass",
    GAS,
  ],
  [
    "cycle that remembers",
    "import itertools\nfor x in itertools.cycle(bytes(1000) for _ in itertools.count()): pass",
    GAS,
  ],
  [
    "a cache without bound",
    "import functools\n@functools.cache\ndef f(n): return bytes(1000)\ni = 0\nwhile True:\n    i += 1\n    f(i)",
    GAS,
  ],
  ["int of a long text", "int('7' * 10 ** 6)", "ValueError"],
  ["str of a big int", "str(1 << 10 ** 6)", "ValueError"],
  ["repr of a big int", "repr([1 << 10 ** 6])", "ValueError"],
  ["a wide integer of bytes", "int.to_bytes(1, 10 ** 10, 'big')", "OverflowError"],
  ["a product of iterables", "import itertools\nlist(itertools.product(range(1000), repeat=1000))", GAS],
  ["product kept", "import itertools\nitertools.product([0] * 10 ** 6, repeat=10 ** 9)"],
  ["combinations kept", "import itertools\nlist(itertools.combinations(range(60), 30))", GAS],
];
const SIZE_SCRIPTS: Hostile[] = SIZES.map(([name, source, ...more]) =>
  script(`memory: ${name}`, source, ...MEMORY, GAS, ...more),
);

// --- depth and nesting -----------------------------------------------------------------------------------------------

const DEEP: readonly (readonly [string, string, ...End[]])[] = [
  ["a function", "def f(): return f()\nf()"],
  ["two functions", "def f(): g()\ndef g(): f()\nf()"],
  ["a lambda", "(lambda f: f(f))(lambda f: f(f))"],
  ["a class that calls itself", "class A:\n    def __init__(self): A()\nA()"],
  ["__repr__", "class A:\n    def __repr__(self): return repr(self)\nrepr(A())"],
  ["__str__", "class A:\n    def __str__(self): return str(self)\nstr(A())"],
  ["__eq__", "class A:\n    def __eq__(self, o): return self == o\nA() == A()"],
  ["__hash__", "class A:\n    def __hash__(self): return hash(self)\nhash(A())"],
  ["__getattr__", "class A:\n    def __getattr__(self, n): return getattr(self, n)\nA().x"],
  ["__getattribute__", "class A:\n    def __getattribute__(self, n): return self.x\nA().x"],
  ["__call__", "class A: pass\nA.__call__ = A()\nA()()"],
  ["__iter__", "class A:\n    def __iter__(self): return iter(self)\nlist(A())"],
  [
    "__instancecheck__",
    "class M(type):\n    def __instancecheck__(c, o): return isinstance(o, c)\nclass A(metaclass=M): pass\nisinstance(1, A)",
  ],
  ["__bool__", "class A:\n    def __bool__(self): return bool(self)\nbool(A())"],
  ["__index__", "class A:\n    def __index__(self): return [0][self]\n[0][A()]"],
  ["a sort key", "def k(x): return sorted([x], key=k)\nk(1)"],
  ["a generator", "def g():\n    yield from g()\nlist(g())"],
  ["a property", "class A:\n    @property\n    def x(self): return self.x\nA().x"],
  ["a decorator", "def d(f): return d(f)\n@d\ndef f(): pass"],
  ["exec", "s = 'exec(s)'\nexec(s)"],
  ["eval", "s = 'eval(s)'\neval(s)"],
  ["map", "def f(x): return list(map(f, [x]))\nf(1)"],
  [
    "__del__ and with",
    "class A:\n    def __enter__(self):\n        with self: pass\n    def __exit__(self, *a): pass\nwith A(): pass",
  ],
  ["a raised limit", "import sys\nsys.setrecursionlimit(10 ** 9)\ndef f(): return f()\nf()"],
  ["behind except", "def f():\n    try: f()\n    except RecursionError: f()\nf()", GAS],
  ["finally", "def f():\n    try: f()\n    finally: f()\nf()", GAS],
];
const DEEP_SCRIPTS: Hostile[] = DEEP.map(([name, source, ...more]) =>
  script(`recursion: ${name}`, source, "RecursionError", ...more),
);

const NESTED: Hostile[] = [
  ["a list repr", "x = []\nfor i in range(10 ** 5): x = [x]\nrepr(x)"],
  ["a list comparison", "x, y = [], []\nfor i in range(10 ** 5): x, y = [x], [y]\nx == y"],
  ["a tuple hash", "x = ()\nfor i in range(10 ** 5): x = (x,)\nhash(x)"],
  ["a dict repr", "x = {}\nfor i in range(10 ** 5): x = {0: x}\nrepr(x)"],
  [
    "an exception chain",
    "x = None\nfor i in range(10 ** 5):\n    y = ValueError(i)\n    y.__cause__ = x\n    x = y\nraise x",
    "ValueError",
  ],
  [
    "a partial chain",
    "import functools\nx = print\nfor i in range(10 ** 4): x = functools.partial(x)\nx()",
    prints("\n"),
  ],
  ["a method chain", "class A:\n    def f(self): return self\na = A()\nfor i in range(10 ** 5): a = a.f()", "value"],
  ["a generator chain", "g = iter(())\nfor i in range(10 ** 4): g = (x for x in g)\nlist(g)"],
  ["a map chain", "g = iter(())\nfor i in range(10 ** 5): g = map(abs, g)\nlist(g)", "value"],
  [
    "a chain of chains",
    "import itertools\ng = iter(())\nfor i in range(10 ** 4): g = itertools.chain(g)\nlist(g)",
    "value",
  ],
  ["isinstance of nested tuples", "x = int\nfor i in range(10 ** 5): x = (x,)\nisinstance(1, x)", "TypeError", "value"],
  ["copy.deepcopy", "import copy\nx = []\nfor i in range(10 ** 4): x = [x]\ncopy.deepcopy(x)"],
  ["json.dumps", "import json\nx = []\nfor i in range(10 ** 4): x = [x]\njson.dumps(x)"],
  ["json.loads", "import json\njson.loads('[' * 10 ** 5)"],
  ["an int of a nested subclass", "t = int\nfor i in range(5000): t = type('t', (t,), {})\nt(1) + 1", "value"],
  ["nested parentheses", "eval('(' * 10 ** 5 + ')' * 10 ** 5)", "SyntaxError", "MemoryError"],
  ["nested brackets", "eval('[' * 10 ** 5 + ']' * 10 ** 5)", "SyntaxError", "MemoryError"],
  ["nested calls", "eval('f(' * 5000 + ')' * 5000)", "SyntaxError", "MemoryError", "NameError"],
  ["nested subscripts", "eval('x' + '[0]' * 10 ** 5)", "SyntaxError", "MemoryError", "NameError"],
  ["a chain of attributes", "eval('x' + '.a' * 10 ** 5)", "SyntaxError", "MemoryError", "NameError"],
  ["a chain of operators", "eval('1' + '+1' * 10 ** 5)", "value", "SyntaxError", "MemoryError"],
  ["a chain of unary operators", "eval('-' * 10 ** 5 + '1')", "value", "SyntaxError", "MemoryError"],
  ["a chain of nots", "eval('not ' * 10 ** 5 + '1')", "value", "SyntaxError", "MemoryError"],
  ["a chain of comparisons", "eval('1' + '<1' * 10 ** 5)", "value", "SyntaxError", "MemoryError"],
  ["a chain of powers", "eval('1' + '**1' * 10 ** 5)", "value", "SyntaxError", "MemoryError"],
  ["nested lambdas", "eval('lambda:' * 10 ** 5 + '1')", "value", "SyntaxError", "MemoryError"],
  [
    "nested f-strings",
    "s = '1'\nfor i in range(300): s = 'f\"{' + s + '}\"'\neval(s)",
    "value",
    "SyntaxError",
    "MemoryError",
  ],
  ["nested format specs", "eval('f\"' + '{1:' * 200 + '}' * 200 + '\"')", "SyntaxError", "ValueError", "MemoryError"],
  [
    "nested blocks",
    "exec(''.join(' ' * i + 'if 1:\\n' for i in range(500)) + ' ' * 500 + 'pass')",
    "SyntaxError",
    "MemoryError",
    "IndentationError",
  ],
  [
    "nested functions",
    "exec(''.join(' ' * i + 'def f():\\n' for i in range(500)) + ' ' * 500 + 'pass')",
    "SyntaxError",
    "MemoryError",
    "IndentationError",
  ],
  ["a long elif chain", "exec('if 0: pass\\n' + 'elif 0: pass\\n' * 10 ** 4)", "value", "SyntaxError", "MemoryError"],
  ["nested comprehensions", "eval('[' * 200 + '0' + ' for x in ()]' * 200)", "value", "SyntaxError", "MemoryError"],
  [
    "nested patterns",
    "exec('match 1:\\n case ' + '[' * 10 ** 4 + ']' * 10 ** 4 + ': pass')",
    "SyntaxError",
    "MemoryError",
    "value",
  ],
  ["a string of quotes", "eval('\"\"' * 10 ** 5)", "value", "SyntaxError", "MemoryError"],
  ["a source of 50 MB", "compile('x' * (5 * 10 ** 7), 'f', 'exec')"],
  ["a source of many lines", "exec('\\n' * 10 ** 7)", "value"],
  ["a number of a million digits", "eval('1' * 10 ** 6)", "SyntaxError", "ValueError", "MemoryError"],
  ["a hexadecimal number of a million digits", "eval('0x' + 'f' * 10 ** 6)", "value"],
  ["a format string of braces", "('{' * 10 ** 6).format()", "ValueError", "value"],
  ["a % format of a million fields", "('%d' * 10 ** 6) % ((1,) * 10 ** 6)", "value"],
  ["null characters in source", "eval('1\\0')", "SyntaxError", "ValueError"],
  ["a lone surrogate in source", "eval('\\ud800')", "SyntaxError", "UnicodeEncodeError"],
].map(([name, source, ...more]) =>
  script(`nesting: ${name as string}`, source as string, "RecursionError", ...MEMORY, GAS, ...(more as End[])),
);

// --- output, determinism ---------------------------------------------------------------------------------------------

const OUTPUT: Hostile[] = [
  script("printing without end", "while True: print('x' * 1000)", "output-limit", GAS),
  script("one huge print", "print('x' * 10 ** 7)", "output-limit"),
  script(
    "printing behind except",
    "while True:\n    try: print('x' * 1000)\n    except BaseException: pass",
    "output-limit",
    GAS,
  ),
  script("writing to standard error", "import sys\nwhile True: sys.stderr.write('x' * 1000)", "output-limit", GAS),
  script("printing a huge separator", "print(*range(1000), sep='x' * 10 ** 5)", "output-limit", GAS, ...MEMORY),
  script("control characters are text", "print('\\x1b[2J\\x00')", prints("\u001b[2J\u0000\n")),
];

const SAME = `
import random
class A: pass
print(hash('text'), hash((1, 'x', 2.5)), {*'determinism'}, id(A()) == id(A()), [random.random() for _ in range(3)], repr(A()), hash(A), A().__hash__(), list({'a', 'b', 'c', 'd'}))`;

/** Scripts that must print the same in every run. */
export const DETERMINISTIC: readonly string[] = [
  SAME,
  "import random\nx = list(range(50))\nrandom.shuffle(x)\nprint(x, random.getrandbits(64), random.choice('abc'))",
  "class A: pass\nprint(sorted([A() for _ in range(5)], key=id)[0])",
  "print(object(), lambda: 0, print, type, (x for x in ()))",
  "print(hash(None), hash(...), hash(object()), hash(print), hash(int))",
];

export const HOSTILE: readonly Hostile[] = [
  ...NAMES,
  ...KEYS,
  ...ESCAPES,
  ...HOST,
  ...LOOP_SCRIPTS,
  ...SIZE_SCRIPTS,
  ...DEEP_SCRIPTS,
  ...NESTED,
  ...OUTPUT,
];
