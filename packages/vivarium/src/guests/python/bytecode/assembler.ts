/** Turns a stream of ops, labels and protected ranges into a {@link Code}, computing jump targets and stack size. */

import { Code, type CodeParts, type Handler, type SourcePosition } from "./code.js";
import { OPS } from "./table.js";

/** A place in the instructions, known once {@link Assembler.mark} was called. */
export interface Label {
  at: number;
}

interface Range {
  start: number;
  end: number;
  handler: Label;
  depth: number;
  order: number;
}

const MAX_OPERAND = (1 << 23) - 1;

/** Thrown when a program needs an operand or a size that the format does not have. */
export class AssemblerLimit extends Error {}

export class Assembler {
  private readonly ops: number[] = [];
  private readonly args: (number | Label)[] = [];
  private readonly where: number[] = [];
  private readonly ranges: Range[] = [];
  private readonly open: Range[] = [];
  private readonly depthAt: number[] = [];
  private current: SourcePosition = { line: -1, column: -1, endLine: -1, endColumn: -1 };
  /** Stack depth on the path that is being emitted, or -1 when the current place cannot be reached. */
  depth = 0;
  private maxDepth = 0;
  private readonly labelDepth = new Map<Label, number>();

  at(position: SourcePosition): void {
    this.current = position;
  }

  get position(): SourcePosition {
    return this.current;
  }

  get length(): number {
    return this.ops.length;
  }

  label(): Label {
    return { at: -1 };
  }

  /** Places a label here. */
  mark(label: Label): void {
    label.at = this.ops.length;
    const known = this.labelDepth.get(label);
    if (this.depth < 0 && known !== undefined) this.depth = known;
    else if (known !== undefined && known !== this.depth)
      throw new Error(`stack depth ${this.depth} where ${known} was expected at ${this.ops.length}`);
    else if (this.depth >= 0) this.labelDepth.set(label, this.depth);
  }

  emit(op: number, arg: number | Label = 0): void {
    const row = OPS[op]!;
    if (this.depth < 0) return; // unreachable: leave it out
    if (typeof arg === "number" && (arg < 0 || arg > MAX_OPERAND)) throw new AssemblerLimit("program too large");
    const operand = typeof arg === "number" ? arg : 0;
    this.ops.push(op);
    this.args.push(arg);
    this.where.push(this.current.line, this.current.column, this.current.endLine, this.current.endColumn);
    this.depthAt.push(this.depth);
    const below = this.depth - row.pops(operand);
    if (below < 0) throw new Error(`stack underflow at ${row.name}`);
    if (typeof arg !== "number" && row.jumpPushes) {
      const target = below + row.jumpPushes(0);
      const known = this.labelDepth.get(arg);
      if (known === undefined) this.labelDepth.set(arg, target);
      else if (known !== target)
        throw new Error(`stack depth ${target} where ${known} was expected for a jump by ${row.name}`);
      if (target > this.maxDepth) this.maxDepth = target;
    }
    this.depth = row.terminal ? -1 : below + row.pushes(operand);
    if (this.depth > this.maxDepth) this.maxDepth = this.depth;
  }

  /** From here on exceptions go to `handler` with the present stack kept. */
  protect(handler: Label, depth = this.depth): void {
    this.open.push({ start: this.ops.length, end: -1, handler, depth, order: this.open.length });
    this.labelDepth.set(handler, depth + 1);
    if (depth + 1 > this.maxDepth) this.maxDepth = depth + 1;
  }

  /** Ends the innermost protected range. */
  unprotect(): void {
    const range = this.open.pop()!;
    range.end = this.ops.length;
    this.ranges.push(range);
  }

  /** Leaves the innermost protected ranges for the code of a jump out of them; {@link resume} enters them again. */
  suspend(count: number): Range[] {
    const out: Range[] = [];
    for (let i = 0; i < count; i++) {
      const range = this.open.pop()!;
      this.ranges.push({ ...range, end: this.ops.length });
      out.push(range);
    }
    return out;
  }

  resume(ranges: Range[]): void {
    for (let i = ranges.length - 1; i >= 0; i--) {
      const range = ranges[i]!;
      this.open.push({ ...range, start: this.ops.length });
    }
  }

  get protectedCount(): number {
    return this.open.length;
  }

  finish(parts: Omit<CodeParts, "instructions" | "positions" | "handlers" | "stackSize">): Code {
    const count = this.ops.length;
    const instructions = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const arg = this.args[i]!;
      const operand = typeof arg === "number" ? arg : arg.at;
      if (operand < 0) throw new Error(`label of ${OPS[this.ops[i]!]!.name} was never placed`);
      instructions[i] = this.ops[i]! | (operand << 8);
    }
    const handlers: Handler[] = [];
    // Inner ranges first: they were opened deeper.
    for (const range of [...this.ranges].sort((a, b) => b.order - a.order || a.start - b.start)) {
      if (range.start < range.end && range.handler.at >= 0)
        handlers.push({ start: range.start, end: range.end, target: range.handler.at, depth: range.depth });
    }
    return new Code({
      ...parts,
      instructions,
      handlers,
      positions: Int32Array.from(this.where),
      stackSize: this.maxDepth + 1,
    });
  }
}
