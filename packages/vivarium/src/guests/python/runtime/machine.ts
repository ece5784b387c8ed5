/** The state of one running Python machine, and how values and exceptions move along its stack of frames. */

import { type Code, handlerAt } from "../bytecode/code.js";
import { Op } from "../bytecode/table.js";
import {
  CALL,
  Identities,
  None,
  PyDict,
  PyException,
  PyFunction,
  type PyModule,
  PyTraceback,
  type PyType,
  Raise,
  type Value,
} from "../objects/core.js";
import { E, getOwn, raise, runtimeError, setOwn } from "../objects/errors.js";
import {
  type AnyFrame,
  ContFrame,
  type Continuation,
  continuation,
  type Frame,
  GenState,
  Pend,
  type PyGenerator,
} from "./frame.js";
import { MOST_PARTS } from "./fusions.js";

/** Ends the running of a machine in a way that the guest cannot catch. */
export class Stop {
  constructor(
    readonly reason: "out-of-gas" | "out-of-memory" | "output-limit",
    /** Between two instructions: with more gas the run goes on. */
    readonly resumable = false,
  ) {}
}

/** Bounds and grants of a machine. */
export interface MachineLimits {
  /** Instructions and units of bulk work; Infinity for no limit. */
  gas: number;
  /** Bytes that live guest objects may take. */
  memory: number;
  /** Frames of guest code. */
  recursion: number;
  /** Characters written to stdout and stderr. */
  output: number;
}

/** Instructions between two looks at interrupt and deadline. */
const SLICE = 20_000;
/** Gas for each frame that an exception passes. */
const UNWIND_COST = 12;
/** Bytes of an allocation that cost a unit of gas. */
const LARGE = 256;

const EXIT: Continuation = continuation(
  "exit",
  (vm: Machine, value) => {
    vm.finished = true;
    vm.result = value;
    vm.frame = null;
    return CALL;
  },
  (vm: Machine, exc) => {
    vm.finished = true;
    vm.failure = exc;
    vm.frame = null;
    return CALL;
  },
);

const PARKED: Continuation = continuation("parked", (_vm, value) => value);

/** A call of a host function, so that it can be made again by a machine restored from a snapshot. */
export interface HostCall {
  readonly f: Value;
  readonly args: readonly Value[];
  readonly kw: readonly string[] | null;
}

export class Machine {
  frame: AnyFrame | null = null;
  depth = 0;
  recursionLimit: number;
  maxRecursion: number;
  /** The exception that is being handled, `undefined` for none. */
  handled: Value = undefined;

  /** Numbers of the objects that were asked for theirs. */
  readonly identities = new Identities();

  /** What is left of the present slice; the loop counts it down. */
  fuel = 0;
  /** The last instruction that the gas pays for, or the one in front of a pause: no fused ops. */
  exact = false;
  /** The machine pauses when its gas has come down to this. */
  pauseAt = Number.NEGATIVE_INFINITY;
  /** Gas beyond the present slice. */
  reserve: number;
  /** Bytes allocated since the live objects were last measured, plus what was live then. */
  allocated = 0;
  /** When `allocated` passes this, live objects are measured again. */
  threshold: number;
  memoryLimit: number;
  outputLeft: number;

  builtins: PyDict = new PyDict();
  modules: PyDict = new PyDict();
  private routineGlobals: PyDict | null = null;
  /** Makes the globals of the library routines; installed by the front end. */
  makeRoutines!: () => PyDict;
  /** Classes that guests derived from built-in types. */
  readonly subclasses = new Map<PyType, PyType[]>();

  finished = true;
  result: Value = undefined;
  failure: Value = undefined;
  /** A host promise that the machine waits for. */
  waiting: Promise<unknown> | null = null;
  /** The call that made the promise. */
  pending: HostCall | null = null;
  /** Measures live bytes; installed by the memory accounting. */
  measure: ((vm: Machine) => number) | null = null;
  /** Compiles source for `exec`, `eval`, `compile`, imports and routines; installed by the front end. */
  compile!: (
    source: string,
    filename: string,
    mode: "exec" | "eval" | "single",
    options?: { futureAnnotations?: boolean },
  ) => Code;
  /** Finds a module's source or builds it; installed by the import system. */
  loadBuiltinModule!: (vm: Machine, name: string) => PyModule | undefined;
  routineDefaults!: (name: string) => readonly string[];
  routineCode!: (name: string) => Code | undefined;
  write: (text: string, stream: "stdout" | "stderr") => void = () => {};
  /** Native modules that have been made for this machine. */
  readonly natives = new Set<string>();
  /** Per-machine state of modules. */
  readonly state = new Map<string, Value>();

