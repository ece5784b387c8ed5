/**
 * Evaluates meanings directly, on BigInt and numbers: slow and obviously right. It is the oracle for the other tiers,
 * and what runs where WebAssembly may not be compiled.
 */
import type { ExitName, Expr, MemoryBits, Stmt, ValType } from "../../isa/expr.js";
import type { InstructionSet } from "../../isa/table.js";
import { NUMERIC_VALUES, type Value } from "./numeric.js";

/** A fault: thrown inside the tier to leave an expression, caught by its loop. */
export class AccessFault extends Error {
  constructor(
    readonly address: number,
    readonly level: 1 | 2,
  ) {
    super("access fault");
  }
}

/** Where the current instruction's operands and the machine's state are. */
export interface Environment {
  reg(operand: number, plus: number, type: ValType): Value;
  setReg(operand: number, plus: number, type: ValType, value: Value): void;
  bankReg(bank: string, index: number, type: ValType): Value;
  setBankReg(bank: string, index: number, type: ValType, value: Value): void;
  imm(operand: number, type: ValType): Value;
  variable(name: string, type: ValType): Value;
  setVariable(name: string, type: ValType, value: Value): void;
  /** @throws AccessFault */
  load(address: number, bits: MemoryBits): bigint;
  /** @throws AccessFault */
  store(address: number, bits: MemoryBits, value: bigint): void;
}

/** Where control goes after an instruction; `undefined` is the next one. */
export type Control =
  | { readonly go: "target"; readonly operand: number }
  | { readonly go: "table"; readonly index: number }
  | { readonly go: "host"; readonly id: number }
  | { readonly go: "exit"; readonly exit: ExitName; readonly code: number }
  | { readonly go: "call"; readonly fn: number; readonly window: number }
  | { readonly go: "return" };

/** Floating-point locals are kept as bits: a number of JavaScript does not always keep what kind of NaN it is. */
type Locals = Map<number, Value>;

const isFloat = (type: ValType): type is "f32" | "f64" => type === "f32" || type === "f64";
/** The integer as wide as a floating-point number. */
const WORD = { f32: "i32", f64: "i64" } as const;

const scratch = new DataView(new ArrayBuffer(8));

/** The bits of a value as an unsigned BigInt. */
export function toBits(type: ValType, value: Value): bigint {
  switch (type) {
    case "i32":
      return BigInt.asUintN(32, BigInt(value));
    case "i64":
      return BigInt.asUintN(64, value as bigint);
    case "f32":
      scratch.setFloat32(0, value as number, true);
      return BigInt(scratch.getUint32(0, true));
    case "f64":
      scratch.setFloat64(0, value as number, true);
      return scratch.getBigUint64(0, true);
  }
}

/** The value that has these bits. */
export function fromBits(type: ValType, bits: bigint): Value {
  switch (type) {
    case "i32":
      return Number(BigInt.asIntN(32, bits));
    case "i64":
      return BigInt.asIntN(64, bits);
    case "f32":
      scratch.setUint32(0, Number(BigInt.asUintN(32, bits)), true);
      return scratch.getFloat32(0, true);
    case "f64":
      scratch.setBigUint64(0, BigInt.asUintN(64, bits), true);
      return scratch.getFloat64(0, true);
  }
}

export class Evaluator {
  constructor(
    readonly isa: InstructionSet,
    readonly env: Environment,
  ) {}

  /** Executes a meaning; says where control goes. */
  run(body: readonly Stmt[], locals: Locals = new Map()): Control | undefined {
    for (const s of body) {
      const control = this.#stmt(s, locals);
      if (control !== undefined) return control;
    }
    return undefined;
  }

