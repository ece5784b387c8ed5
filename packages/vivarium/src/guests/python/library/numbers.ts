/** `int`, `bool`, `float`, `complex`. */

import {
  identityOf,
  None,
  NotImplemented,
  PyBoxed,
  PyBytes,
  PyComplex,
  PyFloat,
  PyTuple,
  type PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { overflowError, typeError, typeName, valueError } from "../objects/errors.js";
import { formatComplex, formatFloat, formatInt } from "../objects/format.js";
import {
  arithmetic,
  asComplex,
  asFloat,
  asInt,
  asReal,
  bitLength,
  compareReals,
  complexRepr,
  DUNDERS,
  decompose,
  doubleToInt,
  floatDivmod,
  floatRepr,
  hashDouble,
  hashInt,
  type Int,
  intFloorDiv,
  intMod,
  intPowMod,
  intToDouble,
  intToText,
  norm,
  parseFloatText,
  parseIntText,
  roundDouble,
  roundToInt,
  scaleBig,
} from "../objects/numbers.js";
import { call, callSpecial } from "../runtime/calls.js";
import { continuation } from "../runtime/frame.js";
import type { Machine } from "../runtime/machine.js";
import { bytesOf, hash, index, withItems } from "../runtime/operators.js";
import { plainString, reprBytes, reprString, str } from "../runtime/text.js";
import { classMethods, getters, methods, statics } from "./define.js";

const boxed = (cls: PyType, v: Value): Value =>
  cls === T.int || cls === T.float || cls === T.str ? v : new PyBoxed(cls, v);

// --- operators ---------------------------------------------------------------------------------------------------

const kinds: readonly [PyType, (v: Value) => boolean][] = [
  [T.int, (v) => asInt(v) !== undefined],
  [T.float, (v) => asReal(v) !== undefined],
  [T.complex, (v) => asComplex(v) !== undefined],
];
for (const [type, accepts] of kinds) {
  DUNDERS.forEach((name, op) => {
    if (op === 3 || (type !== T.int && op >= 8) || (type === T.complex && (op === 5 || op === 6))) return;
    methods(type, {
      [`__${name}__(self, other, /)`]: (vm: Machine, a, b) => (accepts(b) ? arithmetic(vm, op, a, b) : NotImplemented),
      [`__r${name}__(self, other, /)`]: (vm: Machine, a, b) => (accepts(b) ? arithmetic(vm, op, b, a) : NotImplemented),
    });
  });
}
const real = (v: Value): boolean => asInt(v) !== undefined || asFloat(v) !== undefined;
for (const type of [T.int, T.float]) {
  const ordered = (test: (o: number) => boolean) => (_vm: Machine, a: Value, b: Value) => {
    if (!(type === T.int ? asInt(b) !== undefined : real(b))) return NotImplemented;
    const o = compareReals(a, b)!;
    return o === o && test(o);
  };
  methods(type, {
    "__eq__(self, other, /)": (_vm, a, b) =>
      !(type === T.int ? asInt(b) !== undefined : real(b)) ? NotImplemented : compareReals(a, b) === 0,
    "__ne__(self, other, /)": (_vm, a, b) =>
      !(type === T.int ? asInt(b) !== undefined : real(b)) ? NotImplemented : compareReals(a, b) !== 0,
    "__lt__(self, other, /)": ordered((o) => o < 0),
    "__le__(self, other, /)": ordered((o) => o <= 0),
    "__gt__(self, other, /)": ordered((o) => o > 0),
    "__ge__(self, other, /)": ordered((o) => o >= 0),
  });
}
methods(T.complex, () => ({
  "__eq__(self, other, /)": (_vm, a, b) => {
    const c = asComplex(b);
    return c ? a.re === c.re && a.im === c.im : NotImplemented;
  },
  "__hash__(self)": (vm: Machine, self) => (self.im === 0 ? hashDouble(self.re, self, identityOf) : hash(vm, self)),
}));
// bool & | ^ give bools.
for (const name of ["and", "or", "xor"]) {
  const op = DUNDERS.indexOf(name as "and");
  methods(T.bool, {
    [`__${name}__(self, other, /)`]: (vm: Machine, a, b) =>
      asInt(b) !== undefined ? arithmetic(vm, op, a, b) : NotImplemented,
    [`__r${name}__(self, other, /)`]: (vm: Machine, a, b) =>
      asInt(b) !== undefined ? arithmetic(vm, op, b, a) : NotImplemented,
  });
}

// --- int ---------------------------------------------------------------------------------------------------------

const INT_RESULT = continuation("int.new", (_vm, v, state) => {
  const i = asInt(v);
  if (i === undefined) throw typeError(`${state.what} returned non-int (type ${typeName(v)})`);
  return state.cls === T.int ? i : boxed(state.cls, i);
});

function intNew(vm: Machine, cls: PyType, x: Value, base: Value): Value {
  if (x === undefined) {
    if (base !== undefined) throw typeError("int() missing string argument");
    return boxed(cls, 0);
  }
  if (base !== undefined) {
    const b = asInt(base);
    if (b === undefined) {
      if (typeOf(base).lookup("__index__") === undefined)
        throw typeError(`'${typeName(base)}' object cannot be interpreted as an integer`);
      return vm.then(INT_BASE, { cls, x }, () => index(vm, base));
    }
    return INT_BASE.value(vm, b, { cls, x });
  }
  const i = asInt(x);
  if (i !== undefined && !(x instanceof PyBoxed && typeOf(x).lookup("__int__") !== T.int.ns.getStr("__int__")))
    return boxed(cls, i);
  const d = x instanceof PyFloat ? x.v : undefined;
  if (d !== undefined) return boxed(cls, doubleToInt(Math.trunc(d)));
  if (typeof x === "string" || (x instanceof PyBoxed && typeof x.v === "string"))
    return boxed(cls, parse(vm, plainString(x), 10, x));
  for (const name of ["__int__", "__index__", "__trunc__"])
    if (typeOf(x).lookup(name) !== undefined)
      return vm.then(INT_RESULT, { cls, what: name }, () => callSpecial(vm, x, name, []));
  const bytes = bytesOf(x);
  if (bytes) return boxed(cls, parse(vm, latin1(bytes), 10, x));
  throw typeError(`int() argument must be a string, a bytes-like object or a real number, not '${typeName(x)}'`);
}

const latin1 = (data: Uint8Array): string => {
  let out = "";
  for (const b of data) out += String.fromCharCode(b);
  return out;
};

const INT_BASE = continuation("int.base", (vm: Machine, b, state) => {
  const { cls, x } = state;
  const text =
    typeof x === "string" || (x instanceof PyBoxed && typeof x.v === "string")
      ? plainString(x)
      : bytesOf(x)
        ? latin1(bytesOf(x)!)
        : undefined;
  if (text === undefined) throw typeError("int() can't convert non-string with explicit base");
  if (b !== 0 && (b < 2 || b > 36)) throw valueError("int() base must be >= 2 and <= 36, or 0");
  return boxed(cls, parse(vm, text, Number(b), x));
});

function parse(vm: Machine, text: string, base: number, original: Value): Int {
  vm.charge(text.length >> 3);
  const v = parseIntText(text, base);
  if (v === undefined) {
    // Bytes are shown as such; of a subclass of `str` only its text.
    const bytes = bytesOf(original);
    const shown = bytes ? reprBytes(bytes) : reprString(text);
    throw valueError(`invalid literal for int() with base ${base}: ${shown}`);
  }
  return v;
}

statics(T.int, { "__new__(cls, x=, /, base=)": (vm: Machine, cls, x, base) => intNew(vm, cls, x, base) });
const BOOL = continuation("bool.new", (_vm, v) => v);
statics(T.bool, () => ({
  "__new__(cls, x=, /)": (vm: Machine, _cls, x) =>
    x === undefined ? false : vm.then(BOOL, null, () => truthOf(vm, x)),
}));

import { truth as truthOf } from "../runtime/operators.js";

const self = (v: Value): Int => asInt(v)!;
const ROUND_DIGITS = continuation("int.round", (vm: Machine, digits, value) => {
  if (digits >= 0) return value;
  if (digits < -400_000n) return 0;
  vm.charge(Number(-digits));
  const unit = 10n ** BigInt(-digits);
  const v = BigInt(value);
  let q = v / unit;
  let r = v % unit;
  if (r < 0n) {
    r += unit;
    q -= 1n;
  }
  if (2n * r > unit || (2n * r === unit && q % 2n !== 0n)) q += 1n;
  return norm(q * unit);
});
methods(T.int, () => ({
  "__repr__(self)": (vm: Machine, v) => intToText(vm, self(v)),
  "__hash__(self)": (_vm, v) => hashInt(self(v)),
  "__bool__(self)": (_vm, v) => self(v) !== 0,
  "__int__(self)": (_vm, v) => self(v),
  "__index__(self)": (_vm, v) => self(v),
  "__float__(self)": (_vm, v) => new PyFloat(intToDouble(self(v))),
  "__trunc__(self)": (_vm, v) => self(v),
  "__floor__(self)": (_vm, v) => self(v),
  "__ceil__(self)": (_vm, v) => self(v),
  "__pos__(self)": (_vm, v) => self(v),
  "__neg__(self)": (_vm, v) => norm(-BigInt(self(v))),
  "__abs__(self)": (_vm, v) => {
    const i = self(v);
    return i < 0 ? -i : i;
  },
  "__invert__(self)": (_vm, v) => norm(~BigInt(self(v))),
  "__divmod__(self, other, /)": (vm: Machine, a, b) =>
    asInt(b) === undefined
      ? NotImplemented
      : new PyTuple([intFloorDiv(vm, self(a), self(b)), intMod(vm, self(a), self(b))]),
  "__rdivmod__(self, other, /)": (vm: Machine, a, b) =>
    asInt(b) === undefined
      ? NotImplemented
      : new PyTuple([intFloorDiv(vm, self(b), self(a)), intMod(vm, self(b), self(a))]),
  "__pow__(self, other, mod=, /)": (vm: Machine, a, b, m) => {
    if (asInt(b) === undefined) return NotImplemented;
    if (m === undefined || m === None) return arithmetic(vm, 7, a, b);
    if (asInt(m) === undefined) return NotImplemented;
    return intPowMod(vm, self(a), self(b), self(m));
  },
  "__round__(self, digits=, /)": (vm: Machine, v, digits) => {
    if (digits === undefined || digits === None) return self(v);
    return vm.then(ROUND_DIGITS, self(v), () => index(vm, digits));
  },
  "__format__(self, spec, /)": (vm: Machine, v, spec) =>
    plainString(spec) === "" ? str(vm, v) : formatInt(vm, self(v), plainString(spec), v),
  "bit_length(self)": (_vm, v) => bitLength(self(v)),
  "bit_count(self)": (_vm, v) => {
    const i = self(v);
    let n = 0;
    for (const c of (i < 0 ? -i : i).toString(2)) if (c === "1") n++;
    return n;
  },
  "conjugate(self)": (_vm, v) => self(v),
  "as_integer_ratio(self)": (_vm, v) => new PyTuple([self(v), 1]),
  "is_integer(self)": () => true,
  "to_bytes(self, length=, byteorder=, *, signed=)": (vm: Machine, v, length, order, signed) => {
    const n = length === undefined ? 1 : asInt(length);
    if (n === undefined) throw typeError(`'${typeName(length)}' object cannot be interpreted as an integer`);
    if (n < 0) throw valueError("length argument must be non-negative");
    const little = byteOrder(order);
    vm.alloc(Number(n));
    vm.charge(Number(n) >> 3);
    let big = BigInt(self(v));
    const bits = 8n * BigInt(n);
    const isSigned = signed !== undefined && signed !== false;
    if (big < 0n && !isSigned) throw overflowError("can't convert negative int to unsigned");
    if (
      isSigned
        ? big < -(1n << (bits - 1n < 0n ? 0n : bits - 1n)) || big >= 1n << (bits - 1n < 0n ? 0n : bits - 1n)
        : big >= 1n << bits
    ) {
      if (!(n === 0 && big === 0n)) throw overflowError("int too big to convert");
    }
    big = BigInt.asUintN(Number(bits), big);
    const out = new Uint8Array(Number(n));
    for (let i = 0; i < out.length; i++) {
      out[little ? i : out.length - 1 - i] = Number(big & 255n);
      big >>= 8n;
    }
    return new PyBytes(out);
  },
  "__getnewargs__(self)": (_vm, v) => new PyTuple([self(v)]),
}));
const byteOrder = (order: Value): boolean => {
  if (order === undefined || order === "big") return false;
  if (order !== "little") throw valueError("byteorder must be either 'little' or 'big'");
  return true;
};
const FROM_BYTES = continuation("int.from_bytes", (vm: Machine, items: Value[], state) => {
  vm.charge(items.length >> 2);
  let hex = "0";
  const ordered = state.little ? items.slice().reverse() : items;
  for (const b of ordered) {
    const byte = asInt(b);
    if (byte === undefined) throw typeError(`'${typeName(b)}' object cannot be interpreted as an integer`);
    if (byte < 0 || byte > 255) throw valueError("bytes must be in range(0, 256)");
    hex += Number(byte).toString(16).padStart(2, "0");
  }
  let big = BigInt(`0x${hex}`);
  if (state.signed) big = BigInt.asIntN(8 * items.length, big);
  const v = norm(big);
  return state.cls === T.int ? v : call(vm, state.cls, [v]);
});
classMethods(T.int, () => ({
  "from_bytes(cls, bytes, byteorder=, *, signed=)": (vm: Machine, cls, bytes, order, signed) => {
    const little = byteOrder(order);
    const type = typeOf(bytes);
    if (type.isSubtype(T.str) || (type.lookup("__iter__") === undefined && type.lookup("__getitem__") === undefined))
      throw typeError(`cannot convert '${typeName(bytes)}' object to bytes`);
    return withItems(vm, bytes, FROM_BYTES, { cls, little, signed: signed !== undefined && signed !== false });
  },
}));
getters(T.int, { real: (_vm, v) => self(v), imag: () => 0, numerator: (_vm, v) => self(v), denominator: () => 1 });
methods(T.bool, { "__repr__(self)": (_vm, v) => (v ? "True" : "False") });

// --- float -------------------------------------------------------------------------------------------------------

const FLOAT_RESULT = continuation("float.new", (_vm, v, state) => {
  const f = state.what === "__index__" ? intToDouble(asInt(v)!) : asFloat(v);
  if (f === undefined) throw typeError(`${typeName(state.x)}.__float__ returned non-float (type ${typeName(v)})`);
  return boxed(state.cls, new PyFloat(f));
});
statics(T.float, () => ({
  "__new__(cls, x=, /)": (vm: Machine, cls, x) => {
    if (x === undefined) return boxed(cls, new PyFloat(0));
    if (x instanceof PyFloat) return boxed(cls, x);
    if (typeof x === "number") return boxed(cls, new PyFloat(x));
    const text =
      typeof x === "string" || (x instanceof PyBoxed && typeof x.v === "string") ? plainString(x) : undefined;
    if (text !== undefined) {
      vm.charge(text.length >> 3);
      const v = parseFloatText(text.replace(/\p{Nd}/gu, (c) => (c < "\x80" ? c : String(parseIntText(c, 10)))));
      if (v === undefined) throw valueError(`could not convert string to float: ${reprString(text)}`);
      return boxed(cls, new PyFloat(v));
    }
    for (const name of ["__float__", "__index__"])
      if (typeOf(x).lookup(name) !== undefined)
        return vm.then(FLOAT_RESULT, { cls, x, what: name }, () => callSpecial(vm, x, name, []));
    const bytes = bytesOf(x);
    if (bytes) {
      const v = parseFloatText(latin1(bytes));
      if (v === undefined) throw valueError(`could not convert string to float: b${reprString(latin1(bytes))}`);
      return boxed(cls, new PyFloat(v));
    }
    throw typeError(`float() argument must be a string or a real number, not '${typeName(x)}'`);
  },
}));
const dbl = (v: Value): number => asFloat(v)!;
const ROUND_FLOAT = continuation("float.round", (_vm, digits, v) => {
  const n = Number(digits);
  return new PyFloat(roundDouble(v, n));
});
methods(T.float, () => ({
  "__repr__(self)": (_vm, v) => floatRepr(dbl(v)),
  "__hash__(self)": (_vm, v) => hashDouble(dbl(v), v, (o) => identityOf(o) / 16),
  "__bool__(self)": (_vm, v) => dbl(v) !== 0,
  "__int__(self)": (_vm, v) => doubleToInt(Math.trunc(dbl(v))),
  "__float__(self)": (_vm, v) => new PyFloat(dbl(v)),
  "__trunc__(self)": (_vm, v) => doubleToInt(Math.trunc(dbl(v))),
  "__floor__(self)": (_vm, v) => doubleToInt(Math.floor(dbl(v))),
  "__ceil__(self)": (_vm, v) => doubleToInt(Math.ceil(dbl(v))),
  "__pos__(self)": (_vm, v) => new PyFloat(dbl(v)),
  "__neg__(self)": (_vm, v) => new PyFloat(-dbl(v)),
  "__abs__(self)": (_vm, v) => new PyFloat(Math.abs(dbl(v))),
  "__divmod__(self, other, /)": (_vm, a, b) =>
    asReal(b) === undefined ? NotImplemented : new PyTuple(floatDivmod(dbl(a), asReal(b)!).map((x) => new PyFloat(x))),
  "__rdivmod__(self, other, /)": (_vm, a, b) =>
    asReal(b) === undefined ? NotImplemented : new PyTuple(floatDivmod(asReal(b)!, dbl(a)).map((x) => new PyFloat(x))),
  "__pow__(self, other, mod=, /)": (vm: Machine, a, b, m) => {
    if (m !== undefined && m !== None)
      throw typeError("pow() 3rd argument not allowed unless all arguments are integers");
    return asReal(b) === undefined ? NotImplemented : arithmetic(vm, 7, a, b);
  },
  "__round__(self, digits=, /)": (vm: Machine, v, digits) => {
    if (digits === undefined || digits === None) {
      const d = dbl(v);
      if (!Number.isFinite(d)) return doubleToInt(d);
      return roundToInt(d);
    }
    return vm.then(ROUND_FLOAT, dbl(v), () => index(vm, digits));
  },
  "__format__(self, spec, /)": (vm: Machine, v, spec) =>
    plainString(spec) === "" ? str(vm, v) : formatFloat(vm, dbl(v), plainString(spec), v, floatRepr(dbl(v))),
  "is_integer(self)": (_vm, v) => Number.isInteger(dbl(v)),
  "conjugate(self)": (_vm, v) => new PyFloat(dbl(v)),
  "as_integer_ratio(self)": (_vm, v) => {
    const d = dbl(v);
    if (d !== d) throw valueError("cannot convert NaN to integer ratio");
    if (!Number.isFinite(d)) throw overflowError("cannot convert Infinity to integer ratio");
    const { m, e } = decompose(d);
    return e >= 0 ? new PyTuple([norm(m << BigInt(e)), 1]) : new PyTuple([norm(m), norm(1n << BigInt(-e))]);
  },
  "hex(self)": (_vm, v) => floatHex(dbl(v)),
  "__getnewargs__(self)": (_vm, v) => new PyTuple([new PyFloat(dbl(v))]),
}));
classMethods(T.float, () => ({
  "fromhex(cls, text, /)": (vm: Machine, cls, text) => {
    const v = new PyFloat(fromHex(plainString(text)));
    return cls === T.float ? v : call(vm, cls, [v]);
  },
  "__getformat__(cls, kind, /)": () => "IEEE, little-endian",
}));
getters(T.float, { real: (_vm, v) => new PyFloat(dbl(v)), imag: () => new PyFloat(0) });

function floatHex(v: number): string {
  if (!Number.isFinite(v)) return floatRepr(v);
  const sign = v < 0 || Object.is(v, -0) ? "-" : "";
  if (v === 0) return `${sign}0x0.0p+0`;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, v);
  const exponent = (view.getUint32(0) >>> 20) & 0x7ff;
  const mantissa =
    (view.getUint32(0) & 0xfffff).toString(16).padStart(5, "0") + view.getUint32(4).toString(16).padStart(8, "0");
  const e = exponent === 0 ? -1022 : exponent - 1023;
  return `${sign}0x${exponent === 0 ? 0 : 1}.${mantissa}p${e < 0 ? "-" : "+"}${Math.abs(e)}`;
}

