/**
 * The benchmark of Python: programs against native CPython and against the engines that run in JavaScript, and what a
 * start costs.
 */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { execPath } from "node:process";
import { build } from "esbuild";
import { geomean, median, output, pairedRatio, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";
import type { Speed, Start } from "./child.js";
import { ENGINES } from "./engines.js";

const PROGRAMS = join(import.meta.dirname, "programs");
/** The measuring process as plain JavaScript: a start must not contain that of a TypeScript loader. */
const CHILD = join(import.meta.dirname, "../node_modules/.cache/python-child.mjs");

async function child<T>(args: readonly string[]): Promise<T> {
  const lines = (await output(execPath, [CHILD, ...args])).trimEnd().split("\n");
  return JSON.parse(lines[lines.length - 1] as string) as T;
}
/** Runs of a program within one process: engines that compile while they run are warm after some of them. */
const RUNS = 9;

interface Sample {
  readonly first: number;
  readonly warm: number;
}

/** One sample, or `undefined` when the engine cannot run the program or prints something else. */
async function sample(engine: string, file: string, expected: string): Promise<Sample | undefined> {
  try {
    const found = await child<Speed>([engine, "speed", file, String(RUNS)]);
    return found.printed === expected ? { first: found.first, warm: median(found.warm) } : undefined;
  } catch {
    return undefined;
  }
}

async function native(file: string): Promise<Sample & { printed: string }> {
  const text = await output("python3", [join(import.meta.dirname, "cpython.py"), file, String(RUNS)]);
  const found = JSON.parse(text) as Speed;
  return { first: found.first, warm: median(found.warm), printed: found.printed };
}

async function speed(engines: readonly string[], programs: readonly string[], rounds: number): Promise<string> {
  const rows: string[][] = [];
  const ratios = new Map<string, number[]>();
  const note = (column: string, ratio: number | undefined): string => {
    if (ratio === undefined) return "–";
    ratios.set(column, [...(ratios.get(column) ?? []), ratio]);
    return short(ratio);
  };
  for (const program of programs) {
    const file = join(PROGRAMS, program);
    const base: Sample[] = [];
    const found = new Map<string, (Sample | undefined)[]>(engines.map((engine) => [engine, []]));
    for (let round = 0; round < rounds; round++) {
      const cpython = await native(file);
      base.push(cpython);
      for (const engine of engines) found.get(engine)!.push(await sample(engine, file, cpython.printed));
    }
    const ratio = (engine: string, what: keyof Sample): number | undefined => {
      const samples = found.get(engine)!;
      if (samples.some((s) => s === undefined)) return undefined;
      return pairedRatio(
        samples.map((s) => s![what]),
        base.map((s) => s.warm),
      );
    };
    rows.push([
      program.replace(".py", ""),
      short(median(base.map((s) => s.warm))),
      note("first", ratio("vivarium", "first")),
      ...engines.map((engine) => note(engine, ratio(engine, "warm"))),
    ]);
  }
  const total = (column: string): string => {
    const list = ratios.get(column) ?? [];
    return list.length === 0
      ? "–"
      : `${short(geomean(list))}${list.length < programs.length ? ` (${list.length})` : ""}`;
  };
  rows.push(["geometric mean", "", total("first"), ...engines.map(total)]);
  return table(["program", "CPython, ms", "vivarium, first run", ...engines], rows);
}

async function starts(engines: readonly string[], rounds: number): Promise<string> {
  const rows: string[][] = [];
  for (const engine of engines) {
    const found: Start[] = [];
    try {
      for (let i = 0; i < rounds; i++) found.push(await child<Start>([engine, "start"]));
    } catch {
      rows.push([engine, "–", "–", "–"]);
      continue;
    }
    const of = (what: keyof Start): string => short(median(found.map((f) => f[what])));
    rows.push([engine, of("ready"), of("again"), of("resident")]);
  }
  return table(["", "first result after, ms", "`1+2*3` again, µs", "resident beyond Node, MB"], rows);
}

export async function bench(options: BenchOptions): Promise<BenchResult> {
  await build({
    entryPoints: [join(import.meta.dirname, "child.ts")],
    outfile: CHILD,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    logLevel: "error",
  });
  const rounds = options.rounds ?? (options.quick ? 1 : 3);
  const engines = options.tiers ?? Object.keys(ENGINES);
  const programs = readdirSync(PROGRAMS).filter(
    (file) => file.endsWith(".py") && (options.only?.includes(file.replace(".py", "")) ?? true),
  );
  const text = [
    "Processor time as a multiple of native CPython's (python3 on the path, warm): below 1 is faster.",
    "",
    await speed(engines, programs, rounds),
    "",
    await starts(engines, 2 * rounds + 1),
  ].join("\n");
  return { text, readme: text };
}
