/** Operators on any values: arithmetic, comparison, containment, subscription, iteration, truth, length, hash. */

import {
  CALL,
  Cell,
  HashMode,
  identityOf,
  type Key,
  keyOf,
  None,
  NotImplemented,
  PyBoxed,
  PyBuiltin,
  PyByteArray,
  PyBytes,
  PyComplex,
  PyDict,
  PyDictView,
  PyFloat,
  PyFunction,
  PyIter,
  PyList,
  PyMappingProxy,
  PyMemoryView,
  PyRange,
  PySet,
  PySlice,
  PyStepIter,
  PyTuple,
  PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, indexError, keyError, raise, typeError, typeName, valueError } from "../objects/errors.js";
import {
  arithmetic,
  asFloat,
  asInt,
  compareReals,
  DUNDERS,
  hashDouble,
  hashInt,
  type Int,
  norm,
  SYMBOLS,
} from "../objects/numbers.js";
import { codePoints, isBmp, strLength } from "../objects/text.js";
import { lookupSpecial } from "./attributes.js";
import { call, callSpecial } from "./calls.js";
import { continuation, GenState, PyGenerator } from "./frame.js";
import { DictIter, ListIter, RangeIter, SequenceIter, StrIter } from "./iterators.js";
import type { Machine } from "./machine.js";

// --- binary operators --------------------------------------------------------------------------------------------

const FORWARD = DUNDERS.map((n) => `__${n}__`);
const REFLECTED = DUNDERS.map((n) => `__r${n}__`);
const INPLACE = DUNDERS.map((n) => `__i${n}__`);

/** Concatenation and repetition are tried after the other operand's reflected method. */
const SEQUENCES: ReadonlySet<string> = new Set(["str", "list", "tuple", "bytes", "bytearray"]);

/** The op of `*`. */
const MULTIPLY = 2;

interface BinaryState {
  op: number;
  a: Value;
  b: Value;
  /** Methods yet to be tried: `i` in place, `f` forward, `r` reflected. */
  rest: string;
  inplace: boolean;
}

const BINARY_NEXT = continuation("binary", (vm: Machine, value, state: BinaryState) =>
  value === NotImplemented ? binaryStep(vm, state) : value,
);

/** `a op b`; `op` counts as the ops of the table do. */
export function binary(vm: Machine, op: number, a: Value, b: Value, inplace = false): Value {
  const ta = typeOf(a);
  const tb = typeOf(b);
  if (!ta.isHeap && !tb.isHeap) {
    // Only built-in types: their own code decides.
    const r = arithmetic(vm, op, a, b);
    if (r !== NotImplemented) return r;
  }
  let rest = inplace ? "i" : "";
  const reflected = ta !== tb ? tb.lookup(REFLECTED[op]!) : undefined;
  if (reflected !== undefined && tb.isSubtype(ta) && reflected !== ta.lookup(REFLECTED[op]!)) rest += "rf";
  else if (reflected !== undefined && (op === 0 || op === 2) && SEQUENCES.has(ta.layout)) rest += "rf";
  else rest += reflected !== undefined ? "fr" : "f";
  return binaryStep(vm, { op, a, b, rest, inplace });
}

function binaryStep(vm: Machine, state: BinaryState): Value {
  while (state.rest !== "") {
    const { op, a, b } = state;
    const step = state.rest[0];
    state.rest = state.rest.slice(1);
    const self = step === "r" ? b : a;
    const other = step === "r" ? a : b;
    const name = (step === "i" ? INPLACE : step === "f" ? FORWARD : REFLECTED)[op]!;
    const f = typeOf(self).lookup(name);
    if (f === undefined) continue;
    const value = vm.then(BINARY_NEXT, state, () =>
      f instanceof PyFunction || f instanceof PyBuiltin
        ? call(vm, f, [self, other])
        : call(vm, lookupSpecial(vm, self, name), [other]),
    );
    return value;
  }
  const { op, a, b, inplace } = state;
  if (op === MULTIPLY) {
    const factor = SEQUENCES.has(typeOf(a).layout) ? b : SEQUENCES.has(typeOf(b).layout) ? a : undefined;
    if (factor !== undefined) throw typeError(`can't multiply sequence by non-int of type '${typeName(factor)}'`);
  }
  const symbol = inplace ? (op === 7 ? "**=" : `${SYMBOLS[op]}=`) : SYMBOLS[op];
  throw typeError(`unsupported operand type(s) for ${symbol}: '${typeName(a)}' and '${typeName(b)}'`);
}

