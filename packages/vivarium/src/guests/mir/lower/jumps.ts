/** Takes out what control never reaches and jumps that lead to the next instruction; leads jumps past jumps. */
import { FIELDS } from "../../../isa/code.js";
import type { FunctionGraph } from "./graph.js";
import type { FunctionCode } from "./optimize.js";
import { JMP, NOP, ROW_FACTS, type RowFacts } from "./rows.js";

/** Longest chain of jumps that is followed. */
const MAX_CHAIN = 32;

/** Leads every jump to where the jumps at its target lead. */
export function threadJumps(f: FunctionCode): void {
  const { op, args } = f;
  const follow = (target: number): number => {
    let to = target;
    for (let n = 0; n < MAX_CHAIN && op[to] === JMP && args[to * FIELDS] !== to; n++) to = args[to * FIELDS] as number;
    return to;
  };
  for (let i = 0; i < op.length; i++) {
    const { target } = ROW_FACTS[op[i] as number] as RowFacts;
    if (target >= 0) args[i * FIELDS + target] = follow(args[i * FIELDS + target] as number);
  }
}

/** Marks what is not reached, and jumps to what follows anyway, to be left out. @returns true if there is any. */
export function removeUnreached(f: FunctionCode, g: FunctionGraph): boolean {
  const { blocks } = g;
  const reached = new Uint8Array(blocks.length);
  const work = [0];
  for (let k = 0; k < f.labels.count; k++) work.push(g.blockAt[f.table[f.labels.first + k] as number] as number);
  for (const b of work) reached[b] = 1;
  while (work.length > 0) {
    for (const next of g.successors(work.pop() as number)) {
      if (reached[next] === 1) continue;
      reached[next] = 1;
      work.push(next);
    }
  }
  let any = false;
  blocks.forEach(({ start, end }, b) => {
    if (reached[b] === 0) {
      f.op.fill(NOP, start, end);
      any = true;
    }
  });
  // From the end, so that what is left out behind a jump counts as left out.
  let next = f.op.length;
  for (let i = f.op.length - 1; i >= 0; i--) {
    if (f.op[i] === NOP) continue;
    const to = f.args[i * FIELDS] as number;
    if (f.op[i] === JMP && to > i && to <= next && firstKept(f, to) === next) {
      f.op[i] = NOP;
      any = true;
    } else next = i;
  }
  return any;
}

function firstKept(f: FunctionCode, from: number): number {
  let at = from;
  while (at < f.op.length && f.op[at] === NOP) at++;
  return at;
}
