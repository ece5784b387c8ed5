/** Attribute access: instances, types, modules, descriptors, and the hooks that guests may define. */

import {
  GetSet,
  MAX_SHAPE,
  Member,
  None,
  PyBuiltin,
  PyClassMethod,
  PyDict,
  PyFunction,
  PyInst,
  PyMethod,
  PyModule,
  PyProperty,
  PyStaticMethod,
  PySuper,
  PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { attributeError, E, raise, typeError, typeName } from "../objects/errors.js";
import { call } from "./calls.js";
import { continuation } from "./frame.js";
import type { Machine } from "./machine.js";

/** An attribute in the object's own storage. */
export function ownAttribute(object: Value, name: string): Value {
  if (object instanceof PyInst) {
    if (object.dict !== null) return object.dict.getStr(name);
    if (object.shape !== null) {
      const at = object.shape.index.get(name);
      return at === undefined ? undefined : object.slots[at];
    }
  }
  return undefined;
}

export function setOwnAttribute(object: PyInst, name: string, value: Value): void {
  if (object.dict !== null) {
    object.dict.setStr(name, value);
    return;
  }
  const shape = object.shape!;
  const at = shape.index.get(name);
  if (at !== undefined) object.slots[at] = value;
  else if (shape.names.length >= MAX_SHAPE) ownDict(object).setStr(name, value);
  else {
    object.shape = shape.with(name);
    object.slots.push(value);
  }
}

/** The dict of an object's attributes; from now on they live in it. */
export function ownDict(object: PyInst): PyDict {
  if (object.dict !== null) return object.dict;
  const dict = new PyDict();
  if (object.shape !== null) object.shape.names.forEach((name, i) => dict.setStr(name, object.slots[i]));
  object.dict = dict;
  object.shape = null;
  object.slots = [];
  return dict;
}

/** May an object have attributes of its own? */
export function hasOwnStorage(object: Value): object is PyInst {
  return object instanceof PyInst && (object.shape !== null || object.dict !== null);
}

/** Applies `__get__` of something found on a type. `object` is undefined for access through the type. */
export function bindDescriptor(vm: Machine, found: Value, object: Value, type: PyType): Value {
  if (typeof found !== "object") return found;
  if (found instanceof PyFunction) return object === undefined ? found : new PyMethod(found, object);
  if (found instanceof PyBuiltin)
    return object === undefined || found.kind === "function" || found.self !== undefined ? found : found.bind(object);
  if (found instanceof PyProperty && found.cls === T.property) {
    if (object === undefined) return found;
    if (found.fget === None) throw propertyError(found, object, "getter");
    return call(vm, found.fget, [object]);
  }
  if (found instanceof PyStaticMethod) return found.func;
  if (found instanceof PyClassMethod) return bindClassMethod(found.func, type);
  if (found instanceof GetSet) return object === undefined ? found : found.get(vm, object);
  if (found instanceof Member) {
    if (object === undefined) return found;
    const value = memberStore(object)[found.slot];
    if (value === undefined)
      throw attributeError(object, found.name, `'${typeName(object)}' object has no attribute '${found.name}'`);
    return value;
  }
  const get = found.cls.lookup("__get__");
  if (get === undefined) return found;
  return call(vm, get, [found, object === undefined ? None : object, type]);
}

function bindClassMethod(func: Value, type: PyType): Value {
  if (func instanceof PyBuiltin) return func.bind(type);
  return new PyMethod(func, type);
}

/** The slots declared by `__slots__`. */
export function memberStore(object: PyInst): Value[] {
  object.members ??= [];
  return object.members;
}

function propertyError(property: PyProperty, object: Value, what: string): unknown {
  const name = property.name ?? (property.fget instanceof PyFunction ? property.fget.name : undefined);
  return raise(
    E.AttributeError!,
    name === undefined
      ? `property has no ${what}`
      : `property '${name}' of '${typeOf(object).qualname}' object has no ${what}`,
  );
}

/** Is it a data descriptor? */
export function isData(found: Value): boolean {
  if (typeof found !== "object" || found instanceof PyFunction || found instanceof PyBuiltin) return false;
  if (found instanceof PyProperty || found instanceof GetSet || found instanceof Member) return true;
  return found.cls.lookup("__set__") !== undefined || found.cls.lookup("__delete__") !== undefined;
}

const GETATTR_FALLBACK = continuation(
  "getattr.fallback",
  (_vm, value) => value,
  (vm: Machine, exc, state) => {
    if (!exc.cls.isSubtype(E.AttributeError!)) throw raiseAgain(exc);
    return call(vm, typeOf(state.object).lookup("__getattr__"), [state.object, state.name]);
  },
);

/** Wraps an exception to be thrown on. */
export function raiseAgain(exc: Value): unknown {
  const again = raise(E.Exception!);
  (again as { exc: Value }).exc = exc;
  return again;
}

/** `getattr(object, name)`. */
export function getattr(vm: Machine, object: Value, name: string): Value {
  const type = typeOf(object);
  const hooks = type.attributeHooks;
  if (hooks & 3) {
    if (hooks & 2)
      return vm.then(GETATTR_FALLBACK, { object, name }, () =>
        hooks & 1 ? call(vm, type.lookup("__getattribute__"), [object, name]) : genericGetattr(vm, object, name),
      );
    return call(vm, type.lookup("__getattribute__"), [object, name]);
  }
  return genericGetattr(vm, object, name);
}

/** What `object.__getattribute__` (and those of types, modules and super objects) do. */
export function genericGetattr(vm: Machine, object: Value, name: string): Value {
  const value = findAttribute(vm, object, name);
  if (value === undefined) throw noAttribute(object, name);
  return value;
}

export function noAttribute(object: Value, name: string): unknown {
  if (object instanceof PyType)
    return attributeError(object, name, `type object '${object.name}' has no attribute '${name}'`);
  if (object instanceof PyModule) {
    const module = object.ns.getStr("__name__");
    return attributeError(
      object,
      name,
      `module '${typeof module === "string" ? module : "?"}' has no attribute '${name}'`,
    );
  }
  return attributeError(object, name, `'${typeName(object)}' object has no attribute '${name}'`);
}

const MODULE_GETATTR = "__getattr__";

/** As {@link genericGetattr} but `undefined` when the attribute does not exist at all. */
export function findAttribute(vm: Machine, object: Value, name: string): Value {
  const type = typeOf(object);
  if (object instanceof PyType) return typeAttribute(vm, object, name);
  if (object instanceof PySuper) return superAttribute(vm, object, name);
  const found = type.lookup(name);
  if (found !== undefined && isData(found)) return bindDescriptor(vm, found, object, type);
  const own = ownAttribute(object, name);
  if (own !== undefined) return own;
  if (object instanceof PyModule) {
    const value = object.ns.getStr(name);
    if (value !== undefined) return value;
    if (name === "__dict__") return object.ns;
    if (found !== undefined) return bindDescriptor(vm, found, object, type);
    const hook = object.ns.getStr(MODULE_GETATTR);
    return hook === undefined ? undefined : call(vm, hook, [name]);
  }
  if (found !== undefined) return bindDescriptor(vm, found, object, type);
  return undefined;
}

function typeAttribute(vm: Machine, type: PyType, name: string): Value {
  const meta = type.cls;
  const inMeta = meta.lookup(name);
  if (inMeta !== undefined && isData(inMeta)) return bindDescriptor(vm, inMeta, type, meta);
  const own = type.lookup(name);
  if (own !== undefined) return bindDescriptor(vm, own, undefined, type);
  if (inMeta !== undefined) return bindDescriptor(vm, inMeta, type, meta);
  return undefined;
}

/** Finds what `super()` would: behind `start` in the order of `selfType`. */
export function superLookup(start: PyType, selfType: PyType, name: string): Value {
  const { mro } = selfType;
  for (let i = mro.indexOf(start) + 1; i < mro.length; i++) {
    const value = mro[i]!.ns.getStr(name);
    if (value !== undefined) return value;
  }
  return undefined;
}

function superAttribute(vm: Machine, object: PySuper, name: string): Value {
  if (object.selfType && object.start && name !== "__class__") {
    const found = superLookup(object.start, object.selfType, name);
    if (found !== undefined)
      return bindDescriptor(vm, found, object.self === object.selfType ? undefined : object.self, object.selfType);
  }
  const found = object.cls.lookup(name);
  return found === undefined ? undefined : bindDescriptor(vm, found, object, object.cls);
}

/** A special method, found on the type and bound; `undefined` when there is none. */
export function lookupSpecial(vm: Machine, object: Value, name: string): Value {
  const type = typeOf(object);
  const found = type.lookup(name);
  return found === undefined ? undefined : bindDescriptor(vm, found, object, type);
}

/** `setattr(object, name, value)`, or `delattr` when the value is `undefined`. Answers None or CALL. */
export function setattr(vm: Machine, object: Value, name: string, value: Value): Value {
  const type = typeOf(object);
  const hooks = type.attributeHooks;
  if (value === undefined) {
    if (hooks & 8) return call(vm, type.lookup("__delattr__"), [object, name]);
  } else if (hooks & 4) return call(vm, type.lookup("__setattr__"), [object, name, value]);
  return genericSetattr(vm, object, name, value);
}

export function genericSetattr(vm: Machine, object: Value, name: string, value: Value): Value {
  const type = typeOf(object);
  if (object instanceof PyType) return setTypeAttribute(vm, object, name, value);
  const found = type.lookup(name);
  if (found !== undefined && typeof found === "object") {
    if (found instanceof PyProperty && found.cls === T.property) {
      const f = value === undefined ? found.fdel : found.fset;
      if (f === None) throw propertyError(found, object, value === undefined ? "deleter" : "setter");
      return call(vm, f, value === undefined ? [object] : [object, value]);
    }
    if (found instanceof Member) {
      const store = memberStore(object);
      if (value === undefined && store[found.slot] === undefined) throw attributeError(object, name, name);
      store[found.slot] = value;
      return None;
    }
    if (found instanceof GetSet) {
      return setComputed(vm, found, object, value);
    }
    if (!(found instanceof PyFunction || found instanceof PyBuiltin)) {
      const [wanted, other] = value === undefined ? ["__delete__", "__set__"] : ["__set__", "__delete__"];
      const setter = found.cls.lookup(wanted!);
      if (setter !== undefined) return call(vm, setter, value === undefined ? [found, object] : [found, object, value]);
      // One slot holds both.
      if (found.cls.isHeap && found.cls.lookup(other!) !== undefined) throw raise(E.AttributeError!, wanted);
    }
  }
  if (object instanceof PyModule) {
    if (value === undefined) {
      if (!object.ns.delStr(name)) throw noAttribute(object, name);
    } else object.ns.setStr(name, value);
    return None;
  }
  if (!hasOwnStorage(object)) {
    if (found !== undefined) throw raise(E.AttributeError!, `'${type.name}' object attribute '${name}' is read-only`);
    throw attributeError(object, name, `'${type.name}' object has no attribute '${name}'`);
  }
  if (value === undefined) {
    if (ownAttribute(object, name) === undefined)
      throw attributeError(object, name, `'${type.name}' object has no attribute '${name}'`);
    ownDict(object).delStr(name);
    return None;
  }
  vm.alloc(16);
  setOwnAttribute(object, name, value);
  return None;
}

/** Sets a computed attribute, or deletes it when the value is `undefined`. */
export function setComputed(vm: Machine, attribute: GetSet, object: Value, value: Value): Value {
  const { name, set, erasable, owner } = attribute;
  if (!set)
    throw raise(
      E.AttributeError!,
      `attribute '${name}' of '${owner?.name ?? typeName(object)}' objects is not writable`,
    );
  if (value === undefined && !erasable)
    throw typeError(name === "__class__" ? "can't delete __class__ attribute" : `${name} may not be deleted`);
  return set(vm, object, value);
}

function setTypeAttribute(vm: Machine, type: PyType, name: string, value: Value): Value {
  if (!type.isHeap) throw typeError(`cannot set '${name}' attribute of immutable type '${type.name}'`);
  const inMeta = type.cls.lookup(name);
  if (inMeta instanceof GetSet && (inMeta.set || name === "__dict__")) return setComputed(vm, inMeta, type, value);
  if (inMeta !== undefined && isData(inMeta) && !(inMeta instanceof GetSet)) {
    if (inMeta instanceof PyProperty && inMeta.cls === T.property) {
      const f = value === undefined ? inMeta.fdel : inMeta.fset;
      if (f === None) throw propertyError(inMeta, type, value === undefined ? "deleter" : "setter");
      return call(vm, f, value === undefined ? [type] : [type, value]);
    }
    const setter = inMeta.cls.lookup(value === undefined ? "__delete__" : "__set__");
    if (setter !== undefined) return call(vm, setter, value === undefined ? [inMeta, type] : [inMeta, type, value]);
  }
  if (value === undefined) {
    if (!type.ns.delStr(name)) throw noAttribute(type, name);
  } else {
    vm.alloc(32);
    type.ns.setStr(name, value);
  }
  type.changed();
  return None;
}

/** Attributes an instance may have before they move to a dict. */
export const MAX_NAMES = MAX_SHAPE;
