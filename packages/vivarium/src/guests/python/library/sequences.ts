/** `list`, `tuple`, `range`, `slice` and the iterator types. */

import {
  None,
  NotImplemented,
  PyBuiltin,
  PyFloat,
  PyIter,
  PyList,
  PyRange,
  PySlice,
  PyStepIter,
  PyTuple,
  type PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, indexError, memoryError, raise, typeError, typeName, valueError } from "../objects/errors.js";
import { asInt, type Int, norm } from "../objects/numbers.js";
import { allocate, call } from "../runtime/calls.js";
import { continuation } from "../runtime/frame.js";
import { IT, ListIter, LongRangeIter, RangeIter, ReverseIter, SequenceIter } from "../runtime/iterators.js";
import type { Machine } from "../runtime/machine.js";
import { stopIteration } from "../runtime/machine.js";
import {
  compare,
  compareStrings,
  EQ,
  equalFast,
  fitsIndex,
  GE,
  GT,
  index,
  LE,
  LT,
  position,
  sequenceContains,
  sliceBounds,
  sliceCount,
  sliceItems,
  sliceNeedsIndex,
  withItems,
  withPlainSlice,
} from "../runtime/operators.js";
import { reprFast, slowRepr } from "../runtime/text.js";
import { classMethods, getters, methods, statics, values } from "./define.js";

// --- shared ------------------------------------------------------------------------------------------------------

const withIndex = (name: string, k: (vm: Machine, i: Int, state: Value) => Value) =>
  continuation(name, (vm: Machine, i, state) => k(vm, i, state));

/** Calls `k` with an integer, asking `__index__` when it must. */
function indexed(
  vm: Machine,
  v: Value,
  message: string | undefined,
  k: ReturnType<typeof withIndex>,
  state: Value,
): Value {
  const direct = asInt(v);
  if (direct !== undefined) return k.value(vm, direct, state);
  return vm.then(k, state, () => index(vm, v, message));
}

const REPEAT = withIndex("sequence.repeat", (vm, n, self) => {
  if (!fitsIndex(n)) throw raise(E.OverflowError!, "cannot fit 'int' into an index-sized integer");
  const items: Value[] = self.items;
  const count = typeof n === "bigint" ? (n < 0n ? 0 : Number.POSITIVE_INFINITY) : Math.max(0, n);
  const total = count * items.length;
  if (total > 0xffff_fff0) throw memoryError();
  vm.alloc(8 * total + 48);
  vm.charge(total >> 6);
  let out: Value[];
  if (items.length === 1) out = new Array(total).fill(items[0]);
  else {
    out = [];
    for (let i = 0; i < count; i++) for (const item of items) out.push(item);
  }
  return self instanceof PyList ? new PyList(out) : new PyTuple(out);
});

function repeat(vm: Machine, self: Value, n: Value): Value {
  if (asInt(n) === undefined && typeOf(n).lookup("__index__") === undefined) return NotImplemented;
  return indexed(vm, n, undefined, REPEAT, self);
}

/** Ordering of two arrays without guest code, or `undefined`. */
function orderFast(vm: Machine, op: number, a: readonly Value[], b: readonly Value[]): boolean | undefined {
  const n = Math.min(a.length, b.length);
  vm.charge(n >> 4);
  for (let i = 0; i < n; i++) {
    const same = a[i] === b[i] ? true : equalFast(vm, a[i], b[i]);
    if (same === undefined) return undefined;
    if (!same) {
      const [x, y] = [a[i], b[i]];
      if (typeof x === "string" && typeof y === "string") {
        const order = compareStrings(x, y);
        return op === LT ? order < 0 : op === LE ? order <= 0 : op === GT ? order > 0 : order >= 0;
      }
      if (typeOf(x).isHeap || typeOf(y).isHeap || containsGuest(x) || containsGuest(y)) return undefined;
      const r = compare(vm, op, x, y);
      return r;
    }
  }
  return op === LT
    ? a.length < b.length
    : op === LE
      ? a.length <= b.length
      : op === GT
        ? a.length > b.length
        : a.length >= b.length;
}
const containsGuest = (v: Value): boolean => v instanceof PyList || v instanceof PyTuple;

