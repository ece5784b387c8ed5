/**
 * The abstract syntax tree of Python 3.12, as TypeScript types: the same classes, fields and positions as CPython's `ast`
 * module (Parser/Python.asdl).
 *
 * `kind` is CPython's class name. Fields are spelled as in CPython with one exception: `Constant.kind` (the `u` prefix)
 * is `literal_kind` here because `kind` is the discriminant. Context and operators, which are field-less classes in
 * CPython, are plain strings.
 *
 * Trees may be deep on the left (`a+b+c+…`, `x.y.z…`) or along `elif`; `buildSymtable` refuses a tree deeper than its
 * limit, so a pass that runs after it may recurse.
 */

/** Where a node stands: 1-based lines; 0-based columns counted in UTF-8 bytes, as CPython counts them. */
export interface Position {
  lineno: number;
  col_offset: number;
  end_lineno: number;
  end_col_offset: number;
}

/** A `float` literal: boxed so that `1.0` and `1` stay different. */
export interface FloatValue {
  readonly kind: "float";
  readonly value: number;
}

/** A `complex` value; a literal such as `2j` has `real` 0. */
export interface ComplexValue {
  readonly kind: "complex";
  readonly real: number;
  readonly imag: number;
}

/** The value of `...`. */
export interface EllipsisValue {
  readonly kind: "ellipsis";
}

/** The one `...` value in constants. */
export const ELLIPSIS: EllipsisValue = Object.freeze({ kind: "ellipsis" });

/**
 * What a `Constant` holds.
 *
 * | Python | here |
 * | --- | --- |
 * | `None` | `null` |
 * | `True`, `False` | `boolean` |
 * | `int` | `number` when it is a safe integer (|n| < 2^53), else `bigint` |
 * | `float` | {@link FloatValue} |
 * | `complex` | {@link ComplexValue} |
 * | `str` | `string`; a surrogate written as an escape is one UTF-16 unit, so an escaped pair is one character |
 * | `bytes` | `Uint8Array` |
 * | `...` | {@link ELLIPSIS} |
 */
export type ConstantValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | FloatValue
  | ComplexValue
  | EllipsisValue;

// --- modules -----------------------------------------------------------------------------------------------------

export interface Module {
  kind: "Module";
  body: Stmt[];
  /** Always empty: type comments are not read, as in CPython without `type_comments=True`. */
  type_ignores: never[];
}

export interface Interactive {
  kind: "Interactive";
  body: Stmt[];
}

export interface Expression {
  kind: "Expression";
  body: Expr;
}

/** What `parse` returns: `Module` for mode `exec`, `Expression` for `eval`, `Interactive` for `single`. */
export type Mod = Module | Interactive | Expression;

// --- statements --------------------------------------------------------------------------------------------------

export interface FunctionDef extends Position {
  kind: "FunctionDef";
  name: string;
  args: Arguments;
  body: Stmt[];
  decorator_list: Expr[];
  returns: Expr | null;
  type_params: TypeParam[];
}

export interface AsyncFunctionDef extends Position {
  kind: "AsyncFunctionDef";
  name: string;
  args: Arguments;
  body: Stmt[];
  decorator_list: Expr[];
  returns: Expr | null;
  type_params: TypeParam[];
}

export interface ClassDef extends Position {
  kind: "ClassDef";
  name: string;
  bases: Expr[];
  keywords: Keyword[];
  body: Stmt[];
  decorator_list: Expr[];
  type_params: TypeParam[];
}

export interface Return extends Position {
  kind: "Return";
  value: Expr | null;
}

export interface Delete extends Position {
  kind: "Delete";
  targets: Expr[];
}

export interface Assign extends Position {
  kind: "Assign";
  targets: Expr[];
  value: Expr;
}

export interface TypeAlias extends Position {
  kind: "TypeAlias";
  name: Name;
  type_params: TypeParam[];
  value: Expr;
}

