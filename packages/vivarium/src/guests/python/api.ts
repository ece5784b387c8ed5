/** What every entry of the Python guest exports beside the guest itself. */

import { disassemble as disassembleCode } from "./bytecode/dis.js";
import { compileSource } from "./create.js";

export { LoadError, VivError } from "../../machine/errors.js";
export { PythonObject } from "./convert.js";
export type { FrameView } from "./frames.js";
export type { PythonGuest } from "./guest.js";
export { isIncomplete } from "./interactive.js";
export {
  type HostFunction,
  PythonError,
  type PythonExit,
  PythonInterpreter,
  type PythonOptions,
  type RunOptions,
} from "./interpreter.js";
export type { LibraryModule } from "./modules/library.js";
export type { Clock } from "./modules/time.js";
export { PySyntaxError } from "./syntax/error.js";

/** The bytecode of a program as text. Throws {@link PySyntaxError}. */
export function disassemble(source: string, filename = "<string>"): string {
  return `${disassembleCode(compileSource(source, filename, "exec"))}\n`;
}
