/** Looks for seeded bugs with the programs of a campaign. */
import { rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import { caseOf, check } from "./campaign.js";
import type { Case } from "./generate.js";
import type { SeededBug } from "./seeded-bugs.js";

export interface Verdict {
  readonly bug: SeededBug;
  readonly found: boolean;
  /** Number of the program that showed it. */
  readonly programs: number;
  readonly what: string;
}

/** Programs are made once for all bugs. */
class Cases {
  readonly #cases: Case[] = [];
  constructor(readonly seed: number) {}
  get(number: number): Case {
    this.#cases[number] ??= caseOf(this.seed, number);
    return this.#cases[number];
  }
}

function has(c: Case, mnemonic: string): boolean {
  const row = rulesOf(c.profile).isa.indexOf(mnemonic);
  return row >= 0 && c.items.some((item) => item.row === row);
}

export function findBugs(
  bugs: readonly SeededBug[],
  options: { readonly seed: number; readonly programs: number; readonly each?: (verdict: Verdict) => void },
): Verdict[] {
  const cases = new Cases(options.seed);
  return bugs.map((bug) => {
    const target = bug.target();
    let verdict: Verdict = { bug, found: false, programs: options.programs, what: "" };
    for (let number = 0; number < options.programs && !verdict.found; number++) {
      const c = cases.get(number);
      // A program without the instruction cannot show what is wrong with it.
      if (bug.mnemonic !== undefined && !has(c, bug.mnemonic)) continue;
      const mismatch = check(c, target);
      if (mismatch !== undefined)
        verdict = { bug, found: true, programs: number, what: mismatch.what.split("\n", 1)[0] };
    }
    options.each?.(verdict);
    return verdict;
  });
}
