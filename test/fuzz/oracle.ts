/** Runs a case in every tier and in several manners, and says where one differs from the portable tier. */
import type { PvmProgram } from "../../packages/vivarium/src/guests/pvm/program.js";
import type { Tier } from "../../packages/vivarium/src/machine/backend.js";
import type { RunOptions } from "../../packages/vivarium/src/machine/machine.js";
import type { Coverage } from "./coverage.js";
import { type Case, encodeCase } from "./generate.js";
import { Random } from "./random.js";
import { difference, type Manner, type Observation, Subject } from "./subject.js";

/** What is tested: something that loads programs, and the tiers to compare with the portable one. */
export interface Target {
  readonly pvm: {
    load(bytes: Uint8Array, options: { readonly profile: "072" | "080"; readonly format: "blob" }): PvmProgram;
  };
  readonly tiers: readonly Tier[];
}

export interface Mismatch {
  /** Which way of running it differs. */
  readonly manner: string;
  /** Exits that were the same before. */
  readonly after: number;
  readonly what: string;
}

/** More exits than the policy allows means a run that does not end. */
const MOST_EXITS = 100;
/** Programs up to this much gas are run with every smaller amount as well. */
const SWEEP = 48;

export function checkCase(c: Case, target: Target, coverage?: Coverage): Mismatch | undefined {
  const program = target.pvm.load(encodeCase(c), { profile: c.profile, format: "blob" });
  const r = new Random(c.plan, 1);
  const { found, trace } = compareTiers(c, program, target.tiers);
  if (found !== undefined) return found;
  coverage?.exits(trace);
  const tier = r.pick(target.tiers);
  const other = r.pick<Tier>([...target.tiers, "portable"]);
  return (
    compareManner(c, program, tier, other, r, trace, coverage) ??
    compareSteps(c, program, r, tier) ??
    sweepGas(c, program, r, target.tiers)
  );
}

/** All tiers side by side, from exit to exit. */
function compareTiers(
  c: Case,
  program: PvmProgram,
  tiers: readonly Tier[],
): { found?: Mismatch; trace: readonly Observation[] } {
  const oracle = new Subject(program, c, "portable");
  const subjects = tiers.map((tier) => new Subject(program, c, tier));
  const trace: Observation[] = [];
  try {
    while (trace.length < MOST_EXITS) {
      const expected = oracle.next();
      for (let k = 0; k < subjects.length; k++) {
        const what = compare(expected, subjects[k].next());
        if (what !== undefined) return { found: { manner: tiers[k], after: trace.length, what }, trace };
      }
      if (expected === undefined) break;
      trace.push(expected);
    }
    return { trace };
  } finally {
    oracle.dispose();
    for (const s of subjects) s.dispose();
  }
}

function compare(expected: Observation | undefined, actual: Observation | undefined): string | undefined {
  if (expected === undefined || actual === undefined) {
    return expected === actual ? undefined : `exit: ${actual?.exit ?? "none"}, expected ${expected?.exit ?? "none"}`;
  }
  return difference(expected, actual);
}

/** One tier in pieces: its exits must be those of the run in one piece. */
function compareManner(
  c: Case,
  program: PvmProgram,
  tier: Tier,
  other: Tier,
  r: Random,
  trace: readonly Observation[],
  coverage: Coverage | undefined,
): Mismatch | undefined {
  const names: string[] = [tier];
  const manner: { -readonly [K in keyof Manner]: Manner[K] } = {};
  const [split, stepped, stops] = [r.chance(0.3), r.chance(0.6), r.chance(0.2)];
  const [sliced, interrupted, parked] = [r.chance(0.2), r.chance(0.2), r.chance(0.2)];
  const change = r.below(3);
  if (split) {
    manner.portion = r.between(1, c.profile === "080" ? 60 : 20);
    names.push(`gas in portions of ${manner.portion}`);
  }
  if (sliced) {
    manner.slice = r.between(1, 60);
    names.push(`slices of ${manner.slice} gas`);
  }
  if (interrupted) {
    manner.interrupt = sometimes(r, 0.4);
    names.push("interrupted");
  }
  if (parked) {
    manner.park = sometimes(r, 0.5);
    const moves = r.chance(0.5);
    manner.whileParked = (subject) => {
      if (moves) subject.switchTier(subject.machine.tier === tier ? other : tier);
    };
    names.push(`results of host functions come later${moves ? `, meanwhile it goes to ${other}` : ""}`);
  }
  if (stepped || (!split && !stops && !sliced && !interrupted && !parked)) {
    const one = r.chance(0.5);
    const most = r.between(2, 12);
    manner.steps = () => (one ? 1 : r.between(1, most));
    names.push(one ? "step by step" : `1 to ${most} steps at a time`);
    if (one) manner.coverage = coverage;
  }
  if (stops) {
    const { pc } = program.code;
    manner.breakpoints = [r.pick([...pc]), r.pick([...pc])];
    names.push(`breakpoints at ${manner.breakpoints.join()}`);
  }
  if (change > 0) {
    // Once or twice: what happens between runs is much dearer than the runs.
    let left = r.between(1, 2);
    const odds = r.pick([1, 0.3, 0.1]);
    manner.between = (subject) => {
      if (left === 0 || !r.chance(odds)) return;
      left--;
      const to = subject.machine.tier === tier ? other : tier;
      if (change === 1) subject.restore(to);
      else subject.switchTier(to);
    };
    names.push(change === 1 ? `restored in ${other}` : `switched to ${other}`);
  }
  const subject = new Subject(program, c, tier, manner);
  try {
    for (let after = 0; after <= trace.length; after++) {
      const what = compare(trace[after], subject.next());
      if (what !== undefined) return { manner: names.join(", "), after, what };
    }
    return undefined;
  } finally {
    subject.dispose();
  }
}

