/**
 * Walks a tree and notes in every block which names occur and how: the first pass of the symbol table. It also finds the
 * errors of CPython's `symtable.c` and, since it passes every node anyway, those of its `compile.c`.
 *
 * An error of the compiler counts only if the symbol table has none, so the first one is kept in `late`.
 */

import type * as ast from "./ast.js";
import type { PySyntaxError } from "./error.js";
import { futureFeatures } from "./future.js";
import { checkCase } from "./match.js";
import { errorAt, type Reporter, recursionError } from "./report.js";
import { Flag, mangle, type Scope, type ScopeKind, type ScopeNode, type SymbolInfo } from "./scope.js";

/** What the compiler keeps on its block stack. `group` is an `except*` handler. */
type Nesting = "loop" | "group" | "other";

/** Blocks of loops, `try` and `with` inside one another, as in CPython (`CO_MAXBLOCKS`). */
const MAX_NESTED_BLOCKS = 20;

/** A scope while it is being built. */
export class Block implements Scope {
  readonly children: Block[] = [];
  readonly symbols = new Map<string, SymbolInfo>();
  readonly varnames: string[] = [];
  cellvars: string[] = [];
  freevars: string[] = [];
  readonly nested: boolean;
  generator = false;
  coroutine = false;
  comprehension: Scope["comprehension"] = null;
  varargs = false;
  varkeywords = false;
  returnsValue = false;
  needsClassCell = false;
  needsClassDict = false;
  canSeeClassScope = false;
  forClass = false;
  hasAnnotations = false;
  readonly isFunctionLike: boolean;
  /** Where names are declared `global` or `nonlocal`. */
  readonly directives = new Map<string, ast.Position>();
  /** Inside the iterable of a comprehension: how deep. */
  iterDepth = 0;
  /** Reading the target of a comprehension's `for`. */
  inIterTarget = false;
  /** An `async def`, not merely a block that awaits. */
  asyncFunction = false;
  readonly nesting: Nesting[] = [];

  constructor(
    readonly kind: ScopeKind,
    readonly name: string,
    readonly node: ScopeNode,
    readonly parent: Block | null,
    readonly lineno: number,
    readonly private_: string | null,
  ) {
    this.isFunctionLike = kind !== "module" && kind !== "class";
    this.nested = parent !== null && (parent.nested || parent.isFunctionLike);
    this.iterDepth = parent?.iterDepth ?? 0;
  }

  get private(): string | null {
    return this.private_;
  }
}

/** What the walk found. */
export interface Collected {
  readonly top: Block;
  readonly scopes: ReadonlyMap<ast.Node, Block>;
  readonly typeParams: ReadonlyMap<ast.Node, Block>;
  readonly defaults: ReadonlyMap<ast.Node, Block>;
  readonly futureAnnotations: boolean;
  readonly late: PySyntaxError | null;
}

/** Collects the names of every block. `inherited`: annotations are not evaluated because the calling code says so. */
export function collectScopes(mod: ast.Mod, reporter: Reporter, inherited: boolean): Collected {
  return new Collector(mod, reporter, inherited);
}

type FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef;

class Collector implements Collected {
  readonly top: Block;
  readonly scopes = new Map<ast.Node, Block>();
  readonly typeParams = new Map<ast.Node, Block>();
  readonly defaults = new Map<ast.Node, Block>();
  readonly futureAnnotations: boolean;
  late: PySyntaxError | null = null;

  private block: Block;
  /** The innermost class's name. */
  private className: string | null = null;
  /** Inside an annotation that is not evaluated: the block it stands in. */
  private annotation: Block | null = null;
  private depth = 0;
  /** Counts what the compiler comes to; `lateTurn` belongs to `late`. */
  private turn = 0;
  private lateTurn = 0;
  private readonly futureLine: number;

  constructor(
    mod: ast.Mod,
    private readonly reporter: Reporter,
    inherited: boolean,
  ) {
    const future = futureFeatures(mod, reporter);
    this.futureAnnotations = inherited || future.annotations;
    this.futureLine = future.lastLine;
    this.top = new Block("module", "top", mod, null, 0, null);
    this.block = this.top;
    this.scopes.set(mod, this.top);
    if (mod.kind === "Expression") this.expr(mod.body);
    else this.body(mod.body);
  }

  // --- errors and names ------------------------------------------------------------------------------------------------

  private error(msg: string, at: ast.Position): PySyntaxError {
    return errorAt(this.reporter, msg, at);
  }

