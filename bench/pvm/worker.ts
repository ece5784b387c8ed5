/** Runs one program in one engine in a process of its own; prints the times and whether the answer was right. */
import { argv, cpuUsage, stdout } from "node:process";
import { ENGINES, type Run } from "./engines.js";
import type { BenchProgram } from "./programs.js";

/** What the process prints. */
export interface Sample {
  /** From the program's bytes to its result, in a process where nothing has run before. */
  readonly cold: number;
  /** The same again, as often as asked for: the engine is compiled and warm. */
  readonly warm: readonly number[];
  /** Processor time of the same runs, all threads together: other work of the machine disturbs it less. */
  readonly coldCpu: number;
  readonly warmCpu: readonly number[];
  readonly gas: string | undefined;
}

function check(p: BenchProgram, run: Run): void {
  const got = p.expected.kind === "r7" ? String(run.r7) : Buffer.from(run.output).toString("hex");
  if (got !== p.expected.value) throw new Error(`${p.name}: ${got}, expected ${p.expected.value}`);
  if (p.profile === "072" && run.gas !== undefined && run.gas !== BigInt(p.instructions)) {
    throw new Error(`${p.name}: gas ${run.gas}, expected ${p.instructions}`);
  }
}

const [name, program, again] = argv.slice(2) as [string, string, string];
const make = ENGINES[name];
if (make === undefined) throw new Error(`no engine ${name}`);
const p = JSON.parse(program) as BenchProgram;
const engine = await make();
const processor: number[] = [];
const runs = Array.from({ length: 1 + Number(again) }, () => {
  const before = cpuUsage();
  const run = engine(p);
  const { user, system } = cpuUsage(before);
  processor.push((user + system) / 1000);
  return run;
});
for (const run of runs) check(p, run);
const [cold, ...warm] = runs.map((r) => r.milliseconds) as [number, ...number[]];
const [coldCpu, ...warmCpu] = processor as [number, ...number[]];
const sample: Sample = { cold, warm, coldCpu, warmCpu, gas: runs[0]?.gas?.toString() };
stdout.write(`\n${JSON.stringify(sample)}\n`);
