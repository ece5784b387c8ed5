/** The built-in functions, and the namespace of the module `builtins`. */

import {
  builtinType,
  CALL,
  Ellipsis,
  identityOf,
  keyOf,
  None,
  NotImplemented,
  PyBuiltin,
  PyBytes,
  PyCode,
  PyDict,
  type PyException,
  PyFloat,
  PyFunction,
  PyInst,
  PyIter,
  PyList,
  PyModule,
  PySet,
  PyStepIter,
  PyTuple,
  PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, raise, typeError, typeName, valueError } from "../objects/errors.js";
import { asInt, type Int, intPowMod } from "../objects/numbers.js";
import { record } from "../objects/records.js";
import { strLength } from "../objects/text.js";
import { findAttribute, getattr, raiseAgain, setattr } from "../runtime/attributes.js";
import { call, callSpecial, runCode } from "../runtime/calls.js";
import { continuation, PyGenerator } from "../runtime/frame.js";
import { ReverseIter, SequenceIter } from "../runtime/iterators.js";
import type { Machine } from "../runtime/machine.js";
import { stopIteration } from "../runtime/machine.js";
import {
  binary,
  bytesOf,
  compare,
  EQ,
  equalFast,
  hash,
  hashFast,
  index,
  isIterator,
  itemsFast,
  iter,
  len,
  next,
  truth,
} from "../runtime/operators.js";
import { addAll, awaitable, store } from "../runtime/rare.js";
import { ascii, format, plainString, repr } from "../runtime/text.js";
import { fn, statics } from "./define.js";
import { buildClass, frameLocals, instanceDict, weakReference } from "./object.js";
import { iteratorType, sorted } from "./sequences.js";
import { formatPercent, percentParts, pieces } from "./strings.js";

const attributeName = (v: Value): string => {
  if (typeof v === "string") return v;
  if (typeOf(v).isSubtype(T.str)) return plainString(v);
  throw typeError(`attribute name must be string, not '${typeName(v)}'`);
};

// --- iterators with guest code -----------------------------------------------------------------------------------

class EnumerateIter extends PyStepIter {
  constructor(
    readonly it: Value,
    public at: number | bigint,
  ) {
    super(ENUMERATE);
  }
  step(vm: Machine): Value {
    if (this.it instanceof PyIter) {
      const v = this.it.next(vm);
      return v === undefined ? undefined : this.pair(v);
    }
    return vm.then(ENUMERATED, this, () => next(vm, this.it) ?? endOf(vm));
  }
  pair(v: Value): Value {
    const at = this.at;
    this.at = typeof at === "number" && at < Number.MAX_SAFE_INTEGER ? at + 1 : BigInt(at) + 1n;
    return new PyTuple([at, v]);
  }
}
record("enumerate", EnumerateIter, () => new EnumerateIter(None, 0));
/** Inside a continuation the end of an iterator is an exception. */
const endOf = (_vm: Machine): never => {
  throw stopIteration(None);
};
const ENUMERATE = builtinType("enumerate", T.object, "other");
const ENUMERATED = continuation("enumerate", (_vm, v, self: EnumerateIter) => self.pair(v));

class ZipIter extends PyStepIter {
  constructor(
    readonly its: readonly Value[],
    readonly strict: boolean,
  ) {
    super(ZIP);
  }
  step(vm: Machine): Value {
    if (this.its.length === 0) return undefined;
    return this.collect(vm, []);
  }
  collect(vm: Machine, got: Value[]): Value {
    while (got.length < this.its.length) {
      const it = this.its[got.length];
      if (it instanceof PyIter) {
        const v = it.next(vm);
        if (v === undefined) return this.short(vm, got.length);
        got.push(v);
        continue;
      }
      return vm.then(ZIPPED, { self: this, got }, () => next(vm, it) ?? endOf(vm));
    }
    return new PyTuple(got);
  }
  /** One of the iterators has ended. Inside a continuation that is an exception. */
  short(vm: Machine, at: number, inside = false): Value {
    if (this.strict) {
      if (at > 0)
        throw valueError(
          `zip() argument ${at + 1} is shorter than argument${at === 1 ? "" : "s 1-"}${at === 1 ? " 1" : at}`,
        );
      return call(vm, vm.routine("zip_strict_rest"), [new PyTuple([...this.its])]);
    }
    if (inside) endOf(vm);
    return undefined;
  }
}
record("zip", ZipIter, () => new ZipIter([], false));
const ZIP = builtinType("zip", T.object, "other");
const ZIPPED = continuation(
  "zip",
  (vm: Machine, v, state) => {
    state.got.push(v);
    const r = state.self.collect(vm, state.got);
    return r === undefined ? endOf(vm) : r;
  },
  (vm: Machine, exc, state) => {
    if (!exc.cls.isSubtype(E.StopIteration!)) throw raiseAgain(exc);
    if (!state.self.strict) throw raiseAgain(exc);
    return state.self.short(vm, state.got.length, true);
  },
);

class MapIter extends PyStepIter {
  constructor(
    readonly f: Value,
    readonly its: readonly Value[],
  ) {
    super(MAP);
  }
  step(vm: Machine): Value {
    return this.collect(vm, [], false);
  }
  collect(vm: Machine, got: Value[], inside: boolean): Value {
    while (got.length < this.its.length) {
      const it = this.its[got.length];
      if (it instanceof PyIter) {
        const v = it.next(vm);
        if (v === undefined) return inside ? endOf(vm) : undefined;
        got.push(v);
        continue;
      }
      return vm.then(MAPPED, { self: this, got }, () => next(vm, it) ?? endOf(vm));
    }
    return call(vm, this.f, got);
  }
}
record("map", MapIter, () => new MapIter(None, []));
const MAP = builtinType("map", T.object, "other");
const MAPPED = continuation("map", (vm: Machine, v, state) => {
  state.got.push(v);
  return state.self.collect(vm, state.got, true);
});

