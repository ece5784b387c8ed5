/**
 * The benchmark of A64 code: our own C programs, compiled for AArch64 by gcc -O2, in our tiers, against the same C
 * compiled by gcc -O2 for the host. Both without fused multiply-add, so that they compute the same.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { a64 } from "vivarium/a64";
import { FLAGS, keptImage } from "../../test/conformance/a64/corpus.js";
import { CACHE, geomean, median, pairedRatio, ROOT, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";

/** Programs, and how often each is called for some milliseconds of native time. */
const PROGRAMS: Readonly<Record<string, number>> = {
  quicksort: 1600,
  mergesort: 1600,
  heapsort: 1600,
  sha256: 1600,
  crc32_bits: 4000,
  crc64_table: 8000,
  siphash: 32_000,
  chacha20: 24_000,
  base64: 16_000,
  levenshtein: 3200,
  utf8: 24_000,
  sieve: 1600,
  collatz: 1600,
  miller_rabin: 800,
  big_multiply: 80_000,
  queens: 8000,
  bit_tricks: 3200,
  matrix_product: 6400,
  fourier: 3200,
  mandelbrot: 1600,
  gravity: 1600,
  linear_system: 16_000,
  binary_tree: 1600,
  hash_table: 8000,
  stack_machine: 8000,
  dictionary_coder: 320,
  game_of_life: 800,
  knapsack: 4000,
};

type Tier = "interpreter" | "interpreter:tail" | "jit" | "portable";

/** The programs as a process that reads `name times` from its arguments and prints milliseconds and answer. */
function compileNative(): string {
  const folder = join(ROOT, "test/conformance/a64/programs");
  const names = Object.keys(PROGRAMS);
  mkdirSync(CACHE, { recursive: true });
  const driver = join(CACHE, "a64-driver.c");
  writeFileSync(
    driver,
    [
      "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include <time.h>",
      "typedef unsigned long u64;\nu64 repeat(u64 (*)(u64), u64);",
      ...names.map((n) => `u64 ${n}(u64);`),
      "int main(int argc, char **argv) {\n  u64 (*f)(u64) = 0;",
      ...names.map((n) => `  if (!strcmp(argv[1], "${n}")) f = ${n};`),
      "  struct timespec a, b;\n  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &a);",
      "  u64 h = repeat(f, atol(argv[2]));\n  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &b);",
      '  printf("%f %lx\\n", (b.tv_sec - a.tv_sec) * 1e3 + (b.tv_nsec - a.tv_nsec) / 1e6, h);\n}',
    ].join("\n"),
  );
  const binary = join(CACHE, "a64-native");
  const sources = readdirSync(folder)
    .filter((f) => f.endsWith(".c") && f !== "memory.c")
    .map((f) => join(folder, f));
  const flags = FLAGS.filter((f) => f !== "-mno-outline-atomics" && f !== "-ffreestanding");
  const child = spawnSync("gcc", [
    "-O2",
    "-ffp-contract=off",
    ...flags,
    "-no-pie",
    "-w",
    driver,
    ...sources,
    "-lm",
    "-o",
    binary,
  ]);
  if (child.status !== 0) throw new Error(`gcc: ${child.stderr.toString()}`);
  return binary;
}

function timeNative(binary: string, name: string, times: number): { ms: number; answer: string } {
  const { status, stdout } = spawnSync(binary, [name, String(times)]);
  if (status !== 0) throw new Error(`${name} ended with ${status}`);
  const [ms, answer] = stdout.toString().trim().split(" ") as [string, string];
  return { ms: Number(ms), answer };
}

export function bench(options: BenchOptions): Promise<BenchResult> {
  const rounds = options.rounds ?? (options.quick ? 3 : 7);
  const tiers = (options.tiers ?? ["interpreter", "jit"]) as Tier[];
  const native = compileNative();
  const program = a64.load(keptImage("bench"));
  const ratios = new Map<string, number[]>();
  const rows: string[][] = [];
  for (const [name, times] of Object.entries(PROGRAMS)) {
    if (options.only !== undefined && !options.only.includes(name)) continue;
    const samples = new Map<string, number[]>();
    const add = (who: string, ms: number): void => {
      samples.set(who, [...(samples.get(who) ?? []), ms]);
    };
    const machines = tiers.map((tier) => program.instantiate({ tier }));
    const entry = BigInt(program.symbols.get(name) as number);
    /** Processor time, which a busy machine disturbs less. */
    const ours = (k: number): { ms: number; answer: string } => {
      const machine = machines[k] as (typeof machines)[number];
      const before = process.cpuUsage();
      const { exit, value } = machine.call("repeat", [entry, times]);
      const after = process.cpuUsage(before);
      if (exit.kind !== "halt") throw new Error(`${name}: ${JSON.stringify(exit)}`);
      return { ms: (after.user + after.system) / 1000, answer: value.toString(16) };
    };
    // A first run for V8 to see what is hot, a second for its optimiser to come to an end.
    tiers.forEach((_, k) => {
      ours(k);
      ours(k);
    });
    for (let round = 0; round < rounds; round++) {
      const reference = timeNative(native, name, times);
      add("gcc -O2", reference.ms);
      tiers.forEach((tier, k) => {
        const { ms, answer } = ours(k);
        if (answer !== reference.answer) throw new Error(`${name}: ${answer} instead of ${reference.answer}`);
        add(tier, ms);
      });
    }
    const gcc = samples.get("gcc -O2") as number[];
    const cells = [name, short(median(gcc))];
    for (const tier of tiers) {
      const list = samples.get(tier) as number[];
      const ratio = pairedRatio(list, gcc);
      ratios.set(tier, [...(ratios.get(tier) ?? []), ratio]);
      cells.push(short(median(list)), short(ratio));
    }
    rows.push(cells);
    for (const machine of machines) machine.dispose();
  }
  rows.push(["geometric mean", "", ...tiers.flatMap((t) => ["", short(geomean(ratios.get(t) as number[]))])]);
  const head = ["C programs, ms of processor time", "gcc -O2", ...tiers.flatMap((t) => [t, "÷ gcc"])];
  const text = [table(head, rows), calls()].join("\n\n");
  return Promise.resolve({ text, readme: text });
}

/** What one call from JavaScript costs. */
function calls(): string {
  const program = a64.load(Uint8Array.of(0x00, 0x00, 0x01, 0x8b, 0xc0, 0x03, 0x5f, 0xd6));
  const rows = (["interpreter", "jit"] as const).map((tier) => {
    const machine = program.instantiate({ tier });
    const add = machine.function(program.image.entry);
    const rounds = Array.from({ length: 9 }, () => {
      const before = process.cpuUsage();
      let sum = 0n;
      for (let i = 0; i < 200_000; i++) sum = add(sum, 1n);
      const { user } = process.cpuUsage(before);
      if (sum !== 200_000n) throw new Error(`the sum is ${sum}`);
      return (user * 1000) / 200_000;
    });
    machine.dispose();
    return [`add(a, b) in the ${tier}`, short(median(rounds))];
  });
  return table(["one call from JavaScript", "ns"], rows);
}
