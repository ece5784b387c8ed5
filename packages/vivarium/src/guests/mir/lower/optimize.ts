/**
 * Makes lowered functions shorter: superfluous extensions go, copies and sums with constants are looked through, results
 * are computed where they are wanted, what nobody reads is left out, and slots are shared.
 *
 * Every step keeps what can be observed: memory, calls, exits and their order. What a fault in the middle shows of
 * registers may differ from the unoptimised form; between tiers it does not, since all of them run the same rows.
 */
import { FIELDS } from "../../../isa/code.js";
import { MIR_ISA, rowOf } from "../table.js";
import { reuse } from "./common.js";
import { type Block, FunctionGraph, slotsLiveOnEntry } from "./graph.js";
import { removeUnreached, threadJumps } from "./jumps.js";
import { hoistInvariants } from "./loops.js";
import { NOP, RET, ROW_FACTS, type RowFacts } from "./rows.js";
import { splitSlots } from "./split.js";
import { removeExtensions } from "./widths.js";

/** A function to optimise; instruction indices in targets and table are relative to its start. */
export interface FunctionCode {
  op: Uint16Array;
  args: Int32Array;
  origin: Int32Array;
  /** Program-wide code table; entries of this function are relative while it is optimised. */
  readonly table: number[];
  /** Entries of the table that belong to this function. */
  readonly entries: readonly number[];
  readonly labels: { readonly first: number; readonly count: number };
  /** Slots below the window. */
  slots: number;
  /** Operand value of window slot 0, and the number of window slots. */
  readonly windowMark: number;
  windowSlots: number;
  /** Slots that have a fixed meaning on entry or return: parameters and results. */
  readonly fixedSlots: number;
  readonly results: number;
  /** Widths of parameters on entry. */
  readonly entryWidths: ReadonlyMap<number, { signed: number; unsigned: number }>;
}

/** Functions longer than this are left as they are: the time it takes stays in proportion. */
const MAX_INSTRUCTIONS = 50_000;

const MOV = rowOf("mov");
const ADD_I = rowOf("add.i");

/** Loads and stores whose address is operand 1 plus immediate 2 (or operand 0 plus immediate 1, for `sti`). */
const ADDRESS_FIELDS: readonly (readonly [base: number, disp: number] | null)[] = MIR_ISA.rows.map(({ mnemonic }) => {
  if (/^(ld|st)\./.test(mnemonic)) return [1, 2];
  return /^sti\./.test(mnemonic) ? [0, 1] : null;
});

/** Optimises a function in place. */
export function optimize(f: FunctionCode): void {
  if (f.op.length > MAX_INSTRUCTIONS) return;
  const graph = (): FunctionGraph =>
    new FunctionGraph(f.op, f.args, f.table, f.labels, f.slots + f.windowSlots, f.slots, f.windowMark, f.results);
  simplify(f);
  threadJumps(f);
  let g = graph();
  if (removeUnreached(f, g)) {
    compact(f);
    g = graph();
  }
  removeExtensions(g, f.entryWidths);
  if (splitSlots(f, g)) g = graph();
  for (let round = 0; round < 2; round++) {
    for (const block of g.blocks) {
      propagate(g, block);
      reuse(g, block);
    }
    eliminate(g);
    if (!compact(f)) break;
    g = graph();
  }
  hoistInvariants(f, graph);
  hoistConstants(f, graph());
  shareSlots(f, graph());
}

/** Rows that do nothing but move, whatever their name. */
function simplify(f: FunctionCode): void {
  const { op, args } = f;
  for (let i = 0; i < op.length; i++) {
    const identity = IDENTITIES.get(op[i] as number);
    if (identity === undefined) continue;
    const x = args[i * FIELDS + 2] as number;
    if (x === identity) {
      op[i] = MOV;
      args[i * FIELDS + 2] = 0;
    } else if (op[i] === MUL_I && x > 1 && (x & (x - 1)) === 0) {
      op[i] = LSH_I;
      args[i * FIELDS + 2] = 31 - Math.clz32(x);
    }
  }
}