class FilterIter extends PyStepIter {
  constructor(
    readonly f: Value,
    readonly it: Value,
    readonly negate = false,
  ) {
    super(FILTER);
  }
  step(vm: Machine): Value {
    if (this.it instanceof PyIter && this.f === None) {
      for (;;) {
        const v = this.it.next(vm);
        if (v === undefined) return undefined;
        const below = vm.frame;
        const t = truth(vm, v);
        if (t === CALL) {
          vm.insert(below, FILTER_TESTED, { self: this, v });
          return CALL;
        }
        if (t) return v;
        vm.charge(1);
      }
    }
    return vm.then(FILTER_NEXT, this, () => next(vm, this.it) ?? endOf(vm));
  }
}
record("filter", FilterIter, () => new FilterIter(None, None));
const FILTER = builtinType("filter", T.object, "other");
const FILTER_NEXT = continuation("filter.next", (vm: Machine, v, self) => {
  if (self.f === None) return vm.then(FILTER_TESTED, { self, v }, () => truth(vm, v));
  return vm.then(FILTER_TESTED, { self, v }, () => vm.then(FILTER_TRUTH, null, () => call(vm, self.f, [v])));
});
const FILTER_TRUTH = continuation("filter.truth", (vm: Machine, v) => truth(vm, v));
const FILTER_TESTED = continuation("filter", (vm: Machine, yes, state) => {
  if (yes) return state.v;
  vm.charge(1);
  const r = vm.then(FILTER_NEXT, state.self, () => next(vm, state.self.it) ?? endOf(vm));
  return r;
});

/** `iter(callable, sentinel)` and iteration by `__getitem__` are generators of routines. */
for (const type of [ENUMERATE, ZIP, MAP, FILTER]) iteratorType(type);

/** Gives a new iterator the class of a guest's subclass. */
function as<V extends PyInst>(made: V, cls: PyType): V {
  if (cls !== made.cls) {
    made.cls = cls;
    made.shape = cls.instanceShape;
    made.slots = [];
  }
  return made;
}

const ENUMERATE_NEW = continuation("enumerate.new", (_vm, it, state) =>
  as(new EnumerateIter(it, state.start), state.cls),
);
statics(ENUMERATE, () => ({
  "__new__(cls, iterable, start=)": (vm: Machine, cls, iterable, start) => {
    const from = start === undefined ? 0 : asInt(start);
    if (from === undefined) throw typeError(`'${typeName(start)}' object cannot be interpreted as an integer`);
    return vm.then(ENUMERATE_NEW, { start: from, cls }, () => iter(vm, iterable));
  },
}));
const ITERS = continuation("iters", (vm: Machine, it, state) => {
  state.its.push(it);
  return openAll(vm, state);
});
interface Opening {
  its: Value[];
  rest: Value[];
  kind: "zip" | "map";
  extra: Value;
  cls: PyType;
}
function openAll(vm: Machine, state: Opening): Value {
  const source = state.rest.shift();
  if (source !== undefined) return vm.then(ITERS, state, () => iter(vm, source));
  return as<PyInst>(
    state.kind === "zip" ? new ZipIter(state.its, state.extra) : new MapIter(state.extra, state.its),
    state.cls,
  );
}
statics(ZIP, () => ({
  "__new__(cls, *iterables, strict=)": (vm: Machine, cls, iterables, strict) =>
    openAll(vm, { its: [], rest: iterables, kind: "zip", extra: strict === true, cls }),
}));
statics(MAP, () => ({
  "__new__(cls, function, *iterables)": (vm: Machine, cls, f, iterables) => {
    if (iterables.length === 0) throw typeError("map() must have at least two arguments.");
    return openAll(vm, { its: [], rest: iterables, kind: "map", extra: f, cls });
  },
}));
const FILTER_NEW = continuation("filter.new", (_vm, it, state) => as(new FilterIter(state.f, it), state.cls));
statics(FILTER, () => ({
  "__new__(cls, function, iterable, /)": (vm: Machine, cls, f, iterable) =>
    vm.then(FILTER_NEW, { f, cls }, () => iter(vm, iterable)),
}));

const REVERSED = builtinType("reversed", T.object, "other");
statics(REVERSED, () => ({
  "__new__(cls, sequence, /)": (vm: Machine, _cls, v) => {
    if (v instanceof PyList && !v.cls.isHeap) return new ReverseIter(v);
    if (typeof v === "string") return new SequenceIter(Array.from(v).reverse(), REVERSED);
    if (v instanceof PyTuple && !v.cls.isHeap) return new SequenceIter([...v.items].reverse(), REVERSED);
    const b = bytesOf(v);
    if (b) return new SequenceIter(Array.from(b).reverse(), REVERSED);
    const special = typeOf(v).lookup("__reversed__");
    if (special === None) throw typeError(`'${typeName(v)}' object is not reversible`);
    if (special !== undefined) return callSpecial(vm, v, "__reversed__", []);
    if (
      typeOf(v).lookup("__len__") === undefined ||
      typeOf(v).lookup("__getitem__") === undefined ||
      v instanceof PyDict
    )
      throw typeError(`'${typeName(v)}' object is not reversible`);
    return call(vm, vm.routine("reversed_by_index"), [v]);
  },
}));
iteratorType(REVERSED);

