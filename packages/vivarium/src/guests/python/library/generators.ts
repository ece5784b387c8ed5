/** Generators, coroutines and asynchronous generators as objects. */

import { None, PyCode, T, type Value } from "../objects/core.js";
import { asyncStep, closeGenerator, delegate, PyAsyncAwait, throwArguments } from "../runtime/async.js";
import { continuation, GenState } from "../runtime/frame.js";
import type { Machine } from "../runtime/machine.js";
import { resume } from "../runtime/operators.js";
import { getters, methods } from "./define.js";

/** Whatever resumes from a method call must see StopIteration, not the loop's own way of ending an iteration. */
const PLAIN = continuation("generator.send", (_vm, value) => value);
const plainly = (vm: Machine, start: () => Value): Value => vm.then(PLAIN, null, start);

for (const type of [T.generator, T.coroutine]) {
  methods(type, {
    "send(self, value, /)": (vm: Machine, self, value) => plainly(vm, () => resume(vm, self, value)),
    "throw(self, type, value=, tb=, /)": (vm: Machine, self, t, value) =>
      plainly(vm, () => throwArguments(vm, self, t, value)),
    "close(self)": (vm: Machine, self) => plainly(vm, () => closeGenerator(vm, self)),
  });
}
methods(T.generator, () => ({
  "__iter__(self)": (_vm, self) => self,
  "__next__(self)": (vm: Machine, self) => plainly(vm, () => resume(vm, self, None)),
}));
methods(T.coroutine, { "__await__(self)": (_vm, self) => self });
const name = (
  what: "name" | "qualname",
): [(vm: Value, g: Value) => Value, (vm: Value, g: Value, v: Value) => Value] => [
  (_vm, g) => g[what],
  (_vm, g, v) => {
    g[what] = v;
    return None;
  },
];
const prefix = { generator: "gi", coroutine: "cr", asyncGenerator: "ag" } as const;
for (const kind of ["generator", "coroutine", "asyncGenerator"] as const) {
  const p = prefix[kind];
  getters(T[kind], {
    __name__: name("name"),
    __qualname__: name("qualname"),
    [`${p}_running`]: (_vm, g) => g.state === GenState.RUNNING,
    [`${p}_suspended`]: (_vm, g) => g.state === GenState.SUSPENDED,
    [`${p}_frame`]: (_vm, g) => (g.state === GenState.DONE || g.frame.code.hidden ? None : g.frame),
    [`${p}_code`]: (_vm, g) => new PyCode(g.frame.code),
    [p === "gi" ? "gi_yieldfrom" : `${p}_await`]: (_vm, g) =>
      (g.state === GenState.SUSPENDED ? delegate(g.frame)?.it : undefined) ?? None,
  });
}

methods(T.asyncGenerator, () => ({
  "__aiter__(self)": (_vm, self) => self,
  "__anext__(self)": (_vm, self) => new PyAsyncAwait(self, "send", None),
  "asend(self, value, /)": (_vm, self, value) => new PyAsyncAwait(self, "send", value),
  "athrow(self, type, value=, tb=, /)": (vm: Machine, self, t, value) =>
    vm.then(ATHROW, self, () => exceptionOf(vm, t, value)),
  "aclose(self)": (_vm, self) => new PyAsyncAwait(self, "close", None),
}));

import { PyException } from "../objects/core.js";
import { typeError } from "../objects/errors.js";
import { call } from "../runtime/calls.js";

function exceptionOf(vm: Machine, t: Value, value: Value): Value {
  if (t instanceof PyException) return t;
  if (typeof t === "object" && t.layout === "exception")
    return value instanceof PyException ? value : call(vm, t, value === undefined || value === None ? [] : [value]);
  throw typeError("exceptions must be classes or instances deriving from BaseException");
}
const ATHROW = continuation("asyncgen.athrow", (_vm, exc, gen) => new PyAsyncAwait(gen, "throw", exc));

methods(T.asyncGenItem, () => ({
  "__await__(self)": (_vm, self) => self,
  "__iter__(self)": (_vm, self) => self,
  "__next__(self)": (vm: Machine, self) => plainly(vm, () => asyncStep(vm, self, None)),
  "send(self, value, /)": (vm: Machine, self, value) => plainly(vm, () => asyncStep(vm, self, value)),
  "throw(self, type, value=, tb=, /)": (vm: Machine, self, t, value) =>
    plainly(vm, () => throwArguments(vm, self, t, value)),
  "close(self)": (_vm, self) => {
    self.done = true;
    return None;
  },
}));
