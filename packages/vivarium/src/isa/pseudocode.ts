/** Prints the meaning of a row as pseudo-code, for reference documentation and tooltips. */
import type { Expr, Stmt } from "./expr.js";
import type { Row } from "./table.js";

/** Operations that read as an operator between two operands; `s` and `u` say signed and unsigned. */
const INFIX: Readonly<Record<string, string>> = {
  add: "+",
  sub: "-",
  mul: "*",
  div: "/",
  div_s: "/s",
  div_u: "/u",
  rem_s: "mod_s",
  rem_u: "mod_u",
  and: "and",
  or: "or",
  xor: "xor",
  shl: "<<",
  shr_s: ">>s",
  shr_u: ">>u",
  eq: "=",
  ne: "≠",
  lt: "<",
  le: "≤",
  gt: ">",
  ge: "≥",
  lt_s: "<s",
  le_s: "≤s",
  gt_s: ">s",
  ge_s: "≥s",
  lt_u: "<u",
  le_u: "≤u",
  gt_u: ">u",
  ge_u: "≥u",
};

/** Operations that only change how a number is read. */
const READINGS: Readonly<Record<string, string>> = {
  "i32.wrap_i64": "low32",
  "i64.extend_i32_s": "signed64",
  "i64.extend_i32_u": "unsigned64",
};

function number(value: number | bigint): string {
  const magnitude = value < 0 ? -value : value;
  const text = typeof value === "bigint" || Number.isInteger(value) ? BigInt(magnitude) : undefined;
  if (text === undefined || text < 4096n) return String(value);
  return `${value < 0 ? "-" : ""}0x${text.toString(16)}`;
}

class Printer {
  readonly #names = new Map<number, string>();

  constructor(readonly row: Row) {}

  #name(id: number): string {
    let name = this.#names.get(id);
    if (name === undefined) {
      name = `v${this.#names.size + 1}`;
      this.#names.set(id, name);
    }
    return name;
  }
  #operand(operand: number, plus = 0): string {
    return plus === 0 ? this.row.names[operand] : `${this.row.names[operand]}[${plus}]`;
  }

  /** An expression; `inner` ones are put into parentheses where they are operators. */
  expr(e: Expr, inner = false): string {
    const wrap = (text: string): string => (inner ? `(${text})` : text);
    switch (e.k) {
      case "const":
        return number(e.value);
      case "reg":
        return this.#operand(e.operand, e.plus);
      case "imm":
        return this.#operand(e.operand);
      case "var":
        return e.name;
      case "local":
        return this.#name(e.id);
      case "fixedReg":
        return `${e.bank}${e.index}`;
      case "indexedReg":
        return `${e.bank}[${this.expr(e.index)}]`;
      case "load":
        return `${e.signed && e.bits < 64 ? "signed " : ""}memory${e.bits}[${this.expr(e.addr)}]`;
      case "pure":
        return `${e.name}(${e.args.map((a) => this.expr(a)).join(", ")})`;
      case "let":
        return wrap(`let ${this.#name(e.id)} = ${this.expr(e.value)} in ${this.expr(e.body)}`);
      case "select":
      case "choose":
        return wrap(`if ${this.expr(e.cond)} then ${this.expr(e.a, true)} else ${this.expr(e.b, true)}`);
      case "num": {
        const [type, name] = e.op.split(".");
        const infix = INFIX[name];
        if (infix !== undefined && e.args.length === 2) {
          return wrap(`${this.expr(e.args[0], true)} ${infix} ${this.expr(e.args[1], true)}`);
        }
        if (name === "eqz") return wrap(`${this.expr(e.args[0], true)} = 0`);
        const reading = READINGS[e.op] ?? (type === "i32" ? `${name}32` : name);
        return `${reading}(${e.args.map((a) => this.expr(a)).join(", ")})`;
      }
    }
  }

  block(body: readonly Stmt[]): string {
    return body.length === 0 ? "nothing" : body.map((s) => this.stmt(s)).join("; ");
  }

  stmt(s: Stmt): string {
    switch (s.s) {
      case "setReg":
        return `${this.#operand(s.operand, s.plus)} ← ${this.expr(s.value)}`;
      case "setFixedReg":
        return `${s.bank}${s.index} ← ${this.expr(s.value)}`;
      case "setIndexedReg":
        return `${s.bank}[${this.expr(s.index)}] ← ${this.expr(s.value)}`;
      case "setVar":
        return `${s.name} ← ${this.expr(s.value)}`;
      case "store":
        return `memory${s.bits}[${this.expr(s.addr)}] ← ${this.expr(s.value)}`;
      case "let":
        return `let ${this.#name(s.id)} = ${this.expr(s.value)}; ${this.block(s.body)}`;
      case "if": {
        const otherwise = s.else.length > 0 ? ` else { ${this.block(s.else)} }` : "";
        return `if ${this.expr(s.cond)} { ${this.block(s.then)} }${otherwise}`;
      }
      case "branch":
        return `if ${this.expr(s.cond)} go to ${this.#operand(s.target)}`;
      case "jump":
        return `go to ${this.#operand(s.target)}`;
      case "computedJump":
        return `go to table[${this.expr(s.index)}]`;
      case "host":
        return `call host ${this.expr(s.id)}`;
      case "exit":
        return s.exit === "trap" ? `trap ${this.expr(s.code)}` : s.exit;
      case "call":
        return `call function ${this.expr(s.fn)} with frame ${this.expr(s.window)}`;
      case "ret":
        return "return";
    }
  }
}

/** What a row does, in one line. */
export function pseudocode(row: Row): string {
  return new Printer(row).block(row.meaning);
}
