/** `object`, `type`, descriptors, functions, modules and the other types of the machine itself. */

import { CodeFlag } from "../bytecode/code.js";
import {
  CALL,
  Cell,
  Ellipsis,
  GetSet,
  identityHash,
  identityOf,
  type Layout,
  Member,
  None,
  NotImplemented,
  PyBuiltin,
  PyBytes,
  PyClassMethod,
  PyCode,
  PyDict,
  PyFunction,
  PyInst,
  PyList,
  PyMappingProxy,
  PyMethod,
  PyModule,
  PyProperty,
  PyStaticMethod,
  type PySuper,
  PyTraceback,
  PyTuple,
  PyType,
  Shape,
  T,
  typeOf,
  type Value,
} from "../objects/core.js";
import { attributeError, E, raise, runtimeError, typeError, typeName, valueError } from "../objects/errors.js";
import {
  bindDescriptor,
  genericGetattr,
  genericSetattr,
  getattr,
  hasOwnStorage,
  memberStore,
  noAttribute,
  ownAttribute,
  ownDict,
  raiseAgain,
  setComputed,
  superLookup,
} from "../runtime/attributes.js";
import {
  allocate,
  call,
  callMethod,
  callSpecial,
  checkAbstract,
  objectMethods,
  runCode,
  typeCall,
} from "../runtime/calls.js";
import { continuation, type Frame } from "../runtime/frame.js";
import type { Machine } from "../runtime/machine.js";
import { installBinder, truth } from "../runtime/operators.js";
import { address, plainString, repr, reprFast, slowRepr, str, typePath } from "../runtime/text.js";
import { classMethods, getters, methods, statics } from "./define.js";

const name = (v: Value): string => {
  if (typeof v === "string") return v;
  if (typeOf(v).isSubtype(T.str)) return plainString(v);
  throw typeError(`attribute name must be string, not '${typeName(v)}'`);
};

// --- object ------------------------------------------------------------------------------------------------------

const NEGATE = continuation("object.ne", (_vm, value) => (value === NotImplemented ? value : !value));

const NE_TRUTH = continuation("object.ne.truth", (vm: Machine, value) =>
  value === NotImplemented ? value : vm.then(NEGATE, null, () => truth(vm, value)),
);

statics(T.object, () => ({
  "__new__(cls, *args, **kw)": (vm: Machine, cls, args, kw) => {
    if (!(cls instanceof PyType)) throw typeError("object.__new__(X): X is not a type object");
    const custom = cls.lookup("__init__") !== objectMethods.init;
    if ((args.length > 0 || kw.size > 0) && (!custom || cls.lookup("__new__") !== objectMethods.new)) {
      if (cls.lookup("__new__") !== objectMethods.new)
        throw typeError("object.__new__() takes exactly one argument (the type to instantiate)");
      throw typeError(`${cls.name}() takes no arguments`);
    }
    if (cls.layout !== "object") {
      const native = cls.mro.find((base) => !base.isHeap) ?? cls;
      throw typeError(`object.__new__(${cls.name}) is not safe, use ${native.name}.__new__()`);
    }
    checkAbstract(cls);
    return allocate(vm, cls);
  },
}));
objectMethods.new = T.object.ns.getStr("__new__");

methods(T.object, () => ({
  "__init__(self, *args, **kw)": (_vm, self, args, kw) => {
    const type = typeOf(self);
    if (args.length === 0 && kw.size === 0) return None;
    if (type.lookup("__init__") !== objectMethods.init)
      throw typeError("object.__init__() takes exactly one argument (the instance to initialize)");
    if (type.lookup("__new__") === objectMethods.new)
      throw typeError(`${type.name}.__init__() takes exactly one argument (the instance to initialize)`);
    return None;
  },
  "__repr__(self)": (vm: Machine, self) =>
    self instanceof PyInst && self.cls.layout === "object"
      ? `<${typePath(self.cls)} object at ${address(self)}>`
      : (reprFast(vm, self) ?? slowRepr(vm, self)),
  "__str__(self)": (vm: Machine, self) => repr(vm, self),
  "__format__(self, spec, /)": (vm: Machine, self, spec) => {
    if (plainString(spec) !== "") throw typeError(`unsupported format string passed to ${typeName(self)}.__format__`);
    return str(vm, self);
  },
  "__eq__(self, other, /)": (_vm, self, other) => (self === other ? true : NotImplemented),
  "__ne__(self, other, /)": (vm: Machine, self, other) =>
    vm.then(NE_TRUTH, null, () => {
      const r = callSpecial(vm, self, "__eq__", [other]);
      return r;
    }),
  "__lt__(self, other, /)": () => NotImplemented,
  "__le__(self, other, /)": () => NotImplemented,
  "__gt__(self, other, /)": () => NotImplemented,
  "__ge__(self, other, /)": () => NotImplemented,
  "__hash__(self)": (_vm, self) => (typeof self === "object" ? identityOf(self) / 16 : 0),
  "__getattribute__(self, name, /)": (vm: Machine, self, n) => genericGetattr(vm, self, name(n)),
  "__setattr__(self, name, value, /)": (vm: Machine, self, n, value) => genericSetattr(vm, self, name(n), value),
  "__delattr__(self, name, /)": (vm: Machine, self, n) => genericSetattr(vm, self, name(n), undefined),
  "__dir__(self)": (vm: Machine, self) => new PyList(directory(vm, self)),
  "__sizeof__(self)": () => 32,
  "__reduce__(self)": (vm: Machine, self) => call(vm, vm.routine("object_reduce"), [self]),
  "__reduce_ex__(self, protocol, /)": (vm: Machine, self) => callMethod(vm, self, "__reduce__", []),
  "__getstate__(self)": (_vm, self) => (hasOwnStorage(self) ? copyOf(ownDict(self)) : None),
}));
classMethods(T.object, () => ({
  "__init_subclass__(cls, **kw)": (_vm, cls, kw) => {
    if (kw.size > 0) throw typeError(`${cls.name}.__init_subclass__() takes no keyword arguments`);
    return None;
  },
  "__subclasshook__(cls, other, /)": () => NotImplemented,
}));
objectMethods.init = T.object.ns.getStr("__init__");
identityHash.hash = T.object.ns.getStr("__hash__");
identityHash.eq = T.object.ns.getStr("__eq__");
getters(T.object, () => ({
  __class__: [
    (_vm, self) => typeOf(self),
    (_vm, self, type) => {
      if (!(type instanceof PyType))
        throw typeError(`__class__ must be set to a class, not '${typeName(type)}' object`);
      const old = typeOf(self);
      if (self instanceof PyModule && type.isSubtype(T.module)) {
        self.cls = type;
        return None;
      }
      if (!type.isHeap || !old.isHeap)
        throw typeError("__class__ assignment only supported for mutable types or ModuleType subclasses");
      if (
        type.layout !== old.layout ||
        (type.instanceShape === null) !== (old.instanceShape === null) ||
        type.slotNames.join() !== old.slotNames.join()
      )
        throw typeError(`__class__ assignment: '${type.name}' object layout differs from '${old.name}'`);
      const inst = self as PyInst;
      if (inst.shape !== null) {
        let shape = type.instanceShape!;
        for (const n of inst.shape.names) shape = shape.with(n);
        inst.shape = shape;
      }
      inst.cls = type;
      return None;
    },
  ],
  __doc__: (_vm, self) =>
    typeOf(self).lookup("__doc__") instanceof GetSet ? None : (typeOf(self).lookup("__doc__") ?? None),
}));

