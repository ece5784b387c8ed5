/** `dict`, its views, `set`, `frozenset`, `mappingproxy`. */

import {
  HashMode,
  keyOf,
  None,
  NotImplemented,
  PyDict,
  PyDictView,
  PyList,
  PyMappingProxy,
  PySet,
  PyTuple,
  type PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { keyError } from "../objects/errors.js";
import { allocate, call, callMethod, callSpecial } from "../runtime/calls.js";
import { continuation } from "../runtime/frame.js";
import { DictIter, IT, SequenceIter, SetIter } from "../runtime/iterators.js";
import type { Machine } from "../runtime/machine.js";
import { checkHashable, compare, EQ, equalFast, getitem, itemsFast, withItems } from "../runtime/operators.js";
import { addAll, store } from "../runtime/rare.js";
import { reprFast, slowRepr } from "../runtime/text.js";
import { classMethods, methods, statics, values } from "./define.js";

/** Looks up without guest code: the value, `undefined` for absent, or `slow` when a routine must do it. */
function find(dict: PyDict, key: Value): Value {
  const k = keyOf(key);
  if (k !== undefined && dict.custom === null) return dict.getKey(k);
  if (k !== undefined) {
    const v = dict.getKey(k);
    if (v !== undefined) return v;
  } else checkHashable(key);
  return SLOW;
}
const SLOW = Object.freeze({});

const routine = (vm: Machine, name: string, ...args: Value[]): Value => call(vm, vm.routine(name), args);

// --- dict --------------------------------------------------------------------------------------------------------

function update(vm: Machine, self: PyDict, other: Value, kw: PyDict | null): Value {
  if (other !== undefined) {
    if (other instanceof PyDict && (!other.cls.isHeap || plainDict(other.cls)) && !other.custom && !self.custom) {
      vm.charge(other.size >> 2);
      vm.alloc(48 * other.size);
      if (self.size === 0) self.copyFrom(other);
      else for (const [k, v] of other.liveEntries()) self.setKey(keyOf(k)!, k, v);
    } else
      return vm.then(UPDATE_KW, { self, kw }, () =>
        routine(vm, typeOf(other).lookup("keys") !== undefined ? "dict_update_from" : "dict_update_pairs", self, other),
      );
  }
  if (kw) for (const [k, v] of kw.liveEntries()) self.setStr(k, v);
  return None;
}
const plainDict = (cls: PyType): boolean =>
  cls.lookup("keys") === T.dict.ns.getStr("keys") &&
  cls.lookup("__getitem__") === T.dict.ns.getStr("__getitem__") &&
  cls.lookup("__iter__") === T.dict.ns.getStr("__iter__");
const UPDATE_KW = continuation("dict.update", (vm: Machine, _value, state) =>
  update(vm, state.self, undefined, state.kw),
);

const FROM_KEYS = continuation("dict.fromkeys", (vm: Machine, items: Value[], state) => {
  if (state.cls === T.dict && items.every((k) => keyOf(k) !== undefined)) {
    const dict = new PyDict();
    vm.alloc(48 * items.length);
    for (const k of items) dict.setKey(keyOf(k)!, k, state.value);
    return dict;
  }
  return routine(vm, "dict_fromkeys", state.cls, new PyTuple(items), state.value);
});

const RETURN_SELF = continuation("return-self", (_vm, _value, self) => self);

statics(T.dict, { "__new__(cls, *args, **kw)": (vm: Machine, cls) => allocate(vm, cls) });
methods(T.dict, () => ({
  "__init__(self, other=, /, **kw)": (vm: Machine, self, other, kw) => update(vm, self, other, kw),
  "__repr__(self)": (vm: Machine, self) => reprFast(vm, self) ?? slowRepr(vm, self),
  "__len__(self)": (_vm, self) => self.size,
  "__iter__(self)": (_vm, self) => new DictIter(self, 0),
  "__reversed__(self)": (_vm, self) => new SequenceIter(self.liveKeys().reverse(), IT.dictReverse),
  "__contains__(self, key, /)": (vm: Machine, self, key) => {
    const v = find(self, key);
    return v === SLOW ? routine(vm, "dict_contains", self, key) : v !== undefined;
  },
  "__getitem__(self, key, /)": (vm: Machine, self, key) => {
    const v = find(self, key);
    if (v === SLOW) return routine(vm, "dict_getitem", self, key);
    if (v !== undefined) return v;
    return missing(vm, self, key);
  },
  "__setitem__(self, key, value, /)": (vm: Machine, self, key, value) => store(vm, self, key, value),
  "__delitem__(self, key, /)": (vm: Machine, self, key) => {
    const v = find(self, key);
    if (v === SLOW) return routine(vm, "dict_delitem", self, key);
    if (v === undefined) throw keyError(key);
    self.delKey(keyOf(key)!);
    return None;
  },
  "get(self, key, default=, /)": (vm: Machine, self, key, absent) => {
    const v = find(self, key);
    return v === SLOW ? routine(vm, "dict_get", self, key, absent ?? None) : (v ?? absent ?? None);
  },
  "setdefault(self, key, default=, /)": (vm: Machine, self, key, absent) => {
    const v = find(self, key);
    if (v === SLOW) return routine(vm, "dict_setdefault", self, key, absent ?? None);
    if (v !== undefined) return v;
    vm.alloc(48);
    self.setKey(keyOf(key)!, key, absent ?? None);
    return absent ?? None;
  },
  "pop(self, key, default=, /)": (vm: Machine, self, key, absent) => {
    const v = find(self, key);
    if (v === SLOW)
      return absent === undefined ? routine(vm, "dict_pop", self, key) : routine(vm, "dict_pop", self, key, absent);
    if (v === undefined) {
      if (absent !== undefined) return absent;
      throw keyError(key);
    }
    self.delKey(keyOf(key)!);
    return v;
  },
  "popitem(self)": (_vm, self) => {
    if (self.size === 0) throw keyError("popitem(): dictionary is empty");
    let at = self.keys.length - 1;
    while (self.keys[at] === undefined) at--;
    const pair = new PyTuple([self.keys[at], self.vals[at]]);
    self.delAt(at);
    return pair;
  },
  "update(self, other=, /, **kw)": (vm: Machine, self, other, kw) => update(vm, self, other, kw),
  "clear(self)": (_vm, self) => {
    self.clear();
    return None;
  },
  "copy(self)": (vm: Machine, self) => {
    vm.alloc(64 + 48 * self.size);
    vm.charge(self.size >> 3);
    const copy = new PyDict();
    copy.copyFrom(self);
    return copy;
  },
  "keys(self)": (_vm, self) => new PyDictView(self, 0),
  "values(self)": (_vm, self) => new PyDictView(self, 1),
  "items(self)": (_vm, self) => new PyDictView(self, 2),
  "__eq__(self, other, /)": (vm: Machine, self, other) =>
    other instanceof PyDict ? dictEqual(vm, self, other) : NotImplemented,
  "__or__(self, other, /)": (vm: Machine, self, other) => {
    if (!(other instanceof PyDict)) return NotImplemented;
    const copy = new PyDict();
    vm.alloc(64 + 48 * self.size);
    copy.copyFrom(self);
    return vm.then(RETURN_SELF, copy, () => update(vm, copy, other, null));
  },
  "__ror__(self, other, /)": (vm: Machine, self, other) => {
    if (!(other instanceof PyDict)) return NotImplemented;
    const copy = new PyDict();
    copy.copyFrom(other);
    return vm.then(RETURN_SELF, copy, () => update(vm, copy, self, null));
  },
  "__ior__(self, other, /)": (vm: Machine, self, other) =>
    vm.then(RETURN_SELF, self, () => update(vm, self, other, null)),
}));
values(T.dict, { __hash__: None });
classMethods(T.dict, () => ({
  "fromkeys(cls, iterable, value=, /)": (vm: Machine, cls, iterable, value) =>
    withItems(vm, iterable, FROM_KEYS, { cls, value: value ?? None }),
  "__class_getitem__(cls, item, /)": (vm: Machine, cls, item) => routine(vm, "make_alias", cls, item),
}));

function dictEqual(vm: Machine, a: PyDict, b: PyDict): Value {
  if (a.size !== b.size) return false;
  if (a.custom || b.custom) return routine(vm, "dict_equal", a, b);
  for (let i = 0; i < a.keys.length; i++) {
    if (a.keys[i] === undefined) continue;
    const other = b.getKey(keyOf(a.keys[i])!);
    const r = other === undefined ? false : other === a.vals[i] ? true : equalFast(vm, a.vals[i], other);
    if (r === undefined) return routine(vm, "dict_equal", a, b);
    if (!r) return false;
  }
  vm.charge(a.size >> 3);
  return true;
}

/** `__missing__`, or KeyError. */
export function missing(vm: Machine, self: PyDict, key: Value): Value {
  if (self.cls.isHeap && self.cls.lookup("__missing__") !== undefined)
    return callSpecial(vm, self, "__missing__", [key]);
  throw keyError(key);
}

// --- views -------------------------------------------------------------------------------------------------------

for (const type of [T.dictKeys, T.dictValues, T.dictItems]) {
  methods(type, {
    "__repr__(self)": (vm: Machine, self) => reprFast(vm, self) ?? slowRepr(vm, self),
    "__len__(self)": (_vm, self) => self.dict.size,
    "__iter__(self)": (_vm, self) => new DictIter(self.dict, self.what),
    "__reversed__(self)": (vm: Machine, self) => new SequenceIter(itemsFast(vm, self)!.reverse()),
  });
}
const viewOps = (type: PyType): void =>
  methods(type, {
    "__contains__(self, item, /)": (vm: Machine, self, item) =>
      self.what === 0
        ? callMethod(vm, self.dict, "__contains__", [item])
        : routine(vm, "items_contains", self.dict, item),
    "__eq__(self, other, /)": (vm: Machine, self, other) =>
      isSetLike(other) ? routine(vm, "setlike_equal", self, other) : NotImplemented,
    "__and__(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_and", self, other),
    "__rand__(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_and", self, other),
    "__or__(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_or", self, other),
    "__ror__(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_or", other, self),
    "__sub__(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_sub", self, other),
    "__rsub__(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_sub", other, self),
    "__xor__(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_xor", self, other),
    "__rxor__(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_xor", other, self),
    "__lt__(self, other, /)": (vm: Machine, self, other) =>
      isSetLike(other) ? routine(vm, "setlike_order", self, other, 0) : NotImplemented,
    "__le__(self, other, /)": (vm: Machine, self, other) =>
      isSetLike(other) ? routine(vm, "setlike_order", self, other, 1) : NotImplemented,
    "__gt__(self, other, /)": (vm: Machine, self, other) =>
      isSetLike(other) ? routine(vm, "setlike_order", other, self, 0) : NotImplemented,
    "__ge__(self, other, /)": (vm: Machine, self, other) =>
      isSetLike(other) ? routine(vm, "setlike_order", other, self, 1) : NotImplemented,
    "isdisjoint(self, other, /)": (vm: Machine, self, other) => routine(vm, "setlike_disjoint", self, other),
  });
