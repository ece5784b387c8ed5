/** Reproducible random numbers: the same seed gives the same sequence everywhere. */

export class Random {
  #a: number;
  #b: number;
  #c: number;
  #d = 1;

  /** A sequence for every pair of numbers (a campaign's seed, a program's number). */
  constructor(seed: number, stream = 0) {
    this.#a = seed | 0;
    this.#b = stream | 0;
    this.#c = 0x9e3779b9 | 0;
    for (let i = 0; i < 12; i++) this.u32();
  }

  /** From 0 to 2^32 - 1 (Doty-Humphrey's sfc32). */
  u32(): number {
    const t = (((this.#a + this.#b) | 0) + this.#d) | 0;
    this.#d = (this.#d + 1) | 0;
    this.#a = this.#b ^ (this.#b >>> 9);
    this.#b = (this.#c + (this.#c << 3)) | 0;
    this.#c = (((this.#c << 21) | (this.#c >>> 11)) + t) | 0;
    return t >>> 0;
  }
  u64(): bigint {
    return (BigInt(this.u32()) << 32n) | BigInt(this.u32());
  }
  /** From 0 to `n` - 1. */
  below(n: number): number {
    return Math.floor((this.u32() / 2 ** 32) * n);
  }
  between(least: number, most: number): number {
    return least + this.below(most - least + 1);
  }
  chance(p: number): boolean {
    return this.u32() < p * 2 ** 32;
  }
  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)];
  }
}
