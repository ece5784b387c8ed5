/** Gathers what a Python program prints into larger writes: a system call for each `print` would cost more than the print. */

import { stdout } from "node:process";
import { writeError, writeResult } from "../output.node.js";

const FLUSH_AT = 1 << 15;
const encoder = new TextEncoder();

export interface PythonOutput {
  readonly stdout: (text: string) => void;
  readonly stderr: (text: string) => void;
  flush(): void;
  /** What has been written, for `--json`; empty when it went out. */
  written(): { readonly stdout: string; readonly stderr: string };
}

/** Writes to standard output and standard error, in the order in which it was printed. */
export function directOutput(): PythonOutput {
  let waiting = "";
  const flush = (): void => {
    if (waiting === "") return;
    const text = waiting;
    waiting = "";
    writeResult(text);
  };
  return {
    stdout: (text) => {
      waiting += text;
      if (waiting.length >= FLUSH_AT || (stdout.isTTY === true && text.includes("\n"))) flush();
    },
    stderr: (text) => {
      flush();
      writeError(encoder.encode(text));
    },
    flush,
    written: () => ({ stdout: "", stderr: "" }),
  };
}

/** Keeps everything for one JSON object. */
export function keptOutput(): PythonOutput {
  const kept = { stdout: "", stderr: "" };
  return {
    stdout: (text) => (kept.stdout += text),
    stderr: (text) => (kept.stderr += text),
    flush: () => undefined,
    written: () => kept,
  };
}
