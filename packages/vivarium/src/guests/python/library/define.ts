/**
 * Declares the attributes of built-in types and the functions of native modules. Types make them when they are first
 * asked for one.
 */

import {
  GetSet,
  type Native,
  PyBuiltin,
  PyClassMethod,
  PyDict,
  PyModule,
  PyType,
  type Value,
} from "../objects/core.js";
import { typeError, typeName } from "../objects/errors.js";
import { signature } from "../runtime/calls.js";
import type { Machine } from "../runtime/machine.js";

/** A table, or a function that makes it: the closures of a type that nobody asks for are never made. */
type Rows<R> = Readonly<Record<string, R>> | (() => Readonly<Record<string, R>>);
const tableOf = <R>(rows: Rows<R>): Readonly<Record<string, R>> => (typeof rows === "function" ? rows() : rows);

/**
 * Adds methods to a type. Keys are signatures (`append(self, item, /)`), values implementations that get the machine and
 * then the parameters; an absent optional parameter is `undefined`.
 */
export function methods(type: PyType, rows: Rows<Native>): void {
  type.later(() => {
    const table = tableOf(rows);
    for (const text in table) {
      const sig = signature(text);
      type.ns.setStr(sig.name, new PyBuiltin(sig, table[text]!, "method", undefined, type));
    }
  });
}

/** Adds methods that are called on the class: their first parameter is it. */
export function classMethods(type: PyType, rows: Rows<Native>): void {
  type.later(() => {
    const table = tableOf(rows);
    for (const text in table) {
      const sig = signature(text);
      type.ns.setStr(sig.name, new PyClassMethod(new PyBuiltin(sig, table[text]!, "method", undefined, null)));
    }
  });
}

/** Adds functions that are not bound: `__new__` and static methods. */
export function statics(type: PyType, rows: Rows<Native>): void {
  type.later(() => {
    const table = tableOf(rows);
    for (const text in table) {
      const sig = signature(text);
      const implementation = sig.name === "__new__" ? constructor(type, table[text]!) : table[text]!;
      type.ns.setStr(sig.name, new PyBuiltin(sig, implementation, "function", undefined, type));
    }
  });
}

/** `__new__` of a type, which makes instances of that type and of what is derived from it only. */
function constructor(type: PyType, make: Native): Native {
  return (vm: Machine, cls: Value, a: Value, b: Value, c: Value, d: Value, e: Value) => {
    if (cls !== type) {
      if (!(cls instanceof PyType))
        throw typeError(`${type.name}.__new__(X): X is not a type object (${typeName(cls)})`);
      if (!cls.isSubtype(type))
        throw typeError(`${type.name}.__new__(${cls.name}): ${cls.name} is not a subtype of ${type.name}`);
    }
    return make(vm, cls, a, b, c, d, e);
  };
}

/** Adds computed attributes; `[get, set]` makes one writable, `[get, set, "erasable"]` lets it be deleted too. */
export function getters(
  type: PyType,
  rows: Rows<GetSet["get"] | [GetSet["get"], NonNullable<GetSet["set"]>, "erasable"?]>,
): void {
  type.later(() => {
    const table = tableOf(rows);
    for (const name in table) {
      const row = table[name]!;
      const [get, set, erasable] = Array.isArray(row) ? row : [row, null];
      type.ns.setStr(name, new GetSet(name, get, set, type, erasable !== undefined));
    }
  });
}

/** Adds plain values. */
export function values(type: PyType, rows: Rows<Value>): void {
  type.later(() => {
    const table = tableOf(rows);
    for (const name in table) type.ns.setStr(name, table[name]);
  });
}

/** A native function. */
export function fn(text: string, implementation: Native, module: string | null = "builtins"): PyBuiltin {
  return new PyBuiltin(signature(text), implementation, "function", undefined, null, module);
}

/** Functions and values of a native module. */
export function nativeModule(
  name: string,
  functions: Record<string, Native>,
  values: Record<string, Value> = {},
): PyModule {
  const ns = new PyDict();
  const module = new PyModule(name, ns);
  for (const [text, implementation] of Object.entries(functions)) {
    const f = fn(text, implementation, name);
    ns.setStr(f.sig.name, f);
  }
  for (const [key, value] of Object.entries(values)) ns.setStr(key, value);
  return module;
}
