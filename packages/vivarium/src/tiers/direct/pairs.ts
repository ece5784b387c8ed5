/**
 * A pure function with a body to WebAssembly that computes it for four single-precision numbers at a time: the body is
 * compiled for pairs, whose doubles fill a vector, and used for both.
 *
 * A value of the body is one vector: f64 and i64 fill it, f32 and i32 have its two low lanes.
 */
import type { Expr, ValType } from "../../isa/expr.js";
import type { InstructionSet, PureFunction } from "../../isa/table.js";
import { FunctionWriter } from "../../wasm/module.js";
import { NotStraight } from "./graph.js";

const SHAPE: Record<ValType, string> = { i32: "i32x4", i64: "i64x2", f32: "f32x4", f64: "f64x2" };
const is64 = (type: ValType): boolean => type === "i64" || type === "f64";
const bytes = (...lanes: readonly number[]): number[] => lanes.flatMap((lane) => [0, 1, 2, 3].map((b) => 4 * lane + b));
/** Which 32-bit lanes of two vectors make a new one. */
const SHUFFLE = { narrow: bytes(0, 2, 0, 2), highPair: bytes(2, 3, 2, 3), joined: bytes(0, 1, 4, 5) };
/** Conversions, of the low pair. */
const CONVERSIONS: Readonly<Record<string, string>> = {
  "f64.promote_f32": "f64x2.promote_low_f32x4",
  "f32.demote_f64": "f32x4.demote_f64x2_zero",
  "f64.convert_i32_s": "f64x2.convert_low_i32x4_s",
  "i32.trunc_sat_f64_s": "i32x4.trunc_sat_f64x2_s_zero",
  "i64.extend_i32_s": "i64x2.extend_low_i32x4_s",
};
const LANEWISE = /^(f32|f64)\.(abs|neg|sqrt|ceil|floor|trunc|nearest|add|sub|mul|div)$|^(i32|i64)\.(add|sub)$/;
const SHIFT = /^(i32|i64)\.(shl|shr_s|shr_u)$/;
const COMPARISON = /^(f32|f64)\.(eq|ne|lt|gt|le|ge)$/;
const REINTERPRET = /\.reinterpret_/;

/**
 * The function with vectors for numbers.
 *
 * @param pure index of a function of numbers, for those that the body calls
 * @throws NotStraight where there is no way to write it with vectors
 */
export function pairFunction(isa: InstructionSet, name: string, pure: (name: string) => number): FunctionWriter {
  const fn = isa.pure[name] as PureFunction;
  const args = fn.args.map((type, operand): Expr => ({ k: "reg", type, operand, plus: 0 }));
  if (fn.body === undefined || [fn.result, ...fn.args].some((type) => type !== "f32")) throw new NotStraight(name);
  const body = (fn.body as unknown as (...given: Expr[]) => Expr)(...args);
  const w = new FunctionWriter(
    fn.args.map(() => "v128"),
    ["v128"],
  );
  new Pairs(
    isa,
    w,
    args.map((_, i) => i),
    pure,
  ).expr(body);
  const low = w.local("v128");
  w.set(low);
  const high = args.map((_, i) => {
    const local = w.local("v128");
    w.get(i);
    w.get(i);
    w.shuffle(SHUFFLE.highPair);
    w.set(local);
    return local;
  });
  w.get(low);
  new Pairs(isa, w, high, pure).expr(body);
  w.shuffle(SHUFFLE.joined);
  return w;
}

/** Writes an expression for the pair in the low lanes of the arguments. */
class Pairs {
  readonly #bound = new Map<number, number>();

  constructor(
    readonly isa: InstructionSet,
    readonly w: FunctionWriter,
    readonly args: readonly number[],
    readonly pure: (name: string) => number,
  ) {}

  expr(e: Expr): void {
    const { w } = this;
    switch (e.k) {
      case "const":
        return this.#splat(e.type, e.value);
      case "reg":
        return w.get(this.args[e.operand] as number);
      case "local":
        return w.get(this.#bound.get(e.id) as number);
      case "let":
        this.#bound.set(e.id, this.#kept(e.value));
        return this.expr(e.body);
      case "num":
        return this.#numeric(e.op, e.type, e.args);
      case "select":
        this.expr(e.a);
        this.expr(e.b);
        this.#mask(e.cond, is64(e.type));
        return w.op("v128.bitselect");
      case "choose":
        return this.#choose(e);
      case "pure":
        return this.#call(e.name, e.args);
      default:
        throw new NotStraight(`no vector form of ${e.k}`);
    }
  }

  #kept(e: Expr): number {
    this.expr(e);
    const local = this.w.local("v128");
    this.w.set(local);
    return local;
  }

