/** The verbs of the LMNT guest, on the tiers that are given. */
import type { Tiers } from "../../machine/machine.js";
import { type LmntLoadOptions, LmntProgram } from "./program.js";

export interface Lmnt {
  /**
   * Validates an archive.
   * @throws LmntLoadError with the broken rule's name, the original's number and the offset
   */
  load(bytes: Uint8Array, options?: LmntLoadOptions): LmntProgram;
}

export function createLmnt(tiers: Tiers): Lmnt {
  return { load: (bytes, options = {}) => new LmntProgram(tiers, bytes, options) };
}