function order(op: number) {
  return (vm: Machine, self: Value, other: Value): Value => {
    const kind = self instanceof PyList ? PyList : PyTuple;
    if (!(other instanceof kind)) return NotImplemented;
    const fast = orderFast(vm, op, self.items, other.items);
    return fast ?? call(vm, vm.routine("sequence_order"), [self, other, op]);
  };
}

function equality(vm: Machine, self: Value, other: Value): Value {
  const kind = self instanceof PyList ? PyList : PyTuple;
  if (!(other instanceof kind)) return NotImplemented;
  const fast = plainEqual(vm, self.items, other.items);
  return fast ?? call(vm, vm.routine("sequence_equal"), [self, other]);
}
function plainEqual(vm: Machine, a: readonly Value[], b: readonly Value[]): boolean | undefined {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) {
    const r = a[i] === b[i] ? true : equalFast(vm, a[i], b[i]);
    if (r !== true) return r;
  }
  return true;
}

const COUNT_ROUTINE = "sequence_count";

function getItem(what: string) {
  return (vm: Machine, self: Value, key: Value): Value => {
    const { items } = self;
    if (typeof key === "number") {
      const at = key < 0 ? key + items.length : key;
      if (at < 0 || at >= items.length) throw indexError(`${what} index out of range`);
      return items[at];
    }
    if (key instanceof PySlice) {
      if (sliceNeedsIndex(key))
        return withPlainSlice(
          vm,
          typeOf(self).lookup("__getitem__") instanceof PyBuiltin
            ? typeOf(self).lookup("__getitem__")
            : T[what as "list"].ns.getStr("__getitem__"),
          self,
          key,
        );
      const [start, stop, step] = sliceBounds(key, items.length);
      const n = sliceCount(start, stop, step);
      vm.alloc(8 * n + 48);
      vm.charge(n >> 6);
      const out = sliceItems(items, start, stop, step);
      return what === "list" ? new PyList(out) : new PyTuple(out);
    }
    return indexed(
      vm,
      key,
      `${what} indices must be integers or slices, not ${typeName(key)}`,
      what === "list" ? LIST_AT : TUPLE_AT,
      self,
    );
  };
}
const LIST_AT = withIndex("list.at", (_vm, i, self) => self.items[position(i, self.items.length, "list")]);
const TUPLE_AT = withIndex("tuple.at", (_vm, i, self) => self.items[position(i, self.items.length, "tuple")]);

function common(type: PyType, what: "list" | "tuple"): void {
  methods(type, {
    "__repr__(self)": (vm: Machine, self) => reprFast(vm, self) ?? slowRepr(vm, self),
    "__len__(self)": (_vm, self) => self.items.length,
    "__getitem__(self, key, /)": getItem(what),
    "__contains__(self, item, /)": (vm: Machine, self, item) => sequenceContains(vm, self, self.items, item),
    "__eq__(self, other, /)": equality,
    "__lt__(self, other, /)": order(LT),
    "__le__(self, other, /)": order(LE),
    "__gt__(self, other, /)": order(GT),
    "__ge__(self, other, /)": order(GE),
    "__mul__(self, n, /)": repeat,
    "__rmul__(self, n, /)": repeat,
    "count(self, item, /)": (vm: Machine, self, item) => {
      let n = 0;
      vm.charge(self.items.length >> 4);
      for (const v of self.items) {
        const r = v === item ? true : equalFast(vm, v, item);
        if (r === undefined) return call(vm, vm.routine(COUNT_ROUTINE), [self, item]);
        if (r) n++;
      }
      return n;
    },
    "index(self, item, start=, stop=, /)": (vm: Machine, self, item, start, stop) => {
      const { items } = self;
      const from = clip(start, items.length, 0);
      const to = clip(stop, items.length, items.length);
      vm.charge(items.length >> 4);
      for (let i = from; i < Math.min(to, items.length); i++) {
        const r = items[i] === item ? true : equalFast(vm, items[i], item);
        if (r === undefined) return call(vm, vm.routine("sequence_index"), [self, item, i, to]);
        if (r) return i;
      }
      const text = what === "tuple" ? "tuple.index(x): x not in tuple" : undefined;
      if (text) throw valueError(text);
      return call(vm, vm.routine("not_in_list"), [item]);
    },
  });
  classMethods(type, {
    "__class_getitem__(cls, item, /)": (vm: Machine, cls, item) => call(vm, vm.routine("make_alias"), [cls, item]),
  });
}

