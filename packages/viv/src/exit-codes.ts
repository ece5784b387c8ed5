/** The exit codes of `viv`, as one table: the commands, the help and docs/cli.md read it. */

/** Every exit code, by the name the code uses for it. Codes from 10 on are exits of the guest. */
export const EXIT_CODES = {
  ok: { code: 0, meaning: "the command did its work; a program that was run halted" },
  failure: {
    code: 1,
    meaning:
      "viv itself failed: a defect, or the system refused something (a full disk, say); a Python program ended with an exception",
  },
  usage: { code: 2, meaning: "the command line was wrong: unknown command or option, or a value that cannot be read" },
  input: { code: 3, meaning: "a file could not be read, or what it holds could not be loaded or assembled" },
  different: {
    code: 4,
    meaning: "`trace diff` found a difference, or a graph came to another state than the recording says",
  },
  panic: { code: 10, meaning: "the guest panicked (trap); in a graph, a firing trapped" },
  fault: { code: 11, meaning: "the guest touched memory it may not touch; the address is reported" },
  outOfGas: { code: 12, meaning: "the gas was spent" },
  host: { code: 13, meaning: "the guest called a host function that was not granted, or one that failed" },
  breakpoint: { code: 14, meaning: "the guest stopped at a breakpoint" },
  depth: { code: 15, meaning: "the guest called deeper than its limit" },
  memory: { code: 16, meaning: "the guest needed more memory than it may have" },
  timeout: { code: 124, meaning: "the time given by --timeout was over" },
  interrupted: { code: 130, meaning: "Ctrl-C: the machine was stopped and its state printed to standard error" },
} as const satisfies Record<string, { readonly code: number; readonly meaning: string }>;

export type ExitName = keyof typeof EXIT_CODES;

/** The number of an exit code. */
export function exitCode(name: ExitName): number {
  return EXIT_CODES[name].code;
}

/** An error the user can act on: printed as one line, without a stack, and turned into an exit code. */
export class CliError extends Error {
  override readonly name = "CliError";

  /** What `--json` adds: a stable code of the engine, a position. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    readonly exit: ExitName,
    message: string,
    options: ErrorOptions & { readonly details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, options);
    this.details = options.details ?? {};
  }
}
