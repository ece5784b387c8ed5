/** The Python guest with a given library. */

import { PythonInterpreter, type PythonOptions } from "./interpreter.js";
import type { Library } from "./modules/library.js";

export interface PythonGuest {
  /** An isolated interpreter that may do what the options grant and nothing else. */
  create(options?: PythonOptions): PythonInterpreter;
  /**
   * An interpreter that goes on where {@link PythonInterpreter.snapshot} was called. The host grants its functions anew;
   * limits are those of the snapshot unless they are given.
   *
   * @throws LoadError `SNAPSHOT_INVALID`, `SNAPSHOT_VERSION`, or `SNAPSHOT_HOST` when a host function is missing
   */
  restore(snapshot: Uint8Array, options?: PythonOptions): PythonInterpreter;
}

export function pythonGuest(library: Library): PythonGuest {
  return {
    create: (options = {}) => new PythonInterpreter(options, library),
    restore: (snapshot, options = {}) => new PythonInterpreter(options, library, snapshot),
  };
}
