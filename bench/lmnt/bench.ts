/**
 * The benchmark of LMNT: single calls through the public API, columns, loading.
 *
 * `LMNT_DIR` names a folder with `include/` and `liblmnt.a` of the C implementation, built by the user; then its
 * interpreter, and its compiler if it is in the library, are measured beside ours. Without it published figures of
 * another machine stand in their places.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { check, createLmnt, interpreter, jit, type LmntMachine, type LmntTier } from "vivarium/lmnt";
import { lmnt } from "vivarium/lmnt/formula";
import { child } from "../child.js";
import { CACHE, median, output, pairedRatio, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";
import { COLUMNS, type ColumnProgram, SHAPES, type Shape } from "./programs.js";

/** The part of the peer's API that is used. It is installed with the benchmark, so the build does not know it. */
interface MathJs {
  compile(text: string): EvalFunction;
}
interface EvalFunction {
  evaluate(scope: Record<string, number>): unknown;
}
const MATHJS = join(import.meta.dirname, "../node_modules/mathjs/lib/esm/index.js");

const ELEMENTS = 1_000_000;
/** The share of the elements that mathjs is given, which takes a thousand times as long. */
const MATHJS_SHARE = 20;
/** Samples of one measurement, of which the best counts. */
const SAMPLES = 200;
/** Published nanoseconds a call of the C implementation: interpreter, compiler (whose results for circles are wrong). */
const PUBLISHED: Readonly<Record<string, readonly [number, number]>> = {
  simple: [11.2, 11.2],
  simple125: [386.0, 72.4],
  circle: [62.9, 51.4],
  circle_ht: [73.6, 45.0],
  Vector3_norm: [43.9, 34.9],
  m4_mul: [127.0, 71.9],
  for_mandel: [1827.4, 453.2],
  for_dyn: [9787.8, 4573.4],
  rgb2luma: [17.3, 13.7],
  smoothstep: [30.1, 18.7],
};

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const rounds = options.rounds ?? (options.quick ? 1 : 5);
  const parts = [await calls(options, rounds), await columns(3 * rounds), loading(), threshold()];
  const text = parts.join("\n\n");
  return { text, readme: text };
}

/** Instructions that a call executes. */
function executed(shape: Shape): bigint {
  const gas = 10_000_000n;
  using machine = lmnt.load(shape.archive).instantiate({ tier: "interpreter", gas });
  machine.call(shape.fn, shape.args);
  return gas - machine.gas;
}

async function calls(options: BenchOptions, rounds: number): Promise<string> {
  const tiers = (options.tiers ?? ["interpreter", "jit"]) as LmntTier[];
  const peer = await buildPeer();
  const rows: string[][] = [];
  for (const shape of SHAPES) {
    if (options.only !== undefined && !options.only.includes(shape.name)) continue;
    const [c, compiled]: [number[], number[]] = [[], []];
    const ours = tiers.map((): number[] => []);
    // One after the other in each round, so that what else the machine does meets all.
    for (let round = 0; round < rounds; round++) {
      const [a, b] = peer === undefined ? (PUBLISHED[shape.name] ?? [NaN, NaN]) : await timePeer(peer, shape);
      c.push(a);
      compiled.push(b === 0 ? NaN : b);
      for (const [k, tier] of tiers.entries()) {
        const { best } = await child<{ best: number }>("lmnt/calls.ts", [shape.name, tier, String(SAMPLES)]);
        ours[k]?.push(best);
      }
    }
    const cells = [shape.name, String(executed(shape)), short(median(c)), short(median(compiled))];
    for (const times of ours) {
      cells.push(short(median(times)), short(pairedRatio(times, c)), short(pairedRatio(times, compiled)));
    }
    rows.push(cells);
  }
  const source = peer === undefined ? "published" : "here";
  const head = ["single calls, ns", "instructions", `C, ${source}`, "C compiled"];
  return table([...head, ...tiers.flatMap((tier) => [tier, "÷ C", "÷ C compiled"])], rows);
}

