/** Runs machines by evaluating meanings, one instruction after the other. */
import { type Code, FIELDS, fieldsOf } from "../../isa/code.js";
import type { MemoryBits, ValType } from "../../isa/expr.js";
import type { Bank, RegOperand, Row } from "../../isa/table.js";
import { type Backend, type BackendLimits, type Frames, STOP, type Tier } from "../../machine/backend.js";
import type { GuestMemory } from "../../machine/memory.js";
import { AccessFault, type Control, type Environment, Evaluator, fromBits, toBits } from "./evaluate.js";
import type { Value } from "./numeric.js";

/** A guest call that waits: the call instruction and how far its callee's frame is above its own. */
interface Call {
  caller: number;
  window: number;
}

/** Parts that only some guests need. */
export interface PortableParts {
  /** For guests that use memory. */
  readonly memory?: GuestMemory;
  /** For guests with guest calls: makes zero what no code can see any more, so that all tiers save the same. */
  readonly clearDead?: (code: Code, frames: Frames, index: number, slotBytes: number) => Frames;
}

export class PortableBackend implements Backend, Environment {
  readonly tier: Tier = "portable";
  readonly slice: number = 20_000;
  readonly code: Code;
  readonly memory: GuestMemory | undefined;
  index = 0;
  charged = false;
  #fuel = 0;
  needed = 0;
  stepsLeft = -1;
  payload = 0;
  faultAddress = 0;
  faultLevel = 0;
  onHost: (id: number) => number = () => 1;
  readonly #evaluator: Evaluator;
  readonly #banks = new Map<string, { bank: Bank; view: DataView }>();
  readonly #vars = new Map<string, bigint>();
  readonly #fields: readonly number[][];
  readonly #frameBank: Bank | undefined;
  readonly #parts: PortableParts;
  #slots = new DataView(new ArrayBuffer(0));
  #frame = 0;
  #calls: Call[] = [];
  #breakpoints: ReadonlySet<number> = new Set();
  readonly #limits: BackendLimits;

  constructor(code: Code, limits: BackendLimits, parts: PortableParts = {}) {
    this.code = code;
    this.#limits = limits;
    this.#parts = parts;
    this.memory = parts.memory;
    this.#evaluator = new Evaluator(code.isa, this);
    this.#fields = code.isa.rows.map((row) => fieldsOf(row.operands));
    for (const bank of code.isa.banks) {
      if (bank.scope === "frame") this.#frameBank = bank;
      else this.#banks.set(bank.name, { bank, view: new DataView(new ArrayBuffer(bank.count * bank.slotBytes)) });
    }
    for (const v of code.isa.vars) this.#vars.set(v.name, 0n);
  }