function clip(v: Value, length: number, absent: number): number {
  if (v === undefined) return absent;
  const i = asInt(v);
  if (i === undefined) throw typeError("slice indices must be integers or have an __index__ method");
  const n = typeof i === "bigint" ? (i < 0n ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER) : i;
  return n < 0 ? Math.max(0, n + length) : n;
}

// --- tuple -------------------------------------------------------------------------------------------------------

const TUPLE_NEW = continuation("tuple.new", (_vm, items, cls) => new PyTuple(items, cls));
statics(T.tuple, () => ({
  "__new__(cls, iterable=, /)": (vm: Machine, cls, iterable) => {
    vm.alloc(48);
    if (iterable === undefined) return new PyTuple([], cls);
    if (cls === T.tuple && iterable instanceof PyTuple && iterable.cls === T.tuple) return iterable;
    return withItems(vm, iterable, TUPLE_NEW, cls);
  },
}));
common(T.tuple, "tuple");
methods(T.tuple, () => ({
  "__hash__(self)": (vm: Machine, self) => call(vm, vm.routine("tuple_hash"), [self]),
  "__iter__(self)": (_vm, self) => new SequenceIter(self.items),
  "__add__(self, other, /)": (vm: Machine, self, other) => {
    if (!(other instanceof PyTuple)) throw typeError(`can only concatenate tuple (not "${typeName(other)}") to tuple`);
    vm.alloc(8 * (self.items.length + other.items.length) + 48);
    return new PyTuple([...self.items, ...other.items]);
  },
  "__getnewargs__(self)": (_vm, self) => new PyTuple([new PyTuple(self.items)]),
}));

// --- list --------------------------------------------------------------------------------------------------------

const LIST_INIT = continuation("list.init", (_vm, items, self) => {
  self.items = items;
  return None;
});
statics(T.list, { "__new__(cls, *args, **kw)": (vm: Machine, cls) => allocate(vm, cls) });
common(T.list, "list");
values(T.list, { __hash__: None });

const EXTEND = continuation("list.extend", (_vm, items, self) => {
  const mine: Value[] = self.items;
  for (let i = 0; i < items.length; i++) mine.push(items[i]);
  return None;
});
const IADD = continuation("list.iadd", (vm: Machine, items, self) => {
  EXTEND.value(vm, items, self);
  return self;
});
/** Says of an argument that it is no `Py_ssize_t`. */
function checkSize(i: Int): void {
  if (!fitsIndex(i)) throw raise(E.OverflowError!, "Python int too large to convert to C ssize_t");
}

