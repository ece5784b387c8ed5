import { describe, expect, it } from "vitest";
import { formatPointers, parsePrototype } from "./prototype.js";

const i32 = { kind: "integer", bits: 32, signed: true };
const pointer = { kind: "pointer" };

describe("C prototypes", () => {
  it.each([
    ["int f(void)", i32, []],
    ["int f()", i32, []],
    [
      "unsigned long long f(short, unsigned char c)",
      { kind: "integer", bits: 64, signed: false },
      [
        { kind: "integer", bits: 16, signed: true },
        { kind: "integer", bits: 8, signed: false },
      ],
    ],
    ["const char * const * f(char s[], int a[10]);", pointer, [pointer, pointer]],
    ["FILE *f(struct tm *t, FILE *restrict g)", pointer, [pointer, pointer]],
    [
      "double f(float, enum color c, size_t)",
      { kind: "float", bits: 64 },
      [
        { kind: "float", bits: 32 },
        { kind: "integer", bits: 32, signed: false },
        { kind: "integer", bits: 64, signed: false },
      ],
    ],
    [
      "void f(void *(*make)(int), void (*)(void))",
      { kind: "void" },
      [
        { kind: "callback", signature: { result: pointer, params: [i32], variadic: false } },
        { kind: "callback", signature: { result: { kind: "void" }, params: [], variadic: false } },
      ],
    ],
  ])("reads %s", (source, result, params) => {
    expect(parsePrototype(source)).toMatchObject({ name: "f", result, params, variadic: false, format: null });
  });

  it("reads formats of variadic functions", () => {
    const source = "int snprintf(char *, size_t, const char *, ...) __attribute__((format(printf, 3, 4)));";
    expect(parsePrototype(source)).toMatchObject({ variadic: true, format: { style: "printf", param: 2 } });
  });

  it.each([
    ["", 1],
    ["int", 4],
    ["int f(", 7],
    ["int f(int", 10],
    ["f(int)", 2],
    ["int f(struct s v)", 16],
    ["int f(long double)", 7],
    ["int f(unsigned float)", 7],
    ["int f(int, void)", 16],
    ["int f(...)", 10],
    ["int f(int) g", 12],
    ["int f(int; int)", 10],
    ["int @f(int)", 5],
    ["int f(int) __attribute__((format(printf, 1, 2)))", 42],
    [`int f(${"int (*)(".repeat(10)}`, 46],
  ])("refuses '%s' at column %i", (source, column) => {
    expect(() => parsePrototype(source)).toThrow(expect.objectContaining({ code: "C_PROTOTYPE", column }));
  });

  it("finds the pointers among variadic arguments", () => {
    expect(formatPointers("printf", "%d %% %-5s %*.*f %p %lu %n %m")).toEqual([
      false,
      true,
      false,
      false,
      false,
      true,
      false,
      true,
    ]);
    expect(formatPointers("scanf", "%d %*s %[^,] %lf")).toEqual([true, true, true]);
  });
});
