/**
 * The benchmark of MIR: our own C programs, compiled to MIR text by MIR's C compiler, against the same C through gcc -O2
 * and, where `MIR_DIR` names a built tree of MIR, against the original's interpreter and generator.
 *
 * The MIR text stands beside the C source; `MIR_DIR=… npm run bench -- mir` also checks that it is up to date.
 */
import { spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import process, { stderr } from "node:process";
import { WASI } from "node:wasi";
import { type MirProgram, mir, parseText, readBinary, writeBinary } from "vivarium/mir";
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
  fib: 36,
  crc: 10_000,
};

type Tier = "interpreter" | "interpreter:tail" | "jit" | "portable";
/** The compiled tier with programs that are loaded without a meter. */
const UNMETERED = "jit, gas off";
type Column = Tier | typeof UNMETERED;

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
function timeOurs(program: MirProgram, argument: string, tier: Tier): Timed {
  const parts: Uint8Array[] = [];
  using machine = program.instantiate({
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

/** Runs the same C as WebAssembly in this process; compiling and instantiating are not counted. */
function timeWasm(module: WebAssembly.Module, argument: string): Timed {
  const file = join(CACHE, "wasi-output");
  const output = openSync(file, "w");
  try {
    const wasi = new WASI({ version: "preview1", args: ["program", argument], stdout: output, returnOnExit: true });
    const instance = new WebAssembly.Instance(module, wasi.getImportObject() as WebAssembly.Imports);
    const start = performance.now();
    if (wasi.start(instance) !== 0) throw new Error("a program as WebAssembly failed");
    return { ms: performance.now() - start, stdout: readFileSync(file, "utf8") };
  } finally {
    closeSync(output);
  }
}

export function bench(options: BenchOptions): Promise<BenchResult> {
  const measured = programs(options);
  const text = [measured, loading(options)].join("\n\n");
  return Promise.resolve({ text, readme: text });
}

function programs(options: BenchOptions): string {
  const rounds = options.rounds ?? (options.quick ? 3 : 7);
  const tiers = (options.tiers ?? ["interpreter", "jit", UNMETERED]) as Column[];
  const original = process.env.MIR_DIR === undefined ? undefined : join(process.env.MIR_DIR, "c2m");
  mkdirSync(CACHE, { recursive: true });
  const idle = compile("idle", "int main(void) { return 0; }");
  const ratios = new Map<string, number[]>();
  const rows: string[][] = [];
  for (const [name, argument] of Object.entries(PROGRAMS)) {
    if (options.only !== undefined && !options.only.includes(name)) continue;
    const file = join(import.meta.dirname, name);
    const native = compile(name, readFileSync(`${file}.c`, "utf8"));
    const wasm = compileWasm(name, `${file}.c`);
    if (original !== undefined) checkText(original, file);
    const text = readFileSync(`${file}.mir`);
    const [program, unmetered] = [mir.load(text), mir.load(text, { meter: false })];
    const time = (column: Column): Timed =>
      column === UNMETERED ? timeOurs(unmetered, word, "jit") : timeOurs(program, word, column);
    const word = String(argument);
    const samples = new Map<string, number[]>();
    const add = (who: string, ms: number): void => {
      const list = samples.get(who) ?? [];
      list.push(ms);
      samples.set(who, list);
    };
    const expected = timeProcess(native, [word]).stdout;
    const check = (timed: Timed): number => {
      if (timed.stdout !== expected) throw new Error(`${name} printed something else than the C program`);
      return timed.ms;
    };
    // V8 compiles what a first run has shown to be hot: that run is reported as what it costs more than the others.
    const first = new Map(tiers.map((tier) => [tier, check(time(tier))]));
    if (wasm !== undefined) check(timeWasm(wasm, word));
    for (let round = 0; round < rounds; round++) {
      const start = timeProcess(idle, []).ms;
      add("gcc -O2", Math.max(0.1, check(timeProcess(native, [word])) - start));
      if (wasm !== undefined) add("wasm", check(timeWasm(wasm, word)));
      if (original !== undefined) {
        const base = timeProcess(original, ["-h"]).ms;
        add("MIR -eg", Math.max(0.1, timeProcess(original, [`${file}.mir`, "-eg", word]).ms - base));
        add("MIR -ei", Math.max(0.1, timeProcess(original, [`${file}.mir`, "-ei", word]).ms - base));
      }
      for (const tier of tiers) add(tier, check(time(tier)));
    }
    const gcc = samples.get("gcc -O2") as number[];
    const cells = [name, word, short(median(gcc))];
    const ratio = (key: string, a: readonly number[], b: readonly number[]): string => {
      const value = pairedRatio(a, b);
      ratios.set(key, [...(ratios.get(key) ?? []), value]);
      return short(value);
    };
    for (const [who, list] of samples) {
      if (who === "gcc -O2") continue;
      cells.push(short(median(list)), ratio(`${who} ÷ gcc`, list, gcc));
      const other = samples.get("wasm");
      if (who.startsWith("jit") && other !== undefined) cells.push(ratio(`${who} ÷ wasm`, list, other));
      const cold = first.get(who as Column);
      if (who === "jit" && cold !== undefined) {
        const more = Math.max(0, cold - median(list));
        ratios.set(`${who} first, ms more`, [...(ratios.get(`${who} first, ms more`) ?? []), more]);
        cells.push(short(more));
      }
    }
    rows.push(cells);
  }
  const keys = [...ratios.keys()];
  const mean = (key: string): string => {
    const values = ratios.get(key) as number[];
    return key.endsWith("ms more") ? "" : short(geomean(values));
  };
  const cells = keys.flatMap((key) => (key.endsWith("÷ gcc") ? ["", mean(key)] : [mean(key)]));
  const head = keys.flatMap((key) => (key.endsWith("÷ gcc") ? [key.slice(0, -6), "÷ gcc"] : [key]));
  rows.push(["geometric mean", "", "", ...cells]);
  return table(["C programs, ms", "argument", "gcc -O2", ...head], rows);
}

/** Compiles C with clang -O2 to WebAssembly, where clang and its C library for it are installed. */
function compileWasm(name: string, source: string): WebAssembly.Module | undefined {
  const binary = join(CACHE, `mir-${name}.wasm`);
  const flags = ["--target=wasm32-wasi", "--sysroot=/usr", "-O2"];
  const child = spawnSync("clang", [...flags, source, "-o", binary]);
  if (child.status === 0) return new WebAssembly.Module(readFileSync(binary));
  if (!saidNoWasm)
    stderr.write("no column for WebAssembly: it takes clang, lld, wasi-libc and libclang-rt for wasm32\n");
  saidNoWasm = true;
  return undefined;
}
let saidNoWasm = false;

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
