/**
 * Finds out why a program is not Python and says it in CPython's words: the second parse.
 *
 * After the first parse has failed, this one tries, beside the rules of the language, the rules for common mistakes, in
 * the places and the order that CPython's grammar has them (its `invalid_…` rules). The first that fits is the error.
 * If none does, the error is "invalid syntax" at the furthest token of the first parse.
 */

import type * as ast from "./ast.js";
import type { Input } from "./cursor.js";
import type { PySyntaxError, PySyntaxErrorKind } from "./error.js";
import { isTarget } from "./expressions.js";
import { LongestParser } from "./longest.js";
import * as T from "./tokens.js";

const SOFT_KEYWORDS = ["_", "case", "match", "type"];
/** Statements of Python 2 that are functions now. */
const LEGACY = new Set(["print", "exec"]);

/** An end of the span that an error is reported for: a token by index, or a node. */
type Place = number | ast.Position;

/** Makes errors; the driver knows the text and the tokenizer's state. */
export interface Reporter {
  /** `end` null: only the beginning is known. */
  at(
    kind: PySyntaxErrorKind,
    msg: string,
    lineno: number,
    col: number,
    endLine: number,
    endCol: number | null,
  ): PySyntaxError;
  /** At a token, as it stood when the tokenizer had just read it. */
  atToken(kind: PySyntaxErrorKind, msg: string, index: number): PySyntaxError;
  /** What the tokenizer found. */
  tokenizer(): PySyntaxError;
}

export class Diagnoser extends LongestParser {
  /** Greater than 0 where CPython runs a rule without its rules for mistakes. */
  private quiet: number;

  /**
   * @param furthest the furthest token of the first parse
   * @param from where to begin: at a statement of the module
   * @param mistakes whether to try the rules for mistakes; a few that CPython always tries are tried in any case
   */
  constructor(
    input: Input,
    private readonly report: Reporter,
    furthest: number,
    from: number,
    mistakes: boolean,
  ) {
    super(input);
    this.furthest = furthest;
    this.reset({ pos: from, depth: 0 });
    this.quiet = mistakes ? 0 : 1;
    if (this.t === T.ERROR) throw report.tokenizer();
  }

  protected override advance(): void {
    this.touch(this.pos);
    super.advance();
    if (this.t === T.ERROR) throw this.report.tokenizer();
  }

  // --- raising -----------------------------------------------------------------------------------------------------------

  protected override errorAt(msg: string, from: number, to: number): PySyntaxError {
    return this.error(msg, from, to);
  }

  protected override tooDeep(): PySyntaxError {
    throw new RangeError("the search for the mistake goes too deep");
  }

  private begin(place: Place): [number, number] {
    return typeof place === "number" ? [this.line[place], this.col[place]] : [place.lineno, place.col_offset];
  }

  private finish(place: Place): [number, number] {
    return typeof place === "number"
      ? [this.endLine[place], this.endCol[place]]
      : [place.end_lineno, place.end_col_offset];
  }

  /** An error from the beginning of `from` to the end of `to`. */
  private error(msg: string, from: Place, to: Place = from, kind: PySyntaxErrorKind = "SyntaxError"): PySyntaxError {
    return this.report.at(kind, msg, ...this.begin(from), ...this.finish(to));
  }

  /** An error at the last token that was looked at. */
  private errorAtFurthest(msg: string, kind: PySyntaxErrorKind = "SyntaxError"): PySyntaxError {
    this.touch(this.pos);
    return this.report.atToken(kind, msg, this.furthest);
  }

  /** An error from `from` to where the tokenizer has come, whose last column is one less (as in CPython). */
  private errorToFurthest(msg: string, from: Place): PySyntaxError {
    this.touch(this.pos);
    const [line, col] = this.finish(this.furthest);
    return this.report.at("SyntaxError", msg, ...this.begin(from), line, col - 1);
  }

  /** The indented block after `what` is missing; the current token stands where it should begin. */
  private missingBlock(what: string, keyword: Place): PySyntaxError {
    const line = this.begin(keyword)[0];
    return this.errorAtFurthest(`expected an indented block after ${what} on line ${line}`, "IndentationError");
  }

  /** Goes on where an earlier alternative has failed: a mistake that fits is thrown, otherwise nothing happens. */
  private mistake(rule: () => unknown): void {
    if (this.quiet === 0) this.fits(rule);
  }

  protected override require(kind: number): void {
    if (this.t !== kind) {
      this.touch(this.pos);
      throw this.error(`expected '${T.SPELLING[kind]}'`, this.pos);
    }
    this.advance();
  }

  /** Looks whether a mistake in a header's end fits: no colon, or no block after it. */
  private header(read: () => unknown, what: string, keyword: Place): void {
    this.mistake(() => {
      read();
      if (this.t === T.NEWLINE) throw this.errorAtFurthest("expected ':'");
    });
    this.mistake(() => {
      read();
      this.noBlock(what, keyword);
    });
  }

  private noBlock(what: string, keyword: Place): void {
    this.expect(T.COLON);
    this.expect(T.NEWLINE);
    if (this.t !== T.INDENT) throw this.missingBlock(what, keyword);
  }

  /** Whether a bracket is open after token `index`: outside brackets the statement begins on a line of its own. */
  private insideBrackets(index: number): boolean {
    let level = 0;
    for (let i = index; i >= 0; i--) {
      const kind = this.kind[i];
      if (kind === T.NEWLINE || kind === T.INDENT || kind === T.DEDENT) return false;
      if (kind === T.RPAR || kind === T.RSQB || kind === T.RBRACE) level++;
      else if ((kind === T.LPAR || kind === T.LSQB || kind === T.LBRACE) && level-- === 0) return true;
    }
    return false;
  }

