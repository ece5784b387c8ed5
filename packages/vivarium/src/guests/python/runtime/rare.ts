/** The ops that are too seldom or too long to stand in the loop. They work on the frame's own `sp` and `pc`. */

import type { Code } from "../bytecode/code.js";
import { Op } from "../bytecode/table.js";
import {
  CALL,
  Cell,
  keyOf,
  None,
  PyBuiltin,
  PyCode,
  PyDict,
  PyException,
  PyFunction,
  PyIter,
  PyList,
  PyMethod,
  PyModule,
  PySet,
  PySlice,
  PySuper,
  PyTuple,
  PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, raise, runtimeError, typeError, typeName, valueError } from "../objects/errors.js";
import { asyncStep, PyAsyncAwait } from "./async.js";
import {
  bindDescriptor,
  genericGetattr,
  getattr,
  lookupSpecial,
  raiseAgain,
  setattr,
  superLookup,
} from "./attributes.js";
import { AttrCache, builtinsOf, loadMethod, nameError, storeAttr, storeGlobal } from "./caches.js";
import { call, callMethod, callSpecial } from "./calls.js";
import { continuation, type Frame, GenState, Pend, PyAsyncWrapped, PyGenerator } from "./frame.js";
import { intrinsic } from "./intrinsics.js";
import type { Machine } from "./machine.js";
import {
  checkHashable,
  contains,
  delitem,
  getitem,
  isIterator,
  itemsFast,
  iter,
  len,
  next,
  resume,
  setitem,
  truth,
  unary,
  withItems,
} from "./operators.js";
import { formatValue, plainString, typePath } from "./text.js";

export function raiseUnbound(code: Code, local: number): never {
  throw raise(
    E.UnboundLocalError!,
    `cannot access local variable '${code.variables[local]}' where it is not associated with a value`,
  );
}

export function raiseEmpty(code: Code, variable: number): never {
  const name = code.variables[variable]!;
  if (variable >= code.freeStart)
    throw raise(
      E.NameError!,
      `cannot access free variable '${name}' where it is not associated with a value in enclosing scope`,
    );
  throw raise(E.UnboundLocalError!, `cannot access local variable '${name}' where it is not associated with a value`);
}

/** LOAD_NAME in the body of a class, or in `exec` with locals. */
export function loadName(vm: Machine, f: Frame, name: string): Value {
  if (f.locals instanceof PyDict && f.locals.cls === T.dict)
    return f.locals.getStr(name) ?? globalOrBuiltin(vm, f, name);
  return vm.then(NAME_FALLBACK, { f, name }, () => getitem(vm, f.locals, name));
}

/** `raise`, `raise a`, `raise a from b`. */
export function raiseOp(vm: Machine, f: Frame, count: number): void {
  if (count === 0) {
    if (vm.handled === undefined) throw runtimeError("No active exception to reraise");
    vm.settle(vm.handled, undefined);
    return;
  }
  const cause = count === 2 ? f.r[--f.sp] : undefined;
  const value = f.r[--f.sp];
  if (value instanceof PyException && cause === undefined) {
    vm.chain(value);
    vm.settle(value, undefined);
    return;
  }
  const isClass = value instanceof PyType && value.layout === "exception";
  const result = vm.then(RAISE_VALUE, { cause, type: isClass ? value : null }, () =>
    isClass ? call(vm, value, []) : value,
  );
  if (result !== CALL) throw new Error("unreachable");
}

const RAISE_CAUSE = continuation("raise.cause", (_vm, cause, exc) => {
  if (cause !== None && !(cause instanceof PyException))
    throw typeError("exception causes must derive from BaseException");
  exc.cause = cause;
  exc.suppress = true;
  throw raiseAgain(exc);
});

const RAISE_VALUE = continuation("raise", (vm: Machine, exc, { cause, type }) => {
  if (!(exc instanceof PyException))
    throw typeError(
      type
        ? `calling ${`<class '${typePath(type)}'>`} should have returned an instance of BaseException, not ${typeName(exc)}`
        : "exceptions must derive from BaseException",
    );
  if (cause === undefined) throw raiseAgain(exc);
  return vm.then(RAISE_CAUSE, exc, () =>
    cause instanceof PyType && cause.layout === "exception" ? call(vm, cause, []) : cause,
  );
});

/** Pushes a result unless it is still to come. */
function give(f: Frame, value: Value): void {
  if (value !== CALL) f.r[f.sp++] = value;
}

/** Does something whose result is dropped. */
function drop(f: Frame, act: () => Value): void {
  f.pend = 1;
  if (act() !== CALL) f.pend = 0;
}

