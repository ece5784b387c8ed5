/** A lowered function as a flow graph over its slots, and the liveness of those. */
import { FIELDS } from "../../../isa/code.js";
import { JMPI, RET, ROW_FACTS, type RowFacts, SWITCH } from "./rows.js";

/** Instructions from `start` to before `end`. */
export interface Block {
  start: number;
  end: number;
}

/**
 * A function's instructions with targets as indices into it. Slot ids are dense: the function's own slots first, then
 * those of the window.
 */
export class FunctionGraph {
  readonly blocks: Block[] = [];
  /** Block by the instruction it starts at; −1 elsewhere. */
  readonly blockAt: Int32Array;
  readonly count: number;

  constructor(
    readonly op: Uint16Array,
    readonly args: Int32Array,
    /** Code table entries that hold targets in this function, and the function's own range of labels. */
    readonly table: readonly number[],
    readonly labels: { readonly first: number; readonly count: number },
    /** Number of slot ids. */
    readonly slots: number,
    /** First id of a window slot. */
    readonly firstWindow: number,
    /** Operand value from which a slot is one of the window. */
    private readonly windowMark: number,
    readonly results: number,
  ) {
    this.count = op.length;
    this.blockAt = new Int32Array(this.count + 1).fill(-1);
    this.findBlocks();
  }

  facts(i: number): RowFacts {
    return ROW_FACTS[this.op[i] as number] as RowFacts;
  }

  /** Slot id of an operand. */
  slotAt(i: number, field: number): number {
    const value = this.args[i * FIELDS + field] as number;
    return value >= this.windowMark ? value - this.windowMark + this.firstWindow : value;
  }

  /** Operand value of a slot id. */
  operandOf(slot: number): number {
    return slot >= this.firstWindow ? slot - this.firstWindow + this.windowMark : slot;
  }

  private findBlocks(): void {
    const starts = new Uint8Array(this.count + 1);
    starts[0] = 1;
    for (let i = 0; i < this.count; i++) {
      const facts = this.facts(i);
      if (facts.ends) starts[i + 1] = 1;
      if (facts.target >= 0) starts[this.args[i * FIELDS + facts.target] as number] = 1;
      const [first, count] = this.tableRange(i);
      for (let k = 0; k < count; k++) starts[this.table[first + k] as number] = 1;
    }
    for (let k = 0; k < this.labels.count; k++) starts[this.table[this.labels.first + k] as number] = 1;
    for (let i = 0; i < this.count; i++) {
      if (starts[i] === 1) {
        this.blockAt[i] = this.blocks.length;
        this.blocks.push({ start: i, end: i });
      }
      (this.blocks[this.blocks.length - 1] as Block).end = i + 1;
    }
  }

  /** First entry and number of entries of the code table that instruction `i` jumps through. */
  tableRange(i: number): readonly [first: number, count: number] {
    const row = this.op[i] as number;
    if (row !== SWITCH && row !== JMPI) return [0, 0];
    return [this.args[i * FIELDS + 1] as number, this.args[i * FIELDS + 2] as number];
  }

  /** Blocks that may follow block `b`. */
  successors(b: number): number[] {
    const { end } = this.blocks[b] as Block;
    const last = end - 1;
    const facts = this.facts(last);
    const out: number[] = [];
    if (facts.falls && end < this.count) out.push(this.blockAt[end] as number);
    if (facts.target >= 0) out.push(this.blockAt[this.args[last * FIELDS + facts.target] as number] as number);
    const [first, count] = this.tableRange(last);
    for (let k = 0; k < count; k++) out.push(this.blockAt[this.table[first + k] as number] as number);
    return out;
  }

  /** Slots that are live at the end of every block: bits, `words` 32-bit words a block. */
  liveness(): { out: Int32Array; words: number } {
    const { blocks, slots } = this;
    const words = (slots + 31) >> 5;
    const use = new Int32Array(words * blocks.length);
    const def = new Int32Array(words * blocks.length);
    const out = new Int32Array(words * blocks.length);
    const input = new Int32Array(words * blocks.length);
    blocks.forEach((block, b) => {
      const at = b * words;
      const read = (s: number): void => {
        if (((def[at + (s >> 5)] as number) & (1 << (s & 31))) === 0) use[at + (s >> 5)]! |= 1 << (s & 31);
      };
      for (let i = block.start; i < block.end; i++) {
        const facts = this.facts(i);
        for (const { field } of facts.reads) read(this.slotAt(i, field));
        if (facts.call) {
          for (let s = this.firstWindow; s < slots; s++) read(s);
          for (let s = this.firstWindow; s < slots; s++) def[at + (s >> 5)]! |= 1 << (s & 31);
        }
        if (this.op[i] === RET) for (let s = 0; s < this.results; s++) read(s);
        if (facts.writes >= 0) {
          const s = this.slotAt(i, facts.writes);
          def[at + (s >> 5)]! |= 1 << (s & 31);
        }
      }
    });
    const before = this.predecessors();
    const work = blocks.map((_, b) => b);
    const queued = new Uint8Array(blocks.length).fill(1);
    while (work.length > 0) {
      const b = work.pop() as number;
      queued[b] = 0;
      const at = b * words;
      let changed = false;
      for (let w = 0; w < words; w++) {
        const value = (use[at + w] as number) | ((out[at + w] as number) & ~(def[at + w] as number));
        if (value !== input[at + w]) {
          input[at + w] = value;
          changed = true;
        }
      }
      if (!changed) continue;
      for (const p of before[b] as number[]) {
        let more = false;
        for (let w = 0; w < words; w++) {
          const merged = (out[p * words + w] as number) | (input[at + w] as number);
          if (merged !== out[p * words + w]) {
            out[p * words + w] = merged;
            more = true;
          }
        }
        if (more && queued[p] === 0) {
          queued[p] = 1;
          work.push(p);
        }
      }
    }
    return { out, words };
  }

  /** Says of slots whether they are live where block `b` begins. */
  liveIn(b: number): (slot: number) => boolean {
    const { out, words } = this.liveness();
    const live = out.slice(b * words, (b + 1) * words);
    this.backwards(b, live);
    return (s) => ((live[s >> 5] as number) & (1 << (s & 31))) !== 0;
  }

  /** Takes what is live at the end of block `b` to its beginning. */
  backwards(b: number, live: Int32Array): void {
    const bit = (s: number): number => 1 << (s & 31);
    const { start, end } = this.blocks[b] as Block;
    for (let i = end - 1; i >= start; i--) {
      const { writes, reads, call } = this.facts(i);
      if (this.op[i] === RET) for (let s = 0; s < this.results; s++) live[s >> 5]! |= bit(s);
      if (writes >= 0) {
        const s = this.slotAt(i, writes);
        live[s >> 5] = (live[s >> 5] as number) & ~bit(s);
      }
      if (call) for (let s = this.firstWindow; s < this.slots; s++) live[s >> 5]! |= bit(s);
      for (const { field } of reads) {
        const s = this.slotAt(i, field);
        live[s >> 5]! |= bit(s);
      }
    }
  }

  private predecessors(): number[][] {
    const before: number[][] = this.blocks.map(() => []);
    for (let b = 0; b < this.blocks.length; b++) {
      for (const next of new Set(this.successors(b))) (before[next] as number[]).push(b);
    }
    return before;
  }
}

/** Slots below the window that may be read before they are written. */
export function slotsLiveOnEntry(g: FunctionGraph, slots: number): number[] {
  const live = g.liveIn(0);
  const found: number[] = [];
  for (let s = 0; s < slots; s++) if (live(s)) found.push(s);
  return found;
}