  // --- expressions -----------------------------------------------------------------------------------------------------

  protected override expression(): ast.Expr {
    return this.remembered("expression", () => {
      if (this.quiet === 0) this.invalidExpression();
      return super.expression();
    });
  }

  private withoutMistakes<R>(rule: () => R): R {
    this.quiet++;
    try {
      return rule();
    } finally {
      this.quiet--;
    }
  }

  /** `expression` whose own rules for mistakes are off. */
  private plainExpression(): ast.Expr {
    return this.withoutMistakes(() => super.expression());
  }

  private invalidExpression(): void {
    const from = this.pos;
    const stringAfterName = this.t === T.NAME && this.next === T.STRING;
    // CPython compares as many characters as the name has, so `c` and `ma` count as soft keywords
    const soft = this.t === T.NAME && SOFT_KEYWORDS.some((word) => word.startsWith(this.names[this.aux[from]]));
    if (!stringAfterName && !soft) {
      this.mistake(() => {
        const a = this.disjunction();
        const b = this.plainExpression();
        if (isLegacy(a) || !this.insideBrackets(this.pos - 1)) return;
        throw this.error("invalid syntax. Perhaps you forgot a comma?", a, b);
      });
    }
    this.mistake(() => {
      const a = this.disjunction();
      this.expect(T.KW_IF);
      const b = this.disjunction();
      if (this.t !== T.KW_ELSE && this.t !== T.COLON) {
        throw this.error("expected 'else' after 'if' expression", a, b);
      }
    });
    if (this.t === T.KW_LAMBDA) {
      this.mistake(() => {
        this.advance();
        this.attempt(() => this.parameters(T.COLON));
        this.expect(T.COLON);
        if (this.t === T.FSTRING_MIDDLE) {
          throw this.error("f-string: lambda expressions are not allowed without parentheses", from, this.pos - 1);
        }
      });
    }
    if (this.t === T.NAME && this.next !== T.LPAR) {
      this.mistake(() => {
        const name = this.expectName();
        const b = this.starExpressions();
        if (!LEGACY.has(name)) return;
        throw this.error(`Missing parentheses in call to '${name}'. Did you mean ${name}(...)?`, from, b);
      });
    }
  }

  protected override namedExpression(): ast.Expr {
    if (this.t === T.NAME && this.next === T.COLONEQUAL) return super.namedExpression();
    if (this.quiet === 0) this.invalidNamedExpression();
    const node = this.expression();
    if (this.t === T.COLONEQUAL) this.mismatch();
    return node;
  }

  private invalidNamedExpression(): void {
    this.mistake(() =>
      this.remembered("invalid_named_expression", () => {
        const from = this.pos;
        this.mistake(() => {
          const a = this.expression();
          this.expect(T.COLONEQUAL);
          this.expression();
          throw this.error(`cannot use assignment expressions with ${describe(a)}`, a);
        });
        if (this.t === T.NAME && this.next === T.EQUAL) {
          this.mistake(() => {
            this.advance();
            this.advance();
            const b = this.binary(1);
            if (this.t === T.EQUAL || this.t === T.COLONEQUAL) this.mismatch();
            throw this.error("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", from, b);
          });
        }
        if (this.t === T.KW_TRUE || this.t === T.KW_FALSE || this.t === T.KW_NONE) this.mismatch();
        if ((this.t === T.LSQB || this.t === T.LPAR) && this.fits(() => this.display())) this.mismatch();
        const a = this.binary(1);
        this.expect(T.EQUAL);
        this.binary(1);
        if (this.t === T.EQUAL || this.t === T.COLONEQUAL) this.mismatch();
        throw this.error(`cannot assign to ${describe(a)} here. Maybe you meant '==' instead of '='?`, a);
      }),
    );
  }

  /** A list, tuple or generator expression; not an expression in parentheses. */
  private display(): void {
    const open = this.t;
    const node = this.atom();
    if (open === T.LSQB ? node.kind !== "List" : this.kind[this.pos - 1] !== T.RPAR) this.mismatch();
    const own = node.kind === "List" || node.kind === "Tuple" || node.kind === "GeneratorExp";
    if (!own || node.end_col_offset !== this.endCol[this.pos - 1]) this.mismatch();
  }

  // --- atoms -------------------------------------------------------------------------------------------------------------

  protected override parenthesised(): ast.Expr {
    const from = this.pos;
    const tuple = this.attempt(() => {
      this.advance();
      if (this.accept(T.RPAR)) return this.tuple([], from, "Load");
      const first = this.starNamedExpression();
      if (this.t !== T.COMMA) this.mismatch();
      const elts = this.starNamedExpressions(first);
      this.expect(T.RPAR);
      return this.tuple(elts, from, "Load");
    });
    if (tuple !== undefined) return tuple;
    const group = this.attempt(() => {
      this.advance();
      const value = this.t === T.KW_YIELD ? this.yieldExpression() : this.namedExpression();
      this.expect(T.RPAR);
      return value;
    });
    if (group !== undefined) return group;
    this.mistake(() => {
      this.advance();
      const at = this.pos;
      this.expect(T.STAR);
      this.expression();
      const to = this.pos - 1;
      this.expect(T.RPAR);
      throw this.error("cannot use starred expression here", at, to);
    });
    this.mistake(() => {
      this.advance();
      const at = this.pos;
      this.expect(T.DOUBLESTAR);
      this.expression();
      this.expect(T.RPAR);
      throw this.error("cannot use double starred expression here", at, at);
    });
    return this.generatorExpression();
  }

  private generatorExpression(): ast.Expr {
    const from = this.pos;
    const node = this.attempt(() => {
      this.advance();
      const elt = this.positional();
      return this.comprehension("GeneratorExp", elt, from, T.RPAR);
    });
    if (node !== undefined) return node;
    this.invalidComprehension();
    return this.mismatch();
  }

