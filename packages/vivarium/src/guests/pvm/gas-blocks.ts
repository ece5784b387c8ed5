/**
 * Turns a basic block into its gas cost: the cycles that a simulated processor, which decodes in order and executes out
 * of order, takes for it (GP 0.8, appendix on gas).
 *
 * The specification steps through every cycle. Here time jumps from event to event: a result becomes known, a decoder
 * slot or a place in the reorder buffer becomes free. An entry that starts in cycle s and takes c cycles has its result,
 * and gives back its units, in s + c; it may leave the reorder buffer in the second cycle after the last result of
 * itself and all entries before it. What would be lists in the specification's text are bit sets over the 32 entries.
 */

import { VivError } from "../../machine/errors.js";
import { type ProgramBlob, skipAt } from "./blob.js";
import type { OpcodeFacts } from "./blocks.js";
import type { ArgumentFormat, FormatName, OperandRole } from "./formats.js";
import {
  DECODE_WIDTH,
  FREE_CYCLES,
  GAS_COSTS,
  type GasCost,
  ISSUE_WIDTH,
  REORDER_BUFFER,
  UNIT_COUNTS,
  type Units,
} from "./gas-costs.js";

/** What the model has to know of a profile's opcodes; arrays of 256, derived from the op table. */
export interface OpcodeCatalog extends OpcodeFacts {
  readonly mnemonics: readonly (string | undefined)[];
  readonly formats: readonly (ArgumentFormat | undefined)[];
}

/** Which register field of the argument bytes holds which operand: low and high half of the first byte, second byte. */
interface RegisterFields {
  readonly low?: OperandRole;
  readonly high?: OperandRole;
  readonly second?: OperandRole;
}

const REGISTER_FIELDS: Readonly<Record<FormatName, RegisterFields>> = {
  F0: {},
  F1: {},
  F2: { low: "A" },
  F3: {},
  F4: {},
  F5: { low: "A" },
  F6: { low: "A" },
  F7: { low: "A" },
  F8: { low: "D", high: "A" },
  F9: { low: "A", high: "B" },
  F10: { low: "A", high: "B" },
  F11: { low: "A", high: "B" },
  F12: { low: "A", high: "B", second: "D" },
};

// What the simulation does with an instruction, as bits of a number for each opcode.
const READS_LOW = 1;
const READS_HIGH = 2;
const WRITES_LOW = 4;
const WRITES_SECOND = 8;
const OVERLAP_ANY = 16;
const OVERLAP_FIRST = 32;
const RENAME = 64;
const BRANCH = 128;
const TERMINATOR = 256;

// Units in use are counters of four bits each in one number: subtracting a need from the free ones clears a guard bit
// exactly where there are too few. No counter exceeds 4, so the guard is the top bit of each.
const UNIT_SHIFT = { A: 0, L: 4, S: 8, M: 12, D: 16 } as const;
const UNIT_GUARDS = 0x88888;

function packUnits(units: Units): number {
  let packed = 0;
  for (const unit of units) packed += 1 << UNIT_SHIFT[unit as keyof typeof UNIT_SHIFT];
  return packed;
}

const ALL_UNITS = (Object.keys(UNIT_COUNTS) as (keyof typeof UNIT_COUNTS)[]).reduce(
  (sum, unit) => sum + (UNIT_COUNTS[unit] << UNIT_SHIFT[unit]),
  0,
);

const SLOT_MASK = REORDER_BUFFER - 1;
/** Sequence number of an owner that is long gone. */
const NOBODY = -REORDER_BUFFER;
const TRAP = 0;

/**
 * The block gas model of one profile. An instance keeps the state of the simulation between calls only to save
 * allocations; any number of programs may share it.
 */
export class BlockGasModel {
  // For each opcode.
  private readonly flags = new Int32Array(256);
  private readonly latency = new Int32Array(256);
  private readonly latencyIfUnlikely = new Int32Array(256);
  private readonly slots = new Int32Array(256);
  private readonly slotsIfSame = new Int32Array(256);
  private readonly units = new Int32Array(256);
  private readonly unlikely: number;

  // For each entry of the reorder buffer.
  private readonly entryLatency = new Int32Array(REORDER_BUFFER);
  private readonly entryUnits = new Int32Array(REORDER_BUFFER);
  private readonly entryResultAt = new Int32Array(REORDER_BUFFER);
  /** Entries whose results this entry waits for. */
  private readonly entryWaitsFor = new Int32Array(REORDER_BUFFER);
  /** Entries that wait for the result of this entry. */
  private readonly entryUsers = new Int32Array(REORDER_BUFFER);
  /** For each register the sequence number of the entry whose result it will hold. */
  private readonly owner = new Int32Array(13);
  private readonly operands = new Int32Array(4);