const INSERT = withIndex("list.insert", (vm, i, state) => {
  const { self, item } = state;
  checkSize(i);
  vm.alloc(8);
  vm.charge(self.items.length >> 7);
  let at = typeof i === "bigint" ? (i < 0n ? 0 : self.items.length) : i;
  if (at < 0) at = Math.max(0, at + self.items.length);
  self.items.splice(Math.min(at, self.items.length), 0, item);
  return None;
});
const POP = withIndex("list.pop", (_vm, i, self) => {
  checkSize(i);
  if (self.items.length === 0) throw indexError("pop from empty list");
  let at = typeof i === "bigint" ? -1 : i;
  if (at < 0) at += self.items.length;
  if (at < 0 || at >= self.items.length) throw indexError("pop index out of range");
  return self.items.splice(at, 1)[0];
});
const SET_AT = withIndex("list.set", (_vm, i, state) => {
  const { self, value } = state;
  if (!fitsIndex(i)) throw indexError("cannot fit 'int' into an index-sized integer");
  let at = typeof i === "bigint" ? -1 - self.items.length : i;
  if (at < 0) at += self.items.length;
  if (at < 0 || at >= self.items.length) throw indexError("list assignment index out of range");
  self.items[at] = value;
  return None;
});
const SET_SLICE = continuation("list.set-slice", (vm: Machine, items: Value[], state) => {
  const { self, slice } = state;
  const [start, stop, step] = sliceBounds(slice, self.items.length);
  vm.alloc(8 * items.length);
  vm.charge((self.items.length + items.length) >> 6);
  if (step === 1) {
    const removed = Math.max(0, stop - start);
    if (removed === items.length) for (let i = 0; i < items.length; i++) self.items[start + i] = items[i];
    else if (items.length < 10000) self.items.splice(start, removed, ...items);
    else self.items = [...self.items.slice(0, start), ...items, ...self.items.slice(start + removed)];
    return None;
  }
  const n = sliceCount(start, stop, step);
  if (n !== items.length)
    throw valueError(`attempt to assign sequence of size ${items.length} to extended slice of size ${n}`);
  for (let i = 0; i < n; i++) self.items[start + i * step] = items[i];
  return None;
});
const DELETE_AT = withIndex("list.delete", (_vm, i, self) => {
  let at = typeof i === "bigint" ? -1 - self.items.length : i;
  if (at < 0) at += self.items.length;
  if (at < 0 || at >= self.items.length) throw indexError("list assignment index out of range");
  self.items.splice(at, 1);
  return None;
});

/** Removes the positions a slice selects. */
export function deleteSlice(items: Value[], start: number, stop: number, step: number): Value[] {
  const n = sliceCount(start, stop, step);
  if (n === 0) return items;
  if (step === 1) {
    items.splice(start, n);
    return items;
  }
  const [first, gap] = step > 0 ? [start, step] : [start + (n - 1) * step, -step];
  return items.filter((_, i) => i < first || i > first + (n - 1) * gap || (i - first) % gap !== 0);
}

