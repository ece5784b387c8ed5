/**
 * Carries values between host and guest.
 *
 * | host | guest | and back |
 * | --- | --- | --- |
 * | `null`, `undefined` | `None` | `null` |
 * | `boolean` | `bool` | `boolean` |
 * | `number` that is a safe integer | `int` | `number` |
 * | other `number` | `float` | `number` |
 * | `bigint` | `int` | `number` when safe, else `bigint` |
 * | `string` | `str` | `string` |
 * | `Uint8Array` | `bytes` | a new `Uint8Array` (`bytearray` and `memoryview` too) |
 * | array | `list`, as a key `tuple` | array (`tuple` too) |
 * | `Map`, plain object | `dict` | `Map` |
 * | `Set` | `set` | `Set` (`frozenset` too) |
 * | function | function | {@link PythonObject} |
 * | `Error` | exception | {@link PythonObject} |
 * | {@link PythonObject} | the object it stands for | the same |
 * | any other object | an opaque handle | the object |
 */

import { VivError } from "../../machine/errors.js";
import {
  keyOf,
  None,
  PyBoxed,
  PyBytes,
  PyDict,
  PyException,
  PyFloat,
  PyHandle,
  PyList,
  PySet,
  PyTuple,
  typeOf,
  type Value,
} from "./objects/core.js";
import { E } from "./objects/errors.js";
import { norm } from "./objects/numbers.js";
import type { Machine } from "./runtime/machine.js";
import { bytesOf } from "./runtime/operators.js";
import { reprFast } from "./runtime/text.js";

const guests = new WeakMap<PythonObject, { vm: Machine; value: Value }>();

/** A guest object in the host's hands: opaque, and of use only to the interpreter it came from. */
export class PythonObject {
  /** Name of its type. */
  readonly type: string;
  constructor(vm: Machine, value: Value) {
    this.type = typeOf(value).name;
    guests.set(this, { vm, value });
  }
  /** `repr` as far as no guest code is needed for it. */
  toString(): string {
    const { vm, value } = guests.get(this)!;
    return reprFast(vm, value) ?? `<${this.type} object>`;
  }
}

/** What a {@link PythonObject} stands for. */
export function guestOf(vm: Machine, object: PythonObject): Value {
  const entry = guests.get(object);
  if (!entry || entry.vm !== vm) throw new VivError("PY_FOREIGN_OBJECT", "the object belongs to another interpreter");
  return entry.value;
}

const MAX_DEPTH = 200;

/** Everything that one machine has been handed as opaque objects. */
export class Converter {
  private readonly handles = new WeakMap<object, PyHandle>();
  private readonly objects = new Map<PyHandle, object>();
  private nextHandle = 1;

  constructor(
    private readonly vm: Machine,
    private readonly wrapFunction: (name: string, f: (...args: unknown[]) => unknown) => Value,
  ) {}

  /** Host value to guest value. Throws VivError `PY_CONVERT` for symbols and for nesting beyond 200. */
  toGuest(v: unknown, depth = 0): Value {
    if (depth > MAX_DEPTH) throw new VivError("PY_CONVERT", "value is nested too deeply");
    switch (typeof v) {
      case "undefined":
        return None;
      case "boolean":
      case "string":
        return v;
      case "number":
        return Number.isSafeInteger(v) && !Object.is(v, -0) ? v : new PyFloat(v);
      case "bigint":
        return norm(v);
      case "function":
        return this.wrapFunction(v.name || "function", v as (...args: unknown[]) => unknown);
      case "symbol":
        throw new VivError("PY_CONVERT", "a symbol has no counterpart in Python");
    }
    if (v === null) return None;
    if (v instanceof PythonObject) return guestOf(this.vm, v);
    if (Array.isArray(v)) return new PyList(v.map((item) => this.toGuest(item, depth + 1)));
    if (v instanceof Uint8Array) return new PyBytes(Uint8Array.from(v));
    if (v instanceof Map) return this.dict([...v], depth);
    if (v instanceof Set) {
      const set = new PySet();
      for (const item of v) {
        const key = this.keyValue(item, depth + 1);
        set.table.setKey(this.key(key), key, None);
      }
      return set;
    }
    if (v instanceof Error) return this.exception(v);
    const proto: unknown = Object.getPrototypeOf(v);
    if (proto === Object.prototype || proto === null) return this.dict(Object.entries(v as object), depth);
    return this.handle(v as object);
  }

  private key(v: Value): string | number | bigint | object {
    const key = keyOf(v);
    if (key === undefined) throw new VivError("PY_CONVERT", `a ${typeOf(v).name} cannot be a key`);
    return key;
  }

  /** A value that is to be a key: an array becomes a tuple, since a list cannot be one. */
  private keyValue(v: unknown, depth: number): Value {
    if (depth > MAX_DEPTH) throw new VivError("PY_CONVERT", "value is nested too deeply");
    if (Array.isArray(v)) return new PyTuple(v.map((item) => this.keyValue(item, depth + 1)));
    return this.toGuest(v, depth);
  }

  private dict(entries: [unknown, unknown][], depth: number): PyDict {
    const dict = new PyDict();
    for (const [k, value] of entries) {
      const key = this.keyValue(k, depth + 1);
      dict.setKey(this.key(key), key, this.toGuest(value, depth + 1));
    }
    return dict;
  }

  /** A host error as the guest sees it: its name and message, never the object itself. */
  exception(error: Error): PyException {
    const type = (Object.hasOwn(E, error.name) ? E[error.name] : undefined) ?? E.RuntimeError!;
    const text = String(error.message);
    return new PyException(type, [
      type.name === error.name || error.name === "Error" ? text : `${error.name}: ${text}`,
    ]);
  }

  private handle(object: object): PyHandle {
    let handle = this.handles.get(object);
    if (!handle) {
      const name: unknown = (object as { constructor?: { name?: unknown } }).constructor?.name;
      handle = new PyHandle(typeof name === "string" ? name : "object", this.nextHandle++);
      this.handles.set(object, handle);
      this.objects.set(handle, object);
    }
    return handle;
  }

  /** Guest value to host value; shared and cyclic structure is kept. */
  toHost(v: Value, seen: Map<object, unknown> = new Map(), depth = 0): unknown {
    switch (typeof v) {
      case "number":
      case "bigint":
      case "string":
      case "boolean":
        return v;
    }
    if (v === None) return null;
    if (v instanceof PyFloat) return v.v;
    const known = seen.get(v);
    if (known !== undefined) return known;
    // What a guest has nested deeper than that is handed out as it is: reading it is no error of the host's.
    if (depth > MAX_DEPTH) return new PythonObject(this.vm, v);
    if (v instanceof PyBoxed) return this.toHost(v.v, seen, depth + 1);
    if (v instanceof PyList || v instanceof PyTuple) {
      const out: unknown[] = [];
      seen.set(v, out);
      for (const item of v.items) out.push(this.toHost(item, seen, depth + 1));
      return out;
    }
    if (v instanceof PyDict) {
      const out = new Map<unknown, unknown>();
      seen.set(v, out);
      for (const [k, value] of v.liveEntries())
        out.set(this.toHost(k, seen, depth + 1), this.toHost(value, seen, depth + 1));
      return out;
    }
    if (v instanceof PySet) {
      const out = new Set<unknown>();
      for (const k of v.table.liveKeys()) out.add(this.toHost(k, seen, depth + 1));
      return out;
    }
    const bytes = bytesOf(v);
    if (bytes) return Uint8Array.from(bytes);
    if (v instanceof PyHandle) return this.objects.get(v) ?? null;
    return new PythonObject(this.vm, v);
  }
}
