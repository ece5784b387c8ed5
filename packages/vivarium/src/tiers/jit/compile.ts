/** Compiles regions to a WebAssembly module: one function each, structured control flow, guest registers in locals. */
import type { Code } from "../../isa/code.js";
import { FIELDS } from "../../isa/code.js";
import type { ValType } from "../../isa/expr.js";
import type { Row } from "../../isa/table.js";
import { STOP } from "../../machine/backend.js";
import { FunctionWriter, type Label } from "../../wasm/module.js";
import { TableModuleWriter } from "../../wasm/table-module.js";
import { type ICodeLayout, SLOT } from "../interpreter/icode.js";
import { type Helpers, LOAD, Lowering, type MemoryAccess, type Site, STORE, Temps } from "../lower.js";
import { PagedAccess } from "../lower-memory.js";
import { PureFunctions } from "../pure.js";
import { layoutOf, STATE, type StateLayout } from "../state.js";
import { JIT_STOP, P, REGION_PARAMS } from "./abi.js";
import { Exits } from "./exits.js";
import type { BlockEnd, ControlFlow } from "./flow.js";
import { FramedCalls, throughMemory } from "./framed.js";
import { type GasPlan, planGas, planTicks } from "./gas.js";
import type { Sight } from "./guesses.js";
import type { Region } from "./region.js";
import { bit, type Mask, members, type Register, RegisterPlan } from "./registers.js";
import { falls } from "./rows.js";
import type { Signature, Signatures } from "./signatures.js";
import type { AccessSites } from "./sites.js";
import { TUNING } from "./tuning.js";
import { type WindowSite, Windows } from "./windows.js";

/** What a compiled module needs to know of the program around it. */
export interface CompileContext {
  readonly code: Code;
  readonly flow: ControlFlow;
  readonly icode: ICodeLayout;
  /** Of guests with frames. */
  readonly signatures: Signatures | undefined;
  /** Instructions that have met cases which were not expected. */
  readonly unexpected: ReadonlySet<number>;
  /** The machine that runs, where there is one. */
  readonly sight?: Sight | undefined;
  /** Where accesses have been found. */
  readonly sites?: AccessSites;
  /** Slot in the function table of a region's entry, given out at first use. */
  slotOf(entry: number): number;
  /** Slot in the function table of guest function 0; the others follow. */
  readonly functionSlots: number;
}

/**
 * Writes a module whose function `r0`, `r1` … are the regions.
 *
 * @param marks filled, for every function in order, with (offset in its code, instruction) pairs
 */
export function compileRegions(
  context: CompileContext,
  regions: readonly Region[],
  marks?: (readonly number[])[],
): Uint8Array<ArrayBuffer> {
  const { isa } = context.code;
  const m = new TableModuleWriter();
  m.importMemory("vivarium", "memory");
  m.importTable("vivarium", "table");
  const host = m.importFunction("vivarium", "host", ["i32", "i32"], ["i32"]);
  const used = new Set<string>();
  for (const region of regions) {
    for (const block of region.blocks) {
      for (let i = block; i < context.flow.endOf(block); i++) {
        for (const name of (isa.rows[context.code.op[i] as number] as Row).effects.pure) used.add(name);
      }
    }
  }
  const pures = new PureFunctions(isa, m, used);
  const type = m.type(REGION_PARAMS, ["i32"]);
  const helpers: Helpers = {
    // Slow accesses leave.
    memory: new PagedAccess(-1, -1),
    host,
    pure: pures.indices,
  };
  pures.define(layoutOf(isa));
  const { signatures } = context;
  const functions: Functions = { type, regions: new Map(), direct: new Map() };
  for (const { entry } of regions) {
    functions.regions.set(entry, m.declare(REGION_PARAMS, ["i32"]));
    const signature = signatures?.of(entry);
    if (signature !== undefined) functions.direct.set(entry, m.declare(signature.params, signature.wasmResults));
  }
  regions.forEach((region, k) => {
    const { entry } = region;
    const direct = functions.direct.get(entry);
    const plan = new RegisterPlan(context.code, context.flow, region, signatures, direct !== undefined);
    const writer = new RegionCompiler(context, region, plan, helpers, functions).write();
    const index = functions.regions.get(entry) as number;
    if (direct !== undefined) marks?.push([]);
    marks?.push(writer.marks);
    m.export(`r${k}`, index);
    if (direct === undefined) {
      m.define(index, writer);
      return;
    }
    m.define(direct, writer);
    const signature = signatures?.of(entry) as Signature;
    m.define(index, throughMemory(signature, direct, layoutOf(isa), true));
    m.export(`c${k}`, signature.plain ? index : m.function(throughMemory(signature, direct, layoutOf(isa), false)));
  });
  return m.finish();
}