const UNARY_NAMES = ["__pos__", "__neg__", "", "__invert__"] as const;
const UNARY_SYMBOLS = ["+", "-", "", "~"] as const;

/** 0 positive, 1 negative, 3 invert. */
export function unary(vm: Machine, op: number, a: Value): Value {
  if (!typeOf(a).isHeap) {
    const i = asInt(a);
    if (i !== undefined)
      return op === 0
        ? i
        : op === 1
          ? typeof i === "number"
            ? 0 - i
            : norm(-i)
          : typeof i === "number"
            ? -i - 1
            : norm(~i);
    if (op !== 3) {
      if (a instanceof PyFloat) return op === 0 ? a : new PyFloat(-a.v);
      if (a instanceof PyComplex) return op === 0 ? a : new PyComplex(-a.re, -a.im);
    }
  }
  const r = callSpecial(vm, a, UNARY_NAMES[op]!, []);
  if (r === undefined) throw typeError(`bad operand type for unary ${UNARY_SYMBOLS[op]}: '${typeName(a)}'`);
  return r;
}

// --- comparison --------------------------------------------------------------------------------------------------

export const LT = 0;
export const LE = 1;
export const EQ = 2;
export const NE = 3;
export const GT = 4;
export const GE = 5;
export const COMPARE_NAMES = ["__lt__", "__le__", "__eq__", "__ne__", "__gt__", "__ge__"] as const;
export const COMPARE_SYMBOLS = ["<", "<=", "==", "!=", ">", ">="] as const;
const SWAPPED = [GT, GE, EQ, NE, LT, LE] as const;

const byOrder = (op: number, order: number): boolean => {
  switch (op) {
    case LT:
      return order < 0;
    case LE:
      return order <= 0;
    case EQ:
      return order === 0;
    case NE:
      return order !== 0;
    case GT:
      return order > 0;
    default:
      return order >= 0;
  }
};

/** Strings longer than this cost a unit of gas for as many characters when they are compared or hashed. */
const LONG = 64;

/** Compares strings by code point. */
export function compareStrings(a: string, b: string): number {
  if (a === b) return 0;
  if (isBmp(a) && isBmp(b)) return a < b ? -1 : 1;
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x !== y) {
      const sx = x >= 0xd800 && x <= 0xdfff;
      const sy = y >= 0xd800 && y <= 0xdfff;
      if (sx !== sy) return sx ? 1 : -1;
      return x < y ? -1 : 1;
    }
  }
  return a.length - b.length;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const n = Math.min(a.length, b.length);
  for (let i = 0; i < n; i++) if (a[i] !== b[i]) return a[i]! - b[i]!;
  return a.length - b.length;
}

let depth = 0;
const MAX_NATIVE_DEPTH = 400;
const tooDeep = (): unknown => raise(E.RecursionError!, "maximum recursion depth exceeded in comparison");

/** Charges a comparison; when the gas is spent the comparisons around it end too. */
function pay(vm: Machine, units: number): void {
  try {
    vm.charge(units);
  } catch (e) {
    depth = 0;
    throw e;
  }
}

/** Equality of values that need no guest code; `undefined` when guest code decides. */
export function equalFast(vm: Machine, a: Value, b: Value): boolean | undefined {
  if (a === b) return true;
  const ta = typeof a;
  if (ta !== "object" && typeof b !== "object") {
    if (ta === typeof b) return false;
    if (ta === "boolean") return typeof b === "string" ? false : (a ? 1 : 0) === b;
    if (typeof b === "boolean") return ta === "string" ? false : (b ? 1 : 0) === a;
    return false;
  }
  const order = equalBuiltin(vm, a, b);
  return order;
}

function eqMethod(v: Value): Value {
  return typeOf(v).lookup("__eq__");
}

