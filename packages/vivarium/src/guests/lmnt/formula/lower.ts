/**
 * Syntax trees to instructions over virtual slots: types, inlining, constant folding, common subexpressions, loops.
 *
 * LMNT has one frame and no calls, so every call of a formula is inlined. Cheap conditionals become conditional
 * assignments, which keeps the code straight (and lets the batch compiler use vectors); loops that are short and of
 * known length are unrolled for the same reason.
 */
import { LoadError } from "../../../machine/errors.js";
import { bitsOf, valueOf } from "../floats.js";
import { BUILTINS, CONSTANTS } from "./builtins.js";
import { Costs } from "./costs.js";
import { compare, type Relation } from "./fold.js";
import { Instructions, isConstant, isZero, keyOf, ONE, ZERO } from "./instructions.js";
import { bits, type Group, type IrInstruction, type Label, type Operand, slot } from "./ir.js";
import {
  assignedIn,
  type BinaryOperator,
  type Definition,
  type Expression,
  type ExternDefinition,
  type FunctionDefinition,
  type Position,
  type Statement,
  type TableDefinition,
  type TypeName,
  WIDTH,
} from "./syntax.js";
import { type Emitter, fail, type Value } from "./value.js";

/** Expressions one function may evaluate once everything is inlined; shared results cost time though no instructions. */
const MAX_EVALUATIONS = 500_000;
/** Calls may be inlined this deep, and expressions in all of them together may hang on each other this deep. */
const MAX_INLINE = 64;
const MAX_DEPTH = 2000;
/** Cost, in instructions, up to which both arms of a conditional are computed. */
const SPECULATE = 24;
/** Loops are unrolled up to this many rounds, and this many instructions in all. */
const UNROLL_ROUNDS = 16;
const UNROLL_COST = 256;
/** Every integer up to here is a single-precision number, so counters count exactly. */
const MAX_ROUNDS = 2 ** 24;

/** A truth value that has not been turned into a number. */
type Condition =
  | { readonly kind: "const"; readonly value: boolean }
  | {
      readonly kind: "test";
      readonly relation: Relation;
      readonly x: Operand;
      readonly y: Operand;
      /** True where the relation does not hold, which on NaN is not the opposite relation. */
      readonly negated: boolean;
    }
  | { readonly kind: "value"; readonly operand: Operand };

interface Binding {
  readonly mutable: boolean;
  value: Value;
}

/** Names a formula text defines. */
export interface Names {
  readonly functions: ReadonlyMap<string, FunctionDefinition>;
  readonly externs: ReadonlyMap<string, ExternDefinition>;
  readonly tables: ReadonlyMap<string, { readonly index: number; readonly values: readonly number[] }>;
  readonly constants: ReadonlyMap<string, number>;
}

/** One function in instructions over virtual slots. */
export interface LoweredFunction {
  readonly name: string;
  readonly parameters: readonly { readonly name: string; readonly type: TypeName }[];
  readonly result: TypeName;
  readonly argsCount: number;
  readonly rvalsCount: number;
  readonly code: readonly IrInstruction[];
  /** Values of the default arguments, if any are stated. */
  readonly defaults: readonly number[] | undefined;
}

/** Collects the names of a text; constants and tables are evaluated here. */
export function collect(definitions: readonly Definition[]): Names {
  const functions = new Map<string, FunctionDefinition>();
  const externs = new Map<string, ExternDefinition>();
  const tables = new Map<string, { index: number; values: readonly number[] }>();
  const constants = new Map<string, number>();
  const names = { functions, externs, tables, constants };
  const taken = new Set<string>();
  for (const definition of definitions) {
    if (taken.has(definition.name)) fail(`${definition.name} is defined twice`, definition.at);
    if (Object.hasOwn(BUILTINS, definition.name) || Object.hasOwn(CONSTANTS, definition.name)) {
      fail(`${definition.name} is built in`, definition.at);
    }
    taken.add(definition.name);
    if (definition.kind === "function") functions.set(definition.name, definition);
    else if (definition.kind === "extern") externs.set(definition.name, definition);
  }
  // In order, so that a constant may use those before it.
  for (const definition of definitions) {
    if (definition.kind === "const") constants.set(definition.name, evaluate(definition.value, names));
    if (definition.kind === "table") tables.set(definition.name, tableOf(definition, tables.size, names));
  }
  return names;
}

