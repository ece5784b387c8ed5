/**
 * Chooses the instruction sequences that the interpreter fuses: counts what the compiled programs execute, then takes,
 * one after the other, the sequence that saves the most dispatches. Prints the list as `guests/pvm/fusions.ts` has it.
 *
 *     npx tsx bench/pvm/profile.ts [count] [longest]
 */
import { argv, stderr, stdout } from "node:process";
import type { Code, InstructionSet } from "vivarium/kit";
import { type PvmProgram, pvm } from "vivarium/pvm";
import { segmentStarts } from "../../packages/vivarium/src/tiers/interpreter/icode.js";
import { argument } from "../../test/conformance/pvm.js";
import { benchPrograms, type Profile, programBytes } from "./programs.js";

/** A stretch of instructions that is always executed as a whole, with how often. */
interface Stretch {
  readonly rows: readonly string[];
  /** Executions, as a share of all instructions that its program executes. */
  readonly weight: number;
}

/** How often every instruction is executed. */
function executions(program: PvmProgram, n: number): Float64Array {
  const counts = new Float64Array(program.code.count);
  const machine = program.instantiate({ args: argument(n) });
  machine.watch({
    before: (_machine, index) => {
      counts[index] = (counts[index] as number) + 1;
    },
  });
  machine.run();
  machine.dispose();
  return counts;
}

function stretches(program: PvmProgram, counts: Float64Array): Stretch[] {
  const { code } = program;
  const starts = segmentStarts(code);
  const all = counts.reduce((a, b) => a + b, 0);
  const out: Stretch[] = [];
  for (let i = 0; i < code.count; ) {
    let end = i + 1;
    while (end < code.count && starts[end] === 0) end++;
    const weight = (counts[i] as number) / all;
    if (weight > 0) out.push({ rows: names(code, i, end), weight });
    i = end;
  }
  return out;
}

function names(code: Code, from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, k) => code.isa.rows[code.op[from + k] as number]?.mnemonic as string);
}

/** A row after which the next instruction follows, unless it faults: only the last of a sequence may be another. */
function continues(isa: InstructionSet, mnemonic: string): boolean {
  const effects = isa.rows[isa.indexOf(mnemonic)]?.effects;
  return effects !== undefined && !effects.endsBlock && !effects.callsHost && !effects.mayExit;
}

/** Dispatches of a stretch when the longest fused sequence is taken at every instruction, as the interpreter does. */
function dispatches(rows: readonly string[], fused: ReadonlySet<string>, longest: number): number {
  let count = 0;
  for (let i = 0; i < rows.length; count++) {
    let length = Math.min(longest, rows.length - i);
    while (length > 1 && !fused.has(rows.slice(i, i + length).join(" "))) length--;
    i += length;
  }
  return count;
}

function candidates(isa: InstructionSet, all: readonly Stretch[], longest: number): Map<string, Stretch[]> {
  const out = new Map<string, Stretch[]>();
  for (const stretch of all) {
    const seen = new Set<string>();
    for (let i = 0; i < stretch.rows.length; i++) {
      for (let length = 2; length <= longest && i + length <= stretch.rows.length; length++) {
        if (!continues(isa, stretch.rows[i + length - 2] as string)) break;
        seen.add(stretch.rows.slice(i, i + length).join(" "));
      }
    }
    for (const key of seen) out.set(key, [...(out.get(key) ?? []), stretch]);
  }
  return out;
}

/** The sequences that save the most dispatches, each chosen with the ones before it in place. */
function choose(isa: InstructionSet, all: readonly Stretch[], count: number, longest: number): string[] {
  const where = candidates(isa, all, longest);
  const fused = new Set<string>();
  const cost = (list: readonly Stretch[]): number =>
    list.reduce((sum, s) => sum + s.weight * dispatches(s.rows, fused, longest), 0);
  const programs = all.reduce((sum, s) => sum + s.weight * s.rows.length, 0);
  while (fused.size < count) {
    let best = { key: "", gain: 0 };
    for (const [key, list] of where) {
      if (fused.has(key)) continue;
      const before = cost(list);
      fused.add(key);
      const gain = before - cost(list);
      fused.delete(key);
      if (gain > best.gain) best = { key, gain };
    }
    if (best.key === "") break;
    fused.add(best.key);
    // A sequence that longer ones have made useless goes again.
    for (const key of [...fused]) {
      const list = where.get(key) as Stretch[];
      const withIt = cost(list);
      fused.delete(key);
      if (cost(list) - withIt > 1e-4 * programs) fused.add(key);
    }
    if (!fused.has(best.key)) break;
  }
  stderr.write(`${fused.size} sequences: ${(cost(all) / programs).toFixed(3)} dispatches an instruction\n`);
  return [...fused];
}

const [count, longest] = [Number(argv[2] ?? 40), Number(argv[3] ?? 3)];
const all: Stretch[] = [];
let isa: InstructionSet | undefined;
for (const profile of ["072", "080"] as const satisfies Profile[]) {
  for (const p of benchPrograms(profile, false)) {
    // The hand-assembled programs stay out: they show what fusion is worth where it was not tuned.
    if (p.expected.kind !== "output") continue;
    const program = pvm.load(programBytes(p.file), { profile });
    isa ??= program.code.isa;
    all.push(...stretches(program, executions(program, p.n)));
  }
}
const lines = choose(isa as InstructionSet, all, count, longest).map((key) => `  ${JSON.stringify(key.split(" "))},`);
stdout.write(`${lines.join("\n").replaceAll('","', '", "')}\n`);
