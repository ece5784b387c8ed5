/**
 * Turns an expression back into text, as CPython stores annotations under `from __future__ import annotations`
 * (`Python/ast_unparse.c`).
 *
 * Recursive: for trees that `buildSymtable` has accepted, whose depth is bounded.
 */

import type * as ast from "./ast.js";
import { constantRepr, stringRepr } from "./repr.js";

// How tightly an expression binds; one that binds less than its place asks for gets parentheses.
const TUPLE = 0;
const TEST = 1;
const OR = 2;
const AND = 3;
const NOT = 4;
const COMPARE = 5;
const EXPR = 6;
const FACTOR = 12;
const POWER = 13;
const AWAIT = 14;
const ATOM = 15;

const BINARY: Readonly<Record<ast.Operator, readonly [string, number]>> = {
  BitOr: ["|", EXPR],
  BitXor: ["^", 7],
  BitAnd: ["&", 8],
  LShift: ["<<", 9],
  RShift: [">>", 9],
  Add: ["+", 10],
  Sub: ["-", 10],
  Mult: ["*", 11],
  MatMult: ["@", 11],
  Div: ["/", 11],
  Mod: ["%", 11],
  FloorDiv: ["//", 11],
  Pow: ["**", POWER],
};

const UNARY: Readonly<Record<ast.UnaryOperator, readonly [string, number]>> = {
  Not: ["not ", NOT],
  Invert: ["~", FACTOR],
  UAdd: ["+", FACTOR],
  USub: ["-", FACTOR],
};

const COMPARISON: Readonly<Record<ast.CompareOperator, string>> = {
  Eq: "==",
  NotEq: "!=",
  Lt: "<",
  LtE: "<=",
  Gt: ">",
  GtE: ">=",
  Is: "is",
  IsNot: "is not",
  In: "in",
  NotIn: "not in",
};

/** The text of an expression, formatted as CPython formats it whatever its source looked like. */
export function unparse(node: ast.Expr): string {
  return text(node, TEST);
}

type Printers = {
  readonly [K in ast.Expr["kind"]]: (node: Extract<ast.Expr, { kind: K }>, level: number) => string;
};

function text(node: ast.Expr, level: number): string {
  return PRINTERS[node.kind](node as never, level);
}

function parenthesised(body: string, level: number, own: number): string {
  return level > own ? `(${body})` : body;
}

function list(nodes: readonly ast.Expr[], level = TEST): string {
  return nodes.map((node) => text(node, level)).join(", ");
}

function clauses(generators: readonly ast.Comprehension[]): string {
  return generators
    .map(({ target, iter, ifs, is_async }) => {
      const conditions = ifs.map((condition) => ` if ${text(condition, TEST + 1)}`).join("");
      const head = is_async === 1 ? " async for " : " for ";
      return `${head}${text(target, TUPLE)} in ${text(iter, TEST + 1)}${conditions}`;
    })
    .join("");
}

function parameters(args: ast.Arguments): string {
  const parts: string[] = [];
  const positional = [...args.posonlyargs, ...args.args];
  const required = positional.length - args.defaults.length;
  for (const [i, { arg }] of positional.entries()) {
    parts.push(i < required ? arg : `${arg}=${text(args.defaults[i - required], TEST)}`);
    if (i + 1 === args.posonlyargs.length) parts.push("/");
  }
  if (args.vararg !== null || args.kwonlyargs.length > 0) parts.push(`*${args.vararg?.arg ?? ""}`);
  for (const [i, { arg }] of args.kwonlyargs.entries()) {
    const value = args.kw_defaults[i];
    parts.push(value === null ? arg : `${arg}=${text(value, TEST)}`);
  }
  if (args.kwarg !== null) parts.push(`**${args.kwarg.arg}`);
  return parts.join(", ");
}

/** What stands between the quotes of an f-string. */
function fstringBody(nodes: readonly ast.Expr[]): string {
  return nodes.map(fstringPart).join("");
}

function fstringPart(node: ast.Expr): string {
  if (node.kind === "Constant") return String(node.value).replace(/[{}]/g, "$&$&");
  if (node.kind === "JoinedStr") return fstringBody(node.values);
  if (node.kind !== "FormattedValue") return text(node, TEST);
  const value = text(node.value, TEST + 1);
  const conversion = node.conversion === -1 ? "" : `!${String.fromCharCode(node.conversion)}`;
  const spec = node.format_spec === null ? "" : `:${fstringPart(node.format_spec)}`;
  return `{${value.startsWith("{") ? " " : ""}${value}${conversion}${spec}}`;
}

