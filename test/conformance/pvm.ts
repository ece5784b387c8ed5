/** Runs the public PVM vectors and the whole programs beside them in every tier; says which fail. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Access } from "vivarium";
import { type Exit, type PvmMachine, type PvmProgram, type PvmTier, pvm } from "vivarium/pvm";
import { parseExact } from "./vectors.js";

export interface Outcome {
  readonly name: string;
  /** What differed; empty when all is as expected. */
  readonly differences: readonly string[];
}

type Integer = number | bigint;
interface MapStep {
  kind: "map";
  address: Integer;
  length: Integer;
  "is-writable": boolean;
}
interface WriteStep {
  kind: "write";
  address: Integer;
  contents: number[];
}
interface SetRegStep {
  kind: "set-reg";
  reg: number;
  value: Integer;
}
interface AssertStep {
  kind: "assert";
  status: string;
  "page-fault-address"?: Integer;
  hostcall?: Integer;
  gas: Integer;
  pc: Integer;
  regs: Integer[];
  memory: { address: Integer; contents: number[] }[];
}
interface RunStep {
  kind: "run";
}
interface StepsVector {
  name: string;
  "initial-pc": Integer;
  "initial-gas": Integer;
  program: number[];
  steps: (MapStep | WriteStep | SetRegStep | AssertStep | RunStep)[];
}
interface ClassicVector {
  name: string;
  "initial-regs": Integer[];
  "initial-pc": Integer;
  "initial-page-map": { address: Integer; length: Integer; "is-writable": boolean }[];
  "initial-memory": { address: Integer; contents: number[] }[];
  "initial-gas": Integer;
  program: number[];
  "expected-status": string;
  "expected-regs": Integer[];
  "expected-pc": Integer;
  "expected-memory": { address: Integer; contents: number[] }[];
  "expected-gas": Integer;
  "expected-page-fault-address"?: Integer;
}

const STATUS: Partial<Record<Exit["kind"], string>> = {
  halt: "halt",
  panic: "panic",
  fault: "page-fault",
  host: "ecalli",
  "out-of-gas": "out-of-gas",
};

/** Non-zero runs of memory, as the vectors list them. */
function contents(machine: PvmMachine): string {
  const runs: { address: number; bytes: number[] }[] = [];
  for (const { start, end } of machine.memory.mappings()) {
    const bytes = machine.memory.read(start, end - start) as Uint8Array;
    for (let i = 0; i < bytes.length; i++) {
      if (bytes[i] === 0) continue;
      const last = runs[runs.length - 1];
      if (last !== undefined && last.address + last.bytes.length === start + i) last.bytes.push(bytes[i] as number);
      else runs.push({ address: start + i, bytes: [bytes[i] as number] });
    }
  }
  return JSON.stringify(runs.map((r) => [r.address, r.bytes]));
}
/** The same list from a vector, which may keep zeros inside a run. */
function expectedContents(memory: readonly { address: Integer; contents: number[] }[]): string {
  const runs: [number, number[]][] = [];
  for (const { address, contents: bytes } of memory) {
    bytes.forEach((byte, i) => {
      if (byte === 0) return;
      const at = Number(address) + i;
      const last = runs[runs.length - 1];
      if (last !== undefined && last[0] + last[1].length === at) last[1].push(byte);
      else runs.push([at, [byte]]);
    });
  }
  return JSON.stringify(runs);
}

interface Expected {
  status: string;
  pc: Integer;
  gas: Integer;
  regs: Integer[];
  memory: { address: Integer; contents: number[] }[];
  faultAddress: Integer | undefined;
  hostcall: Integer | undefined;
}

