/** The contract between a machine and the tier that executes it: run until something happens, say what it was. */
import type { Code } from "../isa/code.js";
import type { GuestMemory } from "./memory.js";

/** How code is executed. */
export type Tier = "interpreter" | "interpreter:tail" | "jit" | "jit:eager" | "jit:random" | "portable";

/** Why execution came back. */
export const STOP = {
  /** The next segment (stepping: instruction; gas model `block`: block) costs more than the fuel that is left. */
  fuel: 1,
  halt: 2,
  panic: 3,
  trap: 4,
  fault: 5,
  /** A host function asked to leave; the machine stands at the host call. */
  host: 6,
  step: 7,
  breakpoint: 8,
  /** A guest call does not fit on the guest's stack. */
  depth: 9,
} as const;

/** A way into code that calls neither host nor guest functions: `run(state, 0)`. */
export interface PureEntry {
  /** @returns a `STOP` code in the low byte, above it where the code stands, counted from its start */
  readonly run: (state: number, block: number) => number;
  readonly state: number;
  /** What it returns when it comes to the end at which the machine stands now. */
  readonly left: number;
}

/** One waiting guest call. */
export interface Frame {
  /** Instruction that called. */
  readonly caller: number;
  /** Slots between the caller's frame and the callee's. */
  readonly window: number;
}

/** The guest's call stack, outermost call first. */
export interface Frames {
  readonly calls: readonly Frame[];
  /** Slots from the outermost frame's first to the end of the innermost. */
  readonly slots: Uint8Array;
}

export interface Backend {
  readonly tier: Tier;
  readonly code: Code;
  /** Gas that the tier likes to be given at a time. */
  readonly slice: number;
  /** `undefined` where guests use none. */
  readonly memory: GuestMemory | undefined;
  /** Instruction at which the machine stands. */
  index: number;
  /** Gas model `block`: the block in which the machine stands has been paid. */
  charged: boolean;
  /** Gas left of the slice that was handed over; valid inside host functions too. At most 2^30. */
  fuel: number;
  /** After `STOP.fuel`: gas that the next step costs. */
  readonly needed: number;
  /** Of the steps that the last run was given, how many are left. */
  readonly stepsLeft: number;
  /** Host function number or trap code of the last stop. */
  readonly payload: number;
  readonly faultAddress: number;
  /** Access level that was missing at the last fault: 1 read, 2 write. */
  readonly faultLevel: number;
  /** Called for every host call; 0 continues behind it, anything else leaves with `STOP.host`. */
  onHost: (id: number) => number;

  /**
   * Executes from `index` until something happens.
   *
   * @param exact true when no more gas than `fuel` exists: then the machine stops at the very instruction that cannot
   *   be paid. False when more could be had: then it may stop earlier, at a segment that costs more than is left.
   * @param steps instructions to execute at most, -1 for no limit
   * @returns a `STOP` code
   */
  run(exact: boolean, steps: number): number;
  /**
   * The short way through code that calls neither host nor guest functions: executes from instruction `index` on the
   * fuel that is left. Tiers may leave it out.
   *
   * @returns a `STOP` code, or 0 when nothing was executed and {@link run} has to
   */
  runPure?(index: number): number;
  /**
   * How to enter the code that starts at `index`, at whose end the machine stands, again and again without the backend in
   * between; `undefined` where there is no such way at the moment. It serves until the code is watched or moved.
   */
  pureEntry?(index: number): PureEntry | undefined;
  /** Takes note of where the code that was entered at `index` came back. @returns a `STOP` code */
  leftPure?(index: number, left: number): number;
  /** Goes on behind the host call at which the machine stands. */
  skipHostCall(): void;
  /** Bytes of a machine bank, in place; stale after anything that may allocate. */
  bank(name: string): Uint8Array;
  /** Address spaces differ, but variables are 64-bit fields everywhere. */
  getVar(name: string): bigint;
  setVar(name: string, value: bigint): void;
  /** Stops before these instructions are executed. */
  setBreakpoints(indices: ReadonlySet<number>): void;
  /** Empties the call stack and enters a function; `slots` of its frame are zero. */
  enter(fn: number): void;
  /** The innermost frame's slots, in place; stale after anything that may allocate. */
  frame(slots: number): Uint8Array;
  saveFrames(): Frames;
  restoreFrames(frames: Frames): boolean;
  readonly depth: number;
  dispose(): void;
}

export interface BackendLimits {
  /** Bytes of guest memory. */
  readonly memory: number;
  /** Guest calls inside each other. */
  readonly depth: number;
}

/** Makes the state of one machine for a piece of code. */
export type BackendFactory = (code: Code, limits: BackendLimits) => Backend;

/** Where the innermost frame starts, in slots from the outermost. */
export function frameStart(frames: Frames): number {
  return frames.calls.reduce((sum, call) => sum + call.window, 0);
}
