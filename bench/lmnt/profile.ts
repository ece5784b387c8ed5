/**
 * Chooses the instruction sequences that the interpreter fuses in LMNT programs: executes the benchmark's and the
 * examples' programs, all weighing the same. Prints the list as `guests/lmnt/fusions.ts` has it.
 *
 *     npx tsx bench/lmnt/profile.ts [count] [longest]
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";
import { DefinitionFlag, type LmntProgram } from "vivarium/lmnt";
import { lmnt } from "vivarium/lmnt/formula";
import { chooseFusions, stretches } from "../fusions.js";
import { ROOT } from "../measure.js";
import { COLUMNS, SHAPES } from "./programs.js";

/** How often every instruction of one function is executed in a call. */
function executions(program: LmntProgram, name: string, args: readonly number[]): Float64Array {
  const counts = new Float64Array(program.code.count);
  const machine = program.instantiate({ tier: "interpreter" });
  machine.watch({
    before: (_machine, index) => {
      counts[index] = (counts[index] as number) + 1;
    },
  });
  machine.call(name, args);
  machine.dispose();
  return counts;
}

const EXAMPLES = join(ROOT, "examples/lmnt");
const texts = [
  ...COLUMNS.map(({ text }) => text),
  ...readdirSync(EXAMPLES)
    .filter((file) => file.endsWith(".formula"))
    .map((file) => readFileSync(join(EXAMPLES, file), "utf8")),
];
const runs = [
  ...SHAPES.map(({ archive, fn, args }) => ({ program: lmnt.load(archive), fn, args })),
  ...texts.flatMap((text) => {
    const { program } = lmnt.compile(text);
    const own = program.definitions.filter(({ flags }) => (flags & DefinitionFlag.EXTERN) === 0);
    return own.map(({ name, argsCount }) => ({
      program,
      fn: name,
      args: Array.from({ length: argsCount }, (_, i) => 0.25 + i / 8),
    }));
  }),
];
const [count, longest] = [Number(argv[2] ?? 48), Number(argv[3] ?? 4)];
const all = runs.flatMap(({ program, fn, args }) => stretches(program.code, executions(program, fn, args), longest));
for (const key of chooseFusions(all, count)) stdout.write(`${(JSON.parse(key) as string[]).join(", ")}\n`);
