/** `viv trace`: runs a program and prints the instructions it executes. */

import { closeSync, openSync } from "node:fs";
import { execute, startOptions } from "../execute.node.js";
import { CliError, type ExitName } from "../exit-codes.js";
import { exitName, exitSentence } from "../exits.js";
import type { Program } from "../guest.js";
import { loadProgram, startProgram } from "../load.node.js";
import type { COMMANDS, Invocation, OptionsOf } from "../options.js";
import { remark, toJson, writeError, writeReason, writeResult, writeTo } from "../output.node.js";
import { type Step, stepLine, traceSteps } from "../tracing.js";

type Options = OptionsOf<typeof COMMANDS.trace>;

const encoder = new TextEncoder();

/** Steps are written in pieces of about so many characters. */
const BUFFER = 1 << 16;

export async function run({ args, options }: Invocation<typeof COMMANDS.trace>): Promise<ExitName> {
  const [file, ...words] = args as [string, ...string[]];
  if (options.limit === 0n) throw new CliError("usage", "--limit is at least 1");
  const program = await loadProgram(file, { ...options, traced: true }, words);
  checkFunction(program, options.function);
  const started = startProgram(program, { ...startOptions(options, words), stdout: writeError });
  const { machine } = started;
  const wanted = filterOf(options);
  const format = options.json === true ? (step: Step) => toJson(step) : stepLine;
  const out = openOutput(options.out);
  let printed = 0n;
  const limit = options.limit;
  const stop = traceSteps(started, (step) => {
    if ((limit !== undefined && printed >= limit) || !wanted(step)) return;
    printed++;
    out.write(`${format(step)}\n`);
    if (limit !== undefined && printed >= limit) machine.interrupt();
  });
  const { exit } = await execute(started, { timeout: options.timeout });
  stop();
  out.close();
  // The limit was reached: that is what was asked for.
  const cut = exit.kind === "interrupted" && exit.reason === "interrupt";
  remark(cut ? `stopped after ${printed} printed steps` : `the program ${exitSentence(exit)}`);
  if (printed === 0n) remark("no executed instruction is one that was asked for");
  machine.dispose();
  return cut ? "ok" : exitName(exit);
}

/** @throws CliError when there is no such function in the program */
function checkFunction({ functions, guest }: Program, name: string | undefined): void {
  if (name === undefined || functions?.includes(name) === true) return;
  if (functions === undefined) throw new CliError("usage", `--function is not for programs of guest ${guest}`);
  throw new CliError("usage", `the program has no function ${name}: --function takes one of ${functions.join(", ")}`);
}

/** Whether a step is to be printed. */
function filterOf({ filter, from, to, skip, function: name }: Options): (step: Step) => boolean {
  const names = filter === undefined ? undefined : namePattern(filter);
  return ({ step, pc, op, function: inside }) =>
    (name === undefined || inside === name) &&
    (names === undefined || names.test(op)) &&
    (from === undefined || pc >= from) &&
    (to === undefined || pc <= to) &&
    (skip === undefined || BigInt(step) > skip);
}

/** `store_*,load_*` as a regular expression; everything but `*` and `,` stands for itself. */
function namePattern(filter: string): RegExp {
  const parts = filter.split(",").map((part) =>
    part
      .trim()
      .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
      .replaceAll("\\*", "[a-z0-9_.]*"),
  );
  return new RegExp(`^(?:${parts.join("|")})$`);
}

interface Output {
  write(text: string): void;
  close(): void;
}

/** Standard output or a file, written in pieces. */
function openOutput(name: string | undefined): Output {
  let fd: number | undefined;
  if (name !== undefined) {
    try {
      fd = openSync(name, "w");
    } catch (error) {
      throw new CliError("failure", `cannot write ${name}: ${writeReason(error)}`, { cause: error });
    }
  }
  let buffer = "";
  const flush = (): void => {
    if (buffer === "") return;
    const text = buffer;
    buffer = "";
    if (fd === undefined) writeResult(text);
    else writeTo(fd, encoder.encode(text), name ?? "");
  };
  return {
    write(text): void {
      buffer += text;
      if (buffer.length >= BUFFER) flush();
    },
    close(): void {
      flush();
      if (fd !== undefined) closeSync(fd);
    },
  };
}