export const copyOf = (dict: PyDict): PyDict => {
  const copy = new PyDict();
  copy.copyFrom(dict);
  return copy;
};

function directory(vm: Machine, self: Value): Value[] {
  const names = new Set<string>();
  const add = (dict: PyDict): void => {
    for (const k of dict.liveKeys()) if (typeof k === "string") names.add(k);
  };
  if (self instanceof PyModule) add(self.ns);
  else if (self instanceof PyType) for (const type of self.mro) add(type.ns);
  else {
    if (hasOwnStorage(self)) {
      if (self.dict) add(self.dict);
      else for (const n of self.shape!.names) names.add(n);
    }
    for (const type of typeOf(self).mro) add(type.ns);
  }
  vm.charge(names.size >> 2);
  return [...names].sort();
}

/** `__dict__` of instances. */
export const instanceDict = new GetSet(
  "__dict__",
  (_vm, self) => {
    if (!hasOwnStorage(self)) throw noAttribute(self, "__dict__");
    return ownDict(self);
  },
  (_vm, self, value) => {
    if (value === undefined && hasOwnStorage(self)) {
      ownDict(self);
      self.dict = new PyDict();
      return None;
    }
    if (!(value instanceof PyDict)) throw typeError(`__dict__ must be set to a dictionary, not a '${typeName(value)}'`);
    if (!hasOwnStorage(self)) throw noAttribute(self, "__dict__");
    ownDict(self);
    self.dict = value;
    return None;
  },
  null,
  true,
);

// --- type --------------------------------------------------------------------------------------------------------

function linearise(type: PyType, bases: readonly PyType[]): PyType[] {
  const lists = [...bases.map((b) => [...b.mro]), [...bases]];
  const out = [type];
  for (;;) {
    const open = lists.filter((l) => l.length > 0);
    if (open.length === 0) return out;
    const head = open.map((l) => l[0]!).find((candidate) => !open.some((l) => l.indexOf(candidate) > 0));
    if (!head) {
      const names = [...new Set(open.map((l) => l[0]!.name))].join(", ");
      throw typeError(`Cannot create a consistent method resolution\norder (MRO) for bases ${names}`);
    }
    out.push(head);
    for (const l of lists) if (l[0] === head) l.shift();
  }
}

/** Brings the order of resolution of all that is derived from a class up to date. */
function relinearise(type: PyType): void {
  for (const ref of type.derived) {
    const sub = ref.deref();
    if (!sub?.bases.includes(type)) continue;
    sub.mro = linearise(sub, sub.bases);
    sub.changed();
    relinearise(sub);
  }
}

const solid = (layout: Layout): boolean => layout !== "object";

function bestLayout(bases: readonly PyType[]): Layout {
  let found: Layout = "object";
  for (const base of bases) {
    if (!solid(base.layout)) continue;
    if (found !== "object" && found !== base.layout) throw typeError("multiple bases have instance lay-out conflict");
    found = base.layout;
  }
  return found;
}

const METACLASS_CONFLICT =
  "metaclass conflict: the metaclass of a derived class must be a (non-strict) subclass of the metaclasses of all its bases";

/** The most derived metatype of the bases. */
export function metatypeOf(start: PyType, bases: readonly PyType[]): PyType {
  let winner = start;
  for (const base of bases) {
    if (winner.isSubtype(base.cls)) continue;
    if (base.cls.isSubtype(winner)) {
      winner = base.cls;
      continue;
    }
    throw typeError(METACLASS_CONFLICT);
  }
  return winner;
}

