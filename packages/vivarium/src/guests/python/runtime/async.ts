/** Generators driven from outside: `throw`, `close`, and the awaitables of asynchronous generators. */

import { Op } from "../bytecode/table.js";
import { CALL, None, PyException, PyIter, PyObj, T, type Value } from "../objects/core.js";
import { E, raise, runtimeError, typeError, typeName } from "../objects/errors.js";
import { raiseAgain } from "./attributes.js";
import { call, callMethod } from "./calls.js";
import { continuation, type Frame, GenState, PyGenerator } from "./frame.js";
import type { Machine } from "./machine.js";
import { resume } from "./operators.js";
import { typePath } from "./text.js";

/** What `asend`, `athrow`, `aclose` and `__anext__` of an asynchronous generator return. */
export class PyAsyncAwait extends PyObj {
  started = false;
  done = false;
  constructor(
    readonly gen: PyGenerator,
    readonly mode: "send" | "throw" | "close",
    /** The value to send or the exception to throw. */
    readonly payload: Value,
  ) {
    super(T.asyncGenItem);
  }
}

/** The iterator that a suspended generator delegates to, and the index of its SEND. */
export function delegate(frame: Frame): { it: Value; send: number } | undefined {
  const { instructions } = frame.code;
  const w = instructions[frame.pc];
  if (w === undefined || (w & 0xff) !== Op.JUMP) return undefined;
  const send = w >> 8;
  if ((instructions[send]! & 0xff) !== Op.SEND || send !== frame.pc - 2) return undefined;
  return { it: frame.r[frame.sp - 1], send };
}

/** Puts a suspended generator's frame on the stack without resuming it. */
function enter(vm: Machine, gen: PyGenerator): void {
  const { frame } = gen;
  frame.back = vm.frame;
  vm.push(frame);
  gen.state = GenState.RUNNING;
  gen.outer = vm.handled;
  if (gen.handled !== undefined) vm.handled = gen.handled;
}

const CLOSE_THEN_THROW = continuation("generator.close-then-throw", (_vm, _value, exc) => {
  throw raiseAgain(exc);
});

/** `generator.throw(exc)`. */
export function throwInto(vm: Machine, gen: PyGenerator, exc: PyException): Value {
  if (gen.state === GenState.RUNNING) throw runtimeError("generator already executing");
  if (gen.state === GenState.DONE) {
    if (gen.cls === T.coroutine) throw runtimeError("cannot reuse already awaited coroutine");
    throw raiseAgain(exc);
  }
  if (gen.state === GenState.CREATED) {
    // It is raised where the generator stands: at its beginning.
    enter(vm, gen);
    throw raiseAgain(exc);
  }
  const inner = delegate(gen.frame);
  enter(vm, gen);
  if (!inner) throw raiseAgain(exc);
  const { it, send } = inner;
  if (exc.cls.isSubtype(E.GeneratorExit!)) {
    if (it instanceof PyGenerator) return vm.then(CLOSE_THEN_THROW, exc, () => closeGenerator(vm, it));
    if (!(it instanceof PyIter) && typeof it === "object" && it.cls.lookup("close") !== undefined)
      return vm.then(CLOSE_THEN_THROW, exc, () => callMethod(vm, it, "close", []));
    throw raiseAgain(exc);
  }
  // The delegation waits for its iterator again: a value is yielded on, StopIteration ends it.
  gen.frame.pc = send + 1;
  if (it instanceof PyGenerator) return throwInto(vm, it, exc);
  if (it instanceof PyAsyncAwait) return asyncThrow(vm, it, exc);
  if (it.cls.lookup("throw") !== undefined) {
    const value = callMethod(vm, it, "throw", [exc]);
    if (value !== CALL) vm.settle(undefined, value);
    return CALL;
  }
  gen.frame.pc = send + 2;
  throw raiseAgain(exc);
}

const CLOSED = continuation(
  "generator.close",
  (_vm, _value, gen: PyGenerator) => {
    throw runtimeError(`${gen.cls === T.coroutine ? "coroutine" : "generator"} ignored GeneratorExit`);
  },
  (_vm, exc) => {
    if (exc.cls.isSubtype(E.GeneratorExit!) || exc.cls.isSubtype(E.StopIteration!)) return None;
    throw raiseAgain(exc);
  },
);

