/** What each instruction costs the simulated processor of the block gas model (GP 0.8, appendix on gas), as data. */

/** How many of the four decode slots of a cycle an instruction takes. */
export type DecodeSlots =
  | number
  /** Fewer (`same`) when the result register is also a source; `of` says which sources count. */
  | { readonly same: number; readonly different: number; readonly of: "any source" | "first source" };

/** The execution units an instruction holds: `A`rithmetic, `L`oad, `S`tore, `M`ultiply, `D`ivide; a letter for each. */
export type Units = "" | "A" | "AA" | "AL" | "AS" | "AM" | "AD";

/** One row of the cost table. */
export interface GasCost {
  /** Cycles from start to result. */
  readonly cycles: number;
  /** Cycles when a `trap` or `unlikely` stands behind this branch or at its target. */
  readonly cyclesIfUnlikely?: number;
  readonly slots: DecodeSlots;
  readonly units: Units;
  /**
   * Whether the first register of the format (`D`, or `A` where there is no `D`) is the result. All other registers are
   * sources, and so is that one if it is no result. (The old value of a conditional move's result does not count.)
   */
  readonly result: boolean;
  /** Only renames a register: never enters the reorder buffer. */
  readonly rename?: true;
}

/** The units the processor has. */
export const UNIT_COUNTS = { A: 4, L: 4, S: 4, M: 1, D: 1 } as const;
/** Instructions in flight. */
export const REORDER_BUFFER = 32;
/** Decode slots a cycle. */
export const DECODE_WIDTH = 4;
/** Instructions that may start in a cycle. */
export const ISSUE_WIDTH = 5;
/** Cycles of a block that are free, as long as it costs at least 1. */
export const FREE_CYCLES = 3;

const overlap = (same: number, different: number): DecodeSlots => ({ same, different, of: "any source" });
const firstOverlap = (same: number, different: number): DecodeSlots => ({ same, different, of: "first source" });

const RESULT = true;
const NO_RESULT = false;

