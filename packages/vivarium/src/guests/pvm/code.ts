/** Turns a program blob into decoded code for the tiers. */
import { Code, FIELDS, type LinkedCall } from "../../isa/code.js";
import type { InstructionSet } from "../../isa/table.js";
import { isInstructionStart, MAX_SKIP, type ProgramBlob } from "./blob.js";
import { validateCode } from "./blocks.js";
import { type ArgumentFormat, FORMATS } from "./formats.js";
import { BlockGasModel, type OpcodeCatalog } from "./gas-blocks.js";

/** Per instruction set, what decoding and the gas model need, as arrays by opcode. */
export interface OpcodeTables extends OpcodeCatalog {
  /** Row index, -1 where the opcode is not defined. */
  readonly row: Int16Array;
  /** Operand field that is a code offset, -1 if none. */
  readonly offsetField: Int8Array;
}

export function opcodeTables(isa: InstructionSet): OpcodeTables {
  const defined = new Uint8Array(256);
  const terminator = new Uint8Array(256);
  const offsetField = new Int8Array(256).fill(-1);
  const formats: (ArgumentFormat | undefined)[] = new Array(256).fill(undefined);
  const mnemonics: (string | undefined)[] = new Array(256).fill(undefined);
  const formatOf = new Map<string, ArgumentFormat>(FORMATS.map((format) => [format.name, format]));
  isa.rows.forEach((row, index) => {
    const opcode = isa.numberOf(index);
    const format = formatOf.get(row.format);
    if (format === undefined) throw new TypeError(`${row.mnemonic}: no format ${row.format}`);
    defined[opcode] = 1;
    terminator[opcode] = row.effects.endsBlock ? 1 : 0;
    formats[opcode] = format;
    mnemonics[opcode] = row.mnemonic;
    offsetField[opcode] = format.operands.indexOf("T");
  });
  return { row: isa.rowOfNumber, defined, terminator, formats, mnemonics, offsetField };
}

/** Lowest set bit of every byte. */
const LOWEST_BIT = Uint8Array.from({ length: 256 }, (_, bits) => 31 - Math.clz32(bits & -bits));

/**
 * Decodes a blob: all instructions now, their operands when they are asked for. Positions where no valid instruction
 * starts, but control can arrive, become `trap`s, as does the place right behind the code (GP: the code is followed by
 * zeros). A single pass over the bitmask, because programs are loaded before anything has been optimised.
 *
 * @param validate refuse what profile 080 refuses
 * @throws LoadError what `validateCode` throws
 */
