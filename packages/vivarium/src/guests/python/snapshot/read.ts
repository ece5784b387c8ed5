/** The bytes of a snapshot into a machine that goes on where the stored one stood. */

import { LoadError, VivError } from "../../../machine/errors.js";
import { sha256 } from "../../../machine/sha256.js";
import { Code } from "../bytecode/code.js";
import { validate } from "../bytecode/validate.js";
import {
  None,
  PyBuiltin,
  PyDict,
  PyException,
  PyModule,
  PyObj,
  PyType,
  Shape,
  T,
  useIdentities,
  type Value,
} from "../objects/core.js";
import { type RecordRow, recordNamed } from "../objects/records.js";
import { ContFrame, continuationByName, Frame } from "../runtime/frame.js";
import type { Machine } from "../runtime/machine.js";
import { Reader } from "./bytes.js";
import { emptyCode } from "./classes.js";
import {
  CODE_FIELDS,
  DICT_FIELDS,
  digest,
  FORMAT_VERSION,
  fieldsOf,
  HASH_BYTES,
  Kind,
  MACHINE_FIELDS,
  MAGIC,
  Tag,
  TYPE_FIELDS,
} from "./format.js";
import { shared } from "./shared.js";

type Fields = Record<string, Value>;

/** How the host's side of a snapshot is found again. */
export interface Grants {
  /** The function granted under a name, or `undefined`. */
  readonly host: (name: string) => PyBuiltin | undefined;
}

const LAYOUTS: ReadonlySet<string> = new Set(
  "object type int float complex str bytes bytearray tuple list dict set frozenset exception module property super other staticmethod classmethod".split(
    " ",
  ),
);

class Decoder {
  private readonly r: Reader;
  private readonly shared = shared();
  private readonly texts: string[] = [];
  private readonly sharedObjects: object[] = [];
  private readonly objects: object[] = [];
  private readonly kinds: number[] = [];
  private readonly rows: (RecordRow | undefined)[] = [];
  private readonly modules = new Map<string, PyModule>();
  private readonly classes: RecordRow[] = [];

  constructor(
    private readonly vm: Machine,
    private readonly grants: Grants,
    bytes: Uint8Array,
  ) {
    this.r = new Reader(bytes);
  }

  private at<V>(list: readonly V[], what: string): V {
    const i = this.r.uint();
    if (i >= list.length) this.r.fail(`${what} ${i} does not exist`);
    return list[i]!;
  }

  private text(): string {
    return this.at(this.texts, "text");
  }

  private value(): Value {
    const { r } = this;
    switch (r.u8()) {
      case Tag.UNDEFINED:
        return undefined;
      case Tag.NULL:
        return null;
      case Tag.TRUE:
        return true;
      case Tag.FALSE:
        return false;
      case Tag.POSITIVE:
        return r.uint();
      case Tag.NEGATIVE:
        return -1 - r.uint();
      case Tag.DOUBLE:
        return r.f64();
      case Tag.BIGINT: {
        const text = this.text();
        if (!/^-?[0-9a-f]+$/.test(text)) r.fail("not an integer");
        return text[0] === "-" ? -BigInt(`0x${text.slice(1)}`) : BigInt(`0x${text}`);
      }
      case Tag.TEXT:
        return this.text();
      case Tag.OBJECT:
        return this.at(this.objects, "object");
      case Tag.SHARED:
        return this.at(this.sharedObjects, "shared object");
      case Tag.CONTINUATION: {
        const name = this.text();
        return continuationByName.get(name) ?? r.fail(`there is no continuation ${name}`);
      }
    }
    return r.fail("unknown kind of value");
  }

  /** An object of the right class whose fields are still to come. */
  private blank(): object {
    const { r } = this;
    const kind = r.u8();
    this.kinds.push(kind);
    this.rows.push(undefined);
    switch (kind) {
      case Kind.RECORD: {
        const row = this.at(this.classes, "class");
        this.rows[this.rows.length - 1] = row;
        return row.blank();
      }
      case Kind.ARRAY:
        return [];
      case Kind.PLAIN:
        return {};
      case Kind.MAP:
        return new Map();
      case Kind.SET:
        return new Set();
      case Kind.BYTES:
        return r.raw(r.uint());
      case Kind.INT32:
      case Kind.UINT32: {
        const n = r.count();
        const array = kind === Kind.INT32 ? new Int32Array(n) : new Uint32Array(n);
        for (let k = 0; k < n; k++) {
          const d = r.uint();
          array[k] = (k < 4 ? 0 : array[k - 4]!) + ((d >>> 1) ^ -(d & 1));
        }
        return array;
      }
      case Kind.DICT:
        return new PyDict();
      case Kind.TYPE:
        return Object.assign(new PyType(T.type, "", [], "object", new PyDict()), { instanceShape: null });
      case Kind.SHAPE: {
        const parent = this.value();
        if (parent === null) return new Shape([]);
        if (!(parent instanceof Shape)) return r.fail("a shape's parent is no shape");
        return parent.with(this.text());
      }
      case Kind.CODE:
        return emptyCode();
      case Kind.BOUND: {
        const base = this.at(this.sharedObjects, "shared object");
        return base instanceof PyBuiltin ? base.bind(None) : r.fail("not a native function");
      }
      case Kind.NATIVE: {
        const [module, name] = [this.text(), this.text()];
        const found = this.modules.get(module)?.ns.getStr(name);
        return found instanceof PyBuiltin ? found : r.fail(`there is no function ${module}.${name}`);
      }
      case Kind.HOST: {
        const name = this.text();
        const f = this.grants.host(name);
        if (!f) throw new LoadError("SNAPSHOT_HOST", `the snapshot needs the host function ${name}`, { offset: r.at });
        return f;
      }
    }
    return r.fail("unknown kind of object");
  }