function tableOf(definition: TableDefinition, index: number, names: Names): { index: number; values: number[] } {
  if (definition.values.length === 0) fail(`table ${definition.name} is empty`, definition.at);
  return { index, values: definition.values.map((value) => evaluate(value, names)) };
}

/** Bits of an expression that must be a constant number. */
function evaluate(expression: Expression, names: Names): number {
  const value = new Lowering(names).number(expression);
  if (value.kind !== "bits") fail("this is not constant", expression.at);
  return value.bits[0];
}

/** Lowers one definition to the code of an archive function. */
export function lowerFunction(definition: FunctionDefinition, names: Names): LoweredFunction {
  return new Lowering(names).function(definition);
}

class Lowering extends Instructions implements Emitter {
  private evaluated = 0;
  private depth = 0;
  private readonly costs: Costs;
  private scope = new Map<string, Binding>();
  private readonly inlining: string[] = [];

  constructor(private readonly names: Names) {
    super();
    this.costs = new Costs(names.functions);
  }

  function(definition: FunctionDefinition): LoweredFunction {
    const parameters = definition.parameters.map(({ name, type, at }) => {
      if (type === "bool") fail(`parameter ${name} of ${definition.name} cannot be a truth value`, at);
      return { name, type: type ?? ("number" as const) };
    });
    let argsCount = 0;
    parameters.forEach(({ name, type }, i) => {
      if (this.scope.has(name)) fail(`two parameters are called ${name}`, definition.parameters[i].at);
      const group = this.group(WIDTH[type], { pinned: argsCount });
      this.scope.set(name, { mutable: false, value: this.inGroup(type, group) });
      argsCount += WIDTH[type];
    });
    this.inlining.push(definition.name);
    const value = this.checked(this.expression(definition.body), definition.type, definition);
    const rvalsCount = WIDTH[value.type];
    this.copy(this.group(rvalsCount, { pinned: argsCount }), value);
    return {
      name: definition.name,
      parameters,
      result: value.type,
      argsCount,
      rvalsCount,
      code: this.code,
      defaults: this.defaults(definition),
    };
  }

  private defaults(definition: FunctionDefinition): number[] | undefined {
    if (definition.parameters.every((parameter) => parameter.default === undefined)) return undefined;
    return definition.parameters.flatMap((parameter) => {
      const width = WIDTH[parameter.type ?? "number"];
      if (parameter.default === undefined) return Array<number>(width).fill(0);
      const value = new Lowering(this.names).expression(parameter.default);
      const lanes = value.lanes.length === 1 ? Array<Operand>(width).fill(value.lanes[0]) : value.lanes;
      return lanes.map((lane) => {
        if (lane.kind !== "bits" || lanes.length !== width) {
          fail(`the default of ${parameter.name} is not a constant of its type`, parameter.at);
        }
        return lane.bits[0];
      });
    });
  }

  // --- conditions ----------------------------------------------------------------------------------------------

  private condition(expression: Expression): Condition {
    if (expression.kind === "unary" && expression.operator === "not") return negate(this.condition(expression.operand));
    if (expression.kind === "binary") {
      const relation = RELATIONS[expression.operator];
      if (relation !== undefined) return this.test(relation, expression.left, expression.right);
      if (expression.operator === "and" || expression.operator === "or") return this.logical(expression);
    }
    const value = this.expression(expression);
    if (value.type !== "bool") fail(`${value.type} is not a condition`, expression.at, "a comparison");
    const [operand] = value.lanes;
    return operand.kind === "bits" ? { kind: "const", value: operand.bits[0] !== 0 } : { kind: "value", operand };
  }

  private test(relation: Relation, left: Expression, right: Expression): Condition {
    const x = this.number(left);
    const y = this.number(right);
    if (x.kind === "bits" && y.kind === "bits") {
      return { kind: "const", value: compare(relation, x.bits[0], y.bits[0]) };
    }
    return { kind: "test", relation, x, y, negated: false };
  }

