/** `bytes`, `bytearray`, `memoryview`. */

import {
  None,
  NotImplemented,
  PyByteArray,
  PyBytes,
  PyList,
  PyMemoryView,
  PySlice,
  PyTuple,
  type PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, indexError, memoryError, raise, typeError, typeName, valueError } from "../objects/errors.js";
import { asInt, type Int } from "../objects/numbers.js";
import { call, callSpecial } from "../runtime/calls.js";
import { continuation } from "../runtime/frame.js";
import { IT, SequenceIter } from "../runtime/iterators.js";
import type { Machine } from "../runtime/machine.js";
import {
  bytesOf,
  compareBytes,
  fitsIndex,
  hashString,
  index,
  position,
  sliceBounds,
  sliceCount,
  sliceNeedsIndex,
  withItems,
  withPlainSlice,
} from "../runtime/operators.js";
import { plainString, reprBytes } from "../runtime/text.js";
import { decodeBytes, encodeText } from "./codecs.js";
import { classMethods, getters, methods, statics, values } from "./define.js";

const data = (v: Value): Uint8Array => v.data;

function need(v: Value, what = "a bytes-like object is required, not"): Uint8Array {
  const b = bytesOf(v);
  if (!b) throw typeError(`${what} '${typeName(v)}'`);
  return b;
}
const like = (self: Value, bytes: Uint8Array): Value =>
  self instanceof PyByteArray ? new PyByteArray(bytes) : new PyBytes(bytes);

function concat(vm: Machine, parts: readonly Uint8Array[]): Uint8Array {
  let size = 0;
  for (const p of parts) size += p.length;
  vm.alloc(size + 32);
  vm.charge(size >> 6);
  const out = new Uint8Array(size);
  let at = 0;
  for (const p of parts) {
    out.set(p, at);
    at += p.length;
  }
  return out;
}