/** Makes a class from its parts. Answers the class, or CALL while hooks run. */
export function makeClass(
  vm: Machine,
  meta: PyType,
  className: string,
  given: readonly Value[],
  namespace: PyDict,
  kw: PyDict | null,
): Value {
  const bases: PyType[] = given.length > 0 ? [...given] : [T.object];
  for (const base of bases) {
    if (!(base instanceof PyType)) throw typeError(METACLASS_CONFLICT);
    if (base.isFinal) throw typeError(`type '${base.name}' is not an acceptable base type`);
  }
  if (new Set(bases).size < bases.length) {
    const twice = bases.find((b, i) => bases.indexOf(b) !== i)!;
    throw typeError(`duplicate base class ${twice.name}`);
  }
  const winner = metatypeOf(meta, bases);
  vm.alloc(400 + 64 * namespace.size);
  const ns = new PyDict();
  ns.copyFrom(namespace);
  const layout = bestLayout(bases);
  const type = new PyType(winner, className, bases, layout, ns);
  type.isHeap = true;
  const qualname = ns.getStr("__qualname__");
  if (qualname !== undefined) {
    if (typeof qualname !== "string") throw typeError(`type __qualname__ must be a str, not ${typeName(qualname)}`);
    type.qualname = qualname;
    ns.delStr("__qualname__");
  }
  const cell = ns.getStr("__classcell__");
  ns.delStr("__classcell__");
  ns.delStr("__classdictcell__");
  type.mro = linearise(type, bases);
  vm.charge(2 * type.mro.length);
  if (ns.getStr("__module__") === undefined) {
    const module = vm.currentFrame()?.globals.getStr("__name__");
    if (module !== undefined) ns.setStr("__module__", module);
  }
  if (ns.getStr("__doc__") === undefined) ns.setStr("__doc__", None);
  // `__new__` is a static method, these two are class methods, without being said so.
  for (const n of ["__init_subclass__", "__class_getitem__"]) {
    const f = ns.getStr(n);
    if (f instanceof PyFunction) ns.setStr(n, new PyClassMethod(f));
  }
  const make = ns.getStr("__new__");
  if (make instanceof PyFunction) ns.setStr("__new__", new PyStaticMethod(make));
  if (ns.getStr("__eq__") !== undefined && ns.getStr("__hash__") === undefined) ns.setStr("__hash__", None);
  installSlots(type, bases, ns);
  if (cell instanceof Cell) cell.v = type;
  const listed = new Set<PyType>();
  for (const base of bases) {
    // Built-in types never change, and outlive the machine.
    if (base.isHeap) base.derived.push(new WeakRef(type));
    if (!listed.has(base)) {
      listed.add(base);
      const list = vm.subclasses.get(base);
      if (list) list.push(type);
      else vm.subclasses.set(base, [type]);
    }
  }
  if (winner.lookup("mro") !== T.type.ns.getStr("mro"))
    return vm.then(CUSTOM_MRO, { type, kw }, () => callMethod(vm, type, "mro", []));
  return finishClass(vm, type, kw);
}

const CUSTOM_MRO = continuation("type.mro", (vm: Machine, value, state) => {
  if (!(value instanceof PyList || value instanceof PyTuple))
    throw typeError(`mro() returned a non-sequence ('${typeName(value)}')`);
  for (const base of value.items) {
    if (!(base instanceof PyType)) throw typeError(`mro() returned a non-class ('${typeName(base)}')`);
    if (solid(base.layout) && base.layout !== state.type.layout)
      throw typeError(`mro() returned base with unsuitable layout ('${base.name}')`);
  }
  state.type.mro = [...value.items];
  state.type.changed();
  return finishClass(vm, state.type, state.kw);
});

const CLASS_READY = continuation("type.ready", (_vm, _value, type) => type);

function finishClass(vm: Machine, type: PyType, kw: PyDict | null): Value {
  const named: Value[] = [];
  for (const [k, v] of type.ns.liveEntries()) {
    if (v instanceof PyProperty) v.name ??= k;
    if (typeof v === "object" && !(v instanceof PyFunction) && v.cls.lookup("__set_name__") !== undefined)
      named.push(new PyTuple([k, v]));
  }
  const hook = superLookup(type, type, "__init_subclass__");
  const plainHook = hook === T.object.ns.getStr("__init_subclass__");
  if (named.length === 0 && plainHook && (!kw || kw.size === 0)) return type;
  return vm.then(CLASS_READY, type, () =>
    call(vm, vm.routine("finish_class"), [type, new PyTuple(named), kw ?? new PyDict()]),
  );
}

function installSlots(type: PyType, bases: readonly PyType[], ns: PyDict): void {
  const slots = ns.getStr("__slots__");
  const inherited = bases.find((b) => b.slotNames.length > 0);
  type.slotNames = inherited ? [...inherited.slotNames] : [];
  const baseHasDict = bases.some((b) => b.instanceShape !== null);
  if (slots === undefined) {
    type.instanceShape = new Shape([]);
    if (!baseHasDict && type.layout !== "type") {
      ns.setStr("__dict__", instanceDict);
      ns.setStr("__weakref__", weakReference);
    }
    return;
  }
  const names: Value[] =
    typeof slots === "string"
      ? [slots]
      : slots instanceof PyTuple || slots instanceof PyList
        ? slots.items
        : slots instanceof PyDict
          ? slots.liveKeys()
          : [];
  let dict = baseHasDict;
  for (const raw of names) {
    if (typeof raw !== "string") throw typeError(`__slots__ items must be strings, not '${typeName(raw)}'`);
    if (raw === "__dict__") {
      dict = true;
      ns.setStr("__dict__", instanceDict);
      continue;
    }
    if (raw === "__weakref__") continue;
    if (!/^[\p{L}_][\p{L}\p{N}_]*$/u.test(raw)) throw typeError("__slots__ must be identifiers");
    const mangled = raw.startsWith("__") && !raw.endsWith("__") ? `_${type.name.replace(/^_+/, "")}${raw}` : raw;
    if (ns.getStr(mangled) !== undefined) throw valueError(`'${mangled}' in __slots__ conflicts with class variable`);
    ns.setStr(mangled, new Member(mangled, type, type.slotNames.length));
    type.slotNames.push(mangled);
  }
  type.instanceShape = dict ? new Shape([]) : null;
}

export const weakReference = new GetSet("__weakref__", () => None, null);

function typeNew(vm: Machine, meta: PyType, args: readonly Value[], kw: PyDict): Value {
  if (args.length !== 3) throw typeError(`type() takes 1 or 3 arguments`);
  const [n, bases, ns] = args;
  if (bases instanceof PyTuple && bases.items.every((base) => base instanceof PyType)) {
    // A more derived metatype among the bases makes the class itself.
    const winner = metatypeOf(meta, bases.items);
    let make = winner === meta ? undefined : winner.lookup("__new__");
    if (make instanceof PyStaticMethod) make = make.func;
    if (make !== undefined && make !== T.type.ns.getStr("__new__"))
      return call(vm, make, [winner, ...args, ...kw.liveValues()], kw.size > 0 ? (kw.liveKeys() as string[]) : null);
  }
  if (typeof n !== "string") throw typeError(`type.__new__() argument 1 must be str, not ${typeName(n)}`);
  if (!(bases instanceof PyTuple)) throw typeError(`type.__new__() argument 2 must be tuple, not ${typeName(bases)}`);
  if (!(ns instanceof PyDict)) throw typeError(`type.__new__() argument 3 must be dict, not ${typeName(ns)}`);
  for (const base of bases.items)
    if (!(base instanceof PyType) && typeof base === "object" && base.cls.lookup("__mro_entries__") !== undefined)
      throw typeError("type() doesn't support MRO entry resolution; use types.new_class()");
  return makeClass(vm, meta, n, bases.items, ns, kw);
}