// --- getattr and kin ---------------------------------------------------------------------------------------------

const OR_DEFAULT = continuation(
  "getattr.default",
  (_vm, v) => v,
  (_vm, exc, absent) => {
    if (exc.cls.isSubtype(E.AttributeError!)) return absent;
    throw raiseAgain(exc);
  },
);
const HASATTR = continuation(
  "hasattr",
  () => true,
  (_vm, exc) => {
    if (exc.cls.isSubtype(E.AttributeError!)) return false;
    throw raiseAgain(exc);
  },
);
const DROP = continuation("drop", () => None);

/** `getattr(object, name, default)`. */
export function getattrOr(vm: Machine, object: Value, name: string, absent: Value): Value {
  if ((typeOf(object).attributeHooks & 3) === 0) {
    // The common case needs no exception.
    return vm.then(OR_DEFAULT, absent, () => findAttribute(vm, object, name) ?? absent);
  }
  return vm.then(OR_DEFAULT, absent, () => getattr(vm, object, name));
}

// --- next, iter --------------------------------------------------------------------------------------------------

const NEXT_DEFAULT = continuation(
  "next.default",
  (_vm, v) => v,
  (_vm, exc, absent) => {
    if (exc.cls.isSubtype(E.StopIteration!)) return absent;
    throw raiseAgain(exc);
  },
);
const NEXT_PLAIN = continuation("next", (_vm, v) => v);

function builtinNext(vm: Machine, it: Value, absent: Value): Value {
  if (!isIterator(it)) throw typeError(`'${typeName(it)}' object is not an iterator`);
  if (it instanceof PyIter) {
    const v = it.next(vm);
    if (v !== undefined) return v;
    if (absent !== undefined) return absent;
    throw stopIteration(None);
  }
  return vm.then(absent === undefined ? NEXT_PLAIN : NEXT_DEFAULT, absent, () => {
    const v = next(vm, it);
    return v === undefined ? endOf(vm) : v;
  });
}

// --- isinstance --------------------------------------------------------------------------------------------------

const TO_BOOL = continuation("to-bool", (vm: Machine, v) => truth(vm, v));

/** `isinstance(v, cls)`. */
export function isInstance(vm: Machine, v: Value, cls: Value): Value {
  if (cls instanceof PyType) {
    if (cls.cls === T.type || cls.cls.lookup("__instancecheck__") === T.type.ns.getStr("__instancecheck__")) {
      if (typeOf(v).isSubtype(cls)) return true;
      const own = typeof v === "object" && typeOf(v).isHeap ? typeOf(v).lookup("__class__") : undefined;
      if (own !== undefined && own !== T.object.ns.getStr("__class__"))
        return vm.then(CLASS_OF, cls, () => getattr(vm, v, "__class__"));
      return false;
    }
    if (typeOf(v) === cls) return true;
    return vm.then(TO_BOOL, null, () => callSpecial(vm, cls, "__instancecheck__", [v]));
  }
  if (cls instanceof PyTuple) {
    for (const c of cls.items) {
      if (!(c instanceof PyType) || c.cls !== T.type) return call(vm, vm.routine("isinstance_any"), [v, cls]);
      if (typeOf(v).isSubtype(c)) return true;
    }
    return false;
  }
  if (typeof cls === "object" && cls.cls.lookup("__instancecheck__") !== undefined)
    return vm.then(TO_BOOL, null, () => callSpecial(vm, cls, "__instancecheck__", [v]));
  throw typeError("isinstance() arg 2 must be a type, a tuple of types, or a union");
}
const CLASS_OF = continuation("isinstance.class", (_vm, c, cls) => c instanceof PyType && c.isSubtype(cls));

export function isSubclass(vm: Machine, sub: Value, cls: Value): Value {
  if (cls instanceof PyTuple) return call(vm, vm.routine("issubclass_any"), [sub, cls]);
  if (
    cls instanceof PyType &&
    (cls.cls === T.type || cls.cls.lookup("__subclasscheck__") === T.type.ns.getStr("__subclasscheck__"))
  ) {
    if (!(sub instanceof PyType)) throw typeError("issubclass() arg 1 must be a class");
    return sub.isSubtype(cls);
  }
  if (typeof cls === "object" && cls.cls.lookup("__subclasscheck__") !== undefined)
    return vm.then(TO_BOOL, null, () => callSpecial(vm, cls, "__subclasscheck__", [sub]));
  throw typeError("issubclass() arg 2 must be a class, a tuple of classes, or a union");
}

// --- sum, min, max -----------------------------------------------------------------------------------------------

function sum(vm: Machine, iterable: Value, start: Value): Value {
  if (start !== undefined) {
    if (typeOf(start).isSubtype(T.str)) throw typeError("sum() can't sum strings [use ''.join(seq) instead]");
    if (start instanceof PyBytes) throw typeError("sum() can't sum bytes [use b''.join(seq) instead]");
  }
  const first = start ?? 0;
  const items =
    iterable instanceof PyList || iterable instanceof PyTuple
      ? iterable.cls.isHeap
        ? undefined
        : iterable.items
      : iterable instanceof PyIter || typeof iterable !== "object" || !(iterable instanceof PyInst)
        ? undefined
        : undefined;
  if (items) {
    vm.charge(items.length >> 2);
    let total = first;
    let i = 0;
    if (typeof total === "number") {
      for (; i < items.length; i++) {
        const v = items[i];
        if (typeof v !== "number") break;
        const t: number = total + v;
        if (!Number.isSafeInteger(t)) break;
        total = t;
      }
    }
    if (
      i < items.length &&
      (items[i] instanceof PyFloat || total instanceof PyFloat) &&
      (typeof total === "number" || total instanceof PyFloat)
    ) {
      let x = total instanceof PyFloat ? total.v : total;
      const before = i;
      for (; i < items.length; i++) {
        const v = items[i];
        if (v instanceof PyFloat) x += v.v;
        else if (typeof v === "number" && i > before) x += v;
        else break;
      }
      if (i > before) total = new PyFloat(x);
    }
    if (i === items.length) return total;
    return call(vm, vm.routine("sum"), [new PyList(items.slice(i)), total]);
  }
  return call(vm, vm.routine("sum"), [iterable, first]);
}

