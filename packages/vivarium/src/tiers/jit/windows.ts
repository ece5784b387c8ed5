/** Guest addresses to host addresses in compiled code: two remembered windows of memory for every base register. */

import type { Code } from "../../isa/code.js";
import { FIELDS, fieldsOf } from "../../isa/code.js";
import type { Expr, MemoryBits, ValType } from "../../isa/expr.js";
import type { Row } from "../../isa/table.js";
import type { FunctionWriter, Label } from "../../wasm/module.js";
import type { MemoryAccess } from "../lower.js";
import { FIXED_WINDOWS, STATE, WINDOW } from "../state.js";
import { JIT_STOP, P } from "./abi.js";
import type { ControlFlow } from "./flow.js";
import type { Region } from "./region.js";
import { members, type Register, type RegisterPlan } from "./registers.js";
import { addresses, onlyAccess } from "./rows.js";
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
  readonly context: { readonly flow: ControlFlow };
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

export class Windows implements MemoryAccess {
  /** Locals with the two windows of every base register; -1 is for addresses without one. */
  readonly #windows = new Map<number, readonly [WindowLocals | number, number]>();
  /** Guests with frames: the lower of the two fixed windows, where it is in locals. */
  #lower: WindowLocals | undefined;
  readonly #local: number;
  readonly #fixed: boolean;
  readonly #groups = new Map<number, Group>();
  readonly #locals: number[] = [];

  /** @param calls behind every call locals have to be loaded again: with calls the fields are read where they are */
  constructor(
    readonly site: WindowSite,
    readonly calls: boolean,
    fixed: boolean,
  ) {
    this.#local = site.w.local("i32");
    this.#fixed = fixed;
  }

  /** Where the instruction goes on when an address has not been found. */
  get stop(): number {
    return this.#fixed ? JIT_STOP.interpret : JIT_STOP.window;
  }

  /** Loads what the region's accesses need. */
  open(): void {
    const bases = this.#baseRegisters();
    if (this.#fixed) {
      if (bases.size === 0 || this.calls) return;
      this.#lower = this.#newWindow();
      this.#loadWindow(this.#lower, P.state, FIXED_WINDOWS[0]);
      return;
    }
    const { w, region } = this.site;
    for (const base of bases) {
      const first = this.calls ? w.local("i32") : this.#newWindow();
      const second = w.local("i32");
      this.#windows.set(base, [first, second]);
      for (const [at, cell] of [[first, 0] as const, [second, 4] as const]) {
        w.get(P.state);
        w.get(P.state);
        w.mem("i32.load", STATE.hints);
        w.mem("i32.load", hintOffset(region.entry, base) + cell);
        w.op("i32.add");
        if (typeof at === "number") w.set(at);
        else {
          w.set(this.#local);
          this.#loadWindow(at, this.#local, WINDOW.first);
        }
      }
    }
  }
  #newWindow(): WindowLocals {
    const { w } = this.site;
    return { start: w.local("i32"), readMax: w.local("i32"), writeMax: w.local("i32"), delta: w.local("i32") };
  }
  #loadWindow(into: WindowLocals, from: number, offset: number): void {
    const { w } = this.site;
    for (const name of ["start", "readMax", "writeMax", "delta"] as const) {
      w.get(from);
      w.mem("i32.load", offset + WINDOW[name]);
      w.set(into[name]);
    }
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

  #baseRegisters(): Set<number> {
    const bases = new Set<number>();
    for (const block of this.site.region.blocks) {
      for (let i = block; i < this.site.context.flow.endOf(block); i++) {
        const row = this.site.code.isa.rows[this.site.code.op[i] as number] as Row;
        if (row.effects.mayFault) for (const address of addresses(row)) bases.add(this.#baseOf(row, i, address));
      }
    }
    return bases;
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
      if (!this.#fixed) {
        // The access itself may be in a window where the whole group is not: then nothing is gained by another order.
        this.slow(this.#local, from);
      }
      this.site.leaveIfSlow();
      w.end();
    }
    return { local: group.local, offset: place.disp - group.least };
  }

  /**
   * The address is in one of two windows, or the code leaves: of guests with frames the two fixed ones, else those that
   * the base register's addresses were in last. There is no call on the slow path: V8 would keep registers in memory
   * all around it.
   */
  fast(address: number, from: Expr<"i32">, _bits: MemoryBits, level: 1 | 2, slow: Label): void {
    this.#find(address, level, from, 0, slow);
  }

  /** Leaves the host address of a local on the stack, if all that follows it for `span` bytes is in the same window. */
  #find(address: number, level: 1 | 2, from: Expr<"i32">, span: number, slow: Label): void {
    const { w } = this.site;
    const max = level === 1 ? "readMax" : "writeMax";
    const known = this.#fixed
      ? undefined
      : (this.#windows.get(this.#baseOf(this.site.row, this.site.at, from)) as readonly [
          WindowLocals | number,
          number,
        ]);
    const places: [WindowLocals | number, number][] =
      known === undefined
        ? [
            [this.#lower ?? P.state, FIXED_WINDOWS[0]],
            [P.state, FIXED_WINDOWS[1]],
          ]
        : [
            [known[0], WINDOW.first],
            [known[1], WINDOW.first],
          ];
    const field = (
      [place, offset]: [WindowLocals | number, number],
      name: "start" | "readMax" | "writeMax" | "delta",
    ) => {
      if (typeof place === "number") {
        w.get(place);
        w.mem("i32.load", offset + WINDOW[name]);
      } else w.get(place[name]);
    };
    const found = w.block("i32");
    const second = w.block();
    places.forEach((place, k) => {
      const other = k === 0 ? second : slow;
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
      if (k === 0) w.br(found);
      w.end();
    });
    w.get(address);
    w.op("i32.add");
  }
  #distanceLocal: number | undefined;
  get #distance(): number {
    this.#distanceLocal ??= this.site.w.local("i32");
    return this.#distanceLocal;
  }

  slow(address: number, from: Expr<"i32">): void {
    if (this.#fixed) return;
    const { w } = this.site;
    w.get(P.state);
    w.get(address);
    w.mem("i32.store", STATE.missed);
    w.get(P.state);
    w.i32(hintOffset(this.site.region.entry, this.#baseOf(this.site.row, this.site.at, from)));
    w.mem("i32.store", STATE.missedHint);
  }
}
