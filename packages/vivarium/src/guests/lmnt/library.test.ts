import { describe, expect, it } from "vitest";
import { lmnt } from "../../lmnt-formula.js";
import { libraryFunction } from "./library.js";

const UNARY = ["sin", "cos", "tan", "asin", "acos", "atan", "ln", "log2", "log10"] as const;
const BINARY = ["atan2", "pow"] as const;
/** What JavaScript calls them, in double precision; rounded once, they are the measure. */
const EXACT: Readonly<Record<string, (x: number, y: number) => number>> = {
  ...Object.fromEntries(
    ["sin", "cos", "tan", "asin", "acos", "atan", "log2", "log10"].map((n) => [n, Math[n as "sin"]]),
  ),
  ln: Math.log,
  atan2: Math.atan2,
  // C99's rules.
  pow: (x, y) => (x === 1 || (x === -1 && Math.abs(y) === Number.POSITIVE_INFINITY) ? 1 : x ** y),
};

/** Order of the single-precision numbers, for distances in units of the last place. */
function order(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer)[0] as number;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** A number from 0 to 1 that `i` gives. */
function unit(i: number): number {
  const spread = Math.sin(i * 12.9898) * 43758.5453;
  return spread - Math.floor(spread);
}
/** Small, large and huge arguments, those next to multiples of π/2, where a wave is hardest, and those next to 1. */
const ARGUMENTS = Float32Array.from({ length: 40_000 }, (_, i) => {
  const u = unit(i);
  switch (i % 6) {
    case 0:
      return (u - 0.5) * 20;
    case 1:
      return Math.exp((u - 0.5) * 80);
    case 2:
      return Math.round(u * 330_000) * (Math.PI / 2);
    case 3:
      return 1 + (u - 0.5) / 2 ** Math.floor(unit(i + 0.5) * 24);
    case 4:
      return (u - 0.5) * 2;
    default:
      return -(2 ** Math.floor(u * 60 - 30)) * 1.1;
  }
});
const SPECIAL = Float32Array.from([
  ...[0, Number.POSITIVE_INFINITY, 1, 2, 10, 0.5, 524288, 524288.0625, 1e-45, 3.4028235e38, 1.1754944e-38].flatMap(
    (x) => [x, -x],
  ),
  Number.NaN,
  0.99999994,
  1.0000001,
  Math.SQRT2,
  Math.SQRT1_2,
  0.41421357,
]);
const PAIRS = [
  ...[...SPECIAL].flatMap((x) => [...SPECIAL].map((y) => [x, y] as const)),
  ...Array.from({ length: 20_000 }, (_, i) => [ARGUMENTS[i] as number, ARGUMENTS[39_999 - 2 * i] as number] as const),
];

describe("the mathematical functions", () => {
  it.each([...UNARY, ...BINARY])(
    "%s is within 1 ulp of the double-precision function, NaNs and zeros alike",
    (name) => {
      const call = libraryFunction(name);
      const exact = EXACT[name] as (x: number, y: number) => number;
      const pairs = BINARY.includes(name as "pow") ? PAIRS : [...ARGUMENTS, ...SPECIAL].map((x) => [x, 0] as const);
      let worst = 0;
      for (const [x, y] of pairs) {
        const [got, want] = [Math.fround(call(x, y)), Math.fround(exact(x, y))];
        if (Number.isNaN(want) || want === 0 || !Number.isFinite(want)) expect(got, `${x} ${y}`).toBe(want);
        else worst = Math.max(worst, Math.abs(order(got) - order(want)));
      }
      expect(worst).toBeLessThanOrEqual(1);
    },
  );

  it.each(UNARY)("%s has the same bits in JavaScript, in both compilers and over columns", (name) => {
    const { program } = lmnt.compile(`f(x) = ${name}(x)`);
    const inputs = Float32Array.from([...ARGUMENTS.subarray(0, 4000), ...SPECIAL]);
    const want = inputs.map((x) => libraryFunction(name)(x));
    expectAlike(program, [inputs], want);
  });

  it.each(BINARY)("%s has the same bits in JavaScript, in both compilers and over columns", (name) => {
    const { program } = lmnt.compile(`f(x, y) = ${name}(x, y)`);
    const some = PAIRS.slice(0, 4000);
    const inputs = [0, 1].map((i) => Float32Array.from(some, (pair) => pair[i] as number));
    expectAlike(
      program,
      inputs,
      Float32Array.from(some, ([x, y]) => libraryFunction(name)(x, y)),
    );
  });
});

function expectAlike(
  program: ReturnType<typeof lmnt.compile>["program"],
  inputs: readonly Float32Array[],
  want: Float32Array,
): void {
  using batch = program.batch("f");
  expect(batch.vectorised).toBe(true);
  const bits = (values: Float32Array | undefined): number[] =>
    Array.from(new Int32Array((values as Float32Array).buffer));
  const expected = bits(want).map((b, i) => (Number.isNaN(want[i]) ? 0x7fc00000 : b));
  expect(bits(batch.apply(inputs)[0])).toEqual(expected);
  for (const tier of ["interpreter", "jit"] as const) {
    using machine = program.instantiate({ tier });
    const f = machine.function("f");
    const got = want.map((_, i) => f(...inputs.map((column) => column[i] as number)) as number);
    expect(bits(got), tier).toEqual(expected);
  }
}
