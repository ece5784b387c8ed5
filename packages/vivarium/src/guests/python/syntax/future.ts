/** Finds the future imports of a program (language reference, 7.11.1). */

import type * as ast from "./ast.js";
import { errorFrom, type Reporter } from "./report.js";

const FEATURES = new Set([
  "nested_scopes",
  "generators",
  "division",
  "absolute_import",
  "with_statement",
  "print_function",
  "unicode_literals",
  "barry_as_FLUFL",
  "generator_stop",
  "annotations",
]);

/** What the future imports at the beginning of a program say. */
export interface Future {
  readonly annotations: boolean;
  /** The line of the last one, 0 without any: behind it none may stand. */
  readonly lastLine: number;
}

/**
 * Reads the future imports, which only a documentation string may precede.
 *
 * @throws PySyntaxError for a feature that does not exist
 */
export function futureFeatures(mod: ast.Mod, reporter: Reporter): Future {
  let annotations = false;
  let lastLine = 0;
  if (mod.kind === "Expression") return { annotations, lastLine };
  for (const [i, node] of mod.body.entries()) {
    if (i === 0 && isDocumentation(node)) continue;
    if (node.kind !== "ImportFrom" || node.module !== "__future__" || node.level !== 0) break;
    for (const { name } of node.names) {
      if (name === "braces") throw errorFrom(reporter, "not a chance", node);
      if (!FEATURES.has(name)) throw errorFrom(reporter, `future feature ${name} is not defined`, node);
      annotations ||= name === "annotations";
    }
    lastLine = node.lineno;
  }
  return { annotations, lastLine };
}

function isDocumentation(node: ast.Stmt): boolean {
  return node.kind === "Expr" && node.value.kind === "Constant" && typeof node.value.value === "string";
}
