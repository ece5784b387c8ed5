/** Every knob of the compiled tier in one place. Figures: `docs/jit.md`. */
export const TUNING = {
  /** Slice ends in a function before it is compiled. */
  samples: 2,
  /** Arrivals of compiled code at a block without code before it becomes an entry. */
  arrivals: 16,
  /** The same where calls come back, and in the middle of regions. */
  seldomArrivals: 2_000,
  /** Times that a region is made anew because a computed jump in it has been seen to go elsewhere. */
  remakes: 4,
  /** Gas of a slice, and of what the interpreter runs between two samples. */
  slice: 4_000_000,
  quantum: 20_000,
  /** Beyond about 25 KB of WebAssembly V8's optimised code gets slower. */
  region: { blocks: 100, instructions: 600 },
  regionsPerModule: 32,
  /** Modules in the process; a Node process dies of some 30,000. Without room the interpreter goes on. */
  modules: 8_000,
  instructionsPerModule: 6_000,
  /** WebAssembly frames on top of each other. */
  depth: 800,
};
