/** Makes the errors of the passes over the tree, whose positions are those of nodes. */

import type { Position } from "./ast.js";
import { PySyntaxError } from "./error.js";

/** What the passes need to report an error and to stop in time. */
export interface Reporter {
  readonly filename: string;
  /** The program's text, if it is at hand: gives errors their source line. */
  readonly source: string | undefined;
  /** Greatest depth of the tree. */
  readonly depth: number;
}

/** An error at a node. Columns are bytes from 1: CPython does not turn them into characters here. */
export function errorAt(reporter: Reporter, msg: string, at: Position): PySyntaxError {
  return new PySyntaxError({
    kind: "SyntaxError",
    msg,
    filename: reporter.filename,
    lineno: at.lineno,
    offset: at.col_offset + 1,
    end_lineno: at.end_lineno,
    end_offset: at.end_col_offset + 1,
    text: lineOf(reporter.source, at.lineno),
  });
}

/** An error whose end is not known, which is so for future imports. */
export function errorFrom(reporter: Reporter, msg: string, at: Position): PySyntaxError {
  return new PySyntaxError({ ...errorAt(reporter, msg, at).data, end_offset: null });
}

function lineOf(source: string | undefined, lineno: number): string | null {
  if (source === undefined) return null;
  const lines = /[^\n\r]*(?:\r\n?|\n|$)/g;
  let match = lines.exec(source);
  for (let n = 1; n < lineno && match !== null && match[0] !== ""; n++) match = lines.exec(source);
  return match === null ? null : match[0].replace(/\r\n?$/, "\n");
}

/** CPython's error for a tree that is nested too deeply; it has no position. */
export function recursionError(filename: string): PySyntaxError {
  return new PySyntaxError({
    kind: "RecursionError",
    msg: "maximum recursion depth exceeded during compilation",
    filename,
    lineno: null,
    offset: null,
    end_lineno: null,
    end_offset: null,
    text: null,
  });
}
