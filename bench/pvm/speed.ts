/** Measures the thirteen programs in every engine, in pairs, and makes the tables of it. */
import { stderr } from "node:process";
import { child } from "../child.js";
import { geomean, median, pairedRatio, short, table } from "../measure.js";
import { GCC } from "./engines.js";
import { type BenchProgram, benchPrograms, type Profile } from "./programs.js";
import type { Sample } from "./worker.js";

export interface SpeedOptions {
  readonly tiers: readonly string[];
  readonly rounds: number;
  readonly profiles: readonly Profile[];
  /** Measure the slowest peer too. */
  readonly typeberry: boolean;
  /** Names of the programs; default: all. */
  readonly only?: readonly string[];
}

interface Row {
  readonly program: BenchProgram;
  /** Milliseconds of processor time of every round by engine, compiler threads included. */
  readonly samples: ReadonlyMap<string, number[]>;
  /** The same for engines that have run before in their process. */
  readonly warm: ReadonlyMap<string, number[]>;
  /** Milliseconds on the clock from the program's bytes to its result. */
  readonly wall: ReadonlyMap<string, number[]>;
}

const PEER = "anan-as";
const WARM_RUNS = 3;

/** The peers know profile 072 only: in rows of profile 080 they run the same source compiled for 072. */
function forPeer(program: BenchProgram, in072: readonly BenchProgram[]): BenchProgram {
  return in072.find((p) => p.name === program.name) as BenchProgram;
}

async function measure(p: BenchProgram, options: SpeedOptions, peer: BenchProgram): Promise<Row> {
  const own = options.tiers;
  const others = [PEER, ...(p.c === undefined ? [] : ["twin", ...(GCC === undefined ? [] : ["native"])])];
  const samples = new Map<string, number[]>([...own, ...others].map((e) => [e, []]));
  const again = [...own, "twin"];
  const warm = new Map<string, number[]>(again.map((e) => [e, []]));
  const wall = new Map<string, number[]>([...own, ...others].map((e) => [e, []]));
  // One after the other and again from the start: whatever else the machine does falls on all of them.
  for (let round = 0; round < options.rounds; round++) {
    for (const engine of [...own, ...others]) {
      const more = again.includes(engine);
      const program = engine === PEER ? peer : p;
      const sample = await child<Sample>("pvm/worker.ts", [
        engine,
        JSON.stringify(program),
        more ? `${WARM_RUNS}` : "0",
      ]);
      // Native code runs in a process of its own, which times itself.
      (samples.get(engine) as number[]).push(engine === "native" ? sample.cold : sample.coldCpu);
      (wall.get(engine) as number[]).push(sample.cold);
      if (more) (warm.get(engine) as number[]).push(Math.min(...sample.warmCpu));
    }
  }
  return { program: p, samples, warm, wall };
}

function of(row: Row, engine: string): readonly number[] {
  return row.samples.get(engine) ?? [];
}

function onClock(row: Row, engine: string): readonly number[] {
  return row.wall.get(engine) ?? [];
}

/** Million instructions a second. */
function rate(instructions: number, milliseconds: number): number {
  return instructions / 1000 / milliseconds;
}

function ratios(rows: readonly Row[], of: (row: Row) => readonly number[], to: string): number[] {
  return rows.filter((r) => r.samples.has(to)).map((r) => pairedRatio(r.samples.get(to) as number[], of(r)));
}

function speedTable(rows: readonly Row[], tiers: readonly string[]): string {
  const head = ["program", ...tiers.flatMap((t) => [t, "clock", "warm", `× ${PEER}`, "× clock"]), PEER];
  const lines = rows.map((row) => {
    const { instructions } = row.program;
    return [
      row.program.name,
      ...tiers.flatMap((t) => [
        short(rate(instructions, median(of(row, t)))),
        short(rate(instructions, median(onClock(row, t)))),
        short(rate(instructions, median(row.warm.get(t) as number[]))),
        short(pairedRatio(of(row, PEER), of(row, t))),
        short(pairedRatio(onClock(row, PEER), onClock(row, t))),
      ]),
      short(rate(instructions, median(of(row, PEER)))),
    ];
  });
  const all = (f: (values: readonly number[]) => number, name: string): string[] => [
    name,
    ...tiers.flatMap((t) => [
      short(f(rows.map((r) => rate(r.program.instructions, median(of(r, t)))))),
      short(f(rows.map((r) => rate(r.program.instructions, median(onClock(r, t)))))),
      short(f(rows.map((r) => rate(r.program.instructions, median(r.warm.get(t) as number[]))))),
      short(f(ratios(rows, (r) => of(r, t), PEER))),
      short(f(rows.map((r) => pairedRatio(onClock(r, PEER), onClock(r, t))))),
    ]),
    short(f(rows.map((r) => rate(r.program.instructions, median(of(r, PEER)))))),
  ];
  return table(head, [...lines, all(geomean, "geometric mean"), all((v) => Math.min(...v), "least")]);
}

