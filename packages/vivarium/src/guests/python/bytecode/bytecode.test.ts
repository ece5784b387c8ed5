import { describe, expect, it } from "vitest";
import { LoadError } from "../../../machine/errors.js";
import { compileSource } from "../create.js";
import { routineNames, routineSource } from "../library/routines.js";
import { standardLibrary } from "../modules/standard.js";
import { Code } from "./code.js";
import { disassemble } from "./dis.js";
import { deserialize, serialize } from "./serialize.js";
import { Op } from "./table.js";
import { validate } from "./validate.js";

const SAMPLE = `
import a.b as c
from . import d
class A[T](B, metaclass=M):
    x: int = 1
    def f(self, a, /, b=2, *args, c, **kw):
        with self as q, r:
            return [i async for i in y] if 0 else lambda: (yield)
    async def g(self):
        async with a as b:
            async for i in c:
                await i
        try:
            raise X from Y
        except* (V, W) as e:
            pass
        else:
            z = 1
        finally:
            return 5
match v:
    case [1, *r, {'a': B(x=1, y=c), **k}] | (2 as r, k, c) if r: pass
    case _: del a, b[0], c.d
for i in j:
    while 1:
        if not a or b and c: continue
        break
    else: pass
f'{a!r:>{w}}' + f(*a, b, **c, d=1)
a, *b = c[1:2, ...] = 1_000_000_000_000_000_000_000, 2j, -1.5, b'x', 'é'
`;

describe("bytecode", () => {
  it("of everything the compiler makes is valid", () => {
    validate(
      compileSource(SAMPLE.replace("if 0 else lambda: (yield)", "").replace("[i async for i in y]", "0"), "s", "exec"),
    );
    for (const { name, source } of standardLibrary) if (source) validate(compileSource(source, name, "exec"));
    for (const name of routineNames()) validate(compileSource(routineSource(name)!, name, "exec"));
  });

  it("survives being stored, with source map and constants", () => {
    const code = compileSource(
      "def f(x):\n    return x + 10**0, 'é', 2.5, 1e400, 3j, b'a', (1, (2, None)), ..., 123456789012345678901234567890\n",
      "a.py",
      "exec",
    );
    const again = deserialize(serialize(code));
    expect(disassemble(again)).toBe(disassemble(code));
    expect(serialize(again)).toEqual(serialize(code));
    expect(again.positions).toEqual(code.positions);
  });

  it("is refused when cut short, changed or of another version", () => {
    const bytes = serialize(
      compileSource("x = [i for i in range(3)]\ntry: f()\nexcept E as e: pass\n", "a.py", "exec"),
    );
    for (let n = 0; n < bytes.length; n += 7)
      expect(() => deserialize(bytes.subarray(0, n))).toThrowError(
        /PY_|program|version|compiled|constant|code|operand|stack|range/,
      );
    const other = bytes.slice();
    other[7] = 99;
    expect(() => deserialize(other)).toThrowError(/version 99/);
    // Whatever a single changed byte does, reading ends in a value or a LoadError.
    for (let i = 0; i < bytes.length; i += 3) {
      const broken = bytes.slice();
      broken[i] = broken[i]! ^ 0x41;
      try {
        deserialize(broken);
      } catch (e) {
        expect((e as { code?: string }).code).toMatch(/^PY_/);
      }
    }
  });

  it("changed in 20,000 ways loads as a valid program or is refused, and never breaks the machine", () => {
    const bytes = serialize(
      compileSource(
        "def f(a, *b, c=1):\n    try:\n        return [x for x in b if x] + [a, 1.5, 'q', 10**20]\n    finally: c\nf(1)\n",
        "a.py",
        "exec",
      ),
    );
    let seed = 11;
    const random = (n: number): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
      return seed % n;
    };
    let loaded = 0;
    for (let k = 0; k < 20_000; k++) {
      const broken = bytes.slice();
      for (let n = 1 + random(3); n > 0; n--)
        broken[12 + random(broken.length - 12)] = random(4) === 0 ? 255 : random(256);
      let code: Code;
      try {
        code = deserialize(broken);
      } catch (e) {
        if (!(e instanceof LoadError)) throw e;
        continue;
      }
      loaded++;
      if (loaded % 20 === 0) validate(code);
    }
    expect(loaded).toBeGreaterThan(100);
  });

  it.each([
    ["a stack underflow", [Op.POP_TOP, Op.LOAD_CONST, Op.RETURN_VALUE]],
    ["running off the end", [Op.LOAD_CONST, Op.POP_TOP]],
    ["a jump out of range", [Op.LOAD_CONST, Op.POP_JUMP_IF_TRUE | (99 << 8), Op.LOAD_CONST, Op.RETURN_VALUE]],
    [
      "two depths at one place",
      [Op.LOAD_CONST, Op.DUP_TOP, Op.DUP_TOP, Op.POP_JUMP_IF_TRUE | (1 << 8), Op.RETURN_VALUE],
    ],
    ["an unknown constant", [Op.LOAD_CONST | (7 << 8), Op.RETURN_VALUE]],
    ["an unknown op", [255, Op.LOAD_CONST, Op.RETURN_VALUE]],
  ])("with %s is refused", (_what, instructions) => {
    const code = compileSource("x", "a.py", "eval");
    const broken = new Code({
      ...code,
      consts: [null],
      stackSize: 4,
      instructions: Int32Array.from(instructions),
      positions: new Int32Array(4 * instructions.length),
      handlers: [],
    });
    expect(() => validate(broken)).toThrowError(expect.objectContaining({ code: "PY_BYTECODE" }));
  });
});
