/** LMNT programs and machines: what `vivarium/lmnt` offers, on top of the machinery that all guests share. */
import { type Code, FIELDS } from "../../isa/code.js";
import { type PureEntry, STOP } from "../../machine/backend.js";
import { LoadError, VivError } from "../../machine/errors.js";
import type { Exit } from "../../machine/exits.js";
import { HostContext, type HostFunction, Leave } from "../../machine/host.js";
import {
  type Executable,
  type Guest,
  type HostTable,
  Machine,
  type MachineOptions,
  type RunOptions,
  type Tiers,
} from "../../machine/machine.js";
import { sha256 } from "../../machine/sha256.js";
import { decodeSnapshot, encodeSnapshot, restoreInto } from "../../machine/snapshot.js";
import { type LmntArchive, type LmntDefinition, type LmntSection, sectionBits } from "./archive.js";
import { type ColumnCompiler, LmntBatch } from "./batch.js";
import { DefinitionFlag, type LmntVariant, type ResultName, resultCode, resultName } from "./codes.js";
import { type DecodedProgram, decode, layoutMemory, type MemoryLayout } from "./decode.js";
import { ACCESS_VIOLATION } from "./table.js";
import { MIN_MEMORY, requiredMemory, type ValidationOptions, validate } from "./validate.js";

/** Largest memory area a program may ask for. */
const MAX_MEMORY = 1 << 28;

const NO_OPTIONS: RunOptions = {};
/** From so many numbers on it is faster to copy them together. */
const MANY = 12;

/** What a host function is given besides its arguments. */
export class LmntContext extends HostContext<LmntMachine> {
  /** Asks the machine to stop behind this call, as `machine.interrupt()` does. */
  interrupt(): void {
    this.machine.interrupt();
  }
}

/**
 * A host function. Arguments and return values are views of the machine's stack, side by side, valid during the call.
 * A number other than 0 ends the function that called and is its result; a promise parks the machine until it settles.
 */
export type LmntHostFunction = (
  args: Float32Array,
  rvals: Float32Array,
  context: LmntContext,
) => void | number | undefined | Promise<void | number | undefined>;

/** Host functions by `name/arguments/return values`, or by name alone where the arity does not matter. */
export type LmntHost = Readonly<Record<string, LmntHostFunction>>;

export interface LmntLoadOptions extends Omit<ValidationOptions, "memory"> {
  /** Bytes of the memory area that machines get; default: the smallest that fits, see `requiredMemory`. */
  readonly memory?: number;
}

export interface LmntOptions extends Omit<MachineOptions, "memory" | "depth"> {
  readonly host?: LmntHost;
}

/** What an execution came to. */
export interface LmntResult {
  readonly exit: Exit;
  /**
   * The original's result: the number of return values (0 or more) after a normal end, else a negative code, or the
   * number a host function returned.
   */
  readonly code: number;
  /** Name of a negative code, where it has one. */
  readonly name: ResultName | undefined;
}

const guest: Guest = {
  name: "lmnt",
  fault: () => "fault",
  // Host functions write to the stack; what they return never arrives here.
  result: () => undefined,
  registers: () => [],
};

/** A definition as a function of numbers: one number if it returns one value, else an array of them. */
export type LmntFunction<A extends readonly number[] = number[], R = number | Float32Array> = (...args: A) => R;

/** Thrown by an {@link LmntFunction} whose definition did not come to its end. */
export class LmntCallError extends VivError {
  override readonly name = "LmntCallError";

  constructor(
    name: string,
    readonly result: LmntResult,
  ) {
    super("LMNT_CALL", `${name} ended with ${result.name ?? result.code} (${result.exit.kind})`);
  }
}

/** Copies numbers to words. */
function write(words: Float32Array, first: number, values: ArrayLike<number>): void {
  const count = values.length;
  if (count >= MANY && values instanceof Float32Array) words.set(values, first);
  else for (let i = 0; i < count; i++) words[first + i] = values[i] as number;
}