  /** An error of the compiler: the first in its order is reported if the symbol table has none. */
  complain(msg: string, at: ast.Position, turn = ++this.turn): void {
    if (this.late !== null && this.lateTurn < turn) return;
    this.late = this.error(msg, at);
    this.lateTurn = turn;
  }

  /**
   * Visits two parts in this order, that of the symbol table, but takes the complaints of the second first: it is what
   * the compiler comes to first.
   */
  swapped(first: () => void, second: () => void): void {
    const { late } = this;
    if (late !== null) {
      first();
      second();
      return;
    }
    first();
    const { late: held, lateTurn } = this;
    this.late = null;
    second();
    if (this.late === null) {
      this.late = held;
      this.lateTurn = lateTurn;
    }
  }

  /** Notes an occurrence of a name in a block, by default the current one. */
  private define(name: string, flag: number, at: ast.Position, block = this.block): void {
    if (this.annotation !== null) return;
    const mangled = mangle(this.className, name);
    let symbol = block.symbols.get(mangled);
    if (symbol === undefined) {
      symbol = { name: mangled, scope: "global_implicit", flags: 0 };
      block.symbols.set(mangled, symbol);
    } else {
      const both = symbol.flags & flag;
      if ((both & Flag.PARAM) !== 0) throw this.error(`duplicate argument '${name}' in function definition`, at);
      if ((both & Flag.TYPE_PARAM) !== 0) throw this.error(`duplicate type parameter '${name}'`, at);
    }
    symbol.flags |= flag;
    if (block.inIterTarget) {
      if ((symbol.flags & (Flag.GLOBAL | Flag.NONLOCAL)) !== 0) {
        throw this.error(`comprehension inner loop cannot rebind assignment expression target '${name}'`, at);
      }
      symbol.flags |= Flag.COMP_ITER;
    }
    if ((flag & Flag.PARAM) !== 0) block.varnames.push(mangled);
    else if ((flag & Flag.GLOBAL) !== 0 && block !== this.top) {
      const global = this.top.symbols.get(mangled);
      if (global !== undefined) global.flags |= flag;
      else this.top.symbols.set(mangled, { name: mangled, scope: "global_implicit", flags: flag });
    }
  }

  /** Remembers where a name was first declared `global` or `nonlocal`. */
  private direct(mangled: string, at: ast.Position): void {
    const { directives } = this.block;
    if (!directives.has(mangled)) directives.set(mangled, at);
  }

  private flagsOf(name: string): number {
    return this.block.symbols.get(mangle(this.className, name))?.flags ?? 0;
  }

  /** `__debug__` is a constant, whatever binds it. */
  private forbid(name: string, ctx: ast.ExprContext, at: ast.Position): void {
    if (name !== "__debug__" || ctx === "Load") return;
    this.complain(ctx === "Store" ? "cannot assign to __debug__" : "cannot delete __debug__", at);
  }

  bind(name: string, at: ast.Position): void {
    this.define(name, Flag.LOCAL, at);
    this.forbid(name, "Store", at);
  }

  // --- blocks ------------------------------------------------------------------------------------------------------------

  private enter(kind: ScopeKind, name: string, node: ScopeNode, at: ast.Position, map = this.scopes): Block {
    const block = new Block(kind, name, node, this.block, at.lineno, this.className);
    // inside an annotation that is not evaluated nothing is a block of the program
    if (this.annotation === null) this.block.children.push(block);
    map.set(node, block);
    this.block = block;
    return block;
  }

  private leave(): void {
    this.block = this.block.parent as Block;
  }

  private nest(what: Nesting, at: ast.Position, inside: () => void): void {
    const { nesting } = this.block;
    if (nesting.length >= MAX_NESTED_BLOCKS) this.complain("too many statically nested blocks", at);
    nesting.push(what);
    inside();
    nesting.pop();
  }

  private deeper(): void {
    if (++this.depth > this.reporter.depth) throw recursionError(this.reporter.filename);
  }

  // --- statements --------------------------------------------------------------------------------------------------------

  private body(statements: readonly ast.Stmt[]): void {
    for (const statement of statements) this.stmt(statement);
  }

  private stmt(node: ast.Stmt): void {
    this.deeper();
    STATEMENTS[node.kind]?.(this, node as never);
    this.depth--;
  }

