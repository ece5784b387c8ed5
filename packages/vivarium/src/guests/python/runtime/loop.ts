/**
 * The interpreter loop: runs frames of bytecode until the stack is empty, the machine waits, or the driver stops it.
 *
 * The numbers of the ops are written out: V8 makes a jump table of literal labels, and compares with anything else one
 * by one (half of the speed). A test holds them to the table.
 */

import type { Code } from "../bytecode/code.js";
import { Op } from "../bytecode/table.js";
import {
  CALL,
  type Cell,
  keyOf,
  None,
  PyBuiltin,
  PyDict,
  PyFloat,
  PyFunction,
  PyInst,
  PyIter,
  PyList,
  PyMethod,
  PyTuple,
  T,
  type Value,
} from "../objects/core.js";
import { E, raise } from "../objects/errors.js";
import { intAdd, intMul, intSub } from "../objects/numbers.js";
import { AttrCache, GlobalCache, loadAttr, loadGlobal, loadMethod, storeAttr } from "./caches.js";
import { call } from "./calls.js";
import { Frame, GenState, PyAsyncWrapped, PyGenerator } from "./frame.js";
import { ListIter, RangeIter } from "./iterators.js";
import type { Machine } from "./machine.js";
import { binary, compare, getitem, iter, next, setitem, truth } from "./operators.js";
import { Fused, prepare } from "./prepare.js";
import { raiseEmpty, raiseOp, raiseUnbound, rare } from "./rare.js";

const MAX = Number.MAX_SAFE_INTEGER;
const MIN = -MAX;

