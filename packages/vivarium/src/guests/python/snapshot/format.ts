/** What a snapshot of a Python machine consists of. */

import { OPS } from "../bytecode/table.js";
import type { RecordRow } from "../objects/records.js";

export const MAGIC = 0x53505956; // "VYPS"
/** Raised whenever the meaning of stored state changes. An engine reads its own version only. */
export const FORMAT_VERSION = 2;
export const HASH_BYTES = 32;

/** How a value is stored. */
export const Tag = {
  UNDEFINED: 0,
  NULL: 1,
  TRUE: 2,
  FALSE: 3,
  /** A non-negative safe integer. */
  POSITIVE: 4,
  /** Minus one, minus a non-negative safe integer. */
  NEGATIVE: 5,
  DOUBLE: 6,
  BIGINT: 7,
  TEXT: 8,
  /** An object of the snapshot. */
  OBJECT: 9,
  /** What all machines share. */
  SHARED: 10,
  CONTINUATION: 11,
} as const;

/** How an object is stored. */
export const Kind = {
  RECORD: 0,
  ARRAY: 1,
  PLAIN: 2,
  MAP: 3,
  SET: 4,
  BYTES: 5,
  INT32: 6,
  UINT32: 7,
  DICT: 8,
  TYPE: 9,
  SHAPE: 10,
  CODE: 11,
  /** A native function bound to a value. */
  BOUND: 12,
  /** A function of a native module, by module and name. */
  NATIVE: 13,
  /** A function that the host grants, by name. */
  HOST: 14,
} as const;

export const DICT_FIELDS = ["cls", "shape", "slots", "dict", "members", "version", "keys", "vals", "custom"] as const;
export const TYPE_FIELDS = [
  "cls",
  "shape",
  "slots",
  "dict",
  "members",
  "name",
  "qualname",
  "bases",
  "mro",
  "own",
  "layout",
  "instanceShape",
  "slotNames",
  "isHeap",
  "isFinal",
] as const;
export const CODE_FIELDS = [
  "name",
  "qualname",
  "filename",
  "firstLine",
  "flags",
  "argCount",
  "posOnlyCount",
  "kwOnlyCount",
  "variables",
  "localCount",
  "cells",
  "freeStart",
  "freeCount",
  "stackSize",
  "instructions",
  "consts",
  "names",
  "handlers",
  "positions",
  "hidden",
  "constants",
] as const;

/** What of a machine is stored, beside its objects. */
export const MACHINE_FIELDS = [
  "frame",
  "depth",
  "recursionLimit",
  "maxRecursion",
  "handled",
  "fuel",
  "reserve",
  "allocated",
  "threshold",
  "memoryLimit",
  "outputLeft",
  "builtins",
  "modules",
  "routines",
  "subclasses",
  "finished",
  "result",
  "failure",
  "pending",
] as const;

const fieldLists = new Map<RecordRow, readonly string[]>();
/** The stored fields of a class. */
export function fieldsOf(row: RecordRow): readonly string[] {
  let list = fieldLists.get(row);
  if (!list) fieldLists.set(row, (list = Object.keys(row.blank()).filter((key) => !row.skip.includes(key))));
  return list;
}

let digestOf: number | undefined;
/** Changes with the ops. Classes and continuations are checked by name where a snapshot uses them. */
export function digest(): number {
  if (digestOf !== undefined) return digestOf;
  let h = 0x811c9dc5;
  for (const op of OPS)
    for (const c of `${op.code}${op.name}${op.operand};`) h = Math.imul(h ^ c.charCodeAt(0), 0x01000193);
  return (digestOf = h >>> 0);
}
