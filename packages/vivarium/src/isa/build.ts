/** The typed combinators with which op rows write their meaning; each returns plain nodes of `expr.ts`. */
import type { ExitName, Expr, MemoryBits, Stmt, ValType } from "./expr.js";
import { NUMERIC } from "./numeric.js";

/** A statement, or several in order. */
export type Body = Stmt | readonly Stmt[];

export const statements = (body: Body): readonly Stmt[] =>
  Array.isArray(body) ? (body as readonly Stmt[]) : [body as Stmt];

let nextLocal = 0;

function numeric(op: string, args: readonly Expr[]): Expr {
  const signature = NUMERIC[op];
  if (signature === undefined) throw new TypeError(`no numeric operation ${op}`);
  if (args.length !== signature.args.length) throw new TypeError(`${op} takes ${signature.args.length} arguments`);
  args.forEach((arg, i) => {
    if (arg.type !== signature.args[i]) throw new TypeError(`${op}: argument ${i} is ${arg.type}`);
  });
  return { k: "num", type: signature.result, op, args };
}

type Unary<A extends ValType, R extends ValType> = (a: Expr<A>) => Expr<R>;
type Binary<A extends ValType, R extends ValType> = (a: Expr<A>, b: Expr<A>) => Expr<R>;

interface Common<T extends ValType> {
  const(value: T extends "i64" ? bigint | number : number): Expr<T>;
  select(cond: Expr<"i32">, a: Expr<T>, b: Expr<T>): Expr<T>;
  /** Like `select`, but only the chosen side is evaluated. */
  choose(cond: Expr<"i32">, a: Expr<T>, b: Expr<T>): Expr<T>;
  /** `choose` where the condition hardly ever is zero: compiled code leaves the other side to the interpreter. */
  expect(cond: Expr<"i32">, a: Expr<T>, b: Expr<T>): Expr<T>;
  load(addr: Expr<"i32">): Expr<T>;
  store(addr: Expr<"i32">, value: Expr<T>): Stmt;
}

type Named<Names extends string, F> = { readonly [N in Names]: F };

type Integer<T extends "i32" | "i64"> = Common<T> &
  Named<"clz" | "ctz" | "popcnt" | "extend8_s" | "extend16_s", Unary<T, T>> &
  Named<"eqz", Unary<T, "i32">> &
  Named<"add" | "sub" | "mul" | "div_s" | "div_u" | "rem_s" | "rem_u" | "and" | "or" | "xor", Binary<T, T>> &
  Named<"shl" | "shr_s" | "shr_u" | "rotl" | "rotr", Binary<T, T>> &
  Named<"eq" | "ne" | "lt_s" | "lt_u" | "gt_s" | "gt_u" | "le_s" | "le_u" | "ge_s" | "ge_u", Binary<T, "i32">> &
  Named<"trunc_f32_s" | "trunc_f32_u" | "trunc_sat_f32_s" | "trunc_sat_f32_u", Unary<"f32", T>> &
  Named<"trunc_f64_s" | "trunc_f64_u" | "trunc_sat_f64_s" | "trunc_sat_f64_u", Unary<"f64", T>> &
  Named<"load8_s" | "load8_u" | "load16_s" | "load16_u", (addr: Expr<"i32">) => Expr<T>> &
  Named<"store8" | "store16", (addr: Expr<"i32">, value: Expr<T>) => Stmt>;

type Float<T extends "f32" | "f64"> = Common<T> &
  Named<"abs" | "neg" | "ceil" | "floor" | "trunc" | "nearest" | "sqrt", Unary<T, T>> &
  Named<"add" | "sub" | "mul" | "div" | "min" | "max" | "copysign", Binary<T, T>> &
  Named<"eq" | "ne" | "lt" | "gt" | "le" | "ge", Binary<T, "i32">> &
  Named<"convert_i32_s" | "convert_i32_u", Unary<"i32", T>> &
  Named<"convert_i64_s" | "convert_i64_u", Unary<"i64", T>>;

export type I32Combinators = Integer<"i32"> &
  Named<"wrap_i64", Unary<"i64", "i32">> &
  Named<"reinterpret_f32", Unary<"f32", "i32">>;
export type I64Combinators = Integer<"i64"> &
  Named<"extend_i32_s" | "extend_i32_u", Unary<"i32", "i64">> &
  Named<"extend32_s", Unary<"i64", "i64">> &
  Named<"reinterpret_f64", Unary<"f64", "i64">> &
  Named<"load32_s" | "load32_u", (addr: Expr<"i32">) => Expr<"i64">> &
  Named<"store32", (addr: Expr<"i32">, value: Expr<"i64">) => Stmt>;
export type F32Combinators = Float<"f32"> &
  Named<"demote_f64", Unary<"f64", "f32">> &
  Named<"reinterpret_i32", Unary<"i32", "f32">>;
