/** A machine: one running state of a program, driven in slices of gas by whatever tier executes it. */
import type { Code } from "../isa/code.js";
import { PAGE } from "./arena.js";
import { type Backend, type BackendFactory, type PureEntry, STOP, type Tier } from "./backend.js";
import { VivError } from "./errors.js";
import type { Exit } from "./exits.js";
import { Delegation, HostContext, type HostFunction, type HostResult, Leave, Relocation } from "./host.js";
import type { GuestMemory } from "./memory.js";
import { nextTurn } from "./next-turn.js";
import type { MachineState } from "./state.js";

const MAX_SLICE = 2 ** 30;
/** More than any guest can spend: what "no gas limit" means. */
export const UNLIMITED = 2n ** 63n - 1n;
/** How long `runAsync` keeps the event loop waiting, in milliseconds. */
const TURN_MS = 8;

export const DEFAULT_MEMORY = 256 << 20;
export const DEFAULT_DEPTH = 100_000;

/** The tiers a build of the library has. */
export type Tiers = Readonly<Partial<Record<Tier, BackendFactory>>>;

/** What a guest adds to the machinery that is the same for all. */
export interface Guest {
  /** `pvm`, `mir` … */
  readonly name: string;
  /** Turns a fault into the exit that the guest's rules give it. */
  fault(address: number): "fault" | "panic";
  /** Puts a host function's result where the guest expects it. */
  result(machine: Machine, value: number | bigint): void;
  /** Registers that a report of a failed host function shows. */
  registers(machine: Machine): readonly bigint[];
  /**
   * Serves an instruction that calls the host but no host function (heap growth …); `undefined` when this is an
   * ordinary host call.
   */
  system?(machine: Machine, index: number): HostResult | "none";
  /**
   * Looks at a panic: where the machine goes on instead (a computed jump to an instruction that the code table does not
   * lead to, but the guest's rules allow), or why there is no legal instruction to go on with.
   */
  panic?(machine: Machine): { readonly index: number } | { readonly reason: string } | undefined;
}

/** A program as the machinery sees it. */
export interface Executable {
  readonly guest: Guest;
  readonly code: Code;
  /** Identifies the program in snapshots: SHA-256 of what was loaded. */
  readonly hash: Uint8Array;
}

export interface Limits {
  /** Gas to begin with; default: no limit. */
  readonly gas?: bigint | number;
  readonly memory?: {
    /** Bytes of guest memory that may be mapped; default 256 MiB. */
    readonly max?: number;
  };
  /** Guest calls inside each other; default 100,000. */
  readonly depth?: number;
}

export interface MachineOptions extends Limits {
  /** Default `auto`: the fastest tier that this platform allows. */
  readonly tier?: Tier | "auto";
}

/** Host functions by number, already resolved from names by the guest. */
export type HostTable = ReadonlyMap<number, { readonly name: string; readonly call: HostFunction<never> }>;

export interface RunOptions {
  /** Comes back as `interrupted` after so many milliseconds. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** Instructions to execute; comes back as `step` after them. */
  readonly steps?: number;
}

/** Watches a machine instruction by instruction. */
export interface Monitor {
  /** Called before every instruction that is executed, with its index in `machine.code`. */
  before?(machine: Machine, index: number): void;
  /** Called after it, with the same index. */
  after?(machine: Machine, index: number): void;
}

/** Where a machine stands in relation to a host call. */
export type Status = "ready" | "ended" | "at-host" | "parked" | "delegating" | "disposed";

/** Steps of a run without a limit on them. */
const NO_STEPS = { left: -1 };

const disposals = new FinalizationRegistry<Backend>((backend) => backend.dispose());

export function chooseTier(tiers: Tiers, wanted: Tier | "auto"): BackendFactory {
  if (wanted !== "auto") {
    const factory = tiers[wanted];
    if (factory !== undefined) return factory;
    throw new VivError("TIER_UNAVAILABLE", `no tier ${wanted} here`);
  }
  const best = wasmAllowed() ? (tiers.jit ?? tiers.interpreter ?? tiers.portable) : tiers.portable;
  if (best === undefined) throw new VivError("TIER_UNAVAILABLE", "no tier can run here");
  return best;
}