viewOps(T.dictKeys);
viewOps(T.dictItems);
for (const type of [T.dictKeys, T.dictItems]) values(type, { __hash__: None });
const isSetLike = (v: Value): boolean => v instanceof PySet || (v instanceof PyDictView && v.what !== 1);

// --- mappingproxy ------------------------------------------------------------------------------------------------

statics(T.mappingproxy, { "__new__(cls, mapping, /)": (_vm, _cls, m) => new PyMappingProxy(m) });
for (const name of ["__getitem__", "__contains__"])
  methods(T.mappingproxy, {
    [`${name}(self, key, /)`]: (vm: Machine, self, key) =>
      name === "__getitem__" ? getitem(vm, self.mapping, key) : callMethod(vm, self.mapping, name, [key]),
  });
methods(T.mappingproxy, () => ({
  "__repr__(self)": (vm: Machine, self) => reprFast(vm, self) ?? slowRepr(vm, self),
  "__len__(self)": (vm: Machine, self) => callMethod(vm, self.mapping, "__len__", []),
  "__iter__(self)": (vm: Machine, self) => callMethod(vm, self.mapping, "__iter__", []),
  "get(self, key, default=, /)": (vm: Machine, self, key, absent) =>
    callMethod(vm, self.mapping, "get", [key, absent ?? None]),
  "keys(self)": (vm: Machine, self) => callMethod(vm, self.mapping, "keys", []),
  "values(self)": (vm: Machine, self) => callMethod(vm, self.mapping, "values", []),
  "items(self)": (vm: Machine, self) => callMethod(vm, self.mapping, "items", []),
  "copy(self)": (vm: Machine, self) => callMethod(vm, self.mapping, "copy", []),
  "__eq__(self, other, /)": (vm: Machine, self, other) =>
    compare(vm, EQ, self.mapping, other instanceof PyMappingProxy ? other.mapping : other),
  "__or__(self, other, /)": (vm: Machine, self, other) =>
    routine(vm, "dict_or", self.mapping, other instanceof PyMappingProxy ? other.mapping : other),
}));

