/** The engines that are measured: each takes a program from its bytes to its result, as its users would. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type PvmTier, pvm, VivError } from "vivarium/pvm";
import { argument } from "../../test/conformance/pvm.js";
import { CACHE } from "../measure.js";
import { type BenchProgram, programBytes, SOURCES, TWINS } from "./programs.js";

/** What a run came to. */
export interface Run {
  readonly milliseconds: number;
  readonly r7: bigint;
  readonly output: Uint8Array;
  /** Gas that was used, by engines that count it. */
  readonly gas?: bigint;
}

/** Loads the program, runs it to its end and reads its result; the engine's own code has been loaded before. */
export type Engine = (program: BenchProgram) => Run;

const GAS = 2n ** 40n;

async function vivarium(tier: PvmTier): Promise<Engine> {
  return (p) => {
    const bytes = programBytes(p.file);
    const args = argument(p.n);
    const start = performance.now();
    const machine = pvm.load(bytes, { profile: p.profile }).instantiate({ tier, args, gas: GAS });
    const exit = machine.run();
    const output = machine.output();
    const milliseconds = performance.now() - start;
    const r7 = machine.registers[7] as bigint;
    const gas = GAS - machine.gas;
    machine.dispose();
    if (exit.kind !== "halt") throw new Error(`${p.name}: ${exit.kind}`);
    return { milliseconds, r7, output, gas };
  };
}

const PEERS = join(import.meta.dirname, "../node_modules");

/** The part of the peer's API that is used. */
interface AnanAs {
  resetJAM(program: number[], pc: number, gas: bigint, args: number[], hasMetadata: boolean): void;
  nSteps(steps: number): boolean;
  getStatus(): number;
  getGasLeft(): bigint;
  getRegisters(): Uint8Array;
  getMemory(address: number, length: number): Uint8Array | null;
}

/** `@fluffylabs/anan-as`: of its builds `release-mini` is the fastest, of its interfaces the one with `nSteps`. */
async function anan(build: string): Promise<Engine> {
  const peer = (await import(join(PEERS, `@fluffylabs/anan-as/dist/build/${build}.js`))) as AnanAs;
  return (p) => {
    const bytes = programBytes(p.file);
    const start = performance.now();
    peer.resetJAM([...bytes], 0, GAS, [...argument(p.n)], false);
    while (peer.nSteps(0xffffffff));
    const registers = new BigUint64Array(peer.getRegisters().slice().buffer);
    const r7 = registers[7] as bigint;
    const output = p.expected.kind === "output" ? peer.getMemory(Number(r7), Number(registers[8])) : null;
    const milliseconds = performance.now() - start;
    return { milliseconds, r7, output: output ?? new Uint8Array(0), gas: GAS - peer.getGasLeft() };
  };
}

interface Typeberry {
  resetJam(program: Uint8Array, args: Uint8Array, pc: number, gas: bigint, hasMetadata: boolean): void;
  runProgram(): void;
  readonly registers: { getU64(register: number): bigint };
  readonly memory: { loadInto(into: Uint8Array, address: number): unknown };
  readonly gas: { get(): bigint | number };
}

async function typeberry(): Promise<Engine> {
  const peer = (await import(join(PEERS, "@typeberry/lib/packages/core/pvm-interpreter/index.js"))) as {
    Interpreter: { new: () => Typeberry };
  };
  return (p) => {
    const bytes = programBytes(p.file);
    const start = performance.now();
    const machine = peer.Interpreter.new();
    machine.resetJam(bytes, argument(p.n), 0, GAS, false);
    machine.runProgram();
    const r7 = machine.registers.getU64(7);
    const length = p.expected.kind === "output" ? Number(machine.registers.getU64(8)) : 0;
    const output = new Uint8Array(length);
    if (length > 0) machine.memory.loadInto(output, Number(r7));
    const milliseconds = performance.now() - start;
    return { milliseconds, r7, output, gas: GAS - BigInt(machine.gas.get()) };
  };
}

/** The same C source compiled to WebAssembly by clang -O2. */
async function twin(): Promise<Engine> {
  return (p) => {
    const bytes = new Uint8Array(readFileSync(join(TWINS, `${p.c}.wasm`)));
    const start = performance.now();
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes));
    const run = exports["run"] as (n: number) => number;
    const length = run(p.n);
    const at = (exports["bench_out"] as WebAssembly.Global).value as number;
    const output = new Uint8Array((exports["memory"] as WebAssembly.Memory).buffer).slice(at, at + length);
    return { milliseconds: performance.now() - start, r7: 0n, output };
  };
}

/** The C compiler, where there is one. */
export const GCC: string | undefined = ["/usr/bin/gcc", "/usr/local/bin/gcc", "/usr/bin/cc"].find((p) => existsSync(p));

/** The same C source compiled by gcc -O2, timed by itself. */
async function native(): Promise<Engine> {
  if (GCC === undefined) throw new Error("no gcc here");
  return (p) => {
    mkdirSync(CACHE, { recursive: true });
    const source = join(CACHE, `${p.c}-timed.c`);
    const binary = join(CACHE, `${p.c}-timed`);
    const lines = [
      "#define main program_main",
      `#include "${join(SOURCES, `${p.c}.c`)}"`,
      "#undef main",
      "#include <time.h>",
      "static double now(void) { struct timespec t; clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);",
      "  return 1e3 * t.tv_sec + 1e-6 * t.tv_nsec; }",
      "int main(int argc, char **argv) { double start = now(); int code = program_main(argc, argv);",
      '  fflush(stdout); printf("%f\\n", now() - start); return code; }',
    ];
    writeFileSync(source, `${lines.join("\n")}\n`);
    execFileSync(GCC as string, ["-O2", "-o", binary, source]);
    const [hex, time] = execFileSync(binary, [String(p.n)], { encoding: "utf8" }).split("\n") as [string, string];
    return { milliseconds: Number(time), r7: 0n, output: Buffer.from(hex, "hex") };
  };
}

/** Engines by the name that a worker is given. */
export const ENGINES: Readonly<Record<string, () => Promise<Engine>>> = {
  interpreter: () => vivarium("interpreter"),
  tail: () => vivarium("interpreter:tail"),
  jit: () => vivarium("jit"),
  "anan-as": () => anan("release-mini"),
  typeberry,
  twin,
  native,
};

/** The tiers of ours that this build has, fastest last; the portable one is not made for speed. */
export function pvmTiers(): string[] {
  const tiers: Readonly<Record<string, PvmTier>> = { interpreter: "interpreter", tail: "interpreter:tail", jit: "jit" };
  const tiny = Uint8Array.of(0, 0, 1, 0, 1);
  return Object.keys(tiers).filter((name) => {
    try {
      pvm.load(tiny, { format: "blob" }).instantiate({ tier: tiers[name] }).dispose();
      return true;
    } catch (error) {
      if (error instanceof VivError && error.code === "TIER_UNAVAILABLE") return false;
      throw error;
    }
  });
}
