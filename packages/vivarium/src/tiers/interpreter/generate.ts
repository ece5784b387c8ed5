/** Generates the WebAssembly interpreter of an instruction set from its op table. */
import type { ValType } from "../../isa/expr.js";
import type { InstructionSet, OperandSpec, RegOperand, Row } from "../../isa/table.js";
import { STOP } from "../../machine/backend.js";
import { FunctionWriter, type Label, type WasmType } from "../../wasm/module.js";
import { TableModuleWriter } from "../../wasm/table-module.js";
import { fromTemplate, templateOf } from "../../wasm/template.js";
import { type Helpers, LOAD, Lowering, STORE, Temps } from "../lower.js";
import { PagedAccess } from "../lower-memory.js";
import { PureFunctions } from "../pure.js";
import { CONTROL_ENTRY, FUNCTION_ENTRY, layoutOf, STATE, type StateLayout } from "../state.js";
import { type FusedRow, type Fusions, fusionsOf, REINTERPRET, type Result, writtenType } from "./fusion.js";
import { BAD_TARGET, COST, FIRST_ROW, HEADER, packing, SLOT, UNWRITTEN } from "./icode.js";
import { writeLoadSlow, writeStoreSlow } from "./slow-access.js";

/** How one handler reaches the next: one `br_table` in a loop, or a tail call through a table ("direct threaded"). */
export type Dispatch = "br_table" | "tail";

export interface InterpreterOptions {
  readonly dispatch: Dispatch;
  /** Charges and counts every single instruction and looks at breakpoints: for the last gas, stepping, debugging. */
  readonly stepping: boolean;
  /**
   * A starter: only these rows, nothing fused, every handler a function that calls what it needs. Slower, but a
   * fraction of the work to generate, and V8 compiles only the handlers that are executed.
   */
  readonly rows?: ReadonlySet<number>;
}

/** Locals or parameters that carry the machine's hot state. */
interface Hot {
  readonly state: number;
  readonly pc: number;
  readonly fuel: number;
  readonly pageTable: number;
  readonly frame: number;
}

const HOT: Hot = { state: 0, pc: 1, fuel: 2, pageTable: 3, frame: 4 };

/** Without frames one local less is alive: it matters, there are few registers. */
function hotTypes(layout: StateLayout): readonly WasmType[] {
  return new Array<WasmType>(layout.frameBank === undefined ? HOT.frame : HOT.frame + 1).fill("i32");
}

/** Where the registers of a bank are: the local that holds an address, the offset of the first, their distance. */
interface BankPlace {
  readonly local: number;
  readonly offset: number;
  readonly slotBytes: number;
  /** Where the bank is while the main function runs, when that is elsewhere. */
  readonly fixed: number | undefined;
}

/**
 * Where the registers of the running machine are: with an address that is part of the code, every access is an addition
 * shorter. No arena hands out its first page.
 */
const FIXED_REGISTERS = 1024;
const FIXED_END = FIXED_REGISTERS + 512;

/** Where handler code goes next; the two dispatch modes differ only here. */
interface Flow {
  /** Continues with the slot in `pc`. */
  dispatch(): void;
  /** Leaves with a stop code; `pc` and `fuel` are current. */
  leave(stop: number): void;
  /**
   * Handlers call helpers and the host themselves, and registers are in the machine's state; otherwise they leave with
   * `SLOW` to have it done, and small banks of registers are at fixed addresses.
   */
  readonly calls: boolean;
}

/** The instruction at `pc` needs a call: the function that has the calls executes it. Never seen outside. */
const SLOW = 0x100;
/** That function is done with its one instruction. */
const NEXT = 0;

/** Execution has reached ICode that has not been written. */
export const STOP_UNWRITTEN = 0x101;

/** A starter with every row, as the text that an instruction set keeps of it. */
export function starterTemplate(isa: InstructionSet): string {
  const rows = new Set(isa.rows.keys());
  return templateOf(generateInterpreter(isa, { dispatch: "tail", stepping: false, rows }));
}

