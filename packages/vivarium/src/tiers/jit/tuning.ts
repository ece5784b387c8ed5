/** Every knob of the compiled tier in one place. Figures: `docs/jit.md`. */
export const TUNING = {
  /** Gas that the interpreter spends on a function before it is compiled. */
  hot: 5_000,
  /** The same for an entry where calls come back, and in the middle of regions. */
  hotInside: 50_000,
  /** What going from compiled code to the interpreter and back costs, in gas. */
  transition: 50,
  /** Arrivals of a computed jump at a case that its region does not have, before the region is made anew. */
  arrivals: 16,
  /** Times that a region is made anew because a computed jump in it has been seen to go elsewhere. */
  remakes: 4,
  /** Gas of a slice: the least, while most of it is interpreted, and the most. */
  slice: { least: 250_000, most: 4_000_000 },
  /** Gas that the interpreter runs between two samples. */
  quantum: 20_000,
  /** The same while a machine starts, and how much gas it starts with. */
  start: { quantum: 2_500, gas: 4_000_000 },
  /** Beyond about 25 KB of WebAssembly V8's optimised code gets slower. */
  region: { blocks: 100, instructions: 600, block: 4_000 },
  regionsPerModule: 32,
  /** So many modules of a program are made as soon as something is hot; later ones once a slice, with more regions. */
  modulesAtOnce: 8,
  regionsAtOnce: 64,
  /** Hot entries that wait for the next slice. */
  waiting: 1_000,
  /** Modules in the process; a Node process dies of some 30,000. Without room the interpreter goes on. */
  modules: 8_000,
  /** Instructions that are compiled between two slices: some 10 to 30 ms. */
  instructionsPerSlice: 3_000,
  /** Instructions whose operands are decoded between two slices, before functions are looked for: some 5 ms. */
  decodedPerSlice: 40_000,
  /** Functions whose address is taken that are compiled with a computed call. */
  addressTaken: 64,
  /**
   * Instructions that may be compiled for a program from the start, more for all the gas that it has spent, so that
   * compiling never takes much longer than executing; and the most that they may come to, in bytes of WebAssembly.
   */
  budget: { instructions: 20_000, perGas: 1 / 500, bytes: 32 << 20 },
  /** Compiled code that is kept for programs that are loaded again: of so many programs, and in all so many bytes. */
  kept: { programs: 32, bytes: 64 << 20 },
  /** Cases of computed jumps that are noted for a program. */
  cases: 2_000,
  /** WebAssembly frames on top of each other. */
  depth: 800,
  /** A call of a computed function is compared with the functions whose address is taken, if there are no more. */
  guesses: 6,
  /** Times that an instruction leaves for a case that was not expected before it is compiled for all. */
  unexpected: 16,
  /**
   * An access that leaves so many times because it is in another window, and at least once in so much gas, is compiled
   * anew: leaving costs about a microsecond, code made anew some ten milliseconds with what V8 does to it.
   */
  elsewhere: { times: 2_000, every: 10_000 },
  /** What the compiler does beyond translating: each can be left out, to measure what it is worth. */
  passes: {
    /** Accesses of a block off one value of a base register are checked together. */
    sharedChecks: true,
    /** Accesses look first into the window that constants, and the machine's registers, make likely. */
    guessedWindows: true,
    /** Accesses look into one window until they have been found in others. */
    singleWindows: true,
    /** Cases that are hardly ever met are left to the interpreter. */
    unlikelyLeaves: true,
  },
};
