/** Turns Ctrl-C (and a polite kill) into an `AbortSignal`; a second one ends the process at once. */

import process from "node:process";
import { exitCode } from "./exit-codes.js";

const SIGNALS = ["SIGINT", "SIGTERM"] as const;

/** Runs `work` with a signal that aborts at the first SIGINT or SIGTERM. */
export async function withInterrupt<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) process.exit(exitCode("interrupted"));
    controller.abort();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  }
}
