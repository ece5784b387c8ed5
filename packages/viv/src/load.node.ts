/** Turns a file into a program of whichever guest it belongs to. */

import { LoadError, VivError } from "vivarium";
import { CliError } from "./exit-codes.js";
import type { LoadOptions, Program, Run, StartOptions } from "./guest.js";
import { readInput } from "./input.node.js";

/** Reads and loads a program. */
export async function loadProgram(name: string, options: LoadOptions): Promise<Program> {
  const bytes = readInput(name);
  const { loadPvm } = await import("./guests/pvm.js");
  try {
    return loadPvm(bytes, options);
  } catch (error) {
    if (error instanceof LoadError) throw inputError(name, error);
    throw error;
  }
}

/** Input that cannot be loaded, as an error of the command line. */
export function inputError(name: string, error: LoadError): CliError {
  const { code, offset, line, column, expected } = error;
  // A position in a text stands in front, as compilers write it.
  const where = line === undefined ? name : `${name}:${line}:${column ?? 1}`;
  const message = line === undefined ? error.message : error.message.replace(` at ${line}:${column ?? 1}`, "");
  return new CliError("input", `${where}: ${message} (${code})`, {
    cause: error,
    details: { code, offset, line, column, expected },
  });
}

/** Everything that is wrong with a text, one line each, as one error of the command line. */
export function sourceErrors(name: string, error: LoadError): CliError {
  const { errors = [error] } = error as LoadError & { readonly errors?: readonly LoadError[] };
  const each = errors.map((one) => inputError(name, one));
  return new CliError("input", each.map(({ message }) => message).join("\n"), {
    cause: error,
    details: { ...each[0]?.details, errors: each.map(({ message, details }) => ({ message, ...details })) },
  });
}

/** Makes a machine; options that do not fit the program are the user's to change. */
export function startProgram(program: Program, options: StartOptions): Run {
  try {
    return program.start(options);
  } catch (error) {
    if (error instanceof VivError)
      throw new CliError("usage", error.message, { cause: error, details: { code: error.code } });
    throw error;
  }
}
