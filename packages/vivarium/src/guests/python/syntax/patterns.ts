/** Reads the patterns of `case` clauses (language reference, 8.6.4). */

import type * as ast from "./ast.js";
import { ExpressionParser } from "./expressions.js";
import * as T from "./tokens.js";

/** What a level of nested patterns costs, in the steps of `Cursor.enter`. */
const PATTERN_COST = 3;

export abstract class PatternParser extends ExpressionParser {
  /** `patterns`: one pattern, or a sequence without brackets. */
  protected patterns(): ast.Pattern {
    const from = this.pos;
    const first = this.maybeStarPattern();
    if (this.t !== T.COMMA) {
      if (first.kind === "MatchStar") this.mismatch();
      return first;
    }
    return this.sequence(this.sequenceItems(first), from);
  }

  protected sequenceItems(first: ast.Pattern): ast.Pattern[] {
    const items = [first];
    while (this.accept(T.COMMA) && (this.startsExpression() || this.t === T.STAR)) items.push(this.maybeStarPattern());
    return items;
  }

  protected sequence(patterns: ast.Pattern[], from: number): ast.MatchSequence {
    const to = this.pos - 1;
    return {
      kind: "MatchSequence",
      patterns,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected maybeStarPattern(): ast.Pattern {
    if (this.t !== T.STAR) return this.pattern();
    const from = this.pos;
    this.advance();
    const name = this.captureName();
    const to = this.pos - 1;
    return {
      kind: "MatchStar",
      name: name === "_" ? null : name,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** A name that is bound, or `_`. */
  protected captureName(): string {
    const name = this.expectName();
    if (this.t === T.DOT || this.t === T.LPAR || this.t === T.EQUAL) this.mismatch();
    return name;
  }

  /** `pattern`: an or-pattern, perhaps with `as name`. */
  protected pattern(): ast.Pattern {
    const from = this.pos;
    this.enter(PATTERN_COST);
    const pattern = this.orPattern();
    this.depth -= PATTERN_COST;
    if (!this.accept(T.KW_AS)) return pattern;
    if (this.isName("_")) this.mismatch();
    const name = this.captureName();
    const to = this.pos - 1;
    return {
      kind: "MatchAs",
      pattern,
      name,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected orPattern(): ast.Pattern {
    const from = this.pos;
    const first = this.closedPattern();
    if (this.t !== T.VBAR) return first;
    const patterns = [first];
    while (this.accept(T.VBAR)) patterns.push(this.closedPattern());
    const to = this.pos - 1;
    return {
      kind: "MatchOr",
      patterns,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected closedPattern(): ast.Pattern {
    const from = this.pos;
    switch (this.t) {
      case T.NAME:
        return this.namePattern();
      case T.NUMBER:
      case T.MINUS:
      case T.STRING:
      case T.FSTRING_START:
        return this.valuePattern(this.literalExpression(), from);
      case T.KW_NONE:
      case T.KW_TRUE:
      case T.KW_FALSE: {
        const { value, ...at } = this.constant(this.t === T.KW_NONE ? null : this.t === T.KW_TRUE);
        return {
          kind: "MatchSingleton",
          value: value as null | boolean,
          lineno: at.lineno,
          col_offset: at.col_offset,
          end_lineno: at.end_lineno,
          end_col_offset: at.end_col_offset,
        };
      }
      case T.LPAR:
        return this.groupOrSequence();
      case T.LSQB: {
        this.advance();
        const items = this.t === T.RSQB ? [] : this.sequenceItems(this.maybeStarPattern());
        this.expect(T.RSQB);
        return this.sequence(items, from);
      }
      case T.LBRACE:
        return this.mappingPattern();
      default:
        return this.mismatch();
    }
  }

  protected valuePattern(value: ast.Expr, from: number): ast.MatchValue {
    const to = this.pos - 1;
    return {
      kind: "MatchValue",
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected groupOrSequence(): ast.Pattern {
    const from = this.pos;
    this.advance();
    if (this.accept(T.RPAR)) return this.sequence([], from);
    const first = this.maybeStarPattern();
    if (this.t === T.COMMA) {
      const items = this.sequenceItems(first);
      this.expect(T.RPAR);
      return this.sequence(items, from);
    }
    if (first.kind === "MatchStar") this.mismatch();
    this.expect(T.RPAR);
    return first;
  }

  /** A capture, the wildcard, a dotted value, or a class pattern. */
  protected namePattern(): ast.Pattern {
    const from = this.pos;
    if (this.next !== T.DOT && this.next !== T.LPAR) {
      const name = this.captureName();
      const to = this.pos - 1;
      return {
        kind: "MatchAs",
        pattern: null,
        name: name === "_" ? null : name,
        lineno: this.line[from],
        col_offset: this.col[from],
        end_lineno: this.endLine[to],
        end_col_offset: this.endCol[to],
      };
    }
    const value = this.nameOrAttribute();
    if (this.t === T.LPAR) return this.classPattern(value, from);
    if (this.t === T.EQUAL) this.mismatch();
    return this.valuePattern(value, from);
  }

  protected nameOrAttribute(): ast.Expr {
    const from = this.pos;
    let node: ast.Expr = this.nameNode("Load");
    while (this.accept(T.DOT)) {
      const attr = this.expectName();
      const to = this.pos - 1;
      node = {
        kind: "Attribute",
        value: node,
        attr,
        ctx: "Load",
        lineno: this.line[from],
        col_offset: this.col[from],
        end_lineno: this.endLine[to],
        end_col_offset: this.endCol[to],
      };
    }
    return node;
  }

  protected classPattern(cls: ast.Expr, from: number): ast.MatchClass {
    const patterns: ast.Pattern[] = [];
    const kwd_attrs: string[] = [];
    const kwd_patterns: ast.Pattern[] = [];
    this.advance();
    while (this.t !== T.RPAR) {
      if (this.t === T.NAME && this.next === T.EQUAL) {
        kwd_attrs.push(this.expectName());
        this.advance();
        kwd_patterns.push(this.pattern());
      } else {
        const pattern = this.pattern();
        if (kwd_attrs.length > 0) this.mismatch();
        patterns.push(pattern);
      }
      if (!this.accept(T.COMMA)) break;
    }
    this.expect(T.RPAR);
    const to = this.pos - 1;
    return {
      kind: "MatchClass",
      cls,
      patterns,
      kwd_attrs,
      kwd_patterns,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected mappingPattern(): ast.MatchMapping {
    const from = this.pos;
    const keys: ast.Expr[] = [];
    const patterns: ast.Pattern[] = [];
    let rest: string | null = null;
    this.advance();
    while (this.t !== T.RBRACE) {
      if (this.accept(T.DOUBLESTAR)) {
        if (this.isName("_")) this.mismatch();
        rest = this.captureName();
        this.accept(T.COMMA);
        break;
      }
      keys.push(this.t === T.NAME ? this.dottedKey() : this.literalExpression());
      this.expect(T.COLON);
      patterns.push(this.pattern());
      if (!this.accept(T.COMMA)) break;
    }
    this.expect(T.RBRACE);
    const to = this.pos - 1;
    return {
      kind: "MatchMapping",
      keys,
      patterns,
      rest,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected dottedKey(): ast.Expr {
    if (this.next !== T.DOT) {
      this.advance();
      this.mismatch();
    }
    return this.nameOrAttribute();
  }

  /** `literal_expr`: a number (perhaps signed or complex), a string, or a singleton. */
  protected literalExpression(): ast.Expr {
    switch (this.t) {
      case T.STRING:
      case T.FSTRING_START:
        return this.strings();
      case T.KW_NONE:
        return this.constant(null);
      case T.KW_TRUE:
        return this.constant(true);
      case T.KW_FALSE:
        return this.constant(false);
    }
    const from = this.pos;
    const real = this.signedNumber();
    if (this.t !== T.PLUS && this.t !== T.MINUS) return real;
    const op = this.t === T.PLUS ? "Add" : "Sub";
    const number = real.kind === "UnaryOp" ? (real.operand as ast.Constant) : real;
    if (isComplex(number)) {
      this.touch(this.pos);
      throw this.errorAt("real number required in complex literal", this.pos - 1, this.pos - 1);
    }
    this.advance();
    if (this.t !== T.NUMBER) this.mismatch();
    const at = this.pos;
    const imag = this.number();
    if (!isComplex(imag)) {
      this.touch(at);
      throw this.errorAt("imaginary number required in complex literal", at, at);
    }
    return this.binOp(real, op, imag, from);
  }

  protected signedNumber(): ast.Constant | ast.UnaryOp {
    const from = this.pos;
    const negative = this.accept(T.MINUS);
    if (this.t !== T.NUMBER) this.mismatch();
    const operand = this.number();
    if (!negative) return operand;
    return {
      kind: "UnaryOp",
      op: "USub",
      operand,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: operand.end_lineno,
      end_col_offset: operand.end_col_offset,
    };
  }
}

function isComplex(node: ast.Constant): boolean {
  const { value } = node;
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "complex";
}
