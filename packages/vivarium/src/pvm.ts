/** `vivarium/pvm`: the JAM / Polkadot virtual machine. */
import { createPvm } from "./guests/pvm/program.js";
import { interpreter } from "./tiers/interpreter/backend.js";
import { jit, jitEager } from "./tiers/jit/backend.js";
import { jitRandom } from "./tiers/jit/random.js";
import { portable } from "./tiers/portable/portable.js";

export { type Assembled, type AssembleOptions, AssemblyError, assemble } from "./guests/pvm/assemble.js";
export { type DisassembleOptions, disassemble } from "./guests/pvm/disassemble.js";
export type { Profile } from "./guests/pvm/profiles.js";
export type { PvmHost, PvmHostFunction, PvmLoadOptions, PvmOptions, PvmResult } from "./guests/pvm/program.js";
export { PvmContext, PvmMachine, PvmProgram } from "./guests/pvm/program.js";
export type { Tier as PvmTier } from "./machine/backend.js";
export { LoadError, VivError } from "./machine/errors.js";
export type { Exit } from "./machine/exits.js";

export const pvm = createPvm({
  interpreter: interpreter("br_table"),
  "interpreter:tail": interpreter("tail"),
  jit,
  "jit:eager": jitEager,
  "jit:random": jitRandom,
  portable,
});
