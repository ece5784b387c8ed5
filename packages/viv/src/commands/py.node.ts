/** `viv py`: runs a Python program, a line of code, or what is typed. */

import process from "node:process";
import type { ExitName } from "../exit-codes.js";
import { readInput } from "../input.node.js";
import type { COMMANDS, Invocation } from "../options.js";
import { runProgram } from "../python/program.node.js";

export async function run({ args, options }: Invocation<typeof COMMANDS.py>): Promise<ExitName | number> {
  if (options.code !== undefined) {
    return runProgram({ source: `${options.code}\n`, filename: "<string>", argv: ["-c", ...args] }, options);
  }
  const [file, ...words] = args;
  if (file === undefined && process.stdin.isTTY === true && options.json !== true) {
    const { interact } = await import("../python/prompt.node.js");
    return interact(options, { input: process.stdin, output: process.stdout, terminal: true });
  }
  const name = file ?? "-";
  const filename = name === "-" ? "<stdin>" : name;
  return runProgram({ source: readInput(name), filename, argv: [name, ...words] }, options);
}