  functionDef(node: FunctionNode): void {
    this.define(node.name, Flag.LOCAL, node);
    this.swapped(
      () => this.defaultValues(node.args),
      () => this.exprs(node.decorator_list),
    );
    const generic = node.type_params.length > 0;
    if (generic) {
      const block = this.enterTypeParams(node, node.name);
      if (node.args.defaults.length > 0) this.define(".defaults", Flag.PARAM, node);
      if (node.args.kw_defaults.some((value) => value !== null)) this.define(".kwdefaults", Flag.PARAM, node);
      this.typeParamList(node.type_params, block);
    }
    this.annotations(node);
    const block = this.enter("function", node.name, node, node);
    if (node.kind === "AsyncFunctionDef") {
      block.coroutine = true;
      block.asyncFunction = true;
    }
    this.parameters(node.args);
    this.body(node.body);
    this.leave();
    if (generic) this.leave();
    this.forbid(node.name, "Store", node);
  }

  private defaultValues(args: ast.Arguments): void {
    this.exprs(args.defaults);
    for (const value of args.kw_defaults) if (value !== null) this.expr(value);
  }

  private annotations(node: FunctionNode): void {
    const { args } = node;
    const all = [...args.posonlyargs, ...args.args];
    if (args.vararg !== null) all.push(args.vararg);
    if (args.kwarg !== null) all.push(args.kwarg);
    all.push(...args.kwonlyargs);
    for (const arg of all) if (arg.annotation !== null) this.annotationOf(arg.annotation, arg === args.vararg);
    if (node.returns !== null) this.annotationOf(node.returns, false);
  }

  /**
   * An annotation: evaluated in the current block, or under the future import only checked.
   *
   * @param compiled whether the compiler comes to it, which complains; it leaves out those of local variables
   */
  annotationOf(node: ast.Expr, mayBeStarred: boolean, compiled = true): void {
    const inner = mayBeStarred && node.kind === "Starred" ? node.value : node;
    const outside = this.annotation;
    if (this.futureAnnotations) this.annotation ??= this.block;
    const { late, lateTurn } = this;
    this.expr(inner);
    this.annotation = outside;
    if (!compiled || this.futureAnnotations) {
      this.late = late;
      this.lateTurn = lateTurn;
    }
  }

  private parameters(args: ast.Arguments): void {
    const all = [...args.posonlyargs, ...args.args, ...args.kwonlyargs];
    if (args.vararg !== null) {
      all.push(args.vararg);
      this.block.varargs = true;
    }
    if (args.kwarg !== null) {
      all.push(args.kwarg);
      this.block.varkeywords = true;
    }
    for (const arg of all) {
      this.define(arg.arg, Flag.PARAM, arg);
      this.forbid(arg.arg, "Store", arg);
    }
  }

  classDef(node: ast.ClassDef): void {
    this.define(node.name, Flag.LOCAL, node);
    this.exprs(node.decorator_list);
    const outer = this.className;
    const generic = node.type_params.length > 0;
    if (generic) {
      const block = this.enterTypeParams(node, node.name);
      block.forClass = true;
      for (const hidden of [".type_params", ".generic_base"]) this.define(hidden, Flag.LOCAL | Flag.USE, node);
      this.className = node.name;
      this.typeParamList(node.type_params, block);
    }
    this.callArguments(node.bases, node.keywords);
    this.className = outer;
    const block = new Block("class", node.name, node, this.block, node.lineno, node.name);
    if (this.annotation === null) this.block.children.push(block);
    this.scopes.set(node, block);
    this.block = block;
    this.className = node.name;
    if (generic) {
      this.define("__type_params__", Flag.LOCAL, node);
      this.define(".type_params", Flag.USE, node);
    }
    this.body(node.body);
    this.leave();
    if (generic) this.leave();
    this.className = outer;
    this.forbid(node.name, "Store", node);
  }

  /** The arguments of a call or class; the names of keywords come first. */
  callArguments(args: readonly ast.Expr[], keywords: readonly ast.Keyword[]): void {
    const seen = new Set<string>();
    for (const keyword of keywords) {
      if (keyword.arg === null) continue;
      this.forbid(keyword.arg, "Store", keyword);
      if (seen.has(keyword.arg)) this.complain(`keyword argument repeated: ${keyword.arg}`, keyword);
      seen.add(keyword.arg);
    }
    this.exprs(args, true);
    for (const keyword of keywords) this.expr(keyword.value);
  }

  private enterTypeParams(node: FunctionNode | ast.ClassDef | ast.TypeAlias, name: string): Block {
    const inClass = this.block.kind === "class";
    const block = this.enter("type_parameters", name, node, node, this.typeParams);
    this.seeClass(inClass, node);
    return block;
  }

