/** Tag bytes of binary MIR's token stream (MIR, `bin_tag_t`; format version 1). */

/** First tag of each group; the group's members follow by byte count or in the order named. */
export const Tag = {
  /** 1 to 8: unsigned of that many bytes. */
  uint: 0,
  /** 9 to 16: signed of 1 to 8 bytes. */
  int: 8,
  float: 17,
  double: 18,
  ldouble: 19,
  /** 20 to 23: register, string number of 1 to 4 bytes. */
  reg: 20,
  /** 24 to 27: name. */
  name: 24,
  /** 28 to 31: string operand. */
  string: 28,
  /** 32 to 35: label number. */
  label: 32,
  /** 36 to 42: memory with the parts of {@link MEMORY_PARTS}. */
  memory: 36,
  /** 43 to 60: types. */
  type: 43,
  endOfList: 61,
  endOfFile: 62,
  /** 63 to 69: as `memory`, with alias and nonalias names at the end. */
  aliasMemory: 63,
  /** 128 to 255: unsigned 0 to 127. */
  small: 128,
} as const;

/** Parts of the seven forms of memory operand: displacement, base, index. */
export const MEMORY_PARTS: readonly (readonly [disp: boolean, base: boolean, index: boolean])[] = [
  [true, false, false],
  [false, true, false],
  [false, false, true],
  [true, true, false],
  [true, false, true],
  [false, true, true],
  [true, true, true],
];

/** Number of the format. */
export const BINARY_VERSION = 1;
