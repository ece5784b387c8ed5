/** Modules implemented natively: `sys`, `math`, `time`, `_random`. */

import { Code, CodeFlag } from "../bytecode/code.js";
import { getters, methods, nativeModule, statics, values } from "../library/define.js";
import { write } from "../library/functions.js";
import {
  builtinType,
  None,
  PyBytes,
  PyFloat,
  PyFunction,
  PyInst,
  PyList,
  type PyModule,
  PyTuple,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, overflowError, raise, typeError, typeName, valueError, zeroDivision } from "../objects/errors.js";
import {
  asFloat,
  asInt,
  asReal,
  bitLength,
  decompose,
  doubleToInt,
  INT_DIGITS,
  type Int,
  norm,
  scaleBig,
} from "../objects/numbers.js";
import { record } from "../objects/records.js";
import { call, callSpecial } from "../runtime/calls.js";
import { continuation, type Frame } from "../runtime/frame.js";
import type { Machine } from "../runtime/machine.js";
import { bytesOf, index, itemsFast, withItems } from "../runtime/operators.js";
import { plainString } from "../runtime/text.js";
import * as M from "./math.js";
import { MersenneTwister, sha512 } from "./random.js";

const F = (v: number): PyFloat => new PyFloat(v);

// --- sys ---------------------------------------------------------------------------------------------------------

const STREAM = builtinType("TextIOWrapper", T.object, "other", { final: true, dict: true, module: "_io" });
class StandardStream extends PyInst {
  declare readonly stream: "stdin" | "stdout" | "stderr";
  constructor(stream: "stdin" | "stdout" | "stderr") {
    super(STREAM);
    this.stream = stream;
  }
}
record("stream", StandardStream, () => new StandardStream("stdout"));
methods(STREAM, {
  "write(self, text, /)": (vm: Machine, self, text) => {
    if (self.stream === "stdin") throw raise(E.OSError!, "not writable");
    if (!typeOf(text).isSubtype(T.str)) throw typeError(`write() argument must be str, not ${typeName(text)}`);
    write(vm, plainString(text), self.stream);
    return plainString(text).length;
  },
  "flush(self)": () => None,
  "isatty(self)": () => false,
  "writable(self)": (_vm, self) => self.stream !== "stdin",
  "readable(self)": (_vm, self) => self.stream === "stdin",
  "fileno(self)": (_vm, self) => ["stdin", "stdout", "stderr"].indexOf(self.stream),
  "writelines(self, lines, /)": (vm: Machine, self, lines) => call(vm, vm.routine("write_lines"), [self, lines]),
  // What is read comes from the host's `stdin` a line at a time; sizes are not looked at.
  "read(self, size=, /)": (vm: Machine, self) => readStdin(vm, self, "stdin_read"),
  "readline(self, size=, /)": (vm: Machine, self) => readStdin(vm, self, "stdin_line"),
  "readlines(self, hint=, /)": (vm: Machine, self) => readStdin(vm, self, "stdin_readlines"),
  "__iter__(self)": (_vm, self) => self,
  "__next__(self)": (vm: Machine, self) => readStdin(vm, self, "stdin_next"),
});
function readStdin(vm: Machine, self: StandardStream, routine: string): Value {
  if (self.stream !== "stdin") throw raise(E.OSError!, "not readable");
  return call(vm, vm.routine(routine), []);
}
values(STREAM, { encoding: "utf-8", errors: "strict" });

const FLAGS = builtinType("flags", T.object, "object", { dict: true, module: "sys" });
const VERSION = builtinType("version_info", T.tuple, "tuple", { module: "sys" });
getters(
  VERSION,
  Object.fromEntries(
    ["major", "minor", "micro", "releaselevel", "serial"].map((name, i) => [
      name,
      (_vm: Value, self: Value): Value => self.items[i],
    ]),
  ),
);

function namespace(values: Record<string, Value>, cls = FLAGS): PyInst {
  const o = new PyInst(cls);
  for (const [k, v] of Object.entries(values)) {
    o.shape = o.shape!.with(k);
    o.slots.push(v);
  }
  return o;
}

