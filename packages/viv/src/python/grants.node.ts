/** Turns what the command line grants to a Python program into functions: modules of a folder, standard input. */

import { readFileSync, realpathSync, statSync } from "node:fs";
import { join, sep } from "node:path";
import process from "node:process";
import { createInterface } from "node:readline";
import { CliError } from "../exit-codes.js";
import { readInput } from "../input.node.js";

/** The largest source file that may be imported, in bytes. */
const MAX_SOURCE = 16 * 2 ** 20;
/** Names of modules: nothing that leads anywhere else. */
const MODULE_PATH = /^[\p{L}_][\p{L}\p{N}_]*(?:\/[\p{L}_][\p{L}\p{N}_]*)*\.py$/u;

/** Finds modules below a folder, and nowhere else: links that lead out of it are not followed. */
export function modulesOf(folder: string): (path: string) => string | undefined {
  let root: string;
  try {
    root = realpathSync(folder);
  } catch (cause) {
    throw new CliError("usage", `--path: there is no folder ${folder}`, { cause });
  }
  return (path) => {
    if (!MODULE_PATH.test(path)) return undefined;
    try {
      const file = realpathSync(join(root, path));
      if (!file.startsWith(root.endsWith(sep) ? root : root + sep)) return undefined;
      const { size } = statSync(file);
      return size <= MAX_SOURCE ? readFileSync(file, "utf8") : undefined;
    } catch {
      return undefined;
    }
  };
}

/** Lines of standard input, one for each call; `null` at the end. */
export interface LineSource {
  next(): string | null | Promise<string | null>;
  close(): void;
}

/** The lines of a file. */
export function linesOf(name: string): LineSource {
  let lines: string[] | undefined;
  let at = 0;
  return {
    next: () => {
      lines ??= splitLines(new TextDecoder().decode(readInput(name)));
      return lines[at++] ?? null;
    },
    close: () => undefined,
  };
}

function splitLines(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === "") lines.pop();
  return lines;
}

/** The lines of viv's own standard input, read when the first one is asked for. */
export function standardLines(): LineSource {
  let lines: AsyncIterator<string> | undefined;
  return {
    next: async () => {
      lines ??= createInterface({ input: process.stdin })[Symbol.asyncIterator]();
      const { value, done } = await lines.next();
      return done === true ? null : value;
    },
    close: () => {
      if (lines !== undefined) process.stdin.destroy();
    },
  };
}