methods(T.list, () => ({
  "__init__(self, iterable=, /)": (vm: Machine, self, iterable) => {
    self.items = [];
    return iterable === undefined ? None : withItems(vm, iterable, LIST_INIT, self);
  },
  "__iter__(self)": (_vm, self) => new ListIter(self),
  "__reversed__(self)": (_vm, self) => new ReverseIter(self),
  "__add__(self, other, /)": (vm: Machine, self, other) => {
    if (!(other instanceof PyList)) throw typeError(`can only concatenate list (not "${typeName(other)}") to list`);
    vm.alloc(8 * (self.items.length + other.items.length) + 48);
    vm.charge((self.items.length + other.items.length) >> 6);
    return new PyList(self.items.concat(other.items));
  },
  "__iadd__(self, other, /)": (vm: Machine, self, other) => withItems(vm, other, IADD, self),
  "__imul__(self, n, /)": (vm: Machine, self, n) => {
    const count = asInt(n);
    if (count === undefined) return NotImplemented;
    self.items = REPEAT.value(vm, count, self).items;
    return self;
  },
  "__setitem__(self, key, value, /)": (vm: Machine, self, key, value) => {
    if (key instanceof PySlice) {
      if (sliceNeedsIndex(key)) return withPlainSlice(vm, T.list.ns.getStr("__setitem__"), self, key, value);
      if (typeOf(value).lookup("__iter__") === undefined && typeOf(value).lookup("__getitem__") === undefined) {
        const [, , step] = sliceBounds(key, 0);
        throw typeError(step === 1 ? "can only assign an iterable" : "must assign iterable to extended slice");
      }
      return withItems(vm, value, SET_SLICE, { self, slice: key });
    }
    return indexed(vm, key, `list indices must be integers or slices, not ${typeName(key)}`, SET_AT, { self, value });
  },
  "__delitem__(self, key, /)": (vm: Machine, self, key) => {
    if (key instanceof PySlice) {
      if (sliceNeedsIndex(key)) return withPlainSlice(vm, T.list.ns.getStr("__delitem__"), self, key);
      const [start, stop, step] = sliceBounds(key, self.items.length);
      vm.charge(self.items.length >> 6);
      self.items = deleteSlice(self.items, start, stop, step);
      return None;
    }
    return indexed(vm, key, `list indices must be integers or slices, not ${typeName(key)}`, DELETE_AT, self);
  },
  "append(self, item, /)": (vm: Machine, self, item) => {
    vm.alloc(8);
    self.items.push(item);
    return None;
  },
  "extend(self, iterable, /)": (vm: Machine, self, iterable) => withItems(vm, iterable, EXTEND, self),
  "insert(self, index, item, /)": (vm: Machine, self, i, item) => indexed(vm, i, undefined, INSERT, { self, item }),
  "pop(self, index=, /)": (vm: Machine, self, i) => {
    if (i === undefined) {
      if (self.items.length === 0) throw indexError("pop from empty list");
      return self.items.pop();
    }
    vm.charge(self.items.length >> 7);
    return indexed(vm, i, undefined, POP, self);
  },
  "remove(self, item, /)": (vm: Machine, self, item) => {
    const { items } = self;
    vm.charge(items.length >> 4);
    for (let i = 0; i < items.length; i++) {
      const r = items[i] === item ? true : equalFast(vm, items[i], item);
      if (r === undefined) return call(vm, vm.routine("list_remove"), [self, item]);
      if (r) {
        items.splice(i, 1);
        return None;
      }
    }
    throw valueError("list.remove(x): x not in list");
  },
  "clear(self)": (_vm, self) => {
    self.items = [];
    return None;
  },
  "copy(self)": (vm: Machine, self) => {
    vm.alloc(8 * self.items.length + 48);
    vm.charge(self.items.length >> 6);
    return new PyList(self.items.slice());
  },
  "reverse(self)": (vm: Machine, self) => {
    vm.charge(self.items.length >> 6);
    self.items.reverse();
    return None;
  },
  "sort(self, *, key=, reverse=)": (vm: Machine, self, key, reverse) => {
    const flag = reverse === undefined ? false : asInt(reverse);
    if (flag === undefined) throw typeError(`'${typeName(reverse)}' object cannot be interpreted as an integer`);
    const sorted = sortFast(vm, self, key ?? None, flag !== false && flag !== 0);
    return sorted ?? None;
  },
}));

// --- sorting -----------------------------------------------------------------------------------------------------

/** How to compare keys without guest code, or `undefined` when some keys need it. */
function comparer(keys: readonly Value[]): ((a: Value, b: Value) => number) | undefined {
  let numbers = true;
  let strings = true;
  let floats = true;
  let tuples = true;
  for (const k of keys) {
    if (typeof k !== "number") numbers = false;
    if (typeof k !== "string") strings = false;
    if (!(k instanceof PyFloat)) floats = false;
    if (!(k instanceof PyTuple) || k.cls !== T.tuple) tuples = false;
    if (!numbers && !strings && !floats && !tuples) break;
  }
  if (keys.length === 0) return () => 0;
  if (numbers) return (a, b) => a - b;
  if (strings) return compareStrings;
  if (floats) return keys.some((k) => k.v !== k.v) ? undefined : (a, b) => a.v - b.v;
  const plain = (k: Value): boolean =>
    typeof k === "number" || typeof k === "bigint" || typeof k === "boolean" || (k instanceof PyFloat && k.v === k.v);
  if (keys.every(plain)) return compareNumbers;
  if (tuples && keys.every((k) => k.items.every((item: Value) => typeof item === "string" || plain(item)))) {
    // Column by column, types must agree; otherwise the general way reports the error.
    const width = Math.max(...keys.slice(0, 10000).map((k) => k.items.length));
    for (let c = 0; c < width; c++) {
      const kinds = new Set(keys.filter((k) => c < k.items.length).map((k) => typeof k.items[c] === "string"));
      if (kinds.size > 1) return undefined;
    }
    return (a, b) => {
      const [x, y] = [a.items, b.items];
      const n = Math.min(x.length, y.length);
      for (let i = 0; i < n; i++) {
        const o = typeof x[i] === "string" ? compareStrings(x[i], y[i]) : compareNumbers(x[i], y[i]);
        if (o !== 0) return o;
      }
      return x.length - y.length;
    };
  }
  return undefined;
}
const num = (v: Value): Int => (v instanceof PyFloat ? v.v : typeof v === "boolean" ? (v ? 1 : 0) : v) as Int;
const compareNumbers = (a: Value, b: Value): number => {
  const [x, y] = [num(a), num(b)];
  return x < y ? -1 : x > y ? 1 : 0;
};