/** Puts an item into a dict whatever its key. The result is to be dropped. */
export function store(vm: Machine, dict: PyDict, key: Value, value: Value): Value {
  const k = keyOf(key);
  if (k !== undefined && dict.custom === null) {
    vm.alloc(48);
    dict.setKey(k, key, value);
    return None;
  }
  checkHashable(key);
  return call(vm, vm.routine("dict_set"), [dict, key, value]);
}

const UNPACKED_EX = continuation("unpack.star", (_vm, items, state) => {
  spreadStar(state.f, items, state.arg);
  return CALL;
});

function spread(f: Frame, items: readonly Value[], n: number): void {
  if (items.length < n) throw valueError(`not enough values to unpack (expected ${n}, got ${items.length})`);
  if (items.length > n) throw valueError(`too many values to unpack (expected ${n})`);
  for (let i = n - 1; i >= 0; i--) f.r[f.sp++] = items[i];
}

function spreadStar(f: Frame, items: readonly Value[], arg: number): void {
  const before = arg & 0xff;
  const after = arg >> 8;
  if (items.length < before + after)
    throw valueError(`not enough values to unpack (expected at least ${before + after}, got ${items.length})`);
  for (let i = 0; i < after; i++) f.r[f.sp++] = items[items.length - 1 - i];
  f.r[f.sp++] = new PyList(items.slice(before, items.length - after));
  for (let i = before - 1; i >= 0; i--) f.r[f.sp++] = items[i];
}

const EXTENDED = continuation("list.extend.op", (_vm, items, list) => {
  for (const item of items) list.items.push(item);
  return CALL;
});

function mapping(vm: Machine, f: Frame, merge: boolean): void {
  const other = f.r[--f.sp];
  const dict = f.r[f.sp - 1] as PyDict;
  if (other instanceof PyDict && !other.cls.isHeap && !other.custom && !dict.custom) {
    vm.charge(other.size >> 2);
    vm.alloc(48 * other.size);
    for (const [k, v] of other.liveEntries()) {
      const key = keyOf(k)!;
      if (merge) {
        if (typeof k !== "string") throw typeError("keywords must be strings");
        if (dict.hasKey(key))
          throw typeError(`${calleeName(f.r[f.sp - 4])} got multiple values for keyword argument '${k}'`);
      }
      dict.setKey(key, k, v);
    }
    return;
  }
  if (typeOf(other).lookup("keys") === undefined) {
    throw typeError(
      merge
        ? `${calleeName(f.r[f.sp - 4])} argument after ** must be a mapping, not ${typeName(other)}`
        : `'${typeName(other)}' object is not a mapping`,
    );
  }
  drop(f, () =>
    merge
      ? call(vm, vm.routine("dict_merge"), [dict, other, calleeName(f.r[f.sp - 4])])
      : call(vm, vm.routine("dict_update_from"), [dict, other]),
  );
}

/** A callable in messages about its starred arguments, as `_PyObject_FunctionStr` says it. */
function calleeName(callee: Value): string {
  const f = callee instanceof PyMethod ? callee.func : callee;
  if (f instanceof PyFunction) return `${f.module === "builtins" ? "" : `${f.module}.`}${f.qualname}()`;
  if (f instanceof PyType) return `${typePath(f)}()`;
  if (f instanceof PyBuiltin) {
    const owner = f.self instanceof PyType ? f.self : f.owner;
    return `${f.module === null || f.module === "builtins" ? "" : `${f.module}.`}${owner ? `${owner.name}.` : ""}${f.sig.name}()`;
  }
  return `${typeName(callee)} object`;
}

const SPREAD = continuation("call.spread", (vm: Machine, items: Value[], { fn, self, kwargs }) =>
  callSpread(vm, fn, self, items, kwargs),
);

/** `fn(*items, **kwargs)`. */
function callSpread(vm: Machine, fn: Value, self: Value, items: readonly Value[], kwargs: PyDict | null): Value {
  const all = self === undefined ? items : [self, ...items];
  if (!kwargs || kwargs.size === 0) return call(vm, fn, all, null);
  const names: string[] = [];
  for (const k of kwargs.liveKeys()) {
    if (typeof k !== "string") throw typeError("keywords must be strings");
    names.push(k);
  }
  return call(vm, fn, [...all, ...kwargs.liveValues()], names);
}

