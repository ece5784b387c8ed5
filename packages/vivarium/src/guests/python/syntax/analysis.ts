/**
 * Decides what every name of every scope means: local, cell, free or global (language reference, 4.2.2). The second pass
 * of the symbol table.
 *
 * CPython hands sets of bound and global names down from block to block and copies them on the way; here a name is
 * looked up through the enclosing blocks, which gives the same answers without the copies.
 */

import type { Block } from "./collect.js";
import { errorAt, type Reporter } from "./report.js";
import { Flag, type SymbolInfo } from "./scope.js";

const BOUND = Flag.LOCAL | Flag.PARAM | Flag.IMPORT | Flag.TYPE_PARAM;

/**
 * Gives every symbol its scope, and every block its cells and free names.
 *
 * @throws PySyntaxError for `nonlocal` without a binding, or together with `global`
 */
export function resolveNames(top: Block, reporter: Reporter): void {
  analyse(top, null, reporter);
}

/** @returns the names that are free in the block or in blocks inside it */
function analyse(block: Block, classEntry: Block | null, reporter: Reporter): Set<string> {
  const free = new Set<string>();
  for (const symbol of block.symbols.values()) {
    resolve(block, symbol, classEntry, reporter);
    if (symbol.scope === "free") free.add(symbol.name);
  }

  const fromChildren = new Set<string>();
  for (const child of block.children) {
    const seenClass = child.canSeeClassScope ? (block.kind === "class" ? block : classEntry) : null;
    for (const name of analyse(child, seenClass, reporter)) fromChildren.add(name);
  }
  if (block.isFunctionLike) {
    for (const symbol of block.symbols.values()) {
      if (symbol.scope === "local" && fromChildren.delete(symbol.name)) symbol.scope = "cell";
    }
  } else if (block.kind === "class") {
    if (fromChildren.delete("__class__")) block.needsClassCell = true;
    if (fromChildren.delete("__classdict__")) block.needsClassDict = true;
  }
  for (const name of fromChildren) {
    passThrough(block, name);
    free.add(name);
  }

  for (const { name, scope, flags } of block.symbols.values()) {
    if (scope === "cell") block.cellvars.push(name);
    // A class that binds a name itself still hands on the one of the function around it.
    else if (scope === "free" || (flags & Flag.FREE_CLASS) !== 0) block.freevars.push(name);
  }
  block.cellvars.sort();
  block.freevars.sort();
  return free;
}

function resolve(block: Block, symbol: SymbolInfo, classEntry: Block | null, reporter: Reporter): void {
  const { name, flags } = symbol;
  if ((flags & Flag.GLOBAL) !== 0) {
    if ((flags & Flag.NONLOCAL) !== 0)
      throw directiveError(block, `name '${name}' is nonlocal and global`, name, reporter);
    symbol.scope = "global_explicit";
  } else if ((flags & Flag.NONLOCAL) !== 0) {
    if (block.parent === null) {
      throw directiveError(block, "nonlocal declaration not allowed at module level", name, reporter);
    }
    if (!isBoundOutside(block, name)) {
      throw directiveError(block, `no binding for nonlocal '${name}' found`, name, reporter);
    }
    if (isTypeParam(block, name)) {
      throw directiveError(block, `nonlocal binding not allowed for type parameter '${name}'`, name, reporter);
    }
    symbol.scope = "free";
  } else if ((flags & BOUND) !== 0) {
    symbol.scope = "local";
  } else {
    symbol.scope = implicitScope(block, name, classEntry);
  }
}

function implicitScope(block: Block, name: string, classEntry: Block | null): SymbolInfo["scope"] {
  if (classEntry !== null) {
    // a type scope in a class looks names up there first, and then must not find an outer function's binding
    const flags = classEntry.symbols.get(name)?.flags ?? 0;
    if ((flags & Flag.GLOBAL) !== 0) return "global_explicit";
    if ((flags & BOUND) !== 0 && (flags & Flag.NONLOCAL) === 0) return "global_implicit";
  }
  return isBoundOutside(block, name) ? "free" : "global_implicit";
}

/** Whether an enclosing function binds the name. Class blocks are invisible from inside, but for two hidden names. */
function isBoundOutside(block: Block, name: string): boolean {
  for (let outer = block.parent; outer !== null; outer = outer.parent) {
    if (outer.kind === "class") {
      if (name === "__class__" || name === "__classdict__") return true;
      continue;
    }
    if (!outer.isFunctionLike) continue;
    const flags = outer.symbols.get(name)?.flags ?? 0;
    if ((flags & Flag.GLOBAL) !== 0) return false;
    if ((flags & BOUND) !== 0 && (flags & Flag.NONLOCAL) === 0) return true;
  }
  return false;
}

/** Whether the innermost binding outside the block is a type parameter. */
function isTypeParam(block: Block, name: string): boolean {
  for (let outer = block.parent; outer !== null; outer = outer.parent) {
    const flags = outer.symbols.get(name)?.flags ?? 0;
    if ((flags & (Flag.GLOBAL | Flag.NONLOCAL)) === 0 && (flags & BOUND) !== 0) return (flags & Flag.TYPE_PARAM) !== 0;
  }
  return false;
}

/** A name that is free further inside and not bound here: the block has to hand it on. */
function passThrough(block: Block, name: string): void {
  const symbol = block.symbols.get(name);
  if (symbol !== undefined) {
    if (block.kind === "class" || block.canSeeClassScope) symbol.flags |= Flag.FREE_CLASS;
  } else if (block.parent !== null && isBoundOutside(block, name)) {
    block.symbols.set(name, { name, scope: "free", flags: 0 });
  }
}

function directiveError(block: Block, msg: string, name: string, reporter: Reporter): Error {
  const at = block.directives.get(name);
  return at === undefined ? new Error(`no declaration of ${name}`) : errorAt(reporter, msg, at);
}
