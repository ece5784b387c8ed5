/**
 * The guest's values as the machine holds them: type objects, instances with hidden classes, containers, functions.
 *
 * | Python | here |
 * | --- | --- |
 * | `int` | `number` when it is a safe integer, else `bigint` (never both for one value) |
 * | `bool` | `boolean` |
 * | `str` | `string` |
 * | `float` | {@link PyFloat} |
 * | everything else | a {@link PyObj} |
 *
 * No host object is ever a guest value, and no property of these classes can be reached by a guest by name: attributes
 * are looked up in {@link PyDict}s and {@link Shape}s only.
 */

import type { Code } from "../bytecode/code.js";

/** A guest value, or `undefined` where a value is absent (an unbound variable). */
// biome-ignore lint/suspicious/noExplicitAny: the dynamic type of a dynamic language; every use checks the class first
export type Value = any;

/** What `Map` is keyed by for values whose equality the machine decides itself. */
export type Key = string | number | bigint | object;

/**
 * Makes a class a subclass of another whose constructor it does not call: it sets the inherited fields itself. The
 * classes of what a program makes all the time are put together this way, for a host compiler does not inline a chain
 * of constructors where it would inline one.
 */
export function inherit(derived: object & { prototype: object }, base: object & { prototype: object }): void {
  Object.setPrototypeOf(derived.prototype, base.prototype);
  Object.setPrototypeOf(derived, base);
}

/** Base of all guest objects. */
export class PyObj {
  declare cls: PyType;
  constructor(cls: PyType) {
    this.cls = cls;
  }
  /** Key of an exact built-in value; overridden where equality is structural. */
  structKey(): Key | undefined {
    return this;
  }
}

/** Remembered successors of a shape, and the longest name that is remembered anywhere outside a machine. */
const MAX_NEXT = 64;
const MAX_CACHED_NAME = 64;

/** A hidden class: which attribute stands in which slot of an instance. */
export class Shape {
  declare readonly index: Map<string, number>;
  declare readonly names: readonly string[];
  declare private next: Map<string, Shape> | null;
  /** The shape with one attribute less. */
  declare readonly parent: Shape | null;
  constructor(names: readonly string[], parent: Shape | null = null) {
    this.index = new Map();
    this.next = null;
    this.parent = parent;
    this.names = names;
    for (let i = 0; i < names.length; i++) this.index.set(names[i]!, i);
  }
  /** The shape with one more attribute. */
  with(name: string): Shape {
    this.next ??= new Map();
    let shape = this.next.get(name);
    if (!shape) {
      shape = new Shape([...this.names, name], this);
      // Shapes of built-in types outlive the machine: what it may leave behind there is bounded.
      if (this.next.size < MAX_NEXT && name.length <= MAX_CACHED_NAME) this.next.set(name, shape);
    }
    return shape;
  }
}

/** Instances with more attributes than this keep them in a dict. */
export const MAX_SHAPE = 64;

/** Shared by all objects that cannot have attributes; never written. */
const NO_SLOTS: Value[] = [];

/** An object that may have attributes of its own: in slots described by a shape, or in a dict once that was asked for. */
export class PyInst implements PyObj {
  declare cls: PyType;
  declare shape: Shape | null;
  declare slots: Value[];
  declare dict: PyDict | null;
  /** Values of attributes declared by `__slots__`. */
  declare members: Value[] | null;
  constructor(cls: PyType) {
    const shape = cls.instanceShape;
    this.cls = cls;
    this.dict = null;
    this.members = null;
    this.shape = shape;
    this.slots = shape === null ? NO_SLOTS : [];
  }
  structKey(): Key | undefined {
    return this;
  }
}
inherit(PyInst, PyObj);

let versions = 1;

/** How instances of a type are laid out: which class of this file holds them. */
export type Layout =
  | "object"
  | "type"
  | "int"
  | "float"
  | "complex"
  | "str"
  | "bytes"
  | "bytearray"
  | "tuple"
  | "list"
  | "dict"
  | "set"
  | "frozenset"
  | "exception"
  | "module"
  | "property"
  | "super"
  | "other"
  | "staticmethod"
  | "classmethod";

/** How values of a type are hashed and compared for equality. */
export const HashMode = { UNKNOWN: 0, IDENTITY: 1, BUILTIN: 2, CUSTOM: 3, UNHASHABLE: 4 } as const;

const ABSENT = Symbol("absent");

/** A type object. */
export class PyType extends PyInst {
  declare name: string;
  declare qualname: string;
  declare bases: PyType[];
  declare mro: PyType[];
  declare private own: PyDict;
  /** Declarations of attributes that have not been carried out: most types are never asked for one. */
  declare private pending: (() => void)[] | null;
  /** Changes whenever an attribute of the type or of one of its bases does. */
  declare version: number;
  declare private cache: Map<string, Value>;
  /** Methods that inline caches refer to by position, as long as the version is the same. */
  declare found: Value[];
  /** Heap types derived from this one. */
  declare readonly derived: WeakRef<PyType>[];
  declare layout: Layout;
  /** Shape of a new instance; `null` when instances have no attributes of their own. */
  declare instanceShape: Shape | null;
  /** Slots declared by `__slots__`, in the order of the slot array. */
  declare slotNames: string[];
  declare isHeap: boolean;
  /** May not be a base. */
  declare isFinal: boolean;
  declare private mode: number;
  /** Flags computed from the type's attributes, -1 unknown. */
  declare private special: number;
  /** Makes an empty instance for `object.__new__`-like allocation, by layout. */
  constructor(meta: PyType | null, name: string, bases: PyType[], layout: Layout, ns: PyDict) {
    // The first type is its own metatype and is completed by the bootstrap.
    super(meta ?? (Object.create(PyType.prototype) as PyType));
    this.cache = new Map();
    this.found = [];
    this.derived = [];
    this.slotNames = [];
    this.isHeap = false;
    this.isFinal = false;
    this.mode = HashMode.UNKNOWN;
    this.special = -1;
    if (!meta) this.cls = this;
    this.name = name;
    this.qualname = name;
    this.bases = bases;
    this.mro = [];
    this.own = ns;
    this.pending = null;
    this.layout = layout;
    this.version = ++versions;
    this.instanceShape = new Shape([]);
    this.shape = null;
  }

