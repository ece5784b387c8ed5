/** Runs machines in the generated WebAssembly interpreter. */
import type { Code } from "../../isa/code.js";
import type { InstructionSet } from "../../isa/table.js";
import { type Arena, arenaWithRoom, releaseArena } from "../../machine/arena.js";
import {
  type Backend,
  type BackendFactory,
  type BackendLimits,
  type Frames,
  type PureEntry,
  STOP,
  type Tier,
} from "../../machine/backend.js";
import { PagedMemory, WINDOWS, type Window } from "../../machine/paged-memory.js";
import { clearDead } from "../frames.js";
import { CONTROL_ENTRY, FIXED_WINDOWS, FUNCTION_ENTRY, layoutOf, STATE, type StateLayout, WINDOW } from "../state.js";
import { fusionsOf } from "./fusion.js";
import { type Dispatch, generateInterpreter, STOP_UNWRITTEN, starterModule } from "./generate.js";
import {
  BAD_TARGET,
  COST,
  COST_COMPILED,
  COST_UNKNOWN,
  costFrom,
  FIRST_ROW,
  HEADER,
  ICode,
  type ICodeLayout,
  layoutICode,
  SLOT,
  UNWRITTEN,
} from "./icode.js";

export type RunFunction = (state: number) => number;

interface ArenaEngine {
  /** What generated code calls; on behalf of the machine that is running. */
  readonly imports: {
    touch(state: number, address: number, level: number): number;
    host(state: number, id: number): number;
  };
  current: InterpreterBackend | undefined;
  /** By instruction set itself: two of the same name may be different sets. */
  readonly runs: WeakMap<InstructionSet, Map<string, RunFunction>>;
  /** Programs by what they were placed for: a compiled tier marks headers, which the interpreter alone must not see. */
  readonly placed: Map<string, Map<Code, Placed>>;
  unusedBytes: number;
}

/** A program's ICode and tables in one arena. */
export interface Placed {
  readonly base: number;
  readonly bytes: number;
  readonly codeTable: number;
  readonly functions: number;
  readonly layout: ICodeLayout;
  readonly icode: ICode;
  users: number;
  /** Called when the program leaves the arena: gives back what a tier has added. */
  freed?: () => void;
}

/** ICode that no machine uses is kept up to this many bytes per arena. */
const UNUSED_LIMIT = 32 << 20;
/** What a program that is kept costs beside its ICode: the decoded code and the file that it came from stay alive. */
const UNUSED_COST = 512 << 10;
const modules = new WeakMap<InstructionSet, Map<string, WebAssembly.Module>>();
const engines = new WeakMap<Arena, ArenaEngine>();

function memo<K extends object, V>(map: WeakMap<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = make();
    map.set(key, value);
  }
  return value;
}

/** The compiled interpreter of an instruction set, generated at first use. */
export function interpreterModule(isa: InstructionSet, dispatch: Dispatch, stepping: boolean): WebAssembly.Module {
  const known = memo(modules, isa, () => new Map<string, WebAssembly.Module>());
  const key = `${dispatch}${stepping ? "+" : ""}`;
  let module = known.get(key);
  if (module === undefined) {
    module = new WebAssembly.Module(generateInterpreter(isa, { dispatch, stepping }));
    known.set(key, module);
  }
  return module;
}

function engineOf(arena: Arena): ArenaEngine {
  return memo(engines, arena, () => {
    const engine: ArenaEngine = {
      current: undefined,
      runs: new WeakMap(),
      placed: new Map(),
      unusedBytes: 0,
      imports: {
        touch: (_state, address, level) =>
          (engine.current as InterpreterBackend).memory.touch(address, level) ? 1 : 0,
        host: (_state, id) => (engine.current as InterpreterBackend).onHost(id),
      },
    };
    return engine;
  });
}

function pureFunctions(isa: InstructionSet): Record<string, WebAssembly.ImportValue> {
  const out: Record<string, WebAssembly.ImportValue> = {};
  for (const [name, fn] of Object.entries(isa.pure)) out[name] = fn.call as (...args: unknown[]) => unknown;
  return out;
}

