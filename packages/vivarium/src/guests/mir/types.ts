/** MIR's value types with what follows from them: size in memory, register class, name; numbered as in the binary format. */

/** Types, in the order of the binary format's type tags (tag 43 is `i8`). */
export const T = {
  i8: 0,
  u8: 1,
  i16: 2,
  u16: 3,
  i32: 4,
  u32: 5,
  i64: 6,
  u64: 7,
  f: 8,
  d: 9,
  ld: 10,
  p: 11,
  blk0: 12,
  blk1: 13,
  blk2: 14,
  blk3: 15,
  blk4: 16,
  rblk: 17,
} as const;

/** One of {@link T}. */
export type MirType = number;

/** Names by type; `blk` is printed as `blk0`, the way the original prints it. */
export const TYPE_NAMES: readonly string[] = [
  ..."i8 u8 i16 u16 i32 u32 i64 u64 f d ld p".split(" "),
  ..."blk0 blk1 blk2 blk3 blk4 rblk".split(" "),
];

/** Types by name, including the short form `blk`. */
export const TYPE_BY_NAME: ReadonlyMap<string, MirType> = new Map([
  ...TYPE_NAMES.map((name, type): [string, MirType] => [name, type]),
  ["blk", T.blk0],
]);

/** Bytes in memory (x86-64 Linux layout: a long double takes 16). Block types have no size of their own. */
export const TYPE_SIZES: readonly number[] = [1, 1, 2, 2, 4, 4, 8, 8, 4, 8, 16, 8, 0, 0, 0, 0, 0, 0];

/** Operand class of a value of this type: the letters of the op table (`i f d x`). Blocks travel as addresses. */
export const TYPE_CLASS: readonly string[] = [..."iiiiiiiifdxi", ..."iiiiii"];

/** True for `blk0…blk4` and `rblk`. */
export function isBlock(type: MirType): boolean {
  return type >= T.blk0;
}

/** True for integer types of 8 to 64 bits and `p`. */
export function isInteger(type: MirType): boolean {
  return type <= T.u64 || type === T.p;
}
