/** `npm run bench -- c`: the WebAssembly interpreter against a C interpreter made of the same rows and the same ICode. */
import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { stderr } from "node:process";
import { type PvmProgram, pvm } from "vivarium/pvm";
import { rulesOf } from "../../packages/vivarium/src/guests/pvm/profiles.js";
import type { InstructionSet } from "../../packages/vivarium/src/isa/table.js";
import { Fusions } from "../../packages/vivarium/src/tiers/interpreter/fusion.js";
import { COST, FIRST_ROW, ICode, layoutICode, SLOT } from "../../packages/vivarium/src/tiers/interpreter/icode.js";
import { argument } from "../../test/conformance/pvm.js";
import { child } from "../child.js";
import { CACHE, geomean, median, output, pairedRatio, short, table } from "../measure.js";
import { GCC } from "../pvm/engines.js";
import { type BenchProgram, benchPrograms, type Profile, programBytes } from "../pvm/programs.js";
import type { Sample } from "../pvm/worker.js";
import type { BenchOptions, BenchResult } from "../run.js";
import { generateC } from "./generate.js";

/** Gas of a slice, as in the driver of machines. */
const SLICE = 200_000;
/** Where the ICode begins in the file, so that no header is at 0: that means "no target" in the jump table. */
const BASE = 64;

/** The program as the C interpreter reads it: ICode, jump table and memory as a machine has them at the start. */
function image(program: PvmProgram, p: BenchProgram, fuse: boolean): Buffer {
  const { code } = program;
  const layout = layoutICode(code);
  const slots = new Uint8Array(BASE + layout.bytes);
  const icode = new ICode(code, layout, BASE);
  if (fuse) icode.fuse(new Fusions(code.isa, FIRST_ROW + code.isa.rows.length), slots.buffer);
  icode.write(0, code.count, slots.buffer);
  const header = (i: number): number => BASE + ((layout.slotOf[i] as number) - 1) * SLOT;
  const view = new DataView(slots.buffer);
  if (code.isa.gas === "block") {
    for (let i = 0; i < code.count; i++) {
      if (layout.starts[i] === 1) view.setInt32(header(i) + COST, code.blockCost(i), true);
    }
  }
  const machine = program.instantiate({ args: argument(p.n) });
  const pages: Buffer[] = [];
  for (const { start, end, access } of machine.memory.mappings()) {
    for (let at = start; at < end; at += 4096) {
      const head = Buffer.alloc(8);
      head.writeUInt32LE(at / 4096, 0);
      head.writeUInt32LE(access === "write" ? 3 : 1, 4);
      pages.push(head, Buffer.from(machine.memory.read(at, 4096) as Uint8Array));
    }
  }
  const registers = Buffer.from(machine.registers.slice().buffer);
  machine.dispose();
  const jumps = Uint32Array.from(code.table, (i) => (i < 0 ? 0 : header(i)));
  const head = Uint32Array.of(slots.length, jumps.length, pages.length / 2, SLICE, header(0));
  return Buffer.concat([Buffer.from(head.buffer), registers, slots, Buffer.from(jumps.buffer), ...pages]);
}

/** The compiled C interpreter of a profile. */
function compile(isa: InstructionSet, profile: Profile): string {
  mkdirSync(CACHE, { recursive: true });
  const source = join(CACHE, `interpreter-${profile}.c`);
  const binary = join(CACHE, `interpreter-${profile}`);
  writeFileSync(source, generateC(isa));
  // Without -fno-gcse gcc merges the computed gotos into one, as its manual warns.
  const flags = ["-O2", "-fno-strict-aliasing", "-fno-gcse", "-w"];
  execFileSync(GCC as string, [...flags, "-o", binary, source], { stdio: ["ignore", "ignore", "inherit"] });
  return binary;
}

async function inC(binary: string, file: string, p: BenchProgram, gas: string | undefined): Promise<number> {
  const [stop, time, used, r7, hex] = (await output(binary, [file])).trim().split(" ") as string[];
  const got = p.expected.kind === "r7" ? r7 : hex;
  if (stop !== "2" || got !== p.expected.value || (gas !== undefined && used !== gas)) {
    throw new Error(`${p.name} in C: stop ${stop}, result ${got}, gas ${used}; expected ${p.expected.value}, ${gas}`);
  }
  return Number(time);
}

export async function bench(options: BenchOptions): Promise<BenchResult> {
  if (GCC === undefined) return { text: "skipped: no gcc here" };
  const rounds = options.rounds ?? (options.quick ? 1 : 5);
  const parts: string[] = [];
  for (const profile of ["072", "080"] as const) {
    const binary = compile(rulesOf(profile).isa, profile);
    const rows: string[][] = [];
    const ratios: number[][] = [[], []];
    for (const p of benchPrograms(profile, true)) {
      if (options.only !== undefined && !options.only.includes(p.name)) continue;
      const program = pvm.load(programBytes(p.file), { profile });
      const files = [true, false].map((fuse) => {
        const file = join(CACHE, `${p.name}-${profile}-${fuse ? "fused" : "plain"}.icode`);
        writeFileSync(file, image(program, p, fuse));
        return file;
      });
      const ours: number[] = [];
      const theirs: number[][] = [[], []];
      for (let round = 0; round < rounds; round++) {
        const sample = await child<Sample>("pvm/worker.ts", ["interpreter", JSON.stringify(p), "6"]);
        ours.push(Math.min(...sample.warmCpu));
        for (const [k, file] of files.entries()) {
          const runs = [];
          for (let again = 0; again < 3; again++) runs.push(await inC(binary, file, p, sample.gas));
          theirs[k]?.push(Math.min(...runs));
        }
      }
      const pair = theirs.map((c) => pairedRatio(ours, c));
      pair.forEach((r, k) => ratios[k]?.push(r));
      rows.push([p.name, short(median(ours)), ...theirs.map((c) => short(median(c))), ...pair.map(short)]);
      stderr.write(".");
    }
    const head = ["program", "ours ms", "C ms", "C unfused ms", "ours / C", "ours / C unfused"];
    const means = ["geometric mean", "", "", "", ...ratios.map((r) => short(geomean(r)))];
    const most = ["most", "", "", "", ...ratios.map((r) => short(Math.max(...r)))];
    parts.push(
      `**Profile ${profile}**: warm interpreter against C with computed goto, same rows and ICode, gcc -O2 (processor time)\n`,
    );
    parts.push(table(head, [...rows, means, most]), "");
  }
  stderr.write("\n");
  return { text: parts.join("\n") };
}
