/** The layout of `.vxg` files, as numbers (specification, D2); everything is little-endian and 8-byte aligned. */

/** `VXGRAPH` and a zero. */
export const MAGIC: Uint8Array = Uint8Array.of(0x56, 0x58, 0x47, 0x52, 0x41, 0x50, 0x48, 0);
export const MAJOR = 1;
export const MINOR = 0;
export const HEADER = 64;
export const ENTRY = 32;
/** Sections that a file may have at most. */
export const MAX_SECTIONS = 256;

/** Sections by name. Numbers from 64 on are free for others; readers keep what they do not know. */
export const SECTION = {
  STR: 1,
  NODE: 2,
  EDGE: 3,
  PORT: 4,
  VALUE: 5,
  CODE: 6,
  PATTERN: 7,
  COLD: 8,
  FRONTIER: 9,
  JOURNAL: 10,
  META: 11,
} as const;
export type SectionName = keyof typeof SECTION;

/**
 * Bytes of a row. A reader takes rows that are longer and ignores what it does not know of them; the rows of NODE and
 * PORT are longer than the specification's 64 and 16 by what it has no place for: mode, priority and the like.
 */
export const STRIDE = { NODE: 80, EDGE: 32, PORT: 24 } as const;
/** Bytes of a row that a reader needs at least. */
export const LEAST_STRIDE = { NODE: 64, EDGE: 32, PORT: 16 } as const;
export const CODE_HEAD = 64;
/** A row of the index of COLD: name, zeros, offset behind the index, length, SHA-256. */
export const COLD_ROW = 56;

/** Where the fields of the header are. */
export const AT = {
  major: 8,
  minor: 10,
  crc: 12,
  length: 16,
  generation: 24,
  step: 32,
  table: 40,
  sections: 48,
  flags: 52,
  random: 56,
} as const;
