/** The verbs of the LMNT guest, on the tiers that are given. */
import type { Tiers } from "../../machine/machine.js";
import type { ColumnCompiler } from "./batch.js";
import type { Signature } from "./formula/compile.js";
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
   * Compiles formula text and loads the archive. The compiler is a module of its own, imported when it is first needed:
   * who ships archives never loads it. `vivarium/lmnt/formula` has it at once.
   *
   * @throws LoadError with line and column, see `compileFormula`
   */
  compile(text: string): Promise<FormulaProgram>;
}

/**
 * The guest on some tiers: a bundle then holds no more than these.
 *
 * @param columns what makes batches; without it, `program.batch` throws
 */
export function createLmnt(tiers: Tiers, columns?: ColumnCompiler): Lmnt {
  const load: Lmnt["load"] = (bytes, options = {}) => new LmntProgram(tiers, columns, bytes, options);
  return {
    load,
    compile: async (text) => {
      const { compileFormula } = await import("./formula/compile.js");
      const { archive, signatures } = compileFormula(text);
      return { program: load(archive), signatures };
    },
  };
}
