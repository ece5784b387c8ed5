/** Checks the patterns of a `match` statement: what can never be reached, and what is bound twice or not everywhere. */

import type * as ast from "./ast.js";
import { constantRepr, stringRepr } from "./repr.js";

type Complain = (msg: string, at: ast.Position) => void;

/** Names that a pattern binds, in order. */
type Stores = string[];

/**
 * Reports the mistakes of a case's pattern, in CPython's order and words.
 *
 * @param last whether it is the last of its statement, where a pattern that always matches may stand
 */
export function checkCase(clause: ast.MatchCase, last: boolean, complain: Complain): void {
  check(clause.pattern, [], clause.guard !== null || last, complain);
}

/** @param irrefutable whether a pattern that always matches may stand here */
function check(pattern: ast.Pattern, stores: Stores, irrefutable: boolean, complain: Complain): void {
  switch (pattern.kind) {
    case "MatchSequence":
      if (pattern.patterns.filter((part) => part.kind === "MatchStar").length > 1) {
        complain("multiple starred names in sequence pattern", pattern);
      }
      for (const part of pattern.patterns) check(part, stores, true, complain);
      break;
    case "MatchMapping":
      checkKeys(pattern, complain);
      for (const part of pattern.patterns) check(part, stores, true, complain);
      if (pattern.rest !== null) store(pattern.rest, stores, pattern, complain);
      break;
    case "MatchClass":
      checkAttributes(pattern, complain);
      for (const part of [...pattern.patterns, ...pattern.kwd_patterns]) check(part, stores, true, complain);
      break;
    case "MatchStar":
      if (pattern.name !== null) store(pattern.name, stores, pattern, complain);
      break;
    case "MatchAs":
      if (pattern.pattern !== null) check(pattern.pattern, stores, irrefutable, complain);
      else if (!irrefutable) {
        const what = pattern.name === null ? "wildcard" : `name capture ${stringRepr(pattern.name)}`;
        complain(`${what} makes remaining patterns unreachable`, pattern);
      }
      if (pattern.name !== null) store(pattern.name, stores, pattern, complain);
      break;
    case "MatchValue":
      if (pattern.value.kind !== "Attribute" && fold(pattern.value) === undefined) {
        complain("patterns may only match literals and attribute lookups", pattern);
      }
      break;
    case "MatchOr":
      checkAlternatives(pattern, stores, irrefutable, complain);
      break;
    default:
  }
}

function store(name: string, stores: Stores, at: ast.Position, complain: Complain): void {
  if (stores.includes(name)) complain(`multiple assignments to name ${stringRepr(name)} in pattern`, at);
  stores.push(name);
}

function checkAlternatives(pattern: ast.MatchOr, stores: Stores, irrefutable: boolean, complain: Complain): void {
  let bound: Stores | null = null;
  for (const [i, alternative] of pattern.patterns.entries()) {
    const own: Stores = [];
    check(alternative, own, irrefutable && i === pattern.patterns.length - 1, complain);
    bound ??= own;
    if (own.length !== bound.length || bound.some((name) => !own.includes(name))) {
      complain("alternative patterns bind different names", pattern);
    }
  }
  for (const name of bound ?? []) store(name, stores, pattern, complain);
}

function checkAttributes(pattern: ast.MatchClass, complain: Complain): void {
  for (const [i, name] of pattern.kwd_attrs.entries()) {
    const again = pattern.kwd_attrs.indexOf(name, i + 1);
    if (again >= 0) {
      complain(`attribute name repeated in class pattern: ${name}`, pattern.kwd_patterns[again]);
      return;
    }
  }
}

function checkKeys(pattern: ast.MatchMapping, complain: Complain): void {
  const seen = new Set<string>();
  for (const key of pattern.keys) {
    if (key.kind === "Attribute") continue;
    const value = literal(key);
    if (value === null) {
      complain("mapping pattern keys may only match literals and attribute lookups", pattern);
    } else {
      if (seen.has(value.identity)) complain(`mapping pattern checks duplicate key (${value.repr})`, pattern);
      seen.add(value.identity);
    }
  }
}

/** A literal key: a text that is the same for keys that are equal (`1`, `1.0`, `True`), and how Python shows it. */
function literal(node: ast.Expr): { identity: string; repr: string } | null {
  const value = fold(node);
  if (value === undefined) return null;
  const repr = constantRepr(value);
  if (typeof value === "boolean") return { identity: `n${Number(value)}`, repr };
  if (typeof value === "number" || typeof value === "bigint") return { identity: `n${value}`, repr };
  if (typeof value === "object" && value !== null && "kind" in value) {
    if (value.kind === "float") return { identity: `n${numberIdentity(value.value)}`, repr };
    if (value.kind === "complex") {
      const imag = value.imag === 0 ? "" : `,${value.imag}`;
      return { identity: `n${numberIdentity(value.real)}${imag}`, repr };
    }
  }
  return { identity: repr, repr };
}

function numberIdentity(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}

/** The value of a literal with its sign, or of a complex sum. */
function fold(node: ast.Expr): ast.ConstantValue | undefined {
  if (node.kind === "Constant") return node.value;
  if (node.kind === "UnaryOp" && node.op === "USub") {
    const value = fold(node.operand);
    if (typeof value === "number") return value === 0 ? 0 : -value;
    if (typeof value === "bigint") return -value;
    if (typeof value !== "object" || value === null || !("kind" in value)) return undefined;
    if (value.kind === "float") return { kind: "float", value: -value.value };
    return value.kind === "complex" ? { kind: "complex", real: -value.real, imag: -value.imag } : undefined;
  }
  if (node.kind !== "BinOp") return undefined;
  const real = asNumber(fold(node.left));
  const imag = fold(node.right);
  if (real === undefined || typeof imag !== "object" || imag === null || !("kind" in imag)) return undefined;
  if (imag.kind !== "complex") return undefined;
  return { kind: "complex", real, imag: node.op === "Add" ? imag.imag : -imag.imag };
}

function asNumber(value: ast.ConstantValue | undefined): number | undefined {
  if (typeof value === "number" || typeof value === "bigint") return Number(value);
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "float"
    ? value.value
    : undefined;
}