function extreme(vm: Machine, which: "min" | "max", args: Value[], key: Value, absent: Value): Value {
  if (args.length === 0) throw typeError(`${which} expected at least 1 argument, got 0`);
  if (args.length > 1 && absent !== undefined)
    throw typeError(`Cannot specify a default for ${which}() with multiple positional arguments`);
  const source = args.length === 1 ? args[0] : new PyTuple(args);
  const items =
    source instanceof PyList || source instanceof PyTuple ? (source.cls.isHeap ? undefined : source.items) : undefined;
  if (items && (key === undefined || key === None) && items.length > 0) {
    let best = items[0];
    let i = 1;
    if (typeof best === "number") {
      for (; i < items.length; i++) {
        const v = items[i];
        if (typeof v !== "number") break;
        if (which === "min" ? v < best : v > best) best = v;
      }
      vm.charge(items.length >> 3);
    }
    if (i >= items.length) return best;
  }
  return call(
    vm,
    vm.routine("extreme"),
    absent === undefined ? [source, key ?? None, which === "max"] : [source, key ?? None, which === "max", absent],
  );
}

// --- compile, eval, exec -----------------------------------------------------------------------------------------

function sourceText(v: Value, what: string): string {
  if (typeof v === "string") return v;
  if (typeOf(v).isSubtype(T.str)) return plainString(v);
  const b = bytesOf(v);
  if (b) return new TextDecoder().decode(b);
  throw typeError(`${what}() arg 1 must be a string, bytes or code object`);
}

function run(vm: Machine, what: "eval" | "exec", source: Value, globals: Value, locals: Value, closure: Value): Value {
  const frame = vm.currentFrame();
  let g: Value = globals === None ? undefined : globals;
  let l: Value = locals === None ? undefined : locals;
  if (g !== undefined && !(g instanceof PyDict))
    throw typeError(what === "eval" ? "globals must be a dict" : `exec() globals must be a dict, not ${typeName(g)}`);
  if (l !== undefined && !(l instanceof PyDict) && typeOf(l).lookup("__getitem__") === undefined)
    throw typeError(
      what === "eval" ? "locals must be a mapping" : `locals must be a mapping or None, not ${typeName(l)}`,
    );
  if (g === undefined) {
    g = frame ? frame.globals : new PyDict();
    l ??= frame ? frameLocals(frame) : g;
  } else l ??= g;
  if (g.getStr("__builtins__") === undefined)
    g.setStr("__builtins__", vm.modules.getStr("builtins") ?? new PyModule("builtins", vm.builtins));
  let code = source instanceof PyCode ? source.code : undefined;
  if (!code) {
    const text = sourceText(source, what);
    payForCompiling(vm, text);
    code = vm.compile(what === "eval" ? text.replace(/^[ \t]+/, "") : text, "<string>", what);
  }
  if (code.freeCount > 0 && !(closure instanceof PyTuple))
    throw typeError(`code object passed to ${what}() may not contain free variables`);
  return vm.then(what === "exec" ? DROP : NEXT_PLAIN, null, () =>
    runCode(vm, code!, g, l, closure instanceof PyTuple ? closure.items : null),
  );
}

// --- print -------------------------------------------------------------------------------------------------------

/** The compiler's work: something for every source, and more the longer it is. */
function payForCompiling(vm: Machine, text: string): void {
  vm.charge(300 + 5 * text.length);
  vm.alloc(20 * text.length);
}

/** Writes to one of the standard streams, within the output limit. */
export function write(vm: Machine, text: string, stream: "stdout" | "stderr"): void {
  vm.charge(text.length >> 6);
  vm.outputLeft -= text.length;
  if (vm.outputLeft < 0) throw new Stop("output-limit");
  vm.write(text, stream);
}

import { Stop } from "../runtime/machine.js";

function print(vm: Machine, args: Value[], sep: Value, end: Value, file: Value): Value {
  if (sep !== undefined && sep !== None && typeof sep !== "string")
    throw typeError(`sep must be None or a string, not ${typeName(sep)}`);
  if (end !== undefined && end !== None && typeof end !== "string")
    throw typeError(`end must be None or a string, not ${typeName(end)}`);
  const separator = sep === undefined || sep === None ? " " : sep;
  const last = end === undefined || end === None ? "\n" : end;
  const replaced = file === undefined || file === None ? vm.state.get("sys.stdout") : file;
  const real = replaced === undefined || replaced === vm.state.get("sys.__stdout__");
  if (real) {
    let text = "";
    for (let i = 0; i < args.length; i++) {
      const s = strFast(vm, args[i]);
      if (s === undefined)
        return call(vm, vm.routine("print_slow"), [new PyTuple(args), separator, last, replaced ?? None]);
      text += i > 0 ? separator + s : s;
    }
    write(vm, text + last, "stdout");
    return None;
  }
  return call(vm, vm.routine("print_slow"), [new PyTuple(args), separator, last, replaced]);
}

import { strFast } from "./strings.js";

