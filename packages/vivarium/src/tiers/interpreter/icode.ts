/**
 * ICode: guest code as the interpreter reads it, 16 bytes an instruction with operands pre-scaled and targets resolved.
 *
 * Every gas segment starts with a header slot that holds its cost. A branch charges the target's cost and goes behind
 * the header; code that falls into a segment executes the header. An instruction fused with its successors keeps its
 * successors in their own slots, so entering in the middle still works.
 */
import type { Code } from "../../isa/code.js";
import { FIELDS, fieldsOf } from "../../isa/code.js";
import type { InstructionSet, OperandSpec, Row } from "../../isa/table.js";
import type { Fusions } from "./fusion.js";

export const SLOT = 16;
/** Handler numbers below the rows'. What has not been written yet is 0. */
export const UNWRITTEN = 0;
export const HEADER = 1;
/** Where a branch goes whose target the guest's rules forbid: it panics at the branch. */
export const BAD_TARGET = 2;
export const FIRST_ROW = 3;
/** Byte offsets of a header's cost. */
export const COST = 8;
/** A cost that nothing can pay: the block's cost has not been computed yet. */
export const COST_UNKNOWN = 0x7fffffff;
/** A cost that nothing can pay: compiled code goes on here. */
export const COST_COMPILED = 0x7ffffffe;
/** Longest segment, in instructions: bounds the walk that charges the rest of one. */
export const MAX_SEGMENT = 1024;

/** Byte offset in the slot of every operand. */
export function packing(operands: readonly OperandSpec[]): number[] {
  const used = new Uint8Array(SLOT);
  used.fill(1, 0, 2);
  const take = (size: number, at: readonly number[]): number => {
    for (const offset of at) {
      if (used.subarray(offset, offset + size).every((b) => b === 0)) {
        used.fill(1, offset, offset + size);
        return offset;
      }
    }
    throw new RangeError("operands do not fit into a slot");
  };
  const size = (o: OperandSpec): number => (o.kind === "imm64" ? 8 : o.kind === "reg" && !o.wide ? 2 : 4);
  const offsets = new Array<number>(operands.length).fill(0);
  for (const want of [8, 4, 2]) {
    operands.forEach((operand, i) => {
      if (size(operand) !== want) return;
      offsets[i] = take(want, want === 8 ? [8] : want === 4 ? [8, 12, 4] : [2, 4, 6, 8, 10, 12, 14]);
    });
  }
  return offsets;
}

/** Which instructions start a gas segment. */
export function segmentStarts(code: Code): Uint8Array {
  const starts = code.leader.slice();
  if (code.count > 0) starts[0] = 1;
  if (code.isa.gas === "block") return starts;
  const cuts = code.isa.rows.map((row) => row.effects.callsHost || row.effects.endsBlock);
  let run = 0;
  for (let i = 0; i < code.count; i++) {
    if (starts[i] === 1) run = 0;
    else if (run >= MAX_SEGMENT) {
      starts[i] = 1;
      run = 0;
    }
    run++;
    if (i + 1 < code.count && cuts[code.op[i] as number]) starts[i + 1] = 1;
  }
  return starts;
}

/** How the operands of a row are packed, four numbers each: kind, field in `Code.args`, offset in the slot, scale. */
type Plan = Int32Array;
const REG16 = 0;
const REG32 = 1;
const IMM = 2;
const IMM64 = 3;
const TARGET = 4;

const plans = new WeakMap<InstructionSet, (Plan | undefined)[]>();

/** Plans by row, made when a row is first met: most programs have few of the rows. */
function plansOf(isa: InstructionSet): (Plan | undefined)[] {
  let known = plans.get(isa);
  if (known === undefined) {
    known = isa.rows.map(() => undefined);
    plans.set(isa, known);
  }
  return known;
}