  /** The attributes of the type itself. */
  get ns(): PyDict {
    if (this.pending !== null) this.complete();
    return this.own;
  }

  private complete(): void {
    const { pending } = this;
    this.pending = null;
    for (const declare of pending!) declare();
  }

  /** Puts a declaration of attributes off until one of them is asked for. */
  later(declare: () => void): void {
    if (this.pending === null) this.pending = [declare];
    else this.pending.push(declare);
  }

  /** Finds an attribute along the method resolution order. */
  lookup(name: string): Value {
    const known = this.cache.get(name);
    if (known !== undefined) return known === ABSENT ? undefined : known;
    for (const type of this.mro) {
      const value = type.ns.getStr(name);
      if (value !== undefined) {
        this.cache.set(name, value);
        return value;
      }
    }
    if (this.cache.size < 512 && name.length <= MAX_CACHED_NAME) this.cache.set(name, ABSENT);
    return undefined;
  }

  /** Forgets what was derived from attributes; call after any change. */
  changed(): void {
    this.version = ++versions;
    this.cache.clear();
    this.found = [];
    this.mode = HashMode.UNKNOWN;
    this.special = -1;
    for (const ref of this.derived) ref.deref()?.changed();
  }

  isSubtype(of: PyType): boolean {
    return this === of || this.mro.includes(of);
  }

  get hashMode(): number {
    if (this.mode !== HashMode.UNKNOWN) return this.mode;
    const hash = this.lookup("__hash__");
    const eq = this.lookup("__eq__");
    if (hash === None || hash === undefined) this.mode = HashMode.UNHASHABLE;
    else if (hash instanceof PyBuiltin && eq instanceof PyBuiltin)
      this.mode =
        hash === identityHash.hash && eq === identityHash.eq
          ? HashMode.IDENTITY
          : hash.opaque || eq.opaque
            ? HashMode.CUSTOM
            : HashMode.BUILTIN;
    else this.mode = HashMode.CUSTOM;
    return this.mode;
  }

  /** Bit 1: `__getattribute__` is overridden; 2: `__getattr__` exists; 4: `__setattr__` is overridden; 8: `__delattr__`. */
  get attributeHooks(): number {
    if (this.special >= 0) return this.special;
    let bits = 0;
    if (!(this.lookup("__getattribute__") instanceof PyBuiltin)) bits |= 1;
    if (this.lookup("__getattr__") !== undefined) bits |= 2;
    if (!(this.lookup("__setattr__") instanceof PyBuiltin)) bits |= 4;
    if (!(this.lookup("__delattr__") instanceof PyBuiltin)) bits |= 8;
    this.special = bits;
    return bits;
  }
}

/** `object.__hash__` and `object.__eq__`, set by the bootstrap. */
export const identityHash: { hash: Value; eq: Value } = { hash: undefined, eq: undefined };

// --- singletons --------------------------------------------------------------------------------------------------

export class PyNone extends PyObj {}
export class PyEllipsis extends PyObj {}
export class PyNotImplemented extends PyObj {}

/** Immutable IEEE double. All have the same class, so it stands in the prototype. */
export class PyFloat implements PyObj {
  declare cls: PyType;
  declare readonly v: number;
  constructor(v: number) {
    this.v = v;
  }
  structKey(): Key {
    return floatKey(this.v, this);
  }
}
inherit(PyFloat, PyObj);

function floatKey(v: number, self: object): Key {
  if (v !== v) return self;
  if (Number.isInteger(v) && !Number.isSafeInteger(v)) return BigInt(v);
  return v === 0 ? 0 : v;
}

export class PyComplex extends PyInst {
  declare readonly re: number;
  declare readonly im: number;
  constructor(re: number, im: number, cls: PyType = T.complex) {
    super(cls);
    this.re = re;
    this.im = im;
  }
  override structKey(): Key {
    return this.im === 0 ? floatKey(this.re, this) : `\0c${this.re},${this.im}`;
  }
}

/** An instance of a guest subclass of `int`, `float` or `str`: the plain value beside the attributes. */
export class PyBoxed extends PyInst {
  /** number | bigint for int, string for str, PyFloat for float. */
  declare readonly v: Value;
  constructor(cls: PyType, v: Value) {
    super(cls);
    this.v = v;
  }
  override structKey(): Key | undefined {
    return keyOf(this.v);
  }
}

// --- keys --------------------------------------------------------------------------------------------------------

