/** Turns a syntax tree and its scopes into code objects, following the evaluation order of CPython's compiler. */

import type { Label } from "../bytecode/assembler.js";
import { type Code, CodeFlag } from "../bytecode/code.js";
import { Intrinsic, Op } from "../bytecode/table.js";
import type * as ast from "../syntax/ast.js";
import { ELLIPSIS } from "../syntax/ast.js";
import { mangle, type Scope, type ScopeNode, type SymbolTable } from "../syntax/symtable.js";
import { unparse } from "../syntax/unparse.js";
import { foldConstant, isConstant } from "./fold.js";
import { type Captures, compilePattern } from "./patterns.js";
import { type Block, Unit } from "./unit.js";

const BINARY: Record<ast.Operator, number> = {
  Add: Op.BINARY_ADD,
  Sub: Op.BINARY_SUBTRACT,
  Mult: Op.BINARY_MULTIPLY,
  MatMult: Op.BINARY_MATMUL,
  Div: Op.BINARY_DIVIDE,
  Mod: Op.BINARY_MODULO,
  Pow: Op.BINARY_POWER,
  LShift: Op.BINARY_LSHIFT,
  RShift: Op.BINARY_RSHIFT,
  BitOr: Op.BINARY_OR,
  BitXor: Op.BINARY_XOR,
  BitAnd: Op.BINARY_AND,
  FloorDiv: Op.BINARY_FLOORDIV,
};
const INPLACE_OFFSET = Op.INPLACE_ADD - Op.BINARY_ADD;
const UNARY: Record<ast.UnaryOperator, number> = {
  Invert: Op.UNARY_INVERT,
  Not: Op.UNARY_NOT,
  UAdd: Op.UNARY_POSITIVE,
  USub: Op.UNARY_NEGATIVE,
};
const COMPARE: Record<ast.CompareOperator, number> = {
  Eq: Op.COMPARE_EQ,
  NotEq: Op.COMPARE_NE,
  Lt: Op.COMPARE_LT,
  LtE: Op.COMPARE_LE,
  Gt: Op.COMPARE_GT,
  GtE: Op.COMPARE_GE,
  Is: Op.COMPARE_IS,
  IsNot: Op.COMPARE_IS_NOT,
  In: Op.COMPARE_IN,
  NotIn: Op.COMPARE_NOT_IN,
};

type Comp = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp;
type Func = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda;

/** A construct that the symbol table let pass but that has no code, such as `break` outside a loop. */
export class CompileError extends Error {
  constructor(
    message: string,
    readonly node: ast.Position,
  ) {
    super(message);
  }
}

export interface CompileOptions {
  readonly filename?: string;
  /** The value of `assert` and `__debug__` (default on). */
  readonly optimize?: number;
}

/** Compiles a whole tree. */
export function compileTree(tree: ast.Mod, symbols: SymbolTable, options: CompileOptions = {}): Code {
  return new Compiler(symbols, options.filename ?? "<string>", options.optimize ?? 0).module(tree);
}

export class Compiler {
  unit!: Unit;

  constructor(
    private readonly symbols: SymbolTable,
    private readonly filename: string,
    private readonly optimize: number,
  ) {}

  // --- code objects --------------------------------------------------------------------------------------------

  module(tree: ast.Mod): Code {
    this.enter(this.symbols.top, "<module>", "<module>", 1);
    const { asm } = this.unit;
    asm.at({ line: 1, column: 0, endLine: 1, endColumn: 0 });
    if (tree.kind === "Expression") {
      this.expr(tree.body);
      asm.emit(Op.RETURN_VALUE);
    } else {
      if (this.unit.scope.hasAnnotations) asm.emit(Op.SETUP_ANNOTATIONS);
      if (tree.kind === "Interactive") this.unit.interactive = true;
      else {
        const doc = docstring(tree.body);
        if (doc !== null && this.optimize < 2) {
          this.at((tree.body[0] as ast.ExprStmt).value);
          this.constant(doc);
          asm.emit(Op.STORE_NAME, this.unit.nameOf("__doc__"));
        }
        this.body(doc === null ? tree.body : tree.body.slice(1));
        this.returnNone();
        return this.leave();
      }
      this.body(tree.body);
      this.returnNone();
    }
    return this.leave();
  }

  private enter(scope: Scope, name: string, qualname: string, line: number): void {
    const parent = (this.unit as Unit | undefined) ?? null;
    this.unit = new Unit(scope, name, qualname, line, parent);
    const { asm } = this.unit;
    asm.at({ line, column: 0, endLine: line, endColumn: 0 });
    for (const cell of this.unit.cells) asm.emit(Op.MAKE_CELL, cell);
    for (let i = 0; i < scope.varnames.length; i++) {
      const parameter = scope.varnames[i]!;
      if (scope.symbols.get(parameter)?.scope === "cell" && !this.unit.cells.includes(i)) asm.emit(Op.MAKE_CELL, i);
    }
    if (this.unit.freeCount > 0) asm.emit(Op.COPY_FREE_VARS, this.unit.freeCount);
  }

  private leave(): Code {
    const code = this.unit.finish(this.filename, this.symbols.futureAnnotations ? CodeFlag.FUTURE_ANNOTATIONS : 0);
    this.unit = this.unit.parent as Unit;
    return code;
  }

  private returnNone(): void {
    this.constant(null);
    this.unit.asm.emit(Op.RETURN_VALUE);
  }

  private qualname(name: string): string {
    let unit: Unit | null = this.unit;
    const inner = unit;
    while (unit && (unit.scope.kind === "type_parameters" || unit.scope.kind === "type_variable")) unit = unit.parent;
    if (!unit || unit.scope.kind === "module") return name;
    if (inner.symbol(mangle(inner.scope.private, name))?.scope === "global_explicit") return name;
    return unit.scope.kind === "class" ? `${unit.qualname}.${name}` : `${unit.qualname}.<locals>.${name}`;
  }

  // --- small helpers -------------------------------------------------------------------------------------------

  at(node: ast.Position): void {
    this.unit.asm.at({
      line: node.lineno,
      column: node.col_offset,
      endLine: node.end_lineno,
      endColumn: node.end_col_offset,
    });
  }

  emit(op: number, arg: number | Label = 0): void {
    this.unit.asm.emit(op, arg);
  }

  constant(value: unknown): void {
    this.emit(Op.LOAD_CONST, this.unit.constant(value));
  }

  private mangled(name: string): string {
    return mangle(this.unit.scope.private, name);
  }

  name(raw: string, ctx: ast.ExprContext): void {
    const { unit } = this;
    const name = this.mangled(raw);
    const scope = unit.symbol(name)?.scope ?? "global_implicit";
    const pick = (load: number, store: number, del: number): number =>
      ctx === "Load" ? load : ctx === "Store" ? store : del;
    if (
      scope === "cell" ||
      scope === "free" ||
      (unit.scope.kind === "class" && unit.hasVariable(name) && scope !== "local" && scope !== "global_explicit")
    ) {
      const index = unit.outerVariable(name);
      if (ctx === "Load" && unit.scope.kind === "class" && scope === "free") this.emit(Op.LOAD_CLASSDEREF, index);
      else if (
        ctx === "Load" &&
        unit.scope.canSeeClassScope &&
        scope === "free" &&
        unit.hasVariable("__classdict__") &&
        name !== "__classdict__"
      ) {
        this.emit(Op.LOAD_DEREF, unit.variable("__classdict__"));
        this.emit(Op.LOAD_FROM_DICT_OR_DEREF, index);
      } else this.emit(pick(Op.LOAD_DEREF, Op.STORE_DEREF, Op.DELETE_DEREF), index);
      return;
    }
    if (unit.isFunction && scope === "local") {
      this.emit(pick(Op.LOAD_FAST, Op.STORE_FAST, Op.DELETE_FAST), unit.variable(name));
      return;
    }
    const index = unit.nameOf(name);
    if (scope === "global_explicit" || (unit.isFunction && scope === "global_implicit")) {
      if (
        ctx === "Load" &&
        scope === "global_implicit" &&
        unit.scope.canSeeClassScope &&
        unit.hasVariable("__classdict__")
      ) {
        this.emit(Op.LOAD_DEREF, unit.variable("__classdict__"));
        this.emit(Op.LOAD_FROM_DICT_OR_GLOBALS, index);
        return;
      }
      this.emit(pick(Op.LOAD_GLOBAL, Op.STORE_GLOBAL, Op.DELETE_GLOBAL), index);
      return;
    }
    this.emit(pick(Op.LOAD_NAME, Op.STORE_NAME, Op.DELETE_NAME), index);
  }