const SORT_KEYS = continuation("list.sort.keys", (vm: Machine, keys: PyList, state) =>
  sortByKeys(vm, state.list, state.items, keys.items, state.reverse),
);

/** `list.sort` in place. Answers None or CALL. */
function sortFast(vm: Machine, list: PyList, key: Value, reverse: boolean): Value {
  const items = list.items;
  vm.charge(Math.ceil((items.length * Math.log2(items.length + 1)) / 8));
  list.items = [];
  const state = { list, items, reverse };
  if (key === None) return sortByKeys(vm, list, items, items, reverse);
  return vm.then(SORT_KEYS, state, () =>
    vm.then(SORT_RESTORE, state, () => call(vm, vm.routine("map_keys"), [key, new PyTuple(items)])),
  );
}
const SORT_RESTORE = continuation(
  "list.sort.restore",
  (_vm, value) => value,
  (_vm, exc, state) => {
    state.list.items = state.items;
    throw new (Object.getPrototypeOf(raise(E.Exception!)).constructor)(exc);
  },
);

function sortByKeys(vm: Machine, list: PyList, items: Value[], keys: readonly Value[], reverse: boolean): Value {
  const cmp = comparer(keys);
  if (cmp) {
    if (list.items.length > 0) throw valueError("list modified during sort");
    if (keys === items) {
      // Reversed twice, a stable sort stays stable.
      if (reverse) items.reverse();
      items.sort(cmp);
      if (reverse) items.reverse();
      list.items = items;
      return None;
    }
    const order = items.map((_, i) => i);
    if (reverse) order.sort((a, b) => cmp(keys[b], keys[a]) || a - b);
    else order.sort((a, b) => cmp(keys[a], keys[b]) || a - b);
    list.items = order.map((i) => items[i]);
    return None;
  }
  return vm.then(SORT_DONE, { list, items }, () =>
    vm.then(SORT_RESTORE, { list, items }, () =>
      call(vm, vm.routine("merge_sort"), [
        new PyList(items.slice()),
        keys === items ? None : new PyList([...keys]),
        reverse,
      ]),
    ),
  );
}
const SORT_DONE = continuation("list.sort.done", (_vm, sorted: PyList, state) => {
  const changed = state.list.items.length > 0;
  state.list.items = sorted.items;
  if (changed) throw valueError("list modified during sort");
  return None;
});

const SORTED_RESULT = continuation("sorted", (_vm, _value, list) => list);
const SORTED = continuation("sorted.items", (vm: Machine, items, state) => {
  const list = new PyList(items);
  return vm.then(SORTED_RESULT, list, () => sortFast(vm, list, state.key, state.reverse));
});

/** `sorted(iterable, key=…, reverse=…)`. */
export function sorted(vm: Machine, iterable: Value, key: Value, reverse: boolean): Value {
  return withItems(vm, iterable, SORTED, { key, reverse });
}

// --- range, slice ------------------------------------------------------------------------------------------------