  /** `assignment_expression | expression !':='`. */
  private positional(): ast.Expr {
    if (this.t === T.NAME && this.next === T.COLONEQUAL) return this.assignmentExpression();
    const value = this.expression();
    if (this.t === T.COLONEQUAL) this.mismatch();
    return value;
  }

  private invalidComprehension(): void {
    const open = this.t;
    this.mistake(() => {
      this.advance();
      const a = this.starredExpression();
      this.generators();
      throw this.error("iterable unpacking cannot be used in comprehension", a);
    });
    if (open === T.LPAR) return;
    const forgotten = "did you forget parentheses around the comprehension target?";
    this.mistake(() => {
      this.advance();
      const from = this.starNamedExpression();
      this.expect(T.COMMA);
      const rest = this.starNamedExpressions(this.starNamedExpression());
      this.generators();
      throw this.error(forgotten, from, rest[rest.length - 1]);
    });
    this.mistake(() => {
      this.advance();
      const from = this.starNamedExpression();
      const comma = this.pos;
      this.expect(T.COMMA);
      this.generators();
      throw this.error(forgotten, from, comma);
    });
  }

  protected override listDisplay(): ast.Expr {
    const node = this.attempt(() => super.listDisplay());
    if (node !== undefined) return node;
    this.invalidComprehension();
    return this.mismatch();
  }

  protected override braceDisplay(): ast.Expr {
    const isDict = this.fits(() => {
      this.advance();
      if (this.t !== T.RBRACE) {
        this.separated(() => this.dictItem());
        this.accept(T.COMMA);
      }
      this.expect(T.RBRACE);
    });
    if (!isDict) this.invalidDict();
    const node = this.attempt(() => super.braceDisplay());
    if (node !== undefined) return node;
    this.mistake(() => {
      this.advance();
      const stars = this.pos;
      this.expect(T.DOUBLESTAR);
      this.binary(1);
      this.generators();
      this.expect(T.RBRACE);
      throw this.error("dict unpacking cannot be used in dict comprehension", stars);
    });
    this.invalidComprehension();
    return this.mismatch();
  }

  private dictItem(): ast.Expr {
    if (this.accept(T.DOUBLESTAR)) return this.binary(1);
    this.expression();
    this.expect(T.COLON);
    return this.expression();
  }

  /** CPython tries this always, also in its first parse. */
  private invalidDict(): void {
    this.fits(() => {
      this.advance();
      this.separated(() => this.dictItem());
      this.expect(T.COMMA);
      this.invalidPair(true);
    });
    this.fits(() => {
      this.advance();
      this.invalidPair(false);
    });
  }

  private invalidPair(keyAlone: boolean): void {
    if (keyAlone) {
      this.fits(() => {
        const key = this.expression();
        if (this.t === T.COLON) this.mismatch();
        throw this.report.at(
          "SyntaxError",
          "':' expected after dictionary key",
          key.lineno,
          key.end_col_offset - 1,
          key.end_lineno,
          null,
        );
      });
    }
    this.expression();
    const colon = this.pos;
    this.expect(T.COLON);
    const star = this.pos;
    if (this.accept(T.STAR)) {
      this.binary(1);
      throw this.errorToFurthest("cannot use a starred expression in a dictionary value", star);
    }
    if (this.t === T.RBRACE || this.t === T.COMMA) {
      throw this.error("expression expected after dictionary key and ':'", colon);
    }
  }

  protected override beforeSuffix(): void {
    if (this.t === T.LSQB || this.t === T.LBRACE) this.invalidComprehension();
  }

  // --- calls -------------------------------------------------------------------------------------------------------------

  protected override call(func: ast.Expr, from: number): ast.Call {
    const lone = this.attempt(() => this.generatorExpression());
    if (lone !== undefined) return this.callNode(func, [lone], [], from);
    this.advance();
    const { args, keywords } = this.t === T.RPAR ? { args: [], keywords: [] } : this.callArguments(-1);
    this.expect(T.RPAR);
    return this.callNode(func, args, keywords, from);
  }

  protected override callArguments(_open: number): { args: ast.Expr[]; keywords: ast.Keyword[] } {
    if (this.t === T.RPAR) return { args: [], keywords: [] };
    return this.remembered("arguments", () => {
      const found = this.attempt(() => {
        const args = this.arguments();
        this.accept(T.COMMA);
        if (this.t !== T.RPAR) this.mismatch();
        return args;
      });
      if (found !== undefined) return found;
      this.invalidArguments();
      return this.mismatch();
    });
  }

  /** `args`. */
  private arguments(): { args: ast.Expr[]; keywords: ast.Keyword[] } {
    const keywords: ast.Keyword[] = [];
    const args = this.attempt(() =>
      this.separated(() => {
        const value = this.t === T.STAR ? this.starredExpression() : this.positional();
        if (this.t === T.EQUAL) this.mismatch();
        return value;
      }),
    );
    if (args === undefined) return this.keywordArguments([], keywords);
    this.attempt(() => {
      this.expect(T.COMMA);
      return this.keywordArguments(args, keywords);
    });
    return { args, keywords };
  }

  private keywordArguments(args: ast.Expr[], keywords: ast.Keyword[]): { args: ast.Expr[]; keywords: ast.Keyword[] } {
    const add = (item: ast.Keyword | ast.Starred): true => {
      if (item.kind === "keyword") keywords.push(item);
      else args.push(item);
      return true;
    };
    const first = this.attempt(() => this.separated(() => add(this.keywordArgument(T.STAR))));
    if (first === undefined) this.separated(() => add(this.keywordArgument(T.DOUBLESTAR)));
    else {
      this.attempt(() => {
        this.expect(T.COMMA);
        return this.separated(() => add(this.keywordArgument(T.DOUBLESTAR)));
      });
    }
    return { args, keywords };
  }

