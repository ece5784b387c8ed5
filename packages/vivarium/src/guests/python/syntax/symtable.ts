/**
 * Turns a tree into its scopes: for every block, what each name means there; the errors that need that knowledge, and
 * those that CPython's compiler finds, are found on the way.
 */

import { resolveNames } from "./analysis.js";
import type * as ast from "./ast.js";
import { collectScopes } from "./collect.js";
import { recursionError } from "./report.js";
import type { Scope, ScopeNode } from "./scope.js";

export { Flag, mangle, type NameScope, type Scope, type ScopeKind, type ScopeNode, type SymbolInfo } from "./scope.js";

/** All scopes of a program. */
export interface SymbolTable {
  readonly top: Scope;
  /**
   * The scope of a module, function, lambda, class, comprehension, of a type alias's value, or of a type variable's
   * bound.
   */
  scopeOf(node: ScopeNode): Scope;
  /** The scope of a type parameter's default (PEP 696); `undefined` if it has none. */
  defaultScopeOf(param: ast.TypeParam): Scope | undefined;
  /** The type-parameter scope that surrounds a generic function, class or alias; `undefined` if it has no parameters. */
  typeParamsOf(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.TypeAlias): Scope | undefined;
  /** `from __future__ import annotations` is in force: annotations are not evaluated but stored as text. */
  readonly futureAnnotations: boolean;
}

export interface SymtableOptions {
  /** For error messages. */
  readonly filename?: string;
  /** The text that was parsed: gives errors their source line. */
  readonly source?: string;
  /** Greatest depth of the tree (default 1,500); beyond it `RecursionError`, as in CPython. */
  readonly depth?: number;
  /** `annotations` of the calling code is inherited (CPython's `compile(…, dont_inherit=False)`). */
  readonly futureAnnotations?: boolean;
}

/**
 * Greatest depth of a tree. CPython 3.12 ends at about 2,500; here passes behind this one recurse over the tree, and the
 * stack that Node.js gives a thread carries the compiler to about 2,200.
 */
const DEFAULT_DEPTH = 1500;

/**
 * Builds the symbol table of a program.
 *
 * @throws PySyntaxError (code `PY_SYNTAX`) with CPython's message and position; columns of these errors count bytes, as
 *   CPython's do. `RecursionError` for a tree that is too deep.
 */
export function buildSymtable(mod: ast.Mod, options: SymtableOptions = {}): SymbolTable {
  const reporter = {
    filename: options.filename ?? "<string>",
    source: options.source,
    depth: options.depth ?? DEFAULT_DEPTH,
  };
  try {
    const found = collectScopes(mod, reporter, options.futureAnnotations === true);
    resolveNames(found.top, reporter);
    if (found.late !== null) throw found.late;
    return {
      top: found.top,
      futureAnnotations: found.futureAnnotations,
      scopeOf: (node) => found.scopes.get(node) ?? unknownNode(node),
      defaultScopeOf: (param) => found.defaults.get(param),
      typeParamsOf: (node) => found.typeParams.get(node),
    };
  } catch (e) {
    if (e instanceof RangeError) throw recursionError(reporter.filename);
    throw e;
  }
}

function unknownNode(node: ScopeNode): Scope {
  throw new TypeError(`${node.kind} is not a block of this program`);
}