  #splat(type: ValType, value: number | bigint): void {
    const view = new DataView(new ArrayBuffer(16));
    for (let at = 0; at < 16; at += is64(type) ? 8 : 4) {
      if (type === "i64") view.setBigInt64(at, BigInt(value), true);
      else if (type === "f64") view.setFloat64(at, Number(value), true);
      else if (type === "f32") view.setFloat32(at, Number(value), true);
      else view.setInt32(at, Number(value), true);
    }
    this.w.v128(new Uint8Array(view.buffer));
  }

  #numeric(op: string, type: ValType, args: readonly Expr[]): void {
    const { w } = this;
    const [first] = args as readonly [Expr, ...Expr[]];
    if (REINTERPRET.test(op)) return this.expr(first);
    if (SHIFT.test(op)) {
      const [, by] = args;
      if (by?.k !== "const") throw new NotStraight(`no vector form of ${op} by a variable number`);
      this.expr(first);
      w.i32(Number(by.value));
      return w.op(op.replace(type, SHAPE[type]));
    }
    if (op === "i32.wrap_i64") {
      const local = this.#kept(first);
      w.get(local);
      w.get(local);
      return w.shuffle(SHUFFLE.narrow);
    }
    const name = CONVERSIONS[op] ?? (LANEWISE.test(op) ? op.replace(type, SHAPE[type]) : undefined);
    if (name === undefined) throw new NotStraight(`no vector form of ${op}`);
    for (const arg of args) this.expr(arg);
    w.op(name);
  }

  /** Leaves all ones in every lane of the width asked for in which the condition holds. */
  #mask(cond: Expr, wide: boolean): void {
    const { w } = this;
    if (cond.k !== "num") throw new NotStraight("a condition is no comparison");
    const comparison = COMPARISON.exec(cond.op);
    if (comparison !== null) {
      for (const arg of cond.args) this.expr(arg);
      const type = comparison[1] as "f32" | "f64";
      w.op(`${SHAPE[type]}.${comparison[2]}`);
      if (is64(type) === wide) return;
      if (wide) return w.op("i64x2.extend_low_i32x4_s");
      const local = w.local("v128");
      w.tee(local);
      w.get(local);
      return w.shuffle(SHUFFLE.narrow);
    }
    const combined = { "i32.and": "v128.and", "i32.or": "v128.or" }[cond.op];
    if (combined === undefined) throw new NotStraight(`no vector form of ${cond.op}`);
    for (const arg of cond.args) this.#mask(arg, wide);
    w.op(combined);
  }

  /** The first side for both, and only if the condition fails for one of them the second, too. */
  #choose(e: Expr & { readonly k: "choose" }): void {
    const { w } = this;
    const usual = this.#kept(e.a);
    this.#mask(e.cond, true);
    const mask = w.local("v128");
    w.tee(mask);
    w.op("i64x2.all_true");
    w.op("i32.eqz");
    w.if();
    w.get(usual);
    this.expr(e.b);
    w.get(mask);
    if (!is64(e.type)) {
      w.get(mask);
      w.shuffle(SHUFFLE.narrow);
    }
    w.op("v128.bitselect");
    w.set(usual);
    w.end();
    w.get(usual);
  }

  /** Calls a function of numbers for one after the other. */
  #call(name: string, args: readonly Expr[]): void {
    const { w } = this;
    const { result, args: types } = this.isa.pure[name] as PureFunction;
    if ([result, ...types].some((type) => type !== "f32")) throw new NotStraight(`calls ${name}`);
    const kept = args.map((arg) => this.#kept(arg));
    for (const lane of [0, 1]) {
      for (const arg of kept) {
        w.get(arg);
        w.lane("f32x4.extract_lane", lane);
      }
      w.call(this.pure(name));
      if (lane === 0) w.op("f32x4.splat");
      else w.lane("f32x4.replace_lane", lane);
    }
  }
}
