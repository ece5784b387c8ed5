/** Makes code ready to run: constants become guest values, frequent sequences of ops are fused. */

import type { Code } from "../bytecode/code.js";
import { Ellipsis, keyOf, None, PyBytes, PyComplex, PyFloat, PySet, PyTuple, T, type Value } from "../objects/core.js";
import { fuse } from "./fusions.js";

/** A constant of the syntax tree as a guest value. */
export function constantValue(c: unknown): Value {
  if (c === null) return None;
  if (typeof c !== "object") return c;
  if (c instanceof Uint8Array) return new PyBytes(c);
  const object = c as { kind?: string; value?: number; real?: number; imag?: number; items?: readonly unknown[] };
  switch (object.kind) {
    case "float":
      return new PyFloat(object.value!);
    case "complex":
      return new PyComplex(object.real!, object.imag!);
    case "ellipsis":
      return Ellipsis;
    case "tuple":
      return new PyTuple(object.items!.map(constantValue));
    case "frozenset": {
      const set = new PySet(T.frozenset);
      for (const item of object.items!) {
        const value = constantValue(item);
        set.table.setKey(keyOf(value)!, value, None);
      }
      return set;
    }
  }
  return c;
}

/** Fills `code.dense`, `code.constants` and `code.caches`. */
export function prepare(code: Code): void {
  const count = code.instructions.length;
  const boundary = new Uint8Array(count + 1);
  for (const h of code.handlers) {
    boundary[h.start] = 1;
    boundary[h.end] = 1;
  }
  code.dense = fuse(code.instructions, boundary);
  code.constants = code.consts.map(constantValue);
  code.caches = new Array(count + 1).fill(undefined);
}