const MUL_I = rowOf("mul.i");
const LSH_I = rowOf("lsh.i");
/** 64-bit rows with the immediate that makes them moves. */
const IDENTITIES = new Map<number, number>([
  [ADD_I, 0],
  [rowOf("sub.i"), 0],
  [rowOf("or.i"), 0],
  [rowOf("xor.i"), 0],
  [LSH_I, 0],
  [rowOf("rsh.i"), 0],
  [rowOf("ursh.i"), 0],
  [MUL_I, 1],
  [rowOf("div.i"), 1],
  [rowOf("udiv.i"), 1],
]);

// Copies and sums

/** What is known of a slot: it holds what another holds, plus a constant, seen as a type. */
interface Known {
  readonly source: number;
  readonly plus: number;
  readonly type: string;
}

/** Looks through copies and sums with constants within a block. */
function propagate(g: FunctionGraph, block: Block): void {
  const known = new Map<number, Known>();
  /** Slots whose value is expressed by a slot. */
  const users = new Map<number, number[]>();
  const forget = (slot: number): void => {
    known.delete(slot);
    const dependents = users.get(slot);
    if (dependents === undefined) return;
    for (const d of dependents) if (known.get(d)?.source === slot) known.delete(d);
    users.delete(slot);
  };
  for (let i = block.start; i < block.end; i++) {
    const facts = g.facts(i);
    if (known.size > 0) replaceReads(g, i, facts, known);
    if (facts.call) {
      for (let s = g.firstWindow; s < g.slots; s++) forget(s);
      continue;
    }
    if (facts.writes < 0) continue;
    const d = g.slotAt(i, facts.writes);
    const fact = learn(g, i, facts);
    forget(d);
    if (fact === null || fact.source === d) continue;
    known.set(d, fact);
    const list = users.get(fact.source);
    if (list === undefined) users.set(fact.source, [d]);
    else list.push(d);
  }
}

/** What instruction `i` says about the slot it writes. */
function learn(g: FunctionGraph, i: number, facts: RowFacts): Known | null {
  if (facts.copy !== null) return { source: g.slotAt(i, 1), plus: 0, type: facts.copy };
  if (g.op[i] === ADD_I) return { source: g.slotAt(i, 1), plus: g.args[i * FIELDS + 2] as number, type: "i64" };
  return null;
}

/** Narrow operands can only name some slots; a replacement must fit. */
const NARROW_LIMIT = 8192;
const NARROW_ROWS: readonly boolean[] = MIR_ISA.rows.map(({ mnemonic }) => /^(ldx|stx)\./.test(mnemonic));

function replaceReads(g: FunctionGraph, i: number, facts: RowFacts, known: ReadonlyMap<number, Known>): void {
  const row = g.op[i] as number;
  const base = i * FIELDS;
  const address = ADDRESS_FIELDS[row] as readonly [number, number] | null;
  for (const { field, type } of facts.reads) {
    // A field that is both read and written must stay the same slot.
    if (field === facts.writes) continue;
    const fact = known.get(g.slotAt(i, field));
    if (fact === undefined || fact.type !== type) continue;
    const operand = g.operandOf(fact.source);
    if (NARROW_ROWS[row] === true && operand >= NARROW_LIMIT) continue;
    if (fact.plus === 0) {
      g.args[base + field] = operand;
    } else if (address !== null && address[0] === field) {
      // Addresses are modulo 2^32, so displacements may wrap.
      g.args[base + field] = operand;
      g.args[base + address[1]] = ((g.args[base + address[1]] as number) + fact.plus) | 0;
    } else if (row === ADD_I) {
      const sum = (g.args[base + 2] as number) + fact.plus;
      if (sum === (sum | 0)) {
        g.args[base + field] = operand;
        g.args[base + 2] = sum;
      }
    }
  }
}

// Dead code and results computed in place

/** Removes what nobody reads, and moves behind the instruction that computes what they move. */
function eliminate(g: FunctionGraph): void {
  const { out, words } = g.liveness();
  const live = new Int32Array(words);
  g.blocks.forEach((block, b) => {
    live.set(out.subarray(b * words, (b + 1) * words));
    for (let i = block.end - 1; i >= block.start; i--) {
      const row = g.op[i] as number;
      if (row === NOP) continue;
      const facts = g.facts(i);
      if (facts.writes >= 0) {
        const d = g.slotAt(i, facts.writes);
        if (facts.removable && !has(live, d)) {
          g.op[i] = NOP;
          continue;
        }
        if (facts.copy !== null) {
          if (g.slotAt(i, 1) === d || computeInPlace(g, block, i, d, facts.copy, live, out.subarray(b * words))) {
            g.op[i] = NOP;
            continue;
          }
        }
        clear(live, d);
      }
      if (facts.call) for (let s = g.firstWindow; s < g.slots; s++) set(live, s);
      if (row === RET) for (let s = 0; s < g.results; s++) set(live, s);
      for (const { field } of facts.reads) set(live, g.slotAt(i, field));
    }
  });
}

