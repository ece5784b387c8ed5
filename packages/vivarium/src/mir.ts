/** `vivarium/mir`: the medium-level intermediate representation, text and binary, with a C library. */
import { createMir } from "./guests/mir/program.js";
import { interpreter } from "./tiers/interpreter/backend.js";
import { jit, jitEager } from "./tiers/jit/backend.js";
import { jitRandom } from "./tiers/jit/random.js";
import { portable } from "./tiers/portable/portable.js";

export { readBinary } from "./guests/mir/binary/reader.js";
export { writeBinary } from "./guests/mir/binary/writer.js";
export { cString, GuestFault, MirContext } from "./guests/mir/context.js";
export { MirLoadError, MirModule } from "./guests/mir/module.js";
export type { MirHostFunction, MirLoadOptions, MirOptions, MirResult, MirSource } from "./guests/mir/program.js";
export { MirMachine, MirProgram } from "./guests/mir/program.js";
export { parseText } from "./guests/mir/text/parser.js";
export { printModules } from "./guests/mir/text/printer.js";
export { mirTracer, type TraceOptions, type TraceStep, traceLine } from "./guests/mir/trace.js";
export { LoadError, VivError } from "./machine/errors.js";
export type { Exit } from "./machine/exits.js";

export const mir = createMir({
  interpreter: interpreter(),
  "interpreter:tail": interpreter("tail"),
  jit,
  "jit:eager": jitEager,
  "jit:random": jitRandom,
  portable,
});
