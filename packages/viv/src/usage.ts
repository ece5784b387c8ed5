/** Turns rows of the option table into the texts that help, completion and documentation share. */

import type { ArgumentSpec, CommandSpec, OptionSpec } from "./options.js";

/** `-t, --tier <tier>`, the way the help and the parser write it. */
export function optionFlags({ name, short, value }: OptionSpec): string {
  const long = value === undefined ? `--${name}` : `--${name} <${value.name}>`;
  return short === undefined ? long : `-${short}, ${long}`;
}

/** `<file>`, `[file]` or `[words...]`. */
export function argumentUsage({ name, required, variadic }: ArgumentSpec): string {
  const text = variadic === true ? `${name}...` : name;
  return required ? `<${text}>` : `[${text}]`;
}

/** What an option does, with its choices and default. */
export function optionSummary({ summary, value, defaultsTo }: OptionSpec): string {
  const notes = [
    ...(value?.choices === undefined ? [] : [`one of ${value.choices.join(", ")}`]),
    ...(defaultsTo === undefined ? [] : [`default: ${defaultsTo}`]),
  ];
  return notes.length === 0 ? summary : `${summary} (${notes.join("; ")})`;
}

/** A command with its full name: `trace diff`. */
export interface NamedCommand {
  readonly path: string;
  readonly spec: CommandSpec;
}

/** All commands and subcommands, each subcommand after its command. */
export function allCommands(commands: Readonly<Record<string, CommandSpec>>, prefix = ""): NamedCommand[] {
  return Object.values(commands).flatMap((spec) => {
    const path = `${prefix}${spec.name}`;
    const nested = Object.fromEntries((spec.subcommands ?? []).map((sub) => [sub.name, sub]));
    return [{ path, spec }, ...allCommands(nested, `${path} `)];
  });
}
