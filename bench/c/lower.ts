/** Turns the meaning of op rows into C, with the memory checks that the WebAssembly interpreter does. */
import type { Expr, Stmt, ValType } from "../../packages/vivarium/src/isa/expr.js";

/** What differs from one place of a row to another: where operands are and how control goes on. */
export interface CSite {
  readReg(operand: number): string;
  writeReg(operand: number, value: string): string;
  readImm(operand: number, type: ValType): string;
  /** Continues at a target operand, or behind the instruction. */
  branch(cond: string, target: number): string;
  jump(target: number): string;
  computedJump(index: string): string;
  /** Leaves at this instruction. */
  leave(stop: string): string;
}

const TYPE: Partial<Record<ValType, string>> = { i32: "uint32_t", i64: "uint64_t" };

function typeOf(type: ValType): string {
  const c = TYPE[type];
  if (c === undefined) throw new Error(`no C for type ${type}`);
  return c;
}

type Operator = (a: string, b: string) => string;
const infix =
  (sign: string): Operator =>
  (a, b) =>
    `(${a} ${sign} ${b})`;

/** Operations of a type by their names without it. */
function operators(bits: 32 | 64): Record<string, Operator> {
  const T = `uint${bits}_t`;
  const S = `int${bits}_t`;
  const ll = bits === 64 ? "ll" : "";
  const shift = (b: string): string => `(${b} & ${bits - 1})`;
  const compare =
    (sign: string, signed: boolean): Operator =>
    (a, b) =>
      signed ? `((uint32_t)((${S})${a} ${sign} (${S})${b}))` : `((uint32_t)(${a} ${sign} ${b}))`;
  const signed =
    (sign: string): Operator =>
    (a, b) =>
      `((${T})((${S})${a} ${sign} (${S})${b}))`;
  const orWidth =
    (builtin: string): Operator =>
    (a) =>
      `({ ${T} z = ${a}; z == 0 ? (${T})${bits} : (${T})__builtin_${builtin}${ll}(z); })`;
  const converted =
    (through: string): Operator =>
    (a) =>
      `((${T})(${S})(${through})${a})`;
  return {
    add: infix("+"),
    sub: infix("-"),
    mul: infix("*"),
    and: infix("&"),
    or: infix("|"),
    xor: infix("^"),
    div_u: infix("/"),
    rem_u: infix("%"),
    div_s: signed("/"),
    rem_s: signed("%"),
    shl: (a, b) => `(${a} << ${shift(b)})`,
    shr_u: (a, b) => `(${a} >> ${shift(b)})`,
    shr_s: (a, b) => `((${T})((${S})${a} >> ${shift(b)}))`,
    rotl: (a, b) => `rotl${bits}(${a}, ${b})`,
    rotr: (a, b) => `rotr${bits}(${a}, ${b})`,
    eqz: (a) => `((uint32_t)(${a} == 0))`,
    eq: compare("==", false),
    ne: compare("!=", false),
    lt_u: compare("<", false),
    gt_u: compare(">", false),
    le_u: compare("<=", false),
    ge_u: compare(">=", false),
    lt_s: compare("<", true),
    gt_s: compare(">", true),
    le_s: compare("<=", true),
    ge_s: compare(">=", true),
    clz: orWidth("clz"),
    ctz: orWidth("ctz"),
    popcnt: (a) => `((${T})__builtin_popcount${ll}(${a}))`,
    extend8_s: converted("int8_t"),
    extend16_s: converted("int16_t"),
    extend32_s: converted("int32_t"),
    extend_i32_s: converted("int32_t"),
    extend_i32_u: (a) => `((${T})${a})`,
    wrap_i64: (a) => `((uint32_t)${a})`,
  };
}

const OPERATORS: Readonly<Record<string, Record<string, Operator>>> = { i32: operators(32), i64: operators(64) };

function expr(e: Expr, site: CSite): string {
  switch (e.k) {
    case "const":
      return e.type === "i64" ? `UINT64_C(${BigInt.asUintN(64, BigInt(e.value))})` : `${Number(e.value) >>> 0}u`;
    case "reg":
      return site.readReg(e.operand);
    case "imm":
      return site.readImm(e.operand, e.type);
    case "num": {
      const [type, name] = e.op.split(".") as [string, string];
      const operator = OPERATORS[type]?.[name];
      if (operator === undefined) throw new Error(`no C for ${e.op}`);
      const [a, b] = e.args.map((arg) => expr(arg, site));
      return operator(a as string, b as string);
    }
    case "select":
    case "choose":
      return `(${expr(e.cond, site)} ? ${expr(e.a, site)} : ${expr(e.b, site)})`;
    case "local":
      return `local${e.id}`;
    case "let":
      return `({ ${typeOf(e.value.type)} local${e.id} = ${expr(e.value, site)}; ${expr(e.body, site)}; })`;
    case "load": {
      const read = `${e.signed ? "" : "u"}int${e.bits}_t`;
      const value = `(${typeOf(e.type)})${e.signed ? `(int${e.type.slice(1)}_t)` : ""}`;
      return `({ LOAD(${expr(e.addr, site)}, ${read}, ${e.bits / 8}, { ${site.leave("FAULT")} }); ${value}found; })`;
    }
    default:
      throw new Error(`no C for ${e.k}`);
  }
}

function stmt(s: Stmt, site: CSite): string {
  switch (s.s) {
    case "setReg":
      return site.writeReg(s.operand, expr(s.value, site));
    case "store": {
      const failed = `{ ${site.leave("FAULT")} }`;
      return `STORE(${expr(s.addr, site)}, ${expr(s.value, site)}, uint${s.bits}_t, ${s.bits / 8}, ${failed});`;
    }
    case "let":
      return `{ ${typeOf(s.value.type)} local${s.id} = ${expr(s.value, site)}; ${body(s.body, site)} }`;
    case "if":
      return `if (${expr(s.cond, site)}) { ${body(s.then, site)} } else { ${body(s.else, site)} }`;
    case "branch":
      return site.branch(expr(s.cond, site), s.target);
    case "jump":
      return site.jump(s.target);
    case "computedJump":
      return site.computedJump(expr(s.index, site));
    case "host":
      return site.leave("HOST");
    case "exit":
      return site.leave(s.exit.toUpperCase());
    default:
      throw new Error(`no C for ${s.s}`);
  }
}

/** The C of a row's meaning. */
export function body(statements: readonly Stmt[], site: CSite): string {
  return statements.map((s) => stmt(s, site)).join(" ");
}