  private logical(expression: Expression & { kind: "binary" }): Condition {
    const isAnd = expression.operator === "and";
    const left = this.condition(expression.left);
    if (left.kind === "const") return left.value === isAnd ? this.condition(expression.right) : left;
    if (this.costs.of(expression.right) > SPECULATE) {
      // The right side may fail or take long: it runs only where it decides.
      const at = expression.at;
      const decided: Expression = { kind: "bool", at, value: !isAnd };
      const value = this.choose(left, isAnd ? expression.right : decided, isAnd ? decided : expression.right, at);
      return { kind: "value", operand: value.lanes[0] };
    }
    const right = this.condition(expression.right);
    if (right.kind === "const") return right.value === isAnd ? left : right;
    const operand = this.scalar(isAnd ? "MUL" : "MAX", this.materialize(left), this.materialize(right));
    return { kind: "value", operand };
  }

  /** A condition as the number 1 or 0. */
  private materialize(condition: Condition): Operand {
    if (condition.kind === "const") return condition.value ? ONE : ZERO;
    if (condition.kind === "value") return condition.operand;
    return this.assignConditionally(condition, [ONE], [ZERO])[0];
  }

  /** Sets the flags so that the returned relation of a following instruction holds. */
  private compareFor(condition: Exclude<Condition, { kind: "const" }>): { relation: Relation; negated: boolean } {
    if (condition.kind === "value") {
      this.emit({ kind: "op", mnemonic: "CMPZ", a: condition.operand });
      return { relation: "NE", negated: false };
    }
    const { x, y, relation, negated } = condition;
    if (y.kind === "bits" && valueOf(y.bits[0]) === 0) this.emit({ kind: "op", mnemonic: "CMPZ", a: x });
    else this.emit({ kind: "op", mnemonic: "CMP", a: x, b: y });
    return { relation, negated };
  }

  private assignConditionally(
    condition: Exclude<Condition, { kind: "const" }>,
    then: readonly Operand[],
    otherwise: readonly Operand[],
  ): Operand[] {
    const { relation, negated } = this.compareFor(condition);
    return then.map((operand, i) => {
      if (keyOf(operand) === keyOf(otherwise[i])) return operand;
      const group = this.group(1);
      const [a, b] = negated ? [otherwise[i], operand] : [operand, otherwise[i]];
      this.emit({ kind: "op", mnemonic: `ASSIGNC${relation}`, a, b, c: slot(group) });
      return slot(group);
    });
  }

  /** Goes to `target` when the condition is `sense`, and on otherwise. */
  private branchWhen(condition: Condition, sense: boolean, target: Label): void {
    if (condition.kind === "const") {
      if (condition.value === sense) this.emit({ kind: "branch", mnemonic: "BRANCH", target });
      return;
    }
    if (condition.kind === "value") {
      const mnemonic = sense ? "BRANCHNZ" : "BRANCHZ";
      this.emit({ kind: "branch", mnemonic, a: condition.operand, target });
      return;
    }
    const { relation, negated } = this.compareFor(condition);
    const exact = relation === "EQ" || relation === "NE";
    if (sense !== negated || exact) {
      const taken = sense !== negated ? relation : relation === "EQ" ? "NE" : "EQ";
      this.emit({ kind: "branch", mnemonic: `BRANCHC${taken}`, target });
      return;
    }
    // The opposite relation is not the negation: NaN makes both false.
    const skip = this.label();
    this.emit({ kind: "branch", mnemonic: `BRANCHC${relation}`, target: skip });
    this.emit({ kind: "branch", mnemonic: "BRANCH", target });
    this.emit({ kind: "label", label: skip });
  }

  // --- expressions ---------------------------------------------------------------------------------------------

  expression(expression: Expression): Value {
    const { at } = expression;
    if (++this.evaluated > MAX_EVALUATIONS) {
      throw new LoadError("LMNT_FORMULA_SIZE", "a function is too large once its calls are inlined", at);
    }
    if (++this.depth > MAX_DEPTH) {
      throw new LoadError("LMNT_FORMULA_SIZE", "a function is too deep once its calls are inlined", at);
    }
    const value = this.evaluate(expression);
    this.depth--;
    return value;
  }