function compare(machine: PvmMachine, exit: Exit | undefined, expected: Expected): string[] {
  const out: string[] = [];
  const check = (what: string, got: unknown, want: unknown): void => {
    if (String(got) !== String(want)) out.push(`${what}: ${String(got)}, expected ${String(want)}`);
  };
  check("status", exit === undefined ? "none" : STATUS[exit.kind], expected.status);
  check("pc", machine.pc, expected.pc);
  check("gas", machine.gas, expected.gas);
  check("registers", [...machine.registers], expected.regs);
  check("memory", contents(machine), expectedContents(expected.memory));
  if (expected.faultAddress !== undefined) {
    check("fault page", exit?.kind === "fault" ? exit.page : undefined, expected.faultAddress);
  }
  if (expected.hostcall !== undefined)
    check("host call", exit?.kind === "host" ? exit.id : undefined, expected.hostcall);
  return out;
}

function runSteps(vector: StepsVector, tier: PvmTier): string[] {
  const program = pvm.load(Uint8Array.from(vector.program), { profile: "080", format: "blob" });
  const machine = program.instantiate({
    tier,
    gas: BigInt(vector["initial-gas"]),
    entry: Number(vector["initial-pc"]),
  });
  const out: string[] = [];
  let exit: Exit | undefined;
  try {
    vector.steps.forEach((step, i) => {
      switch (step.kind) {
        case "map":
          machine.memory.map(Number(step.address), Number(step.length), step["is-writable"] ? "write" : "read");
          break;
        case "write":
          machine.memory.force(Number(step.address), Uint8Array.from(step.contents));
          break;
        case "set-reg":
          machine.registers[step.reg] = BigInt.asUintN(64, BigInt(step.value));
          break;
        case "run":
          exit = machine.run();
          break;
        case "assert":
          out.push(
            ...compare(machine, exit, {
              status: step.status,
              pc: step.pc,
              gas: step.gas,
              regs: step.regs,
              memory: step.memory,
              faultAddress: step["page-fault-address"],
              hostcall: step.hostcall,
            }).map((d) => `step ${i}: ${d}`),
          );
      }
    });
  } finally {
    machine.dispose();
  }
  return out;
}

function runClassic(vector: ClassicVector, tier: PvmTier): string[] {
  const program = pvm.load(Uint8Array.from(vector.program), { profile: "072", format: "blob" });
  const machine = program.instantiate({
    tier,
    gas: BigInt(vector["initial-gas"]),
    entry: Number(vector["initial-pc"]),
    registers: vector["initial-regs"].map(BigInt),
    regions: vector["initial-page-map"].map((m) => ({
      start: Number(m.address),
      length: Number(m.length),
      access: (m["is-writable"] ? "write" : "read") as Access,
    })),
  });
  try {
    for (const m of vector["initial-memory"]) machine.memory.force(Number(m.address), Uint8Array.from(m.contents));
    const exit = machine.run();
    return compare(machine, exit, {
      status: vector["expected-status"],
      pc: vector["expected-pc"],
      gas: vector["expected-gas"],
      regs: vector["expected-regs"],
      memory: vector["expected-memory"],
      faultAddress: vector["expected-page-fault-address"],
      hostcall: undefined,
    });
  } finally {
    machine.dispose();
  }
}

/** Every vector of a folder, each in the tier that is given. */
export function runVectors(folder: string, profile: "072" | "080", tier: PvmTier): Outcome[] {
  const at = join(folder, profile === "080" ? "pvm/gp080-steps" : "pvm/gp072-classic");
  return readdirSync(at)
    .filter((f) => f.endsWith(".json"))
    .sort()
    .map((file) => {
      const vector = parseExact(readFileSync(join(at, file), "utf8"));
      const name = file.slice(0, -5);
      try {
        const differences =
          profile === "080" ? runSteps(vector as StepsVector, tier) : runClassic(vector as ClassicVector, tier);
        return { name, differences };
      } catch (error) {
        return { name, differences: [`threw ${String(error)}`] };
      }
    });
}

/**
 * Vectors of profile 072 that were written for other rules: a fault there charges the block ahead although gas is
 * counted per instruction, and a store to a read-only page panics. Every implementation of 0.7.2 fails the same.
 */
