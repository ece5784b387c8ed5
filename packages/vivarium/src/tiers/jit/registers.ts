/** Which guest registers a region touches, where their values are, and what has to be loaded and stored where. */
import { type Code, FIELDS } from "../../isa/code.js";
import type { ValType } from "../../isa/expr.js";
import type { InstructionSet, RegOperand, Row } from "../../isa/table.js";
import { transientBank, transientLive } from "../../isa/transient.js";
import { visit } from "../../isa/visit.js";
import { type FunctionSlots, hasBit } from "../frames.js";
import type { BlockEnd, ControlFlow } from "./flow.js";
import type { Region } from "./region.js";
import type { Signatures } from "./signatures.js";

/** A guest register of a region, kept in a WebAssembly local. */
export interface Register {
  readonly bank: string;
  readonly index: number;
  /** Type of the local: the one that all uses agree on, else the integer as wide as the slot. */
  type: ValType;
}

/** A set of a region's registers. */
export type Mask = bigint;

const bits: Mask[] = [];
/** The set of one register. */
export function bit(n: number): Mask {
  for (let k = bits.length; k <= n; k++) bits.push(1n << BigInt(k));
  return bits[n] as Mask;
}

interface RowRegisters {
  /** (field, bank, offset, type) of every register that operands name. */
  readonly reads: readonly RowRegister[];
  readonly writes: readonly RowRegister[];
}
interface RowRegister {
  /** Field of `Code.args`, -1 for a fixed register. */
  readonly field: number;
  readonly bank: string;
  readonly plus: number;
  readonly type: ValType;
}

const rowTables = new WeakMap<InstructionSet, (RowRegisters | undefined)[]>();

/** Registers of rows, by number of the row; made when a row is first met. */
function rowRegisters(isa: InstructionSet): (row: number) => RowRegisters {
  let table = rowTables.get(isa);
  if (table === undefined) {
    table = isa.rows.map(() => undefined);
    rowTables.set(isa, table);
  }
  const known = table;
  return (row) => {
    let found = known[row];
    if (found === undefined) {
      found = registersOf(isa, isa.rows[row] as Row);
      known[row] = found;
    }
    return found;
  };
}

function registersOf(isa: InstructionSet, row: Row): RowRegisters {
  const { fields } = row;
  // A meaning may see a register as another type than its operand declares.
  const types = row.operands.map((o) => Array.from({ length: (o as RegOperand).count ?? 1 }, () => new Set<ValType>()));
  visit(row.meaning, {
    expr: (e) => {
      if (e.k === "reg") types[e.operand]?.[e.plus]?.add(e.type);
    },
    stmt: (s) => {
      if (s.s === "setReg") types[s.operand]?.[s.plus]?.add(s.value.type);
    },
  });
  const named = (list: readonly number[]): RowRegister[] =>
    list.flatMap((k) => {
      const spec = row.operands[k] as RegOperand;
      return (types[k] as Set<ValType>[]).flatMap((seen, plus) =>
        [...seen].map((type) => ({ field: fields[k] as number, bank: spec.bank, plus, type })),
      );
    });
  const fixed = (list: readonly { bank: string; index: number }[]): RowRegister[] =>
    list.map(({ bank, index }) => ({
      field: -1,
      bank,
      plus: index,
      type: isa.bank(bank).slotBytes === 4 ? "i32" : "i64",
    }));
  const { effects } = row;
  return {
    reads: [...named(effects.reads), ...fixed(effects.fixedReads)],
    writes: [...named(effects.writes), ...fixed(effects.fixedWrites)],
  };
}

/** Type of a frame slot in a function: the one that all uses agree on, else the integer as wide as the slot. */
export function slotTypes(code: Code, entry: number, end: number, below: number): ValType[] {
  const types: (ValType | undefined)[] = Array.from({ length: below });
  const rows = rowRegisters(code.isa);
  const bank = code.isa.banks.find((b) => b.scope === "frame")?.name;
  for (let i = entry; i < end; i++) {
    const row = rows(code.op[i] as number);
    for (const list of [row.reads, row.writes]) {
      for (const r of list) {
        if (r.bank !== bank) continue;
        const slot = slotOf(code, i, r);
        if (slot >= below) continue;
        const known = types[slot];
        types[slot] = known === undefined || known === r.type ? r.type : common(known, r.type);
      }
    }
  }
  return types.map((t) => t ?? "i64");
}

