/** Estimates what expressions come to: what is cheap is computed on speculation, or unrolled. */
import { BUILTINS } from "./builtins.js";
import type { Expression, FunctionDefinition, Statement } from "./syntax.js";

export class Costs {
  private readonly known = new Map<string, number>();
  private depth = 0;

  constructor(private readonly functions: ReadonlyMap<string, FunctionDefinition>) {}

  /** About how many instructions an expression takes; infinite when it may fail, loops or has effects. */
  of(expression: Expression): number {
    const sum = (parts: readonly Expression[]) => parts.reduce((total, part) => total + this.of(part), 0);
    switch (expression.kind) {
      case "number":
      case "bool":
      case "name":
        return 0;
      case "unary":
        return 1 + this.of(expression.operand);
      case "binary":
        return (expression.operator === "^" ? 4 : 2) + sum([expression.left, expression.right]);
      case "if":
        return 2 + sum([expression.condition, expression.then, expression.else]);
      case "vector":
        return sum(expression.lanes);
      case "swizzle":
        return this.of(expression.operand);
      case "index":
        return expression.index.kind === "number" ? sum([expression.operand]) : Number.POSITIVE_INFINITY;
      case "block":
        return this.ofStatements(expression.statements) + this.of(expression.result);
      case "call":
        return this.ofCall(expression.name) + sum(expression.args);
    }
  }

  private ofCall(name: string): number {
    if (Object.hasOwn(BUILTINS, name)) return BUILTINS[name].cost;
    const known = this.known.get(name);
    if (known !== undefined) return known;
    const definition = this.functions.get(name);
    // What calls through so many functions is not cheap.
    if (definition === undefined || this.depth >= 4) return Number.POSITIVE_INFINITY;
    // Recursion, which is an error that is reported elsewhere, finds this value.
    this.known.set(name, Number.POSITIVE_INFINITY);
    this.depth++;
    const cost = this.of(definition.body);
    this.depth--;
    this.known.set(name, cost);
    return cost;
  }

  ofStatements(statements: readonly Statement[]): number {
    let total = 0;
    for (const statement of statements) {
      if (statement.kind === "for" || statement.kind === "while") return Number.POSITIVE_INFINITY;
      if (statement.kind === "if") {
        total +=
          2 + this.of(statement.condition) + this.ofStatements(statement.then) + this.ofStatements(statement.else);
      } else total += this.of(statement.value);
    }
    return total;
  }
}
