/** Formula text to tokens. */
import { LoadError } from "../../../machine/errors.js";
import type { Position } from "./syntax.js";

export interface Token {
  readonly kind: "number" | "name" | "keyword" | "punctuation" | "newline" | "end";
  readonly text: string;
  readonly at: Position;
}

/** Formula text longer than this is refused. */
export const MAX_SOURCE = 1 << 20;

const KEYWORDS = new Set(
  "if then else let var for in step max while and or not true false const table extern".split(" "),
);
const PATTERN =
  /([ \t\r]+|\/\/[^\n]*|#[^\n]*)|(\n)|((?:\d+(?:\.(?!\.)\d*)?|\.\d+)(?:e[+-]?\d+)?)|([A-Za-z_]\w*)|(\.\.|->|&&|\|\||[<>=!]=|[-+*/]=|[-+*/%^<>=!?:;,.(){}[\]])/iy;
const WORD_OPERATORS: Readonly<Record<string, string>> = { "&&": "and", "||": "or", "!": "not" };

/**
 * Splits formula text into tokens. Line ends inside parentheses and brackets do not count.
 *
 * @throws LoadError `LMNT_FORMULA_SYNTAX` at a character that begins no token.
 */
export function tokenize(text: string): Token[] {
  if (text.length > MAX_SOURCE) {
    throw new LoadError("LMNT_FORMULA_SIZE", `a formula may have ${MAX_SOURCE} characters`, { line: 1, column: 1 });
  }
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let nesting = 0;
  let position = 0;
  while (position < text.length) {
    PATTERN.lastIndex = position;
    const match = PATTERN.exec(text);
    const at = { line, column: position - lineStart + 1 };
    if (match === null) throw new LoadError("LMNT_FORMULA_SYNTAX", `unexpected ${JSON.stringify(text[position])}`, at);
    position = PATTERN.lastIndex;
    const [whole, space, newline, number, name] = match;
    if (space !== undefined) continue;
    if (newline !== undefined) {
      if (nesting === 0) tokens.push({ kind: "newline", text: "end of line", at });
      line++;
      lineStart = position;
    } else if (number !== undefined) tokens.push({ kind: "number", text: number, at });
    else if (name !== undefined) tokens.push({ kind: KEYWORDS.has(name) ? "keyword" : "name", text: name, at });
    else {
      if (whole === "(" || whole === "[") nesting++;
      if (whole === ")" || whole === "]") nesting = Math.max(0, nesting - 1);
      const word = WORD_OPERATORS[whole];
      tokens.push(word === undefined ? { kind: "punctuation", text: whole, at } : { kind: "keyword", text: word, at });
    }
  }
  tokens.push({ kind: "end", text: "end of text", at: { line, column: position - lineStart + 1 } });
  return tokens;
}
