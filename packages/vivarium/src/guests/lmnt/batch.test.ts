import { describe, expect, it } from "vitest";
import type { LmntProgram } from "../../lmnt.js";
import { lmnt } from "../../lmnt-formula.js";
import { assemble } from "./assembler.js";

const SAMPLES = [0, -0, 1, -1, 0.25, 0.75, 2, 1e-40, 3e38, Number.POSITIVE_INFINITY, Number.NaN, -7.5, 13];

/** Results of a batch and of single calls, as bits, for all samples in all arguments. */
function both(program: LmntProgram, name: string): { batch: number[]; single: number[]; vectorised: boolean } {
  const { argsCount, rvalsCount } = program.definition(name);
  const inputs = Array.from({ length: argsCount }, (_, i) =>
    Float32Array.from(SAMPLES, (_, k) => SAMPLES[(k * (i + 1) + i) % SAMPLES.length] as number),
  );
  using batch = program.batch(name);
  const outputs = batch.apply(inputs);
  using machine = program.instantiate({ tier: "interpreter" });
  const bits = (values: Float32Array) => [...new Uint32Array(values.slice().buffer)];
  const single = SAMPLES.flatMap((_, k) => {
    machine.reset();
    machine.call(
      name,
      inputs.map((column) => column[k] as number),
    );
    return bits(machine.returnValuesOf(name));
  });
  const columns = outputs.map(bits);
  const order = SAMPLES.flatMap((_, k) => Array.from({ length: rvalsCount }, (_, i) => columns[i]?.[k] as number));
  return { batch: order, single, vectorised: batch.vectorised };
}

describe("batches", () => {
  it.each([
    ["hypot", "f(x, y) = sqrt(x*x + y*y)"],
    ["polynomial", "f(x) = (((((0.1*x + 0.2)*x + 0.3)*x + 0.4)*x + 0.5)*x + 0.6)"],
    ["smoothstep", "f(x) = smoothstep(0, 1, x)"],
    ["a conditional", "f(x, y) = if x < y and not (x == 0) then x / y else abs(y) - 1"],
    ["vectors", "f(v: vec4, s): vec4 = min(v * s, 1) + floor(v)"],
    ["library functions", "f(x, y) = sin(x) + atan2(y, x) * pow(x, y)"],
    ["rounding and remainder", "f(x, y) = round(x) + trunc(y) + x % y + ceil(x)"],
    ["a short loop", "f(x) = { var s = 0; for i in 0..5 { s = s * x + i }\n s }"],
    ["a table at a constant index", "table t = [3, 4]\nf(x) = x * t[1]"],
  ])("vectorises %s, bit for bit as single calls", (_, text) => {
    const { batch, single, vectorised } = both(lmnt.compile(text).program, "f");
    expect(vectorised).toBe(true);
    expect(batch).toEqual(single);
  });

  it("turns branches forward into masks", () => {
    const text = `.function f (a, b) -> (r, s)
      ASSIGNSS a, r
      ASSIGNSS b, s
      CMP a, b
      BRANCHCGT big
      MULSS a, b, r
      BRANCHZ b, done
      ADDSS r, =1, s
      BRANCH done
    big:
      SUBSS a, b, s
      BRANCHNEG s, done
      RETURN
    done:
      ADDSS s, r, s
    .end`;
    const { batch, single, vectorised } = both(lmnt.load(assemble(text)), "f");
    expect(vectorised).toBe(true);
    expect(batch).toEqual(single);
  });

  it.each([
    ["loops", "f(x) = { var s = x; for i in 0..100 { s = s * 0.5 + i }\n s }", "the function loops"],
    ["table look-ups", "table t = [3, 4]\nf(x) = t[x * 0]", "the function may fail"],
  ])("runs %s element by element, with the same results", (_, text, reason) => {
    const { program } = lmnt.compile(text);
    using batch = program.batch("f");
    expect(batch.reason).toBe(reason);
    expect([...(batch.apply([[1, 2, 3]])[0] as Float32Array)]).toHaveLength(3);
  });

  it("says which element failed", () => {
    const { program } = lmnt.compile("table t = [3, 4]\nf(i) = t[i]");
    using batch = program.batch("f");
    using columns = batch.allocate(3);
    columns.at(0).set([1, 5, 0]);
    expect(batch.run(columns)).toMatchObject({ element: 1, name: "ACCESS_VIOLATION" });
    expect(columns.at(1)[0]).toBe(4);
    expect(() => batch.apply([[9]])).toThrow(expect.objectContaining({ code: "LMNT_BATCH" }));
  });

  it("works on any length, in place, and writes nothing past the end", () => {
    const { program } = lmnt.compile("f(x) = x + 1");
    using batch = program.batch("f");
    for (const length of [0, 1, 3, 4, 5, 17, 1000]) {
      using columns = batch.allocate(length);
      using beside = batch.allocate(length);
      columns.at(0).fill(1);
      batch.run(columns);
      expect(columns.at(1)).toEqual(new Float32Array(length).fill(2));
      expect(beside.at(0)).toEqual(new Float32Array(length));
    }
  });

  it("computes arrays of the caller's in parts, wherever they lie", () => {
    const length = 20_001;
    const xs = Float32Array.from({ length }, (_, i) => (i % 1000) / 8);
    const want = xs.map((x) => x * 2 + 1);
    using batch = lmnt.compile("f(x) = x * 2 + 1").program.batch("f");
    expect(batch.apply([xs])[0]).toEqual(want);
    expect(batch.apply([Array.from(xs)])[0]).toEqual(want);
    expect(batch.apply([Float64Array.from(xs)])[0]).toEqual(want);
    // The results over the arguments, at the same place and one further.
    const same = xs.slice();
    expect(batch.apply([same], [same])[0]).toEqual(want);
    const shared = new Float32Array(length + 1);
    shared.set(xs);
    expect(batch.apply([shared.subarray(0, length)], [shared.subarray(1)])[0]).toEqual(want);
  });

  it("computes element by element in parts, too, and counts them through", () => {
    const program = lmnt.load(assemble(".data t: 1, 2, 4\n.function f (x) -> (r)\n  DLOADIRS t, x, r\n.end"));
    using batch = program.batch("f");
    expect(batch.vectorised).toBe(false);
    const xs = Float32Array.from({ length: 10_000 }, (_, i) => i % 3);
    expect(batch.apply([xs])[0]?.subarray(9_997)).toEqual(Float32Array.of(2, 4, 1));
    xs[9_000] = 7;
    expect(() => batch.apply([xs])).toThrow("element 9000 of f: ACCESS_VIOLATION");
  });

  it("refuses columns that do not fit", () => {
    const { program } = lmnt.compile("f(x) = x + 1\ng(x, y) = x + y");
    using batch = program.batch("f");
    using other = program.batch("g").allocate(4);
    expect(() => batch.run(other)).toThrow(expect.objectContaining({ code: "COLUMNS_COUNT" }));
    expect(() => batch.apply([[1], [2]])).toThrow(expect.objectContaining({ code: "COLUMNS_COUNT" }));
    expect(() => program.batch("g").apply([[1], [2, 3]])).toThrow(expect.objectContaining({ code: "COLUMNS_LENGTH" }));
    expect(() => batch.allocate(-1)).toThrow(expect.objectContaining({ code: "OPTION_RANGE" }));
  });
});
