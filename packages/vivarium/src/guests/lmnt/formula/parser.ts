/** Formula tokens to syntax trees, by recursive descent. */
import { LoadError } from "../../../machine/errors.js";
import { type Token, tokenize } from "./lexer.js";
import {
  type BinaryOperator,
  type Definition,
  type Expression,
  expressionsOf,
  type Parameter,
  type Position,
  partsOf,
  type Statement,
  type TypeName,
  WIDTH,
} from "./syntax.js";

/** Expressions may nest this deep. */
const MAX_NESTING = 150;
/** Syntax trees may be this deep; a long sum is as deep as it is long. */
const MAX_DEPTH = 1000;

/** Binary operators by rising precedence; all group to the left. `^` is treated apart. */
const LEVELS: readonly (readonly BinaryOperator[])[] = [
  ["or"],
  ["and"],
  ["<", "<=", ">", ">=", "==", "!="],
  ["+", "-"],
  ["*", "/", "%"],
];

/**
 * Parses formula text.
 *
 * @throws LoadError `LMNT_FORMULA_SYNTAX` with line and column.
 */
export function parse(text: string): Definition[] {
  return new Parser(tokenize(text)).definitions();
}

class Parser {
  private position = 0;
  private nesting = 0;
  private readonly depths = new WeakMap<Expression, number>();

  constructor(private readonly tokens: readonly Token[]) {}

  definitions(): Definition[] {
    const definitions: Definition[] = [];
    this.skipSeparators();
    while (this.peek().kind !== "end") {
      definitions.push(this.definition());
      if (this.peek().kind !== "end" && !this.skipSeparators()) this.unexpected("a new line or ;");
    }
    return definitions;
  }

  private peek(): Token {
    return this.tokens[this.position];
  }

  private next(): Token {
    const token = this.tokens[this.position];
    if (token.kind !== "end") this.position++;
    return token;
  }

  private unexpected(expected: string, token = this.peek()): never {
    throw new LoadError("LMNT_FORMULA_SYNTAX", `found ${token.text}`, { ...token.at, expected });
  }

  private is(text: string): boolean {
    const token = this.peek();
    return (token.kind === "punctuation" || token.kind === "keyword") && token.text === text;
  }

  private accept(text: string): boolean {
    if (!this.is(text)) return false;
    this.position++;
    return true;
  }

  private expect(text: string): Position {
    const { at } = this.peek();
    if (!this.accept(text)) this.unexpected(`'${text}'`);
    return at;
  }

  private name(): string {
    const token = this.peek();
    // `max` and `step` are words of loops and names of functions.
    if (token.kind !== "name" && !this.isSoftName()) this.unexpected("a name");
    this.position++;
    return token.text;
  }

  private isSoftName(): boolean {
    const token = this.peek();
    return token.kind === "keyword" && (token.text === "max" || token.text === "step");
  }

  private enter(): void {
    if (++this.nesting > MAX_NESTING) {
      throw new LoadError("LMNT_FORMULA_SYNTAX", "expressions and statements nest too deeply", this.peek().at);
    }
  }

  /** Bounds the depth of the tree, which operators in a row build without nesting. */
  private bounded(expression: Expression): Expression {
    const deepest = (parts: readonly Expression[]): number =>
      parts.reduce((depth, part) => Math.max(depth, this.depths.get(part) ?? 0), 0);
    const inStatements = (statements: readonly Statement[]): number =>
      statements.reduce((depth, statement) => {
        const arms =
          statement.kind === "if"
            ? Math.max(inStatements(statement.then), inStatements(statement.else))
            : statement.kind === "for" || statement.kind === "while"
              ? inStatements(statement.body)
              : 0;
        return Math.max(depth, arms + 1, deepest(expressionsOf(statement)));
      }, 0);
    const inner = expression.kind === "block" ? inStatements(expression.statements) : 0;
    const result = expression.kind === "block" ? [expression.result] : partsOf(expression);
    const depth = 1 + Math.max(inner, deepest(result));
    if (depth > MAX_DEPTH) {
      throw new LoadError("LMNT_FORMULA_SYNTAX", `more than ${MAX_DEPTH} operations hang on each other`, expression.at);
    }
    this.depths.set(expression, depth);
    return expression;
  }

  private skipNewlines(): void {
    while (this.peek().kind === "newline") this.position++;
  }

  /** Skips line ends and semicolons; true if there was one. */
  private skipSeparators(): boolean {
    const start = this.position;
    while (this.peek().kind === "newline" || this.is(";")) this.position++;
    return this.position > start;
  }

