/** Which instructions a machine has executed. */
import type { Machine } from "../machine/machine.js";

export interface Coverage {
  /** One byte for each instruction of `machine.code`: 1 if it has been executed. */
  readonly executed: Uint8Array;
  /** Instructions that have been executed, and instructions in all. */
  counts(): { readonly executed: number; readonly total: number };
  stop(): void;
}

/** Notes from now on what is executed. Memory: one byte for each instruction. */
export function watchCoverage(machine: Machine): Coverage {
  const executed = new Uint8Array(machine.code.count);
  const stop = machine.watch({
    before: (_, index) => {
      executed[index] = 1;
    },
  });
  return {
    executed,
    counts: () => ({ executed: executed.reduce((sum, e) => sum + e, 0), total: executed.length }),
    stop,
  };
}
