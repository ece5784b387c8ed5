/** What the commands need of a kind of guest: one interface, so that every command works for every guest. */

import type { Exit, Machine, MachineOptions, RunOptions } from "vivarium";
import type { ModuleListing } from "vivarium/kit";
import type { Step } from "./tracing.js";

export type TierChoice = NonNullable<MachineOptions["tier"]>;

/** Options of the commands that execute something. */
export interface StartOptions {
  readonly gas: bigint;
  /** Bytes. */
  readonly memory: number;
  readonly tier: TierChoice;
  /** The argument in bytes; guests that take numbers read them from it. */
  readonly args: Uint8Array;
  /** The argument in words, for guests that take those. */
  readonly words: readonly string[];
  /** Where to begin: a program counter or a name, as the guest has it; the format's own when absent. */
  readonly entry: string | undefined;
  /** Guest calls inside each other; the guest's default when absent. */
  readonly depth: number | undefined;
  /** Host functions that are granted; none when absent. */
  readonly host: "none" | "jam" | undefined;
  /** Of {@link Program.grantable} what a manifest grants; without a manifest, what is usual. */
  readonly grant: readonly string[] | undefined;
  /** File that the program reads as its standard input; none when absent. */
  readonly stdin: string | undefined;
  /** Takes what the program writes to its standard output and standard error, in guests that have them. */
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
}

/** What a program returned. */
export interface Returned {
  /** The bytes it returned, in guests and formats that return bytes. */
  readonly output?: Uint8Array;
  /** Registers or return values that carry results, by name. */
  readonly values: Readonly<Record<string, bigint | number>>;
  /** The exit code that the program itself chose, in guests that have one. */
  readonly exitCode?: number;
}

/** A machine about to run, with what the guest knows of it. */
export interface Run {
  readonly machine: Machine;
  /** Runs, or goes on after an exit that can be resumed. */
  run(options: RunOptions): Promise<Exit>;
  /** All registers, in their order. */
  registers(): readonly bigint[];
  registerName(index: number): string;
  returned(exit: Exit): Returned;
  /** The instruction at an index of `machine.code`, in assembly. */
  instruction(index: number): { readonly mnemonic: string; readonly text: string };
  /** Shows executed instructions its own way, in guests whose instructions are more than their rows. */
  trace?(emit: (step: Step) => void): () => void;
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
  /** What the compiler makes of the program, in guests that have it compiled region by region. */
  compiled?(): Iterable<ModuleListing>;
  /** The program as assembly text that `viv asm` takes. */
  disassemble(options: ListingOptions): string;
  /** Names of the functions, in guests whose instructions belong to named ones. */
  readonly functions?: readonly string[];
  /** Names that a manifest may grant. */
  readonly grantable: readonly string[];
  /** @throws VivError when the options do not fit the program */
  start(options: StartOptions): Run;
}

/** Options of the commands that load a program. */
export interface LoadOptions {
  readonly guest?: GuestName;
  readonly profile?: "072" | "080";
  /** The program will be traced: its code should stay as it was written. */
  readonly traced?: boolean;
}

export const GUESTS = ["pvm", "mir", "lmnt", "python", "a64"] as const;
export type GuestName = (typeof GUESTS)[number];

/** What a file of `src/guests/` exports as `guest`. */
export interface Guest {
  /** @throws LoadError, VivError */
  load(bytes: Uint8Array, options: LoadOptions): Program;
  /** @throws LoadError with line and column */
  assemble(text: string, options: AssembleOptions): Assembly;
}

export interface AssembleOptions extends LoadOptions {
  readonly format?: "spi" | "blob";
}

/** What came of an assembly text. */
export interface Assembly {
  readonly bytes: Uint8Array;
  readonly format: string;
  readonly profile?: string;
  readonly warnings: readonly { readonly line: number; readonly message: string }[];
}