/** Stands for the result of a definition that has not come to its end yet. */
const NEVER: LmntResult = { exit: { kind: "halt", pc: 0 }, code: 0, name: undefined };

/** What calls of a definition need, worked out once. */
interface Prepared {
  readonly definition: LmntDefinition;
  /** The name that means this definition, if one does. */
  readonly name: string | undefined;
  /** Index of its first instruction. */
  readonly entry: number;
  /** Whether its code calls no host function. */
  readonly pure: boolean;
  readonly argsCount: number;
  /** Word of the first argument. */
  readonly first: number;
  /** The result of its end at instruction `doneAt`: results do not change, so the last one may serve again. */
  done: LmntResult;
  doneAt: number;
  /** The short way in, while it is {@link LmntMachine.#quick}: the frame, the code, and what it returns at that end. */
  words: Float32Array;
  run: PureEntry["run"];
  state: number;
  left: number;
}

/** One memory area with its stack, and what runs on it. */
export class LmntMachine extends Machine {
  declare readonly program: LmntProgram;
  readonly #layout: MemoryLayout;
  #current: LmntDefinition | undefined;
  #inHost = false;
  #runningAsync = false;
  #interruptRequested = false;
  /** The machine was left behind a host call that has been done. */
  #behindHostCall = false;
  #hostCode = 0;
  #view: Float32Array = new Float32Array(0);
  readonly #prepared = new Map<LmntDefinition, Prepared>();
  /**
   * What was called last, if it came to its end the short way and nothing has touched the machine since: calling it
   * again takes no more than entering its code.
   */
  #quick: Prepared | undefined;
  /** What the variable `current`, which snapshots keep, was set to. */
  #saved = 0;
  /** The definition for which the stack's end is set. */
  #limited: LmntDefinition | undefined;
  readonly #bound: readonly (LmntHostFunction | undefined)[];
  readonly #lmntContext: LmntContext;

