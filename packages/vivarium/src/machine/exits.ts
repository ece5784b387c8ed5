/** Why `run()` came back. What a guest does is always one of these values, never an exception. */

interface At {
  /** Guest position of the instruction at which the machine stands. */
  readonly pc: number;
}

/** The program has finished. */
export interface Halt extends At {
  readonly kind: "halt";
}
/** The program did what its rules forbid, or asked to fail. */
export interface Panic extends At {
  readonly kind: "panic";
  readonly reason?: string;
  /** The guest came to a place that is no instruction of it, in guests that can. */
  readonly illegal?: true;
}
/** A trap with a guest-defined number (division by zero, unreachable …). */
export interface Trap extends At {
  readonly kind: "trap";
  readonly code: number;
}
/** An access to memory that the guest may not make; map the page and run again, and the access is repeated. */
export interface Fault extends At {
  readonly kind: "fault";
  /** First byte of the access that lacks the right. */
  readonly address: number;
  /** Start of its page. */
  readonly page: number;
  readonly access: "read" | "write";
}
/** The next step costs more gas than there is; add gas and run again. */
export interface OutOfGas extends At {
  readonly kind: "out-of-gas";
  /** Gas that the next step costs. */
  readonly needed: number;
}
/** A host call for which no function was given; do its work and run again, which continues behind it. */
export interface HostCall extends At {
  readonly kind: "host";
  readonly id: number;
}
/** A host function threw. The machine stands at the call; run again to repeat it. */
export interface HostFailure extends At {
  readonly kind: "host-error";
  readonly id: number;
  readonly name: string;
  readonly error: unknown;
  /** Registers as they were when the function was called. */
  readonly registers: readonly bigint[];
}
/** A host function returned a promise and `run()` cannot wait: await `settled` and run again, or use `runAsync()`. */
export interface Parked extends At {
  readonly kind: "parked";
  readonly id: number;
  readonly settled: Promise<void>;
}
/** Stopped from outside; run again to go on. */
export interface Interrupted extends At {
  readonly kind: "interrupted";
  readonly reason: "interrupt" | "deadline" | "signal";
}
/** Stands before an instruction with a breakpoint; run again to go on. */
export interface Breakpoint extends At {
  readonly kind: "breakpoint";
}
/** The number of steps that was asked for has been executed. */
export interface Stepped extends At {
  readonly kind: "step";
}
/** More guest calls inside each other than the limit. */
export interface DepthExceeded extends At {
  readonly kind: "depth";
}

export type Exit =
  | Halt
  | Panic
  | Trap
  | Fault
  | OutOfGas
  | HostCall
  | HostFailure
  | Parked
  | Interrupted
  | Breakpoint
  | Stepped
  | DepthExceeded;

export type ExitKind = Exit["kind"];

/** Exits after which `run()` may be called again without changing anything else. */
export const RESUMABLE: ReadonlySet<ExitKind> = new Set([
  "fault",
  "out-of-gas",
  "host",
  "host-error",
  "parked",
  "interrupted",
  "breakpoint",
  "step",
  "depth",
] as const);
