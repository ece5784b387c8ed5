/** The module `math`: conversion of arguments, exact integer functions, CPython's errors. */

import { nativeModule } from "../library/define.js";
import { None, PyFloat, type PyModule, PyTuple, typeOf, type Value } from "../objects/core.js";
import { overflowError, typeError, typeName, valueError, zeroDivision } from "../objects/errors.js";
import {
  asFloat,
  asInt,
  asReal,
  bitLength,
  decompose,
  doubleToInt,
  type Int,
  norm,
  scaleBig,
} from "../objects/numbers.js";
import { call, callSpecial } from "../runtime/calls.js";
import { continuation } from "../runtime/frame.js";
import type { Machine } from "../runtime/machine.js";
import { index, itemsFast, withItems } from "../runtime/operators.js";
import * as M from "./math.js";

const F = (v: number): PyFloat => new PyFloat(v);

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
      for (const [given, items] of [
        [p, a],
        [q, b],
      ] as const)
        if (!items) throw typeError(`'${typeName(given)}' object is not iterable`);
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