/** `generator.close()`. */
export function closeGenerator(vm: Machine, gen: PyGenerator): Value {
  if (gen.state === GenState.DONE) return None;
  if (gen.state === GenState.CREATED) {
    gen.state = GenState.DONE;
    return None;
  }
  return vm.then(CLOSED, gen, () => throwInto(vm, gen, new PyException(E.GeneratorExit!)));
}

/** The exception that `throw(type, value, traceback)` means. */
const AS_EXCEPTION = continuation("generator.throw", (vm: Machine, exc, { target, type }) => {
  if (!(exc instanceof PyException))
    throw typeError(
      `calling ${`<class '${typePath(type)}'>`} should have returned an instance of BaseException, not ${typeName(exc)}`,
    );
  return target instanceof PyGenerator ? throwInto(vm, target, exc) : asyncThrow(vm, target, exc);
});

export function throwArguments(vm: Machine, target: Value, type: Value, value: Value): Value {
  return vm.then(AS_EXCEPTION, { target, type }, () => {
    if (type instanceof PyException) return type;
    if (typeof type === "object" && type.layout === "exception")
      return value instanceof PyException
        ? value
        : call(vm, type, value === undefined || value === None ? [] : [value]);
    throw typeError(`exceptions must be classes or instances deriving from BaseException, not ${typeName(type)}`);
  });
}

const ACLOSE = continuation(
  "asyncgen.aclose",
  // Something that is awaited inside passes through.
  (_vm, value) => value,
  (vm: Machine, exc, obj: PyAsyncAwait) => {
    obj.done = true;
    obj.gen.busy = false;
    if (exc.cls.isSubtype(E.StopIteration!)) throw runtimeError("async generator ignored GeneratorExit");
    if (exc.cls.isSubtype(E.StopAsyncIteration!) || exc.cls.isSubtype(E.GeneratorExit!)) {
      obj.gen.closed = true;
      return vm.finishIteration(None);
    }
    throw raiseAgain(exc);
  },
);
const ASEND = continuation(
  "asyncgen.asend",
  (_vm, value) => value,
  (vm: Machine, exc, obj: PyAsyncAwait) => {
    obj.done = true;
    obj.gen.busy = false;
    if (exc.cls.isSubtype(E.StopIteration!)) {
      const own = exc.args.items[0];
      return vm.finishIteration(own ?? None);
    }
    throw raiseAgain(exc);
  },
);

/** `send` of an asynchronous generator's awaitable. */
export function asyncStep(vm: Machine, obj: PyAsyncAwait, value: Value): Value {
  const { gen } = obj;
  if (obj.done) throw runtimeError("cannot reuse already awaited __anext__()/asend()");
  if (!obj.started) {
    if (gen.busy)
      throw runtimeError(`a${obj.mode === "send" ? "next" : obj.mode}(): asynchronous generator is already running`);
    obj.started = true;
    if (obj.mode === "send") {
      if (gen.state === GenState.DONE || gen.closed) {
        obj.done = true;
        throw raise(E.StopAsyncIteration!);
      }
      gen.busy = true;
      return vm.then(ASEND, obj, () => resume(vm, gen, obj.payload));
    }
    if (obj.mode === "close") {
      if (gen.state === GenState.DONE || gen.state === GenState.CREATED) {
        gen.state = GenState.DONE;
        gen.closed = true;
        obj.done = true;
        return vm.finishIteration(None);
      }
      gen.busy = true;
      return vm.then(ACLOSE, obj, () => throwInto(vm, gen, new PyException(E.GeneratorExit!)));
    }
    gen.busy = true;
    return vm.then(ASEND, obj, () => throwInto(vm, gen, obj.payload));
  }
  return vm.then(obj.mode === "close" ? ACLOSE : ASEND, obj, () => resume(vm, gen, value));
}

export function asyncThrow(vm: Machine, obj: PyAsyncAwait, exc: PyException): Value {
  if (!obj.started) {
    obj.done = true;
    throw raiseAgain(exc);
  }
  return vm.then(obj.mode === "close" ? ACLOSE : ASEND, obj, () => throwInto(vm, obj.gen, exc));
}
