/** Layout of a machine's state block in wasm memory; generated code and TypeScript read the same fields. */
import type { Bank, InstructionSet } from "../isa/table.js";
import { WINDOWS } from "../machine/paged-memory.js";

/** The fields that all generated code has, by themselves: small tiers bring no others into a bundle. */
export const STATE_PC = 0;
export const STATE_FUEL = 4;
export const STATE_PAYLOAD = 16;
export const STATE_FRAME = 32;

/** Byte offsets of the fixed 32-bit fields. */
export const STATE = {
  /** Address of the current ICode slot. */
  pc: STATE_PC,
  /** Gas left of the current slice. */
  fuel: STATE_FUEL,
  faultAddress: 8,
  /** 0, or the access level that was missing (1 read, 2 write). */
  faultLevel: 12,
  /** Number that came with an exit: trap code or host function. */
  payload: STATE_PAYLOAD,
  pageTable: 20,
  codeTable: 24,
  codeTableLength: 28,
  /** Address of the current frame's slot 0. */
  frame: STATE_FRAME,
  /** First address past the frame slots. */
  frameLimit: 36,
  /** Control stack: next free entry, first entry, first address past it. An entry is (ICode slot, window bytes). */
  control: 40,
  controlBase: 44,
  controlLimit: 48,
  /** Stepping build: instructions still to execute, -1 for no limit. */
  steps: 52,
  /** Stepping build: bitmap over ICode slots, or 0. */
  breakpoints: 56,
  codeBase: 60,
  functions: 64,
  functionCount: 68,
  /** Compiled code: which window each of its base registers used last. */
  hints: 72,
  /** Compiled code: instruction of the last computed jump that left its region, -1 for none. */
  jumpedFrom: 76,
  /** Compiled code: an address in neither window of its base register, and the offset of that register's hint. */
  missed: 80,
  missedHint: 84,
  /** Compiled code: entry of the control stack from which on calls leave, and how many it may make at most. */
  callLimit: 88,
  /** Compiled code: function that is about to be called through the table. */
  callee: 92,
  /** Compiled code: offset in the ICode of the return that was executed last. */
  returnedAt: 96,
} as const;

/**
 * Windows for guests with frames, whose data and stack are far apart: the largest of each half of the address space.
 */
export const FIXED_WINDOWS = [112, 128] as const;

const FIRST_WINDOW = 144;
const WINDOW_BYTES = 16;

/** Windows of guest memory: (first address, bound of readable offsets, bound of writable offsets, delta) each. */
export const WINDOW = {
  first: FIRST_WINDOW,
  bytes: WINDOW_BYTES,
  start: 0,
  readMax: 4,
  writeMax: 8,
  delta: 12,
} as const;

const FIRST_PROGRAM_WINDOW = FIRST_WINDOW + WINDOWS * WINDOW_BYTES;
const PROGRAM_WINDOW_BYTES = 12;
const PROGRAM_WINDOWS = 8;

/**
 * The same windows once more for compiled code, each at the number that its first address has in the program: (bound of
 * readable offsets, bound of writable offsets, delta). Where a machine has no such window the bounds are 0.
 */
export const PROGRAM_WINDOW = {
  first: FIRST_PROGRAM_WINDOW,
  bytes: PROGRAM_WINDOW_BYTES,
  count: PROGRAM_WINDOWS,
  readMax: 0,
  writeMax: 4,
  delta: 8,
} as const;

const VARS = FIRST_PROGRAM_WINDOW + PROGRAM_WINDOWS * PROGRAM_WINDOW_BYTES;

/** Bytes of an entry of the functions table: (ICode header, frame bytes, first byte to zero, bytes to zero). */
export const FUNCTION_ENTRY = 16;
export const CONTROL_ENTRY = 8;

export interface StateLayout {
  readonly vars: ReadonlyMap<string, number>;
  /** Offset of every machine bank. */
  readonly banks: ReadonlyMap<string, number>;
  readonly frameBank: Bank | undefined;
  /** Bytes from the first variable to the end: what a snapshot copies. */
  readonly start: number;
  readonly size: number;
}

const layouts = new WeakMap<InstructionSet, StateLayout>();

export function layoutOf(isa: InstructionSet): StateLayout {
  let layout = layouts.get(isa);
  if (layout === undefined) {
    layout = makeLayout(isa);
    layouts.set(isa, layout);
  }
  return layout;
}

function makeLayout(isa: InstructionSet): StateLayout {
  const vars = new Map<string, number>();
  const banks = new Map<string, number>();
  let at = VARS;
  for (const v of isa.vars) {
    vars.set(v.name, at);
    at += 8;
  }
  let frameBank: Bank | undefined;
  for (const bank of isa.banks) {
    if (bank.scope === "frame") {
      if (frameBank !== undefined) throw new TypeError(`${isa.name}: more than one frame bank`);
      frameBank = bank;
      continue;
    }
    at = Math.ceil(at / 16) * 16;
    banks.set(bank.name, at);
    at += bank.count * bank.slotBytes;
  }
  return { vars, banks, frameBank, start: VARS, size: Math.ceil(at / 16) * 16 };
}