  // --- blocks --------------------------------------------------------------------------------------------------

  private push(block: Block): void {
    this.unit.blocks.push(block);
  }

  /** Emits the way out of all blocks above `count`, then `then`, and restores the compiler's state. */
  private leaveBlocks(count: number, then: () => void): void {
    const { blocks, asm } = this.unit;
    const left: { block: Block; ranges: ReturnType<typeof asm.suspend> }[] = [];
    while (blocks.length > count) {
      const block = blocks.pop()!;
      left.push({ block, ranges: asm.suspend(asm.protectedCount - block.rangesBefore) });
      block.exit();
    }
    then();
    for (const { block, ranges } of left.reverse()) {
      asm.resume(ranges);
      blocks.push(block);
    }
  }

  // --- statements ----------------------------------------------------------------------------------------------

  body(statements: readonly ast.Stmt[]): void {
    for (const statement of statements) this.stmt(statement);
  }

  stmt(node: ast.Stmt): void {
    const { unit } = this;
    const { asm } = unit;
    if (asm.depth < 0) return;
    this.at(node);
    switch (node.kind) {
      case "Expr":
        if (unit.interactive) {
          this.expr(node.value);
          this.emit(Op.PRINT_EXPR);
        } else if (!isConstant(node.value)) {
          this.expr(node.value);
          this.emit(Op.POP_TOP);
        } else this.emit(Op.NOP);
        return;
      case "Assign":
        this.expr(node.value);
        node.targets.forEach((target, i) => {
          if (i < node.targets.length - 1) this.emit(Op.DUP_TOP);
          this.store(target);
        });
        return;
      case "AugAssign":
        return this.augAssign(node);
      case "AnnAssign":
        return this.annAssign(node);
      case "Return":
        return this.returnStatement(node);
      case "If":
        return this.ifStatement(node);
      case "While":
        return this.whileStatement(node);
      case "For":
        return this.forStatement(node);
      case "AsyncFor":
        return this.asyncFor(node);
      case "Break":
      case "Continue":
        return this.jumpOut(node);
      case "Pass":
        this.emit(Op.NOP);
        return;
      case "Global":
      case "Nonlocal":
        return;
      case "Delete":
        for (const target of node.targets) this.delete(target);
        return;
      case "Raise":
        if (node.exc) this.expr(node.exc);
        if (node.cause) this.expr(node.cause);
        this.at(node);
        this.emit(Op.RAISE_VARARGS, node.exc ? (node.cause ? 2 : 1) : 0);
        return;
      case "Assert":
        return this.assertStatement(node);
      case "FunctionDef":
      case "AsyncFunctionDef":
        return this.functionDef(node);
      case "ClassDef":
        return this.classDef(node);
      case "Import":
        return this.importStatement(node);
      case "ImportFrom":
        return this.importFrom(node);
      case "Try":
        return node.finalbody.length > 0 ? this.tryFinally(node) : this.tryExcept(node);
      case "TryStar":
        return node.finalbody.length > 0 ? this.tryFinally(node) : this.tryStar(node);
      case "With":
        return this.with(node, 0, false);
      case "AsyncWith":
        return this.with(node, 0, true);
      case "Match":
        return this.match(node);
      case "TypeAlias":
        return this.typeAlias(node);
    }
  }

  private augAssign(node: ast.AugAssign): void {
    const { target } = node;
    const op = BINARY[node.op] + INPLACE_OFFSET;
    switch (target.kind) {
      case "Name":
        this.at(target);
        this.name(target.id, "Load");
        this.expr(node.value);
        this.at(node);
        this.emit(op);
        this.name(target.id, "Store");
        return;
      case "Attribute":
        this.expr(target.value);
        this.emit(Op.DUP_TOP);
        this.at(target);
        this.emit(Op.LOAD_ATTR, this.unit.nameOf(this.mangled(target.attr)));
        this.expr(node.value);
        this.at(node);
        this.emit(op);
        this.emit(Op.ROT_TWO);
        this.at(target);
        this.emit(Op.STORE_ATTR, this.unit.nameOf(this.mangled(target.attr)));
        return;
      case "Subscript":
        this.expr(target.value);
        this.expr(target.slice);
        this.emit(Op.COPY, 2);
        this.emit(Op.COPY, 2);
        this.at(target);
        this.emit(Op.BINARY_SUBSCR);
        this.expr(node.value);
        this.at(node);
        this.emit(op);
        this.emit(Op.ROT_THREE);
        this.at(target);
        this.emit(Op.STORE_SUBSCR);
        return;
    }
  }

  private annAssign(node: ast.AnnAssign): void {
    const { target, unit } = { target: node.target, unit: this.unit };
    if (node.value) {
      this.expr(node.value);
      this.store(target);
    }
    if (target.kind === "Name") {
      if (node.simple && !unit.isFunction) {
        this.annotation(node.annotation);
        this.emit(Op.LOAD_NAME, unit.nameOf("__annotations__"));
        this.constant(this.mangled(target.id));
        this.emit(Op.STORE_SUBSCR);
      } else if (!unit.isFunction && !this.symbols.futureAnnotations) {
        this.expr(node.annotation);
        this.emit(Op.POP_TOP);
      }
      return;
    }
    if (!node.value) {
      this.expr(target.value);
      this.emit(Op.POP_TOP);
      if (target.kind === "Subscript") {
        this.expr(target.slice);
        this.emit(Op.POP_TOP);
      }
    }
    if (!unit.isFunction && !this.symbols.futureAnnotations) {
      this.expr(node.annotation);
      this.emit(Op.POP_TOP);
    }
  }

  private annotation(node: ast.Expr): void {
    if (this.symbols.futureAnnotations) this.constant(unparse(node));
    else if (node.kind === "Starred") {
      this.expr(node.value);
      this.emit(Op.UNPACK_SEQUENCE, 1);
    } else this.expr(node);
  }

  private returnStatement(node: ast.Return): void {
    const { unit } = this;
    if (!unit.isFunction || unit.scope.comprehension) throw new CompileError("'return' outside function", node);
    if (node.value && unit.scope.coroutine && unit.scope.generator)
      throw new CompileError("'return' with value in async generator", node);
    if (unit.blocks.length === 0) {
      if (node.value) this.expr(node.value);
      else this.constant(null);
      this.at(node);
      this.emit(Op.RETURN_VALUE);
      return;
    }
    const mark = unit.temporaryMark();
    const kept = node.value && !isConstant(node.value) ? unit.temporary() : -1;
    if (kept >= 0) {
      this.expr(node.value!);
      this.emit(Op.STORE_FAST, kept);
    }
    this.leaveBlocks(0, () => {
      this.at(node);
      if (kept >= 0) this.emit(Op.LOAD_FAST_AND_CLEAR, kept);
      else if (node.value) this.expr(node.value);
      else this.constant(null);
      this.emit(Op.RETURN_VALUE);
    });
    unit.temporaryReset(mark);
  }