// --- round, pow, divmod, abs -------------------------------------------------------------------------------------

function special(vm: Machine, v: Value, name: string, args: Value[], message: string): Value {
  const r = callSpecial(vm, v, name, args);
  if (r === undefined) throw typeError(message);
  return r;
}

interface DivmodState {
  a: Value;
  b: Value;
}
const DIVMOD = continuation("divmod", (vm: Machine, v, state: DivmodState) => {
  if (v !== NotImplemented) return v;
  return vm.then(RDIVMOD, state, () => callSpecial(vm, state.b, "__rdivmod__", [state.a]) ?? NotImplemented);
});
const RDIVMOD = continuation("rdivmod", (_vm, v, state: DivmodState) => {
  if (v === NotImplemented)
    throw typeError(`unsupported operand type(s) for divmod(): '${typeName(state.a)}' and '${typeName(state.b)}'`);
  return v;
});

const BUILTINS: Record<string, (vm: Machine, ...args: Value[]) => Value> = {
  "__build_class__(func, name, /, *bases, **kw)": (vm, body, name, bases, kw) => buildClass(vm, body, name, bases, kw),
  "__import__(name, globals=, locals=, fromlist=, level=)": (vm, name, globals, _locals, fromlist, level) =>
    call(vm, vm.routine("import_name"), [name, globals ?? None, fromlist ?? None, level ?? 0]),
  "abs(x, /)": (vm, x) => special(vm, x, "__abs__", [], `bad operand type for abs(): '${typeName(x)}'`),
  "all(iterable, /)": (vm, it) => {
    const items = it instanceof PyList || it instanceof PyTuple ? it.items : undefined;
    if (items?.every((v: Value) => typeof v === "boolean" || typeof v === "number" || typeof v === "string")) {
      vm.charge(items.length >> 3);
      return items.every(Boolean);
    }
    return call(vm, vm.routine("all"), [it]);
  },
  "any(iterable, /)": (vm, it) => {
    const items = it instanceof PyList || it instanceof PyTuple ? it.items : undefined;
    if (items?.every((v: Value) => typeof v === "boolean" || typeof v === "number" || typeof v === "string")) {
      vm.charge(items.length >> 3);
      return items.some(Boolean);
    }
    return call(vm, vm.routine("any"), [it]);
  },
  "aiter(x, /)": (vm, x) => special(vm, x, "__aiter__", [], `'${typeName(x)}' object is not an async iterable`),
  "anext(x, default=, /)": (vm, x, absent) => {
    if (absent !== undefined) return call(vm, vm.routine("anext_default"), [x, absent]);
    return vm.then(NEXT_PLAIN, null, () =>
      special(vm, x, "__anext__", [], `'${typeName(x)}' object is not an async iterator`),
    );
  },
  "ascii(x, /)": (vm, x) => ascii(vm, x),
  "bin(x, /)": (vm, x) => vm.then(RADIX, 2, () => index(vm, x)),
  "breakpoint(*args, **kw)": () => None,
  "callable(x, /)": (_vm, x) =>
    typeOf(x).lookup("__call__") !== undefined || x instanceof PyFunction || x instanceof PyType,
  "chr(i, /)": (vm, i) => vm.then(CHR, null, () => index(vm, i)),
  "compile(source, filename, mode, flags=, dont_inherit=, optimize=, _feature_version=)": (
    vm,
    source,
    filename,
    mode,
  ) => {
    if (mode !== "exec" && mode !== "eval" && mode !== "single")
      throw valueError("compile() mode must be 'exec', 'eval' or 'single'");
    const text = sourceText(source, "compile");
    payForCompiling(vm, text);
    return new PyCode(vm.compile(mode === "eval" ? text.replace(/^[ \t]+/, "") : text, plainString(filename), mode));
  },
  "delattr(object, name, /)": (vm, o, name) => setattr(vm, o, attributeName(name), undefined),
  "dir(object=, /)": (vm, o) => {
    if (o === undefined) {
      const frame = vm.currentFrame();
      const names = frame ? itemsFast(vm, frameLocals(frame))! : [];
      return new PyList(names.sort());
    }
    return vm.then(DIR, null, () => special(vm, o, "__dir__", [], "object does not provide __dir__"));
  },
  "divmod(a, b, /)": (vm, a, b) =>
    vm.then(DIVMOD, { a, b }, () => callSpecial(vm, a, "__divmod__", [b]) ?? NotImplemented),
  "eval(source, globals=, locals=, /)": (vm, source, g, l) => run(vm, "eval", source, g ?? None, l ?? None, None),
  "exec(source, globals=, locals=, /, *, closure=)": (vm, source, g, l, closure) =>
    run(vm, "exec", source, g ?? None, l ?? None, closure ?? None),
  "exit(code=)": (_vm, code) => {
    throw raise(E.SystemExit!, ...(code === undefined ? [] : [code]));
  },
  "format(value, spec=, /)": (vm, v, spec) => {
    if (spec !== undefined && !typeOf(spec).isSubtype(T.str))
      throw typeError(`format() argument 2 must be str, not ${typeName(spec)}`);
    return format(vm, v, spec === undefined ? "" : plainString(spec));
  },
  "getattr(object, name, default=, /)": (vm, o, name, absent) => {
    const n = attributeName(name);
    return absent === undefined ? getattr(vm, o, n) : getattrOr(vm, o, n, absent);
  },
  "globals()": (vm) => vm.currentFrame()?.globals ?? new PyDict(),
  "hasattr(object, name, /)": (vm, o, name) => vm.then(HASATTR, null, () => getattr(vm, o, attributeName(name))),
  "hash(x, /)": (vm, x) => hash(vm, x),
  "hex(x, /)": (vm, x) => vm.then(RADIX, 16, () => index(vm, x)),
  "id(x, /)": (_vm, x) => {
    if (typeof x === "object") return identityOf(x);
    if (typeof x === "number") return Math.abs(x) < 2 ** 40 ? 0x1000000 + x * 32 : Math.abs(x) % 2 ** 52;
    if (typeof x === "boolean") return x ? 0x2000 : 0x2020;
    // Equal strings and large integers share an identity, as interned constants do.
    return 0x600000000000 + Number(BigInt.asUintN(40, BigInt(hashFast(x) as Int))) * 16;
  },
  "input(prompt=, /)": (vm, prompt) => call(vm, vm.routine("input"), [prompt ?? ""]),
  "isinstance(object, cls, /)": (vm, o, cls) => isInstance(vm, o, cls),
  "issubclass(cls, base, /)": (vm, a, b) => isSubclass(vm, a, b),
  "iter(object, sentinel=, /)": (vm, o, sentinel) =>
    sentinel === undefined ? iter(vm, o) : callableIter(vm, o, sentinel),
  "len(x, /)": (vm, x) => {
    if (x instanceof PyList || x instanceof PyTuple) return x.cls.isHeap ? len(vm, x) : x.items.length;
    if (typeof x === "string") return strLength(x);
    return len(vm, x);
  },
  "locals()": (vm) => {
    const frame = vm.currentFrame();
    return frame ? frameLocals(frame) : new PyDict();
  },
  "max(*args, key=, default=)": (vm, args, key, absent) => extreme(vm, "max", args, key, absent),
  "min(*args, key=, default=)": (vm, args, key, absent) => extreme(vm, "min", args, key, absent),
  "next(iterator, default=, /)": builtinNext,
  "oct(x, /)": (vm, x) => vm.then(RADIX, 8, () => index(vm, x)),
  "open(file, *args, **kw)": () => {
    throw raise(E.PermissionError!, "files are not granted");
  },
  "ord(c, /)": (_vm, c) => {
    if (typeOf(c).isSubtype(T.str)) {
      const s = plainString(c);
      const n = strLength(s);
      if (n !== 1) throw typeError(`ord() expected a character, but string of length ${n} found`);
      return s.codePointAt(0)!;
    }
    const b = bytesOf(c);
    if (!b) throw typeError(`ord() expected string of length 1, but ${typeName(c)} found`);
    if (b.length !== 1) throw typeError(`ord() expected a character, but string of length ${b.length} found`);
    return b[0];
  },
  "pow(base, exp, mod=)": (vm, a, b, m) => {
    if (m === undefined || m === None) return binary(vm, 7, a, b);
    const [x, y, z] = [asInt(a), asInt(b), asInt(m)];
    if (x !== undefined && y !== undefined && z !== undefined && !typeOf(a).isHeap) return intPowMod(vm, x, y, z);
    return vm.then(POW3, { a, b, m }, () =>
      special(
        vm,
        a,
        "__pow__",
        [b, m],
        `unsupported operand type(s) for ** or pow(): '${typeName(a)}', '${typeName(b)}', '${typeName(m)}'`,
      ),
    );
  },
  "print(*args, sep=, end=, file=, flush=)": (vm, args, sep, end, file) => print(vm, args, sep, end, file),
  "quit(code=)": (_vm, code) => {
    throw raise(E.SystemExit!, ...(code === undefined ? [] : [code]));
  },
  "repr(x, /)": (vm, x) => repr(vm, x),
  "round(number, ndigits=)": (vm, v, digits) =>
    special(
      vm,
      v,
      "__round__",
      digits === undefined || digits === None ? [] : [digits],
      `type ${typeName(v)} doesn't define __round__ method`,
    ),
  "setattr(object, name, value, /)": (vm, o, name, value) =>
    vm.then(DROP, null, () => setattr(vm, o, attributeName(name), value)),
  "sorted(iterable, /, *, key=, reverse=)": (vm, iterable, key, reverse) => {
    const flag = reverse === undefined ? false : asInt(reverse);
    if (flag === undefined) throw typeError(`'${typeName(reverse)}' object cannot be interpreted as an integer`);
    return sorted(vm, iterable, key ?? None, flag !== false && flag !== 0);
  },
  "sum(iterable, /, start=)": sum,
  "vars(object=, /)": (vm, o) => {
    if (o === undefined) {
      const frame = vm.currentFrame();
      return frame ? frameLocals(frame) : new PyDict();
    }
    return vm.then(VARS, o, () => getattr(vm, o, "__dict__"));
  },
};
const POW3 = continuation("pow3", (_vm, v, { a, b, m }) => {
  if (v === NotImplemented)
    throw typeError(
      `unsupported operand type(s) for ** or pow(): '${typeName(a)}', '${typeName(b)}', '${typeName(m)}'`,
    );
  return v;
});
const VARS = continuation(
  "vars",
  (_vm, v) => v,
  (_vm, exc) => {
    if (exc.cls.isSubtype(E.AttributeError!)) throw typeError("vars() argument must have __dict__ attribute");
    throw raiseAgain(exc);
  },
);
const RADIX = continuation("radix", (vm: Machine, i, base: number) => {
  const prefix = base === 2 ? "0b" : base === 8 ? "0o" : "0x";
  const text = (i < 0 ? -i : i).toString(base);
  vm.alloc(2 * text.length);
  return (i < 0 ? "-" : "") + prefix + text;
});
const CHR = continuation("chr", (_vm, i) => {
  // Beyond a C int it is another error.
  if (i < -(2 ** 31) || i >= 2 ** 31) throw raise(E.OverflowError!, "Python int too large to convert to C int");
  if (!(i >= 0 && i < 0x110000)) throw valueError("chr() arg not in range(0x110000)");
  return String.fromCodePoint(Number(i));
});
const DIR = continuation("dir", (vm: Machine, names) => {
  const items = itemsFast(vm, names);
  return items ? sorted(vm, new PyList(items), None, false) : names;
});