  constructor(program: LmntProgram, tiers: Tiers, options: LmntOptions) {
    const bound = bindHosts(program, options.host ?? {});
    const table = new Map<number, { name: string; call: HostFunction<never> }>();
    program.archive.definitions.forEach(({ name, index }) => {
      if (bound[index] !== undefined) table.set(index, { name, call: () => this.#serve(index) });
    });
    super(program, tiers, table as HostTable, options);
    this.#bound = bound;
    this.#layout = program.layout;
    this.#lmntContext = new LmntContext(this);
    if (program.code.functions.length > 0) this.enter(0);
    this.reset();
  }

  // Memory ----------------------------------------------------------------------------------------------------------

  /** The memory area: archive, constants, arguments, return values, locals. Shared with the core, not copied. */
  get area(): Uint8Array {
    return this.backend.frame(this.#layout.words).subarray(0, this.#layout.memory);
  }
  /** The stack from slot 0, the first constant, to the end of the memory area. Read anew after making machines. */
  get stack(): Float32Array {
    const { memory, stack } = this.#layout;
    return this.#frame.subarray(stack, Math.floor(memory / 4));
  }
  /** All words of the frame; a view that growing memory has cut off has no length. */
  get #frame(): Float32Array {
    if (this.#view.length === 0) {
      const bytes = this.backend.frame(this.#layout.words);
      this.#view = new Float32Array(bytes.buffer, bytes.byteOffset, this.#layout.words);
    }
    return this.#view;
  }

  /** Arguments of a definition, in place. */
  argumentsOf(definition: LmntDefinition | string): Float32Array {
    const { argsCount } = this.program.definition(definition);
    return this.#words(this.#layout.args, argsCount);
  }
  /** Return values of a definition, in place. */
  returnValuesOf(definition: LmntDefinition | string): Float32Array {
    const { argsCount, rvalsCount } = this.program.definition(definition);
    return this.#words(this.#layout.args + argsCount, rvalsCount);
  }
  #words(first: number, count: number): Float32Array {
    return this.#frame.subarray(first, first + count);
  }

  /** Puts the memory area back to how it was after loading, and forgets a suspended run and the comparison flags. */
  reset(): void {
    this.#mustNotServe();
    this.#quick = undefined;
    this.#current = undefined;
    this.#limited = undefined;
    const { archive, inPlace } = this.program;
    const layout = this.#layout;
    const frame = this.backend.frame(layout.words);
    frame.fill(0);
    const { header, bytes, sections } = archive;
    const slice = (table: { offset: number; length: number }) =>
      bytes.subarray(table.offset, table.offset + table.length);
    if (inPlace) {
      frame.set(slice(header.constants), 0);
      frame.set(slice(header.data), 4 * layout.data);
    } else frame.set(bytes, 0);
    const words = new Uint32Array(frame.buffer, frame.byteOffset, layout.words);
    sections.forEach(({ offset, count }, i) => {
      words[layout.descriptors + 2 * i] = layout.data + offset / 4;
      words[layout.descriptors + 2 * i + 1] = count;
    });
    this.#saved = 0;
    this.backend.setVar("current", 0n);
    this.backend.setVar("flags", 0n);
    this.backend.setVar("stack", BigInt(layout.stack));
    this.backend.setVar("writable", BigInt(layout.writable));
  }

  // Running -----------------------------------------------------------------------------------------------------------

  /**
   * Writes arguments of a definition, all or some of them from `offset` on.
   *
   * @throws VivError `LMNT_ARGS_MISMATCH` past the last argument
   */
  setArguments(definition: LmntDefinition | string, values: ArrayLike<number>, offset = 0): void {
    const found = this.program.definition(definition);
    const { argsCount } = found;
    if (offset < 0 || offset + values.length > argsCount) this.#tooMany(found);
    write(this.#frame, this.#layout.args + offset, values);
  }

  /** Executes a definition with the arguments that are on the stack. A run that was suspended is abandoned. */
  execute(definition: LmntDefinition | string, options: RunOptions = NO_OPTIONS): LmntResult {
    const quick = this.#quick;
    if (quick !== undefined && (definition === quick.definition || definition === quick.name)) {
      if (options === NO_OPTIONS) return this.#enterQuick(quick);
    }
    return this.#execute(this.#preparedOf(this.program.definition(definition)), options);
  }

  #enterQuick(quick: Prepared): LmntResult {
    const left = quick.run(quick.state, 0);
    return left === quick.left ? quick.done : this.#finishPure(quick, this.leftPure(quick.entry, left));
  }

  #preparedOf(definition: LmntDefinition): Prepared {
    let prepared = this.#prepared.get(definition);
    if (prepared === undefined) {
      const { name, argsCount } = definition;
      prepared = {
        definition,
        name: this.program.find(name) === definition ? name : undefined,
        entry: this.program.entryOf(definition),
        pure: this.program.isPure(definition),
        argsCount,
        first: this.#layout.args,
        done: NEVER,
        doneAt: -1,
        words: this.#view,
        run: () => 0,
        state: 0,
        left: -1,
      };
      this.#prepared.set(definition, prepared);
    }
    return prepared;
  }

  #execute(prepared: Prepared, options: RunOptions): LmntResult {
    this.#mustNotServe();
    const { definition, entry } = prepared;
    // Limits, steps and host functions are the driver's business; without them most calls are over before a slice is.
    if (options === NO_OPTIONS && prepared.pure) {
      if (this.#limited !== definition) this.#setLimit(definition);
      const stop = this.runPure(entry);
      if (stop !== 0) return this.#finishPure(prepared, stop);
    }
    if (definition.flags & DefinitionFlag.EXTERN) return this.#executeHost(definition);
    this.#prepare(definition);
    this.standAt(entry);
    return this.#finish(this.run(options));
  }

  /** What came of a short way in. */
  #finishPure(prepared: Prepared, stop: number): LmntResult {
    if (stop !== STOP.halt) {
      this.#quick = undefined;
      return this.#stopped(prepared.definition, stop);
    }
    this.#settle(undefined);
    const at = this.backend.index;
    if (prepared.doneAt !== at) {
      prepared.doneAt = at;
      prepared.done = this.#ended({ kind: "halt", pc: this.pc }, prepared.definition.rvalsCount);
    }
    const way = this.pureEntry(prepared.entry);
    if (way === undefined) this.#quick = undefined;
    else {
      prepared.words = this.#frame;
      prepared.run = way.run;
      prepared.left = way.left;
      prepared.state = way.state;
      this.#quick = prepared;
    }
    return prepared.done;
  }

