/** Turns a file into a program of whichever guest it belongs to. */

import { LoadError, VivError } from "vivarium";
import { CliError } from "./exit-codes.js";
import type { Guest, GuestName, LoadOptions, Program, Run, StartOptions } from "./guest.js";
import { readInput } from "./input.node.js";
import { recognise } from "./recognise.js";

/** The guests, each loaded only when it is needed, in the order in which a file is offered to them. */
const LOADERS: Readonly<Record<GuestName, () => Promise<{ readonly guest: Guest }>>> = {
  a64: () => import("./guests/a64.js"),
  lmnt: () => import("./guests/lmnt.js"),
  mir: () => import("./guests/mir.node.js"),
  pvm: () => import("./guests/pvm.node.js"),
  python: () => import("./guests/python.js"),
};

export async function loadGuest(name: GuestName): Promise<Guest> {
  return (await LOADERS[name]()).guest;
}

/** Reads and loads a program. */
export async function loadProgram(name: string, options: LoadOptions): Promise<Program> {
  const bytes = readInput(name);
  return loadBytes(name, bytes, options.guest ?? recognise(bytes, name), options);
}

/** Loads a program that has been read already. */
export async function loadBytes(
  name: string,
  bytes: Uint8Array,
  kind: GuestName,
  options: LoadOptions,
): Promise<Program> {
  const guest = await loadGuest(kind);
  try {
    return guest.load(bytes, options);
  } catch (error) {
    if (error instanceof LoadError) throw sourceErrors(name, error);
    throw error;
  }
}

/** Input that cannot be loaded, as an error of the command line. */
function inputError(name: string, error: LoadError): CliError {
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
  const { errors } = error as { readonly errors?: readonly unknown[] };
  // What belongs to a source text stands there as errors of its own; other lists are part of the one message.
  const listed = (errors ?? []).filter((one): one is LoadError => one instanceof LoadError);
  const each = (listed.length > 0 ? listed : [error]).map((one) => inputError(name, one));
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