function fromHex(raw: string): number {
  const text = raw.trim().toLowerCase();
  const special = parseFloatText(text);
  if (special !== undefined && !Number.isFinite(special)) return special;
  const m = /^([+-]?)(?:0x)?([0-9a-f]*)(?:\.([0-9a-f]*))?(?:p([+-]?\d+))?$/.exec(text);
  if (!m || (m[2] === "" && (m[3] ?? "") === "")) throw valueError("invalid hexadecimal floating-point string");
  const digits = m[2]! + (m[3] ?? "");
  const big = BigInt(`0x${digits || "0"}`);
  const e = Number(m[4] ?? 0) - 4 * (m[3] ?? "").length;
  const v = big === 0n ? 0 : scaleBig(big, e);
  if (!Number.isFinite(v)) throw overflowError("hexadecimal value too large to represent as a float");
  return m[1] === "-" ? -v : v;
}

// --- complex -----------------------------------------------------------------------------------------------------

function parseComplex(raw: string): PyComplex | undefined {
  let text = raw.trim().replace(/\p{Nd}/gu, (c) => (c < "\x80" ? c : String(parseIntText(c, 10))));
  if (text.startsWith("(") && text.endsWith(")")) text = text.slice(1, -1).trim();
  const number = "[+-]?(?:inf(?:inity)?|nan|(?:\\d[\\d_]*)?\\.?(?:\\d[\\d_]*)?(?:e[+-]?\\d+)?)";
  const m = new RegExp(`^(${number})?(?:([+-]?(?:${number.slice(5)}))?j)?$`, "i").exec(text);
  const only = /^(.*?)j$/i.exec(text);
  if (only) {
    const split = /^(.*[^e+-])([+-].*)$/i.exec(only[1]!);
    const [re, im] = split ? [split[1]!, split[2]!] : ["", only[1]!];
    const imaginary = im === "" || im === "+" ? 1 : im === "-" ? -1 : parseFloatText(im);
    const r = re === "" ? 0 : parseFloatText(re);
    if (imaginary === undefined || r === undefined || /\s/.test(re + im)) return undefined;
    return new PyComplex(r, imaginary);
  }
  void m;
  const r = parseFloatText(text);
  return r === undefined ? undefined : new PyComplex(r, 0);
}

