/**
 * Liveness of frame slots: which of them a guest function can still read, at every instruction. What cannot be read is
 * not kept: saved frames hold zeros there, and compiled code does not put it down.
 *
 * A call leaves the slots from its window on undefined, except for the results. Code that reads them all the same is not
 * compiled with calls, see {@link FrameSlots.disciplined}.
 */
import { type Code, FIELDS, fieldsOf, type GuestFunction, type Range } from "../isa/code.js";
import type { Expr, Stmt } from "../isa/expr.js";
import type { InstructionSet, RegOperand, Row } from "../isa/table.js";
import { visit } from "../isa/visit.js";
import type { Frame, Frames } from "../machine/backend.js";
import { frameStart } from "../machine/backend.js";

/** A guest call: function number, -1 where it is computed, and window in slots, -1 where that is. */
export interface GuestCall {
  readonly fn: number;
  readonly window: number;
}

/** What a row does with the frame. */
interface RowFacts {
  /** (field, first offset, count) of operands that are read; of those that are written. */
  readonly reads: readonly SlotRange[];
  readonly writes: readonly SlotRange[];
  readonly fixedReads: readonly number[];
  readonly fixedWrites: readonly number[];
  /** Reaches slots by computed numbers. */
  readonly indexed: boolean;
  readonly target: number;
  readonly falls: boolean;
  readonly computed: boolean;
  readonly returns: boolean;
  readonly host: boolean;
  readonly call: { readonly fn: Expr<"i32">; readonly window: Expr<"i32"> } | undefined;
}
interface SlotRange {
  readonly field: number;
  readonly count: number;
}

const facts = new WeakMap<InstructionSet, readonly RowFacts[]>();

function factsOf(isa: InstructionSet): readonly RowFacts[] {
  let known = facts.get(isa);
  if (known === undefined) {
    known = isa.rows.map((row) => rowFacts(isa, row));
    facts.set(isa, known);
  }
  return known;
}

function rowFacts(isa: InstructionSet, row: Row): RowFacts {
  const bank = isa.banks.find((b) => b.scope === "frame")?.name;
  const fields = fieldsOf(row.operands);
  const ranges = (operands: readonly number[]): SlotRange[] =>
    operands.flatMap((k) => {
      const spec = row.operands[k] as RegOperand;
      return spec.bank === bank ? [{ field: fields[k] as number, count: spec.count ?? 1 }] : [];
    });
  const fixed = (list: readonly { bank: string; index: number }[]): number[] =>
    list.filter((r) => r.bank === bank).map((r) => r.index);
  const { effects } = row;
  let target = -1;
  let computed = false;
  let call: RowFacts["call"];
  let indexed = false;
  visit(row.meaning, {
    expr: (e) => {
      if (e.k === "indexedReg" && e.bank === bank) indexed = true;
    },
    stmt: (s) => {
      if (s.s === "branch" || s.s === "jump") target = fields[s.target] as number;
      if (s.s === "computedJump") computed = true;
      if (s.s === "call") call = { fn: s.fn, window: s.window };
      if (s.s === "setIndexedReg" && s.bank === bank) indexed = true;
    },
  });
  return {
    reads: ranges(effects.reads),
    writes: ranges(effects.writes),
    fixedReads: fixed(effects.fixedReads),
    fixedWrites: fixed(effects.fixedWrites),
    indexed,
    target,
    falls: mayFall(row.meaning),
    computed,
    returns: effects.returns,
    host: effects.callsHost,
    call,
  };
}

/** Control can go on with the next instruction. */
function mayFall(body: readonly Stmt[]): boolean {
  const last = body[body.length - 1];
  switch (last?.s) {
    case "jump":
    case "computedJump":
    case "exit":
    case "ret":
      return false;
    case "let":
      return mayFall(last.body);
    case "if":
      return mayFall(last.then) || mayFall(last.else);
    default:
      return true;
  }
}

