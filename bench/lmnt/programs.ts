/** Programs of the LMNT benchmark: shapes of single calls, and formulas that are applied to columns. */
import { lmnt } from "vivarium/lmnt/formula";
import { assemble } from "vivarium/lmnt/tools";

export interface Shape {
  readonly name: string;
  readonly archive: Uint8Array;
  readonly fn: string;
  readonly args: readonly number[];
}

const formula = (name: string, args: readonly number[], text: string, fn = name): Shape => ({
  name,
  archive: lmnt.compile(text).program.archive.bytes,
  fn,
  args,
});

const assembly = (name: string, args: readonly number[], fn: string, text: string): Shape => ({
  name,
  archive: assemble(text),
  fn,
  args,
});

/** 125 additions, each of which needs the one before. */
const CHAIN = Array.from({ length: 125 }, (_, i) => `  ADDSS ${i === 0 ? "a" : "r"}, b, r`).join("\n");

/** A point on a circle, with what a haptic device wants besides; `t` seconds, turns of `period` seconds. */
const ANGLE = `
  REMSS t, period, r1
  ADDSS r1, phase, r1
  REMSS r1, period, r1
  DIVSS r1, period, r1
  MULSS r1, =6.2831855, r1
  SINCOS r1, r0, r1
  MULSS r0, radius, r0
  MULSS r1, radius, r1`;

/** The same, moved by a matrix of three columns and an offset. */
const MOVED = `
  ASSIGNIBS 0, r2
  ASSIGNIBS 0, r3
  ASSIGNSS a7, r4
  ASSIGNSS a11, r5
  ASSIGNSS a15, r6
  MULVV a4, r0, a4
  MULVV a8, r0, a8
  MULVV a12, r0, a12
  SUMV a4, r0
  SUMV a8, r1
  SUMV a12, r2
  ADDVV r0, r4, r0
  ASSIGNIBS 0, r3
  ASSIGNIBS 0, r4
  ASSIGNIBS 1, r5
  ASSIGNIBS 1, r6`;

/** Names of the matrix's arguments, a4 to a15. */
const MATRIX = Array.from({ length: 12 }, (_, i) => `m${i}`).join(", ");

/** The product of two 4 × 4 matrices: 64 multiplications and 48 additions of numbers. */
const PRODUCT = [0, 1, 2, 3]
  .flatMap((row) =>
    [0, 1, 2, 3].flatMap((column) => [
      `  MULSS a${4 * row}, a${16 + column}, r${4 * row + column}`,
      ...[1, 2, 3].flatMap((k) => [
        `  MULSS a${4 * row + k}, a${16 + 4 * k + column}, t0`,
        `  ADDSS r${4 * row + column}, t0, r${4 * row + column}`,
      ]),
    ]),
  )
  .join("\n");

/** Programs with the names and the numbers of executed instructions that published figures of LMNT have. */
export const SHAPES: readonly Shape[] = [
  assembly("simple", [1, 2], "simple", ".function simple (a, b) -> (r)\n  ADDSS a, b, r\n.end"),
  formula("rgb2luma", [0.2, 0.5, 0.7], "rgb2luma(r, g, b) = 0.2126*r + 0.7152*g + 0.0722*b"),
  formula("smoothstep", [0.1, 0.9, 0.4], "smoothstep3(a, b, x) = smoothstep(a, b, x)", "smoothstep3"),
  formula(
    "Vector3_norm",
    [1, 2, 3],
    "norm(x, y, z): vec3 = { let l = sqrt((((x*x + 0.5) + y*y) + z*z))\n [x/l, y/l, z/l] }",
    "norm",
  ),
  assembly(
    "circle",
    [0.3, 0.1, 2, 1.5],
    "circle",
    `.function circle (t, phase, radius, period) -> (7)${ANGLE}
  ASSIGNIBS 0.15, r2\n  ASSIGNIBS 0, r3\n  ASSIGNIBS 0, r4\n  ASSIGNIBS 1, r5\n  ASSIGNIBS 1, r6\n.end`,
  ),
  assembly(
    "circle_ht",
    [0.3, 0.1, 2, 1.5, 1, 0, 0, 0.5, 0, 1, 0, 0.25, 0, 0, 1, 0.125],
    "circle",
    `.function circle (t, phase, radius, period, ${MATRIX}) -> (7)${ANGLE}${MOVED}\n.end`,
  ),
  assembly("simple125", [1, 2], "chain", `.function chain (a, b) -> (r)\n${CHAIN}\n.end`),
  assembly(
    "m4_mul",
    Array.from({ length: 32 }, (_, i) => (i % 7) - 2.5),
    "product",
    `.function product (32) -> (16)\n${PRODUCT}\n.end`,
  ),
  formula(
    "for_mandel",
    [-0.5, 0.5],
    "mandel(cx, cy) = { var x = 0; var y = 0; var n = 0\n while x*x + y*y <= 4 max 83 { let t = x*x - y*y + cx; y = 2*x*y + cy; x = t; n += 1 }\n n }",
    "mandel",
  ),
  formula(
    "for_dyn",
    [1000],
    "total(n) = { var s = 0; for i in 0..n max 100000 { s = (s * 0.5 + i) * 0.25 - s * 0.125 }\n s }",
    "total",
  ),
];