  private jumpOut(node: ast.Break | ast.Continue): void {
    const { blocks } = this.unit;
    let i = blocks.length - 1;
    while (i >= 0 && blocks[i]!.kind !== "loop") i--;
    if (i < 0)
      throw new CompileError(node.kind === "Break" ? "'break' outside loop" : "'continue' not properly in loop", node);
    const loop = blocks[i]!;
    if (node.kind === "Break") this.leaveBlocks(i, () => this.emit(Op.JUMP, loop.breakTo!));
    else this.leaveBlocks(i + 1, () => this.emit(Op.JUMP, loop.continueTo!));
  }

  private ifStatement(node: ast.If): void {
    const { asm } = this.unit;
    const end = asm.label();
    const truth = constantTruth(node.test);
    if (truth !== undefined) {
      this.body(truth ? node.body : node.orelse);
      return;
    }
    const otherwise = node.orelse.length > 0 ? asm.label() : end;
    this.jumpIf(node.test, otherwise, false);
    this.body(node.body);
    if (node.orelse.length > 0) {
      this.emit(Op.JUMP, end);
      asm.mark(otherwise);
      this.body(node.orelse);
    }
    asm.mark(end);
  }

  private whileStatement(node: ast.While): void {
    const { unit } = this;
    const { asm } = unit;
    const truth = constantTruth(node.test);
    const start = asm.label();
    const end = asm.label();
    const otherwise = asm.label();
    if (truth === false) {
      this.body(node.orelse);
      return;
    }
    asm.mark(start);
    if (truth === undefined) this.jumpIf(node.test, otherwise, false);
    this.push({ kind: "loop", rangesBefore: asm.protectedCount, exit: () => {}, breakTo: end, continueTo: start });
    this.body(node.body);
    this.emit(Op.JUMP, start);
    unit.blocks.pop();
    asm.mark(otherwise);
    this.body(node.orelse);
    asm.mark(end);
  }

  private forStatement(node: ast.For): void {
    const { unit } = this;
    const { asm } = unit;
    const start = asm.label();
    const otherwise = asm.label();
    const end = asm.label();
    this.expr(node.iter);
    this.at(node);
    this.emit(Op.GET_ITER);
    asm.mark(start);
    this.emit(Op.FOR_ITER, otherwise);
    this.store(node.target);
    this.push({
      kind: "loop",
      rangesBefore: asm.protectedCount,
      exit: () => this.emit(Op.POP_TOP),
      breakTo: end,
      continueTo: start,
    });
    this.body(node.body);
    this.emit(Op.JUMP, start);
    unit.blocks.pop();
    asm.mark(otherwise);
    this.body(node.orelse);
    asm.mark(end);
  }

  private asyncFor(node: ast.AsyncFor): void {
    const { unit } = this;
    const { asm } = unit;
    const start = asm.label();
    const end = asm.label();
    const over = asm.label();
    this.expr(node.iter);
    this.at(node);
    this.emit(Op.GET_AITER);
    asm.mark(start);
    asm.protect(over);
    this.emit(Op.GET_ANEXT);
    this.await();
    asm.unprotect();
    this.store(node.target);
    this.push({
      kind: "loop",
      rangesBefore: asm.protectedCount,
      exit: () => this.emit(Op.POP_TOP),
      breakTo: end,
      continueTo: start,
    });
    this.body(node.body);
    this.emit(Op.JUMP, start);
    unit.blocks.pop();
    asm.mark(over);
    this.at(node.iter);
    this.emit(Op.END_ASYNC_FOR);
    this.body(node.orelse);
    asm.mark(end);
  }

  /** awaitable's iterator → result. */
  private await(): void {
    const { asm } = this.unit;
    const again = asm.label();
    const done = asm.label();
    this.constant(null);
    asm.mark(again);
    this.emit(Op.SEND, done);
    this.emit(Op.YIELD_VALUE);
    this.emit(Op.JUMP, again);
    asm.mark(done);
  }

  private assertStatement(node: ast.Assert): void {
    if (this.optimize > 0) return;
    const { asm } = this.unit;
    const end = asm.label();
    this.jumpIf(node.test, end, true);
    this.at(node);
    this.emit(Op.LOAD_ASSERTION_ERROR);
    if (node.msg) {
      this.emit(Op.PUSH_NULL);
      this.expr(node.msg);
      this.at(node);
      this.emit(Op.CALL_FUNCTION, 1);
    }
    this.emit(Op.RAISE_VARARGS, 1);
    asm.mark(end);
  }

  private importStatement(node: ast.Import): void {
    for (const alias of node.names) {
      this.constant(0);
      this.constant(null);
      this.emit(Op.IMPORT_NAME, this.unit.nameOf(alias.name));
      const parts = alias.name.split(".");
      if (alias.asname === null) {
        this.name(parts[0]!, "Store");
        continue;
      }
      for (const part of parts.slice(1)) {
        this.emit(Op.IMPORT_FROM, this.unit.nameOf(part));
        this.emit(Op.ROT_TWO);
        this.emit(Op.POP_TOP);
      }
      this.name(alias.asname, "Store");
    }
  }

  private importFrom(node: ast.ImportFrom): void {
    this.constant(node.level);
    this.constant({ kind: "tuple", items: node.names.map((alias) => alias.name) });
    this.emit(Op.IMPORT_NAME, this.unit.nameOf(node.module ?? ""));
    if (node.names[0]!.name === "*") {
      this.emit(Op.IMPORT_STAR);
      return;
    }
    for (const alias of node.names) {
      this.emit(Op.IMPORT_FROM, this.unit.nameOf(alias.name));
      this.name(alias.asname ?? alias.name, "Store");
    }
    this.emit(Op.POP_TOP);
  }

  // --- exceptions ----------------------------------------------------------------------------------------------

  /** prev exc → : restores the earlier exception and goes on raising. */
  private reraiseCleanup(label: Label): void {
    this.unit.asm.mark(label);
    this.emit(Op.ROT_TWO);
    this.emit(Op.POP_EXCEPT);
    this.emit(Op.RERAISE);
  }

  private tryFinally(node: ast.Try | ast.TryStar): void {
    const { unit } = this;
    const { asm } = unit;
    const handler = asm.label();
    const cleanup = asm.label();
    const end = asm.label();
    const rangesBefore = asm.protectedCount;
    asm.protect(handler);
    this.push({ kind: "other", rangesBefore, exit: () => this.body(node.finalbody) });
    if (node.handlers.length > 0) {
      if (node.kind === "Try") this.tryExcept(node);
      else this.tryStar(node);
    } else this.body(node.body);
    asm.unprotect();
    unit.blocks.pop();
    this.body(node.finalbody);
    this.emit(Op.JUMP, end);
    asm.mark(handler);
    this.emit(Op.PUSH_EXC_INFO);
    const before = asm.protectedCount;
    asm.protect(cleanup, asm.depth - 1);
    this.push({
      kind: "other",
      rangesBefore: before,
      exit: () => {
        this.emit(Op.POP_TOP);
        this.emit(Op.POP_EXCEPT);
      },
    });
    this.body(node.finalbody);
    unit.blocks.pop();
    this.emit(Op.RERAISE);
    asm.unprotect();
    this.reraiseCleanup(cleanup);
    asm.mark(end);
  }

  private unbind(name: string): void {
    this.constant(null);
    this.name(name, "Store");
    this.name(name, "Del");
  }

