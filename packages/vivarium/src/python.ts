/** `vivarium/python`: Python on a bytecode machine that nothing escapes from. */

import { disassemble as disassembleCode } from "./guests/python/bytecode/dis.js";
import { compileSource } from "./guests/python/create.js";
import { PythonInterpreter, type PythonOptions } from "./guests/python/interpreter.js";

export { PythonObject } from "./guests/python/convert.js";
export type { FrameView } from "./guests/python/frames.js";
export { isIncomplete } from "./guests/python/interactive.js";
export {
  type HostFunction,
  PythonError,
  type PythonExit,
  PythonInterpreter,
  type PythonOptions,
  type RunOptions,
} from "./guests/python/interpreter.js";
export type { Clock } from "./guests/python/modules/native.js";
export { PySyntaxError } from "./guests/python/syntax/error.js";
export { LoadError, VivError } from "./machine/errors.js";

/** The Python guest. */
export const python = {
  /** An isolated interpreter that may do what the options grant and nothing else. */
  create(options: PythonOptions = {}): PythonInterpreter {
    return new PythonInterpreter(options);
  },
  /**
   * An interpreter that goes on where {@link PythonInterpreter.snapshot} was called. The host grants its functions anew;
   * limits are those of the snapshot unless they are given.
   *
   * @throws LoadError `SNAPSHOT_INVALID`, `SNAPSHOT_VERSION`, or `SNAPSHOT_HOST` when a host function is missing
   */
  restore(snapshot: Uint8Array, options: PythonOptions = {}): PythonInterpreter {
    return new PythonInterpreter(options, snapshot);
  },
};

/** The bytecode of a program as text. Throws {@link PySyntaxError}. */
export function disassemble(source: string, filename = "<string>"): string {
  return `${disassembleCode(compileSource(source, filename, "exec"))}\n`;
}
