/** A region: the blocks that become one WebAssembly function, their order, dominators and loops. */
import type { ControlFlow } from "./flow.js";

export interface RegionLimits {
  readonly blocks: number;
  readonly instructions: number;
  /** Instructions of one block: longer ones are left to the interpreter. */
  readonly block: number;
}

export interface Region {
  readonly entry: number;
  /** Blocks in reverse postorder; the first is the entry. */
  readonly blocks: readonly number[];
  /** Position of a block in `blocks`. */
  readonly position: ReadonlyMap<number, number>;
  /** Positions of the successors inside the region. */
  readonly successors: readonly (readonly number[])[];
  readonly predecessors: readonly (readonly number[])[];
  /** Position of the immediate dominator; of the entry: itself. */
  readonly dominator: readonly number[];
  /** An edge goes back to a block that does not dominate its source. */
  readonly irreducible: boolean;
  /** Target of a back edge. */
  readonly loopHeader: readonly boolean[];
  /** More than one edge from earlier blocks. */
  readonly merge: readonly boolean[];
}

/**
 * Blocks reachable from `entry` without leaving its function, nearest first, up to the limits; what is cut off is
 * reached through the driver or another region.
 *
 * @param within blocks to which the region is confined: those of a loop
 */
export function formRegion(
  flow: ControlFlow,
  entry: number,
  limits: RegionLimits,
  within?: ReadonlySet<number>,
): Region {
  const owner = flow.ownerOf(entry);
  const member = new Set<number>();
  let instructions = 0;
  const queue = [entry];
  for (let k = 0; k < queue.length && member.size < limits.blocks && instructions < limits.instructions; k++) {
    const block = queue[k] as number;
    if (member.has(block) || (within !== undefined && !within.has(block))) continue;
    // Another function's blocks stay outside: a jump there is a tail call.
    if (block !== entry && (flow.ownerOf(block) !== owner || (flow.isEntry(block) && block !== owner))) continue;
    if (block !== entry && flow.endOf(block) - block > limits.block) continue;
    member.add(block);
    instructions += flow.endOf(block) - block;
    queue.push(...flow.successors(block));
  }

  const inside = new Map<number, readonly number[]>();
  for (const block of member) {
    inside.set(
      block,
      flow.successors(block).filter((s) => member.has(s)),
    );
  }
  const blocks = reversePostorder(entry, inside);
  const position = new Map(blocks.map((block, i) => [block, i]));
  const successors = blocks.map((block) => [
    ...new Set((inside.get(block) as number[]).map((s) => position.get(s) as number)),
  ]);
  const predecessors: number[][] = blocks.map(() => []);
  successors.forEach((list, i) => {
    for (const s of list) (predecessors[s] as number[]).push(i);
  });
  const dominator = dominators(predecessors);
  let irreducible = false;
  const loopHeader = blocks.map(() => false);
  const merge = blocks.map(() => false);
  successors.forEach((list, i) => {
    for (const s of list) {
      if (s > i) continue;
      if (dominates(dominator, s, i)) loopHeader[s] = true;
      else irreducible = true;
    }
  });
  predecessors.forEach((list, i) => {
    merge[i] = list.filter((p) => p < i).length > 1;
  });
  return { entry, blocks, position, successors, predecessors, dominator, irreducible, loopHeader, merge };
}

/** Positions of the blocks of the loop with this header: what can reach it without leaving what it dominates. */
export function loopBody(region: Region, header: number): Set<number> {
  const body = new Set([header]);
  const stack = (region.predecessors[header] as readonly number[]).filter((p) => p >= header);
  for (let b = stack.pop(); b !== undefined; b = stack.pop()) {
    if (body.has(b)) continue;
    body.add(b);
    stack.push(...(region.predecessors[b] as readonly number[]));
  }
  return body;
}

function reversePostorder(entry: number, successors: ReadonlyMap<number, readonly number[]>): number[] {
  const order: number[] = [];
  const seen = new Set<number>([entry]);
  const stack: { block: number; next: number }[] = [{ block: entry, next: 0 }];
  for (let top = stack[0]; top !== undefined; top = stack[stack.length - 1]) {
    const list = successors.get(top.block) as readonly number[];
    if (top.next === list.length) {
      order.push(top.block);
      stack.pop();
      continue;
    }
    const s = list[top.next++] as number;
    if (seen.has(s)) continue;
    seen.add(s);
    stack.push({ block: s, next: 0 });
  }
  return order.reverse();
}

/** Cooper, Harvey, Kennedy: a simple, fast dominance algorithm, on positions in reverse postorder. */
function dominators(predecessors: readonly (readonly number[])[]): number[] {
  const idom: number[] = predecessors.map(() => -1);
  idom[0] = 0;
  const meet = (a: number, b: number): number => {
    let [x, y] = [a, b];
    while (x !== y) {
      while (x > y) x = idom[x] as number;
      while (y > x) y = idom[y] as number;
    }
    return x;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (let i = 1; i < predecessors.length; i++) {
      let found = -1;
      for (const p of predecessors[i] as readonly number[]) {
        if (idom[p] === -1) continue;
        found = found === -1 ? p : meet(found, p);
      }
      if (found !== -1 && idom[i] !== found) {
        idom[i] = found;
        changed = true;
      }
    }
  }
  return idom;
}

function dominates(idom: readonly number[], a: number, b: number): boolean {
  let x = b;
  while (x > a) x = idom[x] as number;
  return x === a;
}
