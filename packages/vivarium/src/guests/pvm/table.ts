/**
 * The instructions of the PVM, one row each (Gray Paper, appendix A). Opcodes are those of profile 072; where 080
 * numbers an instruction differently, both numbers stand in the row.
 */
import { type Body, bind, computedJump, exit, hostCall, i32, i64, when } from "../../isa/build.js";
import type { Expr } from "../../isa/expr.js";
import { branch, format, imm, imm64, jump, op, type Row, type RowExtras, reg, target } from "../../isa/table.js";
import { mulHighS, mulHighSU, mulHighU, reverseBytes } from "../../isa/wide.js";

const r = reg("r", "i64");
type R = Expr<"i64">;

/** Operands in the order in which `formats.ts` decodes them. */
const F0 = format("F0", {});
const F1 = format("F1", { x: imm });
const F2 = format("F2", { a: r, x: imm64 });
const F3 = format("F3", { x: imm, y: imm });
const F4 = format("F4", { t: target });
const F5 = format("F5", { a: r, x: imm });
const F6 = format("F6", { a: r, x: imm, y: imm });
const F7 = format("F7", { a: r, x: imm, t: target });
const F8 = format("F8", { d: r, a: r });
const F9 = format("F9", { a: r, b: r, x: imm });
const F10 = format("F10", { a: r, b: r, t: target });
const F11 = format("F11", { a: r, b: r, x: imm, y: imm });
const F12 = format("F12", { d: r, a: r, b: r });

/** The return address of the outermost function: going there halts (section A.5). */
const HALT = i32.const(0xffff0000 | 0);

// Numbers -----------------------------------------------------------------------------------------------------------

const low = i32.wrap_i64;
/** 32-bit results are sign-extended. */
const x32 = i64.extend_i32_s;
const bit = i64.extend_i32_u;
const MINUS_ONE = i64.const(-1n);

const divU64 = (a: R, b: R): R => i64.choose(i64.eqz(b), MINUS_ONE, i64.div_u(a, b));
const remU64 = (a: R, b: R): R => i64.choose(i64.eqz(b), a, i64.rem_u(a, b));
const remS64 = (a: R, b: R): R => i64.choose(i64.eqz(b), a, i64.rem_s(a, b));
const divS64 = (a: R, b: R): R =>
  i64.choose(
    i64.eqz(b),
    MINUS_ONE,
    i64.choose(i32.and(i64.eq(a, i64.const(-(2n ** 63n))), i64.eq(b, MINUS_ONE)), a, i64.div_s(a, b)),
  );
type W = Expr<"i32">;
const divU32 = (a: W, b: W): W => i32.choose(i32.eqz(b), i32.const(-1), i32.div_u(a, b));
const remU32 = (a: W, b: W): W => i32.choose(i32.eqz(b), a, i32.rem_u(a, b));
const remS32 = (a: W, b: W): W => i32.choose(i32.eqz(b), a, i32.rem_s(a, b));
const divS32 = (a: W, b: W): W =>
  i32.choose(
    i32.eqz(b),
    i32.const(-1),
    i32.choose(i32.and(i32.eq(a, i32.const(-(2 ** 31))), i32.eq(b, i32.const(-1))), a, i32.div_s(a, b)),
  );

/** The one of two that a comparison prefers. */
const preferred =
  (less: (a: R, b: R) => W) =>
  (a: R, b: R): R =>
    i64.select(less(a, b), a, b);

// Shapes of rows ----------------------------------------------------------------------------------------------------

type Numbers = number | Readonly<Record<string, number>>;
/** The same instruction with two numbers: profile 080 removed `sbrk`, and what came behind it moved down by one. */
const moved = (n: number): Readonly<Record<string, number>> => ({ "072": n, "080": n - 1 });

const three = (n: Numbers, name: string, doc: string, f: (a: R, b: R) => R): Row =>
  op(n, name, F12, doc, ({ d, a, b }) => d.set(f(a, b)));
const three32 = (n: Numbers, name: string, doc: string, f: (a: W, b: W) => W): Row =>
  op(n, name, F12, doc, ({ d, a, b }) => d.set(x32(f(low(a), low(b)))));
const two = (n: Numbers, name: string, doc: string, f: (a: R) => R): Row =>
  op(n, name, F8, doc, ({ d, a }) => d.set(f(a)));
const withImm = (n: Numbers, name: string, doc: string, f: (b: R, x: R) => R): Row =>
  op(n, name, F9, doc, ({ a, b, x }) => a.set(f(b, x.i64)));