  protected override disturbed(): void {
    this.#quick = undefined;
  }

  /** Goes on where the short way in has stopped. */
  #stopped(definition: LmntDefinition, stop: number): LmntResult {
    this.#prepare(definition);
    return this.#finish(this.exitOf(stop) ?? this.run());
  }

  /**
   * A definition as a function. Each call takes the machine from where it is; the array of return values is new.
   *
   * @throws LmntCallError when a call does not come to its end
   */
  function<A extends readonly number[] = number[], R = number | Float32Array>(
    definition: LmntDefinition | string,
  ): LmntFunction<A, R> {
    const found = this.program.definition(definition);
    const { argsCount, rvalsCount, name } = found;
    const prepared = this.#preparedOf(found);
    const first = this.#layout.args;
    const result = first + argsCount;
    const run = (): Float32Array => {
      let outcome: LmntResult;
      if (this.#quick === prepared) {
        const left = prepared.run(prepared.state, 0);
        if (left === prepared.left) return prepared.words;
        outcome = this.#finishPure(prepared, this.leftPure(prepared.entry, left));
      } else outcome = this.#execute(prepared, NO_OPTIONS);
      if (outcome.exit.kind !== "halt" || outcome.code < 0) throw new LmntCallError(name, outcome);
      return this.#frame;
    };
    const call = (...args: number[]): Float32Array => {
      if (args.length !== argsCount) throw new VivError("LMNT_ARGS_MISMATCH", `${name} has ${argsCount} arguments`);
      this.#mustNotServe();
      const words = this.#frame;
      for (let i = 0; i < argsCount; i++) words[first + i] = args[i] as number;
      return run();
    };
    const one = (...args: number[]): number => call(...args)[result] as number;
    const many = (...args: number[]): Float32Array => call(...args).slice(result, result + rvalsCount);
    return (rvalsCount === 1 ? one : many) as unknown as LmntFunction<A, R>;
  }

  /** Like {@link execute}; other work of the event loop goes on, and async host functions are awaited. */
  async executeAsync(definition: LmntDefinition | string, options: RunOptions = {}): Promise<LmntResult> {
    const started = this.#start(definition);
    return started ?? this.#finishAsync(options);
  }
  /** Goes on with a suspended run of this definition, exactly where it stopped. */
  resume(definition: LmntDefinition | string, options: RunOptions = {}): LmntResult {
    return this.#mayResume(definition) ? this.#finish(this.run(options)) : this.#refused("DEF_MISMATCH");
  }
  /** Like {@link resume}; other work of the event loop goes on. */
  async resumeAsync(definition: LmntDefinition | string, options: RunOptions = {}): Promise<LmntResult> {
    return this.#mayResume(definition) ? this.#finishAsync(options) : this.#refused("DEF_MISMATCH");
  }
  /** Sets arguments and executes; afterwards {@link returnValuesOf} has the values. */
  call(definition: LmntDefinition | string, args: ArrayLike<number>, options: RunOptions = NO_OPTIONS): LmntResult {
    const quick = this.#quick;
    if (quick !== undefined && (definition === quick.definition || definition === quick.name)) {
      if (args.length <= quick.argsCount && options === NO_OPTIONS && quick.words.length > 0) {
        write(quick.words, quick.first, args);
        return this.#enterQuick(quick);
      }
    }
    return this.#call(this.program.definition(definition), args, options);
  }

  #call(definition: LmntDefinition, args: ArrayLike<number>, options: RunOptions): LmntResult {
    this.#mustNotServe();
    if (args.length > definition.argsCount) this.#tooMany(definition);
    const words = this.#frame;
    write(words, this.#layout.args, args);
    return this.#execute(this.#preparedOf(definition), options);
  }

  #tooMany({ name, argsCount }: LmntDefinition): never {
    throw new VivError("LMNT_ARGS_MISMATCH", `${name} has ${argsCount} arguments`);
  }
  /** The definition whose run is suspended. */
  get suspended(): LmntDefinition | undefined {
    return this.#current;
  }
  /** Number of the next instruction in the suspended function. */
  get nextInstruction(): number {
    const entry = this.#current === undefined ? 0 : this.program.entryOf(this.#current);
    return this.pc - entry;
  }

  /**
   * Asks the running function to stop before its next instruction. A request that comes while nothing runs is dropped,
   * as is one that comes during the last instruction.
   */
  override interrupt(): void {
    if (this.#inHost) this.#interruptRequested = true;
    else if (this.#runningAsync) super.interrupt();
  }

  #start(definition: LmntDefinition | string): LmntResult | undefined {
    const found = this.program.definition(definition);
    this.#mustNotServe();
    if (found.flags & DefinitionFlag.EXTERN) return this.#executeHost(found);
    this.#prepare(found);
    this.standAt(this.program.entryOf(found));
    return undefined;
  }

  #prepare(definition: LmntDefinition): void {
    this.#interruptRequested = false;
    this.#hostCode = 0;
    this.#behindHostCall = false;
    this.#current = definition;
    if (this.#limited !== definition) this.#setLimit(definition);
  }

  #setLimit(definition: LmntDefinition): void {
    this.#limited = definition;
    this.backend.setVar("limit", BigInt(this.#layout.args + definition.stackCount));
  }

  /** A host function must not run its own machine, or move it: the function that called it goes on behind it. */
  #mustNotServe(): void {
    if (this.#inHost) throw new VivError("MACHINE_RUNNING", "a host function must not run or move its own machine");
  }

  #mayResume(definition: LmntDefinition | string): boolean {
    this.#mustNotServe();
    if (this.#current === undefined || this.#current !== this.program.definition(definition)) return false;
    this.#interruptRequested = false;
    this.#hostCode = 0;
    return true;
  }

  async #finishAsync(options: RunOptions): Promise<LmntResult> {
    this.#runningAsync = true;
    try {
      return this.#finish(await this.runAsync(options));
    } finally {
      this.#runningAsync = false;
    }
  }

  /** Runs a definition that is a host function by itself. */
  #executeHost(definition: LmntDefinition): LmntResult {
    const { index, argsCount, rvalsCount } = definition;
    this.#settle(undefined);
    const fn = this.#bound[index];
    if (fn === undefined) return this.#refused("NOT_FOUND");
    const { args } = this.#layout;
    const code = fn(this.#words(args, argsCount), this.#words(args + argsCount, rvalsCount), this.#lmntContext);
    if (code instanceof Promise)
      throw new VivError("LMNT_ASYNC", `${definition.name} is asynchronous; call it by itself`);
    return this.#ended({ kind: "halt", pc: 0 }, code === undefined || code === 0 ? rvalsCount : code);
  }

  #refused(name: ResultName): LmntResult {
    return this.#ended({ kind: "panic", pc: 0, reason: name }, resultCode(name, this.program.variant));
  }

  #ended(exit: Exit, code: number): LmntResult {
    return { exit, code, name: code < 0 ? resultName(code, this.program.variant) : undefined };
  }

  #finish(exit: Exit): LmntResult {
    const result = this.#resultOf(exit);
    this.#settle(this.#current);
    return result;
  }

  /** Notes which definition is suspended, where snapshots find it too. */
  #settle(suspended: LmntDefinition | undefined): void {
    this.#current = suspended;
    const current = suspended === undefined ? 0 : suspended.index + 1;
    if (current === this.#saved) return;
    this.#saved = current;
    this.backend.setVar("current", BigInt(current));
  }

  #resultOf(exit: Exit): LmntResult {
    const { variant } = this.program;
    const definition = this.#current as LmntDefinition;
    if (exit.kind === "halt") {
      this.#current = undefined;
      return this.#ended(exit, this.#hostCode === 0 ? definition.rvalsCount : this.#hostCode);
    }
    if (exit.kind === "trap" && exit.code === ACCESS_VIOLATION) {
      this.#current = undefined;
      return this.#ended(exit, resultCode("ACCESS_VIOLATION", variant));
    }
    if (this.#behindHostCall) {
      this.#behindHostCall = false;
      this.backend.skipHostCall();
      return this.#ended({ ...exit, pc: this.pc }, resultCode("INTERRUPTED", variant));
    }
    return this.#ended(exit, resultCode("INTERRUPTED", variant));
  }

  /** Calls host function `index` for the EXTCALL at which the machine stands. */
  #serve(index: number): undefined | Leave | Promise<undefined | Leave> {
    const definition = this.program.archive.definitions[index];
    const at = this.backend.index;
    const frame = this.code.args[FIELDS * at + 1];
    const args = this.#words(frame, definition.argsCount);
    const rvals = this.#words(frame + definition.argsCount, definition.rvalsCount);
    this.#inHost = true;
    let code: ReturnType<LmntHostFunction>;
    try {
      code = (this.#bound[index] as LmntHostFunction)(args, rvals, this.#lmntContext);
    } finally {
      this.#inHost = false;
    }
    if (code instanceof Promise) return code.then((value) => this.#leaveWith(value));
    const leave = this.#leaveWith(code);
    if (leave !== undefined) return leave;
    if (this.#interruptRequested) {
      this.#interruptRequested = false;
      // The instruction in progress completes; if it was the last one, so does the function.
      if (this.program.endsAt(at + 1)) return undefined;
      this.#behindHostCall = true;
      return new Leave("interrupted");
    }
    return undefined;
  }

  /** A host function's result other than 0 ends the function and is its result. */
  #leaveWith(code: void | number | undefined): Leave | undefined {
    if (code === undefined || code === 0) return undefined;
    this.#hostCode = code;
    return new Leave("halt");
  }

  /** Takes the suspended definition from the state that has been restored. */
  adopt(): this {
    this.#saved = Number(this.backend.getVar("current"));
    this.#current = this.program.definitions[this.#saved - 1];
    this.#limited = undefined;
    return this;
  }

  /** Saves everything as versioned bytes. */
  snapshot(): Uint8Array<ArrayBuffer> {
    return encodeSnapshot(this);
  }
}

