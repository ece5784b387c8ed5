/**
 * A validated archive to decoded code for the tiers: slots and data places become words of the memory area, branches
 * become instruction indices, and every function ends with an instruction of its own that finishes it.
 */
import { exit } from "../../isa/build.js";
import { Code, FIELDS, type GuestFunction } from "../../isa/code.js";
import { format, InstructionSet, op } from "../../isa/table.js";
import { dataView, INSTRUCTION_SIZE, type LmntArchive, type LmntDefinition } from "./archive.js";
import { DefinitionFlag, type LmntVariant } from "./codes.js";
import { FUSIONS } from "./fusions.js";
import { LIBRARY } from "./library.js";
import type { OperandKind } from "./operands.js";
import { WORDS } from "./shapes.js";
import { OPERATIONS, operationsOf } from "./table.js";

/** Number of the row that ends a function; no archive can contain it. */
const END = 255;
const END_ROW = op(END, "END", format("end", {}), "ends the function", () => exit("halt"), { cost: 0 });

const sets = new Map<LmntVariant, InstructionSet>();

/** The instruction set of a variant, made at first use. */
export function instructionSet(variant: LmntVariant): InstructionSet {
  let isa = sets.get(variant);
  if (isa === undefined) {
    isa = new InstructionSet({
      name: "lmnt",
      profile: variant,
      banks: [{ name: WORDS, scope: "frame", slotBytes: 4, count: 0 }],
      vars: [
        // Result of the last comparison: 1 EQ, 2 LT, 4 GT, 8 UN.
        { name: "flags", type: "i32" },
        // Word of slot 0.
        { name: "stack", type: "i32" },
        // Word of the first slot that may be written.
        { name: "writable", type: "i32" },
        // Word behind the current function's last slot.
        { name: "limit", type: "i32" },
        // Index of the suspended definition plus 1, or 0.
        { name: "current", type: "i32" },
      ],
      pure: LIBRARY,
      rows: [...OPERATIONS.map((operation) => operation.row), END_ROW],
      gas: "instruction",
      fusions: FUSIONS,
    });
    sets.set(variant, isa);
  }
  return isa;
}

/** Where everything of a machine is, in words of its frame. The host sees the first `memory` bytes. */
export interface MemoryLayout {
  /** Bytes of the memory area. */
  readonly memory: number;
  /** Slot 0. */
  readonly stack: number;
  /** First slot that code may write: after the constants, or slot 0 where constants are persistent variables too. */
  readonly writable: number;
  /** First argument. */
  readonly args: number;
  /** Descriptors of the data sections, two words each: (first word, length). Out of the host's reach. */
  readonly descriptors: number;
  /** Start of the data table. */
  readonly data: number;
  readonly words: number;
}

/** Lays out a memory area of `memory` bytes. */
export function layoutMemory(archive: LmntArchive, memory: number, inPlace: boolean): MemoryLayout {
  const { header, sections, constantsCount } = archive;
  const stack = inPlace ? 0 : header.constants.offset / 4;
  const descriptors = Math.ceil(memory / 4);
  const behind = descriptors + 2 * sections.length;
  return {
    memory,
    stack,
    writable: archive.variant === "head" ? stack + constantsCount : stack,
    args: stack + constantsCount,
    descriptors,
    data: inPlace ? behind : header.data.offset / 4,
    words: behind + (inPlace ? Math.ceil(header.data.length / 4) : 0),
  };
}

/** Decoded code, and where each definition's starts. */
export interface DecodedProgram {
  readonly code: Code;
  /** Index of the first instruction of every definition; -1 for a host function. */
  readonly entries: Int32Array;
  /** 1 for every definition whose code calls no host function. */
  readonly pure: Uint8Array;
}