const slotOf = (code: Code, i: number, r: RowRegister): number =>
  (r.field < 0 ? 0 : (code.args[FIELDS * i + r.field] as number)) + r.plus;

/** Registers of a region and, per instruction and block, their state. */
export class RegisterPlan {
  readonly registers: Register[] = [];
  /** By bank and index. */
  readonly #numbers = new Map<string, (number | undefined)[]>();
  readonly #rows: (row: number) => RowRegisters;
  /** Registers whose locals may be newer than memory when a block begins. */
  readonly dirtyIn: Mask[];
  /** Registers whose locals must hold their values when a block begins. */
  readonly liveIn: Mask[];
  /** Registers of machine banks, which whoever is called may read and write. */
  readonly shared: Mask;
  /** Slots of the frame. */
  readonly framed: Mask;
  readonly #frameBank: string | undefined;
  readonly #slots: FunctionSlots | undefined;
  /** Transient registers that are live, by instruction, and the registers of this region that are transient. */
  readonly #transient: Uint8Array | undefined;
  readonly #transients: { readonly bit: number; readonly mask: Mask }[] = [];

  /**
   * @param signatures of guest functions, where they have frames
   * @param fresh the region is a function whose frame has never been in memory
   */
  constructor(
    readonly code: Code,
    readonly flow: ControlFlow,
    readonly region: Region,
    readonly signatures: Signatures | undefined,
    fresh: boolean,
  ) {
    this.#rows = rowRegisters(code.isa);
    this.#frameBank = code.isa.banks.find((b) => b.scope === "frame")?.name;
    this.#slots = flow.frames?.at(region.entry);
    const { blocks } = region;
    for (const block of blocks) {
      for (let i = block; i < flow.endOf(block); i++) {
        const row = this.#rows(code.op[i] as number);
        for (const r of row.reads) this.#note(i, r);
        for (const r of row.writes) this.#note(i, r);
      }
      this.#noteEnd(flow.endOf(block) - 1);
      if (fresh) {
        // What is needed where the region is left must be in locals, even if nothing here touches it.
        for (const s of flow.successors(block)) if (!region.position.has(s)) this.#noteLive(s);
      }
    }
    if (fresh) for (const { slot, type } of signatures?.of(region.entry)?.inputs ?? []) this.#noteSlot(slot, type);
    let framed = 0n;
    this.registers.forEach((r, n) => {
      if (r.bank === this.#frameBank) framed |= bit(n);
    });
    this.framed = framed;
    this.shared = (bit(this.registers.length) - 1n) & ~framed;
    this.#transient = transientLive(code);
    const flags = transientBank(code.isa)?.name;
    this.registers.forEach((r, n) => {
      if (r.bank === flags) this.#transients.push({ bit: r.index, mask: bit(n) });
    });
    this.dirtyIn = this.#dirty(fresh ? framed : 0n);
    this.liveIn = this.#live().map((mask, b) => (mask & this.shared) | (this.liveAt(blocks[b] as number) & framed));
  }

  /** Slots that calls and returns take and give. */
  #noteEnd(last: number): void {
    const end = this.flow.end(last);
    const { signatures } = this;
    if (signatures === undefined) return;
    if (end?.kind === "guestCall") {
      for (const entry of this.flow.calleesOf(end.fn)) {
        const signature = signatures.of(entry);
        for (const { slot, type } of signature?.inputs ?? []) this.#noteSlot(end.window + slot, type);
        signature?.results.forEach((type, k) => {
          this.#noteSlot(end.window + k, type);
        });
      }
    } else if (end?.kind === "return") {
      signatures.of(this.region.entry)?.results.forEach((type, k) => {
        this.#noteSlot(k, type);
      });
    }
  }
  #noteLive(at: number): void {
    const live = this.#slots?.liveAt(at);
    if (live === undefined) return;
    for (let s = 0; s < (this.#slots as FunctionSlots).width; s++)
      if (hasBit(live, s) && this.slot(s) < 0) this.#noteSlot(s, "i64");
  }
  #noteSlot(index: number, type: ValType): void {
    this.#noteRegister(this.#frameBank as string, index, type);
  }