/** A starter for some rows: out of what the instruction set keeps, or generated. */
export function starterModule(isa: InstructionSet, rows: ReadonlySet<number>): Uint8Array<ArrayBuffer> {
  const { starter } = isa;
  if (starter === undefined) return generateInterpreter(isa, { dispatch: "tail", stepping: false, rows });
  // The last function is the one that enters; in front of it stand the handlers of the rows.
  return fromTemplate(starter, (fn, count) => {
    const row = fn - (count - 1 - isa.rows.length);
    return row < 0 || row >= isa.rows.length || rows.has(row);
  });
}

/** Writes the bytes of the interpreter module. */
export function generateInterpreter(isa: InstructionSet, options: InterpreterOptions): Uint8Array<ArrayBuffer> {
  return new Generator(isa, options).module();
}

class Generator {
  readonly layout: StateLayout;
  readonly fusions: Fusions;
  readonly m = new TableModuleWriter();
  readonly packings: readonly number[][];
  readonly banks: ReadonlyMap<string, BankPlace>;
  readonly #hotTypes: readonly WasmType[];

  constructor(
    readonly isa: InstructionSet,
    readonly options: InterpreterOptions,
  ) {
    this.layout = layoutOf(isa);
    this.#hotTypes = hotTypes(this.layout);
    this.fusions = fusionsOf(isa, FIRST_ROW + isa.rows.length);
    this.packings = isa.rows.map((row) => packing(row.operands));
    const { frameBank, banks } = this.layout;
    const named = new Set(isa.rows.flatMap((row) => row.effects.banks));
    let at = FIXED_REGISTERS;
    this.banks = new Map(
      isa.banks.map((bank) => {
        const { name, slotBytes } = bank;
        if (frameBank?.name === name) return [name, { local: HOT.frame, offset: 0, slotBytes, fixed: undefined }];
        const bytes = bank.count * slotBytes;
        const fixed = named.has(name) || at + bytes > FIXED_END ? undefined : at;
        if (fixed !== undefined) at += bytes;
        return [name, { local: HOT.state, offset: banks.get(name) as number, slotBytes, fixed }];
      }),
    );
  }

  module(): Uint8Array<ArrayBuffer> {
    const { m, isa } = this;
    m.importMemory("vivarium", "memory");
    const touch = m.importFunction("vivarium", "touch", ["i32", "i32", "i32"], ["i32"]);
    const host = m.importFunction("vivarium", "host", ["i32", "i32"], ["i32"]);
    const pures = new PureFunctions(isa, m, Object.keys(isa.pure));
    const pure = pures.indices;
    const loadSlow = m.function(writeLoadSlow(touch));
    const storeSlow = m.function(writeStoreSlow(touch));
    pures.define(this.layout);
    const helpers: Helpers = { memory: new PagedAccess(loadSlow, storeSlow), host, pure };
    const { stepping, rows } = this.options;
    m.export("run", rows !== undefined ? this.#tail(helpers) : stepping ? this.#loop(helpers) : this.#run(helpers));
    return m.finish();
  }

  /**
   * A call makes V8 keep the hot locals in memory around it, and no register survives one. So the function with all
   * the handlers has no calls: what needs one (a page that is not resident, an access across pages, the host) leaves
   * it, and a second function executes that one instruction.
   */
  #run(helpers: Helpers): number {
    const fast = this.options.dispatch === "tail" ? this.#tail(helpers) : this.#loop(helpers);
    const one = this.#one(helpers);
    const w = new FunctionWriter(["i32"], ["i32"]);
    const stop = w.local("i32");
    const again = w.loop();
    this.#moveRegisters(w, "in");
    w.get(HOT.state);
    w.call(fast);
    w.set(stop);
    this.#moveRegisters(w, "out");
    w.get(stop);
    w.i32(SLOW);
    w.op("i32.ne");
    w.if();
    w.get(stop);
    w.op("return");
    w.end();
    w.get(HOT.state);
    w.call(one);
    w.tee(stop);
    w.op("i32.eqz");
    w.brIf(again);
    w.end();
    w.get(stop);
    return this.m.function(w);
  }

