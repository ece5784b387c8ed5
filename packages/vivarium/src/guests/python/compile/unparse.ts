/** Turns an expression back into source text, as CPython stores annotations under `from __future__ import annotations`. */

import type * as ast from "../syntax/ast.js";

const BINARY: Record<ast.Operator, [string, number]> = {
  BitOr: ["|", 6],
  BitXor: ["^", 7],
  BitAnd: ["&", 8],
  LShift: ["<<", 9],
  RShift: [">>", 9],
  Add: ["+", 10],
  Sub: ["-", 10],
  Mult: ["*", 11],
  MatMult: ["@", 11],
  Div: ["/", 11],
  FloorDiv: ["//", 11],
  Mod: ["%", 11],
  Pow: ["**", 13],
};
const COMPARE: Record<ast.CompareOperator, string> = {
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

const quote = (text: string): string => {
  const q = text.includes("'") && !text.includes('"') ? '"' : "'";
  return q + text.replaceAll("\\", "\\\\").replaceAll(q, `\\${q}`).replaceAll("\n", "\\n") + q;
};

/** Source text of an expression; `level` is the binding strength around it. */
export function unparse(node: ast.Expr, level = 0): string {
  const wrap = (strength: number, text: string): string => (strength < level ? `(${text})` : text);
  const list = (items: readonly ast.Expr[]): string => items.map((item) => unparse(item, 1)).join(", ");
  switch (node.kind) {
    case "Name":
      return node.id;
    case "Constant": {
      const { value } = node;
      if (value === null) return "None";
      if (typeof value === "boolean") return value ? "True" : "False";
      if (typeof value === "string") return quote(value);
      if (typeof value === "object" && "kind" in value) {
        if (value.kind === "ellipsis") return "...";
        if (value.kind === "float")
          return Number.isInteger(value.value) && Math.abs(value.value) < 1e16
            ? `${value.value}.0`
            : String(value.value);
        if (value.kind === "complex") return `${value.imag}j`;
      }
      if (value instanceof Uint8Array) return `b${quote(String.fromCharCode(...value.subarray(0, 4096)))}`;
      return String(value);
    }
    case "Attribute":
      return `${unparse(node.value, 15)}.${node.attr}`;
    case "Subscript": {
      const inner =
        node.slice.kind === "Tuple" && node.slice.elts.length > 0
          ? list(node.slice.elts) + (node.slice.elts.length === 1 ? "," : "")
          : unparse(node.slice);
      return `${unparse(node.value, 15)}[${inner}]`;
    }
    case "Call":
      return `${unparse(node.func, 15)}(${[...node.args.map((a) => unparse(a, 1)), ...node.keywords.map((k) => (k.arg === null ? `**${unparse(k.value, 1)}` : `${k.arg}=${unparse(k.value, 1)}`))].join(", ")})`;
    case "BinOp": {
      const [text, strength] = BINARY[node.op];
      const right = node.op === "Pow" ? strength : strength + 1;
      const left = node.op === "Pow" ? strength + 1 : strength;
      return wrap(strength, `${unparse(node.left, left)} ${text} ${unparse(node.right, right)}`);
    }
    case "UnaryOp":
      return node.op === "Not"
        ? wrap(4, `not ${unparse(node.operand, 4)}`)
        : wrap(12, `${{ Invert: "~", UAdd: "+", USub: "-" }[node.op]}${unparse(node.operand, 12)}`);
    case "BoolOp": {
      const strength = node.op === "Or" ? 2 : 3;
      return wrap(strength, node.values.map((v) => unparse(v, strength + 1)).join(node.op === "Or" ? " or " : " and "));
    }
    case "Compare":
      return wrap(
        5,
        unparse(node.left, 6) + node.ops.map((op, i) => ` ${COMPARE[op]} ${unparse(node.comparators[i]!, 6)}`).join(""),
      );
    case "IfExp":
      return wrap(1, `${unparse(node.body, 2)} if ${unparse(node.test, 2)} else ${unparse(node.orelse, 1)}`);
    case "Tuple":
      return `(${list(node.elts)}${node.elts.length === 1 ? "," : ""})`;
    case "List":
      return `[${list(node.elts)}]`;
    case "Set":
      return `{${list(node.elts)}}`;
    case "Dict":
      return `{${node.keys.map((key, i) => (key ? `${unparse(key, 1)}: ${unparse(node.values[i]!, 1)}` : `**${unparse(node.values[i]!, 6)}`)).join(", ")}}`;
    case "Starred":
      return `*${unparse(node.value, 6)}`;
    case "Slice":
      return `${node.lower ? unparse(node.lower, 1) : ""}:${node.upper ? unparse(node.upper, 1) : ""}${node.step ? `:${unparse(node.step, 1)}` : ""}`;
    case "Lambda":
      return wrap(
        1,
        `lambda${node.args.args.length > 0 ? ` ${node.args.args.map((a) => a.arg).join(", ")}` : ""}: ${unparse(node.body, 1)}`,
      );
    case "NamedExpr":
      return `(${node.target.id} := ${unparse(node.value, 1)})`;
    case "Await":
      return wrap(14, `await ${unparse(node.value, 15)}`);
    case "ListComp":
    case "SetComp":
    case "GeneratorExp":
    case "DictComp": {
      const clauses = node.generators
        .map(
          (g) =>
            `${g.is_async ? " async" : ""} for ${unparse(g.target)} in ${unparse(g.iter, 2)}${g.ifs.map((t) => ` if ${unparse(t, 2)}`).join("")}`,
        )
        .join("");
      const element =
        node.kind === "DictComp" ? `${unparse(node.key, 1)}: ${unparse(node.value, 1)}` : unparse(node.elt, 1);
      return node.kind === "ListComp"
        ? `[${element}${clauses}]`
        : node.kind === "GeneratorExp"
          ? `(${element}${clauses})`
          : `{${element}${clauses}}`;
    }
    case "JoinedStr":
      return `f${quote(node.values.map((v) => (v.kind === "Constant" ? String(v.value).replaceAll("{", "{{").replaceAll("}", "}}") : unparse(v))).join(""))}`;
    case "FormattedValue": {
      const spec = node.format_spec
        ? `:${node.format_spec.values.map((v) => (v.kind === "Constant" ? String(v.value) : unparse(v))).join("")}`
        : "";
      return `{${unparse(node.value, 1)}${node.conversion > 0 ? `!${String.fromCharCode(node.conversion)}` : ""}${spec}}`;
    }
    case "Yield":
      return `(yield${node.value ? ` ${unparse(node.value)}` : ""})`;
    case "YieldFrom":
      return `(yield from ${unparse(node.value)})`;
  }
}
