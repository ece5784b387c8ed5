/** Reads statements (language reference, 7 and 8). */

import * as ast from "./ast.js";
import { isTarget } from "./expressions.js";
import { PatternParser } from "./patterns.js";
import * as T from "./tokens.js";

/** What a level of nested blocks costs, in the steps of `Cursor.enter`. */
const BLOCK_COST = 3;

type Augmented = ast.Name | ast.Attribute | ast.Subscript;

export abstract class StatementParser extends PatternParser {
  protected override readonly ellipsis = ast.ELLIPSIS;

  // --- whole inputs ------------------------------------------------------------------------------------------------------

  /** Token at which the statement of the module that was read last begins. */
  statementStart = 0;

  module(): ast.Module {
    const body: ast.Stmt[] = [];
    while (this.t !== T.END) {
      this.statementStart = this.pos;
      this.statement(body);
    }
    return { kind: "Module", body, type_ignores: [] };
  }

  expressionInput(): ast.Expression {
    const body = this.expressionList();
    while (this.accept(T.NEWLINE)) {}
    this.expect(T.END);
    return { kind: "Expression", body };
  }

  /** One statement, as typed at a prompt: a compound one, or simple ones on one line. */
  interactive(): ast.Interactive {
    const body: ast.Stmt[] = [];
    if (this.t === T.END) this.mismatch();
    const compound = this.compoundStatement();
    if (compound === undefined) this.simpleStatements(body);
    else {
      body.push(compound);
      if (this.t !== T.END) this.mismatch();
    }
    return { kind: "Interactive", body };
  }

  /** Index of the token before the current one. */
  get lastRead(): number {
    return this.pos - 1;
  }

  /** Whether only the end follows. */
  get atEnd(): boolean {
    return this.t === T.END;
  }

  /** `expressions`: as `star_expressions`, without stars. */
  protected expressionList(): ast.Expr {
    const from = this.pos;
    const first = this.expression();
    if (this.t !== T.COMMA) return first;
    const elts = [first];
    while (this.accept(T.COMMA) && this.startsExpression()) elts.push(this.expression());
    return this.tuple(elts, from, "Load");
  }

  // --- dispatch ------------------------------------------------------------------------------------------------------------

  protected statement(into: ast.Stmt[]): void {
    const compound = this.compoundStatement();
    if (compound !== undefined) into.push(compound);
    else this.simpleStatements(into);
  }

  protected compoundStatement(): ast.Stmt | undefined {
    switch (this.t) {
      case T.NAME:
        return this.isName("match") ? this.attempt(() => this.matchStatement()) : undefined;
      case T.KW_IF:
        return this.ifStatement();
      case T.KW_DEF:
        return this.functionDef([]);
      case T.AT:
        return this.decorated();
      case T.KW_CLASS:
        return this.classDef([]);
      case T.KW_FOR:
        return this.forStatement();
      case T.KW_WHILE:
        return this.whileStatement();
      case T.KW_TRY:
        return this.tryStatement();
      case T.KW_WITH:
        return this.withStatement();
      case T.KW_ASYNC:
        return this.asyncStatement([]);
      default:
        return undefined;
    }
  }

  protected simpleStatements(into: ast.Stmt[]): void {
    do into.push(this.simpleStatement());
    while (this.accept(T.SEMI) && this.t !== T.NEWLINE);
    this.expect(T.NEWLINE);
  }

  protected simpleStatement(): ast.Stmt {
    switch (this.t) {
      case T.KW_RETURN:
        return this.returnStatement();
      case T.KW_IMPORT:
        return this.importStatement();
      case T.KW_FROM:
        return this.importFrom();
      case T.KW_RAISE:
        return this.raiseStatement();
      case T.KW_PASS:
        return this.keywordStatement("Pass");
      case T.KW_BREAK:
        return this.keywordStatement("Break");
      case T.KW_CONTINUE:
        return this.keywordStatement("Continue");
      case T.KW_DEL:
        return this.deleteStatement();
      case T.KW_ASSERT:
        return this.assertStatement();
      case T.KW_GLOBAL:
        return this.scopeStatement("Global");
      case T.KW_NONLOCAL:
        return this.scopeStatement("Nonlocal");
      case T.KW_YIELD: {
        const from = this.pos;
        this.beforeYield();
        return this.expressionStatement(this.yieldExpression(), from);
      }
      case T.NAME:
        if (this.next === T.NAME && this.isName("type")) return this.typeAlias();
    }
    return this.assignmentOrExpression();
  }