/** An index that an argument gives, as C code reads it. */
const needSize = (v: Value): number => {
  const i = asInt(v);
  if (i === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  if (!fitsIndex(i)) throw raise(E.OverflowError!, "Python int too large to convert to C ssize_t");
  return Number(i);
};
const byte = (v: Value): number => {
  const i = asInt(v);
  if (i === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  if (i < 0 || i > 255) throw valueError("bytes must be in range(0, 256)");
  return Number(i);
};
const arrayByte = (v: Value): number => {
  const i = asInt(v);
  if (i === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  if (i < 0 || i > 255) throw valueError("byte must be in range(0, 256)");
  return Number(i);
};

// --- construction ------------------------------------------------------------------------------------------------

const FILL = continuation("bytes.fill", (vm: Machine, items: Value[], k) => {
  vm.alloc(items.length);
  return finish(k, Uint8Array.from(items, byte));
});
const SIZED = continuation("bytes.sized", (vm: Machine, n, k) => {
  if (typeof n === "bigint") throw raise(E.OverflowError!, "cannot fit 'int' into an index-sized integer");
  if (n < 0) throw valueError("negative count");
  if (n > 0x7fff_ffff) throw memoryError();
  vm.alloc(Number(n));
  vm.charge(Number(n) >> 8);
  return finish(k, new Uint8Array(Number(n)));
});
const DUNDER = continuation("bytes.dunder", (_vm, v, k) => {
  if (!(v instanceof PyBytes)) throw typeError(`__bytes__ returned non-bytes (type ${typeName(v)})`);
  return finish(k, v.data);
});
interface Target {
  cls: PyType | null;
  into: PyByteArray | null;
}
function finish(k: Target, bytes: Uint8Array): Value {
  if (k.into) {
    k.into.data = bytes;
    return None;
  }
  return new PyBytes(bytes, k.cls!);
}

function build(vm: Machine, k: Target, source: Value, encoding: Value, errors: Value): Value {
  if (source === undefined) return finish(k, new Uint8Array(0));
  if (typeOf(source).isSubtype(T.str)) {
    if (encoding === undefined) throw typeError("string argument without an encoding");
    return finish(k, encodeText(plainString(source), plainString(encoding), plainString(errors ?? "strict")));
  }
  if (encoding !== undefined) throw typeError("encoding without a string argument");
  const n = asInt(source);
  if (n !== undefined) return SIZED.value(vm, n, k);
  if (typeOf(source).lookup("__bytes__") !== undefined && !(source instanceof PyBytes))
    return vm.then(DUNDER, k, () => callSpecial(vm, source, "__bytes__", []));
  const b = bytesOf(source);
  if (b) {
    vm.alloc(b.length);
    vm.charge(b.length >> 6);
    return finish(k, b.slice());
  }
  if (typeOf(source).lookup("__index__") !== undefined) return vm.then(SIZED, k, () => index(vm, source));
  if (typeOf(source).lookup("__iter__") === undefined && typeOf(source).lookup("__getitem__") === undefined)
    throw typeError(`cannot convert '${typeName(source)}' object to bytes`);
  return withItems(vm, source, FILL, k);
}

statics(T.bytes, () => ({
  "__new__(cls, source=, encoding=, errors=)": (vm: Machine, cls, source, encoding, errors) =>
    cls === T.bytes && source instanceof PyBytes && source.cls === T.bytes
      ? source
      : build(vm, { cls, into: null }, source, encoding, errors),
}));
statics(T.bytearray, { "__new__(cls, *args, **kw)": (_vm, cls) => new PyByteArray(new Uint8Array(0), cls) });
methods(T.bytearray, () => ({
  "__init__(self, source=, encoding=, errors=)": (vm: Machine, self, source, encoding, errors) =>
    build(vm, { cls: null, into: self }, source, encoding, errors),
}));

// --- searching ---------------------------------------------------------------------------------------------------

/** What `find` and its kin look for: bytes or one byte. */
function needle(v: Value): Uint8Array {
  const i = asInt(v);
  if (i !== undefined) {
    if (i < 0 || i > 255) throw valueError("byte must be in range(0, 256)");
    return Uint8Array.of(Number(i));
  }
  const b = bytesOf(v);
  if (!b) throw typeError(`argument should be integer or bytes-like object, not '${typeName(v)}'`);
  return b;
}

export function search(hay: Uint8Array, part: Uint8Array, from: number, to: number): number {
  if (part.length === 0) return from <= to ? from : -1;
  const end = to - part.length;
  for (let i = hay.indexOf(part[0]!, from); i >= 0 && i <= end; i = hay.indexOf(part[0]!, i + 1)) {
    let j = 1;
    while (j < part.length && hay[i + j] === part[j]) j++;
    if (j === part.length) return i;
  }
  return -1;
}
function searchLast(hay: Uint8Array, part: Uint8Array, from: number, to: number): number {
  for (let i = to - part.length; i >= from; i--) {
    let j = 0;
    while (j < part.length && hay[i + j] === part[j]) j++;
    if (j === part.length) return i;
  }
  return -1;
}
function span(length: number, start: Value, stop: Value): [number, number] {
  const part = (v: Value, absent: number): number => {
    if (v === undefined || v === None) return absent;
    const i = asInt(v);
    if (i === undefined) throw typeError("slice indices must be integers or None or have an __index__ method");
    const n = Number(i);
    return n < 0 ? Math.max(0, n + length) : n;
  };
  return [part(start, 0), Math.min(part(stop, length), length)];
}
function find(vm: Machine, self: Value, v: Value, a: Value, b: Value, last: boolean): number {
  const hay = data(self);
  vm.charge(hay.length >> 4);
  const [from, to] = span(hay.length, a, b);
  return (last ? searchLast : search)(hay, needle(v), from, to);
}

function countIn(hay: Uint8Array, part: Uint8Array, from: number, to: number): number {
  if (part.length === 0) return Math.max(0, to - from + 1);
  let n = 0;
  for (let i = search(hay, part, from, to); i >= 0; i = search(hay, part, i + part.length, to)) n++;
  return n;
}

function splitBytes(hay: Uint8Array, separator: Uint8Array | undefined, max: number, right: boolean): Uint8Array[] {
  const out: Uint8Array[] = [];
  if (!separator) {
    const space = (b: number): boolean => b === 32 || (b >= 9 && b <= 13);
    if (!right) {
      let i = 0;
      for (;;) {
        while (i < hay.length && space(hay[i]!)) i++;
        if (i >= hay.length) break;
        if (out.length >= max) {
          out.push(hay.slice(i));
          break;
        }
        const from = i;
        while (i < hay.length && !space(hay[i]!)) i++;
        out.push(hay.slice(from, i));
      }
      return out;
    }
    let end = hay.length;
    for (;;) {
      while (end > 0 && space(hay[end - 1]!)) end--;
      if (end === 0) break;
      if (out.length >= max) {
        out.push(hay.slice(0, end));
        break;
      }
      const to = end;
      while (end > 0 && !space(hay[end - 1]!)) end--;
      out.push(hay.slice(end, to));
    }
    return out.reverse();
  }
  if (separator.length === 0) throw valueError("empty separator");
  if (!right) {
    let from = 0;
    while (out.length < max) {
      const at = search(hay, separator, from, hay.length);
      if (at < 0) break;
      out.push(hay.slice(from, at));
      from = at + separator.length;
    }
    out.push(hay.slice(from));
    return out;
  }
  let to = hay.length;
  while (out.length < max) {
    const at = searchLast(hay, separator, 0, to);
    if (at < 0) break;
    out.push(hay.slice(at + separator.length, to));
    to = at;
  }
  out.push(hay.slice(0, to));
  return out.reverse();
}
const limit = (v: Value): number => {
  const i = v === undefined ? -1 : asInt(v);
  if (i === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  return i < 0 ? Number.POSITIVE_INFINITY : Number(i);
};

function stripBytes(self: Value, chars: Value, left: boolean, right: boolean): Value {
  const d = data(self);
  const set = new Set(chars === undefined || chars === None ? [32, 9, 10, 11, 12, 13] : need(chars));
  let from = 0;
  let to = d.length;
  if (left) while (from < to && set.has(d[from]!)) from++;
  if (right) while (to > from && set.has(d[to - 1]!)) to--;
  return from === 0 && to === d.length && self instanceof PyBytes && self.cls === T.bytes
    ? self
    : like(self, d.slice(from, to));
}

const JOIN = continuation("bytes.join", (vm: Machine, items: Value[], self) => {
  const separator = data(self);
  const parts: Uint8Array[] = [];
  items.forEach((item, i) => {
    const b = bytesOf(item);
    if (!b) throw typeError(`sequence item ${i}: expected a bytes-like object, ${typeName(item)} found`);
    if (i > 0) parts.push(separator);
    parts.push(b);
  });
  return like(self, concat(vm, parts));
});
const AT = continuation(
  "bytes.at",
  (_vm, i, self) => data(self)[position(i, data(self).length, self instanceof PyByteArray ? "bytearray" : "index")],
);
const REPEAT = continuation("bytes.repeat", (vm: Machine, n, self) => {
  if (!fitsIndex(n)) throw raise(E.OverflowError!, "cannot fit 'int' into an index-sized integer");
  const d = data(self);
  const times = Math.max(0, Number(n));
  if (times * d.length > 0x7fff_ffff) throw memoryError();
  vm.alloc(times * d.length);
  vm.charge((times * d.length) >> 8);
  const out = new Uint8Array(times * d.length);
  for (let i = 0; i < times; i++) out.set(d, i * d.length);
  return like(self, out);
});

const order = (test: (o: number) => boolean) => (_vm: Machine, a: Value, b: Value) => {
  const x = bytesOf(b);
  return x && (!(b instanceof PyMemoryView) || test === SAME) ? test(compareBytes(data(a), x)) : NotImplemented;
};
/** Views compare by equality alone. */
const SAME = (o: number): boolean => o === 0;
const ascii = (self: Value, test: (b: number) => boolean): boolean => data(self).length > 0 && data(self).every(test);
const isUpper = (b: number): boolean => b >= 65 && b <= 90;
const isLower = (b: number): boolean => b >= 97 && b <= 122;
const isDigit = (b: number): boolean => b >= 48 && b <= 57;
const width = (vm: Machine, v: Value): number => {
  const n = asInt(v);
  if (n === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  if (n > 0x7fff_ffff) throw memoryError();
  vm.alloc(Math.max(0, Number(n)));
  return Number(n);
};
const fill = (v: Value): number => {
  if (v === undefined) return 32;
  const b = need(v);
  if (b.length !== 1) throw typeError("The fill character must be a byte string of length 1");
  return b[0]!;
};
const justify = (self: Value, left: number, right: number, c: number): Value => {
  const d = data(self);
  const out = new Uint8Array(d.length + Math.max(0, left) + Math.max(0, right)).fill(c);
  out.set(d, Math.max(0, left));
  return like(self, out);
};

for (const type of [T.bytes, T.bytearray]) {
  const affix = (start: boolean) => (_vm: Machine, self: Value, v: Value, a: Value, b: Value) => {
    const d = data(self);
    const [from, to] = span(d.length, a, b);
    if (from > d.length) return false;
    const part = d.subarray(from, Math.max(from, to));
    const one = (p: Value, inTuple: boolean): boolean => {
      const x = bytesOf(p);
      if (!x)
        throw typeError(
          inTuple
            ? `a bytes-like object is required, not '${typeName(p)}'`
            : `${start ? "startswith" : "endswith"} first arg must be bytes or a tuple of bytes, not ${typeName(p)}`,
        );
      if (x.length > part.length) return false;
      const off = start ? 0 : part.length - x.length;
      return x.every((byteValue, i) => part[off + i] === byteValue);
    };
    return v instanceof PyTuple ? v.items.some((p) => one(p, true)) : one(v, false);
  };
  const map = (f: (b: number, i: number, d: Uint8Array) => number) => (vm: Machine, self: Value) => {
    vm.alloc(data(self).length);
    return like(self, data(self).map(f));
  };
  const toUpper = (b: number): number => (isLower(b) ? b - 32 : b);
  const toLower = (b: number): number => (isUpper(b) ? b + 32 : b);
  methods(type, {
    "__repr__(self)": (_vm, self) =>
      self instanceof PyByteArray ? `${self.cls.name}(${reprBytes(self.data)})` : reprBytes(data(self)),
    "__len__(self)": (_vm, self) => data(self).length,
    "__iter__(self)": (_vm, self) => new SequenceIter(Array.from(data(self)), IT.bytes),
    "__eq__(self, other, /)": order(SAME),
    "__lt__(self, other, /)": order((o) => o < 0),
    "__le__(self, other, /)": order((o) => o <= 0),
    "__gt__(self, other, /)": order((o) => o > 0),
    "__ge__(self, other, /)": order((o) => o >= 0),
    "__contains__(self, item, /)": (vm: Machine, self, item) => {
      vm.charge(data(self).length >> 4);
      const i = asInt(item);
      if (i === undefined && !bytesOf(item))
        throw typeError(`a bytes-like object is required, not '${typeName(item)}'`);
      return search(data(self), needle(item), 0, data(self).length) >= 0;
    },
    "__add__(self, other, /)": (vm: Machine, a, b) => {
      const x = bytesOf(b);
      if (!x) throw typeError(`can't concat ${typeName(b)} to ${typeName(a)}`);
      return like(a, concat(vm, [data(a), x]));
    },
    "__mul__(self, n, /)": (vm: Machine, self, n) =>
      asInt(n) === undefined && typeOf(n).lookup("__index__") === undefined
        ? NotImplemented
        : vm.then(REPEAT, self, () => index(vm, n)),
    "__rmul__(self, n, /)": (vm: Machine, self, n) =>
      asInt(n) === undefined && typeOf(n).lookup("__index__") === undefined
        ? NotImplemented
        : vm.then(REPEAT, self, () => index(vm, n)),
    "__mod__(self, args, /)": (vm: Machine, self, args) => call(vm, vm.routine("bytes_percent"), [self, args]),
    "__getitem__(self, key, /)": (vm: Machine, self, key) => {
      if (key instanceof PySlice) {
        if (sliceNeedsIndex(key)) return withPlainSlice(vm, type.ns.getStr("__getitem__"), self, key);
        const d = data(self);
        const [start, stop, step] = sliceBounds(key, d.length);
        vm.alloc(sliceCount(start, stop, step));
        if (step === 1) return like(self, d.slice(start, Math.max(start, stop)));
        const n = sliceCount(start, stop, step);
        const out = new Uint8Array(n);
        for (let i = 0; i < n; i++) out[i] = d[start + i * step]!;
        return like(self, out);
      }
      const name = type === T.bytes ? "byte" : "bytearray";
      return vm.then(AT, self, () =>
        index(vm, key, `${name} indices must be integers or slices, not ${typeName(key)}`),
      );
    },
    "find(self, sub, start=, stop=, /)": (vm: Machine, self, v, a, b) => find(vm, self, v, a, b, false),
    "rfind(self, sub, start=, stop=, /)": (vm: Machine, self, v, a, b) => find(vm, self, v, a, b, true),
    "index(self, sub, start=, stop=, /)": (vm: Machine, self, v, a, b) => {
      const at = find(vm, self, v, a, b, false);
      if (at < 0) throw valueError("subsection not found");
      return at;
    },
    "rindex(self, sub, start=, stop=, /)": (vm: Machine, self, v, a, b) => {
      const at = find(vm, self, v, a, b, true);
      if (at < 0) throw valueError("subsection not found");
      return at;
    },
    "count(self, sub, start=, stop=, /)": (vm: Machine, self, v, a, b) => {
      vm.charge(data(self).length >> 4);
      const [from, to] = span(data(self).length, a, b);
      return countIn(data(self), needle(v), from, to);
    },
    "startswith(self, prefix, start=, stop=, /)": affix(true),
    "endswith(self, suffix, start=, stop=, /)": affix(false),
    "split(self, sep=, maxsplit=)": (vm: Machine, self, sep, max) => {
      vm.charge(data(self).length >> 3);
      vm.alloc(data(self).length);
      return new PyList(
        splitBytes(data(self), sep === undefined || sep === None ? undefined : need(sep), limit(max), false).map((p) =>
          like(self, p),
        ),
      );
    },
    "rsplit(self, sep=, maxsplit=)": (vm: Machine, self, sep, max) => {
      vm.charge(data(self).length >> 3);
      return new PyList(
        splitBytes(data(self), sep === undefined || sep === None ? undefined : need(sep), limit(max), true).map((p) =>
          like(self, p),
        ),
      );
    },
    "splitlines(self, keepends=)": (_vm, self, keep) => {
      const d = data(self);
      const out: Value[] = [];
      let from = 0;
      for (let i = 0; i < d.length; i++) {
        if (d[i] !== 10 && d[i] !== 13) continue;
        const end = d[i] === 13 && d[i + 1] === 10 ? i + 2 : i + 1;
        out.push(like(self, d.slice(from, keep !== undefined && keep !== false ? end : i)));
        from = end;
        i = end - 1;
      }
      if (from < d.length) out.push(like(self, d.slice(from)));
      return new PyList(out);
    },
    "partition(self, sep, /)": (_vm, self, sep) => {
      const [d, s] = [data(self), need(sep)];
      if (s.length === 0) throw valueError("empty separator");
      const at = search(d, s, 0, d.length);
      return new PyTuple(
        (at < 0 ? [d, new Uint8Array(0), new Uint8Array(0)] : [d.slice(0, at), s, d.slice(at + s.length)]).map((p) =>
          like(self, p),
        ),
      );
    },
    "rpartition(self, sep, /)": (_vm, self, sep) => {
      const [d, s] = [data(self), need(sep)];
      if (s.length === 0) throw valueError("empty separator");
      const at = searchLast(d, s, 0, d.length);
      return new PyTuple(
        (at < 0 ? [new Uint8Array(0), new Uint8Array(0), d] : [d.slice(0, at), s, d.slice(at + s.length)]).map((p) =>
          like(self, p),
        ),
      );
    },
    "join(self, iterable, /)": (vm: Machine, self, iterable) => withItems(vm, iterable, JOIN, self),
    "replace(self, old, new, count=, /)": (vm: Machine, self, old, by, max) => {
      const [d, from, to] = [data(self), need(old), need(by)];
      const most = limit(max);
      vm.charge(d.length >> 3);
      const parts: Uint8Array[] = [];
      if (from.length === 0) {
        for (let i = 0; i <= d.length; i++) {
          if (i < most) parts.push(to);
          if (i < d.length) parts.push(d.subarray(i, i + 1));
        }
        return like(self, concat(vm, parts));
      }
      splitBytes(d, from, most, false).forEach((p, i) => {
        if (i > 0) parts.push(to);
        parts.push(p);
      });
      return like(self, concat(vm, parts));
    },
    "strip(self, chars=, /)": (_vm, self, c) => stripBytes(self, c, true, true),
    "lstrip(self, chars=, /)": (_vm, self, c) => stripBytes(self, c, true, false),
    "rstrip(self, chars=, /)": (_vm, self, c) => stripBytes(self, c, false, true),
    "removeprefix(self, prefix, /)": (_vm, self, p) => {
      const [d, x] = [data(self), need(p)];
      return like(self, x.every((b, i) => d[i] === b) ? d.slice(x.length) : d.slice());
    },
    "removesuffix(self, suffix, /)": (_vm, self, p) => {
      const [d, x] = [data(self), need(p)];
      return like(
        self,
        x.length > 0 && x.length <= d.length && x.every((b, i) => d[d.length - x.length + i] === b)
          ? d.slice(0, -x.length)
          : d.slice(),
      );
    },
    "upper(self)": map(toUpper),
    "lower(self)": map(toLower),
    "swapcase(self)": map((b) => (isUpper(b) ? b + 32 : toUpper(b))),
    "capitalize(self)": map((b, i) => (i === 0 ? toUpper(b) : toLower(b))),
    "title(self)": map((b, i, d) => (i > 0 && (isUpper(d[i - 1]!) || isLower(d[i - 1]!)) ? toLower(b) : toUpper(b))),
    "isalpha(self)": (_vm, self) => ascii(self, (b) => isUpper(b) || isLower(b)),
    "isdigit(self)": (_vm, self) => ascii(self, isDigit),
    "isalnum(self)": (_vm, self) => ascii(self, (b) => isUpper(b) || isLower(b) || isDigit(b)),
    "isspace(self)": (_vm, self) => ascii(self, (b) => b === 32 || (b >= 9 && b <= 13)),
    "isascii(self)": (_vm, self) => data(self).every((b) => b < 128),
    "isupper(self)": (_vm, self) => data(self).some(isUpper) && !data(self).some(isLower),
    "islower(self)": (_vm, self) => data(self).some(isLower) && !data(self).some(isUpper),
    "istitle(self)": (_vm, self) => {
      const text = decodeBytes(data(self), "latin-1", "strict");
      return /[A-Za-z]/.test(text) && !/[A-Za-z][A-Z]/.test(text) && !/(^|[^A-Za-z])[a-z]/.test(text);
    },
    "hex(self, sep=, bytes_per_sep=)": (vm: Machine, self, sep, per) => hex(vm, data(self), sep, per),
    "decode(self, encoding=, errors=)": (vm: Machine, self, encoding, errors) => {
      vm.alloc(2 * data(self).length);
      vm.charge(data(self).length >> 4);
      return decodeBytes(data(self), plainString(encoding ?? "utf-8"), plainString(errors ?? "strict"));
    },
    "center(self, width, fillchar=, /)": (vm: Machine, self, w, c) => {
      const total = width(vm, w);
      const missing = Math.max(0, total - data(self).length);
      const left = (missing >> 1) + (missing & total & 1);
      return justify(self, left, missing - left, fill(c));
    },
    "ljust(self, width, fillchar=, /)": (vm: Machine, self, w, c) =>
      justify(self, 0, width(vm, w) - data(self).length, fill(c)),
    "rjust(self, width, fillchar=, /)": (vm: Machine, self, w, c) =>
      justify(self, width(vm, w) - data(self).length, 0, fill(c)),
    "zfill(self, width, /)": (vm: Machine, self, w) => {
      const d = data(self);
      const zeros = new Uint8Array(Math.max(0, width(vm, w) - d.length)).fill(48);
      return like(
        self,
        d[0] === 43 || d[0] === 45 ? concat(vm, [d.subarray(0, 1), zeros, d.subarray(1)]) : concat(vm, [zeros, d]),
      );
    },
    "expandtabs(self, tabsize=)": (_vm, self, size) => {
      const n = size === undefined ? 8 : Number(asInt(size) ?? 8);
      const out: number[] = [];
      let column = 0;
      for (const b of data(self)) {
        if (b === 9) {
          const gap = n > 0 ? n - (column % n) : 0;
          for (let i = 0; i < gap; i++) out.push(32);
          column += gap;
        } else {
          out.push(b);
          column = b === 10 || b === 13 ? 0 : column + 1;
        }
      }
      return like(self, Uint8Array.from(out));
    },
    "translate(self, table, /, delete=)": (vm: Machine, self, table, drop) => {
      const t = table === None ? null : need(table);
      if (t && t.length !== 256) throw valueError("translation table must be 256 characters long");
      const gone = new Set(drop === undefined ? [] : need(drop));
      const d = data(self);
      vm.charge(d.length >> 4);
      vm.alloc(d.length);
      return like(self, Uint8Array.from(d.filter((b) => !gone.has(b)).map((b) => (t ? t[b]! : b))));
    },
    "__getnewargs__(self)": (_vm, self) => new PyTuple([new PyBytes(data(self).slice())]),
  });
  classMethods(type, {
    "fromhex(cls, text, /)": (vm: Machine, cls, text) => {
      if (!typeOf(text).isSubtype(T.str)) throw typeError(`fromhex() argument must be str, not ${typeName(text)}`);
      const s = plainString(text).replace(/[ \t\n\r\v\f]+/g, " ");
      const out: number[] = [];
      for (let i = 0; i < s.length; ) {
        if (s[i] === " ") {
          i++;
          continue;
        }
        const pair = s.slice(i, i + 2);
        if (!/^[0-9a-fA-F]{2}$/.test(pair))
          throw valueError(
            `non-hexadecimal number found in fromhex() arg at position ${/^[0-9a-fA-F]/.test(pair) ? i + 1 : i}`,
          );
        out.push(Number.parseInt(pair, 16));
        i += 2;
      }
      const made = Uint8Array.from(out);
      if (cls === T.bytes) return new PyBytes(made);
      return cls === T.bytearray ? new PyByteArray(made) : call(vm, cls, [new PyBytes(made)]);
    },
  });
  statics(type, {
    "maketrans(a, b, /)": (_vm, a, b) => {
      const [x, y] = [need(a), need(b)];
      if (x.length !== y.length) throw valueError("maketrans arguments must have same length");
      const table = Uint8Array.from({ length: 256 }, (_, i) => i);
      x.forEach((c, i) => {
        table[c] = y[i]!;
      });
      return new PyBytes(table);
    },
  });
}
methods(T.bytes, () => ({
  "__hash__(self)": (_vm, self) => hashString(self.structKey()),
  "__bytes__(self)": (_vm, self) => new PyBytes(self.data),
}));
values(T.bytearray, { __hash__: None });

function hex(vm: Machine, d: Uint8Array, separator: Value, per: Value): string {
  vm.alloc(4 * d.length);
  const parts = Array.from(d, (b) => b.toString(16).padStart(2, "0"));
  if (separator === undefined) return parts.join("");
  if (typeof separator !== "string" && typeOf(separator).lookup("__len__") === undefined)
    throw typeError(`object of type '${typeName(separator)}' has no len()`);
  const s = typeof separator === "string" ? separator : decodeBytes(need(separator), "latin-1", "strict");
  if (s.length !== 1) throw valueError("sep must be length 1.");
  const n = per === undefined ? 1 : Number(asInt(per) ?? 1);
  if (n === 0) return parts.join("");
  const size = Math.abs(n);
  const groups: string[] = [];
  if (n > 0)
    for (let end = parts.length; end > 0; end -= size)
      groups.unshift(parts.slice(Math.max(0, end - size), end).join(""));
  else for (let i = 0; i < parts.length; i += size) groups.push(parts.slice(i, i + size).join(""));
  return groups.join(s);
}

// --- bytearray only ----------------------------------------------------------------------------------------------

const SET_AT = continuation("bytearray.set", (_vm, i, state) => {
  const { self, value } = state;
  self.data[position(i, self.len, "bytearray")] = arrayByte(value);
  return None;
});
const DELETE_AT = continuation("bytearray.delete", (_vm, i, self) => {
  const at = position(i, self.len, "bytearray");
  const out = new Uint8Array(self.len - 1);
  out.set(self.data.subarray(0, at));
  out.set(self.data.subarray(at + 1), at);
  self.data = out;
  return None;
});
const SET_SLICE = continuation("bytearray.set-slice", (vm: Machine, items: Value[], state) => {
  setSlice(vm, state.self, state.slice, Uint8Array.from(items, arrayByte));
  return None;
});
function setSlice(vm: Machine, self: PyByteArray, slice: PySlice, by: Uint8Array): void {
  const d = self.data;
  const [start, stop, step] = sliceBounds(slice, d.length);
  if (step === 1) {
    self.data = concat(vm, [d.subarray(0, start), by, d.subarray(Math.max(start, stop))]);
    return;
  }
  const n = sliceCount(start, stop, step);
  if (n !== by.length) throw valueError(`attempt to assign bytes of size ${by.length} to extended slice of size ${n}`);
  for (let i = 0; i < n; i++) d[start + i * step] = by[i]!;
}
const EXTEND = continuation("bytearray.extend", (vm: Machine, items: Value[], self) => {
  self.data = concat(vm, [self.data, Uint8Array.from(items, arrayByte)]);
  return None;
});
methods(T.bytearray, () => ({
  "__setitem__(self, key, value, /)": (vm: Machine, self, key, value) => {
    if (key instanceof PySlice) {
      if (sliceNeedsIndex(key)) return withPlainSlice(vm, T.bytearray.ns.getStr("__setitem__"), self, key, value);
      const b = bytesOf(value);
      if (b) {
        setSlice(vm, self, key, b.slice());
        return None;
      }
      if (typeof value === "string" || asInt(value) !== undefined)
        throw typeError("can assign only bytes, buffers, or iterables of ints in range(0, 256)");
      return withItems(vm, value, SET_SLICE, { self, slice: key });
    }
    return vm.then(SET_AT, { self, value }, () =>
      index(vm, key, `bytearray indices must be integers or slices, not ${typeName(key)}`),
    );
  },
  "__delitem__(self, key, /)": (vm: Machine, self, key) => {
    if (key instanceof PySlice) {
      const d = self.data;
      const [start, stop, step] = sliceBounds(key, d.length);
      const n = sliceCount(start, stop, step);
      const gone = new Set(Array.from({ length: n }, (_, i) => start + i * step));
      self.data = d.filter((_: number, i: number) => !gone.has(i));
      return None;
    }
    return vm.then(DELETE_AT, self, () =>
      index(vm, key, `bytearray indices must be integers or slices, not ${typeName(key)}`),
    );
  },
  "__iadd__(self, other, /)": (vm: Machine, self, other) => {
    const b = bytesOf(other);
    if (!b) throw typeError(`can't concat ${typeName(other)} to bytearray`);
    // The right operand lends its memory while the left one grows.
    if ((other === self || (other instanceof PyMemoryView && other.owner === self)) && b.length > 0)
      throw raise(E.BufferError!, "Existing exports of data: object cannot be re-sized");
    self.data = concat(vm, [self.data, b]);
    return self;
  },
  "__imul__(self, n, /)": (vm: Machine, self, n) => {
    self.data = REPEAT.value(vm, asInt(n) ?? 0, self).data;
    return self;
  },
  "append(self, item, /)": (vm: Machine, self, item) => {
    vm.alloc(1);
    self.push(arrayByte(item));
    return None;
  },
  "extend(self, items, /)": (vm: Machine, self, items) => {
    const b = bytesOf(items);
    if (b) {
      self.data = concat(vm, [self.data, b]);
      return None;
    }
    return withItems(vm, items, EXTEND, self);
  },
  "insert(self, index, item, /)": (vm: Machine, self, i, item) => {
    let at = needSize(i);
    if (at < 0) at = Math.max(0, at + self.len);
    at = Math.min(at, self.len);
    self.data = concat(vm, [self.data.subarray(0, at), Uint8Array.of(arrayByte(item)), self.data.subarray(at)]);
    return None;
  },
  "pop(self, index=, /)": (_vm, self, i) => {
    let at = i === undefined ? -1 : needSize(i);
    if (self.len === 0) throw indexError("pop from empty bytearray");
    if (at < 0) at += self.len;
    if (at < 0 || at >= self.len) throw indexError("pop index out of range");
    const v = self.data[at];
    DELETE_AT.value(_vm, at, self);
    return v;
  },
  "remove(self, item, /)": (vm: Machine, self, item) => {
    const at = self.data.indexOf(arrayByte(item));
    if (at < 0) throw valueError("value not found in bytearray");
    return DELETE_AT.value(vm, at, self);
  },
  "clear(self)": (_vm, self) => {
    self.data = new Uint8Array(0);
    return None;
  },
  "copy(self)": (vm: Machine, self) => {
    vm.alloc(self.len);
    return new PyByteArray(self.data.slice());
  },
  "reverse(self)": (_vm, self) => {
    self.data.reverse();
    return None;
  },
}));

// --- memoryview --------------------------------------------------------------------------------------------------

statics(T.memoryview, () => ({
  "__new__(cls, object)": (_vm, _cls, o) => {
    if (o instanceof PyMemoryView) return new PyMemoryView(o.owner, o.start, o.count, o.step);
    if (!(o instanceof PyBytes || o instanceof PyByteArray))
      throw typeError(`memoryview: a bytes-like object is required, not '${typeName(o)}'`);
    return new PyMemoryView(o, 0, o.data.length, 1);
  },
}));
const live = (v: PyMemoryView): PyMemoryView => {
  if (v.released) throw valueError("operation forbidden on released memoryview object");
  return v;
};
const writable = (v: PyMemoryView): void => {
  if (!(live(v).owner instanceof PyByteArray)) throw typeError("cannot modify read-only memory");
};
/** A checked position in a view. */
function viewPosition(i: Int, count: number): number {
  if (!fitsIndex(i)) throw indexError("cannot fit 'int' into an index-sized integer");
  const at = i < 0 ? Number(i) + count : Number(i);
  if (at < 0 || at >= count) throw indexError("index out of bounds on dimension 1");
  return at;
}
methods(T.memoryview, () => ({
  "__delitem__(self, key, /)": (_vm, v) => {
    writable(v);
    throw typeError("cannot delete memory");
  },
  "__len__(self)": (_vm, v) => live(v).count,
  "__getitem__(self, key, /)": (_vm, v, key) => {
    live(v);
    if (key instanceof PySlice) {
      const [start, stop, step] = sliceBounds(key, v.count);
      return new PyMemoryView(v.owner, v.start + start * v.step, sliceCount(start, stop, step), v.step * step);
    }
    const i = asInt(key);
    if (i === undefined) throw typeError("memoryview: invalid slice key");
    return v.owner.data[v.start + viewPosition(i, v.count) * v.step];
  },
  "__setitem__(self, key, value, /)": (_vm, v, key, value) => {
    writable(v);
    const d = v.owner.data;
    if (key instanceof PySlice) {
      const [start, stop, step] = sliceBounds(key, v.count);
      const n = sliceCount(start, stop, step);
      const b = need(value).slice();
      if (b.length !== n) throw valueError("memoryview assignment: lvalue and rvalue have different structures");
      for (let i = 0; i < n; i++) d[v.start + (start + i * step) * v.step] = b[i]!;
      return None;
    }
    const i = asInt(key);
    if (i === undefined) throw typeError("memoryview: invalid slice key");
    const at = v.start + viewPosition(i, v.count) * v.step;
    const b = asInt(value);
    if (b === undefined) throw typeError("memoryview: invalid type for format 'B'");
    if (b < 0 || b > 255) throw valueError("memoryview: invalid value for format 'B'");
    d[at] = Number(b);
    return None;
  },
  "__iter__(self)": (_vm, v) => new SequenceIter(Array.from(live(v).bytes())),
  "__eq__(self, other, /)": (_vm, v, other) => {
    const b = bytesOf(other);
    return b ? compareBytes(v.bytes(), b) === 0 : NotImplemented;
  },
  "__hash__(self)": (_vm, v) => hashString(v.structKey()),
  "__enter__(self)": (_vm, v) => live(v),
  "__exit__(self, *args)": (_vm, v) => {
    v.released = true;
    return None;
  },
  "tobytes(self, order=)": (vm: Machine, v) => {
    vm.alloc(v.count);
    return new PyBytes(live(v).bytes());
  },
  "tolist(self)": (vm: Machine, v) => {
    vm.alloc(8 * v.count);
    return new PyList(Array.from(live(v).bytes()));
  },
  "hex(self, sep=, bytes_per_sep=)": (vm: Machine, v, sep, per) => hex(vm, live(v).bytes(), sep, per),
  "release(self)": (_vm, v) => {
    v.released = true;
    return None;
  },
  "cast(self, format, /)": (_vm, v, format) => {
    if (format !== "B") throw valueError("memoryview: only the format 'B' is there");
    return new PyMemoryView(live(v).owner, v.start, v.count, v.step);
  },
  "toreadonly(self)": (_vm, v) => new PyMemoryView(new PyBytes(v.bytes()), 0, v.count, 1),
}));
getters(T.memoryview, () => ({
  nbytes: (_vm, v) => live(v).count,
  itemsize: () => 1,
  format: () => "B",
  readonly: (_vm, v) => !(v.owner instanceof PyByteArray),
  ndim: () => 1,
  shape: (_vm, v) => new PyTuple([v.count]),
  strides: (_vm, v) => new PyTuple([v.step]),
  obj: (_vm, v) => v.owner,
  contiguous: (_vm, v) => v.step === 1,
}));
