/**
 * Which slots hold numbers that fit in fewer bits, by a forward analysis over a function: what makes an extension of an
 * extended number a plain move.
 */
import { FIELDS } from "../../../isa/code.js";
import { MIR_ISA, rowOf } from "../table.js";
import type { FunctionGraph } from "./graph.js";

/** Smallest signed and unsigned width of what a slot holds: bits, 64 and 65 if nothing is known. */
const UNKNOWN_SIGNED = 64;
const UNKNOWN_UNSIGNED = 65;

type Width = readonly [signed: number, unsigned: number];

const S = (bits: number): Width => [bits, UNKNOWN_UNSIGNED];
const U = (bits: number): Width => [Math.min(64, bits + 1), bits];
const UNKNOWN: Width = [UNKNOWN_SIGNED, UNKNOWN_UNSIGNED];

/** Width of a row's result that does not depend on its operands. */
const RESULTS: (Width | null)[] = MIR_ISA.rows.map(({ mnemonic }) => {
  const name = mnemonic.replace(/\.i$/, "");
  const load = /^ldx?\.([iu])(8|16|32)$/.exec(mnemonic);
  if (load !== null) return load[1] === "i" ? S(Number(load[2])) : U(Number(load[2]));
  const extend = /^(u?)ext(8|16|32)$/.exec(mnemonic);
  if (extend !== null) return extend[1] === "" ? S(Number(extend[2])) : U(Number(extend[2]));
  if (/^[fd]?u?(eq|ne|lt|le|gt|ge)s?$/.test(name)) return U(1);
  if (/^u?(add|sub|mul)os?\.[su]$/.test(mnemonic)) return U(1);
  if (/^(add|sub|mul|div|mod|and|or|xor|lsh|rsh)s$/.test(name) || name === "negs") return S(32);
  if (/^(udiv|umod|ursh)s$/.test(name)) return U(32);
  return null;
});

const MOV = rowOf("mov");
const MOV_I = rowOf("mov.i");
const AND_I = rowOf("and.i");
const URSH_I = rowOf("ursh.i");
const ANDS_I = rowOf("ands.i");
const URSHS_I = rowOf("urshs.i");

/** Extensions, and the widths at which they change nothing. */
const EXTENSIONS = new Map<number, { signed: boolean; bits: number }>(
  [8, 16, 32].flatMap((bits) => [
    [rowOf(`ext${bits}`), { signed: true, bits }],
    [rowOf(`uext${bits}`), { signed: false, bits }],
  ]),
);

/** Most slots times blocks that are analysed; beyond it nothing is known at the start of blocks. */
const MAX_WORK = 4_000_000;

/** Turns extensions that change nothing into moves. */
export function removeExtensions(
  g: FunctionGraph,
  entryWidths: ReadonlyMap<number, { signed: number; unsigned: number }>,
): void {
  const { slots, blocks } = g;
  if (!hasExtension(g)) return;
  const global = slots * blocks.length <= MAX_WORK;
  const state = new Uint8Array(2 * slots);
  const unknown = (): void => {
    state.fill(UNKNOWN_SIGNED, 0, slots);
    state.fill(UNKNOWN_UNSIGNED, slots);
  };
  if (!global) {
    for (let b = 0; b < blocks.length; b++) {
      unknown();
      if (b === 0) setEntry(state, slots, entryWidths);
      walk(g, b, state, true);
    }
    return;
  }
  // Optimistic: 0 bits stands for "not reached yet", and joining takes the wider number.
  const inputs = new Uint8Array(2 * slots * blocks.length);
  const reached = new Uint8Array(blocks.length);
  unknown();
  setEntry(state, slots, entryWidths);
  inputs.set(state, 0);
  reached[0] = 1;
  const work = [0];
  const queued = new Uint8Array(blocks.length);
  while (work.length > 0) {
    const b = work.pop() as number;
    queued[b] = 0;
    state.set(inputs.subarray(2 * slots * b, 2 * slots * (b + 1)));
    walk(g, b, state, false);
    for (const next of g.successors(b)) {
      const at = 2 * slots * next;
      let changed = reached[next] === 0;
      if (changed) {
        inputs.set(state, at);
        reached[next] = 1;
      } else {
        for (let i = 0; i < 2 * slots; i++) {
          if ((state[i] as number) > (inputs[at + i] as number)) {
            inputs[at + i] = state[i] as number;
            changed = true;
          }
        }
      }
      if (changed && queued[next] === 0) {
        queued[next] = 1;
        work.push(next);
      }
    }
  }
  for (let b = 0; b < blocks.length; b++) {
    if (reached[b] === 0) continue;
    state.set(inputs.subarray(2 * slots * b, 2 * slots * (b + 1)));
    walk(g, b, state, true);
  }
}

