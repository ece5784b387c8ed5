/** `vivarium/a64`: AArch64 machine code on every host. */
import { createA64 } from "./guests/a64/program.js";
import { interpreter } from "./tiers/interpreter/backend.js";
import { jit, jitEager } from "./tiers/jit/backend.js";
import { portable } from "./tiers/portable/portable.js";

export { type Assembled as A64Assembled, type AssembleOptions, assemble } from "./guests/a64/assemble.js";
export { type DisassembleOptions, disassemble, disassembleWord } from "./guests/a64/disassemble.js";
export type { LoadOptions as A64LoadOptions } from "./guests/a64/image.js";
export type { A64Arguments, A64HostFunction, A64Options, A64Region, A64Result } from "./guests/a64/program.js";
export { A64CallError, A64Context, A64Machine, A64Program } from "./guests/a64/program.js";
export { AssemblyError } from "./isa/assembly/diagnostics.js";
export type { Tier as A64Tier } from "./machine/backend.js";
export { LoadError, VivError } from "./machine/errors.js";
export type { Exit } from "./machine/exits.js";

export const a64 = createA64({
  interpreter: interpreter("br_table"),
  "interpreter:tail": interpreter("tail"),
  jit,
  "jit:eager": jitEager,
  portable,
});
