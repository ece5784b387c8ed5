/**
 * Chooses the instruction sequences that the interpreter fuses: counts what the compiled programs execute, then takes,
 * one after the other, the sequence that saves the most. Prints the list as `guests/pvm/fusions.ts` has it.
 *
 *     npx tsx bench/pvm/profile.ts [count] [longest]
 *     npx tsx bench/pvm/profile.ts --hot count          the instructions that are executed most
 */
import { stdout } from "node:process";
import { parseArgs } from "node:util";
import { type PvmProgram, pvm } from "vivarium/pvm";
import { argument } from "../../test/conformance/pvm.js";
import { chooseFusions, stretches } from "../fusions.js";
import { benchPrograms, type Profile, programBytes } from "./programs.js";

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

/** The mnemonics of what is executed most, all programs weighing the same. */
function mostExecuted(all: readonly (readonly [PvmProgram, Float64Array])[], count: number): string[] {
  const shares = new Map<string, number>();
  for (const [{ code }, counts] of all) {
    const total = counts.reduce((a, b) => a + b, 0);
    counts.forEach((n, i) => {
      const mnemonic = code.isa.rows[code.op[i] as number]?.mnemonic as string;
      shares.set(mnemonic, (shares.get(mnemonic) ?? 0) + n / total);
    });
  }
  const sorted = [...shares].sort(([, a], [, b]) => b - a);
  return sorted.slice(0, count).map(([mnemonic]) => mnemonic);
}

const { values, positionals } = parseArgs({ options: { hot: { type: "string" } }, allowPositionals: true });
const [count, longest] = [Number(positionals[0] ?? 64), Number(positionals[1] ?? 4)];
const all: (readonly [PvmProgram, Float64Array])[] = [];
for (const profile of ["072", "080"] as const satisfies Profile[]) {
  for (const p of benchPrograms(profile, false)) {
    // The hand-assembled programs stay out: they show what fusion is worth where it was not tuned.
    if (p.expected.kind !== "output") continue;
    const program = pvm.load(programBytes(p.file), { profile });
    all.push([program, executions(program, p.n)]);
  }
}
if (values.hot !== undefined) {
  for (const mnemonic of mostExecuted(all, Number(values.hot))) stdout.write(`  ${JSON.stringify(mnemonic)},\n`);
} else {
  const runs = all.flatMap(([program, counts]) => stretches(program.code, counts, longest));
  for (const key of chooseFusions(runs, count)) stdout.write(`  ${key.replaceAll('","', '", "')},\n`);
}