  /** For the second parse, which looks for `yield = 1` here. */
  protected beforeYield(): void {}

  /** A block after its colon. */
  protected block(): ast.Stmt[] {
    const body: ast.Stmt[] = [];
    this.enter(BLOCK_COST);
    if (this.accept(T.NEWLINE)) {
      this.expect(T.INDENT);
      do this.statement(body);
      while (this.t !== T.DEDENT && this.t !== T.END);
      this.expect(T.DEDENT);
    } else this.simpleStatements(body);
    this.depth -= BLOCK_COST;
    return body;
  }

  /** `: block`. */
  protected suite(): ast.Stmt[] {
    this.expect(T.COLON);
    return this.block();
  }

  // --- simple statements -----------------------------------------------------------------------------------------------------

  protected keywordStatement(kind: "Pass" | "Break" | "Continue"): ast.Stmt {
    const at = this.pos;
    this.advance();
    return {
      kind,
      lineno: this.line[at],
      col_offset: this.col[at],
      end_lineno: this.endLine[at],
      end_col_offset: this.endCol[at],
    };
  }

  protected expressionStatement(value: ast.Expr, from: number): ast.ExprStmt {
    const to = this.pos - 1;
    return {
      kind: "Expr",
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected assignmentOrExpression(): ast.Stmt {
    const from = this.pos;
    const first = this.starExpressions();
    if (this.t === T.EQUAL) return this.assign(first, from);
    if (this.t === T.COLON) return this.annotatedAssign(first, from);
    if (this.t >= T.PLUSEQUAL && this.t <= T.DOUBLESLASHEQUAL) return this.augmentedAssign(first, from);
    return this.expressionStatement(first, from);
  }

  /** What may stand on the right of `=`. */
  protected assignedValue(): ast.Expr {
    return this.t === T.KW_YIELD ? this.yieldExpression() : this.starExpressions();
  }

  protected assign(first: ast.Expr, from: number): ast.Assign {
    const targets: ast.Expr[] = [];
    let value = first;
    while (this.t === T.EQUAL) {
      targets.push(this.asTarget(value, "Store"));
      this.advance();
      value = this.assignedValue();
    }
    const to = this.pos - 1;
    return {
      kind: "Assign",
      targets,
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected annotatedAssign(target: ast.Expr, from: number): ast.AnnAssign {
    if (!isSingle(target)) this.mismatch();
    const simple = target.kind === "Name" && this.kind[from] === T.NAME ? 1 : 0;
    target.ctx = "Store";
    this.advance();
    const annotation = this.expression();
    const value = this.accept(T.EQUAL) ? this.assignedValue() : null;
    const to = this.pos - 1;
    return {
      kind: "AnnAssign",
      target,
      annotation,
      value,
      simple,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected augmentedAssign(target: ast.Expr, from: number): ast.AugAssign {
    if (!isSingle(target)) this.mismatch();
    target.ctx = "Store";
    const op = T.OPERATOR[this.t] as ast.Operator;
    this.advance();
    const value = this.assignedValue();
    const to = this.pos - 1;
    return {
      kind: "AugAssign",
      target,
      op,
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected returnStatement(): ast.Return {
    const from = this.pos;
    this.advance();
    const value = this.startsExpression() ? this.starExpressions() : null;
    const to = this.pos - 1;
    return {
      kind: "Return",
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected raiseStatement(): ast.Raise {
    const from = this.pos;
    this.advance();
    let exc: ast.Expr | null = null;
    let cause: ast.Expr | null = null;
    if (this.startsExpression()) {
      exc = this.expression();
      if (this.accept(T.KW_FROM)) cause = this.expression();
    }
    const to = this.pos - 1;
    return {
      kind: "Raise",
      exc,
      cause,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected scopeStatement(kind: "Global" | "Nonlocal"): ast.Global | ast.Nonlocal {
    const from = this.pos;
    const names: string[] = [];
    do {
      this.advance();
      names.push(this.expectName());
    } while (this.t === T.COMMA);
    const to = this.pos - 1;
    return {
      kind,
      names,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected deleteStatement(): ast.Delete {
    const from = this.pos;
    const targets: ast.Expr[] = [];
    do {
      this.advance();
      if (targets.length > 0 && (this.t === T.SEMI || this.t === T.NEWLINE)) break;
      targets.push(this.asTarget(this.primary(), "Del"));
    } while (this.t === T.COMMA);
    if (this.t !== T.SEMI && this.t !== T.NEWLINE) this.mismatch();
    const to = this.pos - 1;
    return {
      kind: "Delete",
      targets,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected assertStatement(): ast.Assert {
    const from = this.pos;
    this.advance();
    const test = this.expression();
    const msg = this.accept(T.COMMA) ? this.expression() : null;
    const to = this.pos - 1;
    return {
      kind: "Assert",
      test,
      msg,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected importStatement(): ast.Import {
    const from = this.pos;
    const names: ast.Alias[] = [];
    do {
      this.advance();
      names.push(this.alias(true));
    } while (this.t === T.COMMA);
    const to = this.pos - 1;
    return {
      kind: "Import",
      names,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected dottedName(): string {
    let name = this.expectName();
    while (this.accept(T.DOT)) name += `.${this.expectName()}`;
    return name;
  }

  protected alias(dotted: boolean): ast.Alias {
    const from = this.pos;
    const name = dotted ? this.dottedName() : this.expectName();
    const asname = this.accept(T.KW_AS) ? this.expectName() : null;
    const to = this.pos - 1;
    return {
      kind: "alias",
      name,
      asname,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected importFrom(): ast.ImportFrom {
    const from = this.pos;
    this.advance();
    let level = 0;
    for (; this.t === T.DOT || this.t === T.ELLIPSIS; this.advance()) level += this.t === T.DOT ? 1 : 3;
    const module = level > 0 && this.t === T.KW_IMPORT ? null : this.dottedName();
    this.expect(T.KW_IMPORT);
    const names = this.importTargets();
    const to = this.pos - 1;
    return {
      kind: "ImportFrom",
      module,
      names,
      level,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected importTargets(): ast.Alias[] {
    if (this.t === T.STAR) {
      const at = this.pos;
      this.advance();
      return [
        {
          kind: "alias",
          name: "*",
          asname: null,
          lineno: this.line[at],
          col_offset: this.col[at],
          end_lineno: this.endLine[at],
          end_col_offset: this.endCol[at],
        },
      ];
    }
    const grouped = this.accept(T.LPAR);
    const names = [this.alias(false)];
    while (this.accept(T.COMMA)) {
      if (grouped && this.t === T.RPAR) break;
      names.push(this.alias(false));
    }
    if (grouped) this.expect(T.RPAR);
    return names;
  }

  protected typeAlias(): ast.TypeAlias {
    const from = this.pos;
    this.advance();
    const name = this.nameNode("Store");
    const type_params = this.typeParams();
    this.expect(T.EQUAL);
    const value = this.expression();
    const to = this.pos - 1;
    return {
      kind: "TypeAlias",
      name,
      type_params,
      value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  // --- type parameters (PEP 695, defaults PEP 696) -----------------------------------------------------------------------------

  protected typeParams(): ast.TypeParam[] {
    if (this.t !== T.LSQB) return [];
    if (this.next === T.RSQB) {
      this.touch(this.pos + 1);
      return [];
    }
    const params: ast.TypeParam[] = [];
    do {
      this.advance();
      if (params.length > 0 && this.t === T.RSQB) break;
      params.push(this.typeParam());
    } while (this.t === T.COMMA);
    this.expect(T.RSQB);
    return params;
  }

  protected typeParam(): ast.TypeParam {
    const from = this.pos;
    const kind = this.t === T.STAR ? "TypeVarTuple" : this.t === T.DOUBLESTAR ? "ParamSpec" : "TypeVar";
    if (kind !== "TypeVar") this.advance();
    const name = this.expectName();
    const bound = kind === "TypeVar" && this.accept(T.COLON) ? this.expression() : null;
    let default_value: ast.Expr | null = null;
    if (this.accept(T.EQUAL)) default_value = kind === "TypeVarTuple" ? this.starExpression() : this.expression();
    const to = this.pos - 1;
    const at = {
      default_value,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
    return kind === "TypeVar" ? { kind, name, bound, ...at } : { kind, name, ...at };
  }

  // --- compound statements -------------------------------------------------------------------------------------------------------

  /** `if` with its `elif`s, which nest in the tree but not here. */
  protected ifStatement(): ast.If {
    const chain = [this.ifClause()];
    while (this.t === T.KW_ELIF) {
      const node = this.ifClause();
      chain[chain.length - 1].orelse = [node];
      chain.push(node);
    }
    chain[chain.length - 1].orelse = this.elseBlock();
    const to = this.lastToken();
    for (const node of chain) {
      node.end_lineno = this.endLine[to];
      node.end_col_offset = this.endCol[to];
    }
    return chain[0];
  }

  /** `if` or `elif` with its block; where it ends is known when the last one has been read. */
  protected ifClause(): ast.If {
    const from = this.pos;
    this.advance();
    const test = this.namedExpression();
    const body = this.suite();
    return {
      kind: "If",
      test,
      body,
      orelse: [],
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: 0,
      end_col_offset: 0,
    };
  }

  protected elseBlock(): ast.Stmt[] {
    if (!this.accept(T.KW_ELSE)) return [];
    this.require(T.COLON);
    return this.block();
  }

  protected whileStatement(): ast.While {
    const from = this.pos;
    this.advance();
    const test = this.namedExpression();
    const body = this.suite();
    const orelse = this.elseBlock();
    const to = this.lastToken();
    return {
      kind: "While",
      test,
      body,
      orelse,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected asyncStatement(decorators: ast.Expr[]): ast.Stmt {
    if (this.next === T.KW_DEF) return this.functionDef(decorators);
    if (decorators.length === 0 && this.next === T.KW_FOR) return this.forStatement();
    if (decorators.length === 0 && this.next === T.KW_WITH) return this.withStatement();
    this.advance();
    return this.mismatch();
  }

  protected forStatement(): ast.For | ast.AsyncFor {
    const from = this.pos;
    const isAsync = this.accept(T.KW_ASYNC);
    this.advance();
    const target = this.forTargets();
    const iter = this.starExpressions();
    const body = this.suite();
    const orelse = this.elseBlock();
    const to = this.lastToken();
    return {
      kind: isAsync ? "AsyncFor" : "For",
      target,
      iter,
      body,
      orelse,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected withStatement(): ast.With | ast.AsyncWith {
    const from = this.pos;
    const isAsync = this.accept(T.KW_ASYNC);
    this.advance();
    const items = this.withItems();
    const body = this.suite();
    const to = this.lastToken();
    return {
      kind: isAsync ? "AsyncWith" : "With",
      items,
      body,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  /** Items up to, not including, the colon: in parentheses if they can be read so, else an item may begin with one. */
  protected withItems(): ast.WithItem[] {
    if (this.t === T.LPAR) {
      const grouped = this.attempt(() => {
        this.advance();
        const items = [this.withItem()];
        while (this.accept(T.COMMA) && this.t !== T.RPAR) items.push(this.withItem());
        this.expect(T.RPAR);
        if (this.t !== T.COLON) this.mismatch();
        return items;
      });
      if (grouped !== undefined) return grouped;
    }
    const items = [this.withItem()];
    while (this.accept(T.COMMA)) items.push(this.withItem());
    return items;
  }

  protected withItem(): ast.WithItem {
    const context_expr = this.expression();
    let optional_vars: ast.Expr | null = null;
    if (this.accept(T.KW_AS)) {
      optional_vars = this.starTarget();
      if (this.t !== T.COMMA && this.t !== T.RPAR && this.t !== T.COLON) this.mismatch();
    }
    return { kind: "withitem", context_expr, optional_vars };
  }

  protected tryStatement(): ast.Try | ast.TryStar {
    const from = this.pos;
    this.advance();
    this.require(T.COLON);
    const body = this.block();
    const handlers: ast.ExceptHandler[] = [];
    let star = false;
    while (this.t === T.KW_EXCEPT) {
      if (handlers.length === 0) star = this.next === T.STAR;
      else if (star !== (this.next === T.STAR)) {
        this.advance();
        this.mismatch();
      }
      handlers.push(this.exceptHandler(star));
    }
    const orelse = handlers.length > 0 ? this.elseBlock() : [];
    const finalbody = this.finallyBlock();
    if (handlers.length === 0 && finalbody.length === 0) this.mismatch();
    const to = this.lastToken();
    return {
      kind: star ? "TryStar" : "Try",
      body,
      handlers,
      orelse,
      finalbody,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected exceptHandler(star: boolean): ast.ExceptHandler {
    const from = this.pos;
    this.advance();
    if (star) this.advance();
    let type: ast.Expr | null = null;
    let name: string | null = null;
    if (star || this.t !== T.COLON) {
      type = this.expression();
      if (this.accept(T.KW_AS)) name = this.expectName();
    }
    const body = this.suite();
    const to = this.lastToken();
    return {
      kind: "ExceptHandler",
      type,
      name,
      body,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected finallyBlock(): ast.Stmt[] {
    if (!this.accept(T.KW_FINALLY)) return [];
    this.require(T.COLON);
    return this.block();
  }

  protected decorated(): ast.Stmt {
    const decorators: ast.Expr[] = [];
    while (this.accept(T.AT)) {
      decorators.push(this.namedExpression());
      this.expect(T.NEWLINE);
    }
    if (this.t === T.KW_CLASS) return this.classDef(decorators);
    if (this.t === T.KW_ASYNC) return this.asyncStatement(decorators);
    if (this.t !== T.KW_DEF) this.mismatch();
    return this.functionDef(decorators);
  }

  protected functionDef(decorator_list: ast.Expr[]): ast.FunctionDef | ast.AsyncFunctionDef {
    const from = this.pos;
    const isAsync = this.accept(T.KW_ASYNC);
    this.advance();
    const name = this.expectName();
    const type_params = this.typeParams();
    this.require(T.LPAR);
    const args = this.parameters(T.RPAR);
    this.expect(T.RPAR);
    const returns = this.returnAnnotation();
    this.require(T.COLON);
    const body = this.block();
    const to = this.lastToken();
    return {
      kind: isAsync ? "AsyncFunctionDef" : "FunctionDef",
      name,
      args,
      body,
      decorator_list,
      returns,
      type_params,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected returnAnnotation(): ast.Expr | null {
    return this.accept(T.ARROW) ? this.expression() : null;
  }

  protected classDef(decorator_list: ast.Expr[]): ast.ClassDef {
    const from = this.pos;
    this.advance();
    const name = this.expectName();
    const type_params = this.typeParams();
    let bases: ast.Expr[] = [];
    let keywords: ast.Keyword[] = [];
    if (this.accept(T.LPAR)) {
      ({ args: bases, keywords } = this.callArguments(-1));
      this.expect(T.RPAR);
    }
    const body = this.suite();
    const to = this.lastToken();
    return {
      kind: "ClassDef",
      name,
      bases,
      keywords,
      body,
      decorator_list,
      type_params,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  // --- match -----------------------------------------------------------------------------------------------------------------------

  /** A `match` statement; where `match` turns out to be a name, this is a mismatch. */
  protected matchStatement(): ast.Match {
    const from = this.pos;
    this.advance();
    const subject = this.subject();
    this.expect(T.COLON);
    this.expect(T.NEWLINE);
    this.expect(T.INDENT);
    const cases: ast.MatchCase[] = [];
    do cases.push(this.caseBlock());
    while (this.isName("case"));
    this.expect(T.DEDENT);
    const to = this.lastToken();
    return {
      kind: "Match",
      subject,
      cases,
      lineno: this.line[from],
      col_offset: this.col[from],
      end_lineno: this.endLine[to],
      end_col_offset: this.endCol[to],
    };
  }

  protected subject(): ast.Expr {
    const from = this.pos;
    const first = this.starNamedExpression();
    if (this.t === T.COMMA) return this.tuple(this.starNamedExpressions(first), from, "Load");
    if (first.kind === "Starred") this.mismatch();
    return first;
  }

  protected caseBlock(): ast.MatchCase {
    if (!this.isName("case")) this.mismatch();
    this.enter(BLOCK_COST);
    this.advance();
    const pattern = this.patterns();
    const guard = this.accept(T.KW_IF) ? this.namedExpression() : null;
    const body = this.suite();
    this.depth -= BLOCK_COST;
    return { kind: "match_case", pattern, guard, body };
  }
}

function isSingle(node: ast.Expr): node is Augmented {
  return node.kind !== "Starred" && node.kind !== "Tuple" && node.kind !== "List" && isTarget(node, "Store");
}
