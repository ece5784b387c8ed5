/** What the compiler asks about single rows: which addresses they form, and whether they fall to the next. */
import type { Expr } from "../../isa/expr.js";
import type { Row } from "../../isa/table.js";
import { visit } from "../../isa/visit.js";

/** The row's code falls to the next instruction by itself. */
export function falls(row: Row): boolean {
  const last = (body: Row["meaning"]): boolean => {
    const s = body[body.length - 1];
    switch (s?.s) {
      case undefined:
      case "setReg":
      case "setFixedReg":
      case "setIndexedReg":
      case "setVar":
      case "store":
        return true;
      case "if":
        return last(s.then) || last(s.else);
      case "let":
        return last(s.body);
      default:
        return false;
    }
  };
  return last(row.meaning);
}

/** The access of a row that makes exactly one, whatever its operands are; `undefined` for other rows. */
export function onlyAccess(row: Row): { readonly address: Expr<"i32">; readonly level: 1 | 2 } | undefined {
  let known = accesses.get(row);
  if (known === undefined) {
    known = findAccess(row) ?? null;
    accesses.set(row, known);
  }
  return known ?? undefined;
}
const accesses = new WeakMap<Row, { readonly address: Expr<"i32">; readonly level: 1 | 2 } | null>();

function findAccess(row: Row): { readonly address: Expr<"i32">; readonly level: 1 | 2 } | undefined {
  if (!row.effects.mayFault) return undefined;
  const found: { address: Expr<"i32">; level: 1 | 2 }[] = [];
  let conditional = false;
  visit(row.meaning, {
    expr: (e) => {
      if (e.k === "load") found.push({ address: e.addr, level: 1 });
      if (e.k === "choose") conditional = true;
    },
    stmt: (s) => {
      if (s.s === "store") found.push({ address: s.addr, level: 2 });
      if (s.s === "if") conditional = true;
    },
  });
  return conditional || found.length !== 1 ? undefined : found[0];
}