  private seeClass(inClass: boolean, at: ast.Position): void {
    if (!inClass) return;
    this.block.canSeeClassScope = true;
    this.define("__classdict__", Flag.USE, at);
  }

  private typeParamList(params: readonly ast.TypeParam[], owner: Block): void {
    let defaulted = false;
    for (const param of params) {
      this.define(param.name, Flag.TYPE_PARAM | Flag.LOCAL, param);
      this.forbid(param.name, "Store", param);
      if (param.kind === "TypeVar" && param.bound !== null) {
        this.lazy("type_variable", param.name, param, param.bound, owner.canSeeClassScope, this.scopes);
      }
      if (param.default_value !== null) {
        defaulted = true;
        const value = param.default_value;
        const inner = value.kind === "Starred" && param.kind === "TypeVarTuple" ? value.value : value;
        this.lazy("type_variable", param.name, param, inner, owner.canSeeClassScope, this.defaults);
      } else if (defaulted) {
        throw this.error(`non-default type parameter '${param.name}' follows default type parameter`, param);
      }
    }
  }

  /** An expression with a scope of its own, evaluated when it is asked for. */
  private lazy(
    kind: "type_variable" | "type_alias",
    name: string,
    node: ast.TypeParam | ast.TypeAlias,
    value: ast.Expr,
    inClass: boolean,
    map: Map<ast.Node, Block>,
  ): void {
    this.enter(kind, name, node, node, map);
    this.seeClass(inClass, value);
    this.expr(value);
    this.leave();
  }

  typeAlias(node: ast.TypeAlias): void {
    this.expr(node.name);
    const inClass = this.block.kind === "class";
    const generic = node.type_params.length > 0;
    if (generic) this.typeParamList(node.type_params, this.enterTypeParams(node, node.name.id));
    this.lazy("type_alias", node.name.id, node, node.value, inClass, this.scopes);
    if (generic) this.leave();
  }

  returns(node: ast.Return): void {
    const { block } = this;
    if (!block.isFunctionLike) this.complain("'return' outside function", node);
    if (block.nesting.includes("group")) {
      // CPython reports a constant rather than the statement it stands in
      const constant = node.value?.kind === "Constant" && node.value.lineno === node.lineno;
      this.leavesGroup(constant ? (node.value as ast.Expr) : node);
    }
    if (node.value === null) return;
    const turn = ++this.turn;
    this.expr(node.value);
    block.returnsValue = true;
    this.checkReturn(block, node, turn);
  }

  /** Whether the function is an asynchronous generator may be known only at its end, so this is asked twice. */
  private checkReturn(block: Block, node: ast.Return, turn: number): void {
    if (block.coroutine && block.generator) this.complain("'return' with value in async generator", node, turn);
    else if (block.coroutine && !this.pendingReturns.has(block)) this.pendingReturns.set(block, { node, turn });
  }

  /** The first `return` with a value of each coroutine that is not yet a generator. */
  private readonly pendingReturns = new Map<Block, { node: ast.Return; turn: number }>();

  private becomesGenerator(): void {
    const { block } = this;
    block.generator = true;
    const early = block.coroutine ? this.pendingReturns.get(block) : undefined;
    if (early !== undefined) this.complain("'return' with value in async generator", early.node, early.turn);
  }

  jump(node: ast.Break | ast.Continue): void {
    const { nesting } = this.block;
    for (let i = nesting.length - 1; i >= 0; i--) {
      if (nesting[i] === "loop") return;
      if (nesting[i] === "group") return this.leavesGroup(node);
    }
    this.complain(node.kind === "Break" ? "'break' outside loop" : "'continue' not properly in loop", node);
  }

  private leavesGroup(node: ast.Position): void {
    this.complain("'break', 'continue' and 'return' cannot appear in an except* block", node);
  }

  annAssign(node: ast.AnnAssign): void {
    // the compiler's order is value, target, annotation
    this.swapped(
      () => {
        this.annotatedTarget(node);
        this.annotationOf(node.annotation, false, !this.block.isFunctionLike);
      },
      () => {
        if (node.value !== null) this.expr(node.value);
      },
    );
  }

