/** `viv asm`: turns assembly text into a program. */

import { writeFileSync } from "node:fs";
import { stdout } from "node:process";
import { LoadError } from "vivarium";
import { CliError, type ExitName } from "../exit-codes.js";
import type { Assembly } from "../guest.js";
import { readInput } from "../input.node.js";
import { loadGuest, sourceErrors } from "../load.node.js";
import type { COMMANDS, Invocation } from "../options.js";
import { remark, remarkColors, writeJson, writeResult } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof COMMANDS.asm>): Promise<ExitName> {
  const name = args[0] as string;
  const text = decodeText(name, readInput(name));
  const guest = await loadGuest(options.guest ?? "pvm");
  let assembly: Assembly;
  try {
    assembly = guest.assemble(text, options);
  } catch (error) {
    if (error instanceof LoadError) throw sourceErrors(name, error);
    throw error;
  }
  const { bytes, format, profile, warnings } = assembly;
  for (const { line, message } of warnings) remark(`${remarkColors.yellow("warning:")} ${name}:${line}: ${message}`);
  if (options.out !== undefined) writeProgram(options.out, bytes);
  if (options.json === true) {
    writeJson({ format, profile, size: bytes.length, warnings, ...(options.out === undefined ? { bytes } : {}) });
  } else if (options.out === undefined) {
    if (stdout.isTTY === true) throw new CliError("usage", "the program is binary: name a file with --out");
    writeResult(bytes);
  }
  return "ok";
}

function decodeText(name: string, bytes: Uint8Array): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError("input", `${name} is not text in UTF-8`, { cause });
  }
}

function writeProgram(name: string, bytes: Uint8Array): void {
  try {
    writeFileSync(name, bytes);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError("failure", `cannot write ${name}: ${code ?? String(error)}`, { cause: error });
  }
}
