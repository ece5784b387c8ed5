/** Inline caches: what a place in the code remembers about the attribute or global it used last. */

import type { Code } from "../bytecode/code.js";
import {
  None,
  PyBuiltin,
  type PyDict,
  PyFunction,
  PyInst,
  PyModule,
  PyObj,
  PyType,
  type Shape,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, raise } from "../objects/errors.js";
import { getattr, isData, MAX_NAMES, setattr } from "./attributes.js";
import type { Frame } from "./frame.js";
import type { Machine } from "./machine.js";

/**
 * An instance attribute in a slot, or a method that was found on the type. Code is shared by machines and outlives them:
 * a cache must not lead to anything of a machine, so it has versions and positions only.
 */
export class AttrCache {
  declare readonly version: number;
  declare readonly shape: Shape | null;
  /** Position among the attributes of the instance, or in {@link PyType.found}. */
  declare readonly slot: number;
  /** The shape after a store that adds the attribute. */
  declare readonly next: Shape | null;
  /** What the same place met before. */
  declare readonly other: AttrCache | null;
  constructor(version: number, shape: Shape | null, slot: number, next: Shape | null, other: AttrCache | null) {
    this.version = version;
    this.shape = shape;
    this.slot = slot;
    this.next = next;
    this.other = other;
  }
}

/** Where a global stands: in the globals or the built-ins, as long as they are laid out like that. */
export class GlobalCache {
  declare readonly layout: object;
  declare readonly own: boolean;
  declare readonly builtins: object | null;
  declare readonly at: number;
  constructor(layout: object, builtins: object | null, at: number) {
    this.layout = layout;
    this.own = builtins === null;
    this.builtins = builtins;
    this.at = at;
  }
}

/** Caches of one place. */
const MOST_CACHES = 6;

function remember(
  code: Code,
  pc: number,
  version: number,
  shape: Shape | null,
  slot: number,
  next: Shape | null,
): AttrCache {
  let other = code.caches![pc] as AttrCache | undefined;
  let depth = 1;
  for (let c = other ?? null; c !== null; c = c.other) depth++;
  if (depth > MOST_CACHES) other = undefined;
  const cache = new AttrCache(version, shape, slot, next, other ?? null);
  code.caches![pc] = cache;
  return cache;
}

/** The cache of a place that fits, if the first one does not. */
function other(code: Code, pc: number, shape: Shape | null, version: number): AttrCache | null {
  const first = code.caches![pc] as AttrCache | undefined;
  if (first === undefined) return null;
  for (let c = first.other; c !== null; c = c.other) if (c.shape === shape && c.version === version) return c;
  return null;
}

/** LOAD_ATTR without a fitting cache. */
export function loadAttr(vm: Machine, f: Frame, pc: number, object: Value, name: string): Value {
  if (
    object instanceof PyInst &&
    object.shape !== null &&
    !(object instanceof PyType) &&
    !(object instanceof PyModule)
  ) {
    const type = object.cls;
    const known = other(f.code, pc, object.shape, type.version);
    if (known !== null) return object.slots[known.slot];
    if ((type.attributeHooks & 1) === 0) {
      const at = object.shape.index.get(name);
      if (at !== undefined) {
        const found = type.lookup(name);
        if (found === undefined || !isData(found)) {
          remember(f.code, pc, type.version, object.shape, at, null);
          return object.slots[at];
        }
      }
    }
  }
  return getattr(vm, object, name);
}

/** STORE_ATTR without a fitting cache. */
export function storeAttr(vm: Machine, f: Frame, pc: number, object: Value, name: string, value: Value): Value {
  if (
    object instanceof PyInst &&
    object.shape !== null &&
    !(object instanceof PyType) &&
    !(object instanceof PyModule)
  ) {
    const type = object.cls;
    const { shape } = object;
    const known = other(f.code, pc, shape, type.version);
    if (known !== null) {
      if (known.next === null) object.slots[known.slot] = value;
      else {
        object.slots.push(value);
        object.shape = known.next;
      }
      return None;
    }
    if ((type.attributeHooks & 4) === 0) {
      const found = type.lookup(name);
      if (found === undefined || !isData(found)) {
        const at = shape.index.get(name);
        const next = at === undefined && shape.names.length < MAX_NAMES ? shape.with(name) : null;
        if (at !== undefined || next) remember(f.code, pc, type.version, shape, at ?? -1, next);
      }
    }
  }
  return setattr(vm, object, name, value);
}

/**
 * LOAD_METHOD without a fitting cache. Answers a cache for a plain method, which is to be called with the object in front
 * of its arguments; else the value itself, or CALL when guest code has to find it.
 */
export function loadMethod(vm: Machine, f: Frame, pc: number, object: Value, name: string): Value {
  const type = typeOf(object);
  const shape = object instanceof PyInst ? object.shape : null;
  const plain = !(object instanceof PyInst) || object.dict === null;
  if (plain) {
    const known = other(f.code, pc, shape, type.version);
    if (known !== null) return known;
  }
  if (
    (type.attributeHooks & 1) === 0 &&
    !(object instanceof PyType) &&
    !(object instanceof PyModule) &&
    type !== T.super
  ) {
    const found = type.lookup(name);
    if (
      found instanceof PyFunction ||
      (found instanceof PyBuiltin && found.kind === "method" && found.self === undefined)
    ) {
      if (plain) {
        if (shape === null || shape.index.get(name) === undefined)
          return remember(f.code, pc, type.version, shape, positionOf(type, found), null);
      } else if (object.dict!.getStr(name) === undefined)
        return new AttrCache(type.version, null, positionOf(type, found), null, null);
    }
  }
  return getattr(vm, object, name);
}

/** The position of a method among those of a type that caches refer to. */
function positionOf(type: PyType, method: Value): number {
  const at = type.found.indexOf(method);
  return at >= 0 ? at : type.found.push(method) - 1;
}

/** LOAD_GLOBAL (and LOAD_NAME in modules) without a fitting cache. */
export function loadGlobal(vm: Machine, f: Frame, pc: number, name: string): Value {
  const { globals } = f;
  let at = globals.positionOf(name);
  if (at >= 0) {
    f.code.caches![pc] = new GlobalCache(globals.rememberLayout(), null, at);
    return globals.vals[at];
  }
  const builtins = builtinsOf(vm, globals);
  at = builtins.positionOf(name);
  if (at >= 0) {
    if (builtins === vm.builtins)
      f.code.caches![pc] = new GlobalCache(globals.rememberLayout(), builtins.rememberLayout(), at);
    return builtins.vals[at];
  }
  throw nameError(name);
}

/** STORE_GLOBAL (and STORE_NAME in modules) without a fitting cache. */
export function storeGlobal(f: Frame, pc: number, name: string, value: Value): void {
  const { globals } = f;
  globals.setStr(name, value);
  f.code.caches![pc] = new GlobalCache(globals.rememberLayout(), null, globals.positionOf(name));
}

/** The built-ins that code with these globals sees. */
export function builtinsOf(vm: Machine, globals: PyDict): PyDict {
  const own = globals.getStr("__builtins__");
  if (own === undefined) return vm.builtins;
  if (own instanceof PyModule) return own.ns;
  return own instanceof PyObj && own.cls === T.dict ? (own as PyDict) : vm.builtins;
}

export function nameError(name: string): unknown {
  return raise(E.NameError!, `name '${name}' is not defined`);
}