  constructor(limits: MachineLimits) {
    this.reserve = limits.gas;
    this.memoryLimit = limits.memory;
    this.threshold = limits.memory;
    this.recursionLimit = Math.min(1000, limits.recursion);
    this.maxRecursion = limits.recursion;
    this.outputLeft = limits.output;
  }

  /** Sets those limits that are given. */
  limit(limits: { readonly [L in keyof MachineLimits]?: number | bigint | undefined }): void {
    const { gas, memory, recursion, output } = limits;
    if (gas !== undefined) {
      this.reserve = Number(gas);
      this.fuel = 0;
    }
    if (memory !== undefined) {
      this.memoryLimit = Number(memory);
      this.threshold = Math.min(this.threshold, this.memoryLimit);
    }
    if (recursion !== undefined) {
      this.maxRecursion = Number(recursion);
      this.recursionLimit = Math.min(1000, this.maxRecursion);
    }
    if (output !== undefined) this.outputLeft = Number(output);
  }

  // --- gas and memory ------------------------------------------------------------------------------------------

  get gas(): number {
    return this.reserve + this.fuel;
  }

  /** Pays for bulk work before it is done. Throws {@link Stop} when the gas does not suffice. */
  charge(units: number): void {
    // Sizes beyond 31 bits that were shifted may be negative: nothing is ever given back.
    this.fuel -= units >= 0 ? units : 2 ** 32;
    if (this.fuel < 0) {
      if (this.reserve + this.fuel < 0) {
        this.fuel = 0;
        this.reserve = 0;
        throw new Stop("out-of-gas");
      }
      // The rest of the slice is gone: the loop looks up at the next instruction.
      this.reserve += this.fuel;
      this.fuel = 0;
    }
  }

  /**
   * Called by the loop when the slice is spent, before it leaves: the host's engine replaces a running function by its
   * optimised version only when it is entered again.
   */
  sliceOver(): void {
    // The loop has counted an instruction that it has not executed.
    this.fuel += 1;
    if (this.reserve <= 0 && this.fuel <= 0) throw new Stop("out-of-gas", true);
    const left = this.gas - this.pauseAt;
    if (left <= 0) return;
    let next = Math.min(SLICE, this.reserve, left);
    // A fused op may take a few units more than a slice has: the very last ones are spent on plain ops.
    const last = next === this.reserve || next === left;
    this.exact = last && next < MOST_PARTS;
    if (last && !this.exact) next -= MOST_PARTS - 1;
    this.reserve -= next;
    this.fuel += next;
  }

  /** Accounts for an allocation that is about to be made, and for the work of filling it when it is a large one. */
  alloc(bytes: number): void {
    if (!(bytes >= 0)) throw raise(E.MemoryError!);
    if (bytes >= LARGE) this.charge(Math.floor(Math.min(bytes, this.memoryLimit) / LARGE));
    this.allocated += bytes;
    if (this.allocated > this.threshold) this.collect(bytes);
  }

  private collect(bytes: number): void {
    if (bytes > this.memoryLimit) {
      this.allocated -= bytes;
      throw raise(E.MemoryError!);
    }
    const live = this.measure ? this.measure(this) : this.allocated - bytes;
    if (live + bytes > this.memoryLimit) {
      // One large request fails in a way that can be caught, since nothing was allocated; a full heap does not.
      if (bytes > this.memoryLimit / 8 && live < this.memoryLimit / 2) {
        this.allocated = live;
        throw raise(E.MemoryError!);
      }
      throw new Stop("out-of-memory");
    }
    this.allocated = live + bytes;
    this.threshold = Math.max(this.memoryLimit, this.allocated + this.memoryLimit / 4);
  }

  // --- frames --------------------------------------------------------------------------------------------------

  /** Puts a frame of bytecode on the stack. */
  push(frame: Frame): void {
    if (++this.depth > this.recursionLimit) {
      this.depth--;
      throw raise(E.RecursionError!, "maximum recursion depth exceeded");
    }
    this.frame = frame;
  }

  /** The innermost frame of bytecode that is not a library routine. */
  currentFrame(): Frame | null {
    let frame = this.frame;
    while (frame && (frame.kind !== 0 || frame.code.hidden)) frame = frame.back;
    return frame as Frame | null;
  }

  /** Puts a continuation under the frames that were pushed above `below`. */
  insert(below: AnyFrame | null, k: Continuation, state: Value): void {
    let frame = this.frame!;
    while (frame.back !== below) frame = frame.back!;
    frame.back = new ContFrame(below, k, state);
  }

  /** Calls something that may push frames; `k` gets its result. */
  then(k: Continuation, state: Value, start: () => Value): Value {
    const c = new ContFrame(this.frame, k, state);
    this.frame = c;
    const value = start();
    if (value === CALL) return CALL;
    this.frame = c.back;
    return k.value(this, value, state);
  }