  /** Number of the lowest handlers that are hot: what stands in front of the rows, and the hot rows. */
  get #hot(): number {
    return this.isa.hot === 0 ? 0 : FIRST_ROW + this.isa.hot;
  }

  /** Copies the registers of banks with fixed addresses there and back. */
  #moveRegisters(w: FunctionWriter, way: "in" | "out"): void {
    for (const { name, count } of this.isa.banks) {
      const { offset, slotBytes, fixed } = this.banks.get(name) as BankPlace;
      if (fixed === undefined) continue;
      for (let at = 0; at < count * slotBytes; at += 4) {
        const wide = at + 8 <= count * slotBytes;
        const [load, store] = wide ? ["i64.load", "i64.store"] : ["i32.load", "i32.store"];
        if (way === "in") {
          w.i32(0);
          w.get(HOT.state);
          w.mem(load, offset + at);
          w.mem(store, fixed + at);
        } else {
          w.get(HOT.state);
          w.i32(0);
          w.mem(load, fixed + at);
          w.mem(store, offset + at);
        }
        if (wide) at += 4;
      }
    }
  }

  /** Number of handlers: header, bad target, rows, and (not when stepping) fused sequences. */
  get #handlers(): number {
    return this.options.stepping ? this.fusions.first : this.fusions.first + this.fusions.sequences.length;
  }

  /**
   * Executes from `pc` until something happens.
   *
   * Going back to the loop costs a jump and V8's check of the stack, for every instruction. So what is executed most
   * is there twice: the handlers at the beginning end in a dispatch of their own, which knows the second ones only, and
   * every other time the way through the loop is spared. (With all handlers as its targets it takes V8 twice as long
   * to compile.)
   */
  #loop(helpers: Helpers): number {
    const { stepping } = this.options;
    const w = new FunctionWriter(["i32"], ["i32"]);
    for (let i = 1; i < this.#hotTypes.length; i++) w.local("i32");
    const stop = w.local("i32");
    loadHot(w, this.layout);
    const leaving = w.block();
    const again = w.loop();
    // At the end stand the hot handlers once more; the first ones go to these without the loop.
    const copies = stepping ? 0 : this.#hot;
    const n = this.#handlers;
    const labels: Label[] = [];
    for (let i = 0; i < n + copies; i++) labels.unshift(w.block());
    // labels[0] is the innermost block: its end is where handler 0 starts.
    this.#prelude(w, () => {
      w.set(stop);
      w.br(leaving);
    });
    w.get(HOT.pc);
    w.mem("i32.load16_u");
    w.brTable([...labels.slice(0, n), ...(stepping ? this.#firsts(labels) : [])], labels[BAD_TARGET] as Label);
    const temps = new Temps(w);
    const seconds = labels.slice(n);
    const flow: Flow = {
      dispatch: () => w.br(again),
      leave: (code) => {
        w.i32(code);
        w.set(stop);
        w.br(leaving);
      },
      calls: stepping,
    };
    const direct: Flow = {
      ...flow,
      dispatch: () => {
        w.get(HOT.pc);
        w.mem("i32.load16_u");
        w.brTable(seconds, again);
      },
    };
    for (let i = 0; i < n + copies; i++) {
      w.end();
      temps.reset();
      this.#handler(i < n ? i : i - n, w, temps, helpers, i < copies ? direct : flow);
    }
    w.end();
    w.end();
    saveHot(w, this.layout);
    w.get(stop);
    return this.m.function(w);
  }

  /** For every fused sequence where its first instruction is executed alone. */
  #firsts(labels: readonly Label[]): Label[] {
    return this.fusions.sequences.map(([first]) => labels[FIRST_ROW + (first as FusedRow).row] as Label);
  }

  /** Executes the instruction at `pc`, which is no header; of a fused sequence only the first. */
  #one(helpers: Helpers): number {
    const w = new FunctionWriter(["i32"], ["i32"]);
    for (let i = 1; i < this.#hotTypes.length; i++) w.local("i32");
    const stop = w.local("i32");
    loadHot(w, this.layout);
    const leaving = w.block();
    const labels: Label[] = [];
    for (let i = 0; i < this.fusions.first; i++) labels.unshift(w.block());
    w.get(HOT.pc);
    w.mem("i32.load16_u");
    w.brTable([...labels, ...this.#firsts(labels)], labels[BAD_TARGET] as Label);
    const temps = new Temps(w);
    const leave = (code: number): void => {
      w.i32(code);
      w.set(stop);
      w.br(leaving);
    };
    const flow: Flow = { dispatch: () => leave(NEXT), leave, calls: true };
    for (let i = 0; i < this.fusions.first; i++) {
      w.end();
      temps.reset();
      this.#handler(i, w, temps, helpers, flow);
    }
    w.end();
    saveHot(w, this.layout);
    w.get(stop);
    return this.m.function(w);
  }

  #tail(helpers: Helpers): number {
    const { m } = this;
    const types = this.#hotTypes;
    const type = m.type(types, ["i32"]);
    const { rows } = this.options;
    const n = this.#handlers;
    m.table(n);
    const handlers: number[] = [];
    let missing = -1;
    for (let i = 0; i < n; i++) {
      if (rows !== undefined && i >= FIRST_ROW) {
        if (i >= this.fusions.first) {
          const [first] = this.fusions.sequences[i - this.fusions.first] as readonly FusedRow[];
          handlers.push(handlers[FIRST_ROW + (first as FusedRow).row] as number);
          continue;
        }
        if (!rows.has(i - FIRST_ROW)) {
          if (missing < 0) {
            const w = new FunctionWriter(types, ["i32"]);
            w.op("unreachable");
            missing = m.function(w);
          }
          handlers.push(missing);
          continue;
        }
      }
      const w = new FunctionWriter(types, ["i32"]);
      const leave = (): void => {
        saveHot(w, this.layout);
        w.op("return");
      };
      const flow: Flow = {
        dispatch: () => {
          for (let p = 0; p < types.length; p++) w.get(p);
          w.get(HOT.pc);
          w.mem("i32.load16_u");
          w.returnCallIndirect(type);
        },
        leave: (code) => {
          w.i32(code);
          leave();
        },
        calls: rows !== undefined,
      };
      this.#handler(i, w, new Temps(w), helpers, flow);
      w.op("unreachable");
      handlers.push(m.function(w));
    }
    m.elements(0, handlers);
    const w = new FunctionWriter(["i32"], ["i32"]);
    for (let i = 1; i < types.length; i++) w.local("i32");
    loadHot(w, this.layout);
    for (let p = 0; p < types.length; p++) w.get(p);
    w.get(HOT.pc);
    w.mem("i32.load16_u");
    w.callIndirect(type);
    return m.function(w);
  }

  /** Stepping build: stop before the next instruction when the steps are used up or a breakpoint is set. */
  #prelude(w: FunctionWriter, leave: () => void): void {
    if (!this.options.stepping) return;
    const stopIf = (stop: number): void => {
      w.if();
      w.i32(stop);
      leave();
      w.end();
    };
    w.get(HOT.state);
    w.mem("i32.load", STATE.steps);
    w.op("i32.eqz");
    stopIf(STOP.step);
    // Bit n of the bitmap is slot n.
    w.get(HOT.state);
    w.mem("i32.load", STATE.breakpoints);
    w.if();
    const slot = w.local("i32");
    w.get(HOT.pc);
    w.get(HOT.state);
    w.mem("i32.load", STATE.codeBase);
    w.op("i32.sub");
    w.i32(4);
    w.op("i32.shr_u");
    w.tee(slot);
    w.i32(3);
    w.op("i32.shr_u");
    w.get(HOT.state);
    w.mem("i32.load", STATE.breakpoints);
    w.op("i32.add");
    w.mem("i32.load8_u");
    w.get(slot);
    w.i32(7);
    w.op("i32.and");
    w.op("i32.shr_u");
    w.i32(1);
    w.op("i32.and");
    stopIf(STOP.breakpoint);
    w.end();
  }

  #handler(number: number, w: FunctionWriter, temps: Temps, helpers: Helpers, flow: Flow): void {
    if (number === HEADER) {
      if (this.options.stepping && this.isa.gas === "instruction") {
        advance(w, SLOT);
        flow.dispatch();
      } else enterSegment(w, flow);
      return;
    }
    if (number === UNWRITTEN) {
      flow.leave(STOP_UNWRITTEN);
      return;
    }
    if (number === BAD_TARGET) {
      flow.leave(STOP.panic);
      return;
    }
    const sequence: readonly FusedRow[] =
      number >= this.fusions.first
        ? (this.fusions.sequences[number - this.fusions.first] as readonly FusedRow[])
        : [{ row: number - FIRST_ROW, reads: new Map(), dead: false }];
    const results: (Result | undefined)[] = [];
    const read = new Set<number>();
    for (const { reads } of sequence) for (const k of reads.values()) read.add(k);
    sequence.forEach((fused, k) => {
      const site = new HandlerSite(this, w, temps, flow, fused, k * SLOT, helpers, results);
      if (read.has(k)) {
        const type = writtenType(site.row.meaning);
        results[k] = { local: temps.take(type), type };
      }
      site.result = results[k];
      if (this.options.stepping) site.chargeOne();
      new Lowering(this.isa, this.layout, w, HOT, helpers, temps, site).body(site.row.meaning);
      if (k < sequence.length - 1) return;
      if (site.ended) return;
      advance(w, (k + 1) * SLOT);
      flow.dispatch();
    });
  }
}

