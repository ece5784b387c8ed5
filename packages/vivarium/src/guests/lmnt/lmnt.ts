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

/** What archives need. */
export interface LmntArchives {
  /**
   * Validates an archive.
   * @throws LmntLoadError with the broken rule's name, the original's number and the offset
   */
  load(bytes: Uint8Array, options?: LmntLoadOptions): LmntProgram;
}

export interface Lmnt extends LmntArchives {
  /**
   * Compiles formula text and loads the archive.
   * @throws LoadError with line and column, see `compileFormula`
   */
  compile(text: string): FormulaProgram;
}

/**
 * The guest on some tiers, for archives only: a bundle then holds no more than these tiers.
 *
 * @param columns what makes batches; without it, `program.batch` throws
 */
export function createLmnt(tiers: Tiers, columns?: ColumnCompiler): LmntArchives {
  return { load: (bytes, options = {}) => new LmntProgram(tiers, columns, bytes, options) };
}

/** Adds the compiler of formulas. */
export function withFormulas({ load }: LmntArchives): Lmnt {
  return {
    load,
    compile: (text) => {
      const { archive, signatures } = compileFormula(text);
      return { program: load(archive), signatures };
    },
  };
}