  private evaluate(expression: Expression): Value {
    const { at } = expression;
    switch (expression.kind) {
      case "number":
        return this.vector("number", [bits(bitsOf(expression.value))]);
      case "bool":
        return this.vector("bool", [expression.value ? ONE : ZERO]);
      case "name":
        return this.lookUp(expression.name, at);
      case "unary":
        return expression.operator === "not" ? this.truth(expression) : this.negative(expression.operand, at);
      case "binary":
        return this.binary(expression);
      case "if":
        return this.choose(this.condition(expression.condition), expression.then, expression.else, at);
      case "call":
        return this.call(expression.name, expression.args, at);
      case "vector":
        return this.construct(expression.lanes, at);
      case "swizzle":
        return this.swizzle(expression.operand, expression.lanes, at);
      case "index":
        return this.index(expression.operand, expression.index, at);
      case "block":
        return this.block(expression.statements, expression.result);
    }
  }

  /** An expression that has to be a single number. */
  number(expression: Expression): Operand {
    const value = this.expression(expression);
    if (value.type !== "number") fail(`found ${value.type}`, expression.at, "a number");
    return value.lanes[0];
  }

  private truth(expression: Expression): Value {
    return this.vector("bool", [this.materialize(this.condition(expression))]);
  }

  private lookUp(name: string, at: Position): Value {
    const binding = this.scope.get(name);
    if (binding !== undefined) return binding.value;
    const constant = this.names.constants.get(name);
    if (constant !== undefined) return this.vector("number", [bits(constant)]);
    if (Object.hasOwn(CONSTANTS, name)) return this.vector("number", [bits(bitsOf(CONSTANTS[name]))]);
    if (this.names.tables.has(name)) fail(`${name} is a table; write ${name}[index]`, at);
    fail(`${name} is not defined`, at);
  }

  /** −x keeps zeros' and NaNs' signs right as 0 − x would not: it is x × −1. */
  private negative(operand: Expression, at: Position): Value {
    const value = this.expression(operand);
    return this.lanewise("MUL", at, value, this.vector("number", [bits(bitsOf(-1))]));
  }

  private binary(expression: Expression & { kind: "binary" }): Value {
    const name = ARITHMETIC[expression.operator];
    if (name === undefined) return this.truth(expression);
    const left = this.expression(expression.left);
    const right = this.expression(expression.right);
    if (expression.operator === "^") return this.power(left, right, expression.at);
    return this.lanewise(name, expression.at, left, right);
  }

  /** Small whole exponents are multiplications, as a user of a formula expects; the others are POW. */
  power(base: Value, exponent: Value, at: Position): Value {
    const [only] = exponent.lanes;
    const constant = exponent.type === "number" && only.kind === "bits" ? valueOf(only.bits[0]) : undefined;
    if (constant === undefined || ![1, 2, 3, 4].includes(constant) || isConstant(base)) {
      return this.lanewise("POW", at, base, exponent);
    }
    if (constant === 1) return base;
    const square = this.lanewise("MUL", at, base, base);
    if (constant === 2) return square;
    return this.lanewise("MUL", at, square, constant === 3 ? base : square);
  }

  private choose(condition: Condition, then: Expression, otherwise: Expression, at: Position): Value {
    if (condition.kind === "const") return this.expression(condition.value ? then : otherwise);
    if (this.costs.of(then) + this.costs.of(otherwise) <= SPECULATE) {
      const a = this.expression(then);
      const b = this.expression(otherwise);
      this.sameType(a, b, at);
      return this.vector(a.type, this.assignConditionally(condition, a.lanes, b.lanes));
    }
    const toElse = this.label();
    const toEnd = this.label();
    const first = this.apart(() => this.expression(then));
    const second = this.apart(() => this.expression(otherwise));
    this.sameType(first.result, second.result, at);
    const { type } = first.result;
    const home = this.group(WIDTH[type], { mutable: true });
    this.branchWhen(condition, false, toElse);
    this.code.push(...first.code);
    this.copy(home, first.result);
    this.emit({ kind: "branch", mnemonic: "BRANCH", target: toEnd });
    this.emit({ kind: "label", label: toElse });
    this.code.push(...second.code);
    this.copy(home, second.result);
    this.emit({ kind: "label", label: toEnd });
    return this.inGroup(type, home);
  }

  private sameType(a: Value, b: Value, at: Position): void {
    if (a.type !== b.type) fail(`one arm is ${a.type}, the other ${b.type}`, at);
  }

  private checked(value: Value, type: TypeName | undefined, at: { at: Position; name: string }): Value {
    if (type === undefined || value.type === type) return value;
    fail(`${at.name} is ${value.type}, not ${type}`, at.at);
  }

