/** `vivarium/lmnt/formula`: the compiler of formulas, and the guest with it at hand. */
import { type CompiledFormula, compileFormula } from "./guests/lmnt/formula/compile.js";
import type { FormulaProgram, Lmnt } from "./guests/lmnt/lmnt.js";
import { lmnt as archives } from "./lmnt.js";

export type { Signature } from "./guests/lmnt/formula/compile.js";
export type { LmntProgram } from "./guests/lmnt/program.js";
export { LoadError } from "./machine/errors.js";
export { type CompiledFormula, compileFormula, type FormulaProgram };

export interface LmntFormulas {
  readonly load: Lmnt["load"];
  /**
   * Compiles formula text and loads the archive.
   * @throws LoadError with line and column, see `compileFormula`
   */
  compile(text: string): FormulaProgram;
}

/** The guest of `vivarium/lmnt`, whose `compile` needs no promise. */
export const lmnt: LmntFormulas = {
  load: (bytes, options) => archives.load(bytes, options),
  compile: (text) => {
    const { archive, signatures } = compileFormula(text);
    return { program: archives.load(archive), signatures };
  },
};
