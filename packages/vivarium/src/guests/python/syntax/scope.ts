/** What a scope is: a block of the program and what each name means in it (language reference, 4.2). */

import type * as ast from "./ast.js";

/** What a name means in a scope. */
export type NameScope =
  /** Bound here, used by no inner function: a fast local in functions, a dictionary entry in modules and classes. */
  | "local"
  /** Bound here and used by an inner function. */
  | "cell"
  /** Bound in an enclosing function. */
  | "free"
  /** Declared by `global`. */
  | "global_explicit"
  /** Bound in no enclosing function: looked up in globals, then builtins. */
  | "global_implicit";

/** One name in one scope. Names are already mangled (`__x` in class `C` is `_C__x`). */
export interface SymbolInfo {
  readonly name: string;
  scope: NameScope;
  /** Bits of {@link Flag}: how the name occurs in this scope. */
  flags: number;
}

/** How a name occurs in a scope. The values are CPython's. */
export const Flag = {
  /** `global x` stands in this scope. */
  GLOBAL: 1,
  /** Bound in this scope: assignment, `del`, `for`, `with`, pattern, `def`, `class`, … */
  LOCAL: 2,
  PARAM: 4,
  /** `nonlocal x` stands in this scope. */
  NONLOCAL: 8,
  USE: 16,
  /** A free name of a class block that is also bound there: load it by class-then-cell. */
  FREE_CLASS: 64,
  IMPORT: 128,
  /** Has an annotation. */
  ANNOT: 256,
  /** Target of a `for` in a comprehension. */
  COMP_ITER: 512,
  TYPE_PARAM: 1024,
} as const;

export type ScopeKind =
  | "module"
  | "function"
  | "class"
  /** Holds the type parameters of a generic function, class or alias (PEP 695). A function scope to the compiler. */
  | "type_parameters"
  /** The lazily evaluated bound, constraints or default of one type parameter. A function scope to the compiler. */
  | "type_variable"
  /** The lazily evaluated value of a `type` statement. A function scope to the compiler. */
  | "type_alias";

/** The node a scope belongs to. */
export type ScopeNode =
  | ast.Mod
  | ast.FunctionDef
  | ast.AsyncFunctionDef
  | ast.ClassDef
  | ast.Lambda
  | ast.ListComp
  | ast.SetComp
  | ast.DictComp
  | ast.GeneratorExp
  | ast.TypeAlias
  | ast.TypeParam;

/** A block of the program: one code object. */
export interface Scope {
  readonly kind: ScopeKind;
  /** CPython's block name: `top`, the function's or class's name, `lambda`, `genexpr`, `listcomp`, `setcomp`, `dictcomp`. */
  readonly name: string;
  readonly node: ScopeNode;
  readonly parent: Scope | null;
  readonly children: Scope[];
  readonly lineno: number;
  /** In the order of first occurrence. Comprehension parameters are `.0`; type-parameter scopes may hold `.type_params`, `.defaults`, `.kwdefaults`, `.generic_base`. */
  readonly symbols: Map<string, SymbolInfo>;
  /** Parameters as in `co_varnames`: positional, keyword-only, `*args`, `**kwargs`. */
  readonly varnames: string[];
  /** Names with scope `cell`, sorted by code point; `__class__` and `__classdict__` of a class are not among them. */
  cellvars: string[];
  /** Names with scope `free` (also those that only pass through), sorted by code point. */
  freevars: string[];
  /** Stands, directly or not, in a function: free names are possible. */
  readonly nested: boolean;
  /** Contains `yield`. */
  generator: boolean;
  /** Contains `await`, an asynchronous comprehension or is `async def`. With `generator`: an asynchronous generator. */
  coroutine: boolean;
  /** Which comprehension this function scope is. */
  readonly comprehension: "list" | "set" | "dict" | "generator" | null;
  varargs: boolean;
  varkeywords: boolean;
  /** A function that has `return` with a value. */
  returnsValue: boolean;
  /** A class whose methods use `__class__` or `super`: the body needs the cell `__class__`. */
  needsClassCell: boolean;
  /** A class whose type-parameter or alias scopes look names up in it: the body needs the cell `__classdict__`. */
  needsClassDict: boolean;
  /** A type scope directly in a class: names not bound in it are looked up in `__classdict__` first. */
  canSeeClassScope: boolean;
  /** For type-parameter scopes: the generic is a class. */
  readonly forClass: boolean;
  /** The innermost class, for {@link mangle}: `null` outside classes. */
  readonly private: string | null;
  /** Annotated names stand in this module or class block (`x: int`): `__annotations__` must be set up. */
  hasAnnotations: boolean;
}

/**
 * Private names are mangled inside classes: `__x` in class `_C` becomes `_C__x`.
 *
 * @param cls the innermost class's name, `null` outside classes ({@link Scope.private})
 */
export function mangle(cls: string | null, name: string): string {
  if (cls === null || !name.startsWith("__") || name.endsWith("__") || name.includes(".")) return name;
  const bare = cls.replace(/^_+/, "");
  return bare === "" ? name : `_${bare}${name}`;
}