function equalBuiltin(vm: Machine, a: Value, b: Value): boolean | undefined {
  const fa = eqMethod(a);
  const fb = eqMethod(b);
  if (!(fa instanceof PyBuiltin) || !(fb instanceof PyBuiltin) || fa.opaque || fb.opaque) return undefined;
  if (a instanceof PyBoxed) a = a.v;
  if (b instanceof PyBoxed) b = b.v;
  if (a === b) return true;
  const order = compareReals(a, b);
  if (order !== undefined) return order === 0;
  if (a instanceof PyComplex || b instanceof PyComplex) {
    const [p, q] = [a instanceof PyComplex ? a : b, a instanceof PyComplex ? b : a];
    if (q instanceof PyComplex) return p.re === q.re && p.im === q.im;
    const real = asFloat(q) ?? asInt(q);
    return real !== undefined && p.im === 0 && p.re <= real && p.re >= real;
  }
  if (typeof a !== "object" || typeof b !== "object") return a === b;
  if (a instanceof PyTuple || a instanceof PyList) {
    if (a instanceof PyTuple ? !(b instanceof PyTuple) : !(b instanceof PyList)) return false;
    const [x, y] = [a.items, b.items];
    if (x.length !== y.length) return false;
    pay(vm, 1 + (x.length >> 3));
    if (++depth > MAX_NATIVE_DEPTH) {
      depth = 0;
      throw tooDeep();
    }
    for (let i = 0; i < x.length; i++) {
      const r = x[i] === y[i] ? true : equalFast(vm, x[i], y[i]);
      if (r !== true) {
        depth--;
        return r;
      }
    }
    depth--;
    return true;
  }
  if (a instanceof PyDict) {
    if (!(b instanceof PyDict)) return false;
    if (a.size !== b.size) return false;
    if (a.custom || b.custom) return undefined;
    pay(vm, 1 + (a.size >> 2));
    if (++depth > MAX_NATIVE_DEPTH) {
      depth = 0;
      throw tooDeep();
    }
    for (let i = 0; i < a.keys.length; i++) {
      if (a.keys[i] === undefined) continue;
      const other = b.getKey(keyOf(a.keys[i])!);
      const r = other === undefined ? false : other === a.vals[i] ? true : equalFast(vm, a.vals[i], other);
      if (r !== true) {
        depth--;
        return r;
      }
    }
    depth--;
    return true;
  }
  if (a instanceof PyDictView || b instanceof PyDictView) return undefined;
  if (a instanceof PySet) {
    if (!(b instanceof PySet) || a.table.size !== b.table.size) return false;
    if (a.table.custom || b.table.custom) return undefined;
    vm.charge(a.table.size >> 3);
    for (const k of a.table.keys) if (k !== undefined && !b.table.hasKey(keyOf(k)!)) return false;
    return true;
  }
  const x = bytesOf(a);
  if (x) {
    const y = bytesOf(b);
    return y ? x.length === y.length && compareBytes(x, y) === 0 : false;
  }
  if (a instanceof PyMappingProxy) return equalFast(vm, a.mapping, b instanceof PyMappingProxy ? b.mapping : b);
  if (a instanceof PySlice && b instanceof PySlice) {
    for (const key of ["start", "stop", "step"] as const) {
      const r = equalFast(vm, a[key], b[key]);
      if (r !== true) return r;
    }
    return true;
  }
  if (a instanceof Cell && b instanceof Cell) return a.v === b.v;
  const key = (a as { structKey(): Key | undefined }).structKey();
  return key !== undefined && key !== a && key === (b as { structKey?(): Key | undefined }).structKey?.();
}

/** The bytes of a bytes-like value. */
export function bytesOf(v: Value): Uint8Array | undefined {
  if (v instanceof PyBytes || v instanceof PyByteArray) return v.data;
  if (v instanceof PyMemoryView) return v.bytes();
  return undefined;
}

interface CompareState {
  op: number;
  a: Value;
  b: Value;
  rest: string;
}

const COMPARE_NEXT = continuation("compare", (vm: Machine, value, state: CompareState) =>
  value === NotImplemented ? compareStep(vm, state) : value,
);

/** `a op b` for the six rich comparisons. */
export function compare(vm: Machine, op: number, a: Value, b: Value): Value {
  const ta = typeOf(a);
  const tb = typeOf(b);
  if (!ta.isHeap && !tb.isHeap) {
    if (typeof a === "string" && typeof b === "string") {
      if (a.length > LONG && b.length > LONG) vm.charge(Math.min(a.length, b.length) / LONG);
      if (op === EQ) return a === b;
      if (op === NE) return a !== b;
      return byOrder(op, compareStrings(a, b));
    }
    const order = compareReals(a, b);
    if (order !== undefined) return order !== order ? op === NE : byOrder(op, order);
    if (op === EQ || op === NE) {
      const r = equalFast(vm, a, b);
      if (r !== undefined) return op === EQ ? r : !r;
    }
  }
  const swapped = COMPARE_NAMES[SWAPPED[op]!]!;
  const rest = ta !== tb && tb.isSubtype(ta) && tb.lookup(swapped) !== undefined ? "rf" : "fr";
  return compareStep(vm, { op, a, b, rest });
}

