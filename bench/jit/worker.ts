/** One measurement of the compiler, in a process of its own; prints it as JSON. */
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, cpuUsage, execPath, memoryUsage, stdout } from "node:process";
import { assemble, type PvmTier } from "vivarium/pvm";
import { pvm } from "../../packages/vivarium/src/pvm.js";
import { compileAll } from "../../packages/vivarium/src/tiers/jit/listing.js";
import { jitProgram } from "../../packages/vivarium/src/tiers/jit/program.js";
import { hostileProgram } from "../../test/hostile/shapes.js";
import { PROGRAMS } from "../pvm/programs.js";

export interface Throughput {
  /** Million bytes of guest code a second. */
  readonly warm: number;
  readonly cold: number;
  readonly microseconds: number;
  readonly bytes: number;
}

function processor(work: () => void): number {
  const before = cpuUsage();
  work();
  const { user, system } = cpuUsage(before);
  return user + system;
}

function throughput(): Throughput {
  const files = readdirSync(PROGRAMS).filter((name) => /\.(gp072|jam)\.spi$/.test(name));
  const load = (): ReturnType<typeof pvm.load>[] =>
    files.map((name) =>
      pvm.load(readFileSync(join(PROGRAMS, name)), { profile: name.includes("072") ? "072" : "080" }),
    );
  let guest = 0;
  let wasm = 0;
  let instructions = 0;
  const compile = (programs: readonly ReturnType<typeof pvm.load>[]): void => {
    [guest, wasm, instructions] = [0, 0, 0];
    for (const { code, blob } of programs) {
      guest += blob.code.length;
      for (const module of compileAll(code)) {
        wasm += module.bytes.length;
        instructions += module.instructions;
      }
    }
  };
  const times = Array.from({ length: 40 }, () => {
    const programs = load();
    for (const { code } of programs) void code.args;
    return processor(() => compile(programs));
  });
  const warm = Math.min(...times);
  return {
    cold: guest / (times[0] as number),
    warm: guest / warm,
    microseconds: warm / instructions,
    bytes: wasm / instructions,
  };
}

export interface Large {
  readonly instructions: number;
  readonly first: number;
  readonly steady: number;
  readonly speed: number;
  readonly longest: number;
}

/**
 * 2,000 functions of some hundred instructions, with loops and memory accesses: all are called once, and then `hot` of
 * them again and again.
 */
function largeProgram(hot: number): Uint8Array {
  const functions = 2_000;
  const lines = [".stack 4096", ".heap_pages 16", "main:"];
  for (let k = hot; k < functions; k++) lines.push(`load_imm_jump ra, @r${k}, f${k}`, `r${k}:`);
  lines.push("load_imm s0, 1000000", "fallthrough", "again:");
  for (let k = 0; k < hot; k++) lines.push(`load_imm_jump ra, @r${k}, f${k}`, `r${k}:`);
  lines.push("add_imm_64 s0, s0, -1", "branch_ne_imm s0, 0, again", "trap");
  for (let k = 0; k < functions; k++) {
    lines.push(`f${k}: load_imm s1, ${5 + (k % 20)}`, "fallthrough", `l${k}:`);
    for (let j = 0; j < 22; j++) {
      lines.push(
        `load_ind_u32 a0, sp, ${-16 - 4 * ((k + j) % 64)}`,
        `add_imm_64 a1, a0, ${(k * 31 + j) % 1000}`,
        `xor a2, a${j % 3}, a1`,
        `store_ind_u32 a2, sp, ${-16 - 4 * ((k + 7 * j) % 64)}`,
      );
    }
    lines.push(`branch_eq_imm a2, ${k}, e${k}`, "add_imm_64 s1, s1, -1", `branch_ne_imm s1, 0, l${k}`);
    lines.push("fallthrough", `e${k}: jump_ind ra, 0`);
  }
  return assemble(lines.join("\n"), { profile: "080" }).bytes;
}

/** Time that the large program runs, and the stretches in which its speed is looked at. */
const LARGE_MS = 8_000;
const STRETCH_MS = 100;

/** Milliseconds of processor time, of all threads. */
function clock(): number {
  const { user, system } = cpuUsage();
  return (user + system) / 1000;
}

function large(hot: number): Large {
  // Assembled elsewhere: the assembler leaves a hundred megabytes behind, which would be swept while this is measured.
  const made = execFileSync(execPath, [argv[1] as string, "assemble", String(hot)], { maxBuffer: 64 << 20 });
  const bytes = new Uint8Array(made);
  const start = clock();
  const program = pvm.load(bytes, { profile: "080" });
  using machine = program.instantiate({ tier: "jit", gas: 2n ** 60n });
  const { backend } = machine;
  const run = backend.run.bind(backend);
  let first = 0;
  let longest = 0;
  backend.run = (exact, steps) => {
    const from = clock();
    const stop = run(exact, steps);
    const now = clock();
    if (first === 0) first = now - start;
    longest = Math.max(longest, now - from);
    return stop;
  };
  const speeds: { at: number; speed: number }[] = [];
  for (let now = clock(); now - start < LARGE_MS; ) {
    const gas = machine.gas;
    machine.run({ timeout: STRETCH_MS });
    const then = clock();
    speeds.push({ at: then - start, speed: Number(gas - machine.gas) / 1000 / (then - now) });
    now = then;
  }
  const last = speeds.slice(-Math.ceil(speeds.length / 3)).map((s) => s.speed);
  const speed = last.sort((a, b) => a - b)[last.length >> 1] as number;
  // The end of the first five stretches on end of which most are that fast.
  const fast = speeds.map((s) => s.speed >= 0.8 * speed);
  const steady = speeds.find((_, k) => fast.slice(k, k + 5).filter((f) => f).length > 2);
  return { instructions: program.code.count, first, steady: steady?.at ?? LARGE_MS, speed, longest };
}

export interface Hostile {
  readonly load: number;
  readonly interpreter: number;
  readonly jit: number;
  readonly longest: number;
  readonly instructions: number;
  readonly bytes: number;
  readonly memory: number;
}

function hostile(shape: string, n: number): Hostile {
  const { bytes } = hostileProgram(shape, n, "080");
  const start = performance.now();
  const program = pvm.load(bytes, { profile: "080", format: "blob" });
  const load = performance.now() - start;
  let longest = 0;
  const time = (tier: PvmTier): number => {
    using machine = program.instantiate({ tier, gas: 200_000_000n });
    const { backend } = machine;
    const run = backend.run.bind(backend);
    backend.run = (exact, steps) => {
      const from = performance.now();
      const stop = run(exact, steps);
      if (tier === "jit") longest = Math.max(longest, performance.now() - from);
      return stop;
    };
    const from = performance.now();
    machine.run();
    return performance.now() - from;
  };
  const jit = time("jit");
  const memory = memoryUsage().rss / 2 ** 20;
  const { instructions, bytes: size } = jitProgram(program.code).compiled;
  return { load, jit, interpreter: time("interpreter"), longest, instructions, bytes: size, memory };
}

const [what, shape, n] = argv.slice(2) as [string, string, string];
if (what === "assemble") stdout.write(largeProgram(Number(shape)));
else {
  const found =
    what === "throughput" ? throughput() : what === "large" ? large(Number(shape)) : hostile(shape, Number(n));
  stdout.write(`\n${JSON.stringify(found)}\n`);
}