/** Decodes every function of an archive. */
export function decode(archive: LmntArchive, layout: MemoryLayout): DecodedProgram {
  const isa = instructionSet(archive.variant);
  const view = dataView(archive.bytes);
  const entries = new Int32Array(archive.definitions.length).fill(-1);
  const pure = new Uint8Array(archive.definitions.length);
  const starts = archive.definitions.map(({ code }) => archive.header.code.offset + code);
  let count = 0;
  archive.definitions.forEach((definition, i) => {
    if (definition.flags & DefinitionFlag.EXTERN) return;
    entries[i] = count;
    count += view.getUint32(starts[i], true) + 1;
  });
  const rows = new Uint16Array(count);
  const args = new Int32Array(count * FIELDS);
  const leader = new Uint8Array(count);
  const functions: GuestFunction[] = [];
  const decoder = new InstructionDecoder(archive, layout, view, args);
  archive.definitions.forEach((definition, i) => {
    const entry = entries[i];
    if (entry < 0) return;
    functions.push({ name: definition.name, entry, params: 0, results: 0, slots: layout.words });
    const instructions = view.getUint32(starts[i], true);
    leader[entry] = 1;
    pure[i] = 1;
    for (let n = 0; n < instructions; n++) {
      const at = starts[i] + 4 + INSTRUCTION_SIZE * n;
      const opcode = view.getUint16(at, true);
      const row = isa.rowOfNumber[opcode];
      rows[entry + n] = row;
      const target = decoder.operands(opcode, at + 2, entry, FIELDS * (entry + n));
      if (target >= 0) leader[target] = 1;
      const { effects } = isa.rows[row];
      if (effects.endsBlock) leader[entry + n + 1] = 1;
      if (effects.callsHost) pure[i] = 0;
    }
    rows[entry + instructions] = isa.rowOfNumber[END];
  });
  const pc = Uint32Array.from({ length: count }, (_, i) => i);
  const code = new Code({
    isa,
    count,
    op: rows,
    pc,
    args,
    leader,
    functions,
    indexOf: (at) => (Number.isInteger(at) && at >= 0 && at < count ? at : -1),
  });
  return { code, entries, pure };
}

class InstructionDecoder {
  readonly #kinds: readonly (readonly OperandKind[])[];
  readonly #byOffset: ReadonlyMap<number, LmntDefinition>;

  constructor(
    private readonly archive: LmntArchive,
    private readonly layout: MemoryLayout,
    private readonly view: DataView,
    private readonly args: Int32Array,
  ) {
    this.#kinds = operationsOf(archive.variant).map(({ operands }) => operands);
    this.#byOffset = new Map(archive.definitions.map((definition) => [definition.offset, definition]));
  }

  /** Decodes the operands at byte `at` into fields from `field` on; returns the index a branch goes to, or -1. */
  operands(opcode: number, at: number, entry: number, field: number): number {
    const kinds = this.#kinds[opcode];
    const { layout, view, args } = this;
    let next = field;
    let target = -1;
    for (let i = 0; i < 3; i++) {
      const value = view.getUint16(at + 2 * i, true);
      const pair = i < 2 ? value | (view.getUint16(at + 2 * i + 2, true) << 16) : value;
      switch (kinds[i].role) {
        case "read":
        case "write":
        case "frame":
          args[next++] = layout.stack + value;
          break;
        case "offset":
          args[next++] = value;
          break;
        case "immediateLow":
        case "integerLow":
          args[next++] = pair;
          break;
        case "codeLow":
          target = entry + (pair >>> 0);
          args[next++] = target;
          break;
        case "definitionLow":
          args[next++] = this.#definitionAt(pair >>> 0);
          break;
        case "section":
          args[next++] =
            kinds[1].role === "index"
              ? this.#dataWord(value, view.getUint16(at + 2, true))
              : layout.descriptors + 2 * value;
          break;
        default:
          break;
      }
    }
    return target;
  }

  #dataWord(section: number, index: number): number {
    return this.layout.data + this.archive.sections[section].offset / 4 + index;
  }

  #definitionAt(offset: number): number {
    return (this.#byOffset.get(offset) as LmntDefinition).index;
  }
}