function planOf({ operands }: Row, isa: InstructionSet): Plan {
  const fields = fieldsOf(operands);
  const offsets = packing(operands);
  const plan = new Int32Array(operands.length * 4);
  operands.forEach((o, k) => {
    plan[4 * k] =
      o.kind === "reg" ? (o.wide ? REG32 : REG16) : o.kind === "imm" ? IMM : o.kind === "imm64" ? IMM64 : TARGET;
    plan[4 * k + 1] = fields[k] as number;
    plan[4 * k + 2] = offsets[k] as number;
    plan[4 * k + 3] = o.kind === "reg" ? isa.bank(o.bank).slotBytes : 1;
  });
  return plan;
}

/** Where everything of a program's ICode stands; addresses are bytes from the start of the ICode. */
export interface ICodeLayout {
  readonly starts: Uint8Array;
  /** Slot (not header) of every instruction. */
  readonly slotOf: Uint32Array;
  /** Instruction of every slot of the code; a header belongs to the instruction behind it. */
  readonly instructionOf: Uint32Array;
  /** With room behind the code for a pair of slots for every target, which those take whose targets are forbidden. */
  readonly bytes: number;
}

const isTarget = ({ kind }: OperandSpec): boolean => kind === "target";
const layouts = new WeakMap<Code, ICodeLayout>();

export function layoutICode(code: Code): ICodeLayout {
  let layout = layouts.get(code);
  if (layout === undefined) {
    layout = makeLayout(code);
    layouts.set(code, layout);
  }
  return layout;
}

function makeLayout(code: Code): ICodeLayout {
  const hasTarget = Uint8Array.from(code.isa.rows, ({ operands }) => (operands.some(isTarget) ? 1 : 0));
  const starts = segmentStarts(code);
  const { op, count } = code;
  const slotOf = new Uint32Array(count);
  let instructionOf = new Uint32Array(2 * count);
  let slots = 0;
  let targets = 0;
  for (let i = 0; i < count; i++) {
    if (starts[i] === 1) instructionOf[slots++] = i;
    instructionOf[slots] = i;
    slotOf[i] = slots++;
    targets += hasTarget[op[i] as number] as number;
  }
  instructionOf = instructionOf.slice(0, slots);
  return { starts, slotOf, instructionOf, bytes: (slots + 2 * (targets + 1)) * SLOT };
}

/** Gas from instruction `i` to the end of its segment, for gas model `instruction`. */
export function costFrom(code: Code, starts: Uint8Array, i: number): number {
  let cost = 0;
  for (let j = i; j < code.count && (j === i || starts[j] === 0); j++)
    cost += (code.isa.rows[code.op[j] as number] as { cost: number }).cost;
  return cost;
}

/** Instructions that are written at once, as many as that and to the end of a segment. */
const CHUNK = 256;

/**
 * The ICode of a program at an address. It is written piece by piece as execution reaches it: what has not been written
 * consists of zeros, so its segments cost nothing, and its instructions are `UNWRITTEN`, which leaves.
 */
export class ICode {
  /** Instructions whose targets are forbidden, in the order of their pairs of slots behind the code. */
  readonly #bad: number[] = [];
  readonly #costs: Int32Array;
  readonly #plans: (Plan | undefined)[];
  #fusions: Fusions | undefined;

  /** @param base address of the ICode, a multiple of 16, to which its targets refer */
  constructor(
    readonly code: Code,
    readonly layout: ICodeLayout,
    readonly base: number,
  ) {
    this.#costs = Int32Array.from(code.isa.rows, (r) => r.cost);
    this.#plans = plansOf(code.isa);
  }

  /** The instruction that a slot (number, not address) belongs to. */
  instructionAt(slot: number): number {
    const { instructionOf } = this.layout;
    if (slot < instructionOf.length) return instructionOf[slot] as number;
    return this.#bad[(slot - instructionOf.length) >> 1] as number;
  }