// --- set and frozenset -------------------------------------------------------------------------------------------

const SET_FILL = continuation("set.fill", (vm: Machine, items, set) =>
  vm.then(RETURN_SELF, set, () => addAll(vm, set, items)),
);
const SET_INIT = continuation("set.init", (vm: Machine, items, set) =>
  vm.then(RETURN_NONE, null, () => addAll(vm, set, items)),
);
const RETURN_NONE = continuation("return-none", () => None);

function copySet(vm: Machine, from: PySet, cls: PyType): PySet {
  const copy = new PySet(cls);
  vm.alloc(64 + 40 * from.table.size);
  vm.charge(from.table.size >> 3);
  copy.table.copyFrom(from.table);
  return copy;
}
const base = (self: PySet): PyType => (self.cls.isSubtype(T.frozenset) ? T.frozenset : T.set);
const plain = (s: Value): s is PySet => s instanceof PySet && s.table.custom === null;

statics(T.set, { "__new__(cls, *args, **kw)": (vm: Machine, cls) => allocate(vm, cls) });
statics(T.frozenset, () => ({
  "__new__(cls, iterable=, /)": (vm: Machine, cls, iterable) => {
    if (iterable === undefined) return allocate(vm, cls);
    if (iterable instanceof PySet)
      return cls === T.frozenset && iterable.cls === T.frozenset ? iterable : copySet(vm, iterable, cls);
    return withItems(vm, iterable, SET_FILL, new PySet(cls));
  },
}));

