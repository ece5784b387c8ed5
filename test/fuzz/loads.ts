/** Damages many program files and counts what happens. */
import type { Tier } from "../../packages/vivarium/src/machine/backend.js";
import { damage, loadAndRun } from "./damage.js";
import { Random } from "./random.js";
import { soundPrograms } from "./sound.js";

export interface LoadFailure {
  readonly number: number;
  readonly from: string;
  readonly what: string;
  readonly bytes: Uint8Array;
}

export function damageCampaign(options: {
  readonly seed: number;
  readonly files: number;
  readonly start?: number;
  readonly tiers: readonly Tier[];
  readonly progress?: (done: number) => void;
}): { outcomes: Map<string, number>; failures: LoadFailure[] } {
  const sound = soundPrograms();
  const outcomes = new Map<string, number>();
  const failures: LoadFailure[] = [];
  const start = options.start ?? 0;
  for (let number = start; number < start + options.files && failures.length < 10; number++) {
    const r = new Random(options.seed, number);
    const from = r.pick(sound);
    const bytes = damage(from, r.pick(sound), r);
    const { what, wrong } = loadAndRun(bytes, from, r, options.tiers);
    outcomes.set(what, (outcomes.get(what) ?? 0) + 1);
    if (wrong !== undefined) failures.push({ number, from: from.name, what: wrong, bytes });
    options.progress?.(number - start + 1);
  }
  return { outcomes, failures };
}