export function sysModule(vm: Machine): PyModule {
  const module = nativeModule("sys", {
    "exit(code=, /)": (_vm, code) => {
      throw raise(E.SystemExit!, ...(code === undefined ? [] : [code]));
    },
    "exc_info()": (m: Machine) =>
      m.handled === undefined
        ? new PyTuple([None, None, None])
        : new PyTuple([m.handled.cls, m.handled, m.handled.traceback]),
    "exception()": (m: Machine) => m.handled ?? None,
    "getrecursionlimit()": (m: Machine) => m.recursionLimit,
    "setrecursionlimit(limit, /)": (m: Machine, limit) => {
      const n = asInt(limit);
      if (n === undefined) throw typeError(`'${typeName(limit)}' object cannot be interpreted as an integer`);
      if (n < 1) throw valueError("recursion limit must be greater or equal than 1");
      m.recursionLimit = Math.min(Number(n), m.maxRecursion);
      return None;
    },
    "getsizeof(object, default=, /)": (m: Machine, o) => {
      const items = itemsFast(
        m,
        typeof o === "object" && (o instanceof PyList || o instanceof PyTuple) ? o : new PyTuple([]),
      );
      return typeof o === "string" ? 49 + o.length : 32 + 8 * (items?.length ?? 0);
    },
    "intern(text, /)": (_vm, text) => text,
    "getdefaultencoding()": () => "utf-8",
    "getfilesystemencoding()": () => "utf-8",
    "is_finalizing()": () => false,
    "getrefcount(object, /)": () => 2,
    "get_int_max_str_digits()": () => INT_DIGITS.max,
    "set_int_max_str_digits(n)": (_vm, n) => {
      const i = asInt(n);
      if (i === undefined || (i !== 0 && i < 640)) throw valueError("maxdigits must be 0 or larger than 640");
      return None;
    },
    "_getframe(depth=, /)": (m: Machine, depth) => {
      let f: Frame | null = m.currentFrame();
      for (let i = Number(asInt(depth ?? 0) ?? 0); i > 0 && f; i--) {
        let back = f.back;
        while (back && (back.kind !== 0 || back.code.hidden)) back = back.back;
        f = back as Frame | null;
      }
      if (!f) throw valueError("call stack is not deep enough");
      return f;
    },
    "_caller_module()": (m: Machine) => {
      // The nearest caller outside the library's own modules.
      for (let f: Value = m.frame; f; f = f.back) {
        if (f.kind !== 0 || f.code.hidden) continue;
        if (!String(f.code.filename).startsWith("<module ") && !String(f.code.filename).startsWith("<library"))
          return f.globals.getStr("__name__") ?? "__main__";
      }
      return "__main__";
    },
    "displayhook(value, /)": (m: Machine, v) => call(m, m.routine("display"), [v]),
    "gettrace()": () => None,
    "settrace(f, /)": () => None,
    "_as_coroutine(f, /)": (_vm, f) => {
      if (!(f instanceof PyFunction) || (f.code.flags & CodeFlag.GENERATOR) === 0) return f;
      const again = new PyFunction(
        new Code({ ...f.code, flags: f.code.flags | CodeFlag.ITERABLE_COROUTINE }),
        f.globals,
      );
      again.defaults = f.defaults;
      again.kwDefaults = f.kwDefaults;
      again.closure = f.closure;
      again.name = f.name;
      again.qualname = f.qualname;
      again.annotations = f.annotations;
      return again;
    },
  });
  const { ns } = module;
  const stdin = new StandardStream("stdin");
  const stdout = new StandardStream("stdout");
  const stderr = new StandardStream("stderr");
  vm.state.set("sys.__stdout__", stdout);
  const members: Record<string, Value> = {
    modules: vm.modules,
    path: new PyList([""]),
    argv: new PyList([...(vm.state.get("argv") ?? [""])]),
    maxsize: norm(9223372036854775807n),
    maxunicode: 0x10ffff,
    byteorder: "little",
    platform: "vivarium",
    version: "3.12.0 (vivarium)",
    version_info: new PyTuple([3, 12, 0, "final", 0], VERSION),
    hexversion: 0x030c00f0,
    implementation: namespace({
      name: "vivarium",
      version: new PyTuple([3, 12, 0, "final", 0], VERSION),
      cache_tag: "vivarium-312",
      hexversion: 0x030c00f0,
    }),
    flags: namespace({
      debug: 0,
      inspect: 0,
      interactive: 0,
      optimize: 0,
      dont_write_bytecode: 0,
      no_user_site: 0,
      no_site: 0,
      ignore_environment: 0,
      verbose: 0,
      bytes_warning: 0,
      quiet: 0,
      hash_randomization: 0,
      isolated: 1,
      dev_mode: false,
      utf8_mode: 1,
    }),
    float_info: namespace({
      max: F(Number.MAX_VALUE),
      min: F(2.2250738585072014e-308),
      epsilon: F(Number.EPSILON),
      dig: 15,
      mant_dig: 53,
      max_exp: 1024,
      min_exp: -1021,
      max_10_exp: 308,
      min_10_exp: -307,
      radix: 2,
      rounds: 1,
    }),
    int_info: namespace({
      bits_per_digit: 30,
      sizeof_digit: 4,
      default_max_str_digits: 4300,
      str_digits_check_threshold: 640,
    }),
    hash_info: namespace({
      width: 64,
      modulus: norm((1n << 61n) - 1n),
      inf: 314159,
      nan: 0,
      imag: 1000003,
      algorithm: "fnv",
      hash_bits: 64,
      seed_bits: 128,
      cutoff: 0,
    }),
    stdout,
    stderr,
    stdin,
    __stdin__: stdin,
    __stdout__: stdout,
    __stderr__: stderr,
    builtin_module_names: new PyTuple(["builtins", "math", "sys", "time"]),
    executable: "",
    prefix: "",
    exec_prefix: "",
    dont_write_bytecode: true,
    warnoptions: new PyList([]),
    _builtin_property: T.property,
  };
  for (const [k, v] of Object.entries(members)) ns.setStr(k, v);
  return module;
}

