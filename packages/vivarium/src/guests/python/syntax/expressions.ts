/**
 * Reads expressions: recursive descent, with precedence climbing for the binary operators (language reference, 6, and
 * its full grammar). Every method begins at the first token of what it reads and ends after the last.
 */

import type * as ast from "./ast.js";
import { LiteralError, numberValue } from "./literals.js";
import { StringParser } from "./strings.js";
import * as T from "./tokens.js";

/** 1 for the tokens an expression can begin with, `*` aside. */
const STARTS_EXPRESSION = new Uint8Array(T.KIND_COUNT);
for (const kind of [
  T.NAME,
  T.NUMBER,
  T.STRING,
  T.FSTRING_START,
  T.LPAR,
  T.LSQB,
  T.LBRACE,
  T.MINUS,
  T.PLUS,
  T.TILDE,
  T.ELLIPSIS,
  T.KW_NOT,
  T.KW_LAMBDA,
  T.KW_AWAIT,
  T.KW_NONE,
  T.KW_TRUE,
  T.KW_FALSE,
]) {
  STARTS_EXPRESSION[kind] = 1;
}

/** What a level of nesting costs of the host's stack, in the steps of `Cursor.enter`. */
const EXPRESSION_COST = 3;
const UNARY_COST = 1;

export abstract class ExpressionParser extends StringParser {
  // --- lists of expressions ------------------------------------------------------------------------------------------

  protected startsExpression(): boolean {
    return STARTS_EXPRESSION[this.t] === 1 || this.t === T.STAR;
  }

  /** `star_expressions`: one expression, or a tuple without parentheses. */
  protected starExpressions(): ast.Expr {
    const from = this.pos;
    const first = this.starExpression();
    if (this.t !== T.COMMA) return first;
    const elts = [first];
    while (this.accept(T.COMMA) && this.startsExpression()) elts.push(this.starExpression());
    return this.tuple(elts, from, "Load");
  }

  protected starExpression(): ast.Expr {
    return this.t === T.STAR ? this.starred() : this.expression();
  }

  /** `'*' bitwise_or`. */
  protected starred(): ast.Starred {
    const from = this.pos;
    this.advance();
    return this.starredOf(this.binary(1), from);
  }