  private tryExcept(node: ast.Try | ast.TryStar): void {
    const { unit } = this;
    const { asm } = unit;
    const handler = asm.label();
    const cleanup = asm.label();
    const end = asm.label();
    const rangesBefore = asm.protectedCount;
    asm.protect(handler);
    this.push({ kind: "other", rangesBefore, exit: () => {} });
    this.body(node.body);
    asm.unprotect();
    unit.blocks.pop();
    this.body(node.orelse);
    this.emit(Op.JUMP, end);
    asm.mark(handler);
    this.emit(Op.PUSH_EXC_INFO);
    const beforeCleanup = asm.protectedCount;
    asm.protect(cleanup, asm.depth - 1);
    for (const clause of node.handlers) {
      this.at(clause);
      const next = asm.label();
      if (clause.type) {
        this.expr(clause.type);
        this.at(clause.type);
        this.emit(Op.CHECK_EXC_MATCH);
        this.emit(Op.POP_JUMP_IF_FALSE, next);
      }
      const { name } = clause;
      if (name !== null) {
        const nameCleanup = asm.label();
        this.name(name, "Store");
        asm.protect(nameCleanup);
        this.push({
          kind: "other",
          rangesBefore: beforeCleanup,
          exit: () => {
            this.emit(Op.POP_EXCEPT);
            this.unbind(name);
          },
        });
        this.body(clause.body);
        asm.unprotect();
        unit.blocks.pop();
        const suspended = asm.suspend(1);
        this.emit(Op.POP_EXCEPT);
        this.unbind(name);
        this.emit(Op.JUMP, end);
        asm.resume(suspended);
        asm.mark(nameCleanup);
        this.unbind(name);
        this.emit(Op.RERAISE);
      } else {
        this.emit(Op.POP_TOP);
        this.push({ kind: "other", rangesBefore: beforeCleanup, exit: () => this.emit(Op.POP_EXCEPT) });
        this.body(clause.body);
        unit.blocks.pop();
        const suspended = asm.suspend(1);
        this.emit(Op.POP_EXCEPT);
        this.emit(Op.JUMP, end);
        asm.resume(suspended);
      }
      asm.mark(next);
    }
    this.emit(Op.RERAISE);
    asm.unprotect();
    this.reraiseCleanup(cleanup);
    asm.mark(end);
  }

  private tryStar(node: ast.Try | ast.TryStar): void {
    const { unit } = this;
    const { asm } = unit;
    const handler = asm.label();
    const cleanup = asm.label();
    const end = asm.label();
    const rangesBefore = asm.protectedCount;
    const mark = unit.temporaryMark();
    const original = unit.temporary();
    const rest = unit.temporary();
    const raised = unit.temporary();
    asm.protect(handler);
    this.push({ kind: "other", rangesBefore, exit: () => {} });
    this.body(node.body);
    asm.unprotect();
    unit.blocks.pop();
    this.body(node.orelse);
    this.emit(Op.JUMP, end);
    asm.mark(handler);
    this.emit(Op.PUSH_EXC_INFO);
    const beforeCleanup = asm.protectedCount;
    asm.protect(cleanup, asm.depth - 1);
    this.emit(Op.DUP_TOP);
    this.emit(Op.STORE_FAST, original);
    this.emit(Op.STORE_FAST, rest);
    this.emit(Op.BUILD_LIST, 0);
    this.emit(Op.STORE_FAST, raised);
    for (const clause of node.handlers) {
      this.at(clause);
      const next = asm.label();
      const failed = asm.label();
      const none = asm.label();
      this.emit(Op.LOAD_FAST, rest);
      this.expr(clause.type!);
      this.emit(Op.CHECK_EG_MATCH);
      this.emit(Op.ROT_TWO);
      this.emit(Op.STORE_FAST, rest);
      this.emit(Op.DUP_TOP);
      this.emit(Op.POP_JUMP_IF_NONE, none);
      this.emit(Op.PUSH_EXC_INFO); // prev2 match
      if (clause.name !== null) this.name(clause.name, "Store");
      else this.emit(Op.POP_TOP);
      const { name } = clause;
      asm.protect(failed);
      this.push({
        kind: "other",
        rangesBefore: beforeCleanup,
        exit: () => {
          this.emit(Op.POP_EXCEPT);
          this.emit(Op.POP_EXCEPT);
          if (name !== null) this.unbind(name);
        },
      });
      this.body(clause.body);
      asm.unprotect();
      unit.blocks.pop();
      this.emit(Op.POP_EXCEPT);
      if (name !== null) this.unbind(name);
      this.emit(Op.JUMP, next);
      asm.mark(failed); // prev2 exc
      this.emit(Op.LOAD_FAST, raised);
      this.emit(Op.ROT_TWO);
      this.emit(Op.LIST_APPEND, 1);
      this.emit(Op.POP_TOP);
      this.emit(Op.POP_EXCEPT);
      if (name !== null) this.unbind(name);
      this.emit(Op.JUMP, next);
      asm.mark(none);
      this.emit(Op.POP_TOP);
      asm.mark(next);
    }
    const nothing = asm.label();
    this.emit(Op.LOAD_FAST, raised);
    this.emit(Op.LOAD_FAST, rest);
    this.emit(Op.LIST_APPEND, 1);
    this.emit(Op.LOAD_FAST, original);
    this.emit(Op.ROT_TWO);
    this.emit(Op.PREP_RERAISE_STAR);
    this.emit(Op.DUP_TOP);
    this.emit(Op.POP_JUMP_IF_NONE, nothing);
    asm.unprotect();
    this.emit(Op.ROT_TWO);
    this.emit(Op.POP_EXCEPT);
    this.emit(Op.RERAISE);
    asm.mark(nothing);
    this.emit(Op.POP_TOP);
    this.emit(Op.POP_EXCEPT);
    this.emit(Op.JUMP, end);
    this.reraiseCleanup(cleanup);
    asm.mark(end);
    unit.temporaryReset(mark);
  }

  private with(node: ast.With | ast.AsyncWith, index: number, isAsync: boolean): void {
    const { unit } = this;
    const { asm } = unit;
    const item = node.items[index]!;
    const handler = asm.label();
    const cleanup = asm.label();
    const suppress = asm.label();
    const end = asm.label();
    this.expr(item.context_expr);
    this.at(item.context_expr);
    if (isAsync) {
      this.emit(Op.BEFORE_ASYNC_WITH);
      this.emit(Op.GET_AWAITABLE, 1);
      this.await();
    } else this.emit(Op.BEFORE_WITH);
    const callExit = (): void => {
      this.at(item.context_expr);
      this.emit(Op.PUSH_NULL);
      for (let i = 0; i < 3; i++) this.constant(null);
      this.emit(Op.CALL_FUNCTION, 3);
      if (isAsync) {
        this.emit(Op.GET_AWAITABLE, 2);
        this.await();
      }
      this.emit(Op.POP_TOP);
    };
    const rangesBefore = asm.protectedCount;
    asm.protect(handler, asm.depth - 1);
    this.push({ kind: "other", rangesBefore, exit: callExit });
    if (item.optional_vars) this.store(item.optional_vars);
    else this.emit(Op.POP_TOP);
    if (index + 1 < node.items.length) this.with(node, index + 1, isAsync);
    else this.body(node.body);
    asm.unprotect();
    unit.blocks.pop();
    if (asm.depth >= 0) callExit();
    this.emit(Op.JUMP, end);
    asm.mark(handler);
    this.at(item.context_expr);
    this.emit(Op.PUSH_EXC_INFO); // exit prev exc
    asm.protect(cleanup, asm.depth - 1);
    this.emit(Op.WITH_EXCEPT_START);
    if (isAsync) {
      this.emit(Op.GET_AWAITABLE, 2);
      this.await();
    }
    this.emit(Op.POP_JUMP_IF_TRUE, suppress);
    this.emit(Op.RERAISE);
    asm.mark(suppress);
    this.emit(Op.POP_TOP);
    asm.unprotect();
    this.emit(Op.POP_EXCEPT);
    this.emit(Op.POP_TOP);
    this.emit(Op.JUMP, end);
    this.reraiseCleanup(cleanup);
    asm.mark(end);
  }

