/**
 * The benchmark of LMNT: single calls through the public API, columns, loading.
 *
 * `LMNT_DIR` names a folder with `include/` and `liblmnt.a` of the C implementation, built by the user; then its
 * interpreter is measured beside ours.
 */
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { check, type LmntTier, lmnt } from "vivarium/lmnt";
import { CACHE, median, output, pairedRatio, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";
import { COLUMNS, type ColumnProgram, SHAPES, type Shape } from "./programs.js";

const ELEMENTS = 1_000_000;
/** Time that one sample of single calls takes, in nanoseconds. */
const SAMPLE_NS = 4e6;

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const rounds = options.rounds ?? (options.quick ? 5 : 15);
  const text = [await calls(options, rounds), await columns(rounds), loading(rounds)].join("\n\n");
  return { text };
}

/** Nanoseconds of one call, arguments set and results read. */
function timeCalls(shape: Shape, tier: LmntTier, rounds: number): number[] {
  const program = lmnt.load(shape.archive);
  using machine = program.instantiate({ tier });
  const definition = program.definition(shape.fn);
  const rvals = machine.returnValuesOf(definition);
  let sum = 0;
  const run = (count: number): number => {
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      machine.call(definition, shape.args);
      sum += rvals[0] as number;
    }
    return ((performance.now() - start) * 1e6) / count;
  };
  const first = run(2000);
  const count = Math.max(50, Math.round(SAMPLE_NS / Math.min(first, run(2000))));
  run(count);
  const samples = Array.from({ length: rounds }, () => run(count));
  if (Number.isNaN(sum)) throw new Error(`${shape.name} computes a NaN`);
  return samples;
}

async function calls(options: BenchOptions, rounds: number): Promise<string> {
  const tiers = (options.tiers ?? ["interpreter", "jit"]) as LmntTier[];
  const peer = await buildPeer();
  const rows: string[][] = [];
  for (const shape of SHAPES) {
    if (options.only !== undefined && !options.only.includes(shape.name)) continue;
    const c = peer === undefined ? undefined : await timePeer(peer, shape);
    const instructions = lmnt.load(shape.archive);
    const program = instructions.definition(shape.fn);
    using machine = instructions.instantiate({ tier: "interpreter", gas: 10_000_000n });
    machine.call(program, shape.args);
    const executed = 10_000_000n - machine.gas;
    const cells = [shape.name, String(executed), c === undefined ? "–" : short(c)];
    for (const tier of tiers) {
      const best = Math.min(...timeCalls(shape, tier, rounds));
      cells.push(short(best), c === undefined ? "–" : short(best / c));
    }
    rows.push(cells);
  }
  const head = ["single calls, ns (best)", "instructions", "C", ...tiers.flatMap((tier) => [tier, "÷ C"])];
  return table(head, rows);
}

/** Compiles our own driver against a library that the user has built. */
async function buildPeer(): Promise<string | undefined> {
  const folder = process.env.LMNT_DIR;
  if (folder === undefined || !existsSync(join(folder, "liblmnt.a"))) return undefined;
  mkdirSync(CACHE, { recursive: true });
  const binary = join(CACHE, "lmnt-peer");
  const source = join(import.meta.dirname, "peer.c");
  await output("gcc", ["-O2", `-I${folder}/include`, source, `${folder}/liblmnt.a`, "-lm", "-o", binary]);
  return binary;
}

async function timePeer(binary: string, shape: Shape): Promise<number> {
  const file = join(CACHE, `${shape.name}.lmnt`);
  writeFileSync(file, shape.archive);
  const text = await output(binary, [file, shape.fn, "20000", "20", ...shape.args.map(String)]);
  return Number(text.split(" ")[0]);
}

const sample = (run: () => void): number => {
  const start = performance.now();
  run();
  return performance.now() - start;
};

async function columns(rounds: number): Promise<string> {
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
    const [js, kernel, copied]: [number[], number[], number[]] = [[], [], []];
    for (let round = -3; round < rounds; round++) {
      const times = [
        sample(() => program.js(ELEMENTS, own)),
        sample(() => batch.run(memory)),
        sample(() => batch.apply(own.slice(0, count), own.slice(count))),
      ] as const;
      if (round < 0) continue;
      js.push(times[0]);
      kernel.push(times[1]);
      copied.push(times[2]);
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
  ];
  return table(head, rows);
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

function loading(rounds: number): string {
  const text = Array.from(
    { length: 9 },
    (_, i) => `f${i}(x, y) = x*${i}.5 + y*x - ${i} / (x + ${i + 2}) + sqrt(x*y + ${i})`,
  );
  const bytes = Array.from({ length: 3 }, (_, k) => text.map((t) => t.replace("f", `g${k}_`))).flat();
  const { archive } = lmnt.compile(bytes.join("\n")).program;
  const per = (run: () => void): number => {
    for (let i = 0; i < 2000; i++) run();
    const times = Array.from({ length: rounds }, () =>
      sample(() => {
        for (let i = 0; i < 1000; i++) run();
      }),
    );
    return Math.min(...times);
  };
  const rows = [
    [`validate ${archive.bytes.length} bytes`, short(per(() => check(archive.bytes)))],
    [`load ${archive.bytes.length} bytes`, short(per(() => lmnt.load(archive.bytes)))],
  ];
  return table(["loading, µs (best)", "time"], rows);
}