const has = (bits: Int32Array, s: number): boolean => ((bits[s >> 5] as number) & (1 << (s & 31))) !== 0;
const set = (bits: Int32Array, s: number): void => {
  bits[s >> 5] = (bits[s >> 5] as number) | (1 << (s & 31));
};
const clear = (bits: Int32Array, s: number): void => {
  bits[s >> 5] = (bits[s >> 5] as number) & ~(1 << (s & 31));
};

/** How far back the computation of a moved value is looked for. */
const MAX_DISTANCE = 24;

/**
 * Reads of `source` behind a move of it to `d` in the block, as argument positions that could read `d` instead; null if
 * not all of them can.
 */
function laterReads(
  g: FunctionGraph,
  block: Block,
  at: number,
  d: number,
  type: string,
  out: Int32Array,
): number[] | null {
  const source = g.slotAt(at, 1);
  const found: number[] = [];
  let valid = true;
  for (let i = at + 1; i < block.end; i++) {
    if (g.op[i] === NOP) continue;
    const facts = g.facts(i);
    if (facts.call && (source >= g.firstWindow || d >= g.firstWindow)) return null;
    for (const { field, type: t } of facts.reads) {
      if (g.slotAt(i, field) !== source) continue;
      if (!valid || t !== type || field === facts.writes || NARROW_ROWS[g.op[i] as number] === true) return null;
      found.push(i * FIELDS + field);
    }
    if (g.op[i] === RET && source < g.results) return null;
    if (facts.writes < 0) continue;
    const w = g.slotAt(i, facts.writes);
    if (w === source) return found;
    if (w === d) valid = false;
  }
  return has(out, source) ? null : found;
}

/**
 * For a move: lets the instruction that computed what is moved write the move's target, if nothing minds that the source
 * is not written. @returns true if the move is not needed any more.
 */
function computeInPlace(
  g: FunctionGraph,
  block: Block,
  at: number,
  d: number,
  type: string,
  live: Int32Array,
  out: Int32Array,
): boolean {
  const source = g.slotAt(at, 1);
  const later = has(live, source) ? laterReads(g, block, at, d, type, out) : [];
  if (later === null) return false;
  for (let i = at - 1; i >= block.start && i >= at - MAX_DISTANCE; i--) {
    if (g.op[i] === NOP) continue;
    const facts = g.facts(i);
    if (facts.call && (source >= g.firstWindow || d >= g.firstWindow)) return false;
    if (facts.writes >= 0 && g.slotAt(i, facts.writes) === source) {
      if (facts.writeType !== type) return false;
      // A row that reads what it writes (none does today) could not be renamed alone.
      if (facts.reads.some(({ field }) => field === facts.writes)) return false;
      const operand = g.operandOf(d);
      if (NARROW_ROWS[g.op[i] as number] === true && operand >= NARROW_LIMIT) return false;
      g.args[i * FIELDS + facts.writes] = operand;
      for (const position of later) g.args[position] = operand;
      // From here backwards the target is live from its new computation, and the source is not.
      if (later.length > 0) clear(live, source);
      set(live, d);
      return true;
    }
    if (facts.writes >= 0 && g.slotAt(i, facts.writes) === d) return false;
    for (const { field } of facts.reads) {
      const s = g.slotAt(i, field);
      if (s === source || s === d) return false;
    }
  }
  return false;
}

// Renumbering