let allowed: boolean | undefined;
/** A content security policy may forbid to compile WebAssembly. */
function wasmAllowed(): boolean {
  if (allowed === undefined) {
    try {
      new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0));
      allowed = true;
    } catch {
      allowed = false;
    }
  }
  return allowed;
}

export class Machine {
  readonly program: Executable;
  /** Instructions before which `run()` stops, by guest position. */
  readonly #breakpoints = new Set<number>();
  readonly #monitors = new Set<Monitor>();
  readonly #tiers: Tiers;
  readonly #host: HostTable;
  readonly #context: HostContext;
  readonly limits: { readonly memory: number; readonly depth: number };
  #backend: Backend;
  /** Gas beyond what the backend holds of the current slice. */
  #reserve: bigint;
  #status: Status = "ready";
  #interrupted = false;
  #hostId = 0;
  #leave: Leave | undefined;
  #relocation: Relocation | undefined;
  #failure: unknown;
  #failed = false;
  #promise: Promise<void> | undefined;
  #settled: { value: HostResult } | { error: unknown } | undefined;
  #delegation: Delegation | undefined;
  #running = false;
  /** What the next slice has to be at least, because the next segment costs as much. */
  #leastSlice = 0;

  constructor(program: Executable, tiers: Tiers, host: HostTable, options: MachineOptions) {
    this.program = program;
    this.#tiers = tiers;
    this.#host = host;
    const { memory } = options;
    this.limits = {
      // A bare number instead of an object would be no limit at all.
      memory: whole(
        "memory.max",
        memory?.max ?? (typeof memory === "number" ? Number.NaN : DEFAULT_MEMORY),
        0,
        2 ** 32,
      ),
      depth: whole("depth", options.depth ?? DEFAULT_DEPTH, 1, 2 ** 26),
    };
    this.#reserve = gasAmount(options.gas ?? UNLIMITED);
    this.#backend = chooseTier(tiers, options.tier ?? "auto")(program.code, this.limits);
    disposals.register(this, this.#backend, this);
    this.#context = this.createContext();
  }

  /** What host functions are given; guests extend it. */
  protected createContext(): HostContext {
    return new HostContext(this);
  }

  // State ---------------------------------------------------------------------------------------------------------

  get code(): Code {
    return this.program.code;
  }
  get backend(): Backend {
    if (this.#status === "disposed") throw new VivError("MACHINE_DISPOSED", "the machine has been disposed of");
    return this.#backend;
  }
  get tier(): Tier {
    return this.backend.tier;
  }
  /** Of the steps that the last run was given, how many are left. */
  get stepsLeft(): number {
    return this.backend.stepsLeft;
  }
  get status(): Status {
    return this.#status;
  }
  /** @throws VivError `MEMORY_NONE` where guests of this kind have no memory besides their registers */
  get memory(): GuestMemory {
    const { memory } = this.backend;
    if (memory === undefined) throw new VivError("MEMORY_NONE", `${this.program.guest.name} has no such memory`);
    return memory;
  }
  /** Gas left. */
  get gas(): bigint {
    return this.#reserve + BigInt(this.backend.fuel);
  }
  set gas(given: bigint) {
    const value = gasAmount(given);
    const { backend } = this;
    // Inside a host function the slice in the backend goes on with what it had, as far as there is gas.
    const fuel = this.#running ? Math.min(backend.fuel, value < BigInt(MAX_SLICE) ? Number(value) : MAX_SLICE) : 0;
    backend.fuel = fuel;
    this.#reserve = value - BigInt(fuel);
  }
  /** Guest position of the next instruction. Assigning lets an ended machine run again from there. */
  get pc(): number {
    return this.code.pc[this.backend.index] as number;
  }
  set pc(value: number) {
    const index = this.code.indexOf(value);
    if (index < 0) throw new VivError("PC_INVALID", `no instruction starts at ${value}`);
    this.standAt(index);
  }
  /** Puts the machine before instruction `index`, ready to run; a host call that was waiting is forgotten. */
  standAt(index: number): void {
    this.#mustNotRun();
    this.backend.index = index;
    this.backend.charged = false;
    this.#become("ready");
  }
  /** Empties the call stack and puts the machine at the start of a guest function. */
  enter(fn: number): void {
    this.#mustNotRun();
    this.backend.enter(fn);
    this.#become("ready");
  }
  #become(status: Status): void {
    this.disturbed();
    this.#status = status;
    this.#promise = undefined;
    this.#settled = undefined;
    this.#delegation = undefined;
    this.#leave = undefined;
    this.#relocation = undefined;
  }
  #mustNotRun(): void {
    if (this.#running) throw new VivError("MACHINE_RUNNING", "a host function must not run or move its own machine");
  }

  /** Registers of a bank as 64-bit numbers, in place: shared with the core, not copied. */
  registersOf(bank: string): BigUint64Array {
    const bytes = this.backend.bank(bank);
    return new BigUint64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8);
  }

