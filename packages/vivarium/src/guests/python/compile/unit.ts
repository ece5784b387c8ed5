/** One scope under compilation: its assembler, constants, names, variables and the blocks that a jump has to leave. */

import { Assembler } from "../bytecode/assembler.js";
import { type Code, CodeFlag } from "../bytecode/code.js";
import type { Scope, SymbolInfo } from "../syntax/symtable.js";

/** A constant in `code.consts` that the syntax tree has no form for. */
export interface TupleConstant {
  readonly kind: "tuple";
  readonly items: readonly unknown[];
}
export interface FrozenSetConstant {
  readonly kind: "frozenset";
  readonly items: readonly unknown[];
}

/** Something that `return`, `break` or `continue` must leave in an orderly way. */
export interface Block {
  readonly kind: "loop" | "other";
  /** Protected ranges that were open before the block was entered. */
  readonly rangesBefore: number;
  /** Emits what leaving the block takes: dropping its stack items, running its `finally`. */
  readonly exit: () => void;
  readonly breakTo?: { at: number };
  readonly continueTo?: { at: number };
}

/** A key under which equal constants of equal type fall together. */
function constantKey(value: unknown): string {
  if (value === null) return "n";
  switch (typeof value) {
    case "boolean":
      return `b${value}`;
    case "number":
      return `i${value}`;
    case "bigint":
      return `i${value}`;
    case "string":
      return `s${value}`;
  }
  if (value instanceof Uint8Array) return `y${value.join()}`;
  const object = value as { kind?: string; value?: number; real?: number; imag?: number; items?: readonly unknown[] };
  const num = (x: number): string => (Object.is(x, -0) ? "-0" : String(x));
  switch (object.kind) {
    case "float":
      return `f${num(object.value!)}`;
    case "complex":
      return `c${num(object.real!)},${num(object.imag!)}`;
    case "ellipsis":
      return "e";
    case "tuple":
      return `t(${object.items!.map((x) => JSON.stringify(constantKey(x))).join()})`;
    case "frozenset":
      return `z(${object.items!.map((x) => JSON.stringify(constantKey(x))).join()})`;
  }
  return "";
}

export class Unit {
  readonly asm = new Assembler();
  readonly consts: unknown[] = [];
  private readonly constIndex = new Map<string, number>();
  readonly names: string[] = [];
  private readonly nameIndex = new Map<string, number>();
  readonly variables: string[] = [];
  private readonly variableIndex = new Map<string, number>();
  /** Free variables that have the name of a cell of the class itself. */
  private readonly outerIndex = new Map<string, number>();
  readonly cells: number[] = [];
  readonly blocks: Block[] = [];
  readonly isFunction: boolean;
  localCount = 0;
  freeCount = 0;
  readonly freeStart: number;
  interactive = false;
  argCount = 0;
  posOnlyCount = 0;
  kwOnlyCount = 0;

  constructor(
    readonly scope: Scope,
    readonly name: string,
    readonly qualname: string,
    readonly firstLine: number,
    readonly parent: Unit | null,
  ) {
    this.isFunction = scope.kind !== "module" && scope.kind !== "class";
    const add = (variable: string): number => {
      const known = this.variableIndex.get(variable);
      if (known !== undefined) return known;
      this.variableIndex.set(variable, this.variables.length);
      return this.variables.push(variable) - 1;
    };
    if (this.isFunction) {
      for (const parameter of scope.varnames) add(parameter);
      for (const symbol of scope.symbols.values()) if (symbol.scope === "local") add(symbol.name);
    }
    this.localCount = this.variables.length;
    const cells = [...scope.cellvars];
    if (scope.kind === "class") {
      if (scope.needsClassCell && !cells.includes("__class__")) cells.push("__class__");
      if (scope.needsClassDict && !cells.includes("__classdict__")) cells.push("__classdict__");
    }
    for (const cell of cells) this.cells.push(add(cell));
    this.freeStart = this.variables.length;
    for (const free of scope.freevars) {
      // A class may have a cell of its own and one of the class around it: both `__class__`.
      if (this.variableIndex.has(free)) this.outerIndex.set(free, this.variables.push(free) - 1);
      else add(free);
    }
    this.freeCount = scope.freevars.length;
  }

  symbol(name: string): SymbolInfo | undefined {
    return this.scope.symbols.get(name);
  }

  constant(value: unknown): number {
    const key = constantKey(value);
    if (key !== "") {
      const known = this.constIndex.get(key);
      if (known !== undefined) return known;
      this.constIndex.set(key, this.consts.length);
    }
    return this.consts.push(value) - 1;
  }

  nameOf(name: string): number {
    const known = this.nameIndex.get(name);
    if (known !== undefined) return known;
    this.nameIndex.set(name, this.names.length);
    return this.names.push(name) - 1;
  }

  variable(name: string): number {
    const index = this.variableIndex.get(name);
    if (index === undefined) throw new Error(`no variable ${name} in ${this.qualname}`);
    return index;
  }

  /** The variable that the body of a class sees, where its functions see a cell of the class by the same name. */
  outerVariable(name: string): number {
    return this.outerIndex.get(name) ?? this.variable(name);
  }

  hasVariable(name: string): boolean {
    return this.variableIndex.has(name);
  }

  private nextTemporary = 0;

  /** A hidden local variable; it stands behind the free variables. */
  temporary(): number {
    const name = `.t${this.nextTemporary++}`;
    const known = this.variableIndex.get(name);
    if (known !== undefined) return known;
    this.variableIndex.set(name, this.variables.length);
    return this.variables.push(name) - 1;
  }

  /** What {@link temporaryReset} takes to give later temporaries back. */
  temporaryMark(): number {
    return this.nextTemporary;
  }

  temporaryReset(mark: number): void {
    this.nextTemporary = mark;
  }

  finish(filename: string, extraFlags: number): Code {
    const { scope } = this;
    let flags = extraFlags;
    if (this.isFunction) flags |= CodeFlag.OPTIMIZED | CodeFlag.NEWLOCALS;
    if (scope.nested) flags |= CodeFlag.NESTED;
    if (scope.varargs) flags |= CodeFlag.VARARGS;
    if (scope.varkeywords) flags |= CodeFlag.VARKEYWORDS;
    if (scope.generator && scope.coroutine) flags |= CodeFlag.ASYNC_GENERATOR;
    else if (scope.generator) flags |= CodeFlag.GENERATOR;
    else if (scope.coroutine && this.isFunction) flags |= CodeFlag.COROUTINE;
    return this.asm.finish({
      name: this.name,
      qualname: this.qualname,
      filename,
      firstLine: this.firstLine,
      flags,
      argCount: this.argCount,
      posOnlyCount: this.posOnlyCount,
      kwOnlyCount: this.kwOnlyCount,
      variables: this.variables,
      localCount: this.localCount,
      cells: this.cells,
      freeStart: this.freeStart,
      freeCount: this.freeCount,
      consts: this.consts,
      names: this.names,
    });
  }
}