const COMPLEX_DUNDER = continuation("complex.new", (vm: Machine, v, state) => {
  if (!(v instanceof PyComplex)) throw typeError(`__complex__ returned non-complex (type ${typeName(v)})`);
  return makeComplex(vm, state.cls, v, state.im);
});
const COMPLEX_FLOAT = continuation("complex.float", (vm: Machine, v, state) => makeComplex(vm, state.cls, v, state.im));

function makeComplex(vm: Machine, cls: PyType, re: Value, im: Value): Value {
  const a = asComplex(re);
  if (!a) {
    if (typeof re === "object" && re.cls.lookup("__complex__") !== undefined)
      return vm.then(COMPLEX_DUNDER, { cls, x: re, im }, () => callSpecial(vm, re, "__complex__", []));
    if (
      typeof re === "object" &&
      (re.cls.lookup("__float__") !== undefined || re.cls.lookup("__index__") !== undefined)
    )
      return vm.then(COMPLEX_FLOAT, { cls, im }, () => call(vm, T.float, [re]));
    throw typeError(`complex() first argument must be a string or a number, not '${typeName(re)}'`);
  }
  const b = im === undefined ? new PyComplex(0, 0) : asComplex(im);
  if (!b) throw typeError(`complex() second argument must be a number, not '${typeName(im)}'`);
  return im === undefined ? new PyComplex(a.re, a.im, cls) : new PyComplex(a.re - b.im, a.im + b.re, cls);
}
statics(T.complex, () => ({
  "__new__(cls, real=, imag=)": (vm: Machine, cls, re, im) => {
    if (typeof re === "string") {
      if (im !== undefined) throw typeError("complex() can't take second arg if first is a string");
      const c = parseComplex(re);
      // Misplaced underscores are another kind of wrong.
      if (!c && re.includes("_")) throw valueError(`could not convert string to complex: ${reprString(re)}`);
      if (!c) throw valueError("complex() arg is a malformed string");
      return cls === T.complex ? c : new PyComplex(c.re, c.im, cls);
    }
    if (im !== undefined && typeOf(im).isSubtype(T.str)) throw typeError("complex() second arg can't be a string");
    return makeComplex(vm, cls, re ?? 0, im);
  },
}));
methods(T.complex, () => ({
  "__repr__(self)": (_vm, c) => complexRepr(c),
  "__bool__(self)": (_vm, c) => c.re !== 0 || c.im !== 0,
  "__pos__(self)": (_vm, c) => new PyComplex(c.re, c.im),
  "__neg__(self)": (_vm, c) => new PyComplex(-c.re, -c.im),
  "__abs__(self)": (_vm, c) => {
    const v = Math.hypot(c.re, c.im);
    if (!Number.isFinite(v) && Number.isFinite(c.re) && Number.isFinite(c.im))
      throw overflowError("absolute value too large");
    return new PyFloat(v);
  },
  "__complex__(self)": (_vm, c) => new PyComplex(c.re, c.im),
  "conjugate(self)": (_vm, c) => new PyComplex(c.re, -c.im),
  "__format__(self, spec, /)": (vm: Machine, c, spec) => formatComplex(vm, c, plainString(spec), complexRepr(c)),
  "__pow__(self, other, mod=, /)": (vm: Machine, a, b, m) => {
    if (m !== undefined && m !== None) throw valueError("complex modulo");
    return asComplex(b) ? arithmetic(vm, 7, a, b) : NotImplemented;
  },
  "__getnewargs__(self)": (_vm, c) => new PyTuple([new PyFloat(c.re), new PyFloat(c.im)]),
}));
getters(T.complex, { real: (_vm, c) => new PyFloat(c.re), imag: (_vm, c) => new PyFloat(c.im) });
