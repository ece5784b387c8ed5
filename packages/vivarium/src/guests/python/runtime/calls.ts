/** Calling things: binding arguments to parameters, functions, native functions, types, objects with `__call__`. */

import { type Code, CodeFlag } from "../bytecode/code.js";
import {
  CALL,
  type Cell,
  None,
  PyBoxed,
  PyBuiltin,
  PyByteArray,
  PyBytes,
  PyClassMethod,
  PyComplex,
  PyDict,
  PyException,
  PyFloat,
  PyFunction,
  PyInst,
  PyList,
  PyMethod,
  PyModule,
  PyProperty,
  PySet,
  PyStaticMethod,
  PySuper,
  PyTuple,
  PyType,
  type Signature,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, memoryError, raise, typeError, typeName } from "../objects/errors.js";
import { lookupSpecial } from "./attributes.js";
import { ContFrame, continuation, Frame } from "./frame.js";
import type { Machine } from "./machine.js";

/** Names of the last arguments, for a call with keywords. */
export type KwNames = readonly string[] | null;

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? "" : "s"}`;

/** Makes a frame for a call. Throws TypeError in CPython's words when the arguments do not fit. */
export function bindFunction(vm: Machine, fn: PyFunction, args: readonly Value[], kw: KwNames): Frame {
  const { code } = fn;
  const r: Value[] = new Array(code.registers);
  const given = kw ? args.length - kw.length : args.length;
  const { argCount } = code;
  if (code.simple && !kw && given === argCount) {
    for (let i = 0; i < given; i++) r[i] = args[i];
  } else bindSlow(vm, fn, args, kw, r, given);
  return new Frame(code, r, fn.globals, null, fn, vm.frame);
}

function bindSlow(vm: Machine, fn: PyFunction, args: readonly Value[], kw: KwNames, r: Value[], given: number): void {
  const { code } = fn;
  const { argCount, kwOnlyCount, posOnlyCount, flags, variables } = code;
  const named = argCount + kwOnlyCount;
  const hasVar = (flags & CodeFlag.VARARGS) !== 0;
  const hasKw = (flags & CodeFlag.VARKEYWORDS) !== 0;
  const taken = Math.min(given, argCount);
  for (let i = 0; i < taken; i++) r[i] = args[i];
  let at = named;
  if (hasVar) {
    vm.alloc(48 + 8 * Math.max(0, given - argCount));
    r[at++] = new PyTuple(given > argCount ? args.slice(argCount, given) : []);
  }
  const rest = hasKw ? new PyDict() : null;
  if (hasKw) r[at] = rest;
  if (kw) {
    const positionalOnly: string[] = [];
    for (let k = 0; k < kw.length; k++) {
      const name = kw[k]!;
      const value = args[given + k];
      let i = posOnlyCount;
      while (i < named && variables[i] !== name) i++;
      if (i < named) {
        if (r[i] !== undefined) throw typeError(`${fn.qualname}() got multiple values for argument '${name}'`);
        r[i] = value;
      } else if (rest) rest.setStr(name, value);
      else if (variables.slice(0, posOnlyCount).includes(name)) positionalOnly.push(name);
      else throw typeError(`${fn.qualname}() got an unexpected keyword argument '${name}'`);
    }
    if (positionalOnly.length > 0)
      throw typeError(
        `${fn.qualname}() got some positional-only arguments passed as keyword arguments: '${positionalOnly.join(", ")}'`,
      );
  }
  const { defaults } = fn;
  const firstDefault = argCount - (defaults ? defaults.length : 0);
  if (given > argCount && !hasVar) tooMany(fn, r, given, firstDefault);
  const missing: string[] = [];
  for (let i = taken; i < argCount; i++) {
    if (r[i] !== undefined) continue;
    if (i >= firstDefault) r[i] = defaults![i - firstDefault];
    else missing.push(variables[i]!);
  }
  if (missing.length > 0) throw missingArguments(fn, missing, "positional");
  for (let i = argCount; i < named; i++) {
    if (r[i] !== undefined) continue;
    const value = fn.kwDefaults?.getStr(variables[i]!);
    if (value !== undefined) r[i] = value;
    else missing.push(variables[i]!);
  }
  if (missing.length > 0) throw missingArguments(fn, missing, "keyword-only");
}

function missingArguments(fn: PyFunction, names: readonly string[], kind: string): unknown {
  const quoted = names.map((name) => `'${name}'`);
  const list =
    quoted.length === 1
      ? quoted[0]
      : quoted.length === 2
        ? `${quoted[0]} and ${quoted[1]}`
        : `${quoted.slice(0, -1).join(", ")}, and ${quoted.at(-1)}`;
  return typeError(`${fn.qualname}() missing ${count(names.length, `required ${kind} argument`)}: ${list}`);
}

function tooMany(fn: PyFunction, r: readonly Value[], given: number, firstDefault: number): never {
  const { code } = fn;
  const { argCount } = code;
  let keywordOnly = 0;
  for (let i = argCount; i < argCount + code.kwOnlyCount; i++) if (r[i] !== undefined) keywordOnly++;
  const defaults = argCount - firstDefault;
  const takes = defaults > 0 ? `from ${firstDefault} to ${argCount}` : String(argCount);
  const plural = defaults > 0 || argCount !== 1 ? "s" : "";
  const were =
    keywordOnly > 0
      ? `positional argument${given === 1 ? "" : "s"} (and ${keywordOnly} keyword-only argument${keywordOnly === 1 ? "" : "s"}) were`
      : given === 1
        ? "was"
        : "were";
  throw typeError(`${fn.qualname}() takes ${takes} positional argument${plural} but ${given} ${were} given`);
}

// --- native functions --------------------------------------------------------------------------------------------

function qualified(f: PyBuiltin): string {
  return f.owner && f.kind === "method" ? `${f.owner.name}.${f.sig.name}` : f.sig.name;
}

/** The name in messages: constructors go by that of their type. */
const plainName = (f: PyBuiltin): string =>
  f.owner && (f.sig.name === "__new__" || f.sig.name === "__init__") ? f.owner.name : f.sig.name;

function wrongCount(f: PyBuiltin, given: number): unknown {
  const { sig } = f;
  const hidden = f.kind === "method" || sig.params[0] === "cls" ? 1 : 0;
  const min = sig.required - hidden;
  const max = sig.positional - hidden;
  const n = given - hidden;
  if (n < 0) return typeError(`unbound method ${qualified(f)}() needs an argument`);
  if (min === max) {
    if (min === 0) return typeError(`${qualified(f)}() takes no arguments (${n} given)`);
    if (min === 1) return typeError(`${qualified(f)}() takes exactly one argument (${n} given)`);
    return typeError(`${plainName(f)} expected ${count(min, "argument")}, got ${n}`);
  }
  return n < min
    ? typeError(`${plainName(f)} expected at least ${count(min, "argument")}, got ${n}`)
    : typeError(`${plainName(f)} expected at most ${count(max, "argument")}, got ${n}`);
}

/** Calls a native function; `args` includes its receiver. */
export function callNative(vm: Machine, f: PyBuiltin, args: readonly Value[], kw: KwNames): Value {
  const { sig, fn } = f;
  if (f.owner && f.kind === "method") checkReceiver(f, args);
  if (!kw && f.simple) {
    const n = args.length;
    if (n < sig.required || n > sig.positional) throw wrongCount(f, n);
    switch (n) {
      case 0:
        return fn(vm);
      case 1:
        return fn(vm, args[0]);
      case 2:
        return fn(vm, args[0], args[1]);
      case 3:
        return fn(vm, args[0], args[1], args[2]);
      default:
        return fn(vm, ...args);
    }
  }
  return fn(vm, ...bindNative(f, sig, args, kw));
}

function checkReceiver(f: PyBuiltin, args: readonly Value[]): void {
  if (args.length === 0) throw typeError(`unbound method ${qualified(f)}() needs an argument`);
  const type = typeOf(args[0]);
  if (type !== f.owner && !type.mro.includes(f.owner!))
    throw typeError(
      `descriptor '${f.sig.name}' for '${f.owner!.name}' objects doesn't apply to a '${type.name}' object`,
    );
}

