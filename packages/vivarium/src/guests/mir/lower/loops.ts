/** Moves what a loop computes anew each time, always the same, in front of it: arithmetic, and loads where nothing stores. */
import { FIELDS } from "../../../isa/code.js";
import type { FunctionGraph } from "./graph.js";
import type { FunctionCode } from "./optimize.js";
import { MEMORY, ROW_FACTS, type RowFacts } from "./rows.js";

/** Functions with more instructions or loops are left as they are, so that loading stays quick. */
const MAX_INSTRUCTIONS = 2_000;
const MAX_LOOPS = 24;

/** A loop with one entry, and the blocks that are in it. */
interface Loop {
  readonly header: number;
  readonly blocks: ReadonlySet<number>;
}

/**
 * Hoists out of all loops, the inner ones first.
 *
 * @param graphOf a graph of the function as it is
 */
export function hoistInvariants(f: FunctionCode, graphOf: () => FunctionGraph): void {
  if (f.op.length > MAX_INSTRUCTIONS) return;
  const done = new Set<number>();
  for (let n = 0; n < MAX_LOOPS; n++) {
    const g = graphOf();
    // Headers are told apart by what ends their block, which hoisting does not move.
    const idOf = (b: number): number => f.op.length - (g.blocks[b] as { end: number }).end;
    const loop = loopsOf(f, g)
      .filter(({ header }) => !done.has(idOf(header)))
      .sort((a, b) => a.blocks.size - b.blocks.size)[0];
    if (loop === undefined) return;
    done.add(idOf(loop.header));
    const moved = invariants(g, loop);
    if (moved.length > 0) rebuild(f, g, loop, moved);
  }
}

/** Loops that control enters at their header only, by branches and from above. */
function loopsOf(f: FunctionCode, g: FunctionGraph): Loop[] {
  const before: number[][] = g.blocks.map(() => []);
  g.blocks.forEach((_, b) => {
    for (const s of g.successors(b)) (before[s] as number[]).push(b);
  });
  const inTable = new Set(f.entries.map((entry) => f.table[entry] as number));
  const tails = new Map<number, number[]>();
  g.blocks.forEach((_, b) => {
    for (const h of g.successors(b)) if (h <= b) tails.set(h, [...(tails.get(h) ?? []), b]);
  });
  const loops: Loop[] = [];
  for (const [header, ends] of tails) {
    const { start } = g.blocks[header] as { start: number };
    if (header === 0 || inTable.has(start)) continue;
    const blocks = new Set([header]);
    const work = [...ends];
    for (let b = work.pop(); b !== undefined; b = work.pop()) {
      if (blocks.has(b)) continue;
      blocks.add(b);
      work.push(...(before[b] as number[]));
    }
    // What is in front of the header must not be in the loop: the way around would lead through what is hoisted.
    if (!blocks.has(0) && !blocks.has(header - 1)) loops.push({ header, blocks });
  }
  return loops;
}

/** Instructions of a loop that can stand in front of it, in order. */
function invariants(g: FunctionGraph, { header, blocks }: Loop): number[] {
  const order = [...blocks].sort((a, b) => a - b);
  const writes = new Map<number, number>();
  let stores = false;
  for (const b of order) {
    const { start, end } = g.blocks[b] as { start: number; end: number };
    for (let i = start; i < end; i++) {
      const facts = g.facts(i);
      if (facts.call) {
        stores = true;
        for (let s = g.firstWindow; s < g.slots; s++) writes.set(s, 2);
      }
      if (MEMORY[g.op[i] as number]?.stores === true) stores = true;
      if (facts.writes >= 0) writes.set(g.slotAt(i, facts.writes), (writes.get(g.slotAt(i, facts.writes)) ?? 0) + 1);
    }
  }
  const live = g.liveIn(header);
  const moved: number[] = [];
  for (const b of order) {
    const { start, end } = g.blocks[b] as { start: number; end: number };
    // A load may only be done earlier if nothing else could have happened before it.
    let first = b === header && !stores;
    for (let i = start; i < end; i++) {
      const facts = g.facts(i);
      const loads = MEMORY[g.op[i] as number]?.stores === false;
      if (canMove(g, i, facts, writes, live) && (facts.removable || (loads && first))) {
        moved.push(i);
        writes.delete(g.slotAt(i, facts.writes));
      } else if (!facts.removable) first = false;
    }
  }
  return moved;
}

/** The instruction gives the same every time, to a slot that nothing else in the loop writes or has read before. */
function canMove(
  g: FunctionGraph,
  i: number,
  facts: RowFacts,
  writes: ReadonlyMap<number, number>,
  live: (slot: number) => boolean,
): boolean {
  if (facts.writes < 0 || facts.copy !== null) return false;
  const d = g.slotAt(i, facts.writes);
  if (d >= g.firstWindow || writes.get(d) !== 1 || live(d)) return false;
  return facts.reads.every(({ field }) => !writes.has(g.slotAt(i, field)));
}

/** Writes the function with instructions of a loop in front of it. */
function rebuild(f: FunctionCode, g: FunctionGraph, { header, blocks }: Loop, moved: readonly number[]): void {
  const count = f.op.length;
  const { start } = g.blocks[header] as { start: number };
  const taken = new Set(moved);
  const order: number[] = [];
  for (let i = 0; i < start; i++) order.push(i);
  order.push(...moved);
  for (let i = start; i < count; i++) if (!taken.has(i)) order.push(i);
  const to = new Int32Array(count + 1);
  order.forEach((i, at) => {
    to[i] = at;
  });
  // A target that has been moved itself goes on at what was behind it.
  to[count] = count;
  for (let i = count - 1; i >= start; i--) if (taken.has(i)) to[i] = to[i + 1] as number;
  const inLoop = new Uint8Array(count);
  for (const b of blocks) {
    const { start: from, end } = g.blocks[b] as { start: number; end: number };
    inLoop.fill(1, from, end);
  }
  const op = f.op.slice();
  const args = f.args.slice();
  const origin = f.origin.slice();
  order.forEach((i, at) => {
    op[at] = f.op[i] as number;
    origin[at] = f.origin[i] as number;
    args.set(f.args.subarray(i * FIELDS, (i + 1) * FIELDS), at * FIELDS);
    const { target } = ROW_FACTS[op[at] as number] as RowFacts;
    if (target < 0) return;
    const old = args[at * FIELDS + target] as number;
    // From outside, the loop begins with what has been moved in front of it.
    args[at * FIELDS + target] = old === start && inLoop[i] === 0 ? start : (to[old] as number);
  });
  for (const entry of f.entries) f.table[entry] = to[f.table[entry] as number] as number;
  f.op = op;
  f.args = args;
  f.origin = origin;
}