function hasExtension(g: FunctionGraph): boolean {
  for (let i = 0; i < g.count; i++) if (EXTENSIONS.has(g.op[i] as number)) return true;
  return false;
}

function setEntry(
  state: Uint8Array,
  slots: number,
  widths: ReadonlyMap<number, { signed: number; unsigned: number }>,
): void {
  // Frames are zeroed: what is no parameter holds 0 on entry.
  state.fill(1, 0, slots);
  state.fill(0, slots);
  for (const [slot, { signed, unsigned }] of widths) {
    state[slot] = signed;
    state[slots + slot] = unsigned;
  }
}

/** Applies a block to the state; with `change`, also rewrites what it proves superfluous. */
function walk(g: FunctionGraph, b: number, state: Uint8Array, change: boolean): void {
  const { slots } = g;
  const block = g.blocks[b] as { start: number; end: number };
  for (let i = block.start; i < block.end; i++) {
    const row = g.op[i] as number;
    const facts = g.facts(i);
    if (facts.call) {
      for (let s = g.firstWindow; s < slots; s++) {
        state[s] = UNKNOWN_SIGNED;
        state[slots + s] = UNKNOWN_UNSIGNED;
      }
      continue;
    }
    if (facts.writes < 0) continue;
    const d = g.slotAt(i, facts.writes);
    const [signed, unsigned] = resultWidth(g, i, row, state);
    const extension = EXTENSIONS.get(row);
    if (change && extension !== undefined) {
      const a = g.slotAt(i, 1);
      const has = extension.signed ? (state[a] as number) : (state[slots + a] as number);
      if (has <= extension.bits) g.op[i] = MOV;
    }
    state[d] = signed;
    state[slots + d] = unsigned;
  }
}

function resultWidth(g: FunctionGraph, i: number, row: number, state: Uint8Array): Width {
  const { slots } = g;
  if (row === MOV) {
    const a = g.slotAt(i, 1);
    return [state[a] as number, state[slots + a] as number];
  }
  if (row === MOV_I) return constantWidth(g.args[i * FIELDS + 1] as number);
  if (row === AND_I || row === ANDS_I) {
    const x = g.args[i * FIELDS + 2] as number;
    if (x >= 0) return U(32 - Math.clz32(x));
  }
  if (row === URSH_I) {
    const x = (g.args[i * FIELDS + 2] as number) & 63;
    if (x > 0) return U(64 - x);
  }
  if (row === URSHS_I) return U(32 - ((g.args[i * FIELDS + 2] as number) & 31));
  const extension = EXTENSIONS.get(row);
  if (extension !== undefined) {
    // Never wider than what went in.
    const a = g.slotAt(i, 1);
    const result = RESULTS[row] as Width;
    if (extension.signed && (state[a] as number) <= extension.bits)
      return [state[a] as number, state[slots + a] as number];
    if (!extension.signed && (state[slots + a] as number) <= extension.bits) {
      return [state[a] as number, state[slots + a] as number];
    }
    return result;
  }
  return RESULTS[row] ?? UNKNOWN;
}

function constantWidth(value: number): Width {
  const bits = 32 - Math.clz32(value < 0 ? ~value : value);
  return value < 0 ? S(bits + 1) : U(bits);
}
