import { describe, expect, it } from "vitest";
import { python } from "../../../python.js";
import type { Code } from "../bytecode/code.js";
import { OP_COUNT } from "../bytecode/table.js";
import { compileSource } from "../create.js";
import { fuse, fusedName, fusedOp, SEQUENCES } from "./fusions.js";

/** Every fused sequence, with operands that take its fast path, its slow path, and none. */
const PROGRAM = `
class P:
    def __init__(self, v): self.v = v; self.w = v
    def same(self): return self
    def move(self, n): self.v = n; self.w = self.v; return self.same().v
    def __len__(self): return 0
class Q(P):
    def __add__(self, o): return ('add', o)
    def __radd__(self, o): return ('radd', o)
    def __lt__(self, o): return 'yes'
    def __bool__(self): return True
    def __getitem__(self, i): return ('item', i)
    def __setitem__(self, i, v): self.v = (i, v)
def copy(a, b):
    c = a; d = b; e, g = c, d
    h = (a, 1)
    return [e, g, c, h]
def add(a, b):
    s = a + b
    s = a + 1
    s = s + b
    s += 2
    s += b
    t = (a + 1) + (b + a) + 3 + b
    for i in range(2): s += i
    return s, t
def sub(a, b):
    s = a - b
    t = (a - b) - a - 1
    u = (a - 1) - b
    return s, t, u
def mul(a, b):
    s = a * b
    t = (a * b) * a * 3
    u = (a + b) * (a - b)
    return s, t, u
def div(a, b): return a % 7, (a + b) % 5, (a + b) // 3, (a + b) / b
def compare(a, b):
    out = []
    if a < b: out.append(1)
    if a <= b: out.append(2)
    if a == b: out.append(3)
    if a != b: out.append(4)
    if a > b: out.append(5)
    if a >= b: out.append(6)
    if a < 2: out.append(7)
    if a <= 2: out.append(8)
    if a == 2: out.append(9)
    if a != 2: out.append(10)
    if a > 2: out.append(11)
    if a >= 2: out.append(12)
    if -a < 3: out.append(13)
    if -a <= 3: out.append(14)
    if -a == 3: out.append(15)
    if -a != 3: out.append(16)
    if -a > 3: out.append(17)
    if -a >= 3: out.append(18)
    if -a < -b: out.append(19)
    if -a <= -b: out.append(20)
    if -a == -b: out.append(21)
    if -a != -b: out.append(22)
    if -a > -b: out.append(23)
    if -a >= -b: out.append(24)
    return out
def truth(a):
    out = []
    if a: out.append(1)
    if not a: out.append(2)
    if a is None: out.append(3)
    if a is not None: out.append(4)
    while a:
        out.append(5)
        break
    return out
def items(a, i):
    out = [a[i], a[1], [a][0][i], [a][0]]
    a[i] = i
    a[i] += 1
    return out
def gives(a):
    for x in a: yield x
def unbound(n):
    if n > 100: a = b = 0
    out = []
    for f in (lambda: a, lambda: n + a):
        try: out.append(f())
        except NameError as e: out.append(str(e))
    try: return a + b
    except UnboundLocalError as e: out.append(str(e))
    try: return n + b
    except UnboundLocalError as e: out.append(str(e))
    try: return out + [missing + n]
    except NameError as e: return out + [str(e)]
def constant(): return 5
big = 2 ** 53 - 1
values = [1, -3, 2.5, 0.0, True, big, -big, 2 ** 70, 'x', 'yz', (1, 2), [3], None, 1j, P(1), Q(2)]
def text(v): return type(v).__name__ if isinstance(v, P) else [text(x) for x in v] if isinstance(v, (list, tuple)) else repr(v)
for f in (copy, add, sub, mul, div, compare, items):
    line = []
    for a in values:
        for b in values[:N]:
            try: line.append(text(f([*a] if isinstance(a, list) else a, b)))
            except Exception as e: line.append(type(e).__name__ + str(e))
    print(f.__name__, len(str(line)), line if N < 5 else hash(str(line)))
print([truth(v) for v in values], list(gives([1, 2])), list(gives('ab')), constant(), unbound(0))
p, q = P(1), Q(1)
for o in (p, q, P('x'), q):
    print(o.move(4), o.same().v, o.w)
    o.other = 1
    print(o.move(5), o.same() is o)
`;

function codes(code: Code): Code[] {
  const inner = code.consts.filter((c) => c !== null && typeof c === "object" && "instructions" in c) as Code[];
  return [code, ...inner.flatMap(codes)];
}

function run(size: number, gas: number, steps: number): { out: string; gas: number; exits: number } {
  let out = "";
  const py = python.create({ gas, stdout: (text) => (out += text) });
  let exit = py.runExec(`N = ${size}\n${PROGRAM}`, { steps });
  let exits = 1;
  for (; exit.kind === "interrupted"; exits++) exit = py.resume({ steps });
  expect(exit.kind).toBe("value");
  return { out, gas: Number(py.gas), exits };
}

describe("fused ops", () => {
  it("are all made of what the compiler gives for the program below", () => {
    const seen = new Set<number>();
    for (const code of codes(compileSource(PROGRAM, "p", "exec")))
      for (const w of fuse(code.instructions, new Uint8Array(code.instructions.length + 1))) seen.add(w & 0xff);
    const missing = SEQUENCES.map((_parts, i) => i).filter((i) => !seen.has(fusedOp(i)));
    expect(missing.map(fusedName)).toEqual([]);
    expect(OP_COUNT + SEQUENCES.length).toBeLessThan(256);
  });

  it("do and cost what their parts do, one by one", () => {
    const gas = 50_000_000;
    const whole = run(2, gas, Number.POSITIVE_INFINITY);
    const single = run(2, gas, 1);
    expect(single.out).toBe(whole.out);
    expect(single.gas).toBe(whole.gas);
    // Most stand still after one unit; bulk work and unwinding take more at a time.
    expect(single.exits).toBeGreaterThan((gas - whole.gas) / 8);
    const several = run(values, gas, 7);
    const all = run(values, gas, Number.POSITIVE_INFINITY);
    expect(several).toMatchObject({ out: all.out, gas: all.gas });
  });

  it("end at the same instruction when the gas ends within them", () => {
    const source =
      "n = 0\ndef f(a, b):\n    global n\n    while True:\n        n = a + b; c = a; a = c + 1; b = a - b\nf(1, 2)";
    for (let gas = 20; gas < 90; gas++) {
      const py = python.create({ gas });
      expect(py.runExec(source)).toMatchObject({ kind: "out-of-gas", resumable: true });
      expect(py.gas).toBe(0n);
      const stepped = python.create({ gas: 1000 });
      stepped.runExec(source, { steps: gas });
      expect(stepped.gas).toBe(1000n - BigInt(gas));
      const place = (of: typeof py): unknown =>
        of.frames.map(({ index, line, op, locals, stack }) => [index, line, op, [...locals], stack.length]);
      expect(place(py)).toEqual(place(stepped));
    }
  });

  it("keep to the gas that is set after a run", () => {
    const py = python.create();
    py.exec("x = 1");
    py.gas = 30n;
    expect(py.runExec("while True: x += 1").kind).toBe("out-of-gas");
    expect(py.gas).toBe(0n);
    py.cancel();
    py.gas = 1000n;
    expect(py.eval("x")).toBeLessThan(10);
  });
});

const values = 16;
