/** `repr`, `str`, `ascii` and `format` of any value. */

import {
  Cell,
  Ellipsis,
  GetSet,
  identityOf,
  Member,
  None,
  NotImplemented,
  PyBoxed,
  PyBuiltin,
  PyByteArray,
  PyBytes,
  PyClassMethod,
  PyCode,
  PyComplex,
  PyDict,
  PyDictView,
  PyException,
  PyFloat,
  PyFunction,
  PyHandle,
  PyInst,
  PyIter,
  PyList,
  PyMappingProxy,
  PyMemoryView,
  PyMethod,
  PyModule,
  PyProperty,
  PyRange,
  PySet,
  PySlice,
  PyStaticMethod,
  PySuper,
  PyTraceback,
  PyTuple,
  PyType,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { E, raise, typeError, typeName } from "../objects/errors.js";
import { complexRepr, floatRepr, intToText } from "../objects/numbers.js";
import { call, callSpecial } from "./calls.js";
import { continuation, Frame, PyGenerator } from "./frame.js";
import type { Machine } from "./machine.js";

/** A string literal as `repr` writes it. */
export function reprString(s: string): string {
  const quote = s.includes("'") && !s.includes('"') ? '"' : "'";
  if (!/[\\'"\x00-\x1f\x7f-\uffff]/.test(s)) return `'${s}'`;
  let out = quote;
  for (const c of s) {
    const code = c.codePointAt(0)!;
    if (c === quote || c === "\\") out += `\\${c}`;
    else if (code >= 32 && code < 127) out += c;
    else if (c === "\n") out += "\\n";
    else if (c === "\r") out += "\\r";
    else if (c === "\t") out += "\\t";
    else if (code > 160 && isPrintable(c)) out += c;
    else out += escape(code);
  }
  return out + quote;
}

function escape(code: number): string {
  if (code <= 0xff) return `\\x${code.toString(16).padStart(2, "0")}`;
  if (code <= 0xffff) return `\\u${code.toString(16).padStart(4, "0")}`;
  return `\\U${code.toString(16).padStart(8, "0")}`;
}

/** Does `repr` show a character as it is? */
export function isPrintable(c: string): boolean {
  return c === " " || !/[\p{C}\p{Z}]/u.test(c);
}

export function toAscii(s: string): string {
  let out = "";
  for (const c of s) {
    const code = c.codePointAt(0)!;
    out += code < 128 ? c : escape(code);
  }
  return out;
}

export function reprBytes(data: Uint8Array): string {
  let quote = "'";
  if (data.includes(39) && !data.includes(34)) quote = '"';
  let out = `b${quote}`;
  for (const byte of data) {
    const c = String.fromCharCode(byte);
    if (c === quote || c === "\\") out += `\\${c}`;
    else if (byte === 10) out += "\\n";
    else if (byte === 13) out += "\\r";
    else if (byte === 9) out += "\\t";
    else if (byte >= 32 && byte < 127) out += c;
    else out += `\\x${byte.toString(16).padStart(2, "0")}`;
  }
  return out + quote;
}

export const address = (v: object): string => `0x${identityOf(v).toString(16).padStart(12, "0")}`;

/** Module and qualified name of a type, as in its repr. */
export function typePath(type: PyType): string {
  const module = type.ns.getStr("__module__");
  if (module === undefined || module === "builtins" || typeof module !== "string") return type.qualname;
  return `${module}.${type.qualname}`;
}

const active: Value[] = [];
const MAX_DEPTH = 400;

/** Does the type's own `__repr__` (or other method) come from a native type? */
function native(v: Value, method: string): boolean {
  const f = typeOf(v).lookup(method);
  return f instanceof PyBuiltin;
}

/** `repr` without guest code; `undefined` when a part needs it. */
export function reprFast(vm: Machine, v: Value): string | undefined {
  switch (typeof v) {
    case "number":
      return String(v);
    case "string":
      vm.charge(v.length >> 6);
      return reprString(v);
    case "boolean":
      return v ? "True" : "False";
    case "bigint":
      return intToText(vm, v);
  }
  if (v === None) return "None";
  if (v instanceof PyFloat) return floatRepr(v.v);
  if (v.cls.isHeap && !native(v, "__repr__")) return undefined;
  if (v instanceof PyBoxed) return reprFast(vm, v.v);
  if (v instanceof PyComplex) return complexRepr(v);
  if (v instanceof PyList) return nest(v, "[...]", () => join(vm, v.items, "[", "]"));
  if (v instanceof PyTuple) {
    if (v.cls.isHeap && v.cls.lookup("__repr__") !== T.tuple.lookup("__repr__")) return undefined;
    return nest(v, "(...)", () => join(vm, v.items, "(", v.items.length === 1 ? ",)" : ")"));
  }
  if (v instanceof PyDict) return nest(v, "{...}", () => pairs(vm, v));
  if (v instanceof PySet) {
    const { size } = v.table;
    if (v.cls === T.set) return size === 0 ? "set()" : nest(v, "set(...)", () => join(vm, setOrder(v), "{", "}"));
    return size === 0
      ? `${v.cls.name}()`
      : nest(v, `${v.cls.name}(...)`, () => join(vm, setOrder(v), `${v.cls.name}({`, "})"));
  }
  if (v instanceof PyBytes) return reprBytes(v.data);
  if (v instanceof PyByteArray) return `${v.cls.name}(${reprBytes(v.data)})`;
  if (v instanceof PyRange)
    return v.step === 1 ? `range(${v.start}, ${v.stop})` : `range(${v.start}, ${v.stop}, ${v.step})`;
  if (v instanceof PySlice) return join(vm, [v.start, v.stop, v.step], "slice(", ")");
  if (v instanceof PyType) return v.cls.isHeap && !native(v, "__repr__") ? undefined : `<class '${typePath(v)}'>`;
  if (v instanceof PyFunction) return `<function ${v.qualname} at ${address(v)}>`;
  if (v instanceof PyBuiltin) return reprBuiltin(v);
  if (v instanceof PyMethod) {
    const self = reprFast(vm, v.self);
    return self === undefined
      ? undefined
      : `<bound method ${v.func instanceof PyFunction ? v.func.qualname : "?"} of ${self}>`;
  }
  if (v instanceof PyModule) {
    const name = v.ns.getStr("__name__");
    const file = v.ns.getStr("__file__");
    return `<module ${reprFast(vm, name)}${file === undefined ? " (built-in)" : ` from ${reprFast(vm, file)}`}>`;
  }
  if (v instanceof PyException) {
    const { items } = v.args;
    if (items.length === 0) return `${v.cls.name}()`;
    return items.length === 1 ? join(vm, items, `${v.cls.name}(`, ")") : join(vm, items, `${v.cls.name}(`, ")");
  }
  if (v === Ellipsis) return "Ellipsis";
  if (v === NotImplemented) return "NotImplemented";
  if (v instanceof PyDictView) {
    if (v.what === 0) return nest(v.dict, "...", () => join(vm, v.dict.liveKeys(), "dict_keys([", "])"));
    if (v.what === 1) return nest(v.dict, "...", () => join(vm, v.dict.liveValues(), "dict_values([", "])"));
    return nest(v.dict, "...", () =>
      join(
        vm,
        v.dict.liveEntries().map((p) => new PyTuple(p)),
        "dict_items([",
        "])",
      ),
    );
  }
  if (v instanceof PyMappingProxy) {
    const inner = reprFast(vm, v.mapping);
    return inner === undefined ? undefined : `mappingproxy(${inner})`;
  }
  if (v instanceof PyCode)
    return `<code object ${v.code.name} at ${address(v)}, file "${v.code.filename}", line ${v.code.firstLine}>`;
  if (v instanceof PyGenerator) return `<${v.cls.name} object ${v.qualname} at ${address(v)}>`;
  if (v instanceof Cell)
    return `<cell at ${address(v)}: ${v.v === undefined ? "empty" : `${typeName(v.v)} object at ${typeof v.v === "object" ? address(v.v) : "0x0"}`}>`;
  if (v instanceof PyHandle) return `<host object ${v.label}>`;
  if (v instanceof Frame)
    return `<frame at ${address(v)}, file '${v.code.filename}', line ${v.code.lineOf(v.pc - 1)}, code ${v.code.name}>`;
  if (v instanceof GetSet) return `<attribute '${v.name}' of '${v.owner?.name ?? "?"}' objects>`;
  if (v instanceof Member) return `<member '${v.name}' of '${v.owner.name}' objects>`;
  if (v instanceof PySuper)
    return `<super: <class '${v.start?.name ?? "NULL"}'>, ${v.selfType ? `<${v.selfType.name} object>` : "NULL"}>`;
  if (v instanceof PyStaticMethod || v instanceof PyClassMethod) {
    const inner = reprFast(vm, v.func);
    return inner === undefined ? undefined : `<${v.cls.name}(${inner})>`;
  }
  if (v instanceof PyMemoryView) return `<memory at ${address(v)}>`;
  if (v instanceof PyTraceback || v instanceof PyProperty || v instanceof PyIter)
    return `<${typePath(v.cls)} object at ${address(v)}>`;
  if (customRepr.has(v.cls)) return customRepr.get(v.cls)!(vm, v);
  return `<${typePath(v.cls)} object at ${address(v)}>`;
}

/** Reprs of types that modules define. */
export const customRepr = new Map<PyType, (vm: Machine, v: Value) => string | undefined>();

/** The order in which a set is walked. */
export function setOrder(v: PySet): Value[] {
  return v.table.liveKeys();
}

function reprBuiltin(f: PyBuiltin): string {
  if (f.self !== undefined)
    return `<built-in method ${f.sig.name} of ${typeName(f.self)} object at ${typeof f.self === "object" ? address(f.self) : "0x7f0000001000"}>`;
  if (f.kind === "method" && f.owner)
    return f.sig.name.startsWith("__")
      ? `<slot wrapper '${f.sig.name}' of '${f.owner.name}' objects>`
      : `<method '${f.sig.name}' of '${f.owner.name}' objects>`;
  return `<built-in function ${f.sig.name}>`;
}

function nest(v: Value, again: string, make: () => string | undefined): string | undefined {
  if (active.includes(v)) return again;
  if (active.length > MAX_DEPTH)
    throw raise(E.RecursionError!, "maximum recursion depth exceeded while getting the repr of an object");
  active.push(v);
  try {
    return make();
  } finally {
    active.pop();
  }
}

function join(vm: Machine, items: readonly Value[], open: string, close: string): string | undefined {
  const parts: string[] = [];
  vm.charge(items.length >> 2);
  for (const item of items) {
    const text = reprFast(vm, item);
    if (text === undefined) return undefined;
    vm.alloc(text.length + 2);
    parts.push(text);
  }
  return open + parts.join(", ") + close;
}

function pairs(vm: Machine, dict: PyDict): string | undefined {
  const parts: string[] = [];
  vm.charge(dict.size >> 1);
  for (const [k, v] of dict.liveEntries()) {
    const [a, b] = [reprFast(vm, k), reprFast(vm, v)];
    if (a === undefined || b === undefined) return undefined;
    vm.alloc(a.length + b.length + 4);
    parts.push(`${a}: ${b}`);
  }
  return `{${parts.join(", ")}}`;
}

const isStr =
  (what: string) =>
  (_vm: Machine, value: Value): Value => {
    if (typeof value === "string") return value;
    if (value instanceof PyBoxed && typeof value.v === "string") return value;
    throw typeError(`${what} returned non-string (type ${typeName(value)})`);
  };
const CHECK_REPR = continuation("repr", isStr("__repr__"));
const CHECK_STR = continuation("str", isStr("__str__"));
const TO_ASCII = continuation("ascii", (_vm, value) => toAscii(plainString(value)));

/** The string in a `str` or subclass instance. */
export function plainString(v: Value): string {
  return typeof v === "string" ? v : v instanceof PyBoxed ? v.v : String(v);
}

export function repr(vm: Machine, v: Value): Value {
  const fast = reprFast(vm, v);
  if (fast !== undefined) return fast;
  if (!native(v, "__repr__")) return vm.then(CHECK_REPR, null, () => callSpecial(vm, v, "__repr__", []));
  return slowRepr(vm, v);
}

/** Reprs of containers some of whose parts need guest code. */
export function slowRepr(vm: Machine, v: Value): Value {
  if (v instanceof PyList) return call(vm, vm.routine("repr_sequence"), [v, "[", "]", "[...]"]);
  if (v instanceof PyTuple)
    return call(vm, vm.routine("repr_sequence"), [v, "(", v.items.length === 1 ? ",)" : ")", "(...)"]);
  if (v instanceof PyDict) return call(vm, vm.routine("repr_dict"), [v]);
  if (v instanceof PySet)
    return call(
      vm,
      vm.routine("repr_sequence"),
      v.cls === T.set ? [v, "{", "}", "set(...)"] : [v, `${v.cls.name}({`, "})", `${v.cls.name}(...)`],
    );
  if (v instanceof PyException) return call(vm, vm.routine("repr_sequence"), [v.args, `${v.cls.name}(`, ")", "..."]);
  if (v instanceof PySlice)
    return call(vm, vm.routine("repr_sequence"), [new PyTuple([v.start, v.stop, v.step]), "slice(", ")", "..."]);
  if (v instanceof PyDictView) {
    const items =
      v.what === 0
        ? v.dict.liveKeys()
        : v.what === 1
          ? v.dict.liveValues()
          : v.dict.liveEntries().map((p) => new PyTuple(p));
    return call(vm, vm.routine("repr_sequence"), [new PyTuple(items), `${v.cls.name}([`, "])", "..."]);
  }
  if (v instanceof PyMappingProxy)
    return call(vm, vm.routine("repr_sequence"), [new PyTuple([v.mapping]), "mappingproxy(", ")", "..."]);
  if (v instanceof PyMethod)
    return call(vm, vm.routine("repr_method"), [v, v.func instanceof PyFunction ? v.func.qualname : "?"]);
  return `<${typePath(v.cls)} object at ${address(v)}>`;
}

export function str(vm: Machine, v: Value): Value {
  if (typeof v === "string") return v;
  const f = typeOf(v).lookup("__str__");
  if (f === T.object.ns.getStr("__str__")) {
    const fast = reprFast(vm, v);
    if (fast !== undefined) return fast;
    return native(v, "__repr__") ? slowRepr(vm, v) : vm.then(CHECK_STR, null, () => callSpecial(vm, v, "__repr__", []));
  }
  if (f instanceof PyBuiltin && v instanceof PyInst === false && typeof v !== "object") return reprFast(vm, v)!;
  return vm.then(CHECK_STR, null, () => callSpecial(vm, v, "__str__", []));
}

export function ascii(vm: Machine, v: Value): Value {
  return vm.then(TO_ASCII, null, () => repr(vm, v));
}

/** `str(exception)`. */
export function exceptionText(vm: Machine, exc: PyException): Value {
  const { items } = exc.args;
  if (items.length === 0) return "";
  if (items.length === 1) return exc.cls.isSubtype(E.KeyError!) ? repr(vm, items[0]) : str(vm, items[0]);
  return repr(vm, exc.args);
}

const CHECK_FORMAT = continuation("format", (_vm, value) => {
  if (typeof value === "string" || (value instanceof PyBoxed && typeof value.v === "string")) return value;
  throw typeError(`__format__ must return a str, not ${typeName(value)}`);
});

/** `format(v, spec)`. */
export function format(vm: Machine, v: Value, spec: string): Value {
  if (spec === "" && (typeof v === "string" || typeof v === "number")) return String(v);
  return vm.then(CHECK_FORMAT, null, () => callSpecial(vm, v, "__format__", [spec]));
}

const FORMAT_CONVERTED = continuation("format.converted", (vm: Machine, value, spec) => format(vm, value, spec));

/** f-string conversion and format. */
export function formatValue(vm: Machine, v: Value, conversion: number, spec: string): Value {
  if (conversion === 0) return format(vm, v, spec);
  const convert = conversion === 1 ? str : conversion === 2 ? repr : ascii;
  if (spec === "") return convert(vm, v);
  return vm.then(FORMAT_CONVERTED, spec, () => convert(vm, v));
}