  construct(parts: readonly Expression[], at: Position, type?: TypeName): Value {
    const values = parts.map((part) => this.expression(part));
    const wrong = values.findIndex((value) => value.type === "bool");
    if (wrong >= 0) fail("a truth value is not a number", parts[wrong].at);
    let lanes = values.flatMap((value) => value.lanes);
    if (type !== undefined && lanes.length === 1) lanes = Array<Operand>(WIDTH[type]).fill(lanes[0]);
    const made = ([undefined, undefined, "vec2", "vec3", "vec4"] as const)[lanes.length];
    if (made === undefined || (type !== undefined && made !== type)) {
      fail(`${lanes.length} lanes`, at, type ?? "two to four lanes");
    }
    const [first] = values;
    return values.length === 1 && first.type === made ? first : this.vector(made, lanes);
  }

  private swizzle(operand: Expression, letters: string, at: Position): Value {
    const value = this.expression(operand);
    const lanes = [...letters].map((letter) => {
      const i = Math.max("xyzw".indexOf(letter), "rgba".indexOf(letter));
      if (i < 0 || i >= value.lanes.length || value.type === "bool" || value.type === "number") {
        fail(`${value.type} has no lane ${letter}`, at);
      }
      return value.lanes[i];
    });
    if (lanes.length > 4) fail("a vector has at most four lanes", at);
    if (letters === "xyzw" && value.group !== undefined) return value;
    return this.vector((["number", "vec2", "vec3", "vec4"] as const)[lanes.length - 1], lanes);
  }

  private index(operand: Expression, index: Expression, at: Position): Value {
    const table =
      operand.kind === "name" && !this.scope.has(operand.name) ? this.names.tables.get(operand.name) : undefined;
    if (table !== undefined) return this.tableValue(table, this.number(index), at);
    const value = this.expression(operand);
    if (value.type === "number" || value.type === "bool") fail(`${value.type} has no elements`, at);
    const i = this.number(index);
    const last = value.lanes.length - 1;
    if (i.kind === "bits") {
      const n = Math.floor(valueOf(i.bits[0]));
      if (!(n >= 0 && n <= last)) fail(`${value.type} has no element ${n}`, index.at);
      return this.vector("number", [value.lanes[n]]);
    }
    // The instruction only keeps the stack's bounds, so the index is brought inside the vector's.
    const inside = this.scalar("MIN", this.scalar("MAX", ZERO, i), bits(bitsOf(last)));
    const home = this.group(value.lanes.length);
    this.copy(home, value);
    const result = this.group(1);
    this.emit({ kind: "op", mnemonic: "INDEXRIS", a: inside, base: slot(home), c: slot(result) });
    return this.inGroup("number", result);
  }

  private tableValue(table: { index: number; values: readonly number[] }, i: Operand, at: Position): Value {
    if (i.kind === "bits") {
      const n = Math.floor(valueOf(i.bits[0]));
      if (!(n >= 0 && n < table.values.length)) fail(`the table has no element ${n}`, at);
      return this.vector("number", [bits(table.values[n])]);
    }
    const group = this.group(1);
    const immediates = { a: table.index };
    this.emit({ kind: "op", mnemonic: "DLOADIRS", immediates, b: i, c: slot(group) });
    return this.inGroup("number", group);
  }

  /** Length of a table, for `len`. */
  tableLength(expression: Expression): Value {
    const table = expression.kind === "name" ? this.names.tables.get(expression.name) : undefined;
    if (table === undefined) fail("found no table", expression.at, "the name of a table");
    return this.vector("number", [bits(bitsOf(table.values.length))]);
  }

  private call(name: string, args: readonly Expression[], at: Position): Value {
    if (Object.hasOwn(BUILTINS, name)) {
      const builtin = BUILTINS[name];
      if (!builtin.arity.includes(args.length)) {
        fail(`${name} takes ${builtin.arity.join(" or ")} arguments, not ${args.length}`, at);
      }
      return builtin.lower(this, args, at);
    }
    const external = this.names.externs.get(name);
    if (external !== undefined) return this.callHost(external, args, at);
    const definition = this.names.functions.get(name);
    if (definition === undefined) fail(`${name} is not defined`, at);
    return this.inline(definition, args, at);
  }

