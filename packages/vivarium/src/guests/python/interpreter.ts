/** The host's side of a Python machine: what is granted to it, how it is run, and what comes back. */

import { VivError } from "../../machine/errors.js";
import type { Code } from "./bytecode/code.js";
import { Op } from "./bytecode/table.js";
import { Converter, guestOf, PythonObject } from "./convert.js";
import { createMachine, guestCompile } from "./create.js";
import { type FrameView, viewFrames } from "./frames.js";
import { fn, methods } from "./library/define.js";
import {
  exceptionLine,
  exceptionsOf,
  exitCode,
  FAILED_TEXT,
  formatException,
  hasPlainText,
} from "./library/exceptions.js";
import type { Library, LibraryModule } from "./modules/library.js";
import type { Clock } from "./modules/time.js";
import {
  builtinType,
  CALL,
  None,
  type PyBuiltin,
  type PyDict,
  PyException,
  PyList,
  PyModule,
  PyStepIter,
  PyTuple,
  Raise,
  T,
  useIdentities,
  type Value,
} from "./objects/core.js";
import { E, getOwn, raise } from "./objects/errors.js";
import { record } from "./objects/records.js";
import { call, runCode } from "./runtime/calls.js";
import { continuation, PyGenerator } from "./runtime/frame.js";
import { MOST_PARTS } from "./runtime/fusions.js";
import { loop } from "./runtime/loop.gen.js";
import { type HostCall, type Machine, Stop } from "./runtime/machine.js";
import { measure } from "./runtime/measure.js";
import { resume } from "./runtime/operators.js";
import { readSnapshot } from "./snapshot/read.js";
import { writeSnapshot } from "./snapshot/write.js";

/** A function that the guest may call. Keyword arguments come as an object without prototype behind the positional ones. */
export type HostFunction = (...args: never[]) => unknown;

/** What a guest is granted. Everything is denied unless it stands here. */
export interface PythonOptions {
  /** Units of gas: one per instruction, more for bulk work. Default 10 billion. */
  readonly gas?: bigint | number;
  /** Bytes of live guest objects. Default 256 MiB. */
  readonly memory?: number;
  /** Depth of guest calls. Default 1,000, as CPython. */
  readonly recursion?: number;
  /** Characters that may be written to stdout and stderr. Default 16 Mi. */
  readonly output?: number;
  /** Functions and values that appear as built-ins. */
  readonly host?: Readonly<Record<string, unknown>>;
  /** Modules of host functions and values, by name. */
  readonly modules?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  /** Modules of Python's library that may be imported, beside those the language itself needs. */
  readonly library?: Iterable<LibraryModule>;
  /** Virtual files by path, or what finds them: `a.py` is module `a`, `a/__init__.py` a package. */
  readonly files?: Readonly<Record<string, string>> | ((path: string) => string | undefined);
  /** `sys.argv`; default one empty string. */
  readonly argv?: readonly string[];
  /** Takes what the guest prints. */
  readonly stdout?: (text: string) => void;
  readonly stderr?: (text: string) => void;
  /** Answers `input(prompt)` with a line, and `None` or an error named `EOFError` at the end; `sys.stdin` reads it too. */
  readonly stdin?: (prompt: string) => unknown;
  /** Grants `time`. `true` for the host's clock. */
  readonly clock?: Clock | boolean;
  /** Seeds generators that the guest does not seed. */
  readonly entropy?: () => bigint;
}

export interface RunOptions {
  /** Milliseconds after which the run is interrupted. */
  readonly timeout?: number;
  readonly signal?: AbortSignal;
  /** File name in tracebacks; default `<string>`. */
  readonly filename?: string;
  /** Units of gas after which the run stands still with `interrupted`; 1 executes a single instruction. */
  readonly steps?: number;
}

/** Why a run came back. */
export type PythonExit =
  | { readonly kind: "value"; readonly value: unknown }
  | {
      readonly kind: "exception";
      readonly type: string;
      readonly message: string;
      readonly traceback: string;
      readonly exception: PythonObject;
      /** For `SystemExit` and what derives from it: the code it was raised with. */
      readonly systemExit?: { readonly code: unknown };
    }
  /** The gas is spent. `resumable` when more gas lets it go on. */
  | { readonly kind: "out-of-gas"; readonly resumable: boolean }
  /** Live objects passed the memory limit. Not resumable, and not visible to the guest. */
  | { readonly kind: "out-of-memory" }
  | { readonly kind: "output-limit" }
  | { readonly kind: "interrupted"; readonly resumable: true }
  /** A host function has returned a promise; only the asynchronous methods wait. */
  | { readonly kind: "waiting"; readonly promise: Promise<unknown> };