const withImm32 = (n: Numbers, name: string, doc: string, f: (b: W, x: W) => W): Row =>
  op(n, name, F9, doc, ({ a, b, x }) => a.set(x32(f(low(b), x.i32))));
const branchImm = (n: Numbers, name: string, doc: string, f: (a: R, x: R) => W): Row =>
  op(n, name, F7, doc, ({ a, x, t }) => branch(f(a, x.i64), t));
const branchReg = (n: Numbers, name: string, doc: string, f: (a: R, b: R) => W): Row =>
  op(n, name, F10, doc, ({ a, b, t }) => branch(f(a, b), t));
const loadAt = (n: Numbers, name: string, doc: string, f: (address: W) => R): Row =>
  op(n, name, F5, doc, ({ a, x }) => a.set(f(x.i32)));
const loadInd = (n: Numbers, name: string, doc: string, f: (address: W) => R): Row =>
  op(n, name, F9, doc, ({ a, b, x }) => a.set(f(i32.add(low(b), x.i32))));
type Store = (address: W, value: R) => Body;
const storeAt = (n: Numbers, name: string, doc: string, f: Store): Row =>
  op(n, name, F5, doc, ({ a, x }) => f(x.i32, a));
const storeInd = (n: Numbers, name: string, doc: string, f: Store): Row =>
  op(n, name, F9, doc, ({ a, b, x }) => f(i32.add(low(b), x.i32), a));
const storeImm = (n: Numbers, name: string, doc: string, f: Store): Row =>
  op(n, name, F3, doc, ({ x, y }) => f(x.i32, y.i64));
const storeImmInd = (n: Numbers, name: string, doc: string, f: Store): Row =>
  op(n, name, F6, doc, ({ a, x, y }) => f(i32.add(low(a), x.i32), y.i64));

/** A dynamic jump: to a jump-table handle, or to the halt address (section A.5, djump). */
const dynamicJump = (address: W): Body => [
  when(i32.eq(address, HALT), exit("halt")),
  when(i32.and(address, i32.const(1)), exit("panic")),
  computedJump(i32.sub(i32.shr_u(address, i32.const(1)), i32.const(1))),
];
const terminator: RowExtras = { terminator: true };

