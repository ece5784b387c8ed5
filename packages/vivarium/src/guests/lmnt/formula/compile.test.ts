import { describe, expect, it } from "vitest";
import { constantBits } from "../archive.js";
import { disassemble, disassembleFunction } from "../disassembler.js";
import { valueOf } from "../floats.js";
import { validate } from "../validate.js";
import { compileFormula } from "./compile.js";

/** Instructions of the last function of a text, without operands' spacing. */
function code(text: string): string[] {
  const archive = validate(compileFormula(text).archive);
  const last = archive.definitions[archive.definitions.length - 1];
  return disassembleFunction(archive, last).map((line) => line.trim().replace(/\s+/g, " "));
}

/** The constant a function without variables returns. */
function constant(text: string): number {
  const archive = validate(compileFormula(text).archive);
  const lines = disassembleFunction(archive, archive.definitions[archive.definitions.length - 1]);
  expect(lines).toHaveLength(1);
  const slot = /ASSIGNSS\s+k(\d+), r0/.exec(lines[0]);
  return valueOf(constantBits(archive)[Number(slot?.[1])]);
}

/** Code and place of the error a text gives. */
function failure(text: string) {
  try {
    compileFormula(text);
  } catch (error) {
    const { code: name, line, column } = error as { code: string; line: number; column: number };
    return `${name} ${line}:${column}`;
  }
  return undefined;
}