/** What the convenience methods throw when a run ends otherwise than by a value. `code` tells which way. */
export class PythonError extends VivError {
  override readonly name: string = "PythonError";
  constructor(
    code: string,
    message: string,
    readonly exit: PythonExit,
  ) {
    super(code, message);
  }
  /** Name of the Python exception's type, if that was it. */
  get type(): string | undefined {
    return this.exit.kind === "exception" ? this.exit.type : undefined;
  }
  get traceback(): string | undefined {
    return this.exit.kind === "exception" ? this.exit.traceback : undefined;
  }
}

const HOST_AWAITABLE = builtinType("host_awaitable", T.object, "other", { final: true });
/** What a guest awaits: a call of an asynchronous host function. */
class HostAwaitable extends PyStepIter {
  declare readonly promise: Promise<unknown> | null;
  declare readonly call: HostCall;
  constructor(promise: Promise<unknown> | null, call: HostCall) {
    super(HOST_AWAITABLE);
    this.promise = promise;
    this.call = call;
  }
  step(vm: Machine): Value {
    return vm.then(AWAITED, null, () => {
      // A promise does not survive a snapshot: the call is made again.
      if (this.promise === null) return call(vm, this.call.f, this.call.args, this.call.kw);
      return vm.park(this.promise, this.call);
    });
  }
}
record("host awaitable", HostAwaitable, () => new HostAwaitable(null, { f: None, args: [], kw: null }), ["promise"]);
const AWAITED = continuation("host.await", (vm: Machine, value) => vm.finishIteration(value));
methods(HOST_AWAITABLE, { "__await__(self)": (_vm, self) => self });

/** Programs kept, and characters of source in all. */
const CODE_CACHE = 256;
const CODE_CACHE_TEXT = 4 << 20;
const cache = new Map<string, Code>();
let cachedText = 0;

/** Sources for tracebacks: the newest ones, by file name. */
class Sources {
  private readonly texts = new Map<string, string>();
  private size = 0;
  constructor(
    private readonly count = 256,
    private readonly limit = 4 << 20,
  ) {}
  get(file: string): string | undefined {
    return this.texts.get(file);
  }
  set(file: string, text: string): void {
    const old = this.texts.get(file);
    if (old === text) return;
    if (old !== undefined) {
      this.texts.delete(file);
      this.size -= old.length;
    }
    this.texts.set(file, text);
    this.size += text.length;
    for (const [oldest, dropped] of this.texts) {
      if (this.texts.size <= this.count && this.size <= this.limit) break;
      this.texts.delete(oldest);
      this.size -= dropped.length;
    }
  }
  entries(): Map<string, string> {
    return new Map(this.texts);
  }
}

/** Compiled code by source: the same text is compiled once for all interpreters. */
function cached(source: string, filename: string, mode: "exec" | "eval" | "single"): Code {
  const key = `${mode}\0${filename}\0${source}`;
  let code = cache.get(key);
  if (code) return code;
  code = guestCompile(source, filename, mode);
  cache.set(key, code);
  cachedText += key.length;
  for (const oldest of cache.keys()) {
    if (cache.size <= CODE_CACHE && cachedText <= CODE_CACHE_TEXT) break;
    cache.delete(oldest);
    cachedText -= oldest.length;
  }
  return code;
}

const RUN_COROUTINE = continuation("host.run-coroutine", (vm: Machine, value) => {
  if (!(value instanceof PyGenerator) || value.cls !== T.coroutine) return value;
  return vm.then(COROUTINE_DONE, value, () => resume(vm, value, None));
});
const COROUTINE_DONE = continuation(
  "host.coroutine-done",
  (vm: Machine, _yielded, gen) => vm.then(COROUTINE_DONE, gen, () => resume(vm, gen, None)),
  (_vm, exc) => {
    if (exc.cls.isSubtype(E.StopIteration!)) return exc.args.items[0] ?? None;
    throw new Raise(exc);
  },
);

