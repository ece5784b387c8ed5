/** Decoded guest code, the same for every guest: what a format reader hands to the tiers. */
import type { InstructionSet } from "./table.js";

/** A guest function of an instruction set with guest calls. */
export interface GuestFunction {
  readonly name?: string;
  /** Index of its first instruction. */
  readonly entry: number;
  /** Frame slots that hold its parameters on entry, from slot 0. */
  readonly params: number;
  /** Frame slots that hold its results on return, from slot 0. */
  readonly results: number;
  /** Frame slots in all. */
  readonly slots: number;
  /** First slot that is given by the caller; those before it hold nothing on entry. Default 0. */
  readonly firstParam?: number;
  /** A host call of the function may come back a second time, later (setjmp). */
  readonly returnsTwice?: boolean;
}

/** Consecutive frame slots, or entries of the code table. */
export interface Range {
  readonly first: number;
  readonly count: number;
}

/** What a guest knows of its frames that its code does not say; compilers need not be as careful then. */
export interface FrameFacts {
  /**
   * True when no code reads what a call has left undefined: slots from the call's window on that are no results. False
   * or absent: it is found out.
   */
  readonly disciplined?: boolean;
  /** Entries of the code table that the computed jump at an instruction chooses from; absent: all. */
  jumps?(index: number): Range;
  /** Slots that the host call at an instruction reads, and the first that it may write; absent: the whole frame. */
  host?(index: number): Range & { readonly writes: number };
  /** Functions that calls of computed ones are likely to reach; only a hint for the compiler. */
  readonly taken?: readonly number[];
  /** Slots of its window that the call of a computed function passes; absent: as many as any function takes. */
  passed?(index: number): Range;
}

/** A jump that leaves a link: where it comes back when the callee jumps through the code table at `index`. */
export interface LinkedCall {
  /** Entry of the code table that leads back. */
  readonly index: number;
  /** Instruction there. */
  readonly next: number;
}

/** Number of 32-bit operand fields per instruction. */
export const FIELDS = 4;

/** Decodes the operands of instructions `from` to (not including) `to`; always the same ones for an instruction. */
export type DecodeOperands = (from: number, to: number, args: Int32Array) => void;

/** Operands that are decoded when they are needed are decoded so many instructions at a time. */
const DECODED_AT_ONCE = 256;

export interface CodeOptions {
  readonly isa: InstructionSet;
  readonly count: number;
  readonly op: Uint16Array;
  readonly pc: Uint32Array;
  /** All operands, or a function that decodes those of instructions `from` to `to` into the array it is given. */
  readonly args: Int32Array | DecodeOperands;
  readonly leader: Uint8Array;
  readonly table?: Int32Array;
  readonly functions?: readonly GuestFunction[];
  readonly blockCost?: (leader: number) => number;
  readonly indexOf: (pc: number) => number;
  readonly linkOf?: (index: number) => LinkedCall | undefined;
  readonly frames?: FrameFacts;
  readonly addressTaken?: readonly number[];
  readonly metered?: boolean;
}

/**
 * Instructions in order. Operand k of instruction i stands at `args[FIELDS * i + k]`; a 64-bit immediate takes two
 * fields (low, high); a target is an instruction index, or -1 where the guest's rules forbid to continue there. A guest
 * may leave operands undecoded until somebody asks: most of a large program is never executed.
 */
export class Code {
  readonly isa: InstructionSet;
  readonly count: number;
  /** Row index of every instruction. */
  readonly op: Uint16Array;
  /** Guest position (byte offset, instruction number …) of every instruction, ascending. */
  readonly pc: Uint32Array;
  readonly #args: Int32Array;
  readonly #decode: DecodeOperands | undefined;
  /** Which runs of operands have been decoded; absent when all have been. */
  #decoded: Uint8Array | undefined;
  /** 1 where a basic block starts. */
  readonly leader: Uint8Array;
  /** Entries of the program's code table as instruction indices, -1 where an entry is not valid. */
  readonly table: Int32Array;
  readonly functions: readonly GuestFunction[];
  /** Gas of the block that starts at an instruction; only for gas model `block`. */
  readonly blockCost: (leader: number) => number;
  /** Instruction at a guest position, -1 if none starts there. */
  readonly indexOf: (pc: number) => number;
  /**
   * Calls of guests that have none declared: says of a jump whether it is one. Only a hint for the compiler: what
   * comes back somewhere else is executed all the same.
   */
  readonly linkOf: ((index: number) => LinkedCall | undefined) | undefined;
  readonly frames: FrameFacts;
  /** Instructions whose address the program may hold, where these are fewer than the code table has; another hint. */
  readonly addressTaken: readonly number[] | undefined;
  /** False where nobody asks for gas: compiled code counts only as much as it takes to come to the end of its slice. */
  readonly metered: boolean;

  constructor(options: CodeOptions) {
    this.isa = options.isa;
    this.count = options.count;
    this.op = options.op;
    this.pc = options.pc;
    if (typeof options.args === "function") {
      this.#args = new Int32Array(options.count * FIELDS);
      this.#decode = options.args;
      this.#decoded = new Uint8Array(Math.ceil(options.count / DECODED_AT_ONCE));
    } else this.#args = options.args;
    this.leader = options.leader;
    this.table = options.table ?? new Int32Array(0);
    this.functions = options.functions ?? [];
    this.blockCost = options.blockCost ?? (() => 0);
    this.indexOf = options.indexOf;
    this.linkOf = options.linkOf;
    this.frames = options.frames ?? {};
    this.addressTaken = options.addressTaken;
    this.metered = options.metered !== false;
  }

  /** The operands of all instructions. */
  get args(): Int32Array {
    if (this.#decoded !== undefined) {
      this.operands(0, this.count);
      this.#decoded = undefined;
    }
    return this.#args;
  }

  /** {@link args} of which those of instructions `from` to (not including) `to` are there. */
  operands(from: number, to: number): Int32Array {
    const decoded = this.#decoded;
    if (decoded === undefined) return this.#args;
    for (let k = Math.floor(from / DECODED_AT_ONCE); k * DECODED_AT_ONCE < to; k++) {
      if (decoded[k] === 1) continue;
      decoded[k] = 1;
      this.#decode?.(k * DECODED_AT_ONCE, Math.min(this.count, (k + 1) * DECODED_AT_ONCE), this.#args);
    }
    return this.#args;
  }

  /** The function whose code holds instruction `index`. */
  functionAt(index: number): GuestFunction | undefined {
    let best: GuestFunction | undefined;
    for (const f of this.functions) if (f.entry <= index && f.entry >= (best?.entry ?? 0)) best = f;
    return best;
  }

  /** Greatest leader at or before instruction `index`. */
  leaderOf(index: number): number {
    let i = index;
    while (i > 0 && this.leader[i] === 0) i--;
    return i;
  }
}

/** First field of every operand of a row in `Code.args`. */
export function fieldsOf(operands: readonly { readonly kind: string }[]): number[] {
  const fields: number[] = [];
  let next = 0;
  for (const operand of operands) {
    fields.push(next);
    next += operand.kind === "imm64" ? 2 : 1;
  }
  if (next > FIELDS) throw new RangeError(`${next} operand fields, at most ${FIELDS}`);
  return fields;
}
