/** Turns the option table into a commander program that calls a command's handler with typed values. */

import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import { CliError, type ExitName, exitCode } from "./exit-codes.js";
import { COMMANDS, type CommandSpec, type OptionSpec, VALUE_KINDS } from "./options.js";
import { writeError, writeJson, writeResult } from "./output.node.js";
import { argumentUsage, optionFlags, optionSummary } from "./usage.js";
import { ValueError } from "./values.js";
import { VERSION } from "./version.js";

/**
 * What a command file exports as `run`; a number is the exit code that a guest chose itself.
 * The option types are checked where a command declares its `Invocation`.
 */
export type Handler = (invocation: {
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}) => Promise<ExitName | number>;

/** Loads the handler of a command by its full name (`trace diff`). */
export type HandlerLoader = (path: string) => Promise<Handler>;

function toOption(spec: OptionSpec): Option {
  const option = new Option(optionFlags(spec), optionSummary(spec));
  if (spec.value === undefined) return option;
  const { kind, choices } = spec.value;
  option.argParser((text) => {
    if (choices !== undefined && !choices.includes(text)) {
      throw new InvalidArgumentError(`expected one of ${choices.join(", ")}`);
    }
    try {
      return VALUE_KINDS[kind](text);
    } catch (error) {
      if (error instanceof ValueError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  });
  return option;
}

function helpText({ description, examples }: CommandSpec): string {
  const width = Math.max(...examples.map(({ command }) => command.length));
  const lines = examples.map(({ command, does }) => `  ${command.padEnd(width)}  ${does}`);
  return `\n${description.join("\n")}\n\nExamples:\n${lines.join("\n")}`;
}

function toCommand(
  spec: CommandSpec,
  path: string,
  load: HandlerLoader,
  done: (exit: ExitName | number) => void,
): Command {
  const command = new Command(spec.name).summary(spec.summary).helpOption("-h, --help", "show this help");
  for (const argument of spec.arguments) command.argument(argumentUsage(argument), argument.summary);
  const options = spec.options.map((row) => ({ name: row.name, option: toOption(row) }));
  for (const { option } of options) command.addOption(option);
  command.addHelpText("after", helpText(spec));
  // A command that only groups others shows its help.
  const isGroup = spec.arguments.length === 0 && spec.options.length === 0 && spec.subcommands !== undefined;
  if (!isGroup)
    command.action(async (...parsed: unknown[]) => {
      // Commander passes the arguments one by one, then the options, then the command.
      const args = parsed
        .slice(0, spec.arguments.length)
        .flat()
        .filter((arg): arg is string => typeof arg === "string");
      const values = command.opts();
      const given: Record<string, unknown> = {};
      for (const { name, option } of options) {
        const value: unknown = values[option.attributeName()];
        if (value !== undefined) given[name] = value;
      }
      const handler = await load(path);
      done(await handler({ args, options: given }));
    });
  // What follows the name of a subcommand is the subcommand's, even where both have an option of that name.
  command.enablePositionalOptions();
  for (const nested of spec.subcommands ?? []) {
    command.addCommand(inherit(toCommand(nested, `${path} ${nested.name}`, load, done)));
  }
  return command;
}

const encoder = new TextEncoder();

/** Errors are thrown, not turned into `process.exit`, and written in one line; a closed pipe is no crash. */
function inherit(command: Command): Command {
  return command
    .exitOverride()
    .showHelpAfterError("(add --help to see what is possible)")
    .configureOutput({
      writeOut: (text) => writeResult(text),
      writeErr: (text) => writeError(encoder.encode(text)),
      outputError: (text, write) => write(text.replace(/^error: /, "viv: ")),
    });
}

/** `help graph add` as `graph add --help`. @throws CliError when there is no such command */
function asHelpOption(names: readonly string[]): readonly string[] {
  let specs: readonly CommandSpec[] = Object.values<CommandSpec>(COMMANDS);
  names.forEach((name, i) => {
    const found = specs.find((spec) => spec.name === name);
    if (found === undefined) {
      const there = ["viv", ...names.slice(0, i)].join(" ");
      const known = specs.map((spec) => spec.name).join(", ");
      throw new CliError("usage", `${there} has no command '${name}'${known === "" ? "" : ` (it has ${known})`}`);
    }
    specs = found.subcommands ?? [];
  });
  return [...names, "--help"];
}

/**
 * Parses a command line and runs the command it names.
 *
 * @param argv the arguments after the program's name
 * @returns the exit code; errors of the command itself are passed on
 */
export async function parse(argv: readonly string[], load: HandlerLoader): Promise<number> {
  let exit: ExitName | number = "ok";
  const program = inherit(
    new Command("viv")
      .description("Runs code that arrives as data: fast, metered, watched, kept inside.")
      .version(VERSION, "-V, --version", "show the version")
      .helpOption("-h, --help", "show this help")
      .enablePositionalOptions()
      .helpCommand("help [command]", "show the help of a command")
      .addHelpText("after", "\nExit codes, argument forms and the JSON output are described in docs/cli.md."),
  );
  for (const spec of Object.values<CommandSpec>(COMMANDS)) {
    program.addCommand(inherit(toCommand(spec, spec.name, load, (value) => (exit = value))));
  }
  if (argv.length === 0) {
    program.outputHelp({ error: true });
    return exitCode("usage");
  }
  const [first, ...names] = argv;
  const words = first === "help" && names.every((name) => !name.startsWith("-")) ? names : [];
  try {
    await program.parseAsync(words.length > 0 ? asHelpOption(words) : argv, { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    if (error.exitCode === 0) return exitCode("ok");
    if (argv.includes("--json")) {
      writeJson({ error: { code: "usage", message: error.message.replace(/^error: /, "") } });
    }
    return exitCode("usage");
  }
  return typeof exit === "number" ? exit : exitCode(exit);
}