  /**
   * @throws VivError `PVM_GAS_COST_MISSING` when the catalog defines an instruction that the cost table does not have,
   *   `PVM_CATALOG` when it does not describe what it defines
   */
  constructor(private readonly catalog: OpcodeCatalog) {
    // What is no instruction counts as a trap; blocks end because a trap ends them.
    if (catalog.defined[TRAP] === 0 || catalog.terminator[TRAP] === 0) {
      throw new VivError("PVM_CATALOG", `opcode ${TRAP} has to be a terminator`);
    }
    for (let opcode = 0; opcode < 256; opcode++) {
      if (catalog.defined[opcode] !== 0) this.describe(opcode);
    }
    this.unlikely = catalog.mnemonics.indexOf("unlikely");
  }

  private describe(opcode: number): void {
    const mnemonic = catalogEntry(this.catalog.mnemonics, opcode);
    const format = catalogEntry(this.catalog.formats, opcode);
    const cost = GAS_COSTS.get(mnemonic);
    if (cost === undefined) throw new VivError("PVM_GAS_COST_MISSING", `block gas has no cost for ${mnemonic}`);
    this.latency[opcode] = cost.cycles;
    this.latencyIfUnlikely[opcode] = cost.cyclesIfUnlikely ?? cost.cycles;
    this.slots[opcode] = typeof cost.slots === "number" ? cost.slots : cost.slots.different;
    this.slotsIfSame[opcode] = typeof cost.slots === "number" ? cost.slots : cost.slots.same;
    this.units[opcode] = packUnits(cost.units);
    this.flags[opcode] = flagsOf(cost, format) | (this.catalog.terminator[opcode] !== 0 ? TERMINATOR : 0);
  }

  /**
   * The cost of the block that starts at `start`, at least 1: what is charged when execution enters it.
   *
   * Takes time in proportion to the length of the block (well below a microsecond an instruction) and allocates
   * nothing. Code past the end is `trap`, and so are bytes that are no instruction, so every block ends.
   *
   * @param start code offset of a block start
   * @param skips `skipTable(blob)` when it is at hand anyway
   */
  blockCost(blob: ProgramBlob, start: number, skips?: Uint8Array): number {
    const { code, mask } = blob;
    const { entryLatency, entryUnits, entryResultAt, entryWaitsFor, entryUsers, owner } = this;
    owner.fill(NOBODY);
    let pc = start;
    let decoding = true;
    let cycle = 0;
    // Entries have sequence numbers; entry n stands in place n & 31. Those before `head` have left the buffer.
    let head = 0;
    let tail = 0;
    let freeUnits = ALL_UNITS;
    // Sets of places: not started and waiting for nothing; the same but decoded in this cycle, so not to be started
    // before the next; executing; without result.
    let ready = 0;
    let fresh = 0;
    let executing = 0;
    let pending = 0;
    let started = 0;
    let nextResult = Number.MAX_SAFE_INTEGER;
    let lastResult = 0;

    while (decoding || started < tail) {
      if (nextResult <= cycle) {
        nextResult = Number.MAX_SAFE_INTEGER;
        for (let set = executing; set !== 0; set &= set - 1) {
          const place = 31 - Math.clz32(set & -set);
          const resultAt = entryResultAt[place];
          if (resultAt > cycle) {
            if (resultAt < nextResult) nextResult = resultAt;
            continue;
          }
          const bit = 1 << place;
          executing &= ~bit;
          pending &= ~bit;
          freeUnits += entryUnits[place];
          for (let users = entryUsers[place]; users !== 0; users &= users - 1) {
            const user = 31 - Math.clz32(users & -users);
            if ((entryWaitsFor[user] &= ~bit) === 0) ready |= 1 << user;
          }
        }
      }
      ready |= fresh;
      fresh = 0;

      let decodeSlots = DECODE_WIDTH;
      let full = false;
      while (decoding) {
        if (tail - head === REORDER_BUFFER) {
          while (head < tail && ((pending >>> (head & SLOT_MASK)) & 1) === 0) {
            if (entryResultAt[head & SLOT_MASK] + 2 > cycle) break;
            head++;
          }
          full = tail - head === REORDER_BUFFER;
          if (full) break;
        }
        const inCode = pc < code.length && ((mask[pc >> 3] >> (pc & 7)) & 1) === 1;
        const opcode = inCode && this.catalog.defined[code[pc]] !== 0 ? code[pc] : TRAP;
        const flags = this.flags[opcode];
        const first = pc + 1 < code.length ? code[pc + 1] : 0;
        const low = register(first & 15);
        const high = register(first >> 4);
        let result = -1;
        if ((flags & WRITES_LOW) !== 0) result = low;
        else if ((flags & WRITES_SECOND) !== 0) result = register(pc + 2 < code.length ? code[pc + 2] : 0);

        const same =
          ((flags & OVERLAP_ANY) !== 0 &&
            (((flags & READS_LOW) !== 0 && low === result) || ((flags & READS_HIGH) !== 0 && high === result))) ||
          ((flags & OVERLAP_FIRST) !== 0 && low === result);
        const slots = same ? this.slotsIfSame[opcode] : this.slots[opcode];
        if (slots > decodeSlots) break;
        decodeSlots -= slots;

        if ((flags & RENAME) !== 0) {
          owner[low] = owner[high];
        } else {
          const place = tail & SLOT_MASK;
          const bit = 1 << place;
          let waitsFor = 0;
          if ((flags & READS_LOW) !== 0) waitsFor = ownerBit(owner[low], tail) & pending;
          if ((flags & READS_HIGH) !== 0) waitsFor |= ownerBit(owner[high], tail) & pending;
          entryWaitsFor[place] = waitsFor;
          entryUsers[place] = 0;
          for (let set = waitsFor; set !== 0; set &= set - 1) entryUsers[31 - Math.clz32(set & -set)] |= bit;
          entryLatency[place] = (flags & BRANCH) !== 0 ? this.branchLatency(blob, pc, opcode) : this.latency[opcode];
          entryUnits[place] = this.units[opcode];
          if (result >= 0) owner[result] = tail;
          pending |= bit;
          if (waitsFor === 0) fresh |= bit;
          tail++;
        }
        if ((flags & TERMINATOR) !== 0) decoding = false;
        else pc += 1 + (skips === undefined ? skipAt(blob, pc) : skips[pc]);
      }

      let startSlots = ISSUE_WIDTH;
      // Rotated so that bit 0 is the oldest entry.
      const rotation = head & SLOT_MASK;
      let candidates = (ready >>> rotation) | (ready << (REORDER_BUFFER - rotation));
      while (candidates !== 0 && startSlots > 0) {
        const place = (31 - Math.clz32(candidates & -candidates) + rotation) & SLOT_MASK;
        candidates &= candidates - 1;
        const units = entryUnits[place];
        if ((((freeUnits | UNIT_GUARDS) - units) & UNIT_GUARDS) !== UNIT_GUARDS) continue;
        freeUnits -= units;
        const resultAt = cycle + entryLatency[place];
        entryResultAt[place] = resultAt;
        if (resultAt < nextResult) nextResult = resultAt;
        if (resultAt > lastResult) lastResult = resultAt;
        ready &= ~(1 << place);
        executing |= 1 << place;
        startSlots--;
        started++;
      }

      if ((decoding && !full) || fresh !== 0 || candidates !== 0) {
        cycle++;
      } else {
        // Everything waits for a result, or, with the buffer full, for its oldest entry to leave.
        let next = nextResult;
        if (full && ((pending >>> (head & SLOT_MASK)) & 1) === 0) {
          next = Math.min(next, entryResultAt[head & SLOT_MASK] + 2);
        }
        cycle = next;
      }
    }
    return Math.max(lastResult + 2 - FREE_CYCLES, 1);
  }

