/**
 * What each of an LMNT instruction's three 16-bit operands may be: the one description that validator, assembler,
 * disassembler and decoder share.
 */

/** How an operand is written, checked and used. */
export interface OperandKind {
  readonly name: string;
  /** Role: what the 16 bits mean. `low`/`high` halves form one 32-bit operand with their neighbour. */
  readonly role:
    | "ignored"
    | "read"
    | "write"
    | "section"
    | "index"
    | "offset"
    | "immediateLow"
    | "immediateHigh"
    | "integerLow"
    | "codeLow"
    | "codeHigh"
    | "definitionLow"
    | "definitionHigh"
    | "frame";
  /** Consecutive stack slots (or data values) that are touched, 0 where none are. */
  readonly width: number;
}

const kind = <R extends OperandKind["role"]>(name: string, role: R, width = 0): OperandKind & { readonly role: R } => ({
  name,
  role,
  width,
});

/** The operand is ignored; any value is valid and is kept. */
export const NONE = kind("-", "ignored");
/** Absolute stack slot that is read. */
export const S = kind("S", "read", 1);
/** First of four consecutive stack slots that are read. */
export const V = kind("V", "read", 4);
/** Absolute stack slot that is written; never a constant. */
export const OUT_S = kind("oS", "write", 1);
/** First of four consecutive stack slots that are written; none of them a constant. */
export const OUT_V = kind("oV", "write", 4);
/** Low half of 32 immediate bits. */
export const IMM_LO = kind("lo", "immediateLow");
/** High half of 32 immediate bits. */
export const IMM_HI = kind("hi", "immediateHigh");
/** Index of a data section. */
export const SECTION = kind("sec", "section");
/** Index of a value in the section named by the first operand. */
export const INDEX_S = kind("idx", "index", 1);
/** Index of the first of four values in the section named by the first operand. */
export const INDEX_V = kind("idx4", "index", 4);
/** Unsigned number added to a computed slot. */
export const OFFSET = kind("imm", "offset");
/** Low half of a signed 32-bit integer; its high half is {@link IMM_HI}. */
export const INT_LO = kind("ilo", "integerLow");
/** Low half of an instruction number in the same function. */
export const CODE_LO = kind("code", "codeLow");
/** High half of an instruction number. */
export const CODE_HI = kind("codehi", "codeHigh");
/** Low half of the byte offset of a definition. */
export const DEF_LO = kind("def", "definitionLow");
/** High half of the byte offset of a definition. */
export const DEF_HI = kind("defhi", "definitionHigh");
/** First slot of a host function's arguments; its return values follow them. */
export const FRAME = kind("frame", "frame");

/** Operands `a`, `b`, `c` in the order of the encoding. */
export type Operands = readonly [a: OperandKind, b: OperandKind, c: OperandKind];