const CALLABLE_ITER = builtinType("callable_iterator", T.object, "other", { final: true });
class CallableIter extends PyStepIter {
  done = false;
  constructor(
    readonly f: Value,
    readonly sentinel: Value,
  ) {
    super(CALLABLE_ITER);
  }
  step(vm: Machine): Value {
    if (this.done) return undefined;
    return vm.then(CALLED, this, () => call(vm, this.f, []));
  }
}
record("callable iterator", CallableIter, () => new CallableIter(None, None));
iteratorType(CALLABLE_ITER);
const CALLED = continuation("callable-iterator", (vm: Machine, v, self: CallableIter) => {
  const same = v === self.sentinel ? true : equalFast(vm, v, self.sentinel);
  if (same === undefined)
    return vm.then(CALL_COMPARED, { self, v }, () => vm.then(TO_BOOL, null, () => compare(vm, EQ, v, self.sentinel)));
  return CALL_COMPARED.value(vm, same, { self, v });
});
const CALL_COMPARED = continuation("callable-iterator.compared", (vm: Machine, same, state) => {
  if (!same) return state.v;
  state.self.done = true;
  return endOf(vm);
});
function callableIter(_vm: Machine, f: Value, sentinel: Value): Value {
  if (typeOf(f).lookup("__call__") === undefined && !(f instanceof PyFunction))
    throw typeError("iter(v, w): v must be callable");
  return new CallableIter(f, sentinel);
}