/** The numbers that a machine's objects have been given: the same run gives the same ones in any process. */
export class Identities {
  private readonly numbers = new WeakMap<object, number>();
  /** The number that was given last. */
  last = 0x7f0000000;
  of(object: object): number {
    let id = this.numbers.get(object);
    if (id === undefined) {
      this.last += 16;
      id = this.last;
      this.numbers.set(object, id);
    }
    return id;
  }
  /** The number of an object that was asked for before. */
  known(object: object): number | undefined {
    return this.numbers.get(object);
  }
  assign(object: object, id: number): void {
    this.numbers.set(object, id);
  }
}

let identities = new Identities();
/** Numbers objects on behalf of a machine from now on; answers who was served before. */
export function useIdentities(of: Identities): Identities {
  const before = identities;
  identities = of;
  return before;
}
/** A number that no other living object of the running machine has, for `id`, hashes and keys. */
export function identityOf(object: object): number {
  return identities.of(object);
}

/**
 * The key under which a value stands in a dict or set, or `undefined` when guest code decides about its equality, or it
 * cannot be hashed.
 */
export function keyOf(v: Value): Key | undefined {
  switch (typeof v) {
    case "string":
      return v.charCodeAt(0) === 0 ? `\0s${v}` : v;
    case "number":
    case "bigint":
      return v;
    case "boolean":
      return v ? 1 : 0;
  }
  switch ((v as PyObj).cls.hashMode) {
    case HashMode.IDENTITY:
      return v;
    case HashMode.BUILTIN:
      return (v as PyObj).structKey();
  }
  return undefined;
}

/** One item of a structural key. */
function part(v: Value): string | undefined {
  const key = keyOf(v);
  switch (typeof key) {
    case "string":
      return `s${key.length}:${key}`;
    case "number":
    case "bigint":
      return `n${key};`;
    case "undefined":
      return undefined;
    default:
      return `o${identityOf(key)};`;
  }
}

/** A key for a sequence of values, or `undefined` when one of them has none. */
export function sequenceKey(prefix: string, items: readonly Value[]): string | undefined {
  let text = prefix;
  for (const item of items) {
    const p = part(item);
    if (p === undefined) return undefined;
    text += p;
    // Longer ones are hashed and compared item by item, in guest code that is paid for.
    if (text.length > MAX_KEY) return undefined;
  }
  return text;
}

/** The longest structural key: nested items that share their parts would grow it without bound. */
const MAX_KEY = 4096;
const MAX_SET_KEY = 4096;

// --- containers --------------------------------------------------------------------------------------------------

export class PyTuple implements PyInst {
  declare cls: PyType;
  declare shape: Shape | null;
  declare slots: Value[];
  declare dict: PyDict | null;
  declare members: Value[] | null;
  declare readonly items: Value[];
  declare private key: Key | null | undefined;
  constructor(items: Value[], cls: PyType = T.tuple) {
    const shape = cls.instanceShape;
    this.cls = cls;
    this.dict = null;
    this.members = null;
    this.shape = shape;
    this.slots = shape === null ? NO_SLOTS : [];
    this.key = null;
    this.items = items;
  }
  structKey(): Key | undefined {
    if (this.key === null) this.key = sequenceKey("\0t", this.items);
    return this.key;
  }
}
inherit(PyTuple, PyInst);

export class PyList implements PyInst {
  declare cls: PyType;
  declare shape: Shape | null;
  declare slots: Value[];
  declare dict: PyDict | null;
  declare members: Value[] | null;
  declare items: Value[];
  constructor(items: Value[], cls: PyType = T.list) {
    const shape = cls.instanceShape;
    this.cls = cls;
    this.dict = null;
    this.members = null;
    this.shape = shape;
    this.slots = shape === null ? NO_SLOTS : [];
    this.items = items;
  }
  structKey(): Key | undefined {
    return this;
  }
}
inherit(PyList, PyInst);

/** Hash table shared by dict and set: insertion ordered, positions stable until it is compacted. */
export class PyDict extends PyInst {
  declare private index: Map<Key, number>;
  /** Keys by position; `undefined` where one was deleted. */
  declare keys: Value[];
  declare vals: Value[];
  /** Live entries. */
  declare size: number;
  /** Changes whenever a key is added or removed, and when positions move. */
  declare version: number;
  /**
   * Stands for the positions of the keys as they are: `null` until somebody remembers them, another one once they change.
   * It leads nowhere, so that what is remembered with code does not keep a namespace alive.
   */
  declare layout: object | null;
  /** Positions of keys whose equality guest code decides, by hash. */
  declare custom: Map<Key, number[]> | null;
  constructor(cls: PyType = T.dict) {
    super(cls);
    this.index = new Map();
    this.keys = [];
    this.vals = [];
    this.size = 0;
    this.version = 0;
    this.layout = null;
    this.custom = null;
  }

  private changed(): void {
    this.version++;
    this.layout = null;
  }
  /** See {@link layout}. */
  rememberLayout(): object {
    this.layout ??= {};
    return this.layout;
  }