/** Runs one op. */
export function rare(vm: Machine, f: Frame, op: number, arg: number): void {
  const { r, code } = f;
  switch (op) {
    case 6 /* SWAP */:
      {
        const a = r[f.sp - 1];
        r[f.sp - 1] = r[f.sp - arg];
        r[f.sp - arg] = a;
        return;
      }
    case 8 /* UNARY_POSITIVE */:
    case 9 /* UNARY_NEGATIVE */:
    case 11 /* UNARY_INVERT */:
      return give(f, unary(vm, op - Op.UNARY_POSITIVE, r[--f.sp]));
    case 44 /* COMPARE_IN */:
    case 45 /* COMPARE_NOT_IN */:
      {
        const container = r[--f.sp];
        const item = r[--f.sp];
        const not = op === Op.COMPARE_NOT_IN;
        if (not) f.pend = 2;
        const value = contains(vm, container, item);
        if (value === CALL) return;
        f.pend = 0;
        r[f.sp++] = not ? !value : value;
        return;
      }
    case 50 /* STORE_NAME */:
      {
        const value = r[--f.sp];
        if (f.locals === f.globals) storeGlobal(f, f.pc - 1, code.names[arg]!, value);
        else if (f.locals instanceof PyDict && f.locals.cls === T.dict) {
          vm.alloc(48);
          f.locals.setStr(code.names[arg]!, value);
        } else drop(f, () => setitem(vm, f.locals, code.names[arg]!, value));
        return;
      }
    case 51 /* DELETE_NAME */:
      {
        const name = code.names[arg]!;
        if (f.locals instanceof PyDict) {
          if (!f.locals.delStr(name)) throw nameError(name);
        } else drop(f, () => delitem(vm, f.locals, name));
        return;
      }
    case 54 /* DELETE_FAST */:
      if (r[arg] === undefined) raiseUnbound(code, arg);
      r[arg] = undefined;
      return;
    case 55 /* LOAD_FAST_AND_CLEAR */:
      r[f.sp++] = r[arg];
      r[arg] = undefined;
      return;
    case 57 /* STORE_GLOBAL */:
      storeGlobal(f, f.pc - 1, code.names[arg]!, r[--f.sp]);
      return;
    case 58 /* DELETE_GLOBAL */:
      if (!f.globals.delStr(code.names[arg]!)) throw nameError(code.names[arg]!);
      return;
    case 59 /* MAKE_CELL */:
      r[arg] = new Cell(r[arg]);
      return;
    case 60 /* COPY_FREE_VARS */:
      for (let i = 0; i < arg; i++) r[code.freeStart + i] = f.closure![i];
      return;
    case 61 /* LOAD_CLOSURE */:
      r[f.sp++] = r[arg];
      return;
    case 64 /* DELETE_DEREF */:
      if ((r[arg] as Cell).v === undefined) raiseEmpty(code, arg);
      (r[arg] as Cell).v = undefined;
      return;
    case 65 /* LOAD_CLASSDEREF */:
      {
        const name = code.variables[arg]!;
        const own = f.locals instanceof PyDict ? f.locals.getStr(name) : undefined;
        const value = own ?? (r[arg] as Cell).v;
        if (value === undefined) raiseEmpty(code, arg);
        r[f.sp++] = value;
        return;
      }
    case 66 /* LOAD_FROM_DICT_OR_DEREF */:
      {
        const dict = r[--f.sp];
        const value = (dict instanceof PyDict ? dict.getStr(code.variables[arg]!) : undefined) ?? (r[arg] as Cell).v;
        if (value === undefined) raiseEmpty(code, arg);
        r[f.sp++] = value;
        return;
      }
    case 67 /* LOAD_FROM_DICT_OR_GLOBALS */:
      {
        const dict = r[--f.sp];
        const name = code.names[arg]!;
        r[f.sp++] = (dict instanceof PyDict ? dict.getStr(name) : undefined) ?? globalOrBuiltin(vm, f, name);
        return;
      }
    case 68 /* LOAD_LOCALS */:
      r[f.sp++] = f.locals;
      return;
    case 70 /* STORE_ATTR */:
      {
        const object = r[--f.sp];
        const value = r[--f.sp];
        return drop(f, () => storeAttr(vm, f, f.pc - 1, object, code.names[arg]!, value));
      }
    case 72 /* LOAD_METHOD */:
      {
        const object = r[--f.sp];
        const method = loadMethod(vm, f, f.pc - 1, object, code.names[arg]!);
        if (method === CALL) {
          // Guest code finds it: the absent receiver is pushed when the call comes.
          f.pend = Pend.METHOD;
          return;
        }
        const plain = method instanceof AttrCache;
        r[f.sp++] = plain ? typeOf(object).found[method.slot] : method;
        r[f.sp++] = plain ? object : undefined;
        return;
      }
    case 75 /* STORE_SUBSCR */:
      {
        const key = r[--f.sp];
        const object = r[--f.sp];
        const value = r[--f.sp];
        if (object instanceof PyDict && object.cls === T.dict && object.custom === null) {
          const known = keyOf(key);
          if (known !== undefined) {
            vm.alloc(48);
            object.setKey(known, key, value);
            return;
          }
        }
        return drop(f, () => setitem(vm, object, key, value));
      }
    case 71 /* DELETE_ATTR */:
      {
        const object = r[--f.sp];
        return drop(f, () => setattr(vm, object, code.names[arg]!, undefined));
      }
    case 73 /* LOAD_SUPER_METHOD */:
      return superMethod(vm, f, code.names[arg]!);
    case 76 /* DELETE_SUBSCR */:
      {
        const key = r[--f.sp];
        const object = r[--f.sp];
        return drop(f, () => delitem(vm, object, key));
      }
    case 77 /* LOAD_BUILD_CLASS */:
      {
        const build = builtinsOf(vm, f.globals).getStr("__build_class__");
        if (build === undefined) throw nameError("__build_class__");
        r[f.sp++] = build;
        return;
      }
    case 78 /* LOAD_ASSERTION_ERROR */:
      r[f.sp++] = E.AssertionError;
      return;
    case 84 /* JUMP_IF_FALSE_OR_POP */:
    case 85 /* JUMP_IF_TRUE_OR_POP */:
      {
        const value = r[f.sp - 1];
        if (f.pend === 4) f.pend = 0;
        let yes = truth(vm, value);
        if (yes === CALL) {
          // The answer arrives as an own boolean on top of the value: the op runs in two steps.
          vm.insert(f, OR_POP, { f, target: arg, when: op === Op.JUMP_IF_TRUE_OR_POP });
          return;
        }
        if (op === Op.JUMP_IF_FALSE_OR_POP) yes = !yes;
        if (yes) f.pc = arg;
        else f.sp--;
        return;
      }
    case 87 /* GET_YIELD_FROM_ITER */:
      {
        const value = r[--f.sp];
        if (value instanceof PyGenerator && (value.cls === T.generator || value.cls === T.coroutine)) {
          if (value.cls === T.coroutine && (code.flags & (128 | 256)) === 0)
            throw typeError("cannot 'yield from' a coroutine object in a non-coroutine generator");
          r[f.sp++] = value;
          return;
        }
        return give(f, iter(vm, value));
      }
    case 89 /* MAKE_FUNCTION */:
      {
        const fn = new PyFunction(r[--f.sp] instanceof PyCode ? r[f.sp].code : r[f.sp], f.globals);
        vm.alloc(160);
        if (arg & 8) fn.closure = (r[--f.sp] as PyTuple).items;
        if (arg & 4) fn.annotations = r[--f.sp];
        if (arg & 2) fn.kwDefaults = r[--f.sp];
        if (arg & 1) fn.defaults = (r[--f.sp] as PyTuple).items;
        r[f.sp++] = fn;
        return;
      }
    case 91 /* CALL_FUNCTION_KW */:
      {
        const names = (r[--f.sp] as PyTuple).items as string[];
        let from = f.sp - arg;
        const end = f.sp;
        f.sp = from - 2;
        const fn = r[f.sp];
        if (r[f.sp + 1] !== undefined) from--;
        return give(f, call(vm, fn, r.slice(from, end), names));
      }
    case 92 /* CALL_FUNCTION_EX */:
      {
        const kwargs: PyDict | null = arg & 1 ? r[--f.sp] : null;
        const args = r[--f.sp];
        f.sp -= 2;
        const fn = r[f.sp];
        const self = r[f.sp + 1];
        if (args instanceof PyTuple && !args.cls.isHeap) return give(f, callSpread(vm, fn, self, args.items, kwargs));
        // A single `*args` comes as it is.
        const type = typeOf(args);
        if (type.lookup("__iter__") === undefined && type.lookup("__getitem__") === undefined)
          throw typeError(`${calleeName(fn)} argument after * must be an iterable, not ${type.name}`);
        return give(f, withItems(vm, args, SPREAD, { fn, self, kwargs }));
      }
    case 95 /* RETURN_GENERATOR */:
      {
        const cls = code.flags & 512 ? T.asyncGenerator : code.flags & 128 ? T.coroutine : T.generator;
        const gen = new PyGenerator(f, cls);
        vm.alloc(200);
        f.gen = gen;
        vm.depth--;
        vm.frame = f.back;
        f.back = null;
        vm.settle(undefined, gen);
        return;
      }
    case 98 /* BUILD_SET */:
      {
        f.sp -= arg;
        const items = r.slice(f.sp, f.sp + arg);
        const set = new PySet();
        vm.alloc(64 + 40 * arg);
        return give(f, addAll(vm, set, items));
      }
    case 99 /* BUILD_MAP */:
      {
        f.sp -= 2 * arg;
        const dict = new PyDict();
        vm.alloc(64 + 48 * arg);
        for (let i = 0; i < arg; i++) {
          const key = keyOf(r[f.sp + 2 * i]);
          if (key === undefined) {
            for (let j = i; j < arg; j++) checkHashable(r[f.sp + 2 * j]);
            return give(
              f,
              call(vm, vm.routine("dict_build"), [dict, new PyTuple(r.slice(f.sp + 2 * i, f.sp + 2 * arg))]),
            );
          }
          dict.setKey(key, r[f.sp + 2 * i], r[f.sp + 2 * i + 1]);
        }
        r[f.sp++] = dict;
        return;
      }
    case 96 /* BUILD_TUPLE */:
      vm.alloc(32 + 8 * arg);
      f.sp -= arg;
      r[f.sp] = new PyTuple(arg === 2 ? [r[f.sp], r[f.sp + 1]] : r.slice(f.sp, f.sp + arg));
      f.sp++;
      return;
    case 97 /* BUILD_LIST */:
      vm.alloc(48 + 8 * arg);
      f.sp -= arg;
      r[f.sp] = new PyList(r.slice(f.sp, f.sp + arg));
      f.sp++;
      return;
    case 100 /* BUILD_STRING */:
      {
        f.sp -= arg;
        let text = "";
        for (let i = 0; i < arg; i++) text += plainString(r[f.sp + i]);
        vm.alloc(2 * text.length + 16);
        r[f.sp++] = text;
        return;
      }
    case 101 /* BUILD_SLICE */:
      {
        const step = arg === 3 ? r[--f.sp] : None;
        const stop = r[--f.sp];
        const start = r[--f.sp];
        r[f.sp++] = new PySlice(start, stop, step);
        return;
      }
    case 102 /* FORMAT_VALUE */:
      {
        const spec = arg & 4 ? plainString(r[--f.sp]) : "";
        return give(f, formatValue(vm, r[--f.sp], arg & 3, spec));
      }
    case 103 /* LIST_APPEND */:
      {
        const item = r[--f.sp];
        vm.alloc(8);
        (r[f.sp - arg] as PyList).items.push(item);
        return;
      }
    case 104 /* SET_ADD */:
      {
        const item = r[--f.sp];
        const set = r[f.sp - arg] as PySet;
        return drop(f, () => store(vm, set.table, item, None));
      }
    case 105 /* MAP_ADD */:
      {
        const value = r[--f.sp];
        const key = r[--f.sp];
        return drop(f, () => store(vm, r[f.sp - arg], key, value));
      }
    case 106 /* LIST_EXTEND */:
      {
        const iterable = r[--f.sp];
        const list = r[f.sp - arg] as PyList;
        const items = itemsFast(vm, iterable);
        if (items !== undefined) {
          for (const item of items) list.items.push(item);
          return;
        }
        const type = typeOf(iterable);
        if (type.lookup("__iter__") === undefined && type.lookup("__getitem__") === undefined)
          throw typeError(`Value after * must be an iterable, not ${type.name}`);
        withItems(vm, iterable, EXTENDED, list);
        return;
      }
    case 107 /* SET_UPDATE */:
      {
        const iterable = r[--f.sp];
        const set = r[f.sp - arg] as PySet;
        return drop(f, () => withItems(vm, iterable, SET_UPDATED, set));
      }
    case 108 /* DICT_UPDATE */:
      return mapping(vm, f, false);
    case 109 /* DICT_MERGE */:
      return mapping(vm, f, true);
    case 110 /* LIST_TO_TUPLE */:
      r[f.sp - 1] = new PyTuple((r[f.sp - 1] as PyList).items);
      return;
    case 111 /* UNPACK_SEQUENCE */:
      {
        const value = r[--f.sp];
        const items = unpackItems(vm, value);
        if (items !== undefined) return spread(f, items, arg);
        f.pend = 1;
        if (call(vm, vm.routine("unpack"), [value, arg]) === CALL) vm.insert(f, UNPACK_TUPLE, { f, n: arg });
        return;
      }
    case 112 /* UNPACK_EX */:
      {
        const value = r[--f.sp];
        const items = unpackItems(vm, value);
        if (items !== undefined) return spreadStar(f, items, arg);
        withItems(vm, value, UNPACKED_EX, { f, arg });
        return;
      }
    case 113 /* IMPORT_NAME */:
      {
        const fromlist = r[--f.sp];
        const level = r[--f.sp];
        const importer = builtinsOf(vm, f.globals).getStr("__import__");
        if (importer === undefined) throw raise(E.ImportError!, "__import__ not found");
        return give(f, call(vm, importer, [code.names[arg]!, f.globals, f.locals ?? None, fromlist, level]));
      }
    case 114 /* IMPORT_FROM */:
      {
        const module = r[f.sp - 1];
        return give(
          f,
          vm.then(IMPORT_FROM_FALLBACK, { module, name: code.names[arg]! }, () =>
            getattr(vm, module, code.names[arg]!),
          ),
        );
      }
    case 115 /* IMPORT_STAR */:
      {
        const module = r[--f.sp];
        if (module instanceof PyModule && module.ns.getStr("__all__") === undefined && f.locals instanceof PyDict) {
          for (const [k, v] of module.ns.liveEntries())
            if (typeof k === "string" && k[0] !== "_") f.locals.setStr(k, v);
          return;
        }
        return drop(f, () => call(vm, vm.routine("import_star"), [module, f.locals]));
      }
    case 118 /* CHECK_EXC_MATCH */:
      {
        const type = r[--f.sp];
        r[f.sp] = excMatches(r[f.sp - 1], type);
        f.sp++;
        return;
      }
    case 119 /* CHECK_EG_MATCH */:
      {
        const type = r[--f.sp];
        const exc = r[--f.sp];
        excMatches(exc, type);
        const types = type instanceof PyTuple ? type.items : [type];
        if (types.some((t: PyType) => t.isSubtype(E.BaseExceptionGroup!)))
          throw typeError("catching ExceptionGroup with except* is not allowed. Use except instead.");
        f.pend = 1;
        vm.then(GROUP_MATCHED, f, () => call(vm, vm.routine("group_match"), [exc, type]));
        return;
      }
    case 120 /* PREP_RERAISE_STAR */:
      {
        const raised = r[--f.sp];
        const original = r[--f.sp];
        return give(f, call(vm, vm.routine("group_reraise"), [original, raised]));
      }
    case 122 /* RERAISE */:
      {
        const exc = r[--f.sp];
        vm.settle(exc, undefined);
        return;
      }
    case 123 /* BEFORE_WITH */:
      {
        const manager = r[f.sp - 1];
        const type = typeOf(manager);
        if (type.lookup("__enter__") === undefined || type.lookup("__exit__") === undefined) {
          const missing = type.lookup("__enter__") === undefined ? "" : " (missed __exit__ method)";
          throw typeError(`'${type.name}' object does not support the context manager protocol${missing}`);
        }
        r[f.sp - 1] = lookupSpecial(vm, manager, "__exit__");
        return give(f, callSpecial(vm, manager, "__enter__", []));
      }
    case 124 /* WITH_EXCEPT_START */:
      {
        const exc = r[f.sp - 1];
        return give(f, call(vm, r[f.sp - 3], [exc.cls, exc, exc.traceback]));
      }
    case 125 /* GET_AWAITABLE */:
      return give(f, awaitable(vm, r[--f.sp], arg));
    case 126 /* GET_AITER */:
      {
        const value = r[--f.sp];
        const result = callSpecial(vm, value, "__aiter__", []);
        if (result === undefined)
          throw typeError(`'async for' requires an object with __aiter__ method, got ${typeName(value)}`);
        return give(f, result);
      }
    case 127 /* GET_ANEXT */:
      {
        const value = r[f.sp - 1];
        const result = vm.then(AWAITABLE, 0, () => {
          const v = callSpecial(vm, value, "__anext__", []);
          if (v === undefined)
            throw typeError(`'async for' requires an iterator with __anext__ method, got ${typeName(value)}`);
          return v;
        });
        return give(f, result);
      }
    case 128 /* BEFORE_ASYNC_WITH */:
      {
        const manager = r[f.sp - 1];
        const type = typeOf(manager);
        if (type.lookup("__aenter__") === undefined || type.lookup("__aexit__") === undefined)
          throw typeError(`'${type.name}' object does not support the asynchronous context manager protocol`);
        r[f.sp - 1] = lookupSpecial(vm, manager, "__aexit__");
        return give(f, callSpecial(vm, manager, "__aenter__", []));
      }
    case 129 /* END_ASYNC_FOR */:
      {
        const exc = r[--f.sp];
        f.sp--;
        if (!exc.cls.isSubtype(E.StopAsyncIteration!)) vm.settle(exc, undefined);
        return;
      }
    case 130 /* SEND */:
      {
        const value = r[--f.sp];
        const it = r[f.sp - 1];
        if (it instanceof PyGenerator) return give(f, resume(vm, it, value));
        if (it instanceof PyAsyncAwait) return give(f, asyncStep(vm, it, value));
        let result: Value;
        if (value === None) result = next(vm, it);
        else result = callMethod(vm, it, "send", [value]);
        if (result === undefined) {
          r[f.sp - 1] = None;
          f.pc = arg;
          return;
        }
        return give(f, result);
      }
    case 131 /* ASYNC_GEN_WRAP */:
      r[f.sp - 1] = new PyAsyncWrapped(r[f.sp - 1]);
      return;
    case 132 /* MATCH_SEQUENCE */:
      {
        const v = r[f.sp - 1];
        r[f.sp - 1] =
          typeof v === "object" &&
          (v instanceof PyList ||
            v instanceof PyTuple ||
            v.cls === T.range ||
            v.cls === T.memoryview ||
            flagged(vm, v, "Sequence"));
        return;
      }
    case 133 /* MATCH_MAPPING */:
      {
        const v = r[f.sp - 1];
        r[f.sp - 1] =
          typeof v === "object" && (v instanceof PyDict || v.cls === T.mappingproxy || flagged(vm, v, "Mapping"));
        return;
      }
    case 134 /* MATCH_KEYS */:
      {
        const keys = r[--f.sp];
        const subject = r[--f.sp];
        return give(f, call(vm, vm.routine("match_keys"), [subject, keys]));
      }
    case 135 /* MATCH_CLASS */:
      {
        const names = r[--f.sp];
        const cls = r[--f.sp];
        const subject = r[--f.sp];
        if (!(cls instanceof PyType)) throw typeError("called match pattern must be a class");
        const self =
          ["int", "str", "float", "bytes", "bytearray", "tuple", "list", "dict", "set", "frozenset"].includes(
            cls.layout,
          ) && cls.lookup("__match_args__") === undefined;
        return give(f, call(vm, vm.routine("match_class"), [subject, cls, names, arg, self]));
      }
    case 136 /* GET_LEN */:
      return give(f, len(vm, r[--f.sp]));
    case 137 /* COPY_DICT_WITHOUT_KEYS */:
      {
        const keys = r[--f.sp];
        const subject = r[--f.sp];
        return give(f, call(vm, vm.routine("match_rest"), [subject, keys]));
      }
    case 138 /* SETUP_ANNOTATIONS */:
      if (f.locals instanceof PyDict) {
        if (f.locals.getStr("__annotations__") === undefined) f.locals.setStr("__annotations__", new PyDict());
      } else drop(f, () => setitem(vm, f.locals, "__annotations__", new PyDict()));
      return;
    case 139 /* PRINT_EXPR */:
      {
        const value = r[--f.sp];
        return drop(f, () => call(vm, vm.routine("display"), [value]));
      }
    case 140 /* INTRINSIC */:
      {
        const n = arg >> 8;
        f.sp -= n;
        return give(f, intrinsic(vm, f, arg & 0xff, r.slice(f.sp, f.sp + n)));
      }
  }
  throw new Error(`op ${op} has no implementation`);
}