// --- what routines may call --------------------------------------------------------------------------------------

/** Functions that only the library routines see. */
const INTERNAL: Record<string, (vm: Machine, ...args: Value[]) => Value> = {
  "_fast_key(k)": (_vm, k) => keyOf(k) !== undefined,
  "_positions(table, hash, key)": (vm, table: PyDict, h, key) => {
    // Positions of entries with this hash: keys with guest-defined hashes, and all others whose hash is equal.
    const out: number[] = [...(table.custom?.get(h) ?? [])];
    const k = keyOf(key);
    if (k !== undefined) {
      const at = table.positionOf(k);
      if (at >= 0) return new PyTuple([at]);
    } else {
      vm.charge(table.keys.length >> 2);
      for (let i = 0; i < table.keys.length; i++) {
        const other = table.keys[i];
        if (other === undefined || out.includes(i)) continue;
        const ok = keyOf(other);
        if (ok !== undefined && hash(vm, other) === h) out.push(i);
      }
    }
    return new PyTuple(out.sort((a, b) => a - b));
  },
  "_version(table)": (_vm, table) => table.version,
  "_key_at(table, i)": (_vm, table, i) => table.keys[i] ?? None,
  "_value_at(table, i)": (_vm, table, i) => table.vals[i],
  "_put_at(table, i, value)": (_vm, table, i, v) => {
    table.vals[i] = v;
    return None;
  },
  "_add(table, hash, key, value)": (vm, table, h, key, v) => {
    vm.alloc(80);
    const k = keyOf(key);
    if (k !== undefined) table.setKey(k, key, v);
    else table.addCustom(h, key, v);
    return None;
  },
  "_remove_at(table, i)": (_vm, table, i) => {
    table.delAt(i);
    return None;
  },
  "_table(s)": (_vm, s: PySet) => s.table,
  "_keys(table)": (vm, table: PyDict) => {
    vm.alloc(8 * table.size);
    return new PyTuple(table.liveKeys());
  },
  "_new_set(cls)": (_vm, cls) => new PySet(cls),
  "_plain_set(s)": (vm, s) => addAll(vm, new PySet(), s.items),
  "_same_type(a, b)": (_vm, a, b) => typeOf(a) === typeOf(b),
  "_store(dict, key, value)": (vm, d, k, v) => store(vm, d, k, v),
  "_dict_get(dict, key, default)": (_vm, d: PyDict, k, absent) => d.getKey(keyOf(k)!) ?? absent,
  "_combine_hashes(hashes)": (_vm, hashes: PyList) => {
    // xxHash-like mixing, as CPython's tuples.
    const M = (1n << 64n) - 1n;
    let acc = 2870177450012600261n;
    for (const h of hashes.items) {
      acc = (acc + BigInt.asUintN(64, BigInt(h)) * 14029467366897019727n) & M;
      acc = ((acc << 31n) | (acc >> 33n)) & M;
      acc = (acc * 11400714785074694791n) & M;
    }
    acc = (acc + (BigInt(hashes.items.length) ^ (2870177450012600261n ^ 3527539n))) & M;
    const out = BigInt.asIntN(64, acc);
    return out >= -9007199254740991n && out <= 9007199254740991n ? (out === -1n ? 1546275796 : Number(out)) : out;
  },
  "_xor_hashes(hashes)": (_vm, hashes: PyList) => {
    let h = 1927868237n;
    for (const v of hashes.items) {
      const b = BigInt.asUintN(64, BigInt(v));
      h ^= BigInt.asUintN(64, (b ^ (b << 16n) ^ 89869747n) * 3644798167n);
    }
    const out = BigInt.asIntN(61, h);
    return out >= -9007199254740991n && out <= 9007199254740991n ? Number(out) : out;
  },
  "_write(text)": (vm, text) => {
    write(vm, text, "stdout");
    return None;
  },
  "_frame_globals()": (vm) => vm.currentFrame()?.globals ?? None,
  "_modules()": (vm) => vm.modules,
  "_find_source(name)": (vm, name) => {
    const found = vm.state.get("import.find")?.(name);
    return found ?? None;
  },
  "_builtin_module(name)": (vm, name) => vm.loadBuiltinModule(vm, name) ?? None,
  "_new_module(name)": (_vm, name) => new PyModule(name),
  "_run_module(module, source, filename)": (vm, module: PyModule, source, filename) => {
    module.ns.setStr("__builtins__", vm.modules.getStr("builtins") ?? None);
    vm.charge(source.length >> 4);
    return runCode(vm, vm.compile(source, filename, "exec"), module.ns, module.ns);
  },
  "_percent_parts(text)": (_vm, text) => percentParts(text),
  "_format_percent(flags, code, at, width, precision, value)": (vm, flags, code, at, w, p, v) =>
    formatPercent(vm, { flags, code, at }, w, p, v),
  "_set_attr(o, name, value)": (_vm, o, name, v) => {
    o.ns.setStr(name, v);
    o.changed?.();
    return None;
  },
  "_type_dict(t)": (_vm, t) => t.ns,
  "_type_changed(t)": (_vm, t) => {
    t.changed();
    return None;
  },
  "_raw_own(o, name, default)": (_vm, o, name, absent) =>
    (o instanceof PyInst
      ? o.dict
        ? o.dict.getStr(name)
        : o.shape
          ? o.slots[o.shape.index.get(name) ?? -1]
          : undefined
      : undefined) ?? absent,
  "_group_copy(exc, excs)": (vm, exc: PyException, excs) => call(vm, exc.cls.lookup("derive"), [exc, excs]),
  "_copy_exc_state(source, target)": (_vm, from: PyException, to: PyException) => {
    to.traceback = from.traceback;
    to.cause = from.cause;
    to.context = from.context;
    // As setting a cause does.
    to.suppress = true;
    return to;
  },
  "_exc_key(exc)": (_vm, exc: PyException) => new PyTuple([exc.traceback, exc.cause, exc.context]),
  "_is_generator_function(f)": (_vm, f) => f instanceof PyFunction && f.code.isGenerator,
  "_awaitable(x)": (vm, x) => awaitable(vm, x),
  "_is_coroutine(x)": (_vm, x) => x instanceof PyGenerator && x.cls === T.coroutine,
  "_state(name, default)": (vm, name, absent) => vm.state.get(name) ?? absent,
  "_set_state(name, value)": (vm, name, v) => {
    vm.state.set(name, v);
    return None;
  },
  "_raise_again(exc)": (_vm, exc) => {
    throw raiseAgain(exc);
  },
  "_pieces(text)": (_vm, text) => pieces(text),
};

