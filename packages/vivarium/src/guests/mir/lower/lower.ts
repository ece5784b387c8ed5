/**
 * A MIR function to rows of the op table: operands become slots, memory operands loads and stores, calls windows.
 *
 * Frame of a function: slot 0 is the address of the variadic arguments on entry and the first result on return; the
 * parameters follow from slot 1, then registers and temporaries, then the window in which a callee's frame begins.
 */
import { FIELDS } from "../../../isa/code.js";
import { bits80ToF64, f64Bits } from "../float80.js";
import type { CallShape } from "../link/program.js";
import {
  type FuncItem,
  HEADER_WORDS,
  LABEL_CODE,
  type MirModule,
  OPERAND_WORDS,
  Operand,
  type ProtoItem,
  type Register,
  type Signature,
} from "../module.js";
import { OP, OPS, setsOverflow } from "../ops.js";
import { LABEL_BASE, MIR_ISA, NARROW_SLOTS, TRAP } from "../table.js";
import { isBlock, type MirType, T, TYPE_CLASS } from "../types.js";
import { allocateSlots } from "./allocate.js";
import { type Emitter, targetField } from "./emitter.js";
import { type InlineBody, inlineBody, inlineCalls, inlineRecursion } from "./inline.js";
import { type FunctionCode, optimize } from "./optimize.js";
import { SLOT_FIELDS } from "./rows.js";

/** What a call goes to. */
export type Callee =
  | { readonly kind: "func"; readonly index: number; readonly signature: Signature }
  | { readonly kind: "host"; readonly id: number };

/** What lowering has to know of the rest of the program. */
export interface Surroundings {
  readonly emitter: Emitter;
  /** Entries of the program's code table, as instruction indices. */
  readonly table: number[];
  /** Address of a symbol. */
  addressOf(module: MirModule, symbol: number): number;
  stringAddress(module: MirModule, index: number): number;
  hardRegister(name: string): number;
  callee(module: MirModule, symbol: number): Callee;
  /** Index in the code table of a label whose address is taken. */
  labelIndex(module: MirModule, label: number): number;
  /** Labels of the function whose address is taken, with their indices in the code table. */
  ownLabels(func: FuncItem): readonly { readonly index: number; readonly label: number }[];
  /** True if the function can be called through its address. */
  addressIsTaken(func: FuncItem): boolean;
  /** True for host functions that return twice. */
  returnsTwice(host: number): boolean;
  /** Number of a shape of host calls. */
  shape(shape: CallShape): number;
  /** False leaves lowered code as it is, one slot per register. */
  readonly optimize: boolean;
  /** False leaves every call a call. */
  readonly inline: boolean;
  /** Body of a function that may stand in place of its calls; null for one that may not, or is not lowered yet. */
  bodyOf(index: number): InlineBody | null;
  /** Range of the code table that holds the function's own labels. */
  labelRange(func: FuncItem): { first: number; count: number };
  /** True if a parameter may arrive wider than its type: it is called through an address with another prototype. */
  arrivesWide(func: FuncItem, param: number): boolean;
  /**
   * Most parameters of a function whose address is taken, and whether one of these is variadic; most results of a
   * prototype with which an address is called; whether one of the functions is setjmp.
   */
  readonly indirect: {
    readonly maxParams: number;
    readonly vararg: boolean;
    readonly maxResults: number;
    readonly returnsTwice: boolean;
  };
}

/** What a lowered function needs of the machine. */
export interface Lowered {
  readonly entry: number;
  readonly slots: number;
  /** Slots, from 0, that hold something on return. */
  readonly results: number;
  readonly returnsTwice: boolean;
  /** What may stand in place of calls of it, if anything. */
  readonly body: InlineBody | null;
}

/** Slot numbers from here stand for slots of the window, whose place is known at the end. */
const WINDOW = 1 << 24;

/** Row that narrows an integer to a type, or null. */
const NARROW: readonly (string | null)[] = ["ext8", "uext8", "ext16", "uext16", "ext32", "uext32", null, null];

/** Rows that load and store a type; long doubles are carried as f64. */
const LOAD_SUFFIX = ["i8", "u8", "i16", "u16", "i32", "u32", "i64", "i64", "f", "d", "d", "i64"];
const STORE_SUFFIX = ["i8", "i8", "i16", "i16", "i32", "i32", "i64", "i64", "f", "d", "d", "i64"];

/** Bytes of a value of a class in frame memory. */
const CLASS_BYTES: Readonly<Record<string, number>> = { i: 8, f: 8, d: 8, x: 16 };
const CLASS_TYPE: Readonly<Record<string, MirType>> = { i: T.i64, f: T.f, d: T.d, x: T.ld };
const SLOT_TYPE: Readonly<Record<string, string>> = { i: "i64", f: "f32", d: "f64", x: "f64" };
const MOVE: Readonly<Record<string, string>> = { i: "mov", f: "fmov", d: "dmov", x: "dmov" };

/** Relations with operands exchanged. */
const SWAPPED: Readonly<Record<string, string>> = { lt: "gt", gt: "lt", le: "ge", ge: "le", eq: "eq", ne: "ne" };
const COMMUTES = new Set(["add", "mul", "and", "or", "xor"]);

/** Largest copy that is unrolled, in bytes. */
const UNROLLED_COPY = 128;

/** How an integer operation of the table can be lowered with an immediate. */
interface IntegerOp {
  readonly base: string;
  readonly narrow: boolean;
  /** The row with operands exchanged, or null. */
  readonly swapped: string | null;
  readonly division: boolean;
}

/** Parts of an integer operation's or branch's name. */
function integerOp(name: string): IntegerOp {
  const narrow = name.endsWith("s") && MIR_ISA.indexOf(name.slice(0, -1)) >= 0 && name !== "bts";
  const base = narrow ? name.slice(0, -1) : name;
  const match = /^(u?)(b?)(lt|gt|le|ge|eq|ne)$/.exec(base);
  let swapped: string | null = COMMUTES.has(base) ? base : null;
  if (match !== null) swapped = `${match[1]}${match[2]}${SWAPPED[match[3] as string]}`;
  return { base, narrow, swapped, division: /^u?(div|mod)$/.test(base) };
}

