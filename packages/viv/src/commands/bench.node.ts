/** `viv bench`: runs a program several times in each tier, in turn, and prints medians. */

import { startOptions } from "../execute.node.js";
import { CliError, type ExitName } from "../exit-codes.js";
import { exitName, exitSentence } from "../exits.js";
import { withInterrupt } from "../interrupt.node.js";
import { loadProgram, startProgram } from "../load.node.js";
import { type COMMANDS, type Invocation, TIERS } from "../options.js";
import { columns, grouped, writeJson, writeResult } from "../output.node.js";
import { showProgress } from "../progress.node.js";

const DEFAULT_RUNS = 5;
const MAX_RUNS = 1000;

interface Measured {
  readonly tier: string;
  readonly milliseconds: number[];
}

export async function run({ args, options }: Invocation<typeof COMMANDS.bench>): Promise<ExitName> {
  const [file, ...words] = args as [string, ...string[]];
  const program = await loadProgram(file, options, words);
  const tiers = (options.tiers ?? "interpreter").split(",").map((name) => name.trim());
  for (const name of tiers) {
    if (!TIERS.includes(name as never))
      throw new CliError("usage", `unknown tier ${name}: expected ${TIERS.join(", ")}`);
  }
  const runs = Math.min(Math.max(1, options.runs ?? DEFAULT_RUNS), MAX_RUNS);
  const measured: Measured[] = tiers.map((tier) => ({ tier, milliseconds: [] }));
  let failure: ExitName | undefined;
  let gasUsed = 0n;
  let round = 0;
  const progress = showProgress(() => `round ${round} of ${runs + 1}`);
  await withInterrupt(async (signal) => {
    // Round 0 warms up; then the tiers take turns, so that what disturbs the machine disturbs all of them.
    for (; round <= runs && failure === undefined; round++) {
      for (const { tier, milliseconds } of measured) {
        const run = startProgram(program, {
          ...startOptions({ ...options, tier: tier as (typeof TIERS)[number] }, words),
          stdout: () => undefined,
          stderr: () => undefined,
        });
        const { machine } = run;
        const { gas } = machine;
        const start = performance.now();
        const exit = await run.run({ signal });
        const elapsed = performance.now() - start;
        gasUsed = gas - machine.gas;
        machine.dispose();
        if (exit.kind !== "halt") {
          failure = exitName(exit);
          progress.stop();
          throw new CliError(failure, `the program ${exitSentence(exit)} in tier ${tier}`);
        }
        if (round > 0) milliseconds.push(elapsed);
      }
    }
  }).finally(() => progress.stop());
  const rows = measured.map(({ tier, milliseconds }) => {
    const sorted = [...milliseconds].sort((a, b) => a - b);
    return { tier, runs, median: median(sorted), fastest: sorted[0] as number, slowest: sorted.at(-1) as number };
  });
  if (options.json === true) {
    writeJson({ gasUsed, tiers: rows });
  } else {
    const head = ["tier", "runs", "median ms", "fastest", "slowest", "gas/s"];
    const body = rows.map((row) => [
      row.tier,
      String(row.runs),
      row.median.toFixed(2),
      row.fastest.toFixed(2),
      row.slowest.toFixed(2),
      grouped(Math.round(Number(gasUsed) / (row.median / 1000))),
    ]);
    writeResult(columns([head, ...body], [1, 2, 3, 4, 5]));
  }
  return "ok";
}

function median(sorted: readonly number[]): number {
  const middle = sorted.length >> 1;
  const high = sorted[middle] as number;
  return sorted.length % 2 === 1 ? high : ((sorted[middle - 1] as number) + high) / 2;
}