  get fuel(): number {
    return this.#fuel;
  }
  set fuel(value: number) {
    this.#fuel = value;
  }
  protected get hasBreakpoints(): boolean {
    return this.#breakpoints.size > 0;
  }
  /** The frames' slots, from the outermost on. */
  protected get slots(): DataView<ArrayBuffer> {
    return this.#slots;
  }
  /** Sees to it that there are so many bytes of slots. */
  protected reserve(bytes: number): void {
    if (bytes <= this.#slots.byteLength) return;
    const grown = new Uint8Array(Math.max(4096, bytes * 2));
    grown.set(new Uint8Array(this.#slots.buffer));
    this.#slots = new DataView(grown.buffer);
  }
  #bytes(from: number, to: number): Uint8Array<ArrayBuffer> {
    this.reserve(to);
    const { buffer, byteOffset } = this.slots;
    return new Uint8Array(buffer, byteOffset + from, to - from);
  }

  // What meanings see ---------------------------------------------------------------------------------------------

  get #row(): Row {
    return this.code.isa.rows[this.code.op[this.index] as number] as Row;
  }
  #field(operand: number): number {
    const fields = this.#fields[this.code.op[this.index] as number] as number[];
    return FIELDS * this.index + (fields[operand] as number);
  }
  #place(name: string, index: number): { view: DataView; at: number } {
    if (this.#frameBank?.name === name) {
      const at = this.#frame + index * this.#frameBank.slotBytes;
      this.reserve(at + 16);
      return { view: this.slots, at };
    }
    const { bank, view } = this.#banks.get(name) as { bank: Bank; view: DataView };
    return { view, at: index * bank.slotBytes };
  }
  reg(operand: number, plus: number, type: ValType): Value {
    const spec = this.#row.operands[operand] as RegOperand;
    return this.bankReg(spec.bank, (this.code.args[this.#field(operand)] as number) + plus, type);
  }
  setReg(operand: number, plus: number, type: ValType, value: Value): void {
    const spec = this.#row.operands[operand] as RegOperand;
    this.setBankReg(spec.bank, (this.code.args[this.#field(operand)] as number) + plus, type, value);
  }
  bankReg(bank: string, index: number, type: ValType): Value {
    const { view, at } = this.#place(bank, index);
    return type === "i32" || type === "f32"
      ? fromBits(type, BigInt(view.getUint32(at, true)))
      : fromBits(type, view.getBigUint64(at, true));
  }
  setBankReg(bank: string, index: number, type: ValType, value: Value): void {
    const { view, at } = this.#place(bank, index);
    // What is narrower than its register clears the rest.
    const { slotBytes } = this.code.isa.bank(bank);
    if (slotBytes !== 8 && (type === "i32" || type === "f32")) view.setUint32(at, Number(toBits(type, value)), true);
    else view.setBigUint64(at, toBits(type, value), true);
  }
  imm(operand: number, type: ValType): Value {
    const at = this.#field(operand);
    const low = this.code.args[at] as number;
    if (this.#row.operands[operand]?.kind !== "imm64") return type === "i64" ? BigInt(low) : low;
    const bits = (BigInt(this.code.args[at + 1] as number) << 32n) | BigInt(low >>> 0);
    return fromBits(type, BigInt.asUintN(64, bits));
  }
  variable(name: string, type: ValType): Value {
    return fromBits(type, this.getVar(name));
  }
  setVariable(name: string, type: ValType, value: Value): void {
    this.setVar(name, toBits(type, value));
  }
  load(address: number, bits: MemoryBits): bigint {
    const memory = this.#check(address, bits / 8, 1);
    let value = 0n;
    for (let i = 0; i < bits / 8; i++) {
      value |= BigInt(memory.readU8((address + i) % 2 ** 32) as number) << BigInt(8 * i);
    }
    return value;
  }
  store(address: number, bits: MemoryBits, value: bigint): void {
    const memory = this.#check(address, bits / 8, 2);
    for (let i = 0; i < bits / 8; i++) {
      memory.writeU8((address + i) % 2 ** 32, Number((value >> BigInt(8 * i)) & 0xffn));
    }
  }
  #check(address: number, width: number, level: 1 | 2): GuestMemory {
    const memory = this.memory as GuestMemory;
    const fault = memory.firstFault(address, width, level);
    if (fault >= 0) throw new AccessFault(fault, level);
    return memory;
  }

  // Running -------------------------------------------------------------------------------------------------------

  run(_exact: boolean, steps: number): number {
    this.stepsLeft = steps;
    let first = true;
    for (;;) {
      if (this.stepsLeft === 0) return STOP.step;
      if (!first && this.#breakpoints.has(this.index)) return STOP.breakpoint;
      first = false;
      const stop = this.#instruction();
      if (stop !== 0) return stop;
      if (this.stepsLeft > 0) this.stepsLeft--;
    }
  }

  /** Executes one instruction; 0 when the machine stands at the next. */
  #instruction(): number {
    const row = this.#row;
    if (!this.#pay(row)) return STOP.fuel;
    let control: Control | undefined;
    try {
      control = this.#evaluator.run(row.meaning);
    } catch (e) {
      if (!(e instanceof AccessFault)) throw e;
      this.faultAddress = e.address;
      this.faultLevel = e.level;
      if (this.stepsLeft > 0) this.stepsLeft--;
      return STOP.fault;
    }
    const stop = this.#follow(control, row);
    // A stop by the instruction itself counts as a step, as in the stepping interpreter.
    if (stop !== 0 && stop !== STOP.depth && this.stepsLeft > 0) this.stepsLeft--;
    return stop;
  }

  #pay(row: Row): boolean {
    const perBlock = this.code.isa.gas === "block";
    if (perBlock && this.charged) return true;
    const cost = perBlock ? this.code.blockCost(this.code.leaderOf(this.index)) : row.cost;
    this.needed = cost;
    if (this.fuel < cost) return false;
    this.fuel -= cost;
    this.charged = true;
    return true;
  }

  #goTo(index: number): void {
    this.index = index;
    if (this.code.leader[index] === 1) this.charged = false;
  }

  #follow(control: Control | undefined, row: Row): number {
    if (control === undefined) {
      if (this.index + 1 >= this.code.count) return STOP.panic;
      this.#goTo(this.index + 1);
      return 0;
    }
    switch (control.go) {
      case "target": {
        const to = this.code.args[this.#field(control.operand)] as number;
        if (to < 0) return STOP.panic;
        this.#goTo(to);
        this.charged = false;
        return 0;
      }
      case "table": {
        const to = control.index < this.code.table.length ? (this.code.table[control.index] as number) : -1;
        if (to < 0) return STOP.panic;
        this.#goTo(to);
        this.charged = false;
        return 0;
      }
      case "host":
        this.payload = control.id;
        if (this.onHost(control.id) !== 0) return STOP.host;
        this.#goTo(this.index + 1);
        return 0;
      case "exit":
        this.payload = control.code;
        return STOP[control.exit];
      case "call":
        return this.#call(control.fn, control.window, row);
      case "return": {
        const call = this.#calls.pop();
        if (call === undefined) return STOP.halt;
        this.#frame -= call.window * (this.#frameBank?.slotBytes ?? 8);
        this.#goTo(call.caller + 1);
        this.charged = false;
        return 0;
      }
    }
  }

  #call(fn: number, window: number, row: Row): number {
    const f = this.code.functions[fn];
    if (f === undefined) return STOP.panic;
    if (this.#calls.length >= this.#limits.depth) {
      // The call has not happened, so it is not paid.
      if (this.code.isa.gas === "instruction") this.fuel += row.cost;
      return STOP.depth;
    }
    const slotBytes = this.#frameBank?.slotBytes ?? 8;
    this.#calls.push({ caller: this.index, window });
    this.#frame += window * slotBytes;
    this.#bytes(this.#frame + f.params * slotBytes, this.#frame + f.slots * slotBytes).fill(0);
    this.#goTo(f.entry);
    this.charged = false;
    return 0;
  }

  skipHostCall(): void {
    this.#goTo(this.index + 1);
  }
  bank(name: string): Uint8Array {
    return new Uint8Array((this.#banks.get(name) as { view: DataView }).view.buffer);
  }
  getVar(name: string): bigint {
    const value = this.#vars.get(name);
    if (value === undefined) throw new TypeError(`no variable ${name}`);
    return value;
  }
  setVar(name: string, value: bigint): void {
    this.#vars.set(name, BigInt.asUintN(64, value));
  }
  setBreakpoints(indices: ReadonlySet<number>): void {
    this.#breakpoints = indices;
  }
  enter(fn: number): void {
    const f = this.code.functions[fn];
    if (f === undefined) throw new RangeError(`no function ${fn}`);
    this.#calls = [];
    this.#frame = 0;
    this.#bytes(0, f.slots * (this.#frameBank?.slotBytes ?? 8)).fill(0);
    this.index = f.entry;
    this.charged = false;
  }
  frame(slots: number): Uint8Array {
    return this.#bytes(this.#frame, this.#frame + slots * (this.#frameBank?.slotBytes ?? 8));
  }
  saveFrames(): Frames {
    if (this.#frameBank === undefined) return { calls: [], slots: new Uint8Array(0) };
    const end = this.#frame + (this.code.functionAt(this.index)?.slots ?? 0) * this.#frameBank.slotBytes;
    const frames = { calls: this.#calls.map((c) => ({ ...c })), slots: this.#bytes(0, end).slice() };
    return this.#parts.clearDead?.(this.code, frames, this.index, this.#frameBank.slotBytes) ?? frames;
  }
  restoreFrames(frames: Frames): boolean {
    if (this.#frameBank === undefined) return frames.calls.length === 0 && frames.slots.length === 0;
    if (frames.calls.length > this.#limits.depth) return false;
    this.#bytes(0, frames.slots.length).set(frames.slots);
    this.#calls = frames.calls.map((c) => ({ ...c }));
    this.#frame = this.#calls.reduce((sum, c) => sum + c.window, 0) * this.#frameBank.slotBytes;
    return true;
  }
  get depth(): number {
    return this.#calls.length;
  }
  dispose(): void {
    this.memory?.clear();
  }
}
