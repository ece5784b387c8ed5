/** What stands on the guest's stack: frames of bytecode, and continuations of native functions. */

import type { Code } from "../bytecode/code.js";
import {
  type Cell,
  inherit,
  type Key,
  type PyDict,
  type PyFunction,
  PyObj,
  type PyType,
  T,
  type Value,
} from "../objects/core.js";

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

/**
 * Registers for a frame: literals of the common sizes, which the host's compiler allocates inline, and which all have
 * holes, so that one kind of access fits all of them.
 */
export function newRegisters(count: number): Value[] {
  switch (count) {
    case 2:
      return [, ,];
    case 3:
      return [, , ,];
    case 4:
      return [, , , ,];
    case 5:
      return [, , , , ,];
    case 6:
      return [, , , , , ,];
    case 7:
      return [, , , , , , ,];
    case 8:
      return [, , , , , , , ,];
    default:
      return new Array(count);
  }
}

/** A frame of bytecode; also the guest's frame object. */
export class Frame implements PyObj {
  declare cls: PyType;
  declare readonly kind: 0;
  declare back: AnyFrame | null;
  declare readonly code: Code;
  /** Variables, then the operand stack. */
  declare r: Value[];
  declare pc: number;
  declare sp: number;
  declare readonly globals: PyDict;
  /** Namespace of module and class bodies. */
  declare locals: Value;
  declare fn: PyFunction | null;
  declare gen: PyGenerator | null;
  declare pend: number;
  constructor(code: Code, r: Value[], globals: PyDict, locals: Value, fn: PyFunction | null, back: AnyFrame | null) {
    this.cls = T.frame;
    this.kind = 0;
    this.pc = 0;
    this.gen = null;
    this.pend = 0;
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
  structKey(): Key | undefined {
    return this;
  }
}
inherit(Frame, PyObj);

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
  declare readonly kind: 1;
  declare back: AnyFrame | null;
  declare readonly k: Continuation;
  declare readonly state: Value;
  constructor(back: AnyFrame | null, k: Continuation, state: Value) {
    this.kind = 1;
    this.back = back;
    this.k = k;
    this.state = state;
  }
}

export type AnyFrame = Frame | ContFrame;

export const GenState = { CREATED: 0, SUSPENDED: 1, RUNNING: 2, DONE: 3 } as const;

/** Generators, coroutines and asynchronous generators: a frame that is not on the stack while suspended. */
export class PyGenerator extends PyObj {
  declare state: number;
  /** The exception it was handling when it was suspended. */
  declare handled: Value;
  /** The exception that its resumer was handling. */
  declare outer: Value;
  declare name: string;
  declare qualname: string;
  /** Asynchronous generators: `aclose` or an exception has ended it; hooks were called. */
  declare closed: boolean;
  /** An `asend` or the like is under way. */
  declare busy: boolean;
  declare readonly frame: Frame;
  constructor(frame: Frame, cls: typeof T.generator) {
    super(cls);
    this.state = GenState.CREATED;
    this.handled = undefined;
    this.outer = undefined;
    this.closed = false;
    this.busy = false;
    this.frame = frame;
    this.name = frame.fn?.name ?? frame.code.name;
    this.qualname = frame.fn?.qualname ?? frame.code.qualname;
  }
}

/** A value that an asynchronous generator yields, as opposed to one that passes through from an `await` in it. */
export class PyAsyncWrapped extends PyObj {
  declare readonly value: Value;
  constructor(value: Value) {
    super(T.asyncGenWrapped);
    this.value = value;
  }
}
