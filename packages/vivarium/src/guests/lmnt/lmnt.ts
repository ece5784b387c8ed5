/** The verbs of the LMNT guest, on the tiers that are given. */
import type { Tiers } from "../../machine/machine.js";
import type { ColumnCompiler } from "./batch.js";
import { compileFormula, type Signature } from "./formula/compile.js";
import { type LmntLoadOptions, LmntProgram } from "./program.js";

/** A program that came from formula text, with what its functions take and return. */
export interface FormulaProgram {
  readonly program: LmntProgram;
  readonly signatures: readonly Signature[];
}

export interface Lmnt {
  /**
   * Validates an archive.
   * @throws LmntLoadError with the broken rule's name, the original's number and the offset
   */
  load(bytes: Uint8Array, options?: LmntLoadOptions): LmntProgram;
  /**
   * Compiles formula text and loads the archive.
   * @throws LoadError with line and column, see `compileFormula`
   */
  compile(text: string): FormulaProgram;
}

export function createLmnt(tiers: Tiers, columns?: ColumnCompiler): Lmnt {
  const load = (bytes: Uint8Array, options: LmntLoadOptions = {}) => new LmntProgram(tiers, columns, bytes, options);
  return {
    load,
    compile: (text) => {
      const { archive, signatures } = compileFormula(text);
      return { program: load(archive), signatures };
    },
  };
}
