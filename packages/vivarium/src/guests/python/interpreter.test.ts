import { describe, expect, it } from "vitest";
import { PythonError, type PythonOptions, python } from "../../python.js";

/** Runs a script; gives what it printed. */
function printed(source: string, options: PythonOptions = {}): string {
  let out = "";
  const py = python.create({ ...options, stdout: (text) => (out += text) });
  py.exec(source);
  return out;
}

describe("the host interface", () => {
  it("converts values both ways", () => {
    const py = python.create();
    expect(py.eval("1 + 2 * 3")).toBe(7);
    expect(py.eval("2 ** 64")).toBe(18446744073709551616n);
    expect(py.eval("[1, 2.5, 'x', None, True, b'ab', (1,)]")).toEqual([
      1,
      2.5,
      "x",
      null,
      true,
      Uint8Array.of(97, 98),
      [1],
    ]);
    expect(py.eval("{'a': {1, 2}}")).toEqual(new Map([["a", new Set([1, 2])]]));
    py.set("x", { a: [1, new Map([[1, 2n]])] });
    expect(py.eval("x['a'][1][1] + 1")).toBe(3);
  });

  it("keeps globals between runs and calls functions", () => {
    const py = python.create();
    py.exec("def f(a, b=2, *, c=0): return (a, b, c)");
    expect(py.call("f", [1], { c: 3 })).toEqual([1, 2, 3]);
    expect(py.get("missing")).toBeUndefined();
  });

  it("lets guests call host functions with keyword arguments", () => {
    const py = python.create({
      host: { add: (a: number, b: { by: number }) => a + b.by },
      modules: { api: { answer: 42 } },
    });
    expect(py.eval("add(1, by=2)")).toBe(3);
    py.exec("import api\nx = api.answer");
    expect(py.get("x")).toBe(42);
  });

  it("turns errors of either side into those of the other", () => {
    const py = python.create({
      host: {
        fail: () => {
          throw new TypeError("no");
        },
      },
    });
    py.exec("try:\n    fail()\nexcept TypeError as e:\n    text = str(e)");
    expect(py.get("text")).toBe("no");
    const error = (() => {
      try {
        py.exec("def f():\n    return 1 / 0\nf()", { filename: "a.py" });
      } catch (e) {
        return e as PythonError;
      }
      return undefined;
    })();
    expect(error).toBeInstanceOf(PythonError);
    expect(error!.type).toBe("ZeroDivisionError");
    expect(error!.traceback).toContain('File "a.py", line 2, in f');
  });

  it("parks a plain call of an asynchronous host function, and awaits one", async () => {
    const py = python.create({ host: { later: async (v: number) => v * 2 } });
    expect(await py.evalAsync("later(4) + 1")).toBe(9);
    await py.execAsync("async def f():\n    return await later(5) + sum([later(x) for x in range(3)])");
    expect(await py.callAsync("f")).toBe(16);
    expect(() => py.eval("later(1)")).toThrowError(/asynchronous methods/);
  });

  it("parks inside a sort key, an __eq__ and a dict look-up", async () => {
    const py = python.create({ host: { later: async (v: unknown) => v } });
    await py.execAsync(`
class K:
    def __init__(self, v): self.v = v
    def __hash__(self): return later(hash(self.v))
    def __eq__(self, other): return later(self.v == other.v)
d = {K(1): 'one', K(2): 'two'}
r = sorted([3, 1, 2], key=lambda x: (later(-x), d.get(K(x))))`);
    expect(py.get("r")).toEqual([3, 2, 1]);
  });

  it("imports virtual files, packages and relative names", () => {
    const files = {
      "pkg/__init__.py": "from .a import x\n",
      "pkg/a.py": "from . import b\nx = b.y + 1\n",
      "pkg/b.py": "y = 41\n",
    };
    expect(printed("import pkg.a\nprint(pkg.x, pkg.a.b.y)", { files })).toBe("42 41\n");
  });
});