/** An isolated Python interpreter with its own globals, modules, gas and memory. */
export class PythonInterpreter {
  private readonly vm: Machine;
  private readonly convert: Converter;
  private readonly main: PyModule;
  private readonly sources = new Sources();
  /** Names under which the host's functions were granted. */
  private readonly hostNames = new WeakMap<PyBuiltin, string>();
  private busy = false;
  private interruptWanted = false;
  /** `KeyboardInterrupt` was raised, perhaps to the end of the run, and nobody has seen yet what came of it. */
  private raised = false;
  /** The exception that ended a program, while guest code makes the texts of these of its chain. */
  private described: { readonly exc: PyException; readonly asked: readonly PyException[] } | undefined;
  /** What ended a run before its first instruction. */
  private stopped: Stop | null = null;

  /**
   * @param library what may be imported unless the options say otherwise
   * @param snapshot where to go on; taken by {@link snapshot}
   */
  constructor(options: PythonOptions, library: Library, snapshot?: Uint8Array) {
    const { library: chosen } = options;
    const vm = createMachine(
      { gas: 1e10, memory: 256 << 20, recursion: 1000, output: 16 << 20 },
      chosen ? library.only(chosen) : library,
    );
    vm.limit(options);
    this.vm = vm;
    vm.measure = measure;
    this.convert = new Converter(vm, (name, f) => this.hostFunction(name, f));
    this.grant(options);
    if (snapshot) {
      const granted = new Map<string, PyBuiltin>();
      const found = (name: string): unknown => {
        const [module, member] = name.split(".");
        const names = member === undefined ? options.host : options.modules?.[module!];
        return names !== undefined && Object.hasOwn(names, member ?? name) ? names[member ?? name] : undefined;
      };
      const roots = readSnapshot(vm, snapshot, {
        host: (name) => {
          const f = granted.get(name) ?? found(name);
          if (typeof f !== "function") return f as PyBuiltin | undefined;
          const made = this.hostFunction(name.slice(name.lastIndexOf(".") + 1), f as HostFunction, name);
          granted.set(name, made);
          return made;
        },
      });
      this.main = roots.main;
      if (roots.described?.exc instanceof PyException && Array.isArray(roots.described.asked))
        this.described = roots.described;
      // A slice that was under way is given back: what is granted now holds from the first instruction.
      vm.reserve += vm.fuel;
      vm.fuel = 0;
      vm.limit(options);
      if (roots.sources instanceof Map) for (const [file, text] of roots.sources) this.sources.set(file, text);
    } else this.main = vm.modules.getStr("__main__");
  }

  /** Hands out what the options grant. */
  private grant(options: PythonOptions): void {
    const { vm } = this;
    vm.write = (text, stream) => (stream === "stdout" ? options.stdout : options.stderr)?.(text);
    if (options.clock)
      vm.state.set(
        "clock",
        options.clock === true
          ? { now: () => Date.now() / 1000, monotonic: () => performance.now() / 1000 }
          : options.clock,
      );
    if (options.entropy) vm.entropy = options.entropy;
    const { stdin, files, modules, argv } = options;
    if (argv) vm.state.set("argv", argv);
    if (stdin) vm.state.set("input", this.hostFunction("input", stdin as HostFunction));
    for (const [name, value] of Object.entries(options.host ?? {})) vm.builtins.setStr(name, this.named(name, value));
    if (modules) {
      for (const [name, members] of Object.entries(modules)) {
        const module = new PyModule(name);
        for (const [member, value] of Object.entries(members))
          module.ns.setStr(member, this.named(member, value, `${name}.${member}`));
        vm.modules.setStr(name, module);
      }
    }
    if (files) {
      const find =
        typeof files === "function" ? files : (file: string) => (Object.hasOwn(files, file) ? files[file] : undefined);
      const library = vm.state.get("import.find");
      vm.state.set("import.find", (name: string) => {
        const path = name.replaceAll(".", "/");
        for (const [file, directory] of [
          [`${path}/__init__.py`, path],
          [`${path}.py`, null],
        ] as const) {
          const source = find(file);
          if (source === undefined) continue;
          this.sources.set(file, source);
          return new PyTuple([source, file, directory ?? None]);
        }
        return library(name);
      });
    }
  }

  private named(name: string, value: unknown, path = name): Value {
    return typeof value === "function"
      ? this.hostFunction(name, value as HostFunction, path)
      : this.convert.toGuest(value);
  }

