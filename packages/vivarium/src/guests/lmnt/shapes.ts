/**
 * The shapes of LMNT instructions: their operands as they stand in the file, and as the tiers see them once decoded.
 *
 * A machine's registers are the 32-bit words of its memory area. Decoding turns slots and places in data sections into
 * word numbers, so that an instruction reads and writes registers only.
 */
import { type Format, format, imm, type OperandSpec, reg, target } from "../../isa/table.js";
import {
  CODE_HI,
  CODE_LO,
  DEF_HI,
  DEF_LO,
  FRAME,
  IMM_HI,
  IMM_LO,
  INDEX_S,
  INDEX_V,
  INT_LO,
  NONE,
  OFFSET,
  type Operands,
  OUT_S,
  OUT_V,
  S,
  SECTION,
  V,
} from "./operands.js";

/** The register bank: words of the memory area, then what the machine keeps behind it. */
export const WORDS = "w";

const s = reg(WORDS, "f32", { wide: true });
const v = reg(WORDS, "f32", { wide: true, count: 4 });

export interface Shape<O extends Record<string, OperandSpec> = Record<string, OperandSpec>> {
  readonly operands: Operands;
  readonly format: Format<O>;
}

function shape<const O extends Record<string, OperandSpec>>(operands: Operands, decoded: O): Shape<O> {
  return { operands, format: format(operands.map((o) => o.name).join(" "), decoded) };
}

// biome-ignore format: a table
export const PLAIN = shape([NONE, NONE, NONE], {});
export const S_S = shape([S, NONE, OUT_S], { a: s, c: s });
export const V_V = shape([V, NONE, OUT_V], { a: v, c: v });
export const S_V = shape([S, NONE, OUT_V], { a: s, c: v });
export const V_S = shape([V, NONE, OUT_S], { a: v, c: s });
export const SS_S = shape([S, S, OUT_S], { a: s, b: s, c: s });
export const VV_V = shape([V, V, OUT_V], { a: v, b: v, c: v });
export const VS_V = shape([V, S, OUT_V], { a: v, b: s, c: v });
export const S_SS = shape([S, OUT_S, OUT_S], { a: s, b: s, c: s });
export const SS = shape([S, S, NONE], { a: s, b: s });
export const S_ = shape([S, NONE, NONE], { a: s });
/** 32 immediate bits. */
export const BITS_S = shape([IMM_LO, IMM_HI, OUT_S], { x: imm, c: s });
export const BITS_V = shape([IMM_LO, IMM_HI, OUT_V], { x: imm, c: v });
export const INT_S = shape([INT_LO, IMM_HI, OUT_S], { x: imm, c: s });
export const INT_V = shape([INT_LO, IMM_HI, OUT_V], { x: imm, c: v });
/** A place in a data section that validation has proved: decoded to its word. */
export const DATA_S = shape([SECTION, INDEX_S, OUT_S], { a: s, c: s });
export const DATA_V = shape([SECTION, INDEX_V, OUT_V], { a: v, c: v });
/** A data section: decoded to the word of its descriptor, (first word, length). */
export const SECTION_S_S = shape([SECTION, S, OUT_S], { x: imm, b: s, c: s });
export const SECTION_S_V = shape([SECTION, S, OUT_V], { x: imm, b: s, c: v });
export const SECTION_S = shape([SECTION, NONE, OUT_S], { x: imm, c: s });
export const INDEX_TO_SLOT = shape([S, OFFSET, OUT_S], { a: s, x: imm, c: s });
export const INDEX_TO_INDEX = shape([S, OFFSET, S], { a: s, x: imm, c: s });
export const GO = shape([NONE, CODE_LO, CODE_HI], { t: target });
export const S_GO = shape([S, CODE_LO, CODE_HI], { a: s, t: target });
/** A host function: decoded to the index of its definition and the word of its frame. */
export const CALL = shape([DEF_LO, DEF_HI, FRAME], { x: imm, f: imm });
