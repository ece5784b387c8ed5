/**
 * The language in which the meaning of an instruction is written: typed expressions and statements, as plain data.
 * Every tier is derived from these nodes; none of them is ever interpreted from its source text.
 */

/** The four value types of WebAssembly, which are also the four of every guest. */
export type ValType = "i32" | "i64" | "f32" | "f64";

interface Node<T extends ValType> {
  readonly type: T;
}

/** A constant. i64 values are BigInt, all others numbers. */
export interface ConstNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "const";
  readonly value: number | bigint;
}
/** Reads the register that operand `operand` names. */
export interface RegNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "reg";
  readonly operand: number;
  /** Slots beyond the operand's own (vectors of registers). */
  readonly plus: number;
}
/** Reads a register by a fixed number. */
export interface FixedRegNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "fixedReg";
  readonly bank: string;
  readonly index: number;
}
/** Reads the register of `bank` whose number an expression computes; the row's meaning keeps it inside the bank. */
export interface IndexedRegNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "indexedReg";
  readonly bank: string;
  readonly index: Expr<"i32">;
}
/** An immediate operand; as i64 a 32-bit immediate is sign-extended. */
export interface ImmNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "imm";
  readonly operand: number;
}
/** Reads a variable of the machine's state (flags, heap pointer …) declared by the instruction set. */
export interface VarNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "var";
  readonly name: string;
}
/** A numeric operation of WebAssembly, by its standard name. */
export interface NumericNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "num";
  readonly op: string;
  readonly args: readonly Expr[];
}
/** Reads guest memory; may fault. */
export interface LoadNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "load";
  readonly bits: 8 | 16 | 32 | 64;
  readonly signed: boolean;
  readonly addr: Expr<"i32">;
}
/** `cond ≠ 0 ? a : b`; both sides are evaluated, so neither may fault. */
export interface SelectNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "select";
  readonly cond: Expr<"i32">;
  readonly a: Expr<T>;
  readonly b: Expr<T>;
}
/** `cond ≠ 0 ? a : b`; only the chosen side is evaluated. */
export interface ChooseNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "choose";
  readonly cond: Expr<"i32">;
  readonly a: Expr<T>;
  readonly b: Expr<T>;
  /** The condition hardly ever is zero. */
  readonly likely?: boolean;
}
/** The value bound by an enclosing `let`. */
export interface LocalNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "local";
  readonly id: number;
}
/** Evaluates `value` once, then `body`, which refers to it as local `id`. */
export interface LetNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "let";
  readonly id: number;
  readonly value: Expr;
  readonly body: Expr<T>;
}
/** Calls a pure function of numbers that the instruction set declares (sine, power …). */
export interface PureNode<T extends ValType = ValType> extends Node<T> {
  readonly k: "pure";
  readonly name: string;
  readonly args: readonly Expr[];
}

export type Expr<T extends ValType = ValType> =
  | ConstNode<T>
  | RegNode<T>
  | FixedRegNode<T>
  | IndexedRegNode<T>
  | ImmNode<T>
  | VarNode<T>
  | NumericNode<T>
  | LoadNode<T>
  | SelectNode<T>
  | ChooseNode<T>
  | LocalNode<T>
  | LetNode<T>
  | PureNode<T>;

/** How a row may end the run. `trap` carries a guest-defined number. */
export type ExitName = "halt" | "panic" | "trap";

export type MemoryBits = 8 | 16 | 32 | 64;

export type Stmt =
  | { readonly s: "setReg"; readonly operand: number; readonly plus: number; readonly value: Expr }
  | { readonly s: "setFixedReg"; readonly bank: string; readonly index: number; readonly value: Expr }
  | { readonly s: "setIndexedReg"; readonly bank: string; readonly index: Expr<"i32">; readonly value: Expr }
  | { readonly s: "setVar"; readonly name: string; readonly value: Expr }
  | { readonly s: "store"; readonly bits: MemoryBits; readonly addr: Expr<"i32">; readonly value: Expr }
  | { readonly s: "let"; readonly id: number; readonly value: Expr; readonly body: readonly Stmt[] }
  | { readonly s: "if"; readonly cond: Expr<"i32">; readonly then: readonly Stmt[]; readonly else: readonly Stmt[] }
  /** Continues at the target operand when `cond` is not zero. */
  | { readonly s: "branch"; readonly cond: Expr<"i32">; readonly target: number }
  | { readonly s: "jump"; readonly target: number }
  /** Continues at entry `index` of the program's code table; an entry that does not exist or is no leader: `panic`. */
  | { readonly s: "computedJump"; readonly index: Expr<"i32"> }
  /** Calls the host function with this number; the machine may leave here and resume behind it. */
  | { readonly s: "host"; readonly id: Expr<"i32"> }
  | { readonly s: "exit"; readonly exit: ExitName; readonly code: Expr<"i32"> }
  /** Calls guest function `fn`; the callee's frame starts `window` slots above the caller's. */
  | { readonly s: "call"; readonly fn: Expr<"i32">; readonly window: Expr<"i32"> }
  /** Returns to the caller; from the outermost function it is `halt`. */
  | { readonly s: "ret" };