  private inline(definition: FunctionDefinition, args: readonly Expression[], at: Position): Value {
    const { name, parameters } = definition;
    if (this.inlining.includes(name)) fail(`${name} calls itself, and LMNT has no calls`, at);
    if (this.inlining.length >= MAX_INLINE) fail("calls nest too deeply", at);
    if (args.length > parameters.length) fail(`${name} takes ${parameters.length} arguments, not ${args.length}`, at);
    const scope = new Map<string, Binding>();
    parameters.forEach((parameter, i) => {
      const argument = args[i] ?? parameter.default;
      if (argument === undefined) fail(`${name} takes ${parameters.length} arguments, not ${args.length}`, at);
      const value = this.checked(this.expression(argument), parameter.type, { name: parameter.name, at: argument.at });
      scope.set(parameter.name, { mutable: false, value });
    });
    const outer = this.scope;
    this.scope = scope;
    this.inlining.push(name);
    const value = this.checked(this.expression(definition.body), definition.type, definition);
    this.inlining.pop();
    this.scope = outer;
    return value;
  }

  private callHost(definition: ExternDefinition, args: readonly Expression[], at: Position): Value {
    const { name, parameters, type } = definition;
    if (args.length !== parameters.length) fail(`${name} takes ${parameters.length} arguments, not ${args.length}`, at);
    const values = args.map((argument, i) =>
      this.checked(this.expression(argument), parameters[i].type ?? "number", { name, at: argument.at }),
    );
    const width = values.reduce((sum, value) => sum + value.lanes.length, 0);
    const frame = this.group(width + WIDTH[type], { mutable: true });
    let first = 0;
    for (const value of values) {
      this.copy(frame, value, first);
      first += value.lanes.length;
    }
    this.emit({ kind: "call", callee: name, frame });
    return this.inGroup(type, frame, first);
  }

  // --- statements ----------------------------------------------------------------------------------------------

  private block(statements: readonly Statement[], result: Expression): Value {
    const outer = this.scope;
    this.scope = new Map(outer);
    this.statements(statements);
    const value = this.expression(result);
    this.scope = outer;
    return value;
  }

  private inner(statements: readonly Statement[]): void {
    const outer = this.scope;
    this.scope = new Map(outer);
    this.statements(statements);
    this.scope = outer;
  }

  private statements(statements: readonly Statement[]): void {
    for (const statement of statements) this.statement(statement);
  }

  private statement(statement: Statement): void {
    switch (statement.kind) {
      case "let":
        this.scope.set(statement.name, { mutable: statement.mutable, value: this.expression(statement.value) });
        return;
      case "assign":
        return this.assign(statement.name, this.expression(statement.value), statement.at);
      case "if":
        return this.ifStatement(statement);
      case "for":
        return this.forStatement(statement);
      case "while":
        return this.whileStatement(statement);
    }
  }

  private assign(name: string, value: Value, at: Position): void {
    const binding = this.scope.get(name);
    if (binding === undefined) fail(`${name} is not defined`, at, `var ${name} before it`);
    if (!binding.mutable) fail(`${name} cannot be assigned; it is not a var`, at);
    if (binding.value.type !== value.type) fail(`${name} is ${binding.value.type}, not ${value.type}`, at);
    binding.value = value;
  }

  /** The values of all variables in sight. */
  private variables(): Map<Binding, Value> {
    const all = new Map<Binding, Value>();
    for (const binding of this.scope.values()) if (binding.mutable) all.set(binding, binding.value);
    return all;
  }

  private restore(values: ReadonlyMap<Binding, Value>): void {
    for (const [binding, value] of values) binding.value = value;
  }

  private ifStatement(statement: Statement & { kind: "if" }): void {
    const condition = this.condition(statement.condition);
    if (condition.kind === "const") return this.inner(condition.value ? statement.then : statement.else);
    const speculate = this.costs.ofStatements(statement.then) + this.costs.ofStatements(statement.else) <= SPECULATE;
    const before = this.variables();
    const run = (arm: readonly Statement[]) => {
      const lower = () => {
        this.inner(arm);
        return this.variables();
      };
      const { code, result } = speculate ? { code: [], result: lower() } : this.apart(lower);
      this.restore(before);
      return { code, result };
    };
    const then = run(statement.then);
    const otherwise = run(statement.else);
    const changed = [...before.keys()].filter((b) => then.result.get(b) !== otherwise.result.get(b));
    const pairs = changed.map((b) => [b, then.result.get(b) as Value, otherwise.result.get(b) as Value] as const);
    if (speculate) {
      const first = pairs.flatMap(([, a]) => a.lanes);
      const second = pairs.flatMap(([, , b]) => b.lanes);
      const lanes = this.assignConditionally(condition, first, second);
      for (const [binding, a] of pairs) binding.value = this.vector(a.type, lanes.splice(0, a.lanes.length));
      return;
    }
    this.mergeArms(condition, then.code, otherwise.code, pairs);
  }