// --- math --------------------------------------------------------------------------------------------------------

const TO_FLOAT = continuation("math.float", (vm: Machine, v, state) => {
  const x = asReal(v);
  if (x === undefined) throw typeError(`must be real number, not ${typeName(v)}`);
  state.got.push(x);
  return gather(vm, state);
});
/** State of a call whose arguments are being converted; the function is known by name, so that it can be stored. */
interface Gathering {
  got: number[];
  rest: Value[];
  name: string;
}
const MATH = new Map<string, (...args: number[]) => Value>();
function gather(vm: Machine, state: Gathering): Value {
  while (state.rest.length > 0) {
    const v = state.rest.shift();
    const x = asReal(v);
    if (x === undefined) {
      if (typeof v === "object" && typeOf(v).lookup("__float__") !== undefined)
        return vm.then(TO_FLOAT, state, () => callSpecial(vm, v, "__float__", []));
      if (typeof v === "object" && typeOf(v).lookup("__index__") !== undefined)
        return vm.then(TO_FLOAT, state, () => index(vm, v));
      throw typeError(`must be real number, not ${typeName(v)}`);
    }
    state.got.push(x);
  }
  if (MATH.size === 0) mathModule();
  return MATH.get(state.name)!(...state.got);
}
const real = (name: string, f: (...args: number[]) => Value) => {
  MATH.set(name, f);
  return (vm: Machine, ...args: Value[]): Value =>
    gather(vm, { got: [], rest: args.filter((a) => a !== undefined), name });
};
/** A function of doubles: NaN out of no NaN is a domain error, infinity out of finite a range error. */
const simple =
  (f: (...a: number[]) => number, pole = false) =>
  (...args: number[]): Value => {
    const r = f(...args);
    if (r !== r && !args.some((a) => a !== a)) throw valueError("math domain error");
    if (!Number.isFinite(r) && r === r && args.every(Number.isFinite))
      throw pole ? valueError("math domain error") : overflowError("math range error");
    return F(r);
  };
const toIndex =
  (k: ReturnType<typeof continuation>) =>
  (vm: Machine, v: Value): Value =>
    vm.then(k, null, () => index(vm, v));

const intPair =
  (name: string, f: (a: bigint, b: bigint) => bigint, start: bigint) =>
  (vm: Machine, args: Value[]): Value => {
    let r = start;
    for (const v of args) {
      const i = asInt(v);
      if (i === undefined) {
        if (typeOf(v).lookup("__index__") === undefined)
          throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
        return call(
          vm,
          vm.modules.getStr("math").ns.getStr(name),
          args.map((x) => asInt(x) ?? 0),
        );
      }
      vm.charge(bitLength(i) >> 6);
      r = f(r, BigInt(i));
    }
    return norm(r);
  };