  /** Accepts a keyword that may stand on the next line. */
  private acceptAhead(text: string): boolean {
    const start = this.position;
    this.skipNewlines();
    if (this.accept(text)) return true;
    this.position = start;
    return false;
  }

  private definition(): Definition {
    const { at } = this.peek();
    if (this.accept("const")) {
      const name = this.name();
      this.expect("=");
      return { kind: "const", at, name, value: this.expression() };
    }
    if (this.accept("table")) {
      const name = this.name();
      this.expect("=");
      this.expect("[");
      return { kind: "table", at, name, values: this.list("]") };
    }
    if (this.accept("extern")) {
      const name = this.name();
      const parameters = this.parameters();
      return { kind: "extern", at, name, parameters, type: this.typeAnnotation() ?? "number" };
    }
    const name = this.name();
    const parameters = this.parameters();
    const type = this.typeAnnotation();
    if (!this.is("{")) this.expect("=");
    this.skipNewlines();
    return { kind: "function", at, name, parameters, type, body: this.expression() };
  }

  private parameters(): Parameter[] {
    this.expect("(");
    const parameters: Parameter[] = [];
    while (!this.accept(")")) {
      if (parameters.length > 0) this.expect(",");
      const { at } = this.peek();
      const name = this.name();
      const type = this.typeAnnotation();
      parameters.push({ name, at, type, default: this.accept("=") ? this.expression() : undefined });
    }
    return parameters;
  }

  private typeAnnotation(): TypeName | undefined {
    if (!this.accept(":")) return undefined;
    const token = this.next();
    if (!Object.hasOwn(WIDTH, token.text)) this.unexpected("number, vec2, vec3, vec4 or bool", token);
    return token.text as TypeName;
  }

  private list(close: string): Expression[] {
    const items: Expression[] = [];
    while (!this.accept(close)) {
      if (items.length > 0) this.expect(",");
      items.push(this.expression());
    }
    return items;
  }

  expression(): Expression {
    this.enter();
    const condition = this.binary(0);
    let result = condition;
    if (this.accept("?")) {
      this.skipNewlines();
      const then = this.expression();
      this.skipNewlines();
      this.expect(":");
      this.skipNewlines();
      result = this.bounded({ kind: "if", at: condition.at, condition, then, else: this.expression() });
    }
    this.nesting--;
    return result;
  }

  private binary(level: number): Expression {
    const operators = LEVELS[level];
    if (operators === undefined) return this.unary();
    let left = this.binary(level + 1);
    for (;;) {
      const { at, text } = this.peek();
      const operator = operators.find((candidate) => candidate === text);
      if (operator === undefined || !this.accept(operator)) return left;
      this.skipNewlines();
      left = this.bounded({ kind: "binary", at, operator, left, right: this.binary(level + 1) });
    }
  }

  private unary(): Expression {
    const { at } = this.peek();
    const operator = this.accept("-") ? "-" : this.accept("not") ? "not" : undefined;
    if (operator === undefined) return this.power();
    this.enter();
    const operand = this.unary();
    this.nesting--;
    return this.bounded({ kind: "unary", at, operator, operand });
  }

  /** `a ^ b` groups to the right and binds tighter than a minus before it, looser than one after it. */
  private power(): Expression {
    const left = this.postfix();
    const { at } = this.peek();
    if (!this.accept("^")) return left;
    this.skipNewlines();
    this.enter();
    const right = this.unary();
    this.nesting--;
    return this.bounded({ kind: "binary", at, operator: "^", left, right });
  }

  private postfix(): Expression {
    let operand = this.bounded(this.primary());
    for (;;) {
      const { at } = this.peek();
      if (this.accept(".")) operand = this.bounded({ kind: "swizzle", at, operand, lanes: this.name() });
      else if (this.accept("[")) {
        const index = this.expression();
        this.expect("]");
        operand = this.bounded({ kind: "index", at, operand, index });
      } else return operand;
    }
  }

  private primary(): Expression {
    const { at, kind, text } = this.peek();
    if (kind === "number") {
      this.next();
      return { kind: "number", at, value: Number(text) };
    }
    if (kind === "name" || this.isSoftName()) {
      this.next();
      if (this.accept("(")) return { kind: "call", at, name: text, args: this.list(")") };
      return { kind: "name", at, name: text };
    }
    if (this.accept("true")) return { kind: "bool", at, value: true };
    if (this.accept("false")) return { kind: "bool", at, value: false };
    if (this.accept("(")) {
      const inner = this.expression();
      this.expect(")");
      return inner;
    }
    if (this.accept("[")) return { kind: "vector", at, lanes: this.list("]") };
    if (this.accept("{")) return this.block(at);
    if (this.accept("if")) return this.ifExpression(at);
    this.unexpected("an expression");
  }

