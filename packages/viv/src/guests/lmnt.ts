/** LMNT archives for the command line. */

import type { RunOptions } from "vivarium";
import { FIELDS, instructionText } from "vivarium/kit";
import { DefinitionFlag, type LmntDefinition, type LmntMachine, type LmntProgram } from "vivarium/lmnt";
import { lmnt } from "vivarium/lmnt/formula";
import { assemble, disassemble, disassembleFunction } from "vivarium/lmnt/tools";
import { CliError } from "../exit-codes.js";
import type { Guest, Program, Run } from "../guest.js";
import type { Step } from "../tracing.js";

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
    throw new CliError(
      "usage",
      `${takes(name, argsCount)}, not ${args.length / 4}: words behind the file, or --args f32:…`,
    );
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
    throw new CliError("usage", `${takes(name, argsCount)}, not ${values.length}`);
  }
  return values;
}

function takes(name: string, count: number): string {
  return `${name} takes ${count} ${count === 1 ? "number" : "numbers"}`;
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
    trace: (emit) => trace(machine, definition, emit),
  };
}

/** Shows the instructions of a definition as the disassembler does, with the slots that each has changed. */
function trace(machine: LmntMachine, definition: LmntDefinition, emit: (step: Step) => void): () => void {
  const { program } = machine;
  const { archive } = program;
  const first = program.entryOf(definition);
  const lines = disassembleFunction(archive, definition).filter((line) => line.startsWith(" "));
  const { argsCount, rvalsCount, stackCount } = definition;
  const slotName = (slot: number): string => {
    if (slot < argsCount) return `a${slot}`;
    return slot < argsCount + rvalsCount ? `r${slot - argsCount}` : `t${slot - argsCount - rvalsCount}`;
  };
  const own = (): Float32Array => machine.stack.subarray(archive.constantsCount, archive.constantsCount + stackCount);
  let count = 0;
  let before = new Float32Array(0);
  return machine.watch({
    before: () => {
      before = own().slice();
    },
    after: (_machine, index) => {
      const text = lines[index - first];
      // The end of the function is no instruction of the archive.
      if (text === undefined) return;
      const changed: Record<string, string> = {};
      own().forEach((value, slot) => {
        if (!Object.is(value, before[slot])) changed[slotName(slot)] = String(value);
      });
      const line = text.trim();
      count++;
      emit({ step: count, pc: index - first, op: line.split(" ")[0] as string, text: line, gas: machine.gas, changed });
    },
  });
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
