/** `vivarium/python` in Node: the library is loaded when a guest first imports something, which makes for a quick start. */

import { createRequire, Module } from "node:module";
import { type PythonGuest, pythonGuest } from "./guests/python/guest.js";
import { type Library, libraryOf } from "./guests/python/modules/library.js";

export * from "./guests/python/api.js";

const require = createRequire(import.meta.url);
/** Files that this one shares with the library, and what they export; the build knows them. */
declare const __vivariumShared: Readonly<Record<string, object>>;

let loaded: Library | undefined;
function library(): Library {
  if (loaded) return loaded;
  // TypeScript loaders such as tsx turn what is required into CommonJS, with an instance of its own of every file: the
  // library has to meet the interpreter that is here.
  for (const [file, exports] of Object.entries(__vivariumShared)) {
    const path = require.resolve(file);
    require.cache[path] ??= Object.assign(new Module(path), { exports, loaded: true });
  }
  const modules = require("./python-modules.js") as typeof import("./python-modules.js");
  loaded = libraryOf(modules.standardLibrary, modules.essential);
  return loaded;
}

/** The Python guest. */
export const python: PythonGuest = pythonGuest({
  find: (name) => library().find(name),
  only: (modules) => library().only(modules),
});