const NAME_FALLBACK = continuation(
  "name",
  (_vm, value) => value,
  (vm: Machine, exc, state) => {
    if (!exc.cls.isSubtype(E.KeyError!)) throw raiseAgain(exc);
    return globalOrBuiltin(vm, state.f, state.name);
  },
);

function globalOrBuiltin(vm: Machine, f: Frame, name: string): Value {
  const value = f.globals.getStr(name) ?? builtinsOf(vm, f.globals).getStr(name);
  if (value === undefined) throw nameError(name);
  return value;
}

const OR_POP = continuation("or-pop", (_vm, value, state) => {
  const { f, target, when } = state;
  if (value === when) f.pc = target;
  else f.sp--;
  return CALL;
});

const SET_UPDATED = continuation("set.update.op", (vm: Machine, items, set) => addAll(vm, set, items));

/** Adds items to a set; answers the set. */
export function addAll(vm: Machine, set: PySet, items: readonly Value[]): Value {
  vm.charge(items.length >> 3);
  for (let i = 0; i < items.length; i++) {
    const key = keyOf(items[i]);
    if (key === undefined || set.table.custom) {
      checkHashable(items[i]);
      return call(vm, vm.routine("set_add_all"), [set, new PyTuple(items.slice(i))]);
    }
    set.table.setKey(key, items[i], None);
  }
  vm.alloc(40 * items.length);
  return set;
}

