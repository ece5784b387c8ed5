/** Guest addresses to host addresses in compiled code: two remembered windows of memory for every base register. */

import type { Code } from "../../isa/code.js";
import { FIELDS, fieldsOf } from "../../isa/code.js";
import type { Expr, MemoryBits } from "../../isa/expr.js";
import type { Row } from "../../isa/table.js";
import type { FunctionWriter, Label } from "../../wasm/module.js";
import type { MemoryAccess } from "../lower.js";
import { STATE, WINDOW } from "../state.js";
import { P } from "./abi.js";
import type { ControlFlow } from "./flow.js";
import type { Region } from "./region.js";
import type { RegisterPlan } from "./registers.js";
import { addresses } from "./rows.js";

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
}

export class Windows implements MemoryAccess {
  /** Locals with the two windows of every base register; -1 is for addresses without one. */
  readonly #windows = new Map<number, readonly [WindowLocals | number, number]>();
  readonly #local: number;

  /** @param calls behind every call locals have to be loaded again: with calls the fields are read where they are */
  constructor(
    readonly site: WindowSite,
    readonly calls: boolean,
  ) {
    this.#local = site.w.local("i32");
  }

  /** Loads what the region's accesses need. */
  open(): void {
    const { w, region } = this.site;
    for (const base of this.#baseRegisters()) {
      const first = this.calls
        ? w.local("i32")
        : { start: w.local("i32"), readMax: w.local("i32"), writeMax: w.local("i32"), delta: w.local("i32") };
      const second = w.local("i32");
      this.#windows.set(base, [first, second]);
      w.get(P.state);
      w.get(P.state);
      w.mem("i32.load", STATE.hints);
      w.mem("i32.load", hintOffset(region.entry, base) + 4);
      w.op("i32.add");
      w.set(second);
    }
    this.#loadWindows();
  }

  /** Number of the register that an address is computed from (register + anything), -1 if it is anything else. */
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

  /**
   * The address is in one of the two windows that the base register's addresses were in last, or the code leaves.
   * There is no call on the slow path: V8 would keep registers in memory all around it.
   */
  fast(address: number, from: Expr<"i32">, _bits: MemoryBits, level: 1 | 2, slow: Label): void {
    const { w } = this.site;
    const [first, other] = this.#windows.get(this.#baseOf(this.site.row, this.site.at, from)) as readonly [
      WindowLocals | number,
      number,
    ];
    const max = WINDOW.first + (level === 1 ? WINDOW.readMax : WINDOW.writeMax);
    const offset = (window: number): void => {
      w.get(address);
      w.get(window);
      w.mem("i32.load", WINDOW.first + WINDOW.start);
      w.op("i32.sub");
      w.get(window);
      w.mem("i32.load", max);
    };
    const found = w.block("i32");
    const second = w.block();
    if (typeof first === "number") offset(first);
    else {
      w.get(address);
      w.get(first.start);
      w.op("i32.sub");
      w.get(level === 1 ? first.readMax : first.writeMax);
    }
    w.op("i32.ge_u");
    w.brIf(second);
    if (typeof first === "number") {
      w.get(first);
      w.mem("i32.load", WINDOW.first + WINDOW.delta);
    } else w.get(first.delta);
    w.br(found);
    w.end();
    offset(other);
    w.op("i32.ge_u");
    w.brIf(slow);
    w.get(other);
    w.mem("i32.load", WINDOW.first + WINDOW.delta);
    w.end();
    w.get(address);
    w.op("i32.add");
  }
  /** Loads the first windows. */
  #loadWindows(): void {
    const { w } = this.site;
    for (const [base, [first]] of this.#windows) {
      w.get(P.state);
      w.get(P.state);
      w.mem("i32.load", STATE.hints);
      w.mem("i32.load", hintOffset(this.site.region.entry, base));
      w.op("i32.add");
      if (typeof first === "number") {
        w.set(first);
        continue;
      }
      w.set(this.#local);
      for (const name of ["start", "readMax", "writeMax", "delta"] as const) {
        w.get(this.#local);
        w.mem("i32.load", WINDOW.first + WINDOW[name]);
        w.set(first[name]);
      }
    }
  }
  slow(address: number, from: Expr<"i32">): void {
    const { w } = this.site;
    w.get(P.state);
    w.get(address);
    w.mem("i32.store", STATE.missed);
    w.get(P.state);
    w.i32(hintOffset(this.site.region.entry, this.#baseOf(this.site.row, this.site.at, from)));
    w.mem("i32.store", STATE.missedHint);
  }
}
