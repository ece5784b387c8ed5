/** What the parser and the symbol table throw for a program that is not Python. */

import { LoadError } from "../../../machine/errors.js";

/**
 * The exception that CPython would raise. The last two are raised by CPython for programs nested too deeply:
 * `MemoryError` by its parser, `RecursionError` by its symbol table.
 */
export type PySyntaxErrorKind = "SyntaxError" | "IndentationError" | "TabError" | "MemoryError" | "RecursionError";

/** The attributes of CPython's `SyntaxError`. */
export interface PySyntaxErrorData {
  readonly kind: PySyntaxErrorKind;
  readonly msg: string;
  readonly filename: string;
  /** 1-based; `null` where CPython sets none. */
  readonly lineno: number | null;
  /** 1-based, in code points of the line, as CPython's `offset`. */
  readonly offset: number | null;
  readonly end_lineno: number | null;
  readonly end_offset: number | null;
  /** The source line `lineno`, with its line end if it has one. */
  readonly text: string | null;
}

/** A program that is not Python 3.12. Its `code` is `PY_SYNTAX`; `data` has the attributes of CPython's `SyntaxError`. */
export class PySyntaxError extends LoadError {
  override readonly name: string = "PySyntaxError";

  constructor(readonly data: PySyntaxErrorData) {
    super("PY_SYNTAX", `${data.kind}: ${data.msg}`, position(data));
  }
}

/** Line and column in UTF-16 units, which is what {@link LoadError} promises. */
function position({ lineno, offset, text }: PySyntaxErrorData): { line?: number; column?: number } {
  if (lineno === null) return {};
  let column = 1;
  const line = text ?? "";
  for (let n = 1; n < (offset ?? 1); n++) column += (line.codePointAt(column - 1) ?? 0) > 0xffff ? 2 : 1;
  return { line: lineno, column };
}
