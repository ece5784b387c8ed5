/** `vivarium/lmnt`: LMNT archives and formulas, run one call at a time or over columns. */
import type { ColumnCompiler } from "./guests/lmnt/batch.js";
import { createLmnt, type Lmnt } from "./guests/lmnt/lmnt.js";
import type { BackendFactory } from "./machine/backend.js";
import { direct } from "./tiers/direct/backend.js";
import { Columns, compileKernel } from "./tiers/direct/columns.js";
import { interpreter } from "./tiers/direct/interpreter.js";
import { PortableBackend } from "./tiers/portable/backend.js";

export type { LmntArchive, LmntDefinition } from "./guests/lmnt/archive.js";
export { type BatchFailure, type ColumnCompiler, type ColumnMemory, LmntBatch } from "./guests/lmnt/batch.js";
export { DefinitionFlag, type LmntVariant, type ResultName, resultCode } from "./guests/lmnt/codes.js";
export type { Signature } from "./guests/lmnt/formula/compile.js";
export { createLmnt, type FormulaProgram, type Lmnt } from "./guests/lmnt/lmnt.js";
export {
  LmntCallError,
  LmntContext,
  type LmntFunction,
  type LmntHost,
  type LmntHostFunction,
  type LmntLoadOptions,
  LmntMachine,
  type LmntOptions,
  LmntProgram,
  type LmntResult,
} from "./guests/lmnt/program.js";
export { check, LmntLoadError, requiredMemory } from "./guests/lmnt/validate.js";
export { LoadError, VivError } from "./machine/errors.js";
export type { Exit } from "./machine/exits.js";

/** The tiers that `vivarium/lmnt` brings. */
export type LmntTier = "interpreter" | "jit" | "portable";

/** The tier that runs where WebAssembly may not be compiled. */
export const portable: BackendFactory = (code) => new PortableBackend(code);

/** Columns for `createLmnt`. */
export const columns: ColumnCompiler = {
  allocate: (count, length) => new Columns(count, length),
  compile: (source) => {
    const run = compileKernel(source);
    return typeof run === "string" ? run : (given) => run(given as Columns);
  },
};

export const lmnt: Lmnt = /* @__PURE__ */ createLmnt(
  /* @__PURE__ */ (() => ({ interpreter: interpreter(), jit: direct(), portable }))(),
  columns,
);

export { direct as jit, interpreter };