  private keywordArgument(stars: number): ast.Keyword | ast.Starred {
    this.invalidKeyword();
    const from = this.pos;
    if (this.t === T.NAME && this.next === T.EQUAL) {
      const name = this.expectName();
      this.advance();
      return this.keyword(name, from);
    }
    if (stars === T.STAR) return this.starredExpression();
    this.expect(T.DOUBLESTAR);
    return this.keyword(null, from);
  }

  protected starredExpression(): ast.Starred {
    const from = this.pos;
    this.mistake(() => {
      this.expect(T.STAR);
      this.expression();
      this.expect(T.EQUAL);
      const b = this.expression();
      throw this.error("cannot assign to iterable argument unpacking", from, b);
    });
    this.expect(T.STAR);
    return this.starredOf(this.expression(), from);
  }

  private invalidKeyword(): void {
    const from = this.pos;
    const maybe = "invalid syntax. Maybe you meant '==' or ':=' instead of '='?";
    const singleton = this.t === T.KW_TRUE || this.t === T.KW_FALSE || this.t === T.KW_NONE;
    if (singleton && this.next === T.EQUAL && this.quiet === 0) {
      throw this.error(`cannot assign to ${T.SPELLING[this.t]}`, from, from + 1);
    }
    if (this.t === T.NAME && this.next === T.EQUAL) {
      this.mistake(() => {
        this.advance();
        this.advance();
        this.expression();
        this.generators();
        throw this.error(maybe, from, from + 1);
      });
    } else {
      this.mistake(() => {
        const a = this.expression();
        const equal = this.pos;
        if (this.t !== T.EQUAL) this.mismatch();
        throw this.error('expression cannot contain assignment, perhaps you meant "=="?', a, equal);
      });
    }
    this.mistake(() => {
      this.expect(T.DOUBLESTAR);
      this.expression();
      this.expect(T.EQUAL);
      const b = this.expression();
      throw this.error("cannot assign to keyword argument unpacking", from, b);
    });
  }

  private invalidArguments(): void {
    const parenthesise = "Generator expression must be parenthesized";
    this.mistake(() => {
      const { keywords } = this.arguments();
      if (keywords.length === 0) this.mismatch();
      this.expect(T.COMMA);
      const star = this.pos;
      this.expect(T.STAR);
      throw this.error("iterable argument unpacking follows keyword argument unpacking", star);
    });
    this.mistake(() => {
      const a = this.expression();
      const b = this.generators();
      this.expect(T.COMMA);
      this.attempt(() => {
        const more = this.attempt(() => this.arguments());
        if (more !== undefined) return;
        this.expression();
        this.generators();
      });
      throw this.error(parenthesise, a, lastPart(b));
    });
    if (this.t === T.NAME && this.next === T.EQUAL) {
      this.mistake(() => {
        const a = this.pos;
        this.advance();
        this.advance();
        this.expression();
        this.generators();
        throw this.error("invalid syntax. Maybe you meant '==' or ':=' instead of '='?", a, a + 1);
      });
    }
    this.mistake(() => {
      this.attempt(() => {
        this.arguments();
        this.expect(T.COMMA);
      });
      const a = this.pos;
      this.expect(T.NAME);
      this.expect(T.EQUAL);
      if (this.t !== T.COMMA && this.t !== T.RPAR) this.mismatch();
      throw this.error("expected argument value expression", a, a + 1);
    });
    this.mistake(() => {
      const { args } = this.arguments();
      const b = this.generators();
      if (args.length > 1) throw this.error(parenthesise, args[args.length - 1], lastPart(b));
    });
    this.mistake(() => {
      this.arguments();
      this.expect(T.COMMA);
      const a = this.expression();
      const b = this.generators();
      throw this.error(parenthesise, a, lastPart(b));
    });
    this.mistake(() => {
      const { keywords } = this.arguments();
      this.expect(T.COMMA);
      this.arguments();
      const unpacking = keywords.some((keyword) => keyword.arg === null) ? " unpacking" : "";
      throw this.errorAtFurthest(`positional argument follows keyword argument${unpacking}`);
    });
  }

  // --- comprehension and target ------------------------------------------------------------------------------------------

  protected override forTargets(): ast.Expr {
    const target = this.attempt(() => super.forTargets());
    if (target !== undefined) return target;
    this.mistake(() => {
      this.invalidTarget(this.starExpressions(), "for");
    });
    return this.mismatch();
  }

  /** Throws if part of the expression cannot be assigned to, or deleted. */
  private invalidTarget(node: ast.Expr, use: "assign" | "for" | "delete"): void {
    const culprit = invalidPart(node, use);
    if (culprit === undefined) return;
    throw this.error(`cannot ${use === "delete" ? "delete" : "assign to"} ${describe(culprit)}`, culprit);
  }

  // --- f-strings ---------------------------------------------------------------------------------------------------------

  protected override replacementField(pieces: (ast.Constant | ast.FormattedValue)[]): void {
    const done = this.attempt(() => {
      super.replacementField(pieces);
      return true;
    });
    if (done === true) return;
    this.mistake(() => this.invalidReplacement());
    this.mismatch();
  }