function bindNative(f: PyBuiltin, sig: Signature, args: readonly Value[], kw: KwNames): Value[] {
  const given = kw ? args.length - kw.length : args.length;
  const out: Value[] = new Array(sig.params.length).fill(undefined);
  const { positional, varArgs } = sig;
  const direct = Math.min(given, positional);
  for (let i = 0; i < direct; i++) out[i] = args[i];
  if (varArgs >= 0) out[varArgs] = given > positional ? args.slice(positional, given) : [];
  else if (given > positional) throw wrongCount(f, given);
  const rest = sig.varKw ? new PyDict() : null;
  if (rest) out[sig.params.length - 1] = rest;
  if (kw) {
    for (let k = 0; k < kw.length; k++) {
      const name = kw[k]!;
      const i = sig.params.indexOf(name);
      const last = sig.params.length - (rest ? 1 : 0);
      if (i >= sig.posOnly && i < last && i !== varArgs) {
        if (out[i] !== undefined)
          throw typeError(`argument for ${sig.name}() given by name ('${name}') and position (${i + 1})`);
        out[i] = args[given + k];
      } else if (rest) rest.setStr(name, args[given + k]);
      else if (sig.positional === sig.posOnly && sig.kwOnly.length === 0)
        throw typeError(`${plainName(f) === sig.name ? qualified(f) : plainName(f)}() takes no keyword arguments`);
      else throw typeError(`'${name}' is an invalid keyword argument for ${plainName(f)}()`);
    }
  }
  for (let i = 0; i < sig.required; i++) {
    if (out[i] !== undefined) continue;
    if (kw && sig.posOnly <= i)
      throw typeError(`${sig.name}() missing required argument '${sig.params[i]}' (pos ${i + 1})`);
    throw wrongCount(f, given);
  }
  for (const name of sig.kwRequired)
    if (out[sig.params.indexOf(name)] === undefined)
      throw typeError(`${sig.name}() missing required keyword-only argument: '${name}'`);
  return out;
}

