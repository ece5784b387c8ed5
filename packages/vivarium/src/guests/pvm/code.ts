/** Turns a program blob into decoded code for the tiers. */
import { Code, FIELDS, type LinkedCall } from "../../isa/code.js";
import type { InstructionSet } from "../../isa/table.js";
import { isInstructionStart, type ProgramBlob, skipTable } from "./blob.js";
import { findBlocks } from "./blocks.js";
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
  isa.rows.forEach((row, index) => {
    const opcode = isa.numberOf(index);
    const format = FORMATS.find((f) => f.name === row.format);
    if (format === undefined) throw new TypeError(`${row.mnemonic}: no format ${row.format}`);
    defined[opcode] = 1;
    terminator[opcode] = row.effects.endsBlock ? 1 : 0;
    formats[opcode] = format;
    mnemonics[opcode] = row.mnemonic;
    offsetField[opcode] = format.operands.indexOf("T");
  });
  return { row: isa.rowOfNumber, defined, terminator, formats, mnemonics, offsetField };
}

/**
 * Decodes every instruction of a blob. Positions where no valid instruction starts, but control can arrive, become
 * `trap`s, as does the place right behind the code (GP: the code is followed by zeros).
 */
export function decodeCode(
  isa: InstructionSet,
  tables: OpcodeTables,
  blob: ProgramBlob,
  skips: Uint8Array = skipTable(blob),
): Code {
  const { code, jumpTable, mask } = blob;
  const blocks = findBlocks(blob, tables, skips);
  const trap = isa.indexOf("trap");

  const indexAt = new Int32Array(code.length + 1).fill(-1);
  let count = 0;
  for (let pc = 0; pc < code.length; ) {
    indexAt[pc] = count++;
    // Behind 24 argument bytes there may be no instruction at all: then every byte is one, until the next that is.
    pc += ((mask[pc >> 3] as number) >> (pc & 7)) & 1 ? 1 + (skips[pc] as number) : 1;
  }
  const end = count++;
  indexAt[code.length] = end;

  const op = new Uint16Array(count).fill(trap);
  const pcs = new Uint32Array(count);
  const args = new Int32Array(count * FIELDS);
  const leader = new Uint8Array(count);
  const operands = new Int32Array(FIELDS);
  for (let pc = 0; pc < code.length; pc++) {
    const i = indexAt[pc] as number;
    if (i < 0) continue;
    pcs[i] = pc;
    leader[i] = blocks.isStart[pc] as number;
    const opcode = code[pc] as number;
    const row = tables.row[opcode] as number;
    if (row < 0 || !isInstructionStart(blob, pc)) continue;
    op[i] = row;
    const format = tables.formats[opcode] as ArgumentFormat;
    format.decode(code, pc, skips[pc] as number, operands);
    const offset = tables.offsetField[opcode] as number;
    if (offset >= 0) {
      const to = operands[offset] as number;
      operands[offset] = to >= 0 && to < code.length && blocks.isStart[to] === 1 ? (indexAt[to] as number) : -1;
    }
    const at = i * FIELDS;
    for (let k = 0; k < format.operands.length; k++) args[at + k] = operands[k] as number;
  }
  pcs[end] = code.length;
  // What follows a terminator is a block of its own for gas, even where nothing may jump to it.
  const ends = Uint8Array.from(isa.rows, (row) => (row.effects.endsBlock ? 1 : 0));
  for (let i = 0; i + 1 < count; i++) if (ends[op[i] as number] === 1) leader[i + 1] = 1;
  leader[0] = 1;

  const table = new Int32Array(jumpTable.length);
  for (let k = 0; k < table.length; k++) {
    const to = jumpTable[k] as number;
    table[k] = to < code.length && blocks.isStart[to] === 1 ? (indexAt[to] as number) : -1;
  }
  return new Code({
    isa,
    count,
    op,
    pc: pcs,
    args,
    leader,
    table,
    linkOf: (i) => link(isa, op, args, table, i),
    blockCost: isa.gas === "block" ? costs(tables, blob, pcs) : undefined,
    indexOf: (pc) => (pc >= 0 && pc <= code.length ? (indexAt[pc] as number) : -1),
  });
}

/** A jump that puts a jump-table handle into a register is a call; the handle says where it comes back. */
function link(
  isa: InstructionSet,
  op: Uint16Array,
  args: Int32Array,
  table: Int32Array,
  i: number,
): LinkedCall | undefined {
  const { mnemonic } = isa.rows[op[i] as number] as { mnemonic: string };
  const at = FIELDS * i + (mnemonic === "load_imm_jump" ? 1 : 2);
  if (mnemonic !== "load_imm_jump" && mnemonic !== "load_imm_jump_ind") return undefined;
  const handle = args[at] as number;
  const index = handle / 2 - 1;
  if (handle <= 0 || handle % 2 !== 0 || index >= table.length) return undefined;
  const next = table[index] as number;
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