  private invalidReplacement(): void {
    this.advance();
    if (this.t === T.EQUAL || this.t === T.EXCLAMATION || this.t === T.COLON || this.t === T.RBRACE) {
      throw this.error(`f-string: valid expression required before '${T.SPELLING[this.t]}'`, this.pos);
    }
    const value = this.attempt(() => (this.t === T.KW_YIELD ? this.yieldExpression() : this.starExpressions()));
    if (value === undefined) throw this.error("f-string: expecting a valid expression after '{'", this.pos);
    const ends = (...kinds: number[]): boolean => kinds.includes(this.t);
    if (!ends(T.EQUAL, T.EXCLAMATION, T.COLON, T.RBRACE)) {
      throw this.error("f-string: expecting '=', or '!', or ':', or '}'", this.pos);
    }
    if (this.accept(T.EQUAL) && !ends(T.EXCLAMATION, T.COLON, T.RBRACE)) {
      throw this.error("f-string: expecting '!', or ':', or '}'", this.pos);
    }
    if (this.accept(T.EXCLAMATION)) {
      if (ends(T.COLON, T.RBRACE)) throw this.error("f-string: missing conversion character", this.pos);
      if (this.t !== T.NAME) throw this.error("f-string: invalid conversion character", this.pos);
      this.advance();
      if (!ends(T.COLON, T.RBRACE)) throw this.error("f-string: expecting ':' or '}'", this.pos);
    }
    if (this.t === T.COLON) {
      this.formatSpec();
      if (this.t !== T.RBRACE) throw this.error("f-string: expecting '}', or format specs", this.pos);
    } else if (this.t !== T.RBRACE) throw this.error("f-string: expecting '}'", this.pos);
  }

  // --- parameters --------------------------------------------------------------------------------------------------------

  /** Reads parameters one by one and names the first that cannot stand where it stands. */
  protected override parameters(close: number): ast.Arguments {
    return this.attempt(() => super.parameters(close)) ?? this.invalidParameters(close);
  }

  private invalidParameters(close: number): ast.Arguments {
    const annotated = close === T.RPAR;
    let count = 0;
    let defaults = false;
    let slash = false;
    let star = -1;
    while (this.t !== close) {
      const at = this.pos;
      if (this.t === T.NAME) {
        this.parameter(annotated);
        const name = this.pos;
        const given = this.t === T.EQUAL;
        if (given) this.parameterDefault(close);
        if (this.t !== T.COMMA && this.t !== close) this.mismatch();
        if (star < 0 && defaults && !given) {
          throw this.error("parameter without a default follows parameter with a default", at, name - 1);
        }
        defaults ||= given;
        count++;
      } else if (this.t === T.SLASH) {
        if (count === 0 && star < 0) {
          if (this.next === T.COMMA) throw this.error("at least one argument must precede /", at);
          this.mismatch();
        }
        if (slash) throw this.error("/ may appear only once", at);
        if (star >= 0) throw this.error("/ must be ahead of *", at);
        slash = true;
        this.advance();
        if (this.t === T.STAR) throw this.error("expected comma between / and *", this.pos);
      } else if (this.t === T.STAR) {
        this.advance();
        if (star >= 0) {
          if (this.t === T.NAME || this.t === T.COMMA) throw this.error("* argument may appear only once", at);
          this.mismatch();
        }
        star = at;
        const follows = this.t === T.COMMA ? this.next : this.t;
        if (follows === close || (this.t === T.COMMA && follows === T.DOUBLESTAR)) {
          const msg = "named arguments must follow bare *";
          throw annotated ? this.error(msg, at) : this.errorAtFurthest(msg);
        }
        if (this.t === T.NAME) {
          this.parameter(annotated, true);
          if (this.t === T.EQUAL) {
            throw this.error("var-positional argument cannot have default value", this.pos);
          }
        }
      } else if (this.t === T.DOUBLESTAR) {
        this.advance();
        this.parameter(annotated);
        if (this.t === T.EQUAL) throw this.error("var-keyword argument cannot have default value", this.pos);
        if (this.accept(T.COMMA) && this.t !== close) {
          const after = this.pos;
          if (this.t === T.NAME) this.parameter(annotated);
          else if (this.t !== T.STAR && this.t !== T.DOUBLESTAR && this.t !== T.SLASH) this.mismatch();
          const to = this.pos > after ? this.pos - 1 : after;
          throw this.error("arguments cannot follow var-keyword argument", after, to);
        }
      } else if (this.t === T.LPAR && !defaults && star < 0 && !slash) {
        this.advance();
        this.separated(() => this.parameter(annotated));
        this.accept(T.COMMA);
        this.expect(T.RPAR);
        const what = annotated ? "Function parameters" : "Lambda expression parameters";
        throw this.error(`${what} cannot be parenthesized`, at, this.pos - 1);
      } else this.mismatch();
      if (!this.accept(T.COMMA)) break;
    }
    return this.mismatch();
  }

  private parameterDefault(close: number): void {
    const equal = this.pos;
    this.advance();
    if (this.t === T.COMMA || this.t === T.RPAR) {
      if (close === T.RPAR || this.t === T.COMMA) throw this.error("expected default value expression", equal);
    }
    this.expression();
  }

  // --- simple statements -------------------------------------------------------------------------------------------------

  protected override simpleStatement(): ast.Stmt {
    return this.remembered("simple_stmt", () => super.simpleStatement());
  }

  protected override assignmentOrExpression(): ast.Stmt {
    const assignment = this.attempt(() => this.assignment());
    if (assignment === "broken") return this.expressionStatement(this.starExpressions(), this.pos);
    if (assignment !== undefined) return assignment;
    this.invalidAssignment();
    const from = this.pos;
    return this.expressionStatement(this.starExpressions(), from);
  }

