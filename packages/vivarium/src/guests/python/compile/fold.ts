/** Constant expressions that are evaluated while compiling: literals, signed numbers, tuples of constants. */

import type * as ast from "../syntax/ast.js";

/** A constant's value in `code.consts`, or `undefined` for anything that has to run. */
export function foldConstant(node: ast.Expr): unknown {
  switch (node.kind) {
    case "Constant":
      return node.value;
    case "UnaryOp": {
      if (node.op !== "USub" || node.operand.kind !== "Constant") return undefined;
      const { value } = node.operand;
      if (typeof value === "number") return value === 0 ? 0 : -value;
      if (typeof value === "bigint") return -value;
      if (value !== null && typeof value === "object" && "kind" in value && value.kind === "float")
        return { kind: "float", value: -value.value };
      return undefined;
    }
    case "Tuple": {
      if (node.ctx !== "Load") return undefined;
      const items: unknown[] = [];
      for (const item of node.elts) {
        const value = foldConstant(item);
        if (value === undefined) return undefined;
        items.push(value);
      }
      return { kind: "tuple", items };
    }
    default:
      return undefined;
  }
}

export function isConstant(node: ast.Expr): boolean {
  return foldConstant(node) !== undefined;
}