  getStr(name: string): Value {
    const at = this.index.get(name.charCodeAt(0) === 0 ? `\0s${name}` : name);
    return at === undefined ? undefined : this.vals[at];
  }
  setStr(name: string, value: Value): void {
    this.setKey(name.charCodeAt(0) === 0 ? `\0s${name}` : name, name, value);
  }
  delStr(name: string): boolean {
    return this.delKey(name.charCodeAt(0) === 0 ? `\0s${name}` : name);
  }
  getKey(key: Key): Value {
    const at = this.index.get(key);
    return at === undefined ? undefined : this.vals[at];
  }
  hasKey(key: Key): boolean {
    return this.index.has(key);
  }
  positionOf(key: Key): number {
    return this.index.get(key) ?? -1;
  }
  setKey(key: Key, k: Value, value: Value): void {
    const at = this.index.get(key);
    if (at !== undefined) {
      this.vals[at] = value;
      return;
    }
    if (this.keys.length > 32 && this.size * 2 < this.keys.length) this.compact();
    this.index.set(key, this.keys.length);
    this.keys.push(k);
    this.vals.push(value);
    this.size++;
    this.changed();
  }
  delKey(key: Key): boolean {
    const at = this.index.get(key);
    if (at === undefined) return false;
    this.index.delete(key);
    this.drop(at);
    return true;
  }
  private drop(at: number): void {
    this.keys[at] = undefined;
    this.vals[at] = undefined;
    this.size--;
    this.changed();
    if (this.size === 0) this.clear();
    else
      while (this.keys.length > 0 && this.keys[this.keys.length - 1] === undefined) {
        this.keys.pop();
        this.vals.pop();
      }
  }
  /** Adds an entry whose key has a guest-defined hash and is known to be absent. */
  addCustom(hash: Key, k: Value, value: Value): void {
    this.custom ??= new Map();
    const list = this.custom.get(hash);
    if (list) list.push(this.keys.length);
    else this.custom.set(hash, [this.keys.length]);
    this.keys.push(k);
    this.vals.push(value);
    this.size++;
    this.changed();
  }
  /** Removes the entry at a position, whatever its key. */
  delAt(at: number): void {
    const k = this.keys[at];
    const key = keyOf(k);
    if (key !== undefined && this.index.get(key) === at) this.index.delete(key);
    else if (this.custom) {
      for (const [hash, list] of this.custom) {
        const i = list.indexOf(at);
        if (i >= 0) {
          list.splice(i, 1);
          if (list.length === 0) this.custom.delete(hash);
          break;
        }
      }
      if (this.custom.size === 0) this.custom = null;
    }
    this.drop(at);
  }
  clear(): void {
    this.index.clear();
    this.custom = null;
    this.keys = [];
    this.vals = [];
    this.size = 0;
    this.changed();
  }
  private compact(): void {
    const keys: Value[] = [];
    const vals: Value[] = [];
    const moved = new Map<number, number>();
    for (let i = 0; i < this.keys.length; i++) {
      if (this.keys[i] === undefined) continue;
      moved.set(i, keys.length);
      keys.push(this.keys[i]);
      vals.push(this.vals[i]);
    }
    for (const [key, at] of this.index) this.index.set(key, moved.get(at)!);
    if (this.custom)
      for (const list of this.custom.values()) for (let i = 0; i < list.length; i++) list[i] = moved.get(list[i]!)!;
    this.keys = keys;
    this.vals = vals;
    this.changed();
  }
  /** Takes over copies of all entries of another table; this one must be empty. */
  copyFrom(other: PyDict, withValues = true): void {
    // The other one is left as it is: iterators may stand in it.
    this.index = new Map(other.index);
    this.custom = other.custom ? new Map([...other.custom].map(([h, l]) => [h, [...l]])) : null;
    this.keys = other.keys.slice();
    this.vals = withValues ? other.vals.slice() : other.keys.slice().fill(undefined);
    this.size = other.size;
    this.changed();
    this.tidy();
  }
  /** Removes the gaps. */
  tidy(): void {
    if (this.size !== this.keys.length) this.compact();
  }
  /**
   * After `keys`, `vals` and `custom` were put in place: counts the entries and finds those again whose keys are plain.
   * False when the fields do not belong together.
   */
  restoreText(): boolean {
    const { keys, vals, custom } = this;
    if (keys.length !== vals.length || !(custom === null || custom instanceof Map)) return false;
    this.index = new Map();
    this.size = 0;
    for (let i = 0; i < keys.length; i++) {
      const k = keys[i];
      if (k === undefined) continue;
      this.size++;
      if (typeof k !== "object") this.index.set(keyOf(k)!, i);
      else if (k === null) return false;
    }
    return true;
  }
  /** The second half, once types can be asked how their instances are compared. */
  restoreKeys(): void {
    const custom = new Set<number>();
    for (const list of this.custom?.values() ?? []) for (const at of list) custom.add(at);
    for (const [i, k] of this.keys.entries())
      if (typeof k === "object" && !custom.has(i)) this.index.set(keyOf(k) ?? k, i);
  }
  liveKeys(): Value[] {
    return this.size === this.keys.length ? this.keys.slice() : this.keys.filter((k) => k !== undefined);
  }
  liveValues(): Value[] {
    return this.size === this.keys.length ? this.vals.slice() : this.vals.filter((_, i) => this.keys[i] !== undefined);
  }
  liveEntries(): [Value, Value][] {
    const out: [Value, Value][] = [];
    for (let i = 0; i < this.keys.length; i++) if (this.keys[i] !== undefined) out.push([this.keys[i], this.vals[i]]);
    return out;
  }
}