/** Parses `name(a, b=, /, c=, *args, d=, **kw)`. A parameter with `=` may be absent (the implementation sees `undefined`). */
export function signature(text: string): Signature {
  const open = text.indexOf("(");
  const name = text.slice(0, open);
  const params: string[] = [];
  const kwOnly: string[] = [];
  const kwRequired: string[] = [];
  let posOnly = 0;
  let positional = 0;
  let required = 0;
  let varArgs = -1;
  let varKw = false;
  let keywordOnly = false;
  for (const raw of text.slice(open + 1, -1).split(",")) {
    const item = raw.trim();
    if (item === "") continue;
    if (item === "/") posOnly = params.length;
    else if (item === "*") keywordOnly = true;
    else if (item.startsWith("**")) {
      varKw = true;
      params.push(item.slice(2));
    } else if (item.startsWith("*")) {
      varArgs = params.length;
      keywordOnly = true;
      params.push(item.slice(1));
    } else {
      const optional = item.endsWith("=");
      const bare = optional ? item.slice(0, -1) : item;
      params.push(bare);
      if (keywordOnly) {
        kwOnly.push(bare);
        if (!optional) kwRequired.push(bare);
      } else {
        positional++;
        if (!optional) required++;
      }
    }
  }
  return { name, params, posOnly, positional, required, varArgs, kwOnly, kwRequired, varKw, text };
}

// --- calls in general --------------------------------------------------------------------------------------------