function compareStep(vm: Machine, state: CompareState): Value {
  const { op, a, b } = state;
  while (state.rest !== "") {
    const step = state.rest[0];
    state.rest = state.rest.slice(1);
    const self = step === "r" ? b : a;
    const other = step === "r" ? a : b;
    const name = COMPARE_NAMES[step === "r" ? SWAPPED[op]! : op]!;
    const f = typeOf(self).lookup(name);
    if (f === undefined) continue;
    return vm.then(COMPARE_NEXT, state, () =>
      f instanceof PyFunction || f instanceof PyBuiltin
        ? call(vm, f, [self, other])
        : call(vm, lookupSpecial(vm, self, name), [other]),
    );
  }
  if (op === EQ) return a === b;
  if (op === NE) return a !== b;
  throw typeError(`'${COMPARE_SYMBOLS[op]}' not supported between instances of '${typeName(a)}' and '${typeName(b)}'`);
}

// --- truth -------------------------------------------------------------------------------------------------------

const TRUTH_BOOL = continuation("truth.bool", (_vm, value) => {
  if (typeof value !== "boolean") throw typeError(`__bool__ should return bool, returned ${typeName(value)}`);
  return value;
});
const TRUTH_LEN = continuation("truth.len", (vm: Machine, value) => checkLength(vm, value) > 0);

function checkLength(_vm: Machine, value: Value): Int {
  const n = asInt(value);
  if (n === undefined) throw typeError(`'${typeName(value)}' object cannot be interpreted as an integer`);
  if (n < 0) throw valueError("__len__() should return >= 0");
  if (!fitsIndex(n)) throw raise(E.OverflowError!, "cannot fit 'int' into an index-sized integer");
  return n;
}

/** `bool(v)`: a boolean, or CALL. */
export function truth(vm: Machine, v: Value): Value {
  switch (typeof v) {
    case "boolean":
      return v;
    case "number":
      return v !== 0;
    case "string":
      return v !== "";
    case "bigint":
      return true;
  }
  if (v === None) return false;
  if (v instanceof PyFloat) return v.v !== 0;
  if (!v.cls.isHeap) {
    if (v instanceof PyList || v instanceof PyTuple) return v.items.length > 0;
    if (v instanceof PyDict) return v.size > 0;
    if (v instanceof PySet) return v.table.size > 0;
  }
  const bool = v.cls.lookup("__bool__");
  if (bool !== undefined) return vm.then(TRUTH_BOOL, null, () => callSpecial(vm, v, "__bool__", []));
  if (v.cls.lookup("__len__") !== undefined) return vm.then(TRUTH_LEN, null, () => callSpecial(vm, v, "__len__", []));
  return true;
}

// --- length, hash ------------------------------------------------------------------------------------------------

const LEN = continuation("len", (vm: Machine, value) => checkLength(vm, value));

export function len(vm: Machine, v: Value): Value {
  if (typeof v === "string") return strLength(v);
  const r = vm.then(LEN, null, () => {
    const value = callSpecial(vm, v, "__len__", []);
    if (value === undefined) throw typeError(`object of type '${typeName(v)}' has no len()`);
    return value;
  });
  return r;
}

const HASH = continuation("hash", (_vm, value) => {
  const h = asInt(value);
  if (h === undefined) throw typeError("__hash__ method should return an integer");
  return hashInt(h);
});

/** `hash(v)`. */
export function hash(vm: Machine, v: Value): Value {
  if (typeof v === "string" && v.length > LONG) vm.charge(v.length / LONG);
  const direct = hashFast(v);
  if (direct !== undefined) return direct;
  const type = typeOf(v);
  if (type.hashMode === HashMode.UNHASHABLE) throw typeError(`unhashable type: '${type.name}'`);
  if (v instanceof PyTuple && type.lookup("__hash__") instanceof PyBuiltin)
    return call(vm, vm.routine("tuple_hash"), [v]);
  return vm.then(HASH, null, () => callSpecial(vm, v, "__hash__", []));
}

/** A string's hash: FNV-1a over UTF-16 units in two lanes. Fixed, as with PYTHONHASHSEED set. */
export function hashString(s: string): Int {
  if (s === "") return 0;
  let a = 0x811c9dc5;
  let b = 0x1b873593;
  for (let i = 0; i < s.length; i++) {
    const c = s.charCodeAt(i);
    a = Math.imul(a ^ c, 0x01000193);
    b = Math.imul(b ^ (c + i), 0x85ebca6b);
  }
  return (a >>> 0) * 0x100000 + ((b ^ (b >>> 12)) & 0xfffff) - 0x8000000000000;
}