  private match(node: ast.Match): void {
    const { unit } = this;
    const { asm } = unit;
    const mark = unit.temporaryMark();
    const subject = unit.temporary();
    const end = asm.label();
    this.expr(node.subject);
    this.emit(Op.STORE_FAST, subject);
    for (const clause of node.cases) {
      if (asm.depth < 0) break;
      const next = asm.label();
      const inner = unit.temporaryMark();
      const captures: Captures = new Map();
      this.at(clause.pattern);
      compilePattern(this, clause.pattern, subject, next, captures);
      for (const [name, temporary] of captures) {
        this.emit(Op.LOAD_FAST_AND_CLEAR, temporary);
        this.name(name, "Store");
      }
      if (clause.guard) this.jumpIf(clause.guard, next, false);
      this.body(clause.body);
      this.emit(Op.JUMP, end);
      asm.mark(next);
      unit.temporaryReset(inner);
    }
    asm.mark(end);
    if (asm.depth >= 0) {
      this.emit(Op.LOAD_FAST_AND_CLEAR, subject);
      this.emit(Op.POP_TOP);
    }
    unit.temporaryReset(mark);
  }

  // --- functions and classes -----------------------------------------------------------------------------------

  /** Pushes a function made from code. `flags` tells what already stands on the stack below. */
  private makeFunction(code: Code, flags: number): void {
    if (code.freeCount > 0) {
      for (let i = 0; i < code.freeCount; i++) {
        const name = code.variables[code.freeStart + i]!;
        this.emit(Op.LOAD_CLOSURE, this.unit.variable(name));
      }
      this.emit(Op.BUILD_TUPLE, code.freeCount);
      flags |= 8;
    }
    this.constant(code);
    this.emit(Op.MAKE_FUNCTION, flags);
  }

  /** Pushes defaults, keyword defaults and annotations; returns MAKE_FUNCTION's flags. */
  private defaults(args: ast.Arguments): number {
    let flags = 0;
    if (args.defaults.length > 0) {
      this.tuple(args.defaults);
      flags |= 1;
    }
    const names = args.kwonlyargs.filter((_, i) => args.kw_defaults[i]);
    if (names.length > 0) {
      args.kwonlyargs.forEach((arg, i) => {
        const value = args.kw_defaults[i];
        if (!value) return;
        this.constant(this.mangled(arg.arg));
        this.expr(value);
      });
      this.emit(Op.BUILD_MAP, names.length);
      flags |= 2;
    }
    return flags;
  }

  private annotations(args: ast.Arguments, returns: ast.Expr | null): number {
    const all: [string, ast.Expr][] = [];
    const add = (arg: ast.Arg | null): void => {
      if (arg?.annotation) all.push([this.mangled(arg.arg), arg.annotation]);
    };
    for (const arg of args.posonlyargs) add(arg);
    for (const arg of args.args) add(arg);
    add(args.vararg);
    for (const arg of args.kwonlyargs) add(arg);
    add(args.kwarg);
    if (returns) all.push(["return", returns]);
    if (all.length === 0) return 0;
    for (const [name, annotation] of all) {
      this.constant(name);
      this.annotation(annotation);
    }
    this.emit(Op.BUILD_MAP, all.length);
    return 4;
  }

  private functionCode(node: Func, name: string): Code {
    const scope = this.symbols.scopeOf(node);
    const qualname = this.qualname(name);
    const line =
      node.kind !== "Lambda" && node.decorator_list.length > 0 ? node.decorator_list[0]!.lineno : node.lineno;
    this.enter(scope, name, qualname, line);
    const { unit } = this;
    unit.posOnlyCount = node.args.posonlyargs.length;
    unit.argCount = node.args.posonlyargs.length + node.args.args.length;
    unit.kwOnlyCount = node.args.kwonlyargs.length;
    if (scope.generator || scope.coroutine) this.emit(Op.RETURN_GENERATOR);
    if (node.kind === "Lambda") {
      unit.constant(null);
      this.expr(node.body);
      this.at(node.body);
      this.emit(scope.generator ? Op.POP_TOP : Op.RETURN_VALUE);
      if (scope.generator) this.returnNone();
    } else {
      const doc = this.optimize < 2 ? docstring(node.body) : null;
      unit.constant(doc);
      this.body(docstring(node.body) === null ? node.body : node.body.slice(1));
      this.returnNone();
    }
    return this.leave();
  }

  private functionDef(node: ast.FunctionDef | ast.AsyncFunctionDef): void {
    for (const decorator of node.decorator_list) {
      this.expr(decorator);
      this.emit(Op.PUSH_NULL);
    }
    this.at(node);
    const generic = this.symbols.typeParamsOf(node);
    if (!generic) {
      const flags = this.defaults(node.args) | this.annotations(node.args, node.returns);
      this.makeFunction(this.functionCode(node, node.name), flags);
    } else {
      // The defaults are evaluated outside and passed to the scope of the type parameters.
      const flags = this.defaults(node.args);
      const count = (flags & 1) + ((flags >> 1) & 1);
      this.enter(
        generic,
        `<generic parameters of ${node.name}>`,
        this.qualname(`<generic parameters of ${node.name}>`),
        node.lineno,
      );
      const { unit } = this;
      unit.argCount = count;
      this.at(node);
      this.typeParams(node.type_params);
      const parameters = generic.varnames;
      for (let i = 0; i < count; i++) this.emit(Op.LOAD_FAST, unit.variable(parameters[i]!));
      const all = flags | this.annotations(node.args, node.returns);
      this.makeFunction(this.functionCode(node, node.name), all);
      this.emit(Op.ROT_TWO);
      this.emit(Op.INTRINSIC, Intrinsic.SET_FUNCTION_TYPE_PARAMS | (2 << 8));
      this.emit(Op.RETURN_VALUE);
      const code = this.leave();
      // stack: defaults… → code function, absent receiver, defaults…
      const mark = this.unit.temporaryMark();
      const saved: number[] = [];
      for (let i = 0; i < count; i++) {
        const temporary = this.unit.temporary();
        this.emit(Op.STORE_FAST, temporary);
        saved.unshift(temporary);
      }
      this.makeFunction(code, 0);
      this.emit(Op.PUSH_NULL);
      for (const temporary of saved) this.emit(Op.LOAD_FAST_AND_CLEAR, temporary);
      this.emit(Op.CALL_FUNCTION, count);
      this.unit.temporaryReset(mark);
    }
    for (const decorator of [...node.decorator_list].reverse()) {
      this.at(decorator);
      this.emit(Op.CALL_FUNCTION, 1);
    }
    this.name(node.name, "Store");
  }

  /** Makes and binds type variables; leaves their tuple on the stack. */
  private typeParams(parameters: readonly ast.TypeParam[]): void {
    for (const parameter of parameters) {
      this.at(parameter);
      this.constant(parameter.name);
      if (parameter.kind === "TypeVar") {
        if (parameter.bound) {
          const constraints = parameter.bound.kind === "Tuple";
          this.lazily(parameter, parameter.name, parameter.bound);
          this.emit(
            Op.INTRINSIC,
            (constraints ? Intrinsic.TYPEVAR_WITH_CONSTRAINTS : Intrinsic.TYPEVAR_WITH_BOUND) | (2 << 8),
          );
        } else this.emit(Op.INTRINSIC, Intrinsic.TYPEVAR | (1 << 8));
      } else if (parameter.kind === "ParamSpec") this.emit(Op.INTRINSIC, Intrinsic.PARAMSPEC | (1 << 8));
      else this.emit(Op.INTRINSIC, Intrinsic.TYPEVARTUPLE | (1 << 8));
      this.emit(Op.DUP_TOP);
      this.name(parameter.name, "Store");
    }
    this.emit(Op.BUILD_TUPLE, parameters.length);
  }

  /** Pushes a function of no arguments that evaluates an expression in its own scope. */
  private lazily(node: ScopeNode, name: string, value: ast.Expr): void {
    const scope = this.symbols.scopeOf(node);
    this.enter(scope, name, this.qualname(name), value.lineno);
    this.unit.constant(null);
    this.expr(value);
    this.emit(Op.RETURN_VALUE);
    this.makeFunction(this.leave(), 0);
  }