  private hostFunction(name: string, f: HostFunction | ((...args: unknown[]) => unknown), path = name): PyBuiltin {
    const made: PyBuiltin = fn(
      `${/^\w+$/.test(name) ? name : "function"}(*args, **kw)`,
      (vm: Machine, args: Value[], kw: PyDict) => {
        const given: unknown[] = args.map((a) => this.convert.toHost(a));
        if (kw.size > 0) {
          const named = Object.create(null) as Record<string, unknown>;
          for (const [k, v] of kw.liveEntries()) named[k] = this.convert.toHost(v);
          given.push(named);
        }
        let result: unknown;
        try {
          result = (f as (...a: unknown[]) => unknown)(...given);
        } catch (e) {
          throw this.hostError(e);
        }
        if (result instanceof Promise) {
          // Whether the guest ever looks at it or not, a rejection is the guest's affair.
          result.catch(() => {});
          const frame = vm.frame;
          const names = kw.size > 0 ? (kw.liveKeys() as string[]) : null;
          const again: HostCall = { f: made, args: names ? [...args, ...kw.liveValues()] : args, kw: names };
          // An `await` right behind the call gets something to wait for; a plain call waits by itself.
          if (frame?.kind === 0 && (frame.code.instructions[frame.pc]! & 0xff) === Op.GET_AWAITABLE)
            return new HostAwaitable(result, again);
          return vm.park(result, again);
        }
        return this.passed(() => this.convert.toGuest(result));
      },
    );
    this.hostNames.set(made, path);
    return made;
  }

  /** Converts in the middle of a run: what cannot be converted is the guest's `TypeError`. */
  private passed<V>(convert: () => V): V {
    try {
      return convert();
    } catch (e) {
      if (e instanceof VivError && e.code === "PY_CONVERT") throw raise(E.TypeError!, e.message);
      throw e;
    }
  }

  /** A thrown host value as a guest exception. */
  private hostError(e: unknown): Raise {
    if (e instanceof PythonError && e.exit.kind === "exception") return new Raise(guestOf(this.vm, e.exit.exception));
    return new Raise(this.convert.exception(e instanceof Error ? e : new Error(String(e))));
  }

  // --- storing -------------------------------------------------------------------------------------------------

  /**
   * The whole interpreter as bytes: globals, modules, and the run that is under way if it was stopped by gas, an
   * interrupt, a number of steps or an asynchronous host function. `python.restore` goes on from there, in another
   * process too. Functions of the host are stored by name and granted anew; a call of one that has not answered is made
   * again.
   *
   * @throws VivError `PY_SNAPSHOT` when the guest holds an opaque object of the host, `PY_BUSY` when called from inside
   */
  snapshot(): Uint8Array<ArrayBuffer> {
    if (this.busy) throw new VivError("PY_BUSY", "the interpreter is running");
    const { vm } = this;
    const named = new Map<string, PyBuiltin>();
    return writeSnapshot(vm, {
      roots: { main: this.main, sources: this.sources.entries(), described: this.described },
      granted: GRANTED,
      hostName: (f) => {
        const name = this.hostNames.get(f);
        if (name === undefined) return undefined;
        const other = named.get(name);
        if (other !== undefined && other.fn !== f.fn)
          throw new VivError("PY_SNAPSHOT", `two functions of the host have the name '${name}'`);
        named.set(name, f);
        return name;
      },
    });
  }

  // --- looking -------------------------------------------------------------------------------------------------

  /** The guest's stack, innermost frame first, while a run stands still. Frames of library routines are left out. */
  get frames(): FrameView[] {
    return viewFrames(this.vm, this.convert);
  }

  // --- running -------------------------------------------------------------------------------------------------

  /** Gas that is left. */
  get gas(): bigint {
    return BigInt(Math.max(0, Math.floor(this.vm.gas)));
  }
  set gas(units: bigint) {
    this.vm.limit({ gas: units });
  }

  /** Asks a running machine to stop at the next slice; from a signal handler or an output callback. */
  interrupt(): void {
    this.interruptWanted = true;
  }

  private globals(): PyDict {
    return this.main.ns;
  }

  /** Does something with guest values while no guest code runs. */
  private within<V>(act: () => V): V {
    const before = useIdentities(this.vm.identities);
    try {
      return act();
    } finally {
      useIdentities(before);
    }
  }

