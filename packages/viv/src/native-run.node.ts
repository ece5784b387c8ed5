/** `viv run --c-functions`: runs a MIR program with functions of C libraries, in a child process. */

import { readFileSync } from "node:fs";
import { LoadError, VivError } from "vivarium";
import { type CRunResult, runMirWithC } from "vivarium/native";
import type { startOptions } from "./execute.node.js";
import { CliError, type ExitName } from "./exit-codes.js";
import { exitFields, exitName, exitSentence } from "./exits.js";
import { readInput } from "./input.node.js";
import { withInterrupt } from "./interrupt.node.js";
import { sourceErrors } from "./load.node.js";
import { remark, writeJson, writeResult } from "./output.node.js";

export interface NativeRunOptions {
  /** File with the prototypes, each ended by a semicolon. */
  readonly prototypes: string;
  /** Shared libraries, separated by commas. */
  readonly libraries: string | undefined;
  /** Milliseconds. */
  readonly timeout: number | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Prototypes of a file, without its comments. */
function prototypesOf(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    throw new CliError("input", `cannot read ${file}: ${(error as NodeJS.ErrnoException).code ?? String(error)}`);
  }
  return text
    .replaceAll(/\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, " ")
    .split(";")
    .map((one) => one.trim().replaceAll(/\s+/g, " "))
    .filter((one) => one !== "");
}

/** @returns the exit code */
export async function runWithC(
  file: string,
  start: ReturnType<typeof startOptions>,
  options: NativeRunOptions,
): Promise<ExitName | number> {
  const bytes = readInput(file);
  const binary = bytes.length >= 3 && String.fromCharCode(...bytes.subarray(0, 3)) === "MIR" && bytes[3] !== 0x3a;
  const { gas, memory, tier, words, entry, stdin, stdout, stderr } = start;
  const begin = performance.now();
  let result: CRunResult;
  try {
    result = await withInterrupt((signal) =>
      runMirWithC(binary ? bytes : new TextDecoder().decode(bytes), {
        allowNativeCode: true,
        functions: prototypesOf(options.prototypes),
        libraries: options.libraries?.split(",").map((name) => name.trim()),
        args: ["program", ...words],
        gas,
        memory: { max: memory },
        tier,
        entry,
        stdin: stdin === undefined ? "" : readInput(stdin),
        timeout: options.timeout ?? 2 ** 30,
        signal,
        ...(options.json ? {} : { stdout, stderr }),
      }),
    );
  } catch (error) {
    if (error instanceof LoadError) throw sourceErrors(error.code === "C_PROTOTYPE" ? options.prototypes : file, error);
    if (error instanceof VivError)
      throw new CliError("usage", error.message, { cause: error, details: { code: error.code } });
    throw error;
  }
  const { exit, exitCode } = result;
  const milliseconds = performance.now() - begin;
  if (options.json) {
    const text = (part: Uint8Array): string => new TextDecoder().decode(part);
    const fields = "pc" in exit && exit.kind !== "host-error" ? exitFields(exit) : { ...exit, exit: exit.kind };
    writeJson({
      ...fields,
      exitCode,
      stdout: text(result.stdout),
      stderr: text(result.stderr),
      gasLeft: result.gas,
      milliseconds,
    });
  } else {
    writeResult("");
    if (!options.quiet) remark(`the program ${sentence(exit)} (${milliseconds.toFixed(1)} ms, with C functions)`);
  }
  return exit.kind === "halt" && exitCode !== undefined ? exitCode : nameOf(exit);
}

function sentence(exit: CRunResult["exit"]): string {
  switch (exit.kind) {
    case "signal":
      return `crashed in C: ${exit.signal}`;
    case "deadline":
      return "ran out of time";
    case "aborted":
      return "was interrupted";
    case "host-error":
      return `could not call ${exit.name}: ${exit.message}`;
    default:
      return exitSentence(exit);
  }
}

function nameOf(exit: CRunResult["exit"]): ExitName {
  switch (exit.kind) {
    case "signal":
      return "panic";
    case "deadline":
      return "timeout";
    case "aborted":
      return "interrupted";
    case "host-error":
      return "host";
    default:
      return exitName(exit);
  }
}
