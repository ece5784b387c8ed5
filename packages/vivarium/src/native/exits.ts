/** Why native code came back, or did not. */
import type { NativeColumn, NativeValue } from "./code.js";

/** What a signal that ended the process says about the code. */
export type NativeTrap = "illegal" | "memory" | "arith" | "breakpoint" | "killed";

/** The process ended by a signal. A stack that overflows is SIGSEGV, as any other bad access. */
export interface NativeSignal {
  readonly kind: "signal";
  readonly signal: string;
  readonly trap: NativeTrap;
}
/** The process did not answer in time and was killed. */
export interface NativeDeadline {
  readonly kind: "deadline";
  /** Milliseconds that it had. */
  readonly timeout: number;
}
/** The caller's AbortSignal came; the process was killed. */
export interface NativeAborted {
  readonly kind: "aborted";
}
export type NativeEnd = NativeSignal | NativeDeadline | NativeAborted;

export interface NativeReturn {
  readonly kind: "return";
  /** Undefined for functions without result. */
  readonly value: NativeValue | undefined;
}
export type NativeExit = NativeReturn | NativeEnd;

/** What a batch of calls came to. */
export interface NativeBatch {
  /** `return` when every call came back; else how the process ended in call number `completed`. */
  readonly exit: { readonly kind: "return" } | NativeEnd;
  /** Calls that came back. */
  readonly completed: number;
  /** Their results; undefined for functions without result. */
  readonly values: NativeColumn | undefined;
}

const TRAPS: Readonly<Record<string, NativeTrap>> = {
  SIGILL: "illegal",
  SIGSEGV: "memory",
  SIGBUS: "memory",
  SIGFPE: "arith",
  SIGTRAP: "breakpoint",
};

export function signalExit(signal: string): NativeSignal {
  return { kind: "signal", signal, trap: TRAPS[signal] ?? "killed" };
}