  /** `assignment` in the order of its alternatives; `broken` where it is an augmented one without a value. */
  private assignment(): ast.Stmt | "broken" {
    const from = this.pos;
    const annotated = this.attempt(() => {
      const target = this.t === T.NAME && this.next === T.COLON ? this.nameNode("Store") : this.starTarget();
      if (target.kind === "Tuple" || target.kind === "List" || target.kind === "Starred") this.mismatch();
      this.expect(T.COLON);
      this.expression();
      this.attempt(() => {
        this.expect(T.EQUAL);
        return this.assignedValue();
      });
      return this.expressionStatement(target, from);
    });
    if (annotated !== undefined) return annotated;
    const plain = this.attempt(() => {
      const targets = this.many(() => {
        const target = this.starTargets();
        this.expect(T.EQUAL);
        return target;
      });
      if (targets.length === 0) this.mismatch();
      const value = this.assignedValue();
      if (this.t === T.EQUAL) this.mismatch();
      return this.expressionStatement(value, from);
    });
    if (plain !== undefined) return plain;
    const target = this.primary();
    if (target.kind !== "Name" && target.kind !== "Attribute" && target.kind !== "Subscript") this.mismatch();
    this.augmentation();
    const value = this.attempt(() => this.assignedValue());
    if (value !== undefined) return this.expressionStatement(value, from);
    this.reset({ pos: from, depth: this.depth });
    return "broken";
  }

  private augmentation(): void {
    if (this.t < T.PLUSEQUAL || this.t > T.DOUBLESLASHEQUAL) this.mismatch();
    this.advance();
  }

  private invalidAssignment(): void {
    this.mistake(() => {
      const a = this.unannotatable();
      this.expect(T.COLON);
      this.expression();
      throw this.error(`only single target (not ${describe(a)}) can be annotated`, a);
    });
    this.mistake(() => {
      const a = this.starNamedExpression();
      this.expect(T.COMMA);
      this.many(() => this.starNamedExpressions(this.starNamedExpression()));
      this.expect(T.COLON);
      this.expression();
      throw this.error("only single target (not tuple) can be annotated", a);
    });
    this.mistake(() => {
      const a = this.expression();
      this.expect(T.COLON);
      this.expression();
      throw this.error("illegal target for annotation", a);
    });
    const targets = (): void => {
      this.many(() => {
        this.starTargets();
        this.expect(T.EQUAL);
        return true;
      });
    };
    this.mistake(() => {
      targets();
      const a = this.starExpressions();
      if (this.t === T.EQUAL) this.invalidTarget(a, "assign");
    });
    this.mistake(() => {
      targets();
      if (this.t !== T.KW_YIELD) this.mismatch();
      const a = this.yieldExpression();
      if (this.t !== T.EQUAL) this.mismatch();
      throw this.error("assignment to yield expression not possible", a);
    });
    this.mistake(() => {
      const a = this.starExpressions();
      this.augmentation();
      this.assignedValue();
      throw this.error(`'${describe(a)}' is an illegal expression for augmented assignment`, a);
    });
  }

  /** A list or tuple, perhaps in parentheses. */
  private unannotatable(): ast.Expr {
    const node = this.t === T.LSQB || this.t === T.LPAR ? this.atom() : this.mismatch();
    if (node.kind !== "List" && node.kind !== "Tuple") this.mismatch();
    return node;
  }

  /** CPython tries assignments before it looks for the keyword. */
  protected override beforeYield(): void {
    this.invalidAssignment();
  }

  protected override deleteStatement(): ast.Delete {
    const node = this.attempt(() => super.deleteStatement());
    if (node !== undefined) return node;
    this.mistake(() => {
      this.advance();
      this.invalidTarget(this.starExpressions(), "delete");
    });
    return this.mismatch();
  }

  protected override importTargets(): ast.Alias[] {
    const names = this.attempt(() => super.importTargets());
    if (names !== undefined) return names;
    this.mistake(() => {
      this.separated(() => this.alias(false));
      this.expect(T.COMMA);
      if (this.t === T.NEWLINE) {
        throw this.errorAtFurthest("trailing comma not allowed without surrounding parentheses");
      }
    });
    return this.mismatch();
  }

  protected override importStatement(): ast.Import {
    const from = this.pos;
    this.mistake(() => {
      this.advance();
      this.separated(() => this.dottedName());
      this.expect(T.KW_FROM);
      this.dottedName();
      throw this.errorToFurthest("Did you mean to use 'from ... import ...' instead?", from);
    });
    return super.importStatement();
  }

  protected override typeParams(): ast.TypeParam[] {
    return this.attempt(() => super.typeParams()) ?? [];
  }

  protected override typeParam(): ast.TypeParam {
    const stars = this.t;
    if (stars === T.STAR || stars === T.DOUBLESTAR) {
      // always tried, also in CPython's first parse
      this.fits(() => {
        this.advance();
        this.expect(T.NAME);
        const colon = this.pos;
        this.expect(T.COLON);
        const bound = this.expression();
        const what = bound.kind === "Tuple" ? "constraints" : "bound";
        const kind = stars === T.STAR ? "TypeVarTuple" : "ParamSpec";
        throw this.errorToFurthest(`cannot use ${what} with ${kind}`, colon);
      });
    }
    return super.typeParam();
  }

  // --- compound statements -----------------------------------------------------------------------------------------------

  protected override block(): ast.Stmt[] {
    if (this.t === T.NEWLINE && this.next !== T.INDENT) {
      this.mistake(() => {
        this.advance();
        throw this.errorAtFurthest("expected an indented block", "IndentationError");
      });
    }
    return super.block();
  }

  protected override ifClause(): ast.If {
    const at = this.pos;
    const what = this.t === T.KW_IF ? "'if' statement" : "'elif' statement";
    this.header(
      () => {
        this.advance();
        this.namedExpression();
      },
      what,
      at,
    );
    return super.ifClause();
  }

  protected override elseBlock(): ast.Stmt[] {
    if (this.t === T.KW_ELSE) this.bareHeader("'else' statement");
    return super.elseBlock();
  }