/** How often slower than the same C source, compiled to WebAssembly and to machine code. */
function compiledTable(rows: readonly Row[], tiers: readonly string[]): string {
  const compiled = rows.filter((r) => r.program.c !== undefined);
  const references = ["twin", "native"].filter((e) => compiled.every((r) => of(r, e).length > 0));
  const slower = (r: Row, t: string, e: string): number => pairedRatio(r.warm.get(t) as number[], of(r, e));
  const title: Record<string, string> = { twin: "wasm", native: "gcc -O2" };
  const started = (r: Row, t: string): number => pairedRatio(of(r, t), of(r, "twin"));
  const warmTwin = (r: Row): number => median(r.warm.get("twin") as number[]);
  const head = [
    "program",
    ...tiers.flatMap((t) => [...references.map((e) => `${t} / ${title[e]}`), `${t} / wasm, started`]),
    ...references.map((e) => `${title[e]} ms`),
    "wasm ms, warm",
  ];
  const line = (name: string, of1: (f: (r: Row) => number) => number): string[] => [
    name,
    ...tiers.flatMap((t) => [
      ...references.map((e) => short(of1((r) => slower(r, t, e)))),
      short(of1((r) => started(r, t))),
    ]),
    ...references.map((e) => short(of1((r) => median(of(r, e))))),
    short(of1(warmTwin)),
  ];
  return table(head, [
    ...compiled.map((r) => line(r.program.name, (f) => f(r))),
    line("geometric mean", (f) => geomean(compiled.map(f))),
  ]);
}

const SMALL_NOTE = "The slowest peer runs the short rows of the programs (about a million instructions).";

async function typeberryTable(): Promise<string> {
  const lines: string[][] = [];
  const found: number[] = [];
  for (const p of benchPrograms("072", false)) {
    const a = await child<Sample>("pvm/worker.ts", [PEER, JSON.stringify(p), "0"]);
    const b = await child<Sample>("pvm/worker.ts", ["typeberry", JSON.stringify(p), "0"]);
    found.push(b.cold / a.cold);
    lines.push([p.name, short(rate(p.instructions, b.cold)), short(b.cold / a.cold)]);
    stderr.write(".");
  }
  return table(
    ["program", "@typeberry/lib", `time / ${PEER}`],
    [...lines, ["geometric mean", "", short(geomean(found))]],
  );
}

/** Everything about speed, as Markdown. */
export async function speed(options: SpeedOptions): Promise<string> {
  const parts: string[] = [];
  const in072 = benchPrograms("072", true);
  for (const profile of options.profiles) {
    const rows: Row[] = [];
    for (const p of benchPrograms(profile, true)) {
      if (options.only !== undefined && !options.only.includes(p.name)) continue;
      rows.push(await measure(p, options, forPeer(p, in072)));
      stderr.write(".");
    }
    const gas = profile === "072" ? "gas per instruction" : "gas per block";
    parts.push(
      `**Profile ${profile}, ${gas}**: million instructions a second, start-up included (processor time; clock) and warm (processor time)\n`,
    );
    parts.push(speedTable(rows, options.tiers), "");
    parts.push(`Profile ${profile}: times slower than the same C source, compiled: warm; both with their start-up\n`);
    parts.push(compiledTable(rows, options.tiers), "");
  }
  if (options.typeberry) parts.push(SMALL_NOTE, "", await typeberryTable(), "");
  stderr.write("\n");
  return parts.join("\n");
}