  private ifExpression(at: Position): Expression {
    const condition = this.expression();
    if (!this.acceptAhead("then") && !this.is("{")) this.unexpected("then or {");
    this.skipNewlines();
    const then = this.expression();
    if (!this.acceptAhead("else")) this.unexpected("else");
    this.skipNewlines();
    return { kind: "if", at, condition, then, else: this.expression() };
  }

  /** Statements and the value at the end. */
  private block(at: Position): Expression {
    const statements: Statement[] = [];
    this.skipSeparators();
    for (;;) {
      const statement = this.statement(true);
      if (statement !== undefined) {
        statements.push(statement);
        if (!this.skipSeparators() && !this.endsWithBrace()) this.unexpected("a new line or ;");
        continue;
      }
      const result = this.expression();
      this.skipSeparators();
      this.expect("}");
      return { kind: "block", at, statements, result };
    }
  }

  private endsWithBrace(): boolean {
    return this.tokens[this.position - 1].text === "}";
  }

  private statements(): Statement[] {
    this.expect("{");
    const statements: Statement[] = [];
    this.skipSeparators();
    while (!this.accept("}")) {
      const statement = this.statement(false);
      if (statement === undefined) this.unexpected("a statement");
      statements.push(statement);
      if (!this.skipSeparators() && !this.is("}") && !this.endsWithBrace()) this.unexpected("a new line or ;");
    }
    return statements;
  }

  /** A statement, or `undefined` where an expression begins. */
  private statement(mayEnd: boolean): Statement | undefined {
    this.enter();
    const statement = this.anyStatement(mayEnd);
    this.nesting--;
    return statement;
  }

  private anyStatement(mayEnd: boolean): Statement | undefined {
    const { at, kind } = this.peek();
    if (this.is("let") || this.is("var")) {
      const mutable = this.next().text === "var";
      const name = this.name();
      this.expect("=");
      this.skipNewlines();
      return { kind: "let", at, name, mutable, value: this.expression() };
    }
    if (this.accept("for")) return this.forStatement(at);
    if (this.accept("while")) {
      const condition = this.expression();
      this.expect("max");
      const max = this.binary(3);
      return { kind: "while", at, condition, max, body: this.statements() };
    }
    if (this.is("if")) return this.ifStatement(at, mayEnd);
    return kind === "name" ? this.assignment(at) : undefined;
  }

  private assignment(at: Position): Statement | undefined {
    const operator = this.tokens[this.position + 1];
    if (operator.kind !== "punctuation" || !["=", "+=", "-=", "*=", "/="].includes(operator.text)) return undefined;
    const name = this.name();
    this.next();
    this.skipNewlines();
    const value = this.expression();
    if (operator.text === "=") return { kind: "assign", at, name, value };
    const left: Expression = { kind: "name", at, name };
    const binary = operator.text[0] as BinaryOperator;
    return { kind: "assign", at, name, value: { kind: "binary", at, operator: binary, left, right: value } };
  }

  private forStatement(at: Position): Statement {
    const name = this.name();
    this.expect("in");
    const from = this.binary(3);
    this.expect("..");
    const to = this.binary(3);
    const step = this.accept("step") ? this.binary(3) : undefined;
    const max = this.accept("max") ? this.binary(3) : undefined;
    return { kind: "for", at, name, from, to, step, max, body: this.statements() };
  }

  /** `if c { … }`; where it may be the value of the block, an `if` whose arms are values is left to the expression. */
  private ifStatement(at: Position, mayEnd: boolean): Statement | undefined {
    const start = this.position;
    const { nesting } = this;
    this.expect("if");
    try {
      const condition = this.expression();
      if (!this.is("{")) {
        this.position = start;
        return undefined;
      }
      const then = this.statements();
      if (!this.acceptAhead("else")) return { kind: "if", at, condition, then, else: [] };
      const otherwise = this.is("if") ? [this.statement(false) as Statement] : this.statements();
      return { kind: "if", at, condition, then, else: otherwise };
    } catch (error) {
      if (!mayEnd || !(error instanceof LoadError)) throw error;
      // The arms end with values: read it again as an expression, which reports what is wrong if neither fits.
      this.position = start;
      this.nesting = nesting;
      return undefined;
    }
  }
}
