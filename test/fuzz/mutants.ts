/** Alters the meaning of a row in one place: what somebody who writes such a row gets wrong. */
import type { Expr, MemoryBits, Stmt } from "../../packages/vivarium/src/isa/expr.js";
import type { Row } from "../../packages/vivarium/src/isa/table.js";

export interface Mutant {
  readonly what: string;
  readonly meaning: readonly Stmt[];
  /** Why it means the same after all. */
  readonly equivalent?: string;
}

/** Operations that are mistaken for others; the order of operands, signs and strictness come on top. */
const MISTAKEN: Readonly<Record<string, string>> = {
  add: "sub",
  sub: "add",
  mul: "add",
  and: "or",
  or: "xor",
  xor: "or",
  shl: "shr_u",
  rotl: "rotr",
  rotr: "rotl",
  eq: "ne",
  ne: "eq",
  clz: "ctz",
  ctz: "clz",
  popcnt: "clz",
  extend8_s: "extend16_s",
  extend16_s: "extend8_s",
};
const STRICT: Readonly<Record<string, string>> = { lt: "le", le: "lt", gt: "ge", ge: "gt" };
/** The order of their operands matters. */
const ORDERED = /^(sub|div|rem|shl|shr|rotl|rotr|lt|le|gt|ge)/;
const WIDER: Readonly<Record<MemoryBits, MemoryBits>> = { 8: 16, 16: 32, 32: 64, 64: 32 };

const constant = (type: "i32" | "i64", value: number): Expr =>
  ({ k: "const", type, value: type === "i64" ? BigInt(value) : value }) as Expr;

/** Alternatives to an expression itself, without those inside it. */
function* instead(e: Expr, row: Row): Generator<[string, Expr]> {
  switch (e.k) {
    case "num": {
      const [type, name] = e.op.split(".") as [string, string];
      const as = (op: string): Expr => ({ ...e, op: `${type}.${op}` });
      if (ORDERED.test(name) && e.args.length === 2)
        yield [`operands of ${e.op} swapped`, { ...e, args: [e.args[1], e.args[0]] }];
      if (MISTAKEN[name] !== undefined) yield [`${e.op} is ${MISTAKEN[name]}`, as(MISTAKEN[name])];
      const sign = /^(div|rem|shr|lt|le|gt|ge)_([su])$/.exec(name);
      if (sign !== null) yield [`${e.op} with the other sign`, as(`${sign[1]}_${sign[2] === "s" ? "u" : "s"}`)];
      const strict = /^(lt|le|gt|ge)_([su])$/.exec(name);
      if (strict !== null) yield [`${e.op} is ${STRICT[strict[1]]}`, as(`${STRICT[strict[1]]}_${strict[2]}`)];
      if (name === "extend_i32_s") yield ["the sign extension is dropped", as("extend_i32_u")];
      if (name === "eqz" && e.args[0].type === type) {
        yield [
          "zero is mistaken for its contrary",
          { k: "num", type: "i32", op: `${type}.ne`, args: [e.args[0], constant(type as "i64", 0)] } as Expr,
        ];
      }
      if (/^(and|shl|shr_u|shr_s)$/.test(name)) yield [`${e.op} is left out`, e.args[0]];
      return;
    }
    case "load":
      if (e.bits < 64 || e.type === "i64") yield [`load of ${WIDER[e.bits]} bits`, { ...e, bits: WIDER[e.bits] }];
      if (e.bits < 64) yield ["load with the other sign", { ...e, signed: !e.signed }];
      return;
    case "const":
      if (e.type === "i64") yield [`${e.value} one higher`, { ...e, value: BigInt(e.value) + 1n }];
      else yield [`${e.value} one higher`, { ...e, value: (Number(e.value) + 1) | 0 }];
      return;
    case "imm":
      if (e.type === "i64" && row.operands[e.operand].kind === "imm") {
        yield [
          "the immediate is not sign-extended",
          { k: "num", type: "i64", op: "i64.extend_i32_u", args: [{ ...e, type: "i32" }] } as Expr,
        ];
      }
      return;
    case "select":
    case "choose":
      yield [`the sides of a ${e.k} swapped`, { ...e, a: e.b, b: e.a }];
      return;
    case "reg":
      for (const [k, spec] of row.operands.entries()) {
        if (spec.kind === "reg" && k !== e.operand)
          yield [`reads ${row.names[k]} instead of ${row.names[e.operand]}`, { ...e, operand: k }];
      }
      return;
    default:
      return;
  }
}

