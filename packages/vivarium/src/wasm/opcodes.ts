/** WebAssembly opcodes by their standard names (core specification 2.0, section 5.4, and the tail-call extension). */

const MAP: Record<string, number> = {};

function run(first: number, names: string, prefix = ""): void {
  names.split(" ").forEach((name, i) => {
    if (name !== "_") MAP[prefix + name] = first + i;
  });
}

run(0x00, "unreachable nop block loop if else");
run(0x0b, "end br br_if br_table return call call_indirect return_call return_call_indirect");
run(0x1a, "drop select");
run(0x20, "get set tee", "local.");
run(0x23, "get set", "global.");
["i32", "i64", "f32", "f64"].forEach((type, k) => {
  run(0x28 + k, "load", `${type}.`);
  run(0x36 + k, "store", `${type}.`);
  run(0x41 + k, "const", `${type}.`);
});
run(0x2c, "load8_s load8_u load16_s load16_u", "i32.");
run(0x30, "load8_s load8_u load16_s load16_u load32_s load32_u", "i64.");
run(0x3a, "store8 store16", "i32.");
run(0x3c, "store8 store16 store32", "i64.");
run(0x3f, "size grow", "memory.");
for (const [prefix, compare, compute] of [
  ["i32.", 0x45, 0x67],
  ["i64.", 0x50, 0x79],
] as const) {
  run(compare, "eqz eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u", prefix);
  run(compute, "clz ctz popcnt add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr", prefix);
}
for (const [prefix, compare, compute] of [
  ["f32.", 0x5b, 0x8b],
  ["f64.", 0x61, 0x99],
] as const) {
  run(compare, "eq ne lt gt le ge", prefix);
  run(compute, "abs neg ceil floor trunc nearest sqrt add sub mul div min max copysign", prefix);
}
const TRUNCATED = "f32_s f32_u f64_s f64_u";
const CONVERTED = "i32_s i32_u i64_s i64_u";
run(0xa7, "i32.wrap_i64");
run(0xa8, TRUNCATED, "i32.trunc_");
run(0xac, "i32_s i32_u", "i64.extend_");
run(0xae, TRUNCATED, "i64.trunc_");
run(0xb2, CONVERTED, "f32.convert_");
run(0xb6, "f32.demote_f64");
run(0xb7, CONVERTED, "f64.convert_");
run(0xbb, "f64.promote_f32 i32.reinterpret_f32 i64.reinterpret_f64 f32.reinterpret_i32 f64.reinterpret_i64");
run(0xc0, "8_s 16_s", "i32.extend");
run(0xc2, "8_s 16_s 32_s", "i64.extend");
run(0xfc00, TRUNCATED, "i32.trunc_sat_");
run(0xfc04, TRUNCATED, "i64.trunc_sat_");

run(0xfd00, "v128.load");
run(0xfd0b, "v128.store v128.const i8x16.shuffle");
run(0xfd11, "i32x4.splat _ f32x4.splat");
run(0xfd1b, "i32x4.extract_lane i32x4.replace_lane _ _ f32x4.extract_lane f32x4.replace_lane");
run(0xfd37, "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u", "i32x4.");
run(0xfd4d, "not and andnot or xor bitselect any_true", "v128.");
run(0xfd5e, "f32x4.demote_f64x2_zero f64x2.promote_low_f32x4");
run(0xfd67, "ceil floor trunc nearest", "f32x4.");
run(0xfd74, "ceil floor _ _ _ _ trunc", "f64x2.");
run(0xfd94, "f64x2.nearest");
run(0xfdab, "shl shr_s shr_u add _ _ sub _ _ _ mul", "i32x4.");
run(0xfdc3, "all_true _ _ _ extend_low_i32x4_s _ _ _ shl shr_s shr_u add _ _ sub", "i64x2.");
for (const [prefix, compare, compute] of [
  ["f32x4.", 0xfd41, 0xfde0],
  ["f64x2.", 0xfd47, 0xfdec],
] as const) {
  run(compare, "eq ne lt gt le ge", prefix);
  run(compute, "abs neg _ sqrt add sub mul div min max", prefix);
}
run(0xfdf8, "i32x4.trunc_sat_f32x4_s i32x4.trunc_sat_f32x4_u f32x4.convert_i32x4_s f32x4.convert_i32x4_u");
run(0xfdfc, "i32x4.trunc_sat_f64x2_s_zero _ f64x2.convert_low_i32x4_s");

/** Opcode by name; above 0xff the high byte is the prefix and the low byte the number behind it. */
export const OPCODES: Readonly<Record<string, number>> = MAP;