  /** Stops until a host promise settles; its value (or exception) becomes the result of the call under way. */
  park(promise: Promise<unknown>, call: HostCall): Value {
    this.frame = new ContFrame(this.frame, PARKED, null);
    this.waiting = promise;
    this.pending = call;
    return CALL;
  }

  /** Hands over what a host call came to. */
  arrive(exc: Value, value: Value): void {
    this.waiting = null;
    this.pending = null;
    this.settle(exc, value);
  }

  /** In a restored machine: takes the call under way off the stack, to be made again. */
  unpark(): HostCall {
    const call = this.pending!;
    this.pending = null;
    this.frame = this.frame!.back;
    return call;
  }

  /** Random bits for an unseeded generator: fixed unless the host grants randomness. */
  entropy: () => bigint = () => 0x5eedn;

  /** Library routines written in Python share these globals, made when the first one is called. */
  get routines(): PyDict {
    this.routineGlobals ??= this.makeRoutines();
    return this.routineGlobals;
  }
  set routines(globals: PyDict) {
    this.routineGlobals = globals;
  }

  /** A library routine written in Python. */
  routine(name: string): PyFunction {
    const known = this.routines.getStr(name);
    if (known !== undefined) return known;
    const code = this.routineCode(name);
    if (!code) throw new Error(`no routine ${name}`);
    const fn = new PyFunction(code, this.routines);
    const defaults = this.routineDefaults(name);
    if (defaults.length > 0)
      fn.defaults = defaults.map((text) =>
        text === "None" ? None : /^\d+$/.test(text) ? Number(text) : this.routines.getStr(text),
      );
    this.routines.setStr(name, fn);
    const visit = (c: Code): void => {
      for (const used of c.names)
        if (this.routines.getStr(used) === undefined && this.routineCode(used)) this.routine(used);
      for (const inner of c.consts)
        if (inner !== null && typeof inner === "object" && "instructions" in inner) visit(inner as Code);
    };
    visit(code);
    return fn;
  }

  /** Starts a run: `start` pushes frames or gives a value at once. */
  begin(start: () => Value): void {
    if (!this.finished) throw new Error("machine is running");
    this.finished = false;
    this.result = undefined;
    this.failure = undefined;
    this.handled = undefined;
    this.depth = 0;
    this.frame = new ContFrame(null, EXIT, null);
    let value: Value;
    try {
      value = start();
    } catch (e) {
      this.settle(this.toGuest(e), undefined);
      return;
    }
    if (value !== CALL) this.settle(undefined, value);
  }

  /**
   * Hands a value (or an exception) to the frame on top of the stack and goes on until a frame of bytecode is ready to
   * run, the machine waits for the host, or the run is over.
   */
  settle(exc: Value, value: Value): void {
    for (;;) {
      try {
        if (exc !== undefined) {
          const landed = this.unwind(exc);
          exc = undefined;
          if (landed === CALL) return;
          value = landed;
        }
        const frame = this.frame;
        if (frame === null) return;
        if (frame.kind === 0) {
          if (frame.pend === Pend.PUSH) frame.r[frame.sp++] = value;
          else {
            if (frame.pend === Pend.NOT) frame.r[frame.sp++] = !value;
            else if (frame.pend === Pend.METHOD) {
              frame.r[frame.sp++] = value;
              frame.r[frame.sp++] = undefined;
            }
            frame.pend = Pend.PUSH;
          }
          return;
        }
        this.frame = frame.back;
        value = frame.k.value(this, value, frame.state);
        if (value === CALL) return;
      } catch (e) {
        exc = this.toGuest(e);
      }
    }
  }

  // --- exceptions ----------------------------------------------------------------------------------------------

  /** What a thrown host value is to the guest. Rethrows what ends the run and what is a defect of the machine. */
  toGuest(e: unknown): PyException {
    if (e instanceof Raise) {
      this.chain(e.exc);
      return e.exc;
    }
    if (e instanceof RangeError) {
      const message = String(e.message);
      const exc = /call stack/.test(message)
        ? new PyException(E.RecursionError!, ["maximum recursion depth exceeded"])
        : new PyException(E.MemoryError!, []);
      this.chain(exc);
      return exc;
    }
    throw e;
  }

  /** Raises an exception in the frame on top of the stack. */
  raise(exc: PyException): void {
    this.chain(exc);
    this.settle(exc, undefined);
  }

  /** Sets `__context__` of an exception that is being raised while another is handled. */
  chain(exc: PyException): void {
    const { handled } = this;
    if (handled === undefined || handled === exc || exc.context !== None) return;
    // Never make a cycle.
    for (let e = handled; e !== None; e = e.context) {
      if (e.context === exc) {
        e.context = None;
        break;
      }
    }
    exc.context = handled;
  }