statics(T.type, { "__new__(cls, *args, **kw)": (vm: Machine, cls, args, kw) => typeNew(vm, cls, args, kw) });
methods(T.type, () => ({
  "__init__(self, *args, **kw)": () => None,
  "__call__(self, *args, **kw)": (vm: Machine, self, args, kw) =>
    typeCall(vm, self, [...args, ...kw.liveValues()], kw.size > 0 ? kw.liveKeys() : null),
  "__repr__(self)": (_vm, self) => `<class '${typePath(self)}'>`,
  "mro(self)": (_vm, self) => new PyList(linearise(self, self.bases)),
  "__subclasses__(self)": (vm: Machine, self) => new PyList([...(vm.subclasses.get(self) ?? [])]),
  "__instancecheck__(self, instance, /)": (_vm, self, instance) => typeOf(instance).isSubtype(self),
  "__subclasscheck__(self, other, /)": (_vm, self, other) => {
    if (!(other instanceof PyType)) throw typeError("issubclass() arg 1 must be a class");
    return other.isSubtype(self);
  },
  "__dir__(self)": (vm: Machine, self) => new PyList(directory(vm, self)),
  "__or__(self, other, /)": (vm: Machine, self, other) => call(vm, vm.routine("make_union"), [self, other]),
  "__ror__(self, other, /)": (vm: Machine, self, other) => call(vm, vm.routine("make_union"), [other, self]),
}));
objectMethods.typeCall = T.type.ns.getStr("__call__");
classMethods(T.type, { "__prepare__(cls, *args, **kw)": () => new PyDict() });
const heapOnly = (self: PyType, attribute: string): void => {
  if (!self.isHeap) throw typeError(`cannot set '${attribute}' attribute of immutable type '${self.name}'`);
};
getters(T.type, () => ({
  __name__: [
    (_vm, self) => self.name,
    (_vm, self, value) => {
      heapOnly(self, "__name__");
      if (typeof value !== "string")
        throw typeError(
          `can only assign string to ${self.name}.__name__, not '${value === undefined ? "NULL" : typeName(value)}'`,
        );
      self.name = value;
      return None;
    },
  ],
  __qualname__: [
    (_vm, self) => self.qualname,
    (_vm, self, value) => {
      heapOnly(self, "__qualname__");
      if (typeof value !== "string")
        throw typeError(`can only assign string to ${self.name}.__qualname__, not '${typeName(value)}'`);
      self.qualname = value;
      return None;
    },
  ],
  __module__: [
    (_vm, self) => {
      const own = self.ns.getStr("__module__");
      return own === undefined || own instanceof GetSet ? "builtins" : own;
    },
    (_vm, self, value) => {
      heapOnly(self, "__module__");
      self.ns.setStr("__module__", value);
      self.changed();
      return None;
    },
  ],
  __bases__: [
    (_vm, self) => new PyTuple([...self.bases]),
    (_vm, self, value) => {
      heapOnly(self, "__bases__");
      if (!(value instanceof PyTuple) || value.items.length === 0)
        throw typeError(`can only assign non-empty tuple to ${self.name}.__bases__, not ()`);
      for (const base of value.items) {
        if (!(base instanceof PyType))
          throw typeError(`${self.name}.__bases__ must be tuple of classes, not '${typeName(base)}'`);
        if (base.isSubtype(self)) throw typeError("a __bases__ item causes an inheritance cycle");
      }
      if (bestLayout(value.items) !== self.layout)
        throw typeError(
          `__bases__ assignment: '${value.items[0].name}' object layout differs from '${self.bases[0]!.name}'`,
        );
      const mro = linearise(self, value.items);
      self.bases = [...value.items];
      self.mro = mro;
      for (const base of self.bases) if (base.isHeap) base.derived.push(new WeakRef(self));
      self.changed();
      relinearise(self);
      return None;
    },
  ],
  __base__: (_vm, self) => self.bases.find((b: PyType) => b.layout === self.layout) ?? self.bases[0] ?? None,
  __mro__: (_vm, self) => new PyTuple([...self.mro]),
  __dict__: (_vm, self) => new PyMappingProxy(self.ns),
  __doc__: [
    (vm, self) => {
      const own = self.ns.getStr("__doc__");
      return own === undefined || own instanceof GetSet ? None : bindDescriptor(vm, own, undefined, self);
    },
    (_vm, self, value) => {
      heapOnly(self, "__doc__");
      self.ns.setStr("__doc__", value);
      self.changed();
      return None;
    },
  ],
  __abstractmethods__: [
    (_vm, self) => {
      const own = self.ns.getStr("__abstractmethods__");
      if (own === undefined || own instanceof GetSet)
        throw attributeError(self, "__abstractmethods__", "__abstractmethods__");
      return own;
    },
    (_vm, self, value) => {
      heapOnly(self, "__abstractmethods__");
      if (value === undefined) self.ns.delStr("__abstractmethods__");
      else self.ns.setStr("__abstractmethods__", value);
      self.changed();
      return None;
    },
    "erasable",
  ],
  __annotations__: [
    (_vm, self) => {
      const own = self.ns.getStr("__annotations__");
      if (own !== undefined && !(own instanceof GetSet)) return own;
      if (!self.isHeap)
        throw attributeError(self, "__annotations__", `type object '${self.name}' has no attribute '__annotations__'`);
      const made = new PyDict();
      self.ns.setStr("__annotations__", made);
      return made;
    },
    (_vm, self, value) => {
      heapOnly(self, "__annotations__");
      if (value === undefined) self.ns.delStr("__annotations__");
      else self.ns.setStr("__annotations__", value);
      self.changed();
      return None;
    },
    "erasable",
  ],
  __type_params__: (_vm, self) => self.ns.getStr("__type_params__") ?? new PyTuple([]),
  __basicsize__: () => 32,
  __flags__: (_vm, self) => (self.isHeap ? 512 : 0) | (self.isFinal ? 0 : 1024),
}));

