/** What the parent and the child that runs a MIR program with C functions say to each other. */
import type { MirLoadOptions, MirOptions } from "../mir.js";

export interface RunRequest {
  readonly kind: "run";
  readonly binary: Uint8Array;
  readonly load: MirLoadOptions;
  readonly prototypes: readonly string[];
  readonly libraries: readonly string[];
  readonly machine: Pick<
    MirOptions,
    "args" | "env" | "stdin" | "gas" | "memory" | "depth" | "stack" | "tier" | "entry"
  >;
  /** Milliseconds. */
  readonly timeout: number;
}

/** How a run ended, as data. */
export interface ExitData {
  readonly kind: string;
  readonly pc?: number;
  readonly [field: string]: unknown;
}

export type RunReply =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly code: string; readonly message: string }
  | { readonly kind: "ended"; readonly exit: ExitData; readonly exitCode: number | undefined; readonly gas: bigint };
