/** Values while a formula is compiled, and what the built-in functions may ask of the compiler. */
import { LoadError } from "../../../machine/errors.js";
import type { Operand } from "./ir.js";
import type { Expression, Position, TypeName } from "./syntax.js";

/** A value: one scalar operand per lane, and the group that holds them side by side where there is one. */
export interface Value {
  readonly type: TypeName;
  readonly lanes: readonly Operand[];
  readonly group?: Operand;
}

/** Emits instructions for built-in functions. */
export interface Emitter {
  /** Evaluates an expression. */
  expression(expression: Expression): Value;
  /** One operation on scalars: `name` is the mnemonic without its `S` or `SS`. */
  scalar(name: string, x: Operand, y?: Operand): Operand;
  /** An operation lane by lane; a number with a vector works on every lane. */
  lanewise(name: string, at: Position, x: Value, y?: Value): Value;
  /** Sum of the lanes, from the first to the last. */
  sum(value: Value): Operand;
  /** A vector of parts. */
  construct(parts: readonly Expression[], at: Position, type?: TypeName): Value;
  /** Number of values in the table an expression names. */
  tableLength(expression: Expression): Value;
}

/** Reports a mistake in the meaning of a formula. */
export function fail(reason: string, at: Position, expected?: string): never {
  throw new LoadError("LMNT_FORMULA_MEANING", reason, { ...at, expected });
}