/** Hash of values that need no guest code. */
export function hashFast(v: Value): Int | undefined {
  switch (typeof v) {
    case "number":
    case "bigint":
      return hashInt(v);
    case "boolean":
      return v ? 1 : 0;
    case "string":
      return hashString(v);
  }
  if (v instanceof PyFloat) return hashDouble(v.v, v, (o) => identityOf(o) / 16);
  switch (v.cls.hashMode) {
    case HashMode.IDENTITY:
      return identityOf(v) / 16;
    case HashMode.BUILTIN: {
      if (v instanceof PyBoxed) return hashFast(v.v);
      if (v instanceof PyComplex) {
        const combined = BigInt(hashDouble(v.re, v, identityOf)) + 1000003n * BigInt(hashDouble(v.im, v, identityOf));
        return norm(BigInt.asIntN(61, combined));
      }
      const key = v.structKey();
      if (key === undefined) return undefined;
      return typeof key === "string" ? hashString(key) : typeof key === "object" ? identityOf(key) / 16 : hashInt(key);
    }
  }
  return undefined;
}

/** Throws TypeError for values that can never be keys. */
export function checkHashable(v: Value): void {
  const type = typeOf(v);
  if (type.hashMode === HashMode.UNHASHABLE) throw typeError(`unhashable type: '${type.name}'`);
  if (v instanceof PyTuple) for (const item of v.items) checkHashable(item);
}

// --- containment -------------------------------------------------------------------------------------------------

const CONTAINS_BOOL = continuation("contains", (vm: Machine, value) => truth(vm, value));

/** `item in container`. */
export function contains(vm: Machine, container: Value, item: Value): Value {
  const type = typeOf(container);
  const f = type.lookup("__contains__");
  if (f !== undefined && f !== None)
    return vm.then(CONTAINS_BOOL, null, () => callSpecial(vm, container, "__contains__", [item]));
  if (f === None || (type.lookup("__iter__") === undefined && type.lookup("__getitem__") === undefined))
    throw typeError(`argument of type '${type.name}' is not iterable`);
  return call(vm, vm.routine("iter_contains"), [container, item]);
}

/** `item in sequence`, comparing by identity and `==`. */
export function sequenceContains(vm: Machine, owner: Value, items: readonly Value[], item: Value): Value {
  vm.charge(items.length >> 4);
  for (let i = 0; i < items.length; i++) {
    const r = items[i] === item ? true : equalFast(vm, items[i], item);
    if (r === true) return true;
    if (r === undefined) return call(vm, vm.routine("iter_contains"), [owner, item]);
  }
  return false;
}

// --- subscription ------------------------------------------------------------------------------------------------

/** `object[key]`. */
export function getitem(vm: Machine, object: Value, key: Value): Value {
  const type = typeOf(object);
  const f = type.lookup("__getitem__");
  if (f !== undefined) {
    if (f instanceof PyBuiltin || f instanceof PyFunction) return call(vm, f, [object, key]);
    return call(vm, lookupSpecial(vm, object, "__getitem__"), [key]);
  }
  if (object instanceof PyType) {
    const own = object.lookup("__class_getitem__");
    if (own !== undefined) {
      const bound = own instanceof PyBuiltin ? own.bind(object) : lookupClassMethod(vm, object, own);
      return call(vm, bound, [key]);
    }
    throw typeError(`type '${object.name}' is not subscriptable`);
  }
  throw typeError(`'${type.name}' object is not subscriptable`);
}

function lookupClassMethod(vm: Machine, type: PyType, found: Value): Value {
  const get = found.cls === T.classmethod ? found.func : undefined;
  if (get !== undefined) return new BoundClassCall(get, type).method(vm);
  return found;
}

class BoundClassCall {
  constructor(
    readonly func: Value,
    readonly type: PyType,
  ) {}
  method(_vm: Machine): Value {
    return bound(this.func, this.type);
  }
}

let bound: (func: Value, self: Value) => Value = (f) => f;
/** Installed by the library: makes a bound method. */
export function installBinder(binder: typeof bound): void {
  bound = binder;
}

