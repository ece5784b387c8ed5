/** Turns the exit of a machine into an exit code, a sentence and JSON. */

import type { Exit, ExitKind } from "vivarium";
import type { ExitName } from "./exit-codes.js";

/** One row for each kind of exit: nothing else in the command line looks at kinds. */
const KINDS: { readonly [K in ExitKind]: readonly [ExitName, (exit: Extract<Exit, { kind: K }>) => string] } = {
  halt: ["ok", () => "halted"],
  panic: ["panic", ({ reason }) => (reason === undefined ? "panicked" : `panicked: ${reason}`)],
  trap: ["panic", ({ code }) => `trapped with code ${code}`],
  fault: ["fault", ({ access, address }) => `faulted: no right to ${access} 0x${address.toString(16)}`],
  "out-of-gas": ["outOfGas", ({ needed }) => `ran out of gas: the next step costs ${needed}`],
  host: ["host", ({ id }) => `called host function ${id}, which was not granted`],
  "host-error": [
    "host",
    ({ id, name, error }) => `called host function ${id} (${name}), which failed: ${String(error)}`,
  ],
  parked: ["host", ({ id }) => `waits for host function ${id}`],
  interrupted: ["interrupted", () => "was interrupted"],
  breakpoint: ["breakpoint", () => "stopped at a breakpoint"],
  step: ["ok", () => "stopped after the steps that were asked for"],
  depth: ["depth", () => "called deeper than its limit"],
};

/** The exit code for an exit; a deadline is not the user's Ctrl-C. */
export function exitName(exit: Exit): ExitName {
  if (exit.kind === "interrupted" && exit.reason === "deadline") return "timeout";
  return KINDS[exit.kind][0];
}

/** What happened, as a sentence without its subject. */
export function exitSentence(exit: Exit): string {
  if (exit.kind === "interrupted" && exit.reason === "deadline") return "ran out of time";
  const say = KINDS[exit.kind][1] as (exit: Exit) => string;
  return `${say(exit)} at pc ${exit.pc}`;
}

/** The exit without what cannot be JSON. */
export function exitFields(exit: Exit): Record<string, unknown> {
  const { kind, ...rest } = exit as Exit & { settled?: unknown; error?: unknown; registers?: unknown };
  const { settled: _settled, registers: _registers, error, ...plain } = rest as Record<string, unknown>;
  return { exit: kind, ...plain, ...(error === undefined ? {} : { error: String(error) }) };
}
