/** `vivarium/kit`: what an instruction set is made of, and the machinery that runs it. For guests of your own. */

export { AssemblyError, Diagnostics } from "./isa/assembly/diagnostics.js";
export { layOut, type Placeable } from "./isa/assembly/layout.js";
export { instructionText, operandFields } from "./isa/assembly/operands.js";
export { parseAssembly, type Statement } from "./isa/assembly/parse.js";
export * from "./isa/build.js";
export { Code, type CodeOptions, FIELDS, type GuestFunction } from "./isa/code.js";
export type { Effects } from "./isa/effects.js";
export type { Expr, Stmt, ValType } from "./isa/expr.js";
export { pseudocode } from "./isa/pseudocode.js";
export {
  type Bank,
  branch,
  type Format,
  format,
  type GasModel,
  InstructionSet,
  type InstructionSetOptions,
  imm,
  imm64,
  jump,
  type OperandSpec,
  op,
  type PureFunction,
  type Row,
  type RowExtras,
  reg,
  type StateVariable,
  target,
} from "./isa/table.js";
export type { Backend, BackendFactory, Tier } from "./machine/backend.js";
export { HostContext, type HostFunction, type HostResult } from "./machine/host.js";
export {
  type Executable,
  type Guest,
  type HostTable,
  Machine,
  type MachineOptions,
  type Monitor,
  type RunOptions,
  type Tiers,
} from "./machine/machine.js";
export { sha256 } from "./machine/sha256.js";
export { decodeSnapshot, encodeSnapshot, restoreInto } from "./machine/snapshot.js";
export { direct } from "./tiers/direct/backend.js";
export { interpreter } from "./tiers/interpreter/backend.js";
export { jit, jitEager } from "./tiers/jit/backend.js";
export { compiledListing, type ModuleListing } from "./tiers/jit/listing.js";
export { jitRandom } from "./tiers/jit/random.js";
export { portable } from "./tiers/portable/portable.js";