/** Types that are sequences or sets to C code, and so look at the index before they refuse it. */
const INDEXED: ReadonlySet<string> = new Set([
  "str",
  "bytes",
  "tuple",
  "range",
  "set",
  "frozenset",
  "mappingproxy",
  "dict_keys",
  "dict_values",
  "dict_items",
]);

/** Why an item can be neither set nor deleted, in the words of `PyObject_SetItem` and `PyObject_DelItem`. */
function notAssignable(_vm: Machine, object: Value, key: Value, other: string, what: string): unknown {
  const type = typeOf(object);
  const own = other === "__delitem__" ? "__setitem__" : "__delitem__";
  if (type.isHeap && type.lookup(other) !== undefined) return raise(E.AttributeError!, own);
  const i = asInt(key);
  if (i !== undefined && (type.isHeap || INDEXED.has(type.name))) {
    if (!fitsIndex(i)) return indexError("cannot fit 'int' into an index-sized integer");
    if (own === "__delitem__") return typeError(`'${type.name}' object doesn't support item deletion`);
  }
  return typeError(`'${type.name}' object ${what}`);
}

/** Does the integer fit into a `Py_ssize_t`? */
export const fitsIndex = (i: Int): boolean => typeof i === "number" || (i >= -(2n ** 63n) && i < 2n ** 63n);

export function setitem(vm: Machine, object: Value, key: Value, value: Value): Value {
  const r = callSpecial(vm, object, "__setitem__", [key, value]);
  if (r === undefined) throw notAssignable(vm, object, key, "__delitem__", "does not support item assignment");
  return r;
}

export function delitem(vm: Machine, object: Value, key: Value): Value {
  const r = callSpecial(vm, object, "__delitem__", [key]);
  if (r === undefined) throw notAssignable(vm, object, key, "__setitem__", "does not support item deletion");
  return r;
}

/** An integer from `int` or `__index__` of a built-in; `undefined` when guest code has to be asked or it is none. */
export function indexFast(v: Value): Int | undefined {
  return asInt(v);
}

const INDEX = continuation("index", (_vm, value) => {
  const i = asInt(value);
  if (i === undefined) throw typeError(`__index__ returned non-int (type ${typeName(value)})`);
  return i;
});

/** `operator.index(v)`; `what` names the use in the error. */
export function index(vm: Machine, v: Value, message?: string): Value {
  const direct = asInt(v);
  if (direct !== undefined) return direct;
  if (typeOf(v).lookup("__index__") === undefined)
    throw typeError(message ?? `'${typeName(v)}' object cannot be interpreted as an integer`);
  return vm.then(INDEX, null, () => callSpecial(vm, v, "__index__", []));
}

const clampInt = (i: Int): number =>
  typeof i === "number" ? i : i < 0n ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;

/** A part of a slice that is not None. */
function slicePart(v: Value): number {
  const i = typeof v === "number" ? v : asInt(v);
  if (i === undefined) throw typeError("slice indices must be integers or None or have an __index__ method");
  return clampInt(i);
}

/** Start, stop, step of a slice for a sequence of a length; parts must be None or integers already. */
export function sliceBounds(slice: PySlice, length: number): [start: number, stop: number, step: number] {
  const step = slice.step === None ? 1 : slicePart(slice.step);
  if (step === 0) throw valueError("slice step cannot be zero");
  const least = step < 0 ? -1 : 0;
  const most = step < 0 ? length - 1 : length;
  let start = step < 0 ? most : 0;
  if (slice.start !== None) {
    start = slicePart(slice.start);
    if (start < 0) start = Math.max(start + length, least);
    if (start > most) start = most;
  }
  let stop = step < 0 ? -1 : length;
  if (slice.stop !== None) {
    stop = slicePart(slice.stop);
    if (stop < 0) stop = Math.max(stop + length, least);
    if (stop > most) stop = most;
  }
  return [start, stop, step];
}

const plainPart = (v: Value): boolean => typeof v === "number" || v === None || asInt(v) !== undefined;

/** Does a slice need guest code (`__index__`) before its bounds are known? */
export function sliceNeedsIndex(slice: PySlice): boolean {
  return !(plainPart(slice.start) && plainPart(slice.stop) && plainPart(slice.step));
}

const SLICED = continuation("slice.index", (vm: Machine, slice, state) =>
  state.setitem === undefined
    ? call(vm, state.f, [state.self, slice])
    : call(vm, state.f, [state.self, slice, state.setitem]),
);