/** The hot locals besides `state`, with where they are kept in the state block. */
function hotFields(layout: StateLayout): [number, number][] {
  const frame: [number, number][] = layout.frameBank === undefined ? [] : [[HOT.frame, STATE.frame]];
  return [[HOT.pc, STATE.pc], [HOT.fuel, STATE.fuel], ...frame];
}

function loadHot(w: FunctionWriter, layout: StateLayout): void {
  for (const [local, field] of [...hotFields(layout), [HOT.pageTable, STATE.pageTable] as const]) {
    w.get(HOT.state);
    w.mem("i32.load", field);
    w.set(local);
  }
}

function saveHot(w: FunctionWriter, layout: StateLayout): void {
  for (const [local, field] of hotFields(layout)) {
    w.get(HOT.state);
    w.get(local);
    w.mem("i32.store", field);
  }
}

function advance(w: FunctionWriter, bytes: number): void {
  if (bytes === 0) return;
  w.get(HOT.pc);
  w.i32(bytes);
  w.op("i32.add");
  w.set(HOT.pc);
}

/** `pc` is at a header: charges the segment and goes on behind it, or leaves where it stands. */
function enterSegment(w: FunctionWriter, flow: Flow): void {
  w.get(HOT.fuel);
  w.get(HOT.pc);
  w.mem("i32.load", COST);
  w.op("i32.sub");
  w.tee(HOT.fuel);
  w.i32(0);
  w.op("i32.lt_s");
  w.if();
  w.get(HOT.fuel);
  w.get(HOT.pc);
  w.mem("i32.load", COST);
  w.op("i32.add");
  w.set(HOT.fuel);
  flow.leave(STOP.fuel);
  w.end();
  advance(w, SLOT);
  flow.dispatch();
}