  #i32(e: Expr, locals: Locals): number {
    return this.expr(e, locals) as number;
  }

  expr(e: Expr, locals: Locals): Value {
    const { env } = this;
    switch (e.k) {
      case "const":
        return e.value;
      case "reg":
        return env.reg(e.operand, e.plus, e.type);
      case "fixedReg":
        return env.bankReg(e.bank, e.index, e.type);
      case "indexedReg":
        return env.bankReg(e.bank, this.#i32(e.index, locals), e.type);
      case "imm":
        return env.imm(e.operand, e.type);
      case "var":
        return env.variable(e.name, e.type);
      case "num": {
        if (e.op.includes(".reinterpret_")) return fromBits(e.type, this.#bits(e.args[0] as Expr, locals));
        const fn = NUMERIC_VALUES[e.op];
        if (fn === undefined) throw new TypeError(`no value for ${e.op}`);
        return fn(...e.args.map((arg) => this.expr(arg, locals)));
      }
      case "pure": {
        const fn = this.isa.pure[e.name] as unknown as { call: (...args: Value[]) => Value };
        const value = fn.call(...e.args.map((arg) => this.expr(arg, locals)));
        return fromBits(e.type, toBits(e.type, value));
      }
      case "select": {
        // Both sides are evaluated, as in the other tiers.
        const a = this.expr(e.a, locals);
        const b = this.expr(e.b, locals);
        return this.#i32(e.cond, locals) !== 0 ? a : b;
      }
      case "choose":
        return this.expr(this.#i32(e.cond, locals) !== 0 ? e.a : e.b, locals);
      case "local": {
        const value = locals.get(e.id) as Value;
        return isFloat(e.type) ? fromBits(e.type, value as bigint) : value;
      }
      case "let":
        this.#bind(e.id, e.value, locals);
        return this.expr(e.body, locals);
      case "load": {
        const bits = env.load(this.#i32(e.addr, locals) >>> 0, e.bits);
        return fromBits(e.type, e.signed ? BigInt.asIntN(e.bits, bits) : bits);
      }
    }
  }

  #bind(id: number, value: Expr, locals: Locals): void {
    locals.set(id, isFloat(value.type) ? this.#bits(value, locals) : this.expr(value, locals));
  }

  /** The bits of a value. What is only moved is never made a number. */
  #bits(e: Expr, locals: Locals): bigint {
    const { env } = this;
    if (isFloat(e.type)) {
      switch (e.k) {
        case "reg":
          return toBits(WORD[e.type], env.reg(e.operand, e.plus, WORD[e.type]));
        case "fixedReg":
          return toBits(WORD[e.type], env.bankReg(e.bank, e.index, WORD[e.type]));
        case "indexedReg":
          return toBits(WORD[e.type], env.bankReg(e.bank, this.#i32(e.index, locals), WORD[e.type]));
        case "imm":
          return toBits(WORD[e.type], env.imm(e.operand, WORD[e.type]));
        case "var":
          return toBits(WORD[e.type], env.variable(e.name, WORD[e.type]));
        case "load":
          return env.load(this.#i32(e.addr, locals) >>> 0, e.bits);
        case "local":
          return locals.get(e.id) as bigint;
        case "let":
          this.#bind(e.id, e.value, locals);
          return this.#bits(e.body, locals);
        case "select": {
          const a = this.#bits(e.a, locals);
          const b = this.#bits(e.b, locals);
          return this.#i32(e.cond, locals) !== 0 ? a : b;
        }
        case "choose":
          return this.#bits(this.#i32(e.cond, locals) !== 0 ? e.a : e.b, locals);
        case "num": {
          const sign = e.type === "f32" ? 1n << 31n : 1n << 63n;
          const [arg] = e.args as readonly [Expr];
          if (e.op.endsWith(".neg")) return this.#bits(arg, locals) ^ sign;
          if (e.op.endsWith(".abs")) return this.#bits(arg, locals) & (sign - 1n);
          if (e.op.includes(".reinterpret_")) return this.#bits(arg, locals);
          break;
        }
        default:
      }
    }
    return toBits(e.type, this.expr(e, locals));
  }

  /** Assigns a register: as bits where the value is a floating-point number. */
  #assign(value: Expr, locals: Locals, set: (type: ValType, value: Value) => void): void {
    if (isFloat(value.type)) {
      const word = WORD[value.type];
      set(word, fromBits(word, this.#bits(value, locals)));
    } else set(value.type, this.expr(value, locals));
  }

  #stmt(s: Stmt, locals: Locals): Control | undefined {
    const { env } = this;
    switch (s.s) {
      case "setReg":
        this.#assign(s.value, locals, (type, value) => env.setReg(s.operand, s.plus, type, value));
        return undefined;
      case "setFixedReg":
        this.#assign(s.value, locals, (type, value) => env.setBankReg(s.bank, s.index, type, value));
        return undefined;
      case "setIndexedReg":
        this.#assign(s.value, locals, (type, value) => {
          env.setBankReg(s.bank, this.#i32(s.index, locals), type, value);
        });
        return undefined;
      case "setVar":
        this.#assign(s.value, locals, (type, value) => env.setVariable(s.name, type, value));
        return undefined;
      case "store": {
        const address = this.#i32(s.addr, locals) >>> 0;
        env.store(address, s.bits, this.#bits(s.value, locals));
        return undefined;
      }
      case "let":
        this.#bind(s.id, s.value, locals);
        return this.run(s.body, locals);
      case "if":
        return this.run(this.#i32(s.cond, locals) !== 0 ? s.then : s.else, locals);
      case "branch":
        return this.#i32(s.cond, locals) !== 0 ? { go: "target", operand: s.target } : undefined;
      case "jump":
        return { go: "target", operand: s.target };
      case "computedJump":
        return { go: "table", index: this.#i32(s.index, locals) >>> 0 };
      case "host":
        return { go: "host", id: this.#i32(s.id, locals) };
      case "exit":
        return { go: "exit", exit: s.exit, code: this.#i32(s.code, locals) };
      case "call":
        return { go: "call", fn: this.#i32(s.fn, locals) >>> 0, window: this.#i32(s.window, locals) };
      case "ret":
        return { go: "return" };
    }
  }
}
