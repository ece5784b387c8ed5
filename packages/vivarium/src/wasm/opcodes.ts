/** WebAssembly opcodes by their standard names (core specification 2.0, section 5.4, and the tail-call extension). */

const MAP: Record<string, number> = {};

function run(first: number, names: string): void {
  names.split(" ").forEach((name, i) => {
    if (name !== "_") MAP[name] = first + i;
  });
}

run(0x00, "unreachable nop block loop if else");
run(0x0b, "end br br_if br_table return call call_indirect return_call return_call_indirect");
run(0x1a, "drop select");
run(0x20, "local.get local.set local.tee global.get global.set");
run(0x28, "i32.load i64.load f32.load f64.load i32.load8_s i32.load8_u i32.load16_s i32.load16_u");
run(0x30, "i64.load8_s i64.load8_u i64.load16_s i64.load16_u i64.load32_s i64.load32_u");
run(0x36, "i32.store i64.store f32.store f64.store i32.store8 i32.store16 i64.store8 i64.store16 i64.store32");
run(0x3f, "memory.size memory.grow i32.const i64.const f32.const f64.const");
run(0x45, "i32.eqz i32.eq i32.ne i32.lt_s i32.lt_u i32.gt_s i32.gt_u i32.le_s i32.le_u i32.ge_s i32.ge_u");
run(0x50, "i64.eqz i64.eq i64.ne i64.lt_s i64.lt_u i64.gt_s i64.gt_u i64.le_s i64.le_u i64.ge_s i64.ge_u");
run(0x5b, "f32.eq f32.ne f32.lt f32.gt f32.le f32.ge f64.eq f64.ne f64.lt f64.gt f64.le f64.ge");
run(0x67, "i32.clz i32.ctz i32.popcnt i32.add i32.sub i32.mul i32.div_s i32.div_u i32.rem_s i32.rem_u");
run(0x71, "i32.and i32.or i32.xor i32.shl i32.shr_s i32.shr_u i32.rotl i32.rotr");
run(0x79, "i64.clz i64.ctz i64.popcnt i64.add i64.sub i64.mul i64.div_s i64.div_u i64.rem_s i64.rem_u");
run(0x83, "i64.and i64.or i64.xor i64.shl i64.shr_s i64.shr_u i64.rotl i64.rotr");
run(0x8b, "f32.abs f32.neg f32.ceil f32.floor f32.trunc f32.nearest f32.sqrt");
run(0x92, "f32.add f32.sub f32.mul f32.div f32.min f32.max f32.copysign");
run(0x99, "f64.abs f64.neg f64.ceil f64.floor f64.trunc f64.nearest f64.sqrt");
run(0xa0, "f64.add f64.sub f64.mul f64.div f64.min f64.max f64.copysign");
run(0xa7, "i32.wrap_i64 i32.trunc_f32_s i32.trunc_f32_u i32.trunc_f64_s i32.trunc_f64_u");
run(0xac, "i64.extend_i32_s i64.extend_i32_u i64.trunc_f32_s i64.trunc_f32_u i64.trunc_f64_s i64.trunc_f64_u");
run(0xb2, "f32.convert_i32_s f32.convert_i32_u f32.convert_i64_s f32.convert_i64_u f32.demote_f64");
run(0xb7, "f64.convert_i32_s f64.convert_i32_u f64.convert_i64_s f64.convert_i64_u f64.promote_f32");
run(0xbc, "i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64");
run(0xc0, "i32.extend8_s i32.extend16_s i64.extend8_s i64.extend16_s i64.extend32_s");
run(0xfc00, "i32.trunc_sat_f32_s i32.trunc_sat_f32_u i32.trunc_sat_f64_s i32.trunc_sat_f64_u");
run(0xfc04, "i64.trunc_sat_f32_s i64.trunc_sat_f32_u i64.trunc_sat_f64_s i64.trunc_sat_f64_u");

run(0xfd00, "v128.load");
run(0xfd0b, "v128.store v128.const i8x16.shuffle");
run(0xfd11, "i32x4.splat _ f32x4.splat");
run(0xfd1b, "i32x4.extract_lane i32x4.replace_lane _ _ f32x4.extract_lane f32x4.replace_lane");
run(0xfd37, "i32x4.eq i32x4.ne i32x4.lt_s i32x4.lt_u i32x4.gt_s i32x4.gt_u i32x4.le_s i32x4.le_u");
run(0xfd3f, "i32x4.ge_s i32x4.ge_u f32x4.eq f32x4.ne f32x4.lt f32x4.gt f32x4.le f32x4.ge");
run(0xfd47, "f64x2.eq f64x2.ne f64x2.lt f64x2.gt f64x2.le f64x2.ge");
run(0xfd4d, "v128.not v128.and v128.andnot v128.or v128.xor v128.bitselect v128.any_true");
run(0xfd5e, "f32x4.demote_f64x2_zero f64x2.promote_low_f32x4");
run(0xfd67, "f32x4.ceil f32x4.floor f32x4.trunc f32x4.nearest");
run(0xfd74, "f64x2.ceil f64x2.floor _ _ _ _ f64x2.trunc");
run(0xfd94, "f64x2.nearest");
run(0xfdab, "i32x4.shl i32x4.shr_s i32x4.shr_u i32x4.add _ _ i32x4.sub _ _ _ i32x4.mul");
run(
  0xfdc3,
  "i64x2.all_true _ _ _ i64x2.extend_low_i32x4_s _ _ _ i64x2.shl i64x2.shr_s i64x2.shr_u i64x2.add _ _ i64x2.sub",
);
run(0xfde0, "f32x4.abs f32x4.neg _ f32x4.sqrt f32x4.add f32x4.sub f32x4.mul f32x4.div f32x4.min f32x4.max");
run(0xfdec, "f64x2.abs f64x2.neg _ f64x2.sqrt f64x2.add f64x2.sub f64x2.mul f64x2.div");
run(0xfdf8, "i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u");
run(0xfdfc, "i32x4.trunc_sat_f64x2_s_zero _ f64x2.convert_low_i32x4_s");

/** Opcode by name; above 0xff the high byte is the prefix and the low byte the number behind it. */
export const OPCODES: Readonly<Record<string, number>> = MAP;
