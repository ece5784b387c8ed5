/** `vivarium/python` in Node: the library is loaded when a guest first imports something, which makes for a quick start. */

import { createRequire } from "node:module";
import { type PythonGuest, pythonGuest } from "./guests/python/guest.js";
import { type Library, libraryOf } from "./guests/python/modules/library.js";

export * from "./guests/python/api.js";

const require = createRequire(import.meta.url);

let loaded: Library | undefined;
function library(): Library {
  if (loaded) return loaded;
  const modules = require("./python-modules.js") as typeof import("./python-modules.js");
  loaded = libraryOf(modules.standardLibrary, modules.essential);
  return loaded;
}

/** The Python guest. */
export const python: PythonGuest = pythonGuest({
  find: (name) => library().find(name),
  only: (modules) => library().only(modules),
});