export const STALE_072: readonly string[] = [
  "inst_load_u8_nok",
  "inst_store_imm_indirect_u16_with_offset_nok",
  "inst_store_imm_indirect_u32_with_offset_nok",
  "inst_store_imm_indirect_u64_with_offset_nok",
  "inst_store_imm_indirect_u8_with_offset_nok",
  "inst_store_imm_u8_trap_inaccessible",
  "inst_store_imm_u8_trap_read_only",
  "inst_store_indirect_u16_with_offset_nok",
  "inst_store_indirect_u32_with_offset_nok",
  "inst_store_indirect_u64_with_offset_nok",
  "inst_store_indirect_u8_with_offset_nok",
  "inst_store_u8_trap_inaccessible",
  "inst_store_u8_trap_read_only",
];

/** A whole program with what it must come to. */
export interface WholeProgram {
  readonly file: string;
  readonly profile: "072" | "080";
  readonly n: number;
  /** Output bytes as hex, or registers r7 (and r8). */
  readonly output?: string;
  readonly r7?: bigint;
  readonly r8?: bigint;
  /** Executed instructions (profile 072: also the gas). */
  readonly instructions?: number;
  readonly gas?: number;
}

const HAND: readonly (readonly [string, number, bigint, bigint | undefined, number])[] = [
  ["arith64", 1_000_000, 4486264539246474466n, undefined, 10_000_013],
  ["arith32", 1_000_000, 971514720n, undefined, 10_000_013],
  ["sieve", 800_000, 63951n, undefined, 9_057_266],
  ["rmw", 1_000_000, 18000330033896153628n, undefined, 10_000_009],
  ["fibrec", 25, 75025n, undefined, 2_427_852],
  ["collatz", 20_000, 17647n, 279n, 11_776_353],
];
const HAND_LARGE: typeof HAND = [
  ["arith64", 10_000_000, 10182459562562380845n, undefined, 100_000_013],
  ["arith32", 10_000_000, 1949052420n, undefined, 100_000_013],
  ["sieve", 8_000_000, 539777n, undefined, 94_502_639],
  ["rmw", 10_000_000, 124756701343345004n, undefined, 100_000_009],
  ["fibrec", 30, 832040n, undefined, 26_925_372],
  ["collatz", 100_000, 77031n, 351n, 68_887_229],
];
/** name, N, output, instructions in 072, instructions in 080, block gas in 080 (0: not listed). */
type Compiled = readonly [string, number, string, number, number, number];
const COMPILED: readonly Compiled[] = [
  ["c/crc32", 4_000, "894ece3437b7de95", 119_376, 123_376, 474_991],
  ["c/base64", 2_000, "6c0a0000074f571000000000", 113_306, 116_708, 571_322],
  ["c/lz77", 600, "03010000fc5fbd7a00000000", 84_637, 87_113, 422_014],
  ["c/mandel", 11, "9d15b341f21b000022000000", 102_947, 103_079, 246_988],
  ["c/sudoku", 2, "ab3083bc040000009f00000000000000", 180_322, 191_422, 923_270],
  ["c/expr", 30, "3cb6af2e69050000ba090000", 84_791, 90_064, 632_811],
  ["sha256", 1_000, "1e9bc38cbf860b9ec31918b065f9b52476c549a782e0e7990bed8ce3868d2371", 81_636, 0, 0],
];
const COMPILED_LARGE: readonly Compiled[] = [
  ["c/crc32", 6_000_000, "feda585db40f8ad8", 102_210_718, 108_210_718, 492_648_261],
  ["c/base64", 1_800_000, "009f240001439cff00000000", 100_834_825, 103_836_090, 504_793_660],
  ["c/lz77", 400_000, "9d82010012bce04300000000", 100_514_265, 102_569_767, 543_404_916],
  ["c/mandel", 360, "e001523d4b476a00997b0000", 100_374_910, 100_504_870, 240_600_349],
  ["c/sudoku", 1_000, "7596eb99c10700008b79010000000000", 98_701_107, 105_341_784, 533_983_701],
  ["c/expr", 36_000, "c305d82bbb090000e0972d00", 100_072_225, 106_214_449, 748_392_325],
  ["sha256", 1_000_000, "1dc6622e2b0d38fe9e646130ff9014746cfa84d65e17c919e2834277d318c78a", 79_832_766, 80_582_816, 0],
];