// --- __build_class__ ---------------------------------------------------------------------------------------------

interface BuildState {
  meta: Value;
  name: string;
  bases: PyTuple;
  original: PyTuple;
  kw: PyDict;
  ns: Value;
  body: PyFunction;
}

const PREPARED = continuation("class.prepare", (vm: Machine, ns, state: BuildState) => {
  if (!(ns instanceof PyDict) && typeOf(ns).lookup("__getitem__") === undefined)
    throw typeError(
      `${state.meta instanceof PyType ? state.meta.name : "<metaclass>"}.__prepare__() must return a mapping, not ${typeName(ns)}`,
    );
  state.ns = ns;
  return vm.then(BODY_DONE, state, () => {
    runCode(vm, state.body.code, state.body.globals, ns, state.body.closure);
    (vm.frame as Frame).fn ??= null;
    return CALL;
  });
});

const BODY_DONE = continuation("class.body", (vm: Machine, cell, state: BuildState) => {
  if (state.original !== state.bases && state.ns instanceof PyDict) state.ns.setStr("__orig_bases__", state.original);
  const names = state.kw.liveKeys();
  return vm.then(CLASS_MADE, cell, () =>
    call(
      vm,
      state.meta,
      [state.name, state.bases, state.ns, ...state.kw.liveValues()],
      names.length > 0 ? names : null,
    ),
  );
});

const CLASS_MADE = continuation("class.made", (_vm, cls, cell) => {
  if (cell instanceof Cell && cls instanceof PyType) {
    if (cell.v === undefined)
      throw runtimeError(
        `__class__ not set defining '${cls.name}' as ${`<class '${typePath(cls)}'>`}. Was __classcell__ propagated to type.__new__?`,
      );
    if (cell.v !== cls)
      throw typeError(
        `__class__ set to ${`<class '${typePath(cell.v)}'>`} defining '${cls.name}' as ${`<class '${typePath(cls)}'>`}`,
      );
  }
  return cls;
});

const BASES_RESOLVED = continuation("class.bases", (vm: Machine, bases, state: BuildState) => {
  state.bases = bases;
  return prepareClass(vm, state);
});

function prepareClass(vm: Machine, state: BuildState): Value {
  const given = state.kw.getStr("metaclass");
  let meta: Value = given ?? (state.bases.items.length > 0 ? typeOf(state.bases.items[0]) : T.type);
  if (given !== undefined) state.kw.delStr("metaclass");
  if (meta instanceof PyType && meta.isSubtype(T.type))
    meta = metatypeOf(
      meta,
      state.bases.items.filter((b) => b instanceof PyType),
    );
  state.meta = meta;
  if (meta === T.type || (meta instanceof PyType && meta.lookup("__prepare__") === T.type.ns.getStr("__prepare__")))
    return PREPARED.value(vm, new PyDict(), state);
  return vm.then(PREPARED, state, () => {
    const prepare = meta instanceof PyType ? meta.lookup("__prepare__") : undefined;
    if (prepare === undefined && meta instanceof PyType) return new PyDict();
    return vm.then(PREPARE_CALL, state, () =>
      meta instanceof PyType
        ? bindDescriptor(vm, prepare, undefined, meta)
        : vm.then(PREPARE_MISSING, null, () => getattr(vm, meta, "__prepare__")),
    );
  });
}

const PREPARE_MISSING = continuation(
  "class.prepare.missing",
  (_vm, value) => value,
  (_vm, exc) => {
    if (exc.cls.isSubtype(E.AttributeError!)) return None;
    throw raiseAgain(exc);
  },
);

const PREPARE_CALL = continuation("class.prepare.call", (vm: Machine, prepare, state: BuildState) => {
  if (prepare === None) return new PyDict();
  const names = state.kw.liveKeys();
  return call(vm, prepare, [state.name, state.bases, ...state.kw.liveValues()], names.length > 0 ? names : null);
});

export function buildClass(vm: Machine, body: Value, className: Value, bases: Value[], kw: PyDict): Value {
  if (!(body instanceof PyFunction)) throw typeError("__build_class__: func must be a function");
  if (typeof className !== "string") throw typeError("__build_class__: name is not a string");
  const tuple = new PyTuple(bases);
  const state: BuildState = { meta: T.type, name: className, bases: tuple, original: tuple, kw, ns: None, body };
  if (bases.some((b) => !(b instanceof PyType) && typeOf(b).lookup("__mro_entries__") !== undefined))
    return vm.then(BASES_RESOLVED, state, () => call(vm, vm.routine("resolve_bases"), [tuple]));
  return prepareClass(vm, state);
}

// --- descriptors -------------------------------------------------------------------------------------------------

statics(T.property, { "__new__(cls, *args, **kw)": (vm: Machine, cls) => allocate(vm, cls) });
methods(T.property, () => ({
  "__init__(self, fget=, fset=, fdel=, doc=)": (vm: Machine, self, fget, fset, fdel, doc) => {
    self.fget = fget ?? None;
    self.fset = fset ?? None;
    self.fdel = fdel ?? None;
    self.doc = doc ?? (fget instanceof PyFunction ? fget.doc : None);
    void vm;
    return None;
  },
  "getter(self, f, /)": (vm: Machine, self, f) => call(vm, self.cls, [f, self.fset, self.fdel, self.doc]),
  "setter(self, f, /)": (vm: Machine, self, f) => call(vm, self.cls, [self.fget, f, self.fdel, self.doc]),
  "deleter(self, f, /)": (vm: Machine, self, f) => call(vm, self.cls, [self.fget, self.fset, f, self.doc]),
  "__get__(self, object, type=, /)": (vm: Machine, self, object) => {
    if (object === None || object === undefined) return self;
    if (self.fget === None) throw raise(E.AttributeError!, "property has no getter");
    return call(vm, self.fget, [object]);
  },
  "__set__(self, object, value, /)": (vm: Machine, self, object, value) => {
    if (self.fset === None) throw raise(E.AttributeError!, "property has no setter");
    return call(vm, self.fset, [object, value]);
  },
  "__delete__(self, object, /)": (vm: Machine, self, object) => {
    if (self.fdel === None) throw raise(E.AttributeError!, "property has no deleter");
    return call(vm, self.fdel, [object]);
  },
  "__set_name__(self, owner, name, /)": (_vm, self, _owner, n) => {
    self.name = n;
    return None;
  },
}));
T.property.later(() => T.property.ns.delStr("__set_name__"));
getters(T.property, () => ({
  fget: (_vm, self) => self.fget,
  fset: (_vm, self) => self.fset,
  fdel: (_vm, self) => self.fdel,
  __doc__: [
    (_vm, self) => self.doc,
    (_vm, self, value) => {
      self.doc = value;
      return None;
    },
  ],
  __isabstractmethod__: (vm, self) =>
    abstractFlag(vm, self.fget) || abstractFlag(vm, self.fset) || abstractFlag(vm, self.fdel),
}));

