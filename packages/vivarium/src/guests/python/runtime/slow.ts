/** What the loop's handlers leave to functions: operands without a fast path, calls, returns and generators. */

import { Op } from "../bytecode/table.js";
import {
  CALL,
  keyOf,
  None,
  NotImplemented,
  PyBuiltin,
  PyDict,
  PyFloat,
  PyFunction,
  PyIter,
  PyList,
  PyMethod,
  T,
  type Value,
} from "../objects/core.js";
import { E, indexError, keyError, raise } from "../objects/errors.js";
import { arithmetic } from "../objects/numbers.js";
import { loadAttr, loadGlobal } from "./caches.js";
import { call } from "./calls.js";
import { Frame, GenState, newRegisters, PyAsyncWrapped, PyGenerator } from "./frame.js";
import type { Machine } from "./machine.js";
import { binary, compare, getitem, iter, next } from "./operators.js";
import { loadName, raiseEmpty, raiseUnbound } from "./rare.js";

export { truth as truthOf } from "./operators.js";

/**
 * The value of the instruction in front of `f.pc`, whose operands were taken from the stack; CALL when it is yet to come
 * or an exception was raised.
 */
export function slow(vm: Machine, f: Frame, a: Value, b: Value): Value {
  const at = f.pc - 1;
  const w = f.code.instructions[at]!;
  const op = w & 0xff;
  switch (op) {
    case Op.LOAD_FAST:
      raiseUnbound(f.code, w >> 8);
      break;
    case Op.LOAD_DEREF:
      raiseEmpty(f.code, w >> 8);
      break;
    case Op.LOAD_GLOBAL:
      return loadGlobal(vm, f, at, f.code.names[w >> 8]!);
    case Op.LOAD_NAME: {
      const name = f.code.names[w >> 8]!;
      return f.locals === f.globals ? loadGlobal(vm, f, at, name) : loadName(vm, f, name);
    }
    case Op.LOAD_ATTR:
      return loadAttr(vm, f, at, a, f.code.names[w >> 8]!);
    case Op.GET_ITER:
      return iter(vm, a);
    case Op.BINARY_SUBSCR:
      return subscript(vm, a, b);
    case Op.BINARY_ADD:
    case Op.INPLACE_ADD:
      if (typeof a === "string" && typeof b === "string") {
        vm.alloc(2 * b.length + 16);
        if (b.length > 4096) vm.charge(b.length >> 8);
        return a + b;
      }
  }
  if (op >= Op.COMPARE_LT) return compare(vm, op - Op.COMPARE_LT, a, b);
  const inplace = op >= Op.INPLACE_ADD;
  const operator = inplace ? op - Op.INPLACE_ADD : op - Op.BINARY_ADD;
  if ((typeof a === "number" || typeof a === "bigint") && (typeof b === "number" || typeof b === "bigint")) {
    const value = arithmetic(vm, operator, a, b);
    if (value !== NotImplemented) return value;
  }
  return mixed(operator, a, b) ?? binary(vm, operator, a, b, inplace);
}

/** Arithmetic of a float and a small integer. */
function mixed(operator: number, a: Value, b: Value): PyFloat | undefined {
  const x = typeof a === "number" ? a : a instanceof PyFloat ? a.v : undefined;
  const y = typeof b === "number" ? b : b instanceof PyFloat ? b.v : undefined;
  if (x === undefined || y === undefined || (a === x && b === y)) return undefined;
  switch (operator) {
    case 0:
      return new PyFloat(x + y);
    case 1:
      return new PyFloat(x - y);
    case 2:
      return new PyFloat(x * y);
    case 4:
      return y === 0 ? undefined : new PyFloat(x / y);
  }
  return undefined;
}

/** `a[b]`; what is not there is raised without a detour through the host's exceptions. */
function subscript(vm: Machine, a: Value, b: Value): Value {
  if (a instanceof PyDict) {
    const key = a.cls === T.dict && a.custom === null ? keyOf(b) : undefined;
    if (key !== undefined) {
      const value = a.getKey(key);
      if (value !== undefined) return value;
      vm.raise(keyError(b).exc);
      return CALL;
    }
  } else if (a instanceof PyList && a.cls === T.list && typeof b === "number") {
    vm.raise(indexError("list index out of range").exc);
    return CALL;
  }
  return getitem(vm, a, b);
}