const abs = (x: bigint): bigint => (x < 0n ? -x : x);
function gcd(a: bigint, b: bigint): bigint {
  [a, b] = [abs(a), abs(b)];
  while (b) [a, b] = [b, a % b];
  return a;
}
const product = (from: number, to: number): bigint =>
  to - from < 8
    ? Array.from({ length: Math.max(0, to - from + 1) }, (_, i) => BigInt(from + i)).reduce((a, b) => a * b, 1n)
    : product(from, (from + to) >> 1) * product(((from + to) >> 1) + 1, to);
const FACTORIAL = continuation("math.factorial", (vm: Machine, n) => {
  if (n < 0) throw valueError("factorial() not defined for negative values");
  if (n > 200_000) throw overflowError("factorial() argument should not exceed 200000");
  vm.charge(Math.ceil((Number(n) * Math.log2(Number(n) + 2)) / 32));
  return norm(product(2, Number(n)));
});
function isqrt(n: bigint): bigint {
  if (n < 2n) return n;
  let x = 1n << BigInt((bitLength(norm(n)) + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}
const ISQRT = continuation("math.isqrt", (vm: Machine, n) => {
  if (n < 0) throw valueError("isqrt() argument must be nonnegative");
  vm.charge(bitLength(n) >> 4);
  return norm(isqrt(BigInt(n)));
});
const FSUM = continuation("math.fsum", (vm: Machine, items: Value[]) => {
  vm.charge(items.length >> 1);
  // Exact: all in units of the smallest exponent, rounded once.
  let total = 0n;
  let special = 0;
  for (const v of items) {
    const x = asReal(v);
    if (x === undefined) throw typeError(`must be real number, not ${typeName(v)}`);
    if (!Number.isFinite(x)) {
      special += x;
      continue;
    }
    const { m, e } = decompose(x);
    total += m << BigInt(e + 1074);
  }
  if (special !== 0) {
    if (special !== special) {
      if (items.some((v) => (asFloat(v) ?? 0) !== (asFloat(v) ?? 0))) return F(Number.NaN);
      throw valueError("-inf + inf in fsum");
    }
    return F(special);
  }
  if (total === 0n) return F(0);
  const r = scaleBig(abs(total), -1074);
  if (!Number.isFinite(r)) throw overflowError("intermediate overflow in fsum");
  return F(total < 0n ? -r : r);
});
const rounding = (name: string, f: (x: number) => number) => {
  MATH.set(name, (x) => doubleToInt(f(x!)));
  return (vm: Machine, v: Value): Value => {
    const i = asInt(v);
    if (i !== undefined) return i;
    const special = typeOf(v).lookup(`__${name}__`);
    if (special !== undefined && !(v instanceof PyFloat)) return callSpecial(vm, v, `__${name}__`, []);
    if (name === "trunc" && special === undefined)
      throw typeError(`type ${typeName(v)} doesn't define __trunc__ method`);
    return gather(vm, { got: [], rest: [v], name });
  };
};
/** log of any positive integer. */
function logBig(v: Int): number {
  if (typeof v === "number") return Math.log(v);
  const bits = bitLength(v);
  return Math.log(Number(v >> BigInt(bits - 60))) + (bits - 60) * Math.LN2;
}
const logOf = (base: (x: number) => number, name: string) => {
  MATH.set(name, (x) => {
    if (x! <= 0) throw valueError("math domain error");
    return F(base(x!));
  });
  return (vm: Machine, v: Value): Value => {
    const i = asInt(v);
    if (i !== undefined) {
      if (i <= 0) throw valueError("math domain error");
      if (typeof i === "bigint")
        return F(name === "log" ? logBig(i) : logBig(i) / (name === "log2" ? Math.LN2 : Math.LN10));
    }
    return gather(vm, { got: [], rest: [v], name });
  };
};
const comb = (n: bigint, k: bigint): bigint => {
  if (k > n) return 0n;
  if (k > n - k) k = n - k;
  let r = 1n;
  for (let i = 0n; i < k; i++) r = (r * (n - i)) / (i + 1n);
  return r;
};
const natural = (v: Value, what: string): bigint => {
  const i = asInt(v);
  if (i === undefined) throw typeError(`'${typeName(v)}' object cannot be interpreted as an integer`);
  if (i < 0) throw valueError(`${what} must be a non-negative integer`);
  return BigInt(i);
};
const PROD = continuation("math.prod", (vm: Machine, items, start) =>
  call(vm, vm.routine("product_of"), [new PyTuple(items), start]),
);

export function mathModule(): PyModule {
  const one: [string, (...a: number[]) => number, boolean?][] = [
    ["acos", Math.acos],
    ["acosh", Math.acosh],
    ["asin", Math.asin],
    ["asinh", Math.asinh],
    ["atan", Math.atan],
    ["atanh", Math.atanh, true],
    ["cos", Math.cos],
    ["cosh", Math.cosh],
    ["exp", Math.exp],
    ["exp2", (x) => 2 ** x],
    ["expm1", Math.expm1],
    ["log1p", Math.log1p, true],
    ["sin", Math.sin],
    ["sinh", Math.sinh],
    ["sqrt", Math.sqrt],
    ["tan", Math.tan],
    ["tanh", Math.tanh],
    ["cbrt", Math.cbrt],
    ["fabs", Math.abs],
    ["erf", M.erf],
    ["erfc", M.erfc],
    ["gamma", M.gamma],
    ["lgamma", M.lgamma],
    ["degrees", (x) => x * (180 / Math.PI)],
    ["radians", (x) => x * (Math.PI / 180)],
  ];
  const table: Record<string, (vm: Machine, ...args: Value[]) => Value> = {};
  for (const [name, f, pole] of one) table[`${name}(x, /)`] = real(name, simple(f, pole ?? name === "gamma"));
  const ln = logOf(Math.log, "log");
  MATH.set("hypot", (...a) => F(Math.hypot(...a)));
  Object.assign(table, {
    "atan2(y, x, /)": real("atan2", (y, x) => F(Math.atan2(y!, x!))),
    "copysign(x, y, /)": real("copysign", (x, y) => F(y! < 0 || Object.is(y, -0) ? -Math.abs(x!) : Math.abs(x!))),
    "fmod(x, y, /)": real("fmod", (x, y) => {
      if ((y === 0 || !Number.isFinite(x!)) && x === x && y === y) throw valueError("math domain error");
      return F(x! % y!);
    }),
    "remainder(x, y, /)": real("remainder", (x, y) => {
      if (x !== x || y !== y) return F(Number.NaN);
      if (y === 0 || !Number.isFinite(x!)) throw valueError("math domain error");
      if (!Number.isFinite(y!)) return F(x!);
      const a = Math.abs(x!);
      const b = Math.abs(y!);
      const m = a % b;
      const c = b - m;
      const r = m < c ? m : m > c ? -c : m - 2 * (((a - m) * 0.5) % b);
      return F(x! < 0 || Object.is(x, -0) ? -r : r);
    }),
    "pow(x, y, /)": real("pow", (x, y) => {
      if (x === 1 || y === 0) return F(1);
      if (x === -1 && (y === Number.POSITIVE_INFINITY || y === Number.NEGATIVE_INFINITY)) return F(1);
      const r = x! ** y!;
      if (r !== r && x === x && y === y) throw valueError("math domain error");
      if (!Number.isFinite(r) && r === r && Number.isFinite(x!) && Number.isFinite(y!))
        throw x === 0 ? valueError("math domain error") : overflowError("math range error");
      return F(r);
    }),
    "hypot(*coordinates)": (vm: Machine, args: Value[]) => gather(vm, { got: [], rest: [...args], name: "hypot" }),
    "dist(p, q, /)": (vm: Machine, p: Value, q: Value) => {
      const [a, b] = [itemsFast(vm, p), itemsFast(vm, q)];
      if (!a || !b || a.length !== b.length) throw valueError("both points must have the same number of dimensions");
      return F(Math.hypot(...a.map((x, i) => (asReal(x) ?? Number.NaN) - (asReal(b[i]) ?? Number.NaN))));
    },
    "floor(x, /)": rounding("floor", Math.floor),
    "ceil(x, /)": rounding("ceil", Math.ceil),
    "trunc(x, /)": rounding("trunc", Math.trunc),
    "isnan(x, /)": real("isnan", (x) => x !== x),
    "isinf(x, /)": real("isinf", (x) => x === x && !Number.isFinite(x!)),
    "isfinite(x, /)": real("isfinite", (x) => Number.isFinite(x!)),
    "isclose(a, b, *, rel_tol=, abs_tol=)": (_vm: Machine, a: Value, b: Value, rel: Value, tolerance: Value) => {
      const [x, y] = [asReal(a), asReal(b)];
      if (x === undefined || y === undefined)
        throw typeError(`must be real number, not ${typeName(x === undefined ? a : b)}`);
      const r = rel === undefined ? 1e-9 : asReal(rel)!;
      const t = tolerance === undefined ? 0 : asReal(tolerance)!;
      if (r < 0 || t < 0) throw valueError("tolerances must be non-negative");
      if (x === y) return true;
      if (!Number.isFinite(x) || !Number.isFinite(y)) return false;
      const d = Math.abs(x - y);
      return d <= Math.abs(r * y) || d <= Math.abs(r * x) || d <= t;
    },
    "frexp(x, /)": real("frexp", (x) => {
      if (x === 0 || !Number.isFinite(x!)) return new PyTuple([F(x!), 0]);
      const { m, e } = decompose(x!);
      const bits = bitLength(norm(m));
      return new PyTuple([F(Number(m) / 2 ** bits), e + bits]);
    }),
    "ldexp(x, i, /)": (_vm: Machine, x: Value, i: Value) => {
      const v = asReal(x);
      const n = asInt(i);
      if (v === undefined) throw typeError(`must be real number, not ${typeName(x)}`);
      if (n === undefined) throw typeError("Expected an int as second argument to ldexp.");
      if (v === 0 || !Number.isFinite(v)) return F(v);
      const { m, e } = decompose(v);
      if (n > 5000) throw overflowError("math range error");
      const r = n < -5000 ? 0 : scaleBig(abs(m), e + Number(n));
      if (!Number.isFinite(r)) throw overflowError("math range error");
      return F(v < 0 ? -r : r);
    },
    "modf(x, /)": real("modf", (x) => {
      if (!Number.isFinite(x!)) return new PyTuple([F(x !== x ? x! : x! > 0 ? 0 : -0), F(x!)]);
      const whole = Math.trunc(x!);
      const rest = x! - whole;
      return new PyTuple([F(rest === 0 && (x! < 0 || Object.is(x, -0)) ? -0 : rest), F(whole)]);
    }),
    "nextafter(x, y, /, *, steps=)": (_vm: Machine, a: Value, b: Value) => F(M.nextAfter(asReal(a)!, asReal(b)!)),
    "ulp(x, /)": real("ulp", (x) => F(M.ulp(x!))),
    "log(x, base=, /)": (vm: Machine, x: Value, base: Value) => {
      if (base === undefined) return ln(vm, x);
      const [p, q] = [ln(vm, x), ln(vm, base)];
      if (q.v === 0) throw zeroDivision("float division by zero");
      return F(p.v / q.v);
    },
    "log2(x, /)": logOf(Math.log2, "log2"),
    "log10(x, /)": logOf(Math.log10, "log10"),
    "factorial(n, /)": (vm: Machine, n: Value) => {
      if (n instanceof PyFloat) throw typeError("'float' object cannot be interpreted as an integer");
      return toIndex(FACTORIAL)(vm, n);
    },
    "isqrt(n, /)": toIndex(ISQRT),
    "gcd(*integers)": intPair("gcd", gcd, 0n),
    "lcm(*integers)": intPair("lcm", (a, b) => (a === 0n || b === 0n ? 0n : abs(a * b) / gcd(a, b)), 1n),
    "comb(n, k, /)": (vm: Machine, n: Value, k: Value) => {
      const [a, b] = [natural(n, "n"), natural(k, "k")];
      const small = b > a - b ? a - b : b;
      if (small > 100_000n) throw overflowError("min(n - k, k) must not exceed 100000");
      vm.charge(Number(small > 0n ? small : 0n));
      return norm(comb(a, b));
    },
    "perm(n, k=, /)": (vm: Machine, n: Value, k: Value) => {
      const a = natural(n, "n");
      const b = k === undefined || k === None ? a : natural(k, "k");
      if (b > 100_000n) throw overflowError("k must not exceed 100000");
      vm.charge(Number(b));
      let r = 1n;
      for (let i = 0n; i < b; i++) r *= a - i;
      return norm(b > a ? 0n : r);
    },
    "fsum(iterable, /)": (vm: Machine, it: Value) => withItems(vm, it, FSUM, null),
    "prod(iterable, /, *, start=)": (vm: Machine, it: Value, start: Value) => withItems(vm, it, PROD, start ?? 1),
    "sumprod(p, q, /)": (vm: Machine, p: Value, q: Value) => call(vm, vm.routine("sumprod"), [p, q]),
  });
  return nativeModule("math", table, {
    pi: F(Math.PI),
    e: F(Math.E),
    tau: F(2 * Math.PI),
    inf: F(Number.POSITIVE_INFINITY),
    nan: F(Number.NaN),
  });
}

// --- time --------------------------------------------------------------------------------------------------------

/** A clock that the host grants. */
export interface Clock {
  /** Seconds since the epoch. */
  now(): number;
  /** Seconds since some moment; never goes back. */
  monotonic(): number;
  /** What `time.sleep` waits for; a timer of the host when absent. */
  sleep?(seconds: number): Promise<void>;
}

export function timeModule(clock: Clock | undefined): PyModule {
  const denied = (): never => {
    throw raise(E.PermissionError!, "the clock is not granted");
  };
  const now = (): number => (clock ? clock.now() : denied());
  const monotonic = (): number => (clock ? clock.monotonic() : denied());
  const nanoseconds = (s: number): Int => norm(BigInt(Math.round(s * 1e6)) * 1000n);
  const module = nativeModule("time", {
    "time()": () => F(now()),
    "time_ns()": () => nanoseconds(now()),
    "monotonic()": () => F(monotonic()),
    "monotonic_ns()": () => nanoseconds(monotonic()),
    "perf_counter()": () => F(monotonic()),
    "perf_counter_ns()": () => nanoseconds(monotonic()),
    "process_time()": () => F(monotonic()),
    "sleep(seconds, /)": (vm: Machine, seconds) => {
      const s = asReal(seconds);
      if (s === undefined) throw typeError(`'${typeName(seconds)}' object cannot be interpreted as an integer`);
      if (s < 0) throw valueError("sleep length must be non-negative");
      if (!clock) return denied();
      const promise = clock.sleep?.(s) ?? new Promise((resolve) => setTimeout(() => resolve(undefined), s * 1000));
      return vm.park(
        promise.then(() => undefined),
        { f: sleep, args: [seconds], kw: null },
      );
    },
  });
  const sleep: Value = module.ns.getStr("sleep");
  return module;
}

// --- _random -----------------------------------------------------------------------------------------------------

const TWISTER = builtinType("_Twister", T.object, "other", { final: true, module: "_random" });
class Twister extends PyInst {
  declare mt: MersenneTwister;
  constructor() {
    super(TWISTER);
    this.mt = new MersenneTwister();
  }
}
record("twister", Twister, () => new Twister());
record("mt19937", MersenneTwister, () => new MersenneTwister());
statics(TWISTER, { "__new__(cls)": () => new Twister(), "entropy()": (vm: Machine) => norm(vm.entropy()) });
methods(TWISTER, {
  "seed(self, n, /)": (_vm, self, n) => {
    self.mt.seed(BigInt(asInt(n)!));
    return None;
  },
  "random(self)": (_vm, self) => F(self.mt.random()),
  "bits(self, k, /)": (vm: Machine, self, k) => {
    const n = Number(asInt(k)!);
    if (n > 1 << 26) throw overflowError("number of bits is too large");
    vm.charge(n >> 5);
    return norm(self.mt.bits(n));
  },
  "state(self)": (_vm, self) => new PyTuple([...self.mt.state, self.mt.at]),
  "restore(self, state, /)": (_vm, self, state) => {
    if (!(state instanceof PyTuple) || state.items.length !== 625) throw valueError("state vector is the wrong size");
    state.items.slice(0, 624).forEach((v: Value, i: number) => {
      self.mt.state[i] = Number(v);
    });
    self.mt.at = Number(state.items[624]);
    return None;
  },
});

export function randomModule(): PyModule {
  return nativeModule(
    "_random",
    { "sha512(data, /)": (_vm, data) => new PyBytes(sha512(bytesOf(data)!)) },
    { _Twister: TWISTER },
  );
}