  /** A keyword with nothing between it and its colon. */
  private bareHeader(what: string): void {
    const at = this.pos;
    this.mistake(() => {
      this.advance();
      this.noBlock(what, at);
    });
  }

  protected override whileStatement(): ast.While {
    this.header(
      () => {
        this.advance();
        this.namedExpression();
      },
      "'while' statement",
      this.pos,
    );
    return super.whileStatement();
  }

  protected override forStatement(): ast.For | ast.AsyncFor {
    const keyword = this.t === T.KW_ASYNC ? this.pos + 1 : this.pos;
    this.header(
      () => {
        this.accept(T.KW_ASYNC);
        this.advance();
        this.starTargets();
        this.expect(T.KW_IN);
        this.starExpressions();
      },
      "'for' statement",
      keyword,
    );
    return super.forStatement();
  }

  protected override withStatement(): ast.With | ast.AsyncWith {
    const keyword = this.t === T.KW_ASYNC ? this.pos + 1 : this.pos;
    const item = (): void => {
      this.expression();
      this.attempt(() => {
        this.expect(T.KW_AS);
        return this.starTarget();
      });
    };
    const plain = (): void => {
      this.accept(T.KW_ASYNC);
      this.advance();
      this.separated(() => {
        item();
        return true;
      });
    };
    const grouped = (): void => {
      this.accept(T.KW_ASYNC);
      this.advance();
      this.expect(T.LPAR);
      this.separated(() => {
        item();
        return true;
      });
      this.accept(T.COMMA);
      this.expect(T.RPAR);
    };
    for (const items of [plain, grouped]) {
      this.mistake(() => {
        items();
        this.noBlock("'with' statement", keyword);
      });
    }
    const node = this.attempt(() => super.withStatement());
    if (node !== undefined) return node;
    for (const items of [plain, grouped]) {
      this.mistake(() => {
        items();
        if (this.t === T.NEWLINE) throw this.errorAtFurthest("expected ':'");
      });
    }
    return this.mismatch();
  }

  protected override withItem(): ast.WithItem {
    const withTarget = this.attempt(() => {
      const item = super.withItem();
      return item.optional_vars === null ? this.mismatch() : item;
    });
    if (withTarget !== undefined) return withTarget;
    this.mistake(() => {
      this.expression();
      this.expect(T.KW_AS);
      const target = this.expression();
      if (this.t === T.COMMA || this.t === T.RPAR || this.t === T.COLON) this.invalidTarget(target, "assign");
    });
    return { kind: "withitem", context_expr: this.expression(), optional_vars: null };
  }

  protected override tryStatement(): ast.Try | ast.TryStar {
    const at = this.pos;
    this.mistake(() => {
      this.advance();
      this.noBlock("'try' statement", at);
    });
    const body = (): void => {
      this.advance();
      this.expect(T.COLON);
      this.block();
    };
    this.mistake(() => {
      body();
      if (this.t !== T.KW_EXCEPT && this.t !== T.KW_FINALLY) {
        throw this.errorAtFurthest("expected 'except' or 'finally' block");
      }
    });
    const mixed = "cannot have both 'except' and 'except*' on the same 'try'";
    for (const star of [false, true]) {
      this.mistake(() => {
        body();
        const handlers = this.many(() => this.handler(star));
        if (handlers.length === 0) this.mismatch();
        const other = this.pos;
        this.expect(T.KW_EXCEPT);
        if (!star) {
          this.expect(T.STAR);
          this.expression();
        }
        if (star ? this.t !== T.COLON : true) {
          if (star) this.expression();
          this.attempt(() => {
            this.expect(T.KW_AS);
            return this.expectName();
          });
        }
        if (this.t === T.COLON) throw this.error(mixed, other, star ? other : other + 1);
      });
    }
    return super.tryStatement();
  }

  /** A handler of the kind that is asked for. */
  private handler(star: boolean): ast.ExceptHandler {
    if (this.t !== T.KW_EXCEPT) this.mismatch();
    return this.exceptHandler(star);
  }

  protected override exceptHandler(star: boolean): ast.ExceptHandler {
    return this.remembered(star ? "except*" : "except", () => {
      const at = this.pos;
      const what = star ? "'except*' statement" : "'except' statement";
      this.mistake(() => {
        this.exceptHeader(star);
        this.noBlock(what, at);
      });
      const node = this.attempt(() => (star && this.next !== T.STAR ? this.mismatch() : super.exceptHandler(star)));
      if (node !== undefined) return node;
      this.invalidExcept();
      return this.mismatch();
    });
  }

  private exceptHeader(star: boolean): void {
    this.advance();
    if (star) this.expect(T.STAR);
    if (!star && this.t === T.COLON) return;
    this.expression();
    this.attempt(() => {
      this.expect(T.KW_AS);
      return this.expectName();
    });
  }

  private invalidExcept(): void {
    this.mistake(() => {
      this.advance();
      this.accept(T.STAR);
      const from = this.expression();
      this.expect(T.COMMA);
      this.expressionList();
      this.attempt(() => {
        this.expect(T.KW_AS);
        return this.expectName();
      });
      if (this.t !== T.COLON) this.mismatch();
      throw this.errorToFurthest("multiple exception types must be parenthesized", from);
    });
    this.mistake(() => {
      this.advance();
      this.accept(T.STAR);
      this.expression();
      this.attempt(() => {
        this.expect(T.KW_AS);
        return this.expectName();
      });
      if (this.t === T.NEWLINE) throw this.errorAtFurthest("expected ':'");
    });
    this.mistake(() => {
      this.advance();
      if (this.t === T.NEWLINE) throw this.errorAtFurthest("expected ':'");
      this.expect(T.STAR);
      if (this.t === T.NEWLINE || this.t === T.COLON) {
        throw this.errorAtFurthest("expected one or more exception types");
      }
    });
  }