/** The namespace of `builtins`, made anew for each machine. */
export function makeBuiltins(): PyDict {
  const ns = new PyDict();
  for (const [name, value] of shared) ns.setStr(name, value);
  return ns;
}

const shared: [string, Value][] = [];
for (const [text, f] of Object.entries(BUILTINS)) {
  const made = fn(text, f);
  shared.push([made.sig.name, made]);
}
for (const type of [
  T.object,
  T.type,
  T.int,
  T.bool,
  T.float,
  T.complex,
  T.str,
  T.bytes,
  T.bytearray,
  T.memoryview,
  T.tuple,
  T.list,
  T.dict,
  T.set,
  T.frozenset,
  T.slice,
  T.range,
  T.property,
  T.staticmethod,
  T.classmethod,
  T.super,
  ENUMERATE,
  ZIP,
  MAP,
  FILTER,
  REVERSED,
])
  shared.push([type.name, type]);
for (const [name, type] of Object.entries(E)) shared.push([name, type]);
shared.push(
  ["None", None],
  ["True", true],
  ["False", false],
  ["NotImplemented", NotImplemented],
  ["Ellipsis", Ellipsis],
  ["__debug__", true],
);
shared.push(["__name__", "builtins"], ["__doc__", None], ["__package__", ""]);

const internals = Object.entries(INTERNAL).map(([text, f]) => fn(text, f, null));

/** What library routines see: the built-ins, and helpers of their own. */
export function makeRoutineGlobals(): PyDict {
  const ns = new PyDict();
  ns.setStr("__name__", "builtins");
  for (const f of internals) ns.setStr(f.sig.name, f);
  ns.setStr("_generator_type", T.generator);
  ns.setStr("_missing", MISSING);
  ns.setStr("_generic_alias", T.genericAlias);
  ns.setStr("_union", T.union);
  ns.setStr("_callable_iter", CALLABLE_ITER);
  ns.setStr("__builtins__", pristine);
  return ns;
}
/** What all machines share beside the built-in types, by name. */
export function sharedObjects(): [string, object][] {
  const out: [string, object][] = [
    ["routine builtins", pristine],
    ["routine builtins namespace", pristine.ns],
    ["missing", MISSING],
    ["instance.__dict__", instanceDict],
    ["instance.__weakref__", weakReference],
  ];
  for (const [name, value] of shared) if (value instanceof PyBuiltin) out.push([`builtins.${name}`, value]);
  for (const f of internals) out.push([`routines.${f.sig.name}`, f]);
  return out;
}

/** Routines see built-ins that no guest can rebind. */
const pristine = new PyModule("builtins", makeBuiltins());
const MISSING = new PyInst(builtinType("absent", T.object, "other", { final: true }));
