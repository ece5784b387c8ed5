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
  readonly changed: Readonly<Record<string, bigint | string>>;
  /** Registers it read, in guests that know. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** The function it belongs to, in guests that have named ones, and how many calls are inside each other there. */
  readonly function?: string;
  readonly depth?: number;
}

/** How many levels of calls a line is indented for at most. */
const MAX_INDENT = 20;

/** Calls `emit` after every instruction that `run` executes, until the returned function is called. */
export function traceSteps(run: Run, emit: (step: Step) => void): () => void {
  const { machine } = run;
  if (run.trace !== undefined) return run.trace(emit);
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
export function stepLine({ step, pc, text, gas, changed, inputs, function: name, depth }: Step): string {
  const line = `${String(step).padStart(8)}  ${String(pc).padStart(6)}  ${String(gas).padStart(12)}`;
  if (name !== undefined) {
    const indent = "  ".repeat(Math.min(depth ?? 0, MAX_INDENT));
    const result = Object.keys(changed).length > 0 ? ` → ${values(changed)}` : "";
    return `${line}  ${indent}${name}: ${text}  [${values(inputs ?? {})}]${result}`;
  }
  return `${line}  ${text.padEnd(36)}  ${values(changed)}`.trimEnd();
}

function values(registers: Readonly<Record<string, bigint | string>>): string {
  return Object.entries(registers)
    .map(([name, value]) => `${name}=${typeof value === "string" ? value : `0x${value.toString(16)}`}`)
    .join(" ");
}
