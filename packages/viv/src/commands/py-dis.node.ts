/** `viv py dis`: prints the bytecode of a Python program. */

import { disassemble, LoadError } from "vivarium/python";
import { CliError, type ExitName } from "../exit-codes.js";
import { readInput } from "../input.node.js";
import { sourceErrors } from "../load.node.js";
import type { COMMANDS, Invocation } from "../options.js";
import { printable, writeJson, writeResult } from "../output.node.js";

type Dis = (typeof COMMANDS.py.subcommands)[0];

export async function run({ args, options }: Invocation<Dis>): Promise<ExitName> {
  const name = args[0] ?? "-";
  if (args[0] === undefined && options.code === undefined)
    throw new CliError("usage", "which program? name a file, or give code with --code");
  const source = options.code ?? new TextDecoder().decode(readInput(name));
  const filename = options.code === undefined ? name : "<string>";
  let text: string;
  try {
    text = disassemble(source, filename);
  } catch (error) {
    if (error instanceof LoadError) throw sourceErrors(filename, error);
    throw error;
  }
  if (options.json === true) writeJson({ guest: "python", text });
  else writeResult(printable(text));
  return "ok";
}