export interface AugAssign extends Position {
  kind: "AugAssign";
  target: Name | Attribute | Subscript;
  op: Operator;
  value: Expr;
}

export interface AnnAssign extends Position {
  kind: "AnnAssign";
  target: Name | Attribute | Subscript;
  annotation: Expr;
  value: Expr | null;
  /** 1 when the target is a bare name (`x: int`), 0 when it is in parentheses or not a name. */
  simple: 0 | 1;
}

export interface For extends Position {
  kind: "For";
  target: Expr;
  iter: Expr;
  body: Stmt[];
  orelse: Stmt[];
}

export interface AsyncFor extends Position {
  kind: "AsyncFor";
  target: Expr;
  iter: Expr;
  body: Stmt[];
  orelse: Stmt[];
}

export interface While extends Position {
  kind: "While";
  test: Expr;
  body: Stmt[];
  orelse: Stmt[];
}

export interface If extends Position {
  kind: "If";
  test: Expr;
  body: Stmt[];
  orelse: Stmt[];
}

export interface With extends Position {
  kind: "With";
  items: WithItem[];
  body: Stmt[];
}

export interface AsyncWith extends Position {
  kind: "AsyncWith";
  items: WithItem[];
  body: Stmt[];
}

export interface Match extends Position {
  kind: "Match";
  subject: Expr;
  cases: MatchCase[];
}

export interface Raise extends Position {
  kind: "Raise";
  exc: Expr | null;
  cause: Expr | null;
}

export interface Try extends Position {
  kind: "Try";
  body: Stmt[];
  handlers: ExceptHandler[];
  orelse: Stmt[];
  finalbody: Stmt[];
}

/** `try` with `except*`. */
export interface TryStar extends Position {
  kind: "TryStar";
  body: Stmt[];
  handlers: ExceptHandler[];
  orelse: Stmt[];
  finalbody: Stmt[];
}

export interface Assert extends Position {
  kind: "Assert";
  test: Expr;
  msg: Expr | null;
}

export interface Import extends Position {
  kind: "Import";
  names: Alias[];
}

export interface ImportFrom extends Position {
  kind: "ImportFrom";
  /** `null` for `from . import x`. */
  module: string | null;
  names: Alias[];
  /** The number of leading dots. */
  level: number;
}

export interface Global extends Position {
  kind: "Global";
  names: string[];
}

export interface Nonlocal extends Position {
  kind: "Nonlocal";
  names: string[];
}

export interface ExprStmt extends Position {
  /** CPython's class is `Expr`; the TypeScript type of an expression has that name here. */
  kind: "Expr";
  value: Expr;
}

export interface Pass extends Position {
  kind: "Pass";
}

export interface Break extends Position {
  kind: "Break";
}

export interface Continue extends Position {
  kind: "Continue";
}

export type Stmt =
  | FunctionDef
  | AsyncFunctionDef
  | ClassDef
  | Return
  | Delete
  | Assign
  | TypeAlias
  | AugAssign
  | AnnAssign
  | For
  | AsyncFor
  | While
  | If
  | With
  | AsyncWith
  | Match
  | Raise
  | Try
  | TryStar
  | Assert
  | Import
  | ImportFrom
  | Global
  | Nonlocal
  | ExprStmt
  | Pass
  | Break
  | Continue;

// --- expressions -------------------------------------------------------------------------------------------------

export interface BoolOp extends Position {
  kind: "BoolOp";
  op: BoolOperator;
  /** Two or more: `a and b and c` is one node. */
  values: Expr[];
}

export interface NamedExpr extends Position {
  kind: "NamedExpr";
  target: Name;
  value: Expr;
}

export interface BinOp extends Position {
  kind: "BinOp";
  left: Expr;
  op: Operator;
  right: Expr;
}

export interface UnaryOp extends Position {
  kind: "UnaryOp";
  op: UnaryOperator;
  operand: Expr;
}

export interface Lambda extends Position {
  kind: "Lambda";
  args: Arguments;
  body: Expr;
}

