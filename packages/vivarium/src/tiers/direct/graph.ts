/**
 * Meanings of instructions, executed symbolically, to a graph of values: what the compiled code of a straight piece of
 * guest code has to compute.
 *
 * Equal nodes are one node, constants are folded, and a value that nobody uses is never computed. Registers are words
 * of one bank; a word's content is a node, whatever type it is looked at as.
 */
import { type Code, FIELDS, fieldsOf } from "../../isa/code.js";
import type { Expr, Stmt, ValType } from "../../isa/expr.js";
import type { RegOperand, Row } from "../../isa/table.js";
import { NUMERIC_VALUES, type Value } from "../portable/numeric.js";

export interface Node {
  readonly id: number;
  /** `const`, `word` (content at the start), `var`, `select`, `made`, `pure NAME`, or a WebAssembly operation. */
  readonly op: string;
  readonly type: ValType;
  readonly args: readonly Node[];
  /** Bits of a constant, number of a word, or name of a variable. */
  readonly value: number | string;
}

/** Why a piece of code cannot be put into a graph. */
export class NotStraight extends Error {}

/** What an instruction does besides setting registers and variables. */
export type Effect =
  | { readonly kind: "branch"; readonly cond: Node; readonly target: number }
  | { readonly kind: "jump"; readonly target: number }
  | { readonly kind: "halt" };

const REASONS: Readonly<Record<string, string>> = {
  if: "the function may fail",
  choose: "the function may fail",
  indexedReg: "the function computes which register it uses",
  setIndexedReg: "the function computes which register it uses",
  host: "the function calls the host",
  load: "the function uses memory",
  store: "the function uses memory",
};

const scratch = new DataView(new ArrayBuffer(4));
/** Bits of a number; JavaScript keeps some of a NaN's, which must not show. */
const toBits = (value: number): number => {
  if (Number.isNaN(value)) return 0x7fc00000;
  scratch.setFloat32(0, value);
  return scratch.getInt32(0);
};
const fromBits = (bits: number): number => {
  scratch.setInt32(0, bits);
  return scratch.getFloat32(0);
};

/** Operations of single-precision arithmetic: whichever NaN goes in, "a NaN" comes out. */
const ARITHMETIC = /^f32\.(add|sub|mul|div|sqrt|floor|ceil|trunc|nearest|eq|ne|lt|gt|le|ge)$|^i32\.trunc_/;

/** Operations that are computed here when their operands are constants, by the meaning that they have everywhere. */
const FOLDED = /^(i32\.(add|sub|and|or|xor|eqz|eq|ne|lt_s|ge_s)|f32\.(add|sub|mul|div|eq|ne|lt|gt|le|ge))$/;

function fold(op: string, type: ValType, args: readonly Node[]): number {
  const fn = NUMERIC_VALUES[op] as (...values: number[]) => Value;
  const value = Number(
    fn(...args.map((arg) => (arg.type === "f32" ? fromBits(arg.value as number) : (arg.value as number)))),
  );
  return type === "f32" ? toBits(value) : value;
}

/** Makes nodes; equal ones are the same object. */
export class Graph {
  readonly #nodes = new Map<string, Node>();

  node(op: string, type: ValType, args: readonly Node[], value: number | string = 0): Node {
    const key = `${op} ${type} ${value} ${args.map((a) => a.id).join(" ")}`;
    let node = this.#nodes.get(key);
    if (node === undefined) {
      node = { id: this.#nodes.size, op, type, args, value };
      this.#nodes.set(key, node);
    }
    return node;
  }

  constant(type: ValType, bits: number): Node {
    return this.node("const", type, [], bits | 0);
  }

  /** The same bits seen as another type. */
  cast(node: Node, type: ValType): Node {
    if (node.type === type) return node;
    if (node.op === "const") return this.constant(type, node.value as number);
    const op = type === "i32" ? "i32.reinterpret_f32" : "f32.reinterpret_i32";
    if (node.op === "i32.reinterpret_f32" || node.op === "f32.reinterpret_i32") return node.args[0] as Node;
    return this.node(op, type, [node]);
  }

  numeric(op: string, type: ValType, given: readonly Node[]): Node {
    if (op === "i32.reinterpret_f32" || op === "f32.reinterpret_i32") return this.cast(given[0] as Node, type);
    const args = ARITHMETIC.test(op) ? given.map((arg) => (arg.op === "made" ? (arg.args[0] as Node) : arg)) : given;
    const [a, b] = args;
    if (FOLDED.test(op) && args.every((arg) => arg.op === "const")) return this.constant(type, fold(op, type, args));
    if (op === "i32.and" && b?.op === "const" && a !== undefined) return this.#mask(a, b);
    if (op === "i32.eqz" && a?.op === "select") {
      // A choice between constants is tested by testing the choice.
      const [cond, x, y] = a.args as [Node, Node, Node];
      if (x.op === "const" || y.op === "const") {
        return this.select(cond, this.numeric(op, type, [x]), this.numeric(op, type, [y]));
      }
    }
    return this.node(op, type, args);
  }

  /** `a & mask`, pushed into choices between constants: that is how comparison flags are tested. */
  #mask(a: Node, mask: Node): Node {
    if (mask.value === -1) return a;
    if (a.op === "select") {
      const [cond, x, y] = a.args as [Node, Node, Node];
      if (x.op === "const" || y.op === "const") {
        return this.select(cond, this.numeric("i32.and", "i32", [x, mask]), this.numeric("i32.and", "i32", [y, mask]));
      }
    }
    return this.node("i32.and", "i32", [a, mask]);
  }

