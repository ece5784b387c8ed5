/** The benchmark of the compiler itself: how fast it compiles, how large programs start, what hostile ones cost. */
import { child } from "../child.js";
import { geomean, median, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";
import type { Hostile, Large, Throughput } from "./worker.js";

/** Shapes with how large they are made: at full size, and with `--quick`. */
const HOSTILE: readonly (readonly [shape: string, n: number, quick: number])[] = [
  ["one block", 1_000_000, 100_000],
  ["tiny blocks", 1_000_000, 100_000],
  ["jump table", 50_000, 5_000],
  ["nest", 5_000, 1_000],
  ["mesh", 20_000, 2_000],
  ["calls through every register", 1, 1],
];

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const rounds = options.rounds ?? (options.quick ? 1 : 3);
  return { text: [await throughput(rounds), await large(rounds), await hostile(options.quick)].join("\n\n") };
}

async function samples<T>(rounds: number, args: readonly string[]): Promise<T[]> {
  const found: T[] = [];
  for (let k = 0; k < rounds; k++) found.push(await child<T>("jit/worker.ts", args));
  return found;
}

async function throughput(rounds: number): Promise<string> {
  const found = await samples<Throughput>(rounds, ["throughput"]);
  const of = (pick: (t: Throughput) => number): string => short(median(found.map(pick)));
  const rows = [
    ["MB of guest code a second, warm", of((t) => t.warm)],
    ["… the first time in a process", of((t) => t.cold)],
    ["microseconds an instruction, warm", of((t) => t.microseconds)],
    ["bytes of WebAssembly an instruction", of((t) => t.bytes)],
  ];
  return `**Compiling the seven compiled programs** (processor time, V8's own work on the modules excluded)\n\n${table(["", ""], rows)}`;
}

async function large(rounds: number): Promise<string> {
  const all = await samples<Large>(rounds, ["large", "2000"]);
  const few = await samples<Large>(rounds, ["large", "100"]);
  const row = (name: string, pick: (t: Large) => number): string[] => [
    name,
    ...[few, all].map((found) => short(median(found.map(pick)))),
  ];
  const rows = [
    row("instructions", (t) => t.instructions),
    row("milliseconds from bytes to the first slice's end", (t) => t.first),
    row("milliseconds until 80 % of the steady speed", (t) => t.steady),
    row("steady speed, million gas a second", (t) => t.speed),
    row("longest slice, milliseconds", (t) => t.longest),
  ];
  const head = ["", "100 functions of 2 000 hot", "all hot"];
  return `**A large program** (processor time, V8's compiler threads included)\n\n${table(head, rows)}`;
}

async function hostile(quick: boolean): Promise<string> {
  const rows: string[][] = [];
  for (const [shape, full, small] of HOSTILE) {
    const n = quick ? small : full;
    const { load, interpreter, jit, longest, instructions, bytes, memory } = await child<Hostile>("jit/worker.ts", [
      "hostile",
      shape,
      String(n),
    ]);
    rows.push([
      `${shape}, ${n}`,
      ...[load, interpreter, jit, longest, instructions, bytes / 1024, memory].map((v) => short(v)),
    ]);
  }
  const head = ["shape", "load ms", "interpreter ms", "jit ms", "longest slice ms", "compiled", "KiB", "resident MiB"];
  const mean = short(geomean(rows.map((r) => Number((r[3] as string).replaceAll(" ", "")))));
  return `**Hostile shapes**, profile 080, 200 million gas (clock; geometric mean of jit: ${mean} ms)\n\n${table(head, rows)}`;
}