function unpackItems(vm: Machine, value: Value): Value[] | undefined {
  if (typeof value === "object" && value instanceof PyGenerator) return undefined;
  const type = typeOf(value);
  if (type.lookup("__iter__") === undefined && type.lookup("__getitem__") === undefined)
    throw typeError(`cannot unpack non-iterable ${type.name} object`);
  if (value instanceof PyIter && value.hint() > 1e6) return undefined;
  return itemsFast(vm, value);
}

const UNPACK_TUPLE = continuation("unpack.tuple", (_vm, items: PyTuple, state) => {
  state.f.pend = 0;
  spread(state.f, items.items, state.n);
  return CALL;
});

const IMPORT_FROM_FALLBACK = continuation(
  "import.from",
  (_vm, value) => value,
  (vm: Machine, exc, state) => {
    if (!exc.cls.isSubtype(E.AttributeError!)) throw raiseAgain(exc);
    const { module, name } = state;
    const own = module instanceof PyModule ? module.ns.getStr("__name__") : undefined;
    if (typeof own === "string") {
      const sub = vm.modules.getStr(`${own}.${name}`);
      if (sub !== undefined) return sub;
    }
    const file = module instanceof PyModule ? module.ns.getStr("__file__") : undefined;
    throw raise(
      E.ImportError!,
      `cannot import name '${name}' from '${own ?? "<unknown module name>"}' (${typeof file === "string" ? file : "unknown location"})`,
    );
  },
);