  /** Registers that may still be read when an instruction is about to be executed; shared ones always may. */
  liveAt(i: number): Mask {
    const live = this.#slots === undefined || this.#slots.everything ? undefined : this.#slots.liveAt(i);
    return this.#maskOf(live) & ~this.#dead(i);
  }
  /** Transient registers that nobody reads any more when an instruction is about to be executed. */
  #dead(i: number): Mask {
    if (this.#transients.length === 0) return 0n;
    const live = this.#transient?.[i] as number;
    let mask = 0n;
    for (const t of this.#transients) if (((live >> t.bit) & 1) === 0) mask |= t.mask;
    return mask;
  }
  /** The same behind a block, wherever it goes. */
  #deadBehind(block: number): Mask {
    if (this.#transients.length === 0) return 0n;
    const end = this.flow.end(this.flow.endOf(block) - 1);
    switch (end?.kind) {
      case "call":
        return this.#dead(end.target);
      case "jump":
      case "branch":
      case "next": {
        if (end.kind !== "next" && end.target < 0) return 0n;
        return this.flow.successors(block).reduce((mask, s) => mask & this.#dead(s), -1n);
      }
      default:
        return 0n;
    }
  }
  #maskOf(live: Int32Array | undefined): Mask {
    if (live === undefined) return this.shared | this.framed;
    let mask = this.shared;
    this.registers.forEach((r, n) => {
      if (r.bank === this.#frameBank && hasBit(live, r.index)) mask |= bit(n);
    });
    return mask;
  }
  /** The same for all instructions of a block. */
  liveThrough(block: number): Mask[] {
    const end = this.flow.endOf(block);
    const out: Mask[] = new Array<Mask>(end - block).fill(this.shared | this.framed);
    if (this.#transients.length > 0) for (let i = block; i < end; i++) out[i - block] = this.liveAt(i);
    if (this.#slots === undefined || this.#slots.everything) return out;
    this.#slots.walk(block, end, (i, live) => {
      out[i - block] = this.#maskOf(live);
    });
    return out;
  }
  /** Registers of the frame from a slot on. */
  from(slot: number): Mask {
    let mask = 0n;
    this.registers.forEach((r, n) => {
      if (r.bank === this.#frameBank && r.index >= slot) mask |= bit(n);
    });
    return mask;
  }
  /** Number of the register of a frame slot, -1 if the region has none. */
  slot(index: number): number {
    return this.#numbers.get(this.#frameBank as string)?.[index] ?? -1;
  }

  #note(i: number, r: RowRegister): void {
    const index = slotOf(this.code, i, r);
    if (this.isVoid(r.bank, index)) return;
    // Half of a machine's integer in a local could not be stored without knowing what the other half holds.
    const { scope, slotBytes } = this.code.isa.bank(r.bank);
    const half = r.type === "i32" && slotBytes === 8 && scope === "machine";
    this.#noteRegister(r.bank, index, half ? "i64" : r.type);
  }
  #noteRegister(bank: string, index: number, type: ValType): void {
    let numbers = this.#numbers.get(bank);
    if (numbers === undefined) {
      numbers = [];
      this.#numbers.set(bank, numbers);
    }
    const known = numbers[index];
    if (known === undefined) {
      numbers[index] = this.registers.push({ bank, index, type }) - 1;
      return;
    }
    const register = this.registers[known] as Register;
    if (register.type !== type) register.type = common(register.type, type);
  }

  /** The register holds nothing: it reads as 0, or what is written to it is dropped. */
  isVoid(bank: string, index: number): boolean {
    const { zero, sink } = this.code.isa.bank(bank);
    return index === zero || index === sink;
  }

  /** Number of a register of this region. */
  number(bank: string, index: number): number {
    const n = this.#numbers.get(bank)?.[index];
    if (n === undefined) throw new Error(`register ${bank}.${index} is not part of the region`);
    return n;
  }

  #mask(i: number, list: readonly RowRegister[]): Mask {
    let mask = 0n;
    for (const r of list) {
      const index = slotOf(this.code, i, r);
      if (!this.isVoid(r.bank, index)) mask |= bit(this.number(r.bank, index));
    }
    return mask;
  }
  reads(i: number): Mask {
    return this.#mask(i, this.#rows(this.code.op[i] as number).reads);
  }
  writes(i: number): Mask {
    return this.#mask(i, this.#rows(this.code.op[i] as number).writes);
  }

