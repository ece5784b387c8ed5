/**
 * What the formula compiler works on between text and archive: LMNT instructions over virtual slots.
 *
 * A group is a run of consecutive virtual slots (1 for a number, 4 for what the V instructions work on, more for the
 * frame of a host call); the allocator gives each its place on the stack.
 */

export interface Group {
  readonly id: number;
  readonly width: number;
  /** Slot relative to the first argument, for arguments and return values. */
  readonly pinned: number | undefined;
  /** Written more than once: a variable of a loop or the result of two arms. */
  readonly mutable: boolean;
}

/** Operand of an instruction: a slot of a group, or constants by their bits (1 or 4). */
export type Operand =
  | { readonly kind: "slot"; readonly group: Group; readonly lane: number }
  | { readonly kind: "bits"; readonly bits: readonly number[] };

export const slot = (group: Group, lane = 0): Operand => ({ kind: "slot", group, lane });
export const bits = (...values: number[]): Operand => ({ kind: "bits", bits: values });

/** A place in the code that branches go to; set once. */
export interface Label {
  readonly id: number;
}

/**
 * One instruction. Operands stand where the encoding has them; `width` is the number of slots each touches, 0 for none.
 */
export type IrInstruction =
  | {
      readonly kind: "op";
      readonly mnemonic: string;
      readonly a?: Operand;
      readonly b?: Operand;
      readonly c?: Operand;
      /** Numbers instead of slots: section and index of data loads. */
      readonly immediates?: { readonly a?: number; readonly b?: number };
      /** INDEXRIS: the slot whose number is the second operand. */
      readonly base?: Operand;
    }
  | { readonly kind: "branch"; readonly mnemonic: string; readonly a?: Operand; readonly target: Label }
  | { readonly kind: "label"; readonly label: Label }
  | { readonly kind: "call"; readonly callee: string; readonly frame: Group }
  /** Begin and end of a loop's code, for the lifetimes of what it uses. */
  | { readonly kind: "loop"; readonly edge: "begin" | "end" };
