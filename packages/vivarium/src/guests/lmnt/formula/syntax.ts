/** The formula language's syntax tree, as the parser builds it. */

/** A place in the source text, 1-based. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** Type of a value: a number, a vector of two to four numbers, or a truth value. */
export type TypeName = "number" | "vec2" | "vec3" | "vec4" | "bool";

export type BinaryOperator = "+" | "-" | "*" | "/" | "%" | "^" | "<" | "<=" | ">" | ">=" | "==" | "!=" | "and" | "or";

export type Expression = { readonly at: Position } & (
  | { readonly kind: "number"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "name"; readonly name: string }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: Expression }
  | {
      readonly kind: "binary";
      readonly operator: BinaryOperator;
      readonly left: Expression;
      readonly right: Expression;
    }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: Expression;
      readonly else: Expression;
    }
  | { readonly kind: "call"; readonly name: string; readonly args: readonly Expression[] }
  | { readonly kind: "vector"; readonly lanes: readonly Expression[] }
  | { readonly kind: "swizzle"; readonly operand: Expression; readonly lanes: string }
  | { readonly kind: "index"; readonly operand: Expression; readonly index: Expression }
  | { readonly kind: "block"; readonly statements: readonly Statement[]; readonly result: Expression }
);

export type Statement = { readonly at: Position } & (
  | { readonly kind: "let"; readonly name: string; readonly mutable: boolean; readonly value: Expression }
  | { readonly kind: "assign"; readonly name: string; readonly value: Expression }
  | {
      readonly kind: "if";
      readonly condition: Expression;
      readonly then: readonly Statement[];
      readonly else: readonly Statement[];
    }
  | {
      readonly kind: "for";
      readonly name: string;
      readonly from: Expression;
      readonly to: Expression;
      readonly step: Expression | undefined;
      readonly max: Expression | undefined;
      readonly body: readonly Statement[];
    }
  | {
      readonly kind: "while";
      readonly condition: Expression;
      readonly max: Expression;
      readonly body: readonly Statement[];
    }
);

export interface Parameter {
  readonly name: string;
  readonly at: Position;
  /** Stated type; without one, a number in the archive and whatever is passed when inlined. */
  readonly type: TypeName | undefined;
  readonly default: Expression | undefined;
}

export interface FunctionDefinition {
  readonly kind: "function";
  readonly at: Position;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly type: TypeName | undefined;
  readonly body: Expression;
}

export interface ExternDefinition {
  readonly kind: "extern";
  readonly at: Position;
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly type: TypeName;
}

export interface ConstantDefinition {
  readonly kind: "const";
  readonly at: Position;
  readonly name: string;
  readonly value: Expression;
}

export interface TableDefinition {
  readonly kind: "table";
  readonly at: Position;
  readonly name: string;
  readonly values: readonly Expression[];
}

export type Definition = FunctionDefinition | ExternDefinition | ConstantDefinition | TableDefinition;

/** Number of slots a value of the type takes. */
export const WIDTH: Readonly<Record<TypeName, number>> = { number: 1, bool: 1, vec2: 2, vec3: 3, vec4: 4 };

/** The expressions that stand directly in a statement. */
export function expressionsOf(statement: Statement): Expression[] {
  switch (statement.kind) {
    case "let":
    case "assign":
      return [statement.value];
    case "if":
      return [statement.condition];
    case "for":
      return [statement.from, statement.to, statement.step, statement.max].filter((e) => e !== undefined);
    case "while":
      return [statement.condition, statement.max];
  }
}

/** The expressions that stand directly in an expression; those of a block's statements are not among them. */
export function partsOf(expression: Expression): readonly Expression[] {
  switch (expression.kind) {
    case "unary":
    case "swizzle":
      return [expression.operand];
    case "binary":
      return [expression.left, expression.right];
    case "if":
      return [expression.condition, expression.then, expression.else];
    case "call":
      return expression.args;
    case "vector":
      return expression.lanes;
    case "index":
      return [expression.operand, expression.index];
    default:
      return [];
  }
}

/** Names that statements assign, wherever in them. */
export function assignedIn(statements: readonly Statement[]): Set<string> {
  const names = new Set<string>();
  const visit = (list: readonly Statement[]): void => {
    for (const statement of list) {
      if (statement.kind === "assign") names.add(statement.name);
      if (statement.kind === "if") visit([...statement.then, ...statement.else]);
      if (statement.kind === "for" || statement.kind === "while") visit(statement.body);
      for (const expression of expressionsOf(statement)) visitBlocks(expression);
    }
  };
  // A block inside an expression may assign variables around it.
  const visitBlocks = (expression: Expression): void => {
    if (expression.kind === "block") {
      visit(expression.statements);
      visitBlocks(expression.result);
    }
    for (const part of partsOf(expression)) visitBlocks(part);
  };
  visit(statements);
  return names;
}