export interface IfExp extends Position {
  kind: "IfExp";
  test: Expr;
  body: Expr;
  orelse: Expr;
}

export interface Dict extends Position {
  kind: "Dict";
  /** `null` where `**mapping` stands. Same length as `values`. */
  keys: (Expr | null)[];
  values: Expr[];
}

export interface Set extends Position {
  kind: "Set";
  elts: Expr[];
}

export interface ListComp extends Position {
  kind: "ListComp";
  elt: Expr;
  generators: Comprehension[];
}

export interface SetComp extends Position {
  kind: "SetComp";
  elt: Expr;
  generators: Comprehension[];
}

export interface DictComp extends Position {
  kind: "DictComp";
  key: Expr;
  value: Expr;
  generators: Comprehension[];
}

export interface GeneratorExp extends Position {
  kind: "GeneratorExp";
  elt: Expr;
  generators: Comprehension[];
}

export interface Await extends Position {
  kind: "Await";
  value: Expr;
}

export interface Yield extends Position {
  kind: "Yield";
  value: Expr | null;
}

export interface YieldFrom extends Position {
  kind: "YieldFrom";
  value: Expr;
}

export interface Compare extends Position {
  kind: "Compare";
  left: Expr;
  ops: CompareOperator[];
  comparators: Expr[];
}

export interface Call extends Position {
  kind: "Call";
  func: Expr;
  args: Expr[];
  keywords: Keyword[];
}

/** One `{…}` of an f-string. */
export interface FormattedValue extends Position {
  kind: "FormattedValue";
  value: Expr;
  /** -1 none, 115 `!s`, 114 `!r`, 97 `!a`. */
  conversion: -1 | 97 | 114 | 115;
  format_spec: JoinedStr | null;
}

/** An f-string: `Constant` strings and `FormattedValue`s. */
export interface JoinedStr extends Position {
  kind: "JoinedStr";
  values: Expr[];
}

export interface Constant extends Position {
  kind: "Constant";
  value: ConstantValue;
  /** `"u"` for a string written with that prefix (CPython's field `kind`). */
  literal_kind: "u" | null;
}

export interface Attribute extends Position {
  kind: "Attribute";
  value: Expr;
  attr: string;
  ctx: ExprContext;
}

export interface Subscript extends Position {
  kind: "Subscript";
  value: Expr;
  slice: Expr;
  ctx: ExprContext;
}

export interface Starred extends Position {
  kind: "Starred";
  value: Expr;
  ctx: ExprContext;
}

export interface Name extends Position {
  kind: "Name";
  id: string;
  ctx: ExprContext;
}

export interface List extends Position {
  kind: "List";
  elts: Expr[];
  ctx: ExprContext;
}

export interface Tuple extends Position {
  kind: "Tuple";
  elts: Expr[];
  ctx: ExprContext;
}

/** Only inside `Subscript.slice` (directly or in a tuple). */
export interface Slice extends Position {
  kind: "Slice";
  lower: Expr | null;
  upper: Expr | null;
  step: Expr | null;
}

export type Expr =
  | BoolOp
  | NamedExpr
  | BinOp
  | UnaryOp
  | Lambda
  | IfExp
  | Dict
  | Set
  | ListComp
  | SetComp
  | DictComp
  | GeneratorExp
  | Await
  | Yield
  | YieldFrom
  | Compare
  | Call
  | FormattedValue
  | JoinedStr
  | Constant
  | Attribute
  | Subscript
  | Starred
  | Name
  | List
  | Tuple
  | Slice;

export type ExprContext = "Load" | "Store" | "Del";
export type BoolOperator = "And" | "Or";
export type Operator =
  | "Add"
  | "Sub"
  | "Mult"
  | "MatMult"
  | "Div"
  | "Mod"
  | "Pow"
  | "LShift"
  | "RShift"
  | "BitOr"
  | "BitXor"
  | "BitAnd"
  | "FloorDiv";
