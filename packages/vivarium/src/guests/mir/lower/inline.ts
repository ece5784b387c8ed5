/**
 * Puts the bodies of small functions in place of their calls, in lowered code: the callee's slots become slots of the
 * caller, its window is the caller's, and its returns are jumps behind the call. What a call would have done to the window
 * is kept, so everything around the call stays as it is.
 */
import { FIELDS } from "../../../isa/code.js";
import { rowOf } from "../table.js";
import { FunctionGraph, slotsLiveOnEntry } from "./graph.js";
import type { FunctionCode } from "./optimize.js";
import { CALL, JMP, JMPI, MOVES, RET, ROW_FACTS, type RowFacts, SLOT_FIELDS, SWITCH } from "./rows.js";

/** Limits, in rows of lowered code. */
const LIMITS = {
  /** Bodies that are put in place of a `call`: those that call nothing, and others. */
  leaf: 60,
  body: 40,
  /** With an `inline` instruction. */
  hinted: 200,
  /** What a function may grow to. */
  caller: 500,
  /** What a function that calls itself may grow to by its own body, and bodies inside each other. */
  recursive: 160,
  levels: 3,
};

/** A function's body, ready to be put in place of calls. Targets are indices into it. */
export interface InlineBody {
  readonly op: Uint16Array;
  readonly args: Int32Array;
  readonly slots: number;
  readonly windowMark: number;
  readonly windowSlots: number;
  /** Types of parameters, which arrive in slots from 1 on, and of results, which are in slots from 0 on. */
  readonly params: readonly string[];
  readonly results: readonly string[];
  /** Slots other than parameters that may be read before they are written: they hold 0 then. */
  readonly zeros: readonly { readonly slot: number; readonly type: string }[];
  readonly calls: boolean;
}

/** What the signature of a function says, as types of slots. */
export interface SlotSignature {
  readonly params: readonly string[];
  readonly results: readonly string[];
}

const ZERO: Readonly<Record<string, number>> = {
  i64: rowOf("mov.i"),
  f32: rowOf("fmov.i"),
  f64: rowOf("dmov.i"),
};

/** The body of an optimised function, or null if it cannot stand in place of a call. */
export function inlineBody(f: FunctionCode, { params, results }: SlotSignature): InlineBody | null {
  if (f.op.length > LIMITS.hinted || f.labels.count > 0) return null;
  let calls = false;
  for (const row of f.op) {
    if (row === SWITCH || row === JMPI) return null;
    calls ||= ROW_FACTS[row]?.call === true;
  }
  const graph = graphOf(f);
  const zeros: { slot: number; type: string }[] = [];
  for (const slot of slotsLiveOnEntry(graph, f.slots)) {
    if (slot >= 1 && slot <= params.length) continue;
    const type = typeOfSlot(f, slot);
    if (type === null) return null;
    zeros.push({ slot, type });
  }
  return {
    op: f.op.slice(),
    args: f.args.slice(),
    slots: f.slots,
    windowMark: f.windowMark,
    windowSlots: f.windowSlots,
    params,
    results,
    zeros,
    calls,
  };
}

/** The one type that a slot is seen as, or null. Slots that only a return reads are integers. */
function typeOfSlot(f: FunctionCode, slot: number): string | null {
  const types = new Set<string>();
  for (let i = 0; i < f.op.length; i++) {
    const { reads, writes, writeType } = ROW_FACTS[f.op[i] as number] as RowFacts;
    for (const { field, type } of reads) if (f.args[i * FIELDS + field] === slot) types.add(type);
    if (writes >= 0 && f.args[i * FIELDS + writes] === slot) types.add(writeType);
  }
  if (types.size > 1) return null;
  return [...types][0] ?? "i64";
}

export function graphOf(f: FunctionCode): FunctionGraph {
  return new FunctionGraph(f.op, f.args, f.table, f.labels, f.slots + f.windowSlots, f.slots, f.windowMark, f.results);
}

/**
 * Replaces calls of functions whose bodies are known and small enough.
 *
 * @param bodyOf body of a function by its number, or null
 * @param hinted instructions that are calls by `inline`
 * @returns true if anything was replaced
 */
export function inlineCalls(
  f: FunctionCode,
  bodyOf: (index: number) => InlineBody | null,
  hinted: ReadonlySet<number> = new Set(),
): boolean {
  return splice(f, (i, size) => {
    const body = bodyOf(f.args[i * FIELDS] as number);
    if (body === null) return null;
    const most = hinted.has(i) ? LIMITS.hinted : body.calls ? LIMITS.body : LIMITS.leaf;
    return body.op.length <= most && size + body.op.length <= LIMITS.caller ? body : null;
  });
}

