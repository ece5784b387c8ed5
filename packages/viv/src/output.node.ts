/** Turns results into text on standard output, and remarks into text on standard error. */

import { writeFileSync, writeSync } from "node:fs";
import { stderr, stdout } from "node:process";
import colors from "picocolors";
import { CliError } from "./exit-codes.js";

/** Colours for standard error: off when it is not a terminal, or when `NO_COLOR` is set. */
export const remarkColors = colors.createColors(stderr.isTTY === true && colors.isColorSupported);
/** Colours for standard output, by the same rule. */
export const resultColors = colors.createColors(stdout.isTTY === true && colors.isColorSupported);

/** The reader of our standard output has gone (`viv … | head`): end quietly, as other tools do. */
export class OutputClosed extends Error {
  override readonly name = "OutputClosed";
}

/** Writes all bytes to a descriptor. @param what it is called in the error */
export function writeTo(fd: number, data: Uint8Array, what = "the output"): void {
  for (let at = 0; at < data.length; ) {
    try {
      at += writeSync(fd, data, at);
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // A full pipe of a slow reader: wait a moment, then go on.
      if (code === "EAGAIN") Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
      else if (code === "EPIPE") throw new OutputClosed();
      else throw new CliError("failure", `cannot write ${what}: ${writeReason(error)}`, { cause: error });
    }
  }
}

const WRITE_REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied",
  EISDIR: "it is a directory",
  ENOENT: "there is no such folder",
  ENOSPC: "no space is left",
  ENOTDIR: "a part of the path is no folder",
  EROFS: "the file system is read-only",
};

/** Why the system refused to write, in words where it is one of the usual reasons. */
export function writeReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  return WRITE_REASONS[code ?? ""] ?? code ?? String(error);
}

const encoder = new TextEncoder();

/** Writes a result to standard output, completely, before it returns. */
export function writeResult(data: string | Uint8Array): void {
  writeTo(1, typeof data === "string" ? encoder.encode(data) : data);
}

/** Writes a program to a file, or to standard output, where a terminal is only shown text. */
export function writeProgram(program: string | Uint8Array, file: string | undefined): void {
  if (file === undefined) {
    if (typeof program !== "string" && stdout.isTTY === true) {
      throw new CliError("usage", "the program is binary: name a file with --out");
    }
    writeResult(program);
    return;
  }
  try {
    writeFileSync(file, program);
  } catch (error) {
    throw new CliError("failure", `cannot write ${file}: ${writeReason(error)}`, { cause: error });
  }
}

/** Writes what a guest wrote to its standard error. */
export function writeError(data: Uint8Array): void {
  writeTo(2, data);
}

/** Writes a line for the person at the terminal to standard error. */
export function remark(line: string): void {
  writeTo(2, encoder.encode(`${line}\n`));
}

/** A value as JSON on one line; 64-bit numbers become decimal strings, bytes become hexadecimal. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) => {
    if (typeof item === "bigint") return item.toString();
    if (item instanceof Uint8Array) return toHex(item);
    return item;
  });
}

export function writeJson(value: unknown): void {
  writeResult(`${toJson(value)}\n`);
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

/** `1 234 567`: digits in groups of three, as the tables print counts. */
export function grouped(value: bigint | number): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, " ");
}

/** An address or program counter in hexadecimal. */
export function address(value: number | bigint): string {
  return `0x${value.toString(16)}`;
}

/** Text of a guest made harmless for a terminal: control characters become `\xNN`. */
export function printable(text: string): string {
  return text.replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, (char) => {
    const hex = char.charCodeAt(0).toString(16);
    return hex.length <= 2 ? `\\x${hex.padStart(2, "0")}` : `\\u${hex.padStart(4, "0")}`;
  });
}

/** Columns padded to their widest cell, two spaces between; columns in `right` are aligned to the right. */
export function columns(rows: readonly (readonly string[])[], right: readonly number[] = []): string {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, cell.length)));
  const pad = (cell: string, i: number): string =>
    right.includes(i) ? cell.padStart(widths[i] as number) : cell.padEnd(widths[i] as number);
  return rows.map((row) => `${row.map(pad).join("  ").trimEnd()}\n`).join("");
}
