/** Turns code, bitmask and two opcode facts into basic blocks, and refuses blobs that profile 080 refuses. */

import { LoadError } from "../../machine/errors.js";
import { isInstructionStart, type ProgramBlob, skipAt } from "./blob.js";

/** What has to be known of a profile's opcodes: two tables of 256 entries, 1 for yes, derived from the op table. */
export interface OpcodeFacts {
  /** The opcode exists in this profile. */
  readonly defined: Uint8Array;
  /** The opcode ends a basic block (GP: the set T). */
  readonly terminator: Uint8Array;
}

/** The basic blocks of a program: where control may enter. */
export interface BasicBlocks {
  /** One byte for each code byte: 1 where a block starts. Every jump that is taken must land on one. */
  readonly isStart: Uint8Array;
  /** The block starts in ascending order. */
  readonly starts: Uint32Array;
}

/**
 * Finds the block starts: offset 0 and what follows a terminator, where an instruction with a defined opcode stands
 * there (GP: basic block instruction indices).
 * @param skips `skipTable(blob)` when it is at hand anyway
 */
export function findBlocks(blob: ProgramBlob, facts: OpcodeFacts, skips?: Uint8Array): BasicBlocks {
  const { code, mask } = blob;
  const { defined, terminator } = facts;
  const isStart = new Uint8Array(code.length);
  let count = 0;
  const add = (pc: number): void => {
    if (pc >= code.length || ((mask[pc >> 3] >> (pc & 7)) & 1) === 0 || defined[code[pc]] === 0) return;
    count++;
    isStart[pc] = 1;
  };
  add(0);
  for (let byte = 0; byte < mask.length; byte++) {
    for (let bits = mask[byte]; bits !== 0; bits &= bits - 1) {
      const pc = (byte << 3) + 31 - Math.clz32(bits & -bits);
      if (terminator[code[pc]] !== 0) add(pc + 1 + (skips === undefined ? skipAt(blob, pc) : skips[pc]));
    }
  }
  const starts = new Uint32Array(count);
  for (let pc = 0, i = 0; i < count; pc++) if (isStart[pc] !== 0) starts[i++] = pc;
  return { isStart, starts };
}

/** Index in `starts` of the block that contains `pc`: the greatest start that is not above it, -1 if there is none. */
export function blockIndexAt(blocks: BasicBlocks, pc: number): number {
  const { starts } = blocks;
  let low = 0;
  let high = starts.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (starts[middle] <= pc) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/**
 * Checks what profile 080 demands of a blob before it runs: stepping from 0 meets only set mask bits and defined
 * opcodes and ends exactly at the end of the code (GP 0.8, program validity).
 * @throws LoadError `PVM_CODE_EMPTY`, `PVM_CODE_NO_INSTRUCTION`, `PVM_CODE_UNKNOWN_OPCODE`; the offset is that of the
 *   code byte in the file
 */
export function validateCode(blob: ProgramBlob, facts: OpcodeFacts, skips?: Uint8Array): void {
  const { code, mask, codeOffset } = blob;
  const { defined } = facts;
  if (code.length === 0) {
    throw new LoadError("PVM_CODE_EMPTY", "the code is empty", { offset: codeOffset, expected: "an instruction" });
  }
  for (let pc = 0; pc < code.length; pc += 1 + (skips === undefined ? skipAt(blob, pc) : skips[pc])) {
    if (((mask[pc >> 3] >> (pc & 7)) & 1) === 0) throw noInstruction(blob, pc);
    if (defined[code[pc]] === 0) {
      throw new LoadError("PVM_CODE_UNKNOWN_OPCODE", `opcode ${code[pc]} at pc ${pc} is not defined in this profile`, {
        offset: codeOffset + pc,
        expected: "a defined opcode",
      });
    }
  }
}

/**
 * Checks that a program of profile 080 may be entered at `pc`: an instruction stands there. (After
 * {@link validateCode} every set mask bit is an instruction that stepping from 0 meets.)
 * @throws LoadError `PVM_CODE_NO_INSTRUCTION`
 */
export function validateEntry(blob: ProgramBlob, pc: number): void {
  if (!Number.isInteger(pc) || pc < 0 || !isInstructionStart(blob, pc)) throw noInstruction(blob, pc);
}

function noInstruction(blob: ProgramBlob, pc: number): LoadError {
  return new LoadError("PVM_CODE_NO_INSTRUCTION", `no instruction starts at pc ${pc}`, {
    offset: blob.codeOffset + pc,
    expected: "a set bit of the bitmask",
  });
}
