/** `viv asm`: turns assembly text into a program. */

import { LoadError } from "vivarium";
import type { ExitName } from "../exit-codes.js";
import type { Assembly } from "../guest.js";
import { readText } from "../input.node.js";
import { loadGuest, sourceErrors } from "../load.node.js";
import type { COMMANDS, Invocation } from "../options.js";
import { remark, remarkColors, writeJson, writeProgram } from "../output.node.js";
import { recogniseText } from "../recognise.js";

export async function run({ args, options }: Invocation<typeof COMMANDS.asm>): Promise<ExitName> {
  const name = args[0] as string;
  const text = readText(name);
  const guest = await loadGuest(options.guest ?? recogniseText(text, name));
  let assembly: Assembly;
  try {
    assembly = guest.assemble(text, options);
  } catch (error) {
    if (error instanceof LoadError) throw sourceErrors(name, error);
    throw error;
  }
  const { bytes, format, profile, warnings } = assembly;
  for (const { line, message } of warnings) remark(`${remarkColors.yellow("warning:")} ${name}:${line}: ${message}`);
  if (options.json !== true || options.out !== undefined) writeProgram(bytes, options.out);
  if (options.json === true) {
    writeJson({ format, profile, size: bytes.length, warnings, ...(options.out === undefined ? { bytes } : {}) });
  }
  return "ok";
}