  private mergeArms(
    condition: Condition,
    then: readonly IrInstruction[],
    otherwise: readonly IrInstruction[],
    pairs: readonly (readonly [Binding, Value, Value])[],
  ): void {
    const toElse = this.label();
    const toEnd = this.label();
    const homes = pairs.map(([, a]) => this.group(WIDTH[a.type], { mutable: true }));
    this.branchWhen(condition, false, toElse);
    this.code.push(...then);
    pairs.forEach(([, a], i) => {
      this.copy(homes[i], a);
    });
    if (otherwise.length > 0 || pairs.length > 0) this.emit({ kind: "branch", mnemonic: "BRANCH", target: toEnd });
    this.emit({ kind: "label", label: toElse });
    this.code.push(...otherwise);
    pairs.forEach(([binding, , b], i) => {
      this.copy(homes[i], b);
      binding.value = this.inGroup(b.type, homes[i]);
    });
    this.emit({ kind: "label", label: toEnd });
  }

  private forStatement(statement: Statement & { kind: "for" }): void {
    const from = this.number(statement.from);
    const to = this.number(statement.to);
    const step = statement.step === undefined ? ONE : this.number(statement.step);
    const max = statement.max === undefined ? undefined : this.rounds(statement.max);
    const rounds = this.countRounds(from, to, step, max, statement);
    const each = (counter: Operand) => {
      // The running value is computed from the counter, so that rounding does not add up.
      const offset = this.scalar("MUL", counter, step);
      const value = isZero(from) ? offset : this.scalar("ADD", from, offset);
      this.scope.set(statement.name, { mutable: false, value: this.vector("number", [value]) });
      this.statements(statement.body);
    };
    const outer = this.scope;
    const known = rounds.kind === "bits" ? valueOf(rounds.bits[0]) : undefined;
    if (
      known !== undefined &&
      known <= UNROLL_ROUNDS &&
      known * this.costs.ofStatements(statement.body) <= UNROLL_COST
    ) {
      for (let i = 0; i < known; i++) {
        this.scope = new Map(outer);
        each(bits(bitsOf(i)));
      }
      this.scope = outer;
      return;
    }
    this.loop(statement.body, rounds, undefined, (counter) => {
      this.scope = new Map(outer);
      each(counter);
      this.scope = outer;
    });
  }

  /** How often a `for` runs: ⌈(to − from) ÷ step⌉, at least 0, at most `max`. */
  private countRounds(
    from: Operand,
    to: Operand,
    step: Operand,
    max: number | undefined,
    statement: Statement & { kind: "for" },
  ): Operand {
    if (from.kind === "bits" && to.kind === "bits" && step.kind === "bits") {
      const [a, b, s] = [from, to, step].map((operand) => valueOf((operand as { bits: readonly number[] }).bits[0]));
      const exact = Math.max(0, Math.ceil((b - a) / s));
      if (Number.isNaN(exact) || s === 0) fail("the loop has no step or no bounds", statement.at);
      const rounds = Math.min(exact, max ?? Number.POSITIVE_INFINITY);
      if (rounds > MAX_ROUNDS) fail(`the loop runs more than ${MAX_ROUNDS} times`, statement.at);
      return bits(bitsOf(rounds));
    }
    if (max === undefined) {
      fail("the bounds are not constant, so the loop needs a limit", statement.at, "max and a number after the bounds");
    }
    const difference = this.scalar("SUB", to, from);
    const rounds = this.scalar("CEIL", keyOf(step) === keyOf(ONE) ? difference : this.scalar("DIV", difference, step));
    return this.scalar("MIN", rounds, bits(bitsOf(max)));
  }