  /** Refuses a value that could never have stood in a field. */
  private fits(blank: Value, v: Value): boolean {
    if (blank === undefined || blank === null || blank === None) return typeof v !== "function";
    switch (typeof blank) {
      case "number":
      case "bigint":
        return typeof v === "number" || typeof v === "bigint";
      case "string":
      case "boolean":
        return typeof v === typeof blank;
    }
    if (Array.isArray(blank)) return Array.isArray(v);
    if (v === null) return true;
    if (typeof v !== "object") return false;
    if (blank instanceof PyType) return v instanceof PyType;
    if (Object.getPrototypeOf(blank) === Object.prototype) return true;
    return v instanceof blank.constructor;
  }

  private fill(o: object, names: readonly string[]): void {
    for (const name of names) {
      const v = this.value();
      if (!this.fits((o as Fields)[name], v)) this.r.fail(`${name} of a ${o.constructor.name} is of another kind`);
      (o as Fields)[name] = v;
    }
  }

  private body(i: number): void {
    const { r } = this;
    const o = this.objects[i] as Value;
    switch (this.kinds[i]) {
      case Kind.RECORD:
        this.fill(o, fieldsOf(this.rows[i]!));
        return;
      case Kind.ARRAY:
        for (let n = r.count(); n > 0; n--) o.push(this.value());
        return;
      case Kind.PLAIN:
        for (let n = r.count(2); n > 0; n--) {
          const key = this.text();
          Object.defineProperty(o, key, { value: this.value(), writable: true, enumerable: true, configurable: true });
        }
        return;
      case Kind.MAP:
        for (let n = r.count(); n > 0; n -= 2) {
          const key = this.value();
          o.set(key, this.value());
        }
        return;
      case Kind.SET:
        for (let n = r.count(); n > 0; n--) o.add(this.value());
        return;
      case Kind.DICT:
        this.fill(o, DICT_FIELDS);
        return;
      case Kind.TYPE:
        this.fill(o, TYPE_FIELDS);
        return;
      case Kind.BOUND:
        (o as Fields).self = this.value();
        return;
      case Kind.CODE:
        this.fill(o, CODE_FIELDS);
        return;
    }
  }

  machine(): Record<string, Value> {
    const { r, vm } = this;
    r.at = 12;
    // Native modules first: they declare classes and continuations.
    for (let n = r.count(); n > 0; n--) {
      const name = r.text();
      this.modules.set(name, vm.loadBuiltinModule(vm, name) ?? r.fail(`there is no module ${name}`));
    }
    for (let n = r.count(2); n > 0; n--) {
      const name = r.text();
      const row = recordNamed(name);
      if (!row || fieldsOf(row).join() !== r.text())
        throw new LoadError("SNAPSHOT_VERSION", `${name} has changed since the snapshot was taken`, { offset: r.at });
      this.classes.push(row);
    }
    for (let n = r.count(); n > 0; n--) this.texts.push(r.text());
    for (let n = r.count(); n > 0; n--) {
      const name = r.text();
      this.sharedObjects.push(this.shared.named.get(name) ?? r.fail(`there is no ${name}`));
    }
    const count = r.count();
    for (let n = count; n > 0; n--) this.objects.push(this.blank());
    for (let i = 0; i < count; i++) this.body(i);
    const machine = vm as unknown as Fields;
    for (const name of MACHINE_FIELDS) {
      const v = this.value();
      if (!this.fits(machine[name], v)) r.fail(`${name} is of another kind`);
      machine[name] = v;
    }
    for (let n = r.count(2); n > 0; n--) {
      const name = this.text();
      vm.state.set(name, this.value());
    }
    const roots: Record<string, Value> = Object.create(null);
    for (let n = r.count(2); n > 0; n--) {
      const name = this.text();
      roots[name] = this.value();
    }
    vm.identities.last = r.uint();
    for (let n = r.count(3); n > 0; n--) {
      const tag = r.u8();
      let o: object;
      if (tag === Tag.SHARED) o = this.at(this.sharedObjects, "shared object");
      else {
        o = this.at(this.objects, "object");
        if (tag === Tag.CONTINUATION) o = o instanceof PyBuiltin ? o.fn : r.fail("not a native function");
      }
      vm.identities.assign(o, r.uint());
    }
    if (r.left > 0) r.fail("bytes behind the end");
    this.finish();
    return roots;
  }

