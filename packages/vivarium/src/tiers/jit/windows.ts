/**
 * Guest addresses to host addresses in compiled code: the window of memory in which an access is likely to be, and one
 * that is remembered for its base register.
 */

import type { Code } from "../../isa/code.js";
import { FIELDS, fieldsOf } from "../../isa/code.js";
import type { Expr, MemoryBits, ValType } from "../../isa/expr.js";
import type { Row } from "../../isa/table.js";
import type { FunctionWriter, Label } from "../../wasm/module.js";
import type { MemoryAccess } from "../lower.js";
import { FIXED_WINDOWS, PROGRAM_WINDOW, STATE, WINDOW } from "../state.js";
import { P } from "./abi.js";
import type { ControlFlow } from "./flow.js";
import { Guesses, type Sight } from "./guesses.js";
import type { Region } from "./region.js";
import { members, type Register, type RegisterPlan } from "./registers.js";
import { onlyAccess } from "./rows.js";
import type { AccessSites } from "./sites.js";
import { TUNING } from "./tuning.js";

/** Bytes of a program's hint cells. */
export const HINT_BYTES = 1 << 16;
/** Cells are shared by whoever the hash brings together: a wrong hint costs time and nothing else. */
function hintOffset(entry: number, base: number): number {
  return ((Math.imul(entry, 0x9e3779b1) >>> 8) + (base + 1) * 8) & (HINT_BYTES - 8);
}

/** A window of guest memory (see `WINDOW`) in locals. */
interface WindowLocals {
  readonly start: number;
  readonly readMax: number;
  readonly writeMax: number;
  readonly delta: number;
}

/** The region that is being compiled, and the instruction. */
export interface WindowSite {
  readonly w: FunctionWriter;
  readonly code: Code;
  readonly region: Region;
  readonly plan: RegisterPlan;
  readonly context: { readonly flow: ControlFlow; readonly sight?: Sight | undefined; readonly sites?: AccessSites };
  readonly at: number;
  readonly row: Row;
  fetch(register: number, type: ValType): void;
  /** Leaves to the interpreter, which executes the instruction. */
  leaveIfSlow(): boolean;
}

/** Accesses of a block off one value of a base register, checked together. */
interface Group {
  readonly least: number;
  readonly most: number;
  readonly level: 1 | 2;
  /** Local with the host address of `least`. */
  readonly local: number;
  found: boolean;
}
/** Accesses further apart are checked one by one. */
const MAX_SPAN = 1 << 10;

/** Where a window's fields are: in locals, or in memory, where the address of the window is the sum of local and offset. */
type Place =
  | { readonly in: "locals"; readonly locals: WindowLocals }
  | { readonly in: "memory"; readonly base: number; readonly offset: number }
  | { readonly in: "program"; readonly slot: number };
type Field = "start" | "readMax" | "writeMax" | "delta";

export class Windows implements MemoryAccess {
  /** Of windows that the program has numbers for, where their fields are in locals. */
  readonly #kept = new Map<number, { readonly readMax: number; readonly writeMax: number; readonly delta: number }>();
  /** Guests with frames: the lower of the two fixed windows, where it is in locals. */
  #lower: WindowLocals | undefined;
  readonly #local: number;
  readonly #fixed: boolean;
  readonly #groups = new Map<number, Group>();
  readonly #locals: number[] = [];
  readonly #guesses: Guesses | undefined;
  #remembered: number | undefined;

  /** @param calls behind every call locals have to be loaded again: with calls the fields are read where they are */
  constructor(
    readonly site: WindowSite,
    readonly calls: boolean,
    fixed: boolean,
  ) {
    this.#local = site.w.local("i32");
    this.#fixed = fixed;
    const { code, region, plan, context } = site;
    const guess = !fixed && TUNING.passes.guessedWindows && context.sight !== undefined;
    this.#guesses = guess ? new Guesses(code, context.flow, region, plan, context.sight) : undefined;
  }

  /** Loads what the region's accesses need. */
  open(): void {
    if (this.calls) return;
    const { w } = this.site;
    if (!this.#fixed) {
      for (const slot of this.#slots()) {
        const locals = { readMax: w.local("i32"), writeMax: w.local("i32"), delta: w.local("i32") };
        for (const name of ["readMax", "writeMax", "delta"] as const) {
          this.#programField(slot, name);
          w.set(locals[name]);
        }
        this.#kept.set(slot, locals);
      }
      return;
    }
    if (!this.#accesses()) return;
    const local = (): number => w.local("i32");
    this.#lower = { start: local(), readMax: local(), writeMax: local(), delta: local() };
    for (const name of ["start", "readMax", "writeMax", "delta"] as const) {
      w.get(P.state);
      w.mem("i32.load", FIXED_WINDOWS[0] + WINDOW[name]);
      w.set(this.#lower[name]);
    }
  }
  #programField(slot: number, name: "readMax" | "writeMax" | "delta"): void {
    this.site.w.get(P.state);
    this.site.w.mem("i32.load", PROGRAM_WINDOW.first + slot * PROGRAM_WINDOW.bytes + PROGRAM_WINDOW[name]);
  }
  /** Numbers of the windows that accesses of the region are likely to be in. */
  #slots(): Set<number> {
    const slots = new Set<number>();
    for (const block of this.site.region.blocks) {
      for (let i = block; i < this.site.context.flow.endOf(block); i++) slots.add(this.#likely(i));
    }
    slots.delete(-1);
    return slots;
  }
  #accesses(): boolean {
    const { code, region, context } = this.site;
    return region.blocks.some((block) => {
      for (let i = block; i < context.flow.endOf(block); i++)
        if ((code.isa.rows[code.op[i] as number] as Row).effects.mayFault) return true;
      return false;
    });
  }

