/** Control flow of guest code as the compiler sees it: blocks (gas segments), how each ends, and where functions are. */
import type { Code, LinkedCall } from "../../isa/code.js";
import { FIELDS } from "../../isa/code.js";
import type { Stmt } from "../../isa/expr.js";
import type { Row } from "../../isa/table.js";
import { type FrameSlots, frameSlots } from "../frames.js";
import { TUNING } from "./tuning.js";

/** Frames further up than so many slots are left to the interpreter. */
const MAX_WINDOW = 1 << 16;

/** How a block ends. Block numbers are indices of first instructions. */
export type BlockEnd =
  /** Goes on with the next block. */
  | { readonly kind: "next" }
  | { readonly kind: "jump"; readonly target: number }
  | { readonly kind: "branch"; readonly target: number }
  /** Jumps to a known place and leaves a link behind: a call that comes back at `link.next`. */
  | { readonly kind: "call"; readonly target: number; readonly link: LinkedCall }
  /** The same with a computed target. */
  | { readonly kind: "callIndirect"; readonly link: LinkedCall }
  /** A computed jump: a return, or anything else. */
  | { readonly kind: "computed" }
  /** Calls a guest function with a frame of its own, `window` slots up; `fn` is -1 where it is computed. */
  | { readonly kind: "guestCall"; readonly fn: number; readonly window: number; readonly next: number }
  | { readonly kind: "return" }
  | { readonly kind: "exit" };

const NEXT: BlockEnd = { kind: "next" };
const COMPUTED: BlockEnd = { kind: "computed" };
const EXIT: BlockEnd = { kind: "exit" };

/** What the last statement of a row does with control. */
type Shape = {
  readonly kind: "next" | "branch" | "jump" | "computed" | "guestCall" | "return" | "exit" | "other";
  readonly target: number;
};

function shapeOf(body: readonly Stmt[]): Shape {
  const last = body[body.length - 1];
  switch (last?.s) {
    case "let":
      return shapeOf(last.body);
    case "branch":
    case "jump":
      return { kind: last.s, target: last.target };
    case "computedJump":
      return { kind: "computed", target: -1 };
    case "exit":
      return { kind: "exit", target: -1 };
    case "call":
      return { kind: "guestCall", target: -1 };
    case "ret":
      return { kind: "return", target: -1 };
    case "if": {
      const a = shapeOf(last.then);
      const b = shapeOf(last.else);
      // Exits on one side leave control to the other.
      if (a.kind === "exit") return b;
      if (b.kind === "exit") return a;
      return a.kind === "next" && b.kind === "next" ? a : { kind: "other", target: -1 };
    }
    default:
      return { kind: "next", target: -1 };
  }
}

interface RowShape extends Shape {
  /** Field of the target in `Code.args`, -1 without one. */
  readonly field: number;
}
const shapes = new WeakMap<Row, RowShape>();

function shapeIn(row: Row): RowShape {
  let shape = shapes.get(row);
  if (shape === undefined) {
    const found = shapeOf(row.meaning);
    shape = { ...found, field: found.target < 0 ? -1 : (row.fields[found.target] as number) };
    shapes.set(row, shape);
  }
  return shape;
}

export class ControlFlow {
  /** Where computed jumps have been seen to go inside of their functions (the cases of a switch). */
  readonly #cases = new Map<number, Set<number>>();
  readonly #returns = new Set<number>();
  /** Of guests with frames. */
  readonly frames: FrameSlots | undefined;
  /** Functions that the code table leads to, and no call's return. */
  readonly addressTaken: number[] = [];
  /** Instructions that some call enters. */
  readonly #entries = new Set<number>();
  /** First block of the function that holds a block; -1 where no function reaches. */
  readonly #owner: Int32Array;
  /** Of every instruction, where the next block begins. */
  readonly #ends: Int32Array;

  constructor(
    readonly code: Code,
    /** 1 where a gas segment, which is a block, starts. */
    readonly starts: Uint8Array,
  ) {
    this.#ends = new Int32Array(code.count);
    for (let i = code.count - 1, end = code.count; i >= 0; i--) {
      this.#ends[i] = end;
      if (starts[i] === 1) end = i;
    }
    this.#owner = new Int32Array(code.count).fill(-1);
    const framed = code.isa.banks.some((bank) => bank.scope === "frame") && code.functions.length > 0;
    this.frames = framed ? frameSlots(code) : undefined;
    this.#discover();
  }

  /** One past the last instruction of the block that starts at `block`. */
  endOf(block: number): number {
    return this.#ends[block] as number;
  }

  /** How the instruction that ends a block goes on; `undefined` where the compiler has no answer (it leaves there). */
  end(last: number): BlockEnd | undefined {
    const { code } = this;
    const shape = shapeIn(code.isa.rows[code.op[last] as number] as Row);
    const { field } = shape;
    const target = field < 0 ? -1 : (code.args[FIELDS * last + field] as number);
    switch (shape.kind) {
      case "next":
        return NEXT;
      case "branch":
        return { kind: "branch", target };
      case "jump": {
        const link = code.linkOf?.(last);
        return link !== undefined && target >= 0 ? { kind: "call", target, link } : { kind: "jump", target };
      }
      case "computed": {
        const link = code.linkOf?.(last);
        return link !== undefined ? { kind: "callIndirect", link } : COMPUTED;
      }
      case "exit":
        return EXIT;
      case "guestCall":
      case "return":
        return this.#framed(last, shape.kind);
      default:
        return undefined;
    }
  }

