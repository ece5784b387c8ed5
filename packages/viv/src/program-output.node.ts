/** Gathers what a program writes into larger writes: a system call for each `putchar` would cost more than the program. */

import { stdout } from "node:process";
import type { Exit } from "vivarium";
import { CliError } from "./exit-codes.js";
import { OutputClosed, writeError, writeResult } from "./output.node.js";

/** Bytes that wait at most. */
const FLUSH_AT = 1 << 15;
/** Milliseconds that bytes wait at most while the program goes on writing. */
const FLUSH_AFTER = 50;
/** Most bytes that are kept for one JSON object. */
const MAX_KEPT = 64 << 20;
const NEWLINE = 10;

/** Where the standard output and standard error of a program go. */
export interface ProgramOutput {
  readonly stdout: (bytes: Uint8Array) => void;
  readonly stderr: (bytes: Uint8Array) => void;
  flush(): void;
  /** What was kept of standard output, for `--json`, and whether there was more than is kept. */
  kept(): { readonly stdout: string; readonly truncated: boolean };
}

/** Writes to standard output and standard error, in the order in which the program wrote. */
export function directOutput(): ProgramOutput {
  const buffer = new Uint8Array(FLUSH_AT);
  let length = 0;
  let last = performance.now();
  const flush = (): void => {
    const waiting = length;
    length = 0;
    last = performance.now();
    if (waiting > 0) writeResult(buffer.subarray(0, waiting));
  };
  return {
    stdout: (bytes) => {
      if (length + bytes.length > FLUSH_AT) flush();
      if (bytes.length > FLUSH_AT) {
        writeResult(bytes);
        return;
      }
      buffer.set(bytes, length);
      length += bytes.length;
      if ((stdout.isTTY === true && bytes.includes(NEWLINE)) || performance.now() - last > FLUSH_AFTER) flush();
    },
    stderr: (bytes) => {
      flush();
      writeError(bytes);
    },
    flush,
    kept: () => ({ stdout: "", truncated: false }),
  };
}

/** Keeps standard output for one JSON object. */
export function keptOutput(): ProgramOutput {
  let buffer = new Uint8Array(1024);
  let length = 0;
  let truncated = false;
  return {
    stdout: (bytes) => {
      const taken = bytes.subarray(0, MAX_KEPT - length);
      truncated ||= taken.length < bytes.length;
      if (length + taken.length > buffer.length) {
        const bigger = new Uint8Array(Math.max(length + taken.length, 2 * buffer.length));
        bigger.set(buffer.subarray(0, length));
        buffer = bigger;
      }
      buffer.set(taken, length);
      length += taken.length;
    },
    stderr: writeError,
    flush: () => undefined,
    kept: () => ({ stdout: new TextDecoder().decode(buffer.subarray(0, length)), truncated }),
  };
}

/** Our own output failed while a host function wrote to it: that is no failure of the program. */
export function throwOutputFailure(exit: Exit): void {
  if (exit.kind !== "host-error") return;
  if (exit.error instanceof OutputClosed || exit.error instanceof CliError) throw exit.error;
}
