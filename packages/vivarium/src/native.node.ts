/** `vivarium/native`: machine code for the host's own processor and C functions for MIR programs, in a child process. */
export type { NativeArch, NativeCode, NativeColumn, NativeType, NativeValue } from "./native/code.js";
export type {
  NativeAborted,
  NativeBatch,
  NativeDeadline,
  NativeEnd,
  NativeExit,
  NativeReturn,
  NativeSignal,
  NativeTrap,
} from "./native/exits.js";
export {
  type NativeCallOptions,
  type NativeCallSpec,
  type NativeFunction,
  NativeHost,
  type NativeHostOptions,
} from "./native/host.node.js";
export { type CFailure, type CRunOptions, type CRunResult, runMirWithC } from "./native/mir.node.js";
