/** Walks the nodes of a meaning, for whatever is computed from one: operand ranges, documentation, generators. */
import type { Expr, Stmt } from "./expr.js";

export interface Visitor {
  expr?(e: Expr): void;
  stmt?(s: Stmt): void;
}

/** Calls the visitor for an expression and everything inside it, outermost first. */
export function visitExpr(e: Expr, visitor: Visitor): void {
  visitor.expr?.(e);
  for (const part of partsOf(e)) visitExpr(part, visitor);
}

/** Calls the visitor for every statement and expression, in the order in which they are written. */
export function visit(body: readonly Stmt[], visitor: Visitor): void {
  for (const s of body) {
    visitor.stmt?.(s);
    for (const e of expressionsOf(s)) visitExpr(e, visitor);
    if (s.s === "let") visit(s.body, visitor);
    if (s.s === "if") {
      visit(s.then, visitor);
      visit(s.else, visitor);
    }
  }
}

/** The expressions directly inside an expression. */
export function partsOf(e: Expr): readonly Expr[] {
  switch (e.k) {
    case "num":
    case "pure":
      return e.args;
    case "load":
      return [e.addr];
    case "indexedReg":
      return [e.index];
    case "select":
    case "choose":
      return [e.cond, e.a, e.b];
    case "let":
      return [e.value, e.body];
    default:
      return [];
  }
}

/** The expressions directly inside a statement. */
export function expressionsOf(s: Stmt): readonly Expr[] {
  switch (s.s) {
    case "setReg":
    case "setFixedReg":
    case "setVar":
    case "let":
      return [s.value];
    case "setIndexedReg":
      return [s.index, s.value];
    case "store":
      return [s.addr, s.value];
    case "if":
    case "branch":
      return [s.cond];
    case "computedJump":
      return [s.index];
    case "host":
      return [s.id];
    case "exit":
      return [s.code];
    case "call":
      return [s.fn, s.window];
    case "jump":
    case "ret":
      return [];
  }
}
