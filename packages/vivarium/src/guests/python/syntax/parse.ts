/** Turns Python 3.12 source text into its abstract syntax tree, or throws {@link PySyntaxError}. */

/** Bounds on what is parsed. All have defaults; exceeding one throws `PySyntaxError`. */
export interface ParseLimits {
  /** Longest source, in bytes (UTF-8 input) or UTF-16 units (string input). Default 64 MiB. */
  readonly sourceSize?: number;
  /** Nested parentheses, brackets and braces. Default 200, as CPython (`MAXLEVEL`). */
  readonly parentheses?: number;
  /** Nested indentation. Default 100, as CPython (`MAXINDENT`). */
  readonly indentation?: number;
  /** Levels of recursion in the parser; beyond it `MemoryError`, as in CPython. Default 2,500. */
  readonly depth?: number;
  /** Digits of a decimal integer literal; 0 for no limit. Default 4,300, as CPython. */
  readonly intDigits?: number;
}

export interface ParseOptions {
  /** `exec` a module (default), `eval` one expression, `single` one interactive statement. */
  readonly mode?: "exec" | "eval" | "single";
  /** For error messages; default `<string>`. */
  readonly filename?: string;
  readonly limits?: ParseLimits;
  /** Resolves `\N{name}` in strings. Without it a `\N{…}` escape is an error that says so. */
  readonly unicodeNames?: UnicodeNames;
}

/**
 * The Unicode character names, for `\N{…}`. The data is large (over 34,000 names), so it is never part of the parser:
 * whoever embeds it loads a table when it is wanted.
 */
export interface UnicodeNames {
  /** The character with that name or alias (case does not matter), or `undefined`. May give several code points. */
  lookup(name: string): string | undefined;
}
