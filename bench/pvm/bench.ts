/** The benchmark of the PVM: speed against its peers, and what starting, calling and keeping machines costs. */

import type { BenchOptions, BenchResult } from "../run.js";
import { pvmTiers } from "./engines.js";
import { speed } from "./speed.js";

export async function bench(options: BenchOptions): Promise<BenchResult> {
  const text = await speed({
    tiers: options.tiers ?? pvmTiers(),
    rounds: options.rounds ?? (options.quick ? 1 : 3),
    profiles: ["072", "080"],
    typeberry: !options.quick,
    ...(options.only === undefined ? {} : { only: options.only }),
  });
  return { text };
}
