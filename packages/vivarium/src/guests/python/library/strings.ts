/** `str`: methods over code points, `%` formatting and `str.format`. */

import {
  keyOf,
  None,
  NotImplemented,
  PyBoxed,
  PyBytes,
  PyDict,
  PyFloat,
  PyList,
  PySlice,
  PyTuple,
  type PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, memoryError, raise, typeError, typeName, valueError } from "../objects/errors.js";
import { formatInt, formatString } from "../objects/format.js";
import { asFloat, asInt, formatDouble, type Int, intToDouble, intToText } from "../objects/numbers.js";
import {
  codePointAt,
  codePoints,
  isBmp,
  sharedCodePoints,
  strLength,
  substring,
  unitsToPoints,
} from "../objects/text.js";
import { call } from "../runtime/calls.js";
import { continuation } from "../runtime/frame.js";
import { StrIter } from "../runtime/iterators.js";
import type { Machine } from "../runtime/machine.js";
import {
  bytesOf,
  compareStrings,
  fitsIndex,
  hashString,
  index,
  position,
  sliceBounds,
  sliceCount,
  sliceItems,
  sliceNeedsIndex,
  withItems,
  withPlainSlice,
} from "../runtime/operators.js";
import { isPrintable, plainString, reprFast, reprString, str, toAscii } from "../runtime/text.js";
import { decodeBytes, encodeText } from "./codecs.js";
import { methods, statics } from "./define.js";

/** The text of a `str` or subclass instance, or `undefined`. */
export function asText(v: Value): string | undefined {
  return typeof v === "string" ? v : v instanceof PyBoxed && typeof v.v === "string" ? v.v : undefined;
}
const S = (v: Value): string => (typeof v === "string" ? v : v.v);

function need(v: Value, what: string): string {
  const s = asText(v);
  if (s === undefined) throw typeError(`${what}, not ${typeName(v)}`);
  return s;
}

/** Checks and pays for a string about to be made. */
function made(vm: Machine, text: string): string {
  vm.alloc(2 * text.length + 16);
  vm.charge(text.length >> 6);
  return text;
}

const STR_NEW = continuation("str.new", (_vm, text, cls) =>
  cls === T.str ? text : new PyBoxed(cls, plainString(text)),
);
statics(T.str, () => ({
  "__new__(cls, object=, encoding=, errors=)": (vm: Machine, cls: PyType, object, encoding, errors) => {
    if (object === undefined) return STR_NEW.value(vm, "", cls);
    if (encoding !== undefined || errors !== undefined) {
      for (const [what, given] of [
        ["encoding", encoding],
        ["errors", errors],
      ])
        if (given !== undefined) need(given, `str() argument '${what}' must be str`);
      if (asText(object) !== undefined) throw typeError("decoding str is not supported");
      const bytes = bytesOf(object);
      if (!bytes) throw typeError(`decoding to str: need a bytes-like object, ${typeName(object)} found`);
      return STR_NEW.value(
        vm,
        made(vm, decodeBytes(bytes, plainString(encoding ?? "utf-8"), plainString(errors ?? "strict"))),
        cls,
      );
    }
    return vm.then(STR_NEW, cls, () => str(vm, object));
  },
}));

// --- searching ---------------------------------------------------------------------------------------------------

/** Start and stop positions of `find` and its kin, clipped, in code points. */
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

/** First (or last) position of a part within bounds, in code points; -1 when absent. */
function find(vm: Machine, text: string, sub: string, start: Value, stop: Value, last: boolean): number {
  vm.charge(text.length >> 5);
  const plain = (start === undefined || start === None) && (stop === undefined || stop === None);
  if (plain) {
    const at = last ? text.lastIndexOf(sub) : text.indexOf(sub);
    return at <= 0 ? at : unitsToPoints(text, at);
  }
  const length = strLength(text);
  const [from, to] = span(length, start, stop);
  if (from > to) return -1;
  const window = substring(text, from, to);
  const at = last ? window.lastIndexOf(sub) : window.indexOf(sub);
  return at < 0 ? -1 : from + unitsToPoints(window, at);
}

function count(vm: Machine, text: string, sub: string): number {
  vm.charge(text.length >> 5);
  if (sub === "") return strLength(text) + 1;
  let n = 0;
  for (let at = text.indexOf(sub); at >= 0; at = text.indexOf(sub, at + sub.length)) n++;
  return n;
}

function affix(name: "startswith" | "endswith") {
  return (_vm: Machine, self: Value, prefix: Value, start: Value, stop: Value): boolean => {
    let text = S(self);
    if (start !== undefined || stop !== undefined) {
      const [from, to] = span(strLength(text), start, stop);
      if (from > strLength(text)) return false;
      if (from > to) return false;
      text = substring(text, from, to);
    }
    const one = (p: Value, inTuple: boolean): boolean => {
      const s = asText(p);
      if (s === undefined)
        throw typeError(
          inTuple
            ? `tuple for ${name} must only contain str, not ${typeName(p)}`
            : `${name} first arg must be str or a tuple of str, not ${typeName(p)}`,
        );
      return name === "startswith" ? text.startsWith(s) : text.endsWith(s);
    };
    return prefix instanceof PyTuple ? prefix.items.some((p) => one(p, true)) : one(prefix, false);
  };
}