  protected starredOf(value: ast.Expr, from: number): ast.Starred {
    const to = this.pos - 1;
    return {
      kind: "Starred",
      value,
      ctx: "Load",
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected starNamedExpression(): ast.Expr {
    return this.t === T.STAR ? this.starred() : this.namedExpression();
  }

  protected starNamedExpressions(first: ast.Expr): ast.Expr[] {
    const elts = [first];
    while (this.accept(T.COMMA) && this.startsExpression()) elts.push(this.starNamedExpression());
    return elts;
  }

  protected tuple(elts: ast.Expr[], from: number, ctx: ast.ExprContext): ast.Tuple {
    const to = this.pos - 1;
    return {
      kind: "Tuple",
      elts,
      ctx,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  // --- from `:=` down to comparisons -----------------------------------------------------------------------------------

  /** `named_expression`: an expression that may be `name := value`. */
  protected namedExpression(): ast.Expr {
    if (this.t === T.NAME && this.next === T.COLONEQUAL) return this.assignmentExpression();
    const node = this.expression();
    if (this.t === T.COLONEQUAL) this.mismatch();
    return node;
  }

  protected assignmentExpression(): ast.NamedExpr {
    const from = this.pos;
    const target = this.nameNode("Store");
    this.advance();
    const value = this.expression();
    const to = this.pos - 1;
    return {
      kind: "NamedExpr",
      target,
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** `expression`: conditional, disjunction or lambda. */
  protected expression(): ast.Expr {
    this.enter(EXPRESSION_COST);
    let node: ast.Expr;
    if (this.t === T.KW_LAMBDA) {
      node = this.lambda();
    } else {
      const from = this.pos;
      node = this.disjunction();
      if (this.t === T.KW_IF) node = this.conditional(node, from);
    }
    this.depth -= EXPRESSION_COST;
    return node;
  }

  /** `body if test else …`: chains on the right are read in a loop and nested afterwards. */
  protected conditional(first: ast.Expr, from: number): ast.Expr {
    const open: { body: ast.Expr; test: ast.Expr; from: number }[] = [];
    let body = first;
    let start = from;
    while (this.accept(T.KW_IF)) {
      const test = this.disjunction();
      this.expect(T.KW_ELSE);
      open.push({ body, test, from: start });
      start = this.pos;
      body = this.t === T.KW_LAMBDA ? this.lambda() : this.disjunction();
    }
    const to = this.pos - 1;
    let node = body;
    for (let i = open.length - 1; i >= 0; i--) {
      const { body, test, from } = open[i];
      node = {
        kind: "IfExp",
        test,
        body,
        orelse: node,
        lineno: this.line[from],
        col_offset: this.col[from],
        end_lineno: this.endLine[to],
        end_col_offset: this.endCol[to],
      };
    }
    return node;
  }

  protected disjunction(): ast.Expr {
    const from = this.pos;
    const first = this.conjunction();
    if (this.t !== T.KW_OR) return first;
    const values = [first];
    while (this.accept(T.KW_OR)) values.push(this.conjunction());
    return this.boolOp("Or", values, from);
  }

  protected conjunction(): ast.Expr {
    const from = this.pos;
    const first = this.inversion();
    if (this.t !== T.KW_AND) return first;
    const values = [first];
    while (this.accept(T.KW_AND)) values.push(this.inversion());
    return this.boolOp("And", values, from);
  }

  protected boolOp(op: ast.BoolOperator, values: ast.Expr[], from: number): ast.BoolOp {
    const to = this.pos - 1;
    return {
      kind: "BoolOp",
      op,
      values,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected inversion(): ast.Expr {
    if (this.t !== T.KW_NOT) return this.comparison();
    const from = this.pos;
    this.enter(UNARY_COST);
    this.advance();
    const operand = this.inversion();
    this.depth -= UNARY_COST;
    return this.unaryOp("Not", operand, from);
  }

  protected unaryOp(op: ast.UnaryOperator, operand: ast.Expr, from: number): ast.UnaryOp {
    const to = this.pos - 1;
    return {
      kind: "UnaryOp",
      op,
      operand,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected comparison(): ast.Expr {
    const from = this.pos;
    const left = this.binary(1);
    if (T.COMPARISON[this.t] === undefined) return left;
    const ops: ast.CompareOperator[] = [];
    const comparators: ast.Expr[] = [];
    for (let op = this.comparisonOperator(); op !== undefined; op = this.comparisonOperator()) {
      ops.push(op);
      comparators.push(this.binary(1));
    }
    return ops.length === 0 ? left : this.compare(left, ops, comparators, from);
  }

  /** Takes a comparison operator of one or two tokens. */
  protected comparisonOperator(): ast.CompareOperator | undefined {
    let op = T.COMPARISON[this.t];
    if (op === undefined) return undefined;
    if (op === "NotIn") {
      if (this.next !== T.KW_IN) {
        this.touch(this.pos + 1);
        return undefined;
      }
      this.advance();
    } else if (op === "Is" && this.next === T.KW_NOT) {
      op = "IsNot";
      this.advance();
    }
    this.advance();
    return op;
  }

  protected compare(left: ast.Expr, ops: ast.CompareOperator[], comparators: ast.Expr[], from: number): ast.Compare {
    const to = this.pos - 1;
    return {
      kind: "Compare",
      left,
      ops,
      comparators,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  // --- operators -------------------------------------------------------------------------------------------------------

  /** Binary operators that bind at least as strongly as `strength`; all of them are left-associative. */
  protected binary(strength: number): ast.Expr {
    const from = this.pos;
    let left = this.factor();
    for (let found = T.PRECEDENCE[this.t]; found >= strength; found = T.PRECEDENCE[this.t]) {
      const op = T.OPERATOR[this.t] as ast.Operator;
      this.advance();
      const right = this.binary(found + 1);
      left = this.binOp(left, op, right, from);
    }
    return left;
  }

  protected binOp(left: ast.Expr, op: ast.Operator, right: ast.Expr, from: number): ast.BinOp {
    const to = this.pos - 1;
    return {
      kind: "BinOp",
      left,
      op,
      right,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** Unary `+`, `-`, `~`, and `**`, which binds tighter on its left and looser on its right. */
  protected factor(): ast.Expr {
    const from = this.pos;
    const op = this.t === T.MINUS ? "USub" : this.t === T.PLUS ? "UAdd" : this.t === T.TILDE ? "Invert" : null;
    if (op !== null) return this.unaryOp(op, this.operand(), from);
    const base = this.t === T.KW_AWAIT ? this.awaited() : this.primary();
    return this.t === T.DOUBLESTAR ? this.power(base, from) : base;
  }

  protected power(base: ast.Expr, from: number): ast.Expr {
    return this.binOp(base, "Pow", this.operand(), from);
  }

  /** The operand after an operator of this level. */
  protected operand(): ast.Expr {
    this.enter(UNARY_COST);
    this.advance();
    const operand = this.factor();
    this.depth -= UNARY_COST;
    return operand;
  }

  protected awaited(): ast.Await {
    const from = this.pos;
    this.advance();
    const value = this.primary();
    const to = this.pos - 1;
    return {
      kind: "Await",
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  // --- primaries -------------------------------------------------------------------------------------------------------

  /** An atom with any number of attributes, calls and subscripts behind it. */
  protected primary(): ast.Expr {
    const from = this.pos;
    let node = this.atom();
    for (;;) {
      if (this.t === T.DOT) node = this.attribute(node, from);
      else if (this.t === T.LPAR) node = this.call(node, from);
      else if (this.t === T.LSQB) node = this.subscript(node, from);
      else return node;
    }
  }

  protected attribute(value: ast.Expr, from: number): ast.Attribute {
    this.advance();
    const attr = this.expectName();
    const to = this.pos - 1;
    return {
      kind: "Attribute",
      value,
      attr,
      ctx: "Load",
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected subscript(value: ast.Expr, from: number): ast.Subscript {
    this.advance();
    const slice = this.slices();
    this.expect(T.RSQB);
    const to = this.pos - 1;
    return {
      kind: "Subscript",
      value,
      slice,
      ctx: "Load",
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected call(func: ast.Expr, from: number): ast.Call {
    const open = this.pos;
    this.advance();
    const { args, keywords } = this.callArguments(open);
    this.expect(T.RPAR);
    return this.callNode(func, args, keywords, from);
  }

  protected callNode(func: ast.Expr, args: ast.Expr[], keywords: ast.Keyword[], from: number): ast.Call {
    const to = this.pos - 1;
    return {
      kind: "Call",
      func,
      args,
      keywords,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /**
   * `[arguments]` up to, not including, the closing parenthesis. Positional arguments come first, `*x` may also stand
   * among keywords, but not after `**x`.
   *
   * @param open the opening parenthesis: with its partner it belongs to a lone generator expression; -1 where there may
   *   be none (the bases of a class)
   */
  protected callArguments(open: number): { args: ast.Expr[]; keywords: ast.Keyword[] } {
    const args: ast.Expr[] = [];
    const keywords: ast.Keyword[] = [];
    let unpacked = false;
    while (this.t !== T.RPAR) {
      const from = this.pos;
      if (this.t === T.STAR) {
        if (unpacked) this.mismatch();
        this.advance();
        args.push(this.starredOf(this.expression(), from));
      } else if (this.t === T.DOUBLESTAR) {
        this.advance();
        unpacked = true;
        keywords.push(this.keyword(null, from));
      } else if (this.t === T.NAME && this.next === T.EQUAL) {
        const name = this.expectName();
        this.advance();
        keywords.push(this.keyword(name, from));
      } else {
        if (keywords.length > 0) this.mismatch();
        const value = this.namedExpression();
        if (this.t === T.KW_FOR || this.t === T.KW_ASYNC) {
          if (args.length > 0 || open < 0) this.mismatch();
          args.push(this.loneGenerator(value, open));
          break;
        }
        args.push(value);
      }
      if (!this.accept(T.COMMA)) break;
    }
    return { args, keywords };
  }

  protected keyword(arg: string | null, from: number): ast.Keyword {
    const value = this.expression();
    const to = this.pos - 1;
    return {
      kind: "keyword",
      arg,
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** `f(x for x in y)`: the call's parentheses are the generator expression's. */
  protected loneGenerator(elt: ast.Expr, open: number): ast.GeneratorExp {
    const generators = this.generators();
    if (this.t !== T.RPAR) this.mismatch();
    return {
      kind: "GeneratorExp",
      elt,
      generators,
      lineno: this.line[open],
      col_offset: this.col[open],
      end_lineno: this.endLine[this.pos],
      end_col_offset: this.endCol[this.pos],
    };
  }

  protected slices(): ast.Expr {
    const from = this.pos;
    const first = this.sliceItem();
    if (this.t !== T.COMMA && first.kind !== "Starred") return first;
    const elts = [first];
    while (this.accept(T.COMMA) && (this.startsExpression() || this.t === T.COLON)) elts.push(this.sliceItem());
    return this.tuple(elts, from, "Load");
  }

  protected sliceItem(): ast.Expr {
    const from = this.pos;
    if (this.t === T.STAR) {
      this.advance();
      return this.starredOf(this.expression(), from);
    }
    let lower: ast.Expr | null = null;
    if (this.t !== T.COLON) {
      const walrus = this.t === T.NAME && this.next === T.COLONEQUAL;
      lower = this.namedExpression();
      if (this.t !== T.COLON || walrus) return lower;
    }
    this.advance();
    const upper = STARTS_EXPRESSION[this.t] === 1 ? this.expression() : null;
    let step: ast.Expr | null = null;
    if (this.accept(T.COLON) && STARTS_EXPRESSION[this.t] === 1) step = this.expression();
    const to = this.pos - 1;
    return {
      kind: "Slice",
      lower,
      upper,
      step,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  // --- atoms -----------------------------------------------------------------------------------------------------------

  protected atom(): ast.Expr {
    switch (this.t) {
      case T.NAME:
        return this.nameNode("Load");
      case T.NUMBER:
        return this.number();
      case T.STRING:
      case T.FSTRING_START:
        return this.strings();
      case T.LPAR:
        return this.parenthesised();
      case T.LSQB:
        return this.listDisplay();
      case T.LBRACE:
        return this.braceDisplay();
      case T.KW_NONE:
        return this.constant(null);
      case T.KW_TRUE:
        return this.constant(true);
      case T.KW_FALSE:
        return this.constant(false);
      case T.ELLIPSIS:
        return this.constant(this.ellipsis);
      default:
        return this.mismatch();
    }
  }

  protected abstract readonly ellipsis: ast.EllipsisValue;

  protected nameNode(ctx: ast.ExprContext): ast.Name {
    if (this.t !== T.NAME) this.mismatch();
    const at = this.pos;
    const node: ast.Name = {
      kind: "Name",
      id: this.names[this.aux[at]],
      ctx,
      lineno: this.line[at],
      col_offset: this.col[at],
      end_lineno: this.endLine[at],
      end_col_offset: this.endCol[at],
    };
    this.advance();
    return node;
  }

  protected number(): ast.Constant {
    const at = this.pos;
    try {
      const value = numberValue(this.source.slice(this.start[at], this.end[at]), this.input.maxIntDigits);
      return this.constant(value);
    } catch (e) {
      if (!(e instanceof LiteralError)) throw e;
      this.touch(at);
      throw this.errorAt(e.message, at, at);
    }
  }

  /** A constant of one token. */
  protected constant(value: ast.ConstantValue): ast.Constant {
    const at = this.pos;
    this.advance();
    return {
      kind: "Constant",
      value,
      literal_kind: null,
      lineno: this.line[at],
      col_offset: this.col[at],
      end_lineno: this.endLine[at],
      end_col_offset: this.endCol[at],
    };
  }

  /** Tuple, generator expression, or an expression in parentheses. */
  protected parenthesised(): ast.Expr {
    const from = this.pos;
    this.advance();
    if (this.accept(T.RPAR)) return this.tuple([], from, "Load");
    if (this.t === T.KW_YIELD) {
      const value = this.yieldExpression();
      this.expect(T.RPAR);
      return value;
    }
    const first = this.starNamedExpression();
    if (this.t === T.KW_FOR || this.t === T.KW_ASYNC) {
      if (first.kind === "Starred") this.mismatch();
      return this.comprehension("GeneratorExp", first, from, T.RPAR);
    }
    if (this.t === T.COMMA) {
      const elts = this.starNamedExpressions(first);
      this.expect(T.RPAR);
      return this.tuple(elts, from, "Load");
    }
    if (this.t !== T.RPAR) this.mismatch();
    if (first.kind === "Starred") this.mismatch();
    this.advance();
    return first;
  }

  protected comprehension(
    kind: "GeneratorExp" | "ListComp" | "SetComp",
    elt: ast.Expr,
    from: number,
    close: number,
  ): ast.Expr {
    const generators = this.generators();
    this.expect(close);
    const to = this.pos - 1;
    return {
      kind,
      elt,
      generators,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected listDisplay(): ast.Expr {
    const from = this.pos;
    this.advance();
    let elts: ast.Expr[] = [];
    if (this.t !== T.RSQB) {
      const first = this.starNamedExpression();
      if (this.t === T.KW_FOR || this.t === T.KW_ASYNC) {
        if (first.kind === "Starred") this.mismatch();
        return this.comprehension("ListComp", first, from, T.RSQB);
      }
      elts = this.starNamedExpressions(first);
    }
    this.expect(T.RSQB);
    const to = this.pos - 1;
    return {
      kind: "List",
      elts,
      ctx: "Load",
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** Dictionary or set, display or comprehension. */
  protected braceDisplay(): ast.Expr {
    const from = this.pos;
    this.advance();
    if (this.t === T.RBRACE || this.t === T.DOUBLESTAR) return this.dict(from, null);
    const walrus = this.t === T.NAME && this.next === T.COLONEQUAL;
    const first = this.starNamedExpression();
    if (this.t === T.COLON && first.kind !== "Starred" && !walrus) return this.dict(from, first);
    if (this.t === T.KW_FOR || this.t === T.KW_ASYNC) {
      if (first.kind === "Starred") this.mismatch();
      return this.comprehension("SetComp", first, from, T.RBRACE);
    }
    const elts = this.starNamedExpressions(first);
    this.expect(T.RBRACE);
    const to = this.pos - 1;
    return {
      kind: "Set",
      elts,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** The rest of a dictionary whose first key, if it is not `**`, has been read. */
  protected dict(from: number, firstKey: ast.Expr | null): ast.Expr {
    const keys: (ast.Expr | null)[] = [];
    const values: ast.Expr[] = [];
    let key = firstKey;
    while (this.t !== T.RBRACE) {
      if (key === null && this.accept(T.DOUBLESTAR)) {
        keys.push(null);
        values.push(this.binary(1));
      } else {
        key ??= this.expression();
        this.expect(T.COLON);
        const value = this.expression();
        if (keys.length === 0 && (this.t === T.KW_FOR || this.t === T.KW_ASYNC)) {
          return this.dictComprehension(key, value, from);
        }
        keys.push(key);
        values.push(value);
      }
      key = null;
      if (!this.accept(T.COMMA)) break;
    }
    this.expect(T.RBRACE);
    const to = this.pos - 1;
    return {
      kind: "Dict",
      keys,
      values,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected dictComprehension(key: ast.Expr, value: ast.Expr, from: number): ast.DictComp {
    const generators = this.generators();
    this.expect(T.RBRACE);
    const to = this.pos - 1;
    return {
      kind: "DictComp",
      key,
      value,
      generators,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** `for_if_clauses`. */
  protected generators(): ast.Comprehension[] {
    const generators: ast.Comprehension[] = [];
    do {
      const is_async = this.accept(T.KW_ASYNC) ? 1 : 0;
      this.expect(T.KW_FOR);
      const target = this.forTargets();
      const iter = this.disjunction();
      const ifs: ast.Expr[] = [];
      while (this.accept(T.KW_IF)) ifs.push(this.disjunction());
      generators.push({ kind: "comprehension", target, iter, ifs, is_async });
    } while (this.t === T.KW_FOR || this.t === T.KW_ASYNC);
    return generators;
  }

  /** `star_targets 'in'`, after `for`. */
  protected forTargets(): ast.Expr {
    const target = this.starTargets();
    this.expect(T.KW_IN);
    return target;
  }

  protected yieldExpression(): ast.Expr {
    const from = this.pos;
    this.advance();
    let value: ast.Expr | null = null;
    const delegated = this.accept(T.KW_FROM);
    if (delegated) value = this.expression();
    else if (this.startsExpression()) value = this.starExpressions();
    const to = this.pos - 1;
    const at = {
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
    return delegated ? { kind: "YieldFrom", value: value as ast.Expr, ...at } : { kind: "Yield", value, ...at };
  }

  // --- targets ---------------------------------------------------------------------------------------------------------

  /** `star_targets`: what can be assigned to, as one target or a tuple without parentheses. */
  protected starTargets(): ast.Expr {
    const from = this.pos;
    const first = this.starTarget();
    if (this.t !== T.COMMA) return first;
    const elts = [first];
    while (this.accept(T.COMMA) && this.startsExpression()) elts.push(this.starTarget());
    return this.tuple(elts, from, "Store");
  }

  protected starTarget(): ast.Expr {
    if (this.t !== T.STAR) return this.asTarget(this.primary(), "Store");
    const from = this.pos;
    this.advance();
    if (this.t === T.STAR) this.mismatch();
    const node = this.starredOf(this.asTarget(this.primary(), "Store"), from);
    node.ctx = "Store";
    return node;
  }

  /** Turns an expression that was read into a target, or finds that it is none. */
  protected asTarget<E extends ast.Expr>(node: E, ctx: "Store" | "Del"): E {
    if (!isTarget(node, ctx)) this.mismatch();
    setContext(node, ctx);
    return node;
  }

  // --- lambda and parameters ---------------------------------------------------------------------------------------------

  protected lambda(): ast.Lambda {
    const from = this.pos;
    this.enter(EXPRESSION_COST);
    this.advance();
    const args = this.parameters(T.COLON);
    this.expect(T.COLON);
    const body = this.expression();
    this.depth -= EXPRESSION_COST;
    const to = this.pos - 1;
    return {
      kind: "Lambda",
      args,
      body,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /**
   * Parameters up to, not including, the token that ends them.
   *
   * @param close `)` for functions, which have annotations; `:` for lambdas, which have none
   */
  protected parameters(close: number): ast.Arguments {
    const result: ast.Arguments = {
      kind: "arguments",
      posonlyargs: [],
      args: [],
      vararg: null,
      kwonlyargs: [],
      kw_defaults: [],
      kwarg: null,
      defaults: [],
    };
    const annotated = close === T.RPAR;
    let keywordOnly = false;
    let slash = false;
    while (this.t !== close) {
      if (this.t === T.NAME) {
        const arg = this.parameter(annotated);
        const value = this.accept(T.EQUAL) ? this.expression() : null;
        if (keywordOnly) {
          result.kwonlyargs.push(arg);
          result.kw_defaults.push(value);
        } else {
          if (value !== null) result.defaults.push(value);
          else if (result.defaults.length > 0) this.mismatch();
          result.args.push(arg);
        }
      } else if (this.t === T.SLASH) {
        if (slash || keywordOnly || result.args.length === 0) this.mismatch();
        this.advance();
        slash = true;
        result.posonlyargs = result.args;
        result.args = [];
      } else if (this.t === T.STAR) {
        if (keywordOnly) this.mismatch();
        this.advance();
        keywordOnly = true;
        if (this.t === T.COMMA) {
          if (this.next !== T.NAME) {
            this.advance();
            this.mismatch();
          }
        } else {
          result.vararg = this.variadic(annotated);
        }
      } else if (this.t === T.DOUBLESTAR) {
        this.advance();
        result.kwarg = this.parameter(annotated);
        this.accept(T.COMMA);
        break;
      } else this.mismatch();
      if (!this.accept(T.COMMA)) break;
    }
    if (this.t !== close) this.mismatch();
    return result;
  }

  /** The `args` of `*args`, whose annotation may be starred. */
  protected variadic(annotated: boolean): ast.Arg {
    return this.parameter(annotated, true);
  }

  protected parameter(annotated: boolean, starAnnotation = false): ast.Arg {
    const from = this.pos;
    const arg = this.expectName();
    let annotation: ast.Expr | null = null;
    if (annotated && this.accept(T.COLON)) annotation = starAnnotation ? this.starExpression() : this.expression();
    const to = this.pos - 1;
    return {
      kind: "arg",
      arg,
      annotation,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }
}

/** Whether an expression has the form of a target: of an assignment, or of `del`. */
export function isTarget(node: ast.Expr, ctx: "Store" | "Del"): boolean {
  switch (node.kind) {
    case "Name":
    case "Attribute":
    case "Subscript":
      return true;
    case "Tuple":
    case "List":
      return node.elts.every((elt) => isTarget(elt, ctx));
    case "Starred":
      return ctx === "Store" && node.value.kind !== "Starred" && isTarget(node.value, ctx);
    default:
      return false;
  }
}

function setContext(node: ast.Expr, ctx: "Store" | "Del"): void {
  switch (node.kind) {
    case "Tuple":
    case "List":
      for (const elt of node.elts) setContext(elt, ctx);
      node.ctx = ctx;
      break;
    case "Starred":
      setContext(node.value, ctx);
      node.ctx = ctx;
      break;
    case "Name":
    case "Attribute":
    case "Subscript":
      node.ctx = ctx;
      break;
    default:
  }
}
