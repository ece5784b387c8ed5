/** Names for what all machines of this engine share: built-in types with their attributes, shapes, singletons. */

import { sharedObjects } from "../library/functions.js";
import {
  builtinTypes,
  CALL,
  Ellipsis,
  type Native,
  None,
  NotImplemented,
  PyBuiltin,
  PyClassMethod,
  PyObj,
  PyStaticMethod,
  PyType,
} from "../objects/core.js";

export interface Shared {
  readonly nameOf: ReadonlyMap<object, string>;
  readonly named: ReadonlyMap<string, object>;
  /** The unbound native function with a given implementation. */
  readonly byNative: ReadonlyMap<Native, PyBuiltin>;
}

let made: Shared | undefined;

/** Made at the first snapshot of a process. */
export function shared(): Shared {
  if (made) return made;
  const nameOf = new Map<object, string>();
  const named = new Map<string, object>();
  const byNative = new Map<Native, PyBuiltin>();
  const add = (name: string, object: object): void => {
    if (nameOf.has(object)) return;
    nameOf.set(object, name);
    named.set(name, object);
    if (object instanceof PyBuiltin && object.self === undefined) byNative.set(object.fn, object);
  };
  add("None", None);
  add("NotImplemented", NotImplemented);
  add("Ellipsis", Ellipsis);
  add("CALL", CALL);
  const count = new Map<string, number>();
  for (const type of builtinTypes) {
    const n = count.get(type.name) ?? 0;
    count.set(type.name, n + 1);
    const name = n === 0 ? type.name : `${type.name}#${n}`;
    add(name, type);
    add(`${name}~namespace`, type.ns);
    if (type.instanceShape) add(`${name}~shape`, type.instanceShape);
    for (const [k, value] of type.ns.liveEntries()) {
      if (!(value instanceof PyObj) || value instanceof PyType) continue;
      add(`${name}.${k}`, value);
      if (value instanceof PyClassMethod || value instanceof PyStaticMethod) add(`${name}.${k}~function`, value.func);
    }
  }
  for (const [name, object] of sharedObjects()) add(name, object);
  made = { nameOf, named, byNative };
  return made;
}