  // Watching ------------------------------------------------------------------------------------------------------

  addBreakpoint(pc: number): void {
    const index = this.code.indexOf(pc);
    if (index < 0) throw new VivError("PC_INVALID", `no instruction starts at ${pc}`);
    this.disturbed();
    this.#breakpoints.add(index);
    this.backend.setBreakpoints(this.#breakpoints);
  }
  removeBreakpoint(pc: number): void {
    this.#breakpoints.delete(this.code.indexOf(pc));
    this.backend.setBreakpoints(this.#breakpoints);
  }
  get breakpoints(): readonly number[] {
    return [...this.#breakpoints].map((i) => this.code.pc[i] as number).sort((a, b) => a - b);
  }
  /** Watches every instruction from now on; the machine runs one step at a time while it is watched. */
  watch(monitor: Monitor): () => void {
    this.disturbed();
    this.#monitors.add(monitor);
    return () => this.#monitors.delete(monitor);
  }

  // Running -------------------------------------------------------------------------------------------------------

  /** Asks the machine to stop at the end of its slice. May be called at any time, from host functions too. */
  interrupt(): void {
    this.disturbed();
    this.#interrupted = true;
  }

  /**
   * Runs until something happens, without giving the event loop a turn.
   *
   * @throws VivError `MACHINE_ENDED` when the last exit was final and `pc` has not been set since
   */
  run(options: RunOptions = {}): Exit {
    const deadline = deadlineOf(options);
    const steps = stepsOf(options);
    this.#begin();
    for (;;) {
      if (options.signal?.aborted) return this.#stopped("signal");
      const exit = this.#turn(steps);
      if (exit !== undefined) return exit;
      if (performance.now() >= deadline) return this.#stopped("deadline");
    }
  }

  /** Runs until something happens; other work of the event loop goes on, and async host functions are awaited. */
  async runAsync(options: RunOptions = {}): Promise<Exit> {
    const deadline = deadlineOf(options);
    const steps = stepsOf(options);
    this.#begin();
    let turn = performance.now();
    for (;;) {
      if (options.signal?.aborted) return this.#stopped("signal");
      const exit = this.#turn(steps);
      const now = performance.now();
      if (exit?.kind === "parked") {
        if (now >= deadline) return this.#stopped("deadline");
        const why = await settledOr(exit.settled, deadline - now, options.signal);
        if (why !== undefined) return this.#stopped(why);
        turn = performance.now();
        continue;
      }
      if (exit !== undefined) return exit;
      if (now >= deadline) return this.#stopped("deadline");
      if (now - turn >= TURN_MS) {
        await nextTurn();
        turn = performance.now();
      }
    }
  }

  #begin(): void {
    this.disturbed();
    if (this.#status === "ended") throw new VivError("MACHINE_ENDED", "the program has ended; set pc to run again");
    this.#mustNotRun();
    void this.backend;
  }

  #stopped(reason: "deadline" | "signal" | "interrupt"): Exit {
    return { kind: "interrupted", reason, pc: this.pc };
  }

  /** Runs one slice; `undefined` means that nothing happened and the run goes on. */
  #turn(steps: { left: number }): Exit | undefined {
    if (this.#interrupted) {
      this.#interrupted = false;
      return this.#stopped("interrupt");
    }
    if (this.#status === "delegating") return this.#delegatedTurn();
    const waiting = this.#finishWaiting();
    if (waiting === "wait") return undefined;
    if (waiting !== undefined) return waiting;
    return this.#monitors.size > 0 ? this.#watchedSlice(steps) : this.#slice(steps);
  }

  /**
   * Runs a slice of the innermost of the machines that wait for each other, and takes its exit outwards as far as it
   * goes. A loop: however deep machines run each other, the host's stack does not grow.
   */
  #delegatedTurn(): Exit | undefined {
    const waiting: Machine[] = [];
    let innermost: Machine = this;
    while (innermost.#status === "delegating") {
      if (innermost.#interrupted) {
        innermost.#interrupted = false;
        return this.#stopped("interrupt");
      }
      waiting.push(innermost);
      innermost = (innermost.#delegation as Delegation).machine as Machine;
    }
    let exit: Exit | "wait" | undefined = innermost.#turn({ left: -1 });
    for (let outer = waiting.pop(); outer !== undefined; outer = waiting.pop()) {
      if (exit === undefined || exit === "wait") return undefined;
      if (exit.kind === "parked") return exit;
      if (exit.kind === "interrupted") return { ...exit, pc: this.pc };
      const { finish } = outer.#delegation as Delegation;
      outer.#become("ready");
      let value: HostResult;
      try {
        value = finish(exit);
      } catch (error) {
        exit = outer.#hostFailed(error);
        continue;
      }
      exit = outer.#finishHostCall(value);
    }
    return exit === "wait" ? undefined : exit;
  }

  /** Deals with a host call at which the machine stands. */
  #finishWaiting(): Exit | "wait" | undefined {
    const { backend } = this;
    switch (this.#status) {
      case "at-host":
        backend.skipHostCall();
        this.#status = "ready";
        return undefined;
      case "parked": {
        if (this.#settled === undefined) {
          return { kind: "parked", id: this.#hostId, pc: this.pc, settled: this.#promise as Promise<void> };
        }
        const settled = this.#settled;
        this.#become("ready");
        if ("error" in settled) return this.#hostFailed(settled.error);
        return this.#finishHostCall(settled.value);
      }
      default:
        return undefined;
    }
  }

  /**
   * Gives the result of the host call at which the machine stands: after exit `host`, or when it was restored there. The
   * next run goes on with it.
   *
   * @throws VivError `MACHINE_NOT_AT_HOST`
   */
  answer(value: HostResult): void {
    this.#mustNotRun();
    if (this.#status !== "at-host") throw new VivError("MACHINE_NOT_AT_HOST", "no host call waits for an answer");
    if (value instanceof Delegation) {
      this.#accept(value);
      return;
    }
    this.#promise = Promise.resolve();
    this.#settled = { value };
    this.#status = "parked";
  }

  /**
   * Lets `work` use the machine while it stands at a host call that nobody has answered — start a guest function, run it,
   * read its result —, and puts it back to the call. What that did to memory, gas and state variables stays.
   *
   * @throws VivError `MACHINE_NOT_AT_HOST`
   */
  aside<T>(work: () => T): T {
    this.#mustNotRun();
    if (this.#status !== "at-host") throw new VivError("MACHINE_NOT_AT_HOST", "the machine stands at no host call");
    const { backend } = this;
    const { index, charged } = backend;
    const frames = backend.saveFrames();
    const id = this.#hostId;
    const back = (): void => {
      backend.restoreFrames(frames);
      backend.index = index;
      backend.charged = charged;
      this.#hostId = id;
      this.#become("at-host");
    };
    try {
      return work();
    } finally {
      back();
    }
  }

  /** The host function has come to its end while the machine was not running. */
  #finishHostCall(value: HostResult): Exit | "wait" | undefined {
    const code = this.#accept(value);
    if (code === 0) {
      this.backend.skipHostCall();
      return undefined;
    }
    const exit = this.#hostExit();
    return exit ?? "wait";
  }

  #hostFailed(error: unknown): Exit {
    this.#status = "ready";
    return {
      kind: "host-error",
      id: this.#hostId,
      name: this.#host.get(this.#hostId)?.name ?? "",
      pc: this.pc,
      error,
      registers: this.program.guest.registers(this),
    };
  }

  #slice(steps: { left: number }): Exit | undefined {
    const { backend } = this;
    const { fuel } = backend;
    // A short run leaves most of its slice behind: the next one goes on with it, for sums of BigInts take longer.
    if (2 * fuel >= backend.slice && fuel >= this.#leastSlice) {
      this.#leastSlice = 0;
      return this.#execute(this.#reserve === 0n, steps);
    }
    const gas = this.gas;
    const most = Math.max(backend.slice, this.#leastSlice);
    const limit = BigInt(most);
    const exact = gas <= limit;
    backend.fuel = exact ? Number(gas) : most;
    this.#reserve = exact ? 0n : gas - limit;
    this.#leastSlice = 0;
    return this.#execute(exact, steps);
  }

  /**
   * The short way in, for guests whose calls take nanoseconds: runs from instruction `index`, whose code calls neither
   * host nor guest functions, on what is left of the current slice.
   *
   * @returns a `STOP` code, of which {@link exitOf} makes an exit, or 0 when nothing was executed and {@link run} has to
   */
  protected runPure(index: number): number {
    const backend = this.#backend;
    if (backend.runPure === undefined || this.#running || this.#interrupted || this.#monitors.size > 0) return 0;
    if (this.#status !== "ready") {
      if (this.#status === "disposed") return 0;
      if (this.#status !== "ended") this.#become("ready");
    }
    return this.#cameBack(backend.runPure(index));
  }
  #cameBack(stop: number): number {
    this.#status = stop === STOP.halt ? "ended" : "ready";
    return stop;
  }
  /**
   * A still shorter way in for one that has just gone {@link runPure}'s to an end: enter the code oneself, as long as
   * {@link disturbed} has not been called. Coming back at the same end nothing has to be done; from anywhere else,
   * {@link leftPure}.
   */
  protected pureEntry(index: number): PureEntry | undefined {
    if (this.#status !== "ended" || this.#running || this.#interrupted || this.#monitors.size > 0) return undefined;
    return this.#backend.pureEntry?.(index);
  }
  /** @returns a `STOP` code */
  protected leftPure(index: number, left: number): number {
    return this.#cameBack(
      (this.#backend.leftPure as NonNullable<Backend["leftPure"]>).call(this.#backend, index, left),
    );
  }
  /** Called before anything but the short ways in moves, runs, interrupts or watches the machine. */
  protected disturbed(): void {}
  /** The exit for a `STOP` code; `undefined` when the run just goes on. */
  protected exitOf(stop: number): Exit | undefined {
    return this.#exit(stop, false, NO_STEPS);
  }

  #execute(exact: boolean, steps: { left: number }): Exit | undefined {
    const { backend } = this;
    backend.onHost = this.#onHost;
    this.#running = true;
    let stop: number;
    try {
      stop = backend.run(exact, steps.left);
    } finally {
      this.#running = false;
      backend.onHost = noHost;
      if (steps.left > 0) steps.left = backend.stepsLeft;
    }
    return this.#exit(stop, exact, steps);
  }

  #exit(stop: number, exact: boolean, steps: { left: number }): Exit | undefined {
    const { backend } = this;
    switch (stop) {
      case STOP.fuel: {
        const { needed } = backend;
        // A host function may have moved gas while the slice ran: what counts is what there is now.
        if ((exact && this.#reserve === 0n) || this.gas < BigInt(needed)) {
          if (!exact && this.gas < BigInt(needed)) {
            // There is less than the next segment costs: the last instructions are executed one by one.
            this.#leastSlice = Math.min(MAX_SLICE, needed);
            return undefined;
          }
          return { kind: "out-of-gas", pc: this.pc, needed };
        }
        this.#leastSlice = Math.min(MAX_SLICE, needed);
        return undefined;
      }
      case STOP.halt:
        return this.#end({ kind: "halt", pc: this.pc });
      case STOP.panic: {
        const found = this.program.guest.panic?.(this);
        if (found === undefined) return this.#end({ kind: "panic", pc: this.pc });
        if ("reason" in found) {
          return this.#end({ kind: "panic", pc: this.pc, reason: found.reason, illegal: true });
        }
        backend.index = found.index;
        backend.charged = false;
        return undefined;
      }
      case STOP.trap:
        return this.#end({ kind: "trap", pc: this.pc, code: backend.payload });
      case STOP.fault: {
        const address = backend.faultAddress;
        if (this.program.guest.fault(address) === "panic") return this.#end({ kind: "panic", pc: this.pc });
        return {
          kind: "fault",
          pc: this.pc,
          address,
          page: address - (address % PAGE),
          access: backend.faultLevel === 1 ? "read" : "write",
        };
      }
      case STOP.host:
        return this.#hostExit();
      case STOP.step:
        steps.left = 0;
        return { kind: "step", pc: this.pc };
      case STOP.breakpoint:
        return { kind: "breakpoint", pc: this.pc };
      case STOP.depth:
        return { kind: "depth", pc: this.pc };
      default:
        throw new VivError("INTERNAL", `stop code ${stop}`);
    }
  }

  #end(exit: Exit): Exit {
    this.#status = "ended";
    return exit;
  }

  /** One instruction after the other, each shown to the monitors; as many as make a slice. */
  #watchedSlice(steps: { left: number }): Exit | undefined {
    for (let n = 0; n < 1000; n++) {
      if (steps.left === 0) return { kind: "step", pc: this.pc };
      const { index } = this.backend;
      for (const m of this.#monitors) m.before?.(this, index);
      const exit = this.#slice({ left: 1 });
      if (exit === undefined) continue;
      if (exit.kind !== "out-of-gas" && exit.kind !== "breakpoint")
        for (const m of this.#monitors) m.after?.(this, index);
      if (exit.kind !== "step") return exit;
      if (steps.left > 0) steps.left--;
      if (this.#breakpoints.has(this.backend.index)) return { kind: "breakpoint", pc: this.pc };
      if (this.#interrupted) return undefined;
    }
    return undefined;
  }

  // Host calls ----------------------------------------------------------------------------------------------------

  /** Called by the tier for every host call; 0 goes on. */
  readonly #onHost = (id: number): number => {
    this.#hostId = id;
    let value: HostResult | Promise<HostResult>;
    try {
      const { guest } = this.program;
      const own = guest.system === undefined ? "none" : guest.system(this, this.#backend.index);
      if (own !== "none") value = own;
      else {
        const fn = this.#host.get(id);
        if (fn === undefined) {
          this.#status = "at-host";
          return 1;
        }
        this.#context.id = id;
        value = (fn.call as HostFunction)(this.#context);
      }
      if (value === undefined) return 0;
      if (isPromise(value)) {
        this.#park(value);
        return 1;
      }
      return this.#accept(value);
    } catch (error) {
      this.#failure = error;
      this.#failed = true;
      return 1;
    }
  };

  #accept(value: HostResult): number {
    if (value === undefined) return 0;
    if (value instanceof Leave) {
      this.#leave = value;
      return 1;
    }
    if (value instanceof Relocation) {
      this.#relocation = value;
      return 1;
    }
    if (value instanceof Delegation) {
      if (!(value.machine instanceof Machine)) throw new VivError("HOST_RESULT", "only a machine can be run");
      value.machine.#begin();
      for (let m: unknown = value.machine; m instanceof Machine; m = m.#delegation?.machine) {
        if (m === this) throw new VivError("HOST_RESULT", "a machine cannot wait for itself");
      }
      this.#delegation = value;
      this.#status = "delegating";
      return 1;
    }
    if (typeof value !== "number" && typeof value !== "bigint") {
      throw new VivError("HOST_RESULT", `a host function returned ${typeof value}`);
    }
    this.program.guest.result(this, value);
    return 0;
  }

  #park(promise: Promise<HostResult>): void {
    this.#status = "parked";
    this.#settled = undefined;
    const waiting: Promise<void> = promise.then(
      (value) => {
        if (this.#promise === waiting) this.#settled = { value };
      },
      (error: unknown) => {
        if (this.#promise === waiting) this.#settled = { error };
      },
    );
    this.#promise = waiting;
  }

  /** The exit for a host function that asked to leave; `undefined` when the run just goes on. */
  #hostExit(): Exit | undefined {
    const id = this.#hostId;
    if (this.#failed) {
      const error = this.#failure;
      this.#failed = false;
      this.#failure = undefined;
      return this.#hostFailed(error);
    }
    if (this.#relocation !== undefined) {
      const { move } = this.#relocation;
      this.#relocation = undefined;
      this.#leave = move();
      this.backend.charged = false;
      if (this.#leave === undefined) return undefined;
    }
    if (this.#leave !== undefined) {
      const { kind, reason, address } = this.#leave;
      this.#leave = undefined;
      switch (kind) {
        case "panic":
          return this.#end({ kind, pc: this.pc, reason });
        case "halt":
          return this.#end({ kind, pc: this.pc });
        case "out-of-gas":
          return { kind, pc: this.pc, needed: 0 };
        case "interrupted":
          return this.#stopped("interrupt");
        case "fault":
          return { kind, pc: this.pc, address, page: address - (address % PAGE), access: "write" };
      }
    }
    switch (this.#status) {
      case "at-host":
        return { kind: "host", id, pc: this.pc };
      case "parked":
        return { kind: "parked", id, pc: this.pc, settled: this.#promise as Promise<void> };
      default:
        return undefined;
    }
  }

  // State as data -------------------------------------------------------------------------------------------------

  /** Everything that a snapshot keeps. A machine that waits for a host function is saved as standing at the call. */
  saveState(): MachineState {
    this.#mustNotRun();
    const { backend } = this;
    return {
      index: backend.index,
      charged: backend.charged,
      ended: this.#status === "ended",
      atHost: this.#status === "at-host" || this.#status === "parked" || this.#status === "delegating",
      hostId: this.#hostId,
      gas: this.gas,
      vars: this.code.isa.vars.map((v) => backend.getVar(v.name)),
      banks: this.code.isa.banks
        .filter((b) => b.scope === "machine")
        .map((b) => {
          const bytes = backend.bank(b.name).slice();
          b.transient?.(this.code, backend.index, bytes);
          return bytes;
        }),
      frames: backend.saveFrames(),
      mappings: backend.memory?.mappings() ?? [],
      pages: backend.memory?.contents().map(({ page, bytes }) => ({ page, bytes: bytes.slice() })) ?? [],
    };
  }

  /** Replaces the whole state. @returns false when it does not fit into this machine's limits */
  loadState(state: MachineState): boolean {
    this.#mustNotRun();
    const { backend } = this;
    const { memory } = backend;
    memory?.clear();
    for (const m of state.mappings) if (memory?.map(m.start, m.end - m.start, m.access) !== true) return false;
    for (const { page, bytes } of state.pages) memory?.force(page * PAGE, bytes);
    this.code.isa.vars.forEach((v, i) => backend.setVar(v.name, state.vars[i] as bigint));
    this.code.isa.banks
      .filter((b) => b.scope === "machine")
      .forEach((b, i) => backend.bank(b.name).set(state.banks[i] as Uint8Array));
    backend.index = state.index;
    if (!backend.restoreFrames(state.frames)) return false;
    backend.charged = state.charged;
    backend.fuel = 0;
    this.#reserve = state.gas;
    this.#hostId = state.hostId;
    this.#become(state.ended ? "ended" : state.atHost ? "at-host" : "ready");
    return true;
  }

  /** Goes on in another tier from where the machine stands. */
  switchTier(tier: Tier): void {
    this.disturbed();
    const state = this.saveState();
    const status = this.#status;
    const kept = { promise: this.#promise, settled: this.#settled, delegation: this.#delegation };
    const before = this.#backend;
    const budget = before.memory?.budget;
    before.memory?.share(undefined);
    this.#backend = chooseTier(this.#tiers, tier)(this.code, this.limits);
    this.#backend.memory?.share(budget);
    this.loadState(state);
    this.#status = status;
    this.#promise = kept.promise;
    this.#settled = kept.settled;
    this.#delegation = kept.delegation;
    this.#backend.setBreakpoints(this.#breakpoints);
    disposals.unregister(this);
    disposals.register(this, this.#backend, this);
    before.dispose();
  }

  /** Gives memory and tables back. Using the machine afterwards throws `MACHINE_DISPOSED`; disposing again does not. */
  dispose(): void {
    if (this.#status === "disposed") return;
    this.#mustNotRun();
    disposals.unregister(this);
    this.#backend.memory?.share(undefined);
    this.#backend.dispose();
    this.#become("disposed");
  }
  [Symbol.dispose](): void {
    this.dispose();
  }
}

const noHost = (): number => 1;

function isPromise(value: unknown): value is Promise<HostResult> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

function whole(name: string, value: number, least: number, most: number): number {
  if (!Number.isInteger(value) || value < least || value > most) {
    refuse(name, value, least, most);
  }
  return value;
}

function refuse(name: string, value: unknown, least: number, most: number | bigint): never {
  throw new VivError("OPTION_RANGE", `${name}: ${value} is not a whole number from ${least} to ${most}`);
}

/** A budget, checked. */
function gasAmount(gas: bigint | number): bigint {
  if (!(typeof gas === "bigint" || Number.isSafeInteger(gas)) || gas < 0 || gas > UNLIMITED) {
    refuse("gas", gas, 0, UNLIMITED);
  }
  return BigInt(gas);
}

/** When a run is over, on the clock of `performance.now()`. */
function deadlineOf({ timeout = Number.POSITIVE_INFINITY }: RunOptions): number {
  if (!(typeof timeout === "number" && timeout >= 0)) refuse("timeout", timeout, 0, Number.POSITIVE_INFINITY);
  return performance.now() + timeout;
}

/** The steps that a run may take; -1 is no limit. */
function stepsOf({ steps }: RunOptions): { left: number } {
  return { left: steps === undefined ? -1 : whole("steps", steps, 0, 2 ** 31 - 1) };
}

/** Waits for the promise; says why if the deadline or the signal came first. */
async function settledOr(
  settled: Promise<void>,
  ms: number,
  signal: AbortSignal | undefined,
): Promise<"deadline" | "signal" | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let stop: (() => void) | undefined;
  const others: Promise<"deadline" | "signal" | undefined>[] = [settled.then(() => undefined)];
  if (ms !== Number.POSITIVE_INFINITY) {
    others.push(
      new Promise((resolve) => {
        timer = setTimeout(() => resolve("deadline"), Math.min(ms, 2 ** 31 - 1));
      }),
    );
  }
  if (signal !== undefined) {
    others.push(
      new Promise((resolve) => {
        stop = () => resolve("signal");
        signal.addEventListener("abort", stop, { once: true });
      }),
    );
  }
  try {
    return await Promise.race(others);
  } finally {
    clearTimeout(timer);
    if (stop !== undefined) signal?.removeEventListener("abort", stop);
  }
}