  /** What is derived from the stored fields: indexes of tables, links between types, layouts of code. */
  private finish(): void {
    const { r } = this;
    const before = useIdentities(this.vm.identities);
    try {
      for (const o of this.objects) {
        if (o instanceof Code) {
          Object.assign(o, new Code(o), { hidden: o.hidden, constants: o.constants });
          if (o.constants && o.constants.length !== o.consts.length) r.fail("constants do not fit");
        } else if (o instanceof PyType) {
          if (!LAYOUTS.has(o.layout)) r.fail("unknown layout");
          for (const type of [...o.bases, ...o.mro]) if (!(type instanceof PyType)) r.fail("a base is no type");
          for (const base of o.bases) if (base.isHeap) base.derived.push(new WeakRef(o));
        } else if (o instanceof PyDict && !o.restoreText()) r.fail("a table does not fit");
      }
      for (const o of this.objects) {
        if (o instanceof PyDict) o.restoreKeys();
        else if (o instanceof Code) validate(o);
        else if (o instanceof Frame) this.checkFrame(o);
        else if (o instanceof PyException && endless(o, (e) => (e instanceof PyException ? e.context : undefined)))
          r.fail("an exception is its own context");
        else if (o instanceof ContFrame && (typeof o.k !== "object" || continuationByName.get(o.k.name) !== o.k))
          r.fail("a continuation is of another kind");
      }
      if (endless(this.vm.frame, (f) => f?.back)) r.fail("a frame returns to itself");
    } finally {
      useIdentities(before);
    }
  }

  private checkFrame(f: Frame): void {
    const { code } = f;
    const count = code.instructions.length;
    if (!Number.isInteger(f.pc) || f.pc < 0 || f.pc > count) this.r.fail("a frame stands outside of its code");
    if (f.r.length > 0 && (!Number.isInteger(f.sp) || f.sp < code.base || f.sp > code.registers + 1))
      this.r.fail("a frame's stack is out of range");
    if (!(f.back === null || f.back instanceof Frame || f.back instanceof ContFrame))
      this.r.fail("a frame returns to no frame");
  }
}

/** Does a chain of objects lead back into itself? */
function endless(start: Value, next: (v: Value) => Value): boolean {
  let slow = start;
  let fast = start;
  for (;;) {
    fast = next(next(fast));
    if (typeof fast !== "object" || fast === null) return false;
    slow = next(slow);
    if (slow === fast) return true;
  }
}

/**
 * Fills a fresh machine; gives the further values that were stored.
 *
 * @throws LoadError `SNAPSHOT_INVALID` (damaged or no snapshot), `SNAPSHOT_VERSION`, `SNAPSHOT_HOST` (a host function is
 *   missing)
 */
export function readSnapshot(vm: Machine, bytes: Uint8Array, grants: Grants): Record<string, Value> {
  const head = new Reader(bytes);
  if (bytes.length < 12 + HASH_BYTES || head.u32() !== MAGIC)
    throw new LoadError("SNAPSHOT_INVALID", "this is no snapshot of a Python machine", { offset: 0, expected: "VYPS" });
  const version = head.u32();
  if (version !== FORMAT_VERSION)
    throw new LoadError("SNAPSHOT_VERSION", `written in version ${version} of the format`, {
      offset: 4,
      expected: `version ${FORMAT_VERSION}`,
    });
  if (head.u32() !== digest())
    throw new LoadError("SNAPSHOT_VERSION", "written by another release of the Python machine", { offset: 8 });
  const body = bytes.subarray(0, bytes.length - HASH_BYTES);
  const hash = sha256(body);
  if (!hash.every((b, i) => b === bytes[body.length + i])) head.fail("the checksum does not match");
  let roots: Record<string, Value>;
  try {
    roots = new Decoder(vm, grants, body).machine();
  } catch (e) {
    if (e instanceof VivError || e instanceof LoadError) throw e;
    // Parts that are well-formed one by one and do not belong together.
    throw new LoadError("SNAPSHOT_INVALID", `the parts of the snapshot do not fit: ${String(e)}`, { offset: 12 });
  }
  for (const v of [vm.builtins, vm.modules, vm.routines]) if (!(v instanceof PyDict)) head.fail("no namespace");
  if (!(roots.main instanceof PyModule)) head.fail("there is no main module");
  if (vm.frame !== null && !(vm.frame instanceof PyObj) && !(vm.frame instanceof ContFrame)) head.fail("no frame");
  return roots;
}
