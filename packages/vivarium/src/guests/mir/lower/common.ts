/** Computes within a block what has been computed already only once: arithmetic, loads, and loads of what was stored. */
import { FIELDS } from "../../../isa/code.js";
import { MIR_ISA } from "../table.js";
import type { Block, FunctionGraph } from "./graph.js";
import { MEMORY, MOVES, type RowFacts } from "./rows.js";

/** A slot that holds a value, as long as it is not written again. */
interface Holder {
  readonly slot: number;
  readonly version: number;
  /** For loads: where it was read; a store elsewhere off the same base leaves it valid. */
  readonly place: Place | null;
}

/** Bytes of memory: base slot with its version and, where there is no index, displacement. */
interface Place {
  readonly base: string;
  readonly from: number;
  readonly bytes: number;
}

/** Rows whose result depends on their operands alone, and that take more than a move. */
const PURE: readonly boolean[] = MIR_ISA.rows.map(({ effects, mnemonic, operands }) => {
  if (effects.writes.length !== 1 || effects.reads.length === 0 || /^[fd]?mov$/.test(mnemonic)) return false;
  if (effects.mayFault || effects.mayExit || effects.endsBlock || effects.vars.length > 0) return false;
  return operands.every(({ kind }) => kind === "reg" || kind === "imm");
});

/** Replaces what is computed again in a block by a move. */
export function reuse(g: FunctionGraph, block: Block): void {
  const versions = new Map<number, number>();
  const known = new Map<string, Holder>();
  const name = (i: number, field: number): string => {
    const slot = g.slotAt(i, field);
    return `${slot}.${versions.get(slot) ?? 0}`;
  };
  const write = (slot: number): void => {
    versions.set(slot, (versions.get(slot) ?? 0) + 1);
  };
  const forgetLoads = (place: Place | null): void => {
    for (const [key, holder] of known) {
      if (holder.place !== null && (place === null || overlap(holder.place, place))) known.delete(key);
    }
  };
  for (let i = block.start; i < block.end; i++) {
    const row = g.op[i] as number;
    const facts = g.facts(i);
    const memory = MEMORY[row] ?? null;
    if (facts.call) {
      for (let s = g.firstWindow; s < g.slots; s++) write(s);
      forgetLoads(null);
      continue;
    }
    if (memory !== null && memory.stores) {
      const place = memory.displacement < 0 ? null : placeOf(g, i, memory, name(i, memory.base));
      forgetLoads(place);
      if (memory.forwards >= 0 && place !== null) {
        const slot = g.slotAt(i, 0);
        known.set(`${memory.forwards} ${place.base} ${place.from}`, { slot, version: versions.get(slot) ?? 0, place });
      }
      continue;
    }
    if (facts.writes < 0) continue;
    const d = g.slotAt(i, facts.writes);
    const loads = memory !== null;
    if (!loads && PURE[row] !== true) {
      write(d);
      continue;
    }
    const key = keyOf(g, i, row, facts, name);
    const holder = known.get(key);
    const valid = holder !== undefined && (versions.get(holder.slot) ?? 0) === holder.version;
    const place = loads ? (placeOf(g, i, memory, memory.displacement < 0 ? "" : name(i, memory.base)) as Place) : null;
    if (valid) {
      g.op[i] = MOVES[facts.writeType] as number;
      g.args[i * FIELDS] = g.args[i * FIELDS + facts.writes] as number;
      g.args[i * FIELDS + 1] = g.operandOf(holder.slot);
      g.args[i * FIELDS + 2] = 0;
      g.args[i * FIELDS + 3] = 0;
    }
    write(d);
    // What is computed from its own old value is known by a name that no longer means anything.
    if (!valid) known.set(key, { slot: d, version: versions.get(d) as number, place });
  }
}

function keyOf(
  g: FunctionGraph,
  i: number,
  row: number,
  facts: RowFacts,
  name: (i: number, f: number) => string,
): string {
  let key = `${row}`;
  const { operands } = MIR_ISA.rows[row] as (typeof MIR_ISA.rows)[number];
  for (let k = 0; k < operands.length; k++) {
    if (k === facts.writes) continue;
    key += ` ${operands[k]?.kind === "reg" ? name(i, k) : g.args[i * FIELDS + k]}`;
  }
  return key;
}

function placeOf(g: FunctionGraph, i: number, memory: { displacement: number; bytes: number }, base: string): Place {
  if (memory.displacement < 0) return { base: "", from: 0, bytes: 0 };
  return { base, from: g.args[i * FIELDS + memory.displacement] as number, bytes: memory.bytes };
}

/** Different bases may be the same address. */
function overlap(a: Place, b: Place): boolean {
  if (a.base === "" || a.base !== b.base) return true;
  // Addresses wrap around at 2^32; displacements close to each other do not come from both ends.
  const distance = (b.from - a.from) | 0;
  return distance < a.bytes && -distance < b.bytes;
}