function abstractFlag(_vm: Machine, f: Value): boolean {
  return typeof f === "object" && ownAttribute(f, "__isabstractmethod__") === true;
}

for (const type of [T.staticmethod, T.classmethod]) {
  statics(type, {
    "__new__(cls, *args, **kw)": (vm: Machine, cls) => allocate(vm, cls),
  });
  methods(type, {
    "__init__(self, f, /)": (_vm, self, f) => {
      self.func = f;
      return None;
    },
  });
  getters(type, {
    __func__: (_vm, self) => self.func,
    __wrapped__: (_vm, self) => self.func,
    __isabstractmethod__: (vm, self) => abstractFlag(vm, self.func),
    __name__: (vm, self) => getattr(vm, self.func, "__name__"),
    __doc__: (vm, self) => getattr(vm, self.func, "__doc__"),
    __dict__: (_vm, self) => ownDict(self),
  });
}
methods(T.staticmethod, () => ({
  "__get__(self, object, type=, /)": (_vm, self) => self.func,
  "__call__(self, *args, **kw)": (vm: Machine, self, args, kw) =>
    call(vm, self.func, [...args, ...kw.liveValues()], kw.size > 0 ? kw.liveKeys() : null),
}));
methods(T.classmethod, () => ({
  "__get__(self, object, type=, /)": (_vm, self, object, type) =>
    bindClass(self.func, type === undefined || type === None ? typeOf(object) : type),
}));
const bindClass = (f: Value, type: PyType): Value => (f instanceof PyBuiltin ? f.bind(type) : new PyMethod(f, type));
installBinder(bindClass);

/** The machine's own classes are behind computed attributes: nothing else may be handed to them. */
function belongs(attribute: GetSet, object: Value): void {
  const { owner, name } = attribute;
  if (owner !== null && !typeOf(object).isSubtype(owner))
    throw typeError(`descriptor '${name}' for '${owner.name}' objects doesn't apply to a '${typeName(object)}' object`);
}
methods(T.getset, () => ({
  "__get__(self, object, type=, /)": (vm: Machine, self: GetSet, object) => {
    if (object === None && self.owner !== T.none && self.owner !== T.object) return self;
    belongs(self, object);
    return self.get(vm, object);
  },
  "__set__(self, object, value, /)": (vm: Machine, self: GetSet, object, value) => {
    belongs(self, object);
    return setComputed(vm, self, object, value);
  },
  "__delete__(self, object, /)": (vm: Machine, self: GetSet, object) => {
    belongs(self, object);
    return setComputed(vm, self, object, undefined);
  },
}));
getters(T.getset, () => ({
  __name__: (_vm, self) => self.name,
  __objclass__: (_vm, self) => self.owner ?? None,
  __doc__: () => None,
}));
/** The instance that a slot is asked of must be one of its class: others have another layout. */
function slotOf(member: Member, object: Value): PyInst {
  if (!typeOf(object).isSubtype(member.owner))
    throw typeError(
      `descriptor '${member.name}' for '${member.owner.name}' objects doesn't apply to a '${typeName(object)}' object`,
    );
  return object;
}
function setSlot(member: Member, object: Value, value: Value): Value {
  const store = memberStore(slotOf(member, object));
  if (value === undefined && store[member.slot] === undefined) throw attributeError(object, member.name, member.name);
  store[member.slot] = value;
  return None;
}
methods(T.member, () => ({
  "__get__(self, object, type=, /)": (vm: Machine, self: Member, object, type) =>
    object === None
      ? self
      : bindDescriptor(
          vm,
          self,
          slotOf(self, object),
          type === undefined || !(type instanceof PyType) ? typeOf(object) : type,
        ),
  "__set__(self, object, value, /)": (_vm, self: Member, object, value) => setSlot(self, object, value),
  "__delete__(self, object, /)": (_vm, self: Member, object) => setSlot(self, object, undefined),
}));
getters(T.member, { __name__: (_vm, self) => self.name, __objclass__: (_vm, self) => self.owner });

// --- super -------------------------------------------------------------------------------------------------------

statics(T.super, { "__new__(cls, *args, **kw)": (vm: Machine, cls) => allocate(vm, cls) });
methods(T.super, () => ({
  "__init__(self, type=, object=, /)": (vm: Machine, self: PySuper, type, object) => {
    if (type === undefined) {
      const frame = vm.currentFrame();
      if (!frame) throw runtimeError("super(): no current frame");
      const { code } = frame;
      const at = code.variables.indexOf("__class__");
      const cell = at >= 0 ? frame.r[at] : undefined;
      if (code.argCount === 0 && !(code.flags & CodeFlag.VARARGS)) throw runtimeError("super(): no arguments");
      if (!(cell instanceof Cell)) throw runtimeError("super(): __class__ cell not found");
      if (cell.v === undefined) throw runtimeError("super(): empty __class__ cell");
      let first = code.argCount === 0 ? frame.r[0].items[0] : frame.r[0];
      if (first instanceof Cell && code.cells.length >= 0 && code.instructions[0]! >> 8 === 0) first = first.v;
      if (first === undefined) throw runtimeError("super(): arg[0] deleted");
      type = cell.v;
      object = first;
    }
    if (!(type instanceof PyType)) throw typeError(`super() argument 1 must be a type, not ${typeName(type)}`);
    self.start = type;
    if (object === undefined || object === None) return None;
    self.self = object;
    if (object instanceof PyType && object.isSubtype(type)) self.selfType = object;
    else if (typeOf(object).isSubtype(type)) self.selfType = typeOf(object);
    else throw typeError("super(type, obj): obj must be an instance or subtype of type");
    return None;
  },
  "__get__(self, object, type=, /)": (vm: Machine, self: PySuper, object) =>
    object === None || self.selfType ? self : call(vm, T.super, [self.start, object]),
}));
getters(T.super, () => ({
  __thisclass__: (_vm, self) => self.start ?? None,
  __self__: (_vm, self) => self.self ?? None,
  __self_class__: (_vm, self) => self.selfType ?? None,
}));