/** A validated archive, ready to be run any number of times. */
export class LmntProgram implements Executable {
  readonly guest = guest;
  readonly archive: LmntArchive;
  readonly inPlace: boolean;
  readonly layout: MemoryLayout;
  readonly #tiers: Tiers;
  readonly #byName = new Map<string, LmntDefinition>();
  #decoded: DecodedProgram | undefined;
  #hash: Uint8Array | undefined;

  readonly #columns: ColumnCompiler | undefined;

  constructor(tiers: Tiers, columns: ColumnCompiler | undefined, bytes: Uint8Array, options: LmntLoadOptions) {
    this.#tiers = tiers;
    this.#columns = columns;
    this.inPlace = options.inPlace ?? false;
    const { memory } = options;
    if (memory !== undefined) checkMemory(memory, this.inPlace ? 0 : bytes.length);
    this.archive = validate(bytes.slice(), options);
    this.layout = layoutMemory(this.archive, memory ?? requiredMemory(this.archive, this.inPlace), this.inPlace);
    for (const definition of this.archive.definitions) {
      if (!this.#byName.has(definition.name)) this.#byName.set(definition.name, definition);
    }
  }

  get variant(): LmntVariant {
    return this.archive.variant;
  }
  get definitions(): readonly LmntDefinition[] {
    return this.archive.definitions;
  }
  /** Decoded when it is first needed. */
  get code(): Code {
    return this.#decode().code;
  }
  #decode(): DecodedProgram {
    this.#decoded ??= decode(this.archive, this.layout);
    return this.#decoded;
  }
  get hash(): Uint8Array {
    this.#hash ??= sha256(this.archive.bytes);
    return this.#hash;
  }

