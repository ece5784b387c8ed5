/** `npm run bench -- NAME [options]`: installs the peers when they are missing, measures, prints tables in Markdown. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import process, { argv, stdout } from "node:process";
import { parseArgs } from "node:util";
import { machineLine, output, ROOT } from "./measure.js";

/** What a benchmark is told. */
export interface BenchOptions {
  /** Fewer rounds, and without the slowest peer. */
  readonly quick: boolean;
  readonly tiers: readonly string[] | undefined;
  readonly only: readonly string[] | undefined;
  readonly rounds: number | undefined;
  /** Guest profiles; default: all. */
  readonly profiles: readonly string[] | undefined;
}

export interface BenchResult {
  /** All figures. */
  readonly text: string;
  /** The part that the README shows; `--write` puts it there. */
  readonly readme?: string;
}

type Bench = (options: BenchOptions) => Promise<BenchResult>;

const BENCHES: Readonly<Record<string, () => Promise<Bench>>> = {
  a64: async () => (await import("./a64/bench.js")).bench,
  pvm: async () => (await import("./pvm/bench.js")).bench,
  lmnt: async () => (await import("./lmnt/bench.js")).bench,
  c: async () => (await import("./c/bench.js")).bench,
  mir: async () => (await import("./mir/bench.js")).bench,
  python: async () => (await import("./python/bench.js")).bench,
  jit: async () => (await import("./jit/bench.js")).bench,
  transitions: async () => (await import("./jit/transitions.js")).bench,
  graph: async () => (await import("./graph/bench.js")).bench,
  native: async () => (await import("./native/bench.js")).bench,
};

const USAGE = `npm run bench -- ${Object.keys(BENCHES).join("|")} [--tier NAME,…] [--program NAME,…] [--profile NAME,…] [--rounds N] [--quick] [--write]`;

async function installPeers(): Promise<void> {
  if (existsSync(join(import.meta.dirname, "node_modules"))) return;
  await output("npm", ["ci", "--prefix", import.meta.dirname, "--no-audit", "--no-fund", "--loglevel=error"]);
}

/** Replaces what stands between the markers of a benchmark in the README. */
function writeReadme(name: string, text: string): void {
  const file = join(ROOT, "README.md");
  const old = readFileSync(file, "utf8");
  const begin = `<!-- bench:${name} -->`;
  const from = old.indexOf(begin);
  const to = old.indexOf("<!-- /bench -->", from);
  if (from < 0 || to < 0) throw new Error(`README.md has no markers for ${name}`);
  writeFileSync(file, `${old.slice(0, from + begin.length)}\n${text.trim()}\n${old.slice(to)}`);
}

const { values, positionals } = parseArgs({
  args: argv.slice(2),
  allowPositionals: true,
  options: {
    tier: { type: "string" },
    program: { type: "string" },
    rounds: { type: "string" },
    profile: { type: "string" },
    quick: { type: "boolean", default: false },
    write: { type: "boolean", default: false },
    help: { type: "boolean", short: "h", default: false },
  },
});
const [name] = positionals as [string | undefined];
const make = name === undefined ? undefined : BENCHES[name];
if (values.help) process.stdout.write(`${USAGE}\n`);
else if (name === undefined || make === undefined) {
  process.stderr.write(`${USAGE}\n`);
  process.exitCode = 2;
} else {
  await installPeers();
  const bench = await make();
  const result = await bench({
    quick: values.quick,
    tiers: values.tier?.split(","),
    only: values.program?.split(","),
    profiles: values.profile?.split(","),
    rounds: values.rounds === undefined ? undefined : Number(values.rounds),
  });
  stdout.write(`${machineLine()}\n\n${result.text.trim()}\n`);
  if (values.write && result.readme !== undefined) writeReadme(name, `${result.readme.trim()}\n\n${machineLine()}.`);
}