/** The expression with one change, in every possible way. */
function* changed(e: Expr, row: Row): Generator<[string, Expr]> {
  yield* instead(e, row);
  switch (e.k) {
    case "num":
    case "pure":
      for (let i = 0; i < e.args.length; i++) {
        for (const [what, arg] of changed(e.args[i], row)) yield [what, { ...e, args: e.args.with(i, arg) }];
      }
      return;
    case "load":
      for (const [what, addr] of changed(e.addr, row)) yield [what, { ...e, addr: addr as Expr<"i32"> }];
      return;
    case "select":
    case "choose":
      for (const [what, cond] of changed(e.cond, row)) yield [what, { ...e, cond: cond as Expr<"i32"> }];
      for (const [what, a] of changed(e.a, row)) yield [what, { ...e, a }];
      for (const [what, b] of changed(e.b, row)) yield [what, { ...e, b }];
      return;
    case "let":
      for (const [what, value] of changed(e.value, row)) yield [what, { ...e, value }];
      for (const [what, body] of changed(e.body, row)) yield [what, { ...e, body }];
      return;
    default:
      return;
  }
}

function* changedStatement(s: Stmt, row: Row): Generator<[string, readonly Stmt[]]> {
  const inside = function* (key: string, e: Expr): Generator<[string, readonly Stmt[]]> {
    for (const [what, other] of changed(e, row)) yield [what, [{ ...s, [key]: other } as Stmt]];
  };
  switch (s.s) {
    case "setReg":
      yield* inside("value", s.value);
      for (const [k, spec] of row.operands.entries()) {
        if (spec.kind === "reg" && k !== s.operand)
          yield [`writes ${row.names[k]} instead of ${row.names[s.operand]}`, [{ ...s, operand: k }]];
      }
      return;
    case "store":
      yield* inside("addr", s.addr);
      yield* inside("value", s.value);
      if (s.bits < 64 || s.value.type === "i64")
        yield [`store of ${WIDER[s.bits]} bits`, [{ ...s, bits: WIDER[s.bits] }]];
      return;
    case "let":
      yield* inside("value", s.value);
      for (const [what, body] of changedBody(s.body, row)) yield [what, [{ ...s, body }]];
      return;
    case "if":
      yield* inside("cond", s.cond);
      yield ["a condition is never met", s.else];
      for (const [what, then] of changedBody(s.then, row)) yield [what, [{ ...s, then }]];
      for (const [what, other] of changedBody(s.else, row)) yield [what, [{ ...s, else: other }]];
      return;
    case "branch":
      yield* inside("cond", s.cond);
      return;
    case "computedJump":
      yield* inside("index", s.index);
      return;
    case "host":
      yield* inside("id", s.id);
      return;
    case "exit":
      yield [
        `${s.exit} is ${s.exit === "halt" ? "panic" : "halt"}`,
        [{ ...s, exit: s.exit === "halt" ? "panic" : "halt" }],
      ];
      return;
    default:
      return;
  }
}

function* changedBody(body: readonly Stmt[], row: Row): Generator<[string, readonly Stmt[]]> {
  for (let i = 0; i < body.length; i++) {
    for (const [what, instead] of changedStatement(body[i], row)) {
      yield [what, [...body.slice(0, i), ...instead, ...body.slice(i + 1)]];
    }
  }
}

/** Changes that change nothing, with the reason. */
function equivalence(row: Row, what: string): string | undefined {
  if (/^(min|max)(_u)?$/.test(row.mnemonic) && /_[su] is /.test(what))
    return "of two equal numbers either is the greater";
  if (row.effects.mayExit && row.operands.length > 0 && what === "i32.shr_u with the other sign") {
    return "such an index lies outside of every table, read either way";
  }
  if (/^store_imm_(ind_)?u(8|16|32)$/.test(row.mnemonic) && what === "the immediate is not sign-extended") {
    return "what the extension adds is not stored";
  }
  if (/^(sh|rot).*_64(_imm)?$/.test(row.mnemonic) && what === "the immediate is not sign-extended") {
    return "a count is taken modulo 64";
  }
  if (row.mnemonic === "reverse_bytes" && /^i64\.(or is xor|rotl is rotr)/.test(what)) {
    return "the parts have no bit in common; half of 64 is the same in both directions";
  }
  if (row.mnemonic === "reverse_bytes" && what === "i64.shr_u with the other sign") {
    return "the mask takes away the bits in which the two differ";
  }
  return undefined;
}

/** The row's meaning with one change, in every way that this file knows. */
export function mutantsOf(row: Row): Mutant[] {
  const out: Mutant[] = [];
  for (const [what, meaning] of changedBody(row.meaning, row)) {
    const n = out.filter((m) => m.what === what || m.what.startsWith(`${what} (`)).length;
    out.push({ what: n === 0 ? what : `${what} (${n + 1})`, meaning, equivalent: equivalence(row, what) });
  }
  return out;
}
