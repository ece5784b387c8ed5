/** Runs a Python program as `python` would: its output to viv's, its end into the exit code. */

import { type PythonExit, type PythonInterpreter, python } from "vivarium/python";
import { withInterrupt } from "../interrupt.node.js";
import { grouped, remark, remarkColors, writeJson } from "../output.node.js";
import { showProgress } from "../progress.node.js";
import { endOf } from "./ends.js";
import { type LineSource, linesOf, modulesOf, standardLines } from "./grants.node.js";
import { directOutput, keptOutput, type PythonOutput } from "./output.node.js";

/** The budget when `--gas` is not given. */
export const DEFAULT_GAS = 10_000_000_000n;
/** The memory when `--memory` is not given, in bytes. */
export const DEFAULT_MEMORY = 256 * 2 ** 20;

export interface PythonProgram {
  readonly source: Uint8Array | string;
  /** As tracebacks show it. */
  readonly filename: string;
  readonly argv: readonly string[];
}

export interface ProgramOptions {
  readonly gas?: bigint;
  readonly memory?: number;
  /** Milliseconds. */
  readonly timeout?: number;
  readonly path?: string;
  readonly stdin?: string;
  readonly quiet?: true;
  readonly json?: true;
  /** Calls inside each other. */
  readonly depth?: number;
  /** Of {@link GRANTABLE} what a manifest grants; without a manifest all. */
  readonly grant?: readonly string[];
}

/** What a manifest may grant; the rest has options of its own. */
export const GRANTABLE: readonly string[] = ["clock", "stdin", "stdout", "stderr"];

/** An interpreter with what the command line grants. */
export function createPython(
  options: ProgramOptions,
  argv: readonly string[],
  output: PythonOutput,
  ask: (prompt: string) => unknown,
): PythonInterpreter {
  const granted = (name: string): boolean => options.grant === undefined || options.grant.includes(name);
  const nowhere = (): void => {};
  return python.create({
    gas: options.gas ?? DEFAULT_GAS,
    memory: options.memory ?? DEFAULT_MEMORY,
    // What it writes goes to the user, who can stop it.
    output: Number.MAX_SAFE_INTEGER,
    argv,
    ...(options.depth === undefined ? {} : { recursion: options.depth }),
    clock: granted("clock"),
    ...(granted("stdin") || options.stdin !== undefined ? { stdin: ask } : {}),
    stdout: granted("stdout") ? output.stdout : nowhere,
    stderr: granted("stderr") ? output.stderr : nowhere,
    ...(options.path === undefined ? {} : { files: modulesOf(options.path) }),
  });
}

/** Runs a program to its end, within its limits; answers the exit code. */
export async function runProgram(program: PythonProgram, options: ProgramOptions): Promise<number> {
  const output = options.json === true ? keptOutput() : directOutput();
  // A program that comes on standard input has used it up.
  const lines: LineSource =
    options.stdin !== undefined && options.stdin !== "-" ? linesOf(options.stdin) : standardLines();
  const py = createPython(options, program.argv, output, (prompt) => {
    output.stdout(prompt);
    output.flush();
    return lines.next();
  });
  py.set("__file__", program.filename);
  const gas = py.gas;
  const start = performance.now();
  const progress = options.json === true || options.quiet === true ? undefined : progressOf(py, gas, start);
  let exit: PythonExit;
  try {
    exit = await withInterrupt((signal) => untilEnd(py, program, options.timeout, signal));
  } finally {
    progress?.stop();
    output.flush();
    lines.close();
  }
  const milliseconds = performance.now() - start;
  const end = endOf(exit);
  if (end.report !== "") output.stderr(end.report);
  const gasUsed = gas - py.gas;
  if (options.json === true) {
    writeJson({
      exit: end.exit,
      exitCode: end.code,
      ...(exit.kind === "exception" && end.exit === "exception"
        ? { error: { type: exit.type, message: exit.message } }
        : {}),
      ...output.written(),
      gasUsed,
      gasLeft: py.gas,
      milliseconds: Math.round(milliseconds * 1000) / 1000,
    });
  } else if (end.stopped !== undefined && options.quiet !== true) {
    const facts = `(${grouped(gasUsed)} gas, ${milliseconds.toFixed(1)} ms)`;
    remark(`${remarkColors.red(`the program ${end.stopped}`)} ${remarkColors.dim(facts)}`);
  }
  return end.code;
}

function progressOf(py: PythonInterpreter, gas: bigint, start: number): { stop(): void } {
  return showProgress(() => {
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    return `running for ${seconds} s, ${grouped(gas - py.gas)} gas used`;
  });
}

/** Ctrl-C is `KeyboardInterrupt` in the program, which may catch it; a second one ends viv. */
async function untilEnd(
  py: PythonInterpreter,
  { source, filename }: PythonProgram,
  timeout: number | undefined,
  signal: AbortSignal,
): Promise<PythonExit> {
  const end = timeout === undefined ? undefined : performance.now() + timeout;
  const left = (): { timeout?: number } => (end === undefined ? {} : { timeout: Math.max(0, end - performance.now()) });
  const text = typeof source === "string" ? source : new TextDecoder().decode(source);
  const exit = await py.runExecAsync(text, { filename, signal, ...left() });
  if (exit.kind !== "interrupted" || !signal.aborted) return exit;
  py.raiseKeyboardInterrupt();
  return py.resumeAsync(left());
}