/** Replaces a slice's parts by integers through `__index__`, then calls the native method again. */
export function withPlainSlice(vm: Machine, f: Value, self: Value, slice: PySlice, value?: Value): Value {
  return vm.then(SLICED, { f, self, setitem: value }, () => call(vm, vm.routine("plain_slice"), [slice]));
}

export function sliceCount(start: number, stop: number, step: number): number {
  return step > 0
    ? stop > start
      ? Math.floor((stop - start - 1) / step) + 1
      : 0
    : start > stop
      ? Math.floor((start - stop - 1) / -step) + 1
      : 0;
}

/** The items a slice selects. */
export function sliceItems(items: readonly Value[], start: number, stop: number, step: number): Value[] {
  if (step === 1) return items.slice(start, Math.max(start, stop));
  const n = sliceCount(start, stop, step);
  const out: Value[] = new Array(n);
  for (let i = 0, at = start; i < n; i++, at += step) out[i] = items[at];
  return out;
}

/** A checked position in a sequence. */
export function position(i: Int, length: number, what: string): number {
  if (!fitsIndex(i)) throw indexError("cannot fit 'int' into an index-sized integer");
  let at = typeof i === "number" ? i : clampInt(i);
  if (at < 0) at += length;
  if (at < 0 || at >= length) throw indexError(`${what} index out of range`);
  return at;
}

// --- dict access with any key ------------------------------------------------------------------------------------

/** `dict[key]` as the dict itself sees it (no `__missing__`): a value, `undefined` when absent, or CALL. */
export function dictGet(vm: Machine, dict: PyDict, key: Value): Value {
  const k = keyOf(key);
  if (k !== undefined) {
    const value = dict.getKey(k);
    if (value !== undefined || dict.custom === null) return value;
  } else checkHashable(key);
  return DICT_SLOW;
}

/** Says that a dict operation needs guest code and must be done by a routine. */
export const DICT_SLOW = Object.freeze({ slow: true });

export function missingKey(key: Value): unknown {
  return keyError(key);
}

// --- iteration ---------------------------------------------------------------------------------------------------

const CHECK_ITER = continuation("iter", (_vm, value) => {
  if (!isIterator(value)) throw typeError(`iter() returned non-iterator of type '${typeName(value)}'`);
  return value;
});

export function isIterator(v: Value): boolean {
  return (
    typeof v === "object" &&
    (v instanceof PyIter ||
      v instanceof PyGenerator ||
      v instanceof PyStepIter ||
      v.cls.lookup("__next__") !== undefined)
  );
}

/** `iter(v)`. */
export function iter(vm: Machine, v: Value): Value {
  if (typeof v === "string") return new StrIter(v);
  if (typeof v === "object") {
    if (v instanceof PyIter) return v;
    if (v instanceof PyList && !v.cls.isHeap) return new ListIter(v);
    if (v instanceof PyTuple && !v.cls.isHeap) return new SequenceIter(v.items);
    if (v instanceof PyRange) return RangeIter.of(v);
    if (v instanceof PyDict && !v.cls.isHeap) return new DictIter(v, 0);
    if (v instanceof PyGenerator && v.cls === T.generator) return v;
  }
  const type = typeOf(v);
  const f = type.lookup("__iter__");
  if (f === undefined || f === None) {
    if (f === undefined && type.lookup("__getitem__") !== undefined) return call(vm, vm.routine("iter_by_index"), [v]);
    throw typeError(`'${type.name}' object is not iterable`);
  }
  return vm.then(CHECK_ITER, null, () => callSpecial(vm, v, "__iter__", []));
}

/** Resumes a generator, sending a value in. Answers CALL. */
export function resume(vm: Machine, gen: PyGenerator, value: Value): Value {
  if (gen.state === GenState.RUNNING)
    throw valueError(`${gen.cls === T.coroutine ? "coroutine" : "generator"} already executing`);
  const { frame } = gen;
  if (gen.state === GenState.DONE) {
    if (gen.cls === T.coroutine) throw raise(E.RuntimeError!, "cannot reuse already awaited coroutine");
    return vm.finishIteration(None);
  }
  if (gen.state === GenState.CREATED) {
    if (value !== None)
      throw typeError(
        `can't send non-None value to a just-started ${gen.cls === T.coroutine ? "coroutine" : gen.cls === T.asyncGenerator ? "async generator" : "generator"}`,
      );
  } else frame.r[frame.sp++] = value;
  frame.back = vm.frame;
  try {
    vm.push(frame);
  } catch (e) {
    if (gen.state !== GenState.CREATED) frame.sp--;
    throw e;
  }
  gen.state = GenState.RUNNING;
  gen.outer = vm.handled;
  if (gen.handled !== undefined) vm.handled = gen.handled;
  return CALL;
}

