/** Inline caches: what a place in the code remembers about the attribute or global it used last. */

import {
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

/** An instance attribute in a slot, or a method found on the type. */
export class AttrCache {
  declare readonly version: number;
  declare readonly shape: Shape | null;
  declare readonly slot: number;
  declare readonly method: Value;
  declare readonly next: Shape | null;
  constructor(version: number, shape: Shape | null, slot: number, method: Value, next: Shape | null) {
    this.version = version;
    this.shape = shape;
    this.slot = slot;
    this.method = method;
    this.next = next;
  }
}

export class GlobalCache {
  declare readonly globals: PyDict;
  declare readonly version: number;
  declare readonly from: PyDict;
  declare readonly fromVersion: number;
  declare readonly at: number;
  constructor(globals: PyDict, version: number, from: PyDict, fromVersion: number, at: number) {
    this.globals = globals;
    this.version = version;
    this.from = from;
    this.fromVersion = fromVersion;
    this.at = at;
  }
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
    if ((type.attributeHooks & 1) === 0) {
      const at = object.shape.index.get(name);
      if (at !== undefined) {
        const found = type.lookup(name);
        if (found === undefined || !isData(found)) {
          f.code.caches![pc] = new AttrCache(type.version, object.shape, at, undefined, null);
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
    if ((type.attributeHooks & 4) === 0) {
      const found = type.lookup(name);
      if (found === undefined || !isData(found)) {
        const at = shape.index.get(name);
        const next = at === undefined && shape.names.length < MAX_NAMES ? shape.with(name) : null;
        if (at !== undefined || next)
          f.code.caches![pc] = new AttrCache(type.version, shape, at ?? -1, undefined, next);
      }
    }
  }
  return setattr(vm, object, name, value);
}

/**
 * LOAD_METHOD without a fitting cache. Puts the function and its receiver into `out` (receiver `undefined` for anything
 * that is no plain method); answers CALL when guest code has to find it.
 */
export function loadMethod(vm: Machine, f: Frame, pc: number, object: Value, name: string): Value {
  const type = typeOf(object);
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
      if (!(object instanceof PyInst)) {
        f.code.caches![pc] = new AttrCache(type.version, null, -1, found, null);
        return f.code.caches![pc];
      }
      if (object.shape === null && object.dict === null) {
        f.code.caches![pc] = new AttrCache(type.version, null, -1, found, null);
        return f.code.caches![pc];
      }
      if (object.shape !== null && object.shape.index.get(name) === undefined) {
        f.code.caches![pc] = new AttrCache(type.version, object.shape, -1, found, null);
        return f.code.caches![pc];
      }
      if (object.dict !== null && object.dict.getStr(name) === undefined)
        return new AttrCache(type.version, null, -1, found, null);
    }
  }
  return getattr(vm, object, name);
}

/** LOAD_GLOBAL (and LOAD_NAME in modules) without a fitting cache. */
export function loadGlobal(vm: Machine, f: Frame, pc: number, name: string): Value {
  const { globals } = f;
  const builtins = builtinsOf(vm, globals);
  let at = globals.positionOf(name);
  if (at >= 0) {
    f.code.caches![pc] = new GlobalCache(globals, globals.version, globals, globals.version, at);
    return globals.vals[at];
  }
  at = builtins.positionOf(name);
  if (at >= 0) {
    f.code.caches![pc] = new GlobalCache(globals, globals.version, builtins, builtins.version, at);
    return builtins.vals[at];
  }
  throw nameError(name);
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
