/** Iterators over built-in containers. */

import {
  builtinType,
  type PyDict,
  PyIter,
  type PyList,
  type PyRange,
  type PySet,
  PyTuple,
  type PyType,
  T,
  type Value,
} from "../objects/core.js";
import { runtimeError } from "../objects/errors.js";
import type { Int } from "../objects/numbers.js";
import { norm } from "../objects/numbers.js";

const iteratorType = (name: string): PyType => builtinType(name, T.object, "other", { final: true });

export const IT = {
  list: iteratorType("list_iterator"),
  listReverse: iteratorType("list_reverseiterator"),
  tuple: iteratorType("tuple_iterator"),
  str: iteratorType("str_ascii_iterator"),
  range: iteratorType("range_iterator"),
  longRange: iteratorType("longrange_iterator"),
  dictKey: iteratorType("dict_keyiterator"),
  dictValue: iteratorType("dict_valueiterator"),
  dictItem: iteratorType("dict_itemiterator"),
  dictReverse: iteratorType("dict_reversekeyiterator"),
  set: iteratorType("set_iterator"),
  bytes: iteratorType("bytes_iterator"),
};

/** Walks a list that may change under way. */
export class ListIter extends PyIter {
  declare at: number;
  declare list: PyList | null;
  constructor(list: PyList | null) {
    super(IT.list);
    this.at = 0;
    this.list = list;
  }
  next(): Value {
    const { list } = this;
    if (list === null) return undefined;
    if (this.at < list.items.length) return list.items[this.at++];
    this.list = null;
    return undefined;
  }
  override hint(): number {
    return this.list ? this.list.items.length - this.at : 0;
  }
}

/** Walks an array that does not change. */
export class SequenceIter extends PyIter {
  declare at: number;
  declare readonly items: readonly Value[];
  constructor(items: readonly Value[], cls: PyType = IT.tuple) {
    super(cls);
    this.at = 0;
    this.items = items;
  }
  next(): Value {
    return this.at < this.items.length ? this.items[this.at++] : undefined;
  }
  override hint(): number {
    return this.items.length - this.at;
  }
}

/** Walks a list backwards. */
export class ReverseIter extends PyIter {
  declare at: number;
  declare readonly list: PyList;
  constructor(list: PyList) {
    super(IT.listReverse);
    this.list = list;
    this.at = list.items.length - 1;
  }
  next(): Value {
    if (this.at >= this.list.items.length) this.at = -1;
    return this.at >= 0 ? this.list.items[this.at--] : undefined;
  }
  override hint(): number {
    return this.at + 1;
  }
}

export class StrIter extends PyIter {
  declare at: number;
  declare readonly text: string;
  constructor(text: string) {
    super(IT.str);
    this.at = 0;
    this.text = text;
  }
  next(): Value {
    const { text, at } = this;
    if (at >= text.length) return undefined;
    const c = text.charCodeAt(at);
    if (c >= 0xd800 && c <= 0xdbff && at + 1 < text.length) {
      const d = text.charCodeAt(at + 1);
      if (d >= 0xdc00 && d <= 0xdfff) {
        this.at += 2;
        return text.slice(at, at + 2);
      }
    }
    this.at++;
    return text[at];
  }
  override hint(): number {
    return this.text.length - this.at;
  }
}

export class RangeIter extends PyIter {
  declare value: number;
  declare left: number;
  declare readonly step: number;
  constructor(value: number, left: number, step: number) {
    super(IT.range);
    this.value = value;
    this.left = left;
    this.step = step;
  }
  static of(range: PyRange): PyIter {
    const { start, step, length } = range;
    if (
      typeof start === "number" &&
      typeof step === "number" &&
      typeof length === "number" &&
      Number.isSafeInteger(start + step * length)
    )
      return new RangeIter(start, length, step);
    return new LongRangeIter(BigInt(start), BigInt(length), BigInt(step));
  }
  next(): Value {
    if (this.left <= 0) return undefined;
    this.left--;
    const { value } = this;
    this.value = value + this.step;
    return value;
  }
  override hint(): number {
    return this.left;
  }
}

export class LongRangeIter extends PyIter {
  declare value: bigint;
  declare left: bigint;
  declare readonly step: bigint;
  constructor(value: bigint, left: bigint, step: bigint) {
    super(IT.longRange);
    this.value = value;
    this.left = left;
    this.step = step;
  }
  next(): Value {
    if (this.left <= 0n) return undefined;
    this.left--;
    const value: Int = norm(this.value);
    this.value += this.step;
    return value;
  }
  override hint(): number {
    return Number(this.left);
  }
}

/** Walks keys (0), values (1) or items (2) of a dict. */
export class DictIter extends PyIter {
  declare at: number;
  declare expected: number;
  /** Items that are still expected. */
  declare left: number;
  declare dict: PyDict | null;
  declare readonly what: 0 | 1 | 2;
  constructor(dict: PyDict | null, what: 0 | 1 | 2) {
    super(what === 0 ? IT.dictKey : what === 1 ? IT.dictValue : IT.dictItem);
    this.at = 0;
    this.dict = dict;
    this.what = what;
    this.expected = dict!.size;
    this.left = this.expected;
  }
  next(): Value {
    const { dict } = this;
    if (dict === null) return undefined;
    if (dict.size !== this.expected) {
      // It stays broken, whatever becomes of the dict.
      this.expected = -1;
      throw runtimeError("dictionary changed size during iteration");
    }
    const { keys } = dict;
    let { at } = this;
    while (at < keys.length && keys[at] === undefined) at++;
    if (at >= keys.length) {
      this.dict = null;
      return undefined;
    }
    if (this.left-- === 0) {
      this.dict = null;
      throw runtimeError("dictionary keys changed during iteration");
    }
    this.at = at + 1;
    if (this.what === 0) return keys[at];
    if (this.what === 1) return dict.vals[at];
    return new PyTuple([keys[at], dict.vals[at]]);
  }
  override hint(): number {
    return this.dict ? Math.max(0, this.dict.size - this.at) : 0;
  }
}

export class SetIter extends PyIter {
  declare at: number;
  declare expected: number;
  declare set: PySet | null;
  constructor(set: PySet | null) {
    super(IT.set);
    this.at = 0;
    this.set = set;
    this.expected = set!.table.size;
  }
  next(): Value {
    const { set } = this;
    if (set === null) return undefined;
    if (set.table.size !== this.expected) {
      // It stays broken, whatever becomes of the set.
      this.expected = -1;
      throw runtimeError("Set changed size during iteration");
    }
    const { keys } = set.table;
    let { at } = this;
    while (at < keys.length && keys[at] === undefined) at++;
    if (at >= keys.length) {
      this.set = null;
      return undefined;
    }
    this.at = at + 1;
    return keys[at];
  }
  override hint(): number {
    return this.set ? Math.max(0, this.set.table.size - this.at) : 0;
  }
}
