/**
 * The original's C tests, compiled to text by its own compiler, in our tiers: exit code and output must be the
 * original's. `MIR_DIR=… npx tsx test/conformance/mir.ts [filter]`, where MIR_DIR is a built tree of MIR.
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { mir } from "../../packages/vivarium/src/mir.js";

/** Tests that cannot give the original's result, and why. A test here that passes is a failure too. */
export const LEDGER: Readonly<Record<string, string>> = {
  "new/issue355.c": "a block of 2^32 bytes or more: the original's own text reader refuses it",
  "lacc/bitfield-pack-next.c": "prints uninitialised padding",
  "lacc/bitfield-types-init.c": "prints uninitialised padding",
  "lacc/long-double-load.c": "needs the 64 bits of mantissa of an 80-bit long double",
};

const SUITES = ["mir", "new", "andrewchambers_c", "gcc", "lacc"];
/** Programs that the portable tier takes minutes for. */
const LONG = new Set(["new/interp.c"]);

interface Test {
  readonly name: string;
  readonly sources: readonly string[];
}

/** The tests of a suite that are meant for this processor and every engine. */
function testsOf(root: string, suite: string): Test[] {
  const folder = join(root, "c-tests", suite);
  const suffix = suite === "mir" ? ".mir" : ".c";
  const names = readdirSync(folder).filter((name) => name.endsWith(suffix) && !name.startsWith("add-"));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const forOthers = existsSync(`${path}.mach`) && !/x86_64/.test(readFileSync(`${path}.mach`, "utf8"));
    const notForUs = existsSync(`${path}.nomach`) && /x86_64/.test(readFileSync(`${path}.nomach`, "utf8"));
    if (forOthers || notForUs || existsSync(`${path}.opt`)) return [];
    const second = [join(folder, `add-${name}`), join(folder, `add-${basename(name, ".c")}.mir`)].find((p) =>
      existsSync(p),
    );
    return [{ name: `${suite}/${name}`, sources: second === undefined ? [path] : [path, second] }];
  });
}

/** Compiles a test to text; null if the original's compiler refuses it. */
function compile(root: string, folder: string, test: Test): string[] | null {
  const out: string[] = [];
  for (const [k, source] of test.sources.entries()) {
    const target = join(folder, `${k}.mir`);
    rmSync(target, { force: true });
    if (source.endsWith(".mir")) copyFileSync(source, target);
    else if (spawnSync(join(root, "c2m"), ["-S", source, "-o", target], { cwd: root, timeout: 30_000 }).status !== 0)
      return null;
    if (!existsSync(target)) return null;
    out.push(target);
  }
  return out;
}

type TestTier = "interpreter" | "jit" | "portable";
/** `VIV_TIERS=jit` runs one tier, or several with commas between them. */
const TIERS = (process.env.VIV_TIERS ?? "interpreter,jit,portable").split(",") as TestTier[];

/** Runs a test in a tier; "" or how it differs from the original. */
function compare(
  files: readonly string[],
  expected: { status: number | null; stdout: Buffer },
  tier: TestTier,
): string {
  try {
    const program = mir.load(files.map((file) => readFileSync(file)));
    const { exit, exitCode, stdout } = program.invoke({ args: ["c2m"], tier, timeout: 120_000 });
    if (exitCode !== expected.status)
      return `exit code ${exitCode} (${exit.kind}), the original's is ${expected.status}`;
    return expected.stdout.equals(stdout) ? "" : "other output than the original";
  } catch (error) {
    // What the original refuses to load, too, is as it should be.
    return expected.status === 1 && error instanceof Error && "errors" in error ? "" : String(error);
  }
}

const root = process.env.MIR_DIR;
if (root === undefined) {
  console.log("skipped: MIR_DIR does not name a built tree of MIR");
} else {
  const filter = process.argv[2] ?? "";
  const folder = mkdtempSync(join(tmpdir(), "mir-c-tests-"));
  const counts = { interpreter: 0, jit: 0, portable: 0 };
  let all = 0;
  let failures = 0;
  for (const test of SUITES.flatMap((suite) => testsOf(root, suite))) {
    if (!test.name.includes(filter)) continue;
    const files = compile(root, folder, test);
    if (files === null) continue;
    const expected = spawnSync(join(root, "c2m"), [...test.sources, "-ei"], { cwd: root, timeout: 60_000 });
    // A program without a main is no test of running.
    if (expected.stderr.includes("cannot link program w/o main function")) continue;
    all++;
    for (const tier of TIERS) {
      if (tier === "portable" && LONG.has(test.name)) continue;
      const difference = compare(files, expected, tier);
      const excused = LEDGER[test.name] !== undefined;
      if (difference === "") counts[tier]++;
      if ((difference === "") === excused) {
        failures++;
        console.log(`FAIL ${test.name} ${tier}: ${excused ? "passes, but stands in the ledger" : difference}`);
      }
    }
  }
  rmSync(folder, { recursive: true });
  console.log(
    `${all} programs: ${TIERS.map((tier) => `${tier} ${counts[tier]}`).join(", ")}, ledger ${Object.keys(LEDGER).length}`,
  );
  process.exitCode = failures === 0 ? 0 : 1;
}