/** Value of an expression over immediates at an instruction; `undefined` where it depends on anything else. */
function constantOf(code: Code, i: number, e: Expr): number | undefined {
  if (e.k === "const") return Number(e.value);
  if (e.k === "imm") {
    const row = code.isa.rows[code.op[i] as number] as Row;
    return code.args[FIELDS * i + (fieldsOf(row.operands)[e.operand] as number)] as number;
  }
  return undefined;
}

/** A function with more words of bits than this in all is not analysed: all its slots count as live. */
const MAX_WORDS = 1 << 22;
const MAX_SLOTS = 1 << 16;

/** Slots of one function. */
export class FunctionSlots {
  /** 32-bit words of a set of slots. */
  readonly words: number;
  /** First instruction behind the function. */
  readonly end: number;
  /** Lowest slot at which a callee's frame begins. */
  readonly lowestWindow: number;
  /** Slots in use, calls' windows included. */
  readonly width: number;
  readonly #starts: number[] = [];
  /** Index into `#starts` by instruction, counted from the entry; -1 inside of blocks. */
  readonly #blockAt: Int32Array;
  #in: Int32Array;
  /** Everything is live everywhere: too large, or jumps out of itself. */
  readonly everything: boolean;

  constructor(
    readonly program: FrameSlots,
    readonly fn: GuestFunction,
  ) {
    const { code } = program;
    const { entry } = fn;
    this.end = program.endOf(entry);
    let width = Math.max(fn.slots, fn.params, fn.results);
    let lowest = Number.POSITIVE_INFINITY;
    const starts = new Uint8Array(this.end - entry);
    starts[0] = 1;
    let outside = false;
    for (let i = entry; i < this.end; i++) {
      const f = program.facts(i);
      for (const list of [f.reads, f.writes])
        for (const { field, count } of list) width = Math.max(width, (code.args[FIELDS * i + field] as number) + count);
      for (const index of [...f.fixedReads, ...f.fixedWrites]) width = Math.max(width, index + 1);
      const call = program.callAt(i);
      if (call !== undefined) {
        lowest = Math.min(lowest, Math.max(0, call.window));
        if (call.window < 0) outside = true;
        const { first, count } = program.passed(i, call);
        width = Math.max(width, call.window + first + count, call.window + program.resultsOf(call));
      }
      if (f.host) {
        const host = code.frames.host?.(i);
        if (host !== undefined) width = Math.max(width, host.first + host.count);
      }
      if (f.target >= 0) {
        const to = code.args[FIELDS * i + f.target] as number;
        if (to >= entry && to < this.end) starts[to - entry] = 1;
        else if (to >= 0) outside = true;
      }
      if (code.leader[i] === 1) starts[i - entry] = 1;
      if ((f.target >= 0 || !f.falls || f.call !== undefined) && i + 1 < this.end) starts[i + 1 - entry] = 1;
      if (f.computed) {
        for (const to of program.tableTargets(i)) {
          if (to >= entry && to < this.end) starts[to - entry] = 1;
          else outside = true;
        }
      }
      if (f.indexed) outside = true;
      if (i === this.end - 1 && f.falls) outside = true;
    }
    this.lowestWindow = lowest;
    this.width = width;
    this.#blockAt = new Int32Array(starts.length).fill(-1);
    for (let k = 0; k < starts.length; k++) if (starts[k] === 1) this.#blockAt[k] = this.#starts.push(entry + k) - 1;
    this.words = (width + 31) >>> 5;
    this.everything = outside || width > MAX_SLOTS || this.words * this.#starts.length > MAX_WORDS;
    this.#in = new Int32Array(this.everything ? 0 : this.words * this.#starts.length);
    if (!this.everything) this.#solve();
  }

