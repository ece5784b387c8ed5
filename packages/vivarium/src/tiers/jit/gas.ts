/**
 * Where a region pays gas. A block that starts a stretch (the entry, a loop header, where a call comes back) pays at
 * once for the dearest way through everything ahead that cannot repeat; cheaper ways get the difference back on their
 * edges. So there is one check for each stretch, and yet what is left is exact wherever anybody can see it.
 */
import type { Region } from "./region.js";

export interface GasPlan {
  /** Gas of a block itself. */
  readonly cost: readonly number[];
  /** Paid when a block begins: its own gas and that of the dearest way on. */
  readonly ahead: readonly number[];
  /** Of `ahead`, what is not the block's own. */
  readonly rest: readonly number[];
  /** The block pays and checks; others find themselves paid. */
  readonly pays: readonly boolean[];
}

/** Without a meter a unit of fuel stands for so much gas. */
const UNMETERED = 16;

/**
 * Where a region of a program without a meter pays: once around a loop and once a call, so that it comes to the end of
 * its slice.
 */
export function planTicks(region: Region, costOf: (block: number) => number): GasPlan {
  const { blocks, loopHeader } = region;
  const pays = blocks.map((_, b) => b === 0 || region.irreducible || (loopHeader[b] as boolean));
  const { ahead } = planGas(region, costOf, () => false);
  const cost = blocks.map((_, b) => (pays[b] ? Math.ceil((ahead[b] as number) / UNMETERED) : 0));
  return { cost, ahead: cost, rest: blocks.map(() => 0), pays };
}

/**
 * @param costOf gas of the block that starts at an instruction
 * @param ends the block's gas must be exact at its end, or in it: calls, host calls
 */
export function planGas(region: Region, costOf: (block: number) => number, ends: (block: number) => boolean): GasPlan {
  const { blocks, successors, predecessors, loopHeader } = region;
  const cost = blocks.map(costOf);
  const exact = blocks.map(ends);
  // Reached from a block that is exact at its end, or around a loop: paid for on arrival.
  const pays = blocks.map(
    (_, b) =>
      b === 0 ||
      region.irreducible ||
      (loopHeader[b] as boolean) ||
      (predecessors[b] as readonly number[]).some((p) => exact[p] || p >= b),
  );
  const ahead = cost.slice();
  const rest = cost.map(() => 0);
  for (let b = blocks.length - 1; b >= 0; b--) {
    let most = 0;
    if (!exact[b]) {
      for (const s of successors[b] as readonly number[]) if (!pays[s]) most = Math.max(most, ahead[s] as number);
    }
    rest[b] = most;
    ahead[b] = (cost[b] as number) + most;
  }
  return { cost, ahead, rest, pays };
}
