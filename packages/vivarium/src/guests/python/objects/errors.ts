/** The built-in exception types, and helpers to raise them from native code. */

import { builtinType, PyDict, PyException, type PyType, Raise, T, typeOf, type Value } from "./core.js";

/** Name and base of every built-in exception, bases first. */
const HIERARCHY: readonly [name: string, base: string][] = [
  ["BaseException", ""],
  ["Exception", "BaseException"],
  ["BaseExceptionGroup", "BaseException"],
  ["GeneratorExit", "BaseException"],
  ["KeyboardInterrupt", "BaseException"],
  ["SystemExit", "BaseException"],
  ["ArithmeticError", "Exception"],
  ["FloatingPointError", "ArithmeticError"],
  ["OverflowError", "ArithmeticError"],
  ["ZeroDivisionError", "ArithmeticError"],
  ["AssertionError", "Exception"],
  ["AttributeError", "Exception"],
  ["BufferError", "Exception"],
  ["EOFError", "Exception"],
  ["ImportError", "Exception"],
  ["ModuleNotFoundError", "ImportError"],
  ["LookupError", "Exception"],
  ["IndexError", "LookupError"],
  ["KeyError", "LookupError"],
  ["MemoryError", "Exception"],
  ["NameError", "Exception"],
  ["UnboundLocalError", "NameError"],
  ["OSError", "Exception"],
  ["BlockingIOError", "OSError"],
  ["ChildProcessError", "OSError"],
  ["ConnectionError", "OSError"],
  ["BrokenPipeError", "ConnectionError"],
  ["ConnectionAbortedError", "ConnectionError"],
  ["ConnectionRefusedError", "ConnectionError"],
  ["ConnectionResetError", "ConnectionError"],
  ["FileExistsError", "OSError"],
  ["FileNotFoundError", "OSError"],
  ["InterruptedError", "OSError"],
  ["IsADirectoryError", "OSError"],
  ["NotADirectoryError", "OSError"],
  ["PermissionError", "OSError"],
  ["ProcessLookupError", "OSError"],
  ["TimeoutError", "OSError"],
  ["ReferenceError", "Exception"],
  ["RuntimeError", "Exception"],
  ["NotImplementedError", "RuntimeError"],
  ["RecursionError", "RuntimeError"],
  ["StopAsyncIteration", "Exception"],
  ["StopIteration", "Exception"],
  ["SyntaxError", "Exception"],
  ["IndentationError", "SyntaxError"],
  ["TabError", "IndentationError"],
  ["SystemError", "Exception"],
  ["TypeError", "Exception"],
  ["ValueError", "Exception"],
  ["UnicodeError", "ValueError"],
  ["UnicodeDecodeError", "UnicodeError"],
  ["UnicodeEncodeError", "UnicodeError"],
  ["UnicodeTranslateError", "UnicodeError"],
  ["Warning", "Exception"],
  ["BytesWarning", "Warning"],
  ["DeprecationWarning", "Warning"],
  ["EncodingWarning", "Warning"],
  ["FutureWarning", "Warning"],
  ["ImportWarning", "Warning"],
  ["PendingDeprecationWarning", "Warning"],
  ["ResourceWarning", "Warning"],
  ["RuntimeWarning", "Warning"],
  ["SyntaxWarning", "Warning"],
  ["UnicodeWarning", "Warning"],
  ["UserWarning", "Warning"],
];

/** The exception types by name. */
export const E: Record<string, PyType> = {};
for (const [name, base] of HIERARCHY)
  E[name] = builtinType(name, base === "" ? T.object : E[base]!, "exception", { dict: true });
// ExceptionGroup has two bases.
{
  const group = builtinType("ExceptionGroup", E.BaseExceptionGroup!, "exception", { dict: true });
  group.bases = [E.BaseExceptionGroup!, E.Exception!];
  group.mro = [group, E.BaseExceptionGroup!, E.Exception!, E.BaseException!, T.object];
  E.ExceptionGroup = group;
}

/** A guest exception to `throw` from native code. */
export function raise(type: PyType, ...args: Value[]): Raise {
  return new Raise(new PyException(type, args));
}
export const typeError = (message: string): Raise => raise(E.TypeError!, message);
export const valueError = (message: string): Raise => raise(E.ValueError!, message);
export const indexError = (message: string): Raise => raise(E.IndexError!, message);
export const keyError = (key: Value): Raise => raise(E.KeyError!, key);
export const overflowError = (message: string): Raise => raise(E.OverflowError!, message);
export const zeroDivision = (message: string): Raise => raise(E.ZeroDivisionError!, message);
export const runtimeError = (message: string): Raise => raise(E.RuntimeError!, message);
export const memoryError = (): Raise => raise(E.MemoryError!);

export function attributeError(object: Value, name: string, message: string): Raise {
  const exc = new PyException(E.AttributeError!, [message]);
  setOwn(exc, "name", name);
  setOwn(exc, "obj", object);
  return new Raise(exc);
}

/** Sets an attribute that the type provides; notes stand in the instance's own storage. */
export function setOwn(object: PyException, name: string, value: Value): void {
  if (name !== "__notes__") {
    const fields: PyDict = (object.fields ??= new PyDict());
    fields.setStr(name, value);
    return;
  }
  if (object.dict) object.dict.setStr(name, value);
  else if (object.shape) {
    const at = object.shape.index.get(name);
    if (at !== undefined) object.slots[at] = value;
    else {
      object.shape = object.shape.with(name);
      object.slots.push(value);
    }
  }
}

/** Reads an attribute that {@link setOwn} has set. */
export function getOwn(object: PyException, name: string): Value {
  if (name !== "__notes__") return object.fields?.getStr(name);
  if (object.dict) return object.dict.getStr(name);
  const at = object.shape?.index.get(name);
  return at === undefined ? undefined : object.slots[at];
}

/** Name of a value's type, for messages. */
export const typeName = (v: Value): string => {
  const type = typeOf(v);
  const module = type.isHeap ? EXTENSION_TYPES[type.name] : undefined;
  return module !== undefined && type.ns.getStr("__module__") === module ? `${module}.${type.name}` : type.name;
};

/** Types that CPython writes in C, outside of its core: their messages name the module. */
const EXTENSION_TYPES: Readonly<Record<string, string | undefined>> = {
  __proto__: null as unknown as undefined,
  _lru_cache_wrapper: "functools",
  partial: "functools",
  deque: "collections",
  defaultdict: "collections",
  OrderedDict: "collections",
  SimpleNamespace: "types",
  attrgetter: "operator",
  itemgetter: "operator",
  methodcaller: "operator",
};