/** Calls anything. Answers a value, or CALL when a frame was pushed. */
export function call(vm: Machine, f: Value, args: readonly Value[], kw: KwNames = null): Value {
  if (f instanceof PyFunction) {
    vm.push(bindFunction(vm, f, args, kw));
    return CALL;
  }
  if (f instanceof PyBuiltin) return callNative(vm, f, f.self === undefined ? args : [f.self, ...args], kw);
  if (f instanceof PyMethod) return call(vm, f.func, [f.self, ...args], kw);
  if (f instanceof PyType) return callType(vm, f, args, kw);
  if (typeof f === "object") {
    if (f instanceof PyStaticMethod) return call(vm, f.func, args, kw);
    const method = lookupSpecial(vm, f, "__call__");
    if (method !== undefined) {
      vm.charge(1);
      return call(vm, method, args, kw);
    }
  }
  throw typeError(`'${typeName(f)}' object is not callable`);
}

/** Looks a special method up on the type and calls it; `undefined` when there is none. */
export function callSpecial(vm: Machine, object: Value, name: string, args: readonly Value[]): Value {
  const f = typeOf(object).lookup(name);
  if (f === undefined) return undefined;
  if (f instanceof PyFunction) return call(vm, f, [object, ...args]);
  if (f instanceof PyBuiltin && f.kind === "method" && f.self === undefined)
    return callNative(vm, f, [object, ...args], null);
  const bound = lookupSpecial(vm, object, name);
  return call(vm, bound, args);
}

/** A method found on the type of an object, bound or with the object to be passed first. */
export function callMethod(
  vm: Machine,
  object: Value,
  name: string,
  args: readonly Value[],
  kw: KwNames = null,
): Value {
  const f = typeOf(object).lookup(name);
  if (f instanceof PyFunction || (f instanceof PyBuiltin && f.kind === "method" && f.self === undefined))
    return call(vm, f, [object, ...args], kw);
  const bound = lookupSpecial(vm, object, name);
  if (bound === undefined) throw raise(E.AttributeError!, `'${typeName(object)}' object has no attribute '${name}'`);
  return call(vm, bound, args, kw);
}

const KEEP_INSTANCE = continuation("type.init", (_vm, value, instance) => {
  if (value !== None) throw typeError(`__init__() should return None, not '${typeName(value)}'`);
  return instance;
});

const AFTER_NEW = continuation("type.new", (vm: Machine, instance, state) =>
  initialise(vm, state.type, instance, state.args, state.kw),
);

function initialise(vm: Machine, type: PyType, instance: Value, args: readonly Value[], kw: KwNames): Value {
  const cls = typeOf(instance);
  if (!cls.isSubtype(type)) return instance;
  const init = cls.lookup("__init__");
  if (init === objectMethods.init) {
    if (args.length > 0 && cls.lookup("__new__") === objectMethods.new)
      throw typeError(`${cls.name}() takes no arguments`);
    return instance;
  }
  if (init === undefined) return instance;
  return vm.then(KEEP_INSTANCE, instance, () => {
    if (init instanceof PyFunction || (init instanceof PyBuiltin && init.kind === "method"))
      return call(vm, init, [instance, ...args], kw);
    return call(vm, lookupSpecial(vm, instance, "__init__"), args, kw);
  });
}

/** `object.__new__` and `object.__init__`, and `type.__call__`, set by the library. */
export const objectMethods: { new: Value; init: Value; typeCall: Value } = {
  new: undefined,
  init: undefined,
  typeCall: undefined,
};

/** `type.__call__`, or what a metaclass makes of the call. */
export function callType(vm: Machine, type: PyType, args: readonly Value[], kw: KwNames): Value {
  if (type.cls !== T.type) {
    const custom = type.cls.lookup("__call__");
    if (custom !== undefined && custom !== objectMethods.typeCall) return call(vm, custom, [type, ...args], kw);
  }
  return typeCall(vm, type, args, kw);
}

function ignoresKeywords(type: PyType, make: PyBuiltin): boolean {
  const { posOnly, positional, kwOnly, varKw } = make.sig;
  const native = type.mro.find((base) => !base.isHeap);
  return (
    posOnly === positional && kwOnly.length === 0 && !varKw && type.lookup("__init__") !== native?.lookup("__init__")
  );
}

