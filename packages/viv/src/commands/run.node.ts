/** `viv run`: runs a program and prints what it returned. */

import { type Executed, execute, machineState, startOptions } from "../execute.node.js";
import { CliError, type ExitName } from "../exit-codes.js";
import { exitFields, exitName, exitSentence } from "../exits.js";
import type { Returned, Run } from "../guest.js";
import { readInput } from "../input.node.js";
import { loadBytes, refuseOptions, startProgram } from "../load.node.js";
import { type ManifestFile, readManifestFile } from "../manifest.node.js";
import type { COMMANDS, Invocation, OptionsOf } from "../options.js";
import { grouped, printable, remark, remarkColors, toHex, writeJson, writeResult } from "../output.node.js";
import { directOutput, keptOutput, type ProgramOutput, throwOutputFailure } from "../program-output.node.js";
import { recognise } from "../recognise.js";
import { stepLine, traceSteps } from "../tracing.js";

type Options = OptionsOf<typeof COMMANDS.run>;

export async function run({ args, options }: Invocation<typeof COMMANDS.run>): Promise<ExitName | number> {
  const [file, ...words] = args as [string, ...string[]];
  const prototypes = options["c-functions"];
  if (prototypes !== undefined) {
    if (options.manifest !== undefined) {
      throw new CliError("usage", "--manifest denies what it does not name: C functions can do anything, so not both");
    }
    const { timeout, json, quiet } = options;
    const { runWithC } = await import("../native-run.node.js");
    return runWithC(file, startOptions(options, words), {
      prototypes,
      libraries: options["c-libraries"],
      timeout,
      json: json === true,
      quiet: quiet === true,
    });
  }
  const bytes = readInput(file);
  const kind = options.guest ?? recognise(bytes, file);
  refuseOptions(kind, options, words);
  const manifest = options.manifest === undefined ? undefined : readManifestFile(options.manifest);
  if (kind === "python") return runPython(file, bytes, words, options, manifest);
  const program = await loadBytes(file, bytes, kind, { ...options, traced: options.trace === true });
  manifest?.checkGrants(program.grantable);
  // With --json standard output is one object: what the program writes becomes part of it.
  const written = options.json === true ? keptOutput() : directOutput();
  const { stdout, stderr } = written;
  const started = startProgram(program, { ...startOptions(options, words, manifest), stdout, stderr });
  if (options.trace === true) traceSteps(started, (step) => remark(stepLine(step)));
  const executed = await execute(started, { ...options, timeout: options.timeout ?? manifest?.timeout }).finally(() =>
    written.flush(),
  );
  const { exit } = executed;
  throwOutputFailure(exit);
  const returned = started.returned(exit);
  if (options.json === true) {
    writeJson(report(started, executed, returned, program.grantable.includes("stdout") ? written : undefined));
  } else {
    if (exit.kind === "halt") writeReturned(returned, options.output ?? "hex");
    if (options.state === true) remark(machineState(started));
    if (options.quiet !== true) remark(summary(started, executed, returned));
  }
  started.machine.dispose();
  return exit.kind === "halt" && returned.exitCode !== undefined ? returned.exitCode : exitName(exit);
}

async function runPython(
  file: string,
  source: Uint8Array,
  words: readonly string[],
  options: Options,
  manifest: ManifestFile | undefined,
): Promise<ExitName | number> {
  const { GRANTABLE, runProgram } = await import("../python/program.node.js");
  manifest?.checkGrants(GRANTABLE);
  const program = { source, filename: file === "-" ? "<stdin>" : file, argv: [file, ...words] };
  return runProgram(program, { ...manifest, ...options });
}

/** The object that `--json` prints. */
function report(
  started: Run,
  { exit, milliseconds, gasUsed, instructions }: Executed,
  returned: Returned,
  written: ProgramOutput | undefined,
): Record<string, unknown> {
  const { machine } = started;
  const registers = Object.fromEntries(started.registers().map((value, index) => [String(index), value]));
  const output = written?.kept();
  return {
    ...exitFields(exit),
    output: returned.output ?? null,
    values: returned.values,
    ...(returned.exitCode === undefined ? {} : { exitCode: returned.exitCode }),
    ...(output === undefined ? {} : { stdout: output.stdout }),
    ...(output?.truncated === true ? { stdoutTruncated: true } : {}),
    registers,
    ...(instructions === undefined ? {} : { instructions }),
    gasUsed,
    gasLeft: machine.gas,
    tier: machine.tier,
    milliseconds: Math.round(milliseconds * 1000) / 1000,
  };
}

function writeReturned(returned: Returned, form: NonNullable<Options["output"]>): void {
  const { output, values, exitCode } = returned;
  // A program with standard output of its own has written what it had to say.
  if (exitCode !== undefined) return;
  if (output === undefined) {
    writeResult(
      Object.entries(values)
        .map(([name, value]) => `${name} = ${value}\n`)
        .join(""),
    );
  } else if (form === "raw") {
    writeResult(output);
  } else if (output.length > 0) {
    writeResult(`${form === "utf8" ? printable(new TextDecoder().decode(output)) : toHex(output)}\n`);
  }
}

function summary(
  { machine }: Run,
  { exit, milliseconds, gasUsed, instructions }: Executed,
  { output, values, exitCode }: Returned,
): string {
  const sentence = `the program ${exitSentence(exit)}`;
  // A program that returned no bytes may have left its result in registers.
  const registers = output?.length === 0 ? Object.entries(values).map(([name, value]) => `, ${name} = ${value}`) : [];
  const own = exitCode === undefined ? "" : ` with exit code ${exitCode}`;
  const counted = instructions === undefined ? "" : `${grouped(instructions)} instructions, `;
  const facts = `${grouped(gasUsed)} gas, ${counted}${milliseconds.toFixed(1)} ms, ${machine.tier}`;
  const color = exit.kind === "halt" ? remarkColors.green : remarkColors.red;
  return `${color(printable(sentence))}${own}${registers.join("")} ${remarkColors.dim(`(${facts})`)}`;
}
