/** Turns the option table into completion scripts for bash, zsh and fish. */

import { COMMANDS, type CommandSpec, type OptionSpec } from "./options.js";
import { allCommands, type NamedCommand } from "./usage.js";

const HELP: OptionSpec = { name: "help", short: "h", summary: "show this help" };

function optionsOf({ spec }: NamedCommand): readonly OptionSpec[] {
  return [...spec.options, HELP];
}

function dashed({ name, short }: OptionSpec): string[] {
  return short === undefined ? [`--${name}`] : [`--${name}`, `-${short}`];
}

/** Words that may follow a command besides options: its subcommands and the choices of its first argument. */
function words(spec: CommandSpec): string[] {
  const complete = spec.arguments[0]?.complete;
  return [...(spec.subcommands ?? []).map(({ name }) => name), ...(Array.isArray(complete) ? complete : [])];
}

function takesFile(spec: CommandSpec): boolean {
  return spec.arguments.some(({ complete }) => complete === "file");
}

function bash(): string {
  const commands = allCommands(COMMANDS);
  const detect = commands.map(({ path }) => {
    const at = path.lastIndexOf(" ");
    return `      "${at < 0 ? "" : path.slice(0, at)} ${path.slice(at + 1)}") command="${path}" ;;`;
  });
  const values = commands.flatMap((command) =>
    optionsOf(command).flatMap((option) => {
      if (option.value === undefined) return [];
      const patterns = dashed(option).map((flag) => `"${command.path} ${flag}"`);
      const { choices, kind } = option.value;
      const reply =
        choices !== undefined
          ? `COMPREPLY=($(compgen -W "${choices.join(" ")}" -- "$cur"))`
          : kind === "path"
            ? `COMPREPLY=($(compgen -f -- "$cur"))`
            : "COMPREPLY=()";
      return [`    ${patterns.join("|")}) ${reply}; return ;;`];
    }),
  );
  const rest = commands.map((command) => {
    const flags = optionsOf(command).flatMap(dashed).join(" ");
    const files = takesFile(command.spec) ? `COMPREPLY+=($(compgen -f -- "$cur"))` : ":";
    return [
      `    "${command.path}")`,
      `      if [[ $cur == -* ]]; then COMPREPLY=($(compgen -W "${flags}" -- "$cur"))`,
      `      else COMPREPLY=($(compgen -W "${words(command.spec).join(" ")}" -- "$cur")); ${files}; fi ;;`,
    ].join("\n");
  });
  return `# Completion of viv for bash: viv completion bash >> ~/.bashrc
_viv() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="" word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$command $word" in
${detect.join("\n")}
    esac
  done
  case "$command $prev" in
${values.join("\n")}
  esac
  case "$command" in
${rest.join("\n")}
    *) COMPREPLY=($(compgen -W "${Object.keys(COMMANDS).join(" ")} help --help --version" -- "$cur")) ;;
  esac
}
complete -o filenames -F _viv viv
`;
}

/** Text inside single quotes of a shell, without what zsh reads as structure. */
function quoted(text: string): string {
  return text.replaceAll("'", "’").replace(/[[\]]/g, "").replaceAll(":", "\\:");
}

function zshOption(option: OptionSpec): string[] {
  const { value } = option;
  const action =
    value === undefined
      ? ""
      : value.choices !== undefined
        ? `:${value.name}:(${value.choices.join(" ")})`
        : `:${value.name}:${value.kind === "path" ? "_files" : ""}`;
  return dashed(option).map((flag) => `'${flag}[${quoted(option.summary)}]${action}'`);
}

function zsh(): string {
  const functions = allCommands(COMMANDS).map((command) => {
    const { path, spec } = command;
    const nested = spec.subcommands ?? [];
    const operands = spec.arguments.map((argument, index) => {
      const action = argument.complete === "file" ? "_files" : `(${argument.complete.join(" ")})`;
      const place = argument.variadic === true ? "*" : String(index + 1);
      return `'${place}:${argument.name}:${action}'`;
    });
    const lines = [...optionsOf(command).flatMap(zshOption), ...operands];
    const dispatch = nested.map(
      ({ name }) =>
        `  if [[ $words[2] == ${name} ]]; then shift words; (( CURRENT-- )); _viv_${path}_${name}; return; fi\n`,
    );
    const offer = nested.map(({ name, summary }) => `'${name}:${quoted(summary)}'`);
    const describe =
      offer.length === 0
        ? ""
        : `  if (( CURRENT == 2 )); then local -a nested=(${offer.join(" ")}); _describe command nested; fi\n`;
    return `_viv_${path.replaceAll(" ", "_")}() {\n${dispatch.join("")}${describe}  _arguments \\\n    ${lines.join(" \\\n    ")}\n}`;
  });
  const list = Object.values<CommandSpec>(COMMANDS).map(({ name, summary }) => `'${name}:${quoted(summary)}'`);
  return `#compdef viv
# Completion of viv for zsh: viv completion zsh > ~/.zfunc/_viv
${functions.join("\n")}
_viv() {
  if (( CURRENT == 2 )); then
    local -a commands=(${list.join(" ")})
    _describe command commands
    _arguments '--help[show this help]' '--version[show the version]'
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  (( $+functions[_viv_$command] )) && _viv_$command
}
if [[ $funcstack[1] == _viv ]]; then _viv "$@"; else compdef _viv viv; fi
`;
}

function fish(): string {
  const top = Object.values<CommandSpec>(COMMANDS);
  const text = (summary: string): string => `'${summary.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = [
    "# Completion of viv for fish: viv completion fish > ~/.config/fish/completions/viv.fish",
    "complete -c viv -f",
    ...top.map(({ name, summary }) => `complete -c viv -n __fish_use_subcommand -a ${name} -d ${text(summary)}`),
    "complete -c viv -n __fish_use_subcommand -l version -s V -d 'show the version'",
  ];
  for (const command of allCommands(COMMANDS)) {
    const parts = command.path.split(" ");
    const conditions = parts.map((part) => `__fish_seen_subcommand_from ${part}`);
    const siblings = (command.spec.subcommands ?? []).map(({ name }) => name);
    if (siblings.length > 0) conditions.push(`not __fish_seen_subcommand_from ${siblings.join(" ")}`);
    const when = `-n '${conditions.join("; and ")}'`;
    for (const { name, summary } of command.spec.subcommands ?? []) {
      lines.push(`complete -c viv ${when} -a ${name} -d ${text(summary)}`);
    }
    const complete = command.spec.arguments[0]?.complete;
    if (Array.isArray(complete)) lines.push(`complete -c viv ${when} -a '${complete.join(" ")}'`);
    if (takesFile(command.spec)) lines.push(`complete -c viv ${when} -F`);
    for (const { name, short, value, summary } of optionsOf(command)) {
      const shortFlag = short === undefined ? "" : ` -s ${short}`;
      const argument =
        value === undefined
          ? ""
          : value.choices !== undefined
            ? ` -x -a '${value.choices.join(" ")}'`
            : value.kind === "path"
              ? " -r -F"
              : " -x";
      lines.push(`complete -c viv ${when} -l ${name}${shortFlag}${argument} -d ${text(summary)}`);
    }
  }
  return `${lines.join("\n")}\n`;
}

/** The completion script of each shell. */
export const COMPLETIONS: Readonly<Record<"bash" | "zsh" | "fish", () => string>> = { bash, zsh, fish };