/** What a MIR opcode becomes, apart from control flow, calls and frames. */
interface Plan {
  readonly row: string;
  readonly modes: string;
  readonly integer: IntegerOp | null;
  readonly branch: boolean;
}

/** The row of a long-double instruction is that of its f64 form. */
function rowName(name: string): string {
  const special: Readonly<Record<string, string>> = {
    i2ld: "i2d",
    ui2ld: "ui2d",
    ld2i: "d2i",
    f2ld: "f2d",
    ld2f: "d2f",
  };
  if (special[name] !== undefined) return special[name] as string;
  if (name === "d2ld" || name === "ld2d") return "dmov";
  return name.startsWith("ld") ? `d${name.slice(2)}` : name;
}

const PLANS: readonly (Plan | null)[] = OPS.map(({ name, modes }) => {
  const row = rowName(name);
  if (MIR_ISA.indexOf(row) < 0 || modes === "..." || modes.includes("*") || modes.includes("R")) return null;
  const branch = modes[0] === "L";
  const integer = modes === "Iii" || modes === "Lii" ? integerOp(row) : null;
  return { row, modes, integer, branch };
});

/** Lowers one function and returns where it begins and how many slots it takes. */
export function lowerFunction(around: Surroundings, module: MirModule, func: FuncItem, index: number): Lowered {
  return new Lowering(around, module, func, index).run();
}

class Lowering {
  private readonly emitter: Emitter;
  private readonly code: Int32Array;
  private readonly mems: Int32Array;
  /** Slot by register. */
  private readonly slotOf: Int32Array;
  /** Offset in frame memory of registers whose address is taken. */
  private readonly memoryOf = new Map<number, number>();
  private frameBytes = 0;
  private firstTemp = 0;
  private temps = 0;
  private maxTemps = 0;
  private maxWindow = 0;
  private usesStack = false;
  /** Slot of the stack pointer on entry, and of the frame memory's address. */
  private savedSp = -1;
  private frameSlot = -1;
  private readonly first: number;
  /** Instruction of each label, by index; and branches that wait for one. */
  private readonly labelAt = new Map<number, number>();
  private readonly fixups: { index: number; label: number }[] = [];
  private readonly tableFixups: { entry: number; label: number }[] = [];
  /** Slots that hold the flags of the last overflow instruction. */
  /** A function that may be returned to twice keeps its slots as they are. */
  private callsSetjmp = false;
  private hasJret = false;
  private signedFlag = -1;
  private unsignedFlag = -1;
  /** Calls by `inline`, as instructions of the program. */
  private readonly hinted = new Set<number>();
  private body: InlineBody | null = null;

  constructor(
    private readonly around: Surroundings,
    private readonly module: MirModule,
    private readonly func: FuncItem,
    /** The function's number. */
    private readonly index: number,
  ) {
    this.emitter = around.emitter;
    this.code = module.code.data;
    this.mems = module.mems.data;
    this.first = this.emitter.count;
    this.prepass();
    const allocation = allocateSlots(module, func, new Set(this.memoryOf.keys()));
    this.slotOf = allocation.slotOf;
    this.firstTemp = allocation.slots;
  }

  /** Finds registers that live in memory, and whether the stack pointer has to be kept. */
  private prepass(): void {
    const { code, func } = this;
    for (let at = func.start; at < func.end; ) {
      const head = code[at] as number;
      const op = head & 0xff;
      if (op >= OP.addr && op <= OP.addr32) {
        const register = code[at + HEADER_WORDS + OPERAND_WORDS + 1] as number;
        const info = func.registers[register] as Register;
        if (info.hard === null && !this.memoryOf.has(register)) {
          const bytes = CLASS_BYTES[TYPE_CLASS[info.type] as string] as number;
          this.frameBytes = Math.ceil(this.frameBytes / bytes) * bytes;
          this.memoryOf.set(register, this.frameBytes);
          this.frameBytes += bytes;
        }
      } else if (op === OP.jret) {
        this.hasJret = true;
      } else if (op === OP.alloca || op === OP.bstart || op === OP.bend) {
        this.usesStack = true;
      }
      at += HEADER_WORDS + (head >>> 8) * OPERAND_WORDS;
    }
    this.frameBytes = Math.ceil(this.frameBytes / 16) * 16;
    if (this.frameBytes > 0) this.usesStack = true;
  }

  run(): Lowered {
    const { func, code, emitter } = this;
    if (this.usesStack) this.savedSp = this.firstTemp++;
    if (this.frameBytes > 0) this.frameSlot = this.firstTemp++;
    this.signedFlag = this.firstTemp++;
    this.unsignedFlag = this.firstTemp++;
    emitter.at = -1;
    this.prologue();
    for (let at = func.start; at < func.end; ) {
      const head = code[at] as number;
      const count = head >>> 8;
      this.temps = 0;
      if ((head & 0xff) === LABEL_CODE) {
        this.labelAt.set(code[at + HEADER_WORDS + 1] as number, emitter.count);
      } else {
        emitter.at = at;
        this.insn(head & 0xff, count, at + HEADER_WORDS, at);
      }
      at += HEADER_WORDS + count * OPERAND_WORDS;
    }
    emitter.at = -1;
    if (func.implicitReturn) {
      func.signature.results.forEach((_, k) => {
        this.emit("mov.i", k, 0);
      });
      this.epilogue();
    } else {
      // A function may end in a jump or a call that never returns; nothing may run on into the next function.
      this.emit("trap", TRAP.jump);
    }
    return this.finish();
  }

