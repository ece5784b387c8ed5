/** Turns Python 3.12 source text into its abstract syntax tree, or throws {@link PySyntaxError}. */

import type * as ast from "./ast.js";
import { type Input, MISMATCH } from "./cursor.js";
import { DecodeError, decodeSource } from "./decode.js";
import { Diagnoser, type Reporter } from "./diagnose.js";
import { PySyntaxError, type PySyntaxErrorKind } from "./error.js";
import { StatementParser } from "./statements.js";
import { type TokenError, tokenize } from "./tokenizer.js";
import * as T from "./tokens.js";

/** Bounds on what is parsed. All have defaults; exceeding one throws `PySyntaxError`. */
export interface ParseLimits {
  /** Longest source, in bytes (UTF-8 input) or UTF-16 units (string input). Default 16 MiB. */
  readonly sourceSize?: number;
  /** Nested parentheses, brackets and braces. Default 200, as CPython (`MAXLEVEL`). */
  readonly parentheses?: number;
  /** Nested indentation. Default 100, as CPython (`MAXINDENT`). */
  readonly indentation?: number;
  /**
   * How deeply the parser recurses, in steps: 3 for an expression in brackets or a block, 1 for an operator on the left
   * of its operand. Beyond it `MemoryError`, as in CPython. Default 2,500, which needs about half of the stack that
   * Node.js gives a thread; on a smaller stack the same error comes earlier.
   */
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
  /**
   * For a prompt: a program that is right as far as it goes is refused with the message `incomplete input`, and so is a
   * compound statement in mode `single` that no empty line ends (as CPython's `codeop`).
   */
  readonly incomplete?: boolean;
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

const DEFAULT_LIMITS: Required<ParseLimits> = {
  sourceSize: 16 << 20,
  parentheses: 200,
  indentation: 100,
  depth: 2500,
  intDigits: 4300,
};

/**
 * Parses a program.
 *
 * @param source text, or bytes in UTF-8 or the encoding they declare
 * @returns `Module`, `Expression` or `Interactive`, by `mode`
 * @throws PySyntaxError (code `PY_SYNTAX`) with CPython 3.12's message and position, also when a limit is exceeded
 */
export function parse(source: string | Uint8Array, options: ParseOptions & { mode: "eval" }): ast.Expression;
export function parse(source: string | Uint8Array, options: ParseOptions & { mode: "single" }): ast.Interactive;
export function parse(source: string | Uint8Array, options?: ParseOptions & { mode?: "exec" }): ast.Module;
export function parse(source: string | Uint8Array, options?: ParseOptions): ast.Mod;
export function parse(source: string | Uint8Array, options: ParseOptions = {}): ast.Mod {
  const filename = options.filename ?? "<string>";
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  if (source.length > limits.sourceSize) {
    throw plainError(
      "MemoryError",
      `source of ${source.length} is longer than the limit of ${limits.sourceSize}`,
      filename,
    );
  }
  const text = sourceText(source, filename);
  const tokens = tokenize(text, limits);
  const input: Input = {
    source: text,
    tokens,
    filename,
    maxDepth: limits.depth,
    maxIntDigits: limits.intDigits,
    unicodeNames: options.unicodeNames,
  };
  return new Parse(input, options).run();
}

/** The text of a source with all its line ends made `\n`. */
function sourceText(source: string | Uint8Array, filename: string): string {
  let text: string;
  try {
    text = typeof source === "string" ? source : decodeSource(source);
  } catch (e) {
    if (!(e instanceof DecodeError)) throw e;
    throw plainError("SyntaxError", e.message, filename);
  }
  if (text.includes("\0")) throw plainError("SyntaxError", "source code string cannot contain null bytes", filename);
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

function plainError(kind: PySyntaxErrorKind, msg: string, filename: string): PySyntaxError {
  return new PySyntaxError({
    kind,
    msg,
    filename,
    lineno: null,
    offset: null,
    end_lineno: null,
    end_offset: null,
    text: null,
  });
}

function tooDeep(filename: string): PySyntaxError {
  return plainError("MemoryError", "Parser stack overflowed - Python source too complex to parse", filename);
}

/** The first parse: by the next token, fast, and without explanations. */
class FirstParser extends StatementParser {
  /** Stands for any error: it will be found again and reported. */
  protected override errorAt(): PySyntaxError {
    throw MISMATCH;
  }

  protected override tooDeep(): PySyntaxError {
    return tooDeep(this.input.filename);
  }
}

/**
 * Tokens that are searched for the reason of an error: a few microseconds each. Beyond them the error is
 * "invalid syntax" at the right place.
 */
const MAX_DIAGNOSED = 60_000;

/** One call of `parse`: first parse, and after a failure the search for the reason. */
class Parse {
  private fromTokenizer: PySyntaxError | undefined;
  /** The furthest token that any parse has looked at. */
  private furthest = 0;

  constructor(
    private readonly input: Input,
    private readonly options: ParseOptions,
  ) {}

  run(): ast.Mod {
    const first = new FirstParser(this.input);
    let result: ast.Mod;
    try {
      result = this.parseWith(first);
    } catch (e) {
      if (e === MISMATCH) throw this.explain(first.furthest, first.statementStart);
      if (e instanceof RangeError) throw tooDeep(this.input.filename);
      throw e;
    }
    if (result.kind === "Interactive") this.checkSingle(first, result);
    return result;
  }

  private parseWith(parser: StatementParser): ast.Mod {
    const { mode } = this.options;
    if (mode === "eval") return parser.expressionInput();
    return mode === "single" ? parser.interactive() : parser.module();
  }

  /** In mode `single` nothing but comments may follow the statement. */
  private checkSingle(parser: StatementParser, result: ast.Interactive): void {
    const { line, col, endLine, endCol } = this.input.tokens;
    if (!parser.atEnd) {
      const at = parser.lastRead;
      throw this.at(
        "SyntaxError",
        "multiple statements found while compiling a single statement",
        line[at],
        col[at],
        endLine[at],
        endCol[at],
      );
    }
    const [statement] = result.body;
    if (this.options.incomplete === true && "body" in statement && !/\n[ \t\f]*\n$/.test(this.input.source)) {
      throw this.incompleteInput();
    }
  }

  // --- errors ------------------------------------------------------------------------------------------------------------

  private explain(furthest: number, statementStart: number): PySyntaxError {
    const { tokens } = this.input;
    const kind = tokens.kind[furthest];
    const endsEarly = tokens.error === null ? kind === T.END : tokens.error.atEnd && kind === T.ERROR;
    if (this.options.incomplete === true && (endsEarly || this.endsAt(furthest))) return this.incompleteInput();
    const reporter: Reporter = {
      at: (...args) => this.at(...args),
      atToken: (...args) => this.atToken(...args),
      tokenizer: () => this.tokenizerError(tokens.error as TokenError),
    };
    if (kind === T.ERROR) return this.tokenizerError(tokens.error as TokenError);
    // CPython begins its second parse at the beginning; in a long source the statement has to do.
    const from = furthest <= MAX_DIAGNOSED ? 0 : statementStart;
    if (furthest - from > MAX_DIAGNOSED) return this.genericError(furthest);
    // Errors that need no rules for mistakes are CPython's first parse's, and come before those of its second.
    return (
      this.diagnosis(reporter, furthest, from, false) ??
      this.diagnosis(reporter, furthest, from, true) ??
      this.genericError(furthest)
    );
  }

  private diagnosis(reporter: Reporter, furthest: number, from: number, mistakes: boolean): PySyntaxError | undefined {
    let diagnoser: Diagnoser | undefined;
    this.furthest = furthest;
    try {
      diagnoser = new Diagnoser(this.input, reporter, furthest, from, mistakes);
      this.parseWith(diagnoser);
    } catch (e) {
      this.furthest = Math.max(furthest, diagnoser?.furthest ?? 0);
      if (e instanceof PySyntaxError) return this.unlessTokenizer(e);
      if (e !== MISMATCH && !(e instanceof RangeError)) throw e;
    }
    return undefined;
  }

  private genericError(furthest: number): PySyntaxError {
    const { tokens } = this.input;
    const kind = tokens.kind[furthest];
    if (kind === T.INDENT || kind === T.DEDENT) {
      const msg = kind === T.INDENT ? "unexpected indent" : "unexpected unindent";
      return this.atToken("IndentationError", msg, furthest);
    }
    if (kind === T.END) {
      const lineno = lastLine(this.input.source);
      return this.make("SyntaxError", "invalid syntax", lineno, 0, lineno, 0, this.lineText(lineno));
    }
    const generic = this.at(
      "SyntaxError",
      "invalid syntax",
      tokens.line[furthest],
      tokens.col[furthest],
      tokens.endLine[furthest],
      tokens.endCol[furthest],
    );
    return this.unlessTokenizer(generic);
  }

  /**
   * What the tokenizer finds later on comes first: its own errors always, an open bracket if it stands on a line before
   * the last token that was read.
   */
  private unlessTokenizer(error: PySyntaxError): PySyntaxError {
    const { tokens } = this.input;
    if (tokens.error === null || tokens.error.inFString || this.fromTokenizer === error) return error;
    if (error.data.kind === "MemoryError") return error;
    if (tokens.error.raised) return this.tokenizerError(tokens.error);
    const bracket = tokens.open[tokens.open.length - 1];
    if (bracket === undefined || tokens.line[this.furthest] <= bracket.lineno) return error;
    return this.neverClosed(bracket.char, bracket.lineno, bracket.pos);
  }

  private neverClosed(char: string, lineno: number, pos: number): PySyntaxError {
    const text = this.lineText(lineno);
    const offset = codePointsUpTo(text, pos - this.lineStart(lineno)) + 1;
    return this.make("SyntaxError", `'${char}' was never closed`, lineno, offset, lineno, 0, text);
  }

  private tokenizerError(error: TokenError): PySyntaxError {
    const { kind, msg, lineno, offset, endOffset } = error;
    this.fromTokenizer = this.make(kind, msg, lineno, offset, lineno, endOffset, this.lineText(lineno));
    return this.fromTokenizer;
  }

  private incompleteInput(): PySyntaxError {
    const { tokens } = this.input;
    const at = tokens.count - 1;
    return this.at("SyntaxError", "incomplete input", tokens.line[at], tokens.col[at], tokens.line[at], null);
  }

  /** Whether only the layout that closes a source follows token `index`. */
  private endsAt(index: number): boolean {
    const { kind, count } = this.input.tokens;
    for (let i = index; i < count; i++) {
      if (kind[i] !== T.NEWLINE && kind[i] !== T.DEDENT && kind[i] !== T.END) return false;
    }
    return true;
  }

  /**
   * Layout tokens have no columns: their place is where the tokenizer stands after them, behind the indentation or at
   * the end of the last line.
   */
  private atToken(kind: PySyntaxErrorKind, msg: string, index: number): PySyntaxError {
    const { tokens } = this.input;
    const token = tokens.kind[index];
    if (token !== T.INDENT && token !== T.DEDENT && token !== T.END) {
      return this.at(kind, msg, tokens.line[index], tokens.col[index], tokens.endLine[index], tokens.endCol[index]);
    }
    const { source } = this.input;
    const atEnd = tokens.start[index] >= source.length;
    const lineno = atEnd ? lastLine(source) : tokens.line[index];
    const text = this.lineText(lineno);
    const offset = atEnd ? [...text].length + (text.endsWith("\n") ? 0 : 1) : characters(text, tokens.col[index]);
    return this.make(kind, msg, lineno, offset, lineno, -1, text);
  }

  /** Columns are byte offsets here and become 1-based code points; `endCol` null stays unknown. */
  private at(
    kind: PySyntaxErrorKind,
    msg: string,
    lineno: number,
    col: number,
    endLine: number,
    endCol: number | null,
  ): PySyntaxError {
    const text = this.lineText(lineno);
    // CPython counts the last column in the first line's text
    const endText = endLine === lineno ? text : text.replace("\n", "");
    const offset = characters(text, col) + 1;
    const endOffset =
      endCol === null ? (kind === "SyntaxError" ? 0 : -1) : characters(endText, endCol, endLine > lineno) + 1;
    return this.make(kind, msg, lineno, offset, endLine, endOffset, text);
  }

  private make(
    kind: PySyntaxErrorKind,
    msg: string,
    lineno: number,
    offset: number,
    end_lineno: number,
    end_offset: number,
    text: string,
  ): PySyntaxError {
    const { filename } = this.input;
    return new PySyntaxError({ kind, msg, filename, lineno, offset, end_lineno, end_offset, text });
  }

  /** UTF-16 offset at which a line begins. */
  private lineStart(lineno: number): number {
    let at = 0;
    for (let n = 1; n < lineno; n++) {
      const end = this.input.source.indexOf("\n", at);
      if (end < 0) break;
      at = end + 1;
    }
    return at;
  }

  private lineText(lineno: number): string {
    if (lineno < 1) return "";
    const from = this.lineStart(lineno);
    const end = this.input.source.indexOf("\n", from);
    return end < 0 ? this.input.source.slice(from) : this.input.source.slice(from, end + 1);
  }
}

/** The code points in the first `bytes` bytes of a line; positions behind it count as columns unless `clip` is set. */
function characters(line: string, bytes: number, clip = false): number {
  let left = bytes;
  let count = 0;
  for (const ch of line) {
    if (left <= 0) break;
    const code = ch.codePointAt(0) as number;
    left -= code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
    count++;
  }
  return clip ? count : count + Math.max(0, left);
}

/** The number of the last line that has text or a line end. */
function lastLine(source: string): number {
  let lines = source === "" || source.endsWith("\n") ? 0 : 1;
  for (let at = source.indexOf("\n"); at >= 0; at = source.indexOf("\n", at + 1)) lines++;
  return lines;
}

/** The code points in the first `units` UTF-16 units of a line. */
function codePointsUpTo(line: string, units: number): number {
  return [...line.slice(0, units)].length;
}
