/** `vivarium/python/core`: Python without its library; add modules of `vivarium/python/modules` by the option `library`. */

import { type PythonGuest, pythonGuest } from "./guests/python/guest.js";
import { libraryOf } from "./guests/python/modules/library.js";
import { essential } from "./guests/python/modules/standard.js";

export * from "./guests/python/api.js";

/** The Python guest; guests can import what the option `library` names, and what the language itself needs. */
export const python: PythonGuest = pythonGuest(libraryOf([], essential));