  /** Puts targets in, optimises, and puts window slots in, now that their place is known. */
  private finish(): Lowered {
    const { emitter, first, func } = this;
    const { table } = this.around;
    for (const { index, label } of this.fixups) {
      const field = targetField(emitter.op[index] as number);
      emitter.args[index * FIELDS + field] = this.labelAt.get(label) as number;
    }
    for (const { entry, label } of this.tableFixups) table[entry] = this.labelAt.get(label) as number;
    const range = this.around.labelRange(func);
    const entries = this.tableFixups.map(({ entry }) => entry);
    for (const { index, label } of this.around.ownLabels(func)) {
      table[index] = this.labelAt.get(label) as number;
      entries.push(index);
    }
    let window = this.firstTemp + this.maxTemps;
    if (this.around.optimize && !this.callsSetjmp) window = this.optimized(window, entries, range);
    const slots = Math.max(window + this.maxWindow, this.resultSlots + 1);
    for (let i = first; i < emitter.count; i++) {
      for (const field of SLOT_FIELDS[emitter.op[i] as number] as readonly number[]) {
        const at = i * FIELDS + field;
        const value = emitter.args[at] as number;
        if (value >= WINDOW) emitter.args[at] = value - WINDOW + window;
        // The tiers trust slot numbers: a wrong one must never leave here.
        if (value < 0 || (emitter.args[at] as number) >= slots) throw new RangeError(`slot ${value} of ${slots}`);
      }
    }
    return { entry: first, slots, results: this.resultSlots, returnsTwice: this.callsSetjmp, body: this.body };
  }

  /** Optimises what has been emitted, and returns the number of slots it needs below the window. */
  private optimized(slots: number, entries: readonly number[], labels: { first: number; count: number }): number {
    const { emitter, first, func } = this;
    const { table } = this.around;
    const { params, results } = func.signature;
    this.shift(entries, -first);
    const code: FunctionCode = {
      op: emitter.op.slice(first, emitter.count),
      args: emitter.args.slice(first * FIELDS, emitter.count * FIELDS),
      origin: emitter.origin.slice(first, emitter.count),
      table,
      entries,
      labels,
      slots,
      windowMark: WINDOW,
      windowSlots: this.maxWindow,
      fixedSlots: Math.max(params.length + 1, results.length, this.resultSlots),
      results: this.resultSlots,
      entryWidths: new Map([[0, UNKNOWN_WIDTH], ...params.map(({ type }, k) => [k + 1, entryWidth(type)] as const)]),
    };
    if (this.around.inline) this.inlined(code);
    else optimize(code);
    this.maxWindow = code.windowSlots;
    emitter.count = first;
    emitter.append(code.op, code.args, code.origin);
    this.shift(entries, first);
    return code.slots;
  }

  /** Optimises a function with small callees in place of their calls. */
  private inlined(code: FunctionCode): void {
    const { signature } = this.func;
    const types = (list: readonly MirType[]): string[] =>
      list.map((type) => SLOT_TYPE[TYPE_CLASS[isBlock(type) ? T.i64 : type] as string] as string);
    inlineCalls(code, (index) => this.around.bodyOf(index), new Set([...this.hinted].map((i) => i - this.first)));
    optimize(code);
    if (signature.vararg || this.hasJret) return;
    this.body = inlineBody(code, {
      params: types(signature.params.map(({ type }) => type)),
      results: types(signature.results),
    });
    if (this.body !== null && inlineRecursion(code, this.index, this.body)) optimize(code);
  }

  /**
   * Slots that mean something on return. A function whose address is taken has as many as any prototype of calls through
   * addresses wants; those that are not its own are 0 then. The slot of a jret function holds where to go on.
   */
  private get resultSlots(): number {
    const { length } = this.func.signature.results;
    const most = this.around.addressIsTaken(this.func) ? this.around.indirect.maxResults : 0;
    return Math.max(length, most, this.hasJret ? 1 : 0);
  }

  /** Moves every target of the function, in branches and in the code table, by a distance. */
  private shift(entries: readonly number[], by: number): void {
    const { emitter } = this;
    for (let i = this.first; i < emitter.count; i++) {
      const field = targetField(emitter.op[i] as number);
      if (field >= 0) emitter.args[i * FIELDS + field] = (emitter.args[i * FIELDS + field] as number) + by;
    }
    for (const entry of entries) this.around.table[entry] = (this.around.table[entry] as number) + by;
  }

  private emit(name: string, a = 0, b = 0, c = 0, d = 0): number {
    return this.emitter.emit(name, a, b, c, d);
  }

  private temp(): number {
    const slot = this.firstTemp + this.temps++;
    if (this.temps > this.maxTemps) this.maxTemps = this.temps;
    return slot;
  }

  /** Slot `k` of the window. */
  private window(k: number): number {
    if (k >= this.maxWindow) this.maxWindow = k + 1;
    return WINDOW + k;
  }

  /** Emits a row with a target. */
  private emitBranch(label: number, name: string, a = 0, b = 0): void {
    this.fixups.push({ index: this.emit(name, a, b), label });
  }

  private prologue(): void {
    const { func } = this;
    if (this.usesStack) this.emit("sp.get", this.savedSp);
    if (this.frameBytes > 0) this.emit("alloca.i", this.frameSlot, this.frameBytes);
    func.signature.params.forEach(({ type }, k) => {
      const register = k + 1;
      const slot = this.slotOf[register] as number;
      const narrow = NARROW[type];
      if (narrow != null && this.around.arrivesWide(func, k)) this.emit(narrow, slot, slot);
      const offset = this.memoryOf.get(register);
      if (offset !== undefined) {
        this.emit(`st.${STORE_SUFFIX[func.registers[register]?.type as number]}`, slot, this.frameSlot, offset);
      }
    });
  }

  private epilogue(): void {
    if (this.usesStack) this.emit("sp.set", this.savedSp);
    const own = Math.max(this.func.signature.results.length, this.hasJret ? 1 : 0);
    for (let k = own; k < this.resultSlots; k++) this.emit("mov.i", k, 0);
    this.emit("ret");
  }

  // Operands

  private kind(op: number): number {
    return this.code[op] as number;
  }