  /** After this instruction memory has everything: it calls somebody who may read and write all registers. */
  synchronises(i: number, end: BlockEnd | undefined): boolean {
    return (
      (this.code.isa.rows[this.code.op[i] as number]?.effects.callsHost ?? false) ||
      end?.kind === "call" ||
      end?.kind === "callIndirect" ||
      end?.kind === "guestCall"
    );
  }

  #dirty(entry: Mask): Mask[] {
    const { blocks, predecessors } = this.region;
    const into: Mask[] = blocks.map(() => 0n);
    const out: Mask[] = blocks.map(() => 0n);
    const writes = blocks.map((block) => {
      let mask = 0n;
      for (let i = block; i < this.flow.endOf(block); i++) mask |= this.writes(i);
      const end = this.flow.end(this.flow.endOf(block) - 1);
      return end?.kind === "guestCall" ? mask | this.from(end.window) : mask;
    });
    const clean = blocks.map((block) => {
      const last = this.flow.endOf(block) - 1;
      return this.synchronises(last, this.flow.end(last));
    });
    for (let changed = true; changed; ) {
      changed = false;
      for (let b = 0; b < blocks.length; b++) {
        let mask = b === 0 ? entry : 0n;
        for (const p of predecessors[b] as readonly number[]) mask |= out[p] as Mask;
        mask &= ~this.#dead(blocks[b] as number);
        into[b] = mask;
        const after = (mask | (writes[b] as Mask)) & (clean[b] ? this.framed : -1n);
        if (after !== out[b]) {
          out[b] = after;
          changed = true;
        }
      }
    }
    return into;
  }

  /**
   * A local must be valid where its register is read before it is written, and where it would be stored because it may
   * be newer than memory.
   */
  #live(): Mask[] {
    const { blocks, successors } = this.region;
    const live: Mask[] = blocks.map(() => 0n);
    const use: Mask[] = [];
    const through: Mask[] = [];
    blocks.forEach((block, b) => {
      let dirty = this.dirtyIn[b] as Mask;
      // The charge at the head of the block may leave.
      let uses = dirty;
      let defined = 0n;
      let open = true;
      const end = this.flow.endOf(block);
      for (let i = block; i < end; i++) {
        dirty &= ~this.#dead(i);
        uses |= this.reads(i) & ~defined;
        const { effects } = this.code.isa.rows[this.code.op[i] as number] as {
          effects: { mayFault: boolean; callsHost: boolean; mayExit: boolean };
        };
        const writes = this.writes(i);
        if (effects.mayFault) uses |= dirty & ~defined;
        dirty |= writes;
        defined |= writes;
        if (effects.callsHost || effects.mayExit) uses |= dirty & ~defined;
        if (i === end - 1) {
          const how = this.flow.end(i);
          uses |= dirty & ~this.#deadBehind(block) & ~defined;
          if (this.synchronises(i, how)) open = false;
        }
      }
      use.push(uses);
      through.push(open ? ~defined : 0n);
    });
    for (let changed = true; changed; ) {
      changed = false;
      for (let b = blocks.length - 1; b >= 0; b--) {
        let after = 0n;
        for (const s of successors[b] as readonly number[]) after |= live[s] as Mask;
        const before = (use[b] as Mask) | (after & (through[b] as Mask));
        if (before !== live[b]) {
          live[b] = before;
          changed = true;
        }
      }
    }
    return live;
  }
}

/** The integer that holds two types of one slot. */
function common(a: ValType, b: ValType): ValType {
  const narrow = (t: ValType): boolean => t === "i32" || t === "f32";
  return narrow(a) && narrow(b) ? "i32" : "i64";
}

/** Numbers of the registers in a mask. */
export function members(mask: Mask): number[] {
  const out: number[] = [];
  // 32 at a time, as numbers.
  for (let base = 0, rest = mask; rest !== 0n; base += 32, rest >>= 32n) {
    for (let low = Number(rest & 0xffff_ffffn) | 0; low !== 0; low &= low - 1)
      out.push(base + 31 - Math.clz32(low & -low));
  }
  return out;
}