  /** Starts a run; the first slice has not been executed. */
  private start(begin: () => Value): void {
    if (this.busy || !this.vm.finished) throw new VivError("PY_BUSY", "the interpreter is running already");
    this.interruptWanted = false;
    this.raised = false;
    const before = useIdentities(this.vm.identities);
    this.busy = true;
    try {
      this.vm.begin(begin);
    } catch (e) {
      this.abandon();
      if (!(e instanceof Stop)) throw e;
      this.stopped = e;
    } finally {
      this.busy = false;
      useIdentities(before);
    }
  }

  /** Executes slices until something has to be told. */
  private drive(until: number, signal: AbortSignal | undefined, steps = Number.POSITIVE_INFINITY): PythonExit {
    const { vm } = this;
    const before = useIdentities(vm.identities);
    this.busy = true;
    vm.pauseAt = vm.gas - steps;
    try {
      // A slice that is under way may be longer than the pause allows, and end in a fused op.
      if (vm.fuel + MOST_PARTS > steps) {
        vm.reserve += vm.fuel;
        vm.fuel = 0;
      }
      if (this.stopped) throw this.stopped;
      if (vm.pending && !vm.waiting) this.again();
      for (;;) {
        if (vm.finished) {
          if (this.describe()) continue;
          return this.outcome();
        }
        if (vm.waiting) return { kind: "waiting", promise: vm.waiting };
        if (
          vm.gas <= vm.pauseAt ||
          this.interruptWanted ||
          signal?.aborted ||
          (until !== Number.POSITIVE_INFINITY && performance.now() > until)
        ) {
          this.interruptWanted = false;
          return { kind: "interrupted", resumable: true };
        }
        loop(vm);
      }
    } catch (e) {
      if (!(e instanceof Stop)) {
        this.abandon();
        throw new VivError("PY_INTERNAL", `the Python machine failed: ${String(e)}`, { cause: e });
      }
      if (this.described !== undefined) {
        // The program is over; only the text of its exception could not be had.
        this.abandon();
        return this.outcome();
      }
      if (e.reason === "out-of-gas" && e.resumable) return { kind: "out-of-gas", resumable: true };
      this.abandon();
      return e.reason === "out-of-gas" ? { kind: "out-of-gas", resumable: false } : { kind: e.reason };
    } finally {
      this.busy = false;
      useIdentities(before);
    }
  }

  /** In a restored interpreter: makes the host call under way again. */
  private again(): void {
    const { vm } = this;
    const { f, args, kw } = vm.unpark();
    let value: Value;
    try {
      value = call(vm, f, args, kw);
    } catch (e) {
      vm.settle(vm.toGuest(e), undefined);
      return;
    }
    if (value !== CALL) vm.settle(undefined, value);
  }

  /** Gives the present run up. */
  private abandon(): void {
    const { vm } = this;
    vm.finished = true;
    vm.frame = null;
    vm.waiting = null;
    vm.pending = null;
    vm.handled = undefined;
    vm.depth = 0;
    this.stopped = null;
  }

  /** Starts to ask the guest for the texts of the exceptions that ended it, where guest code makes them. */
  private describe(): boolean {
    const { vm } = this;
    if (this.described !== undefined || vm.failure === undefined) return false;
    const asked = exceptionsOf(vm.failure).filter((exc) => !hasPlainText(vm, exc));
    if (asked.length === 0) return false;
    this.described = { exc: vm.failure, asked };
    vm.begin(() => call(vm, vm.routine("exception_texts"), [new PyList(asked)]));
    return true;
  }

  private outcome(): PythonExit {
    const { vm, described } = this;
    let exc = vm.failure as PyException | undefined;
    const texts = new Map<PyException, string>();
    if (described !== undefined) {
      exc = described.exc;
      this.described = undefined;
      if (vm.result instanceof PyList) {
        const { items } = vm.result;
        described.asked.forEach((one, i) => {
          texts.set(one, typeof items[i] === "string" ? items[i] : FAILED_TEXT);
        });
      }
    }
    if (exc === undefined) return { kind: "value", value: this.convert.toHost(vm.result) };
    const line = exceptionLine(vm, exc, texts);
    const colon = line.indexOf(": ");
    return {
      kind: "exception",
      type: exc.cls.name,
      message: colon < 0 ? "" : line.slice(colon + 2),
      traceback: formatException(vm, exc, (file, n) => this.sources.get(file)?.split("\n")[n - 1], texts),
      exception: new PythonObject(vm, exc),
      ...(exc.cls.isSubtype(E.SystemExit!)
        ? { systemExit: { code: this.convert.toHost(getOwn(exc, "code") ?? exitCode(exc)) } }
        : {}),
    };
  }

