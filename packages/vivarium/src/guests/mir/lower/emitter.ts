/** Collects lowered instructions: rows of the op table with their operand fields, in growing typed arrays. */
import { FIELDS } from "../../../isa/code.js";
import { MIR_ISA, rowOf } from "../table.js";

const indices = new Map<string, number>();

/** Index of a row by name, looked up once. */
function row(name: string): number {
  let index = indices.get(name);
  if (index === undefined) {
    index = rowOf(name);
    indices.set(name, index);
  }
  return index;
}

/** Instructions of a whole program. */
export class Emitter {
  op = new Uint16Array(4096);
  args = new Int32Array(4096 * FIELDS);
  /** Word offset of the MIR instruction that an instruction was made from, in its module's code; −1 if none. */
  origin = new Int32Array(4096);
  count = 0;
  /** Origin of what is emitted next. */
  at = -1;

  /** Appends an instruction and returns its index. */
  emit(name: string, a = 0, b = 0, c = 0, d = 0): number {
    const index = this.count++;
    if (index === this.op.length) this.grow();
    this.op[index] = row(name);
    const f = index * FIELDS;
    this.args[f] = a;
    this.args[f + 1] = b;
    this.args[f + 2] = c;
    this.args[f + 3] = d;
    this.origin[index] = this.at;
    return index;
  }

  /** Appends instructions that have been made already. */
  append(op: Uint16Array, args: Int32Array, origin: Int32Array): void {
    while (this.count + op.length > this.op.length) this.grow();
    this.op.set(op, this.count);
    this.args.set(args, this.count * FIELDS);
    this.origin.set(origin, this.count);
    this.count += op.length;
  }

  private grow(): void {
    const double = <A extends Uint16Array | Int32Array>(old: A): A => {
      const bigger = new (old.constructor as new (n: number) => A)(old.length * 2);
      bigger.set(old);
      return bigger;
    };
    this.op = double(this.op);
    this.args = double(this.args);
    this.origin = double(this.origin);
  }

  /** Marks the instructions that begin a block: function entries, targets, and what follows an end of block. */
  leaders(entries: readonly number[], table: readonly number[]): Uint8Array {
    const leader = new Uint8Array(this.count + 1);
    for (const entry of entries) leader[entry] = 1;
    for (const entry of table) if (entry >= 0) leader[entry] = 1;
    for (let i = 0; i < this.count; i++) {
      const rowInfo = MIR_ISA.rows[this.op[i] as number] as (typeof MIR_ISA.rows)[number];
      if (rowInfo.effects.endsBlock) leader[i + 1] = 1;
      const field = targetField(this.op[i] as number);
      if (field >= 0) {
        const to = this.args[i * FIELDS + field] as number;
        if (to >= 0) leader[to] = 1;
      }
    }
    return leader.subarray(0, this.count);
  }
}

const targetFields: number[] = MIR_ISA.rows.map((r) => r.operands.findIndex((o) => o.kind === "target"));

/** The field that holds a row's target, or −1. Rows with a target have no 64-bit immediate before it. */
export function targetField(rowIndex: number): number {
  return targetFields[rowIndex] as number;
}
