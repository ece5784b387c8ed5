/** Runs a machine for a command: within its limits, stoppable by Ctrl-C, with progress on standard error. */

import type { Exit, Manifest } from "vivarium";
import type { Run, StartOptions, TierChoice } from "./guest.js";
import { withInterrupt } from "./interrupt.node.js";
import { address, columns, grouped, remark, writeError, writeResult } from "./output.node.js";
import { showProgress } from "./progress.node.js";

/** The budget when `--gas` is not given. */
const DEFAULT_GAS = 10_000_000_000n;
/** The memory when `--memory` is not given, in bytes. */
const DEFAULT_MEMORY = 256 * 2 ** 20;

/** The options that all commands which execute something share. */
export interface ExecutionOptions {
  readonly gas?: bigint;
  readonly memory?: number;
  readonly tier?: TierChoice;
  readonly args?: Uint8Array;
  readonly entry?: string;
  readonly stdin?: string;
  readonly host?: "none" | "jam";
}

/** What a manifest sets; options that are given count more. */
export type Defaults = Pick<Manifest, "gas" | "memory" | "depth" | "grant">;

/** These options with their defaults; what the program itself writes goes where viv's own output goes. */
export function startOptions(
  options: ExecutionOptions,
  words: readonly string[] = [],
  manifest?: Defaults,
): StartOptions {
  return {
    gas: options.gas ?? manifest?.gas ?? DEFAULT_GAS,
    memory: options.memory ?? manifest?.memory ?? DEFAULT_MEMORY,
    depth: manifest?.depth,
    grant: manifest?.grant,
    tier: options.tier ?? "auto",
    args: options.args ?? new Uint8Array(),
    words,
    entry: options.entry,
    host: options.host,
    stdin: options.stdin,
    stdout: writeResult,
    stderr: writeError,
  };
}

export interface Executed {
  readonly exit: Exit;
  readonly milliseconds: number;
  readonly gasUsed: bigint;
  /** Executed instructions, when they were counted. */
  readonly instructions?: bigint;
}

export interface ExecuteOptions {
  /** Milliseconds. */
  readonly timeout?: number;
  /** Count instructions. */
  readonly count?: boolean;
}

/** Steps for which a counted run is asked at a time: as many as the counter holds. */
const MOST_STEPS = 2 ** 31 - 1;

/** Runs until the program ends or stops. A machine that was interrupted has its state printed to standard error. */
export async function execute(run: Run, options: ExecuteOptions): Promise<Executed> {
  const { machine } = run;
  const before = machine.gas;
  const start = performance.now();
  const progress = showProgress(() => {
    const seconds = ((performance.now() - start) / 1000).toFixed(0);
    return `running for ${seconds} s, ${grouped(before - machine.gas)} gas used`;
  });
  try {
    const done = await withInterrupt((signal) =>
      options.count === true ? runCounting(run, options.timeout, signal) : runPlain(run, options.timeout, signal),
    );
    const milliseconds = performance.now() - start;
    progress.stop();
    if (done.exit.kind === "interrupted" && done.exit.reason === "signal") remark(machineState(run));
    return { ...done, milliseconds, gasUsed: before - machine.gas };
  } finally {
    progress.stop();
  }
}

type Done = Pick<Executed, "exit" | "instructions">;

async function runPlain(run: Run, timeout: number | undefined, signal: AbortSignal): Promise<Done> {
  return { exit: await run.run({ timeout, signal }) };
}

/** Runs in steps, which the machine counts. */
async function runCounting(run: Run, timeout: number | undefined, signal: AbortSignal): Promise<Done> {
  const end = timeout === undefined ? undefined : performance.now() + timeout;
  let instructions = 0n;
  for (;;) {
    const left = end === undefined ? undefined : Math.max(0, end - performance.now());
    const exit = await run.run({ timeout: left, signal, steps: MOST_STEPS });
    instructions += BigInt(MOST_STEPS - run.machine.stepsLeft);
    if (exit.kind !== "step") return { exit, instructions };
  }
}

/** Registers and memory map of a machine, as text. */
export function machineState(run: Run): string {
  const { machine } = run;
  const registers = run.registers().map((value, i) => [run.registerName(i), `0x${value.toString(16)}`, grouped(value)]);
  const mappings = machine.memory
    .mappings()
    .map(({ start, end, access }) => [address(start), address(end), grouped(end - start), access]);
  return [
    `pc ${machine.pc}, gas ${grouped(machine.gas)}, tier ${machine.tier}`,
    ...(registers.length === 0 ? [] : ["registers", columns(registers, [1, 2]).trimEnd()]),
    "memory",
    columns(mappings, [0, 1, 2]).trimEnd(),
  ].join("\n");
}
