/**
 * The result and validation codes of LMNT, by name, with the number each of the two archive variants gives them.
 */

/**
 * Which LMNT an archive was written for. The header cannot tell them apart (both carry version 0.0), so it is always
 * stated, never guessed: `head` is the format of 2022-08, `2020-07` the one with 21-byte definitions and 71 opcodes.
 */
export type LmntVariant = "head" | "2020-07";

/** The variants there are; the position is the column in the tables below. */
export const VARIANTS: readonly LmntVariant[] = ["head", "2020-07"];

type CodePair = readonly [head: number, july2020: number];

const VALIDATION_CODES = {
  STRING_HEADER: [-0x10, -1],
  STRING_SIZE: [-0x11, -2],
  STRING_DATA: [-0x12, -3],
  STRING_ALIGN: [-0x13, -3],
  DEF_HEADER: [-0x20, -4],
  DEF_FLAGS: [-0x21, -5],
  DEF_SIZE: [-0x22, -6],
  DEF_CYCLIC: [-0x23, -7],
  DEF_DEFAULT_ARGS: [-0x24, -4],
  ACCESS_VIOLATION: [-0x30, -8],
  BAD_INSTRUCTION: [-0x31, -9],
  CODE_HEADER: [-0x40, -10],
  CODE_SIZE: [-0x41, -11],
  HEADER_MAGIC: [-0x50, -12],
  SEGMENTS_SIZE: [-0x51, -13],
  SEGMENTS_ALIGN: [-0x52, -14],
  STACK_SIZE: [-0x60, -15],
  STACK_DEPTH: [-0x61, -16],
  DATA_HEADER: [-0x70, -8],
  DATA_SIZE: [-0x71, -8],
} as const satisfies Record<string, CodePair>;

const RESULT_CODES = {
  OK: [0, 0],
  INTERRUPTED: [-1, -1],
  INVALID_PTR: [-2, -2],
  INVALID_SIZE: [-3, -3],
  INVALID_ARCHIVE: [-4, -4],
  STACK_DEPTH: [-0x10, -5],
  STACK_SIZE: [-0x11, -6],
  STACK_IN_USE: [-0x12, -7],
  ARGS_MISMATCH: [-0x20, -8],
  RVALS_MISMATCH: [-0x21, -9],
  DEF_MISMATCH: [-0x22, -10],
  NOT_FOUND: [-0x30, -11],
  ACCESS_VIOLATION: [-0x40, -13],
  MEMORY_SIZE: [-0x41, -14],
  MISSING_EXTCALL: [-0x50, -15],
  FEATURE_DISABLED: [-0x51, -16],
  UNPREPARED_ARCHIVE: [-0x60, -4],
  INTERNAL: [-0xf0, -1024],
  NO_IMPL: [-0xf1, -12],
} as const satisfies Record<string, CodePair>;

/** Name of what validation found wrong; the original's constant without its `LMNT_VERROR_` prefix. */
export type ValidationName = keyof typeof VALIDATION_CODES;
/** Name of a result; the original's constant without its `LMNT_` or `LMNT_ERROR_` prefix. */
export type ResultName = keyof typeof RESULT_CODES;

/** The original's number for a validation failure, e.g. `-0x30` for `ACCESS_VIOLATION` in `head`. */
export function validationCode(name: ValidationName, variant: LmntVariant): number {
  return VALIDATION_CODES[name][variant === "head" ? 0 : 1];
}

/** The original's number for a result, e.g. `-0x40` for `ACCESS_VIOLATION` in `head`. */
export function resultCode(name: ResultName, variant: LmntVariant): number {
  return RESULT_CODES[name][variant === "head" ? 0 : 1];
}

/** The name of a result number, or `undefined` when a host function made the number up. */
export function resultName(code: number, variant: LmntVariant): ResultName | undefined {
  const column = variant === "head" ? 0 : 1;
  return (Object.keys(RESULT_CODES) as ResultName[]).find((name) => RESULT_CODES[name][column] === code);
}

/** Flags of a definition. `LAMBDA` and `HAS_BACKBRANCHES` share a bit: the first is of 2020-07, the second of head. */
export const DefinitionFlag = {
  INTERFACE: 1,
  EXTERN: 2,
  LAMBDA: 4,
  HAS_BACKBRANCHES: 4,
  HAS_DEFAULT_ARGS: 8,
} as const;
