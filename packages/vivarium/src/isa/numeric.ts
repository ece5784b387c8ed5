/** The numeric operations of WebAssembly that a meaning may use: name → argument types and result type. */
import type { ValType } from "./expr.js";

export interface NumericSignature {
  readonly args: readonly ValType[];
  readonly result: ValType;
}

const table: Record<string, NumericSignature> = {};

function declare(type: ValType, names: string, args: readonly ValType[], result: ValType): void {
  for (const name of names.split(" ")) table[`${type}.${name}`] = { args, result };
}

for (const t of ["i32", "i64"] as const) {
  declare(t, "clz ctz popcnt", [t], t);
  declare(t, "add sub mul div_s div_u rem_s rem_u and or xor shl shr_s shr_u rotl rotr", [t, t], t);
  declare(t, "eqz", [t], "i32");
  declare(t, "eq ne lt_s lt_u gt_s gt_u le_s le_u ge_s ge_u", [t, t], "i32");
}
for (const t of ["f32", "f64"] as const) {
  declare(t, "abs neg ceil floor trunc nearest sqrt", [t], t);
  declare(t, "add sub mul div min max copysign", [t, t], t);
  declare(t, "eq ne lt gt le ge", [t, t], "i32");
}
declare("i32", "wrap_i64", ["i64"], "i32");
declare("i32", "extend8_s extend16_s", ["i32"], "i32");
declare("i64", "extend_i32_s extend_i32_u", ["i32"], "i64");
declare("i64", "extend8_s extend16_s extend32_s", ["i64"], "i64");
for (const f of ["f32", "f64"] as const) {
  for (const i of ["i32", "i64"] as const) {
    declare(i, `trunc_${f}_s trunc_${f}_u trunc_sat_${f}_s trunc_sat_${f}_u`, [f], i);
    declare(f, `convert_${i}_s convert_${i}_u`, [i], f);
  }
}
declare("f32", "demote_f64", ["f64"], "f32");
declare("f64", "promote_f32", ["f32"], "f64");
declare("i32", "reinterpret_f32", ["f32"], "i32");
declare("i64", "reinterpret_f64", ["f64"], "i64");
declare("f32", "reinterpret_i32", ["i32"], "f32");
declare("f64", "reinterpret_i64", ["i64"], "f64");

/** Every numeric operation by its standard name. */
export const NUMERIC: Readonly<Record<string, NumericSignature>> = table;