function runOf(arena: Arena, isa: InstructionSet, dispatch: Dispatch, stepping: boolean): RunFunction {
  const runs = memo(engineOf(arena).runs, isa, () => new Map<string, RunFunction>());
  const key = `${dispatch}${stepping ? "+" : ""}`;
  let run = runs.get(key);
  if (run === undefined) {
    run = instantiate(arena, isa, interpreterModule(isa, dispatch, stepping));
    runs.set(key, run);
  }
  return run;
}

function instantiate(arena: Arena, isa: InstructionSet, module: WebAssembly.Module): RunFunction {
  const imports = { memory: arena.memory, ...engineOf(arena).imports };
  const instance = new WebAssembly.Instance(module, { pure: pureFunctions(isa), vivarium: imports });
  return instance.exports.run as RunFunction;
}

interface Starter {
  readonly rows: ReadonlySet<number>;
  readonly module: WebAssembly.Module;
  /** Where it has been instantiated. */
  readonly runs: WeakMap<Arena, RunFunction>;
}
const starters = new WeakMap<InstructionSet, Starter[]>();
/** So many starters of an instruction set know only some of its rows; the next one knows all. */
const PARTIAL_STARTERS = 4;

/** An interpreter that takes little to make, for the rows that a program has: see `InterpreterOptions.rows`. */
export function starterOf(arena: Arena, code: Code): RunFunction {
  const { isa } = code;
  const known = memo(starters, isa, () => []);
  const wanted = new Set<number>(code.op);
  let starter = known.find((s) => [...wanted].every((row) => s.rows.has(row)));
  if (starter === undefined) {
    const rows = known.length < PARTIAL_STARTERS ? wanted : new Set(isa.rows.keys());
    const module = new WebAssembly.Module(starterModule(isa, rows));
    starter = { rows, module, runs: new WeakMap() };
    known.push(starter);
  }
  const { module } = starter;
  return memo(starter.runs, arena, () => instantiate(arena, isa, module));
}

function place(arena: Arena, code: Code, purpose: string): Placed {
  const engine = engineOf(arena);
  let programs = engine.placed.get(purpose);
  if (programs === undefined) {
    programs = new Map();
    engine.placed.set(purpose, programs);
  }
  const known = programs.get(code);
  if (known !== undefined) {
    if (known.users++ === 0) engine.unusedBytes -= known.bytes + UNUSED_COST;
    return known;
  }
  const { isa } = code;
  const layout = layoutICode(code);
  const tableBytes = code.table.length * 4;
  const functionBytes = code.functions.length * FUNCTION_ENTRY;
  const bytes = layout.bytes + tableBytes + functionBytes + 16;
  const base = arena.block(bytes);
  const icode = new ICode(code, layout, base);
  const header = (i: number): number => base + ((layout.slotOf[i] as number) - 1) * SLOT;
  const codeTable = base + layout.bytes;
  for (let k = 0; k < code.table.length; k++) {
    const i = code.table[k] as number;
    arena.i32[(codeTable >>> 2) + k] = i < 0 ? 0 : header(i);
  }
  const functions = Math.ceil((codeTable + tableBytes) / 16) * 16;
  const slotBytes = layoutOf(isa).frameBank?.slotBytes ?? 8;
  code.functions.forEach((f, k) => {
    const at = (functions + k * FUNCTION_ENTRY) >>> 2;
    arena.i32[at] = header(f.entry);
    arena.i32[at + 1] = f.slots * slotBytes;
    arena.i32[at + 2] = f.params * slotBytes;
    arena.i32[at + 3] = (f.slots - f.params) * slotBytes;
  });
  const placed: Placed = { base, bytes, codeTable, functions, layout, icode, users: 1 };
  programs.set(code, placed);
  return placed;
}