export function typeCall(vm: Machine, type: PyType, args: readonly Value[], kw: KwNames): Value {
  if (type === T.type && args.length === 1 && !kw) return typeOf(args[0]);
  let make = type.lookup("__new__");
  if (make === objectMethods.new && type.layout === "object") {
    if (type.lookup("__init__") === objectMethods.init && args.length > 0)
      throw typeError(`${type.name}() takes no arguments`);
    if (type.isHeap) checkAbstract(type);
    vm.alloc(64);
    const instance = new PyInst(type);
    const init = type.lookup("__init__");
    if (init instanceof PyFunction) {
      vm.frame = new ContFrame(vm.frame, KEEP_INSTANCE, instance);
      vm.push(bindFunction(vm, init, [instance, ...args], kw));
      return CALL;
    }
    return initialise(vm, type, instance, args, kw);
  }
  if (make instanceof PyStaticMethod) make = make.func;
  if (make === undefined) throw typeError(`cannot create '${type.name}' instances`);
  if (make instanceof PyBuiltin) {
    const below = vm.frame;
    // Keywords are left to an `__init__` of the class's own where `__new__` knows none.
    const ignores = kw !== null && type.isHeap && ignoresKeywords(type, make);
    const instance = callNative(
      vm,
      make,
      ignores ? [type, ...args.slice(0, -kw.length)] : [type, ...args],
      ignores ? null : kw,
    );
    if (instance === CALL) {
      vm.insert(below, AFTER_NEW, { type, args, kw });
      return CALL;
    }
    return initialise(vm, type, instance, args, kw);
  }
  return vm.then(AFTER_NEW, { type, args, kw }, () => call(vm, make, [type, ...args], kw));
}

/** Refuses instances of abstract classes. */
export function checkAbstract(type: PyType): void {
  const abstract = type.ns.getStr("__abstractmethods__");
  if (abstract === undefined || !(abstract instanceof PySet) || abstract.table.size === 0) return;
  const names = abstract.table.liveKeys().sort();
  const list = names.map((n: string) => `${n}`).join(", ");
  throw typeError(
    `Can't instantiate abstract class ${type.name} with abstract method${names.length === 1 ? "" : "s"} ${list}`,
  );
}

/** An empty instance of a type, by its layout. */
export function allocate(vm: Machine, type: PyType): Value {
  vm.alloc(64);
  switch (type.layout) {
    case "object":
      return new PyInst(type);
    case "list":
      return new PyList([], type);
    case "dict":
      return new PyDict(type);
    case "set":
    case "frozenset":
      return new PySet(type);
    case "exception":
      return new PyException(type);
    case "tuple":
      return new PyTuple([], type);
    case "bytes":
      return new PyBytes(new Uint8Array(0), type);
    case "bytearray":
      return new PyByteArray(new Uint8Array(0), type);
    case "int":
      return new PyBoxed(type, 0);
    case "str":
      return new PyBoxed(type, "");
    case "float":
      return new PyBoxed(type, new PyFloat(0));
    case "complex":
      return new PyComplex(0, 0, type);
    case "module":
      return new PyModule("", new PyDict(), type);
    case "property":
      return new PyProperty(None, None, None, None, type);
    case "staticmethod":
      return new PyStaticMethod(None, type);
    case "classmethod":
      return new PyClassMethod(None, type);
    case "super":
      return new PySuper(null, None, null, type);
    default:
      throw memoryError();
  }
}

/** Runs code of a module or class body in a namespace. */
export function runCode(vm: Machine, code: Code, globals: PyDict, locals: Value, closure: Cell[] | null = null): Value {
  let fn: PyFunction | null = null;
  if (closure) {
    fn = new PyFunction(code, globals);
    fn.closure = closure;
  }
  vm.push(new Frame(code, new Array(code.registers), globals, locals, fn, vm.frame));
  return CALL;
}