/** `set` and `frozenset`: a table whose values are unused. */
export class PySet extends PyInst {
  declare readonly table: PyDict;
  constructor(cls: PyType = T.set) {
    super(cls);
    this.table = new PyDict();
  }
  override structKey(): Key | undefined {
    const parts: string[] = [];
    let length = 0;
    for (const k of this.table.liveKeys()) {
      const p = part(k);
      if (p === undefined) return undefined;
      length += p.length;
      if (length > MAX_SET_KEY) return undefined;
      parts.push(p);
    }
    return `\0f${parts.sort().join("")}`;
  }
}

export class PyBytes extends PyInst {
  declare readonly data: Uint8Array;
  constructor(data: Uint8Array, cls: PyType = T.bytes) {
    super(cls);
    this.key = null;
    this.data = data;
  }
  declare private key: string | null;
  override structKey(): Key {
    if (this.key === null) {
      const parts = ["\0b"];
      for (let at = 0; at < this.data.length; at += 4096)
        parts.push(String.fromCharCode(...this.data.subarray(at, at + 4096)));
      this.key = parts.join("");
    }
    return this.key;
  }
}

export class PyByteArray extends PyInst {
  declare buf: Uint8Array;
  declare len: number;
  constructor(data: Uint8Array, cls: PyType = T.bytearray) {
    super(cls);
    this.buf = data;
    this.len = data.length;
  }
  get data(): Uint8Array {
    return this.buf.length === this.len ? this.buf : this.buf.subarray(0, this.len);
  }
  set data(data: Uint8Array) {
    this.buf = data;
    this.len = data.length;
  }
  push(byte: number): void {
    if (this.len === this.buf.length) {
      const grown = new Uint8Array(Math.max(16, this.len * 2));
      grown.set(this.buf);
      this.buf = grown;
    }
    this.buf[this.len++] = byte;
  }
}

/** A window on bytes or a bytearray. */
export class PyMemoryView extends PyObj {
  declare readonly owner: PyBytes | PyByteArray;
  declare readonly start: number;
  declare readonly count: number;
  declare readonly step: number;
  declare readonly format: string;
  declare released: boolean;
  constructor(
    owner: PyBytes | PyByteArray,
    start: number,
    count: number,
    step: number,
    format = "B",
    released = false,
  ) {
    super(T.memoryview);
    this.owner = owner;
    this.start = start;
    this.count = count;
    this.step = step;
    this.format = format;
    this.released = released;
  }
  override structKey(): Key {
    return new PyBytes(this.bytes()).structKey();
  }
  bytes(): Uint8Array {
    const out = new Uint8Array(this.count);
    const { data } = this.owner;
    for (let i = 0; i < this.count; i++) out[i] = data[this.start + i * this.step]!;
    return out;
  }
}