/** The programs of `pvm/programs` in both profiles; the small rows, or the large ones that the benchmark runs. */
export function wholePrograms(large: boolean): WholeProgram[] {
  const out: WholeProgram[] = [];
  for (const profile of ["072", "080"] as const) {
    for (const [name, n, r7, r8, instructions] of large ? HAND_LARGE : HAND) {
      out.push({ file: `${name}.spi`, profile, n, r7, ...(r8 === undefined ? {} : { r8 }), instructions });
    }
    for (const [name, n, output, in072, in080, gas080] of large ? COMPILED_LARGE : COMPILED) {
      out.push({
        file: `${name}.${profile === "072" ? "gp072" : "jam"}.spi`,
        profile,
        n,
        output,
        ...(profile === "072" ? { instructions: in072 } : {}),
        ...(profile === "080" && in080 > 0 ? { instructions: in080 } : {}),
        ...(profile === "080" && gas080 > 0 ? { gas: gas080 } : {}),
      });
    }
  }
  return out;
}

/** A u32 argument, little-endian. */
export function argument(n: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n, true);
  return bytes;
}

/** Instructions executed, counted one by one: slow, for the small rows. */
function count(program: PvmProgram, n: number): number {
  const machine = program.instantiate({ tier: "interpreter", args: argument(n) });
  let instructions = 0;
  try {
    const most = 2 ** 26;
    const exit = machine.run({ steps: most });
    if (exit.kind === "step") throw new Error("the program does not end");
    instructions = most - machine.stepsLeft;
  } finally {
    machine.dispose();
  }
  return instructions;
}

/** Runs one whole program. Instruction counts are checked where gas is the count, and by stepping for small N. */
export function runProgram(folder: string, p: WholeProgram, tier: PvmTier, step: boolean): Outcome {
  const program = pvm.load(readFileSync(join(folder, "pvm/programs", p.file)), { profile: p.profile });
  const machine = program.instantiate({ tier, args: argument(p.n), gas: 2n ** 40n });
  const out: string[] = [];
  try {
    const exit = machine.run();
    if (exit.kind !== "halt") out.push(`exit ${exit.kind} at ${exit.pc}`);
    const used = 2n ** 40n - machine.gas;
    if (p.output !== undefined) {
      const hex = Array.from(machine.output(), (b) => b.toString(16).padStart(2, "0")).join("");
      if (hex !== p.output) out.push(`output ${hex}, expected ${p.output}`);
    }
    if (p.r7 !== undefined && machine.registers[7] !== p.r7) out.push(`r7 ${machine.registers[7]}, expected ${p.r7}`);
    if (p.r8 !== undefined && machine.registers[8] !== p.r8) out.push(`r8 ${machine.registers[8]}, expected ${p.r8}`);
    if (p.profile === "072" && p.instructions !== undefined && used !== BigInt(p.instructions)) {
      out.push(`gas ${used}, expected ${p.instructions}`);
    }
    if (p.gas !== undefined && used !== BigInt(p.gas)) out.push(`gas ${used}, expected ${p.gas}`);
    if (step && p.profile === "080" && p.instructions !== undefined) {
      const counted = count(program, p.n);
      if (counted !== p.instructions) out.push(`${counted} instructions, expected ${p.instructions}`);
    }
  } finally {
    machine.dispose();
  }
  return { name: `${p.file} (${p.profile}, N = ${p.n})`, differences: out };
}