describe("the formula compiler", () => {
  it("turns a formula into straight code that writes its result in place", () => {
    expect(code("f(x, y) = sqrt(x*x + y*y)")).toEqual([
      "MULSS a0, a0, t0",
      "MULSS a1, a1, t1",
      "ADDSS t0, t1, t0",
      "SQRTS t0, r0",
    ]);
  });

  it("folds constants in single precision", () => {
    expect(constant("f() = 0.1 + 0.2")).toBe(Math.fround(Math.fround(0.1) + Math.fround(0.2)));
    expect(constant("f() = 16777216 + 1")).toBe(16777216);
    expect(constant("f() = 2^-1 * 3 - 7 % 4")).toBe(-1.5);
    expect(constant("f() = -7 % 4")).toBe(1);
    expect(constant("f() = if 1 < nan then 1 else 2")).toBe(2);
    expect(constant("f() = -2^2")).toBe(-4);
    expect(constant("f() = round(2.5) + round(-0.5)")).toBe(2);
    expect(constant("const k = 3\nf() = k * pi / pi")).toBe(3);
    expect(constant("table t = [5, 6, 7]\nf() = t[2] + len(t)")).toBe(10);
  });

  it("computes a common subexpression once", () => {
    expect(code("f(x) = (x*x + 1) / (x*x + 2)").filter((line) => line.startsWith("MULSS"))).toHaveLength(1);
  });

  it("uses vector instructions where the operands lie side by side", () => {
    expect(code("f(v: vec4, w: vec4) = dot(v * 2, w)")).toEqual([
      "MULVV a0, k0, t0",
      "MULVV t0, a4, t4",
      "SUMV t4, r0",
    ]);
    expect(code("f(v: vec4): vec4 = min(v, 1)")).toEqual(["MINVS a0, k0, r0"]);
    expect(code("f(v: vec3): vec3 = v.zyx")).toHaveLength(3);
  });

  it("inlines definitions into each other, whatever they are given", () => {
    expect(code("sq(x) = x*x\nf(v: vec4): vec4 = sq(v)")).toEqual(["MULVV a0, a0, r0"]);
    expect(code("twice(x) = 2*x\nf(x) = twice(twice(x))")).toEqual(["MULSS k0, a0, t0", "MULSS k0, t0, r0"]);
  });

  it("makes cheap conditionals straight and dear ones branch", () => {
    expect(code("f(x) = if x < 0 then -x else x")).toEqual(["MULSS a0, k0, t0", "CMPZ a0", "ASSIGNCLT t0, a0, r0"]);
    const dear = code(`f(x) = if x < 0 then ${"sin(x) + ".repeat(20)}1 else x`).join("\n");
    expect(dear).toContain("BRANCHC");
    expect(dear).not.toContain("ASSIGNC");
  });

  it("unrolls short loops, bounds the others", () => {
    expect(code("f(x) = { var s = 0; for i in 0..3 { s += x }\n s }").some((line) => line.includes("BRANCH"))).toBe(
      false,
    );
    const loop = compileFormula("f(n) = { var s = 0; for i in 0..n max 100 { s += i }\n s }");
    expect(validate(loop.archive).definitions[0].hasBackBranches).toBe(true);
    expect(failure("f(n) = { var s = 0; for i in 0..n { s += i }\n s }")).toBe("LMNT_FORMULA_MEANING 1:21");
    expect(failure("f(n) = { var s = 0; while s < n { s += 1 }\n s }")).toBe("LMNT_FORMULA_SYNTAX 1:33");
    expect(failure("f() = { var s = 0; for i in 0..1e9 { s += i }\n s }")).toBe("LMNT_FORMULA_MEANING 1:20");
  });

  it("calls host functions by definition", () => {
    const text = disassemble(compileFormula("extern noise(x, y)\nf(x) = noise(x, 2) + noise(x, 3)").archive);
    expect(text).toContain(".extern noise (2) -> (1)");
    expect(text.match(/EXTCALL +noise/g)).toHaveLength(2);
  });

  it("keeps default arguments in a data section", () => {
    const { archive } = compileFormula("f(x, gain = 2) = x * gain");
    expect(disassemble(archive)).toContain("default=d0");
  });

  it("reports mistakes with their place", () => {
    expect(failure("f(x) = y")).toBe("LMNT_FORMULA_MEANING 1:8");
    expect(failure("f(x) =\n  x +")).toBe("LMNT_FORMULA_SYNTAX 2:6");
    expect(failure("f(x) = f(x)")).toBe("LMNT_FORMULA_MEANING 1:8");
    expect(failure("f(x) = g(x)\ng(x) = f(x)")).toBe("LMNT_FORMULA_MEANING 2:8");
    expect(failure("f(v: vec3) = v + vec2(1, 2)")).toBe("LMNT_FORMULA_MEANING 1:16");
    expect(failure("f(x) = if x then 1 else 2")).toBe("LMNT_FORMULA_MEANING 1:11");
    expect(failure("f(x) = (x < 1) + 1")).toBe("LMNT_FORMULA_MEANING 1:16");
    expect(failure("f(x) = { let a = 1; a = 2\n a }")).toBe("LMNT_FORMULA_MEANING 1:21");
    expect(failure("f(x) = sqrt(x, x)")).toBe("LMNT_FORMULA_MEANING 1:8");
    expect(failure("sin(x) = x")).toBe("LMNT_FORMULA_MEANING 1:1");
    expect(failure("f(x) = x\nf(y) = y")).toBe("LMNT_FORMULA_MEANING 2:1");
    expect(failure("f(x) = x $ 2")).toBe("LMNT_FORMULA_SYNTAX 1:10");
    expect(failure("")).toBe("LMNT_FORMULA_MEANING 1:1");
  });

  it("bounds nesting, size and inlining", () => {
    expect(failure(`f(x) = ${"(".repeat(5000)}x${")".repeat(5000)}`)).toMatch(/^LMNT_FORMULA_SYNTAX/);
    expect(failure(`f(x) = ${"-".repeat(5000)}x`)).toMatch(/^LMNT_FORMULA_SYNTAX/);
    expect(failure(`f(x) = { ${"if x > 1 { ".repeat(5000)}`)).toMatch(/^LMNT_FORMULA_SYNTAX/);
    expect(failure(`f(x) = ${"x + ".repeat(5000)}x`)).toMatch(/^LMNT_FORMULA_SYNTAX/);
    expect(failure(`f(v: vec4) = v${".x".repeat(5000)}`)).toMatch(/^LMNT_FORMULA_SYNTAX/);
    expect(failure(`f(x) = ${"x + ".repeat(900)}x`)).toBeUndefined();
    const deep = Array.from({ length: 60 }, (_, i) => `f${i + 1}(x) = f${i}(x)${" + x".repeat(900)}`);
    expect(failure(["f0(x) = x", ...deep].join("\n"))).toMatch(/^LMNT_FORMULA_SIZE/);
    const chain = Array.from({ length: 3000 }, (_, i) => `g${i + 1}(x) = if x > ${i} then g${i}(x) else x`);
    expect(failure(["g0(x) = x", ...chain].join("\n"))).toMatch(/^LMNT_FORMULA/);
    const doubling = Array.from({ length: 40 }, (_, i) => `f${i + 1}(x) = sin(f${i}(x)) + cos(f${i}(x + 1))`);
    expect(failure(["f0(x) = x", ...doubling].join("\n"))).toMatch(/^LMNT_FORMULA_SIZE/);
  }, 20_000);

  it("gives an archive or a LoadError for any text", () => {
    const words =
      "f g x y ( ) = + - * / ^ , { } [ ] if then else for in .. max 3 let var 1 2.5 vec4 : < sin .x ; \n while".split(
        " ",
      );
    let seed = 7;
    const random = (limit: number) => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return Math.floor((seed / 2 ** 32) * limit);
    };
    for (let i = 0; i < 2000; i++) {
      const text = `f(x) = ${Array.from({ length: 1 + random(12) }, () => words[random(words.length)]).join(" ")}`;
      try {
        validate(compileFormula(text).archive);
      } catch (error) {
        expect((error as Error).name, text).toBe("LoadError");
      }
    }
  });
});