  /** The first definition with this name. */
  find(name: string): LmntDefinition | undefined {
    return this.#byName.get(name);
  }
  /**
   * A definition by name, or one of this program as it is.
   * @throws VivError `LMNT_NOT_FOUND`
   */
  definition(definition: LmntDefinition | string): LmntDefinition {
    const found = typeof definition === "string" ? this.#byName.get(definition) : definition;
    if (found === undefined || this.archive.definitions[found.index] !== found) {
      throw new VivError("LMNT_NOT_FOUND", `no definition ${typeof definition === "string" ? definition : ""}`);
    }
    return found;
  }
  /** Whether the code of a definition calls no host function. */
  isPure(definition: LmntDefinition): boolean {
    return this.#decode().pure[definition.index] === 1;
  }
  /** Index in `code` of a definition's first instruction. */
  entryOf(definition: LmntDefinition): number {
    return this.#decode().entries[definition.index];
  }
  /** Whether instruction `index` is the end of a function. */
  endsAt(index: number): boolean {
    const { code } = this;
    return code.isa.rows[code.op[index]]?.mnemonic === "END";
  }
  /** Default arguments of a definition, as many as it has arguments at most; `undefined` if it states none. */
  defaultArguments(definition: LmntDefinition | string): Float32Array | undefined {
    const { flags, defaultArgs, argsCount } = this.definition(definition);
    if (this.variant !== "head" || !(flags & DefinitionFlag.HAS_DEFAULT_ARGS)) return undefined;
    const bits = sectionBits(this.archive, this.archive.sections[defaultArgs] as LmntSection);
    return new Float32Array(bits.buffer).subarray(0, argsCount);
  }