/** Says yes now and then, but not for ever. */
function sometimes(r: Random, odds: number): () => boolean {
  let left = 12;
  return () => r.chance(odds) && left-- > 0;
}

/**
 * A run with promises, signals and deadlines beside a plain one: the exits must be the same.
 *
 * Its programs are drawn like those of {@link checkCase}, which has found no difference before.
 */
export async function checkAsync(c: Case, target: Target): Promise<Mismatch | undefined> {
  const program = target.pvm.load(encodeCase(c), { profile: c.profile, format: "blob" });
  const r = new Random(c.plan, 2);
  const tier = r.pick<Tier>([...target.tiers, "portable"]);
  const manner: Manner = {
    park: sometimes(r, 0.6),
    interrupt: sometimes(r, 0.2),
    slice: r.pick([undefined, r.between(1, 60)]),
    runOptions: () => {
      const kind = r.below(6);
      if (kind === 0) return { signal: AbortSignal.abort() };
      if (kind === 1) return { timeout: 0 };
      if (kind > 2) return {};
      const controller = new AbortController();
      setImmediate(() => controller.abort());
      return { signal: controller.signal };
    },
  };
  const oracle = new Subject(program, c, "portable");
  const subject = new Subject(program, c, tier, { ...manner, runOptions: atMost(manner.runOptions, 20) });
  try {
    for (let after = 0; after < MOST_EXITS; after++) {
      const expected = oracle.next();
      const what = compare(expected, await subject.nextAsync());
      if (what !== undefined) return { manner: `${tier}, with promises, signals and deadlines`, after, what };
      if (expected === undefined) return undefined;
    }
    return undefined;
  } finally {
    oracle.dispose();
    subject.dispose();
  }
}

/** These options for so many runs, then none: whoever is always stopped at once gets nowhere. */
function atMost(options: Manner["runOptions"], runs: number): () => RunOptions {
  let left = runs;
  return () => (left-- > 0 ? (options?.() ?? {}) : {});
}

/** One tier and the portable one in the same pieces: they must stand at the same place after every piece. */
function compareSteps(c: Case, program: PvmProgram, r: Random, tier: Tier): Mismatch | undefined {
  if (!r.chance(0.2)) return undefined;
  const counts = Array.from({ length: 64 }, () => r.between(1, 5));
  const manner = (): Manner => {
    let n = 0;
    return { all: true, steps: () => counts[n++ % counts.length] };
  };
  const oracle = new Subject(program, c, "portable", manner());
  const subject = new Subject(program, c, tier, manner());
  try {
    for (let after = 0; after < MOST_EXITS / 2; after++) {
      const expected = oracle.next();
      const what = compare(expected, subject.next());
      if (what !== undefined) return { manner: `${tier}, step by step beside the portable tier`, after, what };
      if (expected === undefined) return undefined;
    }
    return undefined;
  } finally {
    oracle.dispose();
    subject.dispose();
  }
}

/** Every gas budget from 0 up, for one program in some. */
function sweepGas(c: Case, program: PvmProgram, r: Random, tiers: readonly Tier[]): Mismatch | undefined {
  if (!r.chance(c.gas <= SWEEP ? 0.1 : 0.02)) return undefined;
  const tier = r.pick(tiers);
  for (let gas = 0; gas <= Math.min(c.gas, SWEEP); gas++) {
    const oracle = new Subject(program, c, "portable", {}, gas);
    const subject = new Subject(program, c, tier, {}, gas);
    try {
      const what = compare(oracle.next(), subject.next());
      if (what !== undefined) return { manner: `${tier}, gas ${gas}`, after: 0, what };
    } finally {
      oracle.dispose();
      subject.dispose();
    }
  }
  return undefined;
}
