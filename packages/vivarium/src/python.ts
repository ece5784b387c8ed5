/** `vivarium/python`: Python on a bytecode machine that nothing escapes from, with the modules of its library. */

import { type PythonGuest, pythonGuest } from "./guests/python/guest.js";
import { libraryOf } from "./guests/python/modules/library.js";
import { essential, standardLibrary } from "./guests/python/modules/standard.js";

export * from "./guests/python/api.js";

/** The Python guest. */
export const python: PythonGuest = pythonGuest(libraryOf(standardLibrary, essential));