  /**
   * A machine with a memory area of its own.
   * @throws VivError `LMNT_MISSING_EXTCALL` when a host function that the archive declares is not in `host`
   */
  instantiate(options: LmntOptions = {}): LmntMachine {
    return new LmntMachine(this, this.#tiers, options);
  }

  /**
   * The definition over columns, compiled to vector instructions where it neither loops nor fails nor calls the host.
   * @param options for the machine that runs it otherwise
   */
  batch(definition: LmntDefinition | string, options: LmntOptions = {}): LmntBatch {
    return new LmntBatch(this, this.definition(definition), this.#columns, () => this.instantiate(options));
  }

  /**
   * A machine in the state that was saved.
   * @throws LoadError `SNAPSHOT_INVALID`, `SNAPSHOT_VERSION`, `SNAPSHOT_PROGRAM`; VivError `SNAPSHOT_LIMITS`
   */
  restore(snapshot: Uint8Array, options: LmntOptions = {}): LmntMachine {
    const state = decodeSnapshot(this, snapshot);
    return restoreInto(new LmntMachine(this, this.#tiers, options), state).adopt();
  }
}

function checkMemory(memory: number, archiveSize: number): void {
  if (!Number.isInteger(memory) || memory > MAX_MEMORY) throw new VivError("OPTION_RANGE", `memory: ${memory}`);
  if (memory < MIN_MEMORY || archiveSize >= memory) {
    throw new LoadError("LMNT_MEMORY_SIZE", `${memory} bytes of memory do not hold an archive of ${archiveSize}`);
  }
}

/** Host functions by index of definition; an EXTERN definition that is no INTERFACE needs one. */
function bindHosts(program: LmntProgram, host: LmntHost): (LmntHostFunction | undefined)[] {
  return program.definitions.map(({ name, flags, argsCount, rvalsCount }) => {
    if (!(flags & DefinitionFlag.EXTERN) || flags & DefinitionFlag.INTERFACE) return undefined;
    const full = `${name}/${argsCount}/${rvalsCount}`;
    const key = Object.hasOwn(host, full) ? full : Object.hasOwn(host, name) ? name : undefined;
    if (key === undefined) throw new VivError("LMNT_MISSING_EXTCALL", `no host function ${full} is given`);
    return host[key];
  });
}
