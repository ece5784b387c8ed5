/** `viv inspect`: prints what a file holds, without running it. */

import { CliError, type ExitName } from "../exit-codes.js";
import type { Program } from "../guest.js";
import { loadProgram } from "../load.node.js";
import type { COMMANDS, Invocation } from "../options.js";
import { printable, toHex, writeJson, writeResult } from "../output.node.js";

export async function run({ args, options }: Invocation<typeof COMMANDS.inspect>): Promise<ExitName> {
  const program = await loadProgram(args[0] as string, options);
  if (options.wasm === true) return showCompiled(program, options.json === true);
  const facts = { guest: program.guest, ...program.inspect() };
  if (options.json === true) writeJson(facts);
  else writeResult(lines(facts, "").join(""));
  return "ok";
}

/** The text of every module that the compiled tier makes. */
function showCompiled(program: Program, json: boolean): ExitName {
  const modules = program.compiled?.();
  if (modules === undefined) throw new CliError("usage", `there is no --wasm for ${program.guest} programs`);
  if (json) writeJson({ guest: program.guest, modules: [...modules] });
  else for (const { text } of modules) writeResult(text);
  return "ok";
}

/** Named values one a line, nested ones indented below their name. */
function lines(value: Readonly<Record<string, unknown>>, indent: string): string[] {
  const width = Math.max(0, ...Object.keys(value).map((name) => name.length));
  return Object.entries(value).flatMap(([name, item]) => {
    if (Array.isArray(item)) {
      if (item.length === 0) return [`${indent}${name.padEnd(width)}  none\n`];
      return [`${indent}${name}\n`, ...item.map((entry) => `${indent}  ${inline(entry)}\n`)];
    }
    if (typeof item === "object" && item !== null && !(item instanceof Uint8Array)) {
      return [`${indent}${name}\n`, ...lines(item as Readonly<Record<string, unknown>>, `${indent}  `)];
    }
    return [`${indent}${name.padEnd(width)}  ${inline(item)}\n`];
  });
}

function inline(value: unknown): string {
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([name, item]) => `${name} ${inline(item)}`)
      .join("  ");
  }
  return printable(String(value));
}