/** Takes out what was removed; @returns true if there was anything. */
function compact(f: FunctionCode): boolean {
  const { op, args, origin, table } = f;
  const count = op.length;
  const moved = new Int32Array(count + 1);
  let kept = 0;
  for (let i = 0; i < count; i++) {
    moved[i] = kept;
    if (op[i] !== NOP) kept++;
  }
  moved[count] = kept;
  if (kept === count) return false;
  for (let i = 0; i < count; i++) {
    if (op[i] === NOP) continue;
    const to = moved[i] as number;
    op[to] = op[i] as number;
    origin[to] = origin[i] as number;
    args.copyWithin(to * FIELDS, i * FIELDS, (i + 1) * FIELDS);
    const { target } = ROW_FACTS[op[to] as number] as RowFacts;
    if (target >= 0) args[to * FIELDS + target] = moved[args[to * FIELDS + target] as number] as number;
  }
  f.op = op.subarray(0, kept);
  f.args = args.subarray(0, kept * FIELDS);
  f.origin = origin.subarray(0, kept);
  // What is never reached may have been all there was at the end.
  for (const entry of f.entries) table[entry] = Math.min(moved[table[entry] as number] as number, kept - 1);
  return true;
}

// Constants

/** Rows that put a constant into a slot. */
const CONSTANTS = new Set(["mov.i", "mov.i64", "fmov.i", "dmov.i"].map(rowOf));
/** Most constants that a function computes on entry instead of in its loops. */
const MAX_CONSTANTS = 24;

/** Computes constants that loops need once, on entry. */
function hoistConstants(f: FunctionCode, g: FunctionGraph): void {
  if (f.slots > NARROW_LIMIT - MAX_CONSTANTS) return;
  const inLoop = loopBlocks(g);
  if (inLoop === null) return;
  const { out, words } = g.liveness();
  const hoisted = new Map<string, { slot: number; at: number }>();
  let { slots } = f;
  g.blocks.forEach((block, b) => {
    if (inLoop[b] === 0) return;
    for (let i = block.start; i < block.end; i++) {
      if (!CONSTANTS.has(g.op[i] as number)) continue;
      const reads = localReads(g, block, i, out.subarray(b * words, (b + 1) * words));
      if (reads === null || reads.length === 0) continue;
      const key = `${g.op[i]} ${g.args[i * FIELDS + 1]} ${g.args[i * FIELDS + 2]}`;
      let known = hoisted.get(key);
      if (known === undefined) {
        if (hoisted.size === MAX_CONSTANTS) continue;
        known = { slot: slots++, at: i };
        hoisted.set(key, known);
      }
      for (const position of reads) g.args[position] = known.slot;
      // What is left computes what nobody reads.
      if (known.at !== i) g.op[i] = NOP;
    }
  });
  if (hoisted.size === 0) return;
  insertAtEntry(f, [...hoisted.values()]);
  f.slots = slots;
  compact(f);
}

/** Marks blocks between the target of a backward jump and the jump; null if there are none. */
function loopBlocks(g: FunctionGraph): Uint8Array | null {
  const inLoop = new Uint8Array(g.blocks.length);
  let any = false;
  for (let b = 0; b < g.blocks.length; b++) {
    for (const next of g.successors(b)) {
      if (next > b) continue;
      any = true;
      inLoop.fill(1, next, b + 1);
    }
  }
  return any ? inLoop : null;
}

/** Argument positions that read what instruction `at` writes; null if some of them are not known. */
function localReads(g: FunctionGraph, block: Block, at: number, out: Int32Array): number[] | null {
  const d = g.slotAt(at, 0);
  const { writeType } = g.facts(at);
  if (d >= g.firstWindow) return null;
  const found: number[] = [];
  for (let i = at + 1; i < block.end; i++) {
    const facts = g.facts(i);
    for (const { field, type } of facts.reads) {
      if (g.slotAt(i, field) !== d) continue;
      if (type !== writeType || field === facts.writes) return null;
      found.push(i * FIELDS + field);
    }
    if (g.op[i] === RET && d < g.results) return null;
    if (facts.writes >= 0 && g.slotAt(i, facts.writes) === d) return found;
  }
  return has(out, d) ? null : found;
}

