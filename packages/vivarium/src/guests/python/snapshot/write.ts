/** A machine that stands between two instructions as bytes: its frames and every object that it can reach. */

import { VivError } from "../../../machine/errors.js";
import { sha256 } from "../../../machine/sha256.js";
import { Code } from "../bytecode/code.js";
import { PyBuiltin, PyDict, PyHandle, PyType, Shape, type Value } from "../objects/core.js";
import { recordNamed, recordOf } from "../objects/records.js";
import { continuationByName } from "../runtime/frame.js";
import type { Machine } from "../runtime/machine.js";
import { Writer } from "./bytes.js";
import "./classes.js";
import {
  CODE_FIELDS,
  DICT_FIELDS,
  digest,
  FORMAT_VERSION,
  fieldsOf,
  Kind,
  MACHINE_FIELDS,
  MAGIC,
  Tag,
  TYPE_FIELDS,
} from "./format.js";
import { shared } from "./shared.js";

/** What the interpreter knows beside its machine. */
export interface Surroundings {
  /** Further values to store, by name. */
  readonly roots: Readonly<Record<string, Value>>;
  /** The name under which the host has granted a function, or `undefined`. */
  readonly hostName: (f: PyBuiltin) => string | undefined;
  /** Entries of the machine's state that belong to the host. */
  readonly granted: ReadonlySet<string>;
}

class Encoder {
  private readonly shared = shared();
  private readonly index = new Map<object, number>();
  private readonly objects: object[] = [];
  /** The object through which each one was found first. */
  private readonly via: number[] = [];
  private readonly texts = new Map<string, number>();
  private readonly sharedNames = new Map<string, number>();
  private readonly classes = new Map<string, number>();
  private readonly kinds = new Writer();
  private readonly bodies = new Writer();
  private current = -1;

  constructor(private readonly around: Surroundings) {}

  private text(s: string): number {
    let at = this.texts.get(s);
    if (at === undefined) this.texts.set(s, (at = this.texts.size));
    return at;
  }

  private reference(o: object): number {
    let at = this.index.get(o);
    if (at !== undefined) return at;
    // A shape is made from its parent, which must stand before it.
    if (o instanceof Shape && o.parent && !this.shared.nameOf.has(o.parent)) this.reference(o.parent);
    at = this.objects.length;
    this.index.set(o, at);
    this.objects.push(o);
    this.via.push(this.current);
    return at;
  }

  private value(w: Writer, v: Value): void {
    switch (typeof v) {
      case "undefined":
        w.u8(Tag.UNDEFINED);
        return;
      case "boolean":
        w.u8(v ? Tag.TRUE : Tag.FALSE);
        return;
      case "number":
        if (Number.isSafeInteger(v) && !Object.is(v, -0)) {
          w.u8(v >= 0 ? Tag.POSITIVE : Tag.NEGATIVE);
          w.uint(v >= 0 ? v : -1 - v);
        } else {
          w.u8(Tag.DOUBLE);
          w.f64(v);
        }
        return;
      case "bigint":
        w.u8(Tag.BIGINT);
        w.uint(this.text(v.toString(16)));
        return;
      case "string":
        w.u8(Tag.TEXT);
        w.uint(this.text(v));
        return;
      case "object": {
        if (v === null) {
          w.u8(Tag.NULL);
          return;
        }
        const name = this.shared.nameOf.get(v);
        if (name !== undefined) {
          w.u8(Tag.SHARED);
          w.uint(this.sharedName(name));
          return;
        }
        if (typeof v.name === "string" && continuationByName.get(v.name) === v) {
          w.u8(Tag.CONTINUATION);
          w.uint(this.text(v.name));
          return;
        }
        w.u8(Tag.OBJECT);
        w.uint(this.reference(v));
        return;
      }
    }
    throw this.refused(`a ${typeof v} of the host`);
  }

  private sharedName(name: string): number {
    let at = this.sharedNames.get(name);
    if (at === undefined) this.sharedNames.set(name, (at = this.sharedNames.size));
    return at;
  }

  /** Says what cannot be stored, and under which name the guest holds it. */
  private refused(what: string): VivError {
    const path = new Set<number>();
    for (let at = this.current; at >= 0; at = this.via[at]!) {
      const holder = this.objects[at];
      if (holder instanceof PyDict) {
        const key = holder.keys.find((_k, i) => {
          const v: Value = holder.vals[i];
          return typeof v === "object" && path.has(this.index.get(v) ?? -1);
        });
        if (typeof key === "string")
          return new VivError("PY_SNAPSHOT", `${what} cannot be stored; '${key}' leads to it`);
      }
      path.add(at);
    }
    return new VivError("PY_SNAPSHOT", `${what} cannot be stored`);
  }

  private fields(o: object, names: readonly string[]): void {
    for (const name of names) this.value(this.bodies, (o as Record<string, Value>)[name]);
  }

  private native(f: PyBuiltin): void {
    const { kinds } = this;
    const base = this.shared.byNative.get(f.fn);
    const granted = this.around.hostName(f);
    if (base !== undefined || (f.self !== undefined && granted === undefined)) {
      if (!base) throw this.refused(`the native function ${f.sig.name}`);
      kinds.u8(Kind.BOUND);
      kinds.uint(this.sharedName(this.shared.nameOf.get(base)!));
      this.value(this.bodies, f.self);
    } else if (granted !== undefined) {
      kinds.u8(Kind.HOST);
      kinds.uint(this.text(granted));
    } else if (f.module !== null) {
      kinds.u8(Kind.NATIVE);
      kinds.uint(this.text(f.module));
      kinds.uint(this.text(f.sig.name));
    } else throw this.refused(`the native function ${f.sig.name}`);
  }

