/** What the commands need of a kind of guest: one interface, so that every command works for every guest. */

import type { Exit, Machine, MachineOptions } from "vivarium";

export type TierChoice = NonNullable<MachineOptions["tier"]>;

/** Options of the commands that execute something. */
export interface StartOptions {
  readonly gas: bigint;
  /** Bytes. */
  readonly memory: number;
  readonly tier: TierChoice;
  readonly args: Uint8Array;
  /** Program counter to begin at; the format's own when absent. */
  readonly entry: number | undefined;
}

/** What a program returned. */
export interface Returned {
  /** The bytes it returned, in guests and formats that return bytes. */
  readonly output?: Uint8Array;
  /** The registers that carry results, by name. */
  readonly values: Readonly<Record<string, bigint>>;
}

/** A machine about to run, with what the guest knows of it. */
export interface Run {
  readonly machine: Machine;
  /** All registers, in their order. */
  registers(): readonly bigint[];
  registerName(index: number): string;
  returned(exit: Exit): Returned;
  /** The instruction at an index of `machine.code`, in assembly. */
  instruction(index: number): { readonly mnemonic: string; readonly text: string };
}

/** How `viv disasm` writes a program. */
export interface ListingOptions {
  /** Comments: none, one for each block, or one for each instruction too. */
  readonly comments: "none" | "block" | "instruction";
  /** Instructions as bytes, so that every byte is kept. */
  readonly raw: boolean;
}

/** A loaded program. */
export interface Program {
  readonly guest: string;
  /** What `viv inspect` prints: named values, lists and sections. */
  inspect(): Readonly<Record<string, unknown>>;
  /** The program as assembly text that `viv asm` takes. */
  disassemble(options: ListingOptions): string;
  /** @throws VivError when the options do not fit the program */
  start(options: StartOptions): Run;
}

/** Options of the commands that load a program. */
export interface LoadOptions {
  readonly profile?: "072" | "080";
}

/** What came of an assembly text. */
export interface Assembly {
  readonly bytes: Uint8Array;
  readonly format: string;
  readonly profile: string;
  readonly warnings: readonly { readonly line: number; readonly message: string }[];
}