  private rounds(expression: Expression): number {
    const operand = this.number(expression);
    const value = operand.kind === "bits" ? Math.floor(valueOf(operand.bits[0])) : Number.NaN;
    if (!(value >= 0 && value <= MAX_ROUNDS)) {
      fail("the limit of a loop is a constant", expression.at, `0 to ${MAX_ROUNDS}`);
    }
    return value;
  }

  private whileStatement(statement: Statement & { kind: "while" }): void {
    const max = bits(bitsOf(this.rounds(statement.max)));
    this.loop(statement.body, max, statement.condition, () => this.inner(statement.body));
  }

  /**
   * Test at the bottom: the branch back is taken while the counter is below `rounds` (false on NaN) and the condition,
   * if there is one, holds.
   */
  private loop(
    statements: readonly Statement[],
    rounds: Operand,
    condition: Expression | undefined,
    body: (counter: Operand) => void,
  ): void {
    const homes = new Map<Binding, Group>();
    for (const name of assignedIn(statements)) {
      const binding = this.scope.get(name);
      if (binding?.mutable) homes.set(binding, this.group(WIDTH[binding.value.type], { mutable: true }));
    }
    for (const [binding, home] of homes) {
      this.copy(home, binding.value);
      binding.value = this.inGroup(binding.value.type, home);
    }
    const counter = this.group(1, { mutable: true });
    this.emit({ kind: "op", mnemonic: "ASSIGNSS", a: ZERO, c: slot(counter) });
    const toBody = this.label();
    const toTest = this.label();
    const toEnd = this.label();
    this.emit({ kind: "loop", edge: "begin" });
    this.emit({ kind: "branch", mnemonic: "BRANCH", target: toTest });
    this.emit({ kind: "label", label: toBody });
    const { code } = this.apart(() => {
      body(slot(counter));
      this.copyHome(homes);
      this.emit({ kind: "op", mnemonic: "ADDSS", a: slot(counter), b: ONE, c: slot(counter) });
    });
    this.code.push(...code);
    for (const [binding, home] of homes) binding.value = this.inGroup(binding.value.type, home);
    this.emit({ kind: "label", label: toTest });
    const test = this.apart(() => {
      const x = slot(counter);
      if (condition === undefined) {
        return this.branchWhen({ kind: "test", relation: "LT", x, y: rounds, negated: false }, true, toBody);
      }
      // Rounds are constant here, so neither side can be NaN.
      this.branchWhen({ kind: "test", relation: "GE", x, y: rounds, negated: false }, true, toEnd);
      this.branchWhen(this.condition(condition), true, toBody);
    });
    this.code.push(...test.code);
    this.emit({ kind: "label", label: toEnd });
    this.emit({ kind: "loop", edge: "end" });
  }

  /** Copies the variables to where the next round looks for them, as if all at once. */
  private copyHome(homes: ReadonlyMap<Binding, Group>): void {
    const moved = [...homes].filter(([binding, home]) => !this.isAt(binding.value, home));
    const targets = new Set(moved.map(([, home]) => home.id));
    const values = moved.map(([binding]) => {
      const { value } = binding;
      const clashes = value.lanes.some((lane) => lane.kind === "slot" && targets.has(lane.group.id));
      if (!clashes) return value;
      const group = this.group(WIDTH[value.type]);
      this.copy(group, value);
      return this.inGroup(value.type, group);
    });
    moved.forEach(([, home], i) => {
      this.copy(home, values[i]);
    });
  }

  private isAt(value: Value, home: Group): boolean {
    return value.lanes.every((lane, i) => lane.kind === "slot" && lane.group === home && lane.lane === i);
  }
}

const RELATIONS: Partial<Record<BinaryOperator, Relation>> = {
  "<": "LT",
  "<=": "LE",
  ">": "GT",
  ">=": "GE",
  "==": "EQ",
  "!=": "NE",
};
const ARITHMETIC: Partial<Record<BinaryOperator, string>> = {
  "+": "ADD",
  "-": "SUB",
  "*": "MUL",
  "/": "DIV",
  "%": "REM",
  "^": "POW",
};

function negate(condition: Condition): Condition {
  if (condition.kind === "const") return { kind: "const", value: !condition.value };
  if (condition.kind === "test") return { ...condition, negated: !condition.negated };
  return { kind: "test", relation: "EQ", x: condition.operand, y: ZERO, negated: false };
}
