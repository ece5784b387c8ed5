/** Turns a file name, or `-`, into the bytes it names, within a limit. */

import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { CliError } from "./exit-codes.js";

/** The largest file that is read: no format of a program comes near it. */
const MAX_INPUT = 256 * 2 ** 20;
const CHUNK = 1 << 20;

/** Reads a whole file; `-` is standard input. What cannot be read is a {@link CliError}. */
export function readInput(name: string): Uint8Array {
  const label = name === "-" ? "standard input" : name;
  const chunks: Uint8Array[] = [];
  let length = 0;
  let fd: number | undefined;
  try {
    fd = name === "-" ? 0 : openSync(name, "r");
    if (fstatSync(fd).isDirectory()) throw new CliError("input", `${label} is a directory`);
    for (;;) {
      const chunk = new Uint8Array(CHUNK);
      const read = readRetrying(fd, chunk);
      if (read === 0) break;
      length += read;
      if (length > MAX_INPUT) throw new CliError("input", `${label} is larger than ${MAX_INPUT} bytes`);
      chunks.push(chunk.subarray(0, read));
    }
  } catch (error) {
    if (error instanceof CliError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw new CliError("input", `cannot read ${label}: ${REASONS[code ?? ""] ?? code ?? String(error)}`, {
      cause: error,
    });
  } finally {
    if (fd !== undefined && fd !== 0) closeSync(fd);
  }
  const out = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    out.set(chunk, at);
    at += chunk.length;
  }
  return out;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  EACCES: "permission denied",
  EISDIR: "it is a directory",
};

/** `readSync` that waits for a standard input that has nothing yet. */
function readRetrying(fd: number, into: Uint8Array): number {
  for (;;) {
    try {
      return readSync(fd, into);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5);
    }
  }
}

/** Reads a whole file as text. */
export function readText(name: string): string {
  const bytes = readInput(name);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new CliError("input", `${name} is not text in UTF-8`, { cause });
  }
}