/** Puts a function's body in place of its calls of itself, a few levels deep while it stays small. */
export function inlineRecursion(f: FunctionCode, index: number, body: InlineBody): boolean {
  let changed = false;
  for (let level = 0; level < LIMITS.levels; level++) {
    let count = 0;
    for (let i = 0; i < f.op.length; i++) if (isCallOf(f, i, index)) count++;
    if (count === 0 || f.op.length + count * body.op.length > LIMITS.recursive) break;
    splice(f, (i) => (isCallOf(f, i, index) ? body : null));
    changed = true;
  }
  return changed;
}

const isCallOf = (f: FunctionCode, i: number, index: number): boolean =>
  f.op[i] === CALL && f.args[i * FIELDS] === index;

/** Rebuilds a function with bodies in place of some of its calls. */
function splice(f: FunctionCode, choose: (i: number, size: number) => InlineBody | null): boolean {
  const chosen = new Map<number, InlineBody>();
  let size = f.op.length;
  let room = size;
  for (let i = 0; i < f.op.length; i++) {
    if (f.op[i] !== CALL) continue;
    const body = choose(i, size);
    if (body === null) continue;
    chosen.set(i, body);
    size += body.op.length;
    const returns = body.op.reduce((n, row) => n + (row === RET ? 1 : 0), 0);
    room += body.op.length + body.params.length + body.zeros.length + returns * (body.results.length + 1);
  }
  if (chosen.size === 0) return false;
  const out = new Rows(room);
  const moved = new Int32Array(f.op.length + 1);
  /** Instructions of the caller that have a target in it. */
  const jumps: number[] = [];
  for (let i = 0; i < f.op.length; i++) {
    moved[i] = out.count;
    const body = chosen.get(i);
    if (body !== undefined) {
      place(f, out, body, f.origin[i] as number);
      continue;
    }
    const at = out.copy(f.op[i] as number, f.args, i, f.origin[i] as number);
    if ((ROW_FACTS[f.op[i] as number] as RowFacts).target >= 0) jumps.push(at);
  }
  moved[f.op.length] = out.count;
  for (const at of jumps) {
    const field = at * FIELDS + (ROW_FACTS[out.op[at] as number] as RowFacts).target;
    out.args[field] = moved[out.args[field] as number] as number;
  }
  for (const entry of f.entries) f.table[entry] = moved[f.table[entry] as number] as number;
  f.op = out.op.subarray(0, out.count);
  f.args = out.args.subarray(0, out.count * FIELDS);
  f.origin = out.origin.subarray(0, out.count);
  return true;
}

/** Writes a body where a call was. */
function place(f: FunctionCode, out: Rows, body: InlineBody, origin: number): void {
  const base = f.slots;
  f.slots += body.slots;
  f.windowSlots = Math.max(f.windowSlots, body.windowSlots, body.params.length + 1, body.results.length);
  const window = f.windowMark;
  body.params.forEach((type, k) => {
    out.add(MOVES[type] as number, origin, base + 1 + k, window + 1 + k);
  });
  for (const { slot, type } of body.zeros) out.add(ZERO[type] as number, origin, base + slot, 0);
  const count = body.op.length;
  const moved = new Int32Array(count + 1);
  const jumps: number[] = [];
  const ends: number[] = [];
  for (let i = 0; i < count; i++) {
    moved[i] = out.count;
    const row = body.op[i] as number;
    if (row === RET) {
      body.results.forEach((type, k) => {
        out.add(MOVES[type] as number, origin, window + k, base + k);
      });
      if (i < count - 1) ends.push(out.add(JMP, origin, 0));
      continue;
    }
    const at = out.copy(row, body.args, i, origin);
    for (const field of SLOT_FIELDS[row] as readonly number[]) {
      const value = out.args[at * FIELDS + field] as number;
      out.args[at * FIELDS + field] = value >= body.windowMark ? value - body.windowMark + window : value + base;
    }
    if ((ROW_FACTS[row] as RowFacts).target >= 0) jumps.push(at);
  }
  moved[count] = out.count;
  for (const at of jumps) {
    const field = at * FIELDS + (ROW_FACTS[out.op[at] as number] as RowFacts).target;
    out.args[field] = moved[out.args[field] as number] as number;
  }
  for (const at of ends) out.args[at * FIELDS] = out.count;
}

/** Rows that are written one after the other. */
class Rows {
  readonly op: Uint16Array;
  readonly args: Int32Array;
  readonly origin: Int32Array;
  count = 0;

  constructor(room: number) {
    this.op = new Uint16Array(room);
    this.args = new Int32Array(room * FIELDS);
    this.origin = new Int32Array(room);
  }

  add(row: number, origin: number, a: number, b = 0): number {
    const at = this.count++;
    this.op[at] = row;
    this.args[at * FIELDS] = a;
    this.args[at * FIELDS + 1] = b;
    this.origin[at] = origin;
    return at;
  }

  copy(row: number, args: Int32Array, from: number, origin: number): number {
    const at = this.count++;
    this.op[at] = row;
    this.args.set(args.subarray(from * FIELDS, (from + 1) * FIELDS), at * FIELDS);
    this.origin[at] = origin;
    return at;
  }
}