/** Moves constant instructions to the start of the function, into slots of their own. */
function insertAtEntry(f: FunctionCode, constants: readonly { slot: number; at: number }[]): void {
  const count = f.op.length;
  const more = constants.length;
  const op = new Uint16Array(count + more);
  const args = new Int32Array((count + more) * FIELDS);
  const origin = new Int32Array(count + more);
  op.set(f.op, more);
  args.set(f.args, more * FIELDS);
  origin.set(f.origin, more);
  constants.forEach(({ slot, at }, k) => {
    op[k] = f.op[at] as number;
    args.set(f.args.subarray(at * FIELDS, (at + 1) * FIELDS), k * FIELDS);
    args[k * FIELDS] = slot;
    origin[k] = -1;
    op[more + at] = NOP;
  });
  for (let i = more; i < count + more; i++) {
    const target = ROW_FACTS[op[i] as number]?.target ?? -1;
    if (target >= 0) args[i * FIELDS + target] = (args[i * FIELDS + target] as number) + more;
  }
  for (const entry of f.entries) f.table[entry] = (f.table[entry] as number) + more;
  f.op = op;
  f.args = args;
  f.origin = origin;
}

// Slots

/** Gives slots that are never live at the same time the same number, if they hold values of the same type. */
function shareSlots(f: FunctionCode, g: FunctionGraph): void {
  const { fixedSlots } = f;
  const first = new Int32Array(f.slots).fill(-1);
  const last = new Int32Array(f.slots).fill(-2);
  const type: (string | undefined)[] = new Array(f.slots);
  const { out, words } = g.liveness();
  const touch = (s: number, i: number): void => {
    if (s >= f.slots) return;
    if ((last[s] as number) < -1) first[s] = i;
    else if (i < (first[s] as number)) first[s] = i;
    if (i > (last[s] as number)) last[s] = i;
  };
  const seen = (s: number, t: string): void => {
    if (s < f.slots) type[s] = type[s] === undefined || type[s] === t ? t : "mixed";
  };
  g.blocks.forEach((block, b) => {
    for (let i = block.start; i < block.end; i++) {
      const facts = g.facts(i);
      for (const { field, type: t } of facts.reads) {
        touch(g.slotAt(i, field), i);
        seen(g.slotAt(i, field), t);
      }
      if (facts.writes >= 0) {
        touch(g.slotAt(i, facts.writes), i);
        seen(g.slotAt(i, facts.writes), facts.writeType);
      }
    }
    // What is live at the end of a block is live to its last instruction and from the start of the next ones.
    const next = g.successors(b).map((n) => (g.blocks[n] as Block).start);
    for (let s = 0; s < f.slots; s++) {
      if (((out[b * words + (s >> 5)] as number) & (1 << (s & 31))) === 0) continue;
      touch(s, block.end - 1);
      for (const start of next) touch(s, start);
    }
  });
  for (const s of slotsLiveOnEntry(g, f.slots)) touch(s, -1);
  const slots = [...first.keys()].filter((s) => s >= fixedSlots && (last[s] as number) >= -1);
  slots.sort((a, b) => (first[a] as number) - (first[b] as number));
  const free = new Map<string, number[]>();
  const active: { slot: number; end: number; type: string }[] = [];
  const renamed = new Int32Array(f.slots);
  for (let s = 0; s < fixedSlots; s++) renamed[s] = s;
  let next = fixedSlots;
  for (const s of slots) {
    const start = first[s] as number;
    for (let k = active.length - 1; k >= 0; k--) {
      const a = active[k] as (typeof active)[number];
      if (a.end >= start) continue;
      active.splice(k, 1);
      const list = free.get(a.type);
      if (list === undefined) free.set(a.type, [a.slot]);
      else list.push(a.slot);
    }
    const t = type[s] ?? "mixed";
    const reuse = t === "mixed" ? undefined : free.get(t)?.pop();
    const slot = reuse ?? next++;
    renamed[s] = slot;
    active.push({ slot, end: last[s] as number, type: t });
  }
  for (let i = 0; i < g.count; i++) {
    for (const field of slotFieldsOf(g.op[i] as number)) {
      const value = f.args[i * FIELDS + field] as number;
      if (value < f.windowMark) f.args[i * FIELDS + field] = renamed[value] as number;
    }
  }
  f.slots = next;
}

const REG_FIELDS: readonly (readonly number[])[] = MIR_ISA.rows.map((row) =>
  row.operands.flatMap((o, k) => (o.kind === "reg" ? [k] : [])),
);

function slotFieldsOf(row: number): readonly number[] {
  return REG_FIELDS[row] as readonly number[];
}
