/** `vivarium/python/modules`: the modules of Python's library one by one, for `vivarium/python/core`. */

export type { LibraryModule } from "./guests/python/modules/library.js";
export * from "./guests/python/modules/standard.js";
