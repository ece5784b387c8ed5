/** The PVM for the command line. */

import type { Exit } from "vivarium";
import { hostCallName, JamHost, type LogSink } from "vivarium/jam";
import { compiledListing, FIELDS, instructionText } from "vivarium/kit";
import {
  assemble,
  disassemble,
  type PvmHost,
  type PvmMachine,
  type PvmOptions,
  type PvmProgram,
  pvm,
} from "vivarium/pvm";
import { CliError } from "../exit-codes.js";
import type { Guest, Program, Run, StartOptions } from "../guest.js";
import { printable } from "../output.node.js";
import { smallCount } from "../values.js";

/** Register that holds a result, and for bytes the one with their number. */
const RESULT = 7;
const RESULT_LENGTH = 8;

export const guest: Guest = {
  load: (bytes, { profile }) => programOf(pvm.load(bytes, { profile }), bytes.length),
  assemble: (text, { profile, format }) => assemble(text, { profile, format }),
};

function programOf(program: PvmProgram, fileBytes: number): Program {
  return {
    guest: "pvm",
    inspect: () => inspect(program, fileBytes),
    compiled: () => compiledListing(program.code),
    disassemble: ({ comments, raw }) => disassemble(program, { gas: comments, raw }),
    grantable: Object.keys(jamHost(program, () => {}).calls),
    start: (options) => start(program, options),
  };
}

function start(program: PvmProgram, options: StartOptions): Run {
  const { gas, memory, depth, tier, args } = options;
  const entry = entryOf(program, options.entry);
  return runOf(
    program,
    program.instantiate({ gas, memory: { max: memory }, depth, tier, args, entry, ...grantedTo(program, options) }),
  );
}

/** The host functions that `--host` names, else those of a manifest. */
function grantedTo(
  program: PvmProgram,
  { host, grant, stderr }: StartOptions,
): Partial<Pick<PvmOptions, "host" | "otherwise">> {
  if (host === "jam") return jamHost(program, stderr).options;
  if (host === "none" || grant === undefined) return {};
  const { calls } = jamHost(program, stderr);
  return { host: Object.fromEntries(Object.entries(calls).filter(([name]) => grant.includes(name))) as PvmHost };
}

/** What every invocation of JAM grants, without a chain. */
function jamHost({ profile }: PvmProgram, stderr: StartOptions["stderr"]): JamHost {
  const log: LogSink = ({ level, target, message }) => {
    const line = [LOG_LEVELS[level] ?? String(level), ...(target === undefined ? [] : [target]), message].join(": ");
    stderr(new TextEncoder().encode(`${printable(line)}\n`));
  };
  return new JamHost({ profile, inner: true, log });
}

/** Names of JIP-1's levels. */
const LOG_LEVELS = ["fatal", "warning", "important", "helpful", "pedantic"];

/** A place to begin, by program counter or by the name of a container's export. */
function entryOf({ file }: PvmProgram, entry: string | undefined): number | undefined {
  if (entry === undefined) return undefined;
  const exports = file.format === "container" ? file.program.exports : [];
  const found = exports.find(({ name }) => name === entry);
  if (found !== undefined) return found.pc;
  try {
    return smallCount(entry);
  } catch {
    const names = exports.map(({ name }) => name).join(", ");
    throw new CliError(
      "usage",
      `no entry ${entry}: expected a program counter${names === "" ? "" : ` or one of ${names}`}`,
    );
  }
}

function runOf(program: PvmProgram, machine: PvmMachine): Run {
  const label = registerLabel(program);
  return {
    machine,
    run: (options) => machine.runAsync(options),
    registers: () => [...machine.registers],
    registerName: label,
    returned: (exit) => ({
      ...(program.layout !== undefined && exit.kind === "halt" ? { output: machine.output() } : {}),
      values: resultValues(machine, exit, label),
    }),
    instruction: (index) => instructionAt(program, index),
  };
}

function instructionAt({ code }: PvmProgram, index: number): { mnemonic: string; text: string } {
  const row = code.isa.rows[code.op[index]];
  const fields = code.args.subarray(index * FIELDS, (index + 1) * FIELDS);
  const text = instructionText(code.isa, row, fields, (to) => (to < 0 ? "-1" : `L${code.pc[to]}`));
  return { mnemonic: row.mnemonic, text };
}

function registerLabel(program: PvmProgram): (index: number) => string {
  const bank = program.code.isa.bank("r");
  return (index) => bank.label?.(index) ?? `r${index}`;
}

function resultValues(
  machine: PvmMachine,
  exit: Exit,
  label: (index: number) => string,
): Readonly<Record<string, bigint>> {
  if (exit.kind !== "halt") return {};
  const { registers } = machine;
  return {
    [label(RESULT)]: registers[RESULT] as bigint,
    [label(RESULT_LENGTH)]: registers[RESULT_LENGTH] as bigint,
  };
}

const FORMATS = { spi: "standard program (SPI)", container: "container (.polkavm)", blob: "program blob" } as const;

function inspect(program: PvmProgram, fileBytes: number): Readonly<Record<string, unknown>> {
  const { file, layout, blob, code } = program;
  const info = file.format === "blob" ? undefined : file.wrapper?.info;
  return {
    format: FORMATS[file.format],
    profile: program.profile,
    ...(info === undefined ? {} : { metadata: info }),
    sizes: {
      file: fileBytes,
      code: blob.code.length,
      ...(layout === undefined
        ? {}
        : {
            "read-only data": layout.readOnly.length,
            "read-write data": layout.readWrite.length,
            "heap pages": layout.heapPages,
            stack: layout.stackSize,
          }),
    },
    instructions: code.count - 1,
    blocks: code.leader.subarray(0, code.count - 1).reduce((sum, leader) => sum + leader, 0),
    "jump table": blob.jumpTable.length,
    memory: memoryLayout(program),
    ...(file.format === "container" ? { exports: file.program.exports.map(({ name, pc }) => ({ name, pc })) } : {}),
    "host calls": hostCalls(program),
  };
}

/** The memory a machine begins with, empty arguments included. */
function memoryLayout(program: PvmProgram): readonly Record<string, unknown>[] {
  const machine = program.instantiate({ tier: "portable", memory: { max: 2 ** 32 } });
  const mappings = machine.memory.mappings().map(({ start, end, access }) => ({
    start: `0x${start.toString(16)}`,
    end: `0x${end.toString(16)}`,
    bytes: end - start,
    access,
  }));
  machine.dispose();
  return mappings;
}

/** The host functions that the code may call, with how often each stands there. */
function hostCalls({ code, file, profile }: PvmProgram): readonly Record<string, unknown>[] {
  const counts = new Map<number, number>();
  const ecalli = code.isa.indexOf("ecalli");
  for (let index = 0; index < code.count; index++) {
    if (code.op[index] !== ecalli) continue;
    const id = code.args[index * FIELDS];
    counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const imports = file.format === "container" ? file.program.imports : [];
  return [...counts]
    .sort(([a], [b]) => a - b)
    .map(([id, places]) => {
      const name = imports[id]?.name ?? hostCallName(profile, id);
      return { id, ...(name === undefined ? {} : { name }), places };
    });
}
