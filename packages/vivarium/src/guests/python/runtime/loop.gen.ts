/**
 * The interpreter loop: runs frames of bytecode until the stack is empty, the machine waits, or the driver stops it.
 *
 * GENERATED from loop.template and fusions.ts by `npm run docs`: change those.
 *
 * Gas is counted down in a local variable, which is the machine's own wherever other code runs that could see it.
 * The numbers of the ops are written out: V8 makes a jump table of literal labels, and compares with anything else one
 * by one (half of the speed).
 */

import type { Code } from "../bytecode/code.js";
import {
  CALL,
  type Cell,
  keyOf,
  None,
  PyDict,
  PyFloat,
  PyInst,
  PyList,
  PyTuple,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import type { AttrCache, GlobalCache } from "./caches.js";
import type { Frame } from "./frame.js";
import { ListIter, RangeIter } from "./iterators.js";
import type { Machine } from "./machine.js";
import { prepare } from "./prepare.js";
import { raiseOp, rare } from "./rare.js";
import { advance, enter, leave, slow, suspend, truthOf } from "./slow.js";

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
    let fuel = vm.fuel;
    let a: Value;
    let b: Value;
    try {
      for (;;) {
        if (--fuel < 0) {
          vm.fuel = fuel;
          f.pc = pc;
          f.sp = sp;
          vm.sliceOver();
          return;
        }
        let w = code[pc++]!;
        switch (w & 0xff) {
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
            a = undefined;
            r[sp] = a;
            sp++;
            continue;
          case 48 /* LOAD_CONST */:
            a = consts[w >> 8];
            r[sp] = a;
            sp++;
            continue;
          case 52 /* LOAD_FAST */:
            a = r[w >> 8];
            if (a === undefined) break;
            r[sp] = a;
            sp++;
            continue;
          case 56 /* LOAD_GLOBAL */:
            {
              const c = caches[pc - 1] as GlobalCache | undefined;
              if (c === undefined || c.layout !== f.globals.layout) break;
              if (c.builtins === null) a = f.globals.vals[c.at];
              else if (c.builtins === vm.builtins.layout) a = vm.builtins.vals[c.at];
              else break;
            }
            r[sp] = a;
            sp++;
            continue;
          case 53 /* STORE_FAST */:
            a = r[--sp];
            r[w >> 8] = a;
            continue;
          case 62 /* LOAD_DEREF */:
            a = (r[w >> 8] as Cell).v;
            if (a === undefined) break;
            r[sp] = a;
            sp++;
            continue;
          case 63 /* STORE_DEREF */:
            (r[w >> 8] as Cell).v = r[--sp];
            continue;
          case 49 /* LOAD_NAME */:
            if (f.locals !== f.globals) break;
            {
              const c = caches[pc - 1] as GlobalCache | undefined;
              if (c === undefined || c.layout !== f.globals.layout) break;
              if (c.builtins === null) a = f.globals.vals[c.at];
              else if (c.builtins === vm.builtins.layout) a = vm.builtins.vals[c.at];
              else break;
            }
            r[sp] = a;
            sp++;
            continue;
          case 57 /* STORE_GLOBAL */:
            {
              const c = caches[pc - 1] as GlobalCache | undefined;
              if (c !== undefined && c.layout === f.globals.layout) f.globals.vals[c.at] = r[--sp];
              else {
                f.pc = pc;
                f.sp = sp;
                vm.fuel = fuel;
                rare(vm, f, w & 0xff, w >> 8);
                if (vm.frame !== f) continue outer;
                fuel = vm.fuel;
                sp = f.sp;
              }
            }
            continue;
          case 50 /* STORE_NAME */:
            {
              const c = caches[pc - 1] as GlobalCache | undefined;
              if (c !== undefined && c.layout === f.globals.layout) f.globals.vals[c.at] = r[--sp];
              else {
                f.pc = pc;
                f.sp = sp;
                vm.fuel = fuel;
                rare(vm, f, w & 0xff, w >> 8);
                if (vm.frame !== f) continue outer;
                fuel = vm.fuel;
                sp = f.sp;
              }
            }
            continue;
          case 69 /* LOAD_ATTR */:
            a = r[--sp];
            {
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c === undefined || !(a instanceof PyInst) || a.shape !== c.shape || a.cls.version !== c.version) break;
              r[sp++] = a.slots[c.slot];
            }
            continue;
          case 70 /* STORE_ATTR */:
            a = r[--sp];
            {
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c !== undefined && a instanceof PyInst && a.shape === c.shape && a.cls.version === c.version) {
                if (c.next === null) a.slots[c.slot] = r[--sp];
                else {
                  a.slots.push(r[--sp]);
                  a.shape = c.next;
                }
                continue;
              }
              r[sp++] = a;
              f.pc = pc;
              f.sp = sp;
              vm.fuel = fuel;
              rare(vm, f, 70, w >> 8);
              if (vm.frame !== f) continue outer;
              fuel = vm.fuel;
              sp = f.sp;
            }
            continue;
          case 72 /* LOAD_METHOD */:
            a = r[--sp];
            {
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c !== undefined) {
                if (a instanceof PyInst) {
                  if (a.shape === c.shape && a.cls.version === c.version && a.dict === null) {
                    r[sp] = a.cls.found[c.slot];
                    r[sp + 1] = a;
                    sp += 2;
                    continue;
                  }
                } else {
                  const type = typeOf(a);
                  if (type.version === c.version) {
                    r[sp] = type.found[c.slot];
                    r[sp + 1] = a;
                    sp += 2;
                    continue;
                  }
                }
              }
              r[sp++] = a;
              f.pc = pc;
              f.sp = sp;
              vm.fuel = fuel;
              rare(vm, f, 72, w >> 8);
              if (vm.frame !== f) continue outer;
              fuel = vm.fuel;
              sp = f.sp;
            }
            continue;
          case 12 /* BINARY_ADD */:
          case 25 /* INPLACE_ADD */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[sp++] = a;
            continue;
          case 13 /* BINARY_SUBTRACT */:
          case 26 /* INPLACE_SUBTRACT */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") {
              const c = a - b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v - b.v);
            else break;
            r[sp++] = a;
            continue;
          case 14 /* BINARY_MULTIPLY */:
          case 27 /* INPLACE_MULTIPLY */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") {
              const c = a * b;
              if (c > MAX || c < MIN) break;
              a = c + 0;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v * b.v);
            else break;
            r[sp++] = a;
            continue;
          case 16 /* BINARY_DIVIDE */:
          case 29 /* INPLACE_DIVIDE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (a instanceof PyFloat && b instanceof PyFloat && b.v !== 0) a = new PyFloat(a.v / b.v);
            else if (typeof a === "number" && typeof b === "number" && b !== 0) a = new PyFloat(a / b);
            else break;
            r[sp++] = a;
            continue;
          case 17 /* BINARY_FLOORDIV */:
          case 30 /* INPLACE_FLOORDIV */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number" && b > 0) {
              const c = a % b;
              a = c < 0 ? (a - c) / b - 1 : (a - c) / b + 0;
            } else break;
            r[sp++] = a;
            continue;
          case 18 /* BINARY_MODULO */:
          case 31 /* INPLACE_MODULO */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number" && b > 0) {
              const c = a % b;
              a = c < 0 ? c + b : c + 0;
            } else break;
            r[sp++] = a;
            continue;
          case 22 /* BINARY_AND */:
          case 35 /* INPLACE_AND */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number" && a === (a | 0) && b === (b | 0)) a &= b;
            else break;
            r[sp++] = a;
            continue;
          case 23 /* BINARY_OR */:
          case 36 /* INPLACE_OR */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number" && a === (a | 0) && b === (b | 0)) a |= b;
            else break;
            r[sp++] = a;
            continue;
          case 24 /* BINARY_XOR */:
          case 37 /* INPLACE_XOR */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number" && a === (a | 0) && b === (b | 0)) a ^= b;
            else break;
            r[sp++] = a;
            continue;
          case 21 /* BINARY_RSHIFT */:
          case 34 /* INPLACE_RSHIFT */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number" && a === (a | 0) && b >= 0 && b < 32) a >>= b;
            else break;
            r[sp++] = a;
            continue;
          case 20 /* BINARY_LSHIFT */:
          case 33 /* INPLACE_LSHIFT */:
          case 15 /* BINARY_MATMUL */:
          case 28 /* INPLACE_MATMUL */:
          case 19 /* BINARY_POWER */:
          case 32 /* INPLACE_POWER */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            break;
          case 38 /* COMPARE_LT */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a < b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v < b.v;
            else break;
            r[sp++] = a;
            continue;
          case 39 /* COMPARE_LE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a <= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v <= b.v;
            else break;
            r[sp++] = a;
            continue;
          case 40 /* COMPARE_EQ */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a === b;
            else break;
            r[sp++] = a;
            continue;
          case 41 /* COMPARE_NE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a !== b;
            else break;
            r[sp++] = a;
            continue;
          case 42 /* COMPARE_GT */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a > b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v > b.v;
            else break;
            r[sp++] = a;
            continue;
          case 43 /* COMPARE_GE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a >= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v >= b.v;
            else break;
            r[sp++] = a;
            continue;
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
            if (a !== false) {
              if (typeof a === "number") a = a !== 0;
              else {
                // When guest code finds the truth, this op is executed again with it.
                f.pc = pc - 1;
                f.sp = sp;
                vm.fuel = fuel;
                a = truthOf(vm, a);
                if (a === CALL) continue outer;
                fuel = vm.fuel;
              }
            }
            if (a === false) pc = w >> 8;
            continue;
          case 81 /* POP_JUMP_IF_TRUE */:
            a = r[--sp];
            if (a === false) continue;
            if (a !== true) {
              if (typeof a === "number") a = a !== 0;
              else {
                f.pc = pc - 1;
                f.sp = sp;
                vm.fuel = fuel;
                a = truthOf(vm, a);
                if (a === CALL) continue outer;
                fuel = vm.fuel;
              }
            }
            if (a === true) pc = w >> 8;
            continue;
          case 82 /* POP_JUMP_IF_NONE */:
            a = r[--sp];
            if (a === None) pc = w >> 8;
            continue;
          case 83 /* POP_JUMP_IF_NOT_NONE */:
            a = r[--sp];
            if (a !== None) pc = w >> 8;
            continue;
          case 10 /* UNARY_NOT */:
            a = r[sp - 1];
            if (typeof a !== "boolean") {
              f.pc = pc - 1;
              f.sp = sp - 1;
              vm.fuel = fuel;
              a = truthOf(vm, a);
              if (a === CALL) continue outer;
              fuel = vm.fuel;
            }
            r[sp - 1] = !a;
            continue;
          case 74 /* BINARY_SUBSCR */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (a instanceof PyList || a instanceof PyTuple) {
              if (typeof b !== "number" || (a.cls !== T.list && a.cls !== T.tuple)) break;
              const v = a.items[b < 0 ? b + a.items.length : b];
              if (v === undefined) break;
              a = v;
            } else if (a instanceof PyDict && a.cls === T.dict) {
              const key = keyOf(b);
              if (key === undefined) break;
              const v = a.getKey(key);
              if (v === undefined) break;
              a = v;
            } else break;
            r[sp++] = a;
            continue;
          case 75 /* STORE_SUBSCR */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (a instanceof PyList && typeof b === "number" && a.cls === T.list) {
              const at = b < 0 ? b + a.items.length : b;
              if (at >= 0 && at < a.items.length) {
                a.items[at] = r[--sp];
                continue;
              }
            } else if (a instanceof PyDict && a.cls === T.dict && a.custom === null) {
              const key = keyOf(b);
              if (key !== undefined) {
                f.sp = sp;
                vm.fuel = fuel;
                vm.alloc(48);
                a.setKey(key, b, r[--sp]);
                continue;
              }
            }
            r[sp] = a;
            r[sp + 1] = b;
            sp += 2;
            f.pc = pc;
            f.sp = sp;
            vm.fuel = fuel;
            rare(vm, f, 75, 0);
            if (vm.frame !== f) continue outer;
            fuel = vm.fuel;
            sp = f.sp;
            continue;
          case 86 /* GET_ITER */:
            a = r[--sp];
            break;
          case 88 /* FOR_ITER */:
            {
              const it = r[sp - 1];
              if (it instanceof RangeIter && it.left > 0) {
                it.left--;
                a = it.value;
                it.value = a + it.step;
              } else if (!(it instanceof ListIter) || (a = it.next()) === undefined) {
                f.pc = pc;
                f.sp = sp;
                vm.fuel = fuel;
                a = advance(vm, f, it);
                if (a === CALL) continue outer;
                fuel = vm.fuel;
                if (a === undefined) {
                  sp--;
                  pc = w >> 8;
                } else r[sp++] = a;
                continue;
              }
            }
            r[sp++] = a;
            continue;
          case 90 /* CALL_FUNCTION */:
            f.pc = pc;
            vm.fuel = fuel;
            a = enter(vm, f, w >> 8, sp);
            if (a === CALL) continue outer;
            fuel = vm.fuel;
            sp = f.sp;
            r[sp++] = a;
            continue;
          case 93 /* RETURN_VALUE */:
            a = r[--sp];
            {
              const back = f.back;
              vm.fuel = fuel;
              if (f.gen === null && back !== null && back.kind === 0 && back.pend === 0) {
                vm.depth--;
                vm.frame = back;
                back.r[back.sp++] = a;
              } else leave(vm, f, a);
              continue outer;
            }
          case 94 /* YIELD_VALUE */:
            a = r[--sp];
            f.pc = pc;
            f.sp = sp;
            vm.fuel = fuel;
            suspend(vm, f, a);
            continue outer;
          case 103 /* LIST_APPEND */:
            a = r[--sp];
            f.sp = sp;
            vm.fuel = fuel;
            vm.alloc(8);
            (r[sp - (w >> 8)] as PyList).items.push(a);
            continue;
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
              vm.fuel = fuel;
              rare(vm, f, w & 0xff, n);
              if (vm.frame !== f) continue outer;
              fuel = vm.fuel;
              sp = f.sp;
            }
            continue;
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
            vm.fuel = fuel;
            raiseOp(vm, f, w >> 8);
            continue outer;
          case 141 /* LOAD_FAST+LOAD_FAST */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            r[sp] = a;
            r[sp + 1] = b;
            sp += 2;
            continue;
          case 142 /* LOAD_FAST+LOAD_CONST */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            r[sp] = a;
            r[sp + 1] = b;
            sp += 2;
            continue;
          case 143 /* STORE_FAST+LOAD_FAST */:
            a = r[--sp];
            r[w >> 8] = a;
            w = code[pc++]!;
            fuel--;
            a = r[w >> 8];
            if (a === undefined) break;
            r[sp] = a;
            sp++;
            continue;
          case 144 /* STORE_FAST+LOAD_FAST+LOAD_FAST */:
            a = r[--sp];
            r[w >> 8] = a;
            w = code[pc++]!;
            fuel--;
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            r[sp] = a;
            r[sp + 1] = b;
            sp += 2;
            continue;
          case 145 /* STORE_FAST+STORE_FAST */:
            a = r[--sp];
            r[w >> 8] = a;
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            r[w >> 8] = a;
            continue;
          case 146 /* STORE_FAST+JUMP */:
            a = r[--sp];
            r[w >> 8] = a;
            w = code[pc++]!;
            fuel--;
            pc = w >> 8;
            continue;
          case 147 /* COPY+COPY */:
            r[sp] = r[sp - (w >> 8)];
            sp++;
            w = code[pc++]!;
            fuel--;
            r[sp] = r[sp - (w >> 8)];
            sp++;
            continue;
          case 148 /* LOAD_FAST+LOAD_FAST+ADD */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[sp++] = a;
            continue;
          case 149 /* LOAD_FAST+LOAD_FAST+ADD+STORE_FAST */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 150 /* LOAD_FAST+LOAD_CONST+ADD */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[sp++] = a;
            continue;
          case 151 /* LOAD_FAST+LOAD_CONST+ADD+STORE_FAST */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 152 /* LOAD_FAST+ADD */:
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[sp++] = a;
            continue;
          case 153 /* LOAD_FAST+ADD+STORE_FAST */:
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 154 /* LOAD_CONST+ADD */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[sp++] = a;
            continue;
          case 155 /* LOAD_CONST+ADD+STORE_FAST */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 156 /* ADD+STORE_FAST */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") {
              const c = a + b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v + b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 157 /* LOAD_FAST+LOAD_FAST+SUBTRACT */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a - b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v - b.v);
            else break;
            r[sp++] = a;
            continue;
          case 158 /* LOAD_FAST+LOAD_FAST+SUBTRACT+STORE_FAST */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a - b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v - b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 159 /* LOAD_FAST+LOAD_CONST+SUBTRACT */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a - b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v - b.v);
            else break;
            r[sp++] = a;
            continue;
          case 160 /* LOAD_FAST+SUBTRACT */:
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") {
              const c = a - b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v - b.v);
            else break;
            r[sp++] = a;
            continue;
          case 161 /* LOAD_CONST+SUBTRACT */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") {
              const c = a - b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v - b.v);
            else break;
            r[sp++] = a;
            continue;
          case 162 /* SUBTRACT+STORE_FAST */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") {
              const c = a - b;
              if (c > MAX || c < MIN) break;
              a = c;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v - b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 163 /* LOAD_FAST+LOAD_FAST+MULTIPLY */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a * b;
              if (c > MAX || c < MIN) break;
              a = c + 0;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v * b.v);
            else break;
            r[sp++] = a;
            continue;
          case 164 /* LOAD_FAST+LOAD_FAST+MULTIPLY+STORE_FAST */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") {
              const c = a * b;
              if (c > MAX || c < MIN) break;
              a = c + 0;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v * b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 165 /* LOAD_FAST+MULTIPLY */:
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") {
              const c = a * b;
              if (c > MAX || c < MIN) break;
              a = c + 0;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v * b.v);
            else break;
            r[sp++] = a;
            continue;
          case 166 /* LOAD_CONST+MULTIPLY */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") {
              const c = a * b;
              if (c > MAX || c < MIN) break;
              a = c + 0;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v * b.v);
            else break;
            r[sp++] = a;
            continue;
          case 167 /* MULTIPLY+STORE_FAST */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") {
              const c = a * b;
              if (c > MAX || c < MIN) break;
              a = c + 0;
            } else if (a instanceof PyFloat && b instanceof PyFloat) a = new PyFloat(a.v * b.v);
            else break;
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 168 /* LOAD_FAST+LOAD_CONST+MODULO */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number" && b > 0) {
              const c = a % b;
              a = c < 0 ? c + b : c + 0;
            } else break;
            r[sp++] = a;
            continue;
          case 169 /* LOAD_CONST+MODULO */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number" && b > 0) {
              const c = a % b;
              a = c < 0 ? c + b : c + 0;
            } else break;
            r[sp++] = a;
            continue;
          case 170 /* LOAD_CONST+FLOORDIV */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number" && b > 0) {
              const c = a % b;
              a = c < 0 ? (a - c) / b - 1 : (a - c) / b + 0;
            } else break;
            r[sp++] = a;
            continue;
          case 171 /* LOAD_FAST+DIVIDE */:
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (a instanceof PyFloat && b instanceof PyFloat && b.v !== 0) a = new PyFloat(a.v / b.v);
            else if (typeof a === "number" && typeof b === "number" && b !== 0) a = new PyFloat(a / b);
            else break;
            r[sp++] = a;
            continue;
          case 172 /* COMPARE_LT+POP_JUMP_IF_FALSE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a < b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v < b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 173 /* COMPARE_LE+POP_JUMP_IF_FALSE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a <= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v <= b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 174 /* COMPARE_EQ+POP_JUMP_IF_FALSE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a === b;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 175 /* COMPARE_NE+POP_JUMP_IF_FALSE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a !== b;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 176 /* COMPARE_GT+POP_JUMP_IF_FALSE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a > b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v > b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 177 /* COMPARE_GE+POP_JUMP_IF_FALSE */:
            sp -= 2;
            a = r[sp];
            b = r[sp + 1];
            if (typeof a === "number" && typeof b === "number") a = a >= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v >= b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 178 /* LOAD_CONST+COMPARE_LT+POP_JUMP_IF_FALSE */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") a = a < b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v < b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 179 /* LOAD_CONST+COMPARE_LE+POP_JUMP_IF_FALSE */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") a = a <= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v <= b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 180 /* LOAD_CONST+COMPARE_EQ+POP_JUMP_IF_FALSE */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") a = a === b;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 181 /* LOAD_CONST+COMPARE_NE+POP_JUMP_IF_FALSE */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") a = a !== b;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 182 /* LOAD_CONST+COMPARE_GT+POP_JUMP_IF_FALSE */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") a = a > b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v > b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 183 /* LOAD_CONST+COMPARE_GE+POP_JUMP_IF_FALSE */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (typeof a === "number" && typeof b === "number") a = a >= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v >= b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 184 /* LOAD_FAST+LOAD_CONST+COMPARE_LT+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a < b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v < b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 185 /* LOAD_FAST+LOAD_CONST+COMPARE_LE+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a <= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v <= b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 186 /* LOAD_FAST+LOAD_CONST+COMPARE_EQ+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a === b;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 187 /* LOAD_FAST+LOAD_CONST+COMPARE_NE+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a !== b;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 188 /* LOAD_FAST+LOAD_CONST+COMPARE_GT+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a > b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v > b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 189 /* LOAD_FAST+LOAD_CONST+COMPARE_GE+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a >= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v >= b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 190 /* LOAD_FAST+LOAD_FAST+COMPARE_LT+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a < b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v < b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 191 /* LOAD_FAST+LOAD_FAST+COMPARE_LE+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a <= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v <= b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 192 /* LOAD_FAST+LOAD_FAST+COMPARE_EQ+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a === b;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 193 /* LOAD_FAST+LOAD_FAST+COMPARE_NE+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a !== b;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 194 /* LOAD_FAST+LOAD_FAST+COMPARE_GT+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a > b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v > b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 195 /* LOAD_FAST+LOAD_FAST+COMPARE_GE+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (typeof a === "number" && typeof b === "number") a = a >= b;
            else if (a instanceof PyFloat && b instanceof PyFloat) a = a.v >= b.v;
            else break;
            if (a) pc++;
            else pc = code[pc]! >> 8;
            fuel--;
            continue;
          case 196 /* LOAD_FAST+POP_JUMP_IF_FALSE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (a === true) continue;
            if (a !== false) {
              if (typeof a === "number") a = a !== 0;
              else {
                // When guest code finds the truth, this op is executed again with it.
                f.pc = pc - 1;
                f.sp = sp;
                vm.fuel = fuel;
                a = truthOf(vm, a);
                if (a === CALL) continue outer;
                fuel = vm.fuel;
              }
            }
            if (a === false) pc = w >> 8;
            continue;
          case 197 /* LOAD_FAST+POP_JUMP_IF_TRUE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (a === false) continue;
            if (a !== true) {
              if (typeof a === "number") a = a !== 0;
              else {
                f.pc = pc - 1;
                f.sp = sp;
                vm.fuel = fuel;
                a = truthOf(vm, a);
                if (a === CALL) continue outer;
                fuel = vm.fuel;
              }
            }
            if (a === true) pc = w >> 8;
            continue;
          case 198 /* LOAD_FAST+POP_JUMP_IF_NONE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (a === None) pc = w >> 8;
            continue;
          case 199 /* LOAD_FAST+POP_JUMP_IF_NOT_NONE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (a !== None) pc = w >> 8;
            continue;
          case 200 /* LOAD_FAST+LOAD_FAST+BINARY_SUBSCR */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (a instanceof PyList || a instanceof PyTuple) {
              if (typeof b !== "number" || (a.cls !== T.list && a.cls !== T.tuple)) break;
              const v = a.items[b < 0 ? b + a.items.length : b];
              if (v === undefined) break;
              a = v;
            } else if (a instanceof PyDict && a.cls === T.dict) {
              const key = keyOf(b);
              if (key === undefined) break;
              const v = a.getKey(key);
              if (v === undefined) break;
              a = v;
            } else break;
            r[sp++] = a;
            continue;
          case 201 /* LOAD_FAST+LOAD_CONST+BINARY_SUBSCR */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            if (a instanceof PyList || a instanceof PyTuple) {
              if (typeof b !== "number" || (a.cls !== T.list && a.cls !== T.tuple)) break;
              const v = a.items[b < 0 ? b + a.items.length : b];
              if (v === undefined) break;
              a = v;
            } else if (a instanceof PyDict && a.cls === T.dict) {
              const key = keyOf(b);
              if (key === undefined) break;
              const v = a.getKey(key);
              if (v === undefined) break;
              a = v;
            } else break;
            r[sp++] = a;
            continue;
          case 202 /* LOAD_FAST+BINARY_SUBSCR */:
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (a instanceof PyList || a instanceof PyTuple) {
              if (typeof b !== "number" || (a.cls !== T.list && a.cls !== T.tuple)) break;
              const v = a.items[b < 0 ? b + a.items.length : b];
              if (v === undefined) break;
              a = v;
            } else if (a instanceof PyDict && a.cls === T.dict) {
              const key = keyOf(b);
              if (key === undefined) break;
              const v = a.getKey(key);
              if (v === undefined) break;
              a = v;
            } else break;
            r[sp++] = a;
            continue;
          case 203 /* LOAD_CONST+BINARY_SUBSCR */:
            b = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            a = r[--sp];
            if (a instanceof PyList || a instanceof PyTuple) {
              if (typeof b !== "number" || (a.cls !== T.list && a.cls !== T.tuple)) break;
              const v = a.items[b < 0 ? b + a.items.length : b];
              if (v === undefined) break;
              a = v;
            } else if (a instanceof PyDict && a.cls === T.dict) {
              const key = keyOf(b);
              if (key === undefined) break;
              const v = a.getKey(key);
              if (v === undefined) break;
              a = v;
            } else break;
            r[sp++] = a;
            continue;
          case 204 /* LOAD_FAST+LOAD_FAST+STORE_SUBSCR */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            b = r[w >> 8];
            if (b === undefined) break;
            w = code[pc++]!;
            fuel--;
            if (a instanceof PyList && typeof b === "number" && a.cls === T.list) {
              const at = b < 0 ? b + a.items.length : b;
              if (at >= 0 && at < a.items.length) {
                a.items[at] = r[--sp];
                continue;
              }
            } else if (a instanceof PyDict && a.cls === T.dict && a.custom === null) {
              const key = keyOf(b);
              if (key !== undefined) {
                f.sp = sp;
                vm.fuel = fuel;
                vm.alloc(48);
                a.setKey(key, b, r[--sp]);
                continue;
              }
            }
            r[sp] = a;
            r[sp + 1] = b;
            sp += 2;
            f.pc = pc;
            f.sp = sp;
            vm.fuel = fuel;
            rare(vm, f, 75, 0);
            if (vm.frame !== f) continue outer;
            fuel = vm.fuel;
            sp = f.sp;
            continue;
          case 205 /* LOAD_FAST+LOAD_ATTR */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            {
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c === undefined || !(a instanceof PyInst) || a.shape !== c.shape || a.cls.version !== c.version) break;
              r[sp++] = a.slots[c.slot];
            }
            continue;
          case 206 /* LOAD_FAST+LOAD_METHOD */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            {
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c !== undefined) {
                if (a instanceof PyInst) {
                  if (a.shape === c.shape && a.cls.version === c.version && a.dict === null) {
                    r[sp] = a.cls.found[c.slot];
                    r[sp + 1] = a;
                    sp += 2;
                    continue;
                  }
                } else {
                  const type = typeOf(a);
                  if (type.version === c.version) {
                    r[sp] = type.found[c.slot];
                    r[sp + 1] = a;
                    sp += 2;
                    continue;
                  }
                }
              }
              r[sp++] = a;
              f.pc = pc;
              f.sp = sp;
              vm.fuel = fuel;
              rare(vm, f, 72, w >> 8);
              if (vm.frame !== f) continue outer;
              fuel = vm.fuel;
              sp = f.sp;
            }
            continue;
          case 207 /* LOAD_FAST+STORE_ATTR */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            {
              const c = caches[pc - 1] as AttrCache | undefined;
              if (c !== undefined && a instanceof PyInst && a.shape === c.shape && a.cls.version === c.version) {
                if (c.next === null) a.slots[c.slot] = r[--sp];
                else {
                  a.slots.push(r[--sp]);
                  a.shape = c.next;
                }
                continue;
              }
              r[sp++] = a;
              f.pc = pc;
              f.sp = sp;
              vm.fuel = fuel;
              rare(vm, f, 70, w >> 8);
              if (vm.frame !== f) continue outer;
              fuel = vm.fuel;
              sp = f.sp;
            }
            continue;
          case 208 /* LOAD_FAST+RETURN_VALUE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            {
              const back = f.back;
              vm.fuel = fuel;
              if (f.gen === null && back !== null && back.kind === 0 && back.pend === 0) {
                vm.depth--;
                vm.frame = back;
                back.r[back.sp++] = a;
              } else leave(vm, f, a);
              continue outer;
            }
          case 209 /* LOAD_CONST+RETURN_VALUE */:
            a = consts[w >> 8];
            w = code[pc++]!;
            fuel--;
            {
              const back = f.back;
              vm.fuel = fuel;
              if (f.gen === null && back !== null && back.kind === 0 && back.pend === 0) {
                vm.depth--;
                vm.frame = back;
                back.r[back.sp++] = a;
              } else leave(vm, f, a);
              continue outer;
            }
          case 210 /* LOAD_FAST+YIELD_VALUE */:
            a = r[w >> 8];
            if (a === undefined) break;
            w = code[pc++]!;
            fuel--;
            f.pc = pc;
            f.sp = sp;
            vm.fuel = fuel;
            suspend(vm, f, a);
            continue outer;
          case 211 /* FOR_ITER+STORE_FAST */:
            {
              const it = r[sp - 1];
              if (it instanceof RangeIter && it.left > 0) {
                it.left--;
                a = it.value;
                it.value = a + it.step;
              } else if (!(it instanceof ListIter) || (a = it.next()) === undefined) {
                f.pc = pc;
                f.sp = sp;
                vm.fuel = fuel;
                a = advance(vm, f, it);
                if (a === CALL) continue outer;
                fuel = vm.fuel;
                if (a === undefined) {
                  sp--;
                  pc = w >> 8;
                } else r[sp++] = a;
                continue;
              }
            }
            r[code[pc++]! >> 8] = a;
            fuel--;
            continue;
          case 212 /* LOAD_GLOBAL+PUSH_NULL */:
            {
              const c = caches[pc - 1] as GlobalCache | undefined;
              if (c === undefined || c.layout !== f.globals.layout) break;
              if (c.builtins === null) a = f.globals.vals[c.at];
              else if (c.builtins === vm.builtins.layout) a = vm.builtins.vals[c.at];
              else break;
            }
            w = code[pc++]!;
            fuel--;
            b = undefined;
            r[sp] = a;
            r[sp + 1] = b;
            sp += 2;
            continue;
          default:
            f.pc = pc;
            f.sp = sp;
            vm.fuel = fuel;
            rare(vm, f, w & 0xff, w >> 8);
            if (vm.frame !== f) continue outer;
            fuel = vm.fuel;
            sp = f.sp;
            pc = f.pc;
            continue;
        }
        // What has no fast path: the operands a and b were taken from the stack, the result is pushed.
        f.pc = pc;
        f.sp = sp;
        vm.fuel = fuel;
        a = slow(vm, f, a, b);
        if (a === CALL) continue outer;
        fuel = vm.fuel;
        r[sp++] = a;
      }
    } catch (e) {
      f.pc = pc;
      vm.settle(vm.toGuest(e), undefined);
    }
  }
}