  #endOf(b: number): number {
    return this.#starts[b + 1] ?? this.end;
  }

  #solve(): void {
    const n = this.#starts.length;
    const before: number[][] = Array.from({ length: n }, () => []);
    for (let b = 0; b < n; b++) for (const s of this.#successors(b)) (before[s] as number[]).push(b);
    const work = Array.from({ length: n }, (_, b) => b);
    const queued = new Uint8Array(n).fill(1);
    const live = new Int32Array(this.words);
    for (let b = work.pop(); b !== undefined; b = work.pop()) {
      queued[b] = 0;
      this.#out(b, live);
      for (let i = this.#endOf(b) - 1; i >= (this.#starts[b] as number); i--) this.#step(i, live);
      let changed = false;
      for (let w = 0; w < this.words; w++) {
        if (this.#in[b * this.words + w] === live[w]) continue;
        this.#in[b * this.words + w] = live[w] as number;
        changed = true;
      }
      if (!changed) continue;
      for (const p of before[b] as number[]) {
        if (queued[p] === 1) continue;
        queued[p] = 1;
        work.push(p);
      }
    }
  }

  #successors(b: number): number[] {
    const { program, fn } = this;
    const last = this.#endOf(b) - 1;
    const f = program.facts(last);
    const out: number[] = [];
    const add = (i: number): void => {
      const at = this.#blockAt[i - fn.entry];
      if (at !== undefined && at >= 0) out.push(at);
    };
    if (f.falls && last + 1 < this.end) add(last + 1);
    if (f.target >= 0) add(program.code.args[FIELDS * last + f.target] as number);
    if (f.computed) for (const to of program.tableTargets(last)) add(to);
    return out;
  }

  /** Slots live at the end of a block. */
  #out(b: number, live: Int32Array): void {
    live.fill(0);
    for (const s of this.#successors(b))
      for (let w = 0; w < this.words; w++) live[w] = (live[w] as number) | (this.#in[s * this.words + w] as number);
  }

  /** Goes back over one instruction. */
  #step(i: number, live: Int32Array): void {
    const { program, fn } = this;
    const { code } = program;
    const f = program.facts(i);
    const call = program.callAt(i);
    if (call !== undefined) {
      for (let s = call.window; s < this.width; s++) clearBit(live, s);
      const { first, count } = program.passed(i, call);
      for (let s = 0; s < count; s++) setBit(live, call.window + first + s);
    }
    for (const { field, count } of f.writes)
      for (let k = 0; k < count; k++) clearBit(live, (code.args[FIELDS * i + field] as number) + k);
    for (const index of f.fixedWrites) clearBit(live, index);
    if (f.returns) for (let s = 0; s < fn.results; s++) setBit(live, s);
    if (f.host) {
      const { first, count } = code.frames.host?.(i) ?? { first: 0, count: this.width };
      for (let s = 0; s < count; s++) setBit(live, first + s);
    }
    for (const { field, count } of f.reads)
      for (let k = 0; k < count; k++) setBit(live, (code.args[FIELDS * i + field] as number) + k);
    for (const index of f.fixedReads) setBit(live, index);
  }

  /** Visits the instructions from `end - 1` back to `first`, which are in one block, with what is live before each. */
  walk(first: number, end: number, visit: (i: number, live: Int32Array) => void): void {
    const live = this.liveAt(end - 1);
    if (live === undefined) throw new Error("the function has not been analysed");
    visit(end - 1, live);
    for (let i = end - 2; i >= first; i--) {
      this.#step(i, live);
      this.#keep(live);
      visit(i, live);
    }
  }
  /** A host call may come back again: whatever it finds then must be there. */
  #keep(live: Int32Array): void {
    if (this.fn.returnsTwice !== true) return;
    const kept = Math.min(this.lowestWindow, this.width);
    for (let s = 0; s < kept; s++) setBit(live, s);
  }

  /** Slots that instructions may still read when `i` is about to be executed; `undefined`: any. */
  liveAt(i: number): Int32Array | undefined {
    if (this.everything) return undefined;
    const live = new Int32Array(this.words);
    let b = i - this.fn.entry;
    while ((this.#blockAt[b] as number) < 0) b--;
    const block = this.#blockAt[b] as number;
    if (this.#starts[block] === i) live.set(this.#in.subarray(block * this.words, (block + 1) * this.words));
    else {
      this.#out(block, live);
      for (let k = this.#endOf(block) - 1; k >= i; k--) this.#step(k, live);
    }
    this.#keep(live);
    return live;
  }
}

/** Slots of all functions of a program; each is analysed when it is first asked for. */
export class FrameSlots {
  readonly #functions = new Map<number, FunctionSlots>();
  readonly #entries: readonly number[];
  readonly #facts: readonly RowFacts[];
  readonly #byEntry: ReadonlyMap<number, GuestFunction>;
  readonly #numbers: ReadonlyMap<number, number>;
  readonly #mostParams: number;
  readonly #fewestResults: number;
  #disciplined: boolean | undefined;
  #step: { window: number; slots: number } | undefined;

  constructor(readonly code: Code) {
    this.#facts = factsOf(code.isa);
    this.#byEntry = new Map(code.functions.map((f) => [f.entry, f]));
    this.#numbers = new Map(code.functions.map((f, k) => [f.entry, k]));
    this.#entries = [...this.#byEntry.keys()].sort((a, b) => a - b);
    this.#mostParams = code.functions.reduce((n, f) => Math.max(n, f.params), 0);
    this.#fewestResults = code.functions.reduce((n, f) => Math.min(n, f.results), Number.POSITIVE_INFINITY);
  }

  facts(i: number): RowFacts {
    return this.#facts[this.code.op[i] as number] as RowFacts;
  }

  /** First instruction behind the function that starts at `entry`. */
  endOf(entry: number): number {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if ((this.#entries[mid] as number) <= entry) low = mid + 1;
      else high = mid;
    }
    return this.#entries[low] ?? this.code.count;
  }

  /** The guest call that an instruction makes. */
  callAt(i: number): GuestCall | undefined {
    const { call } = this.facts(i);
    if (call === undefined) return undefined;
    return {
      fn: constantOf(this.code, i, call.fn) ?? -1,
      window: constantOf(this.code, i, call.window) ?? -1,
    };
  }

  /** Slots of its window that a call passes on. */
  passed(i: number, call: GuestCall): Range {
    if (call.fn < 0) return this.code.frames.passed?.(i) ?? { first: 0, count: this.#mostParams };
    const f = this.code.functions[call.fn];
    const first = f?.firstParam ?? 0;
    return { first, count: Math.max(0, (f?.params ?? 0) - first) };
  }
  /** Results that a call leaves at least. */
  resultsOf(call: GuestCall): number {
    return call.fn < 0 ? this.#fewestResults : (this.code.functions[call.fn]?.results ?? 0);
  }

  /** Number of the function that starts at an instruction, -1 if none does. */
  numberOf(entry: number): number {
    return this.#numbers.get(entry) ?? -1;
  }

  /** Where the computed jump at an instruction may go. */
  *tableTargets(i: number): Iterable<number> {
    const { first, count } = this.code.frames.jumps?.(i) ?? { first: 0, count: this.code.table.length };
    for (let k = first; k < first + count; k++) {
      const to = this.code.table[k];
      if (to !== undefined && to >= 0) yield to;
    }
  }

  /** The function whose code holds an instruction. */
  at(i: number): FunctionSlots | undefined {
    let low = 0;
    let high = this.#entries.length;
    while (low < high) {
      const mid = (low + high) >>> 1;
      if ((this.#entries[mid] as number) <= i) low = mid + 1;
      else high = mid;
    }
    const entry = this.#entries[low - 1];
    if (entry === undefined) return undefined;
    let slots = this.#functions.get(entry);
    if (slots === undefined) {
      slots = new FunctionSlots(this, this.#byEntry.get(entry) as GuestFunction);
      this.#functions.set(entry, slots);
    }
    return slots;
  }

  /** How far frames can be apart, and how large the largest is, in slots. */
  get largest(): { readonly window: number; readonly slots: number } {
    if (this.#step === undefined) {
      let window = 0;
      for (let i = 0; i < this.code.count; i++) {
        const call = this.callAt(i);
        if (call !== undefined) window = Math.max(window, call.window);
      }
      this.#step = { window, slots: this.code.functions.reduce((n, f) => Math.max(n, f.slots), 0) };
    }
    return this.#step;
  }

  /**
   * No code reads what calls have left undefined, or slots outside of its frame that nobody has written: compiled code
   * need not put such slots into memory.
   */
  get disciplined(): boolean {
    this.#disciplined ??= this.code.frames.disciplined ?? this.code.functions.every((f) => this.#isDisciplined(f));
    return this.#disciplined;
  }
  #isDisciplined(fn: GuestFunction): boolean {
    const slots = this.at(fn.entry) as FunctionSlots;
    if (slots.everything) {
      // Without an analysis only functions that call nobody, and reach no more than their frame, are known to be.
      return slots.lowestWindow === Number.POSITIVE_INFINITY && slots.width <= fn.slots;
    }
    const entry = slots.liveAt(fn.entry) as Int32Array;
    for (let s = fn.slots; s < slots.width; s++) if (hasBit(entry, s)) return false;
    for (let i = fn.entry; i < slots.end; i++) {
      const call = this.callAt(i);
      if (call === undefined) continue;
      if (call.window < 0 || i + 1 >= slots.end) return false;
      const after = slots.liveAt(i + 1) as Int32Array;
      for (let s = call.window + this.resultsOf(call); s < slots.width; s++) if (hasBit(after, s)) return false;
    }
    return true;
  }
}

const programs = new WeakMap<Code, FrameSlots>();

/** The analysis of a program's frames. */
export function frameSlots(code: Code): FrameSlots {
  let known = programs.get(code);
  if (known === undefined) {
    known = new FrameSlots(code);
    programs.set(code, known);
  }
  return known;
}

export const hasBit = (bits: Int32Array, s: number): boolean => ((bits[s >>> 5] ?? 0) & (1 << (s & 31))) !== 0;
const setBit = (bits: Int32Array, s: number): void => {
  bits[s >>> 5] = (bits[s >>> 5] as number) | (1 << (s & 31));
};
const clearBit = (bits: Int32Array, s: number): void => {
  bits[s >>> 5] = (bits[s >>> 5] as number) & ~(1 << (s & 31));
};

/**
 * Puts zeros where frames hold what nobody can read any more, so that what is saved is the same in every tier.
 *
 * @param index instruction at which the innermost frame stands
 */
export function clearDead(code: Code, frames: Frames, index: number, slotBytes: number): Frames {
  // Where no function calls another, frames are the guest's to look at as a whole.
  if (!code.isa.rows.some((row) => row.effects.callsGuest)) return frames;
  const analysis = frameSlots(code);
  const clear = (start: number, count: number, live: Int32Array | undefined): void => {
    if (live === undefined) return;
    for (let s = 0; s < count; s++)
      if (!hasBit(live, s)) frames.slots.fill(0, (start + s) * slotBytes, (start + s + 1) * slotBytes);
  };
  const known = new Map<number, Int32Array | undefined>();
  let start = 0;
  for (const { caller, window } of frames.calls as readonly Frame[]) {
    let live = known.get(caller);
    if (live === undefined) {
      live = analysis.at(caller)?.liveAt(Math.min(caller + 1, code.count - 1));
      known.set(caller, live);
    }
    clear(start, window, live);
    start += window;
  }
  const innermost = analysis.at(index);
  const end = frames.slots.length / slotBytes;
  clear(frameStart(frames), Math.max(0, end - start), innermost?.liveAt(index));
  return frames;
}