  /**
   * Entries of the functions that a guest call is compiled as a direct call of: the one that it names, or the few that a
   * computed one may well reach.
   */
  calleesOf(fn: number): readonly number[] {
    const { taken = [] } = this.code.frames;
    const numbers = fn >= 0 ? [fn] : taken.length > TUNING.guesses ? [] : taken;
    return numbers.map((k) => this.code.functions[k]?.entry ?? -1);
  }

  /** Guest calls and returns, where what they leave undefined is known to matter to nobody. */
  #framed(last: number, kind: "guestCall" | "return"): BlockEnd | undefined {
    const { frames } = this;
    if (frames === undefined || !frames.disciplined || frames.at(last)?.everything !== false) return undefined;
    if (kind === "return") return { kind };
    const call = frames.callAt(last);
    if (call === undefined || call.window < 0 || call.window > MAX_WINDOW) return undefined;
    if (call.fn >= this.code.functions.length || last + 1 >= this.code.count) return undefined;
    return { kind, ...call, next: last + 1 };
  }

  /** Blocks of the same function that can follow, a call's return site included. */
  successors(block: number): number[] {
    const last = this.endOf(block) - 1;
    const end = this.end(last);
    const next = last + 1 < this.code.count ? [last + 1] : [];
    switch (end?.kind) {
      case "next":
        return next;
      case "branch":
        return end.target < 0 ? next : [...next, end.target];
      case "jump":
        // A jump to where calls go is a call in tail position, unless it is the function's own loop.
        return end.target < 0 ? [] : [end.target];
      case "call":
      case "callIndirect":
        return [end.link.next];
      case "guestCall":
        return next;
      case "computed":
        return [...(this.casesOf(last) ?? [])];
      default:
        return [];
    }
  }

  /** Notes that the computed jump `from` went to `to`; false when that is a return and no case of a switch. */
  addCase(from: number, to: number): boolean {
    if (this.#returns.has(to) || this.end(from)?.kind !== "computed") return false;
    if (this.code.frames.jumps !== undefined) return false;
    const known = this.#cases.get(from);
    if (known === undefined) this.#cases.set(from, new Set([to]));
    else known.add(to);
    // The case belongs to the function of the jump.
    this.#entries.delete(to);
    const owner = this.#owner[this.#blockOf(from)] as number;
    if (this.#owner[to] === to && owner !== to) this.#adopt(to, owner);
    return true;
  }
  /** Known targets of a computed jump: what the guest says, or what has been seen. */
  casesOf(from: number): ReadonlySet<number> | undefined {
    let known = this.#cases.get(from);
    if (known === undefined && this.code.frames.jumps !== undefined && this.frames !== undefined) {
      known = new Set(this.frames.tableTargets(from));
      this.#cases.set(from, known);
    }
    return known;
  }
  /** Calls come back here. */
  isReturn(block: number): boolean {
    return this.#returns.has(block);
  }
  #blockOf(index: number): number {
    let i = index;
    while (this.starts[i] === 0) i--;
    return i;
  }
  #adopt(entry: number, owner: number): void {
    for (let b = 0; b < this.code.count; b++) if (this.#owner[b] === entry) this.#owner[b] = owner;
  }

  isEntry(block: number): boolean {
    return this.#entries.has(block);
  }
  ownerOf(block: number): number {
    return this.#owner[block] as number;
  }

  #discover(): void {
    const { code, starts } = this;
    const entries = [0];
    const returns = this.#returns;
    for (let i = 0; i < code.count; i++) {
      if (i + 1 < code.count && starts[i + 1] === 0) continue;
      const end = this.end(i);
      if (end?.kind === "call") {
        this.#entries.add(end.target);
        entries.push(end.target);
      }
      if (end?.kind === "call" || end?.kind === "callIndirect") returns.add(end.link.next);
    }
    if (this.frames !== undefined) {
      this.#declared();
      return;
    }
    const taken = new Set<number>();
    // Entries of the code table that no call comes back to are functions whose address is taken.
    for (const t of code.addressTaken ?? code.table) {
      if (t >= 0 && !returns.has(t) && !taken.has(t)) {
        taken.add(t);
        this.addressTaken.push(t);
        this.#entries.add(t);
        entries.push(t);
      }
    }
    for (const f of code.functions) entries.push(f.entry);
    for (const entry of entries) this.#claim(entry);
  }

  /** Functions with frames are declared: one reaches to the next. */
  #declared(): void {
    const { frames, code } = this;
    for (const f of code.functions) {
      this.#entries.add(f.entry);
      this.#owner.fill(f.entry, f.entry, (frames as FrameSlots).endOf(f.entry));
    }
  }

  /** Gives every block that is reached from `entry` and has no owner yet to the function that starts there. */
  #claim(entry: number): void {
    const stack = [entry];
    for (let block = stack.pop(); block !== undefined; block = stack.pop()) {
      if (this.#owner[block] !== -1) continue;
      if (block !== entry && this.#entries.has(block)) continue;
      this.#owner[block] = entry;
      stack.push(...this.successors(block));
    }
  }
}
