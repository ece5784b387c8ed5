/**
 * The instructions of LMNT: number per variant, mnemonic, operands and one line of documentation each.
 */
import type { LmntVariant } from "./codes.js";
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

/** One row of the table. */
export interface LmntOperation {
  readonly mnemonic: string;
  /** Number in `head` archives, or `null` where the variant lacks the instruction. */
  readonly head: number | null;
  /** Number in `2020-07` archives, or `null` where the variant lacks the instruction. */
  readonly july2020: number | null;
  readonly operands: Operands;
  /** Effect in one line; `s` is the stack, `a` `b` `c` the operands. */
  readonly summary: string;
}

const op = (
  head: number | null,
  july2020: number | null,
  mnemonic: string,
  operands: Operands,
  summary: string,
): LmntOperation => ({ mnemonic, head, july2020, operands, summary });

// biome-ignore format: one row per instruction
/** Every instruction of both variants, in the order of `head`; those that only 2020-07 has come last. */
export const OPERATIONS: readonly LmntOperation[] = [
  op(0, 0, "NOOP", [NONE, NONE, NONE], "nothing; keeps its place for branch targets"),
  op(1, 1, "RETURN", [NONE, NONE, NONE], "end the function"),

  op(2, 2, "ASSIGNSS", [S, NONE, OUT_S], "s[c] ← s[a], bit for bit"),
  op(3, 3, "ASSIGNVV", [V, NONE, OUT_V], "four lanes copied in order"),
  op(4, 4, "ASSIGNSV", [S, NONE, OUT_V], "s[c..c+3] ← s[a]"),
  op(5, 6, "ASSIGNIBS", [IMM_LO, IMM_HI, OUT_S], "s[c] ← the 32 bits a | b << 16"),
  op(6, 8, "ASSIGNIBV", [IMM_LO, IMM_HI, OUT_V], "s[c..c+3] ← the 32 bits a | b << 16"),

  op(7, 9, "DLOADIIS", [SECTION, INDEX_S, OUT_S], "s[c] ← data[a][b]"),
  op(8, 10, "DLOADIIV", [SECTION, INDEX_V, OUT_V], "s[c..c+3] ← data[a][b..b+3]"),
  op(9, 11, "DLOADIRS", [SECTION, S, OUT_S], "s[c] ← data[a][⌊s[b]⌋], or access violation"),
  op(10, 12, "DLOADIRV", [SECTION, S, OUT_V], "s[c..c+3] ← data[a][⌊s[b]⌋ ..+3], or access violation"),
  op(11, 13, "DSECLEN", [SECTION, NONE, OUT_S], "s[c] ← length of data section a in values"),

  op(12, 14, "ADDSS", [S, S, OUT_S], "s[c] ← s[a] + s[b]"),
  op(13, 15, "ADDVV", [V, V, OUT_V], "lane by lane s[c] ← s[a] + s[b]"),
  op(14, 16, "SUBSS", [S, S, OUT_S], "s[c] ← s[a] − s[b]"),
  op(15, 17, "SUBVV", [V, V, OUT_V], "lane by lane s[c] ← s[a] − s[b]"),
  op(16, 18, "MULSS", [S, S, OUT_S], "s[c] ← s[a] × s[b]"),
  op(17, 19, "MULVV", [V, V, OUT_V], "lane by lane s[c] ← s[a] × s[b]"),
  op(18, 20, "DIVSS", [S, S, OUT_S], "s[c] ← s[a] ÷ s[b]"),
  op(19, 21, "DIVVV", [V, V, OUT_V], "lane by lane s[c] ← s[a] ÷ s[b]"),
  op(20, null, "REMSS", [S, S, OUT_S], "s[c] ← s[a] − ⌊s[a] ÷ s[b]⌋ × s[b], rounded at each step"),
  op(21, null, "REMVV", [V, V, OUT_V], "lane by lane, as REMSS"),

  op(22, 24, "SIN", [S, NONE, OUT_S], "s[c] ← sin s[a]"),
  op(23, 25, "COS", [S, NONE, OUT_S], "s[c] ← cos s[a]"),
  op(24, 26, "TAN", [S, NONE, OUT_S], "s[c] ← tan s[a]"),
  op(25, 27, "ASIN", [S, NONE, OUT_S], "s[c] ← arcsin s[a]"),
  op(26, 28, "ACOS", [S, NONE, OUT_S], "s[c] ← arccos s[a]"),
  op(27, 29, "ATAN", [S, NONE, OUT_S], "s[c] ← arctan s[a]"),
  op(28, 30, "ATAN2", [S, S, OUT_S], "s[c] ← angle of the point (x = s[b], y = s[a])"),
  op(29, 31, "SINCOS", [S, OUT_S, OUT_S], "s[b] ← sin s[a], then s[c] ← cos s[a]"),
  op(30, 32, "POWSS", [S, S, OUT_S], "s[c] ← s[a] to the power s[b] (C99 rules)"),
  op(31, 33, "POWVV", [V, V, OUT_V], "lane by lane, as POWSS"),
  op(32, 34, "POWVS", [V, S, OUT_V], "each lane of a to the power s[b]"),
  op(33, 35, "SQRTS", [S, NONE, OUT_S], "s[c] ← √s[a]"),
  op(34, 36, "SQRTV", [V, NONE, OUT_V], "lane by lane √"),
  op(35, null, "LN", [S, NONE, OUT_S], "s[c] ← natural logarithm of s[a]"),
  op(36, null, "LOG2", [S, NONE, OUT_S], "s[c] ← logarithm of s[a] to base 2"),
  op(37, null, "LOG10", [S, NONE, OUT_S], "s[c] ← logarithm of s[a] to base 10"),
  op(38, 37, "ABSS", [S, NONE, OUT_S], "s[c] ← |s[a]| (clears the sign bit)"),
  op(39, 38, "ABSV", [V, NONE, OUT_V], "lane by lane | |"),
  op(40, 39, "SUMV", [V, NONE, OUT_S], "s[c] ← ((s[a] + s[a+1]) + s[a+2]) + s[a+3]"),
  op(41, null, "MINSS", [S, S, OUT_S], "s[c] ← s[b] < s[a] ? s[b] : s[a]"),
  op(42, null, "MINVV", [V, V, OUT_V], "lane by lane, as MINSS"),
  op(43, null, "MAXSS", [S, S, OUT_S], "s[c] ← s[a] < s[b] ? s[b] : s[a]"),
  op(44, null, "MAXVV", [V, V, OUT_V], "lane by lane, as MAXSS"),
  op(45, null, "MINVS", [V, S, OUT_V], "each lane of a with s[b], as MINSS"),
  op(46, null, "MAXVS", [V, S, OUT_V], "each lane of a with s[b], as MAXSS"),
  op(47, 46, "FLOORS", [S, NONE, OUT_S], "s[c] ← ⌊s[a]⌋"),
  op(48, 47, "FLOORV", [V, NONE, OUT_V], "lane by lane ⌊ ⌋"),
  op(49, 48, "ROUNDS", [S, NONE, OUT_S], "s[c] ← s[a] to the nearest integer, ties to even"),
  op(50, 49, "ROUNDV", [V, NONE, OUT_V], "lane by lane, as ROUNDS"),
  op(51, 50, "CEILS", [S, NONE, OUT_S], "s[c] ← ⌈s[a]⌉"),
  op(52, 51, "CEILV", [V, NONE, OUT_V], "lane by lane ⌈ ⌉"),
  op(53, 52, "TRUNCS", [S, NONE, OUT_S], "s[c] ← s[a] towards zero"),
  op(54, 53, "TRUNCV", [V, NONE, OUT_V], "lane by lane, as TRUNCS"),

  op(55, 54, "INDEXRIS", [S, OFFSET, OUT_S], "s[c] ← s[⌊s[a]⌋ + b], or access violation"),
  op(56, 55, "INDEXRIR", [S, OFFSET, S], "s[⌊s[c]⌋] ← s[⌊s[a]⌋ + b], or access violation"),

  op(57, 57, "BRANCH", [NONE, CODE_LO, CODE_HI], "go to instruction b | c << 16"),
  op(58, 65, "BRANCHZ", [S, CODE_LO, CODE_HI], "branch if s[a] = ±0"),
  op(59, 66, "BRANCHNZ", [S, CODE_LO, CODE_HI], "branch if s[a] ≠ 0 and not NaN"),
  op(60, 67, "BRANCHPOS", [S, CODE_LO, CODE_HI], "branch if the sign bit of s[a] is clear"),
  op(61, 68, "BRANCHNEG", [S, CODE_LO, CODE_HI], "branch if the sign bit of s[a] is set"),
  op(62, 69, "BRANCHUN", [S, CODE_LO, CODE_HI], "branch if s[a] is NaN"),
  op(63, 56, "CMP", [S, S, NONE], "flags ← s[a] compared with s[b]: one of EQ, LT, GT, UN"),
  op(64, null, "CMPZ", [S, NONE, NONE], "flags ← s[a] compared with 0"),
  op(65, 58, "BRANCHCEQ", [NONE, CODE_LO, CODE_HI], "branch if EQ"),
  op(66, 59, "BRANCHCNE", [NONE, CODE_LO, CODE_HI], "branch if not EQ (also on UN)"),
  op(67, 60, "BRANCHCLT", [NONE, CODE_LO, CODE_HI], "branch if LT"),
  op(68, 61, "BRANCHCLE", [NONE, CODE_LO, CODE_HI], "branch if LT or EQ"),
  op(69, 62, "BRANCHCGT", [NONE, CODE_LO, CODE_HI], "branch if GT"),
  op(70, 63, "BRANCHCGE", [NONE, CODE_LO, CODE_HI], "branch if GT or EQ"),
  op(71, 64, "BRANCHCUN", [NONE, CODE_LO, CODE_HI], "branch if UN"),
  op(72, null, "ASSIGNCEQ", [S, S, OUT_S], "s[c] ← EQ ? s[a] : s[b]"),
  op(73, null, "ASSIGNCNE", [S, S, OUT_S], "s[c] ← EQ ? s[b] : s[a]"),
  op(74, null, "ASSIGNCLT", [S, S, OUT_S], "s[c] ← LT ? s[a] : s[b]"),
  op(75, null, "ASSIGNCLE", [S, S, OUT_S], "s[c] ← LT or EQ ? s[a] : s[b]"),
  op(76, null, "ASSIGNCGT", [S, S, OUT_S], "s[c] ← GT ? s[a] : s[b]"),
  op(77, null, "ASSIGNCGE", [S, S, OUT_S], "s[c] ← GT or EQ ? s[a] : s[b]"),
  op(78, null, "ASSIGNCUN", [S, S, OUT_S], "s[c] ← UN ? s[a] : s[b]"),
  op(79, 70, "EXTCALL", [DEF_LO, DEF_HI, FRAME], "call the host function of the definition at byte a | b << 16"),

  op(null, 5, "ASSIGNIIS", [INT_LO, IMM_HI, OUT_S], "s[c] ← the signed 32-bit integer a | b << 16"),
  op(null, 7, "ASSIGNIIV", [INT_LO, IMM_HI, OUT_V], "s[c..c+3] ← the signed 32-bit integer a | b << 16"),
  op(null, 22, "MODSS", [S, S, OUT_S], "s[c] ← remainder of s[a] ÷ s[b] with the sign of s[a]"),
  op(null, 23, "MODVV", [V, V, OUT_V], "lane by lane, as MODSS"),
  op(null, 40, "FMINSS", [S, S, OUT_S], "s[c] ← the lesser; a NaN loses"),
  op(null, 41, "FMINVV", [V, V, OUT_V], "lane by lane, as FMINSS"),
  op(null, 42, "FMAXSS", [S, S, OUT_S], "s[c] ← the greater; a NaN loses"),
  op(null, 43, "FMAXVV", [V, V, OUT_V], "lane by lane, as FMAXSS"),
  op(null, 44, "FMINVS", [V, S, OUT_V], "each lane of a with s[b], as FMINSS"),
  op(null, 45, "FMAXVS", [V, S, OUT_V], "each lane of a with s[b], as FMAXSS"),
];

/** Rows of one variant, indexed by their number there; dense from 0. */
export function operationsOf(variant: LmntVariant): readonly LmntOperation[] {
  return variant === "head" ? HEAD : JULY_2020;
}

/** The number of `operation` in `variant`, or `null`. */
export function numberIn(operation: LmntOperation, variant: LmntVariant): number | null {
  return variant === "head" ? operation.head : operation.july2020;
}

/** The row with this mnemonic that `variant` has. Case does not matter. */
export function operationNamed(mnemonic: string, variant: LmntVariant): LmntOperation | undefined {
  const operation = BY_NAME.get(mnemonic.toUpperCase());
  return operation !== undefined && numberIn(operation, variant) !== null ? operation : undefined;
}

const byNumber = (variant: LmntVariant) =>
  OPERATIONS.filter((operation) => numberIn(operation, variant) !== null).sort(
    (x, y) => (numberIn(x, variant) as number) - (numberIn(y, variant) as number),
  );
const HEAD = byNumber("head");
const JULY_2020 = byNumber("2020-07");
const BY_NAME: ReadonlyMap<string, LmntOperation> = new Map(
  OPERATIONS.map((operation) => [operation.mnemonic, operation]),
);