const RANGE = continuation("range.new", (_vm, parts: PyTuple) => {
  const [a, b, c] = parts.items;
  if (c === 0) throw valueError("range() arg 3 must not be zero");
  return new PyRange(a, b, c);
});
statics(T.range, () => ({
  "__new__(cls, start, stop=, step=, /)": (vm: Machine, _cls, start, stop, step) => {
    const [a, b, c] = stop === undefined ? [0, start, 1] : [start, stop, step ?? 1];
    const [x, y, z] = [asInt(a), asInt(b), asInt(c)];
    if (x !== undefined && y !== undefined && z !== undefined) return RANGE.value(vm, new PyTuple([x, y, z]), null);
    for (const part of [a, b, c])
      if (asInt(part) === undefined && typeOf(part).lookup("__index__") === undefined)
        throw typeError(`'${typeName(part)}' object cannot be interpreted as an integer`);
    return vm.then(RANGE, null, () => call(vm, vm.routine("index_all"), [new PyTuple([a, b, c])]));
  },
}));

function rangeAt(r: PyRange, i: Int): Int {
  if (typeof r.start === "number" && typeof r.step === "number" && typeof i === "number") {
    const v = r.start + r.step * i;
    if (Number.isSafeInteger(v)) return v;
  }
  return norm(BigInt(r.start) + BigInt(r.step) * BigInt(i));
}
const RANGE_AT = withIndex("range.at", (_vm, i, self) => {
  const at = i < 0 ? norm(BigInt(i) + BigInt(self.length)) : i;
  if (at < 0 || at >= self.length) throw indexError("range object index out of range");
  return rangeAt(self, at);
});
/** Start, stop and step of a slice with integers of any size. */
function wideBounds(slice: PySlice, length: bigint): [start: bigint, stop: bigint, step: bigint] {
  const step = slice.step === None ? 1n : BigInt(asInt(slice.step)!);
  if (step === 0n) throw valueError("slice step cannot be zero");
  const clip = (v: Value, absent: bigint): bigint => {
    if (v === None) return absent;
    let i = BigInt(asInt(v)!);
    const least = step < 0n ? -1n : 0n;
    const most = step < 0n ? length - 1n : length;
    if (i < 0n) i += length;
    return i < least ? least : i > most ? most : i;
  };
  return [clip(slice.start, step < 0n ? length - 1n : 0n), clip(slice.stop, step < 0n ? -1n : length), step];
}
function rangeIndex(r: PyRange, v: Int): Int | undefined {
  const [start, step, value] = [BigInt(r.start), BigInt(r.step), BigInt(v)];
  const d = value - start;
  if (d % step !== 0n) return undefined;
  const i = d / step;
  return i >= 0n && i < BigInt(r.length) ? norm(i) : undefined;
}
methods(T.range, () => ({
  "__len__(self)": (_vm, self) => {
    checkSize(self.length);
    return self.length;
  },
  "__bool__(self)": (_vm, self) => self.length > 0,
  "__iter__(self)": (_vm, self) => RangeIter.of(self),
  "__reversed__(self)": (_vm, self) => {
    const { length } = self;
    const last = length > 0 ? rangeAt(self, norm(BigInt(length) - 1n)) : self.start;
    if (typeof last === "number" && typeof length === "number" && typeof self.step === "number")
      return new RangeIter(last, length, -self.step);
    return new LongRangeIter(BigInt(last), BigInt(length), -BigInt(self.step));
  },
  "__getitem__(self, key, /)": (vm: Machine, self, key) => {
    if (key instanceof PySlice) {
      if (sliceNeedsIndex(key)) return withPlainSlice(vm, T.range.ns.getStr("__getitem__"), self, key);
      const [start, stop, step] = wideBounds(key, BigInt(self.length));
      const at = (i: bigint): bigint => BigInt(self.start) + BigInt(self.step) * i;
      return new PyRange(norm(at(start)), norm(at(stop)), norm(BigInt(self.step) * BigInt(step)));
    }
    return indexed(vm, key, `range indices must be integers or slices, not ${typeName(key)}`, RANGE_AT, self);
  },
  "__contains__(self, item, /)": (vm: Machine, self, item) => {
    const i = typeof item === "object" && typeOf(item).isHeap ? undefined : asInt(item);
    if (i !== undefined) return rangeIndex(self, i) !== undefined;
    if (item instanceof PyFloat)
      return Number.isInteger(item.v) && rangeIndex(self, norm(BigInt(item.v))) !== undefined;
    if (typeof item !== "object" || !typeOf(item).isHeap) return false;
    return call(vm, vm.routine("iter_contains"), [self, item]);
  },
  "index(self, item, /)": (_vm, self, item) => {
    const i = asInt(item);
    const at = i === undefined ? undefined : rangeIndex(self, i);
    if (at === undefined)
      throw valueError(i === undefined ? "sequence.index(x): x not in sequence" : `${i} is not in range`);
    return at;
  },
  "count(self, item, /)": (_vm, self, item) => {
    const i = asInt(item);
    return i !== undefined && rangeIndex(self, i) !== undefined ? 1 : 0;
  },
  "__eq__(self, other, /)": (_vm, a, b) => (b instanceof PyRange ? a.structKey() === b.structKey() : NotImplemented),
  "__hash__(self)": (vm: Machine, self) =>
    call(vm, vm.routine("tuple_hash"), [new PyTuple([self.length, self.start, self.step])]),
}));
getters(T.range, { start: (_vm, r) => r.start, stop: (_vm, r) => r.stop, step: (_vm, r) => r.step });

