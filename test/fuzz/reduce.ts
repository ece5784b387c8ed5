/** Makes a failing case as small as it stays failing, and prints it. */
import { disassemble, pvm } from "../../packages/vivarium/src/pvm.js";
import { type Case, encodeCase, type Item } from "./generate.js";
import type { Mismatch } from "./oracle.js";

/** Cases that are tried at most. */
const MOST_TRIES = 2000;

/** The case without item `k`; what jumped there goes to the next. */
function without(c: Case, k: number): Case {
  const moved = (item: number): number => (item > k ? item - 1 : item);
  const items: Item[] = c.items
    .filter((_, i) => i !== k)
    .map((item) => ({
      ...item,
      targets: item.targets.map((t) => (t.item === undefined ? t : { ...t, item: moved(t.item) })),
    }));
  return { ...c, items, table: c.table.map((e) => ("item" in e ? { item: moved(e.item) } : e)) };
}

/** Smaller cases than this one, most promising first. */
function* smaller(c: Case): Generator<Case> {
  for (let k = c.items.length - 1; k >= 0 && c.items.length > 1; k--) yield without(c, k);
  for (let k = 0; k < c.regions.length; k++) yield { ...c, regions: c.regions.filter((_, i) => i !== k) };
  for (const gas of [c.gas >> 1, c.gas - 1]) if (gas >= 0 && gas < c.gas) yield { ...c, gas };
  for (let k = 0; k < c.registers.length; k++) {
    if (c.registers[k] !== 0n) yield { ...c, registers: c.registers.with(k, 0n) };
  }
  for (const [k, item] of c.items.entries()) {
    if (item.room !== undefined && item.room > 0) yield { ...c, items: c.items.with(k, { ...item, room: 0 }) };
  }
}

/** @param found what is wrong; only what `check` finds can be made smaller */
export function reduceCase(
  c: Case,
  found: Mismatch,
  check: (c: Case) => Mismatch | undefined,
): { c: Case; mismatch: Mismatch } {
  const again = check(c);
  return again === undefined ? { c, mismatch: found } : reduceFound(c, again, check);
}

function reduceFound(
  c: Case,
  first: Mismatch,
  check: (c: Case) => Mismatch | undefined,
): { c: Case; mismatch: Mismatch } {
  let best = c;
  let mismatch = first;
  let tries = 0;
  for (let again = true; again; ) {
    again = false;
    for (const candidate of smaller(best)) {
      if (++tries > MOST_TRIES) return { c: best, mismatch };
      let found: Mismatch | undefined;
      try {
        found = check(candidate);
      } catch (error) {
        // What cannot be loaded is not smaller but another thing, unless throwing is the failure.
        if (!mismatch.what.startsWith("threw")) continue;
        found = { manner: "", after: 0, what: `threw ${String(error)}` };
      }
      if (found === undefined) continue;
      best = candidate;
      mismatch = found;
      again = true;
      break;
    }
  }
  return { c: best, mismatch };
}

/** The case as assembly, with everything else it depends on as comments. */
export function describeCase(c: Case): string {
  const program = pvm.load(encodeCase(c), { profile: c.profile, format: "blob" });
  const registers = c.registers.map((v, i) => (v === 0n ? "" : `r${i}=0x${v.toString(16)}`)).filter((s) => s !== "");
  const regions = c.regions.map((m) => `0x${m.start.toString(16)}+0x${m.length.toString(16)} ${m.access}`);
  return [
    `; gas ${c.gas}, plan ${c.plan}`,
    `; registers ${registers.join(" ") || "all zero"}`,
    `; memory ${regions.join(", ") || "none"}`,
    disassemble(program, { gas: "instruction" }),
  ].join("\n");
}