export function decodeCode(isa: InstructionSet, tables: OpcodeTables, blob: ProgramBlob, validate: boolean): Code {
  const { code, jumpTable, mask } = blob;
  const { length } = code;
  const trap = isa.indexOf("trap");
  const rows = tables.row;
  // What is no instruction is a trap, and a trap ends a block.
  const ends = Uint8Array.from(tables.terminator, (end, opcode) => (tables.defined[opcode] === 0 ? 1 : end));

  // As many as there can be; pages that are not used are never touched.
  let op = new Uint16Array(length + 1);
  let pcs = new Uint32Array(length + 1);
  let leader = new Uint8Array(length + 1);
  /** Number of instructions in front of the code byte to which a byte of the mask belongs. */
  const before = new Uint32Array(mask.length + 1);
  let count = 0;
  let valid = length > 0;
  /** What was before ends a block: what follows is a block of its own for gas, even where nothing may jump to it. */
  let ended = 1;
  /** Where the next instruction starts at the latest. */
  let due = 0;
  const untilNext = (to: number): void => {
    // Behind 24 argument bytes there may be no instruction at all: then every byte is one, until the next that is.
    valid = false;
    for (let pc = due; pc < to; pc++) {
      if ((pc & 7) === 0) before[pc >> 3] = count;
      pcs[count] = pc;
      op[count] = trap;
      leader[count++] = ended;
      ended = 1;
    }
    if ((to & 7) === 0) before[to >> 3] = count;
  };
  for (let byte = 0; byte < mask.length; byte++) {
    before[byte] = count;
    for (let bits = mask[byte] as number; bits !== 0; bits &= bits - 1) {
      const pc = (byte << 3) + (LOWEST_BIT[bits] as number);
      if (pc > due) untilNext(pc);
      due = pc + 1 + MAX_SKIP;
      const opcode = code[pc] as number;
      const row = rows[opcode] as number;
      pcs[count] = pc;
      if (row < 0) {
        op[count] = trap;
        valid = false;
      } else op[count] = row;
      leader[count++] = ended;
      ended = ends[opcode] as number;
    }
  }
  if (due < length) untilNext(length);
  if (validate && !valid) validateCode(blob, tables);
  const end = count++;
  op[end] = trap;
  pcs[end] = length;
  leader[end] = length === 0 ? 1 : ended;
  before[mask.length] = end;
  op = op.slice(0, count);
  pcs = pcs.slice(0, count);
  leader = leader.slice(0, count);

  const isInstruction = (pc: number): boolean =>
    isInstructionStart(blob, pc) && tables.defined[code[pc] as number] === 1;
  const indexOf = (pc: number): number => {
    if (!(pc >= 0 && pc <= length)) return -1;
    let i = before[pc >> 3] as number;
    while ((pcs[i] as number) < pc) i++;
    return pcs[i] === pc ? i : -1;
  };
  /** Instruction at a place where a jump may go (GP: a basic block starts there), -1 for all other places. */
  const target = (pc: number): number => {
    if (!isInstruction(pc)) return -1;
    const i = indexOf(pc);
    if (i <= 0) return i;
    const previous = pcs[i - 1] as number;
    return isInstruction(previous) && tables.terminator[code[previous] as number] === 1 ? i : -1;
  };
  const operands = new Int32Array(FIELDS);
  const decode = (from: number, to: number, args: Int32Array): void => {
    for (let i = from; i < to; i++) {
      const pc = pcs[i] as number;
      if (!isInstruction(pc)) continue;
      const opcode = code[pc] as number;
      const format = tables.formats[opcode] as ArgumentFormat;
      format.decode(code, pc, (pcs[i + 1] as number) - pc - 1, operands);
      const at = i * FIELDS;
      for (let k = 0; k < format.operands.length; k++) args[at + k] = operands[k] as number;
      const offset = tables.offsetField[opcode] as number;
      if (offset >= 0) args[at + offset] = target(operands[offset] as number);
    }
  };
  const table = Int32Array.from(jumpTable, target);
  const decoded: Code = new Code({
    isa,
    count,
    op,
    pc: pcs,
    args: decode,
    leader,
    table,
    linkOf: (i) => link(decoded, i),
    blockCost: isa.gas === "block" ? costs(tables, blob, pcs) : undefined,
    indexOf,
  });
  return decoded;
}

/** A jump that puts a jump-table handle into a register is a call; the handle says where it comes back. */
function link(code: Code, i: number): LinkedCall | undefined {
  const { mnemonic } = code.isa.rows[code.op[i] as number] as { mnemonic: string };
  if (mnemonic !== "load_imm_jump" && mnemonic !== "load_imm_jump_ind") return undefined;
  const handle = code.args[FIELDS * i + (mnemonic === "load_imm_jump" ? 1 : 2)] as number;
  const index = handle / 2 - 1;
  if (handle <= 0 || handle % 2 !== 0 || index >= code.table.length) return undefined;
  const next = code.table[index] as number;
  return next < 0 ? undefined : { index, next };
}

/** One model for each table of opcodes: it holds working arrays, but no state between blocks. */
const models = new WeakMap<OpcodeTables, BlockGasModel>();

function costs(tables: OpcodeTables, blob: ProgramBlob, pcs: Uint32Array): (leader: number) => number {
  let model = models.get(tables);
  if (model === undefined) {
    model = new BlockGasModel(tables);
    models.set(tables, model);
  }
  const found = model;
  return (leader) => found.blockCost(blob, pcs[leader] as number);
}