  /** The operand's value as a 64-bit integer, if it is an integer literal or an address. */
  private constant(op: number): bigint | null {
    const a = this.code[op + 1] as number;
    const b = this.code[op + 2] as number;
    switch (this.code[op]) {
      case Operand.int:
      case Operand.uint:
        return (BigInt(b) << 32n) | BigInt(a >>> 0);
      case Operand.ref:
        return BigInt(this.around.addressOf(this.module, a));
      case Operand.str:
        return BigInt(this.around.stringAddress(this.module, a));
      default:
        return null;
    }
  }

  private moveInteger(slot: number, value: bigint): void {
    const bits = BigInt.asIntN(64, value);
    if (bits === BigInt.asIntN(32, bits)) this.emit("mov.i", slot, Number(bits));
    else this.emit("mov.i64", slot, Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
  }

  private moveDouble(slot: number, bits: bigint): void {
    this.emit("dmov.i", slot, Number(BigInt.asIntN(32, bits)), Number(BigInt.asIntN(32, bits >> 32n)));
  }

  /** Puts any input operand into a slot. */
  private load(op: number, slot: number): void {
    const a = this.code[op + 1] as number;
    const b = this.code[op + 2] as number;
    switch (this.code[op]) {
      case Operand.reg:
        this.loadRegister(a, slot);
        return;
      case Operand.float:
        this.emit("fmov.i", slot, a);
        return;
      case Operand.double:
        this.emit("dmov.i", slot, a, b);
        return;
      case Operand.ldouble:
        this.moveDouble(slot, f64Bits(bits80ToF64(this.module.longDoubles[a] as bigint)));
        return;
      case Operand.mem:
        this.memory("ld", a, slot);
        return;
      default:
        this.moveInteger(slot, this.constant(op) as bigint);
    }
  }

  private loadRegister(register: number, slot: number): void {
    const { type, hard } = this.func.registers[register] as Register;
    const offset = this.memoryOf.get(register);
    if (offset !== undefined) {
      this.emit(`ld.${LOAD_SUFFIX[type]}`, slot, this.frameSlot, offset);
    } else if (hard !== null) {
      const address = this.temp();
      this.moveInteger(address, BigInt(this.around.hardRegister(hard)));
      this.emit(`ld.${LOAD_SUFFIX[type]}`, slot, address, 0);
    } else {
      const from = this.slotOf[register] as number;
      if (from !== slot) this.emit(MOVE[TYPE_CLASS[type] as string] as string, slot, from);
    }
  }

  /** Slot of a register that lives in one, or −1. */
  private directSlot(register: number): number {
    if (this.memoryOf.has(register) || this.func.registers[register]?.hard !== null) return -1;
    return this.slotOf[register] as number;
  }

  /** A slot that holds an input operand. */
  private input(op: number): number {
    if (this.code[op] === Operand.reg) {
      const slot = this.directSlot(this.code[op + 1] as number);
      if (slot >= 0) return slot;
    }
    const slot = this.temp();
    this.load(op, slot);
    return slot;
  }

  /** A slot of a register's value. */
  private registerInput(register: number): number {
    const direct = this.directSlot(register);
    if (direct >= 0) return direct;
    const slot = this.temp();
    this.loadRegister(register, slot);
    return slot;
  }

  /** The slot an output should be computed into; {@link store} then puts it where it belongs. */
  private output(op: number): number {
    if (this.code[op] === Operand.reg) {
      const slot = this.directSlot(this.code[op + 1] as number);
      if (slot >= 0) return slot;
    }
    return this.temp();
  }

  /** Moves an output from its slot to the operand, if it is not there already. */
  private store(op: number, slot: number): void {
    const a = this.code[op + 1] as number;
    if (this.code[op] === Operand.mem) {
      this.memory("st", a, slot);
      return;
    }
    this.storeRegister(a, slot);
  }

  private storeRegister(register: number, slot: number): void {
    const { type, hard } = this.func.registers[register] as Register;
    const offset = this.memoryOf.get(register);
    if (offset !== undefined) {
      this.emit(`st.${STORE_SUFFIX[type]}`, slot, this.frameSlot, offset);
    } else if (hard !== null) {
      const address = this.temp();
      this.moveInteger(address, BigInt(this.around.hardRegister(hard)));
      this.emit(`st.${STORE_SUFFIX[type]}`, slot, address, 0);
    } else if (this.slotOf[register] !== slot) {
      this.emit(MOVE[TYPE_CLASS[type] as string] as string, this.slotOf[register] as number, slot);
    }
  }

  /** Base slot and displacement of a memory operand without index. */
  private address(mem: number): { base: number; disp: number } {
    const m = this.mems;
    let disp = (BigInt(m[mem + 2] as number) << 32n) | BigInt((m[mem + 1] as number) >>> 0);
    const symbol = m[mem + 8] as number;
    if (symbol !== 0) disp += BigInt(this.around.addressOf(this.module, symbol - 1));
    const base = m[mem + 3] as number;
    const index = m[mem + 4] as number;
    let slot = base === 0 ? -1 : this.registerInput(base);
    if (index !== 0 && (m[mem + 5] as number) !== 0) {
      const scaled = this.scaled(this.registerInput(index), m[mem + 5] as number);
      if (slot < 0) slot = scaled;
      else {
        const sum = this.temp();
        this.emit("add", sum, slot, scaled);
        slot = sum;
      }
    }
    const small = BigInt.asIntN(32, disp);
    if (slot < 0) {
      slot = this.temp();
      this.moveInteger(slot, disp);
      return { base: slot, disp: 0 };
    }
    // Addresses are modulo 2^32, so the low half of a displacement is all that counts.
    return { base: slot, disp: Number(small) };
  }

  private scaled(slot: number, scale: number): number {
    if (scale === 1) return slot;
    const out = this.temp();
    const shift = 31 - Math.clz32(scale);
    if (1 << shift === scale) this.emit("lsh.i", out, slot, shift);
    else this.emit("mul.i", out, slot, scale);
    return out;
  }

  /** Loads or stores a slot at a memory operand. */
  private memory(direction: "ld" | "st", mem: number, slot: number): void {
    const m = this.mems;
    const type = m[mem] as number;
    const suffix = (direction === "ld" ? LOAD_SUFFIX : STORE_SUFFIX)[isBlock(type) ? T.i64 : type] as string;
    const base = m[mem + 3] as number;
    const index = m[mem + 4] as number;
    const scale = m[mem + 5] as number;
    const low = m[mem + 1] as number;
    if (base !== 0 && index !== 0 && m[mem + 8] === 0 && [1, 2, 4, 8].includes(scale) && (low << 2) >> 2 === low) {
      const b = this.registerInput(base);
      const x = this.registerInput(index);
      if (slot < NARROW_SLOTS && b < NARROW_SLOTS && x < NARROW_SLOTS) {
        this.emit(`${direction}x.${suffix}`, slot, b, x, (low << 2) | (31 - Math.clz32(scale)));
        return;
      }
    }
    const { base: slotBase, disp } = this.address(mem);
    this.emit(`${direction}.${suffix}`, slot, slotBase, disp);
  }

  // Instructions

  private insn(opcode: number, count: number, op: number, at: number): void {
    const second = op + OPERAND_WORDS;
    switch (opcode) {
      case OP.mov:
      case OP.fmov:
      case OP.dmov:
      case OP.ldmov:
        this.move(op, second);
        return;
      case OP.call:
      case OP.inline:
      case OP.jcall:
        this.call(opcode, count, op);
        return;
      case OP.ret:
        this.ret(count, op);
        return;
      case OP.switch:
        this.switch(count, op);
        return;
      case OP.laddr: {
        const slot = this.output(op);
        const index = this.around.labelIndex(this.module, this.code[second + 1] as number);
        this.moveInteger(slot, BigInt(LABEL_BASE + index));
        this.store(op, slot);
        return;
      }
      case OP.jmpi: {
        const { first, count: labels } = this.around.labelRange(this.func);
        this.emit("jmpi", this.input(op), first, labels);
        return;
      }
      case OP.jret:
        this.load(op, 0);
        this.epilogue();
        return;
      case OP.jmp:
        this.emitBranch(this.label(op), "jmp");
        return;
      default:
        if (opcode >= OP.addr && opcode <= OP.addr32) this.addressOfRegister(op);
        else if (opcode >= OP.alloca && opcode <= OP.va_end) this.frame(opcode, op);
        else if (opcode >= OP.prset && opcode <= OP.prbne) this.property(opcode, op);
        else if (setsOverflow(opcode)) this.overflow(opcode, op, at);
        else if (opcode >= OP.bo && opcode <= OP.ubno) this.overflowBranch(opcode, op);
        else this.plain(opcode, op);
    }
  }

  private label(op: number): number {
    return this.code[op + 1] as number;
  }

  private move(op: number, from: number): void {
    if (this.code[op] === Operand.reg) {
      const slot = this.output(op);
      this.load(from, slot);
      this.store(op, slot);
      return;
    }
    const mem = this.code[op + 1] as number;
    const value = this.constant(from);
    const suffix = STORE_SUFFIX[this.mems[mem] as number] as string;
    if (value !== null && BigInt.asIntN(32, value) === value && suffix.startsWith("i")) {
      const { base, disp } = this.address(mem);
      this.emit(`sti.${suffix}`, base, disp, Number(value));
      return;
    }
    this.memory("st", mem, this.input(from));
  }

  /** Arithmetic, comparisons, conversions and conditional branches: the row of the same name. */
  private plain(opcode: number, op: number): void {
    const plan = PLANS[opcode];
    if (plan == null) throw new TypeError(`instruction ${OPS[opcode]?.name} is not lowered`);
    if (plan.integer !== null) {
      this.integer(plan, plan.integer, op);
      return;
    }
    const operands = plan.modes.length;
    const second = op + OPERAND_WORDS;
    if (plan.branch) {
      const a = this.input(second);
      const b = operands > 2 ? this.input(second + OPERAND_WORDS) : 0;
      this.emitBranch(this.label(op), plan.row, a, b);
      return;
    }
    const a = this.input(second);
    const b = operands > 2 ? this.input(second + OPERAND_WORDS) : 0;
    const d = this.output(op);
    this.emit(plan.row, d, a, b);
    this.store(op, d);
  }

  /** An integer operation or branch of two operands, with the immediate form where one operand is a literal. */
  private integer(plan: Plan, info: IntegerOp, op: number): void {
    let left = op + OPERAND_WORDS;
    let right = left + OPERAND_WORDS;
    let { base } = info;
    if (info.swapped !== null && this.constant(left) !== null && this.constant(right) === null) {
      [left, right] = [right, left];
      base = info.swapped;
    }
    const name = info.narrow ? `${base}s` : base;
    const value = this.constant(right);
    const a = this.input(left);
    if (value !== null) {
      const small = BigInt.asIntN(32, value);
      const fits = info.narrow || small === value;
      const safe = !info.division || (small !== 0n && small !== -1n);
      if (fits && safe) {
        this.integerResult(plan, op, `${name}.i`, a, Number(small));
        return;
      }
    }
    this.integerResult(plan, op, name, a, this.input(right));
  }

  private integerResult(plan: Plan, op: number, name: string, a: number, b: number): void {
    if (plan.branch) {
      this.emitBranch(this.label(op), name, a, b);
      return;
    }
    const d = this.output(op);
    this.emit(name, d, a, b);
    this.store(op, d);
  }

  /** An overflow instruction: its flags first, for those that a branch behind it asks for, then the result. */
  private overflow(opcode: number, op: number, at: number): void {
    const { name } = OPS[opcode] as { name: string };
    const a = this.input(op + OPERAND_WORDS);
    const b = this.input(op + 2 * OPERAND_WORDS);
    const { signed, unsigned } = this.flagsUsed(at);
    if (signed) this.emit(`${name}.s`, this.signedFlag, a, b);
    if (unsigned) this.emit(`${name}.u`, this.unsignedFlag, a, b);
    const d = this.output(op);
    this.emit(name.replace(/^umul/, "mul").replace(/o(s?)$/, "$1"), d, a, b);
    this.store(op, d);
  }

  /** Which flags the instructions behind an overflow instruction use. */
  private flagsUsed(at: number): { signed: boolean; unsigned: boolean } {
    const { code, func } = this;
    let signed = false;
    let unsigned = false;
    let next = at + HEADER_WORDS + ((code[at] as number) >>> 8) * OPERAND_WORDS;
    while (next < func.end) {
      const head = code[next] as number;
      const opcode = head & 0xff;
      if (opcode === OP.bo || opcode === OP.bno) signed = true;
      else if (opcode === OP.ubo || opcode === OP.ubno) unsigned = true;
      else if (opcode !== OP.mov) break;
      next += HEADER_WORDS + (head >>> 8) * OPERAND_WORDS;
    }
    return { signed, unsigned };
  }

  private overflowBranch(opcode: number, op: number): void {
    const flag = opcode === OP.bo || opcode === OP.bno ? this.signedFlag : this.unsignedFlag;
    const negated = opcode === OP.bno || opcode === OP.ubno;
    this.emitBranch(this.label(op), negated ? "bf" : "bt", flag);
  }

  private addressOfRegister(op: number): void {
    const register = this.code[op + OPERAND_WORDS + 1] as number;
    const d = this.output(op);
    const offset = this.memoryOf.get(register);
    if (offset === undefined) {
      const { hard } = this.func.registers[register] as Register;
      this.moveInteger(d, BigInt(this.around.hardRegister(hard as string)));
    } else {
      this.emit("add.i", d, this.frameSlot, offset);
    }
    this.store(op, d);
  }

  /** alloca, bstart, bend and the va instructions. */
  private frame(opcode: number, op: number): void {
    const second = op + OPERAND_WORDS;
    switch (opcode) {
      case OP.alloca: {
        const size = this.constant(second);
        const d = this.output(op);
        if (size !== null && size < 2n ** 30n) {
          const bytes = size <= 0n ? 16 : Number((size + 15n) & -16n);
          this.emit("alloca.i", d, bytes);
        } else {
          this.emit("alloca", d, this.input(second));
        }
        this.store(op, d);
        return;
      }
      case OP.bstart: {
        const d = this.output(op);
        this.emit("sp.get", d);
        this.store(op, d);
        return;
      }
      case OP.bend:
        this.emit("sp.set", this.input(op));
        return;
      case OP.va_start:
        // Without variadic arguments slot 0 holds nothing.
        this.emit("st.i64", this.func.signature.vararg ? 0 : this.zero(), this.input(op), 0);
        return;
      case OP.va_arg:
        this.vaArg(op);
        return;
      case OP.va_block_arg:
        this.vaBlockArg(op);
        return;
      default:
        // va_end: all state is in the va_list itself.
        return;
    }
  }

  /** A va_list holds the address of the next argument; arguments take 8 bytes, long doubles 16. */
  private vaArg(op: number): void {
    const list = this.input(op + OPERAND_WORDS);
    const type = this.mems[this.code[op + 2 * OPERAND_WORDS + 1] as number] as number;
    const cursor = this.temp();
    const after = this.temp();
    this.emit("ld.i64", cursor, list, 0);
    this.emit("add.i", after, cursor, type === T.ld ? 16 : 8);
    this.emit("st.i64", after, list, 0);
    const d = this.output(op);
    this.emit("mov", d, cursor);
    this.store(op, d);
  }

  private vaBlockArg(op: number): void {
    const to = this.input(op);
    const list = this.input(op + OPERAND_WORDS);
    const sizeOp = op + 2 * OPERAND_WORDS;
    const size = this.constant(sizeOp);
    const cursor = this.temp();
    const after = this.temp();
    this.emit("ld.i64", cursor, list, 0);
    if (size !== null && size >= 0n && size < 2n ** 31n - 8n) {
      this.copyBlock(to, cursor, 0, Number(size));
      this.emit("add.i", after, cursor, Number((size + 7n) & -8n));
    } else {
      const bytes = this.input(sizeOp);
      this.copyBytes(to, cursor, bytes);
      this.emit("add.i", after, bytes, 7);
      this.emit("and.i", after, after, -8);
      this.emit("add", after, after, cursor);
    }
    this.emit("st.i64", after, list, 0);
  }

  /** Copies `size` bytes from the address in one slot to that in another, `offset` bytes on. */
  private copyBlock(to: number, from: number, offset: number, size: number): void {
    const value = this.temp();
    let done = 0;
    if (size > UNROLLED_COPY) {
      const words = size & ~7;
      const source = this.temp();
      const target = this.temp();
      const end = this.temp();
      this.emit("mov", source, from);
      this.emit("add.i", target, to, offset);
      this.emit("add.i", end, from, words);
      const loop = this.emit("ld.i64", value, source, 0);
      this.emit("st.i64", value, target, 0);
      this.emit("add.i", source, source, 8);
      this.emit("add.i", target, target, 8);
      this.emit("bne", source, end, loop);
      done = words;
    }
    for (const [bytes, suffix] of [
      [8, "i64"],
      [4, "i32"],
      [2, "i16"],
      [1, "i8"],
    ] as const) {
      for (; done + bytes <= size; done += bytes) {
        this.emit(`ld.${suffix}`, value, from, done);
        this.emit(`st.${suffix}`, value, to, offset + done);
      }
    }
  }

  /** Copies as many bytes as a slot says. */
  private copyBytes(to: number, from: number, bytes: number): void {
    const value = this.temp();
    const left = this.temp();
    const source = this.temp();
    const target = this.temp();
    this.emit("mov", left, bytes);
    this.emit("mov", source, from);
    this.emit("mov", target, to);
    const test = this.emit("ble.i", left, 0, 0);
    this.emit("ld.i8", value, source, 0);
    this.emit("st.i8", value, target, 0);
    this.emit("add.i", source, source, 1);
    this.emit("add.i", target, target, 1);
    this.emit("add.i", left, left, -1);
    this.emit("jmp", test);
    this.emitter.args[test * FIELDS + 2] = this.emitter.count;
  }

  /** Properties matter to lazy versioning only: every property is 0. */
  private property(opcode: number, op: number): void {
    if (opcode === OP.prset) return;
    const isZero = this.constant(op + 2 * OPERAND_WORDS) === 0n;
    if (isZero === (opcode === OP.prbeq)) this.emitBranch(this.label(op), "jmp");
  }

  private switch(count: number, op: number): void {
    const index = this.input(op);
    const { table } = this.around;
    const first = table.length;
    for (let k = 1; k < count; k++) {
      this.tableFixups.push({ entry: table.length, label: this.label(op + k * OPERAND_WORDS) });
      table.push(-1);
    }
    this.emit("switch", index, first, count - 1);
  }

  /** Moves a value to a slot, narrowed to an integer type. */
  private loadNarrowed(op: number, slot: number, ...types: readonly MirType[]): void {
    let value = this.constant(op);
    const rows = types.flatMap((type) => (isBlock(type) || type > T.u32 ? [] : [type]));
    if (value !== null) {
      for (const type of rows) value = narrowConstant(value, type);
      this.moveInteger(slot, value);
      return;
    }
    if (rows.length === 0) {
      this.load(op, slot);
      return;
    }
    let from: number;
    if (this.code[op] === Operand.mem) {
      const type = this.mems[this.code[op + 1] as number] as number;
      this.load(op, slot);
      if (rows.every((wanted) => wanted === type)) return;
      from = slot;
    } else {
      from = this.input(op);
    }
    for (const type of rows) {
      this.emit(NARROW[type] as string, slot, from);
      from = slot;
    }
  }

  private ret(count: number, op: number): void {
    const { results } = this.func.signature;
    if (count === 1) {
      this.loadNarrowed(op, 0, results[0] as number);
    } else {
      // Results overwrite parameters, so all of them are read before the first is written.
      const from: number[] = [];
      for (let k = 0; k < count; k++) {
        const slot = this.temp();
        this.loadNarrowed(op + k * OPERAND_WORDS, slot, results[k] as number);
        from.push(slot);
      }
      from.forEach((slot, k) => {
        this.emit(MOVE[TYPE_CLASS[results[k] as number] as string] as string, k, slot);
      });
    }
    this.epilogue();
  }

  // Calls

  private call(opcode: number, count: number, op: number): void {
    const { code, module } = this;
    const proto = module.symbols[code[op + 1] as number]?.definition as ProtoItem;
    const calleeOp = op + OPERAND_WORDS;
    const { results, params } = proto.signature;
    const firstResult = calleeOp + OPERAND_WORDS;
    const firstArg = firstResult + results.length * OPERAND_WORDS;
    const args: Argument[] = [];
    for (let k = 0; k < count - 2 - results.length; k++) {
      args.push(this.argument(firstArg + k * OPERAND_WORDS, params[k]?.type ?? -1));
    }
    const direct = code[calleeOp] === Operand.ref ? this.around.callee(module, code[calleeOp + 1] as number) : null;
    let address = -1;
    if (direct === null) {
      address = this.temp();
      this.load(calleeOp, address);
    }
    const fixed = params.length;
    const { stack, passed } = this.arguments(args, fixed, direct, proto.signature.vararg);
    this.window(Math.max(results.length, 1));
    const jumps = opcode === OP.jcall;
    if (jumps) this.emit("mov.i", this.window(0), 0);
    if (direct === null) {
      this.emit("call.a", address, WINDOW, jumps ? passed | 1 : passed);
      if (this.around.indirect.returnsTwice) this.callsSetjmp = true;
    } else if (direct.kind === "func") {
      const at = this.emit("call", direct.index, WINDOW);
      if (opcode === OP.inline) this.hinted.add(at);
    } else {
      const types = args.map((arg) => (arg.block >= 0 ? "b" : arg.class)).join("");
      // A host function may give less than the prototype says.
      results.forEach((_, k) => {
        if (k === 0 || k > args.length) this.emit("mov.i", this.window(k), 0);
      });
      this.emit("host", direct.id, WINDOW, this.around.shape({ fixed: Math.min(fixed, args.length), types }));
      if (this.around.returnsTwice(direct.id)) this.callsSetjmp = true;
    }
    if (stack > 0) this.emit("sp.add", stack);
    if (opcode === OP.jcall) {
      const range = this.around.labelRange(this.func);
      this.emit("jmpi", this.window(0), range.first, range.count);
      return;
    }
    this.results(results, firstResult, direct);
  }

  private results(results: readonly MirType[], firstResult: number, direct: Callee | null): void {
    results.forEach((type, k) => {
      const op = firstResult + k * OPERAND_WORDS;
      const from = this.window(k);
      if (direct?.kind === "func" && direct.signature.results.length <= k) this.emit("mov.i", from, 0);
      // A direct callee has narrowed its result already.
      const same = direct?.kind === "func" && direct.signature.results[k] === type;
      const narrow = same ? null : NARROW[type];
      if (narrow != null) {
        const d = this.output(op);
        this.emit(narrow, d, from);
        this.store(op, d);
      } else {
        this.store(op, from);
      }
    });
  }

  private argument(op: number, type: MirType | -1): Argument {
    const isMem = this.code[op] === Operand.mem;
    const mem = this.code[op + 1] as number;
    if (isMem && isBlock(this.mems[mem] as number)) {
      const blockType = this.mems[mem] as number;
      return { op, type: blockType, class: "i", block: mem, size: (this.mems[mem + 1] as number) >>> 0 };
    }
    let cls: string;
    if (type >= 0) cls = TYPE_CLASS[type] as string;
    else if (this.code[op] === Operand.reg) cls = TYPE_CLASS[(this.func.registers[mem] as Register).type] as string;
    else if (isMem) cls = TYPE_CLASS[this.mems[mem] as number] as string;
    else cls = LITERAL_CLASS[this.code[op] as number] ?? "i";
    return { op, type: type < 0 ? (CLASS_TYPE[cls] as number) : type, class: cls, block: -1, size: 0 };
  }

  /**
   * Puts arguments into the window and, where the callee may want them there, variadic ones and copies of blocks into
   * frame memory.
   *
   * @returns bytes of frame memory to give back after the call, and what the window holds for a callee that is not
   *   known: twice the number of slots, odd when the first of them is given too
   */
  private arguments(
    args: readonly Argument[],
    fixed: number,
    direct: Callee | null,
    vararg: boolean,
  ): { stack: number; passed: number } {
    const signature = direct?.kind === "func" ? direct.signature : null;
    // A callee that is known decides what is variadic, whatever the prototype says.
    const firstVariadic = signature !== null ? (signature.vararg ? signature.params.length : args.length) : fixed;
    const inMemory = direct === null ? vararg : signature !== null && signature.vararg;
    let bytes = 0;
    const offsets = args.map((arg, k) => {
      const at = bytes;
      if (k >= firstVariadic && inMemory) bytes += variadicBytes(arg);
      return at;
    });
    const copies = args.map((arg, k) => {
      const at = bytes;
      const copied = arg.block >= 0 && arg.type !== T.rblk && direct?.kind !== "host";
      if (!copied || (k >= firstVariadic && inMemory)) return -1;
      bytes += Math.ceil(arg.size / 16) * 16;
      return at;
    });
    const total = Math.ceil(Math.max(1, bytes) / 16) * 16;
    let area = -1;
    const some = args.length > firstVariadic && inMemory;
    if (some || copies.some((at) => at >= 0)) {
      area = this.temp();
      this.emit("alloca.i", area, total);
    }
    const first = this.variadicPointer(direct, signature, inMemory, area, some);
    const inSlots = signature !== null ? Math.min(args.length, signature.params.length) : args.length;
    args.forEach((arg, k) => {
      const slot = this.window(k + 1);
      if (k >= firstVariadic && inMemory) this.variadic(arg, area, offsets[k] as number);
      if (k >= inSlots) return;
      if (arg.block >= 0) {
        this.blockArgument(arg, area, copies[k] as number, slot);
        return;
      }
      const wanted = signature?.params[k]?.type;
      if (arg.class === "i") {
        if (wanted === undefined || wanted === arg.type) this.loadNarrowed(arg.op, slot, arg.type);
        else this.loadNarrowed(arg.op, slot, arg.type, wanted);
      } else {
        this.load(arg.op, slot);
      }
    });
    const expected =
      signature !== null ? signature.params.length : direct === null ? this.around.indirect.maxParams : 0;
    for (let k = inSlots; k < expected; k++) this.emit("mov.i", this.window(k + 1), 0);
    const written = Math.max(inSlots, expected) + 1;
    return { stack: area < 0 ? 0 : total, passed: 2 * written + (first ? 1 : 0) };
  }

  /** Slot 0 of the window: where the variadic arguments are, for a callee that may look. */
  private variadicPointer(
    direct: Callee | null,
    signature: Signature | null,
    inMemory: boolean,
    area: number,
    some: boolean,
  ): boolean {
    const wants = direct === null ? inMemory || this.around.indirect.vararg : signature?.vararg === true;
    if (!wants) return false;
    if (some) this.emit("mov", this.window(0), area);
    else this.emit("mov.i", this.window(0), 0);
    return true;
  }

  private variadic(arg: Argument, area: number, offset: number): void {
    if (arg.block >= 0) {
      this.copyBlock(area, this.registerInput(this.mems[arg.block + 3] as number), offset, arg.size);
      return;
    }
    const value = this.input(arg.op);
    this.emit(arg.class === "i" ? "st.i64" : "st.d", value, area, offset);
  }

  private blockArgument(arg: Argument, area: number, copy: number, slot: number): void {
    const base = this.mems[arg.block + 3] as number;
    const from = base === 0 ? this.zero() : this.registerInput(base);
    if (copy < 0) {
      this.emit("mov", slot, from);
      return;
    }
    this.copyBlock(area, from, copy, arg.size);
    this.emit("add.i", slot, area, copy);
  }

  private zero(): number {
    const slot = this.temp();
    this.emit("mov.i", slot, 0);
    return slot;
  }
}

/** An argument of a call. */
interface Argument {
  readonly op: number;
  /** Type by the prototype, or that of its class if it is variadic. */
  readonly type: MirType;
  readonly class: string;
  /** Memory record of a block argument, or −1. */
  readonly block: number;
  readonly size: number;
}

const LITERAL_CLASS: Readonly<Record<number, string>> = {
  [Operand.float]: "f",
  [Operand.double]: "d",
  [Operand.ldouble]: "x",
};

/** Bytes of a variadic argument in memory. */
function variadicBytes(arg: Argument): number {
  if (arg.block >= 0) return Math.ceil(arg.size / 8) * 8;
  return arg.class === "x" ? 16 : 8;
}

const UNKNOWN_WIDTH = { signed: 64, unsigned: 65 };

/** What the type of a parameter says about its value. */
function entryWidth(type: MirType): { signed: number; unsigned: number } {
  const bits = [8, 8, 16, 16, 32, 32][type];
  if (bits === undefined) return UNKNOWN_WIDTH;
  return type % 2 === 0 ? { signed: bits, unsigned: 65 } : { signed: bits + 1, unsigned: bits };
}

/** A constant narrowed to an integer type. */
function narrowConstant(value: bigint, type: MirType): bigint {
  const bits = [8, 8, 16, 16, 32, 32][type];
  if (bits === undefined) return value;
  return type % 2 === 0 ? BigInt.asIntN(bits, value) : BigInt.asUintN(bits, value);
}
