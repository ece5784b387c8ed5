/** LMNT archives for the command line. */

import type { RunOptions } from "vivarium";
import { FIELDS, instructionText } from "vivarium/kit";
import { DefinitionFlag, type LmntDefinition, type LmntMachine, type LmntProgram } from "vivarium/lmnt";
import { lmnt } from "vivarium/lmnt/formula";
import { assemble, disassemble } from "vivarium/lmnt/tools";
import { CliError } from "../exit-codes.js";
import type { Guest, Program, Run } from "../guest.js";

export const guest: Guest = {
  // What is no archive is formula text.
  load: (bytes) =>
    programOf(isArchive(bytes) ? lmnt.load(bytes) : lmnt.compile(new TextDecoder().decode(bytes)).program),
  assemble: (text) => ({ bytes: assemble(text), format: "LMNT archive", warnings: [] }),
};

function isArchive(bytes: Uint8Array): boolean {
  return String.fromCharCode(...bytes.subarray(0, 4)) === "LMNT";
}

function programOf(program: LmntProgram): Program {
  return {
    guest: "lmnt",
    inspect: () => inspect(program),
    disassemble: () => disassemble(program.archive.bytes),
    grantable: [],
    start: ({ gas, tier, args, words, entry }) => {
      const definition = chosen(program, entry);
      const values = words.length > 0 ? spoken(definition, words) : numbers(definition, args);
      const machine = program.instantiate({ gas, tier });
      machine.setArguments(definition, values);
      return runOf(machine, definition);
    },
  };
}

/** The definition with this name, or the only one that could be meant. */
function chosen(program: LmntProgram, name: string | undefined): LmntDefinition {
  const callable = program.definitions.filter(({ flags }) => (flags & DefinitionFlag.EXTERN) === 0);
  const found = name === undefined && callable.length === 1 ? callable[0] : callable.find((one) => one.name === name);
  if (found !== undefined) return found;
  const names = callable.map((one) => one.name).join(", ");
  throw new CliError(
    "usage",
    `${name === undefined ? "which definition" : `no definition ${name}`}? --entry takes one of ${names}`,
  );
}

function numbers({ name, argsCount }: LmntDefinition, args: Uint8Array): number[] {
  if (args.length !== 4 * argsCount) {
    throw new CliError("usage", `${name} takes ${argsCount} numbers: --args f32:… has ${args.length / 4}`);
  }
  const view = new DataView(args.buffer, args.byteOffset, args.byteLength);
  return Array.from({ length: argsCount }, (_, i) => view.getFloat32(4 * i, true));
}

/** Numbers written as words behind the file. */
function spoken({ name, argsCount }: LmntDefinition, words: readonly string[]): number[] {
  const values = words.map((word) => (word.trim() === "" ? Number.NaN : Number(word)));
  const wrong = words.find((word, i) => Number.isNaN(values[i]) && word !== "NaN");
  if (wrong !== undefined) throw new CliError("usage", `${wrong} is not a number`);
  if (values.length !== argsCount) {
    throw new CliError("usage", `${name} takes ${argsCount} numbers: there are ${values.length}`);
  }
  return values;
}

function runOf(machine: LmntMachine, definition: LmntDefinition): Run {
  let started = false;
  return {
    machine,
    run: async (options: RunOptions) => {
      const first = !started;
      started = true;
      const result = first
        ? await machine.executeAsync(definition, options)
        : await machine.resumeAsync(definition, options);
      return result.exit;
    },
    registers: () => [],
    registerName: String,
    returned: (exit) => ({
      values:
        exit.kind === "halt"
          ? Object.fromEntries(Array.from(machine.returnValuesOf(definition), (value, i) => [`result ${i}`, value]))
          : {},
    }),
    instruction: (index) => {
      const { code } = machine;
      const row = code.isa.rows[code.op[index]];
      const fields = code.args.subarray(index * FIELDS, (index + 1) * FIELDS);
      return { mnemonic: row.mnemonic, text: instructionText(code.isa, row, fields, String) };
    },
  };
}

function inspect(program: LmntProgram): Readonly<Record<string, unknown>> {
  const { archive, layout, code } = program;
  return {
    format: `LMNT archive (${archive.variant})`,
    sizes: { file: archive.bytes.length, memory: layout.memory },
    constants: archive.constantsCount,
    instructions: code.count,
    definitions: program.definitions.map(({ name, flags, argsCount, rvalsCount, stackCount }) => ({
      name,
      kind: (flags & DefinitionFlag.EXTERN) !== 0 ? "host function" : "function",
      arguments: argsCount,
      results: rvalsCount,
      stack: stackCount,
    })),
  };
}