/** The next item: a value, `undefined` at the end, or CALL (then StopIteration may be raised). */
export function next(vm: Machine, it: Value): Value {
  if (it instanceof PyIter) return it.next(vm);
  if (it instanceof PyStepIter) return it.step(vm);
  if (it instanceof PyGenerator && it.cls === T.generator) {
    if (it.state === GenState.DONE) return undefined;
    return resume(vm, it, None);
  }
  const r = callSpecial(vm, it, "__next__", []);
  if (r === undefined) throw typeError(`'${typeName(it)}' object is not an iterator`);
  return r;
}

/**
 * The items of an iterable when that needs no guest code; `undefined` otherwise. Consumes native iterators.
 * Charges in proportion.
 */
export function itemsFast(vm: Machine, v: Value): Value[] | undefined {
  if (typeof v === "string") {
    vm.charge(v.length >> 3);
    vm.alloc(v.length * 8);
    return isBmp(v) ? v.split("") : codePoints(v);
  }
  if (typeof v !== "object") return undefined;
  const type: PyType = v.cls;
  if (type.isHeap && type.lookup("__iter__") instanceof PyFunction) return undefined;
  if (v instanceof PyList || v instanceof PyTuple) {
    if (type.isHeap && !(type.lookup("__iter__") instanceof PyBuiltin)) return undefined;
    vm.charge(v.items.length >> 5);
    vm.alloc(v.items.length * 8);
    return v.items.slice();
  }
  if (v instanceof PyIter) {
    const out: Value[] = [];
    vm.charge(Math.min(v.hint(), 1e9) >> 3);
    let budget = 0;
    for (let item = v.next(vm); item !== undefined; item = v.next(vm)) {
      out.push(item);
      if (++budget === 1024) {
        vm.charge(128);
        vm.alloc(8192);
        budget = 0;
      }
    }
    vm.charge(budget >> 3);
    vm.alloc(budget * 8);
    return out;
  }
  if (v instanceof PyDict) {
    vm.charge(v.size >> 4);
    vm.alloc(v.size * 8);
    return v.liveKeys();
  }
  if (v instanceof PySet) {
    vm.charge(v.table.size >> 4);
    vm.alloc(v.table.size * 8);
    return v.table.liveKeys();
  }
  if (v instanceof PyRange) {
    if (!fitsIndex(v.length)) throw raise(E.OverflowError!, "Python int too large to convert to C ssize_t");
    const length = Number(v.length);
    vm.charge(Math.floor(length / 8));
    vm.alloc(length * 8);
    const it = RangeIter.of(v);
    const out: Value[] = [];
    for (let item = it.next(vm); item !== undefined; item = it.next(vm)) out.push(item);
    return out;
  }
  if (v instanceof PyDictView) {
    vm.charge(v.dict.size >> 3);
    vm.alloc(v.dict.size * (v.what === 2 ? 64 : 8));
    if (v.what === 0) return v.dict.liveKeys();
    if (v.what === 1) return v.dict.liveValues();
    return v.dict.liveEntries().map(([a, b]) => new PyTuple([a, b]));
  }
  const bytes = bytesOf(v);
  if (bytes) {
    vm.charge(bytes.length >> 4);
    vm.alloc(bytes.length * 8);
    return Array.from(bytes);
  }
  if (v instanceof PyMappingProxy) return itemsFast(vm, v.mapping);
  return undefined;
}

const ITEMS = continuation("items", (vm: Machine, list: PyList, state) => state.k.value(vm, list.items, state.state));

/** Collects the items of any iterable, then goes on with continuation `k`, which gets a fresh array. */
export function withItems(
  vm: Machine,
  iterable: Value,
  k: { readonly value: (vm: Machine, items: Value[], state: Value) => Value },
  state: Value,
): Value {
  const fast = itemsFast(vm, iterable);
  if (fast !== undefined) return k.value(vm, fast, state);
  if (
    !(iterable instanceof PyGenerator) &&
    typeOf(iterable).lookup("__iter__") === undefined &&
    typeOf(iterable).lookup("__getitem__") === undefined
  )
    throw typeError(`'${typeName(iterable)}' object is not iterable`);
  return vm.then(ITEMS, { k, state }, () => call(vm, vm.routine("collect"), [iterable]));
}
