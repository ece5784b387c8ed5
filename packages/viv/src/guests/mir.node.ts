/** MIR modules for the command line. */

import { compiledListing, FIELDS, instructionText } from "vivarium/kit";
import { type MirMachine, type MirProgram, mir, mirTracer, parseText, writeBinary } from "vivarium/mir";
import { CliError } from "../exit-codes.js";
import type { Guest, Program, Returned, Run, StartOptions } from "../guest.js";
import { readInput } from "../input.node.js";

/** The function with which a program starts that is started as a program. */
const MAIN = "main";

export const guest: Guest = {
  load: (bytes, { traced }) => {
    const binary = bytes.length >= 3 && String.fromCharCode(...bytes.subarray(0, 3)) === "MIR" && bytes[3] !== 0x3a;
    const source = binary ? bytes : new TextDecoder().decode(bytes);
    return programOf(mir.load(source, { optimize: traced !== true }), bytes.length);
  },
  assemble: (text) => ({ bytes: writeBinary(parseText(text)), format: "MIR module", warnings: [] }),
};

function programOf(program: MirProgram, fileBytes: number): Program {
  return {
    guest: "mir",
    inspect: () => inspect(program, fileBytes),
    compiled: () => compiledListing(program.code),
    disassemble: () => program.toText(),
    functions: program.linked.functions.flatMap(({ name, source }) => (source === null ? [] : [name])),
    grantable: ["stdout", "stderr"],
    start: (options) => start(program, options),
  };
}

function start(program: MirProgram, options: StartOptions): Run {
  const { gas, memory, depth, tier, words, entry = MAIN, stdin: input, stdout, stderr, grant } = options;
  const chosen = program.functionNamed(entry);
  if (chosen === undefined) {
    const names = ownFunctions(program);
    const known = names.length === 0 ? "it exports none" : `--entry takes one of ${names.join(", ")}`;
    throw new CliError("usage", `the program has no function ${entry}: ${known}`);
  }
  const isMain = entry === MAIN;
  const { params } = chosen.signature;
  if (!isMain && words.length !== params.length) {
    const s = params.length === 1 ? "" : "s";
    throw new CliError(
      "usage",
      `${entry} takes ${params.length} argument${s}, not ${words.length}: words behind the file`,
    );
  }
  const machine = program.instantiate({
    gas,
    memory: { max: memory },
    depth,
    tier,
    args: ["program", ...(isMain ? words : [])],
    stdin: input === undefined ? "" : readInput(input),
    ...(grant === undefined || grant.includes("stdout") ? { stdout } : {}),
    ...(grant === undefined || grant.includes("stderr") ? { stderr } : {}),
  });
  if (!isMain) machine.start(entry, words.map(numberOf));
  return runOf(machine, isMain);
}

/** Names of the functions that the program's own modules export, those of the C library left out. */
function ownFunctions({ linked, modules }: Pick<MirProgram, "linked" | "modules">): string[] {
  const defined = modules.flatMap(({ symbols }) => symbols.filter(({ definition }) => definition?.kind === "func"));
  const own = new Set(defined.map(({ name }) => name));
  return [...linked.exports.keys()].filter((name) => own.has(name));
}

/** A word as a number for a function's parameter: whole, or with a fraction. */
function numberOf(word: string): number | bigint {
  if (/^-?(?:0x[0-9a-f]{1,16}|\d{1,20})$/i.test(word)) {
    return word.startsWith("-") ? -BigInt(word.slice(1)) : BigInt(word);
  }
  const value = Number(word);
  if (word.trim() === "" || Number.isNaN(value)) throw new CliError("usage", `${word} is not a number`);
  return value;
}

function runOf(machine: MirMachine, isMain: boolean): Run {
  return {
    machine,
    run: (options) => machine.runAsync(options),
    registers: () => [],
    registerName: String,
    returned: (exit): Returned => {
      if (exit.kind !== "halt") return { values: {} };
      return isMain ? { values: {}, exitCode: machine.exitCode } : { values: { result: machine.result() } };
    },
    instruction: (index) => {
      const { code } = machine;
      const row = code.isa.rows[code.op[index]];
      const fields = code.args.subarray(index * FIELDS, (index + 1) * FIELDS);
      return { mnemonic: row.mnemonic, text: instructionText(code.isa, row, fields, String) };
    },
    trace: (emit) => {
      let count = 0;
      return machine.watch(
        mirTracer(machine.program, ({ pc, function: name, text, inputs, outputs, depth }) => {
          const line = text.trim().replaceAll("\t", " ");
          // A label may stand in front of the instruction.
          const op = /(?:^|:\s*)([a-z][a-z0-9]*)(?:\s|$)/i.exec(line)?.[1] ?? "";
          count++;
          emit({ step: count, pc, op, text: line, gas: machine.gas, function: name, depth, inputs, changed: outputs });
        }),
      );
    },
  };
}

function inspect({ linked, code, modules }: MirProgram, fileBytes: number): Readonly<Record<string, unknown>> {
  return {
    format: "MIR",
    sizes: { file: fileBytes },
    modules: modules.map(({ name }) => name),
    functions: ownFunctions({ linked, modules }),
    instructions: code.count,
    "host functions": linked.hostNames,
  };
}