/** Operands from the ICode slot at `pc + shift`, control through dispatch. */
class HandlerSite {
  readonly row: Row;
  readonly offsets: readonly number[];
  /** The row always goes elsewhere by itself: nothing follows its code. */
  readonly ended: boolean;
  /** Where the row's result is also kept, for later instructions of the sequence. */
  result: Result | undefined;

  constructor(
    readonly g: Generator,
    readonly w: FunctionWriter,
    readonly temps: Temps,
    readonly flow: Flow,
    readonly fused: FusedRow,
    readonly shift: number,
    readonly helpers: Helpers,
    readonly results: readonly (Result | undefined)[],
  ) {
    this.row = g.isa.rows[fused.row] as Row;
    this.offsets = g.packings[fused.row] as readonly number[];
    this.ended = endsAlways(this.row);
  }

  /** Stepping build: one instruction less to do, and its gas. */
  chargeOne(): void {
    const { w, row } = this;
    if (this.g.isa.gas === "instruction" && row.cost > 0) {
      w.get(HOT.fuel);
      w.i32(row.cost);
      w.op("i32.lt_s");
      w.if();
      this.flow.leave(STOP.fuel);
      w.end();
      w.get(HOT.fuel);
      w.i32(row.cost);
      w.op("i32.sub");
      w.set(HOT.fuel);
    }
    w.get(HOT.state);
    w.get(HOT.state);
    w.mem("i32.load", STATE.steps);
    w.i32(1);
    w.op("i32.sub");
    w.mem("i32.store", STATE.steps);
  }