/** The other operand as a set: made from any iterable, then handed to `k`. */
function asSet(vm: Machine, other: Value, k: ReturnType<typeof continuation>, state: Value): Value {
  if (other instanceof PySet) return k.value(vm, other, state);
  return vm.then(k, state, () => withItems(vm, other, SET_FILL, new PySet()));
}

function combine(vm: Machine, op: "or" | "and" | "sub" | "xor", a: PySet, b: PySet, cls: PyType): Value {
  if (!plain(a) || !plain(b)) return routine(vm, `set_${op}`, a, b, cls);
  vm.charge((a.table.size + b.table.size) >> 3);
  if (op === "or") {
    const out = copySet(vm, a, cls);
    vm.alloc(40 * b.table.size);
    for (const k of b.table.keys) if (k !== undefined) out.table.setKey(keyOf(k)!, k, None);
    return out;
  }
  const out = new PySet(cls);
  vm.alloc(64);
  if (op === "and") {
    const [small, large] = a.table.size <= b.table.size ? [a, b] : [b, a];
    for (const k of small.table.keys) {
      if (k === undefined) continue;
      const key = keyOf(k)!;
      if (large.table.hasKey(key)) out.table.setKey(key, k, None);
    }
  } else {
    for (const k of a.table.keys) {
      if (k === undefined) continue;
      const key = keyOf(k)!;
      if (!b.table.hasKey(key)) out.table.setKey(key, k, None);
    }
    if (op === "xor")
      for (const k of b.table.keys) {
        if (k === undefined) continue;
        const key = keyOf(k)!;
        if (!a.table.hasKey(key)) out.table.setKey(key, k, None);
      }
  }
  vm.alloc(40 * out.table.size);
  return out;
}

function subset(vm: Machine, a: PySet, b: PySet): Value {
  if (a.table.size > b.table.size) return false;
  if (!plain(a) || !plain(b)) return routine(vm, "set_subset", a, b);
  vm.charge(a.table.size >> 3);
  for (const k of a.table.keys) if (k !== undefined && !b.table.hasKey(keyOf(k)!)) return false;
  return true;
}

