/** `viv disasm`: prints a program as assembly text. */

import type { ExitName } from "../exit-codes.js";
import { loadProgram } from "../load.node.js";
import type { COMMANDS, Invocation } from "../options.js";
import { printable, writeJson, writeResult } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof COMMANDS.disasm>): Promise<ExitName> {
  const program = await loadProgram(args[0] as string, options);
  const comments = options.plain === true ? "none" : options.offsets === true ? "instruction" : "block";
  const text = program.disassemble({ comments, raw: options.raw === true });
  if (options.json === true) writeJson({ guest: program.guest, text });
  else writeResult(printable(text));
  return "ok";
}
