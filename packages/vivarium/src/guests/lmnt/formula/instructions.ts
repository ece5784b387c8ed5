/**
 * Operations on values to instructions over virtual slots: one instruction for four lanes where there is one, none for
 * what is constant or has been computed before.
 */
import { LoadError } from "../../../machine/errors.js";
import { bitsOf } from "../floats.js";
import { fold } from "./fold.js";
import { bits, type Group, type IrInstruction, type Label, type Operand, slot } from "./ir.js";
import { type Position, type TypeName, WIDTH } from "./syntax.js";
import { fail, type Value } from "./value.js";

/** Instructions one function may come to. */
const MAX_INSTRUCTIONS = 20_000;

export const ONE = bits(bitsOf(1));
export const ZERO = bits(0);

/** The code of one function under construction. */
export class Instructions {
  protected code: IrInstruction[] = [];
  private emitted = 0;
  private groups = 0;
  private labels = 0;
  /** Values of pure operations, by scope: what an arm or a loop computed is not known behind it. */
  private known: Map<string, Value>[] = [new Map()];

  protected group(width: number, options: { pinned?: number; mutable?: boolean } = {}): Group {
    return { id: this.groups++, width, pinned: options.pinned, mutable: options.mutable ?? false };
  }

  protected label(): Label {
    return { id: this.labels++ };
  }

  protected emit(instruction: IrInstruction): void {
    if (++this.emitted > MAX_INSTRUCTIONS) {
      throw new LoadError("LMNT_FORMULA_SIZE", `a function comes to more than ${MAX_INSTRUCTIONS} instructions`);
    }
    this.code.push(instruction);
  }

  protected inGroup(type: TypeName, group: Group, first = 0): Value {
    const lanes = Array.from({ length: WIDTH[type] }, (_, i) => slot(group, first + i));
    return type === "vec4" ? { type, lanes, group: slot(group, first) } : { type, lanes };
  }

  /** Runs `body` with its own buffer and returns what it emitted. */
  protected apart<T>(body: () => T): { code: IrInstruction[]; result: T } {
    const outer = this.code;
    this.code = [];
    this.known.push(new Map());
    try {
      const result = body();
      return { code: this.code, result };
    } finally {
      this.known.pop();
      this.code = outer;
    }
  }

  /** Emits a pure operation, or returns the value of the same operation computed before. */
  private pure(key: string, type: TypeName, emit: (group: Group) => IrInstruction): Value {
    for (let i = this.known.length - 1; i >= 0; i--) {
      const before = this.known[i].get(key);
      if (before !== undefined) return before;
    }
    const group = this.group(WIDTH[type]);
    this.emit(emit(group));
    const value = this.inGroup(type, group);
    this.known[this.known.length - 1].set(key, value);
    return value;
  }

  protected copy(group: Group, value: Value, first = 0): void {
    const { group: source } = value;
    if (source !== undefined) {
      this.emit({ kind: "op", mnemonic: "ASSIGNVV", a: source, c: slot(group, first) });
      return;
    }
    value.lanes.forEach((lane, i) => {
      this.emit({ kind: "op", mnemonic: "ASSIGNSS", a: lane, c: slot(group, first + i) });
    });
  }

  /** One operation on scalars: `name` is the mnemonic without its `S` or `SS`. */
  scalar(name: string, x: Operand, y?: Operand): Operand {
    if (x.kind === "bits" && (y === undefined || y.kind === "bits")) {
      return bits(fold(name, x.bits[0], y?.bits[0]));
    }
    const same = y && simplify(name, x, y);
    if (same !== undefined) return same;
    const mnemonic = SCALAR_MNEMONIC[name] ?? `${name}${y === undefined ? "S" : "SS"}`;
    const value = this.pure(`${mnemonic} ${keyOf(x)} ${y ? keyOf(y) : ""}`, "number", (group) => ({
      kind: "op",
      mnemonic,
      a: x,
      ...(y === undefined ? {} : { b: y }),
      c: slot(group),
    }));
    return value.lanes[0];
  }

  /** An operation lane by lane; a number with a vector works on every lane. */
  lanewise(name: string, at: Position, x: Value, y?: Value): Value {
    for (const value of [x, y]) {
      if (value?.type === "bool") fail("a truth value is not a number", at);
    }
    const type = x.type !== "number" || y === undefined ? x.type : y.type;
    if (y !== undefined && x.type !== "number" && y.type !== "number" && x.type !== y.type) {
      fail(`${x.type} and ${y.type} do not go together`, at);
    }
    if (type === "vec4") {
      const vector = this.vectorOperation(name, x, y);
      if (vector !== undefined) return vector;
    }
    const lane = (value: Value, i: number) => value.lanes[value.lanes.length === 1 ? 0 : i];
    return this.vector(
      type,
      Array.from({ length: WIDTH[type] }, (_, i) => this.scalar(name, lane(x, i), y && lane(y, i))),
    );
  }

