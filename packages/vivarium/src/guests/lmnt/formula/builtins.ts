/** The functions and constants every formula can use. */
import { bitsOf } from "../floats.js";
import { bits } from "./ir.js";
import type { Expression, Position, TypeName } from "./syntax.js";
import { type Emitter, fail, type Value } from "./value.js";

export interface Builtin {
  /** Numbers of arguments it takes. */
  readonly arity: readonly number[];
  /** About how many instructions it comes to, for deciding what to compute on speculation. */
  readonly cost: number;
  readonly doc: string;
  lower(to: Emitter, args: readonly Expression[], at: Position): Value;
}

export const CONSTANTS: Readonly<Record<string, number>> = {
  pi: Math.PI,
  tau: 2 * Math.PI,
  e: Math.E,
  inf: Number.POSITIVE_INFINITY,
  nan: Number.NaN,
};

type Values = readonly Value[];
const number = (value: number): Value => ({ type: "number", lanes: [bits(bitsOf(value))] });

/** A function whose arguments are evaluated once each, in order. */
const simple = (
  arity: number | readonly number[],
  cost: number,
  doc: string,
  lower: (to: Emitter, values: Values, at: Position) => Value,
): Builtin => ({
  arity: typeof arity === "number" ? [arity] : arity,
  cost,
  doc,
  lower: (to, args, at) =>
    lower(
      to,
      args.map((argument) => to.expression(argument)),
      at,
    ),
});

const lanewise = (name: string, arity: 1 | 2, doc: string, cost = 1): Builtin =>
  simple(arity, cost, doc, (to, [x, y], at) => to.lanewise(name, at, x, y));

/** Folds any number of arguments of at least two. */
const folding = (name: string, doc: string): Builtin =>
  simple([2, 3, 4, 5, 6, 7, 8], 3, doc, (to, values, at) => values.reduce((x, y) => to.lanewise(name, at, x, y)));

const constructor = (type: TypeName, arity: readonly number[]): Builtin => ({
  arity,
  cost: 0,
  doc: `${type} of numbers and vectors, or of one number in every lane`,
  lower: (to, args, at) => to.construct(args, at, type),
});

const sub = (to: Emitter, at: Position, x: Value, y: Value) => to.lanewise("SUB", at, x, y);
const mul = (to: Emitter, at: Position, x: Value, y: Value) => to.lanewise("MUL", at, x, y);
const add = (to: Emitter, at: Position, x: Value, y: Value) => to.lanewise("ADD", at, x, y);
const div = (to: Emitter, at: Position, x: Value, y: Value) => to.lanewise("DIV", at, x, y);
const clamp = (to: Emitter, at: Position, x: Value, low: Value, high: Value) =>
  to.lanewise("MIN", at, to.lanewise("MAX", at, x, low), high);

function dot(to: Emitter, at: Position, x: Value, y: Value): Value {
  if (x.type !== y.type) fail(`dot of ${x.type} and ${y.type}`, at);
  return { type: "number", lanes: [to.sum(mul(to, at, x, y))] };
}

const lengthOf = (to: Emitter, at: Position, x: Value) => to.lanewise("SQRT", at, dot(to, at, x, x));

// biome-ignore format: a table
/** Every built-in function by name. */
export const BUILTINS: Readonly<Record<string, Builtin>> = {
  sqrt: lanewise("SQRT", 1, "square root"),
  sin: lanewise("SIN", 1, "sine of an angle in radians", 4),
  cos: lanewise("COS", 1, "cosine of an angle in radians", 4),
  tan: lanewise("TAN", 1, "tangent of an angle in radians", 4),
  asin: lanewise("ASIN", 1, "arc sine", 4),
  acos: lanewise("ACOS", 1, "arc cosine", 4),
  atan: lanewise("ATAN", 1, "arc tangent", 4),
  atan2: lanewise("ATAN2", 2, "angle of the point (second, first)", 4),
  ln: lanewise("LN", 1, "natural logarithm", 4),
  log: lanewise("LN", 1, "natural logarithm", 4),
  log2: lanewise("LOG2", 1, "logarithm to base 2", 4),
  log10: lanewise("LOG10", 1, "logarithm to base 10", 4),
  exp: simple(1, 4, "e to this power", (to, [x], at) => to.lanewise("POW", at, number(Math.E), x)),
  exp2: simple(1, 4, "2 to this power", (to, [x], at) => to.lanewise("POW", at, number(2), x)),
  pow: lanewise("POW", 2, "first to the power of the second", 4),
  abs: lanewise("ABS", 1, "magnitude"),
  floor: lanewise("FLOOR", 1, "greatest integer not above"),
  ceil: lanewise("CEIL", 1, "least integer not below"),
  round: lanewise("ROUND", 1, "nearest integer, ties to even"),
  trunc: lanewise("TRUNC", 1, "integer part"),
  fract: simple(1, 2, "x − floor x", (to, [x], at) => sub(to, at, x, to.lanewise("FLOOR", at, x))),
  mod: lanewise("REM", 2, "remainder with the sign of the divisor"),
  min: folding("MIN", "least"),
  max: folding("MAX", "greatest"),
  clamp: simple(3, 2, "x brought between low and high", (to, [x, low, high], at) => clamp(to, at, x, low, high)),
  lerp: simple(3, 3, "a + (b − a) × t", (to, [a, b, t], at) => add(to, at, a, mul(to, at, sub(to, at, b, a), t))),
  smoothstep: simple(3, 9, "0 below low, 1 above high, a smooth cubic between", (to, [low, high, x], at) => {
    const t = clamp(to, at, div(to, at, sub(to, at, x, low), sub(to, at, high, low)), number(0), number(1));
    return mul(to, at, mul(to, at, t, t), sub(to, at, number(3), mul(to, at, number(2), t)));
  }),
  hypot: simple(2, 4, "√(x² + y²)", (to, [x, y], at) =>
    to.lanewise("SQRT", at, add(to, at, mul(to, at, x, x), mul(to, at, y, y)))),
  sum: simple(1, 3, "sum of the lanes", (to, [x]) => ({ type: "number", lanes: [to.sum(x)] })),
  dot: simple(2, 5, "sum of the products of the lanes", (to, [x, y], at) => dot(to, at, x, y)),
  length: simple(1, 6, "Euclidean length", (to, [x], at) => lengthOf(to, at, x)),
  normalize: simple(1, 8, "vector of the same direction and length 1", (to, [x], at) =>
    div(to, at, x, lengthOf(to, at, x))),
  cross: simple(2, 9, "cross product", (to, [x, y], at) => {
    if (x.type !== "vec3" || y.type !== "vec3") fail("cross is of two vec3", at);
    const term = (i: number, j: number) =>
      to.scalar("SUB", to.scalar("MUL", x.lanes[i], y.lanes[j]), to.scalar("MUL", x.lanes[j], y.lanes[i]));
    return { type: "vec3", lanes: [term(1, 2), term(2, 0), term(0, 1)] };
  }),
  vec2: constructor("vec2", [1, 2]),
  vec3: constructor("vec3", [1, 2, 3]),
  vec4: constructor("vec4", [1, 2, 3, 4]),
  len: { arity: [1], cost: 0, doc: "number of values in a table", lower: (to, [table]) => to.tableLength(table) },
};