/** Compiles our own driver against a library that the user has built. */
async function buildPeer(): Promise<string | undefined> {
  const folder = process.env.LMNT_DIR;
  if (folder === undefined || !existsSync(join(folder, "liblmnt.a"))) return undefined;
  mkdirSync(CACHE, { recursive: true });
  const binary = join(CACHE, "lmnt-peer");
  const source = join(import.meta.dirname, "peer.c");
  const options = ["-O2", `-I${folder}/include`, source, `${folder}/liblmnt.a`, "-lm", "-o", binary];
  try {
    await output("gcc", ["-DWITH_JIT", ...options]);
  } catch {
    await output("gcc", options);
  }
  return binary;
}

/** Nanoseconds of a call in the C interpreter and in its compiled code, 0 without a compiler. */
async function timePeer(binary: string, shape: Shape): Promise<readonly [number, number]> {
  const file = join(CACHE, `${shape.name}.lmnt`);
  writeFileSync(file, shape.archive);
  const count = String(Math.max(20, Math.min(20_000, Math.round(1e6 / Number(executed(shape) + 5n)))));
  const text = await output(binary, [file, shape.fn, count, String(SAMPLES), ...shape.args.map(String)]);
  const [c, compiled] = text.split(" ").map(Number) as [number, number];
  return [c, compiled];
}

const sample = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

async function columns(rounds: number): Promise<string> {
  const { compile } = (await import(MATHJS)) as MathJs;
  const rows: string[][] = [];
  for (const program of COLUMNS) {
    using batch = lmnt.compile(program.text).program.batch("f");
    const count = batch.definition.argsCount;
    using memory = batch.allocate(ELEMENTS);
    const own: Float32Array[] = [];
    for (let i = 0; i <= count; i++) {
      own.push(Float32Array.from({ length: ELEMENTS }, (_, k) => ((k * 7919) % 10_007) / 5000 - 0.5));
      memory.at(i).set(own[i] as Float32Array);
    }
    const [js, kernel, copied, expression]: [number[], number[], number[], number[]] = [[], [], [], []];
    const evaluate = compile(program.mathjs);
    for (let round = -3; round < rounds; round++) {
      const times = [
        sample(() => program.js(ELEMENTS, own)),
        sample(() => batch.run(memory)),
        sample(() => batch.apply(own.slice(0, count), own.slice(count))),
        MATHJS_SHARE * sample(() => evaluateAll(evaluate, own, count, ELEMENTS / MATHJS_SHARE)),
      ] as const;
      if (round < 0) continue;
      js.push(times[0]);
      kernel.push(times[1]);
      copied.push(times[2]);
      expression.push(times[3]);
    }
    const c = await timeC(program, count);
    rows.push([
      program.name,
      short(median(js)),
      short(median(kernel)),
      short(pairedRatio(js, kernel)),
      short(median(copied)),
      short(pairedRatio(js, copied)),
      c === undefined ? "–" : short(median(kernel) / c),
      short(pairedRatio(expression, kernel)),
    ]);
  }
  const head = [
    "1 000 000 elements, ms",
    "JavaScript",
    "columns",
    "JS ÷",
    "copied",
    "JS ÷ copied",
    "columns ÷ gcc -O2",
    "mathjs ÷",
  ];
  return table(head, rows);
}

/** An expression that mathjs has compiled, over one element after the other. */
function evaluateAll(code: EvalFunction, columns: readonly Float32Array[], count: number, length: number): void {
  const scope: Record<string, number> = {};
  const out = columns[count] as Float32Array;
  for (let i = 0; i < length; i++) {
    for (let k = 0; k < count; k++) scope["abc"[k] as string] = columns[k]?.[i] as number;
    out[i] = code.evaluate(scope) as number;
  }
}