  private typeAlias(node: ast.TypeAlias): void {
    const name = node.name.id;
    const generic = this.symbols.typeParamsOf(node);
    const body = (): void => {
      this.constant(name);
      if (generic) this.emit(Op.ROT_TWO);
      else this.constant(null);
      this.lazily(node, name, node.value);
      this.emit(Op.BUILD_TUPLE, 3);
      this.emit(Op.INTRINSIC, Intrinsic.TYPEALIAS | (1 << 8));
    };
    if (!generic) body();
    else {
      this.enter(
        generic,
        `<generic parameters of ${name}>`,
        this.qualname(`<generic parameters of ${name}>`),
        node.lineno,
      );
      this.typeParams(node.type_params);
      body();
      this.emit(Op.RETURN_VALUE);
      this.makeFunction(this.leave(), 0);
      this.emit(Op.PUSH_NULL);
      this.emit(Op.CALL_FUNCTION, 0);
    }
    this.name(name, "Store");
  }

  private classCode(node: ast.ClassDef): Code {
    const scope = this.symbols.scopeOf(node);
    const qualname = this.qualname(node.name);
    const line = node.decorator_list.length > 0 ? node.decorator_list[0]!.lineno : node.lineno;
    this.enter(scope, node.name, qualname, line);
    const { unit } = this;
    this.at({ ...node, end_lineno: node.lineno });
    this.emit(Op.LOAD_NAME, unit.nameOf("__name__"));
    this.emit(Op.STORE_NAME, unit.nameOf("__module__"));
    this.constant(qualname);
    this.emit(Op.STORE_NAME, unit.nameOf("__qualname__"));
    if (scope.needsClassDict) {
      this.emit(Op.LOAD_LOCALS);
      this.emit(Op.STORE_DEREF, unit.variable("__classdict__"));
    }
    if (this.symbols.typeParamsOf(node)) {
      this.emit(Op.LOAD_DEREF, unit.variable(".type_params"));
      this.emit(Op.STORE_NAME, unit.nameOf("__type_params__"));
    }
    const doc = docstring(node.body);
    if (scope.hasAnnotations) this.emit(Op.SETUP_ANNOTATIONS);
    if (doc !== null && this.optimize < 2) {
      this.constant(doc);
      this.emit(Op.STORE_NAME, unit.nameOf("__doc__"));
    }
    this.body(doc === null ? node.body : node.body.slice(1));
    if (scope.needsClassDict) {
      this.emit(Op.LOAD_CLOSURE, unit.variable("__classdict__"));
      this.emit(Op.STORE_NAME, unit.nameOf("__classdictcell__"));
    }
    if (scope.needsClassCell) {
      this.emit(Op.LOAD_CLOSURE, unit.variable("__class__"));
      this.emit(Op.DUP_TOP);
      this.emit(Op.STORE_NAME, unit.nameOf("__classcell__"));
      this.emit(Op.RETURN_VALUE);
    } else this.returnNone();
    return this.leave();
  }

  private classDef(node: ast.ClassDef): void {
    for (const decorator of node.decorator_list) {
      this.expr(decorator);
      this.emit(Op.PUSH_NULL);
    }
    this.at(node);
    const generic = this.symbols.typeParamsOf(node);
    if (!generic) {
      this.emit(Op.LOAD_BUILD_CLASS);
      this.emit(Op.PUSH_NULL);
      this.makeFunction(this.classCode(node), 0);
      this.constant(node.name);
      this.arguments(node.bases, node.keywords, 2, node);
    } else {
      this.enter(
        generic,
        `<generic parameters of ${node.name}>`,
        this.qualname(`<generic parameters of ${node.name}>`),
        node.lineno,
      );
      const { unit } = this;
      this.typeParams(node.type_params);
      this.emit(Op.DUP_TOP);
      this.name(".type_params", "Store");
      this.emit(Op.INTRINSIC, Intrinsic.SUBSCRIPT_GENERIC | (1 << 8));
      this.name(".generic_base", "Store");
      this.emit(Op.LOAD_BUILD_CLASS);
      this.emit(Op.PUSH_NULL);
      this.makeFunction(this.classCode(node), 0);
      this.constant(node.name);
      this.arguments(node.bases, node.keywords, 2, node, () => this.name(".generic_base", "Load"));
      this.emit(Op.RETURN_VALUE);
      void unit;
      this.makeFunction(this.leave(), 0);
      this.emit(Op.PUSH_NULL);
      this.emit(Op.CALL_FUNCTION, 0);
    }
    for (const decorator of [...node.decorator_list].reverse()) {
      this.at(decorator);
      this.emit(Op.CALL_FUNCTION, 1);
    }
    this.name(node.name, "Store");
  }

  // --- expressions ---------------------------------------------------------------------------------------------

  /** Jumps to `target` when the truth of a test is `when`; falls through otherwise. */
  jumpIf(test: ast.Expr, target: Label, when: boolean): void {
    const { asm } = this.unit;
    if (test.kind === "UnaryOp" && test.op === "Not") return this.jumpIf(test.operand, target, !when);
    if (test.kind === "BoolOp") {
      const shortcut = (test.op === "Or") === when;
      const past = asm.label();
      test.values.forEach((value, i) => {
        if (i === test.values.length - 1) this.jumpIf(value, target, when);
        else if (shortcut) this.jumpIf(value, target, when);
        else this.jumpIf(value, past, !when);
      });
      asm.mark(past);
      return;
    }
    if (test.kind === "Compare" && test.ops.length === 1) {
      const right = test.comparators[0]!;
      if ((test.ops[0] === "Is" || test.ops[0] === "IsNot") && right.kind === "Constant" && right.value === null) {
        this.expr(test.left);
        this.at(test);
        this.emit((test.ops[0] === "Is") === when ? Op.POP_JUMP_IF_NONE : Op.POP_JUMP_IF_NOT_NONE, target);
        return;
      }
    }
    this.expr(test);
    this.at(test);
    this.emit(when ? Op.POP_JUMP_IF_TRUE : Op.POP_JUMP_IF_FALSE, target);
  }

  private tuple(items: readonly ast.Expr[]): void {
    if (items.every(isConstant)) this.constant({ kind: "tuple", items: items.map(foldConstant) });
    else {
      for (const item of items) this.expr(item);
      this.emit(Op.BUILD_TUPLE, items.length);
    }
  }