  private annotatedTarget(node: ast.AnnAssign): void {
    const { target } = node;
    if (target.kind !== "Name") {
      this.expr(target);
      return;
    }
    const flags = this.flagsOf(target.id);
    const declared = flags & (Flag.GLOBAL | Flag.NONLOCAL);
    if (declared !== 0 && this.block !== this.top && node.simple === 1) {
      const what = (flags & Flag.GLOBAL) !== 0 ? "global" : "nonlocal";
      throw this.error(`annotated name '${target.id}' can't be ${what}`, node);
    }
    if (node.simple === 1) this.define(target.id, Flag.ANNOT | Flag.LOCAL, target);
    if (node.value !== null) this.define(target.id, Flag.LOCAL, target);
    this.forbid(target.id, "Store", node);
    if (node.simple === 1 && !this.block.isFunctionLike) this.block.hasAnnotations = true;
  }

  loop(node: ast.For | ast.AsyncFor): void {
    if (node.kind === "AsyncFor") this.requireAsync("'async for' outside async function", node);
    this.swapped(
      () => {
        this.expr(node.target);
        this.checkTarget(node.target);
      },
      () => this.expr(node.iter),
    );
    this.nest("loop", node, () => this.body(node.body));
    this.body(node.orelse);
  }

  private requireAsync(msg: string, at: ast.Position): void {
    if (!this.block.asyncFunction) this.complain(msg, at);
  }

  whileLoop(node: ast.While): void {
    this.expr(node.test);
    this.nest("loop", node, () => this.body(node.body));
    this.body(node.orelse);
  }

  /** `elif`s nest on the right and are walked in a loop; their depth counts all the same. */
  branches(node: ast.If): void {
    const before = this.depth;
    for (let branch = node; ; ) {
      this.expr(branch.test);
      this.body(branch.body);
      const next: ast.Stmt | undefined = branch.orelse.length === 1 ? branch.orelse[0] : undefined;
      if (next?.kind !== "If") {
        this.body(branch.orelse);
        break;
      }
      this.deeper();
      branch = next;
    }
    this.depth = before;
  }

  withItems(node: ast.With | ast.AsyncWith): void {
    if (node.kind === "AsyncWith") this.requireAsync("'async with' outside async function", node);
    const nested = this.block.nesting.length;
    for (const item of node.items) {
      this.expr(item.context_expr);
      if (item.optional_vars !== null) {
        this.expr(item.optional_vars);
        this.checkTarget(item.optional_vars);
      }
      if (this.block.nesting.length >= MAX_NESTED_BLOCKS) this.complain("too many statically nested blocks", node);
      this.block.nesting.push("other");
    }
    this.body(node.body);
    this.block.nesting.length = nested;
  }

  tryStatement(node: ast.Try | ast.TryStar): void {
    const guarded = (): void => {
      if (node.handlers.length === 0) this.body(node.body);
      else this.handlers(node);
    };
    if (node.finalbody.length === 0) guarded();
    else {
      this.nest("other", node, guarded);
      this.nest("other", node, () => this.body(node.finalbody));
    }
  }

  private handlers(node: ast.Try | ast.TryStar): void {
    this.nest("other", node, () => this.body(node.body));
    this.body(node.orelse);
    this.nest(node.kind === "TryStar" ? "group" : "other", node, () => {
      for (const handler of node.handlers) {
        if (handler.type !== null) this.expr(handler.type);
        else if (handler !== node.handlers[node.handlers.length - 1]) {
          this.complain("default 'except:' must be last", handler);
        }
        if (handler.name !== null) this.bind(handler.name, handler);
        this.nest("other", handler, () => this.body(handler.body));
      }
    });
  }

  imports(node: ast.Import | ast.ImportFrom): void {
    if (node.kind === "ImportFrom" && node.module === "__future__" && node.level === 0) {
      if (node.lineno > this.futureLine) {
        this.complain("from __future__ imports must occur at the beginning of the file", node);
      }
    }
    for (const alias of node.names) {
      if (alias.name === "*") {
        if (this.block.kind !== "module") throw this.error("import * only allowed at module level", alias);
        continue;
      }
      const [name] = (alias.asname ?? alias.name).split(".");
      this.define(name, Flag.IMPORT, alias);
      this.forbid(name, "Store", node);
    }
  }

  declare(node: ast.Global | ast.Nonlocal): void {
    const [what, flag] = node.kind === "Global" ? ["global", Flag.GLOBAL] : ["nonlocal", Flag.NONLOCAL];
    for (const name of node.names) {
      const flags = this.flagsOf(name);
      if ((flags & Flag.PARAM) !== 0) throw this.error(`name '${name}' is parameter and ${what}`, node);
      if ((flags & Flag.USE) !== 0) throw this.error(`name '${name}' is used prior to ${what} declaration`, node);
      if ((flags & Flag.ANNOT) !== 0) throw this.error(`annotated name '${name}' can't be ${what}`, node);
      if ((flags & Flag.LOCAL) !== 0) {
        throw this.error(`name '${name}' is assigned to before ${what} declaration`, node);
      }
      this.define(name, flag as number, node);
      this.direct(mangle(this.className, name), node);
    }
  }