/** The functions of a module. */
export interface Functions {
  /** Type of regions that take their registers from memory. */
  readonly type: number;
  /** By entry: goes on there with registers in memory. */
  readonly regions: Map<number, number>;
  /** By entry of a guest function with a frame: calls it, with parameters and results as values. */
  readonly direct: Map<number, number>;
}

export class RegionCompiler implements Site, WindowSite {
  readonly w: FunctionWriter;
  readonly code: Code;
  readonly layout: StateLayout;
  readonly temps: Temps;
  readonly lowering: Lowering;
  /** Of a guest function that is compiled as one: its registers come as parameters. */
  readonly signature: Signature | undefined;
  readonly #locals: number[] = [];
  readonly #pc: number;
  readonly #stop: number;
  #headers: (Label | undefined)[];
  #merges: (Label | undefined)[];
  readonly #children: number[][];
  /** Irreducible regions: position of the next block, and the loop that dispatches on it. */
  #next = -1;
  #dispatch: Label | undefined;

  readonly exits = new Exits();
  readonly windows: Windows;
  readonly gas: GasPlan;
  readonly calls: FramedCalls;

  // The instruction that is being compiled.
  #block = 0;
  at = 0;
  row!: Row;
  #end: BlockEnd | undefined;
  /** Registers whose locals may be newer than memory, and those that matter when the instruction begins. */
  dirty: Mask = 0n;
  live: Mask = 0n;
  refund = 0;

  constructor(
    readonly context: CompileContext,
    readonly region: Region,
    readonly plan: RegisterPlan,
    readonly helpers: Helpers,
    readonly functions: Functions,
  ) {
    const { code, flow } = context;
    this.code = code;
    this.layout = layoutOf(code.isa);
    this.signature = functions.direct.has(region.entry) ? context.signatures?.of(region.entry) : undefined;
    const { signature } = this;
    const w = new FunctionWriter(signature?.params ?? REGION_PARAMS, signature?.wasmResults ?? ["i32"]);
    this.w = w;
    const cost = (block: number): number => gasOf(code, flow, block);
    this.gas = code.metered ? planGas(region, cost, (block) => seesGas(code, flow, block)) : planTicks(region, cost);
    for (const register of plan.registers) this.#locals.push(this.#parameter(register) ?? w.local(register.type));
    this.#pc = w.local("i32");
    this.#stop = w.local("i32");
    // Somebody who is called may move or unmap pages.
    const calls = region.blocks.some((block) => comesBack(code, flow, block));
    this.windows = new Windows(this, calls, this.layout.frameBank !== undefined);
    this.calls = new FramedCalls(this);
    this.temps = new Temps(w);
    const locals = { state: P.state, pageTable: -1, frame: P.frame };
    this.lowering = new Lowering(code.isa, this.layout, w, locals, helpers, this.temps, this);
    this.#headers = region.blocks.map(() => undefined);
    this.#merges = region.blocks.map(() => undefined);
    this.#children = region.blocks.map(() => []);
    region.dominator.forEach((d, b) => {
      if (b > 0) (this.#children[d] as number[]).push(b);
    });
  }

  /** The parameter that is the register's local: one that comes with its type. */
  #parameter(register: Register): number | undefined {
    if (this.signature === undefined || register.bank !== this.layout.frameBank?.name) return undefined;
    const k = this.signature.inputs.findIndex((p) => p.slot === register.index && p.type === register.type);
    return k < 0 ? undefined : REGION_PARAMS.length + k;
  }