  protected vector(type: TypeName, lanes: readonly Operand[]): Value {
    return { type, lanes };
  }

  /** One instruction for four lanes, where there is one and its operands are at hand side by side. */
  private vectorOperation(name: string, x: Value, y: Value | undefined): Value | undefined {
    if (isConstant(x) && (y === undefined || isConstant(y))) return undefined;
    if (y === undefined) {
      if (!UNARY_V.has(name) || x.group === undefined) return undefined;
      return this.pure(`${name}V ${keyOf(x.group)}`, "vec4", (group) => ({
        kind: "op",
        mnemonic: `${name}V`,
        a: x.group,
        c: slot(group),
      }));
    }
    if (!BINARY_V.has(name)) return undefined;
    if (MIXED_V.has(name) && x.group !== undefined && y.type === "number") {
      return this.pure(`${name}VS ${keyOf(x.group)} ${keyOf(y.lanes[0])}`, "vec4", (group) => ({
        kind: "op",
        mnemonic: `${name}VS`,
        a: x.group,
        b: y.lanes[0],
        c: slot(group),
      }));
    }
    const a = this.sideBySide(x);
    const b = this.sideBySide(y);
    if (a === undefined || b === undefined) return undefined;
    return this.pure(`${name}VV ${keyOf(a)} ${keyOf(b)}`, "vec4", (group) => ({
      kind: "op",
      mnemonic: `${name}VV`,
      a,
      b,
      c: slot(group),
    }));
  }

  /** Four consecutive slots with this value, if that takes at most one instruction. */
  private sideBySide(value: Value): Operand | undefined {
    if (value.group !== undefined) return value.group;
    if (value.type === "number") {
      const [only] = value.lanes;
      if (only.kind === "bits") return bits(...Array<number>(4).fill(only.bits[0]));
      return this.pure(`ASSIGNSV ${keyOf(only)}`, "vec4", (group) => ({
        kind: "op",
        mnemonic: "ASSIGNSV",
        a: only,
        c: slot(group),
      })).group;
    }
    const words = value.lanes.map((lane) => (lane.kind === "bits" ? lane.bits[0] : undefined));
    return words.every((word) => word !== undefined) ? bits(...words) : undefined;
  }

  /** Sum of the lanes, from the first to the last. */
  sum(value: Value): Operand {
    if (value.group !== undefined) {
      const { group: source } = value;
      return this.pure(`SUMV ${keyOf(source)}`, "number", (group) => ({
        kind: "op",
        mnemonic: "SUMV",
        a: source,
        c: slot(group),
      })).lanes[0];
    }
    return value.lanes.reduce((total, lane) => this.scalar("ADD", total, lane));
  }
}

/** Scalar operations whose mnemonic has no S. */
const SCALAR_MNEMONIC: Readonly<Record<string, string>> = Object.fromEntries(
  ["SIN", "COS", "TAN", "ASIN", "ACOS", "ATAN", "ATAN2", "LN", "LOG2", "LOG10"].map((name) => [name, name]),
);
const UNARY_V = new Set(["SQRT", "ABS", "FLOOR", "ROUND", "CEIL", "TRUNC"]);
const BINARY_V = new Set(["ADD", "SUB", "MUL", "DIV", "REM", "POW", "MIN", "MAX"]);
const MIXED_V = new Set(["POW", "MIN", "MAX"]);

export function keyOf(operand: Operand): string {
  return operand.kind === "bits" ? `#${operand.bits.join(",")}` : `${operand.group.id}.${operand.lane}`;
}

export function isZero(operand: Operand): boolean {
  return operand.kind === "bits" && operand.bits[0] === 0;
}

export function isConstant(value: Value): boolean {
  return value.lanes.every((lane) => lane.kind === "bits");
}

/** x × 1, x ÷ 1, x − 0 and 1 × x are x, for every x; nothing else is that safe with zeros and NaNs. */
function simplify(name: string, x: Operand, y: Operand): Operand | undefined {
  if ((name === "MUL" || name === "DIV") && keyOf(y) === keyOf(ONE)) return x;
  if (name === "MUL" && keyOf(x) === keyOf(ONE)) return y;
  return name === "SUB" && isZero(y) ? x : undefined;
}
