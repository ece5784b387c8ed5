/** Turns lines typed so far into the answer whether a statement is complete, as an interactive prompt needs it. */

import { PySyntaxError } from "./syntax/error.js";
import { parse } from "./syntax/parse.js";

/** Statements that an empty line ends. */
const COMPOUND: ReadonlySet<string> = new Set([
  "FunctionDef",
  "AsyncFunctionDef",
  "ClassDef",
  "For",
  "AsyncFor",
  "While",
  "If",
  "With",
  "AsyncWith",
  "Match",
  "Try",
  "TryStar",
]);

/** Errors that go away when more is typed, whatever it is. */
const OPEN = /was never closed|unterminated triple-quoted|unexpected EOF|unexpected end of file/;
/** Errors of a block that has been begun: an empty line makes them final. */
const BEGUN = /expected an indented block|expected 'except' or 'finally' block/;
const OPENS_BLOCK = /^\s*(?:@|(?:async|class|def|for|if|match|try|while|with)\b)/;

/**
 * Does a prompt have to ask for another line before this text can run? A text that is wrong for good is complete: running it
 * reports the error.
 *
 * @param source the lines typed so far, joined by line feeds, without one at the end
 */
export function isIncomplete(source: string): boolean {
  const lines = source.split("\n");
  const empty = lines.length > 1 && lines.at(-1)!.trim() === "";
  try {
    const { body } = parse(`${source}\n`, { mode: "single" });
    return !empty && COMPOUND.has(body[0]?.kind ?? "");
  } catch (error) {
    if (!(error instanceof PySyntaxError)) throw error;
    const { msg, lineno, offset } = error.data;
    if (OPEN.test(msg)) return true;
    if (empty || !OPENS_BLOCK.test(source)) return false;
    if (BEGUN.test(msg)) return true;
    // What a decorator belongs to is still to come.
    if (lines.at(-1)!.trimStart().startsWith("@") && msg === "invalid syntax") return true;
    const atEnd = lineno === lines.length ? (offset ?? 0) > lines.at(-1)!.length : (lineno ?? 0) > lines.length;
    return lines.length > 1 && atEnd;
  }
}