const PRINTERS: Printers = {
  BoolOp: ({ op, values }, level) => {
    const own = op === "And" ? AND : OR;
    const body = values.map((value) => text(value, own + 1)).join(op === "And" ? " and " : " or ");
    return parenthesised(body, level, own);
  },
  NamedExpr: ({ target, value }, level) => parenthesised(`${text(target, ATOM)} := ${text(value, ATOM)}`, level, TUPLE),
  BinOp: ({ left, op, right }, level) => {
    const [sign, own] = BINARY[op];
    const onRight = op === "Pow" ? 0 : 1;
    return parenthesised(`${text(left, own + 1 - onRight)} ${sign} ${text(right, own + onRight)}`, level, own);
  },
  UnaryOp: ({ op, operand }, level) => {
    const [sign, own] = UNARY[op];
    return parenthesised(sign + text(operand, own), level, own);
  },
  Lambda: ({ args, body }, level) => {
    // CPython writes the space only before positional parameters
    const space = args.posonlyargs.length + args.args.length > 0 ? " " : "";
    return parenthesised(`lambda${space}${parameters(args)}: ${text(body, TEST)}`, level, TEST);
  },
  IfExp: ({ test, body, orelse }, level) =>
    parenthesised(`${text(body, TEST + 1)} if ${text(test, TEST + 1)} else ${text(orelse, TEST)}`, level, TEST),
  Dict: ({ keys, values }) => {
    const items = keys.map((key, i) =>
      key === null ? `**${text(values[i], EXPR)}` : `${text(key, TEST)}: ${text(values[i], TEST)}`,
    );
    return `{${items.join(", ")}}`;
  },
  Set: ({ elts }) => `{${list(elts)}}`,
  ListComp: ({ elt, generators }) => `[${text(elt, TEST)}${clauses(generators)}]`,
  SetComp: ({ elt, generators }) => `{${text(elt, TEST)}${clauses(generators)}}`,
  DictComp: ({ key, value, generators }) => `{${text(key, TEST)}: ${text(value, TEST)}${clauses(generators)}}`,
  GeneratorExp: ({ elt, generators }) => `(${text(elt, TEST)}${clauses(generators)})`,
  Await: ({ value }, level) => parenthesised(`await ${text(value, ATOM)}`, level, AWAIT),
  Yield: ({ value }) => (value === null ? "(yield)" : `(yield ${text(value, TEST)})`),
  YieldFrom: ({ value }) => `(yield from ${text(value, TEST)})`,
  Compare: ({ left, ops, comparators }, level) => {
    const rest = ops.map((op, i) => ` ${COMPARISON[op]} ${text(comparators[i], COMPARE + 1)}`).join("");
    return parenthesised(text(left, COMPARE + 1) + rest, level, COMPARE);
  },
  Call: ({ func, args, keywords }) => {
    const callee = text(func, ATOM);
    if (args.length === 1 && keywords.length === 0 && args[0].kind === "GeneratorExp")
      return callee + text(args[0], TEST);
    const named = keywords.map(({ arg, value }) => `${arg === null ? "**" : `${arg}=`}${text(value, TEST)}`);
    return `${callee}(${[...args.map((arg) => text(arg, TEST)), ...named].join(", ")})`;
  },
  FormattedValue: (node) => `f${stringRepr(fstringPart(node))}`,
  JoinedStr: ({ values }) => `f${stringRepr(fstringBody(values))}`,
  Constant: ({ value, literal_kind }) => {
    if (typeof value === "object" && value !== null && "kind" in value) {
      if (value.kind === "ellipsis") return "...";
      // an infinite literal has no other spelling
      return constantRepr(value).replace(/inf/g, "1e309");
    }
    return (literal_kind ?? "") + constantRepr(value);
  },
  Attribute: ({ value, attr }) => {
    // `1.x` would be a number
    const integer = value.kind === "Constant" && ["number", "bigint"].includes(typeof value.value);
    return `${text(value, ATOM)}${integer ? " " : ""}.${attr}`;
  },
  Subscript: ({ value, slice }) => `${text(value, ATOM)}[${text(slice, TUPLE)}]`,
  Starred: ({ value }) => `*${text(value, EXPR)}`,
  Name: ({ id }) => id,
  List: ({ elts }) => `[${list(elts)}]`,
  Tuple: ({ elts }, level) => {
    if (elts.length === 0) return "()";
    return parenthesised(list(elts) + (elts.length === 1 ? "," : ""), level, TUPLE);
  },
  Slice: ({ lower, upper, step }) => {
    const part = (node: ast.Expr | null): string => (node === null ? "" : text(node, TEST));
    return `${part(lower)}:${part(upper)}${step === null ? "" : `:${part(step)}`}`;
  },
};