export type F64Combinators = Float<"f64"> &
  Named<"promote_f32", Unary<"f32", "f64">> &
  Named<"reinterpret_i64", Unary<"i64", "f64">>;

const WIDTH: Record<ValType, 32 | 64> = { i32: 32, i64: 64, f32: 32, f64: 64 };

function combinators(type: ValType): unknown {
  const out: Record<string, unknown> = {};
  for (const name of Object.keys(NUMERIC)) {
    if (name.startsWith(`${type}.`)) out[name.slice(4)] = (...args: Expr[]) => numeric(name, args);
  }
  out.const = (value: number | bigint): Expr => ({
    k: "const",
    type,
    value: type === "i64" ? BigInt.asIntN(64, BigInt(value)) : type === "i32" ? Number(value) | 0 : Number(value),
  });
  out.select = (cond: Expr<"i32">, a: Expr, b: Expr): Expr => ({ k: "select", type, cond, a, b });
  out.choose = (cond: Expr<"i32">, a: Expr, b: Expr): Expr => ({ k: "choose", type, cond, a, b });
  out.expect = (cond: Expr<"i32">, a: Expr, b: Expr): Expr => ({ k: "choose", type, cond, a, b, likely: true });
  const load =
    (bits: MemoryBits, signed: boolean) =>
    (addr: Expr<"i32">): Expr => ({ k: "load", type, bits, signed, addr });
  const store =
    (bits: MemoryBits) =>
    (addr: Expr<"i32">, value: Expr): Stmt => ({ s: "store", bits, addr, value });
  out.load = load(WIDTH[type], false);
  out.store = store(WIDTH[type]);
  if (type === "i32" || type === "i64") {
    for (const bits of type === "i64" ? ([8, 16, 32] as const) : ([8, 16] as const)) {
      out[`load${bits}_s`] = load(bits, true);
      out[`load${bits}_u`] = load(bits, false);
      out[`store${bits}`] = store(bits);
    }
  }
  return out;
}

export const i32 = combinators("i32") as I32Combinators;
export const i64 = combinators("i64") as I64Combinators;
export const f32 = combinators("f32") as F32Combinators;
export const f64 = combinators("f64") as F64Combinators;

/** Evaluates `value` once and names it in an expression. */
export function letIn<V extends ValType, T extends ValType>(value: Expr<V>, body: (v: Expr<V>) => Expr<T>): Expr<T> {
  const id = nextLocal++;
  const inner = body({ k: "local", type: value.type, id });
  return { k: "let", type: inner.type, id, value, body: inner };
}

/** Evaluates `value` once and names it in statements. */
export function bind<V extends ValType>(value: Expr<V>, body: (v: Expr<V>) => Body): Stmt {
  const id = nextLocal++;
  return { s: "let", id, value, body: statements(body({ k: "local", type: value.type, id })) };
}

/** Runs `then` when `cond` is not zero, `otherwise` when it is. */
export function when(cond: Expr<"i32">, then: Body, otherwise: Body = []): Stmt {
  return { s: "if", cond, then: statements(then), else: statements(otherwise) };
}

/** Calls a pure function declared by the instruction set. */
export function pure<T extends ValType>(type: T, name: string, ...args: Expr[]): Expr<T> {
  return { k: "pure", type, name, args };
}

/** An expression that can also be assigned. */
export type Place<T extends ValType> = Expr<T> & { set(value: Expr<T>): Stmt };

/** A variable of the machine's state. */
export function stateVar<T extends ValType>(name: string, type: T): Place<T> {
  return { k: "var", type, name, set: (value: Expr<T>): Stmt => ({ s: "setVar", name, value }) };
}

/** A register by its fixed number. */
export function fixedReg<T extends ValType>(bank: string, index: number, type: T): Place<T> {
  return {
    k: "fixedReg",
    type,
    bank,
    index,
    set: (value: Expr<T>): Stmt => ({ s: "setFixedReg", bank, index, value }),
  };
}

/** A register whose number is computed; the meaning must keep it inside the bank. */
export function indexedReg<T extends ValType>(bank: string, index: Expr<"i32">, type: T): Place<T> {
  return {
    k: "indexedReg",
    type,
    bank,
    index,
    set: (value: Expr<T>): Stmt => ({ s: "setIndexedReg", bank, index, value }),
  };
}

export const computedJump = (index: Expr<"i32">): Stmt => ({ s: "computedJump", index });
export const hostCall = (id: Expr<"i32">): Stmt => ({ s: "host", id });
export const exit = (name: ExitName, code: Expr<"i32"> = i32.const(0)): Stmt => ({ s: "exit", exit: name, code });
export const guestCall = (fn: Expr<"i32">, window: Expr<"i32">): Stmt => ({ s: "call", fn, window });
export const guestReturn = (): Stmt => ({ s: "ret" });
