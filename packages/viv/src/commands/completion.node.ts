/** `viv completion`: prints the completion script of a shell. */

import { COMPLETIONS } from "../completion.js";
import { CliError, type ExitName } from "../exit-codes.js";
import type { COMMANDS, Invocation } from "../options.js";
import { writeResult } from "../output.node.js";

export async function run({ args }: Invocation<typeof COMMANDS.completion>): Promise<ExitName> {
  const shell = args[0] as string;
  if (!Object.hasOwn(COMPLETIONS, shell)) {
    throw new CliError("usage", `no completion for ${shell}: expected ${Object.keys(COMPLETIONS).join(", ")}`);
  }
  writeResult(COMPLETIONS[shell as keyof typeof COMPLETIONS]());
  return "ok";
}