/** Every instruction of both profiles, in the order of profile 072's numbers. */
export const ROWS: readonly Row[] = [
  op(0, "trap", F0, "panics", () => exit("panic")),
  op(1, "fallthrough", F0, "does nothing; ends a block", () => [], terminator),
  op({ "080": 2 }, "unlikely", F0, "does nothing; says that this block is seldom executed", () => []),

  op(10, "ecalli", F1, "calls host function x", ({ x }) => hostCall(x.i32)),

  op(20, "load_imm_64", F2, "a ← x, 64 bits", ({ a, x }) => a.set(x.i64)),

  storeImm(30, "store_imm_u8", "memory[x] ← y, 1 byte", i64.store8),
  storeImm(31, "store_imm_u16", "memory[x] ← y, 2 bytes", i64.store16),
  storeImm(32, "store_imm_u32", "memory[x] ← y, 4 bytes", i64.store32),
  storeImm(33, "store_imm_u64", "memory[x] ← y, 8 bytes", i64.store),

  op(40, "jump", F4, "continues at t", ({ t }) => jump(t)),

  op(50, "jump_ind", F5, "continues at the handle a + x", ({ a, x }) =>
    bind(i32.add(low(a), x.i32), (to) => dynamicJump(to)),
  ),
  op(51, "load_imm", F5, "a ← x", ({ a, x }) => a.set(x.i64)),
  loadAt(52, "load_u8", "a ← memory[x], 1 byte", i64.load8_u),
  loadAt(53, "load_i8", "a ← memory[x], 1 byte, sign-extended", i64.load8_s),
  loadAt(54, "load_u16", "a ← memory[x], 2 bytes", i64.load16_u),
  loadAt(55, "load_i16", "a ← memory[x], 2 bytes, sign-extended", i64.load16_s),
  loadAt(56, "load_u32", "a ← memory[x], 4 bytes", i64.load32_u),
  loadAt(57, "load_i32", "a ← memory[x], 4 bytes, sign-extended", i64.load32_s),
  loadAt(58, "load_u64", "a ← memory[x], 8 bytes", i64.load),
  storeAt(59, "store_u8", "memory[x] ← a, 1 byte", i64.store8),
  storeAt(60, "store_u16", "memory[x] ← a, 2 bytes", i64.store16),
  storeAt(61, "store_u32", "memory[x] ← a, 4 bytes", i64.store32),
  storeAt(62, "store_u64", "memory[x] ← a, 8 bytes", i64.store),

  storeImmInd(70, "store_imm_ind_u8", "memory[a + x] ← y, 1 byte", i64.store8),
  storeImmInd(71, "store_imm_ind_u16", "memory[a + x] ← y, 2 bytes", i64.store16),
  storeImmInd(72, "store_imm_ind_u32", "memory[a + x] ← y, 4 bytes", i64.store32),
  storeImmInd(73, "store_imm_ind_u64", "memory[a + x] ← y, 8 bytes", i64.store),

  op(80, "load_imm_jump", F7, "a ← x, continues at t", ({ a, x, t }) => [a.set(x.i64), jump(t)]),
  branchImm(81, "branch_eq_imm", "continues at t if a = x", i64.eq),
  branchImm(82, "branch_ne_imm", "continues at t if a ≠ x", i64.ne),
  branchImm(83, "branch_lt_u_imm", "continues at t if a < x, unsigned", i64.lt_u),
  branchImm(84, "branch_le_u_imm", "continues at t if a ≤ x, unsigned", i64.le_u),
  branchImm(85, "branch_ge_u_imm", "continues at t if a ≥ x, unsigned", i64.ge_u),
  branchImm(86, "branch_gt_u_imm", "continues at t if a > x, unsigned", i64.gt_u),
  branchImm(87, "branch_lt_s_imm", "continues at t if a < x, signed", i64.lt_s),
  branchImm(88, "branch_le_s_imm", "continues at t if a ≤ x, signed", i64.le_s),
  branchImm(89, "branch_ge_s_imm", "continues at t if a ≥ x, signed", i64.ge_s),
  branchImm(90, "branch_gt_s_imm", "continues at t if a > x, signed", i64.gt_s),

  two(100, "move_reg", "d ← a", (a) => a),
  op({ "072": 101 }, "sbrk", F8, "grows the heap by a bytes; d ← where it ended before", () => hostCall(i32.const(0))),
  two(moved(102), "count_set_bits_64", "d ← number of one bits in a", i64.popcnt),
  two(moved(103), "count_set_bits_32", "d ← number of one bits in the low half of a", (a) => bit(i32.popcnt(low(a)))),
  two(moved(104), "leading_zero_bits_64", "d ← number of leading zero bits of a", i64.clz),
  two(moved(105), "leading_zero_bits_32", "d ← number of leading zero bits of the low half of a", (a) =>
    bit(i32.clz(low(a))),
  ),
  two(moved(106), "trailing_zero_bits_64", "d ← number of trailing zero bits of a", i64.ctz),
  two(moved(107), "trailing_zero_bits_32", "d ← number of trailing zero bits of the low half of a", (a) =>
    bit(i32.ctz(low(a))),
  ),
  two(moved(108), "sign_extend_8", "d ← low byte of a, sign-extended", i64.extend8_s),
  two(moved(109), "sign_extend_16", "d ← low 16 bits of a, sign-extended", i64.extend16_s),
  two(moved(110), "zero_extend_16", "d ← low 16 bits of a", (a) => i64.and(a, i64.const(0xffff))),
  two(moved(111), "reverse_bytes", "d ← the 8 bytes of a in reverse order", reverseBytes),

  storeInd(120, "store_ind_u8", "memory[b + x] ← a, 1 byte", i64.store8),
  storeInd(121, "store_ind_u16", "memory[b + x] ← a, 2 bytes", i64.store16),
  storeInd(122, "store_ind_u32", "memory[b + x] ← a, 4 bytes", i64.store32),
  storeInd(123, "store_ind_u64", "memory[b + x] ← a, 8 bytes", i64.store),
  loadInd(124, "load_ind_u8", "a ← memory[b + x], 1 byte", i64.load8_u),
  loadInd(125, "load_ind_i8", "a ← memory[b + x], 1 byte, sign-extended", i64.load8_s),
  loadInd(126, "load_ind_u16", "a ← memory[b + x], 2 bytes", i64.load16_u),
  loadInd(127, "load_ind_i16", "a ← memory[b + x], 2 bytes, sign-extended", i64.load16_s),
  loadInd(128, "load_ind_u32", "a ← memory[b + x], 4 bytes", i64.load32_u),
  loadInd(129, "load_ind_i32", "a ← memory[b + x], 4 bytes, sign-extended", i64.load32_s),
  loadInd(130, "load_ind_u64", "a ← memory[b + x], 8 bytes", i64.load),

  withImm32(131, "add_imm_32", "a ← b + x, 32 bits", i32.add),
  withImm(132, "and_imm", "a ← b and x", i64.and),
  withImm(133, "xor_imm", "a ← b xor x", i64.xor),
  withImm(134, "or_imm", "a ← b or x", i64.or),
  withImm32(135, "mul_imm_32", "a ← b · x, 32 bits", i32.mul),
  withImm(136, "set_lt_u_imm", "a ← 1 if b < x, unsigned, else 0", (b, x) => bit(i64.lt_u(b, x))),
  withImm(137, "set_lt_s_imm", "a ← 1 if b < x, signed, else 0", (b, x) => bit(i64.lt_s(b, x))),
  withImm32(138, "shlo_l_imm_32", "a ← b shifted left by x mod 32, 32 bits", i32.shl),
  withImm32(139, "shlo_r_imm_32", "a ← b shifted right by x mod 32, 32 bits", i32.shr_u),
  withImm32(140, "shar_r_imm_32", "a ← b shifted right by x mod 32 with its sign, 32 bits", i32.shr_s),
  withImm32(141, "neg_add_imm_32", "a ← x − b, 32 bits", (b, x) => i32.sub(x, b)),
  withImm(142, "set_gt_u_imm", "a ← 1 if b > x, unsigned, else 0", (b, x) => bit(i64.gt_u(b, x))),
  withImm(143, "set_gt_s_imm", "a ← 1 if b > x, signed, else 0", (b, x) => bit(i64.gt_s(b, x))),
  withImm32(144, "shlo_l_imm_alt_32", "a ← x shifted left by b mod 32, 32 bits", (b, x) => i32.shl(x, b)),
  withImm32(145, "shlo_r_imm_alt_32", "a ← x shifted right by b mod 32, 32 bits", (b, x) => i32.shr_u(x, b)),
  withImm32(146, "shar_r_imm_alt_32", "a ← x shifted right by b mod 32 with its sign, 32 bits", (b, x) =>
    i32.shr_s(x, b),
  ),
  op(147, "cmov_iz_imm", F9, "a ← x if b = 0", ({ a, b, x }) => a.set(i64.select(i64.eqz(b), x.i64, a))),
  op(148, "cmov_nz_imm", F9, "a ← x if b ≠ 0", ({ a, b, x }) => a.set(i64.select(i64.eqz(b), a, x.i64))),
  withImm(149, "add_imm_64", "a ← b + x", i64.add),
  withImm(150, "mul_imm_64", "a ← b · x", i64.mul),
  withImm(151, "shlo_l_imm_64", "a ← b shifted left by x mod 64", i64.shl),
  withImm(152, "shlo_r_imm_64", "a ← b shifted right by x mod 64", i64.shr_u),
  withImm(153, "shar_r_imm_64", "a ← b shifted right by x mod 64 with its sign", i64.shr_s),
  withImm(154, "neg_add_imm_64", "a ← x − b", (b, x) => i64.sub(x, b)),
  withImm(155, "shlo_l_imm_alt_64", "a ← x shifted left by b mod 64", (b, x) => i64.shl(x, b)),
  withImm(156, "shlo_r_imm_alt_64", "a ← x shifted right by b mod 64", (b, x) => i64.shr_u(x, b)),
  withImm(157, "shar_r_imm_alt_64", "a ← x shifted right by b mod 64 with its sign", (b, x) => i64.shr_s(x, b)),
  withImm(158, "rot_r_64_imm", "a ← b rotated right by x mod 64", i64.rotr),
  withImm(159, "rot_r_64_imm_alt", "a ← x rotated right by b mod 64", (b, x) => i64.rotr(x, b)),
  withImm32(160, "rot_r_32_imm", "a ← b rotated right by x mod 32, 32 bits", i32.rotr),
  withImm32(161, "rot_r_32_imm_alt", "a ← x rotated right by b mod 32, 32 bits", (b, x) => i32.rotr(x, b)),

  branchReg(170, "branch_eq", "continues at t if a = b", i64.eq),
  branchReg(171, "branch_ne", "continues at t if a ≠ b", i64.ne),
  branchReg(172, "branch_lt_u", "continues at t if a < b, unsigned", i64.lt_u),
  branchReg(173, "branch_lt_s", "continues at t if a < b, signed", i64.lt_s),
  branchReg(174, "branch_ge_u", "continues at t if a ≥ b, unsigned", i64.ge_u),
  branchReg(175, "branch_ge_s", "continues at t if a ≥ b, signed", i64.ge_s),

  op(180, "load_imm_jump_ind", F11, "a ← x, continues at the handle b + y, with b as it was before", (o) =>
    bind(i32.add(low(o.b), o.y.i32), (to) => [o.a.set(o.x.i64), ...(dynamicJump(to) as [])]),
  ),

  three32(190, "add_32", "d ← a + b, 32 bits", i32.add),
  three32(191, "sub_32", "d ← a − b, 32 bits", i32.sub),
  three32(192, "mul_32", "d ← a · b, 32 bits", i32.mul),
  three32(193, "div_u_32", "d ← a / b, unsigned, 32 bits; by 0: all ones", divU32),
  three32(194, "div_s_32", "d ← a / b, signed, 32 bits; by 0: −1", divS32),
  three32(195, "rem_u_32", "d ← a mod b, unsigned, 32 bits; by 0: a", remU32),
  three32(196, "rem_s_32", "d ← a mod b with the sign of a, 32 bits; by 0: a", remS32),
  three32(197, "shlo_l_32", "d ← a shifted left by b mod 32, 32 bits", i32.shl),
  three32(198, "shlo_r_32", "d ← a shifted right by b mod 32, 32 bits", i32.shr_u),
  three32(199, "shar_r_32", "d ← a shifted right by b mod 32 with its sign, 32 bits", i32.shr_s),
  three(200, "add_64", "d ← a + b", i64.add),
  three(201, "sub_64", "d ← a − b", i64.sub),
  three(202, "mul_64", "d ← a · b", i64.mul),
  three(203, "div_u_64", "d ← a / b, unsigned; by 0: all ones", divU64),
  three(204, "div_s_64", "d ← a / b, signed; by 0: −1", divS64),
  three(205, "rem_u_64", "d ← a mod b, unsigned; by 0: a", remU64),
  three(206, "rem_s_64", "d ← a mod b with the sign of a; by 0: a", remS64),
  three(207, "shlo_l_64", "d ← a shifted left by b mod 64", i64.shl),
  three(208, "shlo_r_64", "d ← a shifted right by b mod 64", i64.shr_u),
  three(209, "shar_r_64", "d ← a shifted right by b mod 64 with its sign", i64.shr_s),
  three(210, "and", "d ← a and b", i64.and),
  three(211, "xor", "d ← a xor b", i64.xor),
  three(212, "or", "d ← a or b", i64.or),
  three(213, "mul_upper_s_s", "d ← high half of a · b, both signed", mulHighS),
  three(214, "mul_upper_u_u", "d ← high half of a · b, both unsigned", mulHighU),
  three(215, "mul_upper_s_u", "d ← high half of a · b, a signed, b unsigned", mulHighSU),
  three(216, "set_lt_u", "d ← 1 if a < b, unsigned, else 0", (a, b) => bit(i64.lt_u(a, b))),
  three(217, "set_lt_s", "d ← 1 if a < b, signed, else 0", (a, b) => bit(i64.lt_s(a, b))),
  op(218, "cmov_iz", F12, "d ← a if b = 0", ({ d, a, b }) => d.set(i64.select(i64.eqz(b), a, d))),
  op(219, "cmov_nz", F12, "d ← a if b ≠ 0", ({ d, a, b }) => d.set(i64.select(i64.eqz(b), d, a))),
  three(220, "rot_l_64", "d ← a rotated left by b mod 64", i64.rotl),
  three32(221, "rot_l_32", "d ← a rotated left by b mod 32, 32 bits", i32.rotl),
  three(222, "rot_r_64", "d ← a rotated right by b mod 64", i64.rotr),
  three32(223, "rot_r_32", "d ← a rotated right by b mod 32, 32 bits", i32.rotr),
  three(224, "and_inv", "d ← a and not b", (a, b) => i64.and(a, i64.xor(b, MINUS_ONE))),
  three(225, "or_inv", "d ← a or not b", (a, b) => i64.or(a, i64.xor(b, MINUS_ONE))),
  three(226, "xnor", "d ← not (a xor b)", (a, b) => i64.xor(i64.xor(a, b), MINUS_ONE)),
  three(227, "max", "d ← the greater of a and b, signed", preferred(i64.gt_s)),
  three(228, "max_u", "d ← the greater of a and b, unsigned", preferred(i64.gt_u)),
  three(229, "min", "d ← the smaller of a and b, signed", preferred(i64.lt_s)),
  three(230, "min_u", "d ← the smaller of a and b, unsigned", preferred(i64.lt_u)),
];