statics(T.slice, () => ({
  "__new__(cls, start, stop=, step=, /)": (_vm, _cls, start, stop, step) =>
    stop === undefined ? new PySlice(None, start, None) : new PySlice(start, stop, step ?? None),
}));
methods(T.slice, () => ({
  "indices(self, length, /)": (vm: Machine, self, length) => {
    const n = asInt(length);
    if (n === undefined) return call(vm, vm.routine("slice_indices"), [self, length]);
    if (n < 0) throw valueError("length should not be negative");
    if (sliceNeedsIndex(self)) return withPlainSlice(vm, T.slice.ns.getStr("indices"), self, self);
    return new PyTuple(sliceBounds(self, Number(n)));
  },
  "__eq__(self, other, /)": (vm: Machine, a, b) => {
    if (!(b instanceof PySlice)) return NotImplemented;
    return compare(vm, EQ, new PyTuple([a.start, a.stop, a.step]), new PyTuple([b.start, b.stop, b.step]));
  },
}));
const parts = (s: PySlice): PyTuple => new PyTuple([s.start, s.stop, s.step]);
for (const [name, op] of [
  ["lt", LT],
  ["le", LE],
  ["gt", GT],
  ["ge", GE],
] as const)
  methods(T.slice, () => ({
    [`__${name}__(self, other, /)`]: (vm: Machine, a, b) =>
      b instanceof PySlice ? compare(vm, op, parts(a), parts(b)) : NotImplemented,
  }));
methods(T.slice, () => ({
  "__hash__(self)": (vm: Machine, s) => call(vm, vm.routine("tuple_hash"), [new PyTuple([s.start, s.stop, s.step])]),
}));
getters(T.slice, { start: (_vm, s) => s.start, stop: (_vm, s) => s.stop, step: (_vm, s) => s.step });

// --- iterators ---------------------------------------------------------------------------------------------------

/** Gives a type of native iterators its methods. */
export function iteratorType(type: PyType): void {
  methods(type, {
    "__iter__(self)": (_vm, self) => self,
    "__next__(self)": (vm: Machine, self) => {
      const value = self instanceof PyStepIter ? self.step(vm) : (self as PyIter).next(vm);
      if (value === undefined) throw stopIteration(None);
      return value;
    },
    "__length_hint__(self)": (_vm, self) => (self instanceof PyIter ? self.hint() : 0),
  });
}
for (const type of Object.values(IT)) iteratorType(type);
