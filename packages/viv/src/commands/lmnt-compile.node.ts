/** `viv lmnt compile`: turns formula text into an LMNT archive. */

import { LoadError } from "vivarium";
import { type CompiledFormula, compileFormula } from "vivarium/lmnt/formula";
import { disassemble } from "vivarium/lmnt/tools";
import { CliError, type ExitName } from "../exit-codes.js";
import { readText } from "../input.node.js";
import { sourceErrors } from "../load.node.js";
import type { COMMANDS, Invocation } from "../options.js";
import { remark, writeJson, writeProgram } from "../output.node.js";

/** Characters of a line that are shown. */
const SHOWN = 100;

type Compile = (typeof COMMANDS.lmnt.subcommands)[0];

export async function run({ args, options }: Invocation<Compile>): Promise<ExitName> {
  const { file, out } = options;
  const [formula] = args;
  if ((formula === undefined) === (file === undefined)) {
    throw new CliError("usage", "give the formula as an argument, or the file it is in with --file");
  }
  const text = file === undefined ? (formula as string) : readText(file);
  const { archive, signatures } = compiled(text, file ?? "formula");
  const assembly = options.assembly === true ? disassemble(archive) : undefined;
  if (options.json !== true || out !== undefined) {
    writeProgram(assembly ?? archive, out);
  }
  if (options.json === true) {
    const program = assembly === undefined ? { bytes: archive } : { assembly };
    writeJson({ format: "LMNT archive", size: archive.length, functions: signatures, ...(out ? {} : program) });
  } else if (out !== undefined) {
    remark(`${out}: ${archive.length} bytes, ${signatures.map(signatureText).join(", ")}`);
  }
  return "ok";
}

/** @throws CliError that shows the line and points at the place */
function compiled(text: string, name: string): CompiledFormula {
  try {
    return compileFormula(text);
  } catch (error) {
    if (!(error instanceof LoadError)) throw error;
    const { message, details } = sourceErrors(name, error);
    const line = text.split(/\r?\n/)[(error.line ?? 0) - 1];
    const shown = line === undefined ? "" : excerpt(line, (error.column ?? 1) - 1);
    throw new CliError("input", `${message}${shown}`, { cause: error, details });
  }
}

/** A line with a mark below the place `at`; of a long line what is around it. */
function excerpt(line: string, at: number): string {
  const start = line.length <= SHOWN ? 0 : Math.max(0, Math.min(at - SHOWN / 2, line.length - SHOWN));
  const before = start > 0 ? "… " : "";
  const after = start + SHOWN < line.length ? " …" : "";
  const part = line.slice(start, start + SHOWN);
  return `\n  ${before}${part}${after}\n  ${`${before}${part}`.slice(0, before.length + at - start).replace(/\S/g, " ")}^`;
}

function signatureText({ name, parameters, result }: CompiledFormula["signatures"][number]): string {
  const list = parameters.map((p) => (p.type === "number" ? p.name : `${p.name}: ${p.type}`)).join(", ");
  return `${name}(${list}): ${result}`;
}