  protected override finallyBlock(): ast.Stmt[] {
    if (this.t === T.KW_FINALLY) this.bareHeader("'finally' statement");
    return super.finallyBlock();
  }

  protected override functionDef(decorators: ast.Expr[]): ast.FunctionDef | ast.AsyncFunctionDef {
    const keyword = this.t === T.KW_ASYNC ? this.pos + 1 : this.pos;
    this.mistake(() => {
      this.accept(T.KW_ASYNC);
      this.advance();
      this.expectName();
      this.typeParams();
      this.expect(T.LPAR);
      this.parameters(T.RPAR);
      this.expect(T.RPAR);
      this.returnAnnotation();
      this.noBlock("function definition", keyword);
    });
    return super.functionDef(decorators);
  }

  protected override returnAnnotation(): ast.Expr | null {
    return this.attempt(() => super.returnAnnotation()) ?? null;
  }

  protected override classDef(decorators: ast.Expr[]): ast.ClassDef {
    this.header(
      () => {
        this.advance();
        this.expectName();
        this.typeParams();
        if (this.accept(T.LPAR)) {
          this.callArguments(-1);
          this.expect(T.RPAR);
        }
      },
      "class definition",
      this.pos,
    );
    return super.classDef(decorators);
  }

  // --- match -------------------------------------------------------------------------------------------------------------

  protected override matchStatement(): ast.Match {
    const node = this.attempt(() => super.matchStatement());
    if (node !== undefined) return node;
    this.header(
      () => {
        this.advance();
        this.subject();
      },
      "'match' statement",
      this.pos,
    );
    return this.mismatch();
  }

  protected override caseBlock(): ast.MatchCase {
    if (!this.isName("case")) this.mismatch();
    this.header(
      () => {
        this.advance();
        this.patterns();
        if (this.accept(T.KW_IF)) this.namedExpression();
      },
      "'case' statement",
      this.pos,
    );
    return super.caseBlock();
  }

  protected override pattern(): ast.Pattern {
    return this.remembered("pattern", () => {
      const node = this.attempt(() => super.pattern());
      if (node !== undefined) return node;
      this.mistake(() => {
        this.orPattern();
        this.expect(T.KW_AS);
        if (this.isName("_")) throw this.error("cannot use '_' as a target", this.pos);
        if (this.t === T.NAME) this.mismatch();
        const target = this.expression();
        throw this.error("invalid pattern target", target);
      });
      return this.orPattern();
    });
  }

  protected override classPattern(cls: ast.Expr, from: number): ast.MatchClass {
    const node = this.attempt(() => super.classPattern(cls, from));
    if (node !== undefined) return node;
    this.mistake(() => {
      this.advance();
      const keyword = (): true => {
        this.expect(T.NAME);
        this.expect(T.EQUAL);
        this.pattern();
        return true;
      };
      this.attempt(() => {
        this.separated(() => this.positionalPattern());
        this.expect(T.COMMA);
      });
      this.separated(keyword);
      this.expect(T.COMMA);
      const late = this.separated(() => this.positionalPattern());
      throw this.error("positional patterns follow keyword patterns", late[0], late[late.length - 1]);
    });
    return this.mismatch();
  }

  private positionalPattern(): ast.Pattern {
    if (this.t === T.NAME && this.next === T.EQUAL) this.mismatch();
    return this.pattern();
  }
}

function isLegacy(node: ast.Expr): boolean {
  return node.kind === "Name" && LEGACY.has(node.id);
}

/** The end of a comprehension: its last condition, or what it iterates over. */
function lastPart(generators: readonly ast.Comprehension[]): ast.Expr {
  const last = generators[generators.length - 1];
  return last.ifs.length > 0 ? last.ifs[last.ifs.length - 1] : last.iter;
}

/** The first part of an expression that is no target. */
function invalidPart(node: ast.Expr, use: "assign" | "for" | "delete"): ast.Expr | undefined {
  switch (node.kind) {
    case "Tuple":
    case "List":
      for (const elt of node.elts) {
        const culprit = invalidPart(elt, use);
        if (culprit !== undefined) return culprit;
      }
      return undefined;
    case "Starred":
      return use === "delete" ? node : invalidPart(node.value, use);
    case "Compare":
      // `a in b` of `for a in b` may have been read as a comparison
      if (use !== "for") return node;
      return node.ops[0] === "In" ? invalidPart(node.left, use) : undefined;
    default:
      return isTarget(node, "Store") ? undefined : node;
  }
}

const DESCRIPTIONS: Readonly<Record<string, string>> = {
  Attribute: "attribute",
  Subscript: "subscript",
  Starred: "starred",
  Name: "name",
  List: "list",
  Tuple: "tuple",
  Lambda: "lambda",
  Call: "function call",
  BoolOp: "expression",
  BinOp: "expression",
  UnaryOp: "expression",
  GeneratorExp: "generator expression",
  Yield: "yield expression",
  YieldFrom: "yield expression",
  Await: "await expression",
  ListComp: "list comprehension",
  SetComp: "set comprehension",
  DictComp: "dict comprehension",
  Dict: "dict literal",
  Set: "set display",
  JoinedStr: "f-string expression",
  FormattedValue: "f-string expression",
  Compare: "comparison",
  IfExp: "conditional expression",
  NamedExpr: "named expression",
};

/** What CPython calls an expression in messages. */
export function describe(node: ast.Expr): string {
  if (node.kind !== "Constant") return DESCRIPTIONS[node.kind] ?? "expression";
  const { value } = node;
  if (value === null) return "None";
  if (value === true) return "True";
  if (value === false) return "False";
  return typeof value === "object" && "kind" in value && value.kind === "ellipsis" ? "ellipsis" : "literal";
}