  write(): FunctionWriter {
    const { w } = this;
    const { signature } = this;
    if (signature !== undefined) {
      signature.inputs.forEach(({ slot, type }, k) => {
        const n = this.plan.slot(slot);
        if (n < 0 || this.#locals[n] === REGION_PARAMS.length + k) return;
        this.assign(n, type, () => w.get(REGION_PARAMS.length + k));
      });
    }
    this.load((this.plan.liveIn[0] as Mask) & (signature === undefined ? -1n : this.plan.shared));
    this.windows.open();
    if (this.region.irreducible) this.#dispatcher();
    else this.#tree(0);
    w.op("unreachable");
    this.exits.close(this, this.#pc, this.#stop);
    return w;
  }

  /** Zeros for the results that nobody will look at, because the function leaves. */
  nothing(): void {
    for (const type of this.signature?.results ?? []) this.w.const(type, type === "i64" ? 0n : 0);
  }

  // Registers -------------------------------------------------------------------------------------------------------

  /** Leaves the base of the register's bank on the stack; returns its offset from there. */
  #address(r: Register): number {
    const framed = this.layout.frameBank?.name === r.bank;
    this.w.get(framed ? P.frame : P.state);
    return (framed ? 0 : (this.layout.banks.get(r.bank) as number)) + r.index * this.code.isa.bank(r.bank).slotBytes;
  }
  load(mask: Mask): void {
    const { w } = this;
    for (const n of members(mask)) {
      const r = this.plan.registers[n] as Register;
      const offset = this.#address(r);
      w.mem(LOAD[r.type], offset);
      w.set(this.#locals[n] as number);
    }
  }
  store(mask: Mask): void {
    const { w } = this;
    for (const n of members(mask)) {
      const r = this.plan.registers[n] as Register;
      const offset = this.#address(r);
      w.get(this.#locals[n] as number);
      if (this.#halved(r)) w.mem("f32.store", offset);
      else storeSlot(w, r.type, this.code.isa.bank(r.bank).slotBytes, offset);
    }
  }

  // Leaving ---------------------------------------------------------------------------------------------------------

  /** Byte offset of an instruction's slot, and of its header, in the ICode. */
  slot(i: number): number {
    return (this.context.icode.slotOf[i] as number) * SLOT;
  }
  header(i: number): number {
    return this.slot(i) - SLOT;
  }

  /** Leaves with what matters stored and `pc` at a byte offset of the ICode. */
  leave(stop: number, pc: number, mask = this.dirty & this.live, refund = 0): void {
    const { w } = this;
    this.giveBack(refund);
    w.i32(pc);
    w.set(this.#pc);
    w.i32(-stop);
    w.set(this.#stop);
    this.exits.branch(this, "leave", mask);
  }
  /** A callee has left, and with it this function: its frame is put down as one that waits for a call. */
  unwind(slot: number, window: number, mask: Mask): void {
    const { w } = this;
    w.i32(slot);
    w.set(this.#pc);
    w.i32(window);
    w.set(this.#stop);
    this.exits.branch(this, "unwind", mask);
  }

  /** Gas is counted by the instruction. */
  get #exact(): boolean {
    return this.code.metered && this.code.isa.gas === "instruction";
  }
  /** Gas that is given back with that of what follows when the instruction is left to the interpreter. */
  get own(): number {
    return this.#exact ? this.row.cost : 0;
  }

  unlikely(): boolean {
    if (this.context.unexpected.has(this.at) || !TUNING.passes.unlikelyLeaves) return false;
    const { w } = this;
    w.op("i32.eqz");
    w.if();
    this.leave(JIT_STOP.unlikely, this.slot(this.at), undefined, this.refund + this.own);
    w.end();
    return true;
  }

  get access(): MemoryAccess {
    return this.windows;
  }
  /** The interpreter executes the instruction, with whatever it meets; the driver sees to the windows. */
  leaveIfSlow(): boolean {
    this.leave(JIT_STOP.window, this.slot(this.at), undefined, this.refund + this.own);
    return true;
  }

  // Structure (Ramsey, "Beyond Relooper", ICFP 2022) ------------------------------------------------------------------

  #tree(b: number): void {
    const { region, w } = this;
    const merging = (this.#children[b] as number[]).filter((c) => region.merge[c]).sort((x, y) => y - x);
    if (region.loopHeader[b]) {
      this.#headers[b] = w.loop();
      this.#within(b, merging);
      w.end();
      this.#headers[b] = undefined;
    } else this.#within(b, merging);
  }

  #within(b: number, merging: readonly number[]): void {
    const { w } = this;
    for (const m of merging) this.#merges[m] = w.block();
    this.#body(b);
    for (let k = merging.length - 1; k >= 0; k--) {
      const m = merging[k] as number;
      w.end();
      this.#merges[m] = undefined;
      this.#tree(m);
    }
  }

  /** One loop over all blocks: only where the control flow cannot be structured. */
  #dispatcher(): void {
    const { w, region } = this;
    this.#next = w.local("i32");
    this.#dispatch = w.loop();
    const labels: Label[] = [];
    for (let b = region.blocks.length - 1; b >= 0; b--) labels[b] = w.block();
    w.get(this.#next);
    w.brTable(labels, labels[0] as Label);
    for (let b = 0; b < region.blocks.length; b++) {
      w.end();
      this.#body(b);
    }
    w.end();
  }

  /** Goes on at a block, given by its first instruction. */
  edge(to: number): void {
    const { w, region } = this;
    const t = region.position.get(to);
    const { gas } = this;
    this.giveBack((gas.rest[this.#block] as number) - (t === undefined || gas.pays[t] ? 0 : (gas.ahead[t] as number)));
    if (t === undefined) {
      this.#tailCall(to);
      return;
    }
    if (this.#dispatch !== undefined) {
      w.i32(t);
      w.set(this.#next);
      w.br(this.#dispatch);
      return;
    }
    const header = this.#headers[t];
    if (header !== undefined) w.br(header);
    else if (region.merge[t]) w.br(this.#merges[t] as Label);
    else this.#nested(t);
  }

  giveBack(gas: number): void {
    const { w } = this;
    if (gas === 0) return;
    w.get(P.fuel);
    w.i32(gas);
    w.op("i32.add");
    w.set(P.fuel);
  }

  /** A block with one predecessor stands right where that one goes to it. */
  #nested(b: number): void {
    const saved = {
      block: this.#block,
      at: this.at,
      row: this.row,
      end: this.#end,
      dirty: this.dirty,
      live: this.live,
      refund: this.refund,
    };
    this.#tree(b);
    this.#block = saved.block;
    this.at = saved.at;
    this.row = saved.row;
    this.#end = saved.end;
    this.dirty = saved.dirty;
    this.live = saved.live;
    this.refund = saved.refund;
  }

  /** Goes to a block of another region, which returns to whom this one would. */
  #tailCall(to: number): void {
    const { w } = this;
    this.store(this.dirty & this.plan.liveAt(to));
    this.#standAt(this.header(to));
    this.#regionArguments();
    const fn = this.functions.regions.get(to);
    if (this.signature !== undefined) {
      if (fn !== undefined) w.call(fn);
      else {
        w.i32(this.context.slotOf(to));
        w.callIndirect(this.functions.type);
      }
      this.calls.continued();
    } else if (fn !== undefined) w.returnCall(fn);
    else {
      w.i32(this.context.slotOf(to));
      w.returnCallIndirect(this.functions.type);
    }
  }
  #regionArguments(): void {
    for (let p = 0; p < REGION_PARAMS.length; p++) this.w.get(p);
  }
  /** Puts the address of a byte offset in the ICode into `state.pc`. */
  #standAt(offset: number): void {
    const { w } = this;
    w.get(P.state);
    w.get(P.state);
    w.mem("i32.load", STATE.codeBase);
    w.i32(offset);
    w.op("i32.add");
    w.mem("i32.store", STATE.pc);
  }

  // Blocks ----------------------------------------------------------------------------------------------------------

  #body(b: number): void {
    const { code, w, temps } = this;
    const { flow } = this.context;
    const first = this.region.blocks[b] as number;
    const end = flow.endOf(first);
    this.#block = b;
    this.dirty = this.plan.dirtyIn[b] as Mask;
    const { gas } = this;
    const ahead = gas.rest[b] as number;
    let rest = gas.cost[b] as number;
    if (gas.pays[b]) {
      const pay = gas.ahead[b] as number;
      w.get(P.fuel);
      w.i32(pay);
      w.op("i32.sub");
      w.tee(P.fuel);
      w.i32(0);
      w.op("i32.lt_s");
      w.if();
      this.live = this.plan.shared | (this.plan.liveIn[b] as Mask);
      this.leave(STOP.fuel, this.header(first), undefined, pay);
      w.end();
    }
    const live = this.plan.liveThrough(first);
    this.windows.begin(first, end);
    for (let i = first; i < end; i++) {
      temps.reset();
      w.mark(i);
      this.at = i;
      this.live = live[i - first] as Mask;
      this.row = code.isa.rows[code.op[i] as number] as Row;
      rest -= this.own;
      this.refund = (this.#exact ? rest : 0) + ahead;
      this.#end = flow.end(i);
      const { effects } = this.row;
      if (this.#end === undefined || effects.indexed) {
        // Not compiled: the interpreter goes on here, and has this instruction paid again.
        this.leave(JIT_STOP.interpret, this.slot(i), undefined, (this.#exact ? rest + this.own : 0) + ahead);
        return;
      }
      this.lowering.body(this.row.meaning);
    }
    if (falls(this.row)) this.edge(end);
  }

  // What meanings do --------------------------------------------------------------------------------------------------

  #field(operand: number): number {
    return this.code.args[FIELDS * this.at + (this.row.fields[operand] as number)] as number;
  }
  /** The local has only half of the register's slot; the machine's other half is memory's. */
  #halved(r: Register): boolean {
    const bank = this.code.isa.bank(r.bank);
    return r.type === "f32" && bank.slotBytes === 8 && bank.scope === "machine";
  }
  #bankOf(operand: number): string {
    return (this.row.operands[operand] as { bank: string }).bank;
  }

  #read(bank: string, index: number, type: ValType): void {
    if (this.plan.isVoid(bank, index)) this.w.const(type, type === "i64" ? 0n : 0);
    else this.fetch(this.plan.number(bank, index), type);
  }
  #write(bank: string, index: number, type: ValType, value: () => void): void {
    if (this.plan.isVoid(bank, index)) {
      value();
      this.w.op("drop");
    } else this.assign(this.plan.number(bank, index), type, value);
  }

  fetch(n: number, type: ValType): void {
    const { w } = this;
    const { type: own } = this.plan.registers[n] as Register;
    w.get(this.#locals[n] as number);
    if (own === type) return;
    if (own === "i64") {
      if (type === "f64") w.op("f64.reinterpret_i64");
      else {
        w.op("i32.wrap_i64");
        if (type === "f32") w.op("f32.reinterpret_i32");
      }
    } else w.op("f32.reinterpret_i32");
  }
  assign(n: number, type: ValType, value: () => void): void {
    const { w } = this;
    const { type: own } = this.plan.registers[n] as Register;
    value();
    if (own !== type) {
      if (type === "f32") w.op("i32.reinterpret_f32");
      else if (type === "f64") w.op("i64.reinterpret_f64");
      // What is narrower than its register clears the rest.
      if (own === "i64" && (type === "i32" || type === "f32")) w.op("i64.extend_i32_u");
    }
    w.set(this.#locals[n] as number);
    this.dirty |= bit(n);
    const register = this.plan.registers[n] as Register;
    if (!this.#halved(register)) return;
    // Cleared at once: where locals are stored this one may not have been written, and the half be something else.
    const offset = this.#address(register);
    w.i32(0);
    w.mem("i32.store", offset + 4);
  }

  readReg(operand: number, plus: number, type: ValType): void {
    this.#read(this.#bankOf(operand), this.#field(operand) + plus, type);
  }
  writeReg(operand: number, plus: number, type: ValType, value: () => void): void {
    this.#write(this.#bankOf(operand), this.#field(operand) + plus, type, value);
  }
  readFixed(bank: string, index: number, type: ValType): void {
    this.#read(bank, index, type);
  }
  writeFixed(bank: string, index: number, type: ValType, value: () => void): void {
    this.#write(bank, index, type, value);
  }
  readImm(operand: number, type: ValType): void {
    const { w } = this;
    const low = this.#field(operand);
    if (this.row.operands[operand]?.kind !== "imm64") {
      w.const(type, type === "i64" ? BigInt(low) : low);
      return;
    }
    const high = this.code.args[FIELDS * this.at + (this.row.fields[operand] as number) + 1] as number;
    w.i64((BigInt(high) << 32n) | BigInt(low >>> 0));
    if (type === "f64") w.op("f64.reinterpret_i64");
  }
  readVar(name: string, type: ValType): void {
    this.w.get(P.state);
    this.w.mem(LOAD[type], this.layout.vars.get(name) as number);
  }
  writeVar(name: string, type: ValType, value: () => void): void {
    this.w.get(P.state);
    value();
    this.w.mem(STORE[type], this.layout.vars.get(name) as number);
  }

  leaveIfFaulted(): void {
    throw new Error("accesses that may fault are left to the interpreter");
  }

  branch(cond: () => void, _target: number): void {
    const { w } = this;
    const { target } = this.#end as { target: number };
    cond();
    w.if();
    if (target < 0) this.leave(STOP.panic, this.slot(this.at), undefined, this.refund);
    else this.edge(target);
    w.else();
    this.edge(this.at + 1);
    w.end();
  }

  jump(_target: number): void {
    const end = this.#end as BlockEnd & { kind: "jump" | "call" };
    if (end.target < 0) this.leave(STOP.panic, this.slot(this.at), undefined, this.refund);
    else if (end.kind === "jump") this.edge(end.target);
    else this.#call(end.target, end.link.index, end.link.next);
  }

  /** No depth left: go on from the driver, where the stack is empty. `state.pc` has been set. */
  #checkDepth(): void {
    const { w } = this;
    w.get(P.depth);
    w.op("i32.eqz");
    w.if();
    w.get(P.state);
    w.get(P.fuel);
    w.mem("i32.store", STATE.fuel);
    w.i32(-JIT_STOP.jump);
    w.op("return");
    w.end();
  }

  #arguments(expected: number): void {
    const { w } = this;
    w.get(P.state);
    w.get(P.fuel);
    w.get(P.depth);
    w.i32(1);
    w.op("i32.sub");
    w.i32(expected);
  }

  /** The callee has come back: with fuel, or with a stop code, which is passed on. */
  #returned(next: number): void {
    const { w } = this;
    w.tee(P.fuel);
    w.i32(0);
    w.op("i32.lt_s");
    w.if();
    w.get(P.fuel);
    w.op("return");
    w.end();
    this.dirty = 0n;
    this.resumeAt(next);
  }

  /** Memory has all registers that whoever was called may touch: loads what the block needs and goes there. */
  resumeAt(next: number, touched = this.plan.shared): void {
    const t = this.region.position.get(next);
    if (t !== undefined) this.load((this.plan.liveIn[t] as Mask) & touched);
    this.edge(next);
  }

  #call(target: number, expected: number, next: number): void {
    const { w } = this;
    this.store(this.dirty & this.plan.liveAt(target));
    const fn = this.functions.regions.get(target);
    w.get(P.depth);
    w.op("i32.eqz");
    if (fn === undefined) {
      // What stands in for code that is not compiled needs to know where to go on.
      w.op("drop");
    } else w.if();
    w.get(P.state);
    w.get(P.state);
    w.mem("i32.load", STATE.codeBase);
    w.i32(this.header(target));
    w.op("i32.add");
    w.mem("i32.store", STATE.pc);
    if (fn === undefined) this.#checkDepth();
    else {
      w.get(P.state);
      w.get(P.fuel);
      w.mem("i32.store", STATE.fuel);
      w.i32(-JIT_STOP.jump);
      w.op("return");
      w.end();
    }
    this.#arguments(expected);
    if (fn !== undefined) w.call(fn);
    else {
      w.i32(this.context.slotOf(target));
      w.callIndirect(this.functions.type);
    }
    this.#returned(next);
  }

  computedJump(index: number): void {
    const { w } = this;
    const end = this.#end as BlockEnd & { kind: "computed" | "callIndirect" };
    const ahead = this.gas.rest[this.#block] as number;
    const framed = this.layout.frameBank !== undefined;
    if (end.kind === "computed") {
      if (!framed) {
        w.get(index);
        w.get(P.expected);
        w.op("i32.eq");
        w.if();
        this.giveBack(ahead);
        this.store(this.dirty);
        w.get(P.fuel);
        w.op("return");
        w.end();
      }
      if (this.#cases(index)) {
        w.op("unreachable");
        return;
      }
    }
    this.giveBack(ahead);
    this.refund -= ahead;
    const to = this.temps.take("i32");
    const bad = w.block();
    w.get(index);
    w.get(P.state);
    w.mem("i32.load", STATE.codeTableLength);
    w.op("i32.ge_u");
    w.brIf(bad);
    w.get(P.state);
    w.mem("i32.load", STATE.codeTable);
    w.get(index);
    w.i32(2);
    w.op("i32.shl");
    w.op("i32.add");
    w.mem("i32.load");
    w.tee(to);
    w.op("i32.eqz");
    w.brIf(bad);
    const mask = this.dirty & this.live;
    this.store(mask);
    w.get(P.state);
    w.get(to);
    w.mem("i32.store", STATE.pc);
    if (end.kind === "computed") {
      w.get(P.state);
      w.i32(this.at);
      w.mem("i32.store", STATE.jumpedFrom);
      this.#regionArguments();
      w.get(index);
      if (this.signature === undefined) w.returnCallIndirect(this.functions.type);
      else {
        w.callIndirect(this.functions.type);
        this.calls.continued();
      }
    } else {
      this.#checkDepth();
      this.#arguments(end.link.index);
      w.get(index);
      w.callIndirect(this.functions.type);
      this.#returned(end.link.next);
    }
    w.end();
    this.leave(STOP.panic, this.slot(this.at), mask, this.refund);
  }

  /**
   * Cases of a switch that are part of this region: compared one by one where they are few, else through a table.
   *
   * @returns true when there are no others
   */
  #cases(index: number): boolean {
    const { w, code } = this;
    const known = this.context.flow.casesOf(this.at);
    if (known === undefined) return false;
    const entries: { index: number; to: number }[] = [];
    const range = this.layout.frameBank === undefined ? undefined : code.frames.jumps?.(this.at);
    const { first: from, count } = range ?? { first: 0, count: code.table.length };
    for (let k = from; k < from + count; k++) {
      const to = code.table[k] as number;
      if (known.has(to) && this.region.position.has(to)) entries.push({ index: k, to });
    }
    const all = range !== undefined && entries.length === count;
    const first = entries[0]?.index ?? 0;
    const span = (entries[entries.length - 1]?.index ?? 0) - first + 1;
    if (entries.length <= 4 || span > entries.length * 8) {
      for (const e of entries.slice(0, 16)) {
        w.get(index);
        w.i32(e.index);
        w.op("i32.eq");
        w.if();
        this.edge(e.to);
        w.end();
      }
      return all && entries.length <= 16;
    }
    const other = w.block();
    const targets = [...new Set(entries.map((e) => e.to))];
    const labels = new Map(targets.map((to) => [to, w.block()]));
    const slots = Array.from({ length: span }, () => other);
    for (const e of entries) slots[e.index - first] = labels.get(e.to) as Label;
    w.get(index);
    w.i32(first);
    w.op("i32.sub");
    w.brTable(slots, other);
    for (const to of targets.reverse()) {
      w.end();
      this.edge(to);
    }
    w.end();
    return all;
  }

  host(id: () => void): void {
    const { w, temps, plan } = this;
    const number = temps.take("i32");
    id();
    w.set(number);
    // The host sees registers of machine banks, and what the guest says of the frame.
    const framed = this.layout.frameBank !== undefined;
    const after = plan.liveAt(this.at + 1);
    const touched = framed ? this.calls.touchedByHost(this.at) : { reads: plan.shared, writes: plan.shared };
    const seen = this.dirty & this.live & (touched.reads | (touched.writes & after));
    this.store(seen);
    this.#standAt(this.slot(this.at));
    const set = (field: number, value: () => void): void => {
      w.get(P.state);
      value();
      w.mem("i32.store", field);
    };
    set(STATE.fuel, () => w.get(P.fuel));
    set(STATE.payload, () => w.get(number));
    if (framed) {
      set(STATE.control, () => w.get(P.control));
      set(STATE.frame, () => w.get(P.frame));
    }
    w.get(P.state);
    w.get(number);
    w.call(this.helpers.host);
    w.get(P.state);
    w.mem("i32.load", STATE.fuel);
    w.set(P.fuel);
    w.if();
    if (framed) this.leave(STOP.host, this.slot(this.at), this.dirty & this.live & ~seen);
    else {
      w.i32(-STOP.host);
      w.op("return");
    }
    w.end();
    this.dirty &= plan.framed;
    // Within a block (gas model `block`) the rest needs everything that it reads; at its end the next block does.
    if (this.context.flow.endOf(this.region.blocks[this.#block] as number) === this.at + 1)
      this.resumeAt(this.at + 1, touched.writes);
    else this.load(touched.writes & after);
  }

  exit(exit: "halt" | "panic" | "trap", code: () => void): void {
    const { w } = this;
    w.get(P.state);
    code();
    w.mem("i32.store", STATE.payload);
    this.leave(STOP[exit], this.slot(this.at), undefined, this.refund);
  }

  call(fn: () => void): void {
    this.calls.call(this.#end as BlockEnd & { kind: "guestCall" }, fn);
  }
  ret(): void {
    this.calls.ret();
  }
}

/** Stores a register from the stack: what is narrower than its slot clears the rest. */
export function storeSlot(w: FunctionWriter, type: ValType, slotBytes: number, offset: number): void {
  if (slotBytes === 8 && (type === "i32" || type === "f32")) {
    if (type === "f32") w.op("i32.reinterpret_f32");
    w.op("i64.extend_i32_u");
    w.mem("i64.store", offset);
  } else w.mem(STORE[type], offset);
}

function gasOf(code: Code, flow: ControlFlow, block: number): number {
  if (code.isa.gas === "block") return code.blockCost(block);
  let cost = 0;
  for (let i = block; i < flow.endOf(block); i++) cost += (code.isa.rows[code.op[i] as number] as Row).cost;
  return cost;
}

/** Somebody else runs before the region goes on. */
function comesBack(code: Code, flow: ControlFlow, block: number): boolean {
  const end = flow.endOf(block);
  for (let i = block; i < end; i++) if ((code.isa.rows[code.op[i] as number] as Row).effects.callsHost) return true;
  const kind = flow.end(end - 1)?.kind;
  return kind === "call" || kind === "callIndirect" || kind === "guestCall";
}

/** Somebody may look at the gas that is left before the next block begins. */
function seesGas(code: Code, flow: ControlFlow, block: number): boolean {
  const end = flow.endOf(block);
  for (let i = block; i < end; i++) {
    const { effects } = code.isa.rows[code.op[i] as number] as Row;
    if (effects.callsHost || effects.callsGuest || effects.returns || effects.indexed) return true;
  }
  const kind = flow.end(end - 1)?.kind;
  return kind === "call" || kind === "callIndirect" || kind === "guestCall" || kind === "return" || kind === undefined;
}
