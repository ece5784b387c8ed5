/** Turns what a machine does into trace steps, and steps into lines. */

import type { Run } from "./guest.js";

/** One executed instruction. */
export interface Step {
  /** 1 for the first instruction. */
  readonly step: number;
  readonly pc: number;
  readonly op: string;
  readonly text: string;
  /** Gas left behind it. */
  readonly gas: bigint;
  /** Registers it changed, by name, with their new values. */
  readonly changed: Readonly<Record<string, bigint>>;
}

/** Calls `emit` after every instruction that `run` executes, until the returned function is called. */
export function traceSteps(run: Run, emit: (step: Step) => void): () => void {
  const { machine } = run;
  let count = 0;
  let before: readonly bigint[] = [];
  return machine.watch({
    before: () => {
      before = [...run.registers()];
    },
    after: (_machine, index) => {
      const changed: Record<string, bigint> = {};
      run.registers().forEach((value, i) => {
        if (value !== before[i]) changed[run.registerName(i)] = value;
      });
      const { mnemonic, text } = run.instruction(index);
      count++;
      emit({ step: count, pc: machine.code.pc[index] as number, op: mnemonic, text, gas: machine.gas, changed });
    },
  });
}

/** A step as a line of text, its columns aligned. */
export function stepLine({ step, pc, text, gas, changed }: Step): string {
  const values = Object.entries(changed).map(([name, value]) => `${name}=0x${value.toString(16)}`);
  const line = `${String(step).padStart(8)}  ${String(pc).padStart(6)}  ${String(gas).padStart(12)}  ${text.padEnd(36)}`;
  return `${line}  ${values.join(" ")}`.trimEnd();
}
