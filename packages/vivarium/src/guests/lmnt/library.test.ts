import { describe, expect, it } from "vitest";
import { lmnt } from "../../lmnt.js";
import { LIBRARY } from "./library.js";

const WAVES = ["sin", "cos", "tan"] as const;

/** Order of the single-precision numbers, for distances in units of the last place. */
function order(value: number): number {
  const bits = new Int32Array(Float32Array.of(value).buffer)[0] as number;
  return bits < 0 ? -(bits & 0x7fffffff) : bits;
}

/** Small, large and huge arguments, and those next to multiples of π/2, where a wave is hardest. */
const ARGUMENTS = Float32Array.from({ length: 40_000 }, (_, i) => {
  const spread = Math.sin(i * 12.9898) * 43758.5453;
  const unit = spread - Math.floor(spread);
  if (i % 4 === 0) return (unit - 0.5) * 20;
  if (i % 4 === 1) return Math.exp((unit - 0.5) * 80);
  return i % 4 === 2 ? Math.round(unit * 330_000) * (Math.PI / 2) : -(2 ** Math.floor(unit * 60 - 30)) * 1.1;
});
const SPECIAL = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 524288, 524288.0625, 1e-45];

describe("the waves", () => {
  it.each(WAVES)("%s is within 1 ulp of the double-precision function", (name) => {
    const call = LIBRARY[name]?.call as unknown as (x: number) => number;
    let worst = 0;
    for (const x of [...ARGUMENTS, ...SPECIAL.map(Math.fround)]) {
      const [got, want] = [Math.fround(call(x)), Math.fround(Math[name](x))];
      if (Number.isNaN(want)) expect(got).toBeNaN();
      else worst = Math.max(worst, Math.abs(order(got) - order(want)));
    }
    expect(worst).toBeLessThanOrEqual(1);
    expect(call(-0)).toBe(name === "cos" ? 1 : -0);
  });

  it.each(WAVES)("%s has the same bits in JavaScript, in WebAssembly and over columns", (name) => {
    const call = LIBRARY[name]?.call as unknown as (x: number) => number;
    const { program } = lmnt.compile(`f(x) = ${name}(x)`);
    using batch = program.batch("f");
    using machine = program.instantiate({ tier: "interpreter" });
    const inputs = Float32Array.from([...ARGUMENTS.subarray(0, 4000), ...SPECIAL]);
    const [column] = batch.apply([inputs]);
    inputs.forEach((x, i) => {
      const want = Math.fround(call(x));
      machine.call("f", [x]);
      expect(Object.is(machine.returnValuesOf("f")[0], want), `${x}`).toBe(true);
      expect(Object.is(column?.[i], want), `${x}`).toBe(true);
    });
  });
});
