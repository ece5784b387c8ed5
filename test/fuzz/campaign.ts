/** Runs many generated programs; stops at those that differ between tiers. */
import type { Tier } from "../../packages/vivarium/src/machine/backend.js";
import { pvm } from "../../packages/vivarium/src/pvm.js";
import type { Coverage } from "./coverage.js";
import { type Case, generateCase } from "./generate.js";
import { checkInner } from "./inner.js";
import { checkAsync, checkCase, type Mismatch, type Target } from "./oracle.js";
import { Random } from "./random.js";
import { checkDamagedSnapshots } from "./snapshots.js";

export interface Failure {
  /** Number of the program in its campaign. */
  readonly number: number;
  readonly c: Case;
  readonly mismatch: Mismatch;
}

export interface CampaignOptions {
  readonly seed: number;
  readonly programs: number;
  /** Number of the first program. */
  readonly start?: number;
  readonly target: Target;
  readonly coverage?: Coverage;
  /** Ends after so many failures; default 1. */
  readonly failures?: number;
  /** Called after every program. */
  readonly progress?: (done: number) => void;
  /** Ends early when it says so. */
  readonly until?: () => boolean;
}

/** The program with this number: both profiles in turn. */
export function caseOf(seed: number, number: number): Case {
  return generateCase(number % 2 === 0 ? "080" : "072", new Random(seed, number));
}

/** Like {@link checkCase}, with an exception as a mismatch too. */
export function check(c: Case, target: Target, coverage?: Coverage): Mismatch | undefined {
  try {
    return checkCase(c, target, coverage);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { manner: "any", after: 0, what: `threw ${text}` };
  }
}

const MORE = [checkAsync, checkInner, checkDamagedSnapshots];

/** The dearer checks, one of them for a program in three; an exception is a mismatch too. */
async function checkMore(number: number, c: Case, target: Target): Promise<Mismatch | undefined> {
  const more = MORE[number % (3 * MORE.length)];
  try {
    return await more?.(c, target);
  } catch (error) {
    const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { manner: more?.name ?? "", after: 0, what: `threw ${text}` };
  }
}

export async function campaign(options: CampaignOptions): Promise<{ done: number; failures: Failure[] }> {
  const failures: Failure[] = [];
  const start = options.start ?? 0;
  let done = 0;
  while (done < options.programs && failures.length < (options.failures ?? 1) && !options.until?.()) {
    const number = start + done++;
    const c = caseOf(options.seed, number);
    const mismatch = check(c, options.target, options.coverage) ?? (await checkMore(number, c, options.target));
    if (mismatch !== undefined) failures.push({ number, c, mismatch });
    options.progress?.(done);
  }
  return { done, failures };
}

/** The tiers that this build has, without the portable one, which is what they are compared with. */
export function availableTiers(): Tier[] {
  // A `trap`.
  const program = pvm.load(Uint8Array.of(0, 0, 1, 0, 1), { profile: "080", format: "blob" });
  return (["interpreter", "interpreter:tail", "jit", "jit:eager", "jit:random"] as const).filter((tier) => {
    try {
      program.instantiate({ tier }).dispose();
      return true;
    } catch {
      return false;
    }
  });
}
