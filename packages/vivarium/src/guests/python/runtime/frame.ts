/** What stands on the guest's stack: frames of bytecode, and continuations of native functions. */

import type { Code } from "../bytecode/code.js";
import { type Cell, PyObj, type PyDict, type PyFunction, T, type Value } from "../objects/core.js";

/** What a frame does with the value that arrives from the frame above it. */
export const Pend = {
  /** Push it. */
  PUSH: 0,
  /** Drop it: the op was a store. */
  DROP: 1,
  /** Push its negation: the value is a boolean. */
  NOT: 2,
  /** Push it and an absent receiver: the op was LOAD_METHOD. */
  METHOD: 3,
} as const;

/** A frame of bytecode; also the guest's frame object. */
export class Frame extends PyObj {
  readonly kind = 0;
  back: AnyFrame | null;
  readonly code: Code;
  /** Variables, then the operand stack. */
  r: Value[];
  pc = 0;
  sp: number;
  readonly globals: PyDict;
  /** Namespace of module and class bodies. */
  locals: Value;
  fn: PyFunction | null;
  gen: PyGenerator | null = null;
  pend = 0;
  constructor(code: Code, r: Value[], globals: PyDict, locals: Value, fn: PyFunction | null, back: AnyFrame | null) {
    super(T.frame);
    this.back = back;
    this.code = code;
    this.r = r;
    this.sp = code.base;
    this.globals = globals;
    this.locals = locals;
    this.fn = fn;
  }
  get closure(): Cell[] | null {
    return this.fn ? this.fn.closure : null;
  }
}

/**
 * What a native function does once the guest code it called has answered. Continuations are module constants, known by
 * name; all their state is in the {@link ContFrame}: plain values, arrays and objects of them, so that a snapshot can
 * hold it.
 */
export interface Continuation {
  readonly name: string;
  /** Takes the result; answers as a native function does. */
  readonly value: (vm: Value, value: Value, state: Value) => Value;
  /** Takes an exception; answers likewise, or throws. Without it exceptions pass. */
  readonly error?: (vm: Value, exc: Value, state: Value) => Value;
}

const continuations = new Map<string, Continuation>();

/** Declares a continuation. Names are part of the snapshot format. */
export function continuation(name: string, value: Continuation["value"], error?: Continuation["error"]): Continuation {
  if (continuations.has(name)) throw new Error(`continuation ${name} declared twice`);
  const k: Continuation = error ? { name, value, error } : { name, value };
  continuations.set(name, k);
  return k;
}

/** All continuations, for snapshots. */
export const continuationByName: ReadonlyMap<string, Continuation> = continuations;

export class ContFrame {
  readonly kind = 1;
  constructor(
    public back: AnyFrame | null,
    readonly k: Continuation,
    readonly state: Value,
  ) {}
}

export type AnyFrame = Frame | ContFrame;

export const GenState = { CREATED: 0, SUSPENDED: 1, RUNNING: 2, DONE: 3 } as const;

/** Generators, coroutines and asynchronous generators: a frame that is not on the stack while suspended. */
export class PyGenerator extends PyObj {
  state: number = GenState.CREATED;
  /** The exception it was handling when it was suspended. */
  handled: Value = undefined;
  /** The exception that its resumer was handling. */
  outer: Value = undefined;
  name: string;
  qualname: string;
  /** Asynchronous generators: `aclose` or an exception has ended it; hooks were called. */
  closed = false;
  /** An `asend` or the like is under way. */
  busy = false;
  constructor(
    readonly frame: Frame,
    cls: typeof T.generator,
  ) {
    super(cls);
    this.name = frame.fn?.name ?? frame.code.name;
    this.qualname = frame.fn?.qualname ?? frame.code.qualname;
  }
}

/** A value that an asynchronous generator yields, as opposed to one that passes through from an `await` in it. */
export class PyAsyncWrapped extends PyObj {
  constructor(readonly value: Value) {
    super(T.asyncGenWrapped);
  }
}