  expr(node: ast.Expr): void {
    const { unit } = this;
    const { asm } = unit;
    this.at(node);
    const folded = node.kind === "Constant" ? undefined : foldConstant(node);
    if (folded !== undefined) {
      this.constant(folded);
      return;
    }
    switch (node.kind) {
      case "Constant":
        this.constant(node.value);
        return;
      case "Name":
        if (node.id === "__debug__") this.constant(this.optimize === 0);
        else this.name(node.id, "Load");
        return;
      case "BinOp": {
        // Long chains lean to the left: walk down without recursion.
        const chain: ast.BinOp[] = [];
        let left: ast.Expr = node;
        while (left.kind === "BinOp" && foldConstant(left) === undefined) {
          chain.push(left);
          left = left.left;
        }
        this.expr(left);
        for (let link = chain.pop(); link; link = chain.pop()) {
          this.expr(link.right);
          this.at(link);
          this.emit(BINARY[link.op]);
        }
        return;
      }
      case "UnaryOp":
        this.expr(node.operand);
        this.at(node);
        this.emit(UNARY[node.op]);
        return;
      case "BoolOp": {
        const end = asm.label();
        node.values.forEach((value, i) => {
          this.expr(value);
          if (i < node.values.length - 1)
            this.emit(node.op === "And" ? Op.JUMP_IF_FALSE_OR_POP : Op.JUMP_IF_TRUE_OR_POP, end);
        });
        asm.mark(end);
        return;
      }
      case "NamedExpr":
        this.expr(node.value);
        this.emit(Op.DUP_TOP);
        this.store(node.target);
        return;
      case "IfExp": {
        const otherwise = asm.label();
        const end = asm.label();
        this.jumpIf(node.test, otherwise, false);
        this.expr(node.body);
        this.emit(Op.JUMP, end);
        asm.mark(otherwise);
        this.expr(node.orelse);
        asm.mark(end);
        return;
      }
      case "Compare":
        return this.compare(node);
      case "Attribute":
        this.expr(node.value);
        this.at(node);
        this.emit(Op.LOAD_ATTR, unit.nameOf(this.mangled(node.attr)));
        return;
      case "Subscript":
        this.expr(node.value);
        this.expr(node.slice);
        this.at(node);
        this.emit(Op.BINARY_SUBSCR);
        return;
      case "Slice":
        if (node.lower) this.expr(node.lower);
        else this.constant(null);
        if (node.upper) this.expr(node.upper);
        else this.constant(null);
        if (node.step) this.expr(node.step);
        this.emit(Op.BUILD_SLICE, node.step ? 3 : 2);
        return;
      case "Tuple":
        return this.sequence(node.elts, "tuple");
      case "List":
        return this.sequence(node.elts, "list");
      case "Set":
        return this.sequence(node.elts, "set");
      case "Dict":
        return this.dict(node);
      case "Call":
        return this.call(node);
      case "Lambda": {
        const flags = this.defaults(node.args);
        this.makeFunction(this.functionCode(node, "<lambda>"), flags);
        return;
      }
      case "ListComp":
      case "SetComp":
      case "DictComp":
      case "GeneratorExp":
        return this.comprehension(node);
      case "Await":
        this.expr(node.value);
        this.at(node);
        this.emit(Op.GET_AWAITABLE, 0);
        this.await();
        return;
      case "Yield":
        if (node.value) this.expr(node.value);
        else this.constant(null);
        this.at(node);
        this.yieldValue();
        return;
      case "YieldFrom":
        this.expr(node.value);
        this.at(node);
        this.emit(Op.GET_YIELD_FROM_ITER);
        this.await();
        return;
      case "JoinedStr":
        for (const value of node.values) {
          if (value.kind === "Constant") this.constant(value.value);
          else this.expr(value);
        }
        this.at(node);
        if (node.values.length === 0) this.constant("");
        else if (node.values.length > 1 || node.values[0]!.kind === "Constant")
          this.emit(Op.BUILD_STRING, node.values.length);
        return;
      case "FormattedValue": {
        this.expr(node.value);
        let flags = node.conversion === 115 ? 1 : node.conversion === 114 ? 2 : node.conversion === 97 ? 3 : 0;
        if (node.format_spec) {
          this.expr(node.format_spec);
          flags |= 4;
        }
        this.at(node);
        this.emit(Op.FORMAT_VALUE, flags);
        return;
      }
      case "Starred":
        throw new CompileError("can't use starred expression here", node);
    }
  }

  private yieldValue(): void {
    const { scope } = this.unit;
    if (scope.coroutine && scope.generator) this.emit(Op.ASYNC_GEN_WRAP);
    this.emit(Op.YIELD_VALUE);
  }

  private compare(node: ast.Compare): void {
    const { asm } = this.unit;
    this.expr(node.left);
    if (node.ops.length === 1) {
      this.comparand(node.ops[0]!, node.comparators[0]!);
      this.at(node);
      this.emit(COMPARE[node.ops[0]!]);
      return;
    }
    const short = asm.label();
    const end = asm.label();
    node.ops.forEach((operator, i) => {
      this.expr(node.comparators[i]!);
      this.at(node);
      if (i < node.ops.length - 1) {
        this.emit(Op.DUP_TOP);
        this.emit(Op.ROT_THREE);
        this.emit(COMPARE[operator]);
        this.emit(Op.JUMP_IF_FALSE_OR_POP, short);
      } else this.emit(COMPARE[operator]);
    });
    this.emit(Op.JUMP, end);
    asm.mark(short); // value below: a b-compare result
    this.emit(Op.ROT_TWO);
    this.emit(Op.POP_TOP);
    asm.mark(end);
  }

  /** In `x in [1, 2]` the display is a constant. */
  private comparand(operator: ast.CompareOperator, node: ast.Expr): void {
    if (
      (operator === "In" || operator === "NotIn") &&
      (node.kind === "List" || node.kind === "Set") &&
      node.elts.every(isConstant)
    ) {
      const items = node.elts.map(foldConstant);
      this.at(node);
      this.constant({ kind: node.kind === "List" ? "tuple" : "frozenset", items });
    } else this.expr(node);
  }

  private sequence(items: readonly ast.Expr[], kind: "tuple" | "list" | "set"): void {
    const star = items.some((item) => item.kind === "Starred");
    if (!star) {
      if (kind === "tuple") return this.tuple(items);
      for (const item of items) this.expr(item);
      this.emit(kind === "list" ? Op.BUILD_LIST : Op.BUILD_SET, items.length);
      return;
    }
    let i = 0;
    while (items[i]!.kind !== "Starred") this.expr(items[i++]!);
    this.emit(kind === "set" ? Op.BUILD_SET : Op.BUILD_LIST, i);
    for (; i < items.length; i++) {
      const item = items[i]!;
      if (item.kind === "Starred") {
        this.expr(item.value);
        this.at(item);
        this.emit(kind === "set" ? Op.SET_UPDATE : Op.LIST_EXTEND, 1);
      } else {
        this.expr(item);
        this.emit(kind === "set" ? Op.SET_ADD : Op.LIST_APPEND, 1);
      }
    }
    if (kind === "tuple") this.emit(Op.LIST_TO_TUPLE);
  }

  private dict(node: ast.Dict): void {
    let pending = 0;
    let built = false;
    const flush = (): void => {
      if (built && pending > 0) {
        this.emit(Op.BUILD_MAP, pending);
        this.emit(Op.DICT_UPDATE, 1);
      } else if (!built) this.emit(Op.BUILD_MAP, pending);
      built = true;
      pending = 0;
    };
    node.keys.forEach((key, i) => {
      if (key) {
        this.expr(key);
        this.expr(node.values[i]!);
        pending++;
        // Bounds the stack: a display may have any number of entries.
        if (pending === 64) flush();
      } else {
        flush();
        this.expr(node.values[i]!);
        this.emit(Op.DICT_UPDATE, 1);
      }
    });
    if (!built || pending > 0) flush();
  }

  private comprehension(node: Comp): void {
    const scope = this.symbols.scopeOf(node);
    const kind = scope.comprehension;
    const name =
      kind === "generator" ? "<genexpr>" : kind === "list" ? "<listcomp>" : kind === "set" ? "<setcomp>" : "<dictcomp>";
    const outermost = node.generators[0]!;
    const qualname = this.qualname(name);
    this.enter(scope, name, qualname, node.lineno);
    this.unit.argCount = 1;
    this.at(node);
    if (scope.generator || scope.coroutine) this.emit(Op.RETURN_GENERATOR);
    if (node.kind === "ListComp") this.emit(Op.BUILD_LIST, 0);
    else if (node.kind === "SetComp") this.emit(Op.BUILD_SET, 0);
    else if (node.kind === "DictComp") this.emit(Op.BUILD_MAP, 0);
    this.clause(node, 0, 0);
    if (node.kind === "GeneratorExp") this.constant(null);
    this.at(node);
    this.emit(Op.RETURN_VALUE);
    const code = this.leave();
    this.makeFunction(code, 0);
    this.emit(Op.PUSH_NULL);
    this.expr(outermost.iter);
    this.at(node);
    this.emit(outermost.is_async ? Op.GET_AITER : Op.GET_ITER);
    this.at(node);
    this.emit(Op.CALL_FUNCTION, 1);
    if (kind !== "generator" && scope.coroutine) {
      this.emit(Op.GET_AWAITABLE, 0);
      this.await();
    }
  }

