/** `vivarium/lmnt/tools`: archives to text and back, and the verdicts of the original validator. */
export {
  type LmntArchiveSource,
  type LmntDefinitionSource,
  type LmntInstruction,
  writeArchive,
} from "./guests/lmnt/archive.js";
export { assemble } from "./guests/lmnt/assembler.js";
export { disassemble, disassembleFunction } from "./guests/lmnt/disassembler.js";
export { originalVerdict } from "./guests/lmnt/validate.js";
export { LoadError } from "./machine/errors.js";
