/** What accesses have shown of the windows of memory that they are in: compiled code looks where they were found. */
import { TUNING } from "./tuning.js";

/** What is known of an access that has been elsewhere than expected. */
export interface AccessSite {
  /** Number of the window in which it was found. */
  readonly window: number;
  /** It has been in several: one more is tried. */
  readonly wanders: boolean;
}

export class AccessSites {
  readonly #misses = new Map<number, { count: number; window: number; since: number }>();
  readonly #known = new Map<number, AccessSite>();

  of(instruction: number): AccessSite | undefined {
    return this.#known.get(instruction);
  }

  /**
   * An access was not where compiled code looked, but in this window.
   *
   * @param gas that has been spent on the program
   * @returns true when that happens so often that code should be made anew
   */
  missed(instruction: number, window: number, gas: number): boolean {
    if (window < 0 || this.#known.get(instruction)?.wanders === true) return false;
    const { count, since } = this.#misses.get(instruction) ?? { count: 0, since: gas };
    const { times, every } = TUNING.elsewhere;
    const enough = count + 1 === times;
    const often = gas - since <= times * every;
    // What happens now and then costs less than other code would.
    this.#misses.set(
      instruction,
      enough && !often ? { count: 0, window, since: gas } : { count: count + 1, window, since },
    );
    return enough && often;
  }

  /** Code of the instructions `from` to (not including) `to` is made anew, and looks where accesses were found. */
  learn(from: number, to: number): void {
    for (const [instruction, { window }] of this.#misses) {
      if (instruction < from || instruction >= to) continue;
      this.#known.set(instruction, { window, wanders: this.#known.has(instruction) });
      this.#misses.delete(instruction);
    }
  }
}
