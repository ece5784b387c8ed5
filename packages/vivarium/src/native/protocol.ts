/** What parent and child say to each other. */
import type { NativeType, NativeValue } from "./code.js";

/** Calls of a batch that travel together. */
export const CHUNK = 65536;
/** Bytes of the file that both map: how many calls of a chunk came back, then columns of arguments and results. */
export const MAILBOX = 8 + 8 * CHUNK * 15;

export type Request =
  | {
      readonly kind: "load";
      readonly id: number;
      readonly bytes: Uint8Array;
      readonly params: readonly NativeType[];
      readonly result: NativeType | null;
    }
  | { readonly kind: "call"; readonly id: number; readonly args: readonly NativeValue[] }
  /** Calls one after the other; results go to the mailbox, 8 bytes each, from offset 8 on. */
  | { readonly kind: "calls"; readonly calls: readonly NativeCall[] }
  /** The arguments are in the mailbox, a column after the other, each from a multiple of 8. */
  | { readonly kind: "batch"; readonly id: number; readonly count: number };

export interface NativeCall {
  readonly id: number;
  readonly args: readonly NativeValue[];
}

export type Reply =
  | { readonly kind: "ready" }
  | { readonly kind: "failed"; readonly code: string; readonly message: string }
  | { readonly kind: "done"; readonly value?: NativeValue };

/** Offset of a column in the mailbox. */
export function columnOffset(index: number, count: number): number {
  return 8 + index * 8 * count;
}
