/** Turns a tree into the text that CPython's `ast.dump` gives for it. */

import type * as ast from "./ast.js";
import { constantRepr } from "./repr.js";

/** Fields by class, in CPython's order; a `?` marks one that is left out when it is `None` or empty-by-default. */
const FIELDS: Readonly<Record<string, string>> = {
  Module: "body type_ignores",
  Interactive: "body",
  Expression: "body",
  FunctionDef: "name args body decorator_list returns? type_params",
  AsyncFunctionDef: "name args body decorator_list returns? type_params",
  ClassDef: "name bases keywords body decorator_list type_params",
  Return: "value?",
  Delete: "targets",
  Assign: "targets value",
  TypeAlias: "name type_params value",
  AugAssign: "target op value",
  AnnAssign: "target annotation value? simple",
  For: "target iter body orelse",
  AsyncFor: "target iter body orelse",
  While: "test body orelse",
  If: "test body orelse",
  With: "items body",
  AsyncWith: "items body",
  Match: "subject cases",
  Raise: "exc? cause?",
  Try: "body handlers orelse finalbody",
  TryStar: "body handlers orelse finalbody",
  Assert: "test msg?",
  Import: "names",
  ImportFrom: "module? names level",
  Global: "names",
  Nonlocal: "names",
  Expr: "value",
  Pass: "",
  Break: "",
  Continue: "",
  BoolOp: "op values",
  NamedExpr: "target value",
  BinOp: "left op right",
  UnaryOp: "op operand",
  Lambda: "args body",
  IfExp: "test body orelse",
  Dict: "keys values",
  Set: "elts",
  ListComp: "elt generators",
  SetComp: "elt generators",
  DictComp: "key value generators",
  GeneratorExp: "elt generators",
  Await: "value",
  Yield: "value?",
  YieldFrom: "value",
  Compare: "left ops comparators",
  Call: "func args keywords",
  FormattedValue: "value conversion format_spec?",
  JoinedStr: "values",
  Constant: "value literal_kind?",
  Attribute: "value attr ctx",
  Subscript: "value slice ctx",
  Starred: "value ctx",
  Name: "id ctx",
  List: "elts ctx",
  Tuple: "elts ctx",
  Slice: "lower? upper? step?",
  comprehension: "target iter ifs is_async",
  ExceptHandler: "type? name? body",
  arguments: "posonlyargs args vararg? kwonlyargs kw_defaults kwarg? defaults",
  arg: "arg annotation?",
  keyword: "arg? value",
  alias: "name asname?",
  withitem: "context_expr optional_vars?",
  match_case: "pattern guard? body",
  MatchValue: "value",
  MatchSingleton: "value",
  MatchSequence: "patterns",
  MatchMapping: "keys patterns rest?",
  MatchClass: "cls patterns kwd_attrs kwd_patterns",
  MatchStar: "name?",
  MatchAs: "pattern? name?",
  MatchOr: "patterns",
  TypeVar: "name bound? default_value?",
  ParamSpec: "name default_value?",
  TypeVarTuple: "name default_value?",
};

/** Fields that hold the name of a field-less class: printed `Load()`. */
const CLASS_FIELDS = new Set(["ctx", "op", "ops"]);

export interface DumpOptions {
  /** Also `lineno`, `col_offset`, `end_lineno`, `end_col_offset`. */
  readonly attributes?: boolean;
  /** Leave those out inside f-strings, where CPython before 3.12 has others. */
  readonly bareFStrings?: boolean;
  /** Whether `type_params`, which Python 3.11 does not have, is printed when it is empty. Default true. */
  readonly typeParams?: boolean;
}

/**
 * The text of `ast.dump(node, include_attributes=attributes)` in CPython 3.12.
 *
 * Written without recursion: a tree may be deeper than the host's stack.
 */
export function dump(node: ast.Node, options: DumpOptions = {}): string {
  const out: string[] = [];
  const work: (string | Item)[] = [{ value: node, field: "", bare: options.attributes !== true }];
  for (let item = work.pop(); item !== undefined; item = work.pop()) {
    if (typeof item === "string") out.push(item);
    else expand(item, options, out, work);
  }
  return out.join("");
}

interface Item {
  readonly value: unknown;
  readonly field: string;
  /** Without attributes. */
  readonly bare: boolean;
}

function expand({ value, field, bare }: Item, options: DumpOptions, out: string[], work: (string | Item)[]): void {
  if (Array.isArray(value)) {
    out.push("[");
    work.push("]");
    for (let i = value.length - 1; i >= 0; i--) {
      work.push({ value: value[i], field, bare });
      if (i > 0) work.push(", ");
    }
  } else if (isNode(value)) {
    const fields: [string, unknown][] = [];
    for (const entry of FIELDS[value.kind].split(" ")) {
      const name = entry.replace("?", "");
      const content = value[name];
      if (name === "" || (name !== entry && content === null)) continue;
      if (name === "type_params" && options.typeParams === false && (content as unknown[]).length === 0) continue;
      fields.push([name, content]);
    }
    if (!bare && "lineno" in value) {
      for (const name of ["lineno", "col_offset", "end_lineno", "end_col_offset"]) fields.push([name, value[name]]);
    }
    out.push(`${value.kind}(`);
    work.push(")");
    const inside = bare || (options.bareFStrings === true && value.kind === "JoinedStr");
    for (let i = fields.length - 1; i >= 0; i--) {
      const [name, content] = fields[i];
      work.push({ value: content, field: name, bare: inside }, `${name === "literal_kind" ? "kind" : name}=`);
      if (i > 0) work.push(", ");
    }
  } else if (CLASS_FIELDS.has(field)) out.push(`${value as string}()`);
  else out.push(constantRepr(value as ast.ConstantValue));
}

function isNode(value: unknown): value is { kind: string } & Record<string, unknown> {
  return typeof value === "object" && value !== null && "kind" in value && Object.hasOwn(FIELDS, value.kind as string);
}