  private clause(node: Comp, index: number, depth: number): void {
    const { asm } = this.unit;
    const clause = node.generators[index]!;
    const start = asm.label();
    const end = asm.label();
    if (index === 0) this.emit(Op.LOAD_FAST, 0);
    else {
      this.expr(clause.iter);
      this.at(node);
      this.emit(clause.is_async ? Op.GET_AITER : Op.GET_ITER);
    }
    asm.mark(start);
    this.at(node);
    if (clause.is_async) {
      asm.protect(end);
      this.emit(Op.GET_ANEXT);
      this.await();
      asm.unprotect();
    } else this.emit(Op.FOR_ITER, end);
    this.store(clause.target);
    for (const test of clause.ifs) this.jumpIf(test, start, false);
    if (index + 1 < node.generators.length) this.clause(node, index + 1, depth + 1);
    else {
      const below = depth + 2; // the iterators stand between the collection and the top
      switch (node.kind) {
        case "ListComp":
          this.expr(node.elt);
          this.emit(Op.LIST_APPEND, below);
          break;
        case "SetComp":
          this.expr(node.elt);
          this.emit(Op.SET_ADD, below);
          break;
        case "DictComp":
          this.expr(node.key);
          this.expr(node.value);
          this.emit(Op.MAP_ADD, below);
          break;
        case "GeneratorExp":
          this.expr(node.elt);
          this.at(node.elt);
          this.yieldValue();
          this.emit(Op.POP_TOP);
          break;
      }
    }
    this.emit(Op.JUMP, start);
    asm.mark(end);
    if (clause.is_async) this.emit(Op.END_ASYNC_FOR);
  }

  private call(node: ast.Call): void {
    const { unit } = this;
    const { func } = node;
    const plain = node.args.every((arg) => arg.kind !== "Starred") && node.keywords.every((k) => k.arg !== null);
    if (func.kind === "Attribute" && plain) {
      if (!this.superMethod(func)) {
        this.expr(func.value);
        this.at(func);
        this.emit(Op.LOAD_METHOD, unit.nameOf(this.mangled(func.attr)));
      }
    } else {
      this.expr(func);
      this.emit(Op.PUSH_NULL);
    }
    this.arguments(node.args, node.keywords, 0, node);
  }

  /** `super().name(…)` in a method needs no super object. */
  private superMethod(func: ast.Attribute): boolean {
    const { unit } = this;
    const inner = func.value;
    if (inner.kind !== "Call" || inner.func.kind !== "Name" || inner.func.id !== "super") return false;
    if (inner.args.length > 0 || inner.keywords.length > 0 || !unit.isFunction || unit.argCount === 0) return false;
    if (unit.symbol("super")?.scope !== "global_implicit" || unit.symbol("__class__")?.scope !== "free") return false;
    const self = unit.scope.varnames[0]!;
    this.at(inner);
    this.name("super", "Load");
    this.emit(Op.LOAD_DEREF, unit.variable("__class__"));
    this.name(self, "Load");
    this.at(func);
    this.emit(Op.LOAD_SUPER_METHOD, unit.nameOf(this.mangled(func.attr)));
    return true;
  }

  /** Emits arguments and the call; callable and receiver (and `given` arguments) stand on the stack. */
  private arguments(
    args: readonly ast.Expr[],
    keywords: readonly ast.Keyword[],
    given: number,
    node: ast.Position,
    last?: () => void,
  ): void {
    const plain = args.every((arg) => arg.kind !== "Starred") && keywords.every((k) => k.arg !== null);
    const extra = last ? 1 : 0;
    if (plain && args.length + keywords.length < 200) {
      for (const arg of args) this.expr(arg);
      last?.();
      for (const keyword of keywords) this.expr(keyword.value);
      const count = given + args.length + extra + keywords.length;
      if (keywords.length > 0) {
        this.constant({ kind: "tuple", items: keywords.map((k) => this.mangled(k.arg!)) });
        this.at(node);
        this.emit(Op.CALL_FUNCTION_KW, count);
      } else {
        this.at(node);
        this.emit(Op.CALL_FUNCTION, count);
      }
      return;
    }
    // callable absent-or-receiver given… → list → tuple; a single `*args` is left to the call
    const [single] = args;
    const alone = given === 0 && !last && args.length === 1 && single?.kind === "Starred";
    if (alone) this.expr(single.value);
    else this.emit(Op.BUILD_LIST, given);
    for (const arg of alone ? [] : args) {
      if (arg.kind === "Starred") {
        this.expr(arg.value);
        this.at(arg);
        this.emit(Op.LIST_EXTEND, 1);
      } else {
        this.expr(arg);
        this.emit(Op.LIST_APPEND, 1);
      }
    }
    if (last) {
      last();
      this.emit(Op.LIST_APPEND, 1);
    }
    if (!alone) this.emit(Op.LIST_TO_TUPLE);
    if (keywords.length > 0) {
      this.emit(Op.BUILD_MAP, 0);
      for (const keyword of keywords) {
        if (keyword.arg === null) this.expr(keyword.value);
        else {
          this.constant(this.mangled(keyword.arg));
          this.expr(keyword.value);
          this.emit(Op.BUILD_MAP, 1);
        }
        this.at(node);
        this.emit(Op.DICT_MERGE, 1);
      }
    }
    this.at(node);
    this.emit(Op.CALL_FUNCTION_EX, keywords.length > 0 ? 1 : 0);
  }

  // --- targets -------------------------------------------------------------------------------------------------

  store(target: ast.Expr): void {
    this.at(target);
    switch (target.kind) {
      case "Name":
        this.name(target.id, "Store");
        return;
      case "Attribute":
        this.expr(target.value);
        this.at(target);
        this.emit(Op.STORE_ATTR, this.unit.nameOf(this.mangled(target.attr)));
        return;
      case "Subscript":
        this.expr(target.value);
        this.expr(target.slice);
        this.at(target);
        this.emit(Op.STORE_SUBSCR);
        return;
      case "Starred":
        throw new CompileError("starred assignment target must be in a list or tuple", target);
      case "Tuple":
      case "List": {
        const star = target.elts.findIndex((item) => item.kind === "Starred");
        if (star < 0) this.emit(Op.UNPACK_SEQUENCE, target.elts.length);
        else this.emit(Op.UNPACK_EX, star | ((target.elts.length - star - 1) << 8));
        for (const item of target.elts) this.store(item.kind === "Starred" ? item.value : item);
        return;
      }
    }
    throw new CompileError("cannot assign to this expression", target);
  }

  private delete(target: ast.Expr): void {
    this.at(target);
    switch (target.kind) {
      case "Name":
        this.name(target.id, "Del");
        return;
      case "Attribute":
        this.expr(target.value);
        this.at(target);
        this.emit(Op.DELETE_ATTR, this.unit.nameOf(this.mangled(target.attr)));
        return;
      case "Subscript":
        this.expr(target.value);
        this.expr(target.slice);
        this.at(target);
        this.emit(Op.DELETE_SUBSCR);
        return;
      case "Tuple":
      case "List":
        for (const item of target.elts) this.delete(item);
        return;
    }
    throw new CompileError("cannot delete this expression", target);
  }
}

function docstring(body: readonly ast.Stmt[]): string | null {
  const first = body[0];
  if (first?.kind !== "Expr" || first.value.kind !== "Constant" || typeof first.value.value !== "string") return null;
  return first.value.value;
}

/** The truth of a constant test, when that is known without running anything. */
function constantTruth(node: ast.Expr): boolean | undefined {
  if (node.kind !== "Constant") return undefined;
  const { value } = node;
  if (value === null) return false;
  if (value === ELLIPSIS) return true;
  if (typeof value === "boolean") return value;
  if (typeof value === "number") return value !== 0;
  if (typeof value === "string") return value !== "";
  return undefined;
}