// --- functions, methods, code ------------------------------------------------------------------------------------

const text = (what: string, v: Value): string => {
  if (typeof v !== "string") throw typeError(`${what} must be set to a string object`);
  return v;
};
getters(T.function, () => ({
  __name__: [
    (_vm, f) => f.name,
    (_vm, f, v) => {
      f.name = text("__name__", v);
      return None;
    },
    "erasable",
  ],
  __qualname__: [
    (_vm, f) => f.qualname,
    (_vm, f, v) => {
      f.qualname = text("__qualname__", v);
      return None;
    },
    "erasable",
  ],
  __doc__: [
    (_vm, f) => f.doc,
    (_vm, f, v) => {
      f.doc = v ?? None;
      return None;
    },
    "erasable",
  ],
  __module__: [
    (_vm, f) => f.module,
    (_vm, f, v) => {
      f.module = v ?? None;
      return None;
    },
    "erasable",
  ],
  __dict__: [(_vm, f) => ownDict(f), instanceDict.set!],
  __code__: [
    (_vm, f) => new PyCode(f.code),
    (_vm, f, v) => {
      if (!(v instanceof PyCode)) throw typeError("__code__ must be set to a code object");
      if (v.code.freeCount !== f.code.freeCount)
        throw valueError(
          `${f.name}() requires a code object with ${f.code.freeCount} free vars, not ${v.code.freeCount}`,
        );
      f.code = v.code;
      return None;
    },
  ],
  __defaults__: [
    (_vm, f) => (f.defaults ? new PyTuple(f.defaults) : None),
    (_vm, f, v) => {
      if (v !== undefined && v !== None && !(v instanceof PyTuple))
        throw typeError("__defaults__ must be set to a tuple object");
      f.defaults = v instanceof PyTuple ? v.items : null;
      return None;
    },
    "erasable",
  ],
  __kwdefaults__: [
    (_vm, f) => f.kwDefaults ?? None,
    (_vm, f, v) => {
      f.kwDefaults = v instanceof PyDict ? v : null;
      return None;
    },
    "erasable",
  ],
  __closure__: (_vm, f) => (f.closure ? new PyTuple(f.closure) : None),
  __globals__: (_vm, f) => f.globals,
  __builtins__: (vm) => vm.builtins,
  __annotations__: [
    (_vm, f) => (f.annotations ??= new PyDict()),
    (_vm, f, v) => {
      f.annotations = v instanceof PyDict ? v : null;
      return None;
    },
    "erasable",
  ],
  __type_params__: (_vm, f) => f.typeParams ?? new PyTuple([]),
}));
methods(T.function, () => ({
  "__get__(self, object, type=, /)": (_vm, self, object) => (object === None ? self : new PyMethod(self, object)),
  "__call__(self, *args, **kw)": (vm: Machine, self, args, kw) =>
    call(vm, self, [...args, ...kw.liveValues()], kw.size > 0 ? kw.liveKeys() : null),
}));
statics(T.function, () => ({
  "__new__(cls, code, globals, name=, argdefs=, closure=)": (_vm, _cls, code, globals, n, defaults, closure) => {
    if (!(code instanceof PyCode)) throw typeError(`function() argument 'code' must be code, not ${typeName(code)}`);
    if (!(globals instanceof PyDict))
      throw typeError(`function() argument 'globals' must be dict, not ${typeName(globals)}`);
    const f = new PyFunction(code.code, globals);
    if (typeof n === "string") f.name = n;
    if (defaults instanceof PyTuple) f.defaults = defaults.items;
    if (closure instanceof PyTuple) f.closure = closure.items;
    if (code.code.freeCount !== (f.closure?.length ?? 0))
      throw valueError(`${f.name} requires closure of length ${code.code.freeCount}, not ${f.closure?.length ?? 0}`);
    return f;
  },
}));
statics(T.method, { "__new__(cls, f, self, /)": (_vm, _cls, f, self) => new PyMethod(f, self) });
methods(T.method, () => ({
  "__call__(self, *args, **kw)": (vm: Machine, self, args, kw) =>
    call(vm, self, [...args, ...kw.liveValues()], kw.size > 0 ? kw.liveKeys() : null),
  "__eq__(self, other, /)": (_vm, self, other) =>
    other instanceof PyMethod ? self.func === other.func && self.self === other.self : NotImplemented,
  "__hash__(self)": (_vm, self) =>
    (identityOf(self.func) ^ (typeof self.self === "object" ? identityOf(self.self) : 0)) & 0x3fffffff,
  "__getattribute__(self, name, /)": (vm: Machine, self, n) => {
    const found = T.method.lookup(n);
    if (found !== undefined) return bindDescriptor(vm, found, self, T.method);
    return getattr(vm, self.func, n);
  },
}));
getters(T.method, () => ({
  __func__: (_vm, m) => m.func,
  __self__: (_vm, m) => m.self,
  __name__: (vm, m) => getattr(vm, m.func, "__name__"),
  __qualname__: (vm, m) => getattr(vm, m.func, "__qualname__"),
  __doc__: (vm, m) => getattr(vm, m.func, "__doc__"),
  __module__: (vm, m) => getattr(vm, m.func, "__module__"),
}));
for (const type of [T.builtin, T.methodDescriptor]) {
  getters(type, {
    __name__: (_vm, f) => f.sig.name,
    __qualname__: (_vm, f) => (f.owner ? `${f.owner.name}.${f.sig.name}` : f.sig.name),
    __module__: (_vm, f) => f.module ?? None,
    __self__: (_vm, f) => f.self ?? None,
    __doc__: (_vm, f) => f.doc ?? None,
    __text_signature__: (_vm, f) => f.sig.text.slice(f.sig.name.length).replaceAll("=", "=None"),
    __objclass__: (_vm, f) => f.owner ?? None,
  });
  methods(type, {
    "__call__(self, *args, **kw)": (vm: Machine, self, args, kw) =>
      call(vm, self, [...args, ...kw.liveValues()], kw.size > 0 ? kw.liveKeys() : null),
  });
}
methods(T.methodDescriptor, () => ({
  "__get__(self, object, type=, /)": (_vm, self, object) => (object === None ? self : self.bind(object)),
}));
getters(T.code, () => ({
  co_name: (_vm, c) => c.code.name,
  co_qualname: (_vm, c) => c.code.qualname,
  co_filename: (_vm, c) => c.code.filename,
  co_firstlineno: (_vm, c) => c.code.firstLine,
  co_flags: (_vm, c) => c.code.flags,
  co_argcount: (_vm, c) => c.code.argCount,
  co_posonlyargcount: (_vm, c) => c.code.posOnlyCount,
  co_kwonlyargcount: (_vm, c) => c.code.kwOnlyCount,
  co_nlocals: (_vm, c) => c.code.localCount,
  co_stacksize: (_vm, c) => c.code.stackSize,
  co_varnames: (_vm, c) =>
    new PyTuple(c.code.variables.slice(0, c.code.localCount).filter((n: string) => n[0] !== "." || n === ".0")),
  co_names: (_vm, c) => new PyTuple([...c.code.names]),
  co_freevars: (_vm, c) => new PyTuple(c.code.variables.slice(c.code.freeStart, c.code.freeStart + c.code.freeCount)),
  co_cellvars: (_vm, c) => new PyTuple(c.code.cells.map((i: number) => c.code.variables[i])),
  co_consts: (_vm, c) =>
    new PyTuple(
      c.code.consts.map((k: unknown) =>
        k === null ? None : typeof k === "object" ? (k instanceof Uint8Array ? new PyBytes(k) : None) : k,
      ),
    ),
  co_code: (_vm, c) => new PyBytes(new Uint8Array(c.code.instructions.buffer.slice(0))),
}));
methods(T.code, () => ({
  "__eq__(self, other, /)": (_vm, a, b) => (b instanceof PyCode ? a.code === b.code : NotImplemented),
  "__hash__(self)": (_vm, a) => a.code.serial,
}));
statics(T.cell, { "__new__(cls, value=, /)": (_vm, _cls, v) => new Cell(v) });
getters(T.cell, () => ({
  cell_contents: [
    (_vm, c) => {
      if (c.v === undefined) throw valueError("Cell is empty");
      return c.v;
    },
    (_vm, c, v) => {
      c.v = v;
      return None;
    },
    "erasable",
  ],
}));
getters(T.frame, () => ({
  f_code: (_vm, f) => new PyCode(f.code),
  f_globals: (_vm, f) => f.globals,
  f_locals: (_vm, f) => frameLocals(f),
  f_builtins: (vm) => vm.builtins,
  f_lineno: (_vm, f) => f.code.lineOf(Math.max(0, f.pc - 1)),
  f_lasti: (_vm, f) => 2 * f.pc,
  f_trace: () => None,
  f_back: (_vm, f) => {
    let back = f.back;
    while (back && (back.kind !== 0 || back.code.hidden)) back = back.back;
    return back ?? None;
  },
}));

