/**
 * One measurement in a process of its own: `child.ts ENGINE speed FILE ROUNDS` prints processor milliseconds of the first
 * run and of warm ones, `child.ts ENGINE start` what the first result takes and what is resident then.
 */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import process, { argv, stdout } from "node:process";
import { ENGINES } from "./engines.js";

/** What a speed measurement comes to. */
export interface Speed {
  readonly first: number;
  readonly warm: readonly number[];
  /** SHA-256 of what was printed. */
  readonly printed: string;
}

export interface Start {
  /** Milliseconds from the import of the engine to its first result. */
  readonly ready: number;
  /** Megabytes resident beyond those of the process before. */
  readonly resident: number;
  /** Microseconds of evaluating `1+2*3` again. */
  readonly again: number;
}

const processor = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

const [engine, mode, file, rounds] = argv.slice(2) as [string, string, string?, string?];
const load = ENGINES[engine];
if (!load) throw new Error(`no engine ${engine}`);
let result: Speed | Start;
if (mode === "speed") {
  const source = readFileSync(file!, "utf8");
  const loaded = await load();
  const times: number[] = [];
  let printed = "";
  for (let i = 0; i < Number(rounds); i++) {
    const from = processor();
    printed = await loaded.run(source);
    times.push(processor() - from);
  }
  const [first, ...warm] = times as [number, ...number[]];
  result = {
    first,
    warm: warm.length > 0 ? warm : [first],
    printed: createHash("sha256").update(printed.trimEnd()).digest("hex"),
  };
} else {
  const before = process.memoryUsage().rss;
  const from = performance.now();
  const loaded = await load();
  const value = loaded.evaluate("1+2*3");
  const ready = performance.now() - from;
  const resident = (process.memoryUsage().rss - before) / 2 ** 20;
  if (Number(value) !== 7) throw new Error(`${engine} says that 1+2*3 is ${String(value)}`);
  const count = 500;
  for (let i = 0; i < count; i++) loaded.evaluate("1+2*3");
  const start = performance.now();
  for (let i = 0; i < count; i++) loaded.evaluate("1+2*3");
  result = { ready, resident, again: ((performance.now() - start) / count) * 1000 };
}
stdout.write(`\n${JSON.stringify(result)}\n`);
process.exit(0);