  private settled(promise: Promise<unknown>): Promise<void> {
    const { vm } = this;
    return promise.then(
      (value) => {
        if (vm.waiting !== promise) return;
        this.within(() => {
          let made: Value;
          try {
            made = this.passed(() => this.convert.toGuest(value));
          } catch (error) {
            if (!(error instanceof Raise)) throw error;
            vm.arrive(error.exc, undefined);
            return;
          }
          vm.arrive(undefined, made);
        });
      },
      (error: unknown) => {
        if (vm.waiting === promise) this.within(() => vm.arrive(this.hostError(error).exc, undefined));
      },
    );
  }

  private run(begin: () => Value, options: RunOptions): PythonExit {
    const until = options.timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.timeout;
    this.start(begin);
    const exit = this.drive(until, options.signal, options.steps);
    if (exit.kind === "waiting") this.abandon();
    return exit;
  }

  /** Goes on as {@link resume} does; waits for host promises. */
  async resumeAsync(options: RunOptions = {}): Promise<PythonExit> {
    this.resumable();
    return this.continue(options);
  }

  /** Raises `KeyboardInterrupt` where a run stands that was interrupted; {@link resume} then goes on with it. */
  raiseKeyboardInterrupt(): void {
    const { vm } = this;
    if (vm.finished || this.busy) throw new VivError("PY_NOT_RUNNING", "nothing is interrupted");
    vm.waiting = null;
    vm.pending = null;
    this.raised = true;
    // The run stands in front of an instruction; an exception belongs to the one that has been begun.
    if (vm.frame?.kind === 0) vm.frame.pc++;
    const exc = new PyException(E.KeyboardInterrupt!, []);
    vm.chain(exc);
    this.within(() => vm.settle(exc, undefined));
  }

  /** Gives up a run that stands still: the interpreter is ready for another. */
  cancel(): void {
    if (this.busy) throw new VivError("PY_BUSY", "the interpreter is running");
    this.abandon();
    this.described = undefined;
  }

  private async runAsync(begin: () => Value, options: RunOptions): Promise<PythonExit> {
    this.start(() => this.vm.then(RUN_COROUTINE, null, begin));
    return this.continue(options);
  }

  private async continue({ timeout, signal, steps = Number.POSITIVE_INFINITY }: RunOptions): Promise<PythonExit> {
    const until = timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + timeout;
    const floor = this.vm.gas - steps;
    // One listener and one timer for all the waiting of a run.
    let stop = (): void => {};
    const stopped =
      signal || timeout !== undefined ? new Promise<void>((resolve) => (stop = (): void => resolve())) : undefined;
    const timer = timeout === undefined ? undefined : setTimeout(stop, timeout);
    signal?.addEventListener("abort", stop);
    try {
      for (;;) {
        // Short bursts, so that the event loop and timers get their turn.
        const exit = this.drive(Math.min(until, performance.now() + BURST_MS), signal, this.vm.gas - floor);
        const over = signal?.aborted || performance.now() >= until;
        if (exit.kind === "waiting") {
          const answered = this.settled(exit.promise);
          await (stopped ? Promise.race([answered, stopped]) : answered);
          if (this.vm.waiting === exit.promise) return { kind: "interrupted", resumable: true };
        } else if (exit.kind === "interrupted" && !over && this.vm.gas > floor)
          await new Promise<void>((resolve) => setTimeout(resolve, 0));
        else return exit;
      }
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
    }
  }

  /** Is a run under way that {@link resume} would go on with? */
  get parked(): boolean {
    return !this.busy && !this.vm.finished;
  }

  /** Goes on after `interrupted` or a resumable `out-of-gas`, or in a restored interpreter. */
  resume(options: RunOptions = {}): PythonExit {
    this.resumable();
    const until = options.timeout === undefined ? Number.POSITIVE_INFINITY : performance.now() + options.timeout;
    return this.drive(until, options.signal, options.steps);
  }

  private resumable(): void {
    if (this.busy) throw new VivError("PY_BUSY", "the interpreter is running already");
    if (this.vm.finished && !this.raised) throw new VivError("PY_NOT_RUNNING", "there is nothing to resume");
    this.raised = false;
  }

