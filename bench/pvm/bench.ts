/** The benchmark of the PVM: speed against its peers, and what starting, calling and keeping machines costs. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { child } from "../child.js";
import { CACHE, median, short, table } from "../measure.js";
import type { BenchOptions, BenchResult } from "../run.js";
import { inChromium } from "./chromium.js";
import { pvmTiers } from "./engines.js";
import { manyBlocks } from "./many-blocks.js";
import type { Figures } from "./probes.js";
import { speed } from "./speed.js";

/** Probes with how often they are repeated, each time in a new process. */
const PROBES: readonly (readonly [string, number])[] = [
  ["hostCall", 3],
  ["load", 7],
  ["machines", 1],
  ["instantiate", 3],
  ["snapshot", 1],
  ["generate", 5],
];

async function costs(): Promise<string> {
  mkdirSync(CACHE, { recursive: true });
  const file = join(CACHE, "blocks.pvm");
  writeFileSync(file, manyBlocks(30_000));
  const rows: string[][] = [];
  for (const [probe, times] of PROBES) {
    const found: Figures[] = [];
    for (let k = 0; k < times; k++) found.push(await child<Figures>("pvm/probes.ts", [probe, file], ["--expose-gc"]));
    for (const name of Object.keys(found[0] as Figures)) {
      const values = found.map((f) => f[name] as number);
      rows.push([name, short(median(values)), short(Math.min(...values))]);
    }
  }
  for (const [name, value] of Object.entries(await inChromium())) rows.push([name, short(value), short(value)]);
  return table(["", "median", "least"], rows);
}

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const measured = await speed({
    tiers: options.tiers ?? pvmTiers(),
    rounds: options.rounds ?? (options.quick ? 1 : 3),
    profiles: (["072", "080"] as const).filter((p) => options.profiles?.includes(p) ?? true),
    typeberry: !options.quick,
    ...(options.only === undefined ? {} : { only: options.only }),
  });
  const more = options.only === undefined ? ["**Starting, calling, keeping**", "", await costs()] : [];
  const text = [measured, ...more].join("\n");
  return { text, readme: text };
}
