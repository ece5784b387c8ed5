/**
 * Chooses the row sequences that the interpreter fuses for MIR: counts what the C programs execute on small arguments,
 * then takes, one after the other, the sequence that saves the most. Prints the list as `guests/mir/fusions.ts` has it.
 *
 *     npx tsx bench/mir/profile.ts [count] [longest]
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { stdout } from "node:process";
import { type MirProgram, mir } from "vivarium/mir";
import { chooseFusions, stretches } from "../fusions.js";

/** Programs and arguments with which they execute some hundred thousand rows. */
const PROGRAMS: Readonly<Record<string, number>> = {
  nbody: 300,
  fannkuch: 6,
  spectral: 20,
  mandelbrot: 30,
  matrix: 4,
  sieve: 4,
  hash: 800,
  sort: 1500,
  trees: 6,
  strings: 1500,
  methods: 10_000,
  lists: 4,
  fib: 17,
  crc: 20,
};

/** How often every row is executed. */
function executions(program: MirProgram, argument: number): Float64Array {
  const counts = new Float64Array(program.code.count);
  const machine = program.instantiate({ args: ["program", String(argument)] });
  machine.watch({
    before: (_machine, index) => {
      counts[index] = (counts[index] as number) + 1;
    },
  });
  machine.run();
  machine.dispose();
  return counts;
}

const [count = 80, longest = 4] = process.argv.slice(2).map(Number);
const runs = Object.entries(PROGRAMS).flatMap(([name, argument]) => {
  const program = mir.load(readFileSync(join(import.meta.dirname, `${name}.mir`)));
  return stretches(program.code, executions(program, argument), longest);
});
for (const key of chooseFusions(runs, count)) stdout.write(`  ${key.replaceAll('","', '", "')},\n`);