  private items(values: Iterable<Value>, count: number): void {
    this.bodies.uint(count);
    for (const v of values) this.value(this.bodies, v);
  }

  private object(o: object): void {
    const { kinds, bodies } = this;
    if (Array.isArray(o)) {
      kinds.u8(Kind.ARRAY);
      this.items(Array.from(o), o.length);
    } else if (o instanceof Shape) {
      kinds.u8(Kind.SHAPE);
      this.value(kinds, o.parent);
      if (o.parent) kinds.uint(this.text(o.names[o.names.length - 1]!));
    } else if (o instanceof PyDict && Object.getPrototypeOf(o) === PyDict.prototype) {
      kinds.u8(Kind.DICT);
      this.fields(o, DICT_FIELDS);
    } else if (o instanceof PyType) {
      kinds.u8(Kind.TYPE);
      // Completes attributes that were put off.
      void o.ns;
      this.fields(o, TYPE_FIELDS);
    } else if (o instanceof Code) {
      kinds.u8(Kind.CODE);
      this.fields(o, CODE_FIELDS);
    } else if (o instanceof PyBuiltin) this.native(o);
    else if (o instanceof PyHandle) throw this.refused(`an object of the host (${o.label})`);
    else if (o instanceof Uint8Array) {
      kinds.u8(Kind.BYTES);
      kinds.uint(o.length);
      kinds.raw(o);
    } else if (o instanceof Int32Array || o instanceof Uint32Array) {
      kinds.u8(o instanceof Int32Array ? Kind.INT32 : Kind.UINT32);
      kinds.uint(o.length);
      // Source positions come in fours and change little from one to the next.
      for (let i = 0; i < o.length; i++) {
        const d = (o[i]! - (i < 4 ? 0 : o[i - 4]!)) | 0;
        kinds.uint(((d << 1) ^ (d >> 31)) >>> 0);
      }
    } else if (o instanceof Map) {
      kinds.u8(Kind.MAP);
      this.items([...o].flat(1), 2 * o.size);
    } else if (o instanceof Set) {
      kinds.u8(Kind.SET);
      this.items(o, o.size);
    } else if (Object.getPrototypeOf(o) === Object.prototype) {
      kinds.u8(Kind.PLAIN);
      const keys = Object.keys(o);
      bodies.uint(keys.length);
      for (const key of keys) {
        bodies.uint(this.text(key));
        this.value(bodies, (o as Record<string, Value>)[key]);
      }
    } else {
      const row = recordOf(o);
      if (!row) throw this.refused(`a ${(o as { cls?: PyType }).cls?.name ?? "host object"}`);
      const names = fieldsOf(row);
      for (const key of Object.keys(o))
        if (!names.includes(key) && !row.skip.includes(key))
          throw new VivError("PY_INTERNAL", `${row.name}.${key} is not declared for snapshots`);
      let at = this.classes.get(row.name);
      if (at === undefined) this.classes.set(row.name, (at = this.classes.size));
      kinds.u8(Kind.RECORD);
      kinds.uint(at);
      this.fields(o, names);
    }
  }

  machine(vm: Machine): Uint8Array<ArrayBuffer> {
    const head = new Writer();
    for (const name of MACHINE_FIELDS) this.value(head, (vm as unknown as Record<string, Value>)[name]);
    const state = [...vm.state].filter(([name]) => !this.around.granted.has(name));
    head.uint(state.length);
    for (const [name, v] of state) {
      head.uint(this.text(name));
      this.value(head, v);
    }
    const roots = Object.entries(this.around.roots);
    head.uint(roots.length);
    for (const [name, v] of roots) {
      head.uint(this.text(name));
      this.value(head, v);
    }
    for (this.current = 0; this.current < this.objects.length; this.current++) this.object(this.objects[this.current]!);
    // Numbers that objects have been given, those of shared objects included: `id` and hashes stay what they were.
    const numbers = new Writer();
    let count = 0;
    const number = (o: object, write: () => void): void => {
      const id = vm.identities.known(o);
      if (id === undefined) return;
      count++;
      write();
      numbers.uint(id);
    };
    for (const [at, o] of this.objects.entries()) {
      number(o, () => {
        numbers.u8(Tag.OBJECT);
        numbers.uint(at);
      });
      // A bound native function is compared by its implementation.
      if (o instanceof PyBuiltin)
        number(o.fn, () => {
          numbers.u8(Tag.CONTINUATION);
          numbers.uint(at);
        });
    }
    for (const [o, name] of this.shared.nameOf)
      number(o, () => {
        numbers.u8(Tag.SHARED);
        numbers.uint(this.sharedName(name));
      });

    const w = new Writer();
    w.u32(MAGIC);
    w.u32(FORMAT_VERSION);
    w.u32(digest());
    w.uint(vm.natives.size);
    for (const name of vm.natives) w.text(name);
    w.uint(this.classes.size);
    for (const name of this.classes.keys()) {
      w.text(name);
      w.text(fieldsOf(recordNamed(name)!).join());
    }
    w.uint(this.texts.size);
    for (const s of this.texts.keys()) w.text(s);
    w.uint(this.sharedNames.size);
    for (const s of this.sharedNames.keys()) w.text(s);
    w.uint(this.objects.length);
    for (const part of [this.kinds, this.bodies, head]) w.raw(part.done());
    w.uint(vm.identities.last);
    w.uint(count);
    w.raw(numbers.done());
    const body = w.done();
    const out = new Uint8Array(body.length + 32);
    out.set(body);
    out.set(sha256(body), body.length);
    return out;
  }
}

/** Stores a machine. Throws VivError `PY_SNAPSHOT` when it holds something that belongs to the host. */
export function writeSnapshot(vm: Machine, around: Surroundings): Uint8Array<ArrayBuffer> {
  return new Encoder(around).machine(vm);
}