  /** A branch is cheap where one of its ways is marked as improbable by the byte that stands there. */
  private branchLatency(blob: ProgramBlob, pc: number, opcode: number): number {
    const { code } = blob;
    const skip = skipAt(blob, pc);
    const format = catalogEntry(this.catalog.formats, opcode);
    format.decode(code, pc, skip, this.operands);
    const target = this.operands[format.operands.length - 1];
    const improbable = this.marksImprobable(code, pc + 1 + skip) || this.marksImprobable(code, target);
    return improbable ? this.latencyIfUnlikely[opcode] : this.latency[opcode];
  }

  private marksImprobable(code: Uint8Array, pc: number): boolean {
    const opcode = pc >= 0 && pc < code.length ? code[pc] : TRAP;
    return opcode === TRAP || opcode === this.unlikely;
  }
}

function register(field: number): number {
  return field < 12 ? field : 12;
}

/** The place of entry `sequence` as a set, if it can still be in the buffer of which the next entry is `tail`. */
function ownerBit(sequence: number, tail: number): number {
  return sequence > tail - REORDER_BUFFER ? 1 << (sequence & SLOT_MASK) : 0;
}

function catalogEntry<T>(entries: readonly (T | undefined)[], opcode: number): T {
  const entry = entries[opcode];
  if (entry === undefined)
    throw new VivError("PVM_CATALOG", `the catalog defines opcode ${opcode} but does not describe it`);
  return entry;
}

function flagsOf(cost: GasCost, format: ArgumentFormat): number {
  const { low, high, second } = REGISTER_FIELDS[format.name];
  const resultRole = cost.result ? (format.operands.includes("D") ? "D" : "A") : undefined;
  let flags = 0;
  if (low !== undefined) flags |= low === resultRole ? WRITES_LOW : READS_LOW;
  if (high !== undefined) flags |= READS_HIGH;
  if (second !== undefined) flags |= WRITES_SECOND;
  if (typeof cost.slots !== "number") flags |= cost.slots.of === "any source" ? OVERLAP_ANY : OVERLAP_FIRST;
  if (cost.rename) flags |= RENAME;
  if (cost.cyclesIfUnlikely !== undefined) flags |= BRANCH;
  return flags;
}