/** The next item of an iterator, `undefined` at its end, CALL when it is yet to come. */
export function advance(vm: Machine, f: Frame, it: Value): Value {
  if (it instanceof PyIter) return it.next(vm);
  if (
    it instanceof PyGenerator &&
    it.state === GenState.SUSPENDED &&
    it.cls === T.generator &&
    vm.depth < vm.recursionLimit
  ) {
    const g = it.frame;
    g.back = f;
    g.r[g.sp++] = None;
    vm.depth++;
    it.state = GenState.RUNNING;
    it.outer = vm.handled;
    if (it.handled !== undefined) vm.handled = it.handled;
    vm.frame = g;
    return CALL;
  }
  return next(vm, it);
}

/** CALL_FUNCTION: takes callable and arguments from the stack; answers a value, or CALL. */
export function enter(vm: Machine, f: Frame, count: number, sp: number): Value {
  const { r } = f;
  const at = sp - count - 2;
  let n = count;
  let fn = r[at];
  let from = at + 2;
  if (r[at + 1] !== undefined) {
    n++;
    from--;
  } else if (fn instanceof PyMethod) {
    r[at + 1] = fn.self;
    fn = fn.func;
    n++;
    from--;
  }
  f.sp = at;
  if (fn instanceof PyFunction) {
    const c = fn.code;
    if (c.simple && n <= c.argCount) {
      const { defaults } = fn;
      const least = defaults === null ? c.argCount : c.argCount - defaults.length;
      if (n >= least) {
        if (vm.depth >= vm.recursionLimit) throw raise(E.RecursionError!, "maximum recursion depth exceeded");
        const nr: Value[] = newRegisters(c.registers);
        for (let i = 0; i < n; i++) nr[i] = r[from + i];
        for (let i = n; i < c.argCount; i++) nr[i] = defaults![i - least];
        vm.depth++;
        vm.frame = new Frame(c, nr, fn.globals, null, fn, f);
        return CALL;
      }
    }
  } else if (
    fn instanceof PyBuiltin &&
    fn.simple &&
    (fn.kind === "function" || from === at + 1) &&
    n >= fn.sig.required &&
    n <= fn.sig.positional &&
    fn.self === undefined
  ) {
    switch (n) {
      case 0:
        return fn.fn(vm);
      case 1:
        return fn.fn(vm, r[from]);
      case 2:
        return fn.fn(vm, r[from], r[from + 1]);
      case 3:
        return fn.fn(vm, r[from], r[from + 1], r[from + 2]);
      default:
        return fn.fn(vm, ...r.slice(from, sp));
    }
  }
  return call(vm, fn, r.slice(from, from + n), null);
}

/** RETURN_VALUE. */
export function leave(vm: Machine, f: Frame, value: Value): void {
  vm.depth--;
  vm.frame = f.back;
  const { gen } = f;
  if (gen === null) {
    vm.settle(undefined, value);
    return;
  }
  gen.state = GenState.DONE;
  vm.handled = gen.outer;
  gen.outer = undefined;
  gen.handled = undefined;
  gen.frame.r = [];
  if (gen.cls === T.asyncGenerator) {
    gen.busy = false;
    throw raise(E.StopAsyncIteration!);
  }
  vm.finishIteration(value);
}

/** YIELD_VALUE. */
export function suspend(vm: Machine, f: Frame, value: Value): void {
  const gen = f.gen!;
  const back = f.back;
  gen.state = GenState.SUSPENDED;
  gen.handled = vm.handled !== gen.outer ? vm.handled : undefined;
  vm.handled = gen.outer;
  gen.outer = undefined;
  f.back = null;
  vm.depth--;
  vm.frame = back;
  if (value instanceof PyAsyncWrapped) {
    gen.busy = false;
    vm.finishIteration(value.value);
    return;
  }
  if (back !== null && back.kind === 0 && back.pend === 0) back.r[back.sp++] = value;
  else vm.settle(undefined, value);
}