  select(cond: Node, a: Node, b: Node): Node {
    if (a === b) return a;
    if (cond.op === "const") return cond.value !== 0 ? a : b;
    return this.node("select", a.type, [cond, a, b]);
  }

  /** The value with its NaNs made canonical. */
  made(value: Node): Node {
    if (value.op === "made" || value.op === "const") return value;
    return this.node("made", value.type, [value]);
  }
}

/** The state while code is executed symbolically. */
export class Symbolic {
  readonly words = new Map<number, Node>();
  readonly vars = new Map<string, Node>();
  /** Words that were looked at before they were set. */
  readonly read = new Set<number>();
  /** What the current instruction does besides. */
  effect: Effect | undefined;
  #index = 0;
  readonly #fields: readonly number[][];
  readonly #locals = new Map<number, Node>();

  constructor(
    readonly graph: Graph,
    readonly code: Code,
    /** Content of a word that is known from the start. */
    readonly known: (word: number) => number | undefined,
  ) {
    this.#fields = code.isa.rows.map((row) => fieldsOf(row.operands));
  }

  /** Executes instruction `index`. @throws NotStraight if it does what no graph can express */
  execute(index: number): Effect | undefined {
    this.#index = index;
    this.effect = undefined;
    this.#locals.clear();
    for (const stmt of this.#row.meaning) this.#stmt(stmt);
    return this.effect;
  }

  get #row(): Row {
    return this.code.isa.rows[this.code.op[this.#index] as number] as Row;
  }
  #field(operand: number): number {
    const fields = this.#fields[this.code.op[this.#index] as number] as number[];
    return this.code.args[FIELDS * this.#index + (fields[operand] as number)] as number;
  }
  #word(operand: number, plus: number): number {
    const spec = this.#row.operands[operand] as RegOperand;
    if (this.code.isa.bank(spec.bank).slotBytes !== 4) throw new NotStraight("registers are not words");
    return this.#field(operand) + plus;
  }

  get(word: number): Node {
    return this.words.get(word) ?? this.initial(word);
  }

  /** What a word holds before the code runs. */
  initial(word: number): Node {
    const bits = this.known(word);
    if (bits !== undefined) return this.graph.constant("f32", bits);
    this.read.add(word);
    return this.graph.node("word", "f32", [], word);
  }

  #expr(e: Expr): Node {
    const { graph } = this;
    switch (e.k) {
      case "const":
        if (e.type !== "i32" && e.type !== "f32") throw new NotStraight(e.type);
        return graph.constant(e.type, e.type === "f32" ? toBits(Number(e.value)) : Number(e.value));
      case "reg":
        return graph.cast(this.get(this.#word(e.operand, e.plus)), e.type);
      case "imm":
        return graph.constant("i32", this.#field(e.operand));
      case "var":
        return this.vars.get(e.name) ?? graph.node("var", e.type, [], e.name);
      case "num":
        return graph.numeric(
          e.op,
          e.type,
          e.args.map((arg) => this.#expr(arg)),
        );
      case "pure":
        return graph.node(
          `pure ${e.name}`,
          e.type,
          e.args.map((arg) => this.#expr(arg)),
        );
      case "select":
        return graph.select(this.#expr(e.cond), this.#expr(e.a), this.#expr(e.b));
      case "local":
        return this.#locals.get(e.id) as Node;
      case "let":
        if (isCanonicalNaN(e)) return graph.made(this.#expr(e.value));
        this.#locals.set(e.id, this.#expr(e.value));
        return this.#expr(e.body);
      default:
        throw new NotStraight(REASONS[e.k] ?? `the function has a ${e.k}`);
    }
  }

  #stmt(s: Stmt): void {
    switch (s.s) {
      case "setReg":
        this.words.set(this.#word(s.operand, s.plus), this.#expr(s.value));
        return;
      case "setVar":
        this.vars.set(s.name, this.#expr(s.value));
        return;
      case "let":
        this.#locals.set(s.id, this.#expr(s.value));
        for (const inner of s.body) this.#stmt(inner);
        return;
      case "branch":
        this.effect = { kind: "branch", cond: this.#expr(s.cond), target: this.#field(s.target) };
        return;
      case "jump":
        this.effect = { kind: "jump", target: this.#field(s.target) };
        return;
      case "exit":
        if (s.exit !== "halt") throw new NotStraight("the function may fail");
        this.effect = { kind: "halt" };
        return;
      default:
        throw new NotStraight(REASONS[s.s] ?? `the function has a ${s.s}`);
    }
  }
}

/** `let x = value in (x = x ? x : NaN)`: how meanings make NaNs canonical. */
function isCanonicalNaN(e: Expr): boolean {
  if (e.k !== "let" || e.body.k !== "select") return false;
  const { cond, a, b } = e.body;
  const isLocal = (x: Expr | undefined): boolean => x?.k === "local" && x.id === e.id;
  const same = cond.k === "num" && cond.op === "f32.eq" && isLocal(cond.args[0]) && isLocal(cond.args[1]);
  return same && isLocal(a) && b.k === "const" && Number.isNaN(b.value);
}