/** What `locals()` shows of a frame. */
export function frameLocals(f: Frame): Value {
  if (f.locals !== null) return f.locals;
  const dict = new PyDict();
  f.code.variables.forEach((variable, i) => {
    if (variable[0] === ".") return;
    let v = f.r[i];
    if (v instanceof Cell && (i >= f.code.localCount || (f.code.instructions.length > 0 && isCellVariable(f, i))))
      v = v.v;
    if (v !== undefined) dict.setStr(variable, v);
  });
  return dict;
}

function isCellVariable(f: Frame, i: number): boolean {
  if (f.code.cells.includes(i)) return true;
  for (const w of f.code.instructions) {
    if ((w & 0xff) !== MAKE_CELL) break;
    if (w >> 8 === i) return true;
  }
  return false;
}

import { Op } from "../bytecode/table.js";

const { MAKE_CELL } = Op;

getters(T.traceback, () => ({
  tb_next: [
    (_vm, t) => t.next,
    (_vm, t, v) => {
      if (v !== None && !(v instanceof PyTraceback))
        throw typeError(`expected traceback object or None, got '${typeName(v)}'`);
      t.next = v;
      return None;
    },
  ],
  tb_frame: (_vm, t) => t.frame,
  tb_lineno: (_vm, t) => t.line,
  tb_lasti: (_vm, t) => 2 * t.pc,
}));

// --- modules -----------------------------------------------------------------------------------------------------

statics(T.module, { "__new__(cls, *args, **kw)": (vm: Machine, cls) => allocate(vm, cls) });
methods(T.module, () => ({
  "__init__(self, name, doc=)": (_vm, self, n, doc) => {
    self.ns.setStr("__name__", n);
    self.ns.setStr("__doc__", doc ?? None);
    return None;
  },
  "__dir__(self)": (vm: Machine, self) => new PyList(directory(vm, self)),
}));
getters(T.module, { __dict__: (_vm, self) => self.ns });

// --- None, NotImplemented, Ellipsis ------------------------------------------------------------------------------

statics(T.none, { "__new__(cls)": () => None });
methods(T.none, { "__bool__(self)": () => false, "__repr__(self)": () => "None" });
statics(T.notImplemented, { "__new__(cls)": () => NotImplemented });
statics(T.ellipsis, { "__new__(cls)": () => Ellipsis });
methods(T.ellipsis, { "__reduce__(self)": () => "Ellipsis" });
methods(T.notImplemented, { "__reduce__(self)": () => "NotImplemented", "__bool__(self)": () => true });