export type UnaryOperator = "Invert" | "Not" | "UAdd" | "USub";
export type CompareOperator = "Eq" | "NotEq" | "Lt" | "LtE" | "Gt" | "GtE" | "Is" | "IsNot" | "In" | "NotIn";

// --- the parts of statements and expressions ---------------------------------------------------------------------

/** One `for … in … if …` clause. Has no position in CPython either. */
export interface Comprehension {
  kind: "comprehension";
  target: Expr;
  iter: Expr;
  ifs: Expr[];
  is_async: 0 | 1;
}

export interface ExceptHandler extends Position {
  kind: "ExceptHandler";
  type: Expr | null;
  name: string | null;
  body: Stmt[];
}

export interface Arguments {
  kind: "arguments";
  posonlyargs: Arg[];
  args: Arg[];
  vararg: Arg | null;
  kwonlyargs: Arg[];
  /** Same length as `kwonlyargs`; `null` where there is no default. */
  kw_defaults: (Expr | null)[];
  kwarg: Arg | null;
  /** For the last `defaults.length` of `posonlyargs` followed by `args`. */
  defaults: Expr[];
}

export interface Arg extends Position {
  kind: "arg";
  arg: string;
  annotation: Expr | null;
}

export interface Keyword extends Position {
  kind: "keyword";
  /** `null` for `**mapping`. */
  arg: string | null;
  value: Expr;
}

export interface Alias extends Position {
  kind: "alias";
  /** Dotted, or `*`. */
  name: string;
  asname: string | null;
}

export interface WithItem {
  kind: "withitem";
  context_expr: Expr;
  optional_vars: Expr | null;
}

export interface MatchCase {
  kind: "match_case";
  pattern: Pattern;
  guard: Expr | null;
  body: Stmt[];
}

// --- patterns ----------------------------------------------------------------------------------------------------

export interface MatchValue extends Position {
  kind: "MatchValue";
  value: Expr;
}

export interface MatchSingleton extends Position {
  kind: "MatchSingleton";
  value: null | boolean;
}

export interface MatchSequence extends Position {
  kind: "MatchSequence";
  patterns: Pattern[];
}

export interface MatchMapping extends Position {
  kind: "MatchMapping";
  keys: Expr[];
  patterns: Pattern[];
  rest: string | null;
}

export interface MatchClass extends Position {
  kind: "MatchClass";
  cls: Expr;
  patterns: Pattern[];
  kwd_attrs: string[];
  kwd_patterns: Pattern[];
}

export interface MatchStar extends Position {
  kind: "MatchStar";
  /** `null` for `*_`. */
  name: string | null;
}

export interface MatchAs extends Position {
  kind: "MatchAs";
  pattern: Pattern | null;
  /** `null` for the wildcard `_`. */
  name: string | null;
}

export interface MatchOr extends Position {
  kind: "MatchOr";
  patterns: Pattern[];
}

export type Pattern =
  | MatchValue
  | MatchSingleton
  | MatchSequence
  | MatchMapping
  | MatchClass
  | MatchStar
  | MatchAs
  | MatchOr;

// --- type parameters (PEP 695) -----------------------------------------------------------------------------------

// Defaults (PEP 696) are Python 3.13; they are read because programs that have them are otherwise 3.12.

export interface TypeVar extends Position {
  kind: "TypeVar";
  name: string;
  bound: Expr | null;
  default_value: Expr | null;
}

export interface ParamSpec extends Position {
  kind: "ParamSpec";
  name: string;
  default_value: Expr | null;
}

export interface TypeVarTuple extends Position {
  kind: "TypeVarTuple";
  name: string;
  default_value: Expr | null;
}

export type TypeParam = TypeVar | ParamSpec | TypeVarTuple;

/** Any node of the tree. */
export type Node =
  | Mod
  | Stmt
  | Expr
  | Comprehension
  | ExceptHandler
  | Arguments
  | Arg
  | Keyword
  | Alias
  | WithItem
  | MatchCase
  | Pattern
  | TypeParam;
