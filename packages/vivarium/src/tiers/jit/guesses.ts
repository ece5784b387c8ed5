/**
 * Guesses which window of guest memory an access of a region is in: from constants, and from where the registers of a
 * machine point that stands near. A wrong guess costs time and nothing else.
 */
import { type Code, FIELDS, fieldsOf } from "../../isa/code.js";
import type { Expr, Stmt } from "../../isa/expr.js";
import type { Row } from "../../isa/table.js";
import type { ControlFlow } from "./flow.js";
import type { Region } from "./region.js";
import type { RegisterPlan } from "./registers.js";

/** A window of a machine, by its number among those of the program. */
export interface KnownWindow {
  readonly slot: number;
  readonly start: number;
  readonly length: number;
  readonly writable: boolean;
}

/** What the compiler sees of the machine for which it compiles. */
export interface Sight {
  /** Largest first. */
  windows(): readonly KnownWindow[];
  /** First address of the window with a number. */
  startOf(slot: number): number;
  /** Low half of a register of a machine bank. */
  register(bank: string, index: number): number;
}

/** Nothing is known. */
const NONE = -1;

export class Guesses {
  readonly #windows: readonly KnownWindow[];
  /** Windows into which the machine's registers point. */
  readonly #sampled: Int8Array;
  /** By block, where registers point at its end. */
  readonly #after: (Int8Array | undefined)[];
  readonly #accesses = new Map<number, number>();
  /** Accesses of which nothing but habit speaks for the window. */
  readonly #mere = new Set<number>();
  readonly #usual: number;
  readonly #bound = new Map<number, number>();
  #now: Int8Array;
  #at = 0;
  #row!: Row;

  constructor(
    readonly code: Code,
    readonly flow: ControlFlow,
    readonly region: Region,
    readonly plan: RegisterPlan,
    sight: Sight | undefined,
  ) {
    this.#windows = sight?.windows() ?? [];
    const { registers } = plan;
    this.#sampled = new Int8Array(registers.length).fill(NONE);
    this.#now = this.#sampled;
    this.#after = region.blocks.map(() => undefined);
    const writable = this.#windows.filter((w) => w.writable);
    // What has been loaded from memory more often points to data than to the stack, which is up.
    this.#usual = (writable.find((w) => w.start >>> 31 === 0) ?? writable[0])?.slot ?? NONE;
    if (sight === undefined || this.#windows.length === 0) return;
    registers.forEach((r, n) => {
      if (r.type.startsWith("i") && code.isa.bank(r.bank).scope === "machine")
        this.#sampled[n] = this.#holding(sight.register(r.bank, r.index));
    });
    region.blocks.forEach((block, b) => {
      this.#enter(b);
      for (let i = block; i < flow.endOf(block); i++) {
        this.#at = i;
        this.#row = code.isa.rows[code.op[i] as number] as Row;
        this.#body(this.#row.meaning);
      }
      this.#after[b] = this.#now;
    });
  }

  /** Number of the window that the access of an instruction is likely to be in, -1 for no idea. */
  at(i: number): number {
    return this.#accesses.get(i) ?? NONE;
  }
  /** Neither constants nor registers that were looked at say anything about the access. */
  isMere(i: number): boolean {
    return this.#mere.has(i);
  }

  #holding(address: number): number {
    for (const { slot, start, length } of this.#windows) if ((address - start) >>> 0 < length) return slot;
    return NONE;
  }

  /** Where blocks meet, what is known on one way is taken for known. */
  #enter(b: number): void {
    const now = new Int8Array(this.#sampled.length).fill(NONE);
    const before = (this.region.predecessors[b] as readonly number[]).filter((p) => p < b);
    for (const p of before)
      this.#after[p]?.forEach((slot, n) => {
        if (now[n] === NONE) now[n] = slot;
      });
    if (b === 0) now.set(this.#sampled);
    this.#now = now;
  }

  #body(body: readonly Stmt[]): void {
    for (const s of body) {
      switch (s.s) {
        case "setReg":
          this.#set((this.#row.operands[s.operand] as { bank: string }).bank, this.#field(s.operand) + s.plus, s.value);
          break;
        case "setFixedReg":
          this.#set(s.bank, s.index, s.value);
          break;
        case "store":
          this.#access(s.addr);
          this.#of(s.value);
          break;
        case "let":
          this.#bound.set(s.id, this.#of(s.value));
          this.#body(s.body);
          break;
        case "if":
          this.#body(s.then);
          this.#body(s.else);
          break;
        default:
          break;
      }
    }
  }
  #set(bank: string, index: number, value: Expr): void {
    const slot = this.#of(value);
    if (!this.plan.isVoid(bank, index)) this.#now[this.plan.number(bank, index)] = slot;
  }
  #field(operand: number): number {
    return this.code.args[FIELDS * this.#at + (fieldsOf(this.#row.operands)[operand] as number)] as number;
  }

  #access(address: Expr): void {
    const base = this.#baseOf(address);
    let slot = this.#of(address);
    if (slot === NONE) this.#mere.add(this.#at);
    if (slot === NONE && base >= 0) slot = this.#sampled[base] as number;
    if (!this.#accesses.has(this.#at)) this.#accesses.set(this.#at, slot === NONE ? this.#usual : slot);
  }
  #baseOf(e: Expr): number {
    if (e.k === "num" && (e.op === "i32.add" || e.op === "i64.add" || e.op === "i32.wrap_i64"))
      return this.#baseOf(e.args[0] as Expr);
    if (e.k !== "reg") return -1;
    const { bank } = this.#row.operands[e.operand] as { bank: string };
    const index = this.#field(e.operand) + e.plus;
    return this.plan.isVoid(bank, index) ? -1 : this.plan.number(bank, index);
  }

  /** Window into which a value points. */
  #of(e: Expr): number {
    switch (e.k) {
      case "const":
        return typeof e.value === "bigint" || e.type === "i32" ? this.#holding(Number(e.value)) : NONE;
      case "imm":
        return e.type === "i32" || e.type === "i64" ? this.#holding(this.#field(e.operand)) : NONE;
      case "reg": {
        const { bank } = this.#row.operands[e.operand] as { bank: string };
        return this.#register(bank, this.#field(e.operand) + e.plus);
      }
      case "fixedReg":
        return this.#register(e.bank, e.index);
      case "local":
        return this.#bound.get(e.id) ?? NONE;
      case "let":
        this.#bound.set(e.id, this.#of(e.value));
        return this.#of(e.body);
      case "load":
        this.#access(e.addr);
        return NONE;
      case "select":
      case "choose": {
        this.#of(e.cond);
        const a = this.#of(e.a);
        const b = this.#of(e.b);
        return a === NONE ? b : a;
      }
      case "num":
        return this.#numeric(
          e.op,
          e.args.map((arg) => this.#of(arg)),
          e.args,
        );
      default:
        return NONE;
    }
  }
  #register(bank: string, index: number): number {
    return this.plan.isVoid(bank, index) ? NONE : (this.#now[this.plan.number(bank, index)] as number);
  }
  #numeric(op: string, slots: readonly number[], args: readonly Expr[]): number {
    const [a = NONE, b = NONE] = slots;
    switch (op.slice(4)) {
      case "add":
        // A constant that is an address is the base, whatever the other side looks like.
        if (b !== NONE && (args[1]?.k === "const" || args[1]?.k === "imm")) return b;
        return a === NONE ? b : a;
      case "or":
        return a === NONE ? b : a;
      case "sub":
      case "and":
      case "wrap_i64":
      case "extend_i32_s":
      case "extend_i32_u":
        return a;
      default:
        return NONE;
    }
  }
}