  /**
   * Finds the handler of an exception: CALL when a frame is ready to run it (or the run is over), else the value that a
   * continuation made of it, to be handed on.
   */
  private unwind(exc: PyException, skipFirst = false): Value {
    let reraised = skipFirst;
    let inner: { readonly code: Code; readonly pc: number } | null = null;
    for (;;) {
      const frame = this.frame;
      if (frame === null) return CALL;
      if (frame.kind === 1) {
        this.frame = frame.back;
        if (frame.k.error) return frame.k.error(this, exc, frame.state);
        continue;
      }
      // Unwinding is paid for like executing; the loop sees to it when the slice is spent.
      this.fuel -= UNWIND_COST;
      const { code } = frame;
      const pc = frame.pc - 1;
      frame.pend = Pend.PUSH;
      const op = pc >= 0 ? code.instructions[pc]! & 0xff : 0;
      if ((op === Op.FOR_ITER || op === Op.SEND) && exc.cls.isSubtype(E.StopIteration!)) {
        const target = code.instructions[pc]! >> 8;
        if (op === Op.FOR_ITER) frame.sp -= 1;
        else frame.r[frame.sp - 1] = stopValue(exc);
        frame.pc = target;
        return CALL;
      }
      // What a routine says instead of something else stands alone, as if it came from C.
      if (code.hidden && op === Op.RAISE_VARARGS && exc.suppress && exc.cause === None) {
        exc.context = None;
        exc.suppress = false;
      }
      if (code.inlined) inner ??= { code, pc };
      else {
        if (!code.hidden && !reraised && !isReraise(code, pc, exc === this.handled)) {
          const at: { readonly code: Code; readonly pc: number } = inner ?? { code, pc };
          exc.traceback = new PyTraceback(exc.traceback, frame, at.code, at.pc, at.code.lineOf(at.pc));
        }
        inner = null;
      }
      reraised = false;
      const handler = handlerAt(code, pc);
      if (handler) {
        frame.sp = code.base + handler.depth;
        frame.r[frame.sp++] = exc;
        frame.pc = handler.target;
        return CALL;
      }
      this.frame = frame.back;
      this.depth--;
      if (frame.gen) exc = this.generatorFailed(frame.gen, exc);
    }
  }

  private generatorFailed(gen: PyGenerator, exc: PyException): PyException {
    gen.state = GenState.DONE;
    this.handled = gen.outer;
    gen.outer = undefined;
    gen.frame.r = [];
    const asynchronous = (gen.frame.code.flags & 512) !== 0;
    const stop = exc.cls.isSubtype(E.StopIteration!);
    if (gen.frame.code.hidden) return exc;
    // Thrown in before it began: not from inside.
    if ((gen.frame.code.instructions[gen.frame.pc - 1]! & 0xff) === Op.RETURN_GENERATOR) return exc;
    if (stop || (asynchronous && exc.cls.isSubtype(E.StopAsyncIteration!))) {
      const what = asynchronous ? "async generator" : (gen.frame.code.flags & 128) !== 0 ? "coroutine" : "generator";
      const error = runtimeError(`${what} raised ${stop ? "StopIteration" : "StopAsyncIteration"}`).exc;
      error.cause = exc;
      error.suppress = true;
      error.context = exc;
      return error;
    }
    return exc;
  }

  /** The iterator on behalf of which the top frame waits has ended with a value. */
  finishIteration(value: Value): Value {
    const frame = this.frame;
    if (frame !== null && frame.kind === 0) {
      const w = frame.code.instructions[frame.pc - 1]!;
      const op = w & 0xff;
      if (op === Op.FOR_ITER) {
        frame.sp -= 1;
        frame.pc = w >> 8;
        return CALL;
      }
      if (op === Op.SEND) {
        frame.r[frame.sp - 1] = value;
        frame.pc = w >> 8;
        return CALL;
      }
    }
    throw stopIteration(value);
  }
}

/** Does the instruction raise an exception again, which adds no line to its traceback? */
function isReraise(code: Code, pc: number, handled: boolean): boolean {
  if (pc < 0) return false;
  const w = code.instructions[pc]!;
  const op = w & 0xff;
  return op === Op.RERAISE || op === Op.END_ASYNC_FOR || (w === Op.RAISE_VARARGS && handled);
}

export function stopIteration(value: Value): Raise {
  const exc = new PyException(E.StopIteration!, value === None || value === undefined ? [] : [value]);
  setOwn(exc, "value", value ?? None);
  return new Raise(exc);
}

/** The `value` of a StopIteration. */
export function stopValue(exc: PyException): Value {
  const own = getOwn(exc, "value");
  return own ?? exc.args.items[0] ?? None;
}