  matchStatement(node: ast.Match): void {
    this.expr(node.subject);
    for (const [i, clause] of node.cases.entries()) {
      this.pattern(clause.pattern);
      checkCase(clause, i === node.cases.length - 1, (msg, at) => this.complain(msg, at));
      if (clause.guard !== null) this.expr(clause.guard);
      this.body(clause.body);
    }
  }

  private pattern(node: ast.Pattern): void {
    this.deeper();
    switch (node.kind) {
      case "MatchValue":
        this.expr(node.value);
        break;
      case "MatchSingleton":
        break;
      case "MatchSequence":
      case "MatchOr":
        for (const part of node.patterns) this.pattern(part);
        break;
      case "MatchMapping":
        this.exprs(node.keys);
        for (const part of node.patterns) this.pattern(part);
        if (node.rest !== null) this.bind(node.rest, node);
        break;
      case "MatchClass":
        this.expr(node.cls);
        for (const attr of node.kwd_attrs) this.forbid(attr, "Store", node);
        for (const part of node.patterns) this.pattern(part);
        for (const part of node.kwd_patterns) this.pattern(part);
        break;
      case "MatchStar":
        if (node.name !== null) this.bind(node.name, node);
        break;
      case "MatchAs":
        if (node.pattern !== null) this.pattern(node.pattern);
        if (node.name !== null) this.bind(node.name, node);
        break;
      default:
    }
    this.depth--;
  }

  // --- targets -------------------------------------------------------------------------------------------------------------

  /** Stars in an assignment: at most one in a list or tuple, none outside. */
  checkTarget(node: ast.Expr): void {
    if (node.kind === "Starred") this.complain("starred assignment target must be in a list or tuple", node);
    if (node.kind !== "Tuple" && node.kind !== "List") return;
    let star = -1;
    for (const [i, elt] of node.elts.entries()) {
      const target = elt.kind === "Starred" ? elt.value : elt;
      if (elt.kind === "Starred") {
        if (star >= 0) this.complain("multiple starred expressions in assignment", node);
        else if (i >= 1 << 8) this.complain("too many expressions in star-unpacking assignment", node);
        star = i;
      }
      this.checkTarget(target);
    }
  }

  // --- expressions ---------------------------------------------------------------------------------------------------------

  /** @param mayBeStarred the list is one where `*x` may stand */
  exprs(nodes: readonly ast.Expr[], mayBeStarred = false): void {
    for (const node of nodes) this.expr(mayBeStarred && node.kind === "Starred" ? node.value : node);
  }

  expr(node: ast.Expr): void {
    this.deeper();
    EXPRESSIONS[node.kind](this, node as never);
    this.depth--;
  }

  name(node: ast.Name): void {
    this.define(node.id, node.ctx === "Load" ? Flag.USE : Flag.LOCAL, node);
    this.forbid(node.id, node.ctx, node);
    if (node.ctx === "Load" && node.id === "super" && this.block.isFunctionLike) {
      this.define("__class__", Flag.USE, node);
    }
  }

  starred(node: ast.Starred): void {
    this.expr(node.value);
    if (node.ctx === "Load") this.complain("can't use starred expression here", node);
  }

  attribute(node: ast.Attribute): void {
    this.expr(node.value);
    this.forbid(node.attr, node.ctx, node);
  }

  lambda(node: ast.Lambda): void {
    if (this.block.canSeeClassScope) {
      throw this.error("Cannot use lambda in annotation scope within class scope", node);
    }
    this.defaultValues(node.args);
    this.enter("function", "lambda", node, node);
    this.parameters(node.args);
    this.expr(node.body);
    this.leave();
  }

  /** What may not stand in a scope that is evaluated lazily. */
  private notInTypeScope(what: string, at: ast.Position): void {
    const where =
      this.annotation === this.block
        ? "an annotation"
        : this.block.kind === "type_variable"
          ? "a TypeVar bound"
          : this.block.kind === "type_alias"
            ? "a type alias"
            : this.block.kind === "type_parameters"
              ? "the definition of a generic"
              : null;
    if (where !== null) throw this.error(`${what} cannot be used within ${where}`, at);
  }

