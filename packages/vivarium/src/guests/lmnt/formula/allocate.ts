/**
 * Instructions over virtual slots to instructions over stack slots: copies that can go are merged away, what is never
 * read is dropped, and groups whose lifetimes do not meet share their slots (linear scan).
 */
import { LoadError } from "../../../machine/errors.js";
import { MAX_SLOTS } from "../archive.js";
import type { Group, IrInstruction, Operand } from "./ir.js";
import type { LoweredFunction } from "./lower.js";

/** Where a group starts, in slots after the first argument. */
export type Places = ReadonlyMap<number, number>;

/** Code whose groups have their places. */
export interface AllocatedFunction {
  readonly code: readonly IrInstruction[];
  readonly places: Places;
  /** Slots after the constants. */
  readonly stackCount: number;
}

/** Gives every group of a function its slots. */
export function allocate(lowered: LoweredFunction): AllocatedFunction {
  const code = dropUnread(mergeCopies(lowered.code));
  const { places, top } = scan(code, lowered.argsCount + lowered.rvalsCount);
  return { code, places, stackCount: top };
}

/** Slots an operation's operand `a`, `b` or `c` covers, by the form of its mnemonic. */
function widthOf(instruction: IrInstruction & { kind: "op" }, operand: "a" | "b" | "c"): number {
  const { mnemonic } = instruction;
  if (/VV$|[A-Z]V$/.test(mnemonic) && mnemonic !== "ASSIGNSV" && mnemonic !== "SUMV") return 4;
  if (mnemonic === "SUMV") return operand === "a" ? 4 : 1;
  if (mnemonic === "ASSIGNSV") return operand === "a" ? 1 : 4;
  if (/VS$/.test(mnemonic)) return operand === "b" ? 1 : 4;
  return 1;
}

interface Touch {
  readonly group: Group;
  readonly lane: number;
  readonly width: number;
  readonly write: boolean;
}

/** The slots an instruction reads and writes. */
function touches(instruction: IrInstruction): Touch[] {
  const found: Touch[] = [];
  const add = (operand: Operand | undefined, width: number, write: boolean) => {
    if (operand?.kind === "slot") found.push({ group: operand.group, lane: operand.lane, width, write });
  };
  if (instruction.kind === "op") {
    add(instruction.a, widthOf(instruction, "a"), false);
    add(instruction.b, widthOf(instruction, "b"), false);
    if (instruction.base?.kind === "slot") add(instruction.base, instruction.base.group.width, false);
    add(instruction.c, widthOf(instruction, "c"), true);
  } else if (instruction.kind === "branch") add(instruction.a, 1, false);
  else if (instruction.kind === "call") {
    const { frame } = instruction;
    found.push({ group: frame, lane: 0, width: frame.width, write: false });
    found.push({ group: frame, lane: 0, width: frame.width, write: true });
  }
  return found;
}

/**
 * Removes `home ← temporary` where the temporary may as well be computed in place: it is written once, in the same
 * straight piece of code, nobody looks at it afterwards, and nobody looks at the home in between.
 */
function mergeCopies(code: readonly IrInstruction[]): IrInstruction[] {
  const uses = new Map<number, number[]>();
  code.forEach((instruction, i) => {
    for (const { group } of touches(instruction)) {
      const list = uses.get(group.id);
      if (list === undefined) uses.set(group.id, [i]);
      else list.push(i);
    }
  });
  const result: (IrInstruction | undefined)[] = [...code];
  for (let i = 0; i < code.length; i++) {
    const copy = result[i];
    if (copy?.kind !== "op" || (copy.mnemonic !== "ASSIGNSS" && copy.mnemonic !== "ASSIGNVV")) continue;
    const { a: source, c: home } = copy;
    if (source?.kind !== "slot" || home?.kind !== "slot") continue;
    const width = copy.mnemonic === "ASSIGNVV" ? 4 : 1;
    const { group } = source;
    if (group.pinned !== undefined || group.mutable || group.width !== width) continue;
    const own = uses.get(group.id) as number[];
    const definition = own[0];
    if (own[own.length - 1] !== i || own.filter((at) => at === i).length !== 1) continue;
    if (!isFree(result, uses, home, width, definition, i)) continue;
    for (const at of new Set(own.slice(0, -1))) {
      result[at] = rename(result[at] as IrInstruction, group, home.group, home.lane);
    }
    uses.set(
      home.group.id,
      [...(uses.get(home.group.id) as number[]), ...own.slice(0, -1)].sort((x, y) => x - y),
    );
    result[i] = undefined;
  }
  return result.filter((instruction) => instruction !== undefined);
}

/** Whether `home` may hold the value from instruction `from` on, when it is copied there at `to`. */
function isFree(
  code: readonly (IrInstruction | undefined)[],
  uses: ReadonlyMap<number, readonly number[]>,
  home: Operand & { kind: "slot" },
  width: number,
  from: number,
  to: number,
): boolean {
  const meets = (at: number, writesOnly: boolean): boolean =>
    touches(code[at] as IrInstruction).some(
      ({ group, lane, width: w, write }) =>
        group.id === home.group.id && lane < home.lane + width && home.lane < lane + w && (write || !writesOnly),
    );
  const others = (uses.get(home.group.id) as readonly number[]).filter((at) => at !== to && code[at] !== undefined);
  const touching = others.filter((at) => meets(at, false));
  if (touching.length === 0) return true;
  // A vector operation that reads its target's lanes out of step would see them half written.
  if (touching.some((at) => at > from && at < to)) return false;
  if (width > 1 && touching.includes(from)) return false;
  if (meets(from, true)) return false;
  for (let at = from; at < to; at++) {
    const kind = code[at]?.kind;
    if (kind === "branch" || kind === "label" || kind === "loop" || kind === "call") return false;
  }
  return true;
}

