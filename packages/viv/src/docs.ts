/** Turns the option table and the exit codes into docs/cli.md. */

import { EXIT_CODES } from "./exit-codes.js";
import { COMMANDS } from "./options.js";
import { allCommands, argumentUsage, type NamedCommand, optionFlags, optionSummary } from "./usage.js";
import { ARGUMENT_FORMS } from "./values.js";

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${" --- |".repeat(head.length)}`, ...rows.map(line)].join("\n");
}

function commandSection({ path, spec }: NamedCommand): string {
  const usage = [
    `viv ${path}`,
    ...spec.arguments.map(argumentUsage),
    ...(spec.options.length > 0 ? ["[options]"] : []),
  ];
  const parts = [`### viv ${path}`, `\`${usage.join(" ")}\`: ${spec.summary}.`, ...spec.description];
  if (spec.arguments.length > 0) {
    parts.push(
      table(
        ["argument", "what it is"],
        spec.arguments.map((argument) => [`\`${argumentUsage(argument)}\``, argument.summary]),
      ),
    );
  }
  if (spec.options.length > 0) {
    parts.push(
      table(
        ["option", "what it does"],
        spec.options.map((option) => [`\`${optionFlags(option)}\``, optionSummary(option)]),
      ),
    );
  }
  const examples = spec.examples.map(({ command, does }) => `# ${does}\n${command}`);
  parts.push(`\`\`\`sh\n${examples.join("\n")}\n\`\`\``);
  return parts.join("\n\n");
}

/** The whole text of docs/cli.md. */
export function cliDocument(): string {
  const commands = allCommands(COMMANDS);
  const sections = [
    "<!-- Generated from packages/viv/src/options.ts by npm run docs; edit that. -->",
    "# The command line",
    "`npm run build` makes `packages/viv/dist/viv.js`: one file that Node 20.20 or newer runs, with nothing to install. Results go to standard output and nothing else does; what is said about a run goes to standard error. Work that takes longer than a second shows its progress there when it is a terminal. Colours are left out when the output is not a terminal or `NO_COLOR` is set.",
    table(
      ["command", "what it does"],
      commands.map(({ path, spec }) => [`[\`viv ${path}\`](#viv-${path.replaceAll(" ", "-")})`, spec.summary]),
    ),
    "## Commands",
    ...commands.map(commandSection),
    "## Argument bytes",
    "`--args` takes bytes in one of these forms; several parts are joined by `+`, as in `u32:3+utf8:abc`.",
    table(
      ["form", "what it means"],
      Object.values(ARGUMENT_FORMS).map(({ example, meaning }) => [`\`${example}\``, meaning]),
    ),
    "Counts may be decimal or `0x…`, with `_` between digits and `k`, `M` or `G` (powers of ten) behind. Sizes take `KiB`, `MiB`, `GiB` (powers of two), durations `ms`, `s`, `m`.",
    "## Manifests",
    "`viv run --manifest FILE` takes limits and grants from a JSON object. Every field may be left out; one that is not known, and a grant that the program's guest does not have, is an error with line and column.",
    table(
      ["field", "what it is", "the option that counts more"],
      [
        ["`gas`", "the budget: a number, or digits in quotes beyond 2^53", "`--gas`"],
        ["`memory`", "bytes of memory at most", "`--memory`"],
        ["`depth`", "guest calls inside each other at most", "none"],
        ["`timeout`", "milliseconds for the run", "`--timeout`"],
        [
          "`grant`",
          "names of what the program may call: host functions of JAM (pvm: gas, grow_heap, log, machine, peek, poke, pages, invoke, expunge), stdout and stderr (mir), these, stdin and clock (python); without it, nothing",
          "`--host` (pvm)",
        ],
      ],
    ),
    '```json\n{ "gas": 5000000, "memory": 16777216, "timeout": 2000, "grant": ["gas", "log"] }\n```',
    "The library reads the same document: `readManifest` and `underManifest`.",
    "## JSON output",
    'With `--json` a command prints one JSON object (`trace`: one a line). Numbers that may need 64 bits are decimal strings. An error is an object too, `{ "error": { "code", "message", … } }`, and goes to standard output with the same exit code.',
    "## Exit codes",
    table(
      ["code", "when"],
      Object.values(EXIT_CODES).map(({ code, meaning }) => [String(code), meaning]),
    ),
  ];
  return `${sections.join("\n\n")}\n`;
}