// Grouped as in the specification: mnemonics, cycles, decode slots, units, whether there is a result.
const ROWS: readonly (readonly [string, number, DecodeSlots, Units, boolean])[] = [
  ["and xor or add_64 sub_64 and_imm xor_imm or_imm add_imm_64 reverse_bytes", 1, overlap(1, 2), "A", RESULT],
  ["shlo_l_imm_64 shlo_r_imm_64 shar_r_imm_64 rot_r_64_imm", 1, overlap(1, 2), "A", RESULT],
  ["add_32 sub_32 add_imm_32", 2, overlap(2, 3), "A", RESULT],
  ["shlo_l_imm_32 shlo_r_imm_32 shar_r_imm_32 rot_r_32_imm", 2, overlap(2, 3), "A", RESULT],
  ["count_set_bits_64 count_set_bits_32 leading_zero_bits_64 leading_zero_bits_32", 1, 1, "A", RESULT],
  ["sign_extend_8 sign_extend_16 zero_extend_16", 1, 1, "A", RESULT],
  ["trailing_zero_bits_64 trailing_zero_bits_32", 2, 1, "AA", RESULT],
  ["shlo_l_64 shlo_r_64 shar_r_64 rot_l_64 rot_r_64", 1, firstOverlap(2, 3), "A", RESULT],
  ["shlo_l_32 shlo_r_32 shar_r_32 rot_l_32 rot_r_32", 2, firstOverlap(3, 4), "A", RESULT],
  ["shlo_l_imm_alt_64 shlo_r_imm_alt_64 shar_r_imm_alt_64 rot_r_64_imm_alt", 1, 3, "A", RESULT],
  ["shlo_l_imm_alt_32 shlo_r_imm_alt_32 shar_r_imm_alt_32 rot_r_32_imm_alt", 2, 4, "A", RESULT],
  ["set_lt_u set_lt_s set_lt_u_imm set_lt_s_imm set_gt_u_imm set_gt_s_imm", 3, 3, "A", RESULT],
  ["cmov_iz cmov_nz", 2, 2, "A", RESULT],
  ["cmov_iz_imm cmov_nz_imm", 2, 3, "A", RESULT],
  ["max max_u min min_u", 3, overlap(2, 3), "A", RESULT],
  ["load_u8 load_i8 load_u16 load_i16 load_u32 load_i32 load_u64", 25, 1, "AL", RESULT],
  ["load_ind_u8 load_ind_i8 load_ind_u16 load_ind_i16 load_ind_u32 load_ind_i32 load_ind_u64", 25, 1, "AL", RESULT],
  ["store_u8 store_u16 store_u32 store_u64", 25, 1, "AS", NO_RESULT],
  ["store_ind_u8 store_ind_u16 store_ind_u32 store_ind_u64", 25, 1, "AS", NO_RESULT],
  ["store_imm_u8 store_imm_u16 store_imm_u32 store_imm_u64", 25, 1, "AS", NO_RESULT],
  ["store_imm_ind_u8 store_imm_ind_u16 store_imm_ind_u32 store_imm_ind_u64", 25, 1, "AS", NO_RESULT],
  ["div_u_32 div_s_32 rem_u_32 rem_s_32 div_u_64 div_s_64 rem_u_64 rem_s_64", 60, 4, "AD", RESULT],
  ["and_inv or_inv", 2, 3, "A", RESULT],
  ["xnor", 2, overlap(2, 3), "A", RESULT],
  ["neg_add_imm_64", 2, 3, "A", RESULT],
  ["neg_add_imm_32", 3, 4, "A", RESULT],
  ["load_imm", 1, 1, "", RESULT],
  ["load_imm_64", 1, 2, "", RESULT],
  ["mul_64 mul_imm_64", 3, overlap(1, 2), "AM", RESULT],
  ["mul_32 mul_imm_32", 4, overlap(2, 3), "AM", RESULT],
  ["mul_upper_s_s mul_upper_u_u", 4, 4, "AM", RESULT],
  ["mul_upper_s_u", 6, 4, "AM", RESULT],
  ["trap fallthrough", 2, 1, "", NO_RESULT],
  ["unlikely", 40, 1, "", NO_RESULT],
  ["jump", 15, 1, "", NO_RESULT],
  ["load_imm_jump", 15, 1, "", RESULT],
  ["jump_ind", 22, 1, "", NO_RESULT],
  ["load_imm_jump_ind", 22, 1, "", RESULT],
  ["ecalli", 100, 4, "A", NO_RESULT],
  // Not in a profile that has block gas; the value of the draft that put the two together.
  ["sbrk", 100, 4, "A", RESULT],
];

const BRANCHES =
  "branch_eq_imm branch_ne_imm branch_lt_u_imm branch_le_u_imm branch_ge_u_imm branch_gt_u_imm " +
  "branch_lt_s_imm branch_le_s_imm branch_ge_s_imm branch_gt_s_imm " +
  "branch_eq branch_ne branch_lt_u branch_lt_s branch_ge_u branch_ge_s";

/** The costs by mnemonic. Mnemonics are those of profile 072, which do not change between profiles. */
export const GAS_COSTS: ReadonlyMap<string, GasCost> = new Map<string, GasCost>([
  ["move_reg", { cycles: 0, slots: 1, units: "", result: RESULT, rename: true }],
  ...BRANCHES.split(" ").map((mnemonic): [string, GasCost] => [
    mnemonic,
    { cycles: 20, cyclesIfUnlikely: 1, slots: 1, units: "A", result: NO_RESULT },
  ]),
  ...ROWS.flatMap(([mnemonics, cycles, slots, units, result]) =>
    mnemonics.split(" ").map((mnemonic): [string, GasCost] => [mnemonic, { cycles, slots, units, result }]),
  ),
]);