describe("the limits", () => {
  it("stops endless loops by gas, also behind except BaseException, and goes on with more", () => {
    const py = python.create({ gas: 100_000 });
    const exit = py.runExec("n = 0\nwhile True:\n    try:\n        n += 1\n    except BaseException:\n        pass");
    expect(exit).toEqual({ kind: "out-of-gas", resumable: true });
    const before = py.get("n") as number;
    py.gas = 50_000n;
    expect(py.resume().kind).toBe("out-of-gas");
    expect(py.get("n")).toBeGreaterThan(before);
  });

  it("uses the same gas for the same program", () => {
    const source = "x = sorted([str(i) for i in range(500)], key=len)";
    const [a, b] = [python.create({ gas: 1_000_000 }), python.create({ gas: 1_000_000 })];
    a.exec(source);
    b.exec(source);
    expect(a.gas).toBe(b.gas);
  });

  it("interrupts at a deadline and can resume", () => {
    const py = python.create();
    expect(py.runExec("i = 0\nwhile i < 10**9:\n    i += 1", { timeout: 30 })).toEqual({
      kind: "interrupted",
      resumable: true,
    });
    expect(py.resume({ timeout: 10 }).kind).toBe("interrupted");
  });

  it.each([
    ["3 ** 10 ** 8", "MemoryError"],
    ["'x' * 10 ** 12", "MemoryError"],
    ["[0] * 10 ** 10", "MemoryError"],
    ["1 << 10 ** 10", "MemoryError"],
    ["'%1000000000d' % 1", "ValueError"],
    ["bytearray(10 ** 12)", "MemoryError"],
  ])("refuses %s before doing it", (source, type) => {
    const exit = python.create({ memory: 64 << 20 }).runEval(source);
    expect(exit.kind === "exception" ? exit.type : exit.kind).toBe(type);
  });

  it("ends a guest whose live objects pass the limit, but not one that makes garbage", () => {
    const py = python.create({ memory: 8 << 20 });
    expect(py.runExec("a = []\nwhile True:\n    a.append('x' * 1000 + str(len(a)))").kind).toBe("out-of-memory");
    const other = python.create({ memory: 8 << 20 });
    expect(other.runExec("for i in range(20000):\n    s = 'x' * 1000 + str(i)").kind).toBe("value");
  });

  it("turns runaway recursion into RecursionError", () => {
    const py = python.create();
    expect(py.eval("(lambda f: f(f))(lambda f: 1) ")).toBe(1);
    const exit = py.runExec("def f(): return f()\nf()");
    expect(exit.kind === "exception" && exit.type).toBe("RecursionError");
  });

  it("limits output", () => {
    expect(python.create({ output: 100 }).runExec("while True: print('xxxxxxxxxx')").kind).toBe("output-limit");
  });
});

describe("what guests cannot reach", () => {
  it.each([
    "().__class__.__bases__[0].__subclasses__()",
    "(lambda: 0).__code__.co_consts",
    "[].constructor",
    "{}.__proto__",
    "''.prototype",
    "(1).toString",
    "print.constructor",
    "print.__self__.constructor",
    "type('X', (), {'constructor': 1})().hasOwnProperty",
    "__import__('sys').modules['js']",
    "open('/etc/passwd')",
    "__import__('os')",
    "__import__('time').time()",
  ])("%s gives no host object", (source) => {
    const exit = python.create().runEval(source);
    if (exit.kind === "value")
      expect(JSON.stringify(exit.value, (_k, v) => (typeof v === "function" ? "FUNCTION" : v))).not.toContain(
        "FUNCTION",
      );
    else expect(exit.kind).toBe("exception");
  });

  it("treats names of host properties as plain names", () => {
    expect(
      printed(
        "class A: pass\na = A()\na.__proto__ = 1; a.constructor = 2\nd = {'__proto__': 3, 'constructor': 4}\nprint(a.__proto__, a.constructor, d['__proto__'], len(d))\n__proto__ = 5\nprint(__proto__, globals()['__proto__'])",
      ),
    ).toBe("1 2 3 2\n5 5\n");
  });
});
