/** Runs machines by evaluating meanings, one instruction after the other. */
import { type Code, FIELDS, fieldsOf } from "../../isa/code.js";
import type { MemoryBits, ValType } from "../../isa/expr.js";
import type { Bank, RegOperand, Row } from "../../isa/table.js";
import { type Backend, type Frames, STOP, type Tier } from "../../machine/backend.js";
import type { GuestMemory } from "../../machine/memory.js";
import { AccessFault, type Control, type Environment, Evaluator, fromBits, toBits } from "./evaluate.js";
import type { Value } from "./numeric.js";

/** For guests without guest calls and memory; `portable.ts` has the rest. */
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
  protected readonly frameBank: Bank | undefined;
  #slots = new DataView(new ArrayBuffer(0));
  /** Where the current frame begins, in bytes. */
  protected frameAt = 0;
  #breakpoints: ReadonlySet<number> = new Set();

  constructor(code: Code, memory?: GuestMemory) {
    this.code = code;
    this.memory = memory;
    this.#evaluator = new Evaluator(code.isa, this);
    this.#fields = code.isa.rows.map((row) => fieldsOf(row.operands));
    for (const bank of code.isa.banks) {
      if (bank.scope === "frame") this.frameBank = bank;
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
  /** Slots as bytes. */
  protected bytes(from: number, to: number): Uint8Array<ArrayBuffer> {
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
    if (this.frameBank?.name === name) {
      const at = this.frameAt + index * this.frameBank.slotBytes;
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
  load(_address: number, _bits: MemoryBits): bigint {
    throw new TypeError(`${this.code.isa.name} has no memory`);
  }
  store(address: number, bits: MemoryBits, _value: bigint): void {
    this.load(address, bits);
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
    const stop = this.follow(control, row);
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

  protected goTo(index: number): void {
    this.index = index;
    if (this.code.leader[index] === 1) this.charged = false;
  }

  /** Goes where control goes. @returns a `STOP` code, or 0 when the machine stands at the next instruction */
  protected follow(control: Control | undefined, _row: Row): number {
    if (control === undefined) {
      if (this.index + 1 >= this.code.count) return STOP.panic;
      this.goTo(this.index + 1);
      return 0;
    }
    switch (control.go) {
      case "target": {
        const to = this.code.args[this.#field(control.operand)] as number;
        if (to < 0) return STOP.panic;
        this.goTo(to);
        this.charged = false;
        return 0;
      }
      case "table": {
        const to = control.index < this.code.table.length ? (this.code.table[control.index] as number) : -1;
        if (to < 0) return STOP.panic;
        this.goTo(to);
        this.charged = false;
        return 0;
      }
      case "host":
        this.payload = control.id;
        if (this.onHost(control.id) !== 0) return STOP.host;
        this.goTo(this.index + 1);
        return 0;
      case "exit":
        this.payload = control.code;
        return STOP[control.exit];
      default:
        throw new TypeError(`${this.code.isa.name} has no guest calls`);
    }
  }

  skipHostCall(): void {
    this.goTo(this.index + 1);
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
    this.frameAt = 0;
    this.bytes(0, f.slots * (this.frameBank?.slotBytes ?? 8)).fill(0);
    this.index = f.entry;
    this.charged = false;
  }
  frame(slots: number): Uint8Array {
    return this.bytes(this.frameAt, this.frameAt + slots * (this.frameBank?.slotBytes ?? 8));
  }
  saveFrames(): Frames {
    if (this.frameBank === undefined) return { calls: [], slots: new Uint8Array(0) };
    const slots = (this.code.functionAt(this.index)?.slots ?? 0) * this.frameBank.slotBytes;
    return { calls: [], slots: this.bytes(0, this.frameAt + slots).slice() };
  }
  restoreFrames({ calls, slots }: Frames): boolean {
    if (calls.length > 0 || (this.frameBank === undefined && slots.length > 0)) return false;
    this.bytes(0, slots.length).set(slots);
    return true;
  }
  get depth(): number {
    return 0;
  }
  dispose(): void {}
}
