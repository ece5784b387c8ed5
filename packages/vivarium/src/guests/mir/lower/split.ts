/**
 * Gives every value of a slot that is written several times in a block a slot of its own, but for the last one: what was
 * computed stays there to be used again, and can be moved on its own. Sharing of slots puts them together again.
 */
import { FIELDS } from "../../../isa/code.js";
import type { FunctionGraph } from "./graph.js";
import type { FunctionCode } from "./optimize.js";

/** Most slots, so that narrow operands can name them, and most slots times blocks that analyses work on. */
const MAX_SLOTS = 4_000;
const MAX_WORK = 2_000_000;

/** @returns true if anything was split: the graph is out of date then. */
export function splitSlots(f: FunctionCode, g: FunctionGraph): boolean {
  let { slots } = f;
  for (const { start, end } of g.blocks) {
    // A block is split as a whole or not at all.
    const most = slots + end - start;
    if (most > MAX_SLOTS || most * g.blocks.length > MAX_WORK) break;
    const last = new Map<number, number>();
    for (let i = start; i < end; i++) {
      const { writes } = g.facts(i);
      if (writes >= 0) last.set(g.slotAt(i, writes), i);
    }
    const now = new Map<number, number>();
    for (let i = start; i < end; i++) {
      const { reads, writes } = g.facts(i);
      const d = writes < 0 ? -1 : g.slotAt(i, writes);
      for (const { field } of reads) {
        const renamed = now.get(g.slotAt(i, field));
        if (renamed !== undefined) g.args[i * FIELDS + field] = renamed;
      }
      if (d < 0 || d >= g.firstWindow) continue;
      if (last.get(d) === i) now.delete(d);
      else {
        now.set(d, slots);
        g.args[i * FIELDS + writes] = slots++;
      }
    }
  }
  const any = slots > f.slots;
  f.slots = slots;
  return any;
}
