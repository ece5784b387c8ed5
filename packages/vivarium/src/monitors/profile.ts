/** How often a machine executes each instruction, and what its blocks cost. */
import type { Machine } from "../machine/machine.js";

/** A basic block by the gas that was spent in it. */
export interface BlockProfile {
  /** Guest position of the block's first instruction. */
  readonly pc: number;
  /** Instructions that were executed in it. */
  readonly instructions: number;
}

export interface Profile {
  /** Executions of each instruction of `machine.code`. */
  readonly executions: Float64Array;
  /** Blocks in which something was executed, the busiest first. */
  blocks(): BlockProfile[];
  stop(): void;
}

/** Counts from now on. Memory: eight bytes for each instruction. */
export function watchProfile(machine: Machine): Profile {
  const { code } = machine;
  const executions = new Float64Array(code.count);
  const stop = machine.watch({
    before: (_, index) => {
      executions[index] = (executions[index] as number) + 1;
    },
  });
  return {
    executions,
    stop,
    blocks: () => {
      const out: { pc: number; instructions: number }[] = [];
      for (let i = 0; i < code.count; i++) {
        const last = out[out.length - 1];
        if (code.leader[i] === 1 || last === undefined) {
          out.push({ pc: code.pc[i] as number, instructions: executions[i] as number });
        } else last.instructions += executions[i] as number;
      }
      return out.filter((b) => b.instructions > 0).sort((a, b) => b.instructions - a.instructions);
    },
  };
}
