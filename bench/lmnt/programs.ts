/** Programs of the LMNT benchmark: shapes of single calls, and formulas that are applied to columns. */
import { assemble, lmnt } from "vivarium/lmnt";

export interface Shape {
  readonly name: string;
  readonly archive: Uint8Array;
  readonly fn: string;
  readonly args: readonly number[];
}

const formula = (name: string, args: readonly number[], text: string): Shape => ({
  name,
  archive: lmnt.compile(text).program.archive.bytes,
  fn: name,
  args,
});

/** 125 additions, each of which needs the one before. */
function chain(): Shape {
  const adds = Array.from({ length: 125 }, (_, i) => `  ADDSS ${i === 0 ? "a" : "r"}, b, r`).join("\n");
  return {
    name: "chain125",
    archive: assemble(`.function chain (a, b) -> (r)\n${adds}\n.end`),
    fn: "chain",
    args: [1, 2],
  };
}

const MATRIX = Array.from({ length: 32 }, (_, i) => (i % 7) - 2.5);

/** From 5 to thousands of instructions a call. */
export const SHAPES: readonly Shape[] = [
  formula("luma", [0.2, 0.5, 0.7], "luma(r, g, b) = 0.2126*r + 0.7152*g + 0.0722*b"),
  formula("smooth", [0.1, 0.9, 0.4], "smooth(a, b, x) = smoothstep(a, b, x)"),
  formula("normal", [1, 2, 3], "normal(v: vec3): vec3 = normalize(v)"),
  formula(
    "circle",
    [0.3, 1, 2, 0.5],
    "circle(t, x, y, r): vec2 = { let a = t * tau + 0.1\n [x + r*cos(a)*2, y + r*sin(a)*3] }",
  ),
  chain(),
  formula(
    "matrix",
    MATRIX,
    `matrix(${"abcd".split("").map((c) => `${c}: vec4`)}, ${"efgh".split("").map((c) => `${c}: vec4`)}): vec4 = {
      ${"efgh"
        .split("")
        .map((v, i) => `let r${i} = vec4(dot(a, ${v}), dot(b, ${v}), dot(c, ${v}), dot(d, ${v}))`)
        .join("\n")}
      let s = vec4(r0.x*r1.x + r2.x*r3.x, r0.y*r1.y + r2.y*r3.y, r0.z*r1.z + r2.z*r3.z, r0.w*r1.w + r2.w*r3.w)
      let t = vec4(dot(a, s), dot(b, s), dot(c, s), dot(d, s))
      vec4(t.x*s.y - t.y*s.x, t.y*s.z - t.z*s.y, t.z*s.w - t.w*s.z, t.w*s.x - t.x*s.w)
    }`,
  ),
  formula(
    "mandel",
    [-0.5, 0.5],
    "mandel(cx, cy) = { var x = 0; var y = 0; var n = 0\n while x*x + y*y <= 4 max 100 { let t = x*x - y*y + cx; y = 2*x*y + cy; x = t; n += 1 }\n n }",
  ),
  formula(
    "sum",
    [1000],
    "sum(n) = { var s = 0; for i in 0..n max 100000 { s = s * 0.5 + i }\n s }".replace("sum(", "total("),
  ),
].map((shape) => (shape.name === "sum" ? { ...shape, fn: "total" } : shape));

export interface ColumnProgram {
  readonly name: string;
  readonly text: string;
  /** The same as a JavaScript loop: arguments' columns, then the result's. */
  readonly js: (length: number, columns: readonly Float32Array[]) => void;
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
    c: "float t = a[i] < 0 ? 0 : a[i] > 1 ? 1 : a[i]; o[i] = t*t*(3 - 2*t);",
  },
  {
    name: "luma",
    text: "f(r, g, b) = 0.2126*r + 0.7152*g + 0.0722*b",
    js: (n, [a, b, c, o]) => {
      if (a && b && c && o) for (let i = 0; i < n; i++) o[i] = 0.2126 * a[i]! + 0.7152 * b[i]! + 0.0722 * c[i]!;
    },
    c: "o[i] = 0.2126f*a[i] + 0.7152f*b[i] + 0.0722f*c[i];",
  },
  {
    name: "sine",
    text: "f(x) = sin(x)",
    js: (n, [a, o]) => {
      if (a && o) for (let i = 0; i < n; i++) o[i] = Math.sin(a[i]!);
    },
    c: "o[i] = sinf(a[i]);",
  },
];