/** Does an `except` clause catch an exception? */
export function excMatches(exc: Value, type: Value): boolean {
  if (type instanceof PyTuple) return type.items.map((t) => excMatches(exc, t)).includes(true);
  if (!(type instanceof PyType) || type.layout !== "exception")
    throw typeError("catching classes that do not inherit from BaseException is not allowed");
  return typeOf(exc).isSubtype(type);
}

const GROUP_MATCHED = continuation("group.matched", (_vm, pair, f: Frame) => {
  f.pend = 0;
  f.r[f.sp++] = pair.items[1];
  f.r[f.sp++] = pair.items[0];
  return CALL;
});

const AWAITABLE = continuation("awaitable", (vm: Machine, value, where) => awaitable(vm, value, where));
const CHECK_AWAIT = continuation("await", (_vm, value) => {
  if (value instanceof PyGenerator && value.cls === T.coroutine) throw typeError("__await__() returned a coroutine");
  if (!isIterator(value)) throw typeError(`__await__() returned non-iterator of type '${typeName(value)}'`);
  return value;
});

/** The iterator behind `await value`. */
export function awaitable(vm: Machine, value: Value, where = 0): Value {
  if (value instanceof PyGenerator && (value.cls === T.coroutine || value.frame.code.flags & 256)) {
    if (value.cls === T.coroutine && value.state === GenState.RUNNING)
      throw runtimeError("coroutine is being awaited already");
    return value;
  }
  if (value instanceof PyAsyncAwait) return value;
  if (typeOf(value).lookup("__await__") === undefined) {
    if (where === 1)
      throw typeError(
        `'async with' received an object from __aenter__ that does not implement __await__: ${typeName(value)}`,
      );
    if (where === 2)
      throw typeError(
        `'async with' received an object from __aexit__ that does not implement __await__: ${typeName(value)}`,
      );
    throw typeError(`object ${typeName(value)} can't be used in 'await' expression`);
  }
  return vm.then(CHECK_AWAIT, null, () => callSpecial(vm, value, "__await__", []));
}

