/** What a module of the library is: Python source or native functions, and the modules it imports. */

import type { PyModule } from "../objects/core.js";
import type { Machine } from "../runtime/machine.js";

/** A module that guests may import. */
export interface LibraryModule {
  /** Its name in `import`. */
  readonly name: string;
  /** Its Python source. */
  readonly source?: string;
  /** Makes it for a machine. */
  readonly native?: (vm: Machine) => PyModule;
  /** Modules that it imports. */
  readonly needs?: readonly LibraryModule[];
  /** May have submodules. */
  readonly package?: boolean;
}

/** Where a machine finds modules. */
export interface Library {
  find(name: string): LibraryModule | undefined;
  /** What the language itself needs, and these modules. */
  only(modules: Iterable<LibraryModule>): Library;
}

/** Modules by name, with all that they need. */
export function libraryOf(modules: Iterable<LibraryModule>, essential: Iterable<LibraryModule>): Library {
  const found = new Map<string, LibraryModule>();
  const add = (module: LibraryModule): void => {
    if (found.get(module.name) === module) return;
    found.set(module.name, module);
    for (const needed of module.needs ?? []) add(needed);
  };
  for (const module of essential) add(module);
  for (const module of modules) add(module);
  return { find: (name) => found.get(name), only: (chosen) => libraryOf(chosen, essential) };
}