const METHOD = Object.fromEntries(
  (["or", "and", "sub", "xor"] as const).map((op) => [
    op,
    continuation(`set.${op}`, (vm: Machine, other, self) => combine(vm, op, self, other, base(self))),
  ]),
) as Record<"or" | "and" | "sub" | "xor", ReturnType<typeof continuation>>;
const IN_PLACE = Object.fromEntries(
  (["or", "and", "sub", "xor"] as const).map((op) => [
    op,
    continuation(`set.i${op}`, (vm: Machine, other, self) =>
      vm.then(REPLACE, self, () => combine(vm, op, self, other, T.set)),
    ),
  ]),
) as Record<"or" | "and" | "sub" | "xor", ReturnType<typeof continuation>>;
const REPLACE = continuation("set.replace", (_vm, result: PySet, self: PySet) => {
  (self as { table: PyDict }).table = result.table;
  return self;
});
const SUBSET = continuation("set.issubset", (vm: Machine, other, self) => subset(vm, self, other));
const SUPERSET = continuation("set.issuperset", (vm: Machine, other, self) => subset(vm, other, self));
const DISJOINT = continuation("set.isdisjoint", (vm: Machine, other, self) =>
  vm.then(IS_EMPTY, null, () => combine(vm, "and", self, other, T.set)),
);
const IS_EMPTY = continuation("set.is-empty", (_vm, set) => set.table.size === 0);

/** Applies a method to several iterables one after the other. */
const FOLD = continuation("set.fold", (vm: Machine, value, state) =>
  fold(vm, value, state.others, state.k, state.inplace),
);
function fold(
  vm: Machine,
  self: PySet,
  others: readonly Value[],
  k: ReturnType<typeof continuation>,
  inplace: boolean,
): Value {
  if (others.length === 0) return inplace ? None : self;
  return vm.then(FOLD, { others: others.slice(1), k, inplace }, () => asSet(vm, others[0], k, self));
}

/** A set without a hash is looked for as a frozenset of its items. */
function frozen(item: Value): Value {
  if (!(item instanceof PySet) || typeOf(item).hashMode !== HashMode.UNHASHABLE) return item;
  const copy = new PySet(T.frozenset);
  copy.table.copyFrom(item.table);
  return copy;
}

const operator =
  (op: "or" | "and" | "sub" | "xor", swap: boolean) =>
  (vm: Machine, self: Value, other: Value): Value => {
    if (!(other instanceof PySet)) return NotImplemented;
    return swap ? combine(vm, op, other, self, base(other)) : combine(vm, op, self, other, base(self));
  };