  yields(node: ast.Yield | ast.YieldFrom): void {
    this.notInTypeScope("yield expression", node);
    const { block } = this;
    if (!block.isFunctionLike) this.complain("'yield' outside function", node);
    else if (node.kind === "YieldFrom" && block.asyncFunction) {
      this.complain("'yield from' inside async function", node);
    }
    if (node.value !== null) this.expr(node.value);
    this.becomesGenerator();
    if (block.comprehension !== null) {
      const what =
        block.comprehension === "generator" ? "generator expression" : `${block.comprehension} comprehension`;
      throw this.error(`'yield' inside ${what}`, node);
    }
  }

  awaits(node: ast.Await): void {
    this.notInTypeScope("await expression", node);
    const { block } = this;
    if (!block.isFunctionLike) this.complain("'await' outside function", node);
    else if (!block.asyncFunction && block.comprehension === null) {
      this.complain("'await' outside async function", node);
    }
    this.expr(node.value);
    block.coroutine = true;
  }

  namedExpr(node: ast.NamedExpr): void {
    this.notInTypeScope("named expression", node);
    if (this.block.iterDepth > 0) {
      throw this.error("assignment expression cannot be used in a comprehension iterable expression", node);
    }
    if (this.block.comprehension !== null) this.extendNamedExpr(node.target);
    this.expr(node.value);
    this.expr(node.target);
  }

  /** `:=` in a comprehension binds in the block around it (PEP 572). */
  private extendNamedExpr(target: ast.Name): void {
    const name = mangle(this.className, target.id);
    for (let block: Block | null = this.block; block !== null; block = block.parent) {
      const flags = block.symbols.get(name)?.flags ?? 0;
      if (block.comprehension !== null) {
        if ((flags & Flag.COMP_ITER) !== 0 && (flags & (Flag.LOCAL | Flag.GLOBAL)) !== 0) {
          throw this.error(
            `assignment expression cannot rebind comprehension iteration variable '${target.id}'`,
            target,
          );
        }
        continue;
      }
      if (block.kind === "function") {
        this.define(target.id, (flags & Flag.GLOBAL) !== 0 ? Flag.GLOBAL : Flag.NONLOCAL, target);
        this.direct(name, target);
        this.define(target.id, Flag.LOCAL, target, block);
        return;
      }
      if (block.kind === "module") {
        this.define(target.id, Flag.GLOBAL, target);
        this.direct(name, target);
        this.define(target.id, Flag.GLOBAL, target, block);
        return;
      }
      const where = {
        class: "cannot be used in a class body",
        type_variable: "cannot be used in a TypeVar bound",
        type_alias: "cannot be used in a type alias",
        type_parameters: "cannot be used within the definition of a generic",
      }[block.kind];
      throw this.error(`assignment expression within a comprehension ${where}`, target);
    }
  }

  comprehension(
    node: ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp,
    what: "list" | "set" | "dict" | "generator",
    name: string,
  ): void {
    if (this.block.canSeeClassScope) {
      throw this.error("Cannot use comprehension in annotation scope within class scope", node);
    }
    const [outermost, ...inner] = node.generators;
    const outside = this.block;
    outside.iterDepth++;
    this.expr(outermost.iter);
    outside.iterDepth--;
    const block = this.enter("function", name, node, node);
    block.comprehension = what;
    block.coroutine = outermost.is_async === 1;
    this.define(".0", Flag.PARAM, node);
    this.iterTarget(outermost.target);
    this.exprs(outermost.ifs);
    for (const clause of inner) {
      this.iterTarget(clause.target);
      block.iterDepth++;
      this.expr(clause.iter);
      block.iterDepth--;
      this.exprs(clause.ifs);
      if (clause.is_async === 1) block.coroutine = true;
    }
    if (node.kind === "DictComp") {
      this.expr(node.value);
      this.expr(node.key);
    } else this.expr(node.elt);
    block.generator = what === "generator";
    this.leave();
    if (block.coroutine && what !== "generator") {
      if (!outside.asyncFunction && outside.comprehension === null) {
        this.complain("asynchronous comprehension outside of an asynchronous function", node);
      }
      outside.coroutine = true;
    }
  }

  private iterTarget(target: ast.Expr): void {
    this.block.inIterTarget = true;
    this.expr(target);
    this.block.inIterTarget = false;
    this.checkTarget(target);
  }
}

type Handlers<Node extends { kind: string }> = {
  readonly [K in Node["kind"]]: (walk: Collector, node: Extract<Node, { kind: K }>) => void;
};

const nothing = (): void => {};

