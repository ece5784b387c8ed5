/** The compiled tier at its worst: compiles, leaves and forgets where memory is at random moments. For tests. */
import type { Code } from "../../isa/code.js";
import type { BackendFactory, BackendLimits } from "../../machine/backend.js";
import { WINDOWS } from "../../machine/paged-memory.js";
import { PROGRAM_WINDOW, WINDOW } from "../state.js";
import { JitBackend } from "./backend.js";
import { HINT_BYTES } from "./windows.js";

/** xorshift32: the same programs are treated the same way in every run. */
class Dice {
  #state: number;
  constructor(seed: number) {
    this.#state = seed | 1;
  }
  below(n: number): number {
    let x = this.#state;
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
    this.#state = x;
    return (x >>> 0) % n;
  }
}

class RandomJitBackend extends JitBackend {
  readonly #dice: Dice;

  constructor(code: Code, limits: BackendLimits) {
    super(code, limits, "jit:random");
    let seed = code.count;
    for (let i = 0; i < Math.min(code.count, 64); i++) seed = Math.imul(seed ^ (code.op[i] as number), 0x9e3779b1);
    this.#dice = new Dice(seed);
  }

  protected override compilesNow(): boolean {
    return this.#dice.below(4) === 0;
  }

  /** So little that compiled code leaves at its first, second … safepoint, wherever that is. */
  protected override given(fuel: number): number {
    if (this.#dice.below(8) === 0) this.#forgetWindows();
    return this.#dice.below(4) === 0 ? fuel : Math.min(fuel, this.#dice.below(1 << (1 + this.#dice.below(10))));
  }
  protected override get mostFrames(): number {
    return this.#dice.below(2) === 0 ? super.mostFrames : this.#dice.below(4);
  }

  /** The next access off every register is tried in some window first. */
  #forgetWindows(): void {
    this.writeWindows();
    const window = PROGRAM_WINDOW.first + this.#dice.below(PROGRAM_WINDOW.count) * PROGRAM_WINDOW.bytes;
    this.setField(window + PROGRAM_WINDOW.readMax, 0);
    this.setField(window + PROGRAM_WINDOW.writeMax, 0);
    const at = this.hints >>> 2;
    this.arena.i32.fill(this.#dice.below(WINDOWS) * WINDOW.bytes, at, at + (HINT_BYTES >>> 2));
  }

  /** Also too little for the next segment, sometimes: the machine then goes round without having moved. */
  protected override quantum(): number {
    return 1 << this.#dice.below(16);
  }
}

/**
 * The compiled tier with tier-up at random moments, unwinding from random safepoints, random misses of the windows and
 * stacks of a few frames.
 */
export const jitRandom: BackendFactory = (code, limits) => new RandomJitBackend(code, limits);