  /** Writes the segments around an instruction, which have not been written. @param memory what {@link base} is in */
  writeAround(index: number, memory: ArrayBufferLike): void {
    const { starts } = this.layout;
    const { count } = this.code;
    let segment = index;
    while (starts[segment] === 0) segment--;
    // A piece begins and ends with a segment: nothing that is paid or fused in one go is torn apart.
    let from = segment - (segment % CHUNK);
    let to = Math.min(count, from + CHUNK);
    while (starts[from] === 0) from++;
    while (to < count && starts[to] === 0) to++;
    this.write(from, to, memory);
  }

  /** Writes instructions `from` to (not including) `to`, whole segments. @param memory what {@link base} is in */
  write(from: number, to: number, memory: ArrayBufferLike): void {
    const { code, layout, base } = this;
    const fusions = this.#fusions;
    const { starts, slotOf } = layout;
    const costs = this.#costs;
    const plans = this.#plans;
    // Slots and all that stands in them are aligned, and wasm hosts are little-endian.
    const i32 = new Int32Array(memory);
    const u16 = new Uint16Array(memory);
    const { op, count } = code;
    const args = code.operands(from, to);
    const perBlock = code.isa.gas === "block";
    if (this.#bad.length === 0) this.#writeBad(count - 1, i32, u16);
    let header = 0;
    let cost = 0;
    for (let i = from; i < to; i++) {
      const at = base + (slotOf[i] as number) * SLOT;
      const row = op[i] as number;
      if (starts[i] === 1) {
        header = at - SLOT;
        cost = 0;
        u16[header >>> 1] = HEADER;
      }
      cost += costs[row] as number;
      if (i + 1 === to || starts[i + 1] === 1) {
        const field = (header + COST) >>> 2;
        // A compiled tier may have marked it already.
        if (i32[field] !== COST_COMPILED) i32[field] = perBlock ? COST_UNKNOWN : cost;
      }
      u16[at >>> 1] = fusions?.at(code, starts, i, args) || FIRST_ROW + row;
      let plan = plans[row];
      if (plan === undefined) {
        plan = planOf(code.isa.rows[row] as Row, code.isa);
        plans[row] = plan;
      }
      for (let p = 0; p < plan.length; p += 4) {
        const kind = plan[p] as number;
        const field = FIELDS * i + (plan[p + 1] as number);
        const value = args[field] as number;
        const offset = at + (plan[p + 2] as number);
        if (kind === REG16) u16[offset >>> 1] = value * (plan[p + 3] as number);
        else if (kind === TARGET) {
          i32[offset >>> 2] =
            value === -1 ? this.#writeBad(i, i32, u16) : base + (slotOf[value] as number) * SLOT - SLOT;
        } else {
          i32[offset >>> 2] = value * (plan[p + 3] as number);
          if (kind === IMM64) i32[(offset + 4) >>> 2] = args[field + 1] as number;
        }
      }
    }
  }

  /**
   * From now on sequences are fused, in what has been written too. The starter has no use for them, and most of what
   * starts in it is compiled before anything else needs them.
   */
  fuse(fusions: Fusions, memory: ArrayBufferLike): void {
    if (this.#fusions !== undefined) return;
    this.#fusions = fusions;
    const { code, base } = this;
    const { starts, slotOf } = this.layout;
    const u16 = new Uint16Array(memory);
    for (let i = 0; i < code.count; i++) {
      const at = (base + (slotOf[i] as number) * SLOT) >>> 1;
      if (u16[at] !== UNWRITTEN) u16[at] = fusions.at(code, starts, i, code.operands(i, i + 1)) || (u16[at] as number);
    }
  }

  /** A place of its own where instruction `i` panics. The first is right behind the code: what runs out of it gets there. */
  #writeBad(i: number, i32: Int32Array, u16: Uint16Array): number {
    const at = this.base + (this.layout.instructionOf.length + 2 * this.#bad.length) * SLOT;
    this.#bad.push(i);
    u16[at >>> 1] = HEADER;
    u16[(at + SLOT) >>> 1] = BAD_TARGET;
    return at;
  }
}