// Small functions in a table rather than one switch: its stack frame would be as large as all cases together.
const STATEMENTS: Handlers<ast.Stmt> = {
  FunctionDef: (walk, node) => walk.functionDef(node),
  AsyncFunctionDef: (walk, node) => walk.functionDef(node),
  ClassDef: (walk, node) => walk.classDef(node),
  Return: (walk, node) => walk.returns(node),
  Delete: (walk, node) => walk.exprs(node.targets),
  Assign: (walk, node) =>
    walk.swapped(
      () => {
        walk.exprs(node.targets, true);
        for (const target of node.targets) walk.checkTarget(target);
      },
      () => walk.expr(node.value),
    ),
  TypeAlias: (walk, node) => walk.typeAlias(node),
  AugAssign: (walk, node) =>
    walk.swapped(
      () => walk.expr(node.target),
      () => walk.expr(node.value),
    ),
  AnnAssign: (walk, node) => walk.annAssign(node),
  For: (walk, node) => walk.loop(node),
  AsyncFor: (walk, node) => walk.loop(node),
  While: (walk, node) => walk.whileLoop(node),
  If: (walk, node) => walk.branches(node),
  With: (walk, node) => walk.withItems(node),
  AsyncWith: (walk, node) => walk.withItems(node),
  Match: (walk, node) => walk.matchStatement(node),
  Raise: (walk, node) => {
    if (node.exc !== null) walk.expr(node.exc);
    if (node.cause !== null) walk.expr(node.cause);
  },
  Try: (walk, node) => walk.tryStatement(node),
  TryStar: (walk, node) => walk.tryStatement(node),
  Assert: (walk, node) => {
    walk.expr(node.test);
    if (node.msg !== null) walk.expr(node.msg);
  },
  Import: (walk, node) => walk.imports(node),
  ImportFrom: (walk, node) => walk.imports(node),
  Global: (walk, node) => walk.declare(node),
  Nonlocal: (walk, node) => walk.declare(node),
  Expr: (walk, node) => walk.expr(node.value),
  Pass: nothing,
  Break: (walk, node) => walk.jump(node),
  Continue: (walk, node) => walk.jump(node),
};

const EXPRESSIONS: Handlers<ast.Expr> = {
  BoolOp: (walk, node) => walk.exprs(node.values),
  NamedExpr: (walk, node) => walk.namedExpr(node),
  BinOp: (walk, node) => {
    walk.expr(node.left);
    walk.expr(node.right);
  },
  UnaryOp: (walk, node) => walk.expr(node.operand),
  Lambda: (walk, node) => walk.lambda(node),
  IfExp: (walk, node) => {
    walk.expr(node.test);
    walk.expr(node.body);
    walk.expr(node.orelse);
  },
  Dict: (walk, node) => {
    for (const key of node.keys) if (key !== null) walk.expr(key);
    walk.exprs(node.values);
  },
  Set: (walk, node) => walk.exprs(node.elts, true),
  ListComp: (walk, node) => walk.comprehension(node, "list", "listcomp"),
  SetComp: (walk, node) => walk.comprehension(node, "set", "setcomp"),
  DictComp: (walk, node) => walk.comprehension(node, "dict", "dictcomp"),
  GeneratorExp: (walk, node) => walk.comprehension(node, "generator", "genexpr"),
  Await: (walk, node) => walk.awaits(node),
  Yield: (walk, node) => walk.yields(node),
  YieldFrom: (walk, node) => walk.yields(node),
  Compare: (walk, node) => {
    walk.expr(node.left);
    walk.exprs(node.comparators);
  },
  Call: (walk, node) => {
    walk.expr(node.func);
    walk.callArguments(node.args, node.keywords);
  },
  FormattedValue: (walk, node) => {
    walk.expr(node.value);
    if (node.format_spec !== null) walk.expr(node.format_spec);
  },
  JoinedStr: (walk, node) => walk.exprs(node.values),
  Constant: nothing,
  Attribute: (walk, node) => walk.attribute(node),
  Subscript: (walk, node) => {
    walk.expr(node.value);
    walk.expr(node.slice);
  },
  Starred: (walk, node) => walk.starred(node),
  Name: (walk, node) => walk.name(node),
  List: (walk, node) => walk.exprs(node.elts, true),
  Tuple: (walk, node) => walk.exprs(node.elts, true),
  Slice: (walk, node) => {
    if (node.lower !== null) walk.expr(node.lower);
    if (node.upper !== null) walk.expr(node.upper);
    if (node.step !== null) walk.expr(node.step);
  },
};