  /** Leaves the register's address on the stack; returns the static offset to use with it. */
  #regAddress(operand: number, plus: number): number {
    const { w } = this;
    const spec = this.row.operands[operand] as RegOperand;
    const { local, offset, slotBytes, fixed } = this.g.banks.get(spec.bank) as BankPlace;
    const inState = fixed === undefined || this.flow.calls;
    if (inState) w.get(local);
    w.get(HOT.pc);
    w.mem(spec.wide ? "i32.load" : "i32.load16_u", this.shift + (this.offsets[operand] as number));
    if (inState) w.op("i32.add");
    return (inState ? offset : fixed) + plus * slotBytes;
  }

  readReg(operand: number, plus: number, type: ValType): void {
    const from = this.fused.reads.get(operand);
    if (from !== undefined) {
      const result = this.results[from] as Result;
      const cast = result.type === type ? undefined : REINTERPRET[`${type} ${result.type}`];
      if (plus !== 0 || (result.type !== type && cast === undefined)) {
        throw new TypeError(`${this.row.mnemonic}: cannot pass ${type} on`);
      }
      this.w.get(result.local);
      if (cast !== undefined) this.w.op(cast);
      return;
    }
    const offset = this.#regAddress(operand, plus);
    this.w.mem(LOAD[type], offset);
  }
  writeReg(operand: number, plus: number, type: ValType, value: () => void): void {
    const { result } = this;
    if (result !== undefined && result.type !== type) throw new TypeError(`${this.row.mnemonic}: cannot keep ${type}`);
    if (this.fused.dead) {
      value();
      if (result === undefined) this.w.op("drop");
      else this.w.set(result.local);
      return;
    }
    const offset = this.#regAddress(operand, plus);
    value();
    if (result !== undefined) this.w.tee(result.local);
    const spec = this.row.operands[operand] as RegOperand;
    storeRegister(this.w, type, (this.g.banks.get(spec.bank) as BankPlace).slotBytes, offset);
  }
  readImm(operand: number, type: ValType): void {
    const { w } = this;
    w.get(HOT.pc);
    const at = this.shift + (this.offsets[operand] as number);
    if ((this.row.operands[operand] as OperandSpec).kind === "imm64") w.mem(LOAD[type], at);
    else w.mem(type === "i64" ? "i64.load32_s" : "i32.load", at);
  }
  readFixed(bank: string, index: number, type: ValType): void {
    const { local, offset, slotBytes } = this.g.banks.get(bank) as BankPlace;
    this.w.get(local);
    this.w.mem(LOAD[type], offset + index * slotBytes);
  }
  writeFixed(bank: string, index: number, type: ValType, value: () => void): void {
    const { local, offset, slotBytes } = this.g.banks.get(bank) as BankPlace;
    this.w.get(local);
    value();
    storeRegister(this.w, type, slotBytes, offset + index * slotBytes);
  }
  readVar(name: string, type: ValType): void {
    this.w.get(HOT.state);
    this.w.mem(LOAD[type], this.g.layout.vars.get(name) as number);
  }
  writeVar(name: string, type: ValType, value: () => void): void {
    this.w.get(HOT.state);
    value();
    this.w.mem(STORE[type], this.g.layout.vars.get(name) as number);
  }

  /** What cannot be done without a call is done elsewhere: see `SLOW`. */
  leaveIfSlow(): boolean {
    if (this.flow.calls) return false;
    advance(this.w, this.shift);
    this.flow.leave(SLOW);
    return true;
  }
  leaveIfFaulted(): void {
    this.w.if();
    advance(this.w, this.shift);
    this.flow.leave(STOP.fault);
    this.w.end();
  }

  /** Goes on at the header in `pc`. */
  #enter(): void {
    // The stepping build executes the header, so that it can stop before the segment is charged.
    if (this.g.options.stepping) this.flow.dispatch();
    else enterSegment(this.w, this.flow);
  }
  #loadTarget(operand: number): void {
    this.w.get(HOT.pc);
    this.w.mem("i32.load", this.shift + (this.offsets[operand] as number));
    this.w.set(HOT.pc);
  }
  branch(cond: () => void, target: number): void {
    const { w } = this;
    cond();
    w.if();
    this.#loadTarget(target);
    w.else();
    advance(w, this.shift + SLOT);
    w.end();
    this.#enter();
  }
  jump(target: number): void {
    this.#loadTarget(target);
    this.#enter();
  }
  computedJump(index: number): void {
    const { w } = this;
    const to = this.temps.take("i32");
    const bad = w.block();
    w.get(index);
    w.get(HOT.state);
    w.mem("i32.load", STATE.codeTableLength);
    w.op("i32.ge_u");
    w.brIf(bad);
    w.get(HOT.state);
    w.mem("i32.load", STATE.codeTable);
    w.get(index);
    w.i32(2);
    w.op("i32.shl");
    w.op("i32.add");
    w.mem("i32.load");
    w.tee(to);
    w.op("i32.eqz");
    w.brIf(bad);
    w.get(to);
    w.set(HOT.pc);
    this.#enter();
    w.end();
    advance(w, this.shift);
    this.flow.leave(STOP.panic);
  }
  host(id: () => void): void {
    if (this.leaveIfSlow()) return;
    const { w } = this;
    const number = this.temps.take("i32");
    id();
    w.set(number);
    advance(w, this.shift);
    saveHot(w, this.g.layout);
    w.get(HOT.state);
    w.get(number);
    w.mem("i32.store", STATE.payload);
    w.get(HOT.state);
    w.get(number);
    w.call(this.helpers.host);
    w.get(HOT.state);
    w.mem("i32.load", STATE.fuel);
    w.set(HOT.fuel);
    w.if();
    this.flow.leave(STOP.host);
    w.end();
    advance(w, SLOT);
    this.flow.dispatch();
  }
  exit(exit: "halt" | "panic" | "trap", code: () => void): void {
    const { w } = this;
    w.get(HOT.state);
    code();
    w.mem("i32.store", STATE.payload);
    advance(w, this.shift);
    this.flow.leave(STOP[exit]);
  }

  /** Pushes (pc, window), moves the frame, zeroes what the callee does not get as parameters, enters the callee. */
  call(fn: () => void, window: () => void): void {
    const { w, temps } = this;
    const slot = Math.log2(this.g.layout.frameBank?.slotBytes ?? 8);
    const entry = temps.take("i32");
    const bytes = temps.take("i32");
    const frame = temps.take("i32");
    const control = temps.take("i32");
    fn();
    w.set(entry);
    // A function number that does not exist: panic, as a computed jump to nowhere.
    w.get(entry);
    w.get(HOT.state);
    w.mem("i32.load", STATE.functionCount);
    w.op("i32.ge_u");
    w.if();
    advance(w, this.shift);
    this.flow.leave(STOP.panic);
    w.end();
    w.get(HOT.state);
    w.mem("i32.load", STATE.functions);
    w.get(entry);
    w.i32(Math.log2(FUNCTION_ENTRY));
    w.op("i32.shl");
    w.op("i32.add");
    w.set(entry);
    window();
    w.i32(slot);
    w.op("i32.shl");
    w.tee(bytes);
    w.get(HOT.frame);
    w.op("i32.add");
    w.set(frame);
    const fits = w.block();
    const full = w.block();
    w.get(frame);
    w.get(entry);
    w.mem("i32.load", 4);
    w.op("i32.add");
    w.get(HOT.state);
    w.mem("i32.load", STATE.frameLimit);
    w.op("i32.gt_u");
    w.brIf(full);
    w.get(HOT.state);
    w.mem("i32.load", STATE.control);
    w.tee(control);
    w.get(HOT.state);
    w.mem("i32.load", STATE.controlLimit);
    w.op("i32.lt_u");
    w.brIf(fits);
    w.end();
    advance(w, this.shift);
    this.flow.leave(STOP.depth);
    w.end();
    w.get(control);
    w.get(HOT.pc);
    w.i32(this.shift + SLOT);
    w.op("i32.add");
    w.mem("i32.store");
    w.get(control);
    w.get(bytes);
    w.mem("i32.store", 4);
    w.get(HOT.state);
    w.get(control);
    w.i32(CONTROL_ENTRY);
    w.op("i32.add");
    w.mem("i32.store", STATE.control);
    w.get(frame);
    w.set(HOT.frame);
    w.get(entry);
    w.mem("i32.load", 12);
    w.if();
    w.get(frame);
    w.get(entry);
    w.mem("i32.load", 8);
    w.op("i32.add");
    w.i32(0);
    w.get(entry);
    w.mem("i32.load", 12);
    w.memoryFill();
    w.end();
    w.get(entry);
    w.mem("i32.load");
    w.set(HOT.pc);
    this.#enter();
  }
  ret(): void {
    const { w, temps } = this;
    const control = temps.take("i32");
    w.get(HOT.state);
    w.mem("i32.load", STATE.control);
    w.tee(control);
    w.get(HOT.state);
    w.mem("i32.load", STATE.controlBase);
    w.op("i32.eq");
    w.if();
    advance(w, this.shift);
    this.flow.leave(STOP.halt);
    w.end();
    w.get(control);
    w.i32(CONTROL_ENTRY);
    w.op("i32.sub");
    w.set(control);
    w.get(HOT.state);
    w.get(control);
    w.mem("i32.store", STATE.control);
    w.get(HOT.frame);
    w.get(control);
    w.mem("i32.load", 4);
    w.op("i32.sub");
    w.set(HOT.frame);
    w.get(control);
    w.mem("i32.load");
    w.set(HOT.pc);
    this.#enter();
  }
}

/** Stores a register: what is narrower than its slot clears the rest. */
function storeRegister(w: FunctionWriter, type: ValType, slotBytes: number, offset: number): void {
  if (slotBytes === 8 && (type === "i32" || type === "f32")) {
    if (type === "f32") w.op("i32.reinterpret_f32");
    w.op("i64.extend_i32_u");
    w.mem("i64.store", offset);
  } else w.mem(STORE[type], offset);
}

/** True when no path through the row's meaning falls to its end. */
function endsAlways(row: Row): boolean {
  const ends = (body: Row["meaning"]): boolean => {
    const last = body[body.length - 1];
    if (last === undefined) return false;
    switch (last.s) {
      case "if":
        return ends(last.then) && ends(last.else);
      case "let":
        return ends(last.body);
      case "setReg":
      case "setFixedReg":
      case "setIndexedReg":
      case "setVar":
      case "store":
        return false;
      default:
        return true;
    }
  };
  return ends(row.meaning);
}
