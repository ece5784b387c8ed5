/** Makes code ready to run: constants become guest values, frequent sequences of ops are fused. */

import type { Code } from "../bytecode/code.js";
import { OP_COUNT, Op } from "../bytecode/table.js";
import { Ellipsis, keyOf, None, PyBytes, PyComplex, PyFloat, PySet, PyTuple, T, type Value } from "../objects/core.js";

/** Fused ops. A fused op stands where its first part stood; the parts behind it stay, so that they can be jumped to. */
export const Fused = {
  LOAD_FAST_LOAD_FAST: OP_COUNT,
  LOAD_FAST_LOAD_CONST: OP_COUNT + 1,
  STORE_FAST_LOAD_FAST: OP_COUNT + 2,
  LT_JUMP: OP_COUNT + 3,
  LE_JUMP: OP_COUNT + 4,
  EQ_JUMP: OP_COUNT + 5,
  NE_JUMP: OP_COUNT + 6,
  GT_JUMP: OP_COUNT + 7,
  GE_JUMP: OP_COUNT + 8,
  ADD_CONST: OP_COUNT + 9,
  SUB_CONST: OP_COUNT + 10,
  LOAD_FAST_ATTR: OP_COUNT + 11,
  FOR_ITER_STORE: OP_COUNT + 12,
  STORE_FAST_STORE_FAST: OP_COUNT + 13,
} as const;

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
  const { instructions } = code;
  const count = instructions.length;
  const dense = Int32Array.from(instructions);
  const boundary = new Uint8Array(count + 1);
  for (const h of code.handlers) {
    boundary[h.start] = 1;
    boundary[h.end] = 1;
  }
  const op = (i: number): number => (i < count ? instructions[i]! & 0xff : -1);
  const arg = (i: number): number => instructions[i]! >> 8;
  for (let i = 0; i + 1 < count; i++) {
    if (boundary[i + 1]) continue;
    const a = arg(i);
    const b = arg(i + 1);
    const [first, second] = [op(i), op(i + 1)];
    const both = a < 4096 && b < 2048;
    const pack = (fused: number): void => {
      dense[i] = fused | (a << 8) | (b << 20);
    };
    if (first === Op.LOAD_FAST && both) {
      if (second === Op.LOAD_FAST) pack(Fused.LOAD_FAST_LOAD_FAST);
      else if (second === Op.LOAD_CONST) pack(Fused.LOAD_FAST_LOAD_CONST);
      else if (second === Op.LOAD_ATTR) pack(Fused.LOAD_FAST_ATTR);
    } else if (first === Op.STORE_FAST && both) {
      if (second === Op.LOAD_FAST) pack(Fused.STORE_FAST_LOAD_FAST);
      else if (second === Op.STORE_FAST) pack(Fused.STORE_FAST_STORE_FAST);
    } else if (first >= Op.COMPARE_LT && first <= Op.COMPARE_GE && second === Op.POP_JUMP_IF_FALSE)
      dense[i] = (Fused.LT_JUMP + first - Op.COMPARE_LT) | (b << 8);
    else if (first === Op.LOAD_CONST && typeof code.consts[a] === "number") {
      if (second === Op.BINARY_ADD || second === Op.INPLACE_ADD) dense[i] = Fused.ADD_CONST | (a << 8);
      else if (second === Op.BINARY_SUBTRACT || second === Op.INPLACE_SUBTRACT) dense[i] = Fused.SUB_CONST | (a << 8);
    } else if (first === Op.FOR_ITER && second === Op.STORE_FAST && both) pack(Fused.FOR_ITER_STORE);
  }
  code.dense = dense;
  code.constants = code.consts.map(constantValue);
  code.caches = new Array(count + 1).fill(undefined);
}