  private code(source: string, mode: "exec" | "eval" | "single", options: RunOptions): () => Value {
    const filename = options.filename ?? "<string>";
    this.sources.set(filename, source);
    return () => runCode(this.vm, cached(source, filename, mode), this.globals(), this.globals());
  }

  private callee(
    target: string | PythonObject,
    args: readonly unknown[],
    kwargs: Readonly<Record<string, unknown>>,
  ): () => Value {
    return () => {
      const f = typeof target === "string" ? this.globals().getStr(target) : guestOf(this.vm, target);
      if (f === undefined) throw new VivError("PY_NO_SUCH_NAME", `${String(target)} is not defined`);
      const names = Object.keys(kwargs);
      const values = [...args, ...Object.values(kwargs)].map((a) => this.convert.toGuest(a));
      return call(this.vm, f, values, names.length > 0 ? names : null);
    };
  }

  // --- in the form of exits ------------------------------------------------------------------------------------

  /** Executes statements; tells how it ended as a value. */
  runExec(source: string, options: RunOptions = {}): PythonExit {
    return this.run(this.code(source, "exec", options), options);
  }
  runEval(source: string, options: RunOptions = {}): PythonExit {
    return this.run(this.code(source, "eval", options), options);
  }
  /** As {@link runExec}; waits for host promises. */
  runExecAsync(source: string, options: RunOptions = {}): Promise<PythonExit> {
    return this.runAsync(this.code(source, "exec", options), options);
  }
  /** One interactive statement: the values of expressions are printed. Waits for host promises. */
  runInteractiveAsync(source: string, options: RunOptions = {}): Promise<PythonExit> {
    return this.runAsync(this.code(source, "single", options), options);
  }

  // --- in the form of values and errors ------------------------------------------------------------------------

  /** The value of an expression. Throws {@link PythonError}. */
  eval(source: string, options: RunOptions = {}): unknown {
    return valueOf(this.runEval(source, options));
  }

  /** Executes statements in the globals of `__main__`. Throws {@link PythonError}. */
  exec(source: string, options: RunOptions = {}): void {
    valueOf(this.runExec(source, options));
  }

  /** Calls a function of `__main__`, or one that was handed out. Throws {@link PythonError}. */
  call(
    target: string | PythonObject,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
    options: RunOptions = {},
  ): unknown {
    return valueOf(this.run(this.callee(target, args, kwargs), options));
  }

  /** As {@link eval}; waits for host promises and runs a coroutine to its end. */
  async evalAsync(source: string, options: RunOptions = {}): Promise<unknown> {
    return valueOf(await this.runAsync(this.code(source, "eval", options), options));
  }

  async execAsync(source: string, options: RunOptions = {}): Promise<void> {
    valueOf(await this.runAsync(this.code(source, "exec", options), options));
  }

  async callAsync(
    target: string | PythonObject,
    args: readonly unknown[] = [],
    kwargs: Readonly<Record<string, unknown>> = {},
    options: RunOptions = {},
  ): Promise<unknown> {
    return valueOf(await this.runAsync(this.callee(target, args, kwargs), options));
  }

  /** Binds a global name. */
  set(name: string, value: unknown): void {
    this.within(() => this.globals().setStr(name, this.named(name, value)));
  }

  /** Reads a global name; `undefined` when it is not bound. */
  get(name: string): unknown {
    const value = this.globals().getStr(name);
    return value === undefined ? undefined : this.convert.toHost(value);
  }
}

/** Milliseconds of guest code between two turns of the event loop. */
const BURST_MS = 20;

/** Entries of a machine's state that belong to the host. */
const GRANTED: ReadonlySet<string> = new Set(["clock", "import.find", "input"]);

const CODES: Record<Exclude<PythonExit["kind"], "value">, string> = {
  exception: "PY_EXCEPTION",
  "out-of-gas": "PY_OUT_OF_GAS",
  "out-of-memory": "PY_OUT_OF_MEMORY",
  "output-limit": "PY_OUTPUT_LIMIT",
  interrupted: "PY_INTERRUPTED",
  waiting: "PY_WOULD_WAIT",
};

function valueOf(exit: PythonExit): unknown {
  if (exit.kind === "value") return exit.value;
  const message =
    exit.kind === "exception"
      ? exit.traceback.trimEnd()
      : exit.kind === "waiting"
        ? "a host function returned a promise: use the asynchronous methods"
        : exit.kind;
  throw new PythonError(CODES[exit.kind], message, exit);
}