function unplace(arena: Arena, code: Code, purpose: string, placed: Placed): void {
  const engine = engineOf(arena);
  if (--placed.users > 0) return;
  engine.unusedBytes += placed.bytes + UNUSED_COST;
  const own = engine.placed.get(purpose) as Map<Code, Placed>;
  // Maps keep insertion order: the oldest unused programs go first, and this one is now the youngest.
  own.delete(code);
  own.set(code, placed);
  for (const programs of engine.placed.values()) {
    for (const [other, p] of programs) {
      if (engine.unusedBytes <= UNUSED_LIMIT) return;
      if (p.users > 0) continue;
      programs.delete(other);
      engine.unusedBytes -= p.bytes + UNUSED_COST;
      arena.freeBlock(p.base, p.bytes);
      p.freed?.();
    }
  }
}

const MAX_QUANTUM = 2 ** 30;
/** Gas per slice. */
const SLICE = 200_000;
const FIRST_FRAME_BYTES = 16 << 10;
const FIRST_CONTROL_ENTRIES = 256;
/** Compiled code is given room for so many guest calls, as long as all frames together are not larger than this. */
const MIN_CALLS = 256;
const MAX_ROOM = 16 << 20;

export class InterpreterBackend implements Backend {
  readonly tier: Tier;
  slice = SLICE;
  readonly code: Code;
  readonly memory: PagedMemory;
  charged = false;
  needed = 0;
  stepsLeft = 0;
  onHost: (id: number) => number = () => 1;
  protected readonly arena: Arena;
  protected readonly engine: ArenaEngine;
  readonly #layout: StateLayout;
  protected readonly placed: Placed;
  protected readonly state: number;
  /** Word index of the state block. */
  readonly #w: number;
  readonly #dispatch: Dispatch;
  readonly #purpose: string;
  #run: RunFunction | undefined;
  #usesMemory: boolean | undefined;
  /** Gas that short runs have spent since they were sampled. */
  #unsampled = 0;
  protected readonly limits: BackendLimits;
  /** Instruction at which the machine stood when it last came back. */
  protected at = 0;
  #breakpoints = 0;
  /** Ways in that have been asked for, by instruction. */
  readonly #entries = new Map<number, () => number>();
  /** Gas of the slice that the interpreter does not get at once; see `quantum`. */
  protected held = 0;
  #frames = 0;
  #frameBytes = 0;
  #control = 0;
  #controlEntries = 0;