/** Runs until `vm.frame` is `null` or a continuation that waits, or `vm.sliceOver` says to leave. */
export function loop(vm: Machine): void {
  outer: for (;;) {
    const top = vm.frame;
    if (top === null || top.kind !== 0) return;
    const f: Frame = top;
    const owner: Code = f.code;
    if (owner.dense === null) prepare(owner);
    const code = vm.exact ? owner.instructions : owner.dense!;
    const consts = owner.constants!;
    const caches = owner.caches!;
    const r = f.r;
    let pc = f.pc;
    let sp = f.sp;
    let op = 0;
    let a: Value;
    let b: Value;
    try {
      for (;;) {
        if (--vm.fuel < 0) {
          f.pc = pc;
          f.sp = sp;
          if (vm.sliceOver()) return;
          vm.fuel--;
        }
        const w = code[pc++]!;
        switch ((op = w & 0xff)) {
          case 0 /* NOP */:
            continue;
          case 1 /* POP_TOP */:
            sp--;
            continue;
          case 2 /* DUP_TOP */:
            r[sp] = r[sp - 1];
            sp++;
            continue;
          case 3 /* ROT_TWO */:
            a = r[sp - 1];
            r[sp - 1] = r[sp - 2];
            r[sp - 2] = a;
            continue;
          case 4 /* ROT_THREE */:
            a = r[sp - 1];
            r[sp - 1] = r[sp - 2];
            r[sp - 2] = r[sp - 3];
            r[sp - 3] = a;
            continue;
          case 5 /* COPY */:
            r[sp] = r[sp - (w >> 8)];
            sp++;
            continue;
          case 7 /* PUSH_NULL */:
            r[sp++] = undefined;
            continue;
          case 48 /* LOAD_CONST */:
            r[sp++] = consts[w >> 8];
            continue;
          case 52 /* LOAD_FAST */:
            if ((a = r[w >> 8]) === undefined) {
              f.pc = pc;
              raiseUnbound(owner, w >> 8);
            }
            r[sp++] = a;
            continue;
          case 53 /* STORE_FAST */:
            r[w >> 8] = r[--sp];
            continue;
          case 141 /* LOAD_FAST_LOAD_FAST */:
            if ((a = r[(w >> 8) & 0xfff]) === undefined) raiseUnbound(owner, (w >> 8) & 0xfff);
            pc++;
            vm.fuel--;
            if ((b = r[w >>> 20]) === undefined) raiseUnbound(owner, w >>> 20);
            r[sp] = a;
            r[sp + 1] = b;
            sp += 2;
            continue;
          case 142 /* LOAD_FAST_LOAD_CONST */:
            if ((a = r[(w >> 8) & 0xfff]) === undefined) raiseUnbound(owner, (w >> 8) & 0xfff);
            r[sp] = a;
            r[sp + 1] = consts[w >>> 20];
            sp += 2;
            pc++;
            vm.fuel--;
            continue;
          case 143 /* STORE_FAST_LOAD_FAST */:
            r[(w >> 8) & 0xfff] = r[sp - 1];
            pc++;
            vm.fuel--;
            if ((b = r[w >>> 20]) === undefined) raiseUnbound(owner, w >>> 20);
            r[sp - 1] = b;
            continue;
          case 154 /* STORE_FAST_STORE_FAST */:
            r[(w >> 8) & 0xfff] = r[sp - 1];
            r[w >>> 20] = r[sp - 2];
            sp -= 2;
            pc++;
            vm.fuel--;
            continue;
          case 62 /* LOAD_DEREF */:
            if ((a = (r[w >> 8] as Cell).v) === undefined) raiseEmpty(owner, w >> 8);
            r[sp++] = a;
            continue;
          case 63 /* STORE_DEREF */:
            (r[w >> 8] as Cell).v = r[--sp];
            continue;
          case 49 /* LOAD_NAME */:
            {
              f.pc = pc;
              if (f.locals !== f.globals) {
                f.sp = sp;
                rare(vm, f, op, w >> 8);
                if (vm.frame !== f) continue outer;
                sp = f.sp;
                continue;
              }
              const c = caches[pc - 1] as GlobalCache | undefined;
              if (
                c !== undefined &&
                c.globals === f.globals &&
                c.version === c.globals.version &&
                c.fromVersion === c.from.version
              )
                a = c.from.vals[c.at];
              else a = loadGlobal(vm, f, pc - 1, owner.names[w >> 8]!);
              r[sp++] = a;
              continue;
            }
          case 56 /* LOAD_GLOBAL */:
            {
              const c = caches[pc - 1] as GlobalCache | undefined;
              if (
                c !== undefined &&
                c.globals === f.globals &&
                c.version === c.globals.version &&
                c.fromVersion === c.from.version
              ) {
                r[sp++] = c.from.vals[c.at];
                continue;
              }
              f.pc = pc;
              r[sp] = loadGlobal(vm, f, pc - 1, owner.names[w >> 8]!);
              sp++;
              continue;
            }
          case 57 /* STORE_GLOBAL */:
            {
              const c = caches[pc - 1] as GlobalCache | undefined;
              if (c !== undefined && c.globals === f.globals && c.version === c.globals.version) {
                c.globals.vals[c.at] = r[--sp];
                continue;
              }
              const name = owner.names[w >> 8]!;
              f.globals.setStr(name, r[--sp]);
              caches[pc - 1] = new GlobalCache(
                f.globals,
                f.globals.version,
                f.globals,
                f.globals.version,
                f.globals.positionOf(name),
              );
              continue;
            }
          case 50 /* STORE_NAME */:
            {
              if (f.locals === f.globals) {
                f.globals.setStr(owner.names[w >> 8]!, r[--sp]);
                continue;
              }
              f.pc = pc;
              f.sp = sp;
              rare(vm, f, op, w >> 8);
              if (vm.frame !== f) continue outer;
              sp = f.sp;
              continue;
            }
          case 152 /* LOAD_FAST_ATTR */:
            if ((a = r[(w >> 8) & 0xfff]) === undefined) raiseUnbound(owner, (w >> 8) & 0xfff);
            pc++;
            vm.fuel--;
            {
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c !== undefined && a instanceof PyInst && a.shape === c.shape && a.cls.version === c.version) {
                r[sp++] = a.slots[c.slot];
                continue;
              }
              f.pc = pc;
              f.sp = sp;
              a = loadAttr(vm, f, pc - 1, a, owner.names[w >>> 20]!);
              if (a === CALL) continue outer;
              r[sp++] = a;
              continue;
            }
          case 69 /* LOAD_ATTR */:
            {
              a = r[sp - 1];
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c !== undefined && a instanceof PyInst && a.shape === c.shape && a.cls.version === c.version) {
                r[sp - 1] = a.slots[c.slot];
                continue;
              }
              f.pc = pc;
              f.sp = sp - 1;
              a = loadAttr(vm, f, pc - 1, a, owner.names[w >> 8]!);
              if (a === CALL) continue outer;
              r[sp - 1] = a;
              continue;
            }
          case 70 /* STORE_ATTR */:
            {
              a = r[--sp];
              b = r[--sp];
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c !== undefined && a instanceof PyInst && a.shape === c.shape && a.cls.version === c.version) {
                if (c.next === null) a.slots[c.slot] = b;
                else {
                  a.slots.push(b);
                  a.shape = c.next;
                }
                continue;
              }
              f.pc = pc;
              f.sp = sp;
              f.pend = 1;
              if (storeAttr(vm, f, pc - 1, a, owner.names[w >> 8]!, b) === CALL) continue outer;
              f.pend = 0;
              continue;
            }
          case 72 /* LOAD_METHOD */:
            {
              a = r[sp - 1];
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c !== undefined) {
                if (a instanceof PyInst) {
                  if (a.shape === c.shape && a.cls.version === c.version && a.dict === null) {
                    r[sp - 1] = c.method;
                    r[sp++] = a;
                    continue;
                  }
                } else if (typeof a === "string") {
                  if (c.version === T.str.version) {
                    r[sp - 1] = c.method;
                    r[sp++] = a;
                    continue;
                  }
                } else if (typeof a === "object" && a.cls.version === c.version) {
                  r[sp - 1] = c.method;
                  r[sp++] = a;
                  continue;
                }
              }
              f.pc = pc;
              f.sp = sp - 1;
              b = loadMethod(vm, f, pc - 1, a, owner.names[w >> 8]!);
              if (b === CALL) {
                // Guest code finds it: the absent receiver is pushed when the call comes.
                f.pend = 3;
                continue outer;
              }
              if (b instanceof AttrCache) {
                r[sp - 1] = b.method;
                r[sp++] = a;
              } else {
                r[sp - 1] = b;
                r[sp++] = undefined;
              }
              continue;
            }
          case 150 /* ADD_CONST */:
            a = r[sp - 1];
            b = consts[w >> 8];
            pc++;
            vm.fuel--;
            if (typeof a === "number") {
              const c = a + b;
              r[sp - 1] = c <= MAX && c >= MIN ? c : intAdd(vm, a, b);
              continue;
            }
            op = code[pc - 1]! & 0xff;
            r[sp++] = b;
            break;
          case 151 /* SUB_CONST */:
            a = r[sp - 1];
            b = consts[w >> 8];
            pc++;
            vm.fuel--;
            if (typeof a === "number") {
              const c = a - b;
              r[sp - 1] = c <= MAX && c >= MIN ? c : intSub(vm, a, b);
              continue;
            }
            op = code[pc - 1]! & 0xff;
            r[sp++] = b;
            break;
          case 25 /* INPLACE_ADD */:
          case 12 /* BINARY_ADD */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number") {
              if (typeof b === "number") {
                const c = a + b;
                r[--sp - 1] = c <= MAX && c >= MIN ? c : intAdd(vm, a, b);
                continue;
              }
            } else if (a instanceof PyFloat) {
              if (b instanceof PyFloat) {
                r[--sp - 1] = new PyFloat(a.v + b.v);
                continue;
              }
            } else if (typeof a === "string" && typeof b === "string") {
              vm.alloc(2 * b.length + 16);
              if (b.length > 4096) vm.charge(b.length >> 8);
              r[--sp - 1] = a + b;
              continue;
            }
            break;
          case 26 /* INPLACE_SUBTRACT */:
          case 13 /* BINARY_SUBTRACT */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number") {
              if (typeof b === "number") {
                const c = a - b;
                r[--sp - 1] = c <= MAX && c >= MIN ? c : intSub(vm, a, b);
                continue;
              }
            } else if (a instanceof PyFloat && b instanceof PyFloat) {
              r[--sp - 1] = new PyFloat(a.v - b.v);
              continue;
            }
            break;
          case 27 /* INPLACE_MULTIPLY */:
          case 14 /* BINARY_MULTIPLY */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number") {
              if (typeof b === "number") {
                const c = a * b;
                r[--sp - 1] = c <= MAX && c >= MIN ? c + 0 : intMul(vm, a, b);
                continue;
              }
              if (b instanceof PyFloat) {
                r[--sp - 1] = new PyFloat(a * b.v);
                continue;
              }
            } else if (a instanceof PyFloat) {
              if (b instanceof PyFloat) {
                r[--sp - 1] = new PyFloat(a.v * b.v);
                continue;
              }
            }
            break;
          case 29 /* INPLACE_DIVIDE */:
          case 16 /* BINARY_DIVIDE */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (a instanceof PyFloat) {
              if (b instanceof PyFloat && b.v !== 0) {
                r[--sp - 1] = new PyFloat(a.v / b.v);
                continue;
              }
              if (typeof b === "number" && b !== 0) {
                r[--sp - 1] = new PyFloat(a.v / b);
                continue;
              }
            }
            break;
          case 30 /* INPLACE_FLOORDIV */:
          case 17 /* BINARY_FLOORDIV */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number" && typeof b === "number" && b > 0) {
              const c = a % b;
              r[--sp - 1] = c < 0 ? (a - c) / b - 1 : (a - c) / b + 0;
              continue;
            }
            break;
          case 31 /* INPLACE_MODULO */:
          case 18 /* BINARY_MODULO */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number" && typeof b === "number" && b > 0) {
              const c = a % b;
              r[--sp - 1] = c < 0 ? c + b : c + 0;
              continue;
            }
            break;
          case 35 /* INPLACE_AND */:
          case 22 /* BINARY_AND */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number" && typeof b === "number" && a === (a | 0) && b === (b | 0)) {
              r[--sp - 1] = a & b;
              continue;
            }
            break;
          case 36 /* INPLACE_OR */:
          case 23 /* BINARY_OR */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number" && typeof b === "number" && a === (a | 0) && b === (b | 0)) {
              r[--sp - 1] = a | b;
              continue;
            }
            break;
          case 37 /* INPLACE_XOR */:
          case 24 /* BINARY_XOR */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number" && typeof b === "number" && a === (a | 0) && b === (b | 0)) {
              r[--sp - 1] = a ^ b;
              continue;
            }
            break;
          case 34 /* INPLACE_RSHIFT */:
          case 21 /* BINARY_RSHIFT */:
            a = r[sp - 2];
            b = r[sp - 1];
            if (typeof a === "number" && typeof b === "number" && a === (a | 0) && b >= 0 && b < 32) {
              r[--sp - 1] = a >> b;
              continue;
            }
            break;
          case 33 /* INPLACE_LSHIFT */:
          case 20 /* BINARY_LSHIFT */:
          case 28 /* INPLACE_MATMUL */:
          case 15 /* BINARY_MATMUL */:
          case 32 /* INPLACE_POWER */:
          case 19 /* BINARY_POWER */:
            a = r[sp - 2];
            b = r[sp - 1];
            break;

          case 38 /* COMPARE_LT */:
          case 39 /* COMPARE_LE */:
          case 40 /* COMPARE_EQ */:
          case 41 /* COMPARE_NE */:
          case 42 /* COMPARE_GT */:
          case 43 /* COMPARE_GE */:
            {
              b = r[--sp];
              a = r[sp - 1];
              if (typeof a === "number" && typeof b === "number") {
                r[sp - 1] =
                  op === Op.COMPARE_LT
                    ? a < b
                    : op === Op.COMPARE_LE
                      ? a <= b
                      : op === Op.COMPARE_EQ
                        ? a === b
                        : op === Op.COMPARE_NE
                          ? a !== b
                          : op === Op.COMPARE_GT
                            ? a > b
                            : a >= b;
                continue;
              }
              f.pc = pc;
              f.sp = sp - 1;
              a = compare(vm, op - Op.COMPARE_LT, a, b);
              if (a === CALL) continue outer;
              r[sp - 1] = a;
              continue;
            }
          case 144 /* LT_JUMP */:
          case 145 /* LE_JUMP */:
          case 146 /* EQ_JUMP */:
          case 147 /* NE_JUMP */:
          case 148 /* GT_JUMP */:
          case 149 /* GE_JUMP */:
            {
              b = r[sp - 1];
              a = r[sp - 2];
              let yes: boolean;
              if (typeof a === "number" && typeof b === "number") {
                yes =
                  op === Fused.LT_JUMP
                    ? a < b
                    : op === Fused.LE_JUMP
                      ? a <= b
                      : op === Fused.EQ_JUMP
                        ? a === b
                        : op === Fused.NE_JUMP
                          ? a !== b
                          : op === Fused.GT_JUMP
                            ? a > b
                            : a >= b;
              } else if (a instanceof PyFloat && b instanceof PyFloat) {
                const x = a.v;
                const y = b.v;
                yes =
                  op === Fused.LT_JUMP
                    ? x < y
                    : op === Fused.LE_JUMP
                      ? x <= y
                      : op === Fused.EQ_JUMP
                        ? x === y
                        : op === Fused.NE_JUMP
                          ? x !== y
                          : op === Fused.GT_JUMP
                            ? x > y
                            : x >= y;
              } else {
                f.pc = pc;
                f.sp = sp -= 2;
                a = compare(vm, op - Fused.LT_JUMP, a, b);
                if (a === CALL) continue outer;
                r[sp++] = a;
                continue;
              }
              sp -= 2;
              pc++;
              vm.fuel--;
              if (!yes) pc = w >> 8;
              continue;
            }
          case 46 /* COMPARE_IS */:
            b = r[--sp];
            r[sp - 1] = r[sp - 1] === b;
            continue;
          case 47 /* COMPARE_IS_NOT */:
            b = r[--sp];
            r[sp - 1] = r[sp - 1] !== b;
            continue;
          case 79 /* JUMP */:
            pc = w >> 8;
            continue;
          case 80 /* POP_JUMP_IF_FALSE */:
            a = r[--sp];
            if (a === true) continue;
            if (a === false) {
              pc = w >> 8;
              continue;
            }
            f.pc = pc - 1;
            f.sp = sp;
            a = truth(vm, a);
            if (a === CALL) continue outer;
            if (a === false) pc = w >> 8;
            continue;
          case 81 /* POP_JUMP_IF_TRUE */:
            a = r[--sp];
            if (a === false) continue;
            if (a === true) {
              pc = w >> 8;
              continue;
            }
            f.pc = pc - 1;
            f.sp = sp;
            a = truth(vm, a);
            if (a === CALL) continue outer;
            if (a === true) pc = w >> 8;
            continue;
          case 82 /* POP_JUMP_IF_NONE */:
            if (r[--sp] === None) pc = w >> 8;
            continue;
          case 83 /* POP_JUMP_IF_NOT_NONE */:
            if (r[--sp] !== None) pc = w >> 8;
            continue;
          case 10 /* UNARY_NOT */:
            a = r[sp - 1];
            if (typeof a === "boolean") {
              r[sp - 1] = !a;
              continue;
            }
            f.pc = pc - 1;
            f.sp = sp - 1;
            a = truth(vm, a);
            if (a === CALL) continue outer;
            r[sp - 1] = !a;
            continue;
          case 74 /* BINARY_SUBSCR */:
            {
              b = r[--sp];
              a = r[sp - 1];
              if (a instanceof PyList) {
                if (typeof b === "number" && a.cls === T.list) {
                  const { items } = a;
                  const v = items[b < 0 ? b + items.length : b];
                  if (v !== undefined) {
                    r[sp - 1] = v;
                    continue;
                  }
                }
              } else if (a instanceof PyDict) {
                if (a.cls === T.dict) {
                  const key = keyOf(b);
                  if (key !== undefined) {
                    const v = a.getKey(key);
                    if (v !== undefined) {
                      r[sp - 1] = v;
                      continue;
                    }
                  }
                }
              } else if (a instanceof PyTuple && typeof b === "number" && a.cls === T.tuple) {
                const { items } = a;
                const v = items[b < 0 ? b + items.length : b];
                if (v !== undefined) {
                  r[sp - 1] = v;
                  continue;
                }
              }
              f.pc = pc;
              f.sp = sp - 1;
              a = getitem(vm, a, b);
              if (a === CALL) continue outer;
              r[sp - 1] = a;
              continue;
            }
          case 75 /* STORE_SUBSCR */:
            {
              b = r[sp - 1];
              a = r[sp - 2];
              sp -= 3;
              if (a instanceof PyList) {
                if (typeof b === "number" && a.cls === T.list) {
                  const { items } = a;
                  if (b < 0) b += items.length;
                  if (b >= 0 && b < items.length) {
                    items[b] = r[sp];
                    continue;
                  }
                  b = r[sp + 2];
                }
              } else if (a instanceof PyDict && a.cls === T.dict && a.custom === null) {
                const key = keyOf(b);
                if (key !== undefined) {
                  vm.alloc(48);
                  a.setKey(key, b, r[sp]);
                  continue;
                }
              }
              f.pc = pc;
              f.sp = sp;
              f.pend = 1;
              if (setitem(vm, a, b, r[sp]) === CALL) continue outer;
              f.pend = 0;
              continue;
            }
          case 86 /* GET_ITER */:
            f.pc = pc;
            f.sp = sp - 1;
            a = iter(vm, r[sp - 1]);
            if (a === CALL) continue outer;
            r[sp - 1] = a;
            continue;
          case 153 /* FOR_ITER_STORE */:
          case 88 /* FOR_ITER */:
            {
              const it = r[sp - 1];
              if (it instanceof RangeIter) {
                if (it.left > 0) {
                  it.left--;
                  a = it.value;
                  it.value = a + it.step;
                } else a = undefined;
              } else if (it instanceof ListIter) a = it.next();
              else if (it instanceof PyIter) {
                f.pc = pc;
                f.sp = sp;
                a = it.next(vm);
              } else if (
                it instanceof PyGenerator &&
                it.state === GenState.SUSPENDED &&
                it.cls === T.generator &&
                vm.depth < vm.recursionLimit
              ) {
                f.pc = pc;
                f.sp = sp;
                const g = it.frame;
                g.back = f;
                g.r[g.sp++] = None;
                vm.depth++;
                it.state = GenState.RUNNING;
                it.outer = vm.handled;
                if (it.handled !== undefined) vm.handled = it.handled;
                vm.frame = g;
                continue outer;
              } else {
                f.pc = pc;
                f.sp = sp;
                a = next(vm, it);
                if (a === CALL) continue outer;
              }
              if (op === Op.FOR_ITER) {
                if (a === undefined) {
                  sp--;
                  pc = w >> 8;
                } else r[sp++] = a;
              } else if (a === undefined) {
                sp--;
                pc = (w >> 8) & 0xfff;
              } else {
                r[w >>> 20] = a;
                pc++;
                vm.fuel--;
              }
              continue;
            }
          case 90 /* CALL_FUNCTION */:
            {
              let n = w >> 8;
              const at = sp - n - 2;
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
              f.pc = pc;
              f.sp = at;
              if (fn instanceof PyFunction) {
                const c = fn.code;
                if (c.simple && n <= c.argCount) {
                  const { defaults } = fn;
                  const least = defaults === null ? c.argCount : c.argCount - defaults.length;
                  if (n >= least) {
                    if (vm.depth >= vm.recursionLimit)
                      throw raise(E.RecursionError!, "maximum recursion depth exceeded");
                    const nr: Value[] = new Array(c.registers);
                    for (let i = 0; i < n; i++) nr[i] = r[from + i];
                    for (let i = n; i < c.argCount; i++) nr[i] = defaults![i - least];
                    vm.depth++;
                    vm.frame = new Frame(c, nr, fn.globals, null, fn, f);
                    continue outer;
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
                    a = fn.fn(vm);
                    break;
                  case 1:
                    a = fn.fn(vm, r[from]);
                    break;
                  case 2:
                    a = fn.fn(vm, r[from], r[from + 1]);
                    break;
                  case 3:
                    a = fn.fn(vm, r[from], r[from + 1], r[from + 2]);
                    break;
                  default:
                    a = fn.fn(vm, ...r.slice(from, sp));
                }
                if (a === CALL) continue outer;
                r[at] = a;
                sp = at + 1;
                continue;
              }
              a = call(vm, fn, r.slice(from, from + n), null);
              if (a === CALL) continue outer;
              r[at] = a;
              sp = at + 1;
              continue;
            }
          case 93 /* RETURN_VALUE */:
            {
              a = r[--sp];
              const back = f.back;
              vm.depth--;
              vm.frame = back;
              if (f.gen === null) {
                if (back !== null && back.kind === 0 && back.pend === 0) {
                  back.r[back.sp++] = a;
                  continue outer;
                }
                vm.settle(undefined, a);
                continue outer;
              }
              endGenerator(vm, f.gen, a);
              continue outer;
            }
          case 94 /* YIELD_VALUE */:
            {
              a = r[--sp];
              f.pc = pc;
              f.sp = sp;
              const gen = f.gen!;
              const back = f.back;
              gen.state = GenState.SUSPENDED;
              gen.handled = vm.handled !== gen.outer ? vm.handled : undefined;
              vm.handled = gen.outer;
              gen.outer = undefined;
              f.back = null;
              vm.depth--;
              vm.frame = back;
              if (a instanceof PyAsyncWrapped) {
                gen.busy = false;
                vm.finishIteration(a.value);
                continue outer;
              }
              if (back !== null && back.kind === 0 && back.pend === 0) {
                back.r[back.sp++] = a;
                continue outer;
              }
              vm.settle(undefined, a);
              continue outer;
            }
          case 103 /* LIST_APPEND */:
            a = r[--sp];
            vm.alloc(8);
            (r[sp - (w >> 8)] as PyList).items.push(a);
            continue;
          case 96 /* BUILD_TUPLE */:
            {
              const n = w >> 8;
              sp -= n;
              vm.alloc(32 + 8 * n);
              r[sp] = new PyTuple(n === 2 ? [r[sp], r[sp + 1]] : r.slice(sp, sp + n));
              sp++;
              continue;
            }
          case 97 /* BUILD_LIST */:
            {
              const n = w >> 8;
              sp -= n;
              vm.alloc(48 + 8 * n);
              r[sp] = new PyList(r.slice(sp, sp + n));
              sp++;
              continue;
            }
          case 111 /* UNPACK_SEQUENCE */:
            {
              const n = w >> 8;
              a = r[sp - 1];
              if ((a instanceof PyTuple || a instanceof PyList) && !a.cls.isHeap && a.items.length === n) {
                const { items } = a;
                sp += n - 1;
                for (let i = 0; i < n; i++) r[sp - 1 - i] = items[i];
                continue;
              }
              f.pc = pc;
              f.sp = sp;
              rare(vm, f, op, n);
              if (vm.frame !== f) continue outer;
              sp = f.sp;
              continue;
            }
          case 116 /* PUSH_EXC_INFO */:
            a = r[sp - 1];
            r[sp - 1] = vm.handled;
            r[sp++] = a;
            vm.handled = a;
            continue;
          case 117 /* POP_EXCEPT */:
            vm.handled = r[--sp];
            continue;
          case 121 /* RAISE_VARARGS */:
            f.pc = pc;
            f.sp = sp;
            raiseOp(vm, f, w >> 8);
            continue outer;
          default:
            f.pc = pc;
            f.sp = sp;
            rare(vm, f, op, w >> 8);
            if (vm.frame !== f) continue outer;
            sp = f.sp;
            pc = f.pc;
            continue;
        }
        // The operators' slow path: a and b are still on the stack.
        f.pc = pc;
        sp -= 2;
        f.sp = sp;
        a = op >= Op.INPLACE_ADD ? binary(vm, op - Op.INPLACE_ADD, a, b, true) : binary(vm, op - Op.BINARY_ADD, a, b);
        if (a === CALL) continue outer;
        r[sp++] = a;
      }
    } catch (e) {
      f.pc = pc;
      vm.settle(vm.toGuest(e), undefined);
    }
  }
}

function endGenerator(vm: Machine, gen: PyGenerator, value: Value): void {
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
