/**
 * ICode: guest code as the interpreter reads it, 16 bytes an instruction with operands pre-scaled and targets resolved.
 *
 * Every gas segment starts with a header slot that holds its cost. A branch charges the target's cost and goes behind
 * the header; code that falls into a segment executes the header. An instruction fused with its successors keeps its
 * successors in their own slots, so entering in the middle still works.
 */
import type { Code } from "../../isa/code.js";
import { FIELDS, fieldsOf } from "../../isa/code.js";
import type { InstructionSet, OperandSpec } from "../../isa/table.js";
import type { Fusions } from "./fusion.js";

export const SLOT = 16;
/** Handler numbers below the rows'. */
export const HEADER = 0;
/** Where a branch goes whose target the guest's rules forbid: it panics at the branch. */
export const BAD_TARGET = 1;
export const FIRST_ROW = 2;
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

/** How every operand is packed, four numbers each: kind, field in `Code.args`, offset in the slot, scale. */
interface Plan {
  readonly operands: Int32Array;
  /** Where the operands of a row begin; one more entry than rows. */
  readonly first: Int32Array;
  /** 1 for rows with a target. */
  readonly hasTarget: Uint8Array;
}
const REG16 = 0;
const REG32 = 1;
const IMM = 2;
const IMM64 = 3;
const TARGET = 4;

const plans = new WeakMap<InstructionSet, Plan>();

/** Flat, because every instruction of every program goes through it before anything has been optimised. */
function planOf(isa: InstructionSet): Plan {
  const known = plans.get(isa);
  if (known !== undefined) return known;
  const operands: number[] = [];
  const first = [0];
  for (const row of isa.rows) {
    const fields = fieldsOf(row.operands);
    const offsets = packing(row.operands);
    row.operands.forEach((o, k) => {
      const kind =
        o.kind === "reg" ? (o.wide ? REG32 : REG16) : o.kind === "imm" ? IMM : o.kind === "imm64" ? IMM64 : TARGET;
      const scale = o.kind === "reg" ? isa.bank(o.bank).slotBytes : 1;
      operands.push(kind, fields[k] as number, offsets[k] as number, scale);
    });
    first.push(operands.length);
  }
  const hasTarget = Uint8Array.from(isa.rows, (row) => (row.operands.some((o) => o.kind === "target") ? 1 : 0));
  const made = { operands: Int32Array.from(operands), first: Int32Array.from(first), hasTarget };
  plans.set(isa, made);
  return made;
}

/** Where everything of a program's ICode stands; addresses are bytes from the start of the ICode. */
export interface ICodeLayout {
  readonly starts: Uint8Array;
  /** Slot (not header) of every instruction. */
  readonly slotOf: Uint32Array;
  /** Instruction of every slot; a header belongs to the instruction behind it. */
  readonly instructionOf: Uint32Array;
  readonly bytes: number;
}

export function layoutICode(code: Code): ICodeLayout {
  const starts = segmentStarts(code);
  const slotOf = new Uint32Array(code.count);
  let slots = 0;
  for (let i = 0; i < code.count; i++) {
    if (starts[i] === 1) slots++;
    slotOf[i] = slots++;
  }
  // One bad-target pair for every target of -1, and one behind the last instruction.
  const { operands, first, hasTarget } = planOf(code.isa);
  const { op, args, count } = code;
  const bad: number[] = [];
  for (let i = 0; i < count; i++) {
    const row = op[i] as number;
    if (hasTarget[row] === 0) continue;
    for (let p = first[row] as number; p < (first[row + 1] as number); p += 4) {
      if (operands[p] === TARGET && args[FIELDS * i + (operands[p + 1] as number)] === -1) bad.push(i);
    }
  }
  const instructionOf = new Uint32Array(slots + 2 * (bad.length + 1));
  for (let i = 0; i < code.count; i++) {
    const s = slotOf[i] as number;
    instructionOf[s] = i;
    if (starts[i] === 1) instructionOf[s - 1] = i;
  }
  bad.push(Math.max(0, code.count - 1));
  // The pair right behind the code must be the last instruction's own: it is what falling off the end reaches.
  bad.unshift(bad.pop() as number);
  bad.forEach((i, k) => {
    instructionOf[slots + 2 * k] = i;
    instructionOf[slots + 2 * k + 1] = i;
  });
  return { starts, slotOf, instructionOf, bytes: instructionOf.length * SLOT };
}

/** Gas from instruction `i` to the end of its segment, for gas model `instruction`. */
export function costFrom(code: Code, starts: Uint8Array, i: number): number {
  let cost = 0;
  for (let j = i; j < code.count && (j === i || starts[j] === 0); j++)
    cost += (code.isa.rows[code.op[j] as number] as { cost: number }).cost;
  return cost;
}

/** Writes the ICode of a program at address `base`, a multiple of 16, to which its targets refer. */
export function writeICode(code: Code, layout: ICodeLayout, fusions: Fusions, into: Uint8Array, base: number): void {
  // Slots and all that stands in them are aligned, and wasm hosts are little-endian.
  const i32 = new Int32Array(into.buffer, into.byteOffset, layout.bytes >>> 2);
  const u16 = new Uint16Array(into.buffer, into.byteOffset, layout.bytes >>> 1);
  const { starts, slotOf } = layout;
  const { op, args, count } = code;
  const { operands, first } = planOf(code.isa);
  const costs = Int32Array.from(code.isa.rows, (r) => r.cost);
  const perBlock = code.isa.gas === "block";
  const endSlots = (count === 0 ? 0 : (slotOf[count - 1] as number) + 1) * SLOT;
  let nextBad = endSlots + 2 * SLOT;
  let cost = 0;
  for (let i = 0; i < count; i++) {
    const at = (slotOf[i] as number) * SLOT;
    const row = op[i] as number;
    if (starts[i] === 1) {
      u16[(at - SLOT) >>> 1] = HEADER;
      cost = (at - SLOT + COST) >>> 2;
      i32[cost] = perBlock ? COST_UNKNOWN : 0;
    }
    if (!perBlock) i32[cost] = (i32[cost] as number) + (costs[row] as number);
    u16[at >>> 1] = fusions.at(code, starts, i) || FIRST_ROW + row;
    const end = first[row + 1] as number;
    for (let p = first[row] as number; p < end; p += 4) {
      const kind = operands[p] as number;
      const field = FIELDS * i + (operands[p + 1] as number);
      const value = args[field] as number;
      const offset = at + (operands[p + 2] as number);
      if (kind === REG16) u16[offset >>> 1] = value * (operands[p + 3] as number);
      else if (kind === TARGET) {
        let to: number;
        if (value === -1) {
          to = nextBad;
          nextBad += 2 * SLOT;
        } else to = (slotOf[value] as number) * SLOT - SLOT;
        i32[offset >>> 2] = base + to;
      } else {
        i32[offset >>> 2] = value * (operands[p + 3] as number);
        if (kind === IMM64) i32[(offset + 4) >>> 2] = args[field + 1] as number;
      }
    }
  }
  for (let at = endSlots; at < layout.bytes; at += 2 * SLOT) {
    u16[at >>> 1] = HEADER;
    i32[(at + COST) >>> 2] = 0;
    u16[(at + SLOT) >>> 1] = BAD_TARGET;
  }
}