export class PySlice implements PyObj {
  declare cls: PyType;
  declare readonly start: Value;
  declare readonly stop: Value;
  declare readonly step: Value;
  constructor(start: Value, stop: Value, step: Value) {
    this.cls = T.slice;
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
  structKey(): Key | undefined {
    return sequenceKey("\0l", [this.start, this.stop, this.step]);
  }
}
inherit(PySlice, PyObj);

export class PyRange extends PyObj {
  /** Number of items. */
  declare readonly length: number | bigint;
  declare readonly start: number | bigint;
  declare readonly stop: number | bigint;
  declare readonly step: number | bigint;
  constructor(start: number | bigint, stop: number | bigint, step: number | bigint) {
    super(T.range);
    this.start = start;
    this.stop = stop;
    this.step = step;
    if (typeof start === "number" && typeof stop === "number" && typeof step === "number") {
      const span = step > 0 ? stop - start : start - stop;
      if (Number.isSafeInteger(span)) {
        this.length = span <= 0 ? 0 : Math.floor((span - 1) / Math.abs(step)) + 1;
        return;
      }
    }
    const [a, b, s] = [BigInt(start), BigInt(stop), BigInt(step)];
    const span = s > 0n ? b - a : a - b;
    const count = span <= 0n ? 0n : (span - 1n) / (s < 0n ? -s : s) + 1n;
    this.length = count <= 9007199254740991n ? Number(count) : count;
  }
  override structKey(): Key | undefined {
    if (this.length === 0) return "\0r0";
    if (this.length === 1) return `\0r1,${this.start}`;
    return `\0r${this.length},${this.start},${this.step}`;
  }
}

// --- functions ---------------------------------------------------------------------------------------------------

/** A variable shared by closures. */
export class Cell extends PyObj {
  declare v: Value;
  constructor(v: Value) {
    super(T.cell);
    this.v = v;
  }
}

export class PyCode extends PyObj {
  declare readonly code: Code;
  constructor(code: Code) {
    super(T.code);
    this.code = code;
  }
}

export class PyFunction extends PyInst {
  declare code: Code;
  declare globals: PyDict;
  /** Positional defaults, for the last parameters. */
  declare defaults: Value[] | null;
  declare kwDefaults: PyDict | null;
  declare closure: Cell[] | null;
  declare name: string;
  declare qualname: string;
  declare doc: Value;
  declare module: Value;
  declare annotations: PyDict | null;
  declare typeParams: PyTuple | null;
  constructor(code: Code, globals: PyDict) {
    super(T.function);
    this.defaults = null;
    this.kwDefaults = null;
    this.closure = null;
    this.annotations = null;
    this.typeParams = null;
    this.code = code;
    this.globals = globals;
    this.name = code.name;
    this.qualname = code.qualname;
    const doc = code.consts[0];
    this.doc = typeof doc === "string" ? doc : None;
    this.module = globals.getStr("__name__") ?? None;
  }
}

/** A function and the object it is bound to. */
export class PyMethod implements PyObj {
  declare cls: PyType;
  declare readonly func: Value;
  declare readonly self: Value;
  constructor(func: Value, self: Value) {
    this.cls = T.method;
    this.func = func;
    this.self = self;
  }
  structKey(): Key | undefined {
    return sequenceKey("\0m", [this.func, this.self]);
  }
}
inherit(PyMethod, PyObj);

/** How a native function takes its arguments. */
export interface Signature {
  readonly name: string;
  /** Parameter names in the order in which the implementation takes them. */
  readonly params: readonly string[];
  readonly posOnly: number;
  /** Positional parameters in all. */
  readonly positional: number;
  /** Positional parameters without a default. */
  readonly required: number;
  /** Index of `*args` among the implementation's parameters, or -1. */
  readonly varArgs: number;
  readonly kwOnly: readonly string[];
  /** Keyword-only parameters that must be given. */
  readonly kwRequired: readonly string[];
  readonly varKw: boolean;
  readonly text: string;
}

// biome-ignore lint/suspicious/noExplicitAny: implementations take as many parameters as their signature says
export type Native = (vm: any, ...args: any[]) => Value;

/** A function of the host's library. Immutable, so shared by all machines. */
export class PyBuiltin extends PyObj {
  /** Calls go straight to the implementation: positional parameters only. */
  declare readonly simple: boolean;
  /** Guest code may decide (for hash and equality): see {@link PyType.hashMode}. */
  declare opaque: boolean;
  declare doc: string | null;
  declare readonly sig: Signature;
  declare readonly fn: Native;
  declare readonly kind: "function" | "method";
  declare readonly self: Value;
  declare readonly owner: PyType | null;
  declare readonly module: string | null;
  constructor(
    sig: Signature,
    fn: Native,
    kind: "function" | "method",
    self: Value = undefined,
    owner: PyType | null = null,
    module: string | null = null,
  ) {
    super(self !== undefined || kind === "function" ? T.builtin : T.methodDescriptor);
    this.opaque = false;
    this.doc = null;
    this.sig = sig;
    this.fn = fn;
    this.kind = kind;
    this.self = self;
    this.owner = owner;
    this.module = module;
    this.simple = sig.varArgs < 0 && !sig.varKw && sig.kwOnly.length === 0;
  }
  override structKey(): Key | undefined {
    return this.self === undefined
      ? this
      : `\0u${identityOf(this.fn)},${typeof this.self === "object" ? identityOf(this.self) : String(this.self)}`;
  }
  bind(self: Value): PyBuiltin {
    return new PyBuiltin(this.sig, this.fn, this.kind, self, this.owner, this.module);
  }
}

/** An attribute of a built-in type that is computed. */
export class GetSet extends PyObj {
  declare readonly name: string;
  declare readonly get: (vm: Value, self: Value) => Value;
  declare readonly set: ((vm: Value, self: Value, value: Value | undefined) => Value) | null;
  declare owner: PyType | null;
  /** `set` takes `undefined` too, which deletes. */
  declare readonly erasable: boolean;
  constructor(
    name: string,
    get: (vm: Value, self: Value) => Value,
    set: ((vm: Value, self: Value, value: Value | undefined) => Value) | null,
    owner: PyType | null = null,
    erasable = false,
  ) {
    super(T.getset);
    this.name = name;
    this.get = get;
    this.set = set;
    this.owner = owner;
    this.erasable = erasable;
  }
}

/** An attribute declared in `__slots__`. */
export class Member extends PyObj {
  declare readonly name: string;
  declare readonly owner: PyType;
  declare readonly slot: number;
  constructor(name: string, owner: PyType, slot: number) {
    super(T.member);
    this.name = name;
    this.owner = owner;
    this.slot = slot;
  }
}

export class PyProperty extends PyInst {
  declare fget: Value;
  declare fset: Value;
  declare fdel: Value;
  declare doc: Value;
  constructor(fget: Value, fset: Value, fdel: Value, doc: Value, cls: PyType = T.property) {
    super(cls);
    this.name = undefined;
    this.fget = fget;
    this.fset = fset;
    this.fdel = fdel;
    this.doc = doc;
  }
  declare name: Value;
}

export class PyStaticMethod extends PyInst {
  declare func: Value;
  constructor(func: Value, cls: PyType = T.staticmethod) {
    super(cls);
    this.func = func;
  }
}

export class PyClassMethod extends PyInst {
  declare func: Value;
  constructor(func: Value, cls: PyType = T.classmethod) {
    super(cls);
    this.func = func;
  }
}

export class PySuper extends PyInst {
  declare start: PyType | null;
  declare self: Value;
  declare selfType: PyType | null;
  constructor(start: PyType | null, self: Value, selfType: PyType | null, cls: PyType = T.super) {
    super(cls);
    this.start = start;
    this.self = self;
    this.selfType = selfType;
  }
}

export class PyModule extends PyInst {
  declare readonly ns: PyDict;
  constructor(name: string, ns: PyDict = new PyDict(), cls: PyType = T.module) {
    super(cls);
    this.ns = ns;
    if (ns.getStr("__name__") === undefined) {
      ns.setStr("__name__", name);
      ns.setStr("__doc__", None);
      ns.setStr("__package__", None);
      ns.setStr("__loader__", None);
      ns.setStr("__spec__", None);
    }
  }
}

/** A read-only view of a mapping (`type.__dict__`). */
export class PyMappingProxy extends PyObj {
  declare readonly mapping: Value;
  constructor(mapping: Value) {
    super(T.mappingproxy);
    this.mapping = mapping;
  }
}

/** `dict.keys()`, `dict.values()`, `dict.items()`. */
export class PyDictView extends PyObj {
  declare readonly dict: PyDict;
  declare readonly what: 0 | 1 | 2;
  constructor(dict: PyDict, what: 0 | 1 | 2) {
    super(what === 0 ? T.dictKeys : what === 1 ? T.dictValues : T.dictItems);
    this.dict = dict;
    this.what = what;
  }
}

/** An attribute bag for `types.SimpleNamespace`-like native instances and opaque host handles. */
export class PyHandle extends PyObj {
  declare readonly label: string;
  declare readonly id: number;
  constructor(label: string, id: number) {
    super(T.handle);
    this.label = label;
    this.id = id;
  }
}

// --- exceptions --------------------------------------------------------------------------------------------------

export class PyException implements PyInst {
  declare cls: PyType;
  declare shape: Shape | null;
  declare slots: Value[];
  declare dict: PyDict | null;
  declare members: Value[] | null;
  declare args: PyTuple;
  declare cause: Value;
  declare context: Value;
  declare suppress: boolean;
  declare traceback: Value;
  /** Attributes that its type provides, such as the `value` of StopIteration. */
  declare fields: PyDict | null;
  constructor(cls: PyType, args: Value[] = []) {
    const shape = cls.instanceShape;
    this.cls = cls;
    this.dict = null;
    this.members = null;
    this.shape = shape;
    this.slots = shape === null ? NO_SLOTS : [];
    this.fields = null;
    this.suppress = false;
    this.args = new PyTuple(args);
    this.cause = None;
    this.context = None;
    this.traceback = None;
  }
  structKey(): Key | undefined {
    return this;
  }
}
inherit(PyException, PyInst);

/** One line of a traceback. */
export class PyTraceback extends PyObj {
  declare next: Value;
  declare readonly frame: Value;
  declare readonly code: Code;
  declare readonly pc: number;
  declare readonly line: number;
  constructor(next: Value, frame: Value, code: Code, pc: number, line: number) {
    super(T.traceback);
    this.next = next;
    this.frame = frame;
    this.code = code;
    this.pc = pc;
    this.line = line;
  }
}

/** What native code throws to raise a guest exception. Not an `Error`: no host stack is recorded. */
export class Raise {
  declare readonly exc: PyException;
  constructor(exc: PyException) {
    this.exc = exc;
  }
}

// --- iterators ---------------------------------------------------------------------------------------------------

/**
 * Iterator whose next item needs no guest code: `next` gives a value, or `undefined` at the end. State is in plain
 * fields, so that a snapshot can hold it.
 */
export abstract class PyIter extends PyObj {
  abstract next(vm: Value): Value;
  /** Items that are left, when known without side effects. */
  hint(): number {
    return 0;
  }
}

/** Iterator whose next item may need guest code: `step` gives a value, `undefined` at the end, or CALL. */
export abstract class PyStepIter extends PyInst {
  abstract step(vm: Value): Value;
}

// --- types -------------------------------------------------------------------------------------------------------

/** The built-in types by role; filled by the bootstrap below and by the library. */
export const T = {} as Record<
  | "object"
  | "type"
  | "none"
  | "notImplemented"
  | "ellipsis"
  | "int"
  | "bool"
  | "float"
  | "complex"
  | "str"
  | "bytes"
  | "bytearray"
  | "memoryview"
  | "tuple"
  | "list"
  | "dict"
  | "set"
  | "frozenset"
  | "slice"
  | "range"
  | "cell"
  | "code"
  | "function"
  | "method"
  | "builtin"
  | "methodDescriptor"
  | "getset"
  | "member"
  | "property"
  | "staticmethod"
  | "classmethod"
  | "super"
  | "module"
  | "mappingproxy"
  | "dictKeys"
  | "dictValues"
  | "dictItems"
  | "handle"
  | "traceback"
  | "frame"
  | "generator"
  | "coroutine"
  | "asyncGenerator"
  | "iterator"
  | "coroutineWrapper"
  | "asyncGenItem"
  | "union"
  | "genericAlias"
  | "asyncGenWrapped"
  | "typeVar"
  | "paramSpec"
  | "typeVarTuple"
  | "typeAlias"
  | "wrapper",
  PyType
>;

function rawType(meta: PyType | null, name: string, base: PyType | null, layout: Layout): PyType {
  const ns = Object.create(PyDict.prototype) as PyDict;
  const type = new PyType(meta, name, base ? [base] : [], layout, ns);
  type.mro = base ? [type, ...base.mro] : [type];
  return type;
}

// `type` and `object` need each other, and both need dicts: the namespaces are completed once `dict` exists.
T.type = rawType(null, "type", null, "type");
T.object = rawType(T.type, "object", null, "object");
T.type.bases = [T.object];
T.type.mro = [T.type, T.object];
T.dict = rawType(T.type, "dict", T.object, "dict");
T.dict.instanceShape = null;
T.type.instanceShape = null;
T.object.instanceShape = null;
for (const type of [T.type, T.object, T.dict]) (type as unknown as { own: PyDict }).own = new PyDict(T.dict);

/** All built-in types, in the order in which they are declared. */
export const builtinTypes: PyType[] = [T.type, T.object, T.dict];

/** Makes a built-in type. Instances have no attributes of their own unless `dict` is set. */
export function builtinType(
  name: string,
  base: PyType = T.object,
  layout: Layout = base.layout,
  options: { dict?: boolean; final?: boolean; module?: string } = {},
): PyType {
  const type = new PyType(T.type, name, [base], layout, new PyDict(T.dict));
  type.mro = [type, ...base.mro];
  type.instanceShape = options.dict ? new Shape([]) : base.instanceShape === null ? null : new Shape([]);
  type.isFinal = options.final ?? false;
  builtinTypes.push(type);
  if (options.module) type.later(() => type.ns.setStr("__module__", options.module!));
  return type;
}

T.none = builtinType("NoneType", T.object, "other", { final: true });
T.notImplemented = builtinType("NotImplementedType", T.object, "other", { final: true });
T.ellipsis = builtinType("ellipsis", T.object, "other", { final: true });
T.int = builtinType("int", T.object, "int");
T.bool = builtinType("bool", T.int, "int", { final: true });
T.float = builtinType("float", T.object, "float");
PyFloat.prototype.cls = T.float;
T.complex = builtinType("complex", T.object, "complex");
T.str = builtinType("str", T.object, "str");
T.bytes = builtinType("bytes", T.object, "bytes");
T.bytearray = builtinType("bytearray", T.object, "bytearray");
T.memoryview = builtinType("memoryview", T.object, "other", { final: true });
T.tuple = builtinType("tuple", T.object, "tuple");
T.list = builtinType("list", T.object, "list");
T.set = builtinType("set", T.object, "set");
T.frozenset = builtinType("frozenset", T.object, "frozenset");
T.slice = builtinType("slice", T.object, "other", { final: true });
T.range = builtinType("range", T.object, "other", { final: true });
T.cell = builtinType("cell", T.object, "other", { final: true });
T.code = builtinType("code", T.object, "other", { final: true });
T.function = builtinType("function", T.object, "other", { final: true, dict: true });
T.method = builtinType("method", T.object, "other", { final: true });
T.builtin = builtinType("builtin_function_or_method", T.object, "other", { final: true });
T.methodDescriptor = builtinType("method_descriptor", T.object, "other", { final: true });
T.wrapper = builtinType("wrapper_descriptor", T.object, "other", { final: true });
T.getset = builtinType("getset_descriptor", T.object, "other", { final: true });
T.member = builtinType("member_descriptor", T.object, "other", { final: true });
T.property = builtinType("property", T.object, "property");
T.staticmethod = builtinType("staticmethod", T.object, "staticmethod", { dict: true });
T.classmethod = builtinType("classmethod", T.object, "classmethod", { dict: true });
T.super = builtinType("super", T.object, "super");
T.module = builtinType("module", T.object, "module");
T.mappingproxy = builtinType("mappingproxy", T.object, "other", { final: true });
T.dictKeys = builtinType("dict_keys", T.object, "other", { final: true });
T.dictValues = builtinType("dict_values", T.object, "other", { final: true });
T.dictItems = builtinType("dict_items", T.object, "other", { final: true });
T.handle = builtinType("host_object", T.object, "other", { final: true });
T.traceback = builtinType("traceback", T.object, "other", { final: true });
T.frame = builtinType("frame", T.object, "other", { final: true });
T.generator = builtinType("generator", T.object, "other", { final: true });
T.coroutine = builtinType("coroutine", T.object, "other", { final: true });
T.asyncGenerator = builtinType("async_generator", T.object, "other", { final: true });
T.coroutineWrapper = builtinType("coroutine_wrapper", T.object, "other", { final: true });
T.asyncGenItem = builtinType("async_generator_asend", T.object, "other", { final: true });
T.asyncGenWrapped = builtinType("async_generator_wrapped_value", T.object, "other", { final: true });
T.union = builtinType("UnionType", T.object, "other", { final: true, module: "types" });
T.genericAlias = builtinType("GenericAlias", T.object, "other", { module: "types" });
T.typeVar = builtinType("TypeVar", T.object, "other", { final: true, module: "typing", dict: true });
T.paramSpec = builtinType("ParamSpec", T.object, "other", { final: true, module: "typing", dict: true });
T.typeVarTuple = builtinType("TypeVarTuple", T.object, "other", { final: true, module: "typing", dict: true });
T.typeAlias = builtinType("TypeAliasType", T.object, "other", { final: true, module: "typing", dict: true });

export const None: PyNone = new PyNone(T.none);
export const NotImplemented: PyNotImplemented = new PyNotImplemented(T.notImplemented);
export const Ellipsis: PyEllipsis = new PyEllipsis(T.ellipsis);

/** The type of any value. */
export function typeOf(v: Value): PyType {
  switch (typeof v) {
    case "number":
    case "bigint":
      return T.int;
    case "string":
      return T.str;
    case "boolean":
      return T.bool;
    default:
      return v.cls;
  }
}

/** What a native function answers when it has pushed a frame whose result will be its own. */
export const CALL = Object.freeze({ call: true });
