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
export async function loadProgram(
  name: string,
  options: LoadOptions & Readonly<Record<string, unknown>>,
  words: readonly string[] = [],
): Promise<Program> {
  const bytes = readInput(name);
  const kind = options.guest ?? recognise(bytes, name);
  refuseOptions(kind, options, words);
  return loadBytes(name, bytes, kind, options);
}

/** Options that say nothing to programs of a guest. */
const NOT_FOR: Readonly<Record<GuestName, readonly string[]>> = {
  pvm: ["stdin", "path", "c-functions"],
  mir: ["args", "profile", "host", "path", "output"],
  lmnt: ["profile", "host", "stdin", "path", "output", "c-functions"],
  a64: ["profile", "host", "stdin", "path", "output", "c-functions"],
  python: ["tier", "args", "profile", "entry", "host", "output", "count", "trace", "state", "c-functions"],
};

/** Refuses what would otherwise be ignored without a word. @throws CliError */
export function refuseOptions(
  kind: GuestName,
  options: Readonly<Record<string, unknown>>,
  words: readonly string[] = [],
): void {
  const given = NOT_FOR[kind].find((name) => options[name] !== undefined);
  if (given !== undefined) {
    const instead = kind === "mir" && given === "args" ? ": write them as words behind the file" : "";
    throw new CliError("usage", `--${given} is not for ${TITLES[kind]} programs${instead}`);
  }
  if (kind === "pvm" && words.length > 0) {
    throw new CliError("usage", `a PVM program takes its argument from --args, not ${JSON.stringify(words[0])}`);
  }
}

const TITLES: Readonly<Record<GuestName, string>> = {
  pvm: "PVM",
  mir: "MIR",
  lmnt: "LMNT",
  a64: "A64",
  python: "Python",
};

/** Loads a program that has been read already. */
export async function loadBytes(
  name: string,
  bytes: Uint8Array,
  kind: GuestName,
  options: LoadOptions,
): Promise<Program> {
  if (bytes.length === 0) throw new CliError("input", `${name === "-" ? "standard input" : name} is empty`);
  const guest = await loadGuest(kind);
  try {
    return guest.load(bytes, options);
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    // Of text nobody wants to know how it fails to be a PVM program.
    if (options.guest === undefined && error.code === "PVM_UNRECOGNISED" && !bytes.includes(0)) {
      throw new CliError("input", `${name}: this is no program of a known kind; --guest says of which kind it is`, {
        cause: error,
        details: { code: error.code, offset: error.offset },
      });
    }
    throw sourceErrors(name, error);
  }
}

/** One of the things that are wrong with an input. */
type Problem = Pick<LoadError, "message"> &
  Partial<Pick<LoadError, "code" | "offset" | "line" | "column" | "expected">>;

/** Input that cannot be loaded, as an error of the command line. */
function inputError(name: string, error: Problem): CliError {
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
  const listed = (errors ?? []).flatMap((one) => problemOf(one, error.code));
  const each = (listed.length > 0 ? listed : [error]).map((one) => inputError(name, one));
  return new CliError("input", each.map(({ message }) => message).join("\n"), {
    cause: error,
    details: { ...each[0]?.details, errors: each.map(({ message, details }) => ({ message, ...details })) },
  });
}

/** An item of an error's list, if it is about the source text: an error, or a message with a line. */
function problemOf(item: unknown, code: string): Problem[] {
  if (item instanceof LoadError) return [item];
  const { message, line, column, offset, expected } = item as Partial<Problem>;
  if (typeof message !== "string" || (line === undefined && offset === undefined)) return [];
  const { message: text } = new LoadError(code, message, {
    ...(line === undefined ? {} : { line, column: column ?? 1 }),
    ...(offset === undefined ? {} : { offset }),
    ...(expected === undefined ? {} : { expected }),
  });
  return [{ code, message: text, line, column, offset, expected }];
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