// --- splitting ---------------------------------------------------------------------------------------------------

/** Python's white space. */
const SPACE = "\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000";
const SPACES = new RegExp(`[${SPACE}]+`, "g");
const LEFT = new RegExp(`^[${SPACE}]+`);
const ONLY_SPACE = new RegExp(`^[${SPACE}]+$`);

function limit(v: Value): number {
  const i = v === undefined ? -1 : asInt(v);
  if (i === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  return i < 0 ? Number.POSITIVE_INFINITY : Number(i);
}

function split(vm: Machine, text: string, separator: Value, max: number): string[] {
  vm.charge(text.length >> 4);
  vm.alloc(2 * text.length + 16);
  if (separator === undefined || separator === None) {
    const trimmed = text.replace(LEFT, "");
    if (max === Number.POSITIVE_INFINITY) {
      const whole = trimEnd(trimmed);
      return whole === "" ? [] : whole.split(SPACES);
    }
    const out: string[] = [];
    let rest = trimmed;
    while (rest !== "") {
      if (out.length >= max) {
        out.push(rest);
        break;
      }
      SPACES.lastIndex = 0;
      const m = SPACES.exec(rest);
      if (!m) {
        out.push(rest);
        break;
      }
      out.push(rest.slice(0, m.index));
      rest = rest.slice(m.index + m[0].length);
    }
    return out;
  }
  const sep = need(separator, "must be str or None");
  if (sep === "") throw valueError("empty separator");
  if (max === Number.POSITIVE_INFINITY) return text.split(sep);
  const out: string[] = [];
  let from = 0;
  while (out.length < max) {
    const at = text.indexOf(sep, from);
    if (at < 0) break;
    out.push(text.slice(from, at));
    from = at + sep.length;
  }
  out.push(text.slice(from));
  return out;
}

function trimEnd(text: string): string {
  let end = text.length;
  while (end > 0 && ONLY_SPACE.test(text[end - 1]!)) end--;
  return text.slice(0, end);
}

function rsplit(vm: Machine, text: string, separator: Value, max: number): string[] {
  if (max === Number.POSITIVE_INFINITY) return split(vm, text, separator, max);
  vm.charge(text.length >> 4);
  const out: string[] = [];
  if (separator === undefined || separator === None) {
    let rest = trimEnd(text);
    while (rest !== "") {
      if (out.length >= max) {
        out.push(rest);
        break;
      }
      let at = rest.length;
      while (at > 0 && !ONLY_SPACE.test(rest[at - 1]!)) at--;
      out.push(rest.slice(at));
      rest = trimEnd(rest.slice(0, at));
    }
    return out.reverse();
  }
  const sep = need(separator, "must be str or None");
  if (sep === "") throw valueError("empty separator");
  let to = text.length;
  while (out.length < max) {
    const at = to - sep.length < 0 ? -1 : text.lastIndexOf(sep, to - sep.length);
    if (at < 0) break;
    out.push(text.slice(at + sep.length, to));
    to = at;
  }
  out.push(text.slice(0, to));
  return out.reverse();
}

/** Removes characters of a set, or white space, at the ends asked for. */
function strip(self: Value, chars: Value, left: boolean, right: boolean): string {
  let text = S(self);
  if (chars === undefined || chars === None) {
    if (left) text = text.replace(LEFT, "");
    return right ? trimEnd(text) : text;
  }
  const given = asText(chars);
  if (given === undefined) throw typeError(`${left && right ? "" : left ? "l" : "r"}strip arg must be None or str`);
  const set = new Set(codePoints(given));
  const points = codePoints(text);
  let from = 0;
  let to = points.length;
  if (left) while (from < to && set.has(points[from]!)) from++;
  if (right) while (to > from && set.has(points[to - 1]!)) to--;
  return points.slice(from, to).join("");
}

// --- case and classes --------------------------------------------------------------------------------------------

const upper = (c: string): boolean => /\p{Uppercase}/u.test(c);
const lower = (c: string): boolean => /\p{Lowercase}/u.test(c);
const titled = (c: string): boolean => /\p{Lt}/u.test(c);
const cased = (c: string): boolean => upper(c) || lower(c) || titled(c);

function titleCase(c: string): string {
  const t = TITLE[c];
  if (t !== undefined) return t;
  const u = c.toUpperCase();
  if (u.length > 1 && c.length === 1) return u[0]! + u.slice(1).toLowerCase();
  return u;
}
/** Characters whose title case is not their upper case. */
const TITLE: Record<string, string> = {
  Ǆ: "ǅ",
  ǅ: "ǅ",
  ǆ: "ǅ",
  Ǉ: "ǈ",
  ǈ: "ǈ",
  ǉ: "ǈ",
  Ǌ: "ǋ",
  ǋ: "ǋ",
  ǌ: "ǋ",
  Ǳ: "ǲ",
  ǲ: "ǲ",
  ǳ: "ǲ",
};

function every(self: Value, test: RegExp): boolean {
  const text = S(self);
  return text !== "" && test.test(text);
}

function width(vm: Machine, v: Value): number {
  const n = asInt(v);
  if (n === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  const w = Number(n);
  if (w > 0x1fff_ffe8) throw memoryError();
  if (w > 0) vm.alloc(2 * w);
  return w;
}
function filler(v: Value): string {
  if (v === undefined) return " ";
  const s = asText(v);
  if (s === undefined) throw typeError(`The fill character must be a unicode character, not ${typeName(v)}`);
  if (strLength(s) !== 1) throw typeError("The fill character must be exactly one character long");
  return s;
}

// --- joining -----------------------------------------------------------------------------------------------------

const JOIN = continuation("str.join", (vm: Machine, items: Value[], separator) => {
  let size = 0;
  const parts: string[] = new Array(items.length);
  for (let i = 0; i < items.length; i++) {
    const s = asText(items[i]);
    if (s === undefined) throw typeError(`sequence item ${i}: expected str instance, ${typeName(items[i])} found`);
    size += s.length + separator.length;
    parts[i] = s;
  }
  vm.alloc(2 * size + 16);
  vm.charge(size >> 6);
  return parts.join(separator);
});

const STR_AT = continuation("str.at", (_vm, i, text) => {
  return codePointAt(text, position(i, strLength(text), "string"));
});

const REPEAT = continuation("str.repeat", (vm: Machine, n, text) => {
  if (!fitsIndex(n)) throw raise(E.OverflowError!, "cannot fit 'int' into an index-sized integer");
  const times = typeof n === "bigint" ? (n < 0n ? 0 : Number.POSITIVE_INFINITY) : Math.max(0, n);
  if (text === "" || times === 0) return "";
  const total = times * text.length;
  if (total > 0x1fff_ffe8) throw memoryError();
  vm.alloc(2 * total + 16);
  vm.charge(total >> 8);
  return text.repeat(times);
});

const order = (test: (o: number) => boolean) => (_vm: Machine, a: Value, b: Value) => {
  const t = asText(b);
  return t === undefined ? NotImplemented : test(compareStrings(S(a), t));
};

methods(T.str, () => ({
  "__repr__(self)": (vm: Machine, s) => made(vm, reprString(S(s))),
  "__str__(self)": (_vm, s) => S(s),
  "__len__(self)": (_vm, s) => strLength(S(s)),
  "__hash__(self)": (_vm, s) => hashString(S(s)),
  "__eq__(self, other, /)": order((o) => o === 0),
  "__ne__(self, other, /)": order((o) => o !== 0),
  "__lt__(self, other, /)": order((o) => o < 0),
  "__le__(self, other, /)": order((o) => o <= 0),
  "__gt__(self, other, /)": order((o) => o > 0),
  "__ge__(self, other, /)": order((o) => o >= 0),
  "__iter__(self)": (_vm, s) => new StrIter(S(s)),
  "__contains__(self, item, /)": (vm: Machine, s, item) => {
    const t = asText(item);
    if (t === undefined) throw typeError(`'in <string>' requires string as left operand, not ${typeName(item)}`);
    vm.charge(S(s).length >> 6);
    return S(s).includes(t);
  },
  "__getitem__(self, key, /)": (vm: Machine, s, key) => {
    const text = S(s);
    if (key instanceof PySlice) {
      if (sliceNeedsIndex(key)) return withPlainSlice(vm, T.str.ns.getStr("__getitem__"), s, key);
      const [start, stop, step] = sliceBounds(key, strLength(text));
      if (step === 1) return made(vm, substring(text, start, stop));
      vm.alloc(2 * sliceCount(start, stop, step));
      return sliceItems(
        isBmp(text) ? (text as unknown as string[]) : (sharedCodePoints(text) as string[]),
        start,
        stop,
        step,
      ).join("");
    }
    if (asInt(key) === undefined && typeOf(key).lookup("__index__") === undefined)
      throw typeError(`string indices must be integers, not '${typeName(key)}'`);
    if (typeof key === "number") return STR_AT.value(vm, key, text);
    return vm.then(STR_AT, text, () => index(vm, key));
  },
  "__add__(self, other, /)": (vm: Machine, a, b) => {
    const t = asText(b);
    if (t === undefined) throw typeError(`can only concatenate str (not "${typeName(b)}") to str`);
    return made(vm, S(a) + t);
  },
  "__mul__(self, n, /)": (vm: Machine, s, n) =>
    asInt(n) === undefined && typeOf(n).lookup("__index__") === undefined
      ? NotImplemented
      : vm.then(REPEAT, S(s), () => index(vm, n)),
  "__rmul__(self, n, /)": (vm: Machine, s, n) =>
    asInt(n) === undefined && typeOf(n).lookup("__index__") === undefined
      ? NotImplemented
      : vm.then(REPEAT, S(s), () => index(vm, n)),
  "__mod__(self, args, /)": (vm: Machine, s, args) => percent(vm, S(s), args),
  "__rmod__(self, other, /)": () => NotImplemented,
  "__format__(self, spec, /)": (vm: Machine, s, spec) => formatString(vm, S(s), plainString(spec), s),
  "__getnewargs__(self)": (_vm, s) => new PyTuple([S(s)]),
  "find(self, sub, start=, stop=, /)": (vm: Machine, s, sub, a, b) =>
    find(vm, S(s), need(sub, "must be str"), a, b, false),
  "rfind(self, sub, start=, stop=, /)": (vm: Machine, s, sub, a, b) =>
    find(vm, S(s), need(sub, "must be str"), a, b, true),
  "index(self, sub, start=, stop=, /)": (vm: Machine, s, sub, a, b) => {
    const at = find(vm, S(s), need(sub, "must be str"), a, b, false);
    if (at < 0) throw valueError("substring not found");
    return at;
  },
  "rindex(self, sub, start=, stop=, /)": (vm: Machine, s, sub, a, b) => {
    const at = find(vm, S(s), need(sub, "must be str"), a, b, true);
    if (at < 0) throw valueError("substring not found");
    return at;
  },
  "count(self, sub, start=, stop=, /)": (vm: Machine, s, sub, a, b) => {
    const text = S(s);
    const part = need(sub, "must be str");
    if (a === undefined && b === undefined) return count(vm, text, part);
    const [from, to] = span(strLength(text), a, b);
    if (from > to) return 0;
    return count(vm, substring(text, from, to), part);
  },
  "startswith(self, prefix, start=, stop=, /)": affix("startswith"),
  "endswith(self, suffix, start=, stop=, /)": affix("endswith"),
  "split(self, sep=, maxsplit=)": (vm: Machine, s, sep, max) => {
    const parts = split(vm, S(s), sep, limit(max));
    vm.alloc(24 * parts.length);
    return new PyList(parts);
  },
  "rsplit(self, sep=, maxsplit=)": (vm: Machine, s, sep, max) => new PyList(rsplit(vm, S(s), sep, limit(max))),
  "splitlines(self, keepends=)": (vm: Machine, s, keep) => {
    const text = S(s);
    vm.charge(text.length >> 4);
    vm.alloc(2 * text.length);
    const out: string[] = [];
    const pattern = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/g;
    let from = 0;
    for (let m = pattern.exec(text); m; m = pattern.exec(text)) {
      out.push(text.slice(from, keep !== undefined && keep !== false && keep !== 0 ? m.index + m[0].length : m.index));
      from = m.index + m[0].length;
    }
    if (from < text.length) out.push(text.slice(from));
    return new PyList(out);
  },
  "partition(self, sep, /)": (_vm, s, sep) => {
    const part = need(sep, "must be str");
    if (part === "") throw valueError("empty separator");
    const text = S(s);
    const at = text.indexOf(part);
    return new PyTuple(at < 0 ? [text, "", ""] : [text.slice(0, at), part, text.slice(at + part.length)]);
  },
  "rpartition(self, sep, /)": (_vm, s, sep) => {
    const part = need(sep, "must be str");
    if (part === "") throw valueError("empty separator");
    const text = S(s);
    const at = text.lastIndexOf(part);
    return new PyTuple(at < 0 ? ["", "", text] : [text.slice(0, at), part, text.slice(at + part.length)]);
  },
  "join(self, iterable, /)": (vm: Machine, s, iterable) => {
    if (typeOf(iterable).lookup("__iter__") === undefined && typeOf(iterable).lookup("__getitem__") === undefined)
      throw typeError("can only join an iterable");
    return withItems(vm, iterable, JOIN, S(s));
  },
  "replace(self, old, new, count=, /)": (vm: Machine, s, old, by, max) => {
    const text = S(s);
    const from = need(old, "replace() argument 1 must be str");
    const to = need(by, "replace() argument 2 must be str");
    const most = limit(max);
    vm.charge(text.length >> 4);
    if (most === 0) return text;
    const found = from === "" ? strLength(text) + 1 : count(vm, text, from);
    const times = Math.min(found, most);
    vm.alloc(2 * Math.max(0, text.length + times * (to.length - from.length)) + 16);
    if (text.length + times * (to.length - from.length) > 0x1fff_ffe8) throw memoryError();
    if (from === "") {
      const points = codePoints(text);
      let out = "";
      for (let i = 0; i <= points.length; i++) out += (i < times ? to : "") + (points[i] ?? "");
      return out;
    }
    if (most === Number.POSITIVE_INFINITY) return text.split(from).join(to);
    const parts = split(vm, text, from, most);
    return parts.join(to);
  },
  "strip(self, chars=, /)": (_vm, s, c) => strip(s, c, true, true),
  "lstrip(self, chars=, /)": (_vm, s, c) => strip(s, c, true, false),
  "rstrip(self, chars=, /)": (_vm, s, c) => strip(s, c, false, true),
  "removeprefix(self, prefix, /)": (_vm, s, p) => {
    const part = need(p, "removeprefix() argument must be str");
    return S(s).startsWith(part) ? S(s).slice(part.length) : S(s);
  },
  "removesuffix(self, suffix, /)": (_vm, s, p) => {
    const part = need(p, "removesuffix() argument must be str");
    return part !== "" && S(s).endsWith(part) ? S(s).slice(0, -part.length) : S(s);
  },
  "lower(self)": (vm: Machine, s) => made(vm, S(s).toLowerCase()),
  "upper(self)": (vm: Machine, s) => made(vm, S(s).toUpperCase()),
  "casefold(self)": (vm: Machine, s) =>
    made(vm, S(s).replaceAll("ẞ", "ss").toUpperCase().toLowerCase().replaceAll("ς", "σ").replaceAll("ß", "ss")),
  "swapcase(self)": (vm: Machine, s) =>
    made(
      vm,
      codePoints(S(s))
        .map((c) => (upper(c) ? c.toLowerCase() : c.toUpperCase()))
        .join(""),
    ),
  "capitalize(self)": (vm: Machine, s) => {
    const points = codePoints(S(s));
    return made(vm, points.length === 0 ? "" : titleCase(points[0]!) + points.slice(1).join("").toLowerCase());
  },
  "title(self)": (vm: Machine, s) => {
    let inside = false;
    let out = "";
    for (const c of S(s)) {
      out += inside ? c.toLowerCase() : titleCase(c);
      inside = cased(c);
    }
    return made(vm, out);
  },
  "center(self, width, fillchar=, /)": (vm: Machine, s, w, fill) => {
    const text = S(s);
    const missing = width(vm, w) - strLength(text);
    const c = filler(fill);
    if (missing <= 0) return text;
    const left = (missing >> 1) + (missing & Number(width(vm, w)) & 1);
    return c.repeat(left) + text + c.repeat(missing - left);
  },
  "ljust(self, width, fillchar=, /)": (vm: Machine, s, w, fill) =>
    S(s) + filler(fill).repeat(Math.max(0, width(vm, w) - strLength(S(s)))),
  "rjust(self, width, fillchar=, /)": (vm: Machine, s, w, fill) =>
    filler(fill).repeat(Math.max(0, width(vm, w) - strLength(S(s)))) + S(s),
  "zfill(self, width, /)": (vm: Machine, s, w) => {
    const text = S(s);
    const zeros = "0".repeat(Math.max(0, width(vm, w) - strLength(text)));
    return text[0] === "+" || text[0] === "-" ? text[0] + zeros + text.slice(1) : zeros + text;
  },
  "expandtabs(self, tabsize=)": (vm: Machine, s, size) => {
    const n = size === undefined ? 8 : width(vm, size);
    let column = 0;
    let out = "";
    for (const c of S(s)) {
      if (c === "\t") {
        const fill = n > 0 ? n - (column % n) : 0;
        vm.alloc(2 * fill);
        out += " ".repeat(fill);
        column += fill;
      } else {
        out += c;
        column = c === "\n" || c === "\r" ? 0 : column + 1;
      }
    }
    return out;
  },
  "isdigit(self)": (_vm, s) =>
    every(
      s,
      /^[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089\u2460-\u2468\u2474-\u247c\u2488-\u2490\u24ea]+$/u,
    ),
  "isdecimal(self)": (_vm, s) => every(s, /^\p{Nd}+$/u),
  "isnumeric(self)": (_vm, s) =>
    every(s, /^[\p{N}\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341\u767e\u5343\u4e07]+$/u),
  "isalpha(self)": (_vm, s) => every(s, /^\p{L}+$/u),
  "isalnum(self)": (_vm, s) => every(s, /^[\p{L}\p{N}]+$/u),
  "isspace(self)": (_vm, s) => every(s, ONLY_SPACE),
  "isascii(self)": (_vm, s) => /^[\x00-\x7f]*$/.test(S(s)),
  "isprintable(self)": (_vm, s) => codePoints(S(s)).every(isPrintable),
  "isidentifier(self)": (_vm, s) => /^[\p{XID_Start}_]\p{XID_Continue}*$/u.test(S(s)),
  "isupper(self)": (_vm, s) => {
    const points = codePoints(S(s));
    return points.some(upper) && !points.some((c) => lower(c) || titled(c));
  },
  "islower(self)": (_vm, s) => {
    const points = codePoints(S(s));
    return points.some(lower) && !points.some((c) => upper(c) || titled(c));
  },
  "istitle(self)": (_vm, s) => {
    let seen = false;
    let inside = false;
    for (const c of S(s)) {
      if (upper(c) || titled(c)) {
        if (inside) return false;
        inside = seen = true;
      } else if (lower(c)) {
        if (!inside) return false;
        seen = true;
      } else inside = false;
    }
    return seen;
  },
  "encode(self, encoding=, errors=)": (vm: Machine, s, encoding, errors) => {
    vm.alloc(S(s).length);
    vm.charge(S(s).length >> 5);
    return new PyBytes(encodeText(S(s), plainString(encoding ?? "utf-8"), plainString(errors ?? "strict")));
  },
  "format(self, *args, **kw)": (vm: Machine, s, args, kw) => strFormat(vm, S(s), args, kw),
  "format_map(self, mapping, /)": (vm: Machine, s, mapping) =>
    call(vm, vm.routine("str_format"), [pieces(S(s)), new PyTuple([]), mapping, true]),
  "translate(self, table, /)": (vm: Machine, s, table) => {
    if (table instanceof PyDict && !table.cls.isHeap) {
      let out = "";
      vm.charge(S(s).length >> 2);
      for (const c of S(s)) {
        const by = table.getKey(c.codePointAt(0)!);
        if (by === undefined) out += c;
        else if (by === None) continue;
        else {
          const code = asInt(by);
          if (code === undefined) {
            const replacement = asText(by);
            if (replacement === undefined) throw typeError("character mapping must return integer, None or str");
            out += replacement;
          } else if (code < 0 || code > 0x10ffff) throw valueError("character mapping must be in range(0x110000)");
          else out += String.fromCodePoint(Number(code));
        }
      }
      return made(vm, out);
    }
    return call(vm, vm.routine("str_translate"), [S(s), table]);
  },
}));
statics(T.str, () => ({
  "maketrans(x, y=, z=, /)": (_vm, x, y, z) => {
    const table = new PyDict();
    if (y === undefined) {
      if (!(x instanceof PyDict)) throw typeError("if you give only one argument to maketrans it must be a dict");
      for (const [k, v] of x.liveEntries()) {
        const t = asText(k);
        if (t !== undefined && strLength(t) !== 1)
          throw valueError("string keys in translate table must be of length 1");
        const code = t === undefined ? k : t.codePointAt(0)!;
        table.setKey(keyOf(code)!, code, v);
      }
      return table;
    }
    const second = need(y, "maketrans() argument 2 must be str");
    const third = z === undefined ? "" : need(z, "maketrans() argument 3 must be str");
    const first = asText(x);
    if (first === undefined) throw typeError("first maketrans argument must be a string if there is a second argument");
    const [a, b] = [codePoints(first), codePoints(second)];
    if (a.length !== b.length) throw valueError("the first two maketrans arguments must have equal length");
    a.forEach((c, i) => table.setKey(c.codePointAt(0)!, c.codePointAt(0)!, b[i]!.codePointAt(0)!));
    for (const c of third) table.setKey(c.codePointAt(0)!, c.codePointAt(0)!, None);
    return table;
  },
}));

// --- str.format --------------------------------------------------------------------------------------------------

/** Splits a format string into literal, field name or None, spec, conversion. */
export function pieces(text: string): PyTuple {
  const out: Value[] = [];
  let literal = "";
  let i = 0;
  while (i < text.length) {
    const c = text[i]!;
    if (c === "{" || c === "}") {
      if (text[i + 1] === c) {
        literal += c;
        i += 2;
        continue;
      }
      if (c === "}") throw valueError("Single '}' encountered in format string");
      let depth = 1;
      let j = i + 1;
      let brackets = 0;
      for (; j < text.length && depth > 0; j++) {
        const d = text[j];
        if (d === "[" && depth === 1) brackets++;
        if (d === "]" && brackets > 0) brackets = 0;
        else if (d === "{" && brackets === 0) depth++;
        else if (d === "}" && brackets === 0) depth--;
      }
      if (depth > 0)
        throw valueError(
          i + 1 >= text.length ? "Single '{' encountered in format string" : "expected '}' before end of string",
        );
      const field = text.slice(i + 1, j - 1);
      const m = /^((?:[^:![]|\[[^\]]*\])*)(?:!([^:]*))?(?::([\s\S]*))?$/.exec(field);
      if (!m) throw valueError("expected '}' before end of string");
      const conversion = m[2];
      if (conversion !== undefined && conversion.length !== 1) {
        if (conversion === "") throw valueError("end of string while looking for conversion specifier");
        throw valueError("expected ':' after conversion specifier");
      }
      if (conversion !== undefined && !"rsa".includes(conversion))
        throw valueError(`Unknown conversion specifier '${conversion}'`);
      out.push(new PyTuple([literal, m[1]!, m[3] ?? "", conversion ?? None]));
      literal = "";
      i = j;
      continue;
    }
    let j = i;
    while (j < text.length && text[j] !== "{" && text[j] !== "}") j++;
    literal += text.slice(i, j);
    i = j;
  }
  if (literal !== "" || out.length === 0) out.push(new PyTuple([literal, None, None, None]));
  return new PyTuple(out);
}

function strFormat(vm: Machine, text: string, args: Value[], kw: PyDict): Value {
  const parts = pieces(text);
  let out = "";
  let auto = 0;
  for (const part of parts.items) {
    const [literal, field, spec, conversion] = (part as PyTuple).items;
    out += literal;
    if (field === None) continue;
    const simple =
      conversion === None && !spec.includes("{") && (field === "" ? auto >= 0 : auto <= 0 && /^\d+$/.test(field));
    if (!simple) return call(vm, vm.routine("str_format"), [parts, new PyTuple(args), kw, false]);
    const value = field === "" ? args[auto++] : args[Number(field)];
    if (field !== "") auto = -1;
    const t = typeof value;
    if (t === "string") out += formatString(vm, value, spec);
    else if (t === "number") out += formatInt(vm, value, spec);
    else return call(vm, vm.routine("str_format"), [parts, new PyTuple(args), kw, false]);
  }
  return made(vm, out);
}

// --- % formatting ------------------------------------------------------------------------------------------------

interface Conversion {
  literal: string;
  key: string | undefined;
  flags: string;
  width: string;
  precision: string | undefined;
  code: string;
  at: number;
}

function conversions(text: string): { list: Conversion[]; tail: string } {
  const list: Conversion[] = [];
  let literal = "";
  let i = 0;
  while (i < text.length) {
    const at = text.indexOf("%", i);
    if (at < 0) break;
    literal += text.slice(i, at);
    if (text[at + 1] === "%") {
      literal += "%";
      i = at + 2;
      continue;
    }
    let j = at + 1;
    let key: string | undefined;
    if (text[j] === "(") {
      let depth = 1;
      let k = j + 1;
      for (; k < text.length && depth > 0; k++) {
        if (text[k] === "(") depth++;
        else if (text[k] === ")") depth--;
      }
      if (depth > 0) throw valueError("incomplete format key");
      key = text.slice(j + 1, k - 1);
      j = k;
    }
    const m = /^([#0\- +]*)(\*|\d*)(?:\.(\*|\d*))?[hlL]?/.exec(text.slice(j, j + 64))!;
    j += m[0].length;
    const code = text[j];
    if (code === undefined) throw valueError("incomplete format");
    list.push({
      literal,
      key,
      flags: m[1]!,
      width: m[2]!,
      precision: m[0].includes(".") ? (m[3] ?? "0") : undefined,
      code: String.fromCodePoint(text.codePointAt(j)!),
      at: j,
    });
    literal = "";
    i = j + code.length;
  }
  return { list, tail: literal + text.slice(i) };
}

/** `text % args`. Values whose `__str__` or `__repr__` is guest code are converted by a routine first. */
/** Literals and conversions of a format, for the routine that formats bytes; the last has no code. */
export function percentParts(text: string): PyTuple {
  const { list, tail } = conversions(text);
  const parts = list.map(
    (c) => new PyTuple([c.literal, c.key ?? None, c.flags, c.width, c.precision ?? None, c.code, c.at]),
  );
  return new PyTuple([...parts, new PyTuple([tail, None, "", "", None, "", 0])]);
}

function percent(vm: Machine, text: string, args: Value): Value {
  vm.charge(text.length >> 4);
  const { list, tail } = conversions(text);
  const tuple = args instanceof PyTuple ? args.items : undefined;
  const isMapping =
    tuple === undefined &&
    typeof args === "object" &&
    asText(args) === undefined &&
    typeOf(args).lookup("__getitem__") !== undefined;
  let at = 0;
  const take = (): Value => {
    if (tuple) {
      if (at >= tuple.length) throw typeError("not enough arguments for format string");
      return tuple[at++];
    }
    if (at++ > 0) throw typeError("not enough arguments for format string");
    return args;
  };
  const integer = (v: Value): number => {
    const n = asInt(v);
    if (n === undefined) throw typeError("* wants int");
    if (n > 0x7fff_ffff || n < -0x7fff_ffff) throw raise(E.OverflowError!, "Python int too large to convert to C int");
    return Number(n);
  };
  let out = "";
  const slow = (): Value =>
    call(vm, vm.routine("percent_format"), [
      text,
      args,
      new PyTuple(
        list.map((c) => new PyTuple([c.literal, c.key ?? None, c.flags, c.width, c.precision ?? None, c.code, c.at])),
      ),
      tail,
      isMapping,
    ]);
  for (const c of list) {
    out += c.literal;
    if (c.key !== undefined) {
      if (!isMapping) throw typeError("format requires a mapping");
      if (!(args instanceof PyDict) || args.cls.isHeap) return slow();
    }
    const width = c.width === "*" ? integer(take()) : c.width === "" ? 0 : Number(c.width);
    const precision =
      c.precision === undefined
        ? -1
        : c.precision === "*"
          ? integer(take())
          : c.precision === ""
            ? 0
            : Number(c.precision);
    let value: Value;
    if (c.key !== undefined) {
      value = (args as PyDict).getStr(c.key);
      if (value === undefined) throw raise(E.KeyError!, c.key);
      at = 1;
    } else value = take();
    const piece = formatPercent(vm, c, width, precision, value);
    if (piece === undefined) return slow();
    out += piece;
  }
  const all = tuple ? at >= tuple.length : at > 0 || isMapping;
  if (!all) throw typeError("not all arguments converted during string formatting");
  return made(vm, out + tail);
}

/** One conversion, or `undefined` when guest code is needed. */
export function formatPercent(
  vm: Machine,
  c: { flags: string; code: string; at: number },
  width: number,
  precision: number,
  value: Value,
): string | undefined {
  const left = c.flags.includes("-") || width < 0;
  const total = Math.abs(width);
  if (total > 0x7ffffff || precision > 0x7ffffff) throw valueError("width too big");
  vm.alloc(2 * (total + Math.max(0, precision)));
  const zero = c.flags.includes("0") && !left;
  const plus = c.flags.includes("+") ? "+" : c.flags.includes(" ") ? " " : "";
  const alt = c.flags.includes("#");
  let sign = "";
  let body: string;
  let numeric = true;
  switch (c.code) {
    case "s":
    case "r":
    case "a": {
      numeric = false;
      const s = c.code === "s" ? (asText(value) ?? strFast(vm, value)) : reprFast(vm, value);
      if (s === undefined) return undefined;
      body = c.code === "a" ? toAscii(s) : s;
      if (precision >= 0) body = substring(body, 0, precision);
      break;
    }
    case "c": {
      numeric = false;
      const s = asText(value);
      if (s !== undefined) {
        if (strLength(s) !== 1) throw typeError("%c requires int or char");
        body = s;
      } else {
        const i = asInt(value);
        if (i === undefined) throw typeError("%c requires int or char");
        if (i < 0 || i >= 0x110000) throw raise(E.OverflowError!, "%c arg not in range(0x110000)");
        body = String.fromCodePoint(Number(i));
      }
      break;
    }
    case "d":
    case "i":
    case "u":
    case "x":
    case "X":
    case "o": {
      let i: Int | undefined = asInt(value);
      const decimal = c.code === "d" || c.code === "i" || c.code === "u";
      if (i === undefined) {
        const d = asFloat(value);
        if (d !== undefined && decimal) i = asInt(T.float.ns.getStr("__int__").fn(vm, new PyFloat(d)));
        else if (
          typeof value === "object" &&
          (typeOf(value).lookup("__index__") !== undefined ||
            (decimal && typeOf(value).lookup("__int__") !== undefined))
        )
          return undefined;
        else
          throw typeError(
            decimal
              ? `%${c.code} format: a real number is required, not ${typeName(value)}`
              : `%${c.code} format: an integer is required, not ${typeName(value)}`,
          );
      }
      const magnitude = i! < 0 ? -i! : i!;
      sign = i! < 0 ? "-" : plus;
      body = decimal ? intToText(vm, magnitude) : magnitude.toString(c.code === "o" ? 8 : 16);
      if (c.code === "X") body = body.toUpperCase();
      if (precision > body.length) body = "0".repeat(precision - body.length) + body;
      if (alt && !decimal) sign += c.code === "o" ? "0o" : `0${c.code}`;
      break;
    }
    case "e":
    case "E":
    case "f":
    case "F":
    case "g":
    case "G": {
      let d = asFloat(value);
      if (d === undefined) {
        const i = asInt(value);
        if (i === undefined) {
          if (
            typeof value === "object" &&
            (typeOf(value).lookup("__float__") !== undefined || typeOf(value).lookup("__index__") !== undefined)
          )
            return undefined;
          throw typeError(`must be real number, not ${typeName(value)}`);
        }
        d = intToDouble(i);
      }
      vm.charge(Math.max(0, precision) >> 4);
      sign = d < 0 || Object.is(d, -0) ? "-" : plus;
      body = formatDouble(d, c.code, precision < 0 ? 6 : precision, alt);
      break;
    }
    default:
      throw valueError(
        `unsupported format character '${c.code}' (0x${c.code.codePointAt(0)!.toString(16)}) at index ${c.at}`,
      );
  }
  const missing = total - strLength(sign + body);
  if (missing <= 0) return sign + body;
  if (left) return sign + body + " ".repeat(missing);
  if (zero && numeric) return sign + "0".repeat(missing) + body;
  return " ".repeat(missing) + sign + body;
}

/** `str(value)` without guest code, or `undefined`. */
export function strFast(vm: Machine, v: Value): string | undefined {
  if (typeof v !== "object") return typeof v === "string" ? v : reprFast(vm, v);
  if (typeOf(v).lookup("__str__") === T.object.ns.getStr("__str__")) return reprFast(vm, v);
  const text = asText(v);
  if (text !== undefined && typeOf(v).lookup("__str__") === T.str.ns.getStr("__str__")) return text;
  return undefined;
}
