/** Declares the attributes of built-in types and the functions of native modules. */

import {
  GetSet,
  type Native,
  PyBuiltin,
  PyClassMethod,
  PyDict,
  PyModule,
  type PyType,
  type Value,
} from "../objects/core.js";
import { signature } from "../runtime/calls.js";

/**
 * Adds methods to a type. Keys are signatures (`append(self, item, /)`), values implementations that get the machine and
 * then the parameters; an absent optional parameter is `undefined`.
 */
export function methods(type: PyType, table: Record<string, Native>): void {
  for (const [text, fn] of Object.entries(table)) {
    const sig = signature(text);
    type.ns.setStr(sig.name, new PyBuiltin(sig, fn, "method", undefined, type));
  }
}

/** Adds methods that are called on the class: their first parameter is it. */
export function classMethods(type: PyType, table: Record<string, Native>): void {
  for (const [text, fn] of Object.entries(table)) {
    const sig = signature(text);
    type.ns.setStr(sig.name, new PyClassMethod(new PyBuiltin(sig, fn, "method", undefined, null)));
  }
}

/** Adds functions that are not bound: `__new__` and static methods. */
export function statics(type: PyType, table: Record<string, Native>): void {
  for (const [text, fn] of Object.entries(table)) {
    const sig = signature(text);
    type.ns.setStr(sig.name, new PyBuiltin(sig, fn, "function", undefined, type));
  }
}

/** Adds computed attributes; `[get, set]` makes one writable. */
export function getters(
  type: PyType,
  table: Record<string, GetSet["get"] | [GetSet["get"], NonNullable<GetSet["set"]>]>,
): void {
  for (const [name, row] of Object.entries(table)) {
    const [get, set] = Array.isArray(row) ? row : [row, null];
    type.ns.setStr(name, new GetSet(name, get, set, type));
  }
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