export interface ColumnProgram {
  readonly name: string;
  readonly text: string;
  /** The same as a JavaScript loop: arguments' columns, then the result's. */
  readonly js: (length: number, columns: readonly Float32Array[]) => void;
  /** The same for mathjs, on numbers `a`, `b`, `c`. */
  readonly mathjs: string;
  /** The same in C, for element `i` of columns `a`, `b`, `c` into `o`. */
  readonly c: string;
}

export const COLUMNS: readonly ColumnProgram[] = [
  {
    name: "hypot",
    text: "f(x, y) = sqrt(x*x + y*y)",
    js: (n, [a, b, o]) => {
      if (a && b && o) for (let i = 0; i < n; i++) o[i] = Math.sqrt(a[i]! * a[i]! + b[i]! * b[i]!);
    },
    mathjs: "sqrt(a*a + b*b)",
    c: "o[i] = sqrtf(a[i]*a[i] + b[i]*b[i]);",
  },
  {
    name: "degree 5",
    text: "f(x) = ((((0.1*x + 0.2)*x + 0.3)*x + 0.4)*x + 0.5)*x + 0.6",
    js: (n, [a, o]) => {
      if (!a || !o) return;
      for (let i = 0; i < n; i++) {
        const x = a[i]!;
        o[i] = ((((0.1 * x + 0.2) * x + 0.3) * x + 0.4) * x + 0.5) * x + 0.6;
      }
    },
    mathjs: "((((0.1*a + 0.2)*a + 0.3)*a + 0.4)*a + 0.5)*a + 0.6",
    c: "float x = a[i]; o[i] = ((((0.1f*x + 0.2f)*x + 0.3f)*x + 0.4f)*x + 0.5f)*x + 0.6f;",
  },
  {
    name: "smoothstep",
    text: "f(x) = smoothstep(0, 1, x)",
    js: (n, [a, o]) => {
      if (!a || !o) return;
      for (let i = 0; i < n; i++) {
        const t = Math.min(Math.max(a[i]!, 0), 1);
        o[i] = t * t * (3 - 2 * t);
      }
    },
    mathjs: "t = min(max(a, 0), 1); t*t*(3 - 2*t)",
    c: "float t = a[i] < 0 ? 0 : a[i] > 1 ? 1 : a[i]; o[i] = t*t*(3 - 2*t);",
  },
  {
    name: "luma",
    text: "f(r, g, b) = 0.2126*r + 0.7152*g + 0.0722*b",
    js: (n, [a, b, c, o]) => {
      if (a && b && c && o) for (let i = 0; i < n; i++) o[i] = 0.2126 * a[i]! + 0.7152 * b[i]! + 0.0722 * c[i]!;
    },
    mathjs: "0.2126*a + 0.7152*b + 0.0722*c",
    c: "o[i] = 0.2126f*a[i] + 0.7152f*b[i] + 0.0722f*c[i];",
  },
  {
    name: "power",
    text: "f(x, y) = abs(x) ^ y",
    js: (n, [a, b, o]) => {
      if (a && b && o) for (let i = 0; i < n; i++) o[i] = Math.abs(a[i]!) ** b[i]!;
    },
    mathjs: "abs(a) ^ b",
    c: "o[i] = powf(fabsf(a[i]), b[i]);",
  },
  {
    name: "polar",
    text: "f(x, y) = atan2(y, x) + ln(x*x + y*y)",
    js: (n, [a, b, o]) => {
      if (a && b && o) for (let i = 0; i < n; i++) o[i] = Math.atan2(b[i]!, a[i]!) + Math.log(a[i]! ** 2 + b[i]! ** 2);
    },
    mathjs: "atan2(b, a) + log(a*a + b*b)",
    c: "o[i] = atan2f(b[i], a[i]) + logf(a[i]*a[i] + b[i]*b[i]);",
  },
  {
    name: "sine",
    text: "f(x) = sin(x)",
    js: (n, [a, o]) => {
      if (a && o) for (let i = 0; i < n; i++) o[i] = Math.sin(a[i]!);
    },
    mathjs: "sin(a)",
    c: "o[i] = sinf(a[i]);",
  },
];