function rename(instruction: IrInstruction, from: Group, to: Group, lane: number): IrInstruction {
  const move = (operand: Operand | undefined): Operand | undefined =>
    operand?.kind === "slot" && operand.group.id === from.id
      ? { kind: "slot", group: to, lane: operand.lane + lane }
      : operand;
  if (instruction.kind === "op") {
    const { a, b, c, base } = instruction;
    return { ...instruction, a: move(a), b: move(b), c: move(c), base: move(base) };
  }
  return instruction.kind === "branch" ? { ...instruction, a: move(instruction.a) } : instruction;
}

/** Drops operations whose result nobody reads, and then those that only they had read. */
function dropUnread(code: readonly IrInstruction[]): IrInstruction[] {
  const readers = new Map<number, number>();
  const writers = new Map<number, number[]>();
  code.forEach((instruction, i) => {
    for (const { group, write } of touches(instruction)) {
      // Return values are read by the caller.
      if (!write || group.pinned !== undefined) readers.set(group.id, (readers.get(group.id) ?? 0) + 1);
      else if (instruction.kind === "op" && !MAY_FAIL.has(instruction.mnemonic)) {
        const list = writers.get(group.id);
        if (list === undefined) writers.set(group.id, [i]);
        else list.push(i);
      }
    }
  });
  const dropped = new Set<number>();
  const unread = [...writers.keys()].filter((id) => !readers.has(id));
  for (let id = unread.pop(); id !== undefined; id = unread.pop()) {
    for (const i of writers.get(id) ?? []) {
      if (dropped.has(i)) continue;
      dropped.add(i);
      for (const { group, write } of touches(code[i] as IrInstruction)) {
        if (write || group.pinned !== undefined) continue;
        const left = (readers.get(group.id) as number) - 1;
        readers.set(group.id, left);
        if (left === 0) unread.push(group.id);
      }
    }
  }
  return code.filter((_, i) => !dropped.has(i));
}
const MAY_FAIL = new Set(["DLOADIRS", "DLOADIRV", "INDEXRIS"]);

interface Lifetime {
  readonly group: Group;
  start: number;
  end: number;
}

/**
 * Lifetimes in half steps: operands end at 2i and results begin at 2i + 1, so that a scalar result may take an operand's
 * slot. Vector instructions work lane by lane, so their results begin before their operands end.
 */
function lifetimesOf(code: readonly IrInstruction[]): Lifetime[] {
  const lifetimes = new Map<number, Lifetime>();
  const touched = new Map<number, number[]>();
  const loops: { begin: number; end: number }[] = [];
  const open: number[] = [];
  code.forEach((instruction, i) => {
    if (instruction.kind === "loop") {
      if (instruction.edge === "begin") open.push(i);
      else loops.push({ begin: open.pop() as number, end: i });
    }
    const all = touches(instruction);
    const isVector = all.some(({ width }) => width > 1);
    for (const { group, write } of all) {
      if (group.pinned !== undefined) continue;
      const at = 2 * i + (write && !isVector ? 1 : 0);
      const end = write ? 2 * i + 1 : 2 * i + (isVector ? 1 : 0);
      const lifetime = lifetimes.get(group.id);
      if (lifetime === undefined) lifetimes.set(group.id, { group, start: at, end });
      else lifetime.end = Math.max(lifetime.end, end);
      const list = touched.get(group.id);
      if (list === undefined) touched.set(group.id, [i]);
      else list.push(i);
    }
  });
  // What is alive before a loop and used in it is needed in every round. Inner loops come first in the list.
  for (const { begin, end } of loops) {
    for (const [id, lifetime] of lifetimes) {
      const inside = (touched.get(id) as number[]).some((i) => i > begin && i < end);
      if (inside && lifetime.start < 2 * begin) lifetime.end = Math.max(lifetime.end, 2 * end + 1);
    }
  }
  return [...lifetimes.values()].sort((x, y) => x.start - y.start || x.group.id - y.group.id);
}

function scan(code: readonly IrInstruction[], first: number): { places: Places; top: number } {
  const places = new Map<number, number>();
  for (const instruction of code) {
    for (const { group } of touches(instruction)) if (group.pinned !== undefined) places.set(group.id, group.pinned);
  }
  let top = first;
  let active: { place: number; width: number; end: number }[] = [];
  for (const { group, start, end } of lifetimesOf(code)) {
    active = active.filter((other) => other.end >= start);
    active.sort((x, y) => x.place - y.place);
    let place = first;
    for (const other of active) {
      if (other.place - place >= group.width) break;
      place = Math.max(place, other.place + other.width);
    }
    if (place + group.width > MAX_SLOTS - 1)
      throw new LoadError("LMNT_FORMULA_SIZE", "a function needs too many slots");
    places.set(group.id, place);
    active.push({ place, width: group.width, end });
    top = Math.max(top, place + group.width);
  }
  return { places, top };
}