  /** Number of the register that an address is computed from (register + immediate), -1 if it is anything else. */
  #baseOf(row: Row, i: number, from: Expr): number {
    if (from.k === "num" && from.op === "i32.add") {
      return this.#baseOf(row, i, from.args[0] as Expr);
    }
    if (from.k === "num" && from.op === "i32.wrap_i64") return this.#baseOf(row, i, from.args[0] as Expr);
    if (from.k !== "reg") return -1;
    const spec = row.operands[from.operand] as { bank: string };
    const field = fieldsOf(row.operands)[from.operand] as number;
    const index = (this.site.code.args[FIELDS * i + field] as number) + from.plus;
    return this.site.plan.isVoid(spec.bank, index) ? -1 : this.site.plan.number(spec.bank, index);
  }

  // Accesses off the same value of a register, at distances that are known

  /** Finds out which accesses of a block are checked together. */
  begin(first: number, end: number): void {
    if (!TUNING.passes.sharedChecks) return;
    const { code, plan } = this.site;
    /** By base register: the accesses since it was written last. */
    const open = new Map<number, { at: number; disp: number; level: 1 | 2 }[]>();
    let locals = 0;
    const close = (base: number): void => {
      const list = open.get(base);
      open.delete(base);
      if (list === undefined || list.length < 2) return;
      const least = Math.min(...list.map((a) => a.disp));
      const most = Math.max(...list.map((a) => a.disp));
      if (most - least > MAX_SPAN) return;
      if (locals === this.#locals.length) this.#locals.push(this.site.w.local("i32"));
      const group: Group = {
        least,
        most,
        level: list.some((a) => a.level === 2) ? 2 : 1,
        local: this.#locals[locals++] as number,
        found: false,
      };
      for (const { at } of list) this.#groups.set(at, group);
    };
    for (let i = first; i < end; i++) {
      const row = code.isa.rows[code.op[i] as number] as Row;
      const access = onlyAccess(row);
      if (access !== undefined) {
        const place = this.#place(row, i, access.address);
        if (place !== undefined) {
          const list = open.get(place.base) ?? [];
          list.push({ at: i, disp: place.disp, level: access.level });
          open.set(place.base, list);
        }
      }
      for (const n of members(plan.writes(i))) close(n);
    }
    for (const base of [...open.keys()]) close(base);
  }

  /** The base register and distance of an address that is a register plus immediates. */
  #place(row: Row, i: number, from: Expr): { base: number; disp: number } | undefined {
    if (from.k === "num" && (from.op === "i32.add" || from.op === "i64.add")) {
      const [a, b] = from.args as [Expr, Expr];
      const place = this.#place(row, i, a);
      if (place === undefined) return undefined;
      if (b.k === "const") return { base: place.base, disp: (place.disp + Number(b.value)) | 0 };
      if (b.k !== "imm" || row.operands[b.operand]?.kind === "imm64") return undefined;
      const field = fieldsOf(row.operands)[b.operand] as number;
      return { base: place.base, disp: (place.disp + (this.site.code.args[FIELDS * i + field] as number)) | 0 };
    }
    if (from.k === "num" && from.op === "i32.wrap_i64") return this.#place(row, i, from.args[0] as Expr);
    const base = from.k === "reg" ? this.#baseOf(row, i, from) : -1;
    return base < 0 || this.#typeOf(base).startsWith("f") ? undefined : { base, disp: 0 };
  }
  #typeOf(register: number): ValType {
    return (this.site.plan.registers[register] as Register).type;
  }

  known(from: Expr<"i32">): { local: number; offset: number } | undefined {
    const { w, at, row } = this.site;
    const group = this.#groups.get(at);
    const place = group === undefined ? undefined : this.#place(row, at, from);
    if (group === undefined || place === undefined) return undefined;
    if (!group.found) {
      group.found = true;
      const type = this.#typeOf(place.base);
      this.site.fetch(place.base, type);
      if (type === "i64") w.op("i32.wrap_i64");
      w.i32(group.least);
      w.op("i32.add");
      w.set(this.#local);
      const done = w.block();
      const slow = w.block();
      this.#find(this.#local, group.level, from, group.most - group.least, slow);
      w.set(group.local);
      w.br(done);
      w.end();
      // The access itself may be in a window where the whole group is not: then nothing is gained by another order.
      this.slow(this.#local, from);
      this.site.leaveIfSlow();
      w.end();
    }
    return { local: group.local, offset: place.disp - group.least };
  }

  /**
   * The address is in the window where it is likely to be, or the code leaves; where accesses have been found in others
   * too, a second one is tried: of guests with frames the other fixed one, else the one in which the base register's
   * addresses were last. There is no call on the slow path: V8 would keep registers in memory all around it.
   */
  fast(address: number, from: Expr<"i32">, _bits: MemoryBits, level: 1 | 2, slow: Label): void {
    this.#find(address, level, from, 0, slow);
  }

  /** Leaves the host address of a local on the stack, if all that follows it for `span` bytes is in the same window. */
  #find(address: number, level: 1 | 2, from: Expr<"i32">, span: number, slow: Label): void {
    const { w } = this.site;
    const max = level === 1 ? "readMax" : "writeMax";
    const places = this.#places();
    const field = (place: Place, name: Field): void => this.#field(place, name);
    const check = (place: Place, other: Label): void => {
      w.get(address);
      field(place, "start");
      w.op("i32.sub");
      if (span > 0) w.tee(this.#distance);
      field(place, max);
      w.op("i32.ge_u");
      w.brIf(other);
      if (span > 0) {
        w.get(this.#distance);
        w.i32(span);
        w.op("i32.add");
        field(place, max);
        w.op("i32.ge_u");
        w.brIf(other);
      }
      field(place, "delta");
    };
    const [first, second] = places as [Place, Place | undefined];
    if (second === undefined) check(first, slow);
    else {
      const found = w.block("i32");
      const otherwise = w.block();
      if (first.in === "memory" && !this.#fixed) this.#remember(from, 0);
      check(first, otherwise);
      w.br(found);
      w.end();
      // The cell for the last window comes first; with a guess in front it is the second to be tried.
      if (!this.#fixed) this.#remember(from, first.in === "memory" ? 4 : 0);
      check(second, slow);
      w.end();
    }
    w.get(address);
    w.op("i32.add");
  }
  #distanceLocal: number | undefined;
  get #distance(): number {
    this.#distanceLocal ??= this.site.w.local("i32");
    return this.#distanceLocal;
  }

  /** Number of the program's window that an access is likely to be in, -1 for no idea. */
  #likely(i: number): number {
    if (this.#guesses === undefined) return -1;
    return this.site.context.sites?.of(i)?.window ?? this.#guesses.at(i);
  }
  /** The windows to look into: the one that is likely, and another one where accesses wander. */
  #places(): readonly Place[] {
    const { at, context } = this.site;
    const known = context.sites?.of(at);
    // Code that was made anew because mere habit was wrong would cost a program's start more than the second window does.
    const doubted = known === undefined && (this.#guesses?.isMere(at) ?? true);
    const one = TUNING.passes.singleWindows && known?.wanders !== true && !doubted;
    if (this.#fixed) {
      const lower: Place =
        this.#lower === undefined
          ? { in: "memory", base: P.state, offset: FIXED_WINDOWS[0] }
          : { in: "locals", locals: this.#lower };
      const upper: Place = { in: "memory", base: P.state, offset: FIXED_WINDOWS[1] };
      const order = known?.window === 1 ? [upper, lower] : [lower, upper];
      return one ? order.slice(0, 1) : order;
    }
    this.#remembered ??= this.site.w.local("i32");
    const remembered: Place = { in: "memory", base: this.#remembered, offset: WINDOW.first };
    const slot = this.#likely(at);
    if (slot < 0) return [remembered, remembered];
    return one ? [{ in: "program", slot }] : [{ in: "program", slot }, remembered];
  }
  /** Finds where the fields of the base register's last window, or of the one before, are. */
  #remember(from: Expr<"i32">, cell: number): void {
    const { w, region, at, row } = this.site;
    w.get(P.state);
    w.get(P.state);
    w.mem("i32.load", STATE.hints);
    w.mem("i32.load", hintOffset(region.entry, this.#baseOf(row, at, from)) + cell);
    w.op("i32.add");
    w.set(this.#remembered as number);
  }
  #field(place: Place, name: Field): void {
    const { w } = this.site;
    if (place.in === "locals") w.get(place.locals[name]);
    else if (place.in === "memory") {
      w.get(place.base);
      w.mem("i32.load", place.offset + WINDOW[name]);
    } else if (name === "start") w.i32((this.site.context.sight as Sight).startOf(place.slot) | 0);
    else {
      const kept = this.#kept.get(place.slot);
      if (kept === undefined) this.#programField(place.slot, name);
      else w.get(kept[name]);
    }
  }

  slow(address: number, from: Expr<"i32">): void {
    const { w } = this.site;
    w.get(P.state);
    w.get(address);
    w.mem("i32.store", STATE.missed);
    if (this.#fixed) return;
    w.get(P.state);
    w.i32(hintOffset(this.site.region.entry, this.#baseOf(this.site.row, this.site.at, from)));
    w.mem("i32.store", STATE.missedHint);
  }
}
