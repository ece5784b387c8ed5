import { describe, expect, it } from "vitest";
import type * as ast from "./ast.js";
import { PySyntaxError } from "./error.js";
import { parse } from "./parse.js";
import { buildSymtable, mangle, type Scope, type SymbolTable } from "./symtable.js";

function table(source: string): SymbolTable {
  return buildSymtable(parse(source), { source });
}

function find(scope: Scope, name: string): Scope {
  for (const child of scope.children) {
    if (child.name === name) return child;
    try {
      return find(child, name);
    } catch {}
  }
  throw new Error(`no scope ${name}`);
}

/** `name: meaning` of all symbols of the named scope. */
function meanings(source: string, name: string): Record<string, string> {
  const scope = name === "top" ? table(source).top : find(table(source).top, name);
  return Object.fromEntries([...scope.symbols.values()].map((symbol) => [symbol.name, symbol.scope]));
}

describe("buildSymtable", () => {
  it("tells locals, cells, free names and globals apart", () => {
    const source =
      "g = 1\ndef f(p):\n  a = 1\n  b = 2\n  global e\n  e = 3\n  def h():\n    nonlocal b\n    b = a + g + p + e\n";
    expect(meanings(source, "top")).toMatchObject({ g: "local", f: "local", e: "global_explicit" });
    expect(meanings(source, "f")).toEqual({ p: "cell", a: "cell", b: "cell", e: "global_explicit", h: "local" });
    expect(meanings(source, "h")).toEqual({
      b: "free",
      a: "free",
      g: "global_implicit",
      p: "free",
      e: "global_implicit",
    });
    const f = find(table(source).top, "f");
    expect(f.varnames).toEqual(["p"]);
    expect(f.cellvars).toEqual(["a", "b", "p"]);
    expect(find(f, "h").freevars).toEqual(["a", "b", "p"]);
  });

  it("hides class names from methods and hands free names through", () => {
    const source = "def f():\n  x = 1\n  class C:\n    x = 2\n    def m(self): return x\n";
    expect(meanings(source, "C")).toEqual({ x: "local", m: "local" });
    expect(meanings(source, "m")).toEqual({ self: "local", x: "free" });
    expect(meanings(source, "f")).toEqual({ x: "cell", C: "local" });
  });

  it("gives a class its cell when a method says super or __class__", () => {
    const { top } = table("class C:\n  def a(self): super().a()\nclass D:\n  def a(self): pass\n");
    expect(find(top, "C").needsClassCell).toBe(true);
    expect(find(top, "C").children[0].freevars).toEqual(["__class__"]);
    expect(find(top, "D").needsClassCell).toBe(false);
  });

  it("mangles private names", () => {
    expect(meanings("class _C:\n  def m(self, __p): return self.__x, __y, __z__\n", "m")).toEqual({
      self: "local",
      _C__p: "local",
      _C__y: "global_implicit",
      __z__: "global_implicit",
    });
    expect(mangle("__C", "__x")).toBe("_C__x");
    expect(mangle("___", "__x")).toBe("__x");
    expect(mangle(null, "__x")).toBe("__x");
  });

  it("makes a scope of every comprehension, whose first iterable is outside", () => {
    const source = "def f(a, b):\n  return [x + b for x in a if y]\n";
    expect(meanings(source, "listcomp")).toEqual({ ".0": "local", x: "local", y: "global_implicit", b: "free" });
    expect(find(table(source).top, "listcomp").comprehension).toBe("list");
  });

  it("binds := in the function around a comprehension", () => {
    const source = "def f(a):\n  [(z := x) for x in a]\n  return z\n";
    expect(meanings(source, "f")).toMatchObject({ z: "cell" });
    expect(meanings(source, "listcomp")).toMatchObject({ z: "free" });
    expect(meanings("[(z := x) for x in a]\n", "listcomp")).toMatchObject({ z: "global_explicit" });
  });

  it("knows generators, coroutines and what they are together", () => {
    const { top } = table(
      "def g(): yield\nasync def c(): await x\nasync def a():\n  yield 1\ndef n():\n  return (y async for y in z)\n",
    );
    const kind = (name: string): [boolean, boolean] => [find(top, name).generator, find(top, name).coroutine];
    expect(kind("g")).toEqual([true, false]);
    expect(kind("c")).toEqual([false, true]);
    expect(kind("a")).toEqual([true, true]);
    expect(kind("n")).toEqual([false, false]);
    expect(kind("genexpr")).toEqual([true, true]);
  });

  it("gives type parameters, bounds, defaults and aliases scopes of their own", () => {
    const mod = parse("class C[T: int, U = T](Base[T]):\n  type A[V] = V | T\n  def m[W](self, x: W) -> U: pass\n");
    const symbols = buildSymtable(mod);
    const [cls] = mod.body as [ast.ClassDef];
    const [alias, method] = cls.body as [ast.TypeAlias, ast.FunctionDef];
    const params = symbols.typeParamsOf(cls);
    expect(params?.kind).toBe("type_parameters");
    expect(params?.forClass).toBe(true);
    expect(params?.cellvars).toEqual([".type_params", "T", "U"]);
    expect(symbols.scopeOf(cls.type_params[0]).kind).toBe("type_variable");
    expect(symbols.defaultScopeOf(cls.type_params[1])?.freevars).toEqual(["T"]);
    expect(symbols.typeParamsOf(alias)?.canSeeClassScope).toBe(true);
    expect(symbols.scopeOf(alias).freevars).toEqual(["T", "V", "__classdict__"]);
    expect(symbols.typeParamsOf(method)?.freevars).toEqual(["U", "__classdict__"]);
    expect(symbols.scopeOf(cls).needsClassDict).toBe(true);
    expect(symbols.scopeOf(cls).freevars).toEqual([".type_params", "T", "U"]);
  });

  it("does not look into annotations under the future import", () => {
    const { top, futureAnnotations } = table("from __future__ import annotations\ndef f(a: b) -> c: d: e = 1\n");
    expect(futureAnnotations).toBe(true);
    expect([...top.symbols.keys()]).toEqual(["annotations", "f"]);
    expect([...find(top, "f").symbols.keys()]).toEqual(["a", "d"]);
  });

  it("notes annotated names in modules and classes", () => {
    const { top } = table("x: int\nclass C:\n  y: int\nclass D:\n  self.z: int\ndef f():\n  w: int\n");
    expect(["C", "D", "f"].map((name) => find(top, name).hasAnnotations)).toEqual([true, false, false]);
    expect(top.hasAnnotations).toBe(true);
  });

  it("refuses a tree that is too deep, as CPython does", () => {
    for (const source of [
      `a${" + a".repeat(5000)}`,
      `a${".b".repeat(5000)}`,
      `if a: b\n${"elif a: b\n".repeat(5000)}`,
    ]) {
      try {
        table(source);
        expect.unreachable();
      } catch (e) {
        expect((e as PySyntaxError).data).toMatchObject({
          kind: "RecursionError",
          msg: "maximum recursion depth exceeded during compilation",
        });
      }
    }
    expect(() => table(`a${" + a".repeat(1400)}`)).not.toThrow();
    expect(() => table(`a${" and a".repeat(50_000)}`)).not.toThrow(PySyntaxError);
  });
});