function superMethod(vm: Machine, f: Frame, name: string): void {
  const { r } = f;
  const self = r[--f.sp];
  const start = r[--f.sp];
  const global = r[--f.sp];
  if (global !== T.super) {
    // `super` was rebound: do what the source says.
    f.pend = 3;
    const value = vm.then(SUPER_ATTR, name, () => call(vm, global, []));
    if (value !== CALL) {
      f.pend = 0;
      r[f.sp++] = value;
      r[f.sp++] = undefined;
    }
    return;
  }
  const selfType = self instanceof PyType && self.isSubtype(start) ? self : typeOf(self);
  if (!selfType.isSubtype(start)) throw typeError("super(type, obj): obj must be an instance or subtype of type");
  const found = superLookup(start, selfType, name);
  if (found instanceof PyFunction && selfType !== self) {
    r[f.sp++] = found;
    r[f.sp++] = self;
    return;
  }
  f.pend = 3;
  const value =
    found === undefined || name === "__class__"
      ? genericGetattr(vm, new PySuper(start, self, selfType), name)
      : bindDescriptor(vm, found, selfType === self ? undefined : self, selfType);
  if (value === CALL) return;
  f.pend = 0;
  r[f.sp++] = value;
  r[f.sp++] = undefined;
}

const SUPER_ATTR = continuation("super.attr", (vm: Machine, value, name) => getattr(vm, value, name));

const MARKS = { Sequence: "__match_sequence__", Mapping: "__match_mapping__" } as const;
/** Classes registered with, or derived from, the abstract classes of collections.abc. */
function flagged(vm: Machine, v: Value, what: keyof typeof MARKS): boolean {
  if (v.cls.lookup(MARKS[what]) !== undefined) return true;
  const registered = vm.state.get(`match.${what}`) as Set<PyType> | undefined;
  return registered !== undefined && v.cls.mro.some((t: PyType) => registered.has(t));
}
