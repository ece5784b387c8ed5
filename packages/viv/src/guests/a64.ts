/** AArch64 machine code for the command line: raw, as hexadecimal text, as assembly, or as a static ELF executable. */

import { type A64Machine, type A64Program, a64, assemble, disassemble, disassembleWord } from "vivarium/a64";
import { compiledListing } from "vivarium/kit";
import { CliError } from "../exit-codes.js";
import type { Guest, Program, Returned, Run, StartOptions } from "../guest.js";

const MAX_ARGUMENTS = 8;
const SP = 31;

export const guest: Guest = {
  load: (bytes) => programOf(loadAny(bytes)),
  assemble: (text) => ({ bytes: assemble(text).bytes, format: "AArch64 machine code", warnings: [] }),
};

/** What is text is assembly, or the code in hexadecimal digits; everything else is what it is. */
function loadAny(bytes: Uint8Array): A64Program {
  const text = textOf(bytes);
  if (text === undefined) return a64.load(bytes);
  const digits = text.replace(/\s+/g, "");
  if (/^(?:[0-9a-fA-F]{2})+$/.test(digits)) {
    return a64.load(Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16)));
  }
  const { bytes: code, symbols } = assemble(text);
  const entry = ["_start", "main"].find((name) => symbols.has(name));
  return a64.load(code, { symbols: Object.fromEntries(symbols), ...(entry === undefined ? {} : { entry }) });
}

/** The bytes as text, if they have no control characters but those of text. */
function textOf(bytes: Uint8Array): string | undefined {
  if (bytes.length === 0 || bytes.some((b) => b < 9 || (b > 13 && b < 32) || b === 127)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function programOf(program: A64Program): Program {
  return {
    guest: "a64",
    inspect: () => inspect(program),
    compiled: () => compiledListing(program.code),
    disassemble: () =>
      disassemble(program.image.code.bytes, { base: program.image.code.address, symbols: program.symbols }),
    grantable: [],
    start: (options) => start(program, options),
  };
}

function start(program: A64Program, options: StartOptions): Run {
  const { gas, memory, tier, entry } = options;
  const values = integers(options);
  const machine = program.instantiate({ gas, memory: { max: memory }, tier });
  const place = entry === undefined ? program.image.entry : placeOf(program, entry);
  machine.prepare(place, values);
  return runOf(program, machine);
}

/** A symbol's name, or an address. */
function placeOf(program: A64Program, entry: string): number | string {
  if (program.symbols.has(entry)) return entry;
  if (/^(?:0x[0-9a-f]+|\d+)$/i.test(entry)) return Number(entry);
  throw new CliError("usage", `no symbol ${entry}; --entry takes a symbol or an address`);
}

/** Arguments for x0, x1 …: words, or 64-bit numbers in the bytes of `--args`. */
function integers({ words, args }: StartOptions): bigint[] {
  const values = words.map((word) => {
    if (!/^-?(?:0x[0-9a-f]+|\d+)$/i.test(word)) throw new CliError("usage", `${word} is not an integer`);
    const negative = word.startsWith("-");
    const size = BigInt(negative ? word.slice(1) : word);
    return negative ? -size : size;
  });
  if (values.length === 0 && args.length > 0) {
    if (args.length % 8 !== 0) throw new CliError("usage", `--args has ${args.length} bytes; arguments have 8 each`);
    const view = new DataView(args.buffer, args.byteOffset, args.byteLength);
    for (let at = 0; at < args.length; at += 8) values.push(view.getBigUint64(at, true));
  }
  if (values.length > MAX_ARGUMENTS)
    throw new CliError("usage", `${values.length} arguments; at most ${MAX_ARGUMENTS}`);
  return values;
}

function runOf(program: A64Program, machine: A64Machine): Run {
  const { address, bytes } = program.image.code;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return {
    machine,
    run: (options) => machine.runAsync(options),
    registers: () => [...machine.registers],
    registerName: (index) => (index === SP ? "sp" : `x${index}`),
    returned: (exit): Returned => ({ values: exit.kind === "halt" ? { x0: machine.value } : {} }),
    instruction: (index) => {
      const at = 4 * index;
      const text =
        at + 4 <= bytes.length
          ? disassembleWord(view.getUint32(at, true), address + at)
          : (program.code.isa.rows[program.code.op[index] as number]?.mnemonic ?? "");
      return { mnemonic: text.split(" ")[0] as string, text };
    },
  };
}

function inspect(program: A64Program): Readonly<Record<string, unknown>> {
  const { image, code } = program;
  const hex = (v: number): string => `0x${v.toString(16)}`;
  return {
    format: "AArch64 machine code",
    sizes: {
      file: program.bytes.length,
      code: image.code.bytes.length,
      data: image.data.reduce((n, s) => n + s.size, 0),
    },
    entry: hex(image.entry),
    code: hex(image.code.address),
    segments: image.data.map((s) => ({ address: hex(s.address), bytes: s.size, access: s.access })),
    instructions: code.count - 2,
    symbols: [...image.symbols].map(([name, at]) => ({ name, address: hex(at) })),
  };
}