/** Milliseconds of the same loop compiled by gcc, or nothing without gcc. */
async function timeC(program: ColumnProgram, count: number): Promise<number | undefined> {
  const names = ["a", "b", "c"].slice(0, count);
  const source = `#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
static void loop(long n, ${names.map((n) => `const float* ${n}`).join(", ")}, float* restrict o) { for (long i = 0; i < n; i++) { ${program.c} } }
int main(void) {
  const long n = ${ELEMENTS};
  float* m[4];
  for (int k = 0; k < 4; k++) { m[k] = malloc(4 * n); for (long i = 0; i < n; i++) m[k][i] = (i * 7919 % 10007) / 5000.0f - 0.5f; }
  double best = 1e9;
  for (int r = 0; r < 20; r++) {
    struct timespec s, e; clock_gettime(CLOCK_MONOTONIC, &s);
    loop(n, ${names.map((_, i) => `m[${i}]`).join(", ")}, m[3]);
    clock_gettime(CLOCK_MONOTONIC, &e);
    double ms = (e.tv_sec - s.tv_sec) * 1e3 + (e.tv_nsec - s.tv_nsec) / 1e6; if (ms < best) best = ms;
  }
  printf("%f %f\\n", best, m[3][n / 2]);
  return 0;
}`;
  try {
    mkdirSync(CACHE, { recursive: true });
    const file = join(CACHE, "column.c");
    writeFileSync(file, source);
    await output("gcc", ["-O2", file, "-lm", "-o", join(CACHE, "column")]);
    return Number((await output(join(CACHE, "column"), [])).split(" ")[0]);
  } catch {
    return undefined;
  }
}

/** A 2 KB archive of formulas. */
function twoKilobytes(): Uint8Array {
  const lines = Array.from(
    { length: 17 },
    (_, i) => `f${i}(x, y) = x*${i}.5 + y*x - ${i} / (x + ${i + 2}) + sqrt(x*y)`,
  );
  return lmnt.compile(lines.join("\n")).program.archive.bytes;
}

function loading(): string {
  const bytes = twoKilobytes();
  const rows = [
    ["validate", () => check(bytes).ok],
    ["load", () => lmnt.load(bytes)],
  ] as const;
  const cells = rows.map(([name, run]) => {
    const cold = sample(run) * 1000;
    for (let i = 0; i < 5000; i++) run();
    const warm = Array.from({ length: 2000 }, () => sample(run) * 1000);
    return [`${name} ${bytes.length} bytes`, short(cold), short(median(warm))];
  });
  return table(["loading, µs", "first time", "median, warm"], cells);
}

/** What compiling costs, and after how many calls it has paid. */
function threshold(): string {
  const eager = createLmnt({ interpreter: interpreter(), jit: jit(0) });
  const chosen = SHAPES.filter(({ name }) => ["rgb2luma", "circle_ht", "m4_mul", "for_mandel"].includes(name));
  const rows = chosen.map((shape) => {
    const load = (): LmntMachine => eager.load(shape.archive).instantiate();
    // The first machine's call compiles, later programs' calls do so again; V8 keeps what it has compiled.
    const compiling = Array.from({ length: 31 }, () => {
      using machine = load();
      return sample(() => machine.call(shape.fn, shape.args)) * 1000;
    });
    const each = (["interpreter", "jit"] as const).map((tier) => {
      using machine = eager.load(shape.archive).instantiate({ tier });
      const times = Array.from({ length: 60 }, () =>
        sample(() => {
          for (let i = 0; i < 2000; i++) machine.call(shape.fn, shape.args);
        }),
      );
      return Math.min(...times) / 2;
    }) as [number, number];
    const again = median(compiling.slice(1));
    const paid = again / (each[0] - each[1]);
    return [
      shape.name,
      short(compiling[0] as number),
      short(again),
      ...each.map((us) => short(us * 1000)),
      short(paid),
    ];
  });
  return table(["compiling, µs", "first time", "again", "interpreted call, ns", "compiled, ns", "paid after"], rows);
}
