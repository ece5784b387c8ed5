/** Sequences of ops that the loop executes in one handler: what compiled programs contain most. */

import { OP_COUNT, Op, type OpName } from "../bytecode/table.js";

/** Ops whose meaning differs only where the operands are no plain numbers: they share a handler. */
const ALIKE: Readonly<Record<string, readonly OpName[]>> = {
  ADD: ["BINARY_ADD", "INPLACE_ADD"],
  SUBTRACT: ["BINARY_SUBTRACT", "INPLACE_SUBTRACT"],
  MULTIPLY: ["BINARY_MULTIPLY", "INPLACE_MULTIPLY"],
  MODULO: ["BINARY_MODULO", "INPLACE_MODULO"],
  FLOORDIV: ["BINARY_FLOORDIV", "INPLACE_FLOORDIV"],
  DIVIDE: ["BINARY_DIVIDE", "INPLACE_DIVIDE"],
};

const COMPARISONS = ["LT", "LE", "EQ", "NE", "GT", "GE"].map((relation) => `COMPARE_${relation} POP_JUMP_IF_FALSE`);

/**
 * The sequences. A fused op stands where its first part stood and keeps that part's operand; the parts behind it stay as
 * they are, so that they can be jumped to and their operands can be read. Each part is charged like the op that it is;
 * only the last one may charge anything beyond.
 */
export const SEQUENCES: readonly (readonly string[])[] = [
  "LOAD_FAST LOAD_FAST",
  "LOAD_FAST LOAD_CONST",
  "STORE_FAST LOAD_FAST",
  "STORE_FAST LOAD_FAST LOAD_FAST",
  "STORE_FAST STORE_FAST",
  "STORE_FAST JUMP",
  "COPY COPY",
  "LOAD_FAST LOAD_FAST ADD",
  "LOAD_FAST LOAD_FAST ADD STORE_FAST",
  "LOAD_FAST LOAD_CONST ADD",
  "LOAD_FAST LOAD_CONST ADD STORE_FAST",
  "LOAD_FAST ADD",
  "LOAD_FAST ADD STORE_FAST",
  "LOAD_CONST ADD",
  "LOAD_CONST ADD STORE_FAST",
  "ADD STORE_FAST",
  "LOAD_FAST LOAD_FAST SUBTRACT",
  "LOAD_FAST LOAD_FAST SUBTRACT STORE_FAST",
  "LOAD_FAST LOAD_CONST SUBTRACT",
  "LOAD_FAST SUBTRACT",
  "LOAD_CONST SUBTRACT",
  "SUBTRACT STORE_FAST",
  "LOAD_FAST LOAD_FAST MULTIPLY",
  "LOAD_FAST LOAD_FAST MULTIPLY STORE_FAST",
  "LOAD_FAST MULTIPLY",
  "LOAD_CONST MULTIPLY",
  "MULTIPLY STORE_FAST",
  "LOAD_FAST LOAD_CONST MODULO",
  "LOAD_CONST MODULO",
  "LOAD_CONST FLOORDIV",
  "LOAD_FAST DIVIDE",
  ...COMPARISONS,
  ...COMPARISONS.map((test) => `LOAD_CONST ${test}`),
  ...COMPARISONS.map((test) => `LOAD_FAST LOAD_CONST ${test}`),
  ...COMPARISONS.map((test) => `LOAD_FAST LOAD_FAST ${test}`),
  "LOAD_FAST POP_JUMP_IF_FALSE",
  "LOAD_FAST POP_JUMP_IF_TRUE",
  "LOAD_FAST POP_JUMP_IF_NONE",
  "LOAD_FAST POP_JUMP_IF_NOT_NONE",
  "LOAD_FAST LOAD_FAST BINARY_SUBSCR",
  "LOAD_FAST LOAD_CONST BINARY_SUBSCR",
  "LOAD_FAST BINARY_SUBSCR",
  "LOAD_CONST BINARY_SUBSCR",
  "LOAD_FAST LOAD_FAST STORE_SUBSCR",
  "LOAD_FAST LOAD_ATTR",
  "LOAD_FAST LOAD_METHOD",
  "LOAD_FAST STORE_ATTR",
  "LOAD_FAST RETURN_VALUE",
  "LOAD_CONST RETURN_VALUE",
  "LOAD_FAST YIELD_VALUE",
  "FOR_ITER STORE_FAST",
  "LOAD_GLOBAL PUSH_NULL",
].map((text) => text.split(" "));

/** Parts of the longest sequence. */
export const MOST_PARTS = Math.max(...SEQUENCES.map((parts) => parts.length));

/** The op that a sequence is fused to. */
export const fusedOp = (sequence: number): number => OP_COUNT + sequence;

/** The name of a fused op. */
export const fusedName = (sequence: number): string => SEQUENCES[sequence]!.join("+");

/** The ops that a part of a sequence, or a handler, stands for. */
export const opsOf = (part: string): readonly OpName[] => ALIKE[part] ?? [part as OpName];

/** Fused ops by the ops of their sequence, first op in the lowest byte; and how many parts there are. */
const byParts = new Map<number, number>();
for (const [sequence, parts] of SEQUENCES.entries()) {
  let keys = [0];
  for (const [i, part] of parts.entries())
    keys = keys.flatMap((key) => opsOf(part).map((name) => key + (Op[name] + 1) * 2 ** (8 * i)));
  for (const key of keys) byParts.set(key, fusedOp(sequence));
}

/** Instructions with the beginnings of fused sequences in the place of their first parts. */
export function fuse(instructions: Int32Array, boundary: Uint8Array): Int32Array {
  const dense = Int32Array.from(instructions);
  for (let at = 0; at < instructions.length; at++) {
    let key = 0;
    for (let n = 0; n < MOST_PARTS && at + n < instructions.length; n++) {
      // The parts of a sequence are covered by the same exception handlers.
      if (n > 0 && boundary[at + n]) break;
      key += ((instructions[at + n]! & 0xff) + 1) * 2 ** (8 * n);
      const op = byParts.get(key);
      if (op !== undefined) dense[at] = (instructions[at]! & ~0xff) | op;
    }
  }
  return dense;
}
