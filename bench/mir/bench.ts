/**
 * The benchmark of MIR: our own C programs, compiled to MIR text by MIR's C compiler, against the same C through gcc -O2
 * and, where `MIR_DIR` names a built tree of MIR, against the original's interpreter and generator.
 *
 * The MIR text stands beside the C source; `MIR_DIR=… npm run bench -- mir` also checks that it is up to date.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { mir, parseText, readBinary, writeBinary } from "vivarium/mir";
import { CACHE, geomean, median, pairedRatio, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";

/** Programs and the argument with which gcc's code takes some tens of milliseconds. */
const PROGRAMS: Readonly<Record<string, number>> = {
  nbody: 200_000,
  fannkuch: 9,
  spectral: 500,
  mandelbrot: 800,
  matrix: 3000,
  sieve: 2000,
  hash: 200_000,
  sort: 400_000,
  trees: 14,
  strings: 500_000,
  methods: 10_000_000,
  lists: 1000,
  fib: 32,
  crc: 10_000,
};

type Tier = "interpreter" | "portable";

interface Timed {
  readonly ms: number;
  readonly stdout: string;
}

/** Runs a process and measures it, its start included. */
function timeProcess(command: string, args: readonly string[]): Timed {
  const start = performance.now();
  const { status, stdout } = spawnSync(command, args);
  const ms = performance.now() - start;
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} ended with ${status}`);
  return { ms, stdout: stdout.toString() };
}

/** Runs a program in a tier of ours; loading is not counted. */
function timeOurs(text: Uint8Array, argument: string, tier: Tier): Timed {
  const parts: Uint8Array[] = [];
  using machine = mir.load(text).instantiate({
    tier,
    args: ["program", argument],
    stdout: (bytes) => {
      parts.push(bytes.slice());
    },
  });
  const start = performance.now();
  const exit = machine.run();
  const ms = performance.now() - start;
  if (exit.kind !== "halt" || machine.exitCode !== 0) throw new Error(`a program came to ${exit.kind}`);
  return { ms, stdout: Buffer.concat(parts).toString() };
}

export function bench(options: BenchOptions): Promise<BenchResult> {
  const text = [programs(options), loading(options)].join("\n\n");
  return Promise.resolve({ text });
}

function programs(options: BenchOptions): string {
  const rounds = options.rounds ?? (options.quick ? 3 : 7);
  const tiers = (options.tiers ?? ["interpreter"]) as Tier[];
  const original = process.env.MIR_DIR === undefined ? undefined : join(process.env.MIR_DIR, "c2m");
  mkdirSync(CACHE, { recursive: true });
  const idle = compile("idle", "int main(void) { return 0; }");
  const ratios = new Map<string, number[]>();
  const rows: string[][] = [];
  for (const [name, argument] of Object.entries(PROGRAMS)) {
    if (options.only !== undefined && !options.only.includes(name)) continue;
    const file = join(import.meta.dirname, name);
    const native = compile(name, readFileSync(`${file}.c`, "utf8"));
    if (original !== undefined) checkText(original, file);
    const module = readFileSync(`${file}.mir`);
    const word = String(argument);
    const samples = new Map<string, number[]>();
    const add = (who: string, ms: number): void => {
      const list = samples.get(who) ?? [];
      list.push(ms);
      samples.set(who, list);
    };
    for (let round = 0; round < rounds; round++) {
      const start = timeProcess(idle, []).ms;
      const expected = timeProcess(native, [word]);
      add("gcc -O2", Math.max(0.1, expected.ms - start));
      if (original !== undefined) {
        const base = timeProcess(original, ["-h"]).ms;
        add("MIR -eg", Math.max(0.1, timeProcess(original, [`${file}.mir`, "-eg", word]).ms - base));
        add("MIR -ei", Math.max(0.1, timeProcess(original, [`${file}.mir`, "-ei", word]).ms - base));
      }
      for (const tier of tiers) {
        const ours = timeOurs(module, word, tier);
        if (ours.stdout !== expected.stdout) throw new Error(`${name} printed something else than the C program`);
        add(tier, ours.ms);
      }
    }
    const gcc = samples.get("gcc -O2") as number[];
    const cells = [name, word, short(median(gcc))];
    for (const [who, list] of samples) {
      if (who === "gcc -O2") continue;
      const ratio = pairedRatio(list, gcc);
      ratios.set(who, [...(ratios.get(who) ?? []), ratio]);
      cells.push(short(median(list)), short(ratio));
    }
    rows.push(cells);
  }
  const who = [...ratios.keys()];
  rows.push(["geomean", "", "", ...who.flatMap((w) => ["", short(geomean(ratios.get(w) as number[]))])]);
  const head = ["C programs, ms", "argument", "gcc -O2", ...who.flatMap((w) => [w, "÷ gcc"])];
  return table(head, rows);
}

/** Compiles C with gcc -O2 into the cache. */
function compile(name: string, source: string): string {
  const binary = join(CACHE, `mir-${name}`);
  const child = spawnSync("gcc", ["-O2", "-x", "c", "-", "-lm", "-o", binary], { input: source });
  if (child.status !== 0) throw new Error(`gcc: ${child.stderr.toString()}`);
  return binary;
}

/** The MIR text must be what the original's compiler makes of the C source. */
function checkText(compiler: string, file: string): void {
  const fresh = join(CACHE, "fresh.mir");
  if (spawnSync(compiler, ["-S", `${file}.c`, "-o", fresh]).status !== 0) throw new Error(`c2m refuses ${file}.c`);
  if (readFileSync(fresh, "utf8") !== readFileSync(`${file}.mir`, "utf8"))
    throw new Error(`${file}.mir is out of date`);
}

/** Instructions read and validated a second, from text and binary; and lowered. */
function loading(options: BenchOptions): string {
  const rounds = options.rounds ?? 9;
  const text = Object.keys(PROGRAMS)
    .map((name) => readFileSync(join(import.meta.dirname, `${name}.mir`), "utf8"))
    .join("")
    .repeat(40);
  const modules = parseText(text);
  const count = modules.reduce((sum, m) => sum + m.instructionCount, 0);
  const binary = writeBinary(modules);
  const time = (run: () => void): number => {
    const samples = Array.from({ length: rounds }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    });
    return median(samples);
  };
  const single = Object.keys(PROGRAMS).map((name) => readFileSync(join(import.meta.dirname, `${name}.mir`)));
  const rate = (ms: number): string => short((count / ms) * 1000);
  const rows = [
    ["read and validate text", rate(time(() => parseText(text)))],
    ["read and validate binary", rate(time(() => readBinary(binary)))],
    ["load, link and lower one program, ms", short(time(() => single.forEach((s) => mir.load(s))) / single.length)],
  ];
  return table([`loading, ${count} instructions`, "instructions/s"], rows);
}
