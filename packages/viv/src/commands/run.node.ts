/** `viv run`: runs a program and prints what it returned. */

import { DEFAULT_GAS, DEFAULT_MEMORY, type Executed, execute, machineState } from "../execute.node.js";
import type { ExitName } from "../exit-codes.js";
import { exitFields, exitName, exitSentence } from "../exits.js";
import type { Returned, Run } from "../guest.js";
import { loadProgram, startProgram } from "../load.node.js";
import type { COMMANDS, Invocation, OptionsOf } from "../options.js";
import { grouped, printable, remark, remarkColors, toHex, writeJson, writeResult } from "../output.node.js";
import { stepLine, traceSteps } from "../tracing.js";

type Options = OptionsOf<typeof COMMANDS.run>;

export async function run({ args, options }: Invocation<typeof COMMANDS.run>): Promise<ExitName> {
  const program = await loadProgram(args[0] as string, options);
  const gas = options.gas ?? DEFAULT_GAS;
  const started = startProgram(program, {
    gas,
    memory: options.memory ?? DEFAULT_MEMORY,
    tier: options.tier ?? "auto",
    args: options.args ?? new Uint8Array(),
    entry: options.entry,
  });
  const { machine } = started;
  if (options.trace === true) traceSteps(started, (step) => remark(stepLine(step)));
  const executed = await execute(started, options);
  const { exit } = executed;
  const returned = started.returned(exit);
  if (options.json === true) {
    writeJson(report(started, executed, returned));
  } else {
    if (exit.kind === "halt") writeReturned(returned, options.output ?? "hex");
    if (options.state === true) remark(machineState(started));
    if (options.quiet !== true) remark(summary(started, executed, returned));
  }
  const name = exitName(exit);
  machine.dispose();
  return name;
}

/** The object that `--json` prints. */
function report(
  started: Run,
  { exit, milliseconds, gasUsed, instructions }: Executed,
  returned: Returned,
): Record<string, unknown> {
  const { machine } = started;
  const registers = Object.fromEntries(started.registers().map((value, index) => [String(index), value]));
  return {
    ...exitFields(exit),
    output: returned.output ?? null,
    registers,
    ...(instructions === undefined ? {} : { instructions }),
    gasUsed,
    gasLeft: machine.gas,
    tier: machine.tier,
    milliseconds: Math.round(milliseconds * 1000) / 1000,
  };
}

function writeReturned({ output, values }: Returned, form: NonNullable<Options["output"]>): void {
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

function summary({ machine }: Run, { exit, milliseconds, gasUsed }: Executed, { output, values }: Returned): string {
  const sentence = `the program ${exitSentence(exit)}`;
  // A program that returned no bytes may have left its result in registers.
  const registers = output?.length === 0 ? Object.entries(values).map(([name, value]) => `, ${name} = ${value}`) : [];
  const facts = `${grouped(gasUsed)} gas, ${milliseconds.toFixed(1)} ms, ${machine.tier}`;
  const color = exit.kind === "halt" ? remarkColors.green : remarkColors.red;
  return `${color(printable(sentence))}${registers.join("")} ${remarkColors.dim(`(${facts})`)}`;
}