  /** @param purpose backends that mark the ICode keep it apart from others' by this name */
  constructor(code: Code, limits: BackendLimits, dispatch: Dispatch, tier: Tier, purpose: string) {
    this.code = code;
    this.limits = limits;
    this.#dispatch = dispatch;
    this.tier = tier;
    this.#purpose = purpose;
    const arena = arenaWithRoom();
    this.arena = arena;
    this.engine = engineOf(arena);
    this.#layout = layoutOf(code.isa);
    this.placed = place(arena, code, this.#purpose);
    this.memory = new PagedMemory(arena, limits.memory);
    this.state = arena.block(this.#layout.size);
    this.#w = this.state >>> 2;
    this.setField(STATE.pageTable, this.memory.table);
    this.setField(STATE.codeTable, this.placed.codeTable);
    this.setField(STATE.codeTableLength, code.table.length);
    this.setField(STATE.codeBase, this.placed.base);
    this.setField(STATE.functions, this.placed.functions);
    this.setField(STATE.functionCount, code.functions.length);
    this.memory.onWindows = () => this.writeWindows();
    this.writeWindows();
    if (this.#layout.frameBank !== undefined) this.#allocateFrames(FIRST_FRAME_BYTES, FIRST_CONTROL_ENTRIES);
  }

  /** For tiers that build on this one: where the state block is, and the memory it is in. */
  protected get stateAddress(): number {
    return this.state;
  }
  protected get wasmMemory(): WebAssembly.Memory {
    return this.arena.memory;
  }
  protected get hasBreakpoints(): boolean {
    return this.#breakpoints !== 0;
  }

  protected field(field: number): number {
    return this.arena.i32[this.#w + (field >>> 2)] as number;
  }
  protected setField(field: number, value: number): void {
    this.arena.i32[this.#w + (field >>> 2)] = value;
  }

  /** Tells generated code where consecutive pages are. At an offset below the maximum eight bytes are there. */
  protected writeWindows(): void {
    const windows = this.memory.windows();
    for (let k = 0; k < WINDOWS; k++) this.#writeWindow(WINDOW.first + k * WINDOW.bytes, windows[k]);
    FIXED_WINDOWS.forEach((at, half) => {
      this.#writeWindow(
        at,
        windows.find(({ start }) => start >>> 31 === half),
      );
    });
  }
  #writeWindow(at: number, window: Window | undefined): void {
    this.setField(at + WINDOW.start, window?.start ?? 0);
    this.setField(at + WINDOW.readMax, window === undefined ? 0 : window.length - 7);
    this.setField(at + WINDOW.writeMax, window === undefined || window.level < 2 ? 0 : window.length - 7);
    this.setField(at + WINDOW.delta, window?.delta ?? 0);
  }

  get fuel(): number {
    return this.field(STATE.fuel) + this.held;
  }
  set fuel(value: number) {
    this.held = 0;
    this.setField(STATE.fuel, value);
  }
  get payload(): number {
    return this.field(STATE.payload);
  }
  get faultAddress(): number {
    return this.field(STATE.faultAddress) >>> 0;
  }
  get faultLevel(): number {
    return this.field(STATE.faultLevel);
  }
  get index(): number {
    // Inside a host function the state block knows better than the last stop.
    return this.engine.current === this ? this.indexAt(this.field(STATE.pc)) : this.at;
  }
  set index(value: number) {
    this.at = value;
  }
  protected indexAt(pc: number): number {
    return this.placed.icode.instructionAt(((pc >>> 0) - this.placed.base) / SLOT);
  }
  #handlerAt(pc: number): number {
    return (this.arena.i32[pc >>> 2] as number) & 0xffff;
  }
  protected slot(index: number): number {
    return this.placed.base + (this.placed.layout.slotOf[index] as number) * SLOT;
  }

  run(exact: boolean, steps: number): number {
    const previous = this.engine.current;
    this.engine.current = this;
    // Generated code asks after every slow access whether it failed: what an earlier one left must not answer.
    this.setField(STATE.faultLevel, 0);
    try {
      return steps >= 0 || this.#breakpoints !== 0 ? this.#step(steps) : this.#fast(exact);
    } finally {
      this.engine.current = previous;
    }
  }

  runPure(index: number): number {
    const run = this.#run;
    // Code that has been executed before goes the short way, if it also uses no memory: nobody but the code itself runs.
    this.#usesMemory ??= mayFault(this.code);
    if (this.#usesMemory || this.#breakpoints !== 0 || this.held !== 0 || run === undefined)
      return this.#runFrom(index);
    const pc = this.slot(index);
    if (this.placed.layout.starts[index] !== 1 || this.#handlerAt(pc) === UNWRITTEN) return this.#runFrom(index);
    const fuel = this.field(STATE.fuel);
    const cost = this.#headerCost(index);
    const given = Math.min(fuel, this.quantum());
    if (given < cost) return cost === COST_COMPILED ? this.#runCompiledFrom(index) : this.#runFrom(index);
    this.setField(STATE.pc, pc - SLOT);
    if (given < fuel) this.setField(STATE.fuel, given);
    const stop = run(this.state);
    const left = this.field(STATE.fuel);
    if (given < fuel) this.setField(STATE.fuel, left + fuel - given);
    // Calls that are too short to be sampled are sampled together.
    this.#unsampled += given - left;
    if (this.#unsampled < this.quantum()) return this.#cameBack(stop);
    const gas = this.#unsampled;
    this.#unsampled = 0;
    const came = this.#cameBack(stop);
    this.sample(index, gas);
    return came;
  }

  #runCompiledFrom(index: number): number {
    this.at = index;
    this.charged = false;
    return this.runCompiled(false) ?? this.run(false, -1);
  }

  #cameBack(stop: number): number {
    const at = this.indexAt(this.field(STATE.pc));
    // Out of fuel it stands before a segment, and so it does where code has not been written yet.
    if (stop === STOP.fuel || stop === STOP_UNWRITTEN) return this.#runFrom(at);
    this.at = at;
    this.charged = true;
    this.#refund(at + 1);
    return stop;
  }

  pureEntry(index: number): PureEntry | undefined {
    const run = this.#run;
    this.#usesMemory ??= mayFault(this.code);
    if (this.#usesMemory || this.#breakpoints !== 0 || run === undefined) return undefined;
    const { arena, state } = this;
    const pc = (state + STATE.pc) >>> 2;
    const head = this.slot(index) - SLOT;
    const back = (stop: number): number => stop | ((((arena.i32[pc] as number) - head) / SLOT) << 8);
    let enter = this.#entries.get(index);
    if (enter === undefined) {
      enter = () => {
        arena.i32[pc] = head;
        return back(run(state));
      };
      this.#entries.set(index, enter);
    }
    return { run: enter, state, left: back(STOP.halt) };
  }
  leftPure(_index: number, left: number): number {
    return this.#cameBack(left & 0xff);
  }

  #runFrom(index: number): number {
    this.index = index;
    this.charged = false;
    return this.run(false, -1);
  }

  /** Writes the ICode around instruction `i` unless it is there. */
  #ensureWritten(i: number): void {
    if (this.#handlerAt(this.slot(i)) === UNWRITTEN) this.placed.icode.writeAround(i, this.arena.memory.buffer);
  }

  /** Puts `pc` where execution goes on; false when what has to be paid first cannot be paid. */
  #enterAt(stepping: boolean): boolean {
    const { code, charged } = this;
    const i = this.at;
    this.#ensureWritten(i);
    const starts = this.placed.layout.starts[i] === 1;
    const perBlock = code.isa.gas === "block";
    let pc = this.slot(i);
    const head = starts && !(perBlock && charged);
    // A header that is marked cannot be paid by the interpreter: the segment is paid here.
    const marked = head && (perBlock || !stepping) && this.#headerCost(i) >= COST_COMPILED;
    if (head && !marked) pc -= SLOT;
    else if (perBlock ? !charged || marked : !stepping) {
      const cost = this.segmentCost(perBlock ? code.leaderOf(i) : i);
      this.needed = cost;
      if (this.fuel < cost) return false;
      this.fuel -= cost;
      this.charged = perBlock;
    }
    this.setField(STATE.pc, pc);
    return true;
  }

  #headerCost(i: number): number {
    return this.arena.i32[(this.slot(i) - SLOT + COST) >>> 2] as number;
  }

  /** Gas from instruction `i` to the end of its segment; gas model `block`: of the block that starts there. */
  protected segmentCost(i: number): number {
    const { code } = this;
    if (code.isa.gas === "instruction") return costFrom(code, this.placed.layout.starts, i);
    const cost = code.blockCost(i);
    if (this.placed.layout.starts[i] === 1 && this.#headerCost(i) === COST_UNKNOWN) {
      this.arena.i32[(this.slot(i) - SLOT + COST) >>> 2] = cost;
    }
    return cost;
  }

  protected imports(): ArenaEngine["imports"] {
    return this.engine.imports;
  }
  protected pureImports(): Record<string, WebAssembly.ImportValue> {
    return pureFunctions(this.code.isa);
  }

  /** Runs compiled code from a segment's start, if there is any; `undefined` says that the interpreter has to go on. */
  protected runCompiled(_exact: boolean): number | undefined {
    return undefined;
  }
  /** The function that executes ICode, asked for when it is first needed and after {@link changeRun}. */
  protected chooseRun(): RunFunction {
    const { isa } = this.code;
    this.placed.icode.fuse(fusionsOf(isa, FIRST_ROW + isa.rows.length), this.arena.memory.buffer);
    return runOf(this.arena, this.code.isa, this.#dispatch, false);
  }
  protected changeRun(): void {
    this.#run = undefined;
    this.#entries.clear();
  }
  /** Gas that the interpreter spends before it is sampled. */
  protected quantum(): number {
    return MAX_QUANTUM;
  }
  /** The interpreter has spent its quantum, or the slice, and stands here. */
  protected sample(_index: number, _gas: number): void {}
  /** The interpreter went from here to compiled code, or to code whose cost was not known, for so much gas. */
  protected interpreted(_from: number, _gas: number): void {}

  #fast(exact: boolean): number {
    const perBlock = this.code.isa.gas === "block";
    const short = (): number => (exact && !perBlock ? this.#step(-1) : STOP.fuel);
    // A segment that costs more than the quantum has to be paid all the same.
    let least = 0;
    for (;;) {
      const compiled = this.runCompiled(exact);
      if (compiled !== undefined) return compiled === STOP.fuel ? short() : compiled;
      if (!this.#enterAt(false)) return short();
      const { fuel } = this;
      const quantum = Math.max(this.quantum(), least);
      least = 0;
      if (fuel > quantum) {
        this.setField(STATE.fuel, quantum);
        this.held = fuel - quantum;
      }
      this.#run ??= this.chooseRun();
      const from = this.at;
      const before = this.fuel;
      const stop = this.#run(this.state);
      const pc = this.field(STATE.pc) >>> 0;
      this.at = this.indexAt(pc);
      const held = this.held;
      // What was held back is part of the slice again.
      this.fuel = this.field(STATE.fuel) + held;
      if (stop === STOP_UNWRITTEN) {
        this.charged = false;
        continue;
      }
      if (stop === STOP.fuel) {
        this.charged = false;
        const header = this.arena.i32[(pc + COST) >>> 2] as number;
        if (header >= COST_COMPILED) {
          // Unknown: the next round pays it, and then it is known. Compiled: the next round goes there.
          this.interpreted(from, before - this.fuel);
          continue;
        }
        this.needed = header;
        this.sample(this.at, before - this.fuel);
        least = header;
        if (held > 0 && this.fuel >= header) continue;
        return short();
      }
      this.charged = true;
      if (stop === STOP.depth && this.#growFrames()) {
        this.#refund(this.at);
        this.charged = perBlock;
        continue;
      }
      // What the segment's rest would have cost goes back; a call that did not happen is not paid either.
      this.#refund(stop === STOP.depth ? this.at : this.at + 1);
      return stop;
    }
  }

  #refund(from: number): void {
    const { starts } = this.placed.layout;
    if (this.code.isa.gas === "block" || from >= this.code.count) return;
    if (from !== this.at && starts[from] === 1) return;
    this.fuel += costFrom(this.code, starts, from);
  }

  #step(steps: number): number {
    const perBlock = this.code.isa.gas === "block";
    const step = runOf(this.arena, this.code.isa, this.#dispatch, true);
    this.stepsLeft = steps;
    // The instruction at which the machine stands is executed even if a breakpoint is set on it.
    let first = this.#breakpoints !== 0;
    for (;;) {
      if (this.stepsLeft === 0) return STOP.step;
      if (!this.#enterAt(true)) return STOP.fuel;
      const now = first ? 1 : this.stepsLeft;
      this.setField(STATE.steps, now);
      this.setField(STATE.breakpoints, first ? 0 : this.#breakpoints);
      let stop = step(this.state);
      const pc = this.field(STATE.pc) >>> 0;
      this.at = this.indexAt(pc);
      this.#ensureWritten(this.at);
      // A jump to a place where none may go is one step, not a jump and a panic.
      if (stop === STOP.step && this.#handlerAt(pc) === HEADER && this.#handlerAt(pc + SLOT) === BAD_TARGET) {
        stop = STOP.panic;
      }
      this.charged = this.#handlerAt(pc) !== HEADER;
      if (this.stepsLeft > 0) this.stepsLeft -= now - this.field(STATE.steps);
      if (stop === STOP.step && first && this.stepsLeft !== 0) {
        first = false;
        continue;
      }
      if (stop === STOP_UNWRITTEN) continue;
      if (stop === STOP.fuel) {
        if (perBlock) {
          // A header that cannot be paid because it is unknown or marked: the next round pays it.
          const header = this.arena.i32[(pc + COST) >>> 2] as number;
          if (header >= COST_COMPILED) continue;
          this.needed = header;
        } else this.needed = costOf(this.code, this.at);
        return stop;
      }
      if (stop === STOP.depth) {
        if (!perBlock) this.fuel += costOf(this.code, this.at);
        if (this.#growFrames()) {
          if (this.stepsLeft >= 0) this.stepsLeft++;
          continue;
        }
      }
      return stop;
    }
  }

  skipHostCall(): void {
    this.at++;
    if (this.placed.layout.starts[this.at] === 1) this.charged = false;
  }

  bank(name: string): Uint8Array {
    const bank = this.code.isa.bank(name);
    const at = this.state + (this.#layout.banks.get(name) as number);
    return this.arena.u8.subarray(at, at + bank.count * bank.slotBytes);
  }
  #var(name: string): number {
    const at = this.#layout.vars.get(name);
    if (at === undefined) throw new TypeError(`no variable ${name}`);
    return (this.state + at) >>> 3;
  }
  getVar(name: string): bigint {
    return this.arena.u64[this.#var(name)] as bigint;
  }
  setVar(name: string, value: bigint): void {
    this.arena.u64[this.#var(name)] = value;
  }

  setBreakpoints(indices: ReadonlySet<number>): void {
    const bytes = Math.ceil(this.placed.layout.instructionOf.length / 8);
    if (this.#breakpoints !== 0) this.arena.freeBlock(this.#breakpoints, bytes);
    this.#breakpoints = 0;
    if (indices.size === 0) return;
    this.#breakpoints = this.arena.block(bytes);
    for (const i of indices) {
      // A block that is entered stops at its header, before it is charged.
      const slot = (this.placed.layout.slotOf[i] as number) - (this.placed.layout.starts[i] as number);
      const at = this.#breakpoints + (slot >>> 3);
      this.arena.u8[at] = (this.arena.u8[at] as number) | (1 << (slot & 7));
    }
  }

  // The guest's call stack: frame slots in one block, (return slot, window) pairs in another, both growing by doubling.

  #allocateFrames(frameBytes: number, entries: number): void {
    const frames = this.arena.block(frameBytes);
    const control = this.arena.block(entries * CONTROL_ENTRY);
    const { u8 } = this.arena;
    if (this.#frames !== 0) {
      u8.copyWithin(frames, this.#frames, this.#frames + Math.min(frameBytes, this.#frameBytes));
      u8.copyWithin(control, this.#control, this.#control + Math.min(entries, this.#controlEntries) * CONTROL_ENTRY);
      this.setField(STATE.frame, this.field(STATE.frame) - this.#frames + frames);
      this.setField(STATE.control, this.field(STATE.control) - this.#control + control);
      this.#freeFrames();
    } else {
      this.setField(STATE.frame, frames);
      this.setField(STATE.control, control);
    }
    this.#frames = frames;
    this.#frameBytes = frameBytes;
    this.#control = control;
    this.#controlEntries = entries;
    this.setField(STATE.frameLimit, frames + frameBytes);
    this.setField(STATE.controlBase, control);
    this.setField(STATE.controlLimit, control + Math.min(entries, this.limits.depth) * CONTROL_ENTRY);
  }
  #freeFrames(): void {
    if (this.#frames === 0) return;
    this.arena.freeBlock(this.#frames, this.#frameBytes);
    this.arena.freeBlock(this.#control, this.#controlEntries * CONTROL_ENTRY);
  }
  /** Makes room for one more guest call; false at the depth limit. */
  #growFrames(): boolean {
    if (this.depth >= this.limits.depth) return false;
    this.#allocateFrames(this.#frameBytes * 2, this.#controlEntries * 2);
    return true;
  }
  /**
   * Guest calls for whose frames there is room, once some has been made.
   *
   * @param window slots by which a callee's frame is above its caller's at most
   * @param slots of the largest frame
   */
  protected roomForCalls(wanted: number, window: number, slots: number): number {
    if (this.#frames === 0) return 0;
    const slotBytes = this.#layout.frameBank?.slotBytes ?? 8;
    const enough = Math.min(wanted, MIN_CALLS, this.limits.depth - this.depth);
    for (;;) {
      const entries = (this.field(STATE.controlLimit) - this.field(STATE.control)) / CONTROL_ENTRY;
      const bytes = (this.field(STATE.frameLimit) >>> 0) - (this.field(STATE.frame) >>> 0) - slots * slotBytes;
      const calls = Math.min(wanted, entries, Math.floor(bytes / Math.max(1, window * slotBytes)));
      if (calls >= enough || this.#frameBytes >= MAX_ROOM || !this.#growFrames()) {
        return Math.max(0, calls);
      }
    }
  }
  get depth(): number {
    return this.#frames === 0 ? 0 : (this.field(STATE.control) - this.#control) / CONTROL_ENTRY;
  }

  enter(fn: number): void {
    const f = this.code.functions[fn];
    if (f === undefined) throw new RangeError(`no function ${fn}`);
    const slotBytes = this.#layout.frameBank?.slotBytes ?? 8;
    while (this.#frameBytes < f.slots * slotBytes) this.#allocateFrames(this.#frameBytes * 2, this.#controlEntries);
    this.setField(STATE.frame, this.#frames);
    this.setField(STATE.control, this.#control);
    this.arena.u8.fill(0, this.#frames, this.#frames + f.slots * slotBytes);
    this.at = f.entry;
    this.charged = false;
  }
  frame(slots: number): Uint8Array {
    const at = this.field(STATE.frame) >>> 0;
    return this.arena.u8.subarray(at, at + slots * (this.#layout.frameBank?.slotBytes ?? 8));
  }
  saveFrames(): Frames {
    const slotBytes = this.#layout.frameBank?.slotBytes ?? 8;
    if (this.#frames === 0) return { calls: [], slots: new Uint8Array(0) };
    const calls = [];
    for (let k = 0; k < this.depth; k++) {
      const at = (this.#control + k * CONTROL_ENTRY) >>> 2;
      const slot = (this.arena.i32[at] as number) >>> 0;
      calls.push({ caller: this.indexAt(slot - SLOT), window: (this.arena.i32[at + 1] as number) / slotBytes });
    }
    const end = (this.field(STATE.frame) >>> 0) + (this.code.functionAt(this.at)?.slots ?? 0) * slotBytes;
    const slots = this.arena.u8.slice(this.#frames, Math.min(end, this.#frames + this.#frameBytes));
    return clearDead(this.code, { calls, slots }, this.at, slotBytes);
  }
  restoreFrames(frames: Frames): boolean {
    if (this.#frames === 0) return frames.calls.length === 0 && frames.slots.length === 0;
    if (frames.calls.length > this.limits.depth) return false;
    const slotBytes = this.#layout.frameBank?.slotBytes ?? 8;
    let bytes = this.#frameBytes;
    let entries = this.#controlEntries;
    while (bytes < frames.slots.length + 8 * slotBytes) bytes *= 2;
    while (entries < frames.calls.length) entries *= 2;
    this.#allocateFrames(bytes, entries);
    this.arena.u8.set(frames.slots, this.#frames);
    let frame = this.#frames;
    frames.calls.forEach((call, k) => {
      const at = (this.#control + k * CONTROL_ENTRY) >>> 2;
      this.arena.i32[at] = this.slot(call.caller) + SLOT;
      this.arena.i32[at + 1] = call.window * slotBytes;
      frame += call.window * slotBytes;
    });
    this.setField(STATE.frame, frame);
    this.setField(STATE.control, this.#control + frames.calls.length * CONTROL_ENTRY);
    return true;
  }

  dispose(): void {
    this.setBreakpoints(new Set());
    this.#freeFrames();
    this.arena.freeBlock(this.state, this.#layout.size);
    this.memory.dispose();
    unplace(this.arena, this.code, this.#purpose, this.placed);
    releaseArena(this.arena);
  }
}

/** Some instruction of the program can meet memory that is not there. */
function mayFault(code: Code): boolean {
  const faults = code.isa.rows.map(({ effects }) => effects.mayFault);
  return code.op.some((row) => faults[row] === true);
}

function costOf(code: Code, index: number): number {
  return code.isa.rows[code.op[index] as number]?.cost ?? 1;
}

/** The interpreter tier with a way of dispatch. */
export const interpreter =
  (dispatch: Dispatch = "br_table"): BackendFactory =>
  (code, limits) =>
    new InterpreterBackend(
      code,
      limits,
      dispatch,
      dispatch === "tail" ? "interpreter:tail" : "interpreter",
      "interpreter",
    );