for (const type of [T.set, T.frozenset]) {
  methods(type, {
    "__repr__(self)": (vm: Machine, self) => reprFast(vm, self) ?? slowRepr(vm, self),
    "__len__(self)": (_vm, self) => self.table.size,
    "__iter__(self)": (_vm, self) => new SetIter(self),
    "__contains__(self, given, /)": (vm: Machine, self, given) => {
      const item = frozen(given);
      const v = find(self.table, item);
      return v === SLOW ? routine(vm, "dict_contains", self.table, item) : v !== undefined;
    },
    "__eq__(self, other, /)": (vm: Machine, a, b) => {
      if (!(b instanceof PySet)) return NotImplemented;
      return a.table.size === b.table.size ? subset(vm, a, b) : false;
    },
    "__lt__(self, other, /)": (vm: Machine, a, b) =>
      b instanceof PySet ? (a.table.size < b.table.size ? subset(vm, a, b) : false) : NotImplemented,
    "__le__(self, other, /)": (vm: Machine, a, b) => (b instanceof PySet ? subset(vm, a, b) : NotImplemented),
    "__gt__(self, other, /)": (vm: Machine, a, b) =>
      b instanceof PySet ? (b.table.size < a.table.size ? subset(vm, b, a) : false) : NotImplemented,
    "__ge__(self, other, /)": (vm: Machine, a, b) => (b instanceof PySet ? subset(vm, b, a) : NotImplemented),
    "__or__(self, other, /)": operator("or", false),
    "__ror__(self, other, /)": operator("or", true),
    "__and__(self, other, /)": operator("and", false),
    "__rand__(self, other, /)": operator("and", true),
    "__sub__(self, other, /)": operator("sub", false),
    "__rsub__(self, other, /)": operator("sub", true),
    "__xor__(self, other, /)": operator("xor", false),
    "__rxor__(self, other, /)": operator("xor", true),
    "union(self, *others)": (vm: Machine, self, others) =>
      fold(vm, copySet(vm, self, base(self)), others, METHOD.or, false),
    "intersection(self, *others)": (vm: Machine, self, others) =>
      fold(vm, copySet(vm, self, base(self)), others, METHOD.and, false),
    "difference(self, *others)": (vm: Machine, self, others) =>
      fold(vm, copySet(vm, self, base(self)), others, METHOD.sub, false),
    "symmetric_difference(self, other, /)": (vm: Machine, self, other) => asSet(vm, other, METHOD.xor, self),
    "issubset(self, other, /)": (vm: Machine, self, other) => asSet(vm, other, SUBSET, self),
    "issuperset(self, other, /)": (vm: Machine, self, other) => asSet(vm, other, SUPERSET, self),
    "isdisjoint(self, other, /)": (vm: Machine, self, other) => asSet(vm, other, DISJOINT, self),
    "copy(self)": (vm: Machine, self) => (self.cls === T.frozenset ? self : copySet(vm, self, base(self))),
    "__reduce__(self)": (vm: Machine, self) =>
      new PyTuple([self.cls, new PyTuple([new PyList(itemsFast(vm, self)!)]), None]),
  });
  classMethods(type, {
    "__class_getitem__(cls, item, /)": (vm: Machine, cls, item) => routine(vm, "make_alias", cls, item),
  });
}
values(T.set, { __hash__: None });
methods(T.frozenset, { "__hash__(self)": (vm: Machine, self) => routine(vm, "frozenset_hash", self) });
methods(T.set, () => ({
  "__init__(self, iterable=, /)": (vm: Machine, self, iterable) => {
    self.table.clear();
    if (iterable === undefined) return None;
    if (plain(iterable)) {
      vm.alloc(40 * iterable.table.size);
      self.table.copyFrom(iterable.table);
      return None;
    }
    return withItems(vm, iterable, SET_INIT, self);
  },
  "add(self, item, /)": (vm: Machine, self, item) => store(vm, self.table, item, None),
  "discard(self, given, /)": (vm: Machine, self, given) => {
    const item = frozen(given);
    const v = find(self.table, item);
    if (v === SLOW) return routine(vm, "set_discard", self.table, item);
    if (v !== undefined) self.table.delKey(keyOf(item)!);
    return None;
  },
  "remove(self, given, /)": (vm: Machine, self, given) => {
    const item = frozen(given);
    const v = find(self.table, item);
    if (v === SLOW) return routine(vm, "dict_delitem", self.table, item);
    if (v === undefined) throw keyError(given);
    self.table.delKey(keyOf(item)!);
    return None;
  },
  "pop(self)": (_vm, self) => {
    if (self.table.size === 0) throw keyError("pop from an empty set");
    let at = 0;
    while (self.table.keys[at] === undefined) at++;
    const item = self.table.keys[at];
    self.table.delAt(at);
    if (at > 64) self.table.tidy();
    return item;
  },
  "clear(self)": (_vm, self) => {
    self.table.clear();
    return None;
  },
  "update(self, *others)": (vm: Machine, self, others) => fold(vm, self, others, IN_PLACE.or, true),
  "intersection_update(self, *others)": (vm: Machine, self, others) => fold(vm, self, others, IN_PLACE.and, true),
  "difference_update(self, *others)": (vm: Machine, self, others) => fold(vm, self, others, IN_PLACE.sub, true),
  "symmetric_difference_update(self, other, /)": (vm: Machine, self, other) =>
    fold(vm, self, [other], IN_PLACE.xor, true),
  "__ior__(self, other, /)": (vm: Machine, self, other) =>
    other instanceof PySet ? IN_PLACE.or.value(vm, other, self) : NotImplemented,
  "__iand__(self, other, /)": (vm: Machine, self, other) =>
    other instanceof PySet ? IN_PLACE.and.value(vm, other, self) : NotImplemented,
  "__isub__(self, other, /)": (vm: Machine, self, other) =>
    other instanceof PySet ? IN_PLACE.sub.value(vm, other, self) : NotImplemented,
  "__ixor__(self, other, /)": (vm: Machine, self, other) =>
    other instanceof PySet ? IN_PLACE.xor.value(vm, other, self) : NotImplemented,
}));
